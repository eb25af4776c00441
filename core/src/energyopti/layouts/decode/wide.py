"""From one column per location to one row per location: what `Wide` declares, carried out on whole columns."""

from __future__ import annotations

import functools
import operator

import polars as pl

from energyopti.errors import SchemaDrift
from energyopti.layouts.columns import Wide, WideColumn
from energyopti.layouts.decode.fields import nulls, read_numbers
from energyopti.layouts.tables import ColumnMapping

_ORIGIN, _HEADER, _CELL, _BESIDE = "\0origin", "\0header", "\0cell ", "\0beside "


def unpivot(
    frame: pl.DataFrame, origin: pl.Series, known: pl.DataFrame, wide: Wide
) -> tuple[pl.DataFrame, pl.Series]:
    """The rows, ordered by time, then by column, and the payload row that each was read from."""
    present = {f"{_CELL}{column.name}": column for column in wide.columns if column.name in known.columns}
    if not present:
        raise SchemaDrift(
            f"the payload has none of the columns of {wide.value}, such as {wide.columns[0].name!r}",
            column=wide.columns[0].name,
        )
    cells = {name: read_numbers(known[column.name], column) for name, column in present.items()}
    beside = {f"{_BESIDE}{column.name}": _numbers(known, column) for column in wide.beside}
    table = frame.with_columns(origin.alias(_ORIGIN), **cells, **beside)
    long = table.unpivot(
        on=list(cells),
        index=[*frame.columns, _ORIGIN, *beside],
        variable_name=_HEADER,
        value_name=wide.value,
    ).sort(_ORIGIN, maintain_order=True)
    words = [
        pl.col(_HEADER)
        .replace_strict(
            {name: column.words[number] for name, column in present.items()}, return_dtype=pl.String
        )
        .alias(field)
        for number, field in enumerate(wide.to)
    ]
    long = long.with_columns(words)
    for column in wide.beside:
        value = pl.when(is_of(column, wide)).then(pl.col(f"{_BESIDE}{column.name}"))
        long = long.with_columns(value.alias(str(column.to)))
    return long.drop(_ORIGIN, _HEADER, *beside), long[_ORIGIN]


def is_of(column: WideColumn, wide: Wide) -> pl.Expr:
    """Whether a row has a column's words."""
    return functools.reduce(
        operator.and_, (pl.col(field) == word for field, word in zip(wide.to, column.words, strict=True))
    )


def width(layout: ColumnMapping, known: pl.DataFrame) -> int:
    """How many rows of the dataset one row of the payload makes."""
    if not layout.wide:
        return 1
    return sum(column.name in known.columns for column in layout.wide.columns)


def _numbers(known: pl.DataFrame, column: WideColumn) -> pl.Series:
    """The values of a column, null where the payload does not have it."""
    if column.name not in known.columns:
        return nulls(known.height, pl.Float64())
    return read_numbers(known[column.name], column)
