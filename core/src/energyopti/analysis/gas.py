"""Power against gas: implied heat rates and spark spreads."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import date
from enum import StrEnum

import polars as pl

from energyopti.analysis.desk import DeskAnalysis, Rows, left_out, result
from energyopti.analysis.desk_tables import HEAT_RATE, HEAT_RATE_INTERVALS, SPARK, SPARK_INTERVALS
from energyopti.analysis.series import check_one, clock_of, hours_where, mean_where, one_series
from energyopti.answer.result import MarketData
from energyopti.errors import UnsupportedQuery, suggest
from energyopti.findings import Finding

_CENTRAL, _NINE = "America/Chicago", "9h"
_UNIT = "USD/MMBtu"
_PRICE, _GAS = pl.col("price"), pl.col("gas_price")

Gas = Mapping[date, float | None] | pl.DataFrame | MarketData
"""Gas prices in USD/MMBtu by day: a mapping, a frame of ``day`` and ``price``, or rows of dataset `index_prices`."""


class GasDay(StrEnum):
    """For which hours a day's gas price holds.

    ``calendar``: the day on the market's own clock. ``gas_day``: from 09:00 Central to 09:00 of the next day.
    """

    CALENDAR = "calendar"
    GAS_DAY = "gas_day"


def implied_heat_rate(
    prices: Rows, gas: Gas, *, gas_day: str = "calendar", tz: str | None = None
) -> DeskAnalysis:
    """Implied heat rate in MMBtu/MWh: the price of power in USD/MWh over the price of gas in USD/MMBtu.

        implied heat rate(t) = price(t) / gas(day of t)

    ``prices`` are rows of dataset `lmp` at one location; ``gas`` are prices by day, which hold for the ``gas_day``:
    ``"calendar"``, the market's own day (``tz`` for a frame), or ``"gas_day"``, 09:00 to 09:00 Central. Null where gas is
    not known, or is zero or below; both are counted. The figure of a range is its mean price over its mean gas price, over
    the hours that have an implied heat rate. Tables `implied_heat_rate` and `implied_heat_rate_intervals`.

    Raises `UnsupportedQuery` if prices are not one series, gas has a day twice or another unit, or no clock is known.
    """
    both, unused = _beside(prices, gas, gas_day, tz)
    both = both.with_columns(pl.when(_GAS > 0).then(_PRICE / _GAS).alias("implied_heat_rate"))
    counted = pl.col("implied_heat_rate").is_not_null()
    figures = both.select(
        hours_where(counted).alias("hours"),
        *_missing(),
        hours_where(_GAS <= 0).alias("nonpositive_gas_hours"),
        mean_where(_PRICE, counted).alias("mean_price"),
        mean_where(_GAS, counted).alias("mean_gas_price"),
        (mean_where(_PRICE, counted) / mean_where(_GAS, counted)).alias("implied_heat_rate"),
    )
    return result({HEAT_RATE: figures, HEAT_RATE_INTERVALS: both}, (prices, gas), _without_gas(both), unused)


def spark_spread(
    prices: Rows,
    gas: Gas,
    *,
    heat_rate: float,
    vom: float = 0.0,
    gas_day: str = "calendar",
    tz: str | None = None,
) -> DeskAnalysis:
    """Spark spread in USD/MWh: what a gas plant earns on a MWh before fixed costs.

        spark spread(t) = price(t) - heat rate * gas(day of t) - vom

    ``heat_rate`` is the plant's, in MMBtu/MWh, ``vom`` its variable operation and maintenance in USD/MWh. ``prices``,
    ``gas`` and its days are as for `implied_heat_rate`; gas at or below zero counts as it is. Null where either price is
    not known, which is counted. Tables `spark_spread` and `spark_spread_intervals`.

    Raises `UnsupportedQuery` for a heat rate that is not above zero, and as `implied_heat_rate` does.
    """
    if not 0 < heat_rate < math.inf:
        raise UnsupportedQuery(f"a heat rate cannot be {heat_rate:g}", do="give MMBtu/MWh, such as 7.0")
    if not math.isfinite(vom):
        raise UnsupportedQuery(f"operation and maintenance cannot be {vom:g}", do="give USD/MWh, such as 2.5")
    both, unused = _beside(prices, gas, gas_day, tz)
    spread = pl.col("spark_spread")
    both = both.with_columns((_PRICE - heat_rate * _GAS - vom).alias("spark_spread"))
    figures = both.select(
        pl.lit(float(heat_rate)).alias("heat_rate"),
        pl.lit(float(vom)).alias("vom"),
        hours_where(spread.is_not_null()).alias("hours"),
        *_missing(),
        mean_where(spread, spread.is_not_null()).alias("mean"),
        hours_where(spread > 0).alias("positive_hours"),
        mean_where(spread, spread > 0).alias("mean_of_positive"),
    )
    return result({SPARK: figures, SPARK_INTERVALS: both}, (prices, gas), _without_gas(both), unused)


def _beside(prices: Rows, gas: Gas, gas_day: str, tz: str | None) -> tuple[pl.DataFrame, Finding | None]:
    """Prices with the gas price of their day, and a finding that counts days of gas without a price of power."""
    if gas_day not in set(GasDay):
        raise UnsupportedQuery(
            f"gas prices cannot hold for {gas_day!r}", do=suggest(gas_day, [each.value for each in GasDay])
        )
    power = one_series(prices, "lmp", what="prices").frame.rename({"lmp": "price"})
    if gas_day == GasDay.GAS_DAY:
        day = pl.col("interval_start").dt.convert_time_zone(_CENTRAL).dt.replace_time_zone(None)
        dated = power.with_columns(day.dt.offset_by(f"-{_NINE}").dt.date().alias("day"))
    else:
        local = pl.col("interval_start").dt.convert_time_zone(clock_of(prices, tz))
        dated = power.with_columns(local.dt.date().alias("day"))
    daily = _daily(gas, tz)
    unused = daily.join(dated, on="day", how="anti").height
    return (
        dated.join(daily, on="day", how="left", maintain_order="left"),
        left_out("{} days of gas have no price of power", unused),
    )


def _daily(gas: Gas, tz: str | None) -> pl.DataFrame:
    """Gas prices by day: ``day``, ``gas_price``."""
    if isinstance(gas, MarketData):
        frame = _of_index(gas, tz)
    elif isinstance(gas, Mapping):
        days = {"day": list(gas), "price": list(gas.values())}
        frame = pl.DataFrame(days, schema={"day": pl.Date, "price": pl.Float64})
    else:
        frame = gas
    for name in ("day", "price"):
        if name not in frame.columns:
            raise UnsupportedQuery(
                f"gas has no column {name!r}", do=suggest(name, frame.columns), column=name
            )
    if frame.schema["day"] != pl.Date:
        raise UnsupportedQuery("the days of gas are not dates", column="day")
    daily = frame.select("day", pl.col("price").cast(pl.Float64).fill_nan(None).alias("gas_price"))
    twice = daily.filter(pl.col("day").is_duplicated())
    if twice.height:
        raise UnsupportedQuery(f"gas has {twice['day'][0]} twice", do="give one price for each day")
    return daily


def _of_index(gas: MarketData, tz: str | None) -> pl.DataFrame:
    """Rows of dataset `index_prices` by their day on the market's clock."""
    frame = gas.frame
    if gas.dataset.name != "index_prices":
        raise UnsupportedQuery(f"gas cannot be rows of {gas.dataset}", do="give rows of index_prices")
    units = frame["price_unit"].unique().to_list()
    if units != [_UNIT]:
        raise UnsupportedQuery(f"gas is in {' and '.join(units) or 'no unit'}, not in {_UNIT}")
    check_one(frame, what="prices of gas")
    local = pl.col("interval_start").dt.convert_time_zone(clock_of(gas, tz))
    return frame.select(local.dt.date().alias("day"), "price")


def _missing() -> tuple[pl.Expr, pl.Expr]:
    return (
        hours_where(_PRICE.is_null()).alias("missing_price_hours"),
        hours_where(_GAS.is_null()).alias("missing_gas_hours"),
    )


def _without_gas(both: pl.DataFrame) -> Finding | None:
    """A finding that counts the intervals whose day has no gas price."""
    lacking = both.filter(_GAS.is_null())
    days = lacking["day"].n_unique()
    return left_out(f"{{}} intervals of {days} days have no price of gas", lacking.height)
