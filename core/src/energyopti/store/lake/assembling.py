"""A chunk's data out of the pieces that cover it."""

from __future__ import annotations

import functools
import itertools
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import TypeVar

import attrs
import polars as pl

from energyopti.folding import fold_location
from energyopti.frames import frame_schema, sort_order
from energyopti.query import Chunk
from energyopti.store.chunkdata import ChunkData
from energyopti.store.lake.areas import Area, uncovered
from energyopti.store.lake.files import FETCHED_AT, names_in, raw_of_piece
from energyopti.store.lake.folder import Folder
from energyopti.store.lake.merging import rows_in
from energyopti.store.lake.pieces import Piece, joined, told
from energyopti.store.lake.table import Snapshot, Table, readable
from energyopti.store.rawrows import RawRows, StoredRows
from energyopti.tuning import LAKE_WHOLE_ROWS

T = TypeVar("T")
_ROW = "\0row"


@attrs.frozen(eq=False)
class Rows:
    """Rows of a piece; ``numbers`` are their numbers among all of its rows (None: they are all)."""

    frame: pl.DataFrame
    numbers: pl.Series | None = None

    def keep(self, mask: pl.Series) -> Rows:
        """Only the rows of a mask."""
        numbers = mask.arg_true() if self.numbers is None else self.numbers.filter(mask)
        return Rows(self.frame.filter(mask), numbers)


def covering(chunk: Chunk, snapshot: Snapshot) -> tuple[Piece, ...] | None:
    """The pieces that together cover a chunk, or None."""
    meaning = chunk.feed.dataset.version
    whole = snapshot.whole.get(chunk.key)
    if whole is not None and whole.meaning == meaning:
        return (whole,)
    area, past = Area.of(chunk), chunk.feed.reaches_past
    pieces = [
        piece
        for piece in snapshot.meeting(area)
        if piece.meaning == meaning
        and (not past or (area.start <= piece.area.start and piece.area.end <= area.end))
    ]
    return None if not pieces or uncovered(area, (piece.area for piece in pieces)) else tuple(pieces)


def read(
    folder: Folder, pieces: Iterable[Piece], files: Snapshot, locations: Sequence[str] = ()
) -> dict[Piece, Rows]:
    """The rows of pieces, each file read once; with ``locations`` only those there."""
    by_path: dict[str, list[Piece]] = {}
    for piece in pieces:
        by_path.setdefault(piece.path, []).append(piece)
    found: dict[Piece, Rows] = {}
    for path, several in by_path.items():
        ordered = sorted(dict.fromkeys(several), key=lambda piece: piece.first)
        if locations:
            found |= _read_some(folder, path, ordered, locations)
        else:
            found |= _read_all(folder, path, ordered, files.files[path].rows)
    return found


def _read_all(folder: Folder, path: str, pieces: Sequence[Piece], height: int) -> dict[Piece, Rows]:
    table = pl.scan_parquet(folder.at(path), glob=False)
    wanted = sum(piece.rows for piece in pieces)
    if 2 * wanted < height:
        return {piece: Rows(table.slice(piece.first, piece.rows).collect()) for piece in pieces}
    frame = table.collect()
    return {piece: Rows(frame.slice(piece.first, piece.rows)) for piece in pieces}


def _read_some(
    folder: Folder, path: str, pieces: Sequence[Piece], locations: Sequence[str]
) -> dict[Piece, Rows]:
    folded = set(map(fold_location, locations))
    names = [name for name in names_in(folder, path) if fold_location(name) in folded]
    table = pl.scan_parquet(folder.at(path), glob=False, row_index_name=_ROW)
    frame = table.filter(pl.col("location").is_in(names)).collect()
    rows = frame.drop_in_place(_ROW)
    edges = pl.Series([edge for piece in pieces for edge in (piece.first, piece.first + piece.rows)])
    at = rows.search_sorted(edges, side="left").to_list()
    return {
        piece: Rows(frame.slice(low, high - low), rows.slice(low, high - low) - piece.first)
        for piece, low, high in zip(pieces, at[::2], at[1::2], strict=True)
    }


