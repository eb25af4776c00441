"""The tables of a desk's analyses, each defined once: columns, types, units, meanings."""

from __future__ import annotations

from datetime import date, datetime

from energyopti.schema import dataset, field, record

_PRICE, _POWER, _ENERGY, _MONEY = "USD/MWh", "MW", "MWh", "USD"
_GAS, _HEAT = "USD/MMBtu", "MMBtu/MWh"


@record
class IntervalRow:
    """The columns that tables by interval begin with."""

    interval_start: datetime = field("start of the interval, included", unit="UTC", key=True)
    interval_end: datetime = field("end of the interval, excluded", unit="UTC")


@record
class BasisIntervalRow(IntervalRow):
    """Basis, interval by interval.

    Node less hub, where both have a row for the interval.
    """

    location: str = field("the node", key=True)
    location_type: str | None = field("what kind of location it is", key=True)
    hub: str = field("the hub")
    node_price: float | None = field("the node's price", unit=_PRICE)
    hub_price: float | None = field("the hub's price", unit=_PRICE)
    basis: float | None = field("the node's price less the hub's", unit=_PRICE)
    congestion: float | None = field("the node's congestion less the hub's", unit=_PRICE)
    loss: float | None = field("the node's losses less the hub's", unit=_PRICE)
    rest: float | None = field(
        "basis less both parts: 0 where energy cancels; else greenhouse gas, or rounding", unit=_PRICE
    )
    node_congestion: float | None = field(
        "the node's congestion: published, or its price less system lambda", unit=_PRICE
    )
    hub_congestion: float | None = field(
        "the hub's congestion: published, or its price less system lambda", unit=_PRICE
    )


@record
class BasisBlockRow:
    """Basis by block.

    Means over the intervals of the block, weighted by their seconds. Blocks are those of the market.
    """

    location: str = field("the node", key=True)
    location_type: str | None = field("what kind of location it is", key=True)
    block: str = field("the block: `5x16`, `2x16`, `7x8`, ...; common ones begin with `common_`", key=True)
    hours: float = field("hours of the block with a basis", unit="hours")
    missing_hours: float = field("hours of the block that lack a price", unit="hours")
    basis: float | None = field("mean basis", unit=_PRICE)
    congestion: float | None = field("mean congestion part, where it is known", unit=_PRICE)
    loss: float | None = field("mean loss part, where it is known", unit=_PRICE)


@record
class CaptureIntervalRow(IntervalRow):
    """Prices beside output, interval by interval.

    In the coarser steps of the two; the finer one is averaged by seconds, and null unless whole.
    """

    price: float | None = field("the price", unit=_PRICE)
    generation: float | None = field("output", unit=_POWER)
    curtailed: float | None = field("output curtailed; null where it is not known", unit=_POWER)


@record
class LoadWeightedIntervalRow(IntervalRow):
    """Prices beside load, interval by interval.

    In the coarser steps of the two; the finer one is averaged by seconds, and null unless whole.
    """

    price: float | None = field("the price", unit=_PRICE)
    load: float | None = field("load", unit=_POWER)


@record
class CaptureRow:
    """Capture price and capture rate.

    Over the intervals that have both a price and an output.
    """

    hours: float = field("hours with both", unit="hours")
    left_out_hours: float = field("hours with only one of them, or with a part missing", unit="hours")
    energy: float = field("energy made in those hours", unit=_ENERGY)
    revenue: float = field("its value at the price of each interval", unit=_MONEY)
    mean_price: float | None = field("time-weighted mean price of the same hours", unit=_PRICE)
    capture_price: float | None = field(
        "generation-weighted price: revenue over energy; null unless energy is above zero", unit=_PRICE
    )
    capture_rate: float | None = field("capture price over mean price; null unless the latter is above zero")
    potential_hours: float = field("those of the hours in which curtailment is known", unit="hours")
    curtailed: float | None = field(
        "energy curtailed in those hours; null where it is not known", unit=_ENERGY
    )
    potential_mean_price: float | None = field(
        "time-weighted mean price of the hours in which curtailment is known", unit=_PRICE
    )
    potential_capture_price: float | None = field(
        "price weighted by output plus curtailed; null unless that is above zero", unit=_PRICE
    )
    potential_capture_rate: float | None = field(
        "potential capture price over the mean price of the same hours; null unless the latter is above zero"
    )


@record
class LoadWeightedRow:
    """Load-weighted price.

    Over the intervals that have both a price and a load.
    """

    hours: float = field("hours with both", unit="hours")
    left_out_hours: float = field("hours with only one of them, or with a part missing", unit="hours")
    energy: float = field("energy used in those hours", unit=_ENERGY)
    cost: float = field("its value at the price of each interval", unit=_MONEY)
    mean_price: float | None = field("time-weighted mean price of the same hours", unit=_PRICE)
    load_weighted_price: float | None = field(
        "cost over energy; null unless energy is above zero", unit=_PRICE
    )


