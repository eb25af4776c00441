"""The prices of ERCOT's reserves in yearly documents, written here cell by cell and read by the plugin."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from builders import utc
from energyopti import FindingKind, SchemaDrift
from energyopti.files import read_file
from energyopti.layouts import Reading
from energyopti_ercot.feeds.reserve_workbooks import (
    CLEARED,
    CLEARED_BOOK,
    CONTINGENCY_FROM,
    DISPATCHED,
    QUARTERLY,
    year_reader,
)
from energyopti_ercot.market import ERCOT
from energyopti_ercot.protocol.workbooks import month_reader
from zips import undated, zipped

NOW = utc("2026-11-20T17:00")
QUARTERS = ("Delivery Date", "Delivery Hour", "Delivery Interval", "AS Type", "MCPC", "Repeated Hour Flag")
RUNS = ("SCED Timestamp", "AS Type", "CAPPED_MCPC", "UNCAPPED_MCPC", "Repeated Hour Flag")
RUNS_OF_2025 = ("SCED Timestamp", "AS Type", "MCPC", "Repeated Hour Flag")
HOURS = ("Delivery Date", "Hour Ending", "Repeated Hour Flag", "REGDN", "REGUP", "RRS", "NSPIN", "ECRS")
Rows = Sequence[Sequence[Any]]


def book(pages: Mapping[str, Rows]) -> bytes:
    """A workbook: dates are dates."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True, "remove_timezone": True}) as workbook:
        form = workbook.add_format({"num_format": "mm/dd/yyyy hh:mm:ss"})
        for title, rows in pages.items():
            sheet = workbook.add_worksheet(title)
            for number, row in enumerate(rows):
                for column, cell in enumerate(row):
                    written = (number, column, cell)
                    sheet.write(*written, form) if isinstance(cell, datetime) else sheet.write(*written)
    return buffer.getvalue()


def year(name: str, content: bytes) -> bytes:
    """A year's document, as it is published: nothing in it has a date."""
    return undated(zipped({name: content}))


def day(text: str) -> datetime:
    """A day or a time on no clock, as workbooks have them."""
    return datetime.fromisoformat(text)


def prices(reading: Reading | None) -> list[tuple[datetime, str, float | None]]:
    """When each price begins, of which service, and what it is."""
    assert reading is not None
    assert reading.payload_rows == reading.accounted_rows
    assert set(reading.frame["location"]) == {"SYSTEM"}
    assert set(reading.frame["basis"]) == {"clearing"}
    rows: list[tuple[datetime, str, float | None]] = reading.frame.select(
        "interval_start", "product_native", "price"
    ).rows()
    return rows


def test_quarters_of_the_days_that_no_report_has() -> None:
    """A sheet a month below a title, one that describes them, and an empty row before a note."""
    pages: dict[str, Rows] = {
        "Report Info": [("Historical RTM Clearing Prices for Capacity",)],
        "Jul": [QUARTERS, (day("2026-07-31"), 24, 4, "RRS", 9.25, "N")],
        "Aug": [
            ("Historical RTM Clearing Prices - Aug 2026",),
            QUARTERS,
            (day("2026-08-01"), 1, 1, "REGUP", 1.5, "N"),
            (day("2026-08-01"), 1, 2, "ECRS", 0.25, "N"),
        ],
    }
    document = year(
        "rpt.00025570.0000000000000000.20260830.100041.HIST_15Min_RTM_MCPC_2026.xlsx", book(pages)
    )
    reading = month_reader(QUARTERLY)(document, 8)
    assert prices(reading) == [
        (utc("2026-08-01T05:00"), "REGUP", 1.5),
        (utc("2026-08-01T05:15"), "ECRS", 0.25),
    ]
    assert reading is not None
    assert reading.findings == ()
    assert reading.frame["product"].to_list() == ["regulation_up", "contingency_reserve"]
    assert set(reading.frame["interval_end"] - reading.frame["interval_start"]) == {timedelta(minutes=15)}
    assert prices(month_reader(QUARTERLY)(document, 7)) == [(utc("2026-08-01T04:45"), "RRS", 9.25)]
    assert month_reader(QUARTERLY)(document, 9) is None


