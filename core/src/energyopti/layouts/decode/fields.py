"""From a payload's columns to a dataset's fields, one by one: words, numbers and times in the field's own form."""

from __future__ import annotations

import polars as pl

from energyopti.findings import Finding, FindingKind
from energyopti.layouts.columns import Moment, Number, Superseded, Text, WireColumn
from energyopti.layouts.decode.moments import read_moments, unread_moments
from energyopti.layouts.decode.resaved import whole_numbers
from energyopti.layouts.decode.run_lengths import RunLengths
from energyopti.layouts.decode.stamps import UTC_TIME
from energyopti.layouts.reading import SUPERSEDED
from energyopti.layouts.tables import ColumnMapping
from energyopti.neighbours import repeats_after, same
from energyopti.schema import ColumnType

_PLACES = {"location", "source", "sink"}
"""The fields that hold location identifiers, which may be numbers."""


def read_fields(known: pl.DataFrame, layout: ColumnMapping, runs: RunLengths) -> dict[str, pl.Series]:
    """The fields filled by single columns; if several fill one, the first with a value wins."""
    fields: dict[str, pl.Series] = {}
    for column in layout.columns:
        if column.to is None:
            continue
        there = column.name in known.columns
        filled = fields.get(column.to)
        if filled is None:
            absent = nulls(known.height, _dtype(column, layout))
            fields[column.to] = _field(known[column.name], column, layout, runs) if there else absent
        elif there and filled.null_count():
            values = _field(known[column.name], column, layout, runs)
            fields[column.to] = filled.zip_with(filled.is_not_null(), values)
    for each in layout.joined:
        parts = pl.DataFrame([_text(known[name]).alias(name) for name in each.of])
        fields[each.to] = parts.select(pl.concat_str(each.of, separator=each.separator)).to_series()
    if layout.long is not None:
        fields |= {name: known[name] for name in layout.long.fields}
    return fields


def _field(cells: pl.Series, column: WireColumn, layout: ColumnMapping, runs: RunLengths) -> pl.Series:
    """A column's cells in the form of its field."""
    if isinstance(column, Moment):
        return read_moments(cells, column, layout.zone)
    if isinstance(column, Text):
        words = _words(cells, column, runs, runs.block if names_series(layout, column.to) else None)
        return whole_numbers(words) if column.to in _PLACES else words
    assert isinstance(column, Number)  # noqa: S101 - for the type checker: there are no others
    assert column.to is not None  # noqa: S101 - the same: the caller checked
    values = read_numbers(cells, column)
    whole = layout.dataset.column(column.to).type is ColumnType.INTEGER
    return values.cast(pl.Int64, strict=False) if whole else values


def _words(words: pl.Series, column: Text, runs: RunLengths, block: int | None) -> pl.Series:
    """A column's words translated to those of its field; if every ``block`` of rows repeats them, only one is read."""
    if column.words is None:
        return _text(words, block or _period(words, runs))
    return (
        _translated(words, column) if block is None else runs.repeat(_translated(words.head(block), column))
    )


def names_series(layout: ColumnMapping, field: str | None) -> bool:
    """Whether a field's words distinguish one time series from another."""
    return (
        field is not None
        and layout.dataset.column(field).key
        and (layout.dataset.column(field).type is ColumnType.STRING)
    )


def publications(known: pl.DataFrame, layout: ColumnMapping) -> list[pl.Series]:
    """The columns that distinguish one publication of a series from another, if a payload holds several."""
    moments = (each for each in layout.columns if isinstance(each, Moment) and each.name in known.columns)
    return [known[each.name] for each in moments if each.to and layout.dataset.column(each.to).key]


def superseded_rows(known: pl.DataFrame, superseded: Superseded) -> pl.Series:
    """Which rows are no longer valid."""
    meant = {word.lower() for word in superseded.words}
    there = superseded.column in known.columns
    says = (
        [word for word in _distinct(known[superseded.column]) if word.strip().lower() in meant]
        if there
        else []
    )
    if not says:
        return pl.Series(SUPERSEDED, [False]).new_from_index(0, known.height)
    words = known[superseded.column].cast(pl.String)
    return words.is_in(says).fill_null(value=False).alias(SUPERSEDED)


def _distinct(words: pl.Series) -> list[str]:
    """Every word in a column, once, unchanged."""
    return words.unique().cast(pl.String).drop_nulls().to_list()


