"""One Delta table of the lake: what is committed, and the next commit."""

from __future__ import annotations

import contextlib
import re
import threading
import time
from bisect import bisect_left
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from functools import cached_property

import attrs
import polars as pl
from deltalake import CommitProperties, DeltaTable, Field, PostCommitHookProperties, Schema
from deltalake.exceptions import CommitFailedError, DeltaError
from deltalake.schema import PrimitiveType
from deltalake.transaction import AddAction, RemoveAction, create_table_with_add_actions

from energyopti.errors import LakeError
from energyopti.store.lake.areas import Area
from energyopti.store.lake.files import MONTH, DataFile, load, names_in
from energyopti.store.lake.pieces import Piece
from energyopti.store.lake.places import Place, without_secrets
from energyopti.tuning.lake import LAKE_LOOKED_AT_EVERY

TYPES = {
    pl.String: "string",
    pl.Float64: "double",
    pl.Int64: "long",
    pl.Date: "date",
    pl.Datetime: "timestamp",
}
"""The types of a table's columns, by those of frames."""

ACTIONS = "actions"
"""What a commit says in its first line: how many files it adds and removes, so that one cut off can be told."""


class Conflict(Exception):
    """Another writer committed first."""


@contextlib.contextmanager
def readable(where: str = "") -> Iterator[None]:
    """Errors of the libraries as `LakeError`, in one line with what to do; ``where`` is the table."""
    try:
        yield
    except (DeltaError, pl.exceptions.PolarsError, OSError) as error:
        said = without_secrets(_said(error))
        raise LakeError(
            f"the lake{where and f': the table {where}'} cannot be used: {said}",
            do="run `energyopti lake verify`",
        ) from (error if said == _said(error) else None)


def _said(error: Exception) -> str:
    """What an error says, without the colours and the stack that the libraries add for a terminal."""
    said = re.sub(r"\n +0: .*", "", str(error), flags=re.DOTALL)
    return re.sub(r"\x1b\[\d+m", "", re.sub(r"\s*\x1b\[\d+m↳", ":", said))


@attrs.frozen(eq=False)
class Snapshot:
    """The files of a table as of one commit; ``version`` is -1 if there is no table yet."""

    version: int = -1
    files: dict[str, DataFile] = attrs.field(factory=dict)

    @cached_property
    def pieces(self) -> Sequence[Piece]:
        """Every piece, by the beginning of what it covers."""
        return sorted(
            (piece for file in self.files.values() for piece in file.pieces),
            key=lambda piece: (piece.area.start, piece.area.end, piece.key),
        )

    @cached_property
    def whole(self) -> dict[str, Piece]:
        """The pieces that are all of a chunk, by its key."""
        return {piece.key: piece for piece in self.pieces if piece.whole}

    @cached_property
    def _starts(self) -> list[datetime]:
        return [piece.area.start for piece in self.pieces]

    @cached_property
    def _longest(self) -> timedelta:
        return max((piece.area.end - piece.area.start for piece in self.pieces), default=timedelta())

    def meeting(self, area: Area) -> Iterator[Piece]:
        """The pieces that cover some of an area, in order."""
        if not self.pieces:
            return
        first = bisect_left(self._starts, area.start - self._longest)
        last = bisect_left(self._starts, area.end)
        yield from (piece for piece in self.pieces[first:last] if piece.area.meets(area))

    def of_month(self, month: str) -> list[DataFile]:
        """The files of a month, the smallest first."""
        return sorted(
            (each for each in self.files.values() if each.month == month), key=lambda each: each.rows
        )


