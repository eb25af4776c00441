"""Whether a day's document is what its name says: of that day, with rows, and written since what it should speak of."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import attrs

from energyopti import Chunk, Finding, FindingKind, NoData
from energyopti.layouts import Document, Reading
from energyopti.timezones import DAY, iso_utc, local_date
from energyopti_nyiso.layouts import ZONE

if TYPE_CHECKING:
    from collections.abc import Iterator

_BELIEVED_AFTER = DAY
"""How long after its end a day's list of what happened is taken to be all, whenever it was written."""


def of_its_day(reading: Reading, chunk: Chunk, document: Document, now: datetime) -> Reading:
    """The reading of a day's document; raises `NoData` where it has no row at all, or is the forecast of another day.

    A server may post a header first, and yesterday's forecast under today's name. Of a list of what happened a finding
    says since when it was not written: whether anything happened after that is not known.
    """
    if not reading.payload_rows:
        raise NoData(f"{chunk}: {document.name} has no row yet")
    first = reading.frame["interval_start"].min() if chunk.feed.dataset.forecast else None
    if isinstance(first, datetime) and local_date(first, ZONE) != chunk.day:
        raise NoData(f"{chunk}: {document.name} has the forecast that begins at {iso_utc(first)}")
    return attrs.evolve(reading, findings=(*reading.findings, *_unwritten(chunk, document, now)))


def _unwritten(chunk: Chunk, document: Document, now: datetime) -> Iterator[Finding]:
    """A finding about the time after which a list of what happened was not written, until its day is long over."""
    feed, modified = chunk.feed, document.modified
    if not feed.sparse or modified is None or now >= chunk.end + _BELIEVED_AFTER:
        return
    known_to, due_to = max(chunk.start, modified), min(chunk.end, chunk.due_to(now))
    if feed.due is None or feed.due.at is not None or known_to + feed.due.after >= due_to:
        return  # the last time that it is written is some minutes before midnight
    yield Finding(
        kind=FindingKind.GAP,
        message=f"{document.name} was written at {iso_utc(modified)}: what happened since is not known",
        spans=((known_to, due_to),),
    )
