"""Chunks as they had been fetched by an instant, out of a table and its history."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import attrs
import polars as pl

from energyopti.frames import frame_schema
from energyopti.query import Chunk
from energyopti.store.chunkdata import ChunkData
from energyopti.store.index import ChunkIndex
from energyopti.store.lake.areas import Area
from energyopti.store.lake.assembling import Rows, covering, in_order, read, read_chunks
from energyopti.store.lake.files import FETCHED_AT
from energyopti.store.lake.merging import CHUNK, SUPERSEDED_AT, rows_in
from energyopti.store.lake.pieces import Piece
from energyopti.store.lake.table import Table, readable
from energyopti.store.rawrows import RawRows


def as_known(
    table: Table, history: Table, chunks: Sequence[Chunk], instant: datetime
) -> dict[Chunk, ChunkData]:
    """The data of chunks as it was known at an instant; of chunks that had been fetched by then."""
    snapshot = table.snapshot()
    found: dict[Chunk, ChunkData] = {}
    for chunk in chunks:
        pieces = covering(chunk, snapshot)
        editions = [piece.at(instant) for piece in pieces or ()]
        if not pieces or None in editions:
            continue
        with readable(table.place.uri):
            whole = read_chunks(table, [chunk])[chunk]
            if any(piece.editions[-1] > instant for piece in pieces):
                rows = read(table, snapshot, pieces)
                known = [_known(piece, rows[piece], history, chunk, instant) for piece in pieces]
                whole = _with_rows(whole, pl.concat(known))
        edition = max(each for each in editions if each is not None)
        late = any(piece.fetched_at > instant for piece in pieces)
        found[chunk] = _as_fetched(whole, edition) if late else whole
    return found


def _known(piece: Piece, rows: Rows, history: Table, chunk: Chunk, instant: datetime) -> pl.DataFrame:
    """The rows of a piece as they were at an instant: those that were there and stayed, and those that went later."""
    columns = list(frame_schema(chunk.feed.dataset))
    stayed = rows.frame.filter(pl.col(FETCHED_AT) <= instant)
    went = _gone(history, piece, chunk).filter(
        (pl.col(FETCHED_AT) <= instant) & (pl.col(SUPERSEDED_AT) > instant)
    )
    return pl.concat([stayed.select(columns), went.select(columns)]).unique(maintain_order=True)


def _gone(history: Table, piece: Piece, chunk: Chunk) -> pl.DataFrame:
    """The rows that a piece had once."""
    snapshot = history.snapshot()
    if not snapshot.files:
        return pl.DataFrame(schema=history.columns)
    table = history.place.scan(list(snapshot.files), missing_columns="insert")
    if chunk.feed.reaches_past:
        return table.filter(pl.col(CHUNK) == piece.key).collect()
    inside = pl.col("interval_start").is_between(piece.area.start, piece.area.end, closed="left")
    frame = table.filter(inside).collect()
    return frame.filter(rows_in(frame, piece.area))


def _with_rows(whole: ChunkData, frame: pl.DataFrame) -> ChunkData:
    """A chunk's data with the rows of an earlier fetch; what was found in its payload is not known any more."""
    if not whole.chunk.feed.reaches_past:
        frame = frame.filter(rows_in(frame, Area.of(whole.chunk)))
    frame = frame[in_order(frame, whole.chunk)]
    return attrs.evolve(
        whole,
        frame=frame,
        index=ChunkIndex(frame),
        raw_rows=RawRows.none(),
        findings=(),
        checked=(),
        fingerprint=None,
    )


def _as_fetched(data: ChunkData, at: datetime) -> ChunkData:
    """A chunk's data as if nobody had looked at its source since an instant."""
    chunk = data.chunk
    provenance = attrs.evolve(data.provenance, fetched_at=at, final=False, urls=(), sha256=())
    due_to, settled_to = chunk.due_to(at), chunk.settled_to(at)
    return attrs.evolve(data, provenance=provenance, due_to=due_to, settled_to=settled_to, receipts=())
