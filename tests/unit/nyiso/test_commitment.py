"""Quarter hours of the commitment are prices of their own, as far as they certainly were not dispatched."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from builders import utc
from energyopti import FindingKind, MarketData, NoData, Run
from energyopti.layouts import Document, Reading
from energyopti_nyiso.feeds.prices import REAL_TIME_ZONE
from energyopti_nyiso.market import NYISO
from energyopti_nyiso.protocol.advisory import without_advisory
from energyopti_nyiso.protocol.commitment import of_the_commitment
from nyiso_files import ALL, RUNNING, clocks, ends, reading, text
from nyiso_hosts import DAY_FILE, NEWEST_FILE, Hosts
from serving import Clock

FEED = NYISO.feed("realtime_zone_rtc")
LONG_DAY = "11/03/2024"
QUARTER = timedelta(minutes=15)


def taken(found: Reading, written: str | None, newest: str | None = None) -> Reading:
    """The commitment's rows of a file written at a time; every row of it is accounted for."""
    kept = of_the_commitment(
        found,
        written=None if written is None else utc(written),
        newest=None if newest is None else utc(newest),
    )
    assert kept.payload_rows == kept.accounted_rows == found.payload_rows
    assert len(kept.origin) == kept.frame.height
    return kept


def kinds(found: Reading) -> list[tuple[FindingKind, int]]:
    """What was left out, and how many rows."""
    return [(each.kind, each.rows) for each in found.findings if each.accounts]


def test_quarter_hours_after_the_dispatch_are_the_commitments() -> None:
    """At 10:08 10:15 cannot have been dispatched: its last five minutes begin at 10:10."""
    found = taken(reading(*RUNNING), "2024-07-01T14:08", "2024-07-01T14:10")
    assert ends(found) == ["10:15", "10:30", "10:45"]
    assert kinds(found) == [(FindingKind.OTHER_RUN, 6)]


def test_rows_are_the_quarter_hour_before_their_stamp() -> None:
    """10:15 follows 10:10 in the file, and covers 10:00 to 10:15 all the same."""
    frame = taken(reading(*RUNNING), "2024-07-01T14:08").frame
    assert frame["interval_start"].min() == utc("2024-07-01T14:00")
    assert set(frame["interval_end"] - frame["interval_start"]) == {QUARTER}


def test_quarter_hour_that_may_have_been_dispatched_meanwhile_is_in_neither_feed() -> None:
    """At 10:12 a row of 10:15 may be of either run: the dispatch leaves it out, and so does the commitment."""
    file = reading(*RUNNING)
    found = taken(file, "2024-07-01T14:12", "2024-07-01T14:10")
    assert ends(found) == ["10:30", "10:45"]
    assert kinds(found) == [(FindingKind.OTHER_RUN, 6), (FindingKind.OTHER_RUN, 2)]
    assert "10:15" not in ends(without_advisory(file, utc("2024-07-01T14:10")))


def test_dispatched_quarter_hour_is_not_the_commitments() -> None:
    """The server says 10:15: it is the dispatch's, whenever the file was written."""
    assert ends(taken(reading(*RUNNING), "2024-07-01T14:08", "2024-07-01T14:15")) == ["10:30", "10:45"]


def test_without_a_time_the_first_quarter_hour_is_uncertain() -> None:
    """By 10:30 the dispatch would have added 10:20 and 10:25."""
    assert ends(taken(reading(*RUNNING), None)) == ["10:30", "10:45"]
    found = FEED.reads(FEED.layout, [Document(name="running.csv", content=text(*RUNNING))])
    assert ends(found) == ["10:30", "10:45"]


def test_finished_day_has_no_quarter_hour_of_the_commitment() -> None:
    """Its midnight row was dispatched; nothing follows."""
    found = taken(reading("23:45", "23:50", "23:55", "24:00"), None)
    assert found.frame.is_empty()
    assert sum(rows for _, rows in kinds(found)) == 8


