"""What becomes of a table's pieces when newer chunks come: replaced, trimmed, or left as they are.

All but reading the files concerned is arithmetic on frames. No row is ever there twice: what a newer chunk covers is
taken out of the pieces that had it. Rows that it does not repeat go to the table's history.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

import attrs
import polars as pl

from energyopti.folding import fold_location
from energyopti.query import Chunk
from energyopti.store.chunkdata import ChunkData
from energyopti.store.lake.areas import Area, LocationSet
from energyopti.store.lake.files import FETCHED_AT, Content
from energyopti.store.lake.pieces import Piece, written
from energyopti.store.rawrows import pack, unpack

SUPERSEDED_AT = "superseded_at"
"""The column of a history that says when a fetch first found the row changed or gone."""

CHUNK = "chunk"
"""The column of a history that names the chunk that a row was part of."""

_STAMP = pl.Datetime("us", "UTC")
_PREVIOUS = "\0previous"


@attrs.frozen(eq=False)
class Merged:
    """The pieces after a put, and the rows that are no longer true."""

    contents: list[Content]
    gone: list[pl.DataFrame]


def merged(held: Sequence[Content], coming: Iterable[ChunkData]) -> Merged:
    """The pieces of some files after newer chunks came; each takes the place of what it covers."""
    contents, gone = list(held), []
    for data in coming:
        contents, rows = _replaced(contents, data)
        gone.extend(rows)
    return Merged(contents, gone)


def regrown(piece: Piece, versions: Sequence[ChunkData]) -> tuple[Content, list[pl.DataFrame]]:
    """A piece made again out of all versions of its chunk, in order; and the rows that later versions made untrue."""
    found = merged([], versions)
    (content,) = found.contents
    last = versions[-1].as_of(piece.fetched_at)
    again = attrs.evolve(
        content.piece,
        fetched_at=piece.fetched_at,
        final=last.provenance.final,
        due_to=last.due_to,
        settled_to=last.settled_to,
    )
    if piece.whole:
        return attrs.evolve(content, piece=again), found.gone
    numbers = rows_in(content.frame, piece.area).arg_true()
    part = Content(
        piece=attrs.evolve(again, area=piece.area, whole=False),
        frame=content.frame[numbers],
        raw=pack(unpack(content.raw).of(numbers)),
    )
    return part, [rows.filter(rows_in(rows, piece.area)) for rows in found.gone]


def _replaced(held: Sequence[Content], data: ChunkData) -> tuple[list[Content], list[pl.DataFrame]]:
    """The pieces after one chunk came, which is the last of them; and the rows that it makes untrue."""
    area = area_of(data)
    met = [each for each in held if each.piece.area.meets(area)]
    taken = [(each, _taken(each, area, data.chunk)) for each in met]
    before = _together([each.frame.filter(mask) for each, mask in taken])
    frame = _first_seen(data.frame, before, data.provenance.fetched_at)
    stay = {id(each) for each in held} - {id(each) for each in met}
    contents = [each for each in held if id(each) in stay]
    contents += [left for each, mask in taken for left in _left(each, area, ~mask, data.chunk)]
    same = next((each.piece for each in met if each.piece.whole and each.piece.key == data.chunk.key), None)
    contents.append(
        Content(piece=_piece(data, area, frame, same), frame=frame, raw=pack(data.raw_rows.loaded()))
    )
    gone = [
        _gone(each.frame.filter(mask), frame, data.provenance.fetched_at, each.piece.key)
        for each, mask in taken
    ]
    return contents, [each for each in gone if each.height]


def area_of(data: ChunkData) -> Area:
    """What a chunk's data covers."""
    if "location" not in data.frame.columns:
        return Area.of(data.chunk)
    return Area.of_rows(data.chunk, data.frame["location"].unique().drop_nulls())