def test_quarters_of_both_passes_of_an_hour() -> None:
    """The flag tells them apart."""
    rows = [(day("2026-11-01"), 2, 1, "RRS", price, flag) for price, flag in ((1.5, "N"), (2.5, "Y"))]
    assert prices(QUARTERLY.read(book({"Nov": [QUARTERS, *rows]}))) == [
        (utc("2026-11-01T06:00"), "RRS", 1.5),
        (utc("2026-11-01T07:00"), "RRS", 2.5),
    ]


def test_runs_with_the_capped_price() -> None:
    """It is the one that is paid; an interval lasts until the next run."""
    rows = [
        (day("2026-08-01T00:00:21"), "ECRS", 0.27, 0.5, "N"),
        (day("2026-08-01T00:05:19"), "ECRS", 0.5, 9.0, "N"),
    ]
    reading = DISPATCHED.read(book({"Aug": [RUNS, *rows]}))
    assert prices(reading) == [
        (utc("2026-08-01T05:00:21"), "ECRS", 0.27),
        (utc("2026-08-01T05:05:19"), "ECRS", 0.5),
    ]
    assert reading.frame["interval_end"].to_list()[0] == utc("2026-08-01T05:05:19")
    assert reading.findings == ()


def test_runs_of_2025_have_one_price() -> None:
    """Before there was a cap; their stamps may be words."""
    rows = [("12/05/2025 00:00:19", "ECRS", 0.53, "N")]
    assert prices(DISPATCHED.read(book({"Dec": [RUNS_OF_2025, *rows]}))) == [
        (utc("2025-12-05T06:00:19"), "ECRS", 0.53)
    ]


@settings(max_examples=40, deadline=None)
@given(second=st.integers(0, 86_399), off=st.sampled_from([-1, 0, 1]))
def test_stamp_is_the_second_that_it_is_nearest_to(second: int, off: int) -> None:
    """A date of a workbook is a count of days: 00:00:16.999 is what became of 00:00:17."""
    at = datetime(2026, 8, 1) + timedelta(seconds=second)  # noqa: DTZ001 - workbooks have no zone
    written = at + timedelta(milliseconds=off)
    (row,) = prices(DISPATCHED.read(book({"Aug": [RUNS, (written, "RRS", 1, 1, "N")]})))
    assert row[0] == utc("2026-08-01T05:00") + timedelta(seconds=second)


SERVICES = {"REGUP": 2, "REGDN": 1, "RRS": 3, "NSPIN": 4, "ECRS": 5}
"""The services in the order of their rows, and the dollars of each in the text."""

TEXT = (
    "Delivery Date,Hour Ending,Repeated Hour Flag,REGDN,REGUP ,RRS,NSPIN,ECRS\n"
    "11/05/2023,02:00,N,1.5,2.5,3.5,4.5,5.5\n"
    "11/05/2023,02:00,Y,1.25,2.25,3.25,4.25,5.25\n"
)


def by_column(part: float) -> list[tuple[str, float]]:
    """The price of each service in a line of the text."""
    return [(name, dollars + part) for name, dollars in SERVICES.items()]


def test_text_of_a_year_has_a_column_a_service() -> None:
    """Its header has a blank that means nothing; each pass of the repeated hour is there."""
    document = year("DAMASMCPC_2023.csv", TEXT.encode())
    first, second = utc("2023-11-05T06:00"), utc("2023-11-05T07:00")
    assert prices(year_reader(CLEARED, CLEARED_BOOK)(document, 2023)) == [
        *((first, service, value) for service, value in by_column(0.5)),
        *((second, service, value) for service, value in by_column(0.25)),
    ]


@pytest.mark.parametrize("sheet", ["DAMASMCPC_2026", "Sheet1", "Jan"])
def test_workbook_of_a_year_has_one_sheet(sheet: str) -> None:
    """Since October 2026, below a logo and a title; whatever its sheet is called."""
    rows: list[Sequence[Any]] = [(), (), (), (), (), ("DAM Clearing Prices for Capacity",), ()]
    rows += [HOURS, ("10/03/2026", "24:00", "N", 1, 2.25, 3, 4, 5)]
    document = year("rpt.00013091.DAMASMCPC_2026.xlsx", book({sheet: rows, "Report Info": [("About",)]}))
    start = utc("2026-10-04T04:00")
    assert prices(year_reader(CLEARED, CLEARED_BOOK)(document, 2026)) == [
        (start, "REGUP", 2.25),
        (start, "REGDN", 1.0),
        (start, "RRS", 3.0),
        (start, "NSPIN", 4.0),
        (start, "ECRS", 5.0),
    ]


