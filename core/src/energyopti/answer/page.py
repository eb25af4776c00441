"""An answer as a notebook shows it: a small table with its units, and what is known of it folded away. It loads nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from html import escape
from typing import TYPE_CHECKING

import polars as pl

from energyopti.answer.html import counted, folded, table, whole
from energyopti.timezones import iso_utc

if TYPE_CHECKING:
    from energyopti.answer.parts import Shown
    from energyopti.store import ChunkProvenance


def page(data: Shown) -> str:
    """The answer as HTML."""
    constant = _constant(data)
    once = ", ".join(f"{name} {value}" for name, value in constant.items() if name not in {"market", "feed"})
    parts = [
        f"<div><b>{escape(data.dataset.name)}</b> {escape(said(data))}</div>",
        f'<div class="u">{escape(once)}</div>' if once else "",
        _table(data, constant),
        folded(_coverage_title(data), _coverage(data)),
        folded(
            counted(len(data.findings), "finding"),
            (f"{each.kind}: {each.message}" for each in data.findings),
        ),
        sources(data.provenance),
    ]
    return whole(parts)


def said(data: Shown) -> str:
    """What an answer is, in a line: whose, of what time, how many rows, and whether it is all there."""
    state = "complete" if data.coverage.complete else "not complete"
    found = f", {counted(len(data.findings), 'finding')}" if data.findings else ""
    asked = "; ".join(map(str, data.queries))
    return f"{asked}: {counted(data.frame.height, 'row')}, {state}{', stale' if data.stale else ''}{found}"


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
    return table(frame, {column.name: column.unit or "" for column in data.dataset.columns})


def _coverage_title(data: Shown) -> str:
    missing = data.coverage.missing
    return f"coverage: {counted(len(missing), 'part')} missing" if missing else "coverage: complete"


def _coverage(data: Shown) -> Iterator[str]:
    yield f"asked for: {iso_utc(data.coverage.start)} to {iso_utc(data.coverage.end)}"
    for part in data.coverage.missing:
        market = f"{part.market}: " if part.market else ""
        why = f": {part.reason}" if part.reason else ""
        yield f"{market}{iso_utc(part.start)} to {iso_utc(part.end)} {part.status}{why}"


def sources(provenance: Sequence[ChunkProvenance]) -> str:
    """Where something came from, folded."""
    lines = (
        f"{each.chunk}, fetched {iso_utc(each.fetched_at)} from {', '.join(each.urls) or each.host}"
        for each in provenance
    )
    return folded(counted(len(provenance), "source"), lines)
