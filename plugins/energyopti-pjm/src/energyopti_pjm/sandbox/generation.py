"""Generation of the small PJM: by fuel, wind and solar actuals and forecasts, outages, emissions."""

from __future__ import annotations

import itertools
from datetime import datetime, timedelta

import polars as pl

from energyopti.datasets import OUTAGES, RENEWABLES_FORECAST
from energyopti.layouts import Text
from energyopti.sandbox.series import at_places, demand, hour, intervals, noise
from energyopti.timezones import DAY, HOUR, INSTANT, local_date, midnight
from energyopti_pjm.feeds import generation
from energyopti_pjm.feeds.load import KEPT
from energyopti_pjm.protocol.dataminer import MADE_AT
from energyopti_pjm.protocol.rows import FIVE_MINUTES, ZONE, beginning, day, evaluated, optional, rows
from energyopti_pjm.sandbox.load import Rows, Runs, sized
from energyopti_pjm.sandbox.places import PLACES
from energyopti_pjm.sandbox.tables import Table

_SHARES = {
    "Coal": 0.16,
    "Gas": 0.42,
    "Hydro": 0.02,
    "Multiple Fuels": 0.01,
    "Nuclear": 0.31,
    "Oil": 0.01,
    "Other Renewables": 0.01,
    "Solar": 0.02,
    "Storage": 0.0,
    "Wind": 0.04,
}
_AREAS = {"RTO": 1.0, "RFC": 0.8, "MIDATL": 0.2, "WEST": 0.7, "SOUTH": 0.1, "OTHER": 0.0}
_REGIONS = {"PJM RTO": 1.0, "Western": 0.55, "Mid Atlantic - Dominion": 0.45}
_ONE_DAY_LATER = timedelta(days=1)

_BOTH_FORECASTS = rows(
    RENEWABLES_FORECAST,
    beginning(HOUR),
    evaluated(),
    optional("solar_forecast_mwh"),
    optional("solar_forecast_btm_mwh"),
)
_KINDS = ("planned", "maintenance", "forced")
_OUTAGES = rows(
    OUTAGES,
    day("forecast_date"),
    generation.EXECUTED,
    Text("region", to="location"),
    *(optional(f"{kind}_outages_mw") for kind in ("total", *_KINDS)),
)
_EXPECTED_OUTAGES = rows(
    OUTAGES,
    day("forecast_date"),
    generation.EXECUTED,
    *(optional(f"forecast_gen_outage_mw_{part}") for part in ("rto", "west", "other")),
)
"""The wide feeds, written one row per payload row: the figures are under their published names."""


def fuels(first: datetime, last: datetime, now: datetime) -> pl.DataFrame:
    """Generation by fuel for the hours that are over; storage charges at night."""
    times = intervals(first, min(last, now - 2 * HOUR), HOUR)
    frame = at_places(times, pl.DataFrame({"fuel_native": list(_SHARES), "share": list(_SHARES.values())}))
    charging = pl.when(pl.col("fuel_native") == "Storage").then((200 * noise(3)).round())
    return frame.with_columns(
        generation=charging.otherwise((demand(ZONE, 95_000.0) * pl.col("share")).round()),
        fuel_percentage_of_total=pl.col("share"),
        is_renewable=pl.col("fuel_native").is_in(["Hydro", "Other Renewables", "Solar", "Wind"]),
    )


def _sun(size: float) -> pl.Expr:
    """Solar output: none at night except for station use."""
    height = ((hour(ZONE) - 6) / 13 * 3.14159).sin()
    day_time = hour(ZONE).is_between(6, 19) & (height > 0)
    return pl.when(day_time).then(size * height * (0.8 + 0.2 * noise(2, day_of=ZONE))).otherwise(-size / 900)


def _wind(size: float) -> pl.Expr:
    """Wind output, by day and hour."""
    return size * (0.5 + 0.35 * noise(4, day_of=ZONE) + 0.1 * noise(5))


def output(power: pl.Expr) -> Rows:
    """Hourly output by area, published the day after."""

    def produced(first: datetime, last: datetime, now: datetime) -> pl.DataFrame:
        times = intervals(first, min(last, now - _ONE_DAY_LATER), HOUR)
        return at_places(times, sized(_AREAS)).with_columns(generation=(power * pl.col("size")).round(3))

    return produced


_WIND_RUNS = Runs(every=timedelta(minutes=10), past=timedelta(seconds=4), step=HOUR, count=48, kept=KEPT)
_SOLAR_RUNS = Runs(every=HOUR, past=timedelta(), step=HOUR, count=48, kept=KEPT)