def test_quarter_hours_alone_are_the_commitments_if_they_lie_ahead() -> None:
    """Right after midnight nothing was dispatched yet; a file of unknown time may be anything."""
    file = reading("00:15", "00:30", "00:45")
    assert ends(taken(file, "2024-07-01T04:02")) == ["00:15", "00:30", "00:45"]
    assert ends(taken(file, "2024-07-01T04:12")) == ["00:30", "00:45"]
    assert taken(file, None).frame.is_empty()


def test_row_that_goes_back_after_the_dispatch_is_the_commitments() -> None:
    """10:15 stands again after 10:20: it was announced once, and dispatched before."""
    found = taken(reading("10:10", "10:15", "10:20", "10:15", "10:30", "10:45"), "2024-07-01T14:18")
    assert ends(found) == ["10:15", "10:30", "10:45"]
    assert found.origin.to_list() == [6, 7, 8, 9, 10, 11]


def test_congestion_raises_the_price() -> None:
    """31.50 = 25.00 of energy + 2.50 of losses + 4.00 of congestion, published as -4.00."""
    row = FEED.layout.read(FEED.example.payload).frame.row(0, named=True)
    assert (row["lmp"], row["energy"], row["loss"], row["congestion"]) == (31.5, 25.0, 2.5, 4.0)
    assert FEED.run is Run.REAL_TIME_15MIN


