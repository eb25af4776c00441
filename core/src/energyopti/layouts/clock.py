"""From what a source writes as time to half-open UTC intervals, column by column.

The rules are DESIGN's: on the 25-hour day nothing is lost or doubled, on the 23-hour day nothing is invented.
A stamp that cannot be read, or that no clock showed, becomes null; the reader rejects its row and says so.

The work is done once for each run of equal stamps (`energyopti.layouts.runs`), which makes clocks nearly free.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import attrs
import polars as pl

from energyopti.layouts.irregular import by_series, of_rising, rise_in_time
from energyopti.layouts.local import ambiguous, localize, may_repeat, second_pass
from energyopti.layouts.runs import Runs
from energyopti.layouts.stamps import UTC_TIME, WALL_TIME, parse, word
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
from energyopti.timezones import DAY, HOUR, hours_in_day

_REPEATED = 2
"""The hour-ending label of the hour that American clocks repeat: from 01:00 to 02:00."""


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
    flag = frame[time.flag.name] if time.flag else None
    runs = Runs.find([text] if flag is None else [text, flag], who)
    wall = parse(text[runs.first], time.formats, WALL_TIME)
    flags = None if flag is None else word(flag[runs.first])
    instant = _to_utc(wall, flags, time.flag, zone, runs, who)
    if not time.irregular or time.meaning is Meaning.INSTANT:
        return _regular(instant, time, runs), runs
    if len(instant) == len(runs.first) and runs.block is not None and rise_in_time(instant):
        return Intervals(*(runs.spread(each) for each in of_rising(instant, time, zone))), runs
    return Intervals(*by_series(runs.spread(instant), time, zone, who)), runs


def _regular(instant: pl.Series, time: Stamp, runs: Runs) -> Intervals:
    """Intervals of one step about stamps that are given a run or a row."""
    back = time.step if time.meaning is Meaning.ENDING else timedelta()
    return Intervals(runs.spread(instant - back), runs.spread(instant + (time.step - back)))


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
    if not may_repeat(wall, zone) or not ambiguous(wall, zone).any():
        return localize(wall, None, zone)
    rows = runs.spread(wall)
    return localize(rows, second_pass(rows, zone, who), zone)


def _hour_ending(
    frame: pl.DataFrame, time: HourEnding, zone: str, who: Sequence[pl.Series]
) -> tuple[Intervals, Runs]:
    day_text, hour_text = frame[time.date[0]], frame[time.hour[0]]
    columns = [day_text, hour_text]
    if time.interval:
        columns.append(frame[time.interval[0]])
    flag = frame[time.flag.name] if time.flag else None
    runs = Runs.find(columns if flag is None else [*columns, flag], who)
    day = parse(day_text[runs.first], time.date_formats, WALL_TIME)
    hour = word(hour_text[runs.first]).str.extract(r"^(\d{1,2})(?::00)?(?::00)?$", 1)
    number = hour.cast(pl.Int64, strict=False)
    again = number.is_in([] if time.repeats_as is None else [time.repeats_as]).fill_null(value=False)
    number = number.set(again, _REPEATED)
    number = number.set(~number.is_between(1, 25 if time.counts_hours else 24), None)
    elapsed = (number - 1) * HOUR
    if time.interval:
        part = word(frame[time.interval[0]][runs.first]).cast(pl.Int64, strict=False)
        elapsed = elapsed + (part.set(~part.is_between(1, HOUR // time.step), None) - 1) * time.step
    wall = day + elapsed
    flags = None if flag is None else word(flag[runs.first])
    if time.repeats_as is not None:
        instant = localize(wall, again, zone).set(again & ~ambiguous(wall, zone), None)
    else:
        instant = _to_utc(wall, flags, time.flag, zone, runs, who)
    if time.counts_hours:
        instant = _count_hours(instant, day, elapsed, zone, runs)
    start = runs.spread(instant)
    return Intervals(start, start + time.step), runs


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
