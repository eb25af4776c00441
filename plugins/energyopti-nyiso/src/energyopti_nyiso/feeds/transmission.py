"""New York's grid: limiting constraints, interface flows and limits, Lake Erie circulation, load bids."""

from __future__ import annotations

from datetime import date, timedelta

import attrs

from energyopti import Feed, History, Run, Unconfirmed
from energyopti.datasets import CONSTRAINTS, SCHEDULES
from energyopti.layouts import (
    CsvLayout,
    Lookup,
    Meaning,
    Moved,
    Number,
    Pattern,
    Stamp,
    Text,
    Wide,
)
from energyopti.vocabulary import ScheduleKind
from energyopti_nyiso import examples, timing
from energyopti_nyiso.locations import ZONES
from energyopti_nyiso.protocol.reports import report_page
from energyopti_nyiso.protocol.servers import feed_sources
from energyopti_nyiso.protocol.stamps import (
    BARE_STAMP,
    BEGINNING,
    FIVE_MINUTES,
    HOURLY,
    HOURLY_FLAGGED,
    READING,
    ZONE,
)

_POWER_GRID = "https://www.nyiso.com/real-time-dashboard"
_NO_LIMIT = (9999.0, -9999.0)
_SCHEDULED = "^SCH - "
"""The form of external interfaces' names: SCH - PJ - NY."""


def constraints(time: Stamp) -> CsvLayout:
    """Limiting constraints: the binding facility, the contingency, and the constraint cost.

    The cost keeps its published sign. Both signs occur, and both bind: filter on values other than zero.
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


def circulation(time: Stamp, field: str) -> CsvLayout:
    """Power that circulates around Lake Erie: one value, in MW despite the label."""
    return CsvLayout(
        dataset=SCHEDULES,
        zone=ZONE,
        time=time,
        columns=(Number(("Lake Erie Circulation (MWH)", "Lake Erie Circulation (MW)"), to=field),),
        constants={"kind": ScheduleKind.LOOP_FLOW.value, "location": "LAKE ERIE CIRCULATION"},
    )


DAY_AHEAD_CONSTRAINTS = Feed(
    name="DAMLimitingConstraints",
    dataset=CONSTRAINTS,
    run=Run.DAY_AHEAD,
    title="Day-ahead limiting constraints",
    documented_at=report_page("DAMLimitingConstraints"),
    history=History(since=date(2001, 8, 1)),
    sparse=True,
    publication=attrs.evolve(
        timing.DAY_AHEAD, published_ahead=timedelta(days=2), refresh_every=timedelta(minutes=30)
    ),
    layout=constraints(HOURLY_FLAGGED),
    example=examples.of("DAMLimitingConstraints.csv"),
    sources=feed_sources("DAMLimitingConstraints"),
    unconfirmed=Unconfirmed.noted(
        date(2026, 11, 30),
        (
            "what the sign of a constraint's cost says",
            "it is kept; both were seen, and no day of it is recorded",
        ),
    ),
)

REAL_TIME_CONSTRAINTS = attrs.evolve(
    DAY_AHEAD_CONSTRAINTS,
    name="LimitingConstraints",
    run=Run.REAL_TIME_5MIN,
    title="Real-time limiting constraints",
    history=attrs.evolve(DAY_AHEAD_CONSTRAINTS.history, since=date(2002, 1, 1)),
    publication=attrs.evolve(timing.REAL_TIME, refresh_every=FIVE_MINUTES),
    layout=constraints(attrs.evolve(READING, meaning=Meaning.BEGINNING)),
    example=examples.of("LimitingConstraints.csv"),
    sources=feed_sources("LimitingConstraints"),
)


INTERFACE_FLOWS = Feed(
    name="ExternalLimitsFlows",
    documented_at=report_page("ExternalLimitsFlows"),
    dataset=SCHEDULES,
    title="Interface flows within New York and schedules at its borders, five-minute",
    history=History(since=date(2002, 1, 1)),
    publication=timing.REAL_TIME,
    layout=CsvLayout(
        dataset=SCHEDULES,
        zone=ZONE,
        time=BEGINNING,
        columns=(
            Text("Interface Name", to="location"),
            Text("Point ID"),
            Number("Flow (MWH)", to="actual"),
            Number("Positive Limit (MWH)"),
            Number("Negative Limit (MWH)"),
        ),
        derived=(
            Pattern(
                to="kind",
                of="location",
                patterns={_SCHEDULED: ScheduleKind.INTERCHANGE.value},
                default=ScheduleKind.INTERNAL_FLOW.value,
            ),
            Moved(to="scheduled", of="actual", by="kind", words=(ScheduleKind.INTERCHANGE.value,)),
            Lookup(
                to="component",
                of="location",
                values={"SCH - HQ_IMPORT_EXPORT": "IMPORT_EXPORT"},
                default=None,
            ),
        ),
    ),
    example=examples.of("ExternalLimitsFlows.csv"),
    sources=feed_sources("ExternalLimitsFlows"),
    unconfirmed=Unconfirmed.noted(
        date(2026, 11, 30),
        (
            "that SCH rows are schedules, and not what flowed",
            "a recorded day changes at quarter hours, with ramps of ten minutes",
        ),
        (
            "what SCH - HQ_IMPORT_EXPORT leaves out of SCH - HQ - NY",
            "on a recorded day it is less by the same 189 MW in every interval: never add both up",
        ),
    ),
)
"""Flows within New York and schedules at its borders (SCH - PJ - NY), in MW despite the label; imports are positive.

