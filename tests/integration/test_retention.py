"""Sources that keep rows only so long, and chunks that hold what was made in their time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from builders import feed, utc
from collecting_builders import NOW, load_csv, load_feed, run, served, served_market, service
from energyopti.answer.result import CoverageStatus, MarketData
from energyopti.datasets import CAPACITY
from energyopti.errors import NoData
from energyopti.findings import FindingKind
from energyopti.layouts import CsvLayout, Dates, Number, Text
from energyopti.market import ChunkSize, Feed
from servers import Server, serving

DAY, HOUR = timedelta(days=1), timedelta(hours=1)


@pytest.fixture
def server() -> Iterator[Server]:
    """A server with the first nine days of July, of which it had better not be asked for all."""
    with serving() as running:
        for day in range(1, 10):
            running.on(f"/load/2024-07-{day:02}.csv", load_csv(f"2024-07-{day:02}"))
        yield running


def ask(
    server: Server, home: Path, whose: Feed, start: str, end: str, *, now: Any = NOW, **changes: Any
) -> MarketData:
    """The answer of a service of its own; it is 08:00 of the tenth of July in New York."""

    async def go() -> MarketData:
        async with service(served_market(server.url, whose), home, now=now) as opened:
            return await opened.get_market_data("testiso", whose.name, start, end, **changes)

    return run(go())


def test_days_that_are_kept_are_asked_for(server: Server, tmp_path: Path) -> None:
    """With three days kept, since 08:00 of the seventh: that day is there in part, and is asked for."""
    data = ask(server, tmp_path, load_feed(retention=3 * DAY), "2024-07-07", "2024-07-09")
    assert sorted(server.paths) == ["/load/2024-07-07.csv", "/load/2024-07-08.csv"]
    assert len(data) == 48
    assert data.coverage.complete


def test_days_that_are_not_kept_are_not_asked_for(server: Server, tmp_path: Path) -> None:
    """A partial answer says why they are not there."""
    data = ask(server, tmp_path, load_feed(retention=3 * DAY), "2024-07-05", "2024-07-08", partial=True)
    assert server.paths == ["/load/2024-07-07.csv"]
    assert [part.status for part in data.coverage.parts] == [
        CoverageStatus.NOT_KEPT,
        CoverageStatus.NOT_KEPT,
        CoverageStatus.COMPLETE,
    ]
    assert data.coverage.parts[0].reason == (
        "testiso/hourly_load/2024-07-05: it is too old: the source keeps only the last 3 days"
    )
    assert [finding.kind for finding in data.findings] == [FindingKind.MISSING_PART] * 2


def test_day_that_is_not_kept_is_no_data(server: Server, tmp_path: Path) -> None:
    """Before any request; what did arrive comes with the error."""
    with pytest.raises(
        NoData, match="2024-07-06: it is too old: the source keeps only the last 3 days"
    ) as caught:
        ask(server, tmp_path, load_feed(retention=3 * DAY), "2024-07-06", "2024-07-08")
    assert caught.value.finished is not None
    assert len(caught.value.finished) == 24
    with pytest.raises(NoData):
        ask(server, tmp_path, load_feed(retention=3 * DAY), "2024-07-01", "2024-07-02")
    assert server.paths == ["/load/2024-07-07.csv"]


@pytest.mark.parametrize(("late", "requests"), [(timedelta(), 0), (-timedelta(seconds=1), 1)])
def test_day_is_kept_to_the_instant(server: Server, tmp_path: Path, late: timedelta, requests: int) -> None:
    """The fifth ends at 04:00Z of the sixth: three days later nothing of it is left."""
    now = utc("2024-07-09T04:00") + late
    whose = load_feed(retention=3 * DAY)
    try:
        ask(server, tmp_path, whose, "2024-07-05", "2024-07-06", now=now)
    except NoData as error:
        assert "too old" in str(error)
    assert len(server.asked) == requests


def test_short_memory_is_told_in_hours(server: Server, tmp_path: Path) -> None:
    """Where a source keeps less than a day."""
    with pytest.raises(NoData, match="keeps only the last 6 hours"):
        ask(server, tmp_path, load_feed(retention=6 * HOUR), "2024-07-09", "2024-07-10")
    assert server.asked == []


def test_source_that_keeps_everything_is_asked_for_everything(server: Server, tmp_path: Path) -> None:
    """However old it is."""
    data = ask(
        server, tmp_path, load_feed(retention=None), "2024-07-01", "2024-07-02", now=utc("2034-07-01T00:00")
    )
    assert len(data) == 24


def test_places_have_chunks_that_are_too_old_as_a_whole_or_not_at_all(server: Server, tmp_path: Path) -> None:
    """A month of a place is asked for as long as a part of it is kept."""
    whose = load_feed(retention=3 * DAY, per_location=ChunkSize.MONTH)
    data = ask(server, tmp_path, whose, "2024-06-29", "2024-07-02", locations="NORTH", partial=True)
    assert server.paths == ["/load/2024-07-01.csv"]
    assert [part.status for part in data.coverage.parts][:1] == [CoverageStatus.NOT_KEPT]
    assert data.frame["interval_start"].min() == utc("2024-07-01T04:00")


AUCTIONS = feed(
    name="auctions",
    dataset=CAPACITY,
    by_publication=True,
    step=30 * DAY,
    sources=(served("daily file", "auctions/{day}.csv"),),
    layout=CsvLayout(
        dataset=CAPACITY,
        zone="America/New_York",
        time=Dates(names=("Month",), lasts="1mo"),
        columns=(
            Text("Auction", to="auction"),
            Text("Area", to="location"),
            Number("Price", to="price"),
        ),
        constants={"basis": "unforced"},
    ),
)
LATE = b"Month,Auction,Area,Price\n09/01/2024,July,WEST,90\n11/01/2024,July,WEST,110\n"
EARLY = b"Month,Auction,Area,Price\n10/01/2024,Monthly,WEST,100\n08/01/2024,Monthly,WEST,80\n"


@pytest.fixture
def auctions(server: Server) -> Server:
    """A server with the results of two days' auctions."""
    server.on("/auctions/2024-07-01.csv", LATE)
    server.on("/auctions/2024-07-02.csv", EARLY)
    return server


