"""From a dataset's rows to a payload's columns: a layout, applied backwards."""

from __future__ import annotations

from datetime import timedelta

import polars as pl

from energyopti.layouts.columns import Joined, Long, Moment, Number, Text, WireColumn
from energyopti.layouts.decode.fields import nulls, without_minus_zero
from energyopti.layouts.decode.wide import is_of
from energyopti.layouts.derivations import Moved
from energyopti.layouts.tables import ColumnMapping
from energyopti.layouts.times import (
    Absolute,
    Dates,
    HourEnding,
    Meaning,
    OffsetFlag,
    RepeatFlag,
    Stamp,
    Undated,
)
from energyopti.timezones import DAY

_BOUNDS = ("interval_start", "interval_end")
_HEADER, _SEPARATOR, _BESIDE = "\0header", "\0", "\0beside "


def wire_frame(frame: pl.DataFrame, layout: ColumnMapping) -> pl.DataFrame:
    """A payload's columns with the frame's content, in the layout's order.

    A column without a field, or an optional one whose field the frame lacks, is taken from the frame's column of that
    header, else left empty.
    """
    if layout.wide:
        wide = layout.wide
        headers = {_SEPARATOR.join(column.words): column.name for column in wide.columns}
        words = pl.concat_str(wide.to, separator=_SEPARATOR).replace_strict(headers, return_dtype=pl.String)
        beside = [column.to or column.name for column in layout.columns]
        beside = [name for name in beside if name in frame.columns]
        for column in wide.beside:
            if column.to in frame.columns:
                theirs = (
                    pl.col(str(column.to)).filter(is_of(column, wide)).first().over("interval_start", *beside)
                )
                frame = frame.with_columns(theirs.alias(f"{_BESIDE}{column.name}"))
        beside += [name for name in frame.columns if name.startswith(_BESIDE)]
        index = ["interval_start", "interval_end", *beside]
        frame = frame.with_columns(words.alias(_HEADER)).pivot(
            _HEADER, index=index, values=wide.value, maintain_order=True
        )
    if layout.long:
        frame = _figures(frame, layout.long)
    for moved in layout.derived:
        if isinstance(moved, Moved) and moved.to in frame.columns:
            frame = frame.with_columns(pl.coalesce(moved.of, moved.to).alias(moved.of))
    columns = _time_cells(frame, layout)
    columns |= {column.name: _cells(column, frame, layout) for column in layout.columns}
    columns |= _own_words(frame, layout)
    for each in layout.joined:
        columns |= _separate(frame[each.to], each)
    if layout.long:
        by, value = layout.long.by.name, layout.long.value.name
        columns = {by: frame[by], **columns, value: frame[value]}
    if layout.wide:
        nothing = nulls(frame.height, pl.Float64())
        columns |= {
            column.name: _published(frame[column.name], column) if column.name in frame.columns else nothing
            for column in layout.wide.columns
        }
        columns |= {
            column.name: _published(frame[f"{_BESIDE}{column.name}"], column)
            if f"{_BESIDE}{column.name}" in frame.columns
            else nothing
            for column in layout.wide.beside
        }
    return pl.DataFrame(columns)


def _cells(column: WireColumn, frame: pl.DataFrame, layout: ColumnMapping) -> pl.Series:
    """The cells of one column."""
    if column.to is None or (not column.required and column.to not in frame.columns):
        return frame[column.name] if column.name in frame.columns else nulls(frame.height, pl.String())
    values = frame[column.to]
    if isinstance(column, Number):
        return _published(values, column)
    if isinstance(column, Moment):
        return _moment_cells(values, column, layout.zone)
    if isinstance(column, Text) and column.words is not None:
        native = {word: own for own, word in reversed(list(column.words.items()))}
        return values.replace_strict(native, default=None, return_dtype=pl.String)
    return values


def _own_words(frame: pl.DataFrame, layout: ColumnMapping) -> dict[str, pl.Series]:
    """The cells that say which feed rows belong to, if no field does; the frame's own values come first."""
    filled = {column.name for column in layout.columns if column.to is not None}
    filled |= {layout.long.by.name} if layout.long else set()
    said = (each for each in layout.only if each.name not in filled)
    return {
        each.name: frame[each.name]
        if each.name in frame.columns
        else pl.Series([each.words[0]], dtype=pl.String).new_from_index(0, frame.height)
        for each in said
    }


def _figures(frame: pl.DataFrame, long: Long) -> pl.DataFrame:
    """One row per figure, figure after figure."""
    words = {figure: word for word, figure in reversed(list(long.figures.items()))}
    blocks = []
    for (field, kind), word in reversed(list(words.items())):
        there = pl.col(field).is_not_null()
        if long.kind_field is not None:
            there = there & (pl.col(long.kind_field) == kind)
        value = _published(frame[field], long.value)
        figures = frame.with_columns(pl.lit(word).alias(long.by.name), value.alias(long.value.name))
        blocks.append(figures.filter(there))
    return pl.concat(blocks)


def _separate(words: pl.Series, joined: Joined) -> dict[str, pl.Series]:
    """The cells of the columns that a field's word is spread over."""
    parts = words.str.split_exact(joined.separator, len(joined.of) - 1).struct.unnest()
    return {name: parts[f"field_{number}"] for number, name in enumerate(joined.of)}


