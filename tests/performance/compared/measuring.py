"""Run the cases: energyopti here, gridstatus in its own environment, in turn."""

from __future__ import annotations

import contextlib
import itertools
import json
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import attrs
import polars as pl

from energyopti import Registry
from performance.compared import server
from performance.compared.answers import Answers
from performance.compared.bare import bare_job
from performance.compared.cases import Case
from performance.compared.page import Result, Times
from performance.timing import seconds

_TESTS = Path(__file__).parents[2]
_CENT = 1e-6


class DifferentPricesError(AssertionError):
    """The libraries do not give the same prices: no time of theirs is compared."""


@attrs.frozen
class Gridstatus:
    """gridstatus' process: what it says of itself, and how it is asked."""

    process: subprocess.Popen[str]
    versions: Mapping[str, str]

    def ask(self, case: str, part: str, prices: Path | None = None) -> float:
        """How long it takes over one part of a case, in seconds; ``prices`` is where to write what it finds."""
        order = {"case": case, "part": part, "prices": str(prices) if prices else None}
        answer = _exchange(self.process, json.dumps(order))
        if "error" in answer:
            raise RuntimeError(f"gridstatus, {case}, {part}: {answer['error']}")
        return float(answer["seconds"])


def _exchange(process: subprocess.Popen[str], line: str | None) -> dict[str, Any]:
    assert process.stdin is not None
    assert process.stdout is not None
    if line is not None:
        process.stdin.write(f"{line}\n")
        process.stdin.flush()
    answer: dict[str, Any] = json.loads(process.stdout.readline() or '{"error": "its process has ended"}')
    return answer


@contextlib.contextmanager
def gridstatus_beside(python: Path, folder: Path, url: str) -> Iterator[Gridstatus | None]:
    """gridstatus' process, if its environment is there."""
    if not python.exists():
        yield None
        return
    command = [str(python), "-m", "performance.compared.gridstatus_side", str(folder), url]
    environment = {"PYTHONPATH": str(_TESTS), "PATH": str(python.parent), "NO_PROXY": "127.0.0.1"}
    with subprocess.Popen(
        command,
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        try:
            versions = _exchange(process, None)
            yield None if "error" in versions else Gridstatus(process, versions)
        finally:
            process.terminate()


def run(case: Case, python: Path, rounds: int) -> tuple[list[Result], Mapping[str, str]]:
    """The results of a case, and the versions on gridstatus' side."""
    registry = Registry()
    feed = case.feed_of(registry)
    with tempfile.TemporaryDirectory() as name, contextlib.ExitStack() as opened:
        folder, home = Path(name), Path(name) / "home"
        home.mkdir()
        case.write(folder)
        documents = case.documents(Answers(folder))
        url = opened.enter_context(server.running(folder))
        other = opened.enter_context(gridstatus_beside(python, folder, url))
        works: dict[str, Callable[[], pl.DataFrame]] = {
            "parse": lambda: case.read(documents, feed),
            "whole": lambda: case.whole(registry, url, home),
        }
        plain: dict[str, Callable[[], object]] = {
            "parse": lambda: case.plain(documents),
            "whole": bare_job(case, registry, url, home, documents),
        }
        results = []
        for part, work in works.items():
            rows = _checked(work(), case, part, other, folder / "prices.csv")
            times = _in_turn(case, part, work, plain[part], other, rounds)
            results.append(
                Result(
                    title=case.title,
                    part=part,
                    rows=rows,
                    ours=Times.of(times["ours"]),
                    theirs=Times.of(times["theirs"]) if times["theirs"] else None,
                    plain=Times.of(times["plain"]),
                    goal=case.parse_goal if part == "parse" else case.whole_goal,
                    limit=case.parse_limit if part == "parse" else case.whole_limit,
                )
            )
        return results, other.versions if other else {}


def _checked(ours: pl.DataFrame, case: Case, part: str, other: Gridstatus | None, file: Path) -> int:
    """How many prices there are; raises `DifferentPricesError` unless both sides have the same."""
    if other is None:
        return ours.height
    other.ask(case.name, part, file)
    schema = {"end": pl.Int64(), "location": pl.String(), "price": pl.Float64()}
    theirs = pl.read_csv(file, schema=schema)
    mine = ours.select("location", end=pl.col("interval_end").dt.epoch("s"), lmp="lmp")
    both = mine.join(theirs, on=["end", "location"])
    off = both.filter(~((pl.col("lmp") - pl.col("price")).abs() <= _CENT)).height
    if not ours.height == theirs.height == both.height or off:
        raise DifferentPricesError(
            f"{case.title}, {part}: {ours.height} rows here, {theirs.height} of gridstatus, "
            f"{both.height} in both, {off} with another price"
        )
    return ours.height


def _in_turn(
    case: Case,
    part: str,
    work: Callable[[], object],
    plain: Callable[[], object],
    other: Gridstatus | None,
    rounds: int,
) -> dict[str, list[float]]:
    """Seconds of each, measured in turn: what disturbs the machine disturbs all of them.

    What runs after seconds of gridstatus' work finds the caches and the allocator cold, and takes half as long again.
    So the rounds go through all orders, which gives each every place equally often.
    """
    runs = {"ours": lambda: seconds(work), "plain": lambda: seconds(plain)}
    if other is not None:
        runs["theirs"] = lambda: other.ask(case.name, part)
    times: dict[str, list[float]] = {"ours": [], "theirs": [], "plain": []}
    for order in itertools.islice(itertools.cycle(itertools.permutations(runs)), rounds):
        for name in order:
            times[name].append(runs[name]())
    return times


def cpu_of(*command: str) -> float:
    """CPU seconds of a command, user and system together: the median of several runs after one that warms up."""
    import resource

    def once() -> float:
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime

    once()
    return statistics.median(once() for _ in range(9))


def start_up() -> dict[str, float]:
    """CPU seconds of what begins every script: a bare interpreter, the import, and ``energyopti --help``."""
    energyopti = Path(sys.executable).with_name("energyopti")
    return {
        "python": cpu_of(sys.executable, "-c", "pass"),
        "import": cpu_of(sys.executable, "-c", "import energyopti"),
        "help": cpu_of(str(energyopti), "--help"),
    }
