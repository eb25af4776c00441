"""From the text of stamps to instants: UTC if they say so, else what a wall clock showed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import polars as pl

from energyopti.layouts.decode.resaved import day_first, resaved
from energyopti.tuning.reading import LONG_COLUMN, REPEATS_OF_STAMPS

UTC_TIME = pl.Datetime("us", "UTC")
WALL_TIME = pl.Datetime("us")
_EARLIEST, _LATEST = (
    round(datetime(year, 1, 1, tzinfo=UTC).timestamp()) * 1_000_000 for year in (1900, 2901)
)
"""The microseconds of the years that a source may write about; a stamp of any other year was misread."""


def word(cells: pl.Series) -> pl.Series:
    """Cells as text without outer blanks."""
    return cells.cast(pl.String).str.strip_chars()


def parse(text: pl.Series, formats: Sequence[str], dtype: pl.Datetime) -> pl.Series:
    """Stamps by the first of several formats that fits each; null if none does.

    Stamps that none fits are read in the forms of programs that saved them again (`energyopti.layouts.decode.resaved`).
    In a long unordered column each distinct stamp is read once: there are usually few.
    """
    text = text.cast(pl.String)
    if len(text) > LONG_COLUMN:
        few = text.unique()
        if len(few) < len(text) // REPEATS_OF_STAMPS:
            return text.replace_strict(few, parse(few, formats, dtype), return_dtype=dtype).alias("at")
    table, clean = pl.DataFrame({"text": text}), pl.col("text").str.strip_chars()
    found = table.select(_stamp(clean, formats[0], dtype).alias("at"))["at"]
    for pattern in formats[1:]:
        if found.null_count() == text.null_count():
            break
        stamps = table.select(_stamp(clean, pattern, dtype).alias("at"))["at"]
        found = found.zip_with(found.is_not_null(), stamps)
    found = _plausible(found)
    if found.null_count() == text.null_count():
        return found
    found = found.zip_with(found.is_not_null(), _plausible(resaved(text, formats, dtype)))
    strange = day_first(text)
    return found if strange is None else found.set(strange, None)


def _plausible(stamps: pl.Series) -> pl.Series:
    """Stamps without those of implausible years; usually the first and the last show that there are none."""
    numbers = stamps.cast(pl.Int64)
    first, last = numbers.min(), numbers.max()
    if first is None or (first >= _EARLIEST and last < _LATEST):  # type: ignore[operator]
        return stamps
    return stamps.set(~numbers.is_between(_EARLIEST, _LATEST, closed="left"), None)


def _stamp(text: pl.Expr, pattern: str, dtype: pl.Datetime) -> pl.Expr:
    """Text by one format, as UTC if a zone is due: an offset in the text counts, otherwise it is UTC already."""
    stamp = text.str.to_datetime(pattern, time_unit="us", strict=False)
    if dtype.time_zone is None or "%z" in pattern:
        return stamp
    return stamp.dt.replace_time_zone(dtype.time_zone)


def nearest(stamps: pl.Series, step: timedelta) -> pl.Series:
    """Stamps moved to the nearest multiple of ``step``; null for one exactly half-way between two."""
    marks, half = stamps.dt.round(step), step / 2
    halfway = (stamps - marks).abs() == half
    return marks.set(halfway, None) if halfway.any() else marks
