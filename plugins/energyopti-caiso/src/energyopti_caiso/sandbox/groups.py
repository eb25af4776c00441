"""The content of each group of reports in the sandbox."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time

import attrs
import polars as pl

from energyopti.sandbox.series import noise
from energyopti.timezones import DAY, HOUR, local_date, midnight, to_utc
from energyopti_caiso.feeds import outages, prices
from energyopti_caiso.locations import HUBS
from energyopti_caiso.protocol.layouts import ZONE
from energyopti_caiso.sandbox.corrections import CORRECTIONS_TABLE
from energyopti_caiso.sandbox.new_market import NEW_MARKET_TABLES
from energyopti_caiso.sandbox.prices import PRICE_TABLES
from energyopti_caiso.sandbox.tables import Table, named, series


@attrs.frozen(kw_only=True)
class Made:
    """A group with one report, for one operating day or, if ``hourly``, for one hour."""

    report: str
    table: Table
    version: int = 1
    hourly: bool = False


_PLACES = named(
    location=[hub for hub in HUBS for _ in range(2)], resource_type=["Thermal", "Renewable"] * len(HUBS)
)


def _outages(start: datetime, end: datetime, now: datetime) -> pl.DataFrame:
    """The outages of the day after an operating day, as reported at 05:00."""
    day = local_date(start, ZONE)
    reported = to_utc(datetime.combine(day, time(5)), ZONE)
    del end
    if now < reported:
        return pl.DataFrame()
    values = {"outage": (900 + 200 * noise(81) + 50 * pl.col("n")).round(1)}
    first, last = midnight(day + DAY, ZONE), midnight(day + 2 * DAY, ZONE)
    rows = series(HOUR, _PLACES, values, published_ahead=3 * DAY)(first, last, now)
    return rows.with_columns(publish_time=pl.lit(reported, dtype=pl.Datetime("us", "UTC")))


def _priced(report: str, run: str, *, hourly: bool = True) -> Made:
    table = PRICE_TABLES[report, run, ""]
    return Made(report=report, table=table, version=prices.GROUP_VERSION, hourly=hourly)


GROUPS: Mapping[str, Made] = {
    "AGGR_OUTAGE_SCH_GRP": Made(report="AGGR_OUTAGE_SCH", table=Table(layout=outages.LAYOUT, rows=_outages)),
    **{name: Made(report=name, table=table) for name, table in NEW_MARKET_TABLES.items()},
    "PRC_CORR_GRP": Made(report="PRC_CORR_GRP", table=CORRECTIONS_TABLE),
    "DAM_LMP_GRP": _priced("PRC_LMP", "DAM", hourly=False),
    "RTPD_LMP_GRP": _priced("PRC_RTPD_LMP", "RTPD"),
    "RTM_LMP_GRP": _priced("PRC_INTVL_LMP", "RTM"),
    "HASP_LMP_GRP": _priced("PRC_HASP_LMP", "HASP"),
}
