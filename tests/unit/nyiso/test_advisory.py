"""Prices that are only announced never count as real-time prices."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import timedelta
from typing import cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from builders import utc
from energyopti import FindingKind, NoData
from energyopti.layouts import Reading
from energyopti.query import TimeRange, plan
from energyopti.source import Payload, Source
from energyopti_nyiso.feeds.prices import REAL_TIME_ZONE
from energyopti_nyiso.market import NYISO
from energyopti_nyiso.protocol.advisory import without_advisory
from energyopti_nyiso.protocol.servers import daily_file
from energyopti_nyiso.sandbox.postings import old_server
from nyiso_files import RUNNING, ends, reading, text
from serving import asked, new, rows


def test_rows_after_the_newest_interval_are_left_out_and_counted() -> None:
    """The server says 10:10: the quarter hours after it are a finding, not prices."""
    found = without_advisory(reading(*RUNNING), utc("2024-07-01T14:10"))
    assert ends(found) == ["10:00", "10:05", "10:10"]
    (finding,) = found.findings
    assert (finding.kind, finding.rows, finding.accounts) == (FindingKind.ADVISORY_ROW, 6, True)
    assert found.payload_rows == found.accounted_rows == 12
    assert len(found.origin) == found.frame.height


def test_newest_interval_may_end_on_a_quarter() -> None:
    """The server says 10:15: that one was dispatched."""
    assert ends(without_advisory(reading(*RUNNING), utc("2024-07-01T14:15"))) == list(RUNNING[:4])


def test_without_the_newest_interval_only_what_is_certain_is_taken() -> None:
    """A row that ends off the quarter is always of the dispatch; a quarter after it may be announced."""
    assert ends(without_advisory(reading(*RUNNING), None)) == ["10:00", "10:05", "10:10"]


@pytest.mark.parametrize(
    "clocks",
    [("10:05", "10:10", "10:15"), ("10:00", "10:20", "10:25"), ()],
    ids=["on a quarter", "after a gap", "empty"],
)
def test_without_quarter_hours_at_the_end_nothing_is_left_out(clocks: tuple[str, ...]) -> None:
    """A file that just stops announces nothing."""
    found = without_advisory(reading(*clocks), None)
    assert ends(found) == list(clocks)
    assert found.findings == ()


@pytest.mark.parametrize("newest", [None, "2024-07-01T04:00"])
def test_quarter_hours_alone_are_all_announced(newest: str | None) -> None:
    """Right after midnight nothing of the day was dispatched yet: nothing of its file is taken."""
    found = without_advisory(reading("00:15", "00:30", "00:45"), None if newest is None else utc(newest))
    assert ends(found) == []
    assert [(each.kind, each.rows) for each in found.findings] == [(FindingKind.ADVISORY_ROW, 6)]
    assert found.payload_rows == found.accounted_rows == 6


@pytest.mark.parametrize("newest", ["2024-07-01T13:55", "2024-07-01T14:00", "2024-07-01T14:05"])
def test_file_that_is_ahead_of_the_newest_interval_is_believed(newest: str) -> None:
    """The server still says an older one; what ends off the quarter was dispatched all the same."""
    assert ends(without_advisory(reading(*RUNNING), utc(newest))) == ["10:00", "10:05", "10:10"]


def test_newest_interval_that_the_file_lacks_makes_no_row_of_the_dispatch() -> None:
    """The file is older: it ends before the newest interval, with what it announced then."""
    found = without_advisory(reading("10:00", "10:05", "10:15", "10:30"), utc("2024-07-01T14:10"))
    assert ends(found) == ["10:00", "10:05"]


def test_rows_that_go_back_after_the_dispatch_are_announced() -> None:
    """A quarter hour stands twice: dispatched before 10:20, and after it as it was announced once."""
    found = without_advisory(reading("10:10", "10:15", "10:20", "10:15", "10:30"), utc("2024-07-01T14:20"))
    assert ends(found) == ["10:10", "10:15", "10:20"]
    assert found.frame.height == 3 * 2
    assert found.frame["lmp"].len() == found.origin.len()
    assert found.origin.to_list() == list(range(6))


def test_last_quarter_hour_of_a_day_may_be_announced_alone() -> None:
    """After 23:55 the file has room for one: it is of the dispatch once the server says so."""
    day = reading("23:45", "23:50", "23:55", "24:00")
    assert ends(without_advisory(day, None)) == ["23:45", "23:50", "23:55"]
    assert ends(without_advisory(day, utc("2024-07-02T03:55"))) == ["23:45", "23:50", "23:55"]
    assert without_advisory(day, utc("2024-07-02T04:00")) is day
    assert without_advisory(day, utc("2024-07-02T04:05")) is day


@st.composite
def running_days(draw: st.DrawFn) -> tuple[list[int], list[int], int | None, bool]:
    """Minutes of the day at which dispatched and announced intervals end, the newest that is said, and an order."""
    last = draw(st.integers(1, 60))
    lost = draw(st.sets(st.integers(1, last), max_size=3))
    dispatched = [5 * number for number in range(1, last + 1) if number not in lost or number == last]
    first = 15 * (dispatched[-1] // 15 + 1)
    announced = [first + 15 * number for number in range(draw(st.sampled_from([0, 2, 3, 10])))]
    newest = draw(st.none() | st.sampled_from(dispatched))
    return dispatched, announced, newest, draw(st.booleans())


@given(running_days())
@settings(max_examples=60, deadline=None)
def test_no_announced_row_is_ever_taken_and_no_certain_one_dropped(
    day: tuple[list[int], list[int], int | None, bool],
) -> None:
    """However far the server's newest interval lags behind, and in whichever order the places stand."""
    dispatched, announced, newest, by_place = day
    clocks = [f"{minute // 60:02}:{minute % 60:02}" for minute in (*dispatched, *announced)]
    end = None if newest is None else utc("2024-07-01T04:00") + timedelta(minutes=newest)
    found = without_advisory(reading(*clocks, by_place=by_place), end)
    off = max((minute for minute in dispatched if minute % 15), default=0)
    certain = max(off, newest or 0)
    if newest is None and off and not announced:
        certain = dispatched[-1] if dispatched[-1] - off <= 15 else off
    kept = [clock for clock, minute in zip(clocks, dispatched, strict=False) if minute <= certain]
    assert ends(found) == kept
    assert found.payload_rows == found.accounted_rows == 2 * len(clocks)


