"""What a battery can earn: a schedule by linear programme, with perfect foresight."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, Any

import attrs
import polars as pl

from energyopti.analysis.battery_prices import Gaps, stretches, traded_prices
from energyopti.analysis.desk import DeskAnalysis, Rows, left_out, result
from energyopti.analysis.desk_tables import BATTERY, BATTERY_AWARDS, BATTERY_INTERVALS
from energyopti.analysis.series import BOUNDS, Series, clock_of, hours, one_series, onto
from energyopti.errors import UnsupportedQuery, suggest
from energyopti.findings import Finding, FindingKind
from energyopti.frames import empty_frame
from energyopti.lazy import extra

if TYPE_CHECKING:
    from energyopti.analysis.battery_model import Limits, Problem, Schedule

_MONTH = 730.0
_GAP, _SECONDS = 1e-4, 60.0
_PRICE = pl.col("price")


class Reach(StrEnum):
    """The direction of a reserve: up is more power to the grid, down is less."""

    UP = "up"
    DOWN = "down"


_LEAST = 0.001
"""The least power in MW: below, the solver's tolerance is no longer small beside it."""


def _positive(what: str, unit: str) -> Any:
    def check(_: Any, __: Any, value: float) -> None:
        if not isinstance(value, int | float) or not 0 < value < float("inf"):
            raise UnsupportedQuery(f"{what} cannot be {value}", do=f"give {unit} above 0")

    return check


def _direction(_: Any, __: Any, value: str) -> None:
    if value not in set(Reach):
        raise UnsupportedQuery(
            f"a reserve cannot be {value!r}", do=suggest(value, [each.value for each in Reach])
        )


@attrs.frozen(kw_only=True, eq=False)
class Reserve:
    """A reserve that a battery may sell: ``prices`` in USD/MW per hour, one series in column ``value``.

    Shorter intervals than those of energy are averaged, longer ones hold throughout. ``direction`` is ``up`` or ``down``;
    an award must be sustained for ``duration`` hours.
    """

    product: str
    prices: Rows
    direction: str = attrs.field(default="up", validator=_direction)
    duration: float = attrs.field(default=1.0, validator=_positive("the duration of a reserve", "hours"))
    value: str = "price"
    where: Mapping[str, str] | None = None


def battery(
    day_ahead: Rows | None = None,
    real_time: Rows | None = None,
    *,
    power: float,
    duration: float,
    round_trip_efficiency: float = 1.0,
    cycles_per_day: float | None = None,
    initial: float = 0.0,
    final: float | None = None,
    reserves: Sequence[Reserve] = (),
    gaps: str = "refuse",
    tz: str | None = None,
    max_gap: float = _GAP,
    seconds: float = _SECONDS,
) -> DeskAnalysis:
    """What a battery of ``power`` MW earns at these prices with perfect foresight, in USD, and its schedule.

        maximize    sum of price(t) (discharge(t) - charge(t)) h(t)
        such that   state(t) = state(t - 1) + efficiency charge(t) h(t) - discharge(t) h(t)
                    0 <= state <= power duration;  0 <= charge, discharge <= power;  never both at once

    Prices are rows of dataset `lmp` at one location, day-ahead, real-time or both; *h(t)* are the hours of an interval.
    State of charge is energy that can still be delivered, in MWh; losses are taken when charging. It is carried across
    midnight, from ``initial`` to ``final`` (default: the same). ``cycles_per_day`` limits what is discharged in each day of
    the market's clock (``tz`` for a frame) to so many times the energy. With both prices a day-ahead schedule is settled
    day-ahead and what differs from it in real time at the real-time price; the day-ahead schedule must be one that the
    battery could run. ``reserves`` are held beside the schedule that is run: within the power that it leaves, and within
    the state of charge at both ends of an interval for the reserve's duration; they are never called.

    An interval without a price is a gap: ``gaps="refuse"`` raises, ``"split"`` begins anew after it. ``max_gap`` is how far
    from the proven best HiGHS may stop, as a share; it takes at most ``seconds`` for each run: an
    `unproven` finding says if that was too short. ``bound`` in table `battery`
    is a proven upper bound for a taker of these prices: of energy alone, without gaps. Tables `battery`,
    `battery_intervals`, `battery_awards`.

    Raises `UnsupportedQuery` without the extra ``energyopti[battery]``, for limits that make no sense, for prices that are
    not one series or have a gap, and if no schedule keeps within the limits.
    """
    if gaps not in set(Gaps):
        raise UnsupportedQuery(f"gaps cannot be {gaps!r}", do=suggest(gaps, [each.value for each in Gaps]))
    _need_extra()
    from energyopti.analysis.battery_model import solve

    if not 0 <= seconds < float("inf"):
        raise UnsupportedQuery(
            f"a time for the solver cannot be {seconds:g} s", do="give seconds, such as 60"
        )
    if not 0 <= max_gap < 1:
        raise UnsupportedQuery(f"a gap cannot be {max_gap:g}", do="give a share of 0 or above, below 1")
    limits = _limits(power, duration, round_trip_efficiency, cycles_per_day, (initial, final))
    traded = traded_prices(day_ahead, real_time)
    clock = clock_of(traded.rows, tz) if cycles_per_day is not None else "UTC"
    runs = [stretches(run, traded, gaps) for run in traded.runs]
    sold = [(each, onto(runs[-1], _prices_of(each))["price"]) for each in reserves]
    plans = [
        solve(_problem(run, clock, limits, sold if run is runs[-1] else []), gap=max_gap, seconds=seconds)
        for run in runs
    ]
    awards = _awards(runs[-1], sold, plans[-1])
    intervals = _intervals(runs, plans, awards)
    one = intervals["stretch"].n_unique() == 1
    bound = None if reserves or not one else sum(plan.bound for plan in plans)
    return result(
        {
            BATTERY: _totals(intervals, limits, traded.settlement, bound),
            BATTERY_INTERVALS: intervals,
            BATTERY_AWARDS: awards,
        },
        (day_ahead, real_time, *(each.prices for each in reserves)),
        left_out("{} rows have no price, or no other beside it", len(traded.lacking)),
        *(_unpriced(each, price) for each, price in sold),
        *(_unproven(plan, seconds) for plan in plans if plan.falls_short(max_gap)),
    )