@record
class GasIntervalRow(IntervalRow):
    """Power prices beside gas, interval by interval."""

    day: date = field("the day whose gas price holds: the market's calendar day, or the gas day")
    price: float | None = field("the price of power", unit=_PRICE)
    gas_price: float | None = field("the price of gas; null where none was given", unit=_GAS)


@record
class HeatRateIntervalRow(GasIntervalRow):
    """Implied heat rates, interval by interval."""

    implied_heat_rate: float | None = field(
        "price of power over price of gas; null unless gas is above zero", unit=_HEAT
    )


@record
class HeatRateRow:
    """Implied heat rate of a time range."""

    hours: float = field("hours with an implied heat rate", unit="hours")
    missing_price_hours: float = field("hours without a price of power", unit="hours")
    missing_gas_hours: float = field("hours without a price of gas", unit="hours")
    nonpositive_gas_hours: float = field("hours whose gas price is zero or below", unit="hours")
    mean_price: float | None = field("mean price of power in the hours counted", unit=_PRICE)
    mean_gas_price: float | None = field("mean price of gas in the same hours", unit=_GAS)
    implied_heat_rate: float | None = field("the former mean over the latter", unit=_HEAT)


@record
class SparkIntervalRow(GasIntervalRow):
    """Spark spreads, interval by interval."""

    spark_spread: float | None = field("price less heat rate times gas price less vom", unit=_PRICE)


@record
class SparkRow:
    """Spark spread of a time range."""

    heat_rate: float = field("the plant's heat rate", unit=_HEAT)
    vom: float = field("variable operation and maintenance", unit=_PRICE)
    hours: float = field("hours with a spark spread", unit="hours")
    missing_price_hours: float = field("hours without a price of power", unit="hours")
    missing_gas_hours: float = field("hours without a price of gas", unit="hours")
    mean: float | None = field("mean spark spread", unit=_PRICE)
    positive_hours: float = field("hours with a spark spread above zero", unit="hours")
    mean_of_positive: float | None = field("its mean in those hours", unit=_PRICE)


@record
class BatteryIntervalRow(IntervalRow):
    """A battery's schedule, interval by interval."""

    stretch: int = field("which stretch of prices without a gap: 1, 2, ...")
    price: float = field("the price at which charge and discharge are settled", unit=_PRICE)
    charge: float = field("power bought", unit=_POWER)
    discharge: float = field("power sold; 0 wherever charge is above 0", unit=_POWER)
    state_of_charge: float = field(
        "energy at the end of the interval that can still be delivered", unit=_ENERGY
    )
    day_ahead_price: float | None = field("the day-ahead price; null unless both are traded", unit=_PRICE)
    day_ahead: float | None = field(
        "power sold day-ahead, negative if bought; null unless both are traded", unit=_POWER
    )
    energy_revenue: float = field("revenue from energy", unit=_MONEY)
    reserve_revenue: float = field("revenue from reserve awards", unit=_MONEY)
    revenue: float = field("revenue of the interval", unit=_MONEY)


@record
class BatteryAwardRow(IntervalRow):
    """A battery's reserve awards, interval by interval."""

    product: str = field("the product", key=True)
    price: float | None = field(
        "the reserve's price; null where none is known, and no award is made", unit="USD/MW per hour"
    )
    award: float = field("capacity held", unit=_POWER)
    revenue: float = field("price times award times hours", unit=_MONEY)


@record
class BatteryRow:
    """A battery's revenue over the whole horizon."""

    settlement: str = field("what is traded: `day_ahead`, `real_time` or `both`")
    power: float = field("the battery's power, in and out", unit=_POWER)
    energy: float = field("the energy that it delivers from full", unit=_ENERGY)
    round_trip_efficiency: float = field("energy sold for each unit bought")
    hours: float = field("hours with prices", unit="hours")
    stretches: int = field("stretches of prices without a gap; state of charge starts anew in each")
    charged: float = field("energy bought", unit=_ENERGY)
    discharged: float = field("energy sold", unit=_ENERGY)
    cycles: float = field("energy sold over the battery's energy")
    energy_revenue: float = field("revenue from energy", unit=_MONEY)
    reserve_revenue: float = field("revenue from reserve awards", unit=_MONEY)
    revenue: float = field("revenue of all", unit=_MONEY)
    revenue_per_kw_month: float = field("revenue by power and months of 730 hours", unit="USD/kW-month")
    bound: float | None = field(
        "what no schedule within these limits can exceed at these prices; null with reserves or gaps",
        unit=_MONEY,
    )


