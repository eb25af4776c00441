"""Parts of an hour whose length depends on a word beside, and rows that only say that there is nothing."""

from __future__ import annotations

from datetime import datetime, timedelta

import attrs
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import utc
from energyopti.datasets import SCHEDULES
from energyopti.errors import PluginError
from energyopti.findings import FindingKind
from energyopti.layouts import CsvLayout, HourEnding, HourParts, Placeholder, Reading, Text

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
PARTS = HourParts(
    number="Interval", of="Run", lengths={"RTD": 5 * MINUTE, "RTPD": 15 * MINUTE, "DAM": 60 * MINUTE}
)
LAYOUT = CsvLayout(
    dataset=SCHEDULES,
    zone="America/Los_Angeles",
    time=HourEnding(
        date="Day", hour="Hour", date_formats="%Y-%m-%d", hour_format="{:d}", repeats_as=25, parts=PARTS
    ),
    columns=(Text("Run", to="component"), Text("Area", to="location"), Text("Why", required=False)),
    placeholder=Placeholder("Why", words="nothing"),
)


def read(*rows: str, header: str = "Day,Hour,Interval,Run,Area,Why") -> Reading:
    """Rows of one document."""
    return LAYOUT.read("\n".join([header, *rows, ""]).encode())


def spans(reading: Reading) -> list[tuple[datetime, datetime]]:
    """The intervals of a reading's rows."""
    return reading.frame.select("interval_start", "interval_end").rows()


@pytest.mark.parametrize(
    ("row", "start", "minutes"),
    [
        ("2026-07-01,1,1,RTD", "2026-07-01T07:00", 5),
        ("2026-07-01,1,12,RTD", "2026-07-01T07:55", 5),
        ("2026-07-01,24,4,RTPD", "2026-07-02T06:45", 15),
        ("2026-07-01,2,1,DAM", "2026-07-01T08:00", 60),
        ("2026-07-01,2,0,RTD", "2026-07-01T08:00", 60),
        ("2026-07-01,2,,RTPD", "2026-07-01T08:00", 60),
        ("2026-07-01,2,3,NEW", "2026-07-01T08:00", 60),
        ("2026-03-08,2,4,RTPD", "2026-03-08T09:45", 15),
        ("2026-03-08,4,1,RTD", "2026-03-08T10:00", 5),
        ("2026-11-01,2,12,RTD", "2026-11-01T08:55", 5),
        ("2026-11-01,25,1,RTD", "2026-11-01T09:00", 5),
        ("2026-11-01,25,0,DAM", "2026-11-01T09:00", 60),
        ("2026-11-01,3,1,RTPD", "2026-11-01T10:00", 15),
    ],
)
def test_number_says_which_part_of_the_hour(row: str, start: str, minutes: int) -> None:
    """Without one, or of an unknown word, the row is about the whole hour; hour 25 is the second pass of hour 2."""
    reading = read(f"{row},SP15,")
    assert spans(reading) == [(utc(start), utc(start) + minutes * MINUTE)]
    assert reading.findings == ()


@pytest.mark.parametrize(
    "row", ["2026-07-01,1,13,RTD", "2026-07-01,1,5,RTPD", "2026-07-01,1,2,DAM", "2026-07-01,1,-1,RTD"]
)
def test_number_that_the_hour_does_not_have_is_no_time(row: str) -> None:
    """The row is left out, and counted."""
    reading = read(f"{row},SP15,", "2026-07-01,1,1,RTD,SP15,")
    assert reading.frame.height == 1
    assert [(each.kind, each.rows) for each in reading.findings] == [(FindingKind.REJECTED_ROW, 1)]
    assert reading.payload_rows == reading.accounted_rows == 2


def test_skipped_hour_has_no_parts() -> None:
    """The clocks never showed it."""
    reading = read("2026-03-08,3,1,RTD,SP15,", "2026-03-08,4,1,RTD,SP15,")
    assert spans(reading) == [(utc("2026-03-08T10:00"), utc("2026-03-08T10:05"))]
    (finding,) = reading.findings
    assert "skipped this time" in finding.message


def test_same_part_twice_stays_on_its_pass() -> None:
    """Two rows of one part of the first pass do not become both passes."""
    reading = read(*["2026-11-01,2,3,RTD,SP15,"] * 2)
    assert spans(reading) == [(utc("2026-11-01T08:10"), utc("2026-11-01T08:15"))] * 2


@given(
    hours=st.integers(0, 24),
    run=st.sampled_from(["RTD", "RTPD", "DAM"]),
    part=st.integers(0, 11),
    day=st.sampled_from(["2026-03-08T08:00", "2026-07-01T07:00", "2026-11-01T07:00"]),
)
def test_parts_are_read_as_written(hours: int, run: str, part: int, day: str) -> None:
    """On days of 23, 24 and 25 hours."""
    length = PARTS.lengths[run]
    start = utc(day) + hours * HOUR + (part % (HOUR // length)) * length
    times = [pl.lit(each, dtype=pl.Datetime("us", "UTC")) for each in (start, start + length)]
    frame = read("2026-07-01,1,1,RTD,SP15,").frame.with_columns(
        interval_start=times[0], interval_end=times[1], component=pl.lit(run)
    )
    again = LAYOUT.read(LAYOUT.write(frame))
    assert again.frame.equals(frame)
    assert again.findings == ()


def test_placeholders_are_left_out_and_counted() -> None:
    """They need no time; other rows stay."""
    reading = read(",,,RUC,,nothing", "2026-07-01,1,1,RTD,SP15,an error", ",,,DAM,, nothing ")
    assert reading.frame["component"].to_list() == ["RTD"]
    (finding,) = reading.findings
    assert (finding.kind, finding.rows, finding.accounts) == (FindingKind.PLACEHOLDER_ROW, 2, True)
    assert finding.column == "Why"
    assert reading.payload_rows == reading.accounted_rows == 3
    assert reading.raw[reading.origin]["Why"].to_list() == ["an error"]


def test_document_of_placeholders_is_empty_and_no_drift() -> None:
    """It says that there is nothing, which is an answer."""
    reading = read(",,,RUC,,nothing", ",,,DAM,,nothing")
    assert reading.frame.is_empty()
    assert reading.payload_rows == reading.accounted_rows == 2


def test_document_without_the_column_has_no_placeholders() -> None:
    """Its rows are all taken."""
    reading = read("2026-07-01,1,1,RTD,SP15", header="Day,Hour,Interval,Run,Area")
    assert reading.frame.height == 1
    assert reading.findings == ()


def test_placeholder_needs_its_column() -> None:
    """A wrong declaration fails when it is made."""
    with pytest.raises(PluginError, match="no column 'Reason' to mark placeholders"):
        attrs.evolve(LAYOUT, placeholder=Placeholder("Reason", words="nothing"))
