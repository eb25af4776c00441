"""Looking after a lake: fewer files, no files that nothing names, and a check that everything is as committed."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta

import attrs

from energyopti.errors import LakeError
from energyopti.store.lake.files import DataFile, beside
from energyopti.store.lake.lake import Lake
from energyopti.store.lake.pieces import Piece
from energyopti.store.lake.places import Place
from energyopti.store.lake.table import ACTIONS, Conflict, Snapshot, Table, readable
from energyopti.store.lake.writing import contents, rewrite_as_one, take_out
from energyopti.timezones import DAY, iso_utc
from energyopti.tuning.lake import LAKE_FILE_ROWS, LAKE_MONTH_FILES, LAKE_RETENTION, LAKE_TRIES

_LOG = "_delta_log"
_LOST = "what it covers cannot be read"


@attrs.frozen(kw_only=True)
class Fault:
    """Something in a table that is not as it was committed; ``file`` is where, if it is one file."""

    table: str
    what: str
    file: str | None = None

    def __str__(self) -> str:
        return f"{self.table}: {f'{self.file}: ' if self.file else ''}{self.what}"


def compact(lake: Lake, wanted: Sequence[str] = ()) -> Iterator[tuple[str, int, int]]:
    """Write the files of each month again as few: yields each table's name with its files before and after.

    Rows and coverage stay what they are, and readers go on meanwhile. ``wanted`` are the tables; none named means all.
    """
    for name, table in lake.tables():
        if wanted and name not in wanted:
            continue
        before = len(table.snapshot().files)
        with lake.writing(name):
            _compact(table)
        yield name, before, len(table.snapshot().files)


def _compact(table: Table) -> None:
    for month in sorted({file.month for file in table.snapshot().files.values()}):
        for _ in range(LAKE_TRIES):
            snapshot = table.snapshot()
            groups = _too_many(snapshot.of_month(month))
            if not groups:
                break
            try:
                rewrite_as_one(table, snapshot, groups[0])
            except Conflict:
                continue


def _too_many(files: Sequence[DataFile]) -> list[list[DataFile]]:
    """The files of a month that become one each, so that it has few."""
    rows = sum(file.rows for file in files)
    target = max(LAKE_FILE_ROWS, -(-rows // LAKE_MONTH_FILES))
    groups: list[list[DataFile]] = [[]]
    for file in sorted(files, key=_begins):
        if groups[-1] and sum(each.rows for each in groups[-1]) + file.rows > target:
            groups.append([])
        groups[-1].append(file)
    return [group for group in groups if len(group) > 1]


def _begins(file: DataFile) -> tuple[bool, str, str]:
    first = min((iso_utc(piece.area.start) for piece in file.pieces), default="")
    return not first, first, file.path


def vacuum(lake: Lake, *, retention: timedelta = LAKE_RETENTION) -> Iterator[tuple[str, int, int]]:
    """Delete the files that no commit names any longer: yields each table's name, how many there were, and their bytes.

    Files that are younger than ``retention`` stay: a process may still read or be about to commit them. Raises `LakeError`
    if that is too short where no lock says whether one is.
    """
    if retention < lake.place.least_age:
        raise LakeError(
            f"in {lake.address} other machines may be about to commit files that are younger than an hour",
            do=f"keep what is younger than {lake.place.least_age / DAY:.2f} days at least",
        )
    now = datetime.now(UTC)
    for name, table in lake.tables():
        count, size = 0, 0
        with lake.writing(name):
            live = table.snapshot().files
            named = {*live, *map(beside, live)}
            for path, written in list(table.place.files()):
                if path not in named and written <= now - retention:
                    size += table.place.size(path) or 0
                    count += 1
                    table.place.delete(path)
            table.tidy()
        yield name, count, size


def verify(lake: Lake, *, repair: bool = False) -> Iterator[tuple[str, int, tuple[Fault, ...]]]:
    """Read everything: yields each table's name, its number of files, and its faults.

    With ``repair``, what is damaged leaves the table: its rows are then not covered, and are fetched again.
    """
    for name, table in lake.tables():
        with lake.writing(name):
            cut = list(_cut_log(name, table, repair=repair))
            lost = [] if cut and not repair else table.without_coverage()
            if repair and lost:
                take_out(table, lost)
            found = [*cut, *(Fault(table=name, file=each.path, what=_LOST) for each in lost)]
            try:
                snapshot = table.snapshot()
            except LakeError as error:
                yield name, 0, tuple(found) or (Fault(table=name, what=error.what),)
                continue
            damaged = [*_broken(name, table, snapshot), *_overlaps(name, snapshot)]
            if repair and damaged:
                broken = {fault.file for fault in damaged}
                take_out(table, [file for path, file in snapshot.files.items() if path in broken])
        yield name, len(snapshot.files), (*found, *damaged)


def _broken(name: str, table: Table, snapshot: Snapshot) -> Iterator[Fault]:
    """The files that are not there, not whole, or not what their commit says."""
    for path, file in snapshot.files.items():
        size = table.place.size(path)
        if size is None:
            yield Fault(table=name, file=path, what="the file is gone")
        elif size != file.bytes:
            yield Fault(table=name, file=path, what=f"it has {size:,} bytes instead of {file.bytes:,}")
        else:
            what = _differs(table, file)
            if what:
                yield Fault(table=name, file=path, what=what)


def _differs(table: Table, file: DataFile) -> str | None:
    try:
        with readable():
            height = table.place.scan([file.path]).collect().height
            if file.pieces:
                contents(table, file)
    except LakeError as error:
        return error.what
    covered = sum(piece.rows for piece in file.pieces) if file.pieces else file.rows
    if not height == file.rows == covered:
        return f"it has {height:,} rows; {file.rows:,} were committed and {covered:,} are covered"
    return None


def _overlaps(name: str, snapshot: Snapshot) -> Iterator[Fault]:
    """The pieces that cover what another one covers: their rows may be there twice."""
    open_ones: list[Piece] = []
    for piece in snapshot.pieces:
        open_ones = [each for each in open_ones if each.area.end > piece.area.start]
        for other in open_ones:
            if piece.area.meets(other.area):
                what = f"{piece.key} and {other.key} both cover {iso_utc(piece.area.start)}"
                yield Fault(table=name, file=piece.path, what=what)
        open_ones.append(piece)


def _cut_log(name: str, table: Table, *, repair: bool) -> Iterator[Fault]:
    """The end of the log if it is not whole; with ``repair`` it is renamed, and so is what is not whole before it."""
    while (cut := _cut_off(table.place)) is not None:
        yield Fault(table=name, file=cut, what="it is cut off")
        if not repair:
            return
        table.place.delete(f"{_LOG}/_last_checkpoint")  # only a hint
        table.place.rename(cut, f"{cut.rpartition('.')[0]}.damaged")


def _cut_off(place: Place) -> str | None:
    """The last checkpoint or else the last commit if it is not whole, as after a power cut."""
    log = place.log()
    for checkpoint in [f"{_LOG}/{name}" for name in log if name.endswith(".checkpoint.parquet")][-1:]:
        if place.read(checkpoint)[-4:] != b"PAR1":
            return checkpoint
    commits = [f"{_LOG}/{name}" for name in log if name[:1].isdigit() and name.endswith(".json")]
    return commits[-1] if commits and not _is_whole(place.read(commits[-1])) else None


def _is_whole(commit: bytes) -> bool:
    """Whether a commit is JSON, and has as many files as its first line says."""
    try:
        lines = [json.loads(line) for line in commit.decode().splitlines()]
    except ValueError:
        return False
    files = sum("add" in line or "remove" in line for line in lines)
    return bool(lines) and int(lines[0].get("commitInfo", {}).get(ACTIONS, files)) == files
