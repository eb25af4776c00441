"""A chunk's data out of the pieces that cover it."""

from __future__ import annotations

import functools
import itertools
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import TypeVar

import attrs
import polars as pl

from energyopti.folding import fold_location
from energyopti.frames import empty_frame, frame_schema, sort_order
from energyopti.query import Chunk
from energyopti.schema import Dataset
from energyopti.store.chunkdata import ChunkData
from energyopti.store.index import ChunkIndex
from energyopti.store.lake.areas import Area, asks_by_word, uncovered
from energyopti.store.lake.files import FETCHED_AT, raw_of_piece
from energyopti.store.lake.merging import rows_in
from energyopti.store.lake.pieces import Piece, joined, told
from energyopti.store.lake.places import Place
from energyopti.store.lake.table import Snapshot, Table, readable
from energyopti.store.rawrows import RawRows, StoredRows
from energyopti.tuning.lake import LAKE_WHOLE_ROWS

T = TypeVar("T")
_ROW = "\0row"


@attrs.frozen(eq=False)
class Rows:
    """Rows of a piece; ``numbers`` are their numbers (None: they are all), counted from that of its ``first``."""

    frame: pl.DataFrame
    numbers: pl.Series | None = None
    first: int = 0

    def keep(self, mask: pl.Series) -> Rows:
        """Only the rows of a mask."""
        numbers = mask.arg_true() if self.numbers is None else self.numbers.filter(mask)
        return Rows(self.frame.filter(mask), numbers, self.first)


def covering(chunk: Chunk, snapshot: Snapshot) -> tuple[Piece, ...] | None:
    """The pieces that together cover a chunk, or None."""
    meaning = chunk.feed.dataset.version
    whole = snapshot.whole.get(chunk.key)
    if whole is not None and whole.meaning == meaning:
        return (whole,)
    if asks_by_word(chunk):
        return None
    area, past = Area.of(chunk), chunk.feed.reaches_past
    pieces = [
        piece
        for piece in snapshot.meeting(area)
        if piece.meaning == meaning
        and (not past or (area.start <= piece.area.start and piece.area.end <= area.end))
    ]
    return None if not pieces or uncovered(area, (piece.area for piece in pieces)) else tuple(pieces)


def read(
    table: Table,
    snapshot: Snapshot,
    pieces: Iterable[Piece],
    *,
    locations: Sequence[str] = (),
    dataset: Dataset | None = None,
) -> dict[Piece, Rows]:
    """The rows of pieces, each file read once; with ``locations`` only those there.

    They are in the columns of a ``dataset``, or without one as they are stored.
    """
    by_path: dict[str, list[Piece]] = {}
    for piece in sorted(dict.fromkeys(pieces), key=lambda piece: piece.first):
        by_path.setdefault(piece.path, []).append(piece)
    if locations:
        return _read_some(table, snapshot, by_path, locations, dataset)
    found: dict[Piece, Rows] = {}
    for path, several in by_path.items():
        found |= _read_all(table.place, path, several, snapshot.files[path].rows, dataset)
    return found


def _read_all(
    place: Place, path: str, pieces: Sequence[Piece], height: int, dataset: Dataset | None
) -> dict[Piece, Rows]:
    file = place.scan([path])
    wanted = sum(piece.rows for piece in pieces)
    if 2 * wanted < height:
        frames = [file.slice(piece.first, piece.rows).collect() for piece in pieces]
        return {piece: Rows(_conformed(each, dataset)) for piece, each in zip(pieces, frames, strict=True)}
    frame = _conformed(file.collect(), dataset)
    return {piece: Rows(frame.slice(piece.first, piece.rows)) for piece in pieces}


def _read_some(
    table: Table,
    snapshot: Snapshot,
    pieces: Mapping[str, Sequence[Piece]],
    locations: Sequence[str],
    dataset: Dataset | None,
) -> dict[Piece, Rows]:
    """The rows of some locations, of all files at once: their rows are numbered through."""
    names = _spelled(table, pieces, locations)
    schema = {**(frame_schema(dataset) if dataset else {}), FETCHED_AT: pl.Datetime("us", "UTC")}
    files = table.place.scan(
        list(pieces),
        row_index_name=_ROW,
        schema=schema if dataset else None,
        missing_columns="insert",
        extra_columns="ignore",
    )
    frame = files.filter(pl.col("location").is_in(names)).collect()
    rows = frame.drop_in_place(_ROW)
    if dataset:
        frame.drop_in_place(FETCHED_AT)
    firsts = itertools.accumulate((snapshot.files[path].rows for path in pieces), initial=0)
    places = [
        (piece, first + piece.first)
        for first, several in zip(firsts, pieces.values(), strict=False)
        for piece in several
    ]
    edges = pl.Series([edge for piece, first in places for edge in (first, first + piece.rows)])
    at = rows.search_sorted(edges, side="left").to_list()
    return {
        piece: Rows(frame.slice(low, high - low), rows.slice(low, high - low), first)
        for (piece, first), low, high in zip(places, at[::2], at[1::2], strict=True)
    }


