"""One put into a table: newer chunks, in one commit with the record that they are covered."""

from __future__ import annotations

import contextlib
import random
import time
from collections.abc import Iterable, Iterator, Sequence

import polars as pl
from deltalake.transaction import AddAction

from energyopti.errors import LakeError
from energyopti.store.chunkdata import ChunkData
from energyopti.store.lake.areas import Area
from energyopti.store.lake.files import MONTH, Content, DataFile, add_rows, raw_of, save
from energyopti.store.lake.merging import area_of, merged
from energyopti.store.lake.table import Conflict, Snapshot, Table, readable
from energyopti.tuning.lake import LAKE_LONGEST_PAUSE, LAKE_MERGED_ROWS, LAKE_TRIES


def put(table: Table, history: Table, several: Sequence[ChunkData]) -> None:
    """Make chunks part of a table; the rows that they make untrue go to the history first.

    A chunk that the table has from a later fetch is left out. Raises `LakeError` if it cannot be done; then nothing has
    changed.
    """
    for attempt in range(LAKE_TRIES):
        snapshot = table.snapshot()
        coming = [data for data in several if not _is_older(data, snapshot)]
        if not coming:
            return
        try:
            _put(table, history, snapshot, coming)
        except Conflict:
            _pause(attempt)
        else:
            return
    raise _overtaken(table)


def _is_older(data: ChunkData, snapshot: Snapshot) -> bool:
    held = snapshot.whole.get(data.chunk.key)
    return held is not None and held.fetched_at >= data.provenance.fetched_at


def _put(table: Table, history: Table, snapshot: Snapshot, coming: Sequence[ChunkData]) -> None:
    files = _concerned(snapshot, coming)
    with readable(table.place.uri):
        found = merged([content for file in files for content in contents(table, file)], coming)
    past = append(history, pl.concat(found.gone, how="diagonal")) if found.gone else []
    try:
        rewrite(table, snapshot, files, found.contents)
    except Conflict:
        take_out(history, past)  # what becomes untrue is found anew
        raise


def _concerned(snapshot: Snapshot, coming: Sequence[ChunkData]) -> list[DataFile]:
    """The files that chunks replace some of, and small ones of their months: those are written again as one."""
    met = {piece.path for data in coming for piece in snapshot.meeting(area_of(data))}
    files = {path: snapshot.files[path] for path in sorted(met)}
    for month, rows in _rows_of_months(coming).items():
        room = LAKE_MERGED_ROWS - rows - sum(each.rows for each in files.values() if each.month == month)
        for file in snapshot.of_month(month):
            if file.path not in files and file.rows <= room:
                files[file.path] = file
                room -= file.rows
    return list(files.values())


def _rows_of_months(coming: Iterable[ChunkData]) -> dict[str, int]:
    rows: dict[str, int] = {}
    for data in coming:
        month = month_of(Area.of(data.chunk))
        rows[month] = rows.get(month, 0) + data.frame.height
    return rows


def month_of(area: Area) -> str:
    """The month that an area is filed under."""
    return f"{area.start:%Y-%m}"


def contents(table: Table, file: DataFile) -> list[Content]:
    """The pieces of a file with all that belongs to them; columns that the table has got since are null."""
    frame = table.place.scan([file.path]).collect()
    columns = table.columns or frame.schema
    new = [
        pl.lit(None, dtype=kind).alias(name) for name, kind in columns.items() if name not in frame.columns
    ]
    frame = frame.with_columns(new).select(list(columns))
    return [
        Content(piece=piece, frame=frame.slice(piece.first, piece.rows), raw=raw)
        for piece, raw in zip(file.pieces, raw_of(table.place, file), strict=True)
    ]


def rewrite(table: Table, snapshot: Snapshot, files: Sequence[DataFile], held: Sequence[Content]) -> None:
    """Put pieces in the place of some files, a file for each month; raises `Conflict` if another writer was faster."""
    with _saving(table) as saved:
        for month, group in _by_month(held).items():
            saved.append(save(table.place, month, group))
    _commit(table, snapshot, files, saved)