def read_chunks(
    table: Table, chunks: Sequence[Chunk], locations: Sequence[str] = ()
) -> dict[Chunk, ChunkData]:
    """The data of those chunks that a table covers; with ``locations`` only the rows there."""
    snapshot = table.snapshot()
    pieces = {chunk: found for chunk in chunks if (found := covering(chunk, snapshot)) is not None}
    if not pieces:
        return {}
    narrowed = bool(locations) and "location" in chunks[0].feed.dataset.column_names
    narrowed = narrowed and sum(piece.rows for each in pieces.values() for piece in each) > LAKE_WHOLE_ROWS
    wanted = itertools.chain.from_iterable(pieces.values())
    rows = read(table.folder, wanted, snapshot, locations if narrowed else ())
    return {
        chunk: assembled(chunk, each, rows, table.folder, narrowed=narrowed) for chunk, each in pieces.items()
    }


def retried(work: Callable[[], T]) -> T:
    """The result of reading; a second try if that fails, since another process may have replaced and deleted a file."""
    try:
        return work()
    except (pl.exceptions.PolarsError, OSError):
        pass
    with readable():
        return work()


def assembled(
    chunk: Chunk, pieces: Sequence[Piece], rows: dict[Piece, Rows], folder: Folder, *, narrowed: bool = False
) -> ChunkData:
    """A chunk's data; ``narrowed`` says that the rows are of some locations only."""
    found = [_within(rows[piece], piece, chunk) for piece in pieces]
    story = joined([told(piece, chunk.key, chunk.feed.name) for piece in pieces], chunk.key)
    frame = pl.concat([each.frame for each in found], how="diagonal").drop(FETCHED_AT)
    schema = frame_schema(chunk.feed.dataset)
    missing = [
        pl.lit(None, dtype=kind).alias(name) for name, kind in schema.items() if name not in frame.columns
    ]
    frame = frame.with_columns(missing).select(list(schema))
    loads = [
        StoredRows(functools.partial(raw_of_piece, folder, piece), each.numbers)
        for piece, each in zip(pieces, found, strict=True)
    ]
    raw = loads[0]
    if len(pieces) > 1:
        order = in_order(frame, chunk)
        frame = frame[order]
        raw = StoredRows(functools.partial(_joined_raw, loads), order)
    return ChunkData(
        chunk=chunk,
        frame=frame.rechunk(),
        raw_rows=raw,
        findings=story.findings,
        checked=story.checked,
        provenance=attrs.evolve(story.provenance, kept_in="lake"),
        fingerprint=story.fingerprint,
        due_to=_until([(piece, piece.due_to) for piece in pieces]),
        settled_to=_settled(pieces),
        receipts=story.receipts,
        known_series=story.series,
        narrowed=narrowed,
    )


def _within(rows: Rows, piece: Piece, chunk: Chunk) -> Rows:
    """The rows of a piece that belong to a chunk; of a feed that reaches past its chunks all do."""
    area = Area.of(chunk)
    if chunk.feed.reaches_past or not list(piece.area - area):
        return rows
    return rows.keep(rows_in(rows.frame, area))


def in_order(frame: pl.DataFrame, chunk: Chunk) -> pl.Series:
    """The order in which rows of several pieces are those of one chunk, as row numbers."""
    return frame.with_row_index(_ROW).sort(*sort_order(chunk.feed.dataset), _ROW)[_ROW]


def _joined_raw(loads: Sequence[StoredRows]) -> RawRows:
    """The raw rows of several pieces, one after the other."""
    return RawRows.concat([each.loaded() for each in loads])


def _until(said: Sequence[tuple[Piece, datetime | None]]) -> datetime | None:
    """The instant up to which all pieces go, in order, as each says of itself; None if no piece says one."""
    instants = [instant for _, instant in said if instant is not None]
    if not instants:
        return None
    short = [instant for piece, instant in said if instant is not None and instant < piece.area.end]
    return min(short) if short else max(instants)


def _settled(pieces: Sequence[Piece]) -> datetime | None:
    """The instant up to which all days of the pieces had settled; None if not even the first had."""
    first = min(pieces, key=lambda piece: piece.area.start)
    if first.settled_to is None:
        return None
    unsettled = [piece.settled_to or piece.area.start for piece in pieces]
    short = [instant for piece, instant in zip(pieces, unsettled, strict=True) if instant < piece.area.end]
    return min(short) if short else max(unsettled)
