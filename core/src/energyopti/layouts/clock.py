"""From what a source writes as time to half-open UTC intervals, column by column.

The rules are DESIGN's: on the 25-hour day nothing is lost or doubled, on the 23-hour day nothing is invented.
A stamp that cannot be read, or that no clock showed, becomes null; the reader rejects its row and says so.

The work is done once for each run of equal stamps (`energyopti.layouts.runs`), which makes clocks nearly free.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from datetime import time as clock_time

import attrs
import polars as pl

from energyopti.layouts.runs import Runs
from energyopti.layouts.times import (
    Absolute,
    Dates,
    HourEnding,
    Meaning,
    OffsetFlag,
    RepeatFlag,
    Stamp,
    TimeColumns,
    Undated,
)
from energyopti.neighbours import rises
from energyopti.timezones import DAY, HOUR, hours_in_day, local_date, midnight, zone

UTC_TIME = pl.Datetime("us", "UTC")
WALL_TIME = pl.Datetime("us")
_EARLIEST, _LATEST = (
    round(datetime(year, 1, 1, tzinfo=UTC).timestamp()) * 1_000_000 for year in (1900, 2901)
)
"""The microseconds of the years that a source may write about; any other is a misread one."""
_REPEATED = 2
"""The hour-ending label of the hour that American clocks repeat: from 01:00 to 02:00."""

_LONG, _FEW = 10_000, 16
"""How many rows a column has at the least, and how often a stamp stands in it, to be worth reading it once."""

_A_YEAR = timedelta(days=400)
_INSTANT = timedelta(microseconds=1)
_STRETCH = 1.9
"""How many steps an irregular interval may last before a stamp is missing."""


@attrs.frozen(eq=False)
class Intervals:
    """The start and end of each row; both null where the row's time cannot be known."""

    start: pl.Series
    end: pl.Series


def intervals(
    frame: pl.DataFrame, time: TimeColumns, *, zone: str, who: Sequence[pl.Series]
) -> tuple[Intervals, Runs]:
    """The interval of every row of a payload.

    ``frame`` has the payload's columns under their current names; ``who`` are the columns that tell the
    series in it apart (the location, mostly).
    """
    match time:
        case Stamp():
            return _stamped(frame, time, zone, who)
        case HourEnding():
            return _hour_ending(frame, time, zone, who)
        case Absolute():
            return _absolute(frame, time, who)
        case Dates():
            return _dates(frame, time, zone, who)
        case Undated():
            nothing = pl.Series([None], dtype=UTC_TIME).new_from_index(0, frame.height)
            return Intervals(nothing, nothing), Runs.find([nothing], who)


def _stamped(frame: pl.DataFrame, time: Stamp, zone: str, who: Sequence[pl.Series]) -> tuple[Intervals, Runs]:
    text = frame[time.names[0]]
    flag = frame[time.flag.column] if time.flag else None
    runs = Runs.find([text] if flag is None else [text, flag], who)
    wall = parse(text[runs.first], time.formats, WALL_TIME)
    flags = None if flag is None else _word(flag[runs.first])
    instant = _to_utc(wall, flags, time.flag, zone, runs, who)
    if len(instant) != len(runs.first) or not time.irregular or time.meaning is Meaning.INSTANT:
        return _around(instant, time, zone, runs, who), runs
    if runs.block is None or not rises(instant) or instant[-1] - instant[0] > _A_YEAR:
        return _around(instant, time, zone, runs, who), runs
    ends = time.meaning is Meaning.ENDING
    bounds = (_begun(instant, zone, time.step), instant) if ends else (instant, _ended(instant, time.step))
    return Intervals(*(runs.spread(each) for each in bounds)), runs


def _begun(ends: pl.Series, zone: str, step: timedelta) -> pl.Series:
    """The starts of intervals whose ends rise, by the rule of `_since`: a midnight matters to the first stamp after it."""
    starts = (ends.slice(0, 1) - step).append(_neighbours(ends, step, back=True))
    first, last = (local_date(each - _INSTANT, zone) for each in (ends[0], ends[-1]))
    days = [midnight(first + number * DAY, zone) for number in range((last - first).days + 1)]
    midnights = pl.Series([round(day.timestamp() * 1_000_000) for day in days]).cast(ends.dtype)
    rows = ends.search_sorted(midnights, side="right")
    after = ends[rows] - midnights <= step * _STRETCH
    return starts.scatter(rows.filter(after), midnights.filter(after))


