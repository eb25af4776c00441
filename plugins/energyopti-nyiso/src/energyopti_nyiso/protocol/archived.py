"""Days from the old server's monthly archives, and which of a day's two files counts: the newer one."""

from __future__ import annotations

import re
from datetime import UTC, date, timedelta
from typing import TYPE_CHECKING

import attrs

from energyopti import Chunk, Feed, Finding, FindingKind, NoData, SchemaDrift, SourceUnavailable
from energyopti.layouts import Document, Member, Reading, as_they_stand, members
from energyopti.source import Collect, Expect
from energyopti.timezones import DAY, iso_utc, zone
from energyopti_nyiso.protocol.dated import Dated, DatedReading, dispatched, made_of, of_its_day
from energyopti_nyiso.protocol.documents import DailyDocument
from energyopti_nyiso.protocol.stamps import ZONE

if TYPE_CHECKING:
    from energyopti.source import Source

_LARGEST_DAY = 256 << 20
_SMALL_MONTH = 4 << 20
"""Up to this many bytes of a month's zip, several of its days are read together and kept for a while."""
_TOGETHER = 8

_ARCHIVED_AFTER = 2 * DAY
"""How long after its end a day is first looked for in the archive too: younger days are not there, or not corrected."""

_SAME = timedelta(minutes=1)
"""How far apart two times of one file may be: an archive counts in two-second steps."""


def alone(day: Dated) -> Collect:
    """Read a day from one source only."""

    async def collect(chunk: Chunk, source: Source) -> Reading:
        reading, _ = await day(chunk, source)
        return reading

    return collect


def newer_of(own: Dated, archive: Dated) -> Collect:
    """Read a day from its own file, unless the archive has one written later; a finding then says so.

    A file with fewer rows is not a correction, and one dated in the future was not written then.
    """

    async def collect(chunk: Chunk, source: Source) -> Reading:
        reading, written = await own(chunk, source)
        if written is None or source.now < chunk.end + _ARCHIVED_AFTER:
            return reading
        try:
            other, archived = await archive(chunk, source)
        except (NoData, SchemaDrift, SourceUnavailable):
            return reading
        later = archived is not None and written + _SAME < archived <= source.now
        if archived is None or not later or other.frame.height < reading.frame.height:
            return reading
        finding = Finding(
            kind=FindingKind.FALLBACK,
            message=f"the archive's file was written at {iso_utc(archived)}, after the day's own ({iso_utc(written)}): "
            "the newer one is used",
            rows=other.frame.height,
        )
        return attrs.evolve(other, findings=(*other.findings, finding))

    return collect


def archived_day(posted: DailyDocument) -> Dated:
    """A day from its month's zip, which all days of the month share; small days are read a week at a time."""

    async def archived(chunk: Chunk, source: Source) -> DatedReading:
        if source.now < chunk.end:
            raise NoData(f"{chunk}: the archive has it once it is over")
        payload = await source.get(posted.archive_path.format(day=chunk.day), expect=Expect.ZIP, shared=True)
        wanted = posted.member.format(day=chunk.day)
        first = chunk.day - (chunk.day.day - 1) % _TOGETHER * DAY
        small = len(payload.content) <= _SMALL_MONTH
        days = await source.once(read_days, payload, first, posted, chunk.feed) if small else {}
        day = days.get(wanted)
        if day is None:
            found = await source.run(_member, payload.content, wanted)
            if found is None:
                raise NoData(f"{chunk}: the archive {payload.url} does not hold {wanted}")
            document = _document(found)
            reads = made_of(chunk.feed, posted.newest)
            reading = await source.run(reads, chunk.feed.layout, [document])
            day = reading, attrs.evolve(document, content=b"")
        reading, document = day
        reading = of_its_day(reading, chunk, document, source.now)
        if posted.newest is not None:
            reading = await dispatched(reading, chunk, source, modified=document.modified)
        return reading, document.modified

    return archived


DaysByName = dict[str, tuple[Reading, Document]]
"""Days by their file names, and those files without their content."""


def read_days(archive: bytes, first: date, posted: DailyDocument, feed: Feed) -> DaysByName:
    """Some days of a month's zip from the first one on; no days if one of them drifted."""
    names = [posted.member.format(day=first + number * DAY) for number in range(_TOGETHER)]
    reads = made_of(feed, posted.newest)
    try:
        wanted = re.compile("|".join(map(re.escape, names)))
        found = [_document(each) for each in members(archive, matching=wanted, max_bytes=_LARGEST_DAY)]
        if reads is as_they_stand:
            readings = feed.layout.read_each([each.content for each in found])
        else:
            readings = [reads(feed.layout, [each]) for each in found]
    except SchemaDrift:
        return {}
    return {
        each.name: (reading, attrs.evolve(each, content=b""))
        for each, reading in zip(found, readings, strict=True)
    }


def _member(archive: bytes, name: str) -> Member | None:
    return next(members(archive, named=name, max_bytes=_LARGEST_DAY), None)


def _document(member: Member) -> Document:
    """An archive member as a document, its time on NYISO's own clock; None if the archive has no such member."""
    modified = member.modified and member.modified.replace(tzinfo=zone(ZONE)).astimezone(UTC)
    return Document(name=member.name, content=member.content, modified=modified)
