"""A result as a table for people: columns that vary, with constant values stated once above."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, TypeGuard

import attrs
import polars as pl

from energyopti.cli.listings import step
from energyopti.cli.output import listing, page_width, printable
from energyopti.schema import Dataset

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.table import Table

_WHOLE_UP_TO, _AT_EACH_END = 25, 10
_TITLE = frozenset({"market", "feed"})
_FEWEST_COLUMNS = 2
_DECIMALS = 4
_NULL = "-"


@attrs.frozen(kw_only=True)
class _Column:
    """One column as shown."""

    name: str
    unit: str
    cells: tuple[str, ...]
    number: bool
    wraps: bool


def page(frame: pl.DataFrame, dataset: Dataset | None, *, title: str) -> list[RenderableType]:
    """A frame's first and last rows under a caption, with notes on everything not shown.

    ``dataset`` gives the units; without one the columns are the source's own.
    """
    from rich.text import Text

    units = {each.name: each.unit or "" for each in dataset.columns} if dataset else {}
    units |= {name: str(kind.time_zone) for name, kind in frame.schema.items() if _is_local(kind)}
    echo = _repeats_location(frame)
    constant = _constants(frame.drop(echo))
    empty = [name for name in frame.columns if frame.height and frame[name].null_count() == frame.height]
    cut = frame.height > _WHOLE_UP_TO
    rows = pl.concat([frame.head(_AT_EACH_END), frame.tail(_AT_EACH_END)]) if cut else frame
    columns = [
        _column(rows, name, units.get(name, ""))
        for name in frame.columns
        if not (name in constant or name in empty or name in echo)
    ]
    fitting = _fitting(columns, cut=cut)
    said = [f"{name} {value}" for name, value in constant.items() if name not in _TITLE]
    notes = _notes(frame.height, cut=cut, hidden=columns[len(fitting) :], empty=empty, echo=echo)
    return [
        Text(", ".join([title, *map(printable, said)]), style="bold"),
        "",
        _table(fitting, cut=cut),
        *([""] if notes else []),
        *(Text(note, style="dim") for note in notes),
    ]


def _is_local(kind: pl.DataType) -> TypeGuard[pl.Datetime]:
    """Whether times are on another clock than UTC."""
    return isinstance(kind, pl.Datetime) and kind.time_zone not in {None, "UTC"}


def _constants(frame: pl.DataFrame) -> dict[str, str]:
    """The words that are the same in every row, and the interval length if it is constant.

    For a single row, only the words that name its feed; locations are always shown.
    """
    once = {"market", "feed", "run"} if frame.height < 2 else set(frame.columns) - {"location"}
    words = {
        name: str(frame[name][0])
        for name, dtype in frame.schema.items()
        if dtype == pl.String and name in once and frame.height and frame[name].null_count() == 0
        if frame[name].n_unique() == 1
    }
    length = _lengths(frame).unique()
    if frame.height > 1 and length.len() == 1 and length[0]:
        words["interval_end"] = f"{step(length[0])} after interval_start"
    return words


def _lengths(frame: pl.DataFrame) -> pl.Series:
    """The length of each interval; nothing for a source's own columns."""
    if not {"interval_start", "interval_end"} <= set(frame.columns):
        return pl.Series(dtype=pl.Duration)
    return frame["interval_end"] - frame["interval_start"]


def _repeats_location(frame: pl.DataFrame) -> list[str]:
    """The location-name column, if it only repeats the locations."""
    if not {"location", "location_name"} <= set(frame.columns) or frame.is_empty():
        return []
    return ["location_name"] if frame["location_name"].equals(frame["location"]) else []


def _notes(rows: int, *, cut: bool, hidden: list[_Column], empty: list[str], echo: list[str]) -> list[str]:
    """What the table does not show, line by line."""
    left_out = [
        *([f"{rows - 2 * _AT_EACH_END:,} of {rows:,} rows are left out"] if cut else []),
        *([f"no room for {', '.join(each.name for each in hidden)}"] if hidden else []),
    ]
    return [
        *(["no rows"] if not rows else []),
        *([f"{'; '.join(left_out)}: --format csv gives all"] if left_out else []),
        *([f"null in every row: {', '.join(empty)}"] if empty else []),
        *([f"the same as location: {', '.join(echo)}"] if echo else []),
    ]


def _fitting(columns: list[_Column], *, cut: bool) -> list[_Column]:
    """As many of the first columns as fit on the page."""
    from rich.console import Console
    from rich.measure import Measurement

    console = Console(width=10_000)
    shown = list(columns)
    while len(shown) > _FEWEST_COLUMNS:
        table = _table(shown, cut=cut)
        if Measurement.get(console, console.options, table).minimum <= page_width():
            break
        shown.pop()
    return shown


def _table(columns: list[_Column], *, cut: bool) -> Table:
    """The columns side by side; a row of dots marks the rows left out."""
    from rich.text import Text

    table = listing()
    for each in columns:
        header = Text(printable(each.name)) + Text(
            f"\n{each.unit}" if each.unit else "", style="not bold dim"
        )
        table.add_column(
            header, justify="right" if each.number else "left", no_wrap=not each.wraps, overflow="fold"
        )
    for number, cells in enumerate(zip(*(each.cells for each in columns), strict=True)):
        if cut and number == _AT_EACH_END:
            table.add_row(*(Text(":", style="dim") for _ in columns))
        table.add_row(*(Text(cell, style="red" if cell[:1] == "-" != cell else "") for cell in cells))
    return table


def _column(rows: pl.DataFrame, name: str, unit: str) -> _Column:
    """A column's cells as text, all with the same precision."""
    values, dtype = rows[name].to_list(), rows.schema[name]
    if dtype.is_float():
        cells = _numbers(values)
    elif isinstance(dtype, pl.Datetime):
        local = _is_local(dtype)
        cells = _times(
            values, short=name == "interval_end" and _within_a_day(rows) and not local, local=local
        )
    else:
        cells = [_NULL if value is None else printable(str(value)) for value in values]
    number, wraps = dtype.is_numeric(), dtype == pl.String
    return _Column(name=name, unit=unit, cells=tuple(cells), number=number, wraps=wraps)


def _numbers(values: list[float | None]) -> list[str]:
    """Numbers, all with the decimals that the longest one needs."""
    exact = [f"{value:.{_DECIMALS}f}".rstrip("0") for value in values if value is not None]
    decimals = max((len(text.partition(".")[2]) for text in exact), default=0)
    return [_NULL if value is None else f"{value:,.{decimals}f}" for value in values]


def _times(values: list[datetime | None], *, short: bool, local: bool) -> list[str]:
    """Times to the minute, or finer where one needs it; ``short`` leaves the day out, ``local`` ones have their offset."""
    known = [value for value in values if value is not None]
    precision = "minutes"
    if any(value.second for value in known):
        precision = "seconds"
    if any(value.microsecond for value in known):
        precision = "microseconds"
    cells = []
    for value in values:
        text = (
            _NULL
            if value is None
            else (value if local else value.replace(tzinfo=None)).isoformat(" ", precision)
        )
        cells.append(text[11:] if short else text)
    return cells


def _within_a_day(rows: pl.DataFrame) -> bool:
    """Whether every interval is shorter than a day, so that its end can be shown without the day."""
    longest: Any = _lengths(rows).max()
    return longest is not None and longest < timedelta(days=1)