Schedules stay the same for a quarter of an hour and ramp to the next over ten minutes; flows change with every reading.
"""

INTERFACE_LIMITS = attrs.evolve(
    INTERFACE_FLOWS,
    name="ExternalLimitsFlows_limits",
    documented_at=report_page("ExternalLimitsFlows"),
    dataset=CONSTRAINTS,
    run=Run.REAL_TIME_5MIN,
    title="Interface limits with their flows, five-minute",
    layout=CsvLayout(
        dataset=CONSTRAINTS,
        zone=ZONE,
        time=BEGINNING,
        columns=(
            Text("Interface Name", to="constraint"),
            Text("Point ID"),
            Number("Flow (MWH)", to="flow"),
            Number("Positive Limit (MWH)", to="limit", null_values=_NO_LIMIT),
            Number("Negative Limit (MWH)"),
        ),
    ),
    example=examples.of("ExternalLimitsFlows.csv", rows="ExternalLimitsFlows_limits.rows.json"),
)
"""The same document, read for its limits: `limit` is the limit in the positive direction; 9999 means none."""

REAL_TIME_CIRCULATION = attrs.evolve(
    INTERFACE_FLOWS,
    name="ErieCirculationRT",
    documented_at=_POWER_GRID,
    run=Run.REAL_TIME_5MIN,
    title="Lake Erie circulation, real-time readings",
    history=attrs.evolve(INTERFACE_FLOWS.history, since=date(2009, 4, 1)),
    layout=circulation(attrs.evolve(BEGINNING, meaning=Meaning.INSTANT), "actual"),
    example=examples.of("ErieCirculationRT.csv"),
    sources=feed_sources("ErieCirculationRT"),
    unconfirmed=Unconfirmed.noted(
        date(2026, 11, 30),
        "its step and its first day",
        "which direction around the lake is positive",
    ),
)

DAY_AHEAD_CIRCULATION = Feed(
    name="ErieCirculationDA",
    dataset=SCHEDULES,
    run=Run.DAY_AHEAD,
    title="Lake Erie circulation assumed by the day-ahead market",
    documented_at=_POWER_GRID,
    history=History(since=date(2009, 5, 1)),
    publication=attrs.evolve(
        timing.DAY_AHEAD_INPUTS, published_ahead=timedelta(days=2), refresh_every=timedelta(minutes=30)
    ),
    layout=circulation(attrs.evolve(HOURLY, names=BARE_STAMP), "scheduled"),
    example=examples.of("ErieCirculationRT.csv", rows="ErieCirculationDA.rows.json"),
    sources=feed_sources("ErieCirculationDA"),
    unconfirmed=Unconfirmed.noted(
        date(2026, 11, 30),
        "its first day",
        "which direction around the lake is positive",
    ),
)

_BIDS = ("Energy Bid Load", "Bilateral Load", "Price Cap Load", "Virtual Load")

BID_LOAD = attrs.evolve(
    DAY_AHEAD_CIRCULATION,
    name="zonalBidLoad",
    title="Day-ahead load bids by zone: fixed, bilateral, price-capped and virtual",
    documented_at="https://www.nyiso.com/load-data",
    history=attrs.evolve(DAY_AHEAD_CIRCULATION.history, since=date(2001, 6, 1)),
    locations=attrs.evolve(DAY_AHEAD_CIRCULATION.locations, closed=tuple(ZONES)),
    layout=CsvLayout(
        dataset=SCHEDULES,
        zone=ZONE,
        quoted=True,
        time=HOURLY,
        columns=(Text("Name", to="location"), Text("PTID")),
        wide=Wide(
            to=("kind", "component"),
            value="scheduled",
            columns={bid: (ScheduleKind.LOAD.value, bid) for bid in _BIDS}
            | {"Virtual Supply": (ScheduleKind.GENERATION.value, "Virtual Supply")},
        ),
    ),
    example=examples.of("zonalBidLoad.csv"),
    sources=feed_sources("zonalBidLoad"),
    unconfirmed=Unconfirmed.noted(
        date(2026, 11, 30),
        "its first day",
        ("in which folder of the new server it is, if in any", "that server's list is searched"),
    ),
)
"""Total day-ahead load bids by zone; virtual supply counts as generation."""

TRANSMISSION = (
    INTERFACE_FLOWS,
    REAL_TIME_CIRCULATION,
    DAY_AHEAD_CIRCULATION,
    BID_LOAD,
    DAY_AHEAD_CONSTRAINTS,
    REAL_TIME_CONSTRAINTS,
    INTERFACE_LIMITS,
)