@st.composite
def running_days(draw: st.DrawFn) -> tuple[list[int], list[int], int, bool]:
    """Minutes at which dispatched and committed intervals end, when the file was written, and an order."""
    last = draw(st.integers(1, 60))
    dispatched = [5 * number for number in range(1, last + 1)]
    first = 15 * (dispatched[-1] // 15 + 1)
    committed = [first + 15 * number for number in range(draw(st.integers(0, 10)))]
    return dispatched, committed, dispatched[-1] + draw(st.integers(-4, 4)), draw(st.booleans())


@given(running_days(), st.booleans())
@settings(max_examples=60, deadline=None)
def test_no_row_is_of_both_runs(day: tuple[list[int], list[int], int, bool], known: bool) -> None:
    """Whatever the server says: what the dispatch takes the commitment does not, and nothing dispatched is taken."""
    dispatched, committed, written, by_place = day
    stamps = [f"{minute // 60:02}:{minute % 60:02}" for minute in (*dispatched, *committed)]
    file = reading(*stamps, by_place=by_place)
    start = utc("2024-07-01T04:00")
    newest = start + timedelta(minutes=dispatched[-1]) if known else None
    found = of_the_commitment(file, written=start + timedelta(minutes=written), newest=newest)
    assert found.payload_rows == found.accounted_rows == 2 * len(stamps)
    kept = ends(found)
    assert set(kept).isdisjoint(ends(without_advisory(file, newest)))
    assert set(kept) <= set(stamps[len(dispatched) :])
    if known:
        ahead = zip(stamps[len(dispatched) :], committed, strict=True)
        certain = [clock for clock, minute in ahead if minute - 5 > written]
        assert kept == certain


# The repeated hour


def long_day(*stamps: str) -> Reading:
    """The day of 25 hours, as far as its file goes."""
    return REAL_TIME_ZONE.layout.read(text(*stamps, day=LONG_DAY))


def instants(found: Reading) -> list[datetime]:
    """The ends of what was kept."""
    ended: list[datetime] = found.frame["interval_end"].unique().sort().to_list()
    return ended


def quarters(first: str, count: int) -> list[datetime]:
    """Ends of quarter hours in a row."""
    return [utc(first) + number * QUARTER for number in range(count)]


def test_quarter_hours_run_through_both_passes() -> None:
    """At 00:52 EDT the commitment reaches from 01:00 EDT to 02:15 EST: each stamp from 01:15 on stands twice."""
    ahead = ("01:00", "01:15", "01:30", "01:45", "01:00", "01:15", "01:30", "01:45", "02:00", "02:15")
    found = taken(long_day(*clocks(11), *ahead), "2024-11-03T04:52")
    assert instants(found) == quarters("2024-11-03T05:00", 10)
    assert kinds(found) == [(FindingKind.OTHER_RUN, 22)]


def test_quarter_hours_of_the_second_pass_follow_its_dispatch() -> None:
    """At 01:07 EST the dispatch is in the second pass, and so is 01:15."""
    first, second = clocks(23), clocks(14, 12)
    found = taken(long_day(*first, *second, "01:15", "01:30", "01:45", "02:00"), "2024-11-03T06:07")
    assert instants(found) == quarters("2024-11-03T06:15", 4)


def test_quarter_hours_whose_pass_is_not_known_are_left_out_and_said() -> None:
    """01:15 after 01:20 EDT goes back: it was announced earlier, and is not of the second pass, as its place says."""
    found = taken(long_day(*clocks(16), "01:15", "01:30", "01:45"), "2024-11-03T05:17")
    assert instants(found) == []
    assert kinds(found) == [(FindingKind.OTHER_RUN, 32), (FindingKind.UNKNOWN_TIME, 6)]


def test_hole_before_the_repeated_hour_leaves_its_pass_unknown() -> None:
    """00:45 and then 01:30: of the first pass or of the second, and so is what follows until 02:00."""
    found = taken(long_day(*clocks(8), "00:45", "01:30", "01:45"), "2024-11-03T04:37")
    assert instants(found) == quarters("2024-11-03T04:45", 1)
    assert kinds(found)[1:] == [(FindingKind.UNKNOWN_TIME, 4)]


def test_short_day_goes_on_at_three() -> None:
    """On 2024-03-10 the quarter hour after 01:45 EST ends at 03:00 EDT, an instant that was once 02:00."""
    stamps = (*clocks(20), "01:45", "03:00", "03:15")
    found = taken(REAL_TIME_ZONE.layout.read(text(*stamps, day="03/10/2024")), "2024-03-10T06:36")
    assert instants(found) == quarters("2024-03-10T06:45", 3)
    assert kinds(found) == [(FindingKind.OTHER_RUN, 40)]


# Whole queries


def answer(hosts: Hosts, home: Path, now: str) -> MarketData:
    """The feed's answer at a time."""

    async def go() -> MarketData:
        async with hosts.service(home, Clock(utc(now))) as service:
            return await service.get_market_data("nyiso", FEED.name)

    return asyncio.run(go())


def running(day: str, *stamps: str, written: str, lmp: str = "20.00") -> dict[str, tuple[bytes, datetime]]:
    """A day's file and when it was written."""
    file = text(*stamps, day=day, names=ALL, lmp=lmp)
    return {DAY_FILE.format(day=f"{day[6:]}{day[:2]}{day[3:5]}"): (file, utc(written))}


def test_query_without_a_range_gives_the_quarter_hours_ahead(tmp_path: Path) -> None:
    """One request for the newest interval and one for the day, in this order."""
    hosts = Hosts(dict(running("07/01/2024", *clocks(122), "10:15", "10:30", written="2024-07-01T14:07")))
    hosts.files[NEWEST_FILE] = (text("10:10", names=ALL), None)
    found = answer(hosts, tmp_path, "2024-07-01T14:09")
    assert found.frame["interval_end"].unique().sort().to_list() == quarters("2024-07-01T14:15", 2)
    assert set(found.frame["run"]) == {"real_time_15min"}
    assert len(found) == 2 * len(ALL)
    assert hosts.asked == [NEWEST_FILE, DAY_FILE.format(day="20240701")]
    assert found.coverage.complete


def test_old_file_is_said_to_be_stale(tmp_path: Path) -> None:
    """Written at 10:07 for the last time, and read at 12:00: its quarter hours are over."""
    hosts = Hosts(dict(running("07/01/2024", *clocks(122), "10:15", "10:30", written="2024-07-01T14:07")))
    found = answer(hosts, tmp_path, "2024-07-01T16:00")
    assert FindingKind.STALE in {each.kind for each in found.findings}


def test_file_that_announces_nothing_is_no_data(tmp_path: Path) -> None:
    """All of it was dispatched."""
    hosts = Hosts(dict(running("07/01/2024", *clocks(122), written="2024-07-01T14:07")))
    with pytest.raises(NoData, match="certainly not dispatched"):
        answer(hosts, tmp_path, "2024-07-01T14:09")
