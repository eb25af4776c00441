"""A chunk's data: fetched, unified, checked and ready for answers."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from datetime import datetime, timedelta
from functools import cached_property

import attrs
import polars as pl

from energyopti.concurrency.cache import Cache
from energyopti.findings import Finding, FindingKind
from energyopti.neighbours import run_starts, stretches
from energyopti.publication import asked_again_after
from energyopti.query import Chunk, TimeRange
from energyopti.source.receipts import Receipt
from energyopti.store.index import ChunkIndex
from energyopti.store.rawrows import NoRows, RawRows, StoredRows, apart
from energyopti.timezones import DAY
from energyopti.tuning.chunks import PARTS_KEPT


@attrs.frozen(kw_only=True)
class ChunkProvenance:
    """Where one chunk came from.

    ``kept_in`` is where this answer took it from: ``source``, ``memory`` or ``lake``. ``stale`` means that it should
    have been fetched again, but could not be; ``final`` means that the source is unlikely to change it. ``version``
    starts at 1 and goes up each time this service sees a change of settled rows.
    """

    chunk: str
    feed: str
    feed_source: str
    host: str
    urls: tuple[str, ...]
    sha256: tuple[str, ...]
    fetched_at: datetime
    kept_in: str = "source"
    final: bool = False
    stale: bool = False
    version: int = 1


def is_whole(findings: Iterable[Finding], span: TimeRange | None = None) -> bool:
    """Whether no finding reports a gap, anywhere or in a span."""
    holes = [finding for finding in findings if finding.kind is FindingKind.GAP]
    if span is None:
        return not holes
    return not any(hole.touches(span.start, span.end) for hole in holes)


def unavailable(findings: Iterable[Finding], span: TimeRange) -> list[tuple[TimeRange, Finding]]:
    """The parts of a span whose rows could not be had though the chunk has others, in time order."""
    found = [
        (TimeRange(max(low, span.start), min(high, span.end)), finding)
        for finding in findings
        if finding.kind is FindingKind.UNAVAILABLE
        for low, high in finding.spans
        if low < span.end and span.start < high
    ]
    return sorted(found, key=lambda each: each[0].start)


@attrs.frozen(kw_only=True, eq=False, repr=False)
class ChunkData:
    """One chunk: rows in the dataset's schema sorted by time and key, and findings.

    ``raw_rows`` are the source's own columns, in memory or in a store; ``index`` finds rows.
    ``checked`` are the findings that the core's checks made about the frame. Up to ``due_to`` all rows were due when it
    was fetched (None: all of it); up to ``settled_to`` its days had settled (None: none of them).
    ``receipts`` say what was requested for it, to check later whether that
    is unchanged. ``found`` keeps the findings in its most recently queried parts. If it is ``narrowed``,
    the rows are only those of some locations of the chunk; ``known_series`` is what `series` says then.
    """

    chunk: Chunk
    frame: pl.DataFrame
    raw_rows: RawRows | StoredRows | NoRows = attrs.field(repr=False)
    findings: tuple[Finding, ...]
    provenance: ChunkProvenance
    fingerprint: tuple[int, int] | None = None
    checked: tuple[Finding, ...] = ()
    due_to: datetime | None = None
    settled_to: datetime | None = None
    receipts: tuple[Receipt, ...] = ()
    known_series: float | None = None
    narrowed: bool = False
    index: ChunkIndex = attrs.field(
        default=attrs.Factory(lambda self: ChunkIndex(self.frame), takes_self=True)
    )
    found: Cache[Hashable, tuple[Finding, ...]] = attrs.field(factory=lambda: Cache(PARTS_KEPT), init=False)

    def __repr__(self) -> str:
        return f"<ChunkData {self.chunk.key}: {self.frame.height} rows, {len(self.findings)} findings>"

    @cached_property
    def bytes(self) -> int:
        """About how many bytes of memory it takes, with the copy in location order that queries by location use."""
        copies = 2 if "location" in self.frame.columns else 1
        return int(copies * self.frame.estimated_size()) + self.raw_rows.bytes

    def fresh(self, now: datetime, max_age: timedelta | None = None, span: TimeRange | None = None) -> bool:
        """Whether a span of it is new enough to answer from without asking the source again.

        Final data is rechecked at long intervals: the older it is, the longer. Other data is fresh if it was fetched
        less than ``max_age`` ago, by default the feed's ``refresh_every``; for settled days with a gap, at least a day.
        What could not be had is asked for again at once.
        """
        span, refresh_every = span or self.chunk.time, self.chunk.feed.publication.refresh_every
        if unavailable(self.findings, span):
            return False
        age = now - self.provenance.fetched_at
        if self.is_final(span):
            return age < asked_again_after(now - span.end)
        if max_age is None:
            max_age = max(DAY, refresh_every) if self._has_settled(span) else refresh_every
        return age < max_age

    def is_final(self, span: TimeRange) -> bool:
        """Whether a span of it is complete and has settled, so that its source is unlikely to change it."""
        if self.provenance.final:
            return True
        whole = self._has_settled(span) and is_whole(self.findings, span) and not self._strays
        return whole and not any(
            finding.provisional and finding.touches(span.start, span.end) for finding in self.findings
        )

    def _has_settled(self, span: TimeRange) -> bool:
        return self.settled_to is not None and span.end <= self.settled_to

    @cached_property
    def _strays(self) -> bool:
        """Whether its document had rows beyond its own time and one step on either side."""
        beside = self.chunk.feed.step
        return any(
            finding.kind is FindingKind.OUTSIDE_CHUNK
            and finding.outside(self.chunk.start - beside, self.chunk.end + beside)
            for finding in self.findings
        )

    @cached_property
    def series(self) -> float:
        """The number of rows per interval of the whole chunk, which is the number of series."""
        if self.known_series is not None:
            return self.known_series
        starts = self.frame["interval_start"]
        return self.frame.height / max(1, len(run_starts([starts])))

    def speaks_of(self, span: TimeRange) -> bool:
        """Whether every interval that begins in a span has a row, of any series."""
        latest = span.start + self.chunk.feed.step
        return any(first < latest and span.end <= last for first, last in self._stretches)

    @cached_property
    def _stretches(self) -> tuple[tuple[datetime, datetime], ...]:
        """The stretches of time that its rows cover without a gap, of any series."""
        return stretches(self.frame)

    @cached_property
    def whole(self) -> bool:
        """Whether it has all rows that the feed's grid and its closed list of locations call for."""
        return is_whole(self.findings)

    def at(self, locations: Sequence[str]) -> ChunkData:
        """The same data with only the rows of some locations."""
        if "location" not in self.frame.columns:
            return self
        names = list(dict.fromkeys(name for each in locations for name in self.index.names(each)))
        numbers = self.frame["location"].is_in(names).arg_true()
        frame = self.frame[numbers]  # a filter would leave room for all rows
        rows = self.raw_rows.of(numbers)
        only = names[0] if len(names) == 1 and frame.height else None
        return attrs.evolve(
            self,
            frame=frame,
            raw_rows=apart(rows) if isinstance(rows, RawRows) else rows,
            index=ChunkIndex(frame, location=only),
            known_series=self.series,
            narrowed=True,
        )

    def without_raw(self) -> ChunkData:
        """The same data without the source's own columns."""
        return attrs.evolve(self, raw_rows=NoRows())

    def unsettled(self) -> ChunkData:
        """The same data, to be fetched again after the feed's ``refresh_every``, however old its day is."""
        return attrs.evolve(self, provenance=attrs.evolve(self.provenance, final=False), settled_to=None)

    def as_of(self, now: datetime) -> ChunkData:
        """The same data, which its source has just confirmed: what has settled by now is final."""
        provenance = attrs.evolve(self.provenance, fetched_at=now, kept_in="source", stale=False, final=False)
        data = attrs.evolve(
            self, provenance=provenance, due_to=self.chunk.due_to(now), settled_to=self.chunk.settled_to(now)
        )
        return data.settled()

    def settled(self) -> ChunkData:
        """The same data, marked final if all of it is."""
        final = self.is_final(self.chunk.time)
        return attrs.evolve(self, provenance=attrs.evolve(self.provenance, final=final))

    @property
    def may_stand(self) -> bool:
        """Whether unchanged documents mean unchanged data: complete, all due, and no source stood in for another."""
        over = self.due_to is not None and self.due_to >= self.chunk.end
        spare = any(finding.kind is FindingKind.FALLBACK for finding in self.findings)
        return over and self.whole and not spare and bool(self.receipts)

    def out_of(self, kept_in: str, *, stale: bool = False) -> ChunkData:
        """The same data, as taken from a store."""
        return attrs.evolve(self, provenance=attrs.evolve(self.provenance, kept_in=kept_in, stale=stale))
