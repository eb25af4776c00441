"""Load, wind, solar and schedules of a small California."""

from __future__ import annotations

from datetime import timedelta

import polars as pl

from energyopti.sandbox.series import demand, hour, noise
from energyopti.timezones import DAY, HOUR
from energyopti_caiso.feeds import load, renewables, schedules
from energyopti_caiso.locations import HUBS
from energyopti_caiso.protocol.layouts import FIVE_MINUTES, QUARTER, ZONE
from energyopti_caiso.sandbox.tables import Rows, named, series, table

_AREAS = named(location=["CA ISO-TAC", "PGE-TAC", "SCE-TAC", "AVA"])
_SHARE = 1 / (1 + pl.col("n"))


def expected(salt: int, error: float) -> pl.Expr:
    """Load as forecast; without an error, actual load."""
    return (demand(ZONE, 26_000.0) * _SHARE * (1 + error * noise(salt))).round(2)


def _load(
    salt: int, error: float, *, step: timedelta = HOUR, published_ahead: timedelta = timedelta()
) -> Rows:
    return series(step, _AREAS, {"load": expected(salt, error)}, published_ahead=published_ahead)


_RENEWABLE_PLACES = named(
    location=[hub for hub in HUBS for _ in range(2)], fuel=["solar", "wind"] * len(HUBS)
)
_SUN = ((hour(ZONE) - 12.5).abs() / 6.5).clip(0, 1).pow(2)
_OUTPUT = pl.when(pl.col("fuel") == "solar").then(6_000 * (1 - _SUN)).otherwise(900 + 400 * noise(21))


def _renewables(error: float, *, step: timedelta = HOUR, published_ahead: timedelta = timedelta()) -> Rows:
    output = (_OUTPUT / (1 + pl.col("n") // 2) * (1 + error * noise(22))).round(2)
    return series(step, _RENEWABLE_PLACES, {"generation": output}, published_ahead=published_ahead)


_AFTER = -timedelta(hours=8)
"""Yesterday's output is posted in the morning."""

_ZONES = ["Caiso_Totals", "TAC_NORTH", "TAC_SOUTH"]
_SIZES = {"generation": 22_000.0, "load": 26_000.0, "import": 5_000.0, "export": 900.0}


def _scheduled(kinds: tuple[str, ...], *, step: timedelta, published_ahead: timedelta = timedelta()) -> Rows:
    places = named(location=[zone for zone in _ZONES for _ in kinds], kind=list(kinds) * len(_ZONES))
    size = pl.col("kind").replace_strict(_SIZES, return_dtype=pl.Float64) / (1 + pl.col("n") // len(kinds))
    value = (size * (1 + 0.1 * noise(31) + 0.02 * pl.col("n"))).round(2)
    return series(
        step,
        places,
        {"scheduled": value, "component": pl.lit(None, dtype=pl.String)},
        published_ahead=published_ahead,
    )


_TIES = named(
    location=["MALIN500", "MALIN500", "PALOVRDE"],
    kind=["import", "import", "export"],
    component=["ENE_IMPORT_MW", "OTC_MW", "ATC_MW"],
)
_EIM_TIES = named(
    location=["MALIN500", "MALIN500"],
    kind=["import", "export"],
    component=["CISO/PACW/CISO", "PACW/PACW/CISO"],
)
_DISPATCHED = named(location=["TAC_SOUTH"], component=["EXCEPTIONAL / TMODEL"])


def _moved(places: pl.DataFrame, step: timedelta, published_ahead: timedelta = timedelta()) -> Rows:
    return series(
        step,
        places,
        {"scheduled": (600 + 300 * noise(41) + 10 * pl.col("n")).round(2)},
        published_ahead=published_ahead,
    )


_ALL_KINDS = ("generation", "load", "import", "export")
POWER_TABLES = {
    ("SLD_FCST", "ACTUAL", ""): table(load.ACTUAL, _load(1, 0.0)),
    ("SLD_FCST", "DAM", ""): table(load.DAY_AHEAD, _load(2, 0.02, published_ahead=2 * DAY)),
    ("SLD_FCST", "2DA", ""): table(load.TWO_DAYS_AHEAD, _load(3, 0.03, published_ahead=3 * DAY)),
    ("SLD_FCST", "7DA", ""): table(load.SEVEN_DAYS_AHEAD, _load(4, 0.05, published_ahead=8 * DAY)),
    ("SLD_FCST", "RTM", "RTPD"): table(
        load.FIFTEEN_MINUTE, _load(5, 0.01, step=QUARTER, published_ahead=2 * HOUR)
    ),
    ("SLD_FCST", "RTM", "RTD"): table(
        load.FIVE_MINUTE, _load(6, 0.01, step=FIVE_MINUTES, published_ahead=HOUR)
    ),
    ("SLD_REN_FCST", "ACTUAL", ""): table(renewables.ACTUAL, _renewables(0.0, published_ahead=_AFTER)),
    ("SLD_REN_FCST", "DAM", ""): table(renewables.DAY_AHEAD, _renewables(0.1, published_ahead=2 * DAY)),
    ("SLD_REN_FCST", "HASP", ""): table(renewables.HOUR_AHEAD, _renewables(0.05, published_ahead=2 * HOUR)),
    ("SLD_REN_FCST", "RTPD", ""): table(
        renewables.FIFTEEN_MINUTE, _renewables(0.03, step=QUARTER, published_ahead=2 * HOUR)
    ),
    ("SLD_REN_FCST", "RTD", ""): table(
        renewables.FIVE_MINUTE, _renewables(0.02, step=FIVE_MINUTES, published_ahead=HOUR)
    ),
    ("ENE_SLRS", "DAM", ""): table(
        schedules.DAY_AHEAD, _scheduled(_ALL_KINDS, step=HOUR, published_ahead=2 * DAY)
    ),
    ("ENE_SLRS", "RUC", ""): table(
        schedules.RESIDUAL, _scheduled(("generation", "import"), step=HOUR, published_ahead=2 * DAY)
    ),
    ("ENE_SLRS", "HASP", ""): table(
        schedules.HOUR_AHEAD, _scheduled(("import", "export"), step=HOUR, published_ahead=2 * HOUR)
    ),
    ("ENE_SLRS", "RTM", ""): table(
        schedules.REAL_TIME, _scheduled(("generation", "import", "export"), step=FIVE_MINUTES)
    ),
    ("ENE_DISP", "", ""): table(
        schedules.DISPATCH,
        series(HOUR, _DISPATCHED, {"actual": (40 + 30 * noise(51)).round(2)}, published_ahead=_AFTER),
    ),
    ("TRNS_USAGE", "DAM", ""): table(schedules.USAGE[0], _moved(_TIES, HOUR, 2 * DAY)),
    ("TRNS_USAGE", "HASP", ""): table(schedules.USAGE[1], _moved(_TIES, HOUR, 2 * HOUR)),
    ("ENE_EIM_TRANSFER_TIE", "RTPD", ""): table(schedules.TRANSFERS[0], _moved(_EIM_TIES, QUARTER), 4),
    ("ENE_EIM_TRANSFER_TIE", "RTD", ""): table(schedules.TRANSFERS[1], _moved(_EIM_TIES, FIVE_MINUTES), 4),
}