def test_range_speaks_of_the_time_of_publication(auctions: Server, tmp_path: Path) -> None:
    """All that was made on two days of July, whatever months it is of: in the order of those months."""
    data = ask(auctions, tmp_path, AUCTIONS, "2024-07-01", "2024-07-03")
    assert data.frame.select("interval_start", "price").rows() == [
        (utc("2024-08-01T04:00"), 80.0),
        (utc("2024-09-01T04:00"), 90.0),
        (utc("2024-10-01T04:00"), 100.0),
        (utc("2024-11-01T04:00"), 110.0),
    ]
    assert data.coverage.complete
    assert [part.rows for part in data.coverage.parts] == [2, 2]
    assert sorted(data.raw()["Price"].to_list()) == [80.0, 90.0, 100.0, 110.0]


def test_months_ahead_are_neither_outside_nor_missing(auctions: Server, tmp_path: Path) -> None:
    """Rows that lie where they lie, with nothing between a publication and what it speaks of."""
    auctions.on("/auctions/2024-07-01.csv", b"Month,Auction,Area,Price\n12/01/2024,July,WEST,120\n")
    data = ask(auctions, tmp_path, AUCTIONS, "2024-07-01", "2024-07-02")
    assert data.frame["price"].to_list() == [120.0]
    assert data.findings == ()
    assert data.coverage.complete


def test_part_of_a_day_gives_all_of_its_publication(auctions: Server, tmp_path: Path) -> None:
    """When in the day it was made is not known."""
    data = ask(auctions, tmp_path, AUCTIONS, "2024-07-01T10:00", "2024-07-01T11:00")
    assert data.frame["price"].to_list() == [90.0, 110.0]


def test_locations_and_filters_narrow_publications(auctions: Server, tmp_path: Path) -> None:
    """As they do everything else."""
    auctions.on("/auctions/2024-07-01.csv", LATE + b"10/01/2024,July,EAST,95\n")
    data = ask(auctions, tmp_path, AUCTIONS, "2024-07-01", "2024-07-03", locations="east")
    assert data.frame["price"].to_list() == [95.0]
    monthly = ask(auctions, tmp_path, AUCTIONS, "2024-07-01", "2024-07-03", filters={"auction": "Monthly"})
    assert monthly.frame["price"].to_list() == [80.0, 100.0]


def test_hole_between_the_rows_of_a_publication_is_a_gap(auctions: Server, tmp_path: Path) -> None:
    """A month that is left out is still missed."""
    data = ask(auctions, tmp_path, AUCTIONS, "2024-07-01", "2024-07-02")
    (finding,) = data.findings
    assert finding.kind is FindingKind.GAP
    assert finding.spans == ((utc("2024-10-01T04:00"), utc("2024-11-01T04:00")),)


def test_publication_that_is_too_old_is_not_asked_for(auctions: Server, tmp_path: Path) -> None:
    """Its own age counts, not that of the months that it speaks of."""
    whose = feed(
        **{
            **{name: getattr(AUCTIONS, name) for name in ("name", "dataset", "layout", "sources")},
            "by_publication": True,
            "step": 30 * DAY,
            "retention": 8 * DAY + 8 * HOUR,
        }
    )
    data = ask(auctions, tmp_path, whose, "2024-07-01", "2024-07-03", partial=True)
    assert auctions.paths == ["/auctions/2024-07-02.csv"]
    assert data.frame["price"].to_list() == [80.0, 100.0]
