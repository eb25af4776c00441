"""What SQL calls the tables of a lake, and the rows behind each name.

nyiso.damlbmp_zone      the rows of a feed; a name that is no word is quoted: nyiso."damlbmp_zone.history"
lmp                     the rows of all feeds of a dataset
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property

import attrs

from energyopti.frames import frame_schema
from energyopti.registry import Registry
from energyopti.schema import Dataset
from energyopti.store.lake.files import FETCHED_AT, MONTH
from energyopti.store.lake.lake import Lake
from energyopti.store.lake.table import TYPES, Table

_TYPES = {
    "string": "VARCHAR",
    "double": "DOUBLE",
    "long": "BIGINT",
    "date": "DATE",
    "timestamp": "TIMESTAMPTZ",
}
"""The types of SQL, by those of the tables."""


@attrs.frozen
class View:
    """A name of SQL: its parts, the select that gives its rows, the files that hold them, and whose they are."""

    name: tuple[str, ...]
    select: str
    paths: tuple[str, ...]
    markets: tuple[str, ...]


@attrs.frozen(eq=False)
class Catalog:
    """The names of a lake's tables and datasets. Nothing is opened before its view is asked for."""

    lake: Lake
    registry: Registry

    @cached_property
    def tables(self) -> Mapping[tuple[str, ...], Table]:
        """The tables by market and feed."""
        return {tuple(name.split("/", 1)): table for name, table in self.lake.tables()}

    @cached_property
    def datasets(self) -> Mapping[tuple[str, ...], tuple[Dataset, list[tuple[str, ...]]]]:
        """The datasets that have tables, by name, with these; histories and superseded rows are of none."""
        found: dict[tuple[str, ...], tuple[Dataset, list[tuple[str, ...]]]] = {}
        for market, feed in self.tables:
            there = self.registry.markets.get(market)
            for each in there.feeds if there else ():
                if each.name == feed:
                    dataset = each.dataset
                    found.setdefault((dataset.name,), (dataset, []))[1].append((market, feed))
        return found

    def find(self, named: Sequence[str]) -> tuple[str, ...] | None:
        """The name as the lake has it, whatever its case."""
        parts = tuple(part.casefold() for part in named)
        return self._folded.get(parts[1:] if parts[0] == "main" else parts)

    def view(self, name: tuple[str, ...]) -> View:
        """The view of a name."""
        if name in self.tables:
            return self._of_table(name)
        dataset, names = self.datasets[name]
        tables = [self._of_table(each) for each in names]
        columns = {each: TYPES[kind.base_type()] for each, kind in frame_schema(dataset).items()}
        nothing = _nothing({**columns, FETCHED_AT: "timestamp", MONTH: "string"})
        return View(
            name,
            _union(nothing, *(table.select for table in tables)),
            tuple(path for table in tables for path in table.paths),
            tuple(dict.fromkeys(market for market, _ in names)),
        )

    def _of_table(self, name: tuple[str, ...]) -> View:
        """The rows of the files that are committed now: other files of the folder are none of the table's.

        Its market is said once, so that other markets' files are not read where a statement asks for one.
        """
        table = Table(self.tables[name].place, None, name="/".join(name), covers=False)
        paths = tuple(table.place.at(path) for path in table.snapshot().files)
        columns = table.types()
        rows = [_nothing(columns)]
        if paths:
            rows.append(
                f"SELECT * FROM read_parquet([{', '.join(map(literal, paths))}], union_by_name = true,"  # noqa: S608
                f" hive_partitioning = true, hive_types = {{{identifier(MONTH)}: VARCHAR}})"
            )
        cells = {**dict.fromkeys(columns, ""), "market": f"{literal(name[0])} AS "}
        own = ", ".join(f"{cells[column]}{identifier(column)}" for column in columns)
        return View(name, f"SELECT {own} FROM ({_union(*rows)})", paths, name[:1])  # noqa: S608

    @cached_property
    def _folded(self) -> dict[tuple[str, ...], tuple[str, ...]]:
        return {tuple(part.casefold() for part in name): name for name in [*self.datasets, *self.tables]}


def _nothing(columns: Mapping[str, str]) -> str:
    """No rows, in columns of these types: what a file lacks is null."""
    cells = (f"NULL::{_TYPES[kind]} AS {identifier(name)}" for name, kind in columns.items())
    return f"SELECT {', '.join(cells)} WHERE false"


def _union(*selects: str) -> str:
    return " UNION ALL BY NAME ".join(selects)


def quoted(name: Iterable[str]) -> str:
    """A name in parts, as SQL takes it whatever is in it."""
    return ".".join(map(identifier, name))


def identifier(word: str) -> str:
    """A word as a name in SQL."""
    return '"{}"'.format(word.replace('"', '""'))


def literal(text: str) -> str:
    """A text as a value in SQL."""
    return "'{}'".format(text.replace("'", "''"))


def written(name: Iterable[str]) -> str:
    """A name as a person writes it: quoted only where it must be."""
    return ".".join(part if re.fullmatch(r"[A-Za-z_]\w*", part) else identifier(part) for part in name)
