"""The lake: how fast it answers, how fast it is filled, and how much memory a long answer takes."""

from __future__ import annotations

import asyncio
import os
import random
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from builders import utc
from collecting_builders import Plugin, load_feed, registry, served_market, settings
from energyopti import Query, Registry, Settings, UnifiedMarketService
from energyopti.backfill import Backfill
from energyopti.frames import frame_schema
from energyopti.market import Feed
from energyopti.query import TimeRange, plan
from energyopti.store import ChunkData, ChunkProvenance, RawRows
from energyopti.store.lake import Lake

pytestmark = pytest.mark.bench

PLACES = [f"ZONE {number:02}" for number in range(60)]
FEEDS = [load_feed(name=f"hourly_{number}") for number in range(4)]
MARKET = served_market("http://127.0.0.1:9", *FEEDS)
SPAN = TimeRange(utc("2019-01-01T05:00"), utc("2024-01-01T05:00"))
NOW = utc("2024-01-15T12:00")
_TABLE: list[str] = []


@pytest.fixture(scope="module", autouse=True)
def table() -> Iterator[None]:
    """Print what was measured, as one table."""
    yield
    print("\n" + "\n".join(_TABLE))


def line(what: str, said: str, goal: str) -> None:
    """One line of the table."""
    _TABLE.append(f"{what:78}{said:>34}  {goal}")


def data_of(feed: Feed) -> Iterator[list[ChunkData]]:
    """Five years of hourly rows of sixty locations, a month at a time."""
    months: dict[str, list[ChunkData]] = {}
    for chunk in plan(MARKET, feed, SPAN, now=NOW):
        hours = pl.datetime_range(chunk.start, chunk.end, "1h", closed="left", time_unit="us", eager=True)
        frame = pl.DataFrame({"interval_start": hours}).join(pl.DataFrame({"location": PLACES}), how="cross")
        frame = frame.with_columns(
            market=pl.lit(MARKET.id),
            feed=pl.lit(feed.name),
            interval_end=pl.col("interval_start") + timedelta(hours=1),
            load=pl.int_range(pl.len()).cast(pl.Float64) * 0.7,
        )
        schema = frame_schema(feed.dataset)
        empty = [
            pl.lit(None, dtype=kind).alias(name) for name, kind in schema.items() if name not in frame.columns
        ]
        frame = frame.with_columns(empty).select(list(schema))
        provenance = ChunkProvenance(
            chunk=chunk.key,
            feed=feed.name,
            feed_source="daily file",
            host="main",
            urls=(),
            sha256=(),
            fetched_at=NOW,
        )
        data = ChunkData(
            chunk=chunk,
            frame=frame,
            raw_rows=RawRows(frame.select("load"), pl.int_range(frame.height, dtype=pl.UInt32, eager=True)),
            findings=(),
            provenance=provenance,
            due_to=chunk.due_to(NOW),
            settled_to=chunk.settled_to(NOW),
        ).settled()
        months.setdefault(f"{chunk.start:%Y-%m}", []).append(data)
    yield from months.values()


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Five years of four feeds."""
    folder = tmp_path_factory.mktemp("bench") / "lake"
    for feed in FEEDS:
        for month in data_of(feed):
            Lake(folder).write(month)
    return folder


def calls(lake: Path, queries: list[Query], home: Path) -> list[float]:
    """The seconds of each call, one after another, over one service; nothing may be asked of a source."""

    async def go() -> list[float]:
        took = []
        async with UnifiedMarketService(
            registry(Plugin(MARKET)), settings(home, attempts=1), store=Lake(lake), now=lambda: NOW
        ) as service:
            for query in queries:
                began = time.perf_counter()
                data = await service.get_market_data(query)
                took.append(time.perf_counter() - began)
                assert {each.kept_in for each in data.provenance} == {"lake"}
        return took

    return asyncio.run(go())


def test_one_day_of_five_years(lake: Path, tmp_path: Path) -> None:
    """Days that no call asked for before, of four feeds in turn, in a warm process."""
    days = [date(2019, 1, 2) + timedelta(days=number) for number in range(1800)]
    chosen = random.Random(1).sample(days, 400)
    queries = [
        Query.of("testiso", FEEDS[number % 4].name, day, day + timedelta(days=1))
        for number, day in enumerate(chosen)
    ]
    took = sorted(calls(lake, queries, tmp_path)[4:])
    p50, p99 = statistics.median(took), took[int(len(took) * 0.99)]
    line(
        "one day out of five years of four feeds", f"p50 {1e3 * p50:.1f}, p99 {1e3 * p99:.1f} ms", "(10, 50)"
    )


def test_five_years_of_one_location(lake: Path, tmp_path: Path) -> None:
    """43,824 rows out of 2.6 million, in a warm process and in the first call of one."""
    query = Query.of("testiso", FEEDS[0].name, "2019-01-01", "2024-01-01", locations=PLACES[7])
    first, *others = calls(lake, [query] * 6, tmp_path)
    line(
        "five years of one location out of 2.6 million rows",
        f"{1e3 * statistics.median(others):.0f} ms, first call {1e3 * first:.0f} ms",
        "(300)",
    )


class _Nowhere:
    """A store that keeps nothing."""

    name = "nowhere"

    async def get_all(self, *_: Any, **__: Any) -> dict[Any, Any]:
        """Nothing is there."""
        return {}

    async def usual_bytes(self, _: Any) -> None:
        """Nothing is there."""

    async def put_all(self, _: Any) -> None:
        """It is dropped."""

    async def coverage(self, *_: Any) -> tuple[()]:
        """Nothing is covered."""
        return ()


def _filled(store: Any, home: Path) -> float:
    """The seconds that a year of New York's zones takes from the sandbox."""

    async def go() -> float:
        async with Backfill(store, Registry(), Settings(home=home, sandbox="1")) as service:
            (wanted,) = await service.plan(Query.of("nyiso", "realtime_zone", "2023-01-01", "2024-01-01"))
            began = time.perf_counter()
            filled = await service.fill(wanted)
            assert filled.fetched == 365
            return time.perf_counter() - began

    return asyncio.run(go())


