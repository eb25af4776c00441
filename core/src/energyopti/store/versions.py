"""What a source says of a chunk now, next to what it said before."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import attrs
import polars as pl

from energyopti.findings import Finding, FindingKind
from energyopti.neighbours import extent
from energyopti.store.chunkdata import ChunkData

_EDITIONS = {"version", "status", "publish_time"}
"""Columns that say which edition of a row it is, and nothing of what it says."""


def lost_some(kept: ChunkData, data: ChunkData) -> bool:
    """Whether a source has less than it had: what came is not whole, and lacks rows that were there."""
    if data.whole:
        return False
    if data.frame.height < kept.frame.height:
        return True
    key = _identity(data)
    return kept.frame.join(data.frame, on=key, how="anti", nulls_equal=True).height > 0


def succeeding(kept: ChunkData, data: ChunkData) -> ChunkData:
    """What came, as the successor of what is kept: a change of what had settled is a new version, and a finding."""
    version = kept.provenance.version
    settled_to = kept.settled_to
    if settled_to is None:
        return data
    changed = _changed(kept.frame, data.frame, _identity(data), settled_to)
    if changed.is_empty():
        return _numbered(data, version)
    finding = Finding(
        kind=FindingKind.REVISED,
        message=f"{changed.height} rows that had settled are not as they were: their source changed them",
        rows=changed.height,
        chunk=data.chunk.key,
        spans=(extent(changed),),
    )
    return _numbered(attrs.evolve(data, findings=(*data.findings, finding)), version + 1)


def _changed(
    before: pl.DataFrame, after: pl.DataFrame, key: Sequence[str], settled_to: datetime
) -> pl.DataFrame:
    """The rows of settled time that are new or not as they were, and those that are there no more."""
    if before.equals(after):
        return after.clear()
    old = pl.col("interval_end") <= settled_to
    then, now = before.filter(old), after.filter(old)
    said = [name for name in now.columns if name not in _EDITIONS]
    fresh = now.join(then, on=said, how="anti", nulls_equal=True)
    gone = then.join(now, on=key, how="anti", nulls_equal=True)
    return pl.concat([fresh, gone])


def _identity(data: ChunkData) -> list[str]:
    """What tells the rows of a chunk apart, in whatever edition they are."""
    return [name for name in data.chunk.feed.dataset.key if name not in _EDITIONS]


def _numbered(data: ChunkData, version: int) -> ChunkData:
    """The same data as a version."""
    return attrs.evolve(data, provenance=attrs.evolve(data.provenance, version=version))
