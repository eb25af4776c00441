"""ERCOT's yearly workbooks, written here cell by cell and read by the plugin."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import xlsxwriter

from builders import utc
from energyopti import FindingKind, SchemaDrift
from energyopti.files import read_file
from energyopti.layouts import Reading
from energyopti_ercot.feeds import prices
from energyopti_ercot.market import ERCOT
from energyopti_ercot.protocol.workbooks import month_reader
from zips import undated

CENTRAL = ZoneInfo("America/Chicago")
HOURLY = ("Delivery Date", "Hour Ending", "Repeated Hour Flag", "Settlement Point", "Settlement Point Price")
QUARTERLY = (
    "Delivery Date",
    "Delivery Hour",
    "Delivery Interval",
    "Repeated Hour Flag",
    "Settlement Point Name",
    "Settlement Point Type",
    "Settlement Point Price",
)
DAYS = (date(2015, 3, 8), date(2015, 7, 1), date(2015, 11, 1))
"""A day of 23 hours, of 24 and of 25."""

Rows = Sequence[Sequence[Any]]


def zipped(
    pages: Mapping[str, Rows], name: str = "rpt.00013061.0000000000000000.RTMLZHBSPP_2015.xlsx"
) -> bytes:
    """A year's document: a zip with one workbook of these sheets."""
    book, archive = io.BytesIO(), io.BytesIO()
    with xlsxwriter.Workbook(book, {"in_memory": True}) as workbook:
        for title, rows in pages.items():
            sheet = workbook.add_worksheet(title)
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
    with zipfile.ZipFile(archive, "w") as opened:
        opened.writestr(name, book.getvalue())
    return archive.getvalue()


def hours(day: date) -> list[tuple[datetime, int, str]]:
    """The hours of a local day by the clock alone: when each begins, its label and its flag."""
    start = datetime(day.year, day.month, day.day, tzinfo=CENTRAL).astimezone(UTC)
    found = []
    while start.astimezone(CENTRAL).date() == day:
        local = start.astimezone(CENTRAL)
        found.append((start, local.hour + 1, "Y" if local.fold else "N"))
        start += timedelta(hours=1)
    return found


def cells(reading: Reading | None) -> dict[tuple[datetime, str, str], float]:
    """Prices by interval and place."""
    assert reading is not None
    rows = reading.frame.select("interval_start", "location", "location_type", "lmp").rows()
    assert len(rows) == len({row[:3] for row in rows})
    return {(start, place, kind): price for start, place, kind, price in rows}


@pytest.mark.parametrize("day", DAYS)
def test_hourly_workbook(day: date) -> None:
    """Each hour of the day once, with its own price."""
    rows: list[Sequence[Any]] = [HOURLY]
    expected: dict[tuple[datetime, str, str], float] = {}
    for number, (start, label, flag) in enumerate(hours(day)):
        for place, kind, price in (("HB_NORTH", "hub", 20.25 + number), ("LZ_WEST", "zone", -1.5 * number)):
            rows.append((f"{day:%m/%d/%Y}", f"{label:02d}:00", flag, place, price))
            expected[start, place, kind] = price
    reading = month_reader(prices.HOURLY_HUBS)(zipped({f"{day:%b}": rows}), day.month)
    assert cells(reading) == expected
    assert reading is not None
    assert reading.findings == ()
    assert set(reading.frame["interval_end"] - reading.frame["interval_start"]) == {timedelta(hours=1)}


@pytest.mark.parametrize("day", DAYS)
def test_quarterly_workbook(day: date) -> None:
    """Each quarter once: hour and interval are numbers; a zone has two prices, told apart by their type."""
    rows: list[Sequence[Any]] = [QUARTERLY]
    expected: dict[tuple[datetime, str, str], float] = {}
    kinds = (("HB_BUSAVG", "SH", "hub"), ("LZ_AEN", "LZ", "zone"), ("LZ_AEN", "LZEW", "aggregate"))
    for number, (start, label, flag) in enumerate(hours(day)):
        for part in range(4):
            for offset, (place, own, kind) in enumerate(kinds):
                price = round(10 + number + part / 4 + offset / 100, 2)
                rows.append((f"{day:%m/%d/%Y}", label, part + 1, flag, place, own, price))
                expected[start + part * timedelta(minutes=15), place, kind] = price
    reading = month_reader(prices.QUARTERLY_HUBS)(zipped({f"{day:%b}": rows}), day.month)
    assert cells(reading) == expected
    assert reading is not None
    assert reading.findings == ()
    assert set(reading.frame["interval_end"] - reading.frame["interval_start"]) == {timedelta(minutes=15)}


def test_month_may_have_several_sheets() -> None:
    """December 2010 is called ``Dec_1``; the other months are not read."""
    pages = {
        "Nov": [HOURLY, ("11/30/2010", "01:00", "N", "HB_NORTH", 1)],
        "Dec_1": [HOURLY, ("12/01/2010", "01:00", "N", "HB_NORTH", 34.7)],
        "Dec_2": [HOURLY, ("12/31/2010", "24:00", "N", "HB_NORTH", 35.33)],
    }
    reading = month_reader(prices.HOURLY_HUBS)(zipped(pages), 12)
    assert cells(reading) == {
        (utc("2010-12-01T06:00"), "HB_NORTH", "hub"): 34.7,
        (utc("2011-01-01T05:00"), "HB_NORTH", "hub"): 35.33,
    }


