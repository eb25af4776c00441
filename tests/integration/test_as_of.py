"""What was known then: prices as they had been fetched, forecasts as they had been published."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from builders import utc
from collecting_builders import (
    Plugin,
    forecast_feed,
    load_csv,
    load_feed,
    registry,
    run,
    served_market,
    settings,
)
from energyopti.answer.result import MarketData
from energyopti.errors import InvalidTimeRange, NoData, UnsupportedQuery
from energyopti.findings import FindingKind
from energyopti.market import Feed
from energyopti.query import AsOf, Query
from energyopti.service import UnifiedMarketService
from energyopti.store.lake import Lake
from servers import Answer, Server, serving

FIRST, SECOND, THIRD = utc("2024-07-10T12:00"), utc("2024-07-11T12:00"), utc("2024-07-12T12:00")


@pytest.fixture
def server() -> Iterator[Server]:
    """A server whose pages each test writes."""
    with serving() as running:
        yield running


class Asker:
    """Services over one lake, or over none, each opened for one answer."""

    def __init__(self, server: Server, home: Path, feed: Feed, *, lake: bool = True) -> None:
        self._server, self._home, self._feed = server, home, feed
        self._lake = Lake(home / "lake") if lake else None

    def get(self, start: str, end: str, *, now: datetime = THIRD, **query: Any) -> MarketData:
        """The answer at a time."""
        plugin = Plugin(served_market(self._server.url, self._feed))

        async def go() -> MarketData:
            service = UnifiedMarketService(
                registry(plugin), settings(self._home), store=self._lake, now=lambda: now
            )
            async with service:
                return await service.get_market_data("testiso", self._feed.name, start, end, **query)

        return run(go())


def loads(data: MarketData) -> list[float]:
    """The loads of an answer."""
    return data.frame["load"].to_list()


@pytest.fixture
def asker(server: Server, tmp_path: Path) -> Asker:
    """Two days that were fetched on the tenth, and again on the eleventh after the first was revised."""
    asker = Asker(server, tmp_path, load_feed(refresh_every=timedelta(minutes=5)))
    for day in ("2024-07-08", "2024-07-09"):
        server.on(f"/load/{day}.csv", load_csv(day))
    asker.get("2024-07-08", "2024-07-10", now=FIRST)
    server.on("/load/2024-07-08.csv", load_csv("2024-07-08").replace(b"1800.5", b"900.0"))
    asker.get("2024-07-08", "2024-07-10", now=SECOND)
    server.asked.clear()
    return asker


def test_revised_value_keeps_its_earlier_one(server: Server, asker: Asker) -> None:
    """As of each fetch what it found; the source is not asked."""
    for as_of, value in ((FIRST, 1800.5), (SECOND - timedelta(hours=1), 1800.5), (SECOND, 900.0)):
        found = asker.get("2024-07-08", "2024-07-09", as_of=as_of)
        assert (len(found), loads(found)[0], loads(found)[1]) == (24, value, 1801.5)
        assert found.provenance[0].fetched_at <= as_of
        assert found.coverage.complete
    assert server.asked == []
    assert asker.get("2024-07-08", "2024-07-09", as_of="2024-07-10T09:00", tz="America/New_York")


def test_what_nobody_had_fetched_is_not_known(asker: Asker) -> None:
    """It is not guessed from what came later."""
    with pytest.raises(NoData, match="it had not been fetched as of 2024-07-10T07:00:00"):
        asker.get("2024-07-08", "2024-07-09", as_of="2024-07-10T07:00")
    with pytest.raises(NoData, match="it had not been fetched"):
        asker.get("2024-07-07", "2024-07-08", as_of=SECOND)


def test_each_day_can_have_its_own_time(server: Server, tmp_path: Path) -> None:
    """Prices of two days that came out on the sixth and changed on the evening of the seventh."""
    asker = Asker(server, tmp_path, load_feed(published_ahead=timedelta(days=5)))
    bodies = {day: load_csv(day) for day in ("2024-07-08", "2024-07-09")}
    for when, mark in ((utc("2024-07-06T16:00"), b".5\r"), (utc("2024-07-08T00:00"), b".7\r")):
        for day, body in bodies.items():
            server.on(f"/load/{day}.csv", body.replace(b".5\r", mark))
        asker.get("2024-07-08", "2024-07-10", now=when)
    found = asker.get("2024-07-08", "2024-07-10", as_of="1 day before 10:00")
    assert [editions(found_of(found, day)) for day in (8, 9)] == [{5}, {7}]
    with pytest.raises(NoData, match="it had not been fetched as of 3 days before 10:00"):
        asker.get("2024-07-08", "2024-07-10", as_of="3 days before 10:00")


def test_time_of_day_that_there_is_not_is_refused(asker: Asker) -> None:
    """With one that there is."""
    with pytest.raises(UnsupportedQuery, match="write 1 day before 10:00"):
        asker.get("2024-07-08", "2024-07-09", as_of="1 day before 25:00")


def test_without_a_lake_nobody_knows(server: Server, tmp_path: Path) -> None:
    """The line says how to get one."""
    asker = Asker(server, tmp_path, load_feed(), lake=False)
    with pytest.raises(UnsupportedQuery, match="is in the lake, and there is none; fill one with"):
        asker.get("2024-07-08", "2024-07-09", as_of=FIRST)
    assert server.asked == []


def published(at: str, day: str, plus: int) -> Answer:
    """A forecast of the two days from one on, published at a time; its values tell which it is."""
    body = load_csv(day, hours=range(48)).replace(b".5\r", f".{plus}\r".encode())
    stamp = utc(at).strftime("%a, %d %b %Y %H:%M:%S GMT")
    return Answer(body=body, headers={"Last-Modified": stamp})


@pytest.fixture
def forecaster(server: Server, tmp_path: Path) -> Asker:
    """Forecasts of three days: each published at eight in the morning of its first day."""
    for number, day in enumerate(("2024-07-07", "2024-07-08", "2024-07-09"), start=1):
        server.on(f"/forecast/{day}.csv", published(f"{day}T12:00", day, number))
    return Asker(server, tmp_path, forecast_feed(), lake=False)


def editions(data: MarketData) -> set[int]:
    """Which publications an answer is of."""
    return {round(10 * (value % 1)) for value in loads(data)}


def test_forecasts_are_known_when_they_are_published(forecaster: Asker) -> None:
    """For each interval the last one by then; a lake is not needed."""
    for as_of, edition in (("2024-07-08T07:59", 1), ("2024-07-08T08:00", 2), ("2024-07-09T09:00", 2)):
        found = forecaster.get("2024-07-08", "2024-07-09", as_of=as_of)
        assert (len(found), editions(found)) == (24, {edition})
        assert found.coverage.complete
        assert found.raw().height == 24


def test_forecast_of_the_morning_before(forecaster: Asker) -> None:
    """What a day-ahead bidder had: for each day the forecast of ten o'clock on the day before."""
    found = forecaster.get("2024-07-08", "2024-07-10", as_of="1 day before 10:00")
    assert len(found) == 48
    assert [editions(found_of(found, day)) for day in (8, 9)] == [{1}, {2}]


