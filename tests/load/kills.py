"""Commands that are killed at any instant: the lake stays whole, and the same command again ends the work.

    python tests/load/kills.py --times 300

The real commands run in processes of their own, over generated data that are the same each time: `backfill` and
`sync` on an empty lake and on one with gaps, `lake compact` and `lake vacuum --keep 0`, a writer whose days change
again and again, and four such writers at once. Each is killed after a random time since it first touched the lake; or
its disk is full from then on; or the last commit of a lake is cut off, as by a power cut. Then nothing may be amiss:
`verify` finds no fault, what is covered is there, once, and nothing else is. Then the same command runs to its end, and
the lake must be as if nobody had disturbed it. The exit status is 1 if anything fell.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import functools
import itertools
import os
import random
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from unittest.mock import patch

import attrs
import polars as pl
from polars.testing import assert_frame_equal

from energyopti import EnergyOptiError, Query, Settings
from energyopti.backfill import Backfill
from energyopti.frames import frame_schema
from energyopti.query import Chunk
from energyopti.store.lake import Lake
from energyopti.store.lake.upkeep import compact, verify

MARKET, START, END = "nyiso", "2024-01-20", "2024-02-12"
FEEDS = ("damlbmp_zone", "pal", "palIntegrated", "zonalBidLoad")
WRITERS = 4
PATIENCE = 120.0
_SHOWN = 5
_TIME = pl.Datetime("us", "UTC")
_QUIET = 0.002
"""How often a lake is looked at for the first touch, in seconds."""


class Fell(Exception):
    """Something is not as it should be."""


@attrs.define
class Report:
    """What became of the trials: for each kind how many held, and how many kills hit a writer at work."""

    held: Counter[str] = attrs.field(factory=Counter)
    fell: Counter[str] = attrs.field(factory=Counter)
    struck: Counter[str] = attrs.field(factory=Counter)
    amiss: list[str] = attrs.field(factory=list)

    def add(self, kind: str, number: int, trial: Callable[[], bool]) -> None:
        """Try it, and note what came of it."""
        try:
            self.struck[kind] += trial()
        except (Fell, EnergyOptiError, subprocess.TimeoutExpired) as error:
            self.fell[kind] += 1
            self.amiss.append(f"trial {number}, {kind}: {error}")
        else:
            self.held[kind] += 1

    @property
    def good(self) -> bool:
        """Whether there was a trial, and none fell."""
        return bool(self.held) and not self.fell

    def __str__(self) -> str:
        kinds = sorted({*self.held, *self.fell})
        lines = [
            f"{kind:10}{self.held[kind]:6,} held{self.fell[kind]:6,} fell; {self.struck[kind]:,} struck at work"
            for kind in kinds
        ]
        lines.append(f"{'all':10}{self.held.total():6,} held{self.fell.total():6,} fell")
        return "\n".join([*lines, *(f"FELL: {each}" for each in self.amiss[:_SHOWN])])


@attrs.frozen(kw_only=True, eq=False)
class Table:
    """What a feed's table has to hold in the end, and the stretches of time that it covers."""

    columns: tuple[str, ...]
    rows: pl.DataFrame
    covered: tuple[tuple[datetime, datetime], ...]


