"""Columns of times of their own: read, and said where they cannot be."""

from __future__ import annotations

import polars as pl

from energyopti.findings import Finding, FindingKind
from energyopti.layouts.columns import Moment
from energyopti.layouts.local import localize
from energyopti.layouts.stamps import UTC_TIME, WALL_TIME, parse


def read_moments(text: pl.Series, column: Moment, zone: str) -> pl.Series:
    """A column of times as UTC; null for what stands for none."""
    text = text.set(~_says_when(text, column), None)
    if column.utc:
        return parse(text, column.formats, UTC_TIME)
    return localize(parse(text, column.formats, WALL_TIME), None, zone)


def unread_moments(text: pl.Series, moments: pl.Series, column: Moment) -> tuple[Finding, ...]:
    """A finding for words that are no time, or one that no clock showed."""
    unread = (_says_when(text, column) & moments.is_null()).arg_true()
    if not len(unread):
        return ()
    finding = Finding(
        kind=FindingKind.UNREADABLE_VALUE,
        message=f"column {column.name!r} holds {text[unread[0]]!r} in row {unread[0] + 1}, "
        "which is not a time: the value is null",
        rows=len(unread),
        column=column.name,
    )
    return (finding,)


def _says_when(text: pl.Series, column: Moment) -> pl.Series:
    """Which cells hold more than blanks or a word that stands for no time."""
    return ~text.str.strip_chars().is_in(["", *column.nothing]).fill_null(value=True)
