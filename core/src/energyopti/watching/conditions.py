"""Conditions on rows, as SQL expressions: ``lmp > 200``."""

from __future__ import annotations

import polars as pl
from polars.exceptions import PolarsError

from energyopti.errors import UnsupportedQuery
from energyopti.frames import empty_frame
from energyopti.schema import Dataset

_EXAMPLE = "write a condition in SQL, such as \"lmp > 200 and location = 'HB_WEST'\""


def condition(said: str, dataset: Dataset) -> pl.Expr:
    """The condition that a text says of the rows of a dataset.

    Raises `UnsupportedQuery` for one that is not SQL, that names another column, or that is neither true nor false.
    """
    try:
        found = pl.sql_expr(said)
    except PolarsError as error:
        raise _unusable(said, error) from None
    for name in found.meta.root_names():
        dataset.column(name)
    try:
        kind = empty_frame(dataset).lazy().select(found).collect_schema().dtypes()
        if kind != [pl.Boolean]:
            raise UnsupportedQuery(f"{said!r} is neither true nor false", do=_EXAMPLE)
        empty_frame(dataset).filter(found)
    except PolarsError as error:
        raise _unusable(said, error) from None
    return found


def _unusable(said: str, error: PolarsError) -> UnsupportedQuery:
    why = str(error).partition("\n")[0]
    return UnsupportedQuery(f"{said!r} is not a condition: {why}", do=_EXAMPLE)
