"""Blocks of hours as power is traded in them, and the holidays that count as off-peak."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING, Any

import attrs

from energyopti.errors import PluginError

if TYPE_CHECKING:
    import polars as pl

_SIXTEEN = 16
_SATURDAY, _SUNDAY = 6, 7

_SHAPES: dict[str, Callable[[pl.Expr, pl.Expr], pl.Expr]] = {
    "5x16": lambda daytime, day: daytime & _works(day, before=_SATURDAY),
    "6x16": lambda daytime, day: daytime & _works(day, before=_SUNDAY),
    "2x16": lambda daytime, day: daytime & ~_works(day, before=_SATURDAY),
    "1x16": lambda daytime, day: daytime & ~_works(day, before=_SUNDAY),
    "7x8": lambda daytime, _: ~daytime,
    "7x24": lambda daytime, _: daytime | ~daytime,
    "5x8+2x24": lambda daytime, day: ~(daytime & _works(day, before=_SATURDAY)),
    "6x8+1x24": lambda daytime, day: ~(daytime & _works(day, before=_SUNDAY)),
}
"""Whether a block has an hour: by whether it is one of the sixteen, and by its day."""

_REST = {"5x16": "2x16", "6x16": "1x16"}


def _works(day: pl.Expr, *, before: int) -> pl.Expr:
    return (day.dt.weekday() < before) & ~is_nerc_holiday(day)


def is_nerc_holiday(day: pl.Expr) -> pl.Expr:
    """Whether a date is one of the six that NERC counts as off-peak, as `nerc_holidays` lists them."""
    month, number, weekday = day.dt.month(), day.dt.day(), day.dt.weekday()
    monday = weekday == 1

    def kept(in_month: int, on: int) -> pl.Expr:
        moved = (number == on + 1) & monday
        return (month == in_month) & (((number == on) & (weekday != _SUNDAY)) | moved)

    memorial = (month == 5) & monday & (number > 31 - 7)
    labor = (month == 9) & monday & (number <= 7)
    thanksgiving = (month == 11) & (weekday == 4) & number.is_between(22, 28)
    return kept(1, 1) | memorial | kept(7, 4) | labor | thanksgiving | kept(12, 25)


def nerc_holidays(year: int) -> tuple[date, ...]:
    """The six days of a year that NERC counts as off-peak, on the dates they are observed, in order.

    New Year's Day, Memorial Day, Independence Day, Labor Day, Thanksgiving and Christmas. A holiday on a Sunday is
    observed on the Monday after; one on a Saturday stays where it is.
    """
    import polars as pl

    days = pl.date_range(date(year, 1, 1), date(year, 12, 31), eager=True).alias("day").to_frame()
    return tuple(days.filter(is_nerc_holiday(pl.col("day")))["day"])


def _check_name(_: Any, __: attrs.Attribute[str], value: str) -> None:
    if value not in _SHAPES:
        raise PluginError(f"a block cannot be {value!r}", do=f"use one of {', '.join(_SHAPES)}")


def _check_daytime(_: Any, __: attrs.Attribute[tuple[int, int]], value: tuple[int, int]) -> None:
    first, last = value
    if not (first >= 1 and last <= 24 and last - first + 1 == _SIXTEEN):
        raise PluginError(f"hours ending {first} to {last} are not sixteen hours of a day")


@attrs.frozen(kw_only=True)
class Block:
    """A block of hours, by the name it is traded under, on the clock of its market.

    ``daytime`` is the first and last of the market's sixteen daytime hours, by hour ending. ``5x16`` and ``6x16`` are
    these hours Monday to Friday or to Saturday, without NERC holidays; ``2x16`` and ``1x16`` are these hours on all
    other days. ``7x8`` is the other hours of every day, ``7x24`` every hour.
    ``5x8+2x24`` and ``6x8+1x24`` are all hours outside of ``5x16`` and ``6x16``. ``onpeak`` marks the market's on-peak.
    """

    name: str = attrs.field(validator=_check_name)
    daytime: tuple[int, int] = attrs.field(validator=_check_daytime)
    onpeak: bool = False

    @classmethod
    def traded(cls, onpeak: str, *, first: int, last: int) -> tuple[Block, ...]:
        """The blocks of a market: on-peak ``5x16`` or ``6x16`` in hours ending ``first`` to ``last``, and the rest.

        Raises `PluginError` for any other on-peak block.
        """
        if onpeak not in _REST:
            raise PluginError(f"on-peak cannot be {onpeak!r}", do=f"use one of {', '.join(_REST)}")
        names = (onpeak, _REST[onpeak], "7x8", "7x24")
        return tuple(cls(name=name, daytime=(first, last), onpeak=name == onpeak) for name in names)

    def covers(self, zone: str) -> pl.Expr:
        """Whether the hour at ``interval_start`` is in the block on a zone's clock."""
        import polars as pl

        local = pl.col("interval_start").dt.convert_time_zone(zone).dt.replace_time_zone(None)
        first, last = self.daytime
        return _SHAPES[self.name](local.dt.hour().is_between(first - 1, last - 1), local.dt.date())

    def __str__(self) -> str:
        return self.name


def block_hours(frame: pl.DataFrame, *, block: str, zone: str, daytime: tuple[int, int]) -> pl.Series:
    """How many hours of its block each row's interval has, on a market's clock.

    ``block`` is the column of the blocks' names. Null where the interval or the block is not known.
    """
    import polars as pl

    bounds = ("interval_start", "interval_end")
    known = (
        frame.select(*bounds, name=block).unique().drop_nulls().filter(pl.col("name").is_in(list(_SHAPES)))
    )
    start, end = (pl.col(each).alias(f"of_{each}") for each in bounds)
    hours = pl.datetime_ranges(*bounds, interval="1h", closed="left").alias("interval_start")
    hourly = known.select(*bounds).unique().select(start, end, hours).explode("interval_start")
    counts = [
        hourly.group_by("of_interval_start", "of_interval_end").agg(
            hours=Block(name=name, daytime=daytime).covers(zone).sum().cast(pl.Int64), name=pl.lit(name)
        )
        for name in known["name"].unique()
    ]
    if not counts:
        return pl.Series("hours", [None], dtype=pl.Int64).new_from_index(0, frame.height)
    return frame.select(*bounds, name=block).join(
        pl.concat(counts),
        left_on=[*bounds, "name"],
        right_on=["of_interval_start", "of_interval_end", "name"],
        how="left",
        maintain_order="left",
    )["hours"]


__all__ = ["Block", "block_hours", "is_nerc_holiday", "nerc_holidays"]