def _need_extra() -> None:
    with extra("battery", "a battery's schedule", error=UnsupportedQuery):
        import highspy  # noqa: F401


def _limits(
    power: float, duration: float, efficiency: float, cycles: float | None, ends: tuple[float, float | None]
) -> Limits:
    from energyopti.analysis.battery_model import Limits

    _positive("power", "MW")(None, None, power)
    if power < _LEAST:
        raise UnsupportedQuery(f"{power:g} MW cannot be scheduled", do=f"give {_LEAST:g} MW or more")
    _positive("a duration", "hours")(None, None, duration)
    if cycles is not None:
        _positive("a limit of cycles", "cycles per day")(None, None, cycles)
    if not 0 < efficiency <= 1:
        raise UnsupportedQuery(
            f"a round-trip efficiency cannot be {efficiency:g}", do="give a share above 0, up to 1"
        )
    initial, final = ends[0], ends[0] if ends[1] is None else ends[1]
    for state in (initial, final):
        if not 0 <= state <= power * duration:
            raise UnsupportedQuery(
                f"a state of charge cannot be {state:g} MWh", do=f"give 0 to {power * duration:g}"
            )
    return Limits(
        power=power,
        energy=power * duration,
        efficiency=efficiency,
        initial=initial,
        final=final,
        cycles=cycles,
    )


def _prices_of(reserve: Reserve) -> Series:
    series = one_series(
        reserve.prices, reserve.value, what=f"prices of {reserve.product}", where=reserve.where
    )
    return attrs.evolve(series, frame=series.frame.rename({reserve.value: "price"}))


def _problem(
    run: pl.DataFrame, clock: str, limits: Limits, sold: Sequence[tuple[Reserve, pl.Series]]
) -> Problem:
    from energyopti.analysis.battery_model import Problem, Product

    stretch = pl.col("stretch")
    day = pl.col("interval_start").dt.convert_time_zone(clock).dt.date()
    frame = run.select(
        "price",
        hours().alias("hours"),
        (stretch != stretch.shift(1)).fill_null(value=True).alias("first"),
        (stretch != stretch.shift(-1)).fill_null(value=True).alias("last"),
        day.rle_id().cast(pl.Int64).alias("day"),
    )
    products = [
        Product(
            price=price.cast(pl.Float64).fill_null(float("nan")).to_numpy(),
            up=each.direction == Reach.UP,
            duration=each.duration,
        )
        for each, price in sold
    ]
    return Problem(
        **{name: frame[name].to_numpy() for name in frame.columns}, limits=limits, products=products
    )