@record
class PeakRow(IntervalRow):
    """Hours or quarter-hours of the highest load."""

    rule: str = field("the rule: the market's own, or `top`", key=True)
    period: str = field("the period that it is the peak of: `2025-06`, `2025` or `all`", key=True)
    rank: int = field("1 for the highest of the period", key=True)
    day: date = field("its day on the market's clock")
    load: float = field("the load, mean of the interval", unit=_POWER)


@record
class PeakPeriodRow:
    """How much of each period of a peak rule is known."""

    rule: str = field("the rule: the market's own, or `top`", key=True)
    period: str = field("the period: `2025-06`, `2025` or `all`", key=True)
    start: datetime = field("its start, included", unit="UTC")
    end: datetime = field("its end, excluded", unit="UTC")
    step_minutes: float = field("length of the intervals that are compared", unit="minutes")
    hours: float = field("its hours", unit="hours")
    known_hours: float = field("hours with a load", unit="hours")
    missing_hours: float = field("hours without one: unless 0, a higher one may be missing", unit="hours")


@record
class ForecastErrorRow:
    """Forecast errors by lead.

    Error is forecast less actual, in the unit of the column that was forecast.
    """

    location: str = field("the place", key=True)
    fuel: str | None = field("wind or solar; null for load", key=True)
    metering: str | None = field("the side of the meter; null where there is none", key=True)
    model: str | None = field("the forecast model; null where there is only one", key=True)
    lead_from: float = field("lead at least this: hours from publication to interval", unit="hours", key=True)
    lead_to: float | None = field("and less than this; null for all above", unit="hours")
    rows: int = field("forecasts with an actual value")
    bias: float | None = field("mean error: positive where the forecast was too high", unit=_POWER)
    mae: float | None = field("mean absolute error", unit=_POWER)
    rmse: float | None = field("root of the mean squared error", unit=_POWER)
    mape_rows: int = field("those of the rows whose actual value is not 0")
    mape: float | None = field("mean of absolute error over absolute actual value", unit="%")


@record
class ForecastRow(IntervalRow):
    """Forecasts beside what came, row by row."""

    publish_time: datetime = field("when the forecast was published", unit="UTC", key=True)
    location: str = field("the place", key=True)
    fuel: str | None = field("wind or solar; null for load", key=True)
    metering: str | None = field("the side of the meter; null where there is none", key=True)
    model: str | None = field("the forecast model; null where there is only one", key=True)
    lead: float = field("from publication to the start of the interval", unit="hours")
    forecast: float = field("what was expected", unit=_POWER)
    actual: float = field("what came", unit=_POWER)
    error: float = field("forecast less actual", unit=_POWER)
    absolute_percentage_error: float | None = field(
        "absolute error over absolute actual value; null where that is 0", unit="%"
    )


BASIS = dataset("basis", BasisIntervalRow)
BASIS_BLOCKS = dataset("basis_blocks", BasisBlockRow)
CAPTURE = dataset("capture", CaptureRow)
CAPTURE_INTERVALS = dataset("capture_intervals", CaptureIntervalRow)
LOAD_WEIGHTED = dataset("load_weighted", LoadWeightedRow)
LOAD_WEIGHTED_INTERVALS = dataset("load_weighted_intervals", LoadWeightedIntervalRow)
HEAT_RATE = dataset("implied_heat_rate", HeatRateRow)
HEAT_RATE_INTERVALS = dataset("implied_heat_rate_intervals", HeatRateIntervalRow)
SPARK = dataset("spark_spread", SparkRow)
SPARK_INTERVALS = dataset("spark_spread_intervals", SparkIntervalRow)
BATTERY = dataset("battery", BatteryRow)
BATTERY_INTERVALS = dataset("battery_intervals", BatteryIntervalRow)
BATTERY_AWARDS = dataset("battery_awards", BatteryAwardRow)
PEAKS = dataset("peaks", PeakRow)
PEAK_PERIODS = dataset("peak_periods", PeakPeriodRow)
FORECAST_ERRORS = dataset("forecast_errors", ForecastErrorRow)
FORECAST_ROWS = dataset("forecast_rows", ForecastRow)

DESK_TABLES = {
    each.name: each
    for each in (
        BASIS,
        BASIS_BLOCKS,
        CAPTURE,
        CAPTURE_INTERVALS,
        LOAD_WEIGHTED,
        LOAD_WEIGHTED_INTERVALS,
        HEAT_RATE,
        HEAT_RATE_INTERVALS,
        SPARK,
        SPARK_INTERVALS,
        BATTERY,
        BATTERY_INTERVALS,
        BATTERY_AWARDS,
        PEAKS,
        PEAK_PERIODS,
        FORECAST_ERRORS,
        FORECAST_ROWS,
    )
}
"""The tables of a desk's analyses by name."""