def test_workbook_whose_parts_have_no_date_is_read() -> None:
    """As ERCOT publishes them: neither the zip nor the workbook in it says when its parts were written."""
    book, document = io.BytesIO(), io.BytesIO()
    with xlsxwriter.Workbook(book, {"in_memory": True}) as workbook:
        workbook.add_worksheet("Jan").write_row(0, 0, HOURLY)
        workbook.get_worksheet_by_name("Jan").write_row(1, 0, ("01/01/2025", "01:00", "N", "HB_NORTH", 20))
    with zipfile.ZipFile(document, "w") as opened:
        opened.writestr("rpt.00013060.DAMLZHBSPP_2025.xlsx", undated(book.getvalue()))
    reading = month_reader(prices.HOURLY_HUBS)(undated(document.getvalue()), 1)
    assert cells(reading) == {(utc("2025-01-01T06:00"), "HB_NORTH", "hub"): 20.0}


def test_month_that_is_not_there_is_none() -> None:
    """The running year's workbook has the months that have begun."""
    pages = {"Jan": [HOURLY, ("01/01/2026", "01:00", "N", "HB_NORTH", 1)]}
    assert month_reader(prices.HOURLY_HUBS)(zipped(pages), 2) is None


def test_dates_that_are_dates_and_hours_that_are_words_are_read() -> None:
    """However a cell is typed: the same interval."""
    book, archive = io.BytesIO(), io.BytesIO()
    with xlsxwriter.Workbook(book, {"in_memory": True}) as workbook:
        sheet = workbook.add_worksheet("Jul")
        sheet.write_row(0, 0, QUARTERLY)
        form = workbook.add_format({"num_format": "mm/dd/yyyy"})
        sheet.write_datetime(1, 0, date(2015, 7, 1), form)
        sheet.write_row(1, 1, ("3", "2", "N", "HB_NORTH", "HU", 20.5))
    with zipfile.ZipFile(archive, "w") as opened:
        opened.writestr("RTMLZHBSPP_2015.xlsx", book.getvalue())
    reading = month_reader(prices.QUARTERLY_HUBS)(archive.getvalue(), 7)
    assert cells(reading) == {(utc("2015-07-01T07:15"), "HB_NORTH", "hub"): 20.5}


def test_hour_that_the_clocks_skip_is_counted() -> None:
    """Hour ending 03:00 of March 8, 2015 never was."""
    rows = [HOURLY, ("03/08/2015", "03:00", "N", "HB_NORTH", 1), ("03/08/2015", "04:00", "N", "HB_NORTH", 2)]
    reading = month_reader(prices.HOURLY_HUBS)(zipped({"Mar": rows}), 3)
    assert cells(reading) == {(utc("2015-03-08T08:00"), "HB_NORTH", "hub"): 2.0}
    assert reading is not None
    assert [(each.kind, each.rows) for each in reading.findings] == [(FindingKind.REJECTED_ROW, 1)]


def test_document_without_a_workbook_is_drift() -> None:
    """A zip with something else in it."""
    archive = zipped({"Jan": [HOURLY]}, name="notes.txt")
    with pytest.raises(SchemaDrift, match="holds no workbook"):
        month_reader(prices.HOURLY_HUBS)(archive, 1)


def test_missing_column_is_named() -> None:
    """Without its flag, a workbook cannot say which pass of an hour it means."""
    rows = [[name for name in HOURLY if "Flag" not in name], ("01/01/2015", "01:00", "HB_NORTH", 1)]
    with pytest.raises(SchemaDrift) as caught:
        month_reader(prices.HOURLY_HUBS)(zipped({"Jan": rows}), 1)
    assert caught.value.column == "Repeated Hour Flag"


@pytest.mark.parametrize("dated", [True, False])
@pytest.mark.parametrize("packed", [True, False])
def test_workbook_that_a_user_has_is_read_as_the_report(tmp_path: Path, packed: bool, dated: bool) -> None:
    """The zip as it is downloaded, or the workbook out of it: all months of the year, whether its parts have dates."""
    pages = {
        "Jan": [HOURLY, ("01/01/2015", "01:00", "N", "HB_NORTH", 1)],
        "Feb": [HOURLY, ("02/01/2015", "01:00", "N", "LZ_WEST", 2)],
    }
    content = zipped(pages)
    if not packed:
        with zipfile.ZipFile(io.BytesIO(content)) as opened:
            content = opened.read(opened.namelist()[0])
    path = tmp_path / "DAMLZHBSPP_2015"
    path.write_bytes(content if dated else undated(content))
    data = read_file(ERCOT, ERCOT.feed("dam_stlmnt_pnt_prices"), path, now=utc("2026-11-20T17:00"))
    assert data.frame.select("interval_start", "location", "run", "lmp").rows() == [
        (utc("2015-01-01T06:00"), "HB_NORTH", "day_ahead", 1.0),
        (utc("2015-02-01T06:00"), "LZ_WEST", "day_ahead", 2.0),
    ]
