"""Outages of the small ERCOT, as ERCOT writes them: without the second pass of the repeated hour."""

from __future__ import annotations

from datetime import datetime, timedelta

import polars as pl

from energyopti.sandbox.series import at_places, intervals, local, noise
from energyopti.timezones import HOUR, INSTANT
from energyopti_ercot.feeds import outages
from energyopti_ercot.protocol.layouts import ZONE
from energyopti_ercot.sandbox.issues import each_hour
from energyopti_ercot.sandbox.tables import Table

_PLACES = pl.DataFrame(
    {
        "resource_type": [kind for kind in outages.KINDS.values() for _ in outages.ZONES],
        "location": [place.upper() for _ in outages.KINDS for place in outages.ZONES],
    }
).with_row_index("number")


def _rows(first: datetime, end: datetime, now: datetime) -> pl.DataFrame:
    """Outages in the hours of a range, as known at a given time."""
    frame = at_places(intervals(first, end - INSTANT, HOUR), _PLACES)
    ahead = (pl.col("interval_start") - pl.lit(now)).dt.total_hours()
    outage = 300 * (1 + pl.col("number") % 5) * (1 + 0.1 * noise(51)) - ahead.clip(0) * 0.5
    passes = local(ZONE).dt.replace_time_zone(None)
    first_pass = passes.dt.replace_time_zone(ZONE, ambiguous="earliest") == local(ZONE)
    return frame.filter(first_pass).with_columns(outage=outage.round(0))


OUTAGE_TABLES = (
    Table(
        number="13103",
        name="HRLYRESOUTCAPNP3233",
        path="np3-233-cd/hourly_res_outage_cap",
        by="postedDatetime",
        posted=True,
        layout=outages.OUT_OF_SERVICE,
        rows=_rows,
        issues=each_hour(timedelta(seconds=46), behind=timedelta(), ahead=timedelta(days=8)),
        retention=timedelta(days=31),
    ),
)