def _ended(starts: pl.Series, step: timedelta) -> pl.Series:
    """The ends of intervals whose starts rise, by the rule of `_until`."""
    return _neighbours(starts, step, back=False).append(starts.tail(1) + step)


def _neighbours(stamps: pl.Series, step: timedelta, *, back: bool) -> pl.Series:
    """The stamp next to each one that has one, or a step away from it where that is too far."""
    before, after = stamps.slice(0, len(stamps) - 1), stamps.slice(1)
    near = after - before <= step * _STRETCH
    return before.zip_with(near, after - step) if back else after.zip_with(near, before + step)


def _word(cells: pl.Series) -> pl.Series:
    """Cells as text without outer blanks."""
    return cells.cast(pl.String).str.strip_chars()


def _around(instant: pl.Series, time: Stamp, zone: str, runs: Runs, who: Sequence[pl.Series]) -> Intervals:
    """Intervals about stamps that are given a run or a row, series by series where stamps are irregular."""
    if not time.irregular or time.meaning is Meaning.INSTANT:
        back = time.step if time.meaning is Meaning.ENDING else timedelta()
        start, end = instant - back, instant + (time.step - back)
        if len(instant) == runs.height:
            return Intervals(start, end)
        return Intervals(runs.spread(start), runs.spread(end))
    rows = instant if len(instant) == runs.height else runs.spread(instant)
    names = [f"who{number}" for number in range(len(who))]
    table = pl.DataFrame(
        [
            rows.alias("at"),
            *(_word(each).alias(name) for each, name in zip(who, names, strict=True)),
        ]
    )
    ends = time.meaning is Meaning.ENDING
    bound = _since("at", zone, time.step) if ends else _until("at", time.step)
    distinct = table.unique().sort([*names, "at"])
    distinct = distinct.with_columns(bound.over(names).alias("bound") if names else bound.alias("bound"))
    bounds = table.join(distinct, on=[*names, "at"], how="left", nulls_equal=True, maintain_order="left")
    other = bounds["bound"].set(rows.is_null(), None)
    return Intervals(other, rows) if ends else Intervals(rows, other)


def _since(at: str, zone: str, step: timedelta) -> pl.Expr:
    """The start of an interval that ends at a stamp: the stamp before it, or local midnight.

    Where the stamp before is too far away to be the neighbour, one is missing: the interval is one step long.
    """
    ends = pl.col(at)
    day = (ends - pl.duration(microseconds=1)).dt.convert_time_zone(zone).dt.truncate("1d")
    before = pl.max_horizontal(ends.shift(1), day.dt.convert_time_zone("UTC"))
    return pl.when(ends - before <= step * _STRETCH).then(before).otherwise(ends - step).alias("start")


def _until(at: str, step: timedelta) -> pl.Expr:
    """The end of an interval that starts at a stamp: the next stamp, unless that is too far away."""
    starts = pl.col(at)
    after = starts.shift(-1)
    return pl.when(after - starts <= step * _STRETCH).then(after).otherwise(starts + step).alias("end")


def _to_utc(
    wall: pl.Series,
    flags: pl.Series | None,
    flag: OffsetFlag | RepeatFlag | None,
    zone: str,
    runs: Runs,
    who: Sequence[pl.Series],
) -> pl.Series:
    """Wall-clock stamps, one a run, as UTC: one a run, or one a row where only the rows' order can tell."""
    if isinstance(flag, OffsetFlag) and flags is not None:
        offset = flags.replace_strict(dict(flag.offsets), default=None, return_dtype=pl.Duration("us"))
        return (wall - offset).dt.replace_time_zone("UTC")
    if flags is not None and isinstance(flag, RepeatFlag):
        return localize(wall, flags == flag.second, zone)
    if not _may_repeat(wall, zone) or not ambiguous(wall, zone).any():
        return localize(wall, None, zone)
    rows = runs.spread(wall)
    return localize(rows, second_pass(rows, zone, who), zone)