@attrs.frozen(eq=False)
class World:
    """The folders of all trials: prepared lakes, and what is true."""

    folder: Path
    truth: dict[str, Table] = attrs.field(factory=dict)
    lasts: dict[tuple[str, str], float] = attrs.field(factory=dict)
    """How long each command works on each lake if nobody disturbs it."""

    def lake(self, name: str) -> Path:
        """A prepared lake."""
        return self.folder / f"{name}-sandbox"

    @contextlib.contextmanager
    def copy(self, name: str) -> Iterator[Path]:
        """A prepared lake to be spoilt, by the name that commands are given: generated data lie beside it."""
        place = self.folder / "trial"
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir()
        if self.lake(name).exists():
            shutil.copytree(self.lake(name), place / "lake-sandbox")
        yield place / "lake"

    @property
    def environment(self) -> dict[str, str]:
        """That of the commands: bytecode is kept, so that they start fast."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("ENERGYOPTI_")}
        return {**kept, "ENERGYOPTI_HOME": str(self.folder / "home"), "PYTHONDONTWRITEBYTECODE": ""}

    def start(self, *command: str, **changes: str) -> subprocess.Popen[str]:
        """A command of energyopti."""
        return subprocess.Popen(
            [sys.executable, "-m", "energyopti", *command],
            env=self.environment | changes,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, *command: str, code: int | None = 0) -> str:
        """What a command says, undisturbed."""
        return finished(self.start(*command), code)


def finished(process: subprocess.Popen[str], code: int | None = 0) -> str:
    """What a process said, at its end."""
    out, said = process.communicate(timeout=PATIENCE)
    if code is not None and process.returncode != code:
        raise Fell(f"{process.args!r} exited with {process.returncode}: {said[-600:]}")
    return out + said


def touched(folder: Path) -> int:
    """A number that changes whenever a file of a lake is made, written or deleted."""
    seen = 0
    for root, folders, files in os.walk(folder):
        for name in (*folders, *files):
            with contextlib.suppress(FileNotFoundError):
                seen ^= hash((root, name, os.stat(f"{root}/{name}").st_mtime_ns))  # noqa: PTH116 - fast
    return seen


def until_touched(process: subprocess.Popen[str], folder: Path, before: int) -> bool:
    """Wait until a process first touches a lake; False if it never did."""
    while process.poll() is None:
        if touched(folder) != before:
            return True
        time.sleep(_QUIET)
    return touched(folder) != before


@attrs.frozen(kw_only=True)
class Work:
    """A command, and the lakes that it is tried on."""

    kind: str
    command: tuple[str, ...]
    lakes: tuple[str, ...]

    def arguments(self, world: World, lake: Path) -> list[str]:
        """The command's words."""
        words = [str(world.folder / word) if word == "sync.toml" else word for word in self.command]
        return [*words, "--sandbox", "--lake", str(lake)]


_FILL = ("backfill", MARKET, *FEEDS, "--start", START, "--end", END)
BACKFILL = Work(kind="backfill", command=_FILL, lakes=("empty", "gaps", "pieces-with-gaps"))
WORKS = (
    BACKFILL,
    Work(kind="sync", command=("sync", "sync.toml"), lakes=("empty", "gaps")),
    Work(kind="compact", command=("lake", "compact"), lakes=("pieces", "pieces-with-gaps")),
    Work(kind="vacuum", command=("lake", "vacuum", "--keep", "0"), lakes=("compacted", "gaps")),
)


def measure(world: World, work: Work, name: str) -> float:
    """How long a command works on a lake: from its first touch to its end."""
    if (work.kind, name) not in world.lasts:
        with world.copy(name) as lake:
            folder = real(lake)
            before = touched(folder)
            process = world.start(*work.arguments(world, lake))
            until_touched(process, folder, before)
            began = time.monotonic()
            finished(process)
            world.lasts[work.kind, name] = time.monotonic() - began
    return world.lasts[work.kind, name]


def real(lake: Path) -> Path:
    """Where generated data lie for a lake that a command is given."""
    return lake.with_name(f"{lake.name}-sandbox")


def disturbed(world: World, chance: random.Random, work: Work, *, full: bool = False) -> bool:
    """Kill a command, or fill its disk; then all is whole, and the same again ends it. Says whether it was at work."""
    name = chance.choice(work.lakes)
    lasts = measure(world, work, name)
    struck = False
    with world.copy(name) as lake:
        folder = real(lake)
        for _ in range(chance.choice((1, 1, 2))):
            before = touched(folder)
            # bytecode that finds no room would be cut short, for all later runs
            process = world.start(*work.arguments(world, lake), PYTHONDONTWRITEBYTECODE="1" if full else "")
            until_touched(process, folder, before)
            time.sleep(chance.uniform(0.0, lasts))
            if full:
                _fill_disk(process, chance)
            else:
                process.kill()
            said = finished(process, None)
            struck = struck or process.returncode != 0
            if full and process.returncode:
                _is_a_clear_error(said)
            whole(world, folder)
        world.run(*work.arguments(world, lake))
        whole(world, folder)
        if work.kind in {"compact", "vacuum"}:
            same(coverage(world, folder), coverage(world, world.lake(name)), f"what {work.kind} left covered")
        if work.kind == "vacuum":
            said = world.run(*work.arguments(world, lake))
            if any("files deleted" in line and ": 0 files" not in line for line in said.splitlines()):
                raise Fell(f"vacuum left files for the next one: {said}")
        world.run(*BACKFILL.arguments(world, lake))
        complete(world, folder)
        world.run("lake", "verify", "--sandbox", "--lake", str(lake))
    return struck


