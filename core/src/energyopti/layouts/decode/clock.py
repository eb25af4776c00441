"""From a source's times to half-open UTC intervals, column by column.

On the 25-hour day nothing is lost or doubled, on the 23-hour day nothing is invented. A stamp that cannot be read, or
that no clock showed, becomes null; the reader rejects its row and says so.

The work is done once per run of equal stamps (`energyopti.layouts.decode.run_lengths`), which makes clocks nearly free.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta

import attrs
import polars as pl

from energyopti.findings import Finding
from energyopti.layouts.decode.hours import of_hours, part_lengths
from energyopti.layouts.decode.irregular import by_series, of_rising, rise_in_time
from energyopti.layouts.decode.labels import Labels, Placed, Rows
from energyopti.layouts.decode.local import localize
from energyopti.layouts.decode.passes import placed
from energyopti.layouts.decode.run_lengths import RunLengths
from energyopti.layouts.decode.stamps import UTC_TIME, WALL_TIME, nearest, parse, word
from energyopti.layouts.times import Absolute, Dates, HourEnding, Meaning, Stamp, TimeColumns, Undated
from energyopti.timezones import DAY


@attrs.frozen(eq=False)
class Intervals:
    """The start and end of each row; both null if the row's time cannot be known.

    ``findings`` are about labels that do not mean what they say; ``skipped`` marks rows whose time the clocks skipped,
    if there are any.
    """

    start: pl.Series
    end: pl.Series
    findings: tuple[Finding, ...] = ()
    skipped: pl.Series | None = None


def intervals(
    frame: pl.DataFrame,
    time: TimeColumns,
    *,
    zone: str,
    series_columns: Sequence[pl.Series],
    beside: Sequence[pl.Series] = (),
    documents: Callable[[], pl.Series] | None = None,
    lines: pl.Series | None = None,
) -> tuple[Intervals, RunLengths]:
    """The interval of every row of a payload.

    ``frame`` has the payload's columns under their current names. ``series_columns`` are the columns that distinguish
    its series (mostly the location), ``beside`` those that distinguish its publications. ``documents`` gives each
    row's document, if there are several. ``lines`` are the payload rows that the rows of ``frame`` were read from, if
    they are not the same.
    """
    match time:
        case Stamp() | HourEnding():
            shown = [frame[name] for name in _label_columns(time)]
            rows = Rows(
                runs=RunLengths.find(shown, series_columns),
                series=[*series_columns, *beside],
                shown=shown,
                documents=documents,
                lines=lines,
            )
            if isinstance(time, Stamp):
                return _stamped(frame, time, zone, series_columns, rows), rows.runs
            done = of_hours(frame, time, zone, rows)
            start, length = rows.runs.spread(done.at), time.step
            end = start + (
                length if time.parts is None else rows.runs.spread(part_lengths(frame, time, rows.runs))
            )
            return Intervals(start, end, done.findings, _spread(done, rows)), rows.runs
        case Absolute():
            return _absolute(frame, time, series_columns)
        case Dates():
            return _dates(frame, time, zone, series_columns)
        case Undated():
            nothing = pl.Series([None], dtype=UTC_TIME).new_from_index(0, frame.height)
            return Intervals(nothing, nothing), RunLengths.find([nothing], series_columns)


def _label_columns(time: Stamp | HourEnding) -> list[str]:
    """The columns that make up a label, its flag included."""
    names = [time.names] if isinstance(time, Stamp) else [time.date, time.hour, time.interval]
    names += [time.parts.number, time.parts.of] if isinstance(time, HourEnding) and time.parts else []
    flag = [time.flag.name] if time.flag else []
    return [*(each[0] for each in names if each), *flag]


def _stamped(
    frame: pl.DataFrame, time: Stamp, zone: str, series_columns: Sequence[pl.Series], rows: Rows
) -> Intervals:
    runs = rows.runs
    wall = parse(frame[time.names[0]][runs.first], time.formats, WALL_TIME)
    if time.nearest:
        wall = nearest(wall, time.step)
    words = word(frame[time.flag.name][runs.first]) if time.flag else None
    labels = Labels(zone=zone, step=time.step, flag=time.flag, closes=time.closes)
    done = placed(wall, words, labels, rows)
    at = done.at
    if not time.irregular or time.meaning is Meaning.INSTANT:
        start, end = _regular(at, time)
    elif len(at) == len(runs.first) and runs.block is not None and rise_in_time(at):
        start, end = of_rising(at, time, zone)
    else:
        start, end = by_series(runs.spread(at), time, zone, series_columns)
    return Intervals(runs.spread(start), runs.spread(end), done.findings, _spread(done, rows))


def _spread(done: Placed, rows: Rows) -> pl.Series | None:
    """Which rows' times the clocks skipped."""
    return None if done.skipped is None else rows.runs.spread(done.skipped)


def _regular(at: pl.Series, time: Stamp | Absolute) -> tuple[pl.Series, pl.Series]:
    """The bounds of one-step intervals around stamps."""
    back = time.step if time.meaning is Meaning.ENDING else timedelta()
    return at - back, at + (time.step - back)


def _absolute(
    frame: pl.DataFrame, time: Absolute, series_columns: Sequence[pl.Series]
) -> tuple[Intervals, RunLengths]:
    text = frame[time.names[0]]
    ends = [frame[time.end[0]]] if time.end else []
    runs = RunLengths.find([text, *ends], series_columns)
    at = parse(text[runs.first], time.formats, UTC_TIME)
    if time.nearest:
        at = nearest(at, time.step)
    if ends:
        end = parse(ends[0][runs.first], time.formats, UTC_TIME)
        end = end.set(end <= at, None)
        return Intervals(runs.spread(at), runs.spread(end)), runs
    start, end = _regular(at, time)
    return Intervals(runs.spread(start), runs.spread(end)), runs


def _dates(
    frame: pl.DataFrame, time: Dates, zone: str, series_columns: Sequence[pl.Series]
) -> tuple[Intervals, RunLengths]:
    """Whole local days, months or years: from midnight to midnight."""
    text = frame[time.names[0]]
    ends = [frame[time.end[0]]] if time.end else []
    runs = RunLengths.find([text, *ends], series_columns)
    first = parse(text[runs.first], time.formats, WALL_TIME).dt.truncate("1d")
    if ends:
        last = parse(ends[0][runs.first], time.formats, WALL_TIME).dt.truncate("1d")
        end = (last + DAY).set(last < first, None)
    else:
        end = first.dt.offset_by(time.lasts)
    return Intervals(runs.spread(localize(first, zone)), runs.spread(localize(end, zone))), runs