def localize(wall: pl.Series, second: pl.Series | None, zone: str) -> pl.Series:
    """Wall-clock readings as UTC; null for one that the clocks skipped.

    ``second`` says which readings of a repeated hour are its second pass; without it all mean the first.
    """
    which: str | pl.Expr = "earliest"
    if second is not None and len(wall):
        table = pl.DataFrame({"wall": wall, "second": second.fill_null(value=False)})
        which = pl.when("second").then(pl.lit("latest")).otherwise(pl.lit("earliest"))
        return table.select(pl.col("wall").dt.replace_time_zone(zone, ambiguous=which, non_existent="null"))[
            "wall"
        ].dt.convert_time_zone("UTC")
    there = pl.col("wall").dt.replace_time_zone(zone, ambiguous="earliest", non_existent="null")
    return wall.to_frame("wall").select(there.dt.convert_time_zone("UTC")).to_series()


def ambiguous(wall: pl.Series, zone: str) -> pl.Series:
    """Which wall-clock readings lie in a repeated hour."""
    first, last = (
        pl.col("wall").dt.replace_time_zone(zone, ambiguous=which, non_existent="null")
        for which in ("earliest", "latest")
    )
    return pl.DataFrame({"wall": wall}).select((first != last).fill_null(value=False).alias("same"))["same"]


def _may_repeat(wall: pl.Series, zone_name: str) -> bool:
    """Whether the clocks fall back on any of the days that readings lie in, told by their offsets at noon."""
    first, last = wall.min(), wall.max()
    if not isinstance(first, datetime) or not isinstance(last, datetime):
        return False
    if last - first > _A_YEAR:
        return True
    noon, days = datetime.combine(first, clock_time(12), zone(zone_name)), (last.date() - first.date()).days
    offsets = [(noon + number * DAY).utcoffset() or timedelta() for number in range(-1, days + 2)]
    return any(after < before for before, after in itertools.pairwise(offsets))


def second_pass(wall: pl.Series, zone: str, who: Sequence[pl.Series]) -> pl.Series:
    """Which rows of a repeated hour are its second pass, told by the order of each series' rows.

    Within one series the wall clock only falls back, or stands still, where the second pass begins.
    """
    rows = pl.DataFrame(
        [
            wall.alias("wall"),
            *(_word(each).alias(f"who{number}") for number, each in enumerate(who)),
        ]
    ).with_row_index("row")
    rows = rows.filter(ambiguous(wall, zone))
    step = wall.drop_nulls().diff().drop_nulls()
    if (step < timedelta()).sum() > (step > timedelta()).sum():  # a payload that lists the newest first
        rows = rows.reverse()
    series = [*rows.columns[2:], pl.col("wall").dt.date()]
    falls = (pl.col("wall") <= pl.col("wall").shift(1)).fill_null(value=False)
    rows = rows.with_columns(falls.over(series).alias("falls"))
    rows = rows.filter(pl.col("falls").cast(pl.UInt8).cum_max().over(series) == 1)
    seconds = pl.Series([False]).extend_constant(False, len(wall) - 1)
    return seconds.scatter(rows["row"], True)


