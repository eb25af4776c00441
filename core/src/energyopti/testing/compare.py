"""Comparing frames so that a failure says what differs, in one line and not in pages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from energyopti.schema import Dataset


def first_difference(expected: pl.DataFrame, found: pl.DataFrame, key: Sequence[str]) -> str | None:
    """The first difference between two frames, rows matched in the order of a key; None if there is none."""
    if expected.height != found.height:
        return f"{expected.height} rows were written and {found.height} were read"
    lacking = [name for name in expected.columns if name not in found.columns]
    if lacking:
        return f"column {lacking[0]} was not read"
    left, right = expected.sort(*key), found.select(expected.columns).sort(*key)
    for name in expected.columns:
        if left[name].dtype != right[name].dtype:
            return f"column {name} is {right[name].dtype} and should be {left[name].dtype}"
        same = left[name].eq_missing(right[name])
        if left[name].dtype == pl.Float64:
            same = same | ((left[name] - right[name]).abs() < 1e-9).fill_null(value=False)
        if not same.all():
            row = (~same).arg_true()[0]
            return f"column {name} of row {row} was {left[name][row]!r} and was read as {right[name][row]!r}"
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
            return f"{name} should be {value!r} and was read as {found[name]!r}"
    return None


def first_misfit(frame: pl.DataFrame, dataset: Dataset) -> str | None:
    """The first null or word that a dataset's column may not have; None if all rows fit."""
    for column in dataset.columns:
        nulls = 0 if column.nullable else frame[column.name].null_count()
        if nulls:
            return f"column {column.name} has {nulls} nulls"
        strange = set(frame[column.name].drop_nulls()) - set(column.choices) if column.choices else ()
        if strange:
            return f"column {column.name} holds {', '.join(map(repr, sorted(strange)))}"
    return None