def _fill_disk(process: subprocess.Popen[str], chance: random.Random) -> None:
    """From now on no file of a process can have more bytes than this."""
    with contextlib.suppress(ProcessLookupError):
        most = chance.choice((0, 500, 5_000, 50_000, 500_000))
        resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (most, most))


def _is_a_clear_error(said: str) -> None:
    last = said.strip().splitlines()[-1]
    if "Traceback" in said or "lake" not in last or "\x1b" in last:
        raise Fell(f"a full disk is no clear error: {said[-800:]}")


def whole(world: World, folder: Path) -> None:
    """Raise `Fell` unless a lake has no fault, and exactly the rows that it covers."""
    faults = [str(fault) for _, _, several in verify(Lake(folder)) for fault in several]
    if faults:
        raise Fell(f"verify: {faults}")
    for feed, stretches in coverage(world, folder).items():
        table = world.truth[feed]
        if not set(stretches) <= set(table.covered) or len(set(stretches)) != len(stretches):
            raise Fell(f"{feed} covers {stretches}")
        inside = pl.DataFrame(stretches, schema={"a": _TIME, "b": _TIME}, orient="row")
        expected = table.rows.join_where(
            inside, pl.col("interval_start") >= pl.col("a"), pl.col("interval_start") < pl.col("b")
        )
        same(rows(folder, feed, table.columns), expected.select(table.columns).sort(table.columns), feed)


def complete(world: World, folder: Path) -> None:
    """Raise `Fell` unless a lake is as if nobody had disturbed it."""
    whole(world, folder)
    for feed, stretches in coverage(world, folder).items():
        same(sorted(stretches), sorted(world.truth[feed].covered), f"what {feed} covers")


def coverage(world: World, folder: Path) -> dict[str, tuple[tuple[datetime, datetime], ...]]:
    """The stretches that each feed of a lake covers."""
    lake = Lake(folder)
    return {
        feed: tuple((each.time.start, each.time.end) for each in lake.covered(MARKET, feed))
        for feed in world.truth
    }


def rows(folder: Path, feed: str, columns: Sequence[str]) -> pl.DataFrame:
    """All rows of a feed's table in some order of their own, as any reader of Delta tables sees them."""
    where = folder / MARKET / feed
    if not any(where.glob("_delta_log/*.json")):
        return pl.DataFrame(schema=dict.fromkeys(columns, pl.String))
    return pl.read_delta(str(where)).select(columns).sort(columns)


def same(found: object, expected: object, what: str) -> None:
    """Raise `Fell` unless two things are equal."""
    if isinstance(found, pl.DataFrame) and isinstance(expected, pl.DataFrame):
        if found.is_empty() and expected.is_empty():
            return
        try:
            assert_frame_equal(found, expected)
        except AssertionError as error:
            raise Fell(f"{what}: {found.height} rows for {expected.height}: {error}") from None
    elif found != expected:
        raise Fell(f"{what}: {found!r:.300} for {expected!r:.300}")


def cut_off(world: World, chance: random.Random) -> bool:
    """The last commit of a table ends anywhere: verify says so in a line, repair mends it, and all is fetched again."""
    with world.copy(chance.choice(("compacted", "pieces", "gaps", "truth"))) as lake:
        folder, feed = real(lake), chance.choice(FEEDS)
        last = max((folder / MARKET / feed / "_delta_log").glob("*.json"))
        content = last.read_bytes()
        ends = [at for at, byte in enumerate(content) if byte == 10]
        where = chance.choice((0, *ends, *(end + 1 for end in ends), *chance.sample(range(len(content)), 3)))
        last.write_bytes(content[:where])
        options = ("--sandbox", "--lake", str(lake))
        said = world.run("lake", "verify", *options, code=None)
        named = [line for line in said.splitlines() if last.name in line]
        if len(named) != 1 or "Traceback" in said or "--repair" not in said:
            raise Fell(f"a commit cut off at {where} of {len(content)} is not said: {said}")
        world.run("lake", "verify", "--repair", *options)
        whole(world, folder)
        world.run(*BACKFILL.arguments(world, lake))
        complete(world, folder)
        world.run("lake", "verify", *options)
    return True


