"""Datasets as frames: schemas, conforming frames to them, records."""

from __future__ import annotations

import functools
import math
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import attrs
import cattrs
import polars as pl

from energyopti.errors import SchemaDrift
from energyopti.findings import Finding, FindingKind
from energyopti.schema import ColumnType, Dataset

if TYPE_CHECKING:
    from energyopti.market import Feed, Market

_TYPES: dict[ColumnType, pl.DataType] = {
    ColumnType.STRING: pl.String(),
    ColumnType.FLOAT: pl.Float64(),
    ColumnType.INTEGER: pl.Int64(),
    ColumnType.TIMESTAMP: pl.Datetime("us", "UTC"),
    ColumnType.DATE: pl.Date(),
}
_ORDINAL = "ordinal"
_converter = cattrs.Converter()


for _kind in (datetime, date):  # these values pass through as they are; text is never parsed into one
    _converter.register_structure_hook(_kind, lambda value, _: value)


def frame_schema(dataset: Dataset) -> pl.Schema:
    """The dataset's columns and their types; times are UTC in microseconds."""
    return pl.Schema({column.name: _TYPES[column.type] for column in dataset.columns})


def empty_frame(dataset: Dataset) -> pl.DataFrame:
    """A frame without rows, in the dataset's columns."""
    return pl.DataFrame(schema=frame_schema(dataset))


def unify(frame: pl.DataFrame, feed: Feed, market: str) -> pl.DataFrame:
    """A layout's frame as rows of the dataset: all its columns in order, constants and nulls filled in.

    Where repeated rows are intended, ``ordinal`` numbers them.

    Raises polars' own errors for a column of the wrong type: that is a fault of the layout, not of the data.
    """
    fixed: dict[str, str | None] = {"market": market, "feed": feed.name}
    if feed.run is not None:
        fixed["run"] = feed.run.value
    if not frame.height:
        return empty_frame(feed.dataset)
    schema = frame_schema(feed.dataset)
    read = {name for name in frame.columns if name not in fixed}
    columns = pl.DataFrame([frame[name].cast(dtype) for name, dtype in schema.items() if name in read])
    others = tuple((name, fixed.get(name), dtype) for name, dtype in schema.items() if name not in read)
    unified = columns.with_columns(_throughout(others))[list(schema)]
    return _numbered(unified, feed.dataset) if _ORDINAL in feed.dataset.key else unified


def with_wholes(frame: pl.DataFrame, market: Market) -> pl.DataFrame:
    """Rows whose location holds others of the market say so in ``location_type``."""
    if not market.wholes or "location_type" not in frame.columns:
        return frame
    places = frame["location"]
    at = places.is_in([*market.wholes]).arg_true()
    if at.is_empty():
        return frame
    kinds = places[at].replace_strict(market.wholes, return_dtype=pl.String)
    return frame.with_columns(frame["location_type"].scatter(at, kinds))


def with_finite(frame: pl.DataFrame) -> tuple[pl.DataFrame, tuple[Finding, ...]]:
    """The rows with null for numbers that are not finite, and a finding for each column that had some.

    Readers know such words; arithmetic with numbers that are almost infinite makes others.
    """
    findings = []
    for column in frame.iter_columns():
        if column.dtype != pl.Float64 or math.isfinite(column.sum()):
            continue  # a single number that is not finite spoils the sum
        odd = ~column.is_finite().fill_null(value=True)
        if odd.any():
            rows = int(odd.sum())
            message = f"{column.name} of {rows} rows is not a finite number: the value is null"
            kind = FindingKind.UNREADABLE_VALUE
            findings.append(Finding(kind=kind, message=message, rows=rows, column=column.name))
            frame = frame.with_columns(column.set(odd, None))
    return frame, tuple(findings)


@functools.lru_cache(maxsize=1024)
def _throughout(columns: tuple[tuple[str, str | None, pl.DataType], ...]) -> list[pl.Expr]:
    """Columns with the same value in every row, stored once."""
    return [pl.lit(value, dtype=dtype).alias(name) for name, value, dtype in columns]


def _numbered(frame: pl.DataFrame, dataset: Dataset) -> pl.DataFrame:
    """Rows that intentionally repeat a key, numbered from 0 in their order."""
    rest = [name for name in dataset.key if name != _ORDINAL]
    number = pl.int_range(pl.len(), dtype=pl.Int64).over(rest)
    return frame.with_columns(number.alias(_ORDINAL))


def sort_order(dataset: Dataset) -> tuple[str, ...]:
    """The columns that frames are sorted by: time, then location, then the rest of the key."""
    rest = [name for name in dataset.key if name not in {"interval_start", "location"}]
    return ("interval_start", *(["location"] if "location" in dataset.key else []), *rest)


def records(frame: pl.DataFrame, dataset: Dataset) -> Iterator[Any]:
    """The rows as objects of the dataset's record class; raises `SchemaDrift` for a row that does not fit it."""
    for column in dataset.columns:
        if not column.nullable and column.name in frame.columns and frame[column.name].null_count():
            number = frame[column.name].is_null().arg_true()[0] + 1
            raise SchemaDrift(
                f"row {number} does not fit dataset {dataset.name}: {column.name} is null", column=column.name
            )
    for number, row in enumerate(frame.iter_rows(named=True), start=1):
        try:
            yield _converter.structure(row, dataset.record)
        except cattrs.BaseValidationError as error:
            why = "; ".join(cattrs.transform_error(error))
            raise SchemaDrift(f"row {number} does not fit dataset {dataset.name}: {why}") from error


def from_records(rows: Iterable[Any], dataset: Dataset) -> pl.DataFrame:
    """Objects of the dataset's record class as a frame."""
    plain = [attrs.asdict(row, recurse=False) for row in rows]
    return pl.DataFrame(
        {
            column.name: pl.Series(
                column.name, [_utc(row[column.name]) for row in plain], dtype=_TYPES[column.type]
            )
            for column in dataset.columns
        }
    )


def _utc(value: Any) -> Any:
    """Aware times in UTC, vocabulary words as text, everything else unchanged."""
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise SchemaDrift(f"{value} has no time zone: times in records must be aware")
        return value.astimezone(UTC)
    return str(value) if isinstance(value, str) else value
