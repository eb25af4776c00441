"""ERCOT's document service: every report is a list of zipped documents, which live for days to weeks.

``IceDocListJsonWS`` lists a report's documents with their publication times; ``mirDownload`` gives one as a zip
with one CSV. XML twins are listed beside them and not taken.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

import attrs

from energyopti import Chunk, NoData, SchemaDrift
from energyopti.layouts import Layout, Reading, members
from energyopti.market import Collect
from energyopti.source import Expect, Request
from energyopti.timezones import DAY, iso_utc, midnight
from energyopti_ercot.layouts import ZONE
from energyopti_ercot.listing import Document, listed

if TYPE_CHECKING:
    from energyopti.source import Source

LIST = "misapp/servlets/IceDocListJsonWS"
DOWNLOAD = "misdownload/servlets/mirDownload"
MINUTE_STAMP = re.compile(r"_(\d{8})_(\d{4})(?!\d)")
SECOND_STAMP = re.compile(r"_(\d{8})_(\d{6})(?!\d)")
_LARGEST_DOCUMENT = 256 << 20


@attrs.frozen(kw_only=True)
class Report:
    """A report of the service: its number, and how the documents of a chunk are told.

    ``named`` finds a stamp in a document's name, which is the end of what it holds (``ends``) or its beginning.
    Without one, a chunk's documents are those published on the local days from ``first`` to ``last``, counted
    from its own; a day of publication begins ``late`` after midnight. ``every`` is how often one is due, where a chunk has many: a list that begins within the chunk
    then has only a part of it.
    """

    number: str
    named: re.Pattern[str] | None = None
    ends: bool = False
    first: int = 0
    last: int = 0
    late: timedelta = timedelta()
    every: timedelta | None = None

    def of(self, documents: Sequence[Document], chunk: Chunk) -> list[Document]:
        """The documents of a chunk, the earliest published first."""
        return [each for each in documents if self._holds(each, chunk)]

    def reaches(self, documents: Sequence[Document], chunk: Chunk) -> bool:
        """Whether a list goes back to a chunk's beginning."""
        if self.every is None:
            return True
        stamps = (each.stamp(self.named) if self.named is not None else None for each in documents)
        times = [stamp or each.published for stamp, each in zip(stamps, documents, strict=True)]
        return min(times, default=chunk.end) <= chunk.start + 2 * self.every

    def _holds(self, document: Document, chunk: Chunk) -> bool:
        stamp = document.stamp(self.named) if self.named is not None else None
        if stamp is None:
            start = midnight(chunk.day + self.first * DAY, ZONE)
            end = midnight(chunk.day + (self.last + 1) * DAY, ZONE)
            return start + self.late <= document.published < end + self.late
        if self.ends:
            return chunk.start < stamp <= chunk.end
        return chunk.start <= stamp < chunk.end


def documents(report: Report, layout: Layout, *, published: bool = False, in_part: bool = False) -> Collect:
    """Read a chunk from all of its documents.

    ``published`` says that the time of publication belongs to every row; ``in_part`` takes what is left of a
    chunk whose first documents have left the list.
    """

    async def collect(chunk: Chunk, source: Source) -> Reading:
        every = await documents_of(source, report)
        chosen = report.of(every, chunk)
        if not chosen:
            raise NoData(f"{chunk}: {_reach(report, every)}")
        if not in_part and not report.reaches(every, chunk):
            raise NoData(f"{chunk}: the list of report {report.number} has only a part of it")
        contents = await download(source, chosen)
        if published:
            return await source.run(_each_published, layout, chosen, contents)
        reading = await source.run(read_documents, layout, contents)
        if not _speaks_of(reading, chunk):
            raise NoData(f"{chunk}: the documents of report {report.number} speak of other times")
        return reading

    return collect


async def documents_of(source: Source, report: Report) -> tuple[Document, ...]:
    """The CSV documents that a report lists, the earliest first."""
    page = await source.get(LIST, params={"reportTypeId": report.number}, expect=Expect.JSON, shared=True)
    return await source.once(listed, page)


async def download(source: Source, chosen: Sequence[Document]) -> list[bytes]:
    """The zips of some documents; they never change, so that they are kept for a while."""
    requests = [
        Request(path=DOWNLOAD, params={"doclookupId": each.number}, expect=Expect.ZIP, shared=True)
        for each in chosen
    ]
    return [payload.content for payload in await source.get_all(requests)]


def _speaks_of(reading: Reading, chunk: Chunk) -> bool:
    """Whether any row lies in a chunk; no row at all is an answer too."""
    starts = reading.frame["interval_start"]
    return not len(starts) or bool(starts.is_between(chunk.start, chunk.end, closed="left").any())


def _reach(report: Report, every: Sequence[Document]) -> str:
    """What the list holds, in words."""
    if not every:
        return f"the list of report {report.number} is empty"
    first = min(each.published for each in every)
    return f"report {report.number} lists documents published since {iso_utc(first)}, and none of this time"


def _each_published(layout: Layout, chosen: Sequence[Document], contents: Sequence[bytes]) -> Reading:
    """Documents that are publications of their own."""
    readings = [
        read_documents(layout, [content]).published(document.published)
        for document, content in zip(chosen, contents, strict=True)
    ]
    return Reading.concat(readings)


def read_documents(layout: Layout, archives: Sequence[bytes]) -> Reading:
    """The rows of zipped documents: those with one header are read as one, in their order."""
    texts: dict[bytes, list[bytes]] = {}
    for archive in archives:
        for each in members(archive, ending=".csv", max_bytes=_LARGEST_DOCUMENT):
            header, _, rows = each.content.partition(b"\n")
            texts.setdefault(header.strip(), []).append(rows.rstrip(b"\r\n"))
    if not texts:
        raise SchemaDrift("the documents hold no CSV file")
    readings = [
        layout.read(header + b"\n" + b"".join(rows + b"\n" for rows in every if rows))
        for header, every in texts.items()
    ]
    return Reading.concat(readings)
