"""Extra columns of times: read, with findings about those that cannot be."""

from __future__ import annotations

import polars as pl

from energyopti.findings import Finding, FindingKind
from energyopti.layouts.columns import Moment
from energyopti.layouts.decode.local import localize
from energyopti.layouts.decode.resaved import resaved, why_unread
from energyopti.layouts.decode.stamps import UTC_TIME, WALL_TIME, parse


def read_moments(text: pl.Series, column: Moment, zone: str) -> pl.Series:
    """A column of times as UTC; null for a word that means none."""
    text = text.set(~_says_when(text, column), None)
    if column.null_values:
        text = text.set(_may_be_none(text, column), None)
    if column.utc:
        return parse(text, column.formats, UTC_TIME)
    return localize(parse(text, column.formats, WALL_TIME), zone)


def unread_moments(text: pl.Series, moments: pl.Series, column: Moment) -> tuple[Finding, ...]:
    """A finding for words that are not a time, or a time that no clock showed."""
    lacking = _says_when(text, column) & moments.is_null()
    if column.null_values and lacking.any():
        lacking &= ~_stands_for_none(text, column)
    unread = lacking.arg_true()
    if not len(unread):
        return ()
    finding = Finding(
        kind=FindingKind.UNREADABLE_VALUE,
        message=f"column {column.name!r} holds {text[unread[0]]!r} in row {unread[0] + 1}, "
        f"which is not a time: the value is null{why_unread(text, unread[0])}",
        rows=len(unread),
        column=column.name,
    )
    return (finding,)


def _says_when(text: pl.Series, column: Moment) -> pl.Series:
    """Which cells hold more than blanks or a word that means no time."""
    return ~text.str.strip_chars().is_in(["", *column.null_values]).fill_null(value=True)


def _stands_for_none(text: pl.Series, column: Moment) -> pl.Series:
    """Which cells hold a time that means none, in a form that a spreadsheet gave it."""
    clock = UTC_TIME if column.utc else WALL_TIME
    return resaved(text, column.formats, clock).is_in(_none(column, clock).implode()).fill_null(value=False)


def _may_be_none(text: pl.Series, column: Moment) -> pl.Series:
    """Which cells have lost their century, so that 1999 could also be the 9999 that means none."""
    none = _none(column, UTC_TIME if column.utc else WALL_TIME)
    short = {f"{at.month}/{at.day}/{at:%y}" for at in none}
    return text.str.extract(r"^\s*(\S+)").is_in(list(short)).fill_null(value=False)


def _none(column: Moment, clock: pl.Datetime) -> pl.Series:
    """The times that mean none."""
    return resaved(pl.Series(column.null_values, dtype=pl.String), column.formats, clock).drop_nulls()
