"""What New York's grid carries: limiting constraints, interface flows and limits, circulation, load bids."""

from __future__ import annotations

from datetime import date, timedelta

import attrs

from energyopti import Example, Feed, Run
from energyopti.datasets import CONSTRAINTS, SCHEDULES
from energyopti.layouts import CsvLayout, Meaning, Number, Stamp, Text, Wide
from energyopti.vocabulary import ScheduleKind
from energyopti_nyiso import timing
from energyopti_nyiso.examples import transmission
from energyopti_nyiso.layouts import (
    FIVE_MINUTES,
    HOUR,
    HOURLY,
    HOURLY_FLAGGED,
    MINUTES,
    SECONDS,
    STAMP,
    TIME_ZONE,
    ZONE,
)
from energyopti_nyiso.locations import ZONES
from energyopti_nyiso.mis import feed_sources

_PRICES = "https://www.nyiso.com/energy-market-operational-data"
_POWER_GRID = "https://www.nyiso.com/real-time-dashboard"
_LOAD = "https://www.nyiso.com/load-data"


def constraints(time: Stamp) -> CsvLayout:
    """Limiting constraints: what binds, for which contingency, and what it costs.

    The cost is kept with the sign it is published with: both are seen.
    """
    return CsvLayout(
        dataset=CONSTRAINTS,
        zone=ZONE,
        quoted=True,
        time=time,
        columns=(
            Text("Limiting Facility", to="constraint"),
            Text("Facility PTID"),
            Text("Contingency", to="contingency"),
            Number(("Constraint Cost($)", "Constraint Cost ($)"), to="shadow_price"),
        ),
    )


DAY_AHEAD_CONSTRAINTS_LAYOUT = constraints(HOURLY_FLAGGED)
REAL_TIME_CONSTRAINTS_LAYOUT = constraints(
    Stamp(
        STAMP,
        formats=(SECONDS, MINUTES),
        meaning=Meaning.BEGINNING,
        step=FIVE_MINUTES,
        irregular=True,
        flag=TIME_ZONE,
    )
)

_INTERFACE_TIME = Stamp(
    ("Timestamp", "Time Stamp"),
    formats=(MINUTES, SECONDS),
    meaning=Meaning.BEGINNING,
    step=FIVE_MINUTES,
    irregular=True,
)
_NO_LIMIT = (9999.0, -9999.0)

INTERFACE_FLOWS_LAYOUT = CsvLayout(
    dataset=SCHEDULES,
    zone=ZONE,
    time=_INTERFACE_TIME,
    columns=(
        Text("Interface Name", to="location"),
        Text("Point ID"),
        Number("Flow (MWH)", to="actual"),
        Number("Positive Limit (MWH)"),
        Number("Negative Limit (MWH)"),
    ),
    constants={"kind": ScheduleKind.INTERCHANGE.value},
)
"""Flows over interfaces, in MW despite the label; over an external one (SCH - PJ - NY) imports are positive."""

INTERFACE_LIMITS_LAYOUT = CsvLayout(
    dataset=CONSTRAINTS,
    zone=ZONE,
    time=_INTERFACE_TIME,
    columns=(
        Text("Interface Name", to="constraint"),
        Text("Point ID"),
        Number("Flow (MWH)", to="flow"),
        Number("Positive Limit (MWH)", to="limit", null_values=_NO_LIMIT),
        Number("Negative Limit (MWH)"),
    ),
)
"""The same document read for its limits: `limit` is the one in the positive direction, 9999 means none."""

_CIRCULATION = "LAKE ERIE CIRCULATION"


def circulation(time: Stamp, field: str) -> CsvLayout:
    """Power that circulates around Lake Erie, in MW despite the label: one figure for the whole of it."""
    return CsvLayout(
        dataset=SCHEDULES,
        zone=ZONE,
        time=time,
        columns=(Number(("Lake Erie Circulation (MWH)", "Lake Erie Circulation (MW)"), to=field),),
        constants={"kind": ScheduleKind.INTERCHANGE.value, "location": _CIRCULATION},
    )


CIRCULATION_LAYOUT = circulation(
    Stamp(
        ("Timestamp", "Time Stamp"),
        formats=(MINUTES, SECONDS),
        meaning=Meaning.INSTANT,
        step=FIVE_MINUTES,
        irregular=True,
    ),
    "actual",
)
SCHEDULED_CIRCULATION_LAYOUT = circulation(
    attrs.evolve(HOURLY, names=("Timestamp", "Time Stamp")), "scheduled"
)

BID_LOAD_LAYOUT = CsvLayout(
    dataset=SCHEDULES,
    zone=ZONE,
    quoted=True,
    time=HOURLY,
    columns=(Text("Name", to="location"), Text("PTID")),
    wide=Wide(
        to=("kind", "component"),
        value="scheduled",
        columns={
            "Energy Bid Load": (ScheduleKind.LOAD.value, "Energy Bid Load"),
            "Bilateral Load": (ScheduleKind.LOAD.value, "Bilateral Load"),
            "Price Cap Load": (ScheduleKind.LOAD.value, "Price Cap Load"),
            "Virtual Load": (ScheduleKind.LOAD.value, "Virtual Load"),
            "Virtual Supply": (ScheduleKind.GENERATION.value, "Virtual Supply"),
        },
    ),
)
"""What day-ahead load bids came to by zone; virtual supply counts as generation."""