def wind_forecasts(first: datetime, last: datetime, now: datetime) -> pl.DataFrame:
    """Wind forecast of every run; a run within an hour begins with that hour."""
    within = pl.col("interval_start").dt.truncate("1h")
    times = _WIND_RUNS.between(first, last, now).with_columns(
        interval_start=within, interval_end=within + HOUR
    )
    return times.with_columns(generation=_wind(9_000.0).round(3))


def solar_forecasts(first: datetime, last: datetime, now: datetime) -> pl.DataFrame:
    """Solar forecast of every run, and the behind-the-meter part."""
    return _SOLAR_RUNS.between(first, last, now).with_columns(
        solar_forecast_mwh=_sun(9_000.0).round(3),
        solar_forecast_btm_mwh=pl.max_horizontal(_sun(5_000.0), pl.lit(0.0)).round(3),
    )


def _executions(
    first: datetime, last: datetime, now: datetime, *, days: int, posted: timedelta
) -> pl.DataFrame:
    """Every day covered by a forecast whose midnight lies between two instants, once it is posted."""
    made = local_date(first - INSTANT, ZONE) + DAY
    found = []
    while (at := midnight(made, ZONE)) <= last and at + posted <= now:
        edges = [midnight(made + number * DAY, ZONE) for number in range(days + 1)]
        found += [(at, *each) for each in itertools.pairwise(edges)]
        made += DAY
    kinds = dict.fromkeys(("publish_time", "interval_start", "interval_end"), pl.Datetime("us", "UTC"))
    return pl.DataFrame(found, schema=kinds, orient="row")


def outages(first: datetime, last: datetime, now: datetime) -> pl.DataFrame:
    """Outages of seven days by region and kind."""
    times = _executions(first, last, now, days=7, posted=timedelta(hours=6))
    frame = at_places(times, sized(_REGIONS))
    megawatts = {
        f"{kind}_outages_mw": (pl.col("size") * base * (1 + 0.2 * noise(salt, day_of=ZONE))).round()
        for kind, base, salt in zip(_KINDS, (15_000, 8_000, 4_000), (1, 2, 3), strict=True)
    }
    return frame.with_columns(**megawatts).with_columns(total_outages_mw=pl.sum_horizontal(*megawatts))


def expected_outages(first: datetime, last: datetime, now: datetime) -> pl.DataFrame:
    """Outages of ninety days, in total and in two parts."""
    times = _executions(first, last, now, days=90, posted=timedelta(hours=4))
    west, other = ((base * (1 + 0.2 * noise(base, day_of=ZONE))).round() for base in (14_000, 12_000))
    parts = times.with_columns(forecast_gen_outage_mw_west=west, forecast_gen_outage_mw_other=other)
    return parts.with_columns(
        forecast_gen_outage_mw_rto=pl.col("forecast_gen_outage_mw_west")
        + pl.col("forecast_gen_outage_mw_other")
    )


def emissions(first: datetime, last: datetime, now: datetime) -> pl.DataFrame:
    """Marginal emission rates in kg, five minutes after their interval."""
    times = intervals(first, min(last, now - 2 * FIVE_MINUTES), FIVE_MINUTES)
    coal = pl.when(noise(2) > 0.2).then(900.0).otherwise(420.0)
    rate = coal + 40 * noise(3) + pl.col("location").cast(pl.Int64) % 97 / 10
    frame = at_places(times, PLACES).rename({"location_name": "pnode_name"})
    return frame.with_columns(
        rate=rate.round(3), marginal_so2_rate=pl.lit(0.4), marginal_nox_rate=pl.lit(0.3)
    )


GENERATION_TABLES = {
    "gen_by_fuel": Table(layout=generation.BY_FUEL, rows=fuels),
    "wind_gen": Table(layout=generation.WIND, rows=output(_wind(9_000.0))),
    "solar_gen": Table(layout=generation.SOLAR, rows=output(_sun(9_000.0))),
    "hourly_wind_power_forecast": Table(layout=generation.WIND_EXPECTED, rows=wind_forecasts, when=MADE_AT),
    "hourly_solar_power_forecast": Table(layout=_BOTH_FORECASTS, rows=solar_forecasts, when=MADE_AT),
    "gen_outages_by_type": Table(layout=_OUTAGES, rows=outages, when=generation.EXECUTED_AT),
    "frcstd_gen_outages": Table(layout=_EXPECTED_OUTAGES, rows=expected_outages, when=generation.EXECUTED_AT),
    "fivemin_marginal_emissions": Table(
        layout=generation.MARGINAL_EMISSIONS,
        rows=emissions,
        fields={"pnode_id": "location"},
        archive_days=186,
        archive_types=False,
    ),
}
