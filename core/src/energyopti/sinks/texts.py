"""Rows as text, as in CSV files and in SQLite, read back into their dataset's types."""

from __future__ import annotations

from datetime import UTC, datetime

import polars as pl

from energyopti.frames import frame_schema
from energyopti.schema import Dataset
from energyopti.timezones import iso_utc

_TIMES = "%Y-%m-%dT%H:%M:%S%.fZ"


def typed(rows: pl.LazyFrame, dataset: Dataset) -> pl.LazyFrame:
    """Rows whose times, and perhaps other values, are text, in the dataset's columns; raises polars' errors for other texts."""
    schema = frame_schema(dataset)
    return rows.select(_typed(name, kind) for name, kind in schema.items())


def _typed(name: str, kind: pl.DataType) -> pl.Expr:
    if isinstance(kind, pl.Datetime):
        read = pl.col(name).str.to_datetime(_TIMES, time_unit="us", strict=True)
        return read.dt.replace_time_zone("UTC")
    return pl.col(name).cast(kind)


def said(instant: datetime) -> str:
    """An instant as text, in UTC."""
    return iso_utc(instant)


def instant(text: str) -> datetime:
    """The instant that a text says."""
    return datetime.fromisoformat(text).astimezone(UTC)
