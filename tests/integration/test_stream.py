"""Answers in parts: together they are the answer, each is small, and files are written part by part."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from builders import utc
from cli_runs import Network, day, get
from collecting_builders import Plugin, load_csv, load_feed, registry, run, served_market, settings
from energyopti import sync
from energyopti.answer.result import MarketData
from energyopti.errors import NoData, UnsupportedQuery
from energyopti.query import Query
from energyopti.service import UnifiedMarketService
from servers import Server, serving

pytestmark = pytest.mark.no_cover  # the same again and again: smaller tests cover it

LATE = utc("2024-08-30T12:00")
DAYS = [f"{utc('2024-07-01T12:00') + timedelta(days=number):%Y-%m-%d}" for number in range(75)]


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """A server with the load of 75 days."""
    with serving() as running:
        for each in DAYS:
            running.on(f"/load/{each}.csv", load_csv(each, hours=range(0, 24, 6), areas=("NORTH", "SOUTH")))
        yield running


def opened(server: Server, home: Path, **changes: Any) -> UnifiedMarketService:
    """A service over it."""
    there = served_market(server.url, load_feed(step=timedelta(hours=6), published_ahead=timedelta(days=40)))
    return UnifiedMarketService(registry(Plugin(there)), settings(home, **changes), now=lambda: LATE)


def streamed(server: Server, home: Path, query: Query) -> list[MarketData]:
    """The parts of an answer."""

    async def go() -> list[MarketData]:
        async with opened(server, home) as service:
            return [part async for part in service.stream(query)]

    return run(go())


def whole(server: Server, home: Path, query: Query, **changes: Any) -> MarketData:
    """The answer at once."""

    async def go() -> MarketData:
        async with opened(server, home, **changes) as service:
            return await service.get_market_data(query)

    return run(go())


def test_parts_are_the_answer(server: Server, tmp_path: Path) -> None:
    """In order, nothing twice, nothing lost; the first part is short, and the range is theirs."""
    query = Query.of("testiso", "load", "2024-07-01T06:00", "2024-09-13T12:00", locations="SOUTH")
    parts = streamed(server, tmp_path, query)
    at_once = whole(server, tmp_path, query)
    assert pl.concat([part.frame for part in parts]).equals(at_once.frame)
    assert [len(part.provenance) for part in parts] == [8, 67]
    assert parts[0].query.time.start == at_once.query.time.start
    assert parts[-1].query.time.end == at_once.query.time.end
    assert all(part.coverage.complete for part in parts)
    assert pl.concat([part.raw() for part in parts]).height == at_once.raw().height == len(at_once)


def test_error_comes_after_the_parts_before_it(server: Server, tmp_path: Path) -> None:
    """A strict answer ends there; what came before it came."""
    query = Query.of("testiso", "load", "2024-09-01", "2024-09-20")
    rows = []

    async def go() -> None:
        async with opened(server, tmp_path) as service:
            async for part in service.stream(query):
                rows.append(len(part))  # noqa: PERF401 - a comprehension would lose them with the error

    with pytest.raises(NoData, match="2024-09-14"):
        run(go())
    assert rows == [8 * 8]


def test_own_columns_of_long_ranges_are_for_the_asking(server: Server, tmp_path: Path) -> None:
    """Without raw=True they would take more memory than the answer; of some locations they are always there."""
    ask = functools.partial(Query.of, "testiso", "load", DAYS[0], DAYS[70])
    with pytest.raises(UnsupportedQuery, match="ask for them with raw=True"):
        whole(server, tmp_path, ask()).raw()
    both = whole(server, tmp_path, ask(raw=True)).raw()
    assert both.height == 70 * 8
    north = whole(server, tmp_path, ask(locations="north")).raw()
    assert north.equals(both.filter(pl.col("Area") == "NORTH"))


@pytest.mark.parametrize("places", [(), ("NORTH",), ("north", "South")], ids=str)
def test_long_answer_is_that_of_its_chunks(server: Server, tmp_path: Path, places: tuple[str, ...]) -> None:
    """Rows, findings and coverage are what they are when every chunk stays whole in memory."""
    query = Query.of("testiso", "load", DAYS[0], DAYS[70], locations=places, raw=True)

    async def twice() -> list[MarketData]:
        async with opened(server, tmp_path) as service:
            return [await service.get_market_data(query) for _ in range(2)]

    fetched, remembered = run(twice())
    assert fetched.frame.equals(remembered.frame)
    assert fetched.raw().equals(remembered.raw())
    assert (fetched.findings, fetched.coverage) == (remembered.findings, remembered.coverage)
    assert {each.kept_in for each in remembered.provenance} == {"memory"}


PAGES = {f"2024-07-{number:02}.csv": day(f"2024-07-{number:02}") for number in range(1, 25)}
RANGE = ("--start", "2024-07-01", "--end", "2024-07-21")


@pytest.fixture(autouse=True)
def _own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ENERGYOPTI_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))


READ: dict[str, Callable[..., pl.DataFrame]] = {
    "csv": pl.read_csv,
    "ndjson": pl.read_ndjson,
    "parquet": pl.read_parquet,
    "arrow": pl.read_ipc,
}


@pytest.mark.parametrize("form", READ)
def test_file_of_many_parts_is_that_of_one(tmp_path: Path, form: str) -> None:
    """Twenty days in two parts: the rows of standard output, in each format; the report is of all of it."""
    file = tmp_path / f"load.{form}"
    result = get(*RANGE, "--output", str(file), pages=PAGES)
    assert result.exit_code == 0
    assert result.stderr.startswith(
        "480 rows of testiso/hourly_load, 2024-07-01T04:00:00Z to 2024-07-21T04:00:00Z"
    )
    direct = get(*RANGE, "--format", form, pages=PAGES).stdout_bytes
    assert READ[form](file).equals(READ[form](direct))


@pytest.mark.parametrize("form", READ)
def test_failure_of_a_later_part_leaves_no_file(tmp_path: Path, form: str) -> None:
    """The first eight days were written by then; nothing is left of them, and the error is that of the day."""
    file = tmp_path / f"load.{form}"
    network = Network({name: page for name, page in PAGES.items() if name != "2024-07-15.csv"})
    result = get(*RANGE, "--output", str(file), network=network)
    assert result.exit_code == NoData.exit_code
    assert "testiso/hourly_load/2024-07-15" in result.stderr
    assert result.stderr.count("\n") == 1
    assert list(tmp_path.glob("*load*")) == []


def test_blocking_stream_gives_the_same_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """With the words of get; a consumer that stops early leaves nothing running."""
    monkeypatch.setenv("ENERGYOPTI_SANDBOX", "1")
    sync.reset()
    try:
        words = ("nyiso", "lmp", "2024-07-01", "2024-07-12")
        parts = list(sync.stream(*words, run="day_ahead", locations="N.Y.C."))
        assert [len(part) for part in parts] == [8 * 24, 3 * 24]
        several = sync.stream(*words, run="day_ahead")
        assert len(next(several)) == 8 * 24 * 15
        several.close()
        assert sync.get(*words, run="day_ahead", locations="N.Y.C.").frame.equals(
            pl.concat([part.frame for part in parts])
        )
    finally:
        sync.reset()
