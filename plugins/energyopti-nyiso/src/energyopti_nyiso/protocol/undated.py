"""Documents without a date: each has one address on either server, which keeps only the newest publication."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

import attrs

from energyopti import Chunk, Days, FeedSource, Finding, FindingKind
from energyopti.layouts import Reading, Undated
from energyopti.source import Collect, Expect
from energyopti_nyiso.protocol.servers import LAST_OLD_DAY, MOVED, posted_sources

if TYPE_CHECKING:
    from energyopti.source import Source


@attrs.frozen(kw_only=True)
class Address:
    """The address of an undated document on the old server and on the new one."""

    old: str
    new: str


GENERATOR_LIST = Address(old="csv/generator/generator.csv", new="GENERATOR_NAME/CSV/generatorname.csv")
LOAD_LIST = Address(old="csv/load/load.csv", new="LOAD_NAME/CSV/load.csv")
NEWEST_PRICES = Address(old="realtime/realtime_zone_lbmp.csv", new="RT_LBMP_ZONE/CSV/current.csv")
MAINTENANCE_REPORT = Address(
    old="csv/genmaint/gen_maint_report.csv", new="GENERATION_MAINTENANCE_REPORT/CSV/gen_maint_report.csv"
)


def undated_sources(address: Address) -> tuple[FeedSource, ...]:
    """The sources of an undated document: the new server since the move, the old one before; each falls back."""
    old = newest(address.old, written_until=LAST_OLD_DAY)
    new = posted_sources(newest(address.new), current=True)
    return (*new, FeedSource(name="old server", host="mis", collect=old, preferred=Days(end=MOVED)))


def newest(path: str, *, written_until: date | None = None) -> Collect:
    """Read the newest publication; a list is about the current day, a report was published when modified.

    ``written_until`` is the last day on which the server wrote such documents: after it, a finding says that its copy
    may be that old.
    """

    async def collect(chunk: Chunk, source: Source) -> Reading:
        layout = chunk.feed.layout
        payload = await source.get(path, expect=Expect.CSV)
        reading = await source.run(layout.read, payload.content)
        if written_until is not None and chunk.day > written_until:
            reading = _perhaps_stale(reading, written_until, payload.modified)
        if isinstance(layout.time, Undated):
            return reading.spanning(chunk.start, chunk.end)
        return reading.published(payload.modified)

    return collect


def _perhaps_stale(reading: Reading, written_until: date, modified: datetime | None) -> Reading:
    """The same reading, with a finding that the server's copy may be unchanged since a given day."""
    said = f"its document was last modified on {modified:%Y-%m-%d}" if modified else "it does not say when"
    finding = Finding(
        kind=FindingKind.STALE,
        message=f"the old server was last written to about {written_until}, and {said}: "
        "changes since then are not in it",
        rows=reading.frame.height,
    )
    return attrs.evolve(reading, findings=(*reading.findings, finding))