def _piece(data: ChunkData, area: Area, frame: pl.DataFrame, same: Piece | None) -> Piece:
    """The piece that a chunk becomes; ``same`` is the one that it was before."""
    fetched_at = data.provenance.fetched_at
    editions: tuple[datetime, ...] = (fetched_at,)
    if same is not None:
        changed = frame.height != same.rows or bool((frame[FETCHED_AT] == fetched_at).any())
        editions = (*same.editions, fetched_at) if changed else same.editions
    return Piece(
        key=data.chunk.key,
        area=area,
        fetched_at=fetched_at,
        final=data.provenance.final,
        due_to=data.due_to,
        settled_to=data.settled_to,
        editions=editions,
        meaning=data.chunk.feed.dataset.version,
        document=written(data),
        rows=frame.height,
        places=tuple(place.location for place in data.chunk.places),
    )


def _taken(content: Content, area: Area, chunk: Chunk) -> pl.Series:
    """Which rows of a piece lie in an area.

    Rows of a feed that reaches past its chunks do not tell which chunk they are of: all of the piece is taken.
    """
    if chunk.feed.reaches_past or content.piece.key == chunk.key:
        return pl.Series([True]).new_from_index(0, content.frame.height)
    return rows_in(content.frame, area)


def rows_in(frame: pl.DataFrame, area: Area) -> pl.Series:
    """Which rows begin in the time of an area, at its locations."""
    inside = frame["interval_start"].is_between(area.start, area.end, closed="left")
    return inside & at_locations(frame, area.locations)


def at_locations(frame: pl.DataFrame, locations: LocationSet) -> pl.Series:
    """Which rows are at some locations; rows without a location are part of the whole."""
    if locations.all_but and not locations.names:
        return pl.Series([True]).new_from_index(0, frame.height)
    known = frame["location"].unique().drop_nulls()
    named = known.filter(
        pl.Series([fold_location(name) in locations.names for name in known], dtype=pl.Boolean)
    )
    at = frame["location"].is_in(named.implode())
    return (~at if locations.all_but else at).fill_null(locations.all_but)


def _left(content: Content, area: Area, kept: pl.Series, chunk: Chunk) -> Iterator[Content]:
    """What is left of a piece without an area, each part with its own rows.

    Of a feed that reaches past its chunks nothing is left: its rows cannot be divided.
    """
    if chunk.feed.reaches_past:
        return
    raw = unpack(content.raw)
    for part in content.piece.area - area:
        rows = (rows_in(content.frame, part) & kept).arg_true()
        yield Content(
            piece=attrs.evolve(content.piece, area=part, whole=False),
            frame=content.frame[rows],
            raw=pack(raw.of(rows)),
        )


def _together(frames: Sequence[pl.DataFrame]) -> pl.DataFrame | None:
    there = [each for each in frames if each.height]
    return pl.concat(there) if there else None


def _own(frame: pl.DataFrame) -> list[str]:
    """The columns in which two fetches of one feed can differ."""
    return [name for name in frame.columns if name not in {"market", "feed", FETCHED_AT}]


def _first_seen(frame: pl.DataFrame, before: pl.DataFrame | None, now: datetime) -> pl.DataFrame:
    """Rows with the time at which each was first fetched as it is."""
    stamp = pl.lit(now, dtype=_STAMP)
    if before is None:
        return frame.with_columns(stamp.alias(FETCHED_AT))
    columns = _own(frame)
    known = (
        before.select(*columns, pl.col(FETCHED_AT).alias(_PREVIOUS)).group_by(columns).agg(pl.min(_PREVIOUS))
    )
    found = frame.join(known, on=columns, how="left", nulls_equal=True, maintain_order="left")
    return found.with_columns(pl.col(_PREVIOUS).fill_null(stamp).alias(FETCHED_AT)).drop(_PREVIOUS)


def _gone(before: pl.DataFrame, frame: pl.DataFrame, now: datetime, chunk: str) -> pl.DataFrame:
    """The rows of a piece that a newer fetch does not have."""
    gone = before.join(frame.select(_own(frame)), on=_own(frame), how="anti", nulls_equal=True)
    return gone.with_columns(pl.lit(now, dtype=_STAMP).alias(SUPERSEDED_AT), pl.lit(chunk).alias(CHUNK))