def _hour_ending(
    frame: pl.DataFrame, time: HourEnding, zone: str, who: Sequence[pl.Series]
) -> tuple[Intervals, Runs]:
    day_text, hour_text = frame[time.date[0]], frame[time.hour[0]]
    columns = [day_text, hour_text]
    if time.interval:
        columns.append(frame[time.interval[0]])
    flag = frame[time.flag.column] if time.flag else None
    runs = Runs.find(columns if flag is None else [*columns, flag], who)
    day = parse(day_text[runs.first], time.date_formats, WALL_TIME)
    hour = _word(hour_text[runs.first]).str.extract(r"^(\d{1,2})(?::00)?(?::00)?$", 1)
    number = hour.cast(pl.Int64, strict=False)
    again = number.is_in([] if time.repeats_as is None else [time.repeats_as]).fill_null(value=False)
    number = number.set(again, _REPEATED)
    number = number.set(~number.is_between(1, 25 if time.counts_hours else 24), None)
    elapsed = (number - 1) * HOUR
    if time.interval:
        part = _word(frame[time.interval[0]][runs.first]).cast(pl.Int64, strict=False)
        elapsed = elapsed + (part.set(~part.is_between(1, HOUR // time.step), None) - 1) * time.step
    wall = day + elapsed
    flags = None if flag is None else _word(flag[runs.first])
    if time.repeats_as is not None:
        instant = localize(wall, again, zone).set(again & ~ambiguous(wall, zone), None)
    else:
        instant = _to_utc(wall, flags, time.flag, zone, runs, who)
    if time.counts_hours:
        instant = _count_hours(instant, day, elapsed, zone, runs)
    spread = instant if len(instant) == runs.height else runs.spread(instant)
    return Intervals(spread, spread + time.step), runs


def _count_hours(instant: pl.Series, day: pl.Series, elapsed: pl.Series, zone: str, runs: Runs) -> pl.Series:
    """Instants whose labels, on a 25-hour day, count the hours since local midnight.

    Label 25 means nothing on any other day.
    """
    days = [each.date() for each in day.unique().drop_nulls() if hours_in_day(each.date(), zone) == 25]
    by_row = len(instant) == runs.height
    columns = {
        "instant": instant,
        "day": day,
        "elapsed": elapsed,
        "counted": localize(day, None, zone) + elapsed,
    }
    table = pl.DataFrame(
        {name: runs.spread(each) if by_row and name != "instant" else each for name, each in columns.items()}
    )
    long = pl.col("day").dt.date().is_in(days)
    usual = pl.when(pl.col("elapsed") < DAY).then("instant")
    return table.select(pl.when(long).then("counted").otherwise(usual))["counted"]


def _absolute(frame: pl.DataFrame, time: Absolute, who: Sequence[pl.Series]) -> tuple[Intervals, Runs]:
    text = frame[time.names[0]]
    ends = [frame[time.end[0]]] if time.end else []
    runs = Runs.find([text, *ends], who)
    at = parse(text[runs.first], time.formats, UTC_TIME)
    if time.nearest:
        at = at.dt.round(time.step)
    if ends:
        end = parse(ends[0][runs.first], time.formats, UTC_TIME)
        end = end.set(end <= at, None)
        return Intervals(runs.spread(at), runs.spread(end)), runs
    back = time.step if time.meaning is Meaning.ENDING else timedelta()
    return Intervals(runs.spread(at - back), runs.spread(at + (time.step - back))), runs


def _dates(frame: pl.DataFrame, time: Dates, zone: str, who: Sequence[pl.Series]) -> tuple[Intervals, Runs]:
    """Whole local days, months or years: from midnight to midnight."""
    text = frame[time.names[0]]
    ends = [frame[time.end[0]]] if time.end else []
    runs = Runs.find([text, *ends], who)
    first = parse(text[runs.first], time.formats, WALL_TIME).dt.truncate("1d")
    if ends:
        last = parse(ends[0][runs.first], time.formats, WALL_TIME).dt.truncate("1d")
        end = (last + DAY).set(last < first, None)
    else:
        end = first.dt.offset_by(time.lasts)
    bounds = (localize(each, None, zone) for each in (first, end))
    return Intervals(*(runs.spread(each) for each in bounds)), runs


def parse(text: pl.Series, formats: Sequence[str], dtype: pl.Datetime) -> pl.Series:
    """Stamps by the first of several formats that fits each; null where none does.

    Of a long column in no order each stamp is read once: there are mostly few.
    """
    text = text.cast(pl.String)
    if len(text) > _LONG:
        few = text.unique()
        if len(few) < len(text) // _FEW:
            return text.replace_strict(few, parse(few, formats, dtype), return_dtype=dtype).alias("at")
    table, clean = pl.DataFrame({"text": text}), pl.col("text").str.strip_chars()
    found = table.select(_stamp(clean, formats[0], dtype).alias("at"))["at"]
    for pattern in formats[1:]:
        if found.null_count() == text.null_count():
            break
        stamps = table.select(_stamp(clean, pattern, dtype).alias("at"))["at"]
        found = found.zip_with(found.is_not_null(), stamps)
    return _plausible(found)


def _plausible(stamps: pl.Series) -> pl.Series:
    """Stamps without those of years that no source writes about; mostly the first and the last say that there are none."""
    numbers = stamps.cast(pl.Int64)
    first, last = numbers.min(), numbers.max()
    if first is None or (first >= _EARLIEST and last < _LATEST):  # type: ignore[operator]
        return stamps
    return stamps.set(~numbers.is_between(_EARLIEST, _LATEST, closed="left"), None)


def _stamp(text: pl.Expr, pattern: str, dtype: pl.Datetime) -> pl.Expr:
    """Text by one format, as UTC if a zone is due: an offset in the text is taken, else it is UTC already."""
    stamp = text.str.to_datetime(pattern, time_unit="us", strict=False)
    if dtype.time_zone is None or "%z" in pattern:
        return stamp
    return stamp.dt.replace_time_zone(dtype.time_zone)
