"""A chunk's data: fetched, unified, checked and ready to be answered from."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import cached_property

import attrs
import polars as pl

from energyopti.findings import Finding, FindingKind
from energyopti.layouts.reading import LeftOut
from energyopti.neighbours import run_starts
from energyopti.query import Chunk
from energyopti.store.index import ChunkIndex


@attrs.frozen(kw_only=True)
class ChunkProvenance:
    """Where one chunk came from.

    ``kept_in`` is where this answer took it from: ``source``, ``memory`` or ``lake``; ``stale`` says that it
    should have been fetched again and could not be; ``final`` that the source will not change it any more.
    """

    chunk: str
    feed: str
    era: str
    host: str
    urls: tuple[str, ...]
    sha256: tuple[str, ...]
    fetched_at: datetime
    kept_in: str = "source"
    final: bool = False
    stale: bool = False


def is_whole(findings: Iterable[Finding]) -> bool:
    """Whether nothing that was found says that something is missing."""
    return all(finding.kind is not FindingKind.GAP for finding in findings)


@attrs.frozen(kw_only=True, eq=False)
class ChunkData:
    """One chunk: rows in the dataset's schema sorted by time and key, the raw columns, and what was found.

    ``origin`` gives, for each row of ``frame``, the row of ``raw`` that it was read from; ``index`` finds rows.
    What is not final is asked for again once it is ``good_for`` no longer.
    ``left_out`` are rows that are not in the frame, and why.
    """

    chunk: Chunk
    frame: pl.DataFrame
    raw: pl.DataFrame
    origin: pl.Series
    findings: tuple[Finding, ...]
    provenance: ChunkProvenance
    fingerprint: tuple[int, int] | None = None
    good_for: timedelta = attrs.field(
        default=attrs.Factory(lambda self: self.chunk.feed.cadence, takes_self=True)
    )
    left_out: tuple[LeftOut, ...] = ()
    index: ChunkIndex = attrs.field(
        default=attrs.Factory(lambda self: ChunkIndex(self.frame), takes_self=True), repr=False
    )

    @property
    def bytes(self) -> int:
        """About how much memory it holds, with the copy in the order of location that queries of places want."""
        copies = 2 if "location" in self.frame.columns else 1
        frame = copies * self.frame.estimated_size()
        others = sum(each.raw.estimated_size() + each.frame.estimated_size() for each in self.left_out)
        return int(frame + self.raw.estimated_size() + self.origin.estimated_size() + others)

    def fresh(self, now: datetime, max_age: timedelta | None = None) -> bool:
        """Whether it can be answered from without asking the source again: it is final, or new enough.

        New enough is what is younger than ``max_age``, or than it is good for where none is given.
        """
        if self.provenance.final:
            return True
        return now - self.provenance.fetched_at < (self.good_for if max_age is None else max_age)

    @cached_property
    def series(self) -> float:
        """How many rows there are for each interval, which is how many series there are."""
        starts = self.frame["interval_start"]
        return self.frame.height / max(1, len(run_starts([starts])))

    @property
    def whole(self) -> bool:
        """Whether nothing is missing that the feed's grid and its closed list of locations should have."""
        return is_whole(self.findings)

    def unsettled(self) -> ChunkData:
        """The same data, to be asked for again after the feed's cadence whatever its age."""
        provenance = attrs.evolve(self.provenance, final=False)
        return attrs.evolve(self, provenance=provenance, good_for=self.chunk.feed.cadence)

    def out_of(self, kept_in: str, *, stale: bool = False) -> ChunkData:
        """The same data, as taken from a store."""
        return attrs.evolve(self, provenance=attrs.evolve(self.provenance, kept_in=kept_in, stale=stale))