def _awards(run: pl.DataFrame, sold: Sequence[tuple[Reserve, pl.Series]], plan: Schedule) -> pl.DataFrame:
    """The table `battery_awards`."""
    frames = [
        run.select(
            *BOUNDS,
            pl.lit(each.product).alias("product"),
            price.alias("price"),
            pl.Series("award", award),
            (price.fill_null(0.0) * pl.Series(award) * run.select(hours()).to_series()).alias("revenue"),
        )
        for (each, price), award in zip(sold, plan.awards, strict=True)
    ]
    return pl.concat([empty_frame(BATTERY_AWARDS), *frames]).sort("interval_start", maintain_order=True)


def _intervals(runs: Sequence[pl.DataFrame], plans: Sequence[Schedule], awards: pl.DataFrame) -> pl.DataFrame:
    """The table `battery_intervals`."""
    run, plan = runs[-1], plans[-1]
    frame = run.with_columns(
        pl.Series("charge", plan.charge),
        pl.Series("discharge", plan.discharge),
        pl.Series("state_of_charge", plan.state),
    )
    net = pl.col("discharge") - pl.col("charge")
    if len(runs) == 1:
        nothing = pl.lit(None, dtype=pl.Float64)
        frame = frame.with_columns(nothing.alias("day_ahead_price"), nothing.alias("day_ahead"))
        energy = net * _PRICE * hours()
    else:
        ahead = runs[0].select(
            pl.col("interval_start").alias("hour"),
            "day_ahead_price",
            pl.Series("day_ahead", plans[0].discharge - plans[0].charge),
        )
        frame = frame.join(ahead, on="hour", how="left", maintain_order="left")
        scheduled = pl.col("day_ahead")
        energy = (scheduled * pl.col("day_ahead_price") + (net - scheduled) * _PRICE) * hours()
    held = awards.group_by("interval_start").agg(pl.col("revenue").sum().alias("reserve_revenue"))
    return (
        frame.join(held, on="interval_start", how="left", maintain_order="left")
        .with_columns(energy.alias("energy_revenue"), pl.col("reserve_revenue").fill_null(0.0))
        .with_columns((pl.col("energy_revenue") + pl.col("reserve_revenue")).alias("revenue"))
    )


def _totals(intervals: pl.DataFrame, limits: Limits, settlement: str, bound: float | None) -> pl.DataFrame:
    """The table `battery`."""
    revenue = pl.col("revenue").sum()
    sold = (pl.col("discharge") * hours()).sum()
    months = hours().sum() / _MONTH
    figures = {
        "settlement": pl.lit(settlement),
        "power": pl.lit(float(limits.power)),
        "energy": pl.lit(float(limits.energy)),
        "round_trip_efficiency": pl.lit(float(limits.efficiency)),
        "hours": hours().sum(),
        "stretches": pl.col("stretch").max(),
        "charged": (pl.col("charge") * hours()).sum(),
        "discharged": sold,
        "cycles": sold / limits.energy,
        "energy_revenue": pl.col("energy_revenue").sum(),
        "reserve_revenue": pl.col("reserve_revenue").sum(),
        "revenue": revenue,
        "revenue_per_kw_month": revenue / (limits.power * 1000) / months,
    }
    totals = intervals.select(value.alias(name) for name, value in figures.items())
    proven = None if bound is None else max(bound, totals["revenue"].item())
    return totals.with_columns(pl.lit(proven, dtype=pl.Float64).alias("bound"))


def _unpriced(reserve: Reserve, price: pl.Series) -> Finding | None:
    return left_out(f"{{}} intervals have no price of {reserve.product}: no award there", price.null_count())


def _unproven(plan: Schedule, seconds: float) -> Finding:
    """A finding that says how far from the best a schedule may be that was not finished in time."""
    message = (
        f"after {seconds:g} s a schedule earns {plan.value:,.2f} USD and none more than {plan.bound:,.2f}"
    )
    return Finding(kind=FindingKind.UNPROVEN, message=f"{message}: give more seconds, or a shorter range")
