"""Constraints of the small PJM: lines that bind under high load."""

from __future__ import annotations

from datetime import datetime, timedelta

import polars as pl

from energyopti.sandbox.series import at_places, demand, noise
from energyopti.timezones import HOUR
from energyopti_pjm.feeds import transmission
from energyopti_pjm.protocol.rows import FIVE_MINUTES, ZONE
from energyopti_pjm.sandbox.ancillary import POSTED, Rows, until
from energyopti_pjm.sandbox.tables import Table

_OUTAGE = "L500.Riverside-Hilltop.5001"


def _lines(base: str) -> pl.DataFrame:
    """The lines that bind, one of them for two contingencies, from the highest shadow price to the lowest."""
    line, other = "NORTHTON 230 KV  NOR-SOU", "RIVERSID TX 4        H  345 KV"
    rows = {"constraint": [line, line, other], "contingency": [base, _OUTAGE, _OUTAGE], "place": [3, 2, 1]}
    return pl.DataFrame(rows)


_FIELDS = {"monitored_facility": "constraint", "contingency_facility": "contingency"}


def _binding(times: Rows, base: str) -> Rows:
    """Constraints while they bind, with their shadow prices; none binds at night."""

    def rows(first: datetime, last: datetime, now: datetime) -> pl.DataFrame:
        strain = demand(ZONE, 90.0) - 80 + 6 * noise(31) + pl.col("place")
        priced = at_places(times(first, last, now), _lines(base)).with_columns(
            shadow_price=(strain * pl.col("place") * 7).round(2)
        )
        return priced.filter(pl.col("shadow_price") > 0).with_columns(
            transmission_constraint_penalty_factor=pl.lit(2000.0), limit_control_percentage=pl.lit(95.0)
        )

    return rows


def _events(first: datetime, last: datetime, now: datetime) -> pl.DataFrame:
    """Periods of three hours, starting every eighth hour."""
    begins = pl.col("interval_start")
    return (
        at_places(until(-POSTED, 8 * HOUR)(first, last, now), _lines("ACTUAL"))
        .with_columns(interval_end=begins + timedelta(hours=3), duration=pl.lit("3"))
        .with_columns(day_ahead_congestion_event=pl.col("constraint"))
    )


TRANSMISSION_TABLES = {
    "da_marginal_value": Table(
        layout=transmission.DAY_AHEAD, rows=_binding(until(-POSTED, HOUR), "ACTUAL"), fields=_FIELDS
    ),
    "rt_marginal_value": Table(
        layout=transmission.REAL_TIME, rows=_binding(until(HOUR, FIVE_MINUTES), "BASE"), fields=_FIELDS
    ),
    "da_transconstraints": Table(layout=transmission.EVENTS, rows=_events, fields=_FIELDS),
}
