"""Interchange, interfaces, demand bids and capacity of the small PJM."""

from __future__ import annotations

from datetime import datetime, timedelta

import polars as pl

from energyopti.datasets import SCHEDULES
from energyopti.layouts import Number
from energyopti.sandbox.series import at_places, demand, intervals, noise
from energyopti.timezones import HOUR
from energyopti_pjm.feeds import schedules
from energyopti_pjm.feeds.load import KEPT
from energyopti_pjm.protocol.rows import FIVE_MINUTES, ZONE, beginning, rows
from energyopti_pjm.sandbox.ancillary import POSTED, Rows, until
from energyopti_pjm.sandbox.tables import Table

_TIES = pl.DataFrame({"location": ["MISO", "NYIS", "TVA"], "size": [-900.0, -1400.0, 250.0]})
_INTERFACES = pl.DataFrame({"constraint": ["NORTH TRANSFER", "WEST TRANSFER"], "limit": [4200.0, 5100.0]})
_AREAS = pl.DataFrame(
    {
        "location": ["PJM_RTO", "MID_ATLANTIC_REGION", "WESTERN_REGION"],
        "size": [90_000.0, 33_000.0, 45_000.0],
    }
)
_POINTS = pl.DataFrame({"component": ["-10.5", "45.25", "250.75"], "part": [1.0, 0.98, 0.95]})


def _ties(times: Rows) -> Rows:
    """Interchange, imports positive: actual flow is close to the schedule."""

    def made(first: datetime, last: datetime, now: datetime) -> pl.DataFrame:
        scheduled = pl.col("size") * (1 + 0.4 * noise(41))
        return (
            at_places(times(first, last, now), _TIES)
            .with_columns(scheduled=scheduled.round(0))
            .with_columns(actual=(pl.col("scheduled") + 40 * noise(42)).round(1))
        )

    return made


def _kept_ties(first: datetime, last: datetime, now: datetime) -> pl.DataFrame:
    """Interchange of the last days, every five minutes plus a second."""
    recent = intervals(max(first, now - KEPT), min(last, now - 2 * FIVE_MINUTES), FIVE_MINUTES)
    flows = _ties(lambda *_: recent)(first, last, now)
    return flows.with_columns(pl.col("interval_start", "interval_end") + timedelta(seconds=1))


def _interfaces(first: datetime, last: datetime, now: datetime) -> pl.DataFrame:
    """Flows over interfaces, below their limits."""
    flow = (pl.col("limit") * (0.6 + 0.3 * noise(43))).round(1)
    return at_places(until(-POSTED, HOUR)(first, last, now), _INTERFACES).with_columns(flow=flow)


def _capacity(first: datetime, last: datetime, now: datetime) -> pl.DataFrame:
    """Offered and committed capacity, one column each."""
    return until(HOUR, HOUR)(first, last, now).with_columns(
        eco_max=(150_000 + 2_000 * noise(44)).round(1),
        emerg_max=(154_000 + 2_000 * noise(44)).round(1),
        total_committed=pl.lit(139_000.0),
    )


def _committed(first: datetime, last: datetime, now: datetime) -> pl.DataFrame:
    """Economic maximums; every third hour the total of running units is confidential."""
    runs = pl.when(pl.col("interval_start").dt.hour() % 3 != 0).then((95_000 + 9_000 * noise(45)).round(1))
    return until(timedelta(days=1), HOUR)(first, last, now).with_columns(
        rt_ecomax=runs, self_ecomax=(40_000 + 2_000 * noise(46)).round(1)
    )


def _demand(first: datetime, last: datetime, now: datetime) -> pl.DataFrame:
    """Demand bids, by area."""
    bid = (demand(ZONE, 1.0) * pl.col("size")).round(1)
    return at_places(until(-POSTED, HOUR)(first, last, now), _AREAS).with_columns(scheduled=bid)


def _curve(first: datetime, last: datetime, now: datetime) -> pl.DataFrame:
    """Demand bid at each price: the higher the price, the less. It is there at once, not six months later."""
    bid = (demand(ZONE, 90_000.0) * pl.col("part")).round(1)
    return at_places(until(timedelta(days=1), HOUR)(first, last, now), _POINTS).with_columns(scheduled=bid)


_COMMITTED = rows(SCHEDULES, beginning(HOUR), Number("rt_ecomax"), Number("self_ecomax"))
_CAPACITY = rows(
    SCHEDULES,
    beginning(HOUR, names=schedules.BID_BEGINNING),
    *(Number(name) for name in ("eco_max", "emerg_max", "total_committed")),
)
"""One row per hour, as published."""

SCHEDULE_TABLES = {
    "act_sch_interchange": Table(
        layout=schedules.INTERCHANGE,
        rows=_ties(until(timedelta(days=5), HOUR)),
        fields={"tie_line": "location"},
    ),
    "five_min_tie_flows": Table(
        layout=schedules.TIE_FLOWS, rows=_kept_ties, fields={"tie_flow_name": "location"}
    ),
    "rt_scheduled_interchange": Table(
        layout=schedules.SCHEDULED, rows=_ties(until(HOUR, HOUR)), fields={"tie_line": "location"}
    ),
    "da_interface_flows_and_limits": Table(
        layout=schedules.INTERFACE_LIMITS, rows=_interfaces, fields={"interface_limit_name": "constraint"}
    ),
    "rt_and_self_ecomax": Table(layout=_COMMITTED, rows=_committed),
    "day_gen_capacity": Table(layout=_CAPACITY, rows=_capacity, when=schedules.BID_FILTER),
    "hrl_dmd_bids": Table(layout=schedules.DEMAND_BIDS, rows=_demand, fields={"area": "location"}),
    "hrl_da_demand_bids": Table(layout=schedules.DEMAND_CURVE, when=schedules.BID_FILTER, rows=_curve),
}