@pytest.mark.parametrize("text", [True, False])
def test_service_has_no_price_before_it_began(text: bool) -> None:
    """An empty cell of ECRS before June 10, 2023 is no missing price; any other is."""
    rows: list[Sequence[Any]] = [
        ("06/09/2023", "24:00", "N", 1, 2, 3, "", ""),
        ("06/10/2023", "01:00", "N", 1, 2, 3, 4, ""),
    ]
    if text:
        content = "\n".join(",".join(map(str, row)) for row in (HOURS, *rows)).encode()
        reading = CLEARED.read(content)
    else:
        reading = CLEARED_BOOK.read(
            book({"x": [HOURS, *([None if cell == "" else cell for cell in row] for row in rows)]})
        )
    nulls = [row[:2] for row in prices(reading) if row[2] is None]
    assert nulls == [(utc("2023-06-10T04:00"), "NSPIN"), (utc("2023-06-10T05:00"), "ECRS")]
    assert len(reading.frame) == 9
    assert [(each.kind, each.rows) for each in reading.findings] == [
        (FindingKind.MISSING_VALUE, 2),
        (FindingKind.ADVISORY_ROW, 1),
    ]
    assert reading.findings[1].message == f"1 cells are empty: ECRS prices begin on {CONTINGENCY_FROM}"


def test_nothing_missing_but_a_service_that_had_not_begun() -> None:
    """Then there is no more to say."""
    reading = CLEARED.read(f"{','.join(HOURS)}\n06/09/2023,24:00,N,1,2,3,4,\n".encode())
    assert [each.kind for each in reading.findings] == [FindingKind.ADVISORY_ROW]
    assert reading.payload_rows == reading.accounted_rows == 5
    older = CLEARED.read(
        b"Delivery Date,Hour Ending,Repeated Hour Flag,REGDN,REGUP,RRS,NSPIN\n01/01/2012,01:00,N,1,2,3,4\n"
    )
    assert (older.frame.height, older.findings) == (4, ())


def test_document_without_a_table_is_drift() -> None:
    """Neither a text nor a workbook."""
    with pytest.raises(SchemaDrift, match="neither a text file nor a workbook"):
        year_reader(CLEARED, CLEARED_BOOK)(year("notes.txt", b"x"), 2026)


@pytest.mark.parametrize(
    ("feed", "name", "content"),
    [
        ("dam_clear_price_for_cap", "DAMASMCPC_2023.csv", TEXT.encode()),
        (
            "dam_clear_price_for_cap",
            "b.xlsx",
            book({"x": [HOURS, ("11/05/2023", "02:00", "N", 1, 2, 3, 4, 5)]}),
        ),
        (
            "rt_clear_price_cap",
            "b.xlsx",
            book({"Nov": [QUARTERS, (day("2026-11-01"), 2, 1, "RRS", 1, "N")]}),
        ),
        (
            "rt_clear_price_cap_sced",
            "b.xlsx",
            book({"Nov": [RUNS, (day("2026-11-01T01:00:17"), "RRS", 1, 1, "N")]}),
        ),
    ],
    ids=["text", "workbook", "quarters", "runs"],
)
@pytest.mark.parametrize("packed", [True, False])
def test_document_that_a_user_has_is_read_as_the_report(
    tmp_path: Path, feed: str, name: str, content: bytes, packed: bool
) -> None:
    """Out of its zip or in it."""
    path = tmp_path / name
    path.write_bytes(year(name, content) if packed else content)
    data = read_file(ERCOT, ERCOT.feed(feed), path, now=NOW)
    assert data.frame["price"].null_count() == 0
    assert data.frame["interval_start"].min() in {
        utc("2023-11-05T06:00"),
        utc("2026-11-01T06:00"),
        utc("2026-11-01T06:00:17"),
    }