def _text(column: pl.Series, period: int | None = None) -> pl.Series:
    """A column's words without outer blanks; an empty cell is null. A clean column is returned unchanged.

    If a column repeats its first ``period`` rows, only those are checked.
    """
    if period is not None and same(_text(column[:period]), column[:period]):
        return column
    text = column.str.strip_chars()
    if text.str.len_bytes().min() == 0:
        return text.set(text == "", None)
    return column if same(text, column) else text


def _period(column: pl.Series, runs: RunLengths) -> int | None:
    """After how many rows a column repeats, all the way through; None if it does not."""
    period = runs.period
    return period if period is not None and repeats_after(column, period) else None


def _translated(words: pl.Series, column: Text) -> pl.Series:
    """A column's words translated to those of its field."""
    known = dict(column.words or {})
    distinct = words.unique().drop_nulls()
    native = distinct.cast(pl.String)
    stripped = [word.strip() for word in native]
    meant = pl.Series(
        [known.get(word, column.default) if word else None for word in stripped], dtype=pl.String
    )
    if words.dtype == pl.Categorical:
        return _by_number(words, distinct, meant)
    return words.replace_strict(native, meant, default=None, return_dtype=pl.String)


def _by_number(words: pl.Series, distinct: pl.Series, meant: pl.Series) -> pl.Series:
    """The meaning of categories, looked up by their physical numbers."""
    numbers = distinct.to_physical()
    last = numbers.max()
    if last is None:
        return nulls(len(words), pl.String())
    by_number = nulls(int(last) + 1, pl.String()).scatter(numbers, meant)  # type: ignore[arg-type]
    return by_number.gather(words.to_physical())


def strange_words(known: pl.DataFrame, layout: ColumnMapping, runs: RunLengths) -> tuple[Finding, ...]:
    """A finding for every translated column that has unknown words."""
    findings = []
    for column in layout.columns:
        if not isinstance(column, Text) or column.words is None or column.name not in known.columns:
            continue
        block = runs.block if names_series(layout, column.to) else None
        native = _distinct(known[column.name].head(block or known.height))
        strange = [word for word in native if word.strip() and word.strip() not in column.words]
        if strange:
            rows = known[column.name].cast(pl.String)
            places = rows.is_in(strange).fill_null(value=False)
            first = f"first in row {places.arg_true()[0] + 1}"
            unknown = _text(rows.filter(places))
            findings.append(unknown_words(unknown, str(column.to), column.default, column.name, first))
    return tuple(findings)


def unknown_words(
    unknown: pl.Series, field: str, default: str | int | None, column: str, first: str | None
) -> Finding:
    """A finding about words unknown to the layout, and where the ``first`` is, in words."""
    meant = "null" if default is None else repr(default)
    return Finding(
        kind=FindingKind.UNKNOWN_WORD,
        message=f"{', '.join(sorted(map(repr, unknown.unique())))} is not a {field} that the layout "
        f"knows: {field} is {meant}",
        rows=len(unknown),
        column=column,
        first=first,
    )


def is_whole(field: str, layout: ColumnMapping) -> bool:
    """Whether a field of the dataset holds whole numbers."""
    return layout.dataset.column(field).type is ColumnType.INTEGER


def _dtype(column: WireColumn, layout: ColumnMapping) -> pl.DataType:
    """The type of a wire column's field."""
    if isinstance(column, Moment):
        return UTC_TIME
    if column.to is not None and is_whole(column.to, layout):
        return pl.Int64()
    return pl.Float64() if isinstance(column, Number) else pl.String()


def unread_cells(
    known: pl.DataFrame, fields: dict[str, pl.Series], layout: ColumnMapping
) -> tuple[Finding, ...]:
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
    if column.null_values:
        values = values.set(values.is_in([float(figure) for figure in column.null_values]), None)
    return without_minus_zero(values if column.scale == 1 else values * column.scale)


def not_negative(values: pl.Series, tolerance: float) -> pl.Series:
    """The same numbers, with zero for those that are below it by no more than the tolerance, null for those below."""
    near = values.set((values < 0) & (values >= -tolerance), 0.0)
    return near.set(near < 0, None)


def nulls(height: int, dtype: pl.DataType) -> pl.Series:
    """A column of nulls."""
    return pl.Series([None], dtype=dtype).new_from_index(0, height)


def without_minus_zero(values: pl.Series) -> pl.Series:
    """The same numbers with -0.0 as 0.0, which prints without a sign."""
    zero = values == 0
    return values.set(zero, 0.0) if zero.any() else values