def test_day_that_ends_with_the_newest_interval_is_whole() -> None:
    """Where nothing follows, nothing is found."""
    found = reading("10:00", "10:05")
    assert without_advisory(found, utc("2024-07-01T14:05")) is found


class Server:
    """Answers the day's file and the newest interval's, and remembers which was asked for first."""

    def __init__(self, now: str, clocks: tuple[str, ...], newest: str | None) -> None:
        self.now = utc(now)
        self.asked: list[str] = []
        self._files = {"day": text(*clocks)}
        if newest is not None:
            self._files["newest"] = text(newest)

    async def get(self, path: str, **_: object) -> Payload:
        """A file, if there is one."""
        self.asked.append(path)
        if path not in self._files:
            raise NoData(f"{path} does not exist")
        return Payload(content=self._files[path], url=path, fetched_at=self.now)

    async def run(self, work: Callable[..., Reading], *args: object) -> Reading:
        """The result of some work."""
        return work(*args)


def taken(server: Server) -> list[str]:
    """The ends of 1 July 2024 that are taken from a server."""
    noon = utc("2024-07-01T16:00")
    (chunk,) = plan(NYISO, REAL_TIME_ZONE, TimeRange(noon, noon + timedelta(hours=1)))
    collect = daily_file("day", newest="newest")

    async def go() -> Reading:
        return await collect(chunk, cast("Source", server))

    return ends(asyncio.run(go()))


def test_newest_interval_is_asked_for_before_the_day() -> None:
    """What is dispatched between the two requests is announced in the first, and must not be called dispatched."""
    server = Server("2024-07-01T14:12", RUNNING, "10:05")
    assert taken(server) == ["10:00", "10:05", "10:10"]
    assert server.asked == ["newest", "day"]


@pytest.mark.parametrize(
    ("newest", "kept"),
    [("23:55", 2), ("24:00", 3), (None, 2)],
    ids=["announced", "dispatched", "not known"],
)
def test_day_that_just_ended_may_still_announce_its_last_interval(newest: str | None, kept: int) -> None:
    """Two minutes after midnight the file is looked through as before it."""
    clocks = ("23:50", "23:55", "24:00")
    assert taken(Server("2024-07-02T04:02", clocks, newest)) == ["23:50", "23:55", "00:00"][:kept]


def test_finished_day_is_taken_as_it_is() -> None:
    """An hour after its end the file is whole, and one request is enough."""
    server = Server("2024-07-02T05:00", ("23:50", "23:55", "24:00"), "23:55")
    assert taken(server) == ["23:50", "23:55", "00:00"]
    assert server.asked == ["day"]


def test_running_day_goes_on_with_the_quarter_hours_of_the_next_hour() -> None:
    """As the real servers do: after the newest interval come four that are only announced."""
    day = rows(new("RT_LBMP_ZONE/CSV/2026/11/20/realtime_zone-20261120.csv", utc("2026-11-20T15:07")).body)
    stamps = list(dict.fromkeys(row["Time Stamp"][11:] for row in day))
    assert stamps[-6:] == ["10:00:00", "10:05:00", "10:15:00", "10:30:00", "10:45:00", "11:00:00"]


def test_old_server_has_the_newest_interval_until_it_ended() -> None:
    """Its own path, as long as it got daily files."""
    path = "realtime/realtime_zone_lbmp.csv"
    stamps = {row["Time Stamp"] for row in rows(asked(old_server, path, utc("2026-10-10T15:07")).body)}
    assert stamps == {"10/10/2026 11:05:00"}
    assert asked(old_server, path, utc("2026-10-20T16:00")).status == 404
