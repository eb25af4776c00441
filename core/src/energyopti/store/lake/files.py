"""One file of the lake: rows as Parquet, and beside it what they cover and the source's own columns.

    month=2024-07/<name>.parquet    the rows, in the dataset's columns and `fetched_at`
    _chunks/<name>.parquet          a row for each piece: what it covers, and its raw rows

Both are written before the commit that names the first, and neither is ever changed: a committed file always has its
coverage, and files that no commit names are nothing.
"""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import attrs
import polars as pl
from deltalake.transaction import AddAction

from energyopti.store.lake.areas import Area, LocationSet
from energyopti.store.lake.pieces import Piece
from energyopti.store.lake.places import Place
from energyopti.store.rawrows import RawRows, unpack
from energyopti.tuning.lake import LAKE_PIECE_GROUP, LAKE_ROW_GROUP

FETCHED_AT = "fetched_at"
"""The column that says when a row was first fetched as it is."""

MONTH = "month"
"""The column that tables are partitioned by: the month (UTC) in which a piece's chunk begins."""

_TIME = pl.Datetime("us", "UTC")
_COVERAGE: dict[str, pl.DataType] = {
    "key": pl.String(),
    "start": _TIME,
    "end": _TIME,
    "locations": pl.List(pl.String()),
    "all_but": pl.Boolean(),
    "whole": pl.Boolean(),
    "fetched_at": _TIME,
    "final": pl.Boolean(),
    "due_to": _TIME,
    "settled_to": _TIME,
    "editions": pl.List(_TIME),
    "meaning": pl.Int64(),
    "document": pl.String(),
    "places": pl.List(pl.String()),
    "rows": pl.Int64(),
    "first": pl.Int64(),
}
_OWN = [name for name in _COVERAGE if name not in {"start", "end", "locations", "all_but"}]
_RAW = "raw"
_NAMES = "names"


@attrs.frozen(kw_only=True, eq=False)
class Content:
    """A piece with its rows and its raw rows, as they are written; ``raw`` is packed."""

    piece: Piece
    frame: pl.DataFrame = attrs.field(repr=False)
    raw: tuple[bytes, ...] = attrs.field(repr=False)


@attrs.frozen(kw_only=True, eq=False)
class DataFile:
    """A file of rows: its path below the table's folder, its size, and its pieces in order."""

    path: str
    month: str
    rows: int
    bytes: int
    pieces: tuple[Piece, ...] = ()

    @property
    def beside(self) -> str:
        """The path of what it covers."""
        return beside(self.path)


def beside(path: str) -> str:
    """The path of the coverage of the file of rows at a path."""
    return f"_chunks/{path.rpartition('/')[2]}"


def save(
    place: Place, month: str, contents: Sequence[Content], *, changes: bool = True
) -> tuple[DataFile, AddAction]:
    """Write a file of some pieces; returns it, and the action that makes it part of the table.

    ``changes`` says that the table gets other rows by it, and not only another file.
    """
    path = f"{MONTH}={month}/{uuid.uuid4().hex}.parquet"
    first, pieces = 0, []
    for number, each in enumerate(contents):
        pieces.append(attrs.evolve(each.piece, first=first, number=number, path=path, rows=each.frame.height))
        first += each.frame.height
    frame = pl.concat([each.frame for each in contents], how="diagonal")
    coverage = _coverage(pieces, [each.raw for each in contents], _names(frame))
    place.write(beside(path), coverage, rows=LAKE_PIECE_GROUP)
    try:
        size = place.write(path, frame, rows=LAKE_ROW_GROUP)
    except BaseException:
        place.delete(beside(path))
        raise
    file = DataFile(path=path, month=month, rows=frame.height, bytes=size, pieces=tuple(pieces))
    return file, added(file, frame, changes=changes)


def added(file: DataFile, frame: pl.DataFrame, *, changes: bool = True) -> AddAction:
    """The action that adds a file to its table, with the statistics by which readers skip files."""
    now = int(time.time() * 1000)
    return AddAction(file.path, file.bytes, {MONTH: file.month}, now, changes, _stats(frame))


def _stats(frame: pl.DataFrame) -> str:
    low: dict[str, str] = {}
    high: dict[str, str] = {}
    for name in ("interval_start", "interval_end", FETCHED_AT):
        values = frame[name]
        if values.null_count() < len(values):
            low[name], high[name] = (_stamp(each) for each in (values.min(), values.max()))
    counts = {name: frame[name].null_count() for name in low}
    said = {"numRecords": frame.height, "minValues": low, "maxValues": high, "nullCount": counts}
    return json.dumps(said)


