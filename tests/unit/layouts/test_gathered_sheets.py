"""A table that goes on over several sheets of a workbook, and what is asked of a workbook once."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

import pytest
import xlsxwriter

from builders import utc
from energyopti.datasets import LOAD
from energyopti.errors import SchemaDrift
from energyopti.findings import FindingKind
from energyopti.layouts import ExcelLayout, HourEnding, Number, Text
from energyopti.layouts.formats import extent
from energyopti.layouts.formats.sheets import sheet_names

LAYOUT = ExcelLayout(
    dataset=LOAD,
    zone="America/Chicago",
    time=HourEnding(date="Day", hour="Hour", hour_format="{}", step=timedelta(hours=1)),
    columns=(Text("Zone", to="location"), Number("MW", to="load")),
    sheets=("Jan", "Feb"),
    begins=("Day",),
    gather=True,
    to_end=True,
    repeats="last",
)
HEADER = ("Day", "Hour", "Zone", "MW")
FIRST, SECOND = ("01/01/2015", 1, "WEST", 10.5), ("01/01/2015", 2, "WEST", 11)

Rows = Sequence[Sequence[Any]]


def book(pages: Mapping[str, Rows]) -> bytes:
    """A workbook of these sheets."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as workbook:
        for name, rows in pages.items():
            sheet = workbook.add_worksheet(name)
            for number, row in enumerate(rows):
                for column, cell in enumerate(row):
                    if cell is not None:
                        sheet.write(number, column, cell)
    return buffer.getvalue()


def test_all_sheets_whose_names_begin_so_are_one_table() -> None:
    """In the order of the workbook; others are not looked at, and case does not matter."""
    pages: dict[str, Rows] = {
        "Notes": [("nothing",)],
        "JAN_2": [HEADER, SECOND],
        "Jan_1": [HEADER, FIRST],
        "February": [HEADER, ("02/01/2015", 24, "WEST", 12)],
    }
    reading = LAYOUT.read(book(pages))
    assert reading.frame["load"].to_list() == [11.0, 10.5, 12.0]
    assert reading.frame["interval_start"].to_list() == [
        utc("2015-01-01T07:00"),
        utc("2015-01-01T06:00"),
        utc("2015-02-02T05:00"),
    ]
    assert reading.raw["MW"].to_list() == [11.0, 10.5, 12.0]
    assert reading.payload_rows == reading.accounted_rows == 3


def test_each_sheet_has_its_own_order_of_columns() -> None:
    """Columns are matched by their headers; one that a sheet has not is empty there, and unknown ones are said once."""
    pages: dict[str, Rows] = {
        "Jan": [HEADER, FIRST],
        "Feb": [("Day", "MW", "Zone", "Hour", "Note"), (*SECOND[:1], 3, "EAST", 2, "x")],
    }
    reading = LAYOUT.read(book(pages))
    assert reading.frame.select("location", "load").rows() == [("WEST", 10.5), ("EAST", 3.0)]
    assert [(each.kind, each.column) for each in reading.findings] == [(FindingKind.UNKNOWN_COLUMN, "Note")]


def test_row_that_two_sheets_have_is_told_once() -> None:
    """The last stands; a finding counts the other."""
    reading = LAYOUT.read(book({"Jan_1": [HEADER, FIRST], "Jan_2": [HEADER, (*FIRST[:3], 99)]}))
    assert reading.frame["load"].to_list() == [99.0]
    assert [(each.kind, each.rows) for each in reading.findings] == [(FindingKind.SUPERSEDED_ROW, 1)]


def test_blank_line_is_no_row_and_a_broken_one_is_counted() -> None:
    """Workbooks have both in the middle of a sheet: what follows is read."""
    rows = [HEADER, FIRST, (), ("01/01/2015", None, "WEST", 5), SECOND]
    reading = LAYOUT.read(book({"Jan": rows}))
    assert reading.frame["load"].to_list() == [10.5, 11.0]
    assert [(each.kind, each.rows) for each in reading.findings] == [(FindingKind.REJECTED_ROW, 1)]
    assert reading.payload_rows == reading.accounted_rows == 3


def test_empty_sheet_and_one_with_a_header_alone_have_no_rows() -> None:
    """Months that have not come yet."""
    reading = LAYOUT.read(book({"Jan": [HEADER, FIRST], "Feb_1": [], "Feb_2": [HEADER]}))
    assert reading.payload_rows == reading.frame.height == 1


@pytest.mark.parametrize("pages", [{"March": [HEADER, FIRST]}, {"Jan": []}])
def test_workbook_without_such_a_sheet_is_drift(pages: dict[str, Rows]) -> None:
    """Neither one with another name nor an empty one will do."""
    with pytest.raises(SchemaDrift, match="no sheet with cells whose name begins with 'Jan'"):
        LAYOUT.read(book(pages))


def test_sheet_without_the_table_is_drift() -> None:
    """Filled, but with something else: nothing is passed over in silence."""
    with pytest.raises(SchemaDrift, match="no table 1 that begins with a column 'Day'"):
        LAYOUT.read(book({"Jan": [HEADER, FIRST], "Feb": [("Something", "else")]}))


def test_what_is_written_is_read_back() -> None:
    """Into the first of the sheets."""
    reading = LAYOUT.read(book({"Jan": [HEADER, FIRST, SECOND]}))
    written = LAYOUT.write(reading.frame)
    assert sheet_names(written) == ["Jan"]
    assert LAYOUT.read(written).frame.equals(reading.frame)


def test_only_the_sheets_that_are_read_are_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    """A month is read of a year's workbook: the other months are not even unzipped."""
    monkeypatch.setattr(extent, "MAX_CELLS", 100)
    far = [HEADER, *[()] * 60, ("04/04/2015", 4, "WEST", 44.25)]
    whole = book({"Jan": [HEADER, FIRST], "Other": far})
    assert LAYOUT.read(whole).frame.height == 1


def test_refused_workbook_is_refused_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only those that are well are remembered."""
    monkeypatch.setattr(extent, "MAX_CELLS", 100)
    far = book({"Jan": [HEADER, *[()] * 60, ("04/04/2015", 4, "WEST", 44.25)]})
    for _ in range(2):
        with pytest.raises(SchemaDrift, match="spans more than 100 cells"):
            LAYOUT.read(far)


def test_words_that_look_like_a_far_cell_are_words() -> None:
    """Text may hold what a cell's place looks like: the workbook is read all the same."""
    odd = ("01/01/2015", 1, 'a r="XFD1048576" b', 1)
    reading = LAYOUT.read(book({"Jan": [HEADER, odd]}))
    assert reading.frame["location"].to_list() == ['a r="XFD1048576" b']
