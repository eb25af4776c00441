"""A SQLite file; times are text in UTC, ``2024-07-01T04:00:00Z``, which SQLite's own functions read."""

from __future__ import annotations

import contextlib
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import ClassVar

import polars as pl
import polars.selectors as cs

from energyopti.errors import OutputError
from energyopti.frames import frame_schema
from energyopti.local_files import check_target
from energyopti.output.formats import with_times_as_text
from energyopti.schema import ColumnType, Dataset
from energyopti.sinks.sink import Unreachable, Wanted
from energyopti.sinks.sql import SqlSink
from energyopti.sinks.texts import said, typed
from energyopti.tuning.sinks import LOCK_PATIENCE


class SqliteSink(SqlSink):
    """A file of SQLite; several watches may write to it."""

    types: ClassVar[Mapping[ColumnType, str]] = {
        ColumnType.STRING: "text",
        ColumnType.FLOAT: "real",
        ColumnType.INTEGER: "integer",
        ColumnType.TIMESTAMP: "text",
        ColumnType.DATE: "text",
    }
    absent: ClassVar[Mapping[ColumnType, str]] = dict.fromkeys(ColumnType, "''")

    def __init__(self, path: Path, *, patience: float = LOCK_PATIENCE) -> None:
        self._path, self._patience = path, patience
        self._connection: sqlite3.Connection | None = None
        self._turn = threading.RLock()

    def connect(self) -> None:
        """See `SqlSink`."""
        if self._connection is None:
            check_target(self._path)
            with self._failing():
                self._connection = sqlite3.connect(
                    self._path, timeout=self._patience, isolation_level=None, check_same_thread=False
                )

    @property
    def _open(self) -> sqlite3.Connection:
        self.connect()
        assert self._connection is not None  # noqa: S101 - for the type checker
        return self._connection

    def mark(self, number: int) -> str:
        """See `SqlSink`."""
        return f"?{number}"

    def columns(self, table: str) -> list[str]:
        """See `SqlSink`."""
        return self.ask("select name from pragma_table_info(?1)", None, table).to_series().to_list()

    def ask(self, statement: str, dataset: Dataset | None, *values: str) -> pl.DataFrame:
        """See `SqlSink`."""
        with self._failing():
            cursor = self._open.execute(statement, values)
            names, rows = [each[0] for each in cursor.description], cursor.fetchall()
        if dataset is None:
            return pl.DataFrame(rows, schema=dict.fromkeys(names, pl.String), orient="row")
        schema = {
            name: pl.String() if kind.is_temporal() else kind for name, kind in frame_schema(dataset).items()
        }
        return typed(pl.LazyFrame(rows, schema=schema, orient="row"), dataset).collect()

    def run(self, statements: Iterable[tuple[str, pl.DataFrame | None]]) -> None:
        """See `SqlSink`."""
        with self._failing():
            connection = self._open
            connection.execute("begin immediate")
            try:
                for statement, rows in statements:
                    if rows is None:
                        connection.execute(statement)
                    else:
                        plain = with_times_as_text(rows).with_columns(cs.date().cast(pl.String))
                        connection.executemany(statement, plain.iter_rows())
                connection.execute("commit")
            except BaseException:
                if connection.in_transaction:
                    connection.execute("rollback")
                raise

    def forget_others(self, wanted: Wanted) -> None:
        """Delete a feed's rows that are not wanted."""
        if wanted.after is not None:
            times = sorted({"interval_end", "publish_time"} & {*wanted.dataset.column_names})
            later = " or ".join(f"coalesce({name}, '') > ?3" for name in times)
            statement = f'delete from "{wanted.dataset.name}" where market = ?1 and feed = ?2'  # noqa: S608
            which = pl.DataFrame([[wanted.market], [wanted.feed], [said(wanted.after)]])
            self.run([(f"{statement} and not ({later})", which)])

    def close(self) -> None:
        """See `Sink`. Waits for a statement that runs in another thread: closed under it, the connection takes the process with it."""
        with self._turn:
            if self._connection is not None:
                self._connection.close()
                self._connection = None

    @contextlib.contextmanager
    def _failing(self) -> Iterator[None]:
        try:
            with self._turn:
                yield
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}:
                raise Unreachable(f"another program holds {self._path}: {error}") from None
            raise OutputError(f"cannot write {self._path}: {error}") from None
        except sqlite3.Error as error:
            raise OutputError(f"cannot write {self._path}: {error}") from None
