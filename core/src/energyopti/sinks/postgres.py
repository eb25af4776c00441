"""A PostgreSQL database, by ADBC: rows go there and come back as Arrow. Needs ``energyopti[postgres]``.

The password is in ``PGPASSWORD``, ``~/.pgpass`` or a service file, where PostgreSQL's own programs look for it.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, ClassVar

import polars as pl

from energyopti.errors import OutputError
from energyopti.frames import frame_schema
from energyopti.lazy import extra
from energyopti.schema import ColumnType, Dataset
from energyopti.sinks.sink import Unreachable
from energyopti.sinks.sql import SqlSink

_DOWN = ("08", "57P", "53")
"""SQLSTATEs of a server that is not there, is being stopped, or has no room for a connection."""


class PostgresSink(SqlSink):
    """A database of PostgreSQL, version 9.5 or newer; tables are in the first schema of the user's search path."""

    types: ClassVar[Mapping[ColumnType, str]] = {
        ColumnType.STRING: "text",
        ColumnType.FLOAT: "double precision",
        ColumnType.INTEGER: "bigint",
        ColumnType.TIMESTAMP: "timestamptz",
        ColumnType.DATE: "date",
    }
    absent: ClassVar[Mapping[ColumnType, str]] = {
        ColumnType.STRING: "''",
        ColumnType.FLOAT: "'nan'::double precision",
        ColumnType.INTEGER: "-9223372036854775808",
        ColumnType.TIMESTAMP: "'-infinity'::timestamptz",
        ColumnType.DATE: "'-infinity'::date",
    }

    def __init__(self, address: str, shown: str) -> None:
        with extra("postgres", "a destination in PostgreSQL", error=OutputError):
            from adbc_driver_postgresql import dbapi
        self._driver: Any = dbapi
        self._address, self._shown = address, shown
        self._connection: Any = None

    def connect(self) -> None:
        """See `SqlSink`."""
        if self._connection is None:
            with self._failing():
                self._connection = self._driver.connect(self._address)

    def mark(self, number: int) -> str:
        """See `SqlSink`."""
        return f"${number}"

    def instant(self, number: int) -> str:
        """See `SqlSink`."""
        return f"(${number}::text)::timestamptz"

    def columns(self, table: str) -> list[str]:
        """See `SqlSink`."""
        statement = "select attname::text as name from pg_attribute where attrelid = to_regclass($1::text) and attnum > 0"
        return self.ask(f"{statement} and not attisdropped", None, f'"{table}"').to_series().to_list()

    def ask(self, statement: str, dataset: Dataset | None, *values: str) -> pl.DataFrame:
        """See `SqlSink`."""
        self.connect()
        with self._failing(), self._connection.cursor() as cursor:
            cursor.execute(statement, values or None)
            found = pl.DataFrame(cursor.fetch_polars())
            self._connection.commit()
        return found if dataset is None else found.cast(frame_schema(dataset))

    def run(self, statements: Iterable[tuple[str, pl.DataFrame | None]]) -> None:
        """See `SqlSink`."""
        self.connect()
        with self._failing():
            with self._connection.cursor() as cursor:
                for statement, rows in statements:
                    if rows is None:
                        cursor.execute(statement)
                    else:
                        cursor.executemany(statement, rows)
            self._connection.commit()

    def close(self) -> None:
        """See `Sink`."""
        if self._connection is not None:
            connection, self._connection = self._connection, None
            with contextlib.suppress(self._driver.Error):
                connection.close()

    @contextlib.contextmanager
    def _failing(self) -> Iterator[None]:
        """Errors of the driver as one line; the connection is closed, which rolls back what was not committed."""
        try:
            yield
        except self._driver.Error as error:
            self.close()
            what = " ".join(str(error).split())
            state = error.sqlstate or ""
            kind = Unreachable if not state.strip("\0") or state.startswith(_DOWN) else OutputError
            raise kind(
                f"{self._shown}: {what}", do="see that the server runs and the database exists"
            ) from None