def found_of(data: MarketData, day: int) -> Any:
    """The rows of a day of July, as something with a frame."""
    import attrs
    import polars as pl

    local = pl.col("interval_start").dt.convert_time_zone("America/New_York").dt.day()
    return attrs.evolve(data, frame=data.frame.filter(local == day))


def test_forecast_that_does_not_say_when_is_not_known(server: Server, tmp_path: Path) -> None:
    """Its rows are left out, and counted."""
    server.on("/forecast/2024-07-07.csv", published("2024-07-07T12:00", "2024-07-07", 1))
    server.on("/forecast/2024-07-08.csv", load_csv("2024-07-08", hours=range(48)))
    asker = Asker(server, tmp_path, forecast_feed(), lake=False)
    found = asker.get("2024-07-08", "2024-07-09", as_of="2024-07-09T00:00", partial=True)
    assert editions(found) == {1}


def test_as_of_is_part_of_a_query() -> None:
    """As text in JSON, and refused if it is neither a time nor a rule."""
    query = Query.of("nyiso", "load", "2024-07-01", "2024-07-02", as_of="1 Day before 9:05")
    assert query.as_of == AsOf.of("1 day before 09:05")
    assert Query.from_json(query.to_json()) == query
    at = Query.of("nyiso", "load", "2024-07-01", "2024-07-02", as_of=FIRST)
    assert Query.from_json(at.to_json()) == at
    with pytest.raises(InvalidTimeRange, match="as_of 'noon' is not a time"):
        Query.of("nyiso", "load", "2024-07-01", "2024-07-02", as_of="noon")


def test_findings_of_then_are_found_again(server: Server, tmp_path: Path) -> None:
    """A day that had a hole then is incomplete then."""
    asker = Asker(server, tmp_path, load_feed(refresh_every=timedelta(minutes=5)))
    server.on("/load/2024-07-08.csv", load_csv("2024-07-08", hours=[*range(5), *range(7, 24)]))
    asker.get("2024-07-08", "2024-07-09", now=FIRST, partial=True)
    server.on("/load/2024-07-08.csv", load_csv("2024-07-08"))
    assert len(asker.get("2024-07-08", "2024-07-09", now=SECOND)) == 24
    then = asker.get("2024-07-08", "2024-07-09", as_of=FIRST, partial=True)
    assert len(then) == 22
    assert not then.coverage.complete
    assert FindingKind.GAP in {each.kind for each in then.findings}
