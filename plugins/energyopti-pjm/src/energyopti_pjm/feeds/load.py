"""PJM's load: five-minute readings, metered load, and forecasts.

The areas of these feeds overlap: rows are for all of PJM, its regions, and their parts. All are kept; never add them
up. Each feed has its own names for them, kept as published: ``RTO``, ``PJM RTO`` and ``RTO_COMBINED`` are all of PJM.
"""

from __future__ import annotations

from datetime import date, timedelta

import attrs

from energyopti import ChunkSize, Feed, History, Unconfirmed
from energyopti.datasets import LOAD as LOAD_DATASET
from energyopti.datasets import LOAD_FORECAST
from energyopti.layouts import Layout, Number, Text
from energyopti.timezones import HOUR
from energyopti.vocabulary import Status
from energyopti_pjm import examples, timing
from energyopti_pjm.protocol import dataminer
from energyopti_pjm.protocol.dataminer import DOCUMENTED, MADE_AT, data_miner
from energyopti_pjm.protocol.minutes import to_the_end
from energyopti_pjm.protocol.rows import FIVE_MINUTES, beginning, evaluated, optional, rows
from energyopti_pjm.protocol.unverified import verified_first

KEPT = timedelta(days=30)
"""How long rows are kept by feeds that keep only the last days."""

_PRELIMINARY_FOR = timedelta(days=14)


def expected(made: str, begins: str, step: timedelta, *, ends: str | None = None) -> Layout:
    """Load forecasts by area; ``made`` is the column of the time a forecast was made, ``begins`` that of its interval."""
    ending = (ends, f"{ends.removesuffix('_utc')}_ept") if ends else ()
    return rows(
        LOAD_FORECAST,
        beginning(step, names=begins),
        evaluated(made),
        Text("forecast_area", to="location"),
        Number("forecast_load_mw", to="load"),
        ignored=ending,
    )


INSTANTANEOUS = rows(
    LOAD_DATASET,
    attrs.evolve(beginning(FIVE_MINUTES), irregular=True),
    Text("area", to="location"),
    Number("instantaneous_load", to="load"),
)
"""Readings at their time stamps, which are a second or two off the five-minute grid."""

_VERIFIED = {
    "true": Status.VERIFIED.value,
    "false": Status.PRELIMINARY.value,
    "True": Status.VERIFIED.value,
    "False": Status.PRELIMINARY.value,
}
"""As the API writes it, and as the page exports it."""

METERED = rows(
    LOAD_DATASET,
    beginning(HOUR),
    Text("load_area", to="location"),
    Number("mw", to="load"),
    *(optional(name) for name in ("nerc_region", "mkt_region", "zone")),
    Text("is_verified", to="status", words=_VERIFIED, required=False),
)
"""Hourly averages by load area."""

PRELIMINARY = rows(
    LOAD_DATASET,
    beginning(HOUR),
    Text("load_area", to="location"),
    Number("prelim_load_avg_hourly", to="load"),
    constants={"status": Status.PRELIMINARY.value},
)

SEVEN_DAYS = expected(
    "evaluated_at_datetime_utc",
    "forecast_datetime_beginning_utc",
    HOUR,
    ends="forecast_datetime_ending_utc",
)
HISTORICAL = expected("evaluated_at_utc", "forecast_hour_beginning_utc", HOUR)
VERY_SHORT = expected(
    "evaluated_at_utc",
    "forecast_datetime_beginning_utc",
    FIVE_MINUTES,
    ends="forecast_datetime_ending_utc",
)

METERED_LOAD = Feed(
    name="hrl_load_metered",
    dataset=LOAD_DATASET,
    title="Metered load by load area, hourly, with RTO for all of PJM; preliminary load until it is metered",
    documented_at=DOCUMENTED.format("hrl_load_metered"),
    history=History(since=date(1993, 1, 1)),
    chunk=ChunkSize.MONTH,
    publication=timing.METERED,
    layout=METERED,
    example=examples.of("hrl_load_metered.json"),
    sources=data_miner(
        verified_first(
            dataminer.rows(),
            dataminer.rows("hrl_load_prelim", PRELIMINARY),
            kept=_PRELIMINARY_FOR,
            same_places=False,
        )
    ),
    unconfirmed=Unconfirmed.noted(
        date(2026, 11, 24),
        "its first day in 1993",
        "which preliminary area is which load area; preliminary rows keep their own names (MIDATL has many areas), which leaves gaps under the metered names",
        "whether an hour appears both as not verified and as verified, which would be a repeated key",
    ),
)

