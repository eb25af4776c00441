"""Dates as intervals: whole local days, months and years, whatever the clocks do; and documents without a date."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import attrs
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from builders import utc
from energyopti.datasets import LOAD
from energyopti.findings import Finding, FindingKind
from energyopti.layouts import CsvLayout, Dates, Number, Reading, Text, Undated

ZONE = "America/New_York"
COLUMNS = (Text("Name", to="location"), Number("Load", to="load"))
DAILY = CsvLayout(dataset=LOAD, zone=ZONE, time=Dates(names="Day"), columns=COLUMNS)
MONTHLY = attrs.evolve(DAILY, time=Dates(names="Day", lasts="1mo"))
YEARLY = attrs.evolve(DAILY, time=Dates(names="Day", lasts="1y"))
SPANS = attrs.evolve(DAILY, time=Dates(names="From", end="To"))
UNDATED = attrs.evolve(DAILY, time=Undated())


def spans(reading: Reading) -> list[tuple[Any, ...]]:
    """The interval of every row."""
    return reading.frame.select("interval_start", "interval_end").rows()


def one(layout: CsvLayout, *cells: str) -> list[tuple[Any, ...]]:
    """The interval of one row, by its cells before the location and the load."""
    header = "From,To" if layout is SPANS else "Day"
    return spans(layout.read(f"{header},Name,Load\n{','.join(cells)},WEST,1\n".encode()))


def found(reading: Reading, kind: FindingKind) -> Finding:
    """The one finding of a kind."""
    (finding,) = [each for each in reading.findings if each.kind is kind]
    return finding


def local_midnight(day: date) -> datetime:
    """The instant at which a day begins in New York, by the standard library."""
    return datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(ZONE)).astimezone(ZoneInfo("UTC"))


@pytest.mark.parametrize(
    ("day", "start", "end"),
    [
        ("07/01/2024", "2024-07-01T04:00", "2024-07-02T04:00"),
        ("03/10/2024", "2024-03-10T05:00", "2024-03-11T04:00"),
        ("11/03/2024", "2024-11-03T04:00", "2024-11-04T05:00"),
        ("02/29/2024", "2024-02-29T05:00", "2024-03-01T05:00"),
    ],
    ids=["ordinary", "23 hours", "25 hours", "leap day"],
)
def test_day_lasts_from_midnight_to_midnight(day: str, start: str, end: str) -> None:
    """However many hours that is."""
    assert one(DAILY, day) == [(utc(start), utc(end))]


@pytest.mark.parametrize(
    ("day", "start", "end"),
    [
        ("03/01/2024", "2024-03-01T05:00", "2024-04-01T04:00"),
        ("11/01/2024", "2024-11-01T04:00", "2024-12-01T05:00"),
        ("12/01/2024", "2024-12-01T05:00", "2025-01-01T05:00"),
    ],
)
def test_month_lasts_to_the_next(day: str, start: str, end: str) -> None:
    """A month in which the clocks change begins and ends at local midnight all the same."""
    assert one(MONTHLY, day) == [(utc(start), utc(end))]


def test_delivery_year_lasts_to_the_next() -> None:
    """June to May, on summer time at both ends."""
    assert one(YEARLY, "06/01/2025") == [(utc("2025-06-01T04:00"), utc("2026-06-01T04:00"))]


def test_last_day_is_included() -> None:
    """A date in the end column is the last one: one day alone is a span too."""
    assert one(SPANS, "10/01/2024", "11/30/2024") == [(utc("2024-10-01T04:00"), utc("2024-12-01T05:00"))]
    assert one(SPANS, "11/03/2024", "11/03/2024") == [(utc("2024-11-03T04:00"), utc("2024-11-04T05:00"))]


@pytest.mark.parametrize(
    ("cells", "lacking"),
    [
        ("11/03/2024,11/02/2024", "interval_end"),
        ("11/03/2024,", "interval_end"),
        ("02/30/2024,03/01/2024", "interval_start"),
        (",03/01/2024", "interval_start"),
        ("soon,later", "interval_start"),
    ],
    ids=["backwards", "no end", "no such day", "no start", "words"],
)
def test_span_that_cannot_be_is_rejected(cells: str, lacking: str) -> None:
    """It runs backwards, lacks a date, or has one that no calendar shows; the others stand."""
    reading = SPANS.read(f"From,To,Name,Load\n{cells},WEST,1\n07/01/2024,07/01/2024,WEST,2\n".encode())
    assert spans(reading) == [(utc("2024-07-01T04:00"), utc("2024-07-02T04:00"))]
    assert found(reading, FindingKind.REJECTED_ROW).column == lacking
    assert reading.payload_rows == reading.accounted_rows == 2


@pytest.mark.parametrize(
    ("form", "text"),
    [
        ("%Y-%m-%d %H:%M:%S", "2024-06-01 00:00:00"),
        ("%Y-%m-%d %H:%M:%S", "2024-06-01 12:30:00"),
        ("%Y-%m", "2024-06"),
        ("%b %Y", "Jun 2024"),
        ("%Y%m%d", "20240601"),
        ("%m/%d/%Y", " 6/1/2024 "),
    ],
)
def test_date_is_read_in_any_form(form: str, text: str) -> None:
    """A clock reading in it counts for nothing; a month alone is its first day."""
    layout = attrs.evolve(DAILY, time=Dates(names="Day", formats=form))
    assert one(layout, text) == [(utc("2024-06-01T04:00"), utc("2024-06-02T04:00"))]


def test_every_format_is_read_and_the_first_is_written() -> None:
    """Documents changed their form; what is written has the current one."""
    layout = attrs.evolve(DAILY, time=Dates(names="Day", formats=("%Y-%m-%d", "%m/%d/%Y")))
    reading = layout.read(b"Day,Name,Load\n07/01/2024,WEST,1\n2024-07-02,WEST,2\n")
    assert layout.write(reading.frame) == b"Day,Name,Load\r\n2024-07-01,WEST,1.0\r\n2024-07-02,WEST,2.0\r\n"


DAY = st.dates(min_value=date(2007, 1, 1), max_value=date(2035, 12, 31)) | st.sampled_from(
    [date(2024, 3, 10), date(2024, 3, 9), date(2024, 11, 3), date(2024, 11, 2), date(2025, 3, 9)]
)


@given(rows=st.lists(st.tuples(DAY, st.integers(0, 800)), min_size=1, max_size=20))
def test_any_spans_are_read_back(rows: list[tuple[date, int]]) -> None:
    """Spans of any days in any order survive, and are those that the calendar says."""
    frame = pl.DataFrame(
        {
            "interval_start": [local_midnight(first) for first, _ in rows],
            "interval_end": [local_midnight(first + timedelta(days=more + 1)) for first, more in rows],
            "location": ["WEST"] * len(rows),
            "load": [float(number) for number in range(len(rows))],
        }
    ).with_columns(pl.col("interval_start", "interval_end").cast(pl.Datetime("us", "UTC")))
    payload = SPANS.write(frame)
    written = [line.split(",")[:2] for line in payload.decode().split("\r\n")[1:-1]]
    assert written == [
        [f"{first:%m/%d/%Y}", f"{first + timedelta(days=more):%m/%d/%Y}"] for first, more in rows
    ]
    reading = SPANS.read(payload)
    assert_frame_equal(reading.frame, frame)
    assert reading.payload_rows == reading.accounted_rows == len(rows)


@given(days=st.lists(DAY, min_size=1, max_size=20))
def test_any_days_are_read_back(days: list[date]) -> None:
    """Days, months and years from any day on survive in any order."""
    for layout in (DAILY, YEARLY):
        body = "".join(f"{day:%m/%d/%Y},WEST,1.0\r\n" for day in days if (day.month, day.day) != (2, 29))
        payload = f"Day,Name,Load\r\n{body}".encode()
        assert layout.write(layout.read(payload).frame) == payload
        assert layout.read(payload).findings == ()


def test_undated_document_has_no_interval_of_its_own() -> None:
    """No row is rejected for the lack of one; a row without its key is."""
    reading = UNDATED.read(b"Name,Load\nWEST,1\n,2\nEAST,3\n")
    assert reading.frame["location"].to_list() == ["WEST", "EAST"]
    assert spans(reading) == [(None, None), (None, None)]
    assert found(reading, FindingKind.REJECTED_ROW).column == "location"
    assert reading.payload_rows == reading.accounted_rows == 3


def test_undated_document_speaks_of_the_time_that_it_is_given() -> None:
    """Whoever collects it says when it was published, to every row alike."""
    start, end = utc("2024-11-03T04:00"), utc("2024-11-04T05:00")
    reading = UNDATED.read(b"Name,Load\nWEST,1\nEAST,3\n").spanning(start, end)
    assert spans(reading) == [(start, end)] * 2
    assert reading.frame.schema["interval_start"] == pl.Datetime("us", "UTC")
    assert reading.payload_rows == reading.accounted_rows == 2


def test_undated_document_without_rows_has_none_at_any_time() -> None:
    """A header alone stays empty."""
    start, end = utc("2024-11-03T04:00"), utc("2024-11-04T05:00")
    assert spans(UNDATED.read(b"Name,Load\n").spanning(start, end)) == []


def test_undated_document_is_written_without_a_date() -> None:
    """Its first column is the first that is declared."""
    frame = UNDATED.read(b"Name,Load\nWEST,1\n").spanning(utc("2024-07-01"), utc("2024-07-02")).frame
    assert UNDATED.write(frame) == b"Name,Load\r\nWEST,1.0\r\n"


def test_repeated_keys_of_an_undated_document_supersede_each_other() -> None:
    """Rows without an interval are of one time: the last of a location stands where a layout says so."""
    reading = attrs.evolve(UNDATED, repeats="last").read(b"Name,Load\nWEST,1\nEAST,3\nWEST,2\n")
    assert reading.frame.select("location", "load").rows() == [("EAST", 3.0), ("WEST", 2.0)]
    assert found(reading, FindingKind.SUPERSEDED_ROW).rows == 1
    single = attrs.evolve(UNDATED, repeats="last").read(b"Name,Load\nWEST,1\n")
    assert (single.frame.height, single.findings) == (1, ())
