"""Filling a lake over real HTTP: what is asked for, what is not asked for again, and what is said of failures."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from builders import utc
from collecting_builders import NOW, Plugin, load_csv, load_feed, registry, run, served_market, settings
from energyopti.answer.result import MarketData
from energyopti.backfill import Backfill, Filled, FillPlan, total
from energyopti.errors import (
    InvalidTimeRange,
    LakeError,
    MissingCredential,
    SourceUnavailable,
    UnknownLocation,
)
from energyopti.market import Feed
from energyopti.query import Query
from energyopti.service import UnifiedMarketService
from energyopti.store.lake import Lake
from servers import Answer, Server, serving

JULY = ("2024-07-01", "2024-07-06")


@pytest.fixture
def server() -> Iterator[Server]:
    """A server with the first five days of July."""
    with serving() as running:
        for day in range(1, 6):
            running.on(f"/load/2024-07-{day:02}.csv", load_csv(f"2024-07-{day:02}", areas=("NORTH", "SOUTH")))
        yield running


class Desk:
    """A lake, and services over it."""

    def __init__(self, server: Server, home: Path, feed: Feed | None = None, **market: Any) -> None:
        self.home = home
        self.now = NOW
        self._plugin = Plugin(served_market(server.url, feed or load_feed(), **market))

    @property
    def lake(self) -> Lake:
        """The lake, opened anew."""
        return Lake(self.home / "lake")

    def backfill(self, store: Any = None) -> Backfill:
        """A service that fills it."""
        return Backfill(store or self.lake, registry(self._plugin), settings(self.home), now=lambda: self.now)

    def fill(self, start: str = JULY[0], end: str = JULY[1], **options: Any) -> Filled:
        """Fill it with the load of some days."""

        async def go() -> Filled:
            async with self.backfill() as service:
                (plan,) = await service.plan(Query.of("testiso", "load", start, end, partial=True))
                return await service.fill(plan, **options)

        return run(go())

    def plan(self, start: str, end: str) -> FillPlan:
        """What filling it takes."""

        async def go() -> FillPlan:
            async with self.backfill() as service:
                (plan,) = await service.plan(Query.of("testiso", "load", start, end))
                return plan

        return run(go())

    def get(self, start: str = JULY[0], end: str = JULY[1], **query: Any) -> MarketData:
        """An answer of a service that was opened for it."""

        async def go() -> MarketData:
            service = UnifiedMarketService(
                registry(self._plugin), settings(self.home), store=self.lake, now=lambda: self.now
            )
            async with service:
                return await service.get_market_data("testiso", "load", start, end, **query)

        return run(go())


def days(paths: Sequence[str]) -> list[int]:
    """The days of July that were asked for."""
    return sorted(int(path[-6:-4]) for path in paths)


def test_filled_lake_answers_without_a_request(server: Server, tmp_path: Path) -> None:
    """Every chunk once; a new process has them all, as complete as they were, with their own columns."""
    desk = Desk(server, tmp_path)
    direct = desk.get()
    filled = desk.fill()
    assert total([filled]) == {
        "feeds": 1, "chunks": 5, "fetched": 0, "rows": 0, "absent": 0, "stale": 0, "failed": 0, "left": 0
    }  # fmt: skip
    assert days(server.paths) == [1, 2, 3, 4, 5]
    again = desk.get()
    assert len(server.asked) == 5
    assert again.frame.equals(direct.frame)
    assert again.raw().equals(direct.raw())
    assert again.coverage == direct.coverage
    assert {each.kept_in for each in again.provenance} == {"lake"}


def test_only_what_is_missing_is_fetched(server: Server, tmp_path: Path) -> None:
    """A longer backfill asks for the days that a shorter one has not."""
    desk = Desk(server, tmp_path)
    first = desk.fill("2024-07-02", "2024-07-04")
    assert (first.fetched, first.rows) == (2, 96)
    plan = desk.plan(*JULY)
    assert (plan.chunks, [chunk.day.day for chunk in plan.missing]) == (5, [1, 4, 5])
    second = desk.fill()
    assert (second.fetched, second.left) == (3, 0)
    assert days(server.paths) == [1, 2, 3, 4, 5]


def test_days_that_are_not_there_are_counted(server: Server, tmp_path: Path) -> None:
    """A source that has no such day is no failure; the day is asked for again next time."""
    desk = Desk(server, tmp_path)
    filled = desk.fill("2024-07-04", "2024-07-08")
    assert (filled.fetched, filled.absent, filled.failures) == (2, 2, {})
    assert [chunk.day.day for chunk in desk.plan("2024-07-04", "2024-07-08").missing] == [6, 7]


def test_failure_of_one_day_is_not_the_end(server: Server, tmp_path: Path) -> None:
    """The others come; the error says which it was, and the next run asks for that day only."""
    server.on("/load/2024-07-03.csv", Answer(status=500))
    desk = Desk(server, tmp_path)
    desk.now = at(30)
    filled = desk.fill()
    assert (filled.fetched, filled.left) == (4, 0)
    (error,) = filled.failures.values()
    assert isinstance(error, SourceUnavailable)
    assert error.chunk == "testiso/hourly_load/2024-07-03"
    server.on("/load/2024-07-03.csv", load_csv("2024-07-03"))
    desk.now += timedelta(minutes=10)
    assert desk.fill().fetched == 1


def test_refused_credential_ends_the_feed(server: Server, tmp_path: Path) -> None:
    """Every other day would be refused alike: the first refusal is the last request."""
    desk = Desk(server, tmp_path, guarded=True)
    filled = desk.fill(jobs=1)
    (error,) = filled.failures.values()
    assert isinstance(error, MissingCredential)
    assert (filled.left, server.asked) == (4, [])


def test_time_that_is_up_leaves_the_rest(server: Server, tmp_path: Path) -> None:
    """What came by then is in the lake, and what did not is counted as left."""
    server.on("/load/2024-07-03.csv", Answer(body=load_csv("2024-07-03"), delay=20))
    desk = Desk(server, tmp_path)
    filled = desk.fill(jobs=1, seconds=3.0)
    assert (filled.fetched, filled.left) == (2, 3)
    assert len(desk.lake.covered("testiso", "hourly_load")) == 2


def test_progress_is_told(server: Server, tmp_path: Path) -> None:
    """After each chunk: how many are left."""
    left = []
    Desk(server, tmp_path).fill(jobs=1, seen=lambda filled: left.append(filled.left))
    assert left == [4, 3, 2, 1, 0]


class _Full:
    """A lake on a full disk."""

    name = "lake"

    async def get_all(self, *_: Any, **__: Any) -> dict[Any, Any]:
        """Nothing is there."""
        return {}

    async def usual_bytes(self, _: Any) -> None:
        """Nothing is there."""

    async def put_all(self, _: Any) -> None:
        """There is no room."""
        raise LakeError("no space left on the device")


def test_lake_that_cannot_be_written_ends_it(server: Server, tmp_path: Path) -> None:
    """Fetching what cannot be kept would only cost the source."""
    desk = Desk(server, tmp_path)

    async def go() -> None:
        async with desk.backfill(_Full()) as service:
            (plan,) = await service.plan(Query.of("testiso", "load", *JULY))
            await service.fill(plan)

    with pytest.raises(LakeError, match="no space"):
        run(go())


def test_range_before_the_history_is_refused(server: Server, tmp_path: Path) -> None:
    """As by a query, before any request."""
    with pytest.raises(InvalidTimeRange, match="its history begins"):
        Desk(server, tmp_path).plan("1990-01-01", "1991-01-01")
    assert server.asked == []


def at(day: int, hour: int = 12) -> datetime:
    """An instant of July or August."""
    return utc("2024-07-01T00:00") + timedelta(days=day - 1, hours=hour)


def test_settled_days_are_asked_for_again_at_long_intervals(server: Server, tmp_path: Path) -> None:
    """A month later each is asked for once more, by a conditional request where the host can answer one."""
    for day in range(1, 6):
        body = load_csv(f"2024-07-{day:02}")
        server.on(f"/load/2024-07-{day:02}.csv", Answer(body=body, headers={"ETag": f'"{day}"'}))
    desk = Desk(server, tmp_path)
    desk.now = at(30)
    assert desk.fill().fetched == 5
    desk.now = at(30, 20)
    assert desk.fill().fetched == 0
    server.on("/load/2024-07-01.csv", Answer(status=304))
    server.on("/load/2024-07-02.csv", load_csv("2024-07-02").replace(b"1200.5", b"900.0"))
    desk.now = at(32)
    asked = len(server.asked)
    assert desk.fill().fetched == 5
    assert len(server.asked) - asked <= 6
    first = next(each for each in server.asked[asked:] if each.path.endswith("01.csv"))
    assert first.headers["if-none-match"] == '"1"'
    found = desk.get("2024-07-02", "2024-07-03")
    assert found.frame["load"][0] == 900.0
    assert found.provenance[0].version == 2


@pytest.fixture
def _only_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """However few rows there are, only those of the asked locations are read."""
    monkeypatch.setattr("energyopti.store.lake.assembling.LAKE_WHOLE_ROWS", 0)


@pytest.mark.usefixtures("_only_parts")
@pytest.mark.parametrize("places", [["south"], ["NORTH", "South"]], ids=str)
def test_only_the_rows_of_the_asked_locations_are_read(
    server: Server, tmp_path: Path, places: list[str]
) -> None:
    """The answer, its own columns, its coverage and findings are those of the source."""
    desk = Desk(server, tmp_path)
    server.on("/load/2024-07-02.csv", load_csv("2024-07-02", hours=range(3), areas=("NORTH", "SOUTH")))
    ranges = [(*JULY, {}), ("2024-07-01T05:00", "2024-07-02T02:00", {"filters": {"location_type": "zone"}})]
    direct = [desk.get(start, end, locations=places, partial=True, **more) for start, end, more in ranges]
    asked = len(server.asked)
    for (start, end, more), expected in zip(ranges, direct, strict=True):
        found = desk.get(start, end, locations=places, partial=True, **more)
        assert found.frame.equals(expected.frame)
        assert found.raw().equals(expected.raw())
        assert found.coverage == expected.coverage
        assert found.findings == expected.findings
    assert len(server.asked) == asked


@pytest.mark.usefixtures("_only_parts")
def test_unknown_location_is_unknown_to_the_lake_too(server: Server, tmp_path: Path) -> None:
    """With the names that there are."""
    desk = Desk(server, tmp_path)
    desk.fill()
    for places in (["nowhere"], ["NORTH", "nowhere"]):
        with pytest.raises(UnknownLocation, match=r"no location 'nowhere'\. Known: NORTH, SOUTH"):
            desk.get(locations=places)