def killed_writers(world: World, chance: random.Random, numbers: int) -> bool:
    """Writers of the same days are killed and started again; in the end each day is there once, as fetched last."""
    from lake_writers import amiss, unfinished, writer

    versions = 6 if numbers == 1 else 2
    told: list[str] = []
    struck = False
    with world.copy("empty") as lake:
        for last in (False, True):
            processes = [writer(lake, number, versions=versions) for number in range(numbers)]
            until_touched(processes[0], lake, touched(lake))
            if not last:
                time.sleep(chance.uniform(0.0, 1.8 if numbers == 1 else 4.0))
                for process in chance.sample(processes, chance.randint(1, numbers)):
                    process.kill()
            said = [finished(process, 0 if last else None) for process in processes]
            struck = struck or any(process.returncode for process in processes)
            told += said if numbers == 1 else []
            if wrong := amiss(lake, "".join(told), versions=versions, numbers=numbers):
                raise Fell("; ".join(wrong))
        if wrong := unfinished(lake, versions=versions, numbers=numbers):
            raise Fell("; ".join(wrong))
    return struck


def trials() -> dict[str, Callable[[World, random.Random], bool]]:
    """What is tried, in turn."""
    kills = {work.kind: functools.partial(disturbed, work=work) for work in WORKS}
    return {
        **kills,
        "writer": functools.partial(killed_writers, numbers=1),
        "writers": functools.partial(killed_writers, numbers=WRITERS),
        "full disk": functools.partial(disturbed, work=BACKFILL, full=True),
        "cut off": cut_off,
    }


async def _chunks(home: Path) -> dict[str, list[Chunk]]:
    """The chunks of every feed."""
    async with Backfill(Lake(home / "nothing"), settings=Settings(home=home, sandbox="1")) as service:
        plans = [await service.plan(Query.of(MARKET, feed, START, END)) for feed in FEEDS]
    return {feed: list(plan.missing) for feed, [plan] in zip(FEEDS, plans, strict=True)}


def prepare(world: World) -> None:
    """What is true, by an undisturbed backfill; and the lakes that commands are tried on, out of the same chunks."""
    world.run(*BACKFILL.arguments(world, world.folder / "truth"))
    entries = [
        f'[[feed]]\nmarket = "{MARKET}"\ndata = "{feed}"\nstart = "{START}"\nend = "{END}"\n'
        for feed in FEEDS
    ]
    (world.folder / "sync.toml").write_text("\n".join(entries))
    true, pieces, gaps = (Lake(world.lake(name)) for name in ("truth", "pieces", "pieces-with-gaps"))
    for feed, chunks in asyncio.run(_chunks(world.folder / "home")).items():
        columns = tuple(frame_schema(chunks[0].feed.dataset))
        covered = tuple((each.time.start, each.time.end) for each in true.covered(MARKET, feed))
        world.truth[feed] = Table(
            columns=columns, rows=rows(world.lake("truth"), feed, columns), covered=covered
        )
        data = list(true.read(chunks).values())
        with patch("energyopti.store.lake.writing.LAKE_MERGED_ROWS", 0):
            for number, each in enumerate(data):
                pieces.write([each])
                if number % 3:
                    gaps.write([each])
        Lake(world.lake("gaps")).write(data[::3])
        Lake(world.lake("gaps")).write(data[1::5])
    shutil.copytree(world.lake("pieces"), world.lake("compacted"))
    list(compact(Lake(world.lake("compacted"))))


def try_all(*, times: int, seed: int) -> Report:
    """So many trials, of each kind in turn; fewer if it is interrupted."""
    report = Report()
    with tempfile.TemporaryDirectory() as folder, contextlib.suppress(KeyboardInterrupt):
        world = World(Path(folder))
        prepare(world)
        for number, (kind, trial) in zip(range(times), itertools.cycle(trials().items()), strict=False):
            report.add(kind, number, lambda: trial(world, random.Random(f"{seed} {number}")))  # noqa: B023
    return report


def main() -> int:
    """Read the command line, kill, and print what came of it."""
    parser = argparse.ArgumentParser(
        description="Kill commands that write a lake, and count what it withstands."
    )
    parser.add_argument("--times", type=int, default=100, help="how many trials")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    report = try_all(times=given.times, seed=given.seed)
    print(report)
    return 0 if report.good else 1


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[1]))
    sys.exit(main())
