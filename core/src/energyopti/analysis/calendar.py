"""Which hours are on-peak, and which days are holidays."""

from __future__ import annotations

from calendar import MONDAY, SUNDAY, THURSDAY
from datetime import date, timedelta

import polars as pl

from energyopti.analysis.tables import Peak

_FIRST_HOUR, _LAST_HOUR = 6, 21
_FRIDAY = 5


def nerc_holidays(year: int) -> tuple[date, ...]:
    """The six days of a year that NERC counts as off-peak, on the dates they are observed, in order.

    New Year's Day, Memorial Day, Independence Day, Labor Day, Thanksgiving and Christmas. A holiday on a Sunday is
    observed on the Monday after; one on a Saturday stays where it is.
    """
    return (
        _kept(date(year, 1, 1)),
        _on_or_before(date(year, 5, 31), MONDAY),
        _kept(date(year, 7, 4)),
        _on_or_before(date(year, 9, 7), MONDAY),
        _on_or_before(date(year, 11, 28), THURSDAY),
        _kept(date(year, 12, 25)),
    )


def _kept(day: date) -> date:
    return day + timedelta(days=1) if day.weekday() == SUNDAY else day


def _on_or_before(day: date, weekday: int) -> date:
    """The last given weekday on or before a date."""
    return day - timedelta(days=(day.weekday() - weekday) % 7)


def peak(zone: str, years: range) -> pl.Expr:
    """Whether the hour at ``interval_start`` is on-peak: 5x16 on a zone's clock.

    Hours ending 07 to 22, Monday to Friday, except the NERC holidays of those years. CAISO's own on-peak product is
    6x16; here every market uses the same block, so that they can be compared.
    """
    local = pl.col("interval_start").dt.convert_time_zone(zone)
    holidays = [day for year in years for day in nerc_holidays(year)]
    onpeak = (
        local.dt.hour().is_between(_FIRST_HOUR, _LAST_HOUR)
        & (local.dt.weekday() <= _FRIDAY)
        & ~local.dt.date().is_in(holidays)
    )
    return pl.when(onpeak).then(pl.lit(Peak.ONPEAK.value)).otherwise(pl.lit(Peak.OFFPEAK.value))
