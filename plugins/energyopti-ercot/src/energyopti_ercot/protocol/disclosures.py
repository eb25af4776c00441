"""Disclosures: zips of tables about one day, published some days after it.

Each table is a file named after its day of publication, such as ``2d_Cleared_DAM_AS_RRSUFR-18-OCT-24.csv`` for
October 16. Hours have no flag: on the 25-hour day they are numbered 1 to 25. Some tables hold only their header.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta

import attrs

from energyopti import Chunk, FeedSource, Finding, FindingKind, SchemaDrift, Unconfirmed, layouts
from energyopti.layouts import HourEnding, Layout, ReadDocuments, Reading, Stamp, members
from energyopti.timezones import DAY, HOUR, iso_utc
from energyopti_ercot.protocol.api import EndPoint
from energyopti_ercot.protocol.documents import LARGEST_DOCUMENT, Files, Report, read_texts
from energyopti_ercot.protocol.layouts import dispatch, repeat_flag, spelled
from energyopti_ercot.protocol.listing import Document
from energyopti_ercot.protocol.sources import feed_sources

TWO_DAYS = timedelta(days=2)
SIXTY_DAYS = timedelta(days=60)
UNFLAGGED = Unconfirmed.noted(
    date(2026, 11, 25),
    (
        "how hours are labeled on the 23-hour day",
        "assumed to be 1, 2 and 4 to 24, as in the reports with a flag",
    ),
)

CORRECTED = Unconfirmed.noted(
    date(2026, 11, 29),
    ("that a correction comes within 92 days of the day's own publication", "later ones are not looked for"),
)

MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
_RANGE = re.compile(r"_(\d{8})_thru_(\d{8})_", re.IGNORECASE)
_WHOLE = "disclosure"
"""Words in the names of documents that have every table."""

_LINE = 256
"""A row begins within this many bytes below a header, if there is any."""

CORRECTED_FOR = timedelta(days=92)
"""How long after its own day of publication a disclosure is looked for again: corrections came weeks later."""


def hours_of_day(date: str = "Delivery Date", hour: str = "Hour Ending") -> HourEnding:
    """The clock of hourly tables, in documents and in the API."""
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
    """The clock of tables by SCED run, in documents."""
    return attrs.evolve(dispatch("SCED Time Stamp"), flag=repeat_flag("Repeated Hour Flag"))


def dated(day: date) -> str:
    """A day as it appears in file names: ``18-OCT-24``."""
    return f"{day:%d}-{MONTHS[day.month - 1]}-{day:%y}"


@attrs.frozen(kw_only=True)
class Posting:
    """A table in one particular document."""

    document: Document
    table: str
    text: bytes = attrs.field(repr=False)

    @property
    def has_rows(self) -> bool:
        """Whether there is more than the header."""
        below = self.text.find(b"\n") + 1
        return below > 0 and bool(self.text[below : below + _LINE].strip())


@attrs.frozen(kw_only=True)
class Disclosure(Report):
    """A table of a report that is published some days late.

    ``table`` is a pattern for the file's name before its day; a document without it is drift, unless the table
    ``may_lack``. Documents are posted again, as corrections and as supplements for a range of days: for each table, the
    last posting with rows of the day is used. A correction does not say which day it is for, and its files may be named
    after its posting day: only their rows tell.
    """

    table: str
    may_lack: bool = False

    def files(self, chunk: Chunk) -> Files:
        """The file of a day."""
        day = dated(chunk.day + self.first * DAY)
        return Files(
            matching=self._pattern(day), called=f"the file {self.table}-{day}.csv", may_lack=self.may_lack
        )

    def of(self, documents: Sequence[Document], chunk: Chunk) -> list[Document]:
        """The documents that hold a day, or may, earliest published first."""
        regular = [each for each in super().of(documents, chunk) if not each.again]
        again = [each for each in documents if each.again and self._may_be_of(each, chunk)]
        chosen = [*regular, *again]
        return sorted(chosen, key=lambda each: (each.published, int(each.number)))

    def window(self, chunk: Chunk) -> tuple[datetime, datetime]:
        """When the documents of a day are published, including corrections."""
        start, end = super().window(chunk)
        return start, end + CORRECTED_FOR

    def reading(
        self, chunk: Chunk, layout: Layout, found: Sequence[tuple[Document, bytes]]
    ) -> Reading | None:
        """The rows of the last posting of each table; a finding accounts for those of earlier postings."""
        postings = [
            each for document, content in found for each in self._postings(document, content, chunk, layout)
        ]
        if not postings and (self.may_lack or all(map(_is_undated, (document for document, _ in found)))):
            return None
        files = self.files(chunk)
        last = {each.table: each for each in sorted(postings, key=lambda each: each.has_rows)}
        stands = [each for each in postings if last[each.table] is each]
        reading = read_texts(layout, [each.text for each in stands], files)
        former = [each for each in postings if last[each.table] is not each]
        return _supersede(reading, former, last, layout) if former else reading

    def _pattern(self, day: str) -> re.Pattern[str]:
        """The names of the table's files for a day; a correction's file name may say so too."""
        return re.compile(rf"({self.table}) ?-{day}(?:_\w+)?\.csv", re.IGNORECASE)

    def _may_be_of(self, document: Document, chunk: Chunk) -> bool:
        """Whether a reposted document may be about a day, judging by its name: it has the table, or all tables."""
        name, due = document.name, chunk.day + self.first * DAY
        if re.search(self.table, name, re.IGNORECASE) is None and _WHOLE not in name.lower():
            return False
        days = _RANGE.search(name)
        if days is None:
            start, end = self.window(chunk)
            return start <= document.published < end
        first, last = map(_day, days.groups())
        return first is not None and last is not None and first <= due <= last

    def _postings(
        self, document: Document, content: bytes, chunk: Chunk, layout: Layout
    ) -> Iterator[Posting]:
        """The tables in a document that are about a day."""
        undated = _is_undated(document)
        pattern = self._pattern(r"\d\d-[A-Z]{3}-\d\d") if undated else self.files(chunk).matching
        for each in members(content, matching=pattern, max_bytes=LARGEST_DOCUMENT):
            if not undated or _is_of(each.content, chunk, layout):
                table = re.split(r" ?-\d\d-", each.name)[0]
                yield Posting(document=document, table=table.lower(), text=each.content)


def _is_undated(document: Document) -> bool:
    """Whether a document was posted again and does not say for which days."""
    return document.again and _RANGE.search(document.name) is None


def _is_of(text: bytes, chunk: Chunk, layout: Layout) -> bool:
    """Whether the first row of a table is in a chunk."""
    first = text.find(b"\n", text.find(b"\n") + 1)
    starts = layout.read(text if first < 0 else text[:first]).frame["interval_start"]
    return bool(starts.is_between(chunk.start, chunk.end, closed="left").any())


def _supersede(
    reading: Reading, former: Sequence[Posting], last: Mapping[str, Posting], layout: Layout
) -> Reading:
    """A reading after the postings it supersedes: their rows stay in the raw columns, with one finding each."""
    for posting in former:
        before = _read(posting, layout)
        if before is not None:
            reading = _behind(before, reading, posting, last[posting.table].document)
    return reading


def _behind(before: Reading, reading: Reading, posting: Posting, by: Document) -> Reading:
    """A reading after one superseded posting."""
    import polars as pl

    rows = before.frame.height
    every = Reading.concat([before, reading])
    key = [name for name in ("interval_start", "location", "product_native") if name in every.frame.columns]
    gone = before.frame.join(reading.frame, on=key, how="anti", nulls_equal=True).height
    message = (
        f"{rows} rows of {_called(posting.document)} are superseded by {_called(by)}, posted at "
        f"{iso_utc(by.published)}: the last posting of a table is used"
        + (f"; {gone} of them are not in it" if gone else "")
    )
    finding = Finding(kind=FindingKind.SUPERSEDED_ROW, message=message, rows=rows, accounts=True)
    return every.keep(pl.int_range(every.frame.height, eager=True) >= rows, finding)


def _read(former: Posting, layout: Layout) -> Reading | None:
    """A superseded posting with only the findings that account for rows; None if it cannot be read."""
    try:
        reading = layout.read(former.text)
    except SchemaDrift:
        return None
    return attrs.evolve(reading, findings=tuple(each for each in reading.findings if each.accounts))


def _called(document: Document) -> str:
    """A document's own name, without prefix and suffix."""
    return document.name.removesuffix(".zip").rpartition(".")[2]


