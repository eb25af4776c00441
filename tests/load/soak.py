"""The service in bad weather: every call gets the right data, stale data marked so, or a clear error in time.

    python tests/load/soak.py --minutes 5

The sandbox runs in a process of its own. Three in ten of its answers are errors, pauses, cut or stalled bodies, or
dropped lines; now and then a host is dead, first by hanging up, later by silence. Callers ask all markets, each call
within a time of its own, and some give up. What they get is held against the same question to a sandbox in process
without faults: its data are generated, and its clock stands. The service's own clock runs fast, so that what may
still change is fetched again and again. The exit status is 1 if an answer was wrong or late, or anything is left.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import gc
import random
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import attrs
import cattrs
import httpx

from energyopti import (
    EnergyOptiError,
    FindingKind,
    MarketData,
    RateLimited,
    Registry,
    Settings,
    SourceUnavailable,
    UnifiedMarketService,
)
from energyopti.events import Event
from energyopti.market import Feed, Market
from energyopti.sandbox import Fault, FaultKind, sandbox_app
from energyopti.timezones import DAY, local_date

NOW = datetime(2026, 9, 15, 16, tzinfo=UTC)
CALLERS = 12
BUDGETS = (1.0, 2.0, 4.0, 8.0)
GRACE = 0.25
"""How many seconds later than its budget a call may end: the time in which its answer is put together."""
MEMORY = 8 << 20
_MOST_DOCUMENTS = 12
_GIVE_UP = 0.03
_SHOWN = 5
_WEATHER = (
    (0.09, Fault(kind=FaultKind.STATUS, status=500)),
    (0.05, Fault(kind=FaultKind.STATUS, status=429, retry_after=0.05)),
    (0.03, Fault(kind=FaultKind.STATUS, status=503)),
    (0.05, Fault(kind=FaultKind.TRUNCATE)),
    (0.02, Fault(kind=FaultKind.STALL, seconds=4.0)),
    (0.02, Fault(kind=FaultKind.DELAY, seconds=4.0)),
    (0.04, Fault(kind=FaultKind.DROP)),
)
_DEATHS = (
    (0.25, 0.45, Fault(kind=FaultKind.DROP)),
    (0.60, 0.75, Fault(kind=FaultKind.DELAY, seconds=10.0)),
)
"""When a host is dead, in parts of the whole time, and how."""


@attrs.frozen(kw_only=True, eq=False)
class Question:
    """One question, and what is true."""

    market: str
    subject: str
    start: str
    end: str
    location: str | None
    partial: bool
    vintages: str
    truth: MarketData = attrs.field(repr=False)
    hosts: frozenset[tuple[str, str]] = frozenset()

    async def ask(self, service: UnifiedMarketService, timeout: float) -> MarketData:  # noqa: ASYNC109
        """Its answer within so many seconds."""
        return await service.get_market_data(*self.asked, **self.options, timeout=timeout)

    @property
    def asked(self) -> tuple[str, str, str, str]:
        """What is asked for."""
        return self.market, self.subject, self.start, self.end

    @property
    def options(self) -> dict[str, Any]:
        """How it is asked for."""
        return {"locations": self.location, "partial": self.partial, "vintages": self.vintages}

    def judge(self, data: MarketData) -> str:
        """What kind of answer some data are."""
        same = data.frame.equals(self.truth.frame)
        if same and _lacking(data) == _lacking(self.truth):
            return "stale" if data.stale else "right"
        inside = data.frame.join(
            self.truth.frame, on=data.frame.columns, how="anti", nulls_equal=True
        ).is_empty()
        if inside and any(finding.kind is FindingKind.FALLBACK for finding in data.findings):
            return "fallback"
        if inside and self.partial and not data.coverage.complete:
            return "partial"
        return "wrong"


def _lacking(data: MarketData) -> list[tuple[datetime, datetime, str]]:
    return [(part.start, part.end, part.status) for part in data.coverage.missing]


@attrs.define
class Report:
    """What became of the calls."""

    ends: Counter[str] = attrs.field(factory=Counter)
    errors: Counter[str] = attrs.field(factory=Counter)
    events: Counter[str] = attrs.field(factory=Counter)
    wrong: list[str] = attrs.field(factory=list)
    late: list[str] = attrs.field(factory=list)
    left: list[str] = attrs.field(factory=list)
    over: list[float] = attrs.field(factory=list)
    took: list[float] = attrs.field(factory=list)
    held: int = 0
    lag: float = 0.0
    dead: list[str] = attrs.field(factory=list)

    @property
    def answered(self) -> int:
        """How many calls were answered as they were asked."""
        return self.ends["right"] + self.ends["stale"]

    @property
    def asked(self) -> int:
        """How many calls waited for their answer."""
        return self.ends.total() - self.ends["gave up"]

    @property
    def good(self) -> bool:
        """Whether no call was wrong or late, and nothing is left."""
        return bool(self.asked) and not (self.wrong or self.late or self.left)

    def _quantile(self, percent: int) -> float:
        return statistics.quantiles(self.took, n=100)[percent - 1] if len(self.took) > 1 else 0.0

    def __str__(self) -> str:
        share = {name: f"{count:8,}  {count / max(1, self.asked):7.2%}" for name, count in self.ends.items()}
        lines = [f"{self.asked:,} calls, {self.ends['gave up']:,} more were cancelled by their caller"]
        titles = {
            "right": "right",
            "stale": "right, and marked stale",
            "fallback": "from another source, and said so",
            "partial": "in part, with what is missing",
            "error": "a clear error within the time",
            "wrong": "WRONG",
        }
        lines += [f"  {title:34}{share.get(name, '       0')}" for name, title in titles.items()]
        lines += [
            f"  {'LATE':34}{len(self.late):8,}",
            f"availability (right, or marked stale): {self.answered / max(1, self.asked):.2%}",
            (
                f"longest overrun of a budget: {max(self.over, default=0.0) * 1e3:.0f} ms; "
                f"longest wait of the event loop: {self.lag * 1e3:.0f} ms"
            ),
            f"a call took: p50 {self._quantile(50) * 1e3:.1f} ms, p99 {self._quantile(99) * 1e3:.0f} ms",
            "errors: "
            + (", ".join(f"{name} {count:,}" for name, count in self.errors.most_common()) or "none"),
            "events: " + ", ".join(f"{name} {count:,}" for name, count in self.events.most_common()),
            f"most bytes in memory: {self.held:,} of {MEMORY:,}",
            "dead for a while: " + ", ".join(self.dead),
            "left behind: " + (", ".join(self.left) or "nothing"),
            *(f"WRONG: {each}" for each in self.wrong[:_SHOWN]),
            *(f"LATE: {each}" for each in self.late[:_SHOWN]),
        ]
        return "\n".join(lines)


async def questions(home: Path, chance: random.Random, each: int) -> list[Question]:
    """So many questions of each market that have an answer, and the answers, by a sandbox without faults."""
    settings = Settings(home=home, sandbox="1")
    found: list[Question] = []
    async with UnifiedMarketService(settings=settings, now=lambda: NOW) as service:
        for market in service.registry.markets.values():
            feeds = [
                feed
                for feed in market.feeds
                if not feed.history.snapshot_only and feed.history.retention is None
            ]
            asked = 0
            while asked < each:
                question = await _question(service, market, chance.choice(feeds), chance)
                if question is not None:
                    found.append(question)
                    asked += 1
    return found


async def _question(
    service: UnifiedMarketService, market: Market, feed: Feed, chance: random.Random
) -> Question | None:
    """A question about some days of a feed; None where the answer has no rows, or takes very many documents."""
    last = (
        local_date(NOW + min(feed.publication.published_ahead, timedelta()), market.zone)
        - chance.randint(2, 12) * DAY
    )
    partial = chance.random() < 0.5
    asked: dict[str, Any] = {
        "market": market.id,
        "subject": feed.name,
        "start": str(last - chance.randrange(3) * DAY),
        "end": str(last + DAY),
        "location": None,
        "partial": partial,
        # of a part that is missing an earlier publication may speak: with all of them each row is as it was
        "vintages": "all" if partial else "latest",
    }
    try:
        truth = await Question(**asked, truth=_NOTHING).ask(service, timeout=60)
        if not len(truth) or any(len(each.urls) > _MOST_DOCUMENTS for each in truth.provenance):
            return None
        if "location" in truth.frame.columns and chance.random() < 0.5:
            asked["location"] = chance.choice(
                truth.frame["location"].drop_nulls().unique().sort().to_list() or [None]
            )
            truth = await Question(**asked, truth=_NOTHING).ask(service, timeout=60)
    except EnergyOptiError:
        return None
    hosts = frozenset((market.id, each.host) for each in truth.provenance)
    return Question(**asked, truth=truth, hosts=hosts)


_NOTHING: Any = None


@contextlib.contextmanager
def sandbox() -> Iterator[str]:
    """The address of a sandbox in a process of its own."""
    command = [sys.executable, __file__, "--serve"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield f"http://127.0.0.1:{process.stdout.readline().strip()}"
        finally:
            process.terminate()


def serve() -> None:
    """Serve the installed markets on a free port, which is printed, until the process is ended."""
    import uvicorn

    app = sandbox_app(Registry(), now=lambda: NOW)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        print(listener.getsockname()[1], flush=True)
        config = uvicorn.Config(
            app, log_config=None, log_level="critical", ws="none", timeout_graceful_shutdown=1
        )
        uvicorn.Server(config).run(sockets=[listener])


def weather(dead: tuple[str, Fault] | None) -> list[Fault]:
    """The faults that are on: a dead host first; of the others each hits its share of all requests."""
    on = [attrs.evolve(dead[1], path=dead[0])] if dead else []
    left = 1.0
    for share, fault in _WEATHER:
        on.append(attrs.evolve(fault, rate=share / left))
        left -= share
    return on


async def make_weather(url: str, hosts: list[tuple[str, str]], seconds: float, report: Report) -> None:
    """Switch the faults on, and hosts off and on again in their time."""
    began = time.monotonic()
    async with httpx.AsyncClient(base_url=url) as client:

        async def switch(at: float, dead: tuple[str, Fault] | None) -> None:
            await asyncio.sleep(began + at * seconds - time.monotonic())
            response = await client.put("/_faults", json=cattrs.unstructure(weather(dead)))
            response.raise_for_status()

        await switch(0.0, None)
        for (market, host), (start, end, fault) in zip(hosts, _DEATHS, strict=False):
            await switch(start, (f"/{market}/{host}/", fault))
            report.dead.append(f"{market} {host} {(end - start) * seconds:.0f} s ({fault.kind})")
            await switch(end, None)


def _reason(error: EnergyOptiError) -> str:
    """What an error says, in two words."""
    if not isinstance(error, SourceUnavailable):
        return type(error).__name__
    if error.host is None:  # no host has answered yet: the call's time was over
        return "out of time"
    return "failed each time" if error.retry_after is None else "left alone"


async def feel_lag(report: Report) -> None:
    """Note the longest time for which the event loop came to nothing; cancelled at the end."""
    while True:
        began = time.monotonic()
        await asyncio.sleep(0.01)
        report.lag = max(report.lag, time.monotonic() - began - 0.01)


async def one_call(
    service: UnifiedMarketService, question: Question, chance: random.Random, report: Report, grace: float
) -> None:
    """Ask once, and note what became of it."""
    budget = chance.choice(BUDGETS)
    task = asyncio.ensure_future(question.ask(service, budget))
    began = time.monotonic()
    if chance.random() < _GIVE_UP:
        await asyncio.wait([task], timeout=chance.uniform(0.0, 0.2))
        task.cancel()
    try:
        data = await task
    except asyncio.CancelledError:
        report.ends["gave up"] += 1
        return
    except (SourceUnavailable, RateLimited) as error:
        took = time.monotonic() - began
        report.ends["error"] += 1
        report.errors[_reason(error)] += 1
    except Exception as error:  # noqa: BLE001 - any other error is a wrong answer
        took = time.monotonic() - began
        report.ends["wrong"] += 1
        report.wrong.append(f"{question}: {type(error).__name__}: {error}")
    else:
        took = time.monotonic() - began
        # not on the event loop: what the test does may not hold up the calls that it measures
        end = await asyncio.to_thread(question.judge, data)
        report.ends[end] += 1
        if end == "wrong":
            report.wrong.append(
                f"{question}: {data.frame.height} rows for {question.truth.frame.height}; {data.coverage}"
            )
    report.took.append(took)
    if took > budget:
        report.over.append(took - budget)
    if took > budget + grace:
        report.late.append(f"{question}: {took:.2f} s for {budget} s")


@contextlib.asynccontextmanager
async def opened(url: str, home: Path, speed: float, report: Report) -> AsyncIterator[UnifiedMarketService]:
    """A service that asks the sandbox; its clock runs ``speed`` times as fast as ours."""
    settings = Settings(
        home=home,
        sandbox=url,
        attempts=5,
        backoff=0.02,
        patience=20.0,
        timeout=2.0,
        memory_bytes=MEMORY,
        document_bytes=1 << 20,
    )
    began = time.monotonic()

    def now() -> datetime:
        return NOW + timedelta(seconds=speed * (time.monotonic() - began))

    def observe(event: Event) -> None:
        report.events[event.kind] += 1

    async with UnifiedMarketService(settings=settings, now=now, observe=observe) as service:
        yield service


async def ask_all(
    url: str, home: Path, pool: list[Question], *, seconds: float, seed: int, speed: float, grace: float
) -> Report:
    """Many callers ask one service for so long."""
    from leaks import other_tasks

    report = Report()
    hosts = [host for question in pool for host in sorted(question.hosts)]
    random.Random(seed).shuffle(hosts)
    dying = list(dict.fromkeys(hosts))[: len(_DEATHS)]
    async with opened(url, home, speed, report) as service:
        until = time.monotonic() + seconds

        async def caller(number: int) -> None:
            chance = random.Random(f"{seed} {number}")
            while time.monotonic() < until:
                await one_call(service, chance.choice(pool), chance, report, grace)
                report.held = max(report.held, service._chunks._memory.held)
                await asyncio.sleep(chance.uniform(0.0, 0.1))

        lag = asyncio.ensure_future(feel_lag(report))
        async with asyncio.TaskGroup() as group:
            group.create_task(make_weather(url, dying, seconds, report))
            for number in range(CALLERS):
                group.create_task(caller(number))
        lag.cancel()
        await asyncio.wait([lag])
    report.left += [f"task {task}" for task in other_tasks()]
    return report


def soak(*, seconds: float, seed: int, each: int, speed: float, grace: float = GRACE) -> Report:
    """Ask for so long; ``each`` is the number of questions of each market."""
    from leaks import Held, left_since, settled

    with tempfile.TemporaryDirectory() as folder, sandbox() as url:
        pool = asyncio.run(questions(Path(folder) / "truth", random.Random(seed), each))
        settled()
        before, home = Held.now(), Path(folder) / "home"
        gc.freeze()  # the truths, and the sandbox that told them, are nothing that a user's collector walks
        try:
            report = asyncio.run(
                ask_all(url, home, pool, seconds=seconds, seed=seed, speed=speed, grace=grace)
            )
        finally:
            gc.unfreeze()
        report.left += left_since(before)
        report.left += [f"file {file}" for file in home.rglob("*") if file.is_file() and not _is_kept(file)]
    return report


def _is_kept(file: Path) -> bool:
    """Whether a file is one that a service keeps for the next."""
    return file.parent.name.startswith("directories") and file.suffix == ".arrow"


def main() -> int:
    """Read the command line, soak, and print what came of it."""
    parser = argparse.ArgumentParser(description="Ask a failing sandbox and count what comes of it.")
    parser.add_argument("--minutes", type=float, default=1.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--each", type=int, default=20, help="questions of each market")
    parser.add_argument("--speed", type=float, default=60.0, help="seconds of the service's clock a second")
    parser.add_argument("--serve", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.serve:
        serve()
        return 0
    report = soak(seconds=60 * given.minutes, seed=given.seed, each=given.each, speed=given.speed)
    print(report)
    return 0 if report.good else 1


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[1]))
    sys.exit(main())
