"""Parts of pages that notebooks show: tables with units, and lists that open. They load nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from html import escape
from typing import Any

import polars as pl

from energyopti.redaction import redacted
from energyopti.tuning.output import PAGE_DECIMALS, PAGE_LINES, PAGE_ROWS

_STYLE = (
    "<style>.energyopti{font-family:system-ui,sans-serif;font-size:13px}"
    ".energyopti table{border-collapse:collapse;margin:6px 0;font-size:13px}"
    ".energyopti th,.energyopti td{padding:2px 10px;border-bottom:1px solid rgba(128,128,128,.25);white-space:nowrap}"
    ".energyopti th{font-weight:600}.energyopti .u{font-weight:400;opacity:.65}"
    ".energyopti .n{text-align:right;font-variant-numeric:tabular-nums}.energyopti .t{text-align:left}"
    ".energyopti details{margin:2px 0}.energyopti summary{cursor:pointer}.energyopti ul{margin:2px 0 6px 18px}</style>"
)


def whole(parts: Iterable[str]) -> str:
    """A page of parts."""
    return f'{_STYLE}<div class="energyopti">{"".join(parts)}</div>'


def table(frame: pl.DataFrame, units: Mapping[str, str]) -> str:
    """The first and the last rows, under the names and units of the columns that have values."""
    shown = [name for name in frame.columns if frame[name].null_count() < max(1, frame.height)]
    if not frame.height:
        return "<div>no rows</div>"
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


def folded(title: str, lines: Iterable[str]) -> str:
    """Lines under a title that opens; the title alone if there is none."""
    every = list(lines)
    if not every:
        return ""
    listed = "".join(f"<li>{escape(redacted(line))}</li>" for line in every[:PAGE_LINES])
    more = f"<li>and {len(every) - PAGE_LINES:,} more</li>" if len(every) > PAGE_LINES else ""
    return f"<details><summary>{escape(title)}</summary><ul>{listed}{more}</ul></details>"


def counted(count: int, what: str) -> str:
    """``1 row``, ``1,234 rows``."""
    return f"{count:,} {what}{'' if count == 1 else 's'}"
