"""Hour-ending labels as instants: clock hours, or hour numbers of a day that has 23 or 25 of them.

Which of the two a report writes is declared; on the day of a clock change its labels may show otherwise.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from datetime import time as clock_time

import attrs
import polars as pl

from energyopti.findings import Finding
from energyopti.layouts.decode.labels import DOCUMENT, Labels, Placed, Rows
from energyopti.layouts.decode.local import Change, clock, readings
from energyopti.layouts.decode.passes import placed
from energyopti.layouts.decode.run_lengths import RunLengths
from energyopti.layouts.decode.stamps import WALL_TIME, parse, word
from energyopti.layouts.times import HourEnding, HourParts, RepeatFlag
from energyopti.timezones import HOUR

_AGAIN = "again"
_HOURS = 24
_NONE = 0
"""The number of a label with a letter, such as 02X: no hour has it."""


@attrs.frozen(eq=False)
class _Cells:
    """What label cells say, one per run or per row: the day, the hour's number, and how far into it."""

    day: pl.Series
    number: pl.Series
    within: pl.Series | None
    words: pl.Series | None

    def spread(self, runs: RunLengths) -> _Cells:
        """The same, one per row."""
        within, words = (None if each is None else runs.spread(each) for each in (self.within, self.words))
        return _Cells(runs.spread(self.day), runs.spread(self.number), within, words)

    @property
    def elapsed(self) -> pl.Series:
        """How long after midnight each row begins, if its hours are elapsed hours."""
        hours = (self.number - 1) * HOUR
        return hours if self.within is None else hours + self.within


def of_hours(frame: pl.DataFrame, time: HourEnding, zone: str, rows: Rows) -> Placed:
    """The instants at which rows with hour-ending labels begin."""
    cells = _read(frame, time, rows.runs)
    counted, found = None, list[Finding]()
    for change in clock(cells.day, zone)[1]:
        if abs(change.repeated) == HOUR and (cells.day == _day_of(change)).any():
            cells = cells.spread(rows.runs)
            here = (cells.day == _day_of(change)).fill_null(value=False)
            cells = _second_passes(cells, here, time, change)
            numbered, odd = _numbered(cells, here, time, change, rows)
            counted = numbered if counted is None else counted | numbered
            found += odd
            if time.skips_before and change.repeated < timedelta():
                cells = _closing(cells, here & ~numbered, change, rows)
    of_clock = cells.number.is_between(1, _HOURS)
    of_clock = of_clock if counted is None else of_clock & ~counted
    wall = (cells.day + cells.elapsed).set(~of_clock, None)
    flag = time.flag if time.repeats_as is None else RepeatFlag(names=time.hour, second=_AGAIN)
    done = placed(wall, cells.words, Labels(zone=zone, step=time.finest, flag=flag), rows)
    at = done.at
    if counted is not None and counted.any():
        at = (readings(cells.day, zone).first + cells.elapsed).zip_with(counted, rows.runs.spread(at))
    return Placed(at, (*found, *done.findings), done.skipped)


