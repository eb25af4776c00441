"""New York's monthly ICAP market reports: one workbook per month, in one folder per year, under one of several names.

A month is read only from its own report, since that is the one that gets revised.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from energyopti import Chunk, NoData, SchemaDrift
from energyopti.layouts import Layout, Reading
from energyopti.source import Expect, Request
from energyopti_nyiso.protocol.stamps import ZONE

if TYPE_CHECKING:
    from energyopti.source import Payload, Source

HOST = "documents"
SHEET = "MCP Table"

FOLDERS = {
    2014: 1410927,
    2015: 1410895,
    2016: 1410901,
    2017: 1410883,
    2018: 1410889,
    2019: 4266869,
    2020: 10106066,
    2021: 18170164,
    2022: 27447313,
    2023: 35397361,
    2024: 42146126,
    2025: 48997190,
    2026: 56195933,
}
"""The number of the folder with a year's reports; each year has a new one that nobody can predict."""

MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_LAST_VERSION = 10
_FIRST_CERTAIN = date(2020, 1, 1)
"""Months before it may be in workbooks of the old format, which ended about 2019."""


def report_paths(month: date) -> tuple[str, ...]:
    """Where a month's first report can be, most usual name first; raises `NoData` for a year without a folder."""
    name, year = MONTHS[month.month - 1], month.year
    plain, spaced = f"ICAP-Market-Report-{name}-{year}", f"ICAP%20Market%20Report%20-%20{name}%20{year}"
    files = (f"{plain}.xlsx", f"{spaced}.xlsx", f"{plain}.xls", f"{spaced}.xls")
    return tuple(f"{_folder(month)}/{file}" for file in files)


def revision_path(month: date, version: int) -> str:
    """Where a revision of a month's report is; the first revision is version 2."""
    name = f"ICAP-Market-Report-{MONTHS[month.month - 1]}-{month.year}-Version-{version}.xlsx"
    return f"{_folder(month)}/{name}"


def _folder(month: date) -> str:
    if month.year not in FOLDERS:
        raise NoData(
            f"capacity of {month:%Y-%m}: the number of NYISO's folder of reports of {month.year} is not known; "
            "a later version of this plugin may know it"
        )
    return f"documents/20142/{FOLDERS[month.year]}"


async def collect_report(chunk: Chunk, source: Source) -> Reading:
    """Read a month from the highest version of its report."""
    payload = await _report(chunk.day, source)
    if payload is None:
        raise NoData(f"{chunk}: there is no report of that month under any name; not published yet, or never")
    return await source.run(read_report, chunk.feed.layout, payload.content, chunk.day)


async def _report(month: date, source: Source) -> Payload | None:
    """The highest version of a month's report, trying one name at a time; None if there is none.

    The first report may be gone once it is revised, so the first revision is tried in any case.
    """
    found = None
    for path in report_paths(month):
        found = await _document(path, source)
        if found is not None:
            break
    for version in range(2, _LAST_VERSION + 1):
        revised = await _document(revision_path(month, version), source)
        if revised is None:
            break
        found = revised
    return found


async def _document(path: str, source: Source) -> Payload | None:
    """A workbook, or None if there is none: the server answers some misses with a page."""
    try:
        (payload,) = await source.get_all(
            [Request(path=path, expect=Expect.WORKBOOK, html_means_missing=True)]
        )
    except NoData:
        return None
    return payload


def read_report(layout: Layout, content: bytes, month: date) -> Reading:
    """The rows of a month's report; raises `SchemaDrift` for one that lacks the table, or the month in it."""
    try:
        reading = layout.read(content)
    except SchemaDrift as error:
        if month >= _FIRST_CERTAIN:
            raise
        raise SchemaDrift(
            f"{error}; workbooks before about 2019 have no sheet {SHEET!r} and cannot be read: "
            "ask for later months",
            column=error.column,
        ) from error
    local = reading.frame["interval_start"].dt.convert_time_zone(ZONE).dt.date()
    if month.replace(day=1) not in local:
        raise SchemaDrift(f"the report of {month:%Y-%m} has no readable row of that month", column="Date")
    return reading
