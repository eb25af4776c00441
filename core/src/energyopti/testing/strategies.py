"""Hypothesis strategies: days with clock changes, chunks, frames of any dataset, damaged payloads."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

import polars as pl
import xlsxwriter
from hypothesis import strategies as st

from energyopti.frames import frame_schema
from energyopti.layouts import (
    BlockHours,
    Copy,
    CsvLayout,
    ExcelLayout,
    Layout,
    Lookup,
    Moved,
    Number,
    Pattern,
    Residual,
    Text,
)
from energyopti.layouts.columns import WireColumn, fold
from energyopti.layouts.formats.sheets import sheet_cells, table_headers
from energyopti.layouts.formats.xlsx import table_row
from energyopti.market import Feed, Market
from energyopti.query import Chunk, TimeRange, plan
from energyopti.schema import Column, ColumnType
from energyopti.testing.grids import block_hours, clock_change_days, grid
from energyopti.testing.lines import header_line, table_lines
from energyopti.timezones import DAY, INSTANT, hours_in_day, midnight

_LAST_DAY = date(2026, 9, 30)
_UTC = pl.Datetime("us", "UTC")
_WORDS = ("ALPHA", "BRAVO 2", "N.Y.C.", "A_B-C/D")


def days(market: Market, feed: Feed) -> st.SearchStrategy[date]:
    """Market-local days of a feed's history; days with 23 and 25 hours are as frequent as all others together."""
    return st.sampled_from(kinds_of_days(market, feed)).flatmap(lambda kind: kind)


def kinds_of_days(market: Market, feed: Feed) -> list[st.SearchStrategy[date]]:
    """Strategies for any days of a feed's history, for those with 23 hours, and for those with 25, if it has any."""
    first = max(feed.history.since, _LAST_DAY - 1500 * DAY)
    changes = clock_change_days(market.zone, first, _LAST_DAY)
    any_day = st.dates(min_value=first, max_value=_LAST_DAY)
    short, long = ([day for day in changes if hours_in_day(day, market.zone) == hours] for hours in (23, 25))
    return [any_day, *(st.sampled_from(each) for each in (short, long) if each)]


def chunks(market: Market, feed: Feed, of: st.SearchStrategy[date] | None = None) -> st.SearchStrategy[Chunk]:
    """Chunks of a feed, on days of a strategy or any."""

    def chunk_of(day: date) -> Chunk:
        noon = midnight(day, market.zone) + timedelta(hours=12)
        return plan(market, feed, TimeRange(noon, noon + INSTANT))[0]

    return (days(market, feed) if of is None else of).map(chunk_of)


def time_ranges(market: Market, feed: Feed) -> st.SearchStrategy[TimeRange]:
    """Ranges of up to a few days anywhere in a feed's history, on no particular grid."""
    minutes = st.integers(min_value=0, max_value=3 * 24 * 60)
    return st.builds(
        lambda day, start, length: TimeRange(
            midnight(day, market.zone) + timedelta(minutes=start),
            midnight(day, market.zone) + timedelta(minutes=start + 1 + length),
        ),
        days(market, feed),
        minutes,
        minutes,
    )


