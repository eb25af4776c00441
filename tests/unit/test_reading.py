"""What a reading can be asked for: fewer rows, with every one that is left out accounted for."""

from __future__ import annotations

import polars as pl

from builders import FEED, utc
from energyopti import FindingKind
from energyopti.findings import Finding
from energyopti.layouts import Reading


def three_hours() -> Reading:
    """Load of one area from 04:00 to 07:00."""
    rows = "".join(f"2024-07-01T0{hour}:00:00,NORTH,{hour}\r\n" for hour in (4, 5, 6))
    return FEED.layout.read(f"Start,Area,MW\r\n{rows}".encode())


def test_kept_rows_still_know_where_they_were_read() -> None:
    """The second of three rows is the payload's second, and the finding accounts for the others."""
    finding = Finding(kind=FindingKind.ADVISORY_ROW, message="two others", rows=2, accounts=True)
    kept = three_hours().keep(pl.Series([False, True, False]), finding)
    assert kept.frame["load"].to_list() == [5.0]
    assert kept.raw["MW"][kept.origin[0]] == 5
    assert kept.accounted_rows == kept.payload_rows == 3


def test_rows_within_a_span_begin_in_it() -> None:
    """The end is excluded; the rows outside are one finding."""
    within = three_hours().within(utc("2024-07-01T05:00"), utc("2024-07-01T06:00"))
    assert within.frame["load"].to_list() == [5.0]
    assert [(each.kind, each.rows, each.accounts) for each in within.findings] == [
        (FindingKind.OVERLAP, 2, True)
    ]


def test_reading_within_its_span_is_itself() -> None:
    """Nothing is said where nothing is left out."""
    reading = three_hours()
    assert reading.within(utc("2024-07-01T04:00"), utc("2024-07-01T07:00")) is reading
