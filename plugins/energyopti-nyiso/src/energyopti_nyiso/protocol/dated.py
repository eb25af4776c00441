"""Whether a day's document is what its name says: of that day, with rows, and written after the time it covers."""

from __future__ import annotations

import functools
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import TYPE_CHECKING

import attrs

from energyopti import Chunk, Feed, Finding, FindingKind, NoData
from energyopti.layouts import Document, ReadDocuments, Reading, as_they_stand
from energyopti.timezones import DAY, iso_utc, local_date
from energyopti_nyiso.protocol.advisory import Newest, is_finished, of_the_dispatch
from energyopti_nyiso.protocol.stamps import ZONE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from energyopti.source import Source

DatedReading = tuple[Reading, datetime | None]
"""A day's reading, and when its document was written, if known."""

Dated = Callable[[Chunk, "Source"], Awaitable[DatedReading]]
"""Reads a day and says when its document was written."""

_BELIEVED_AFTER = DAY
"""How long after its end a day's event list counts as complete, whenever it was written."""


def made_of(feed: Feed, newest: str | None) -> ReadDocuments:
    """How to read a fetched document: as its feed reads any document, unless a file of the ``newest`` interval shows
    which rows are only announced."""
    return feed.reads if newest is None else as_they_stand


def of_its_day(reading: Reading, chunk: Chunk, document: Document, now: datetime) -> Reading:
    """The reading of a day's document; raises `NoData` if it has no row, or is the forecast of another day.

    A server may post a bare header first, and yesterday's forecast under today's name. For an event list a finding says
    when it was last written: whether anything happened after that is unknown.
    """
    if not reading.payload_rows:
        raise NoData(f"{chunk}: {document.name} has no row yet")
    first = reading.frame["interval_start"].min() if chunk.feed.dataset.forecast else None
    if isinstance(first, datetime) and local_date(first, ZONE) != chunk.day:
        raise NoData(f"{chunk}: {document.name} has the forecast that begins at {iso_utc(first)}")
    return attrs.evolve(reading, findings=(*reading.findings, *_unwritten(chunk, document, now)))


def _unwritten(chunk: Chunk, document: Document, now: datetime) -> Iterator[Finding]:
    """A finding about the time after an event list was last written, until its day is long over."""
    feed, modified = chunk.feed, document.modified
    if not feed.sparse or modified is None or now >= chunk.end + _BELIEVED_AFTER:
        return
    known_to, due_to = max(chunk.start, modified), min(chunk.end, chunk.due_to(now))
    if (
        feed.publication.due is None
        or feed.publication.due.at is not None
        or known_to + feed.publication.due.after >= due_to
    ):
        return  # it is last written some minutes before midnight
    yield Finding(
        kind=FindingKind.GAP,
        message=f"{document.name} was written at {iso_utc(modified)}: anything since then is unknown",
        spans=((known_to, due_to),),
    )


async def dispatched(
    reading: Reading, chunk: Chunk, source: Source, *, modified: datetime | None, newest: Newest | None = None
) -> Reading:
    """A day's rows without those that its file only announces, as long as it may not be finished."""
    if is_finished(modified, chunk.end, source.now):
        return reading
    end, now = chunk.end, source.now
    work = functools.partial(of_the_dispatch, reading, end=end, now=now, modified=modified, newest=newest)
    return await source.run(work)