def _published(values: pl.Series, column: Number) -> pl.Series:
    """A column of numbers in the published unit and sign."""
    return values if column.scale == 1 else without_minus_zero(values / column.scale)


def _moment_cells(moments: pl.Series, column: Moment, zone: str) -> pl.Series:
    """A column of times in the published form."""
    local = moments if column.utc else moments.dt.convert_time_zone(zone)
    cells = local.dt.strftime(column.formats[0])
    return cells.fill_null(column.null_values[0]) if column.null_values else cells


def _time_cells(frame: pl.DataFrame, layout: ColumnMapping) -> dict[str, pl.Series]:
    """The cells that hold the time."""
    time = layout.time
    match time:
        case Stamp():
            closes = time.closes
            at = frame["interval_end" if closes else "interval_start"] - closes
            wall = at.dt.convert_time_zone(layout.zone)
            stamps = wall.dt.replace_time_zone(None) + closes
            return {time.names[0]: stamps.dt.strftime(time.formats[0]), **_flag_cells(wall, time.flag)}
        case HourEnding():
            return _hour_ending_cells(frame, time, layout.zone)
        case Absolute():
            at = frame[
                "interval_end" if time.meaning is Meaning.ENDING and not time.end else "interval_start"
            ]
            cells = {time.names[0]: at.dt.strftime(time.formats[0])}
            if time.end:
                cells[time.end[0]] = frame["interval_end"].dt.strftime(time.formats[0])
            return cells
        case Dates():
            start, end = (frame[name].dt.convert_time_zone(layout.zone) for name in _BOUNDS)
            cells = {time.names[0]: start.dt.strftime(time.formats[0])}
            if time.end:
                cells[time.end[0]] = (end.dt.replace_time_zone(None) - DAY).dt.strftime(time.formats[0])
            return cells
        case Undated():
            return {}


def _flag_cells(wall: pl.Series, flag: OffsetFlag | RepeatFlag | None) -> dict[str, pl.Series]:
    """The cells of a column that tells the passes of a repeated hour apart."""
    if flag is None:
        return {}
    if isinstance(flag, OffsetFlag):
        words = {offset: word for word, offset in flag.offsets.items()}
        offset = wall.dt.base_utc_offset() + wall.dt.dst_offset()
        return {flag.name: offset.cast(pl.Duration("us")).replace_strict(words, return_dtype=pl.String)}
    second = _is_second_pass(wall)
    cells = pl.DataFrame({"second": second}).select(
        pl.when("second").then(pl.lit(flag.second)).otherwise(pl.lit(flag.first)).alias(flag.name)
    )
    return {flag.name: cells[flag.name]}


def _is_second_pass(wall: pl.Series) -> pl.Series:
    """Which aware wall-clock readings are the second pass of a repeated hour."""
    naive = wall.dt.replace_time_zone(None)
    zone = wall.dtype.time_zone  # type: ignore[attr-defined]
    return (naive.dt.replace_time_zone(zone, ambiguous="earliest") != wall).rename("second")


def _comes_before_skip(wall: pl.Series) -> pl.Series:
    """Which aware readings are in the hour at whose end the clocks skip one."""
    naive = wall.dt.replace_time_zone(None)
    later = wall.dt.offset_by("1h").dt.replace_time_zone(None)
    return (later - naive) > timedelta(hours=1)


def _hour_ending_cells(frame: pl.DataFrame, time: HourEnding, zone: str) -> dict[str, pl.Series]:
    """The date and the label of the hour (and the interval) that a row is in."""
    wall = frame["interval_start"].dt.convert_time_zone(zone)
    hour = wall.dt.hour().cast(pl.Int64) + 1
    if time.counts_hours:
        midnight = wall.dt.truncate("1d")
        elapsed = (wall - midnight).dt.total_hours() + 1
        long_day = (midnight.dt.offset_by("1d") - midnight) == timedelta(hours=25)
        hour = hour.zip_with(~long_day, elapsed)
    if time.skips_before:
        hour = hour + _comes_before_skip(wall).cast(pl.Int64)
    label = pl.Series(time.hour[0], [time.hour_format.format(each) for each in range(27)], dtype=pl.String)
    if time.repeats_as is not None:
        own = (
            time.repeats_as if isinstance(time.repeats_as, str) else time.hour_format.format(time.repeats_as)
        )
        label = label.append(pl.Series([own]))
        again = pl.Series([len(label) - 1], dtype=pl.Int64).new_from_index(0, len(hour))
        hour = again.zip_with(_is_second_pass(wall), hour)
    cells = {
        time.date[0]: wall.dt.strftime(time.date_formats[0]),
        time.hour[0]: label.gather(hour),
    }
    if time.interval:
        minutes = int(time.step.total_seconds()) // 60
        cells[time.interval[0]] = (wall.dt.minute().cast(pl.Int64) // minutes + 1).cast(pl.String)
    if time.parts:
        length = (frame["interval_end"] - frame["interval_start"]).dt.total_minutes()
        whole = length >= time.step // timedelta(minutes=1)
        number = (wall.dt.minute().cast(pl.Int64) // length + 1).set(whole, 0)
        cells[time.parts.number[0]] = number.cast(pl.String)
    return cells | _flag_cells(wall, time.flag)