INSTANTANEOUS_LOAD = Feed(
    name="inst_load",
    dataset=LOAD_DATASET,
    title="Load by zone and region, five-minute, with PJM RTO for all of PJM",
    documented_at=DOCUMENTED.format("inst_load"),
    history=History(since=date(2018, 4, 1), retention=KEPT),
    publication=timing.REAL_TIME,
    layout=INSTANTANEOUS,
    example=examples.of("inst_load.json"),
    sources=data_miner(to_the_end(dataminer.rows())),
    unconfirmed=Unconfirmed.noted(
        date(2026, 11, 24),
        "the names of its areas",
        ("how many days are kept", "about 30"),
        "whether stamps are ever before the five-minute grid, or in the last minute of a year; those rows would be lost",
    ),
)

PRELIMINARY_LOAD = attrs.evolve(
    METERED_LOAD,
    name="hrl_load_prelim",
    title="Preliminary load by area, hourly, before it is metered",
    documented_at=DOCUMENTED.format("hrl_load_prelim"),
    history=attrs.evolve(METERED_LOAD.history, since=date(2011, 8, 23)),
    publication=timing.PRELIMINARY,
    layout=PRELIMINARY,
    example=examples.of("hrl_load_prelim.json"),
    sources=data_miner(dataminer.rows()),
    unconfirmed=Unconfirmed.noted(
        date(2026, 11, 24),
        "the full list of its areas, and whether all of PJM is one",
    ),
)

HISTORICAL_FORECAST = Feed(
    name="load_frcstd_hist",
    dataset=LOAD_FORECAST,
    title="Historical load forecasts by area, hourly, made every six hours",
    documented_at=DOCUMENTED.format("load_frcstd_hist"),
    history=History(since=date(2011, 1, 1)),
    publication=attrs.evolve(timing.SIX_HOURLY_FORECASTS, forecast_days=8),
    layout=HISTORICAL,
    example=examples.of("load_frcstd_hist.json"),
    sources=data_miner(to_the_end(dataminer.rows(when=MADE_AT))),
    unconfirmed=Unconfirmed.noted(
        date(2026, 11, 24),
        "its first day in 2011",
        ("how many days a forecast covers", "seven and a part are checked"),
        "how soon after it is made it is published",
        "the names of its areas, fewer than those of load_frcstd_7_day",
    ),
)

SEVEN_DAY_FORECAST = attrs.evolve(
    HISTORICAL_FORECAST,
    name="load_frcstd_7_day",
    title="Seven-day load forecast by area, hourly, only the latest, with RTO_COMBINED for all of PJM",
    documented_at=DOCUMENTED.format("load_frcstd_7_day"),
    history=attrs.evolve(HISTORICAL_FORECAST.history, snapshot_only=True),
    publication=attrs.evolve(timing.CURRENT, forecast_days=7, refresh_every=timedelta(minutes=15)),
    layout=SEVEN_DAYS,
    example=examples.of("load_frcstd_7_day.json"),
    sources=data_miner(dataminer.rows(when=None)),
    unconfirmed=Unconfirmed.noted(
        date(2026, 11, 24),
        "the full list of its areas",
    ),
)

VERY_SHORT_FORECAST = attrs.evolve(
    HISTORICAL_FORECAST,
    name="very_short_load_frcst",
    title="Load forecasts for the next two hours by area, five-minute",
    documented_at=DOCUMENTED.format("very_short_load_frcst"),
    publication=attrs.evolve(timing.FORECAST_RUNS, forecast_days=2),
    history=attrs.evolve(HISTORICAL_FORECAST.history, retention=KEPT),
    layout=VERY_SHORT,
    example=examples.of("very_short_load_frcst.json"),
    unconfirmed=Unconfirmed.noted(
        date(2026, 11, 24),
        "how often a forecast is made",
        ("how many days are kept", "about 30"),
        "the names of its areas",
    ),
)

LOAD = (
    METERED_LOAD,
    INSTANTANEOUS_LOAD,
    PRELIMINARY_LOAD,
    HISTORICAL_FORECAST,
    SEVEN_DAY_FORECAST,
    VERY_SHORT_FORECAST,
)
"""Metered load and historical forecasts come first: they have all of the past, including what others lack."""