def _stamp(value: object) -> str:
    assert isinstance(value, datetime)  # noqa: S101 - for the type checker: these are columns of times
    return f"{value:%Y-%m-%dT%H:%M:%S.%fZ}"


def _names(frame: pl.DataFrame) -> list[str]:
    """The locations of some rows, as the rows spell them."""
    return frame["location"].unique().drop_nulls().sort().to_list() if "location" in frame.columns else []


def _coverage(pieces: Sequence[Piece], raws: Sequence[tuple[bytes, ...]], names: list[str]) -> pl.DataFrame:
    """The pieces of a file as rows; the first one holds the names of all its locations."""
    rows = [
        {
            "start": each.area.start,
            "end": each.area.end,
            "locations": sorted(each.area.locations.names),
            "all_but": each.area.locations.all_but,
            **{name: getattr(each, name) for name in _OWN},
        }
        for each in pieces
    ]
    columns = {
        name: pl.Series(name, [row[name] for row in rows], dtype=kind) for name, kind in _COVERAGE.items()
    }
    columns[_RAW] = pl.Series(_RAW, [list(raw) for raw in raws], dtype=pl.List(pl.Binary))
    columns[_NAMES] = pl.Series(_NAMES, [names, *[[]] * (len(rows) - 1)], dtype=pl.List(pl.String))
    return pl.DataFrame(columns)


def load(place: Place, found: Sequence[tuple[str, str, int, int]]) -> list[DataFile]:
    """The files with some paths (and months, rows, sizes), with their pieces."""
    if not found:
        return []
    paths = [beside(path) for path, *_ in found]
    table = place.scan(paths, include_file_paths="at").select("at", *_COVERAGE).collect()
    pieces: dict[str, list[Piece]] = {}
    for row in table.iter_rows(named=True):
        name = row.pop("at").rpartition("/")[2]
        several = pieces.setdefault(name, [])
        several.append(_piece(row, len(several)))
    return [
        DataFile(
            path=path,
            month=month,
            rows=rows,
            bytes=size,
            pieces=tuple(attrs.evolve(each, path=path) for each in pieces[path.rpartition("/")[2]]),
        )
        for path, month, rows, size in found
    ]


def _piece(row: dict[str, Any], number: int) -> Piece:
    locations = LocationSet(frozenset(row.pop("locations")), row.pop("all_but"))
    area = Area(row.pop("start"), row.pop("end"), locations)
    editions, places = tuple(row.pop("editions")), tuple(row.pop("places"))
    return Piece(area=area, number=number, editions=editions, places=places, **row)


def names_in(place: Place, paths: Sequence[str]) -> dict[str, list[str]]:
    """The locations of some files' rows, as they are spelled there, by their paths."""
    if not paths:
        return {}
    found = place.scan([beside(path) for path in paths], include_file_paths="at").select("at", _NAMES)
    table = found.filter(pl.col(_NAMES).list.len() > 0).collect()  # they are beside a file's first piece
    names = {at.rpartition("/")[2]: listed for at, listed in table.iter_rows()}
    return {path: names.get(path.rpartition("/")[2], []) for path in paths}


def raw_of(place: Place, file: DataFile) -> list[tuple[bytes, ...]]:
    """The raw rows of each piece of a file, packed."""
    table = place.scan([file.beside]).select(_RAW).collect()
    return [tuple(each) for each in table[_RAW].to_list()]


def raw_of_piece(place: Place, piece: Piece) -> RawRows:
    """The raw rows of one piece."""
    table = place.scan([beside(piece.path)]).slice(piece.number, 1).select(_RAW)
    return unpack(table.collect()[_RAW][0].to_list())


def add_rows(
    place: Place, month: str, frame: pl.DataFrame, *, changes: bool = True
) -> tuple[DataFile, AddAction]:
    """Write a file of plain rows; returns it, and the action that makes it part of a table."""
    path = f"{MONTH}={month}/{uuid.uuid4().hex}.parquet"
    size = place.write(path, frame, rows=LAKE_ROW_GROUP)
    file = DataFile(path=path, month=month, rows=frame.height, bytes=size)
    return file, added(file, frame, changes=changes)
