"""Disclosures: zips of tables about one day, published some days after it.

Each table is a file that is called by the day of publication, such as ``2d_Cleared_DAM_AS_RRSUFR-18-OCT-24.csv`` of
October 16. Hours are unflagged: on the 25-hour day they are numbered 1 to 25. Some tables hold only their header.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

import attrs

from energyopti import Chunk, Era
from energyopti.layouts import HourEnding, Layout, Stamp
from energyopti.timezones import DAY, HOUR
from energyopti_ercot.documents import Files, Report
from energyopti_ercot.layouts import dispatch, repeat_flag, spelled
from energyopti_ercot.listing import Document
from energyopti_ercot.sources import EndPoint, eras

TWO_DAYS = timedelta(days=2)
SIXTY_DAYS = timedelta(days=60)
UNFLAGGED = (
    "what hours are called on the 23-hour day: taken as 1, 2 and 4 to 24, as in the reports with a flag"
)

MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
_RANGE = re.compile(r"_(\d{8})_thru_(\d{8})_SUPPLEMENTAL", re.IGNORECASE)


def hours_of_day(date: str = "Delivery Date", hour: str = "Hour Ending") -> HourEnding:
    """The clock of the tables by hour, in documents and in the API."""
    formats = ("%m/%d/%Y", "%Y-%m-%d")
    if date != "Delivery Date":
        formats = formats[::-1]
    return HourEnding(
        date=spelled(date),
        hour=spelled(hour),
        date_formats=formats,
        hour_format="{}",
        step=HOUR,
        counts_hours=True,
    )


def runs_of_day() -> Stamp:
    """The clock of the tables by dispatch run, in documents."""
    return attrs.evolve(dispatch("SCED Time Stamp"), flag=repeat_flag("Repeated Hour Flag"))


def dated(day: date) -> str:
    """A day as the files are called by it: ``18-OCT-24``."""
    return f"{day:%d}-{MONTHS[day.month - 1]}-{day:%y}"


@attrs.frozen(kw_only=True)
class Disclosure(Report):
    """A table of a report that is published some days late.

    ``table`` is a pattern of the file's name before its day; a document that lacks it is drift, unless the table
    ``may_lack``. A document that supplements a range of days is read beside the one of each day, and its rows stand.
    """

    table: str
    may_lack: bool = False

    def files(self, chunk: Chunk) -> Files:
        """The file of a day."""
        day = dated(chunk.day + self.first * DAY)
        pattern = re.compile(rf"(?:{self.table}) ?-{day}\.csv", re.IGNORECASE)
        return Files(matching=pattern, called=f"the file {self.table}-{day}.csv", may_lack=self.may_lack)

    def of(self, documents: Sequence[Document], chunk: Chunk) -> list[Document]:
        """The documents of a day, supplements last."""
        regular = [each for each in documents if _RANGE.search(each.name) is None]
        return [*super().of(regular, chunk), *(each for each in documents if self._supplements(each, chunk))]

    def _supplements(self, document: Document, chunk: Chunk) -> bool:
        found = _RANGE.search(document.name)
        if found is None or re.search(self.table, document.name, re.IGNORECASE) is None:
            return False
        first, last = map(_day, found.groups())
        return first is not None and last is not None and first <= chunk.day + self.first * DAY <= last


def _day(digits: str) -> date | None:
    """A day as a supplement's name writes it; None for what is none."""
    try:
        return datetime.strptime(digits, "%m%d%Y").date()  # noqa: DTZ007 - a day of the local calendar
    except ValueError:
        return None


def disclosed(
    emil_id: str,
    number: str,
    late: timedelta,
    table: str,
    layout: Layout,
    end_point: EndPoint | None = None,
    **more: Any,
) -> tuple[Era, ...]:
    """The sources of a table: the documents of its report, the API, and the archive."""
    report = Disclosure(number=number, first=late.days, last=late.days, table=table, **more)
    return eras(report, layout, end_point, archive=emil_id)