def _spelled(table: Table, paths: Collection[str], locations: Sequence[str]) -> list[str]:
    """Some locations as they are spelled in files."""
    folded = set(map(fold_location, locations))
    return [name for name in table.names(paths) if fold_location(name) in folded]


def read_chunks(
    table: Table, chunks: Sequence[Chunk], locations: Sequence[str] = ()
) -> dict[Chunk, ChunkData]:
    """The data of those chunks that a table covers; with ``locations`` only the rows there."""
    snapshot = table.snapshot()
    pieces = {chunk: found for chunk in chunks if (found := covering(chunk, snapshot)) is not None}
    if not pieces:
        return {}
    narrowed = bool(locations) and "location" in chunks[0].feed.dataset.column_names
    wanted = list(itertools.chain.from_iterable(pieces.values()))
    narrowed = narrowed and sum(piece.rows for piece in wanted) > LAKE_WHOLE_ROWS
    rows = read(
        table, snapshot, wanted, locations=locations if narrowed else (), dataset=chunks[0].feed.dataset
    )
    one = _spelled(table, {piece.path: None for piece in wanted}, locations) if narrowed else []
    location = one[0] if len(one) == 1 else None
    return {
        chunk: assembled(chunk, each, rows, table.place, narrowed=narrowed, location=location)
        for chunk, each in pieces.items()
    }


def retried(work: Callable[[], T]) -> T:
    """The result of reading; a second try if that fails, since another process may have replaced and deleted a file."""
    try:
        return work()
    except (pl.exceptions.PolarsError, OSError):
        pass
    with readable():
        return work()


def outlined(table: Table, chunks: Sequence[Chunk]) -> dict[Chunk, ChunkData]:
    """The data of those chunks that a table covers, without any row."""
    snapshot = table.snapshot()
    found = [(chunk, covering(chunk, snapshot)) for chunk in chunks]
    nothing = RawRows.none()
    return {
        chunk: _data(chunk, pieces, empty_frame(chunk.feed.dataset), nothing, narrowed=True)
        for chunk, pieces in found
        if pieces is not None
    }


def assembled(
    chunk: Chunk,
    pieces: Sequence[Piece],
    rows: dict[Piece, Rows],
    place: Place,
    *,
    narrowed: bool = False,
    location: str | None = None,
) -> ChunkData:
    """A chunk's data out of rows in the dataset's columns.

    ``narrowed`` says that they are of some locations only, ``location`` which one if it is one.
    """
    found = [_within(rows[piece], piece, chunk) for piece in pieces]
    loads = [
        StoredRows(functools.partial(_raw, place, piece), each.numbers, each.first)
        for piece, each in zip(pieces, found, strict=True)
    ]
    frame, raw = found[0].frame, loads[0]
    if len(pieces) > 1:
        frame = pl.concat([each.frame for each in found])
        order = in_order(frame, chunk)
        frame, raw = frame[order], StoredRows(functools.partial(_joined_raw, loads), order)
    return _data(chunk, pieces, frame, raw, narrowed=narrowed, location=location)


def _data(
    chunk: Chunk,
    pieces: Sequence[Piece],
    frame: pl.DataFrame,
    raw: RawRows | StoredRows,
    *,
    narrowed: bool,
    location: str | None = None,
) -> ChunkData:
    story = joined([told(piece, chunk, with_receipts=not narrowed) for piece in pieces], chunk.key)
    return ChunkData(
        chunk=chunk,
        frame=frame,
        raw_rows=raw,
        findings=story.findings,
        checked=story.checked,
        provenance=story.provenance,
        fingerprint=story.fingerprint,
        due_to=_until([(piece, piece.due_to) for piece in pieces]),
        settled_to=_settled(pieces),
        receipts=story.receipts,
        index=ChunkIndex(frame, location=location if frame.height else None),
        known_series=story.series,
        narrowed=narrowed,
    )


def _conformed(frame: pl.DataFrame, dataset: Dataset | None) -> pl.DataFrame:
    """Rows of a file in the dataset's columns, those that it has got since as null; as they are without a dataset."""
    if dataset is None:
        return frame
    schema = frame_schema(dataset)
    new = [pl.lit(None, dtype=kind).alias(name) for name, kind in schema.items() if name not in frame.columns]
    return frame.with_columns(new).select(list(schema))


def _within(rows: Rows, piece: Piece, chunk: Chunk) -> Rows:
    """The rows of a piece that belong to a chunk; of a feed that reaches past its chunks all do."""
    if piece.key == chunk.key or chunk.feed.reaches_past:
        return rows
    area = Area.of(chunk)
    return rows.keep(rows_in(rows.frame, area)) if list(piece.area - area) else rows


def in_order(frame: pl.DataFrame, chunk: Chunk) -> pl.Series:
    """The order in which rows of several pieces are those of one chunk, as row numbers."""
    return frame.with_row_index(_ROW).sort(*sort_order(chunk.feed.dataset), _ROW)[_ROW]


def _raw(place: Place, piece: Piece) -> RawRows:
    """The raw rows of a piece, which are read when somebody asks for them. Raises `LakeError` if they cannot be."""
    with readable(place.uri):
        return raw_of_piece(place, piece)


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