@st.composite
def frames(draw: st.DrawFn, feed: Feed, chunk: Chunk, layout: Layout | None = None) -> pl.DataFrame:
    """Rows that a layout of a feed could have written for a chunk: every interval of its grid, some series.

    The frame has the interval and the columns that the layout fills; derived columns are consistent with the others.
    """
    layout = layout or feed.layout
    times = grid(chunk, feed, layout)
    series = draw(_series(feed, layout))
    pool = draw(st.lists(st.integers(-99_999, 999_999), min_size=3, max_size=12))
    rows = len(times) * len(series)
    columns: dict[str, Any] = {
        "interval_start": _each_of(times["start"], len(series)),
        "interval_end": _each_of(times["end"], len(series)),
    }
    for name in {key for each in series for key in each}:
        columns[name] = [each[name] for each in series] * len(times)
    for name in _numbers(layout):
        offset = draw(st.integers(0, 11))
        nothing = _nothing(layout, name)
        turn = [pool[(number * 7 + offset) % len(pool)] / 100 for number in range(len(pool))]
        turn = [value if value not in nothing else value + 1 for value in turn]
        columns[name] = (turn * (rows // len(turn) + 1))[:rows]
    for name in _integers(layout):
        columns[name] = [1] * rows
    for name in _moments(layout):
        moment = pl.Series([midnight(chunk.day - DAY, layout.zone)], dtype=_UTC)
        columns[name] = moment.new_from_index(0, rows)
    schema = {name: kind for name, kind in frame_schema(feed.dataset).items() if name in columns}
    return _derive(pl.DataFrame(columns, schema={name: schema[name] for name in columns}), layout)


def _each_of(times: pl.Series, often: int) -> pl.Series:
    """Every time so often, one after the other."""
    return (
        times if often == 1 else times.gather([number for number in range(len(times)) for _ in range(often)])
    )


def _series(feed: Feed, layout: Layout) -> st.SearchStrategy[list[dict[str, str]]]:
    """The words that distinguish a few series, such as locations."""
    wide = layout.wide
    names = [
        name
        for name in layout.written_fields
        if _is_text(feed.dataset.column(name)) and (wide is None or name not in wide.to)
    ]
    one = st.fixed_dictionaries({name: st.sampled_from(_words(feed, layout, name)) for name in names})
    several = st.lists(
        one, min_size=1, max_size=3 if names else 1, unique_by=lambda each: tuple(sorted(each.items()))
    )
    if wide is None:
        return several
    words = [dict(zip(wide.to, column.words, strict=True)) for column in wide.columns]
    return several.map(lambda rows: [row | each for row in rows for each in words])


def _words(feed: Feed, layout: Layout, name: str) -> list[str]:
    """Words that a text column of a feed can hold."""
    column = feed.dataset.column(name)
    lookups = [
        word
        for each in layout.derived
        if isinstance(each, Lookup) and each.of == name
        for word in each.values
    ]
    for each in layout.columns:
        if isinstance(each, Text) and each.to == name and each.words is not None:
            return sorted(set(each.words.values()))
    for joined in layout.joined:
        if joined.to == name:
            return [
                joined.separator.join(f"{word}-{number}" for number in range(len(joined.of)))
                for word in ("A", "B", "C")
            ]
    if name == "location" and feed.locations.closed:
        return list(feed.locations.closed)
    return list(column.choices) or lookups or list(_WORDS)


def _is_text(column: Column) -> bool:
    return column.type is ColumnType.STRING


def _numbers(layout: Layout) -> list[str]:
    """The number fields that a layout writes."""
    fields = [name for name in layout.written_fields if layout.dataset.column(name).type is ColumnType.FLOAT]
    return list(dict.fromkeys(fields))


def _nothing(layout: Layout, field: str) -> tuple[float, ...]:
    """The numbers that mean no value of a field, before scaling."""
    numbers = [each for each in layout.columns if isinstance(each, Number) and each.to == field]
    if layout.long is not None and field in layout.long.fields:
        numbers.append(layout.long.value)
    return tuple(figure * each.scale for each in numbers for figure in each.null_values)


def _integers(layout: Layout) -> list[str]:
    """The whole-number fields that a layout writes."""
    kind = ColumnType.INTEGER
    return [name for name in layout.written_fields if layout.dataset.column(name).type is kind]


def _moments(layout: Layout) -> list[str]:
    """The extra time fields that a layout writes."""
    kind = ColumnType.TIMESTAMP
    return [name for name in layout.written_fields if layout.dataset.column(name).type is kind]


def _derive(frame: pl.DataFrame, layout: Layout) -> pl.DataFrame:
    """The derived fields, and those of some rows only, computed independently of the layout's reader."""
    frame = frame.with_columns(pl.lit(value).alias(name) for name, value in layout.constants.items())
    for column in layout.wide.beside if layout.wide else ():
        field = str(column.to)
        theirs = [row == column.words for row in frame.select(layout.wide.to).iter_rows()]  # type: ignore[union-attr]
        kept = [value if of else None for value, of in zip(frame[field], theirs, strict=True)]
        frame = frame.with_columns(pl.Series(field, kept, dtype=pl.Float64))
    for each in layout.derived:
        whole = layout.dataset.column(each.to).type is ColumnType.INTEGER
        dtype = pl.Int64() if whole else pl.String()
        match each:
            case Copy():
                frame = frame.with_columns(pl.col(each.of).alias(each.to))
            case Lookup():
                values: Mapping[str, str | int] = each.values
                words = [values.get(word, each.default) for word in frame[each.of]]
                frame = frame.with_columns(pl.Series(each.to, words, dtype=dtype))
            case Pattern():
                words = [each.value(word) for word in frame[each.of]]
                frame = frame.with_columns(pl.Series(each.to, words, dtype=dtype))
            case Moved():
                frame = frame.with_columns(_moved(frame, each))
            case BlockHours():
                spans = frame.select("interval_start", "interval_end", each.of).rows()
                hours = {span: block_hours(*span, layout.zone, each.daytime) for span in set(spans)}
                frame = frame.with_columns(
                    pl.Series(each.to, [hours[span] for span in spans], dtype=pl.Int64)
                )
            case Residual():
                frame = frame.with_columns(_rest(frame, each).alias(each.to))
    return frame


def _rest(frame: pl.DataFrame, each: Residual) -> pl.Series:
    """What is left of a figure without others."""
    rest = frame[each.of] * 1
    for name in each.minus:
        rest = rest - (frame[name].fill_null(0) if each.at_most else frame[name])
    rest = rest.round(each.digits)
    if each.tolerance is None:
        return rest
    least = -each.tolerance
    kept = [None if one is None or one < least else max(one, 0.0) for one in rest]
    return pl.Series(kept, dtype=pl.Float64)


def _moved(frame: pl.DataFrame, moved: Moved) -> list[pl.Series]:
    """A figure in the rows in which it means another field, and in the others."""
    cells = [(figure, word in moved.words) for figure, word in frame.select(moved.of, moved.by).iter_rows()]
    return [
        pl.Series(moved.to, [figure if theirs else None for figure, theirs in cells], dtype=pl.Float64),
        pl.Series(moved.of, [None if theirs else figure for figure, theirs in cells], dtype=pl.Float64),
    ]


def rows_in_text(payload: bytes, layout: CsvLayout) -> int:
    """The dataset rows in a text's lines, counted independently of the layout's reader."""
    lines = [line for line in payload.decode("utf-8-sig").splitlines() if line.strip(", ")]
    lines = table_lines(lines, layout)
    if not layout.wide:
        return len(lines) - 1
    headers = {fold(cell) for cell in next(csv.reader(lines[:1]))}
    there = [column for column in layout.wide.columns if headers & set(column.folded)]
    return (len(lines) - 1) * len(there)


def without_column(payload: bytes, column: WireColumn, layout: Layout) -> bytes:
    """A payload with one column, or one key or element of every record, renamed."""
    if isinstance(layout, ExcelLayout):
        return _sheet_without(payload, column, layout)
    if payload.lstrip()[:1] in {b"{", b"["}:
        names = "|".join(re.escape(name) for name in column.names)
        return re.sub(rf'"({names})"\s*:', '"renamed":', payload.decode()).encode()
    if payload.lstrip()[:1] == b"<":
        names = "|".join(re.escape(name) for name in column.names)
        return re.sub(rf"<(/?)({names})>", r"<\1renamed>", payload.decode()).encode()
    lines = payload.decode().split("\n")
    top = header_line(lines, layout)
    cells = next(csv.reader([lines[top].strip()]))
    kept = ["renamed" if fold(cell) in column.folded else cell for cell in cells]
    header = io.StringIO()
    csv.writer(header, lineterminator="").writerow(kept)
    return "\n".join([*lines[:top], header.getvalue(), *lines[top + 1 :]]).encode()


def _sheet_without(payload: bytes, column: WireColumn, layout: ExcelLayout) -> bytes:
    """A workbook with one column of the table renamed."""
    cells = sheet_cells(payload, layout.sheets)
    top = table_row(cells, layout)
    headers = table_headers(cells, top, layout.header_rows)
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as workbook:
        sheet = workbook.add_worksheet(layout.sheets[0])
        for row, line in enumerate(cells.iter_rows()):
            for place, cell in enumerate(line):
                renamed = row == top and fold(headers[place]) in column.folded
                if cell is not None:
                    sheet.write_string(row, place, "renamed" if renamed else cell)
    return buffer.getvalue()


@st.composite
def damaged(draw: st.DrawFn, payload: bytes) -> bytes:
    """A damaged payload: cut, flipped, doubled or replaced."""
    kind = draw(st.sampled_from(["cut", "flip", "insert", "double", "page", "random", "empty"]))
    where = draw(st.integers(0, max(0, len(payload) - 1)))
    match kind:
        case "cut":
            return payload[:where]
        case "flip":
            return (
                payload[:where] + bytes([payload[where] ^ draw(st.integers(1, 255))]) + payload[where + 1 :]
            )
        case "insert":
            return payload[:where] + draw(st.binary(min_size=1, max_size=8)) + payload[where:]
        case "double":
            return payload + payload[where:]
        case "page":
            return b"<!DOCTYPE html><html><body>Service unavailable</body></html>"
        case "random":
            return draw(st.binary(max_size=200))
        case _:
            return b""


NOW = datetime(2026, 11, 20, 17, 0, tzinfo=UTC)
"""The clock of the contract's sandbox."""
