"""From a payload's columns to a dataset's fields, one by one: words, numbers and times in the field's own form."""

from __future__ import annotations

import polars as pl

from energyopti.findings import Finding, FindingKind
from energyopti.layouts.clock import UTC_TIME, Runs
from energyopti.layouts.columns import Moment, Number, Superseded, Text, WireColumn
from energyopti.layouts.moments import read_moments, unread_moments
from energyopti.layouts.reading import SUPERSEDED
from energyopti.layouts.tables import Layout
from energyopti.schema import ColumnType


def read_fields(known: pl.DataFrame, layout: Layout, runs: Runs) -> dict[str, pl.Series]:
    """The fields that columns fill one by one."""
    fields: dict[str, pl.Series] = {}
    for column in layout.columns:
        if column.to is None:
            continue
        if column.name not in known.columns:
            fields[column.to] = nulls(known.height, _dtype(column, layout))
        elif isinstance(column, Number):
            values = read_numbers(known[column.name], column)
            whole = layout.dataset.column(column.to).type is ColumnType.INTEGER
            fields[column.to] = values.cast(pl.Int64, strict=False) if whole else values
        elif isinstance(column, Moment):
            fields[column.to] = read_moments(known[column.name], column, layout.zone)
        elif isinstance(column, Text):
            block = runs.block if tells_apart(layout, column.to) else None
            fields[column.to] = _translated(_text(known[column.name], block), column)
    for each in layout.joined:
        parts = pl.DataFrame([_text(known[name]).alias(name) for name in each.of])
        fields[each.to] = parts.select(pl.concat_str(each.of, separator=each.separator)).to_series()
    if layout.long is not None:
        fields |= {name: known[name] for name in layout.long.fields}
    return fields


def tells_apart(layout: Layout, field: str | None) -> bool:
    """Whether a field's words tell one time series from another."""
    return (
        field is not None
        and layout.dataset.column(field).key
        and (layout.dataset.column(field).type is ColumnType.STRING)
    )


def superseded_rows(known: pl.DataFrame, superseded: Superseded) -> pl.Series:
    """Which rows no longer stand."""
    if superseded.column not in known.columns:
        return pl.Series(SUPERSEDED, [], dtype=pl.Boolean).extend_constant(False, known.height)
    words = known[superseded.column].str.strip_chars().str.to_lowercase()
    meant = [word.lower() for word in superseded.words]
    return words.is_in(meant).fill_null(value=False).alias(SUPERSEDED)


def _text(column: pl.Series, block: int | None = None) -> pl.Series:
    """A column's words without outer blanks; an empty cell is null.

    Where the column repeats its first ``block`` rows, and those are clean, it is clean as it stands.
    """
    if block is not None and _text(column[:block]).eq_missing(column[:block]).all():
        return column
    text = column.str.strip_chars()
    return text.set(text == "", None) if text.str.len_bytes().min() == 0 else text


def _translated(words: pl.Series, column: Text) -> pl.Series:
    """A column's words in those of its field, where they are translated."""
    if column.words is None:
        return words
    other = pl.lit(column.default, dtype=pl.String)
    return (
        pl.DataFrame({"words": words})
        .select(
            pl.when(pl.col("words").is_not_null()).then(
                pl.col("words").replace_strict(dict(column.words), default=other, return_dtype=pl.String)
            )
        )
        .to_series()
    )


def strange_words(known: pl.DataFrame, layout: Layout) -> tuple[Finding, ...]:
    """A finding for every translated column with words that it does not know."""
    findings = []
    for column in layout.columns:
        if not isinstance(column, Text) or column.words is None or column.name not in known.columns:
            continue
        words = _text(known[column.name])
        unknown = words.filter(~words.is_in(list(column.words)) & words.is_not_null())
        if len(unknown):
            findings.append(unknown_words(unknown, str(column.to), column.default, column.name))
    return tuple(findings)


def unknown_words(unknown: pl.Series, field: str, default: str | None, column: str) -> Finding:
    """A finding about words that mean nothing to the layout."""
    meant = "null" if default is None else repr(default)
    return Finding(
        kind=FindingKind.UNKNOWN_WORD,
        message=f"{', '.join(sorted(map(repr, unknown.unique())))} is no {field} that the layout "
        f"knows: {field} is {meant}",
        rows=len(unknown),
        column=column,
    )


def _dtype(column: WireColumn, layout: Layout) -> pl.DataType:
    """What a wire column's field holds."""
    if isinstance(column, Moment):
        return UTC_TIME
    if column.to is not None and layout.dataset.column(column.to).type is ColumnType.INTEGER:
        return pl.Int64()
    return pl.Float64() if isinstance(column, Number) else pl.String()


def unread_cells(known: pl.DataFrame, fields: dict[str, pl.Series], layout: Layout) -> tuple[Finding, ...]:
    """The findings about columns of times."""
    return tuple(
        finding
        for column in layout.columns
        if isinstance(column, Moment) and column.to is not None and column.name in known.columns
        for finding in unread_moments(known[column.name], fields[column.to], column)
    )


def read_numbers(values: pl.Series, column: Number) -> pl.Series:
    """A column of numbers in the field's unit and sign."""
    values = values.cast(pl.Float64)
    if column.nothing:
        values = values.set(values.is_in([float(figure) for figure in column.nothing]), None)
    return without_minus_zero(values if column.scale == 1 else values * column.scale)


def nulls(height: int, dtype: pl.DataType) -> pl.Series:
    """A column of nothing."""
    return pl.Series([], dtype=dtype).clear(height)


def without_minus_zero(values: pl.Series) -> pl.Series:
    """The same numbers: a turned zero is 0.0, which prints without a sign."""
    zero = values == 0
    return values.set(zero, 0.0) if zero.any() else values