class Table:
    """A Delta table whose files hold pieces, or (``covers`` false) plain rows. Several threads may use it.

    A table without ``columns`` has those that it was created with.
    """

    def __init__(self, place: Place, columns: pl.Schema | None, *, name: str, covers: bool = True) -> None:
        self.place = place
        self.columns = columns
        self._lock = threading.RLock()
        self._name = name
        self.covers = covers
        self._table: DeltaTable | None = None
        self._snapshot = Snapshot()
        self._looked = 0.0
        self._asked: float | None = None
        self._names: dict[str, list[str]] = {}

    def snapshot(self) -> Snapshot:
        """What is committed now, or was when its place was last asked. Raises `LakeError` if the table cannot be read."""
        with self._lock, readable(self.place.uri):
            now, every = time.monotonic(), self.place.looked_at_every.total_seconds()
            if self._asked is not None and now - self._asked < every:
                return self._snapshot
            self._asked = None  # what fails is asked again at once
            if self._table is None:
                self._table = self.place.delta()
            elif self._has_grown():
                self._table.update_incremental()
            if self._table is not None and self._table.version() != self._snapshot.version:
                self._snapshot = self._read(self._table)
            self._asked = now
            return self._snapshot

    def types(self) -> dict[str, str]:
        """The columns that are committed, with their types; none if there is no table yet."""
        self.snapshot()
        fields = self._table.schema().fields if self._table is not None else ()
        return {field.name: str(getattr(field.type, "type", field.type)) for field in fields}

    def without_coverage(self) -> list[DataFile]:
        """The files whose coverage cannot be read. While there are any, there is no snapshot."""
        with contextlib.suppress(LakeError):
            self.snapshot()
            return []
        if self._table is None or not self.covers:
            return []
        lost = []
        for path, month, rows, size in _named(self._table):
            try:
                with readable():
                    load(self.place, [(path, month, rows, size)])
            except LakeError:
                lost.append(DataFile(path=path, month=month, rows=rows, bytes=size))
        return lost

    @property
    def version(self) -> int:
        """The number of the last commit that was looked at; -1 if there is no table yet."""
        return -1 if self._table is None else self._table.version()

    def names(self, paths: Collection[str]) -> list[str]:
        """The locations of some files' rows, as they are spelled there; each file is looked at once."""
        self._names |= names_in(self.place, [path for path in paths if path not in self._names])
        return list(dict.fromkeys(name for path in paths for name in self._names[path]))

    def commit(
        self,
        since: Snapshot,
        added: Iterable[AddAction],
        removed: Iterable[DataFile],
        *,
        changes: bool = True,
    ) -> None:
        """Make files part of the table, and others not; raises `Conflict` if there was a commit since a snapshot.

        ``changes`` says that the rows are others than before, not only in other files.
        """
        adds, gone, now = list(added), list(removed), int(time.time() * 1000)
        properties = CommitProperties({ACTIONS: str(len(adds) + len(gone))}, max_commit_retries=0)
        with self._lock, readable(self.place.uri):
            try:
                if since.version < 0:
                    self._create_first(adds, properties)
                    return
                assert self._table is not None  # noqa: S101 - for the type checker: there was a snapshot of it
                if self._table.version() != since.version or self._gets_columns(self._table):
                    raise Conflict
                removes = [
                    RemoveAction(each.path, changes, now, each.bytes, {MONTH: each.month}) for each in gone
                ]
                self._table.create_write_transaction(
                    [*removes, *adds],
                    "append",
                    self._schema,
                    [MONTH],
                    commit_properties=properties,
                    post_commithook_properties=PostCommitHookProperties(create_checkpoint=True),
                )
            except CommitFailedError as error:
                raise Conflict from error
            finally:
                self._asked = None

    def tidy(self) -> None:
        """Write a checkpoint, and delete the commits before it that are older than the log is kept."""
        with self._lock, readable(self.place.uri):
            if self._table is not None:
                self._table.create_checkpoint()
                self._table.cleanup_metadata()

    def _create_first(self, added: list[AddAction], properties: CommitProperties) -> None:
        """The first commit; raises `Conflict` if another writer's was."""
        try:
            self._create(added, properties)
        except DeltaError as error:
            if self.place.delta() is None:
                raise
            raise Conflict from error

    def _create(self, added: list[AddAction], properties: CommitProperties) -> None:
        options = self.place.options
        create_table_with_add_actions(
            self.place.uri,
            self._schema,
            added,
            partition_by=[MONTH],
            name=self._name,
            storage_options=None if options is None else dict(options),
            commit_properties=properties,
        )

    @property
    def _schema(self) -> Schema:
        if self.columns is None:
            assert self._table is not None  # noqa: S101 - for the type checker: without columns it is there
            return self._table.schema()
        names = {**self.columns, MONTH: pl.String()}
        return Schema([Field(name, PrimitiveType(TYPES[kind.base_type()])) for name, kind in names.items()])

    def _gets_columns(self, table: DeltaTable) -> bool:
        """Add columns that the dataset has got since; raises `LakeError` if others are of another type."""
        there = {field.name: field.type for field in table.schema().fields}
        wanted = {field.name: field for field in self._schema.fields}
        other = [name for name, field in wanted.items() if there.get(name, field.type) != field.type]
        if other:
            raise LakeError(
                f"the table {self.place.uri} has another type of column {other[0]}",
                do="move it away and fetch it again",
                column=other[0],
            )
        new = [field for name, field in wanted.items() if name not in there]
        if new:
            table.alter.add_columns(new)
        return bool(new)

    def _has_grown(self) -> bool:
        """Whether there may be a commit that is not known yet."""
        assert self._table is not None  # noqa: S101 - for the type checker: it is asked only of an open one
        if self.place.size(f"_delta_log/{self._table.version() + 1:020}.json") is not None:
            return True
        if time.monotonic() - self._looked < LAKE_LOOKED_AT_EVERY.total_seconds():
            return False
        self._looked = time.monotonic()
        return True

    def _read(self, table: DeltaTable) -> Snapshot:
        """The files of the last commit; those known from before are not read again."""
        found = _named(table)
        known = self._snapshot.files
        new = [each for each in found if each[0] not in known]
        if self.covers:
            fresh = load(self.place, new)
        else:
            fresh = [
                DataFile(path=path, month=month, rows=rows, bytes=size) for path, month, rows, size in new
            ]
        files = {**known, **{file.path: file for file in fresh}}
        return Snapshot(table.version(), {path: files[path] for path, *_ in found})


def _named(table: DeltaTable) -> list[tuple[str, str, int, int]]:
    """The files of the last commit: their paths, months, rows and sizes."""
    actions = pl.DataFrame(table.get_add_actions(flatten=True))
    return actions.select("path", f"partition.{MONTH}", "num_records", "size_bytes").rows()
