"""Prices that are only announced never count as real-time prices."""

from __future__ import annotations

import pytest

from builders import utc
from energyopti import FindingKind
from energyopti.layouts import Reading
from energyopti_nyiso.advisory import latest_end, without_advisory
from energyopti_nyiso.prices import REAL_TIME_ZONE
from energyopti_nyiso.sandbox.postings import old_server
from serving import asked, new, rows

HEADER = (
    '"Time Stamp","Name","PTID","LBMP ($/MWHr)","Marginal Cost Losses ($/MWHr)",'
    '"Marginal Cost Congestion ($/MWHr)"'
)


def reading(*clocks: str) -> Reading:
    """A running day of two zones with intervals that end at these times of 1 July 2024."""
    lines = [
        f'"07/01/2024 {clock}:00","{name}",{ptid},20.00,1.00,0.00'
        for clock in clocks
        for name, ptid in (("N.Y.C.", 61761), ("WEST", 61752))
    ]
    return REAL_TIME_ZONE.layout.read("\r\n".join([HEADER, *lines, ""]).encode())


def ends(found: Reading) -> list[str]:
    """The ends that were kept, on New York's clock in summer."""
    kept = found.frame["interval_end"].unique().sort().dt.convert_time_zone("America/New_York")
    return kept.dt.strftime("%H:%M").to_list()


RUNNING = ("10:00", "10:05", "10:10", "10:15", "10:30", "10:45")


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
    [("10:05", "10:10", "10:15"), ("10:00", "10:20", "10:25"), ("10:00", "10:15"), ()],
    ids=["on a quarter", "after a gap", "nothing off the quarter", "empty"],
)
def test_without_quarter_hours_at_the_end_nothing_is_left_out(clocks: tuple[str, ...]) -> None:
    """A file that just stops announces nothing."""
    found = without_advisory(reading(*clocks), None)
    assert ends(found) == list(clocks)
    assert found.findings == ()


def test_day_that_ends_with_the_newest_interval_is_whole() -> None:
    """Where nothing follows, nothing is found."""
    found = reading("10:00", "10:05")
    assert without_advisory(found, utc("2024-07-01T14:05")) is found


def test_latest_end_of_nothing_is_unknown() -> None:
    """The newest interval's file may be empty."""
    assert latest_end(reading()) is None
    assert latest_end(reading("10:00", "10:05")) == utc("2024-07-01T14:05")


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