def _day(digits: str) -> date | None:
    """A day as a supplement's name writes it; None if it is not a day."""
    try:
        return datetime.strptime(digits, "%m%d%Y").date()  # noqa: DTZ007 - a day of the local calendar
    except ValueError:
        return None


def of_table(table: str) -> ReadDocuments:
    """Reads a user's archive of a report: the files of a table, on any day; a single file under any name."""
    pattern = re.compile(rf"(?:{table}) ?-\d\d-[A-Z]{{3}}-\d\d(?:_\w+)?\.csv", re.IGNORECASE)

    def read(layout: Layout, documents: Sequence[layouts.Document]) -> Reading:
        chosen = [each for each in documents if len(documents) == 1 or pattern.fullmatch(each.name)]
        if not chosen:
            there = ", ".join(sorted(each.name for each in documents))
            raise SchemaDrift(f"the archive has no file of the table {table}; it has {there}")
        return layouts.as_they_stand(layout, chosen)

    return read


def disclosed(
    emil_id: str,
    number: str,
    late: timedelta,
    table: str,
    end_point: EndPoint | None = None,
    *,
    may_lack: bool = False,
) -> tuple[FeedSource, ...]:
    """The sources of a table: the documents of its report, the API, and the archive."""
    report = Disclosure(number=number, first=late.days, last=late.days, table=table, may_lack=may_lack)
    return feed_sources(report, end_point, archive=emil_id)