DAY_AHEAD_CONSTRAINTS = Feed(
    name="DAMLimitingConstraints",
    dataset=CONSTRAINTS,
    run=Run.DAY_AHEAD,
    title="Day-ahead limiting constraints",
    documented_at=_PRICES,
    history_from=date(2001, 8, 1),
    step=HOUR,
    sparse=True,
    published_ahead=timedelta(days=2),
    refresh_every=timedelta(minutes=30),
    **timing.DAY_AHEAD,
    layout=DAY_AHEAD_CONSTRAINTS_LAYOUT,
    example=Example(payload=transmission.DAY_AHEAD_CONSTRAINTS, rows=transmission.DAY_AHEAD_CONSTRAINTS_ROWS),
    sources=feed_sources("DAMLimitingConstraints", DAY_AHEAD_CONSTRAINTS_LAYOUT),
)

REAL_TIME_CONSTRAINTS = Feed(
    name="LimitingConstraints",
    dataset=CONSTRAINTS,
    run=Run.REAL_TIME_5MIN,
    title="Real-time limiting constraints",
    documented_at=_PRICES,
    history_from=date(2002, 1, 1),
    step=FIVE_MINUTES,
    irregular=True,
    sparse=True,
    **timing.REAL_TIME,
    layout=REAL_TIME_CONSTRAINTS_LAYOUT,
    example=Example(payload=transmission.REAL_TIME_CONSTRAINTS, rows=transmission.REAL_TIME_CONSTRAINTS_ROWS),
    sources=feed_sources("LimitingConstraints", REAL_TIME_CONSTRAINTS_LAYOUT),
)

INTERFACE_FLOWS = Feed(
    name="ExternalLimitsFlows",
    dataset=SCHEDULES,
    title="Interface flows, five-minute",
    documented_at=_POWER_GRID,
    history_from=date(2002, 1, 1),
    step=FIVE_MINUTES,
    irregular=True,
    **timing.REAL_TIME,
    layout=INTERFACE_FLOWS_LAYOUT,
    example=Example(payload=transmission.INTERFACES, rows=transmission.INTERFACE_FLOW_ROWS),
    sources=feed_sources("ExternalLimitsFlows", INTERFACE_FLOWS_LAYOUT),
)

INTERFACE_LIMITS = Feed(
    name="ExternalLimitsFlows_limits",
    dataset=CONSTRAINTS,
    run=Run.REAL_TIME_5MIN,
    title="Interface limits beside their flows, five-minute",
    documented_at=_POWER_GRID,
    history_from=date(2002, 1, 1),
    step=FIVE_MINUTES,
    irregular=True,
    **timing.REAL_TIME,
    layout=INTERFACE_LIMITS_LAYOUT,
    example=Example(payload=transmission.INTERFACES, rows=transmission.INTERFACE_LIMIT_ROWS),
    sources=feed_sources("ExternalLimitsFlows", INTERFACE_LIMITS_LAYOUT),
)

REAL_TIME_CIRCULATION = Feed(
    name="ErieCirculationRT",
    dataset=SCHEDULES,
    run=Run.REAL_TIME_5MIN,
    title="Lake Erie circulation, real-time readings",
    documented_at=_POWER_GRID,
    history_from=date(2009, 4, 1),
    step=FIVE_MINUTES,
    irregular=True,
    **timing.REAL_TIME,
    layout=CIRCULATION_LAYOUT,
    example=Example(payload=transmission.CIRCULATION, rows=transmission.CIRCULATION_ROWS),
    sources=feed_sources("ErieCirculationRT", CIRCULATION_LAYOUT),
    unconfirmed="its step and its first day; which direction around the lake is positive",
)

DAY_AHEAD_CIRCULATION = Feed(
    name="ErieCirculationDA",
    dataset=SCHEDULES,
    run=Run.DAY_AHEAD,
    title="Lake Erie circulation, as assumed day-ahead",
    documented_at=_POWER_GRID,
    history_from=date(2009, 5, 1),
    step=HOUR,
    published_ahead=timedelta(days=2),
    refresh_every=timedelta(minutes=30),
    **timing.DAY_AHEAD_INPUTS,
    layout=SCHEDULED_CIRCULATION_LAYOUT,
    example=Example(payload=transmission.CIRCULATION, rows=transmission.SCHEDULED_CIRCULATION_ROWS),
    sources=feed_sources("ErieCirculationDA", SCHEDULED_CIRCULATION_LAYOUT),
    unconfirmed="its first day; which direction around the lake is positive",
)

BID_LOAD = Feed(
    name="zonalBidLoad",
    dataset=SCHEDULES,
    run=Run.DAY_AHEAD,
    title="Day-ahead load bids by zone: fixed, bilateral, price-capped and virtual",
    documented_at=_LOAD,
    history_from=date(2001, 6, 1),
    step=HOUR,
    published_ahead=timedelta(days=2),
    refresh_every=timedelta(minutes=30),
    locations=tuple(ZONES),
    **timing.DAY_AHEAD_INPUTS,
    layout=BID_LOAD_LAYOUT,
    example=Example(payload=transmission.BID_LOAD, rows=transmission.BID_LOAD_ROWS),
    sources=feed_sources("zonalBidLoad", BID_LOAD_LAYOUT),
    unconfirmed="its first day; in which folder of the new server it is, if in any: it is looked for in that "
    "server's list",
)

TRANSMISSION = (
    INTERFACE_FLOWS,
    REAL_TIME_CIRCULATION,
    DAY_AHEAD_CIRCULATION,
    BID_LOAD,
    DAY_AHEAD_CONSTRAINTS,
    REAL_TIME_CONSTRAINTS,
    INTERFACE_LIMITS,
)
