"""An answer as a notebook shows it: a small table with its units, and what is known of it folded away. It loads nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from html import escape
from typing import TYPE_CHECKING, Any

import polars as pl

from energyopti.redaction import redacted
from energyopti.timezones import iso_utc
from energyopti.tuning.output import PAGE_DECIMALS, PAGE_LINES, PAGE_ROWS

if TYPE_CHECKING:
    from energyopti.answer.parts import Shown

_STYLE = (
    "<style>.energyopti{font-family:system-ui,sans-serif;font-size:13px}"
    ".energyopti table{border-collapse:collapse;margin:6px 0;font-size:13px}"
    ".energyopti th,.energyopti td{padding:2px 10px;border-bottom:1px solid rgba(128,128,128,.25);white-space:nowrap}"
    ".energyopti th{font-weight:600}.energyopti .u{font-weight:400;opacity:.65}"
    ".energyopti .n{text-align:right;font-variant-numeric:tabular-nums}.energyopti .t{text-align:left}"
    ".energyopti details{margin:2px 0}.energyopti summary{cursor:pointer}.energyopti ul{margin:2px 0 6px 18px}</style>"
)


def page(data: Shown) -> str:
    """The answer as HTML."""
    constant = _constant(data)
    once = ", ".join(f"{name} {value}" for name, value in constant.items() if name not in {"market", "feed"})
    parts = [
        f"<div><b>{escape(data.dataset.name)}</b> {escape(said(data))}</div>",
        f'<div class="u">{escape(once)}</div>' if once else "",
        _table(data, constant),
        _folded(_coverage_title(data), _coverage(data)),
        _folded(
            _counted(len(data.findings), "finding"),
            (f"{each.kind}: {each.message}" for each in data.findings),
        ),
        _folded(_counted(len(data.provenance), "source"), _sources(data)),
    ]
    return f'{_STYLE}<div class="energyopti">{"".join(parts)}</div>'


def said(data: Shown) -> str:
    """What an answer is, in a line: whose, of what time, how many rows, and whether it is all there."""
    state = "complete" if data.coverage.complete else "not complete"
    found = f", {_counted(len(data.findings), 'finding')}" if data.findings else ""
    asked = "; ".join(map(str, data.queries))
    return f"{asked}: {_counted(data.frame.height, 'row')}, {state}{', stale' if data.stale else ''}{found}"


def _constant(data: Shown) -> dict[str, str]:
    """The words that are the same in every row; places are always shown."""
    frame = data.frame
    words = [name for name, kind in frame.schema.items() if kind == pl.String and name != "location"]
    same = [
        name
        for name in words
        if frame.height and frame[name].null_count() == 0 and frame[name].n_unique() == 1
    ]
    return {name: frame[name][0] for name in same}


def _table(data: Shown, constant: Mapping[str, str]) -> str:
    """The first and the last rows, under the names and units of the columns that have values, and others than once said."""
    frame = data.frame.drop(constant)
    if {"location", "location_name"} <= {*frame.columns} and frame["location"].equals(frame["location_name"]):
        frame = frame.drop("location_name")
    shown = [name for name in frame.columns if frame[name].null_count() < max(1, frame.height)]
    if not frame.height:
        return "<div>no rows</div>"
    units = {column.name: column.unit or "" for column in data.dataset.columns}
    cut = frame.height > 2 * PAGE_ROWS
    ends = [frame.head(PAGE_ROWS), frame.tail(PAGE_ROWS)] if cut else [frame]
    kinds = ["n" if frame.schema[name].is_numeric() else "t" for name in shown]
    heads = "".join(
        f'<th class="{kind}">{escape(name)}</th>' for name, kind in zip(shown, kinds, strict=True)
    )
    second = [_unit(frame.schema[name], units.get(name, "")) for name in shown]
    below = "".join(
        f'<th class="u {kind}">{escape(unit)}</th>' for unit, kind in zip(second, kinds, strict=True)
    )
    dots = f'<tr><td class="u" colspan="{len(shown)}">{frame.height - 2 * PAGE_ROWS:,} more rows</td></tr>'
    rows = dots.join("".join(_rows(end.select(shown), kinds)) for end in ends)
    empty = [name for name in frame.columns if name not in shown]
    note = f'<div class="u">null in every row: {escape(", ".join(empty))}</div>' if empty else ""
    return f"<table><thead><tr>{heads}</tr><tr>{below}</tr></thead><tbody>{rows}</tbody></table>{note}"


def _rows(frame: pl.DataFrame, kinds: Sequence[str]) -> Iterator[str]:
    for row in frame.rows():
        cells = "".join(
            f'<td class="{kind}">{escape(_cell(value))}</td>' for value, kind in zip(row, kinds, strict=True)
        )
        yield f"<tr>{cells}</tr>"


def _cell(value: Any) -> str:
    """A value as people read it; a null is empty."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}" if not value.second else f"{value:%Y-%m-%d %H:%M:%S}"
    return f"{value:,.{PAGE_DECIMALS}f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)


def _unit(dtype: pl.DataType, unit: str) -> str:
    return "UTC" if isinstance(dtype, pl.Datetime) else unit


def _coverage_title(data: Shown) -> str:
    missing = data.coverage.missing
    return f"coverage: {_counted(len(missing), 'part')} missing" if missing else "coverage: complete"


def _coverage(data: Shown) -> Iterator[str]:
    yield f"asked for: {iso_utc(data.coverage.start)} to {iso_utc(data.coverage.end)}"
    for part in data.coverage.missing:
        market = f"{part.market}: " if part.market else ""
        why = f": {part.reason}" if part.reason else ""
        yield f"{market}{iso_utc(part.start)} to {iso_utc(part.end)} {part.status}{why}"


def _sources(data: Shown) -> Iterator[str]:
    for each in data.provenance:
        yield f"{each.chunk}, fetched {iso_utc(each.fetched_at)} from {', '.join(each.urls) or each.host}"


def _folded(title: str, lines: Iterable[str]) -> str:
    """Lines under a title that opens; the title alone if there is none."""
    every = list(lines)
    if not every:
        return ""
    listed = "".join(f"<li>{escape(redacted(line))}</li>" for line in every[:PAGE_LINES])
    more = f"<li>and {len(every) - PAGE_LINES:,} more</li>" if len(every) > PAGE_LINES else ""
    return f"<details><summary>{escape(title)}</summary><ul>{listed}{more}</ul></details>"


def _counted(count: int, what: str) -> str:
    return f"{count:,} {what}{'' if count == 1 else 's'}"