def test_filling_against_fetching_alone(tmp_path: Path) -> None:
    """The same fetching and parsing with and without the lake, in turn."""
    rounds: list[tuple[float, float]] = []
    for number in range(2):
        alone = _filled(_Nowhere(), tmp_path)
        rounds.append((alone, _filled(Lake(tmp_path / f"lake{number}"), tmp_path)))
    alone, kept = (min(each) for each in zip(*rounds, strict=True))
    line(
        "a year of five-minute prices of 15 zones, 1.6 million rows",
        f"{alone / kept:.0%} of {alone:.1f} s",
        "(50 %)",
    )


def test_command_from_the_shell(tmp_path: Path) -> None:
    """Five years of one zone into a file, from the start of the process to its end."""
    asyncio.run(_hourly(tmp_path / "lake-sandbox", tmp_path))
    words = ["get", "nyiso", "lmp", "--run", "day_ahead", "--start", "2019-01-01", "--end", "2024-01-01"]
    command = [
        sys.executable,
        "-c",
        "from energyopti.cli import main; main()",
        *words,
        "--location",
        "N.Y.C.",
    ]
    environment = os.environ | {
        "ENERGYOPTI_HOME": str(tmp_path),
        "ENERGYOPTI_LAKE": str(tmp_path / "lake-sandbox"),
    }
    took = []
    for _ in range(5):
        began = time.perf_counter()
        subprocess.run(
            [*command, "-o", str(tmp_path / "x.parquet")], check=True, env=environment, capture_output=True
        )
        took.append(time.perf_counter() - began)
    line("energyopti get of five years of one zone, from the shell", f"{min(took[1:]):.2f} s", "(1)")


async def _hourly(folder: Path, home: Path) -> None:
    async with Backfill(Lake(folder), Registry(), Settings(home=home, sandbox="1")) as service:
        for each in await service.plan(Query.of("nyiso", "damlbmp_zone", "2019-01-01", "2024-01-01")):
            await service.fill(each)


MEASURED = """
import asyncio, re, sys
from pathlib import Path
from energyopti import Query, Registry, Settings, UnifiedMarketService
async def go(end):
    settings = Settings(home=Path(sys.argv[1]), sandbox=sys.argv[3], memory_bytes=32 << 20, document_bytes=16 << 20)
    async with UnifiedMarketService(Registry(), settings) as service:
        query = Query.of("nyiso", "realtime_zone", "2022-01-01", end, locations="N.Y.C.")
        return (await service.get_market_data(query)).frame.estimated_size()
size = asyncio.run(go(sys.argv[2]))
peak = re.search(r"VmHWM:\\s+(\\d+) kB", Path("/proc/self/status").read_text())
print(int(peak[1]) * 1024 - size)
"""
BUDGETS = (32 + 16) << 20


@pytest.fixture
def sandbox() -> Iterator[str]:
    """The address of a sandbox in a process of its own: what it takes does not count."""
    command = [sys.executable, "-c", "from energyopti.cli import main; main()", "sandbox", "--port", "0"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as running:
        assert running.stderr is not None
        try:
            yield running.stderr.readline().strip().partition("=")[2]
        finally:
            running.kill()


def test_memory_of_long_answers(tmp_path: Path, sandbox: str) -> None:
    """Five-minute prices of one zone: the peak of two years, beyond that of two days, the answer and the budgets."""

    def took(end: str) -> int:
        command = [sys.executable, "-c", MEASURED, str(tmp_path), end, sandbox]
        return int(subprocess.run(command, check=True, capture_output=True, text=True).stdout)

    few, many = took("2022-01-03"), took("2024-01-01")
    line(
        "peak of two years of five-minute prices of a zone, beyond that of two days",
        f"{(many - few - BUDGETS) / 1e6:.0f} MB",
        "(200)",
    )
