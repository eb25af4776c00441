"""Tables of a database: one for each dataset, each row once by its key, rows and state in one transaction."""

from __future__ import annotations

import abc
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import ClassVar

import polars as pl

from energyopti.errors import OutputError
from energyopti.query import ResolvedQuery
from energyopti.schema import Column, ColumnType, Dataset
from energyopti.sinks.sink import Sink, Starts, Wanted
from energyopti.sinks.texts import instant, said

_STATE = "energyopti_watch"
_REVISED = frozenset({"version", "status"})
"""Columns of a key that say which revision a row is: a corrected row takes the place of the one before."""


class SqlSink(Sink):
    """A database. A kind of database says how it is opened, asked and written, and what its types are called.

    The table of a dataset has its name and columns. Its key is market, feed and the key of the dataset without ``version``
    and ``status``: a corrected row takes the place of the one before.
    """

    types: ClassVar[Mapping[ColumnType, str]]
    absent: ClassVar[Mapping[ColumnType, str]]
    """What stands for null in the index of a key, by type: nulls are not equal to each other in SQL."""

    @abc.abstractmethod
    def connect(self) -> None:
        """Open the database, unless it is open."""

    @abc.abstractmethod
    def ask(self, statement: str, dataset: Dataset | None, *values: str) -> pl.DataFrame:
        """The rows of a statement, in the columns of the dataset, or all as text."""

    @abc.abstractmethod
    def run(self, statements: Iterable[tuple[str, pl.DataFrame | None]]) -> None:
        """Run statements in one transaction, each once or once for each row of a frame."""

    @abc.abstractmethod
    def mark(self, number: int) -> str:
        """The place of the value of that number, from 1, in a statement."""

    @abc.abstractmethod
    def columns(self, table: str) -> list[str]:
        """The columns of a table; none if it is not there."""

    def open(self, query: ResolvedQuery) -> None:
        """See `Sink`: makes the tables, or adds the columns that a newer version has."""
        self.connect()
        dataset = query.feed.dataset
        statements = [f"create table if not exists {_STATE} (name text primary key, since text not null)"]
        there = self.columns(dataset.name)
        if there and not {"market", "feed", *dataset.key} <= {*there}:
            raise OutputError(
                f"the database has a table {dataset.name} that is not of a watch", do="name another database"
            )
        if there:
            added = [each for each in dataset.columns if each.name not in there]
            statements += [
                f"alter table {_q(dataset.name)} add column {self._declared(each)}" for each in added
            ]
        else:
            body = ", ".join(map(self._declared, dataset.columns))
            statements.append(f"create table if not exists {_q(dataset.name)} ({body})")
        name = _q(f"energyopti_{dataset.name}_key")
        statements.append(
            f"create unique index if not exists {name} on {_q(dataset.name)} ({self._key(dataset)})"
        )
        self.run([(each, None) for each in statements])

    def starts(self) -> dict[str, datetime]:
        """See `Sink`."""
        found = self.ask(f"select name, since from {_STATE}", None)  # noqa: S608 - a name of ours
        return {name: instant(text) for name, text in found.iter_rows()}

    def rows(self, wanted: Wanted) -> pl.DataFrame:
        """See `Sink`."""
        dataset, columns = wanted.dataset, _listed(wanted.dataset.column_names)
        of_feed = f"market = {self.mark(1)} and feed = {self.mark(2)}"
        statement = f"select {columns} from {_q(dataset.name)} where {of_feed}"  # noqa: S608
        values = [wanted.market, wanted.feed]
        if wanted.after is not None:
            times = {"interval_end", "publish_time"} & {*dataset.column_names}
            later = " or ".join(f"{_q(name)} > {self.instant(3)}" for name in sorted(times))
            statement, values = f"{statement} and ({later})", [*values, said(wanted.after)]
        return wanted.filter(self.ask(statement, dataset, *values).lazy()).collect()

    def instant(self, number: int) -> str:
        """The place of the value of that number, a time as text."""
        return self.mark(number)

    def write(self, dataset: Dataset, rows: pl.DataFrame, starts: Starts) -> None:
        """See `Sink`: one transaction."""
        self.run(self.writing(dataset, rows, starts))

    def writing(
        self, dataset: Dataset, rows: pl.DataFrame, starts: Starts
    ) -> list[tuple[str, pl.DataFrame | None]]:
        """The statements of a write."""
        kept = pl.DataFrame({"name": [*starts], "since": [said(each) for each in starts.values()]})
        kept = kept.cast({"name": pl.String, "since": pl.String})
        into = f"insert into {_STATE} (name, since) values ({self.mark(1)}, {self.mark(2)})"  # noqa: S608
        statements: list[tuple[str, pl.DataFrame | None]] = []
        if rows.height:
            statements.append((self._upsert(dataset), rows))
        if kept.height:
            statements.append((f"{into} on conflict (name) do update set since = excluded.since", kept))
        return statements

    def _upsert(self, dataset: Dataset) -> str:
        names = dataset.column_names
        marks = ", ".join(self.mark(number) for number in range(1, len(names) + 1))
        anew = ", ".join(f"{_q(name)} = excluded.{_q(name)}" for name in names)
        into = f"insert into {_q(dataset.name)} ({_listed(names)}) values ({marks})"  # noqa: S608
        return f"{into} on conflict ({self._key(dataset)}) do update set {anew}"

    def _declared(self, column: Column) -> str:
        return f"{_q(column.name)} {self.types[column.type]}"

    def _key(self, dataset: Dataset) -> str:
        """The columns of a row's key, with something in place of null."""
        columns = [dataset.column(name) for name in dataset.key if name not in _REVISED]
        parts = [
            f"coalesce({_q(each.name)}, {self.absent[each.type]})" if each.nullable else _q(each.name)
            for each in columns
        ]
        return ", ".join([_q("market"), _q("feed"), *parts])


def _q(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _listed(names: Sequence[str]) -> str:
    return ", ".join(map(_q, names))
