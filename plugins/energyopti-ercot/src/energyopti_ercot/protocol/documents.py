"""ERCOT's document service: every report is a list of zipped documents, which stay for days to weeks.

``IceDocListJsonWS`` lists a report's documents with their publish times; ``mirDownload`` returns one as a zip
with one CSV. XML twins are listed beside them and skipped.
"""

from __future__ import annotations

import functools
import itertools
import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import attrs

from energyopti import Chunk, Finding, FindingKind, NoData, SchemaDrift, layouts
from energyopti.layouts import Layout, Reading, members
from energyopti.source import Collect, Excerpt, Expect, Request
from energyopti.timezones import DAY, iso_utc, midnight
from energyopti_ercot.protocol.layouts import ZONE
from energyopti_ercot.protocol.listing import Document, listed, stamp_of
from energyopti_ercot.protocol.postings import Choice, Text, download_what_is_there, lacking, last_posting

if TYPE_CHECKING:
    from energyopti.source import Source

LIST = "misapp/servlets/IceDocListJsonWS"
MINUTE_STAMP = re.compile(r"_(\d{8})_(\d{4})(?!\d)")
SECOND_STAMP = re.compile(r"_(\d{8})_(\d{6})(?!\d)")
LARGEST_DOCUMENT = 512 << 20
"""The most bytes unpacked from a document."""

_ZIP = b"PK"
_POSTED = re.compile(r"\.(20\d{6})\.(\d{6})\d*\.")


@attrs.frozen(kw_only=True)
class Files:
    """Which files of a document are read.

    ``called`` is their name in words; ``may_lack`` means that a document without them is not drift.
    """

    matching: re.Pattern[str] | None = None
    called: str = "a CSV file"
    may_lack: bool = False

    def texts(self, content: bytes) -> list[bytes]:
        """The texts in a document, which is a zip or one bare text."""
        if not content.startswith(_ZIP):
            return [content]
        found = members(content, matching=self.matching, ending=".csv", max_bytes=LARGEST_DOCUMENT)
        return [each.content for each in found]


EVERY_FILE = Files()