def _read(frame: pl.DataFrame, time: HourEnding, runs: RunLengths) -> _Cells:
    """What the cells of each run say."""
    first = runs.first
    day = parse(frame[time.date[0]][first], time.date_formats, WALL_TIME)
    hour = word(frame[time.hour[0]][first]).str.extract(r"^(\d{1,2})(?::00)?(?::00)?$", 1)
    number = hour.cast(pl.Int64, strict=False)
    number = number.set(~number.is_between(1, _HOURS + 1), None)
    if isinstance(time.repeats_as, str):
        number = number.set(_is_label(frame[time.hour[0]][first], time.repeats_as), _NONE)
    within = None
    if time.interval:
        part = word(frame[time.interval[0]][first]).cast(pl.Int64, strict=False)
        within = (part.set(~part.is_between(1, HOUR // time.step), None) - 1) * time.step
    elif time.parts:
        within = _within_the_hour(frame, time.parts, runs)
    words = None if time.flag is None else word(frame[time.flag.name][first])
    return _Cells(day, number, within, words)


def _is_label(cells: pl.Series, label: str) -> pl.Series:
    """Which cells hold a label, whatever its case and with or without a zero in front."""
    plain = word(cells).str.to_lowercase().str.strip_chars_start("0")
    return (plain == label.strip().lower().lstrip("0")).fill_null(value=False)


def part_lengths(frame: pl.DataFrame, time: HourEnding, runs: RunLengths) -> pl.Series:
    """How long the interval of each run is: a part of the hour where it has a number, else the whole step."""
    assert time.parts is not None  # noqa: S101 - for the type checker: the caller looked
    number, length = _parts(frame, time.parts, runs)
    whole = pl.Series([time.step], dtype=length.dtype).new_from_index(0, len(length))
    return length.zip_with(((number != 0) & length.is_not_null()).fill_null(value=False), whole)


def _within_the_hour(frame: pl.DataFrame, parts: HourParts, runs: RunLengths) -> pl.Series:
    """How far into its hour each run begins; null for a number that the hour does not have."""
    number, length = _parts(frame, parts, runs)
    zero = pl.Series([timedelta()], dtype=length.dtype).new_from_index(0, len(length))
    since = ((number - 1) * length.dt.total_microseconds()).cast(length.dtype)
    inside = (since >= zero) & (since < zero + HOUR)
    since = since.set(~inside.fill_null(value=True), None)
    at_once = (number == 0) | (number.is_not_null() & length.is_null())
    return zero.zip_with(at_once.fill_null(value=False), since)


def _parts(frame: pl.DataFrame, parts: HourParts, runs: RunLengths) -> tuple[pl.Series, pl.Series]:
    """The number of each run's part, 0 where there is none, and the length of a part there."""
    said, of = (word(frame[names[0]][runs.first]) for names in (parts.number, parts.of))
    number = said.cast(pl.Int64, strict=False)
    number = number.set(said.fill_null("") == "", 0)
    return number, of.replace_strict(dict(parts.lengths), default=None, return_dtype=pl.Duration("us"))


def _day_of(change: Change) -> datetime:
    """The midnight at which the day of a clock change begins."""
    return datetime.combine(min(change.since, change.until), clock_time())


def _second_passes(cells: _Cells, here: pl.Series, time: HourEnding, change: Change) -> _Cells:
    """The same, with the second pass's own label, declared or flagged, turned into the label of the repeated hour."""
    if time.repeats_as is not None:
        label = _NONE if isinstance(time.repeats_as, str) else time.repeats_as
        again = here & (cells.number == label) & (change.repeated == HOUR)
        words = pl.Series([None], dtype=pl.String).new_from_index(0, len(again))
        words = (cells.words if cells.words is not None else words).set(again, _AGAIN)
    elif time.flag is not None and cells.words is not None:
        again = here & (cells.number > _HOURS) & (cells.words == time.flag.second)
        words = cells.words
    else:
        return cells
    return attrs.evolve(cells, number=cells.number.set(again, change.since.hour + 1), words=words)


def _numbered(
    cells: _Cells, here: pl.Series, time: HourEnding, change: Change, rows: Rows
) -> tuple[pl.Series, list[Finding]]:
    """Which rows of the day of a change number their hours from midnight, judging by their series' labels.

    On the long day: those with a label 25; if numbers are declared, all, unless the label of the repeated hour
    appears twice. On the short day: those labeled 1 to 23.
    """
    within = cells.number if cells.within is None else cells.within
    table = rows.table(day=cells.day, number=cells.number, within=within).filter(here)
    number, series = pl.col("number"), [*rows.keys, "day"]
    declared = time.counts_hours and change.repeated == HOUR
    if declared:
        twice = pl.len().over([*series, DOCUMENT, "number", "within"]) > 1
        table = table.with_columns((twice & (number == change.since.hour + 1)).alias("twice"))
        counts = (number > _HOURS).any() | ~pl.col("twice").any()
    elif change.repeated == HOUR:
        counts = (number > _HOURS).any()
    else:
        counts = (number.max() == _HOURS - 1) & (number.drop_nulls().n_unique() == _HOURS - 1)
    numbered = rows.mask(table.filter(counts.over(series).fill_null(value=False))["row"])
    odd = here & ~numbered if declared else numbered
    if not odd.any():
        return numbered, []
    count = _HOURS + change.repeated // HOUR
    said = f"the hours of the day are numbered 1 to {count}; they are counted from midnight"
    if declared:
        said = f"a label appears twice although hours are numbered 1 to {count}; they are read as clock hours"
    return numbered, [rows.found(odd, said, time.hour[0])]


def _closing(cells: _Cells, here: pl.Series, change: Change, rows: Rows) -> _Cells:
    """The labels of the short day by the hour's beginning, where they are by the clock that shows its end.

    A series that has both the label of the skipped hour and the one before it names its hours some other way.
    """
    skipped, number = change.since.hour, pl.col("number")
    table = rows.table(day=cells.day, number=cells.number).filter(here)
    late = (number == skipped) & ~(number == skipped - 1).any().over([*rows.keys, "day"])
    moved = rows.mask(table.filter(late.fill_null(value=False))["row"])
    return attrs.evolve(cells, number=cells.number.set(moved, skipped - 1))
