"""Coincident peaks: the hours of highest system load by which a market shares out costs."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import attrs

from energyopti.errors import PluginError
from energyopti.timezones import HOUR

YEAR = tuple(range(1, 13))
"""All months."""


def _check_months(_: Any, __: attrs.Attribute[tuple[int, ...]], value: tuple[int, ...]) -> None:
    if not value or value != tuple(range(value[0], value[-1] + 1)) or not set(value) <= set(YEAR):
        raise PluginError(f"months of a peak cannot be {value}", do="give months of one year in a row")


@attrs.frozen(kw_only=True)
class PeakRule:
    """A rule for coincident peaks, by the name that it goes by: ``4CP``.

    The ``count`` highest system loads of ``months`` of each year, or with ``by_month`` of each of these months; with
    ``distinct_days`` each on another day of the market's clock. ``step`` is the length of the intervals that count.
    ``feed`` has the load, at ``locations``, which are added up.
    """

    name: str = attrs.field(validator=attrs.validators.min_len(1))
    feed: str
    locations: tuple[str, ...] = attrs.field(validator=attrs.validators.min_len(1))
    months: tuple[int, ...] = attrs.field(default=YEAR, validator=_check_months)
    by_month: bool = False
    count: int = attrs.field(default=1, validator=attrs.validators.ge(1))
    distinct_days: bool = False
    step: timedelta = attrs.field(default=HOUR, validator=attrs.validators.gt(timedelta()))

    def __str__(self) -> str:
        return self.name
