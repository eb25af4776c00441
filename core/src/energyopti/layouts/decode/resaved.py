"""Stamps as spreadsheets and pandas write them when a file is saved again.

``10/1/2020 3:00`` (month first, as all US sources write), ``1/1/18 0:00``, ``10/1/2020 3:00 AM``, ``1-Oct-20``, and
``2020-10-01 03:00:00`` with or without an offset. Only stamps that no declared form fits are read this way. Ambiguous
stamps are not read: slashes in a column written with the day first; a date alone where a time was due and other rows
have one; a time where only a date was due; an offset where a reading of the market's own clock was due.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import polars as pl

_TIME = (
    r"(?:[ T]+(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2}(?:\.\d{1,9})?))?"
    r"(?: ?(?P<half>[AaPp])\.?[Mm]\.?)?)?"
)
_ZONE = r"(?: ?(?P<offset>Z|[+-]\d{2}:?\d{2}))?$"
_SLASHED = r"^(?P<month>\d{1,2})/(?P<day>\d{1,2})/(?P<year>\d{4}|\d{2})" + _TIME + _ZONE
_NAMED = r"^(?P<day>\d{1,2})[- ](?P<month>[A-Za-z]{3})[- ](?P<year>\d{4}|\d{2})" + _TIME + _ZONE
_ISO = r"^(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})" + _TIME + _ZONE
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_NUMBERS = {name: str(number) for number, name in enumerate(_MONTHS, start=1)}
_TURN = 70
_POINT_ZERO = ".0"
"""From this two-digit year on, the century is the last one."""

_TIMES = re.compile("%[HIMSTRXcrs]")
_MONTH, _DAY, _BEHIND = 12, 31, 13
"""The last month, the last day, and the number of consecutive days of which one is numbered above the last month."""
_DAY_FIRST = re.compile(r"\s*(1[3-9]|2\d|3[01])[/.-](0?[1-9]|1[0-2])[/.-]\d")
_WITH_OFFSET = re.compile(r":\d{2}(?:\.\d+)? ?(?:Z|[-+]\d{2}:?\d{2})\s*$")


def resaved(text: pl.Series, formats: Sequence[str], dtype: pl.Datetime) -> pl.Series:
    """Stamps in the forms of spreadsheets and pandas, in a column with these declared forms; null for all others.

    ``text`` is the whole column, including the stamps that a declared form fits.
    """
    table = pl.DataFrame({"text": text.str.strip_chars()})
    slashed = _parts(table, _SLASHED)
    named = _parts(table, _NAMED).with_columns(
        pl.col("month").str.to_lowercase().replace_strict(_NUMBERS, default=None)
    )
    iso = _parts(table, _ISO)
    timed = any(_TIMES.search(form) for form in formats)
    dated = not all(_TIMES.search(form) for form in formats)
    dates_alone = bool((iso["year"].is_not_null() == (table["text"] != "")).all()) and not len(
        iso["hour"].drop_nulls()
    )
    offsets = dtype.time_zone is not None
    zoned = offsets and all("%z" in form for form in formats)
    forms = [(slashed, dated), (named, dated), (iso, dated or dates_alone)]
    found = [
        _stamps(parts, timed=timed, alone=alone, offsets=offsets, zoned=zoned)
        for parts, alone in forms
        if parts["year"].null_count() < len(text)
    ]
    if not found:
        return pl.Series("at", [None], dtype=dtype).new_from_index(0, len(text))
    stamps = pl.DataFrame([each.alias(str(number)) for number, each in enumerate(found)])
    whole = stamps.select(pl.coalesce(pl.all())).to_series()
    return whole.dt.replace_time_zone(dtype.time_zone) if offsets else whole


def day_first(text: pl.Series) -> pl.Series | None:
    """Which stamps of a column have slashes, if it was written with the day first; None if not.

    That is the case if no stamp fits only with the month first, and enough fit only with the day first: of consecutive
    days at least one in thirteen is later than the twelfth. Fewer are mistakes.
    """
    parts = _parts(pl.DataFrame({"text": text.unique()}), _SLASHED).drop_nulls("day")
    first, second = (parts[name].cast(pl.Int64) for name in ("month", "day"))
    count = int((first > _MONTH).sum())
    if not count or count * _BEHIND < len(first) or ((first > _DAY) | (second > _MONTH)).any():
        return None
    return text.str.contains("/", literal=True).fill_null(value=False)


def why_unread(column: pl.Series, row: int) -> str:
    """Why a stamp of a column is refused, in words to append; nothing if it is simply not a stamp."""
    stamp = str(column[row])
    strange = day_first(column.cast(pl.String))
    if _DAY_FIRST.match(stamp) or (strange is not None and strange[row]):
        return "; the day comes before the month, which no source here writes, and energyopti does not guess"
    if _WITH_OFFSET.search(stamp):
        return "; it has an offset from UTC, where the market's own clock was due"
    return ""


def _parts(table: pl.DataFrame, form: str) -> pl.DataFrame:
    """The parts of stamps of one form, as text; null for all others."""
    return table.select(pl.col("text").str.extract_groups(form)).unnest("text")


def _stamps(parts: pl.DataFrame, *, timed: bool, alone: bool, offsets: bool, zoned: bool) -> pl.Series:
    """Parts as times, without a zone; those with an offset as UTC.

    ``timed`` means that times are due, ``alone`` that dates may come without a time, ``offsets`` that they may have an
    offset and ``zoned`` that they must.
    """
    number = {
        name: pl.col(name).cast(pl.Int64, strict=False) for name in ("year", "month", "day", "hour", "minute")
    }
    short = pl.col("year").str.len_bytes() == 2
    year = number["year"] + pl.when(short).then(
        pl.when(number["year"] < _TURN).then(2000).otherwise(1900)
    ).otherwise(0)
    half = pl.col("half").str.to_lowercase()
    clock = (
        pl.when(half.is_null())
        .then(number["hour"])
        .otherwise(number["hour"] % 12 + pl.when(half == "p").then(12).otherwise(0))
    )
    sane = half.is_null() | number["hour"].is_between(1, 12)
    hour, minute, second = clock.fill_null(0), number["minute"].fill_null(0), pl.col("second").fill_null("00")
    fields = [
        *(each.cast(pl.String).str.zfill(2) for each in (year, number["month"], number["day"], hour, minute)),
        second,
    ]
    stamp = pl.format("{}-{}-{} {}:{}:{}", *fields).str.to_datetime(
        "%Y-%m-%d %H:%M:%S%.f", time_unit="us", strict=False
    )
    has_time, offset = pl.col("hour").is_not_null(), pl.col("offset")
    if not timed:
        sane = sane & ((stamp.dt.truncate("1d") == stamp) | ~has_time)
    elif not alone:
        sane = sane & has_time
    if not offsets:
        sane = sane & offset.is_null()
    elif zoned:
        sane = sane & offset.is_not_null()
    return parts.select(pl.when(sane).then(stamp - _offset(offset)).alias("at")).to_series()


def _offset(offset: pl.Expr) -> pl.Expr:
    """``-05:00`` as a duration; an empty offset and ``Z`` as zero."""
    sign = pl.when(offset.str.starts_with("-")).then(-1).otherwise(1)
    hours, minutes = (
        offset.str.extract(form).cast(pl.Int64).fill_null(0) for form in (r"(\d{2})", r"(\d{2})$")
    )
    return pl.duration(minutes=sign * (hours * 60 + minutes))


def whole_numbers(words: pl.Series) -> pl.Series:
    """Identifiers without the ``.0`` that pandas adds to whole numbers if any cell of a column is empty."""
    first = words[0] if len(words) else None
    if not isinstance(first, str) or not first.endswith(_POINT_ZERO):
        return words
    if not words.str.contains(rf"^\d+{re.escape(_POINT_ZERO)}$").all():
        return words
    return words.str.strip_suffix(_POINT_ZERO)