@attrs.frozen(kw_only=True)
class Report:
    """A report of the service: its number, and how to find the documents of a chunk.

    ``named`` finds a stamp in a document's name, which is the end of its content (``ends``) or its beginning. Without
    one, a chunk's documents are those published on the local days from ``first`` to ``last``, counted from its own; a
    day of publication begins ``late`` after midnight, and ends that much ``later``. ``every`` is how often a document
    is due, if a chunk has many: a list that begins within the chunk then has only a part of it. Of overlapping
    documents, those at most ``apart`` are taken, or only that many of the ``newest``.
    """

    number: str
    named: re.Pattern[str] | None = None
    ends: bool = False
    first: int = 0
    last: int = 0
    late: timedelta = timedelta()
    later: timedelta = timedelta()
    every: timedelta | None = None
    apart: timedelta | None = None
    newest: int = 0

    @property
    def overlaps(self) -> bool:
        """Whether documents also hold the time of other chunks."""
        return self.apart is not None or self.first != self.last

    def of(self, documents: Sequence[Document], chunk: Chunk) -> list[Document]:
        """The documents of a chunk, earliest published first."""
        due = self._due(chunk)
        found = [each for each in documents if self._is_of(each, chunk, due)]
        if self.apart is not None:
            found = thinned(found, self.apart)
        return found[-self.newest :]

    def reaches(self, documents: Sequence[Document], chunk: Chunk) -> bool:
        """Whether a list goes back to a chunk's beginning, or nearly, where rows show what is missing."""
        if self.every is None:
            return True
        near = 2 * self.every if _rows_tell(chunk) else timedelta()
        return self._first(documents, chunk) <= self.window(chunk)[0] + near

    def holes(self, documents: Sequence[Document], absent: Sequence[Document], chunk: Chunk) -> list[Finding]:
        """What a chunk lacks though its rows do not show it: absent documents, and documents that left the list."""
        holes = [lacking(absent, [self._span(each, chunk) for each in absent])] if absent else []
        if _rows_tell(chunk) or self.reaches(documents, chunk):
            return holes
        first = self._first(documents, chunk)
        message = f"the list of report {self.number} begins at {iso_utc(first)}: earlier documents are gone"
        return [
            *holes,
            Finding(kind=FindingKind.GAP, message=message, spans=((chunk.start, max(first, chunk.start)),)),
        ]

    def _first(self, documents: Sequence[Document], chunk: Chunk) -> datetime:
        """The time of the first document in a list, by its name or its publication; if it is empty, a chunk's end."""
        stamps = (each.stamp(self.named) if self.named is not None else None for each in documents)
        times = [stamp or each.published for stamp, each in zip(stamps, documents, strict=True)]
        return min(times, default=chunk.end)

    def _span(self, document: Document, chunk: Chunk) -> tuple[datetime, datetime]:
        """The time that a document covers, by its name; else all of its chunk's."""
        stamp = document.stamp(self.named) if self.named is not None else None
        if stamp is None or self.every is None:
            return chunk.start, chunk.end
        start = stamp - self.every if self.ends else stamp
        return start, start + self.every

    def window(self, chunk: Chunk) -> tuple[datetime, datetime]:
        """When a chunk's documents are published: stamped ones at their time, others within a day of it."""
        if self.named is not None:
            return chunk.start, chunk.end + DAY
        return self._due(chunk)

    def files(self, chunk: Chunk) -> Files:  # noqa: ARG002 - for reports whose files are of a day
        """Which files of its documents hold a chunk."""
        return EVERY_FILE

    def reading(
        self, chunk: Chunk, layout: Layout, found: Sequence[tuple[Document, bytes]]
    ) -> Reading | None:
        """The rows of a chunk's documents, in order; None if they lack its files, and may."""
        files = self.files(chunk)
        texts = _texts([content for _, content in found], files)
        if not texts and files.may_lack:
            return None
        return read_texts(layout, texts, files)

    def _due(self, chunk: Chunk) -> tuple[datetime, datetime]:
        start = midnight(chunk.day + self.first * DAY, ZONE)
        end = midnight(chunk.day + (self.last + 1) * DAY, ZONE)
        return start + self.late, end + self.late + self.later

    def _is_of(self, document: Document, chunk: Chunk, due: tuple[datetime, datetime]) -> bool:
        stamp = document.stamp(self.named) if self.named is not None else None
        if stamp is None:
            return due[0] <= document.published < due[1]
        if self.ends:
            return chunk.start < stamp <= chunk.end
        return chunk.start <= stamp < chunk.end


def _rows_tell(chunk: Chunk) -> bool:
    """Whether missing rows at a chunk's beginning are noticed: those of a grid are, publications are not."""
    return chunk.feed.has_grid and not chunk.feed.dataset.forecast


def thinned(documents: Sequence[Document], apart: timedelta) -> list[Document]:
    """The fewest documents that include the first and the last and are at most a given time apart.

    Where two adjacent documents are further apart already, both are included.
    """
    chosen: list[Document] = []
    for each in reversed(documents):
        near = len(chosen) > 1 and chosen[-2].published - each.published <= apart
        if near:
            chosen.pop()
        chosen.append(each)
    return chosen[::-1]


def documents(report: Report, *, published: bool = False, in_part: bool = False) -> Collect:
    """Read a chunk from all of its documents.

    ``published`` means that the publish time belongs to every row; ``in_part`` takes what is left of a chunk whose
    first documents have left the list.
    """

    async def collect(chunk: Chunk, source: Source) -> Reading:
        choice = functools.partial(report.of, chunk=chunk)
        every = await documents_of(source, report, choice)
        if not choice(every):
            raise NoData(f"{chunk}: {_reach(report, every)}")
        if not in_part and not report.reaches(every, chunk):
            raise NoData(f"{chunk}: the list of report {report.number} has only a part of it")
        found, absent = await download_what_is_there(source, every, choice)
        if not found:
            raise NoData(
                f"{chunk}: the list of report {report.number} has {len(absent)} documents that are not there"
            )
        reading = await reading_of(source, chunk, report, chunk.feed.layout, found, published)
        return attrs.evolve(reading, findings=(*reading.findings, *report.holes(every, absent, chunk)))

    return collect


