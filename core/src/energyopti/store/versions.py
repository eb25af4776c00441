"""Compare a chunk as its source has it now with the chunk as it was before."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import attrs
import polars as pl

from energyopti.findings import Finding, FindingKind
from energyopti.neighbours import extent
from energyopti.store.chunkdata import ChunkData

_EDITIONS = {"version", "status", "publish_time"}
"""Columns that say which edition a row is; they are not part of its values."""


def lost_some(kept: ChunkData, data: ChunkData) -> bool:
    """Whether the source has less than before: the new data is incomplete and lacks rows that were there."""
    if data.whole:
        return False
    if data.frame.height < kept.frame.height:
        return True
    key = identity(data)
    return kept.frame.join(data.frame, on=key, how="anti", nulls_equal=True).height > 0


def spoiled(kept: ChunkData, data: ChunkData) -> str | None:
    """What is unreadable in new data that was there before: all values of a column. None if nothing is."""
    unreadable = [each for each in data.findings if each.kind is FindingKind.UNREADABLE_VALUE]
    if not unreadable or data.frame.is_empty():
        return None
    for column in data.frame.iter_columns():
        if column.null_count() == len(column) and kept.frame[column.name].drop_nulls().len():
            return f"it has no {column.name} any more: {unreadable[0].message}"
    return None


def succeeding(kept: ChunkData, data: ChunkData) -> ChunkData:
    """The new data as the successor of the kept data; a change of settled rows makes a new version and a finding."""
    version = kept.provenance.version
    settled_to = kept.settled_to
    if settled_to is None:
        return data
    changed = _changed(kept.frame, data.frame, identity(data), settled_to)
    if changed.is_empty():
        return _numbered(data, version)
    finding = Finding(
        kind=FindingKind.REVISED,
        message=f"the source changed {changed.height} rows that had settled",
        rows=changed.height,
        chunk=data.chunk.key,
        spans=(extent(changed),),
    )
    return _numbered(attrs.evolve(data, findings=(*data.findings, finding)), version + 1)


def _changed(
    before: pl.DataFrame, after: pl.DataFrame, key: Sequence[str], settled_to: datetime
) -> pl.DataFrame:
    """The rows of settled time that are new, changed or gone."""
    if before.equals(after):
        return after.clear()
    old = pl.col("interval_end") <= settled_to
    then, now = before.filter(old), after.filter(old)
    said = [name for name in now.columns if name not in _EDITIONS]
    fresh = now.join(then, on=said, how="anti", nulls_equal=True)
    gone = then.join(now, on=key, how="anti", nulls_equal=True)
    return pl.concat([fresh, gone])


def identity(data: ChunkData) -> list[str]:
    """The columns that identify a row of a chunk in any edition."""
    return [name for name in data.chunk.feed.dataset.key if name not in _EDITIONS]


def _numbered(data: ChunkData, version: int) -> ChunkData:
    """The same data with a version number."""
    return attrs.evolve(data, provenance=attrs.evolve(data.provenance, version=version))
