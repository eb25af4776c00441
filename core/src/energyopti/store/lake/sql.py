"""SQL over the lake (extra ``energyopti[sql]``): DuckDB reads the files of the last commits, and nothing else.

Each statement has a connection of its own, which knows the tables that the statement names. It can open the files of
these and no other, it writes nothing, and none of its settings can be changed.
"""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Callable, Iterator, Sequence

import attrs
import duckdb
import polars as pl
from arro3.core import RecordBatch, RecordBatchReader, Table

from energyopti.errors import LakeError, UnsupportedQuery, suggest
from energyopti.registry import Registry
from energyopti.store.lake.catalog import Catalog, View, identifier, literal, quoted, written
from energyopti.store.lake.lake import Lake
from energyopti.store.lake.places import without_secrets
from energyopti.store.lake.statements import Statement, parsed

_CONFIG: dict[str, str | bool | int | float | list[str]] = {
    "allow_community_extensions": False,
    "allow_persistent_secrets": False,
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
    "python_enable_replacements": False,
}
_LENGTH = "interval"
_CELLS = {
    _LENGTH: "epoch_us({})",
    **dict.fromkeys(("hugeint", "uhugeint"), "{}::BIGINT"),
    "decimal": "{}::DOUBLE",
    **dict.fromkeys(("timestamp_s", "timestamp_ms", "timestamp_ns"), "{}::TIMESTAMP"),
    **dict.fromkeys(("bignum", "bit", "geometry", "time with time zone", "union", "variant"), "{}::VARCHAR"),
}
"""How cells of types that frames of energyopti do not have are written."""


@attrs.frozen(eq=False)
class Rows:
    """The rows of an answer, frame by frame; ``markets`` are those whose tables were read."""

    schema: pl.Schema
    frames: Iterator[pl.DataFrame]
    markets: tuple[str, ...]

    def whole(self) -> pl.DataFrame:
        """All rows in one frame."""
        return pl.concat([self.schema.to_frame(), *self.frames])


@attrs.frozen(eq=False)
class LakeSql:
    """Statements over the tables of a lake; the registry says which feed has which dataset."""

    lake: Lake
    registry: Registry

    def frame(self, text: str) -> pl.DataFrame:
        """The rows of a statement. Raises `UnsupportedQuery` if it cannot be answered."""
        with self.answer(text) as rows:
            return rows.whole()

    @contextlib.contextmanager
    def answer(self, text: str) -> Iterator[Rows]:
        """The rows of a statement as of its beginning, to be taken while the context lasts.

        Raises `UnsupportedQuery` if it cannot be answered.
        """
        with _connection(self.lake.place.uri) as connection:
            with _told():
                statement = parsed(text, connection)
            catalog = Catalog(self.lake, self.registry)
            names = dict.fromkeys(catalog.find(each) for each in statement.tables)
            views = [catalog.view(name) for name in names if name]
            with _told():
                _define(connection, views)
            with _told(lambda error: self._no_table(error, statement, catalog)):
                result = connection.sql(text)
                pairs = zip(result.columns, result.types, strict=True)
                lengths = [name for name, kind in pairs if kind.id == _LENGTH]
                reader = RecordBatchReader.from_stream(_importable(result))
            empty = _frame(reader.schema.empty_table(), lengths)
            markets = tuple(dict.fromkeys(market for view in views for market in view.markets))
            yield Rows(empty.schema, _frames(reader, lengths), markets)

    def _no_table(self, error: str, statement: Statement, catalog: Catalog) -> str:
        """What DuckDB says; of a table that there is not, what there is."""
        for named in statement.tables:
            unknown = catalog.find(named) is None and named[-1].casefold() not in statement.own
            if unknown and named[-1].casefold() in error.casefold():
                known = [written(name) for name in [*catalog.datasets, *catalog.tables]]
                asked = written(named)
                return f"the lake {self.lake.address} has no table {asked}.{suggest(asked, known)}"
        return error


