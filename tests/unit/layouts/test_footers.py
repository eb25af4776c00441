"""Lines below a table that are accounted for, and a row of units below its header."""

from __future__ import annotations

from typing import Any

import attrs
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from builders import utc
from energyopti import PluginError, SchemaDrift
from energyopti.datasets import LOAD
from energyopti.findings import FindingKind
from energyopti.layouts import CsvLayout, Footer, Number, Reading, Stamp, Text
from energyopti.layouts.times import Meaning
from energyopti.timezones import HOUR

PLAIN = CsvLayout(
    dataset=LOAD,
    zone="America/New_York",
    time=Stamp("Time", formats="%m/%d/%Y %H:%M", meaning=Meaning.BEGINNING, step=HOUR),
    columns=(Text("Area", to="location"), Number("Load", to="load")),
)
LAYOUT = attrs.evolve(PLAIN, ends=Footer(begins=("Total", "Notes", "")))
COUNTED = attrs.evolve(PLAIN, ends=Footer(begins="Total", counts="Rows: {}"))
UNITS = attrs.evolve(PLAIN, units={"Load": "MW"})
TABLE = b"Time,Area,Load\r\n07/01/2024 00:00,WEST,1.5\r\n07/01/2024 01:00,WEST,2.5\r\n"
ROWS = [(utc("2024-07-01T04:00"), "WEST", 1.5), (utc("2024-07-01T05:00"), "WEST", 2.5)]


def rows(reading: Reading) -> list[tuple[Any, ...]]:
    """The rows that were read; all others are accounted for."""
    assert reading.payload_rows == reading.accounted_rows
    return reading.frame.select("interval_start", "location", "load").rows()


def kinds(reading: Reading) -> list[tuple[FindingKind, int]]:
    """What was found, and of how many rows."""
    return [(each.kind, each.rows) for each in reading.findings]


@pytest.mark.parametrize(
    ("below", "found"),
    [
        (b"", []),
        (b"Total", []),
        (b"Total,,4\r\n", [(FindingKind.PLACEHOLDER_ROW, 1)]),
        (b'"Total",,4\n"Total, all areas",,4\n', [(FindingKind.PLACEHOLDER_ROW, 2)]),
        (b"\r\nmade at noon\r\n,,\r\n", []),
        (b",,\r\nmade at noon\r\n", []),
        (b"Notes, of, four, fields\r\nmore\r\n", []),
        (b'Notes\r\n"one, two, three",x\r\n', []),
        (
            b"Total,,4\r\n07/01/2024 02:00,WEST,9\r\n",
            [(FindingKind.PLACEHOLDER_ROW, 1), (FindingKind.REJECTED_ROW, 1)],
        ),
        (b'\r\n07/01/2024 02:00,WEST,9\r\n\r\n"07/01/2024 03:00","W, E",9', [(FindingKind.REJECTED_ROW, 2)]),
    ],
)
def test_lines_below_a_table_are_accounted_for(below: bytes, found: list[tuple[FindingKind, int]]) -> None:
    """Notes are no rows; a total is one that holds no data; and rows below the end are missed by nobody in silence."""
    reading = LAYOUT.read(TABLE + below)
    assert rows(reading) == ROWS
    assert kinds(reading) == found
    rejected = sum(count for kind, count in found if kind is FindingKind.REJECTED_ROW)
    assert sum(each.raw.height for each in reading.left_out) == rejected


def test_row_below_the_end_is_named() -> None:
    """The first of them, so that anybody can look."""
    (finding,) = LAYOUT.read(TABLE + b"\r\n07/01/2024 02:00,WEST,9\r\n").findings
    assert finding.accounts
    assert finding.message == (
        "lines below the end of the table that were not read: 1, first '07/01/2024 02:00,WEST,9'"
    )


def test_file_that_says_how_many_rows_it_has_is_held_to_it() -> None:
    """With fewer, with more, and without the line."""
    assert rows(COUNTED.read(TABLE + b"Rows: 2\r\n")) == ROWS
    assert rows(COUNTED.read(TABLE + b'Total,,4\r\n"Rows: 2",,\r\n')) == ROWS
    for below, why in (
        (b"Rows: 3", "has 3 rows and has 2: it was cut off"),
        (b"Rows: 1", "has 1 rows and has 2: rows are there twice"),
        (b"Rows: many", "does not say how many rows"),
        (b"Rows: 2\nRows: 2", "two files are joined"),
        (b"", "no lines that say how many rows"),
        (b"Total,,4", "no lines that say how many rows"),
    ):
        with pytest.raises(SchemaDrift, match=why):
            COUNTED.read(TABLE + below)