async def reading_of(
    source: Source,
    chunk: Chunk,
    report: Report,
    layout: Layout,
    found: Sequence[tuple[Document, bytes]],
    published: bool,
) -> Reading:
    """The rows of a chunk's documents; raises `NoData` if they are about another time."""
    files = report.files(chunk)
    if published:
        return await source.run(_each_published, layout, found, files)
    reading = await source.run(report.reading, chunk, layout, found)
    if reading is None:
        raise NoData(f"{chunk}: the documents of report {report.number} lack {files.called}")
    if not _speaks_of(reading, chunk):
        raise NoData(f"{chunk}: the documents of report {report.number} are about other times")
    return reading.within(chunk.start, chunk.end) if report.overlaps else reading


async def documents_of(source: Source, report: Report, taken: Choice) -> tuple[Document, ...]:
    """The CSV documents that a report lists, earliest first; ``taken`` picks those that the chunk is made of.

    A list grows all the time: the chunk is unchanged as long as it is made of the same documents.
    """
    request = Request(
        path=LIST,
        params={"reportTypeId": report.number},
        expect=Expect.JSON,
        shared=True,
        excerpt=Excerpt(listed, functools.partial(_numbers, taken)),
    )
    (page,) = await source.get_all([request])
    return await source.once(listed, page)


def _numbers(taken: Choice, every: Sequence[Document]) -> list[str]:
    """The numbers of the documents that a chunk is made of."""
    return [each.number for each in taken(every)]


def _speaks_of(reading: Reading, chunk: Chunk) -> bool:
    """Whether any row is in a chunk; no row at all is an answer too."""
    starts = reading.frame["interval_start"]
    return not len(starts) or bool(starts.is_between(chunk.start, chunk.end, closed="left").any())


def _reach(report: Report, every: Sequence[Document]) -> str:
    """The content of the list, in words."""
    if not every:
        return f"the list of report {report.number} is empty"
    first = min(each.published for each in every)
    return f"report {report.number} lists documents published since {iso_utc(first)}, and none for this time"


def _each_published(layout: Layout, found: Sequence[tuple[Document, bytes]], files: Files) -> Reading:
    """Documents that are separate publications."""
    texts = [files.texts(content) for _, content in found]
    if all(len(several) == 1 for several in texts):
        readings = layout.read_each([text for (text,) in texts])
    else:
        readings = [read_texts(layout, several, files) for several in texts]
    dated = zip(readings, found, strict=True)
    return Reading.concat([reading.published(document.published) for reading, (document, _) in dated])


def named_time(document: layouts.Document) -> datetime | None:
    """When a document was published, by its name."""
    return stamp_of(document.name, _POSTED)


def _as_named(layout: Layout, document: layouts.Document) -> Reading:
    """A document as a separate publication, made at the time in its name."""
    reading = layout.read(document.content)
    if "publish_time" in reading.frame.columns:
        return reading
    return reading.published(named_time(document))


posted_as_named = layouts.one_by_one(_as_named)
"""How a user's files are read: a list says no more about them than their names do."""


def read_documents(layout: Layout, contents: Sequence[bytes], files: Files = EVERY_FILE) -> Reading:
    """The rows of documents, in order; those with one header are read as one."""
    return read_texts(layout, _texts(contents, files), files)


def _texts(contents: Sequence[bytes], files: Files) -> list[bytes]:
    return [text for content in contents for text in files.texts(content)]


def read_texts(layout: Layout, texts: Sequence[bytes], files: Files) -> Reading:
    """The rows of texts, in order; those with one header are read as one."""
    by_header: dict[bytes, list[Text]] = {}
    for place, text in enumerate(texts):
        header = text[: text.find(b"\n") + 1 or len(text)]
        group = by_header.setdefault(header.strip(), [])
        if len(text) > len(header) or not group:
            group.append((place, text))
    if not by_header:
        raise SchemaDrift(f"the documents lack {files.called}")
    groups = list(by_header.values())
    reading = layout.merge([layout.read_all([text for _, text in group]) for group in groups])
    if len(groups) == 1 and layout.repeats != "keep":
        return reading  # the layout knows which of its rows to keep
    return last_posting(reading, layout, list(itertools.chain.from_iterable(groups)))