@contextlib.contextmanager
def _connection(uri: str) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection to nothing, with a folder of its own for what does not fit into memory.

    It opens files of an object store as Python does: DuckDB itself would have to download an extension.
    """
    with (
        tempfile.TemporaryDirectory(prefix="energyopti-sql-", ignore_cleanup_errors=True) as spilled,
        duckdb.connect(":memory:", config={**_CONFIG, "temp_directory": spilled}) as connection,
    ):
        connection.execute("SET TimeZone = 'UTC'")
        scheme, there, _ = uri.partition("://")
        if there:
            from energyopti.store.lake.remote_files import RemoteFiles

            connection.register_filesystem(RemoteFiles(scheme))
        yield connection


def _define(connection: duckdb.DuckDBPyConnection, views: Sequence[View]) -> None:
    """Make views known; from then on only their files can be read, and no setting can be changed."""
    for view in views:
        if len(view.name) > 1:
            connection.execute(f"CREATE SCHEMA IF NOT EXISTS {identifier(view.name[0])}")
        connection.execute(f"CREATE VIEW {quoted(view.name)} AS {view.select}")
    paths = ", ".join(literal(path) for view in views for path in view.paths)
    connection.execute(f"SET allowed_paths = [{paths}]::VARCHAR[]")
    connection.execute("SET enable_external_access = false")
    connection.execute("SET lock_configuration = true")


@contextlib.contextmanager
def _told(say: Callable[[str], str] = str) -> Iterator[None]:
    """DuckDB's errors as ours, in one line: those of files as `LakeError`, others as `UnsupportedQuery`."""
    try:
        yield
    except duckdb.Error as error:
        said = without_secrets(say(str(error).partition("\n\nLINE ")[0]))
        if isinstance(error, duckdb.OutOfMemoryException):
            raise LakeError(said, do="ask for less at a time") from None
        if isinstance(error, duckdb.IOException):
            raise LakeError(said, do="try again, or run `energyopti lake verify`") from None
        raise UnsupportedQuery(said) from None


def _importable(result: duckdb.DuckDBPyRelation) -> duckdb.DuckDBPyRelation:
    """A result in types that polars has; lengths of time are microseconds.

    Raises `UnsupportedQuery` for two columns of one name.
    """
    names, kinds = result.columns, result.types
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise UnsupportedQuery(
            f"two columns of the result are named {twice!r}", do="give one of them another name with AS"
        )
    nested = next(
        (
            name
            for name, kind in zip(names, kinds, strict=True)
            if kind.id != _LENGTH and "INTERVAL" in str(kind)
        ),
        None,
    )
    if nested is not None:
        raise UnsupportedQuery(f"column {nested!r} holds several lengths of time in a cell", do="unnest them")
    if not any(kind.id in _CELLS for kind in kinds):
        return result
    cells = [
        f"{_CELLS.get(str(kind.id), '{}').format(f'#{number}')} AS {identifier(name)}"
        for number, (name, kind) in enumerate(zip(names, kinds, strict=True), start=1)
    ]
    return result.project(", ".join(cells))


def _frames(reader: RecordBatchReader, lengths: Sequence[str]) -> Iterator[pl.DataFrame]:
    """The rows as they come. Raises `UnsupportedQuery` for a value that cannot be worked out."""
    while True:
        try:
            batch = next(reader)
        except StopIteration:
            return
        except Exception as error:  # noqa: BLE001 - the reader has no errors of its own
            said = str(error).removeprefix("C Data interface error: ").partition("\n\nLINE ")[0]
            raise UnsupportedQuery(said) from None
        yield _frame(batch, lengths)


def _frame(batch: RecordBatch | Table, lengths: Sequence[str]) -> pl.DataFrame:
    return pl.DataFrame(batch).with_columns(pl.col(lengths).cast(pl.Duration("us")))
