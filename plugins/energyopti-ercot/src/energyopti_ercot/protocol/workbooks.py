"""ERCOT's yearly workbooks: prices since the nodal market began, or since reserves have had a real-time price.

A report lists one zip per year, with one workbook of one sheet per month; the current year's is republished every week.
A chunk is a day: its year's document is fetched once, and each of its months is read once.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import TYPE_CHECKING, TypedDict

import attrs

from energyopti import Chunk, Finding, FindingKind, NoData, SchemaDrift, Unconfirmed
from energyopti.layouts import ExcelLayout, HourEnding, Reading, Repeats, members
from energyopti.timezones import HOUR, iso_utc
from energyopti_ercot.protocol.documents import Report, documents_of
from energyopti_ercot.protocol.layouts import LABEL, PLAIN, QUARTER, repeat_flag, spelled
from energyopti_ercot.protocol.postings import numbered

if TYPE_CHECKING:
    from energyopti.source import Collect, Source
    from energyopti_ercot.protocol.listing import Document

FIRST_DAY = date(2010, 12, 1)
"""When the nodal market began."""

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
"""How the names of the sheets begin: a month with several sheets has ``Dec_1`` and so on."""


class InMonths(TypedDict):
    """How a table continues over the sheets of its months, in `ExcelLayout`'s own keywords."""

    sheets: tuple[str, ...]
    begins: tuple[str, ...]
    gather: bool
    to_end: bool
    repeats: Repeats


def in_months(*begins: str, sheets: tuple[str, ...] = MONTHS) -> InMonths:
    """How a table continues over its sheets, if its first column has one of these headers."""
    return InMonths(sheets=sheets, begins=spelled(*begins), gather=True, to_end=True, repeats="last")


YEARLY = "yearly workbooks"
UNCONFIRMED = Unconfirmed.noted(
    date(2026, 11, 25),
    "that all yearly workbooks have the headers of those of 2010 and 2026, which are known and the same",
)
_YEAR = re.compile(r"_(20\d\d)(?!\d)")
DATES = ("%m/%d/%Y", "%Y-%m-%d", "%Y-%m-%d %H:%M:%S")
LARGEST = 256 << 20
"""The most bytes unpacked from a document."""

_ONLY_HUBS = (
    "only hubs and load zones are in the yearly workbook that answered: no resource nodes and no ties"
)

Reader = Callable[[bytes, int], Reading | None]
"""Reads a part of a year's document: one month, by number, or all of it."""


def hours_of_year(hour: str = "Hour Ending", interval: str | None = None) -> HourEnding:
    """The clock of a year's hours or quarter hours."""
    return HourEnding(
        date=spelled("Delivery Date"),
        hour=spelled(hour),
        date_formats=DATES,
        hour_format=PLAIN if interval else LABEL,
        interval=spelled(interval) if interval else None,
        step=QUARTER if interval else HOUR,
        flag=repeat_flag("Repeated Hour Flag"),
    )


def month_reader(workbook: ExcelLayout) -> Reader:
    """Reads one month of a zipped workbook; None if it has no sheet for it."""

    def read(archive: bytes, month: int) -> Reading | None:
        from energyopti.layouts.formats import sheet_names

        book = next((each.content for each in members(archive, ending=".xlsx", max_bytes=LARGEST)), None)
        if book is None:
            raise SchemaDrift("the document holds no workbook")
        begins = MONTHS[month - 1]
        if not any(name.strip().lower().startswith(begins.lower()) for name in sheet_names(book)):
            return None
        return attrs.evolve(workbook, sheets=(begins,)).read(book)

    return read


def from_year(number: str, read: Reader, *, by_month: bool, only_hubs: bool = False) -> Collect:
    """Read a day from its year's document, ``by_month`` or all at once; ``only_hubs`` notes what it lacks."""
    report = Report(number=number)

    async def collect(chunk: Chunk, source: Source) -> Reading:
        if chunk.start >= source.now:  # workbooks come weeks later: do not look for one
            raise NoData(f"{chunk}: no workbook has a day in the future")
        newest = functools.partial(_of_year, year=chunk.day.year)
        every = await documents_of(source, report, newest)
        chosen = newest(every)
        if not chosen:
            raise _absent(every, chunk, number)
        (document,) = chosen
        (payload,) = await source.get_all([numbered(document)])
        whole = await source.once(read, payload, chunk.day.month if by_month else chunk.day.year)
        day = await source.run(whole.slice, chunk.start, chunk.end) if whole is not None else None
        if day is None or day.frame.is_empty():
            raise NoData(
                f"{chunk}: the workbook of {chunk.day.year} in report {number}, published at "
                f"{iso_utc(document.published)}, has no prices of that day"
            )
        if not only_hubs:
            return day
        finding = Finding(kind=FindingKind.FALLBACK, message=_ONLY_HUBS)
        return attrs.evolve(day, findings=(*day.findings, finding))

    return collect


def _years(listed: Iterable[Document]) -> dict[Document, int]:
    """The documents named after a year, with that year."""
    found = ((each, _YEAR.search(each.name)) for each in listed)
    return {each: int(year.group(1)) for each, year in found if year is not None}


def _of_year(listed: Sequence[Document], year: int) -> list[Document]:
    """The newest document of a year; none if none is listed."""
    of_year = [each for each, its in _years(listed).items() if its == year]
    return sorted(of_year, key=lambda each: (each.published, int(each.number)))[-1:]


def _absent(listed: Sequence[Document], chunk: Chunk, number: str) -> NoData:
    """Why no document has a chunk: there is none for its year."""
    years = sorted(_years(listed).values())
    has = f"those of {years[0]} to {years[-1]}" if years else "none"
    return NoData(f"{chunk}: report {number} has no workbook of {chunk.day.year}, but {has}")
