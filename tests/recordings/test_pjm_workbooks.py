"""Recorded workbooks of PJM's capacity auctions: every price and quantity, against the workbook's own XML."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import attrs
import pytest

from energyopti.datasets import CAPACITY
from energyopti.findings import FindingKind
from energyopti.layouts import ExcelLayout, Number, Reading, Text, Undated
from recordings.where import recordings_of

SHEET = "BRA Resource Clearing Results"
BOOKS = (
    "2022-2023-base-residual-auction-results.xlsx",
    "2025-2026-base-residual-auction-results.xlsx",
    "2026-2027-bra-results.xlsx",
)
PRICE = "Resource Clearing Price [$/MW-day]"
CLEARED = "Total Annual Equivalent Resources Cleared [MW]"
PRICES = ExcelLayout(
    dataset=CAPACITY,
    zone="America/New_York",
    time=Undated(),
    sheets=(SHEET,),
    begins=("LDA", "LDA*"),
    columns=(
        Text("LDA", to="location"),
        Number("System Marginal Price* [$/MW-day]"),
        Number("Locational Price Adder ** [$/MW-day]"),
        Number(PRICE, to="price"),
    ),
)
_XML = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_LINK = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"

Cells = dict[int, dict[str, str]]
"""A sheet's filled cells by row number and column letters, figures as the file writes them."""


def sheet_xml(archive: zipfile.ZipFile) -> ET.Element:
    """The sheet's part of a workbook, by its name."""
    book = ET.fromstring(archive.read("xl/workbook.xml"))
    links = ET.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
    targets = {link.get("Id"): str(link.get("Target")) for link in links}
    (link,) = [each.get(_LINK) for each in book.iter(f"{_XML}sheet") if each.get("name") == SHEET]
    return ET.fromstring(archive.read("xl/" + targets[link].removeprefix("/xl/")))


def cells_of(path: Path) -> Cells:
    """What the sheet holds, read by the standard library alone."""
    with zipfile.ZipFile(path) as archive:
        strings = [
            "".join(text.text or "" for text in each.iter(f"{_XML}t"))
            for each in ET.fromstring(archive.read("xl/sharedStrings.xml")).iter(f"{_XML}si")
        ]
        found: Cells = {}
        for cell in sheet_xml(archive).iter(f"{_XML}c"):
            value = cell.findtext(f"{_XML}v")
            letters, number = re.fullmatch(r"([A-Z]+)(\d+)", str(cell.get("r"))).groups()  # type: ignore[union-attr]
            if value is not None:
                text = strings[int(value)] if cell.get("t") == "s" else value
                found.setdefault(int(number), {})[letters] = text.strip()
        return found


def table(cells: Cells, *, heading: str, header: str) -> list[tuple[str, float]]:
    """Area and figure of each row of the table below a heading, up to its footnote."""
    (heading_row,) = [row for row, line in cells.items() if line.get("A") == heading]
    top = heading_row + 1
    words = {" ".join(text.split()): column for column, text in cells[top].items()}
    rows: list[tuple[str, float]] = []
    while not (line := cells[top + 1 + len(rows)])["A"].startswith("*"):
        rows.append((line["A"], float(line[words[header]])))
    return rows


@pytest.fixture(params=BOOKS)
def recorded(request: pytest.FixtureRequest) -> Path:
    """A recorded workbook; the test is skipped where there is none."""
    name = str(request.param)
    return recordings_of("pjm", name) / name


def rows(reading: Reading, field: str) -> list[tuple[Any, ...]]:
    """Area and figure of every row."""
    return reading.frame.select("location", field).rows()


def test_every_clearing_price_is_as_published(recorded: Path) -> None:
    """All rows of the first table, in its order, none of its footnotes and none of the other tables."""
    published = table(cells_of(recorded), heading="Resource Clearing Prices", header=PRICE)
    assert len(published) >= 15
    reading = PRICES.read(recorded.read_bytes())
    assert rows(reading, "price") == published
    assert reading.payload_rows == reading.accounted_rows == len(published)


def test_only_cells_beside_the_table_are_found(recorded: Path) -> None:
    """Some years have a stray cost beside the prices: it is said and harms nothing, and all else is known."""
    reading = PRICES.read(recorded.read_bytes())
    assert {each.kind for each in reading.findings} <= {FindingKind.UNKNOWN_COLUMN}
    assert all(str(each.column).startswith("column ") for each in reading.findings)


def test_every_cleared_quantity_is_as_published(recorded: Path) -> None:
    """The second table of the sheet, whose first header has an asterisk in some years and not in others."""
    published = table(cells_of(recorded), heading="Cleared & Make-Whole MWs", header=CLEARED)
    columns = (Text(("LDA", "LDA*"), to="location"), Number(CLEARED, to="cleared"))
    layout = attrs.evolve(PRICES, number=1, columns=columns)
    reading = layout.read(recorded.read_bytes())
    assert rows(reading, "cleared") == published
    assert {name for name, _ in published} >= {"MAAC", "EMAAC", "COMED"}