def test_rejected_row_counts_among_those_that_are_there() -> None:
    """A row of another width was not cut off."""
    reading = COUNTED.read(TABLE + b"07/01/2024 02:00\r\nRows: 3")
    assert (rows(reading), kinds(reading)) == (ROWS, [(FindingKind.REJECTED_ROW, 1)])


def test_header_alone_is_an_empty_table() -> None:
    """With nothing below, or only its footer."""
    for payload in (b"Time,Area,Load", b"Time,Area,Load\r\nTotal,,0\r\n"):
        assert rows(LAYOUT.read(payload)) == []


def test_table_of_one_column_has_lines_of_any_kind_below() -> None:
    """No line shows by its width that it is a row."""
    layout = attrs.evolve(LAYOUT, columns=(), constants={"location": "WEST"})
    assert layout.read(b"Time\n07/01/2024 00:00\nTotal\nanything\n").findings == ()


def test_titles_units_and_footer_are_read_and_written_together() -> None:
    """A report as people make it."""
    layout = attrs.evolve(COUNTED, begins="Time", units={"Load": "MW"}, titles=("Loads, by area", ""))
    payload = (
        b'"Loads, by area"\r\n""\r\nTime,Area,Load\r\n,,MW\r\n07/01/2024 00:00,WEST,1.5\r\n'
        b"07/01/2024 01:00,WEST,2.5\r\nRows: 2\r\n"
    )
    reading = layout.read(payload)
    assert (rows(reading), reading.findings) == (ROWS, ())
    assert layout.write(reading.frame) == payload


def test_units_are_those_declared() -> None:
    """Whatever their case; the words of other columns do not matter."""
    for units in (b",,MW", b"EPT,name,mw", b'"", "" ,"MW"'):
        payload = TABLE.replace(b"Load\r\n", b"Load\r\n" + units + b"\r\n")
        reading = UNITS.read(payload)
        assert (rows(reading), reading.findings) == (ROWS, ())


@pytest.mark.parametrize(
    "payload",
    [TABLE, TABLE.replace(b"Load\r\n", b"Load\r\n,,kW\r\n"), b"Time,Area,Load", b"Time,Area,Load\r\nEPT"],
)
def test_other_units_or_none_are_drift(payload: bytes) -> None:
    """A thousand times too much is no rounding; and no row of data passes for one of units."""
    with pytest.raises(SchemaDrift, match=r"'Load' says .* below its header, where 'MW' was due"):
        UNITS.read(payload)


def test_column_that_may_be_absent_needs_no_unit() -> None:
    """Its unit is absent with it; a required column is missed by its name."""
    optional = Number("Losses", required=False)
    layout = attrs.evolve(UNITS, columns=(*UNITS.columns, optional), units={"Load": "MW", "Losses": "MW"})
    assert rows(layout.read(TABLE.replace(b"Load\r\n", b"Load\r\n,,MW\r\n"))) == ROWS
    with pytest.raises(SchemaDrift, match="no column 'Load'"):
        layout.read(TABLE.replace(b"Load\r\n", b"Price\r\n,,MW\r\n"))


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({}, "needs a word"),
        ({"counts": "rows"}, r"needs one \{\}"),
        ({"counts": "{} rows"}, "needs a word before"),
    ],
)
def test_footer_without_words_is_refused(wrong: dict[str, Any], why: str) -> None:
    """It would begin anywhere, or nowhere."""
    with pytest.raises(PluginError, match=why):
        Footer(**wrong)


NOTES = st.lists(st.text("Totalx ;:'*-", max_size=12), max_size=4)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(
    loads=st.lists(st.none() | st.integers(-9999, 9999).map(float), max_size=24),
    notes=NOTES,
    extra=st.integers(0, 3),
)
def test_what_is_written_is_read_back_above_any_notes(
    loads: list[float | None], notes: list[str], extra: int
) -> None:
    """And rows that follow the notes are all counted."""
    first = utc("2024-07-01T04:00")
    starts = pl.Series([first + n * HOUR for n in range(len(loads))], dtype=pl.Datetime("us", "UTC"))
    frame = pl.DataFrame(
        {
            "interval_start": starts,
            "interval_end": starts + HOUR,
            "location": pl.Series(["WEST"] * len(loads), dtype=pl.String),
            "load": pl.Series(loads, dtype=pl.Float64),
        }
    )
    below = ["Total", *notes, *["07/02/2024 00:00,WEST,1"] * extra]
    reading = LAYOUT.read(LAYOUT.write(frame) + "\r\n".join(below).encode())
    assert_frame_equal(reading.frame, frame, check_column_order=False)
    assert reading.payload_rows == reading.accounted_rows == frame.height + extra
