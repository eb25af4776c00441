"""A chunk of a source that keeps rows only for a while: what an earlier fetch had stays, beside what there is now."""

from __future__ import annotations

from datetime import datetime

import attrs
import polars as pl

from energyopti.errors import EnergyOptiError
from energyopti.fetch.checks import check_frame, fingerprint
from energyopti.fetch.window import rolls
from energyopti.frames import sort_order
from energyopti.store import ChunkData, ChunkIndex, NoRows, RawRows
from energyopti.store.versions import identity

_PLACE = "\0place"


def carried(kept: ChunkData, data: ChunkData) -> ChunkData:
    """New data with the earlier rows that its source no longer keeps: those that begin before it does.

    What was found in the payload stays, what the checks found is found again.
    """
    chunk = data.chunk
    since = chunk.feed.history.kept_since(data.provenance.fetched_at)
    if since is None or since <= chunk.start or not rolls(chunk):
        return data
    first = data.frame["interval_start"].min() if data.frame.height else None
    edge = max(since, first) if isinstance(first, datetime) else since
    key = identity(data)
    old = kept.frame.with_row_index(_PLACE).filter(pl.col("interval_start") < edge)
    old = old.join(data.frame.select(key), on=key, how="anti", nulls_equal=True, maintain_order="left")
    if old.is_empty():
        return data
    places = old[_PLACE]
    both = pl.concat([old.drop(_PLACE), data.frame]).with_row_index(_PLACE)
    both = both.sort(*sort_order(chunk.feed.dataset), maintain_order=True)
    frame, order = both.drop(_PLACE), both[_PLACE]
    checked = tuple(
        attrs.evolve(finding, chunk=chunk.key)
        for finding in check_frame(frame, chunk, until=data.due_to or chunk.end, kept_since=since)
    )
    of_payload = tuple(finding for finding in data.findings if finding not in data.checked)
    return attrs.evolve(
        data,
        frame=frame,
        index=ChunkIndex(frame),
        raw_rows=_raw_rows(kept, places, data, order),
        findings=(*of_payload, *checked),
        checked=checked,
        fingerprint=fingerprint(frame),
    ).settled()


def _raw_rows(kept: ChunkData, places: pl.Series, data: ChunkData, order: pl.Series) -> RawRows | NoRows:
    """The source's own columns of some rows of one chunk's data and of all of another's, in a new order.

    What was left out of the earlier documents is not kept, and none of them if they cannot be read any more.
    """
    try:
        earlier, now = (each.raw_rows.loaded() for each in (kept, data))
    except EnergyOptiError:
        return NoRows()
    return RawRows.concat([attrs.evolve(earlier.of(places), left_out=()), now]).of(order)
