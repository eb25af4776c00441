"""Recorded results of capacity auctions: every area's price and megawatts, cell by cell of the workbook's XML."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from xml.etree import ElementTree as ET
from zoneinfo import ZoneInfo

import pytest

from energyopti.files import read_file
from energyopti_pjm.feeds.capacity import BASE_RESIDUAL_AUCTION
from energyopti_pjm.market import PJM
from recordings.where import recordings_of

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_LINK = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
NOW = datetime(2026, 11, 20, 12, tzinfo=ZoneInfo("UTC"))
Area = tuple[str, Decimal, Decimal]


def folder() -> Path:
    """PJM's recordings; the test is skipped where there are none."""
    return recordings_of("pjm")


class Book:
    """A workbook's sheet, cell by cell, read with the standard library alone."""

    def __init__(self, path: Path, sheet: str) -> None:
        with zipfile.ZipFile(path) as archive:
            book = ET.fromstring(archive.read("xl/workbook.xml"))
            links = ET.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
            targets = {each.get("Id"): each.get("Target", "") for each in links}
            (link,) = (each.get(_LINK) for each in book.iter(f"{_MAIN}sheet") if each.get("name") == sheet)
            page = ET.fromstring(archive.read(f"xl/{targets[link]}"))
            strings = ET.fromstring(archive.read("xl/sharedStrings.xml"))
        self._strings = ["".join(t.text or "" for t in each.iter(f"{_MAIN}t")) for each in strings]
        self.rows = [dict(self._cells(row)) for row in page.iter(f"{_MAIN}row")]

    def _cells(self, row: ET.Element) -> Iterator[tuple[str, str]]:
        for cell in row:
            value = cell.findtext(f"{_MAIN}v")
            if value is not None:
                words = self._strings[int(value)] if cell.get("t") == "s" else value
                yield re.sub(r"\d", "", cell.get("r", "")), words.strip()

    def table(self, title: str) -> list[dict[str, str]]:
        """The rows of the table below a title, by their headers, up to its footnote."""
        (top,) = (number for number, row in enumerate(self.rows) if row.get("A") == title)
        headers = {column: " ".join(name.split()) for column, name in self.rows[top + 1].items() if name}
        found: list[dict[str, str]] = []
        for row in self.rows[top + 2 :]:
            if row.get("A", "*").startswith("*"):
                return found
            found.append({headers[column]: cell for column, cell in row.items() if column in headers})
        raise AssertionError("the table has no end")


def areas(path: Path) -> list[Area]:
    """Each area's clearing price and megawatts, as the workbook has them."""
    book = Book(path, "BRA Resource Clearing Results")
    cleared = {
        (row.get("LDA") or row["LDA*"]).rstrip("*"): Decimal(
            row["Total Annual Equivalent Resources Cleared [MW]"]
        )
        for row in book.table("Cleared & Make-Whole MWs")
    }
    prices = book.table("Resource Clearing Prices")
    assert len(cleared) == len(prices)
    return [
        (row["LDA"], Decimal(row["Resource Clearing Price [$/MW-day]"]), cleared[row["LDA"]])
        for row in prices
    ]


RECORDINGS = {
    "2022-2023-base-residual-auction-results.xlsx": 2022,
    "2025-2026-base-residual-auction-results.xlsx": 2025,
    "2026-2027-bra-results.xlsx": 2026,
}


@pytest.mark.parametrize("recording", RECORDINGS)
def test_every_area_is_as_published(recording: str) -> None:
    """Every area of both tables is one row, in the order of location, with the published figures."""
    path = folder() / recording
    frame = read_file(PJM, BASE_RESIDUAL_AUCTION, path, now=NOW).frame
    published = [(area, float(price), float(megawatts)) for area, price, megawatts in sorted(areas(path))]
    assert len(published) > 10
    assert frame.select("location", "price", "cleared").rows() == published
    assert frame["price_native"].to_list() == frame["price"].to_list()


@pytest.mark.parametrize(("recording", "year"), RECORDINGS.items())
def test_rows_are_of_the_delivery_year_that_the_title_says(recording: str, year: int) -> None:
    """From midnight of 1 June to midnight of 1 June in New York."""
    frame = read_file(PJM, BASE_RESIDUAL_AUCTION, folder() / recording, now=NOW).frame
    eastern = ZoneInfo("America/New_York")
    assert frame["interval_start"].unique().to_list() == [datetime(year, 6, 1, tzinfo=eastern)]
    assert frame["interval_end"].unique().to_list() == [datetime(year + 1, 6, 1, tzinfo=eastern)]
    assert frame["auction"].unique().to_list() == [f"{year}/{year + 1} Base Residual Auction"]


@pytest.mark.parametrize("recording", RECORDINGS)
def test_nothing_but_stray_cells_is_remarked(recording: str) -> None:
    """No area is missing in a table, no figure is unreadable; cells beside a table are told of."""
    findings = read_file(PJM, BASE_RESIDUAL_AUCTION, folder() / recording, now=NOW).findings
    assert {each.kind.value for each in findings} <= {"unknown_column"}