def rewrite_as_one(table: Table, snapshot: Snapshot, files: Sequence[DataFile]) -> None:
    """Put the rows of some files of a month into one; raises `Conflict` if another writer was faster."""
    month = files[0].month
    with readable(table.place.uri):
        if table.covers:
            held = [content for file in files for content in contents(table, file)]
            saved = save(table.place, month, _sorted(held), changes=False)
        else:
            frames = [table.place.scan([file.path]).collect() for file in files]
            saved = add_rows(table.place, month, pl.concat(frames, how="diagonal"), changes=False)
    _commit(table, snapshot, files, [saved], changes=False)


@contextlib.contextmanager
def _saving(table: Table) -> Iterator[list[tuple[DataFile, AddAction]]]:
    """A list for the files of one commit; those written so far are deleted if another one cannot be."""
    saved: list[tuple[DataFile, AddAction]] = []
    try:
        with readable(table.place.uri):
            yield saved
    except BaseException:
        discard(table, saved)
        raise


def _commit(
    table: Table,
    snapshot: Snapshot,
    files: Sequence[DataFile],
    saved: Sequence[tuple[DataFile, AddAction]],
    *,
    changes: bool = True,
) -> None:
    """Commit; what was saved for it is deleted only if it is certain that no commit names it.

    An object store may have taken a commit whose answer was lost: the same put again is then a conflict with itself.
    """
    try:
        table.commit(snapshot, [action for _, action in saved], files, changes=changes)
    except Conflict:
        committed = table.snapshot().files
        if saved and all(file.path in committed for file, _ in saved):
            return
        discard(table, saved)
        raise


def discard(table: Table, saved: Iterable[tuple[DataFile, AddAction]]) -> None:
    """Delete files that no commit names."""
    for file, _ in saved:
        table.place.delete(file.path)
        table.place.delete(file.beside)


def _by_month(held: Iterable[Content]) -> dict[str, list[Content]]:
    """Pieces in order of time, by the month whose file they go to."""
    months: dict[str, list[Content]] = {}
    for each in _sorted(held):
        months.setdefault(month_of(each.piece.area), []).append(each)
    return months


def _sorted(held: Iterable[Content]) -> list[Content]:
    return sorted(held, key=lambda each: (each.piece.area.start, each.piece.area.end, each.piece.key))


def replace_plain(table: Table, snapshot: Snapshot, rows: pl.DataFrame) -> None:
    """Put rows in the place of all rows of a table of plain rows; raises `Conflict` if another writer was faster."""
    with _saving(table) as saved:
        saved.extend(_by_begin(table, rows))
    _commit(table, snapshot, list(snapshot.files.values()), saved)


def _by_begin(table: Table, rows: pl.DataFrame) -> Iterator[tuple[DataFile, AddAction]]:
    """Write plain rows, by the month in which they begin."""
    parts = rows.with_columns(rows["interval_start"].dt.strftime("%Y-%m").alias(MONTH))
    for (month,), part in parts.partition_by(MONTH, as_dict=True).items():
        yield add_rows(table.place, str(month), part.drop(MONTH))


def append(table: Table, rows: pl.DataFrame) -> list[DataFile]:
    """Add plain rows to a table, by the month in which they begin; returns their files."""
    for attempt in range(LAKE_TRIES):
        snapshot = table.snapshot()
        try:
            with _saving(table) as saved:
                saved.extend(_by_begin(table, rows))
            _commit(table, snapshot, (), saved)
        except Conflict:
            _pause(attempt)
        else:
            return [file for file, _ in saved]
    raise _overtaken(table)


def take_out(table: Table, files: Sequence[DataFile]) -> None:
    """Make files no part of a table any more, whatever other writers do meanwhile."""
    for attempt in range(LAKE_TRIES):
        lost = table.without_coverage()
        there = {file.path for file in lost} or set(table.snapshot().files)
        rest = [file for file in files if file.path in there]
        if not rest:
            return
        try:
            table.commit(Snapshot(table.version), (), rest)
        except Conflict:
            _pause(attempt)
        else:
            return
    raise _overtaken(table)


def _pause(attempt: int) -> None:
    """Wait, longer after each attempt and for each writer another time."""
    time.sleep(random.uniform(0, min(LAKE_LONGEST_PAUSE, 0.01 * 2**attempt)))


def _overtaken(table: Table) -> LakeError:
    return LakeError(f"other writers were faster {LAKE_TRIES} times at {table.place.uri}", do="try again")
