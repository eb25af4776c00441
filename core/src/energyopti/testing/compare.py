"""Comparing frames so that a failure says what differs, in one line and not in pages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from energyopti.layouts import Undated
from energyopti.market import Feed
from energyopti.schema import Dataset
from energyopti.testing.report import few_names, shown


def first_difference(expected: pl.DataFrame, found: pl.DataFrame, key: Sequence[str]) -> str | None:
    """The first difference between two frames, rows matched in the order of a key, if there is one; None if there is none."""
    if expected.height != found.height:
        return f"{expected.height} rows were written and {found.height} were read"
    lacking = [name for name in expected.columns if name not in found.columns]
    if lacking:
        return f"column {lacking[0]} was not read"
    left, right = expected, found.select(expected.columns)
    if key:
        left, right = left.sort(*key), right.sort(*key)
    for name in expected.columns:
        if left[name].dtype != right[name].dtype:
            return f"column {name} is {right[name].dtype} and should be {left[name].dtype}"
        same = left[name].eq_missing(right[name])
        if left[name].dtype == pl.Float64:
            same = same | ((left[name] - right[name]).abs() < 1e-9).fill_null(value=False)
        if not same.all():
            row = (~same).arg_true()[0]
            was, read = shown(left[name][row]), shown(right[name][row])
            return f"column {name} of row {row} was {was} and was read as {read}"
    return None


def row_difference(expected: Mapping[str, Any], found: Mapping[str, Any]) -> str | None:
    """The first stated cell of a row that was read differently; None if all are as stated."""
    for name, value in expected.items():
        if name not in found:
            return f"column {name} was not read"
        same = found[name] == value
        if isinstance(value, float) and isinstance(found[name], float):
            same = abs(found[name] - value) < 1e-9
        if not same:
            return f"{name} should be {shown(value)} and was read as {shown(found[name])}"
    return None


def first_misfit(frame: pl.DataFrame, dataset: Dataset) -> str | None:
    """The first null or word that a dataset's column may not have; None if all rows fit."""
    for column in dataset.columns:
        nulls = 0 if column.nullable else frame[column.name].null_count()
        if nulls:
            return f"column {column.name} has {nulls} nulls"
        strange = set(frame[column.name].drop_nulls()) - set(column.choices) if column.choices else ()
        if strange:
            return f"column {column.name} holds {few_names(strange)}, not {few_names(column.choices)}"
    return None


def unstated(feed: Feed, read: pl.DataFrame) -> list[str]:
    """The fields that a layout fills from an example, as it was read, and that no row of the example states.

    A figure that is zero wherever it is stated says nothing of its sign and unit. An end must be stated if rows say it.
    """
    dated = not isinstance(feed.layout.time, Undated)
    ends = dated and feed.layout.step is None
    names = [*(["interval_start"] if dated else []), *(["interval_end"] if ends else []), *feed.layout.fields]
    return [name for name in dict.fromkeys(names) if not _says(feed.example.rows, name, read[name])]


def _says(rows: Sequence[Mapping[str, Any]], name: str, read: pl.Series) -> bool:
    """Whether rows state a field, if there is anything to state."""
    figures = read.dtype == pl.Float64
    something = read.drop_nulls().filter(read.drop_nulls() != 0) if figures else read.drop_nulls()
    stated = [row[name] for row in rows if row.get(name) is not None]
    return (
        something.is_empty() or any(value != 0 for value in stated if figures) or bool(stated and not figures)
    )
