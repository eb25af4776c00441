"""Rows that repeat a key: which one is kept, and which only repeat another."""

from __future__ import annotations

import polars as pl

from energyopti.findings import Finding, FindingKind
from energyopti.layouts.columns import fold
from energyopti.layouts.decode.labels import DOCUMENT
from energyopti.layouts.tables import ColumnMapping


def superseded(
    frame: pl.DataFrame, layout: ColumnMapping, document: pl.Series | None = None
) -> tuple[pl.Series, Finding] | None:
    """Which rows of a frame are kept by the layout's rule for repeated keys, and a finding about the others.

    None if no key repeats; with the ``document`` of each row, if none does in its document.
    """
    key = [name for name in layout.dataset.key if name in frame.columns]
    keys = frame.select(*key, *(() if document is None else (document.alias(DOCUMENT),)))
    if not keys.is_duplicated().any():
        return None
    order = keys.with_row_index("row")
    if layout.repeats == "last_nonzero":
        values = [name for name in frame.columns if frame[name].dtype == pl.Float64]
        weight = pl.any_horizontal((pl.col(name).fill_null(0) != 0) for name in values)
        order = order.with_columns(frame.select(weight.alias("weight"))["weight"])
        order = order.sort("weight", "row")
    kept = order.unique(subset=keys.columns, keep="last", maintain_order=True)["row"].sort()
    mask = pl.Series([False]).new_from_index(0, frame.height).scatter(kept, True)
    dropped = frame.filter(~mask).row(0, named=True)
    return mask, Finding(
        kind=FindingKind.SUPERSEDED_ROW,
        message=f"rows repeat a key, first at {', '.join(f'{name}={dropped[name]}' for name in key)}; "
        f"the {layout.repeats.replace('_', ' ')} value is kept and the others are in the raw columns",
        rows=int((~mask).sum()),
        accounts=True,
    )


def said_again(frame: pl.DataFrame, raw: pl.DataFrame, lines: pl.Series, layout: ColumnMapping) -> pl.Series:
    """The rows of a frame that repeat a row above: in each field, and in each column that is not a number.

    ``lines`` are the rows of ``raw`` that those of the frame were read from. Rows with one key that differ in anything
    are not included: which of them is right cannot be known here.
    """
    key = [name for name in layout.dataset.key if name in frame.columns]
    repeated = frame.select(key).is_duplicated().arg_true()
    said = [name for name in raw.columns if name not in _numbers(raw, layout)]
    whole = frame[repeated].rename({name: f"\0{name}" for name in frame.columns})
    whole = whole.hstack(raw[said][lines[repeated]])
    first = whole.select(pl.struct(pl.all()).is_first_distinct().alias("first"))["first"]
    return repeated.filter(~first)


def again_finding(count: int, raw: pl.DataFrame, layout: ColumnMapping) -> Finding:
    """A finding that accounts for rows that repeat others."""
    numbers = _numbers(raw, layout)
    without = f" except for {' and '.join(numbers)}" if numbers else ""
    return Finding(
        kind=FindingKind.SUPERSEDED_ROW,
        message=f"{count} rows repeat others{without}: the first of each is kept",
        rows=count,
        accounts=True,
    )


def _numbers(raw: pl.DataFrame, layout: ColumnMapping) -> list[str]:
    """The columns of a payload that number its rows or their series."""
    known = {fold(name) for name in layout.numbering}
    return [name for name in raw.columns if fold(name) in known]
