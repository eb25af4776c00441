"""PJM's binding constraints: marginal values, and the hours for which day-ahead constraints bind.

PJM publishes shadow prices at or below zero; here they are the positive marginal value of the constraint. ``BASE``
and ``ACTUAL`` are PJM's words for a constraint that binds without a contingency: they are kept as contingencies.
"""

from __future__ import annotations

from datetime import date, timedelta

import attrs

from energyopti import ChunkSize, Feed, History, Run, Unconfirmed
from energyopti.datasets import CONSTRAINTS
from energyopti.layouts import Number, Text
from energyopti.timezones import HOUR
from energyopti_pjm import examples, timing
from energyopti_pjm.protocol import dataminer
from energyopti_pjm.protocol.dataminer import DOCUMENTED, data_miner
from energyopti_pjm.protocol.rows import FIVE_MINUTES, beginning, optional, rows
from energyopti_pjm.protocol.unreported import every_day

ENDING = "datetime_ending_utc"
_FACILITY = Text("monitored_facility", to="constraint")
_CONTINGENCY = Text("contingency_facility", to="contingency")
_MARGINAL_VALUE = Number("shadow_price", to="shadow_price", scale=-1)

DAY_AHEAD = rows(CONSTRAINTS, beginning(HOUR), _FACILITY, _CONTINGENCY, _MARGINAL_VALUE)
"""One row per hour, binding facility and contingency; a facility may bind for several contingencies."""

REAL_TIME = rows(
    CONSTRAINTS,
    beginning(FIVE_MINUTES, end=ENDING),
    _FACILITY,
    _CONTINGENCY,
    _MARGINAL_VALUE,
    optional("transmission_constraint_penalty_factor"),
    optional("limit_control_percentage"),
)
"""The same by five minutes; penalty factors and limits in percent are in the raw columns."""

EVENTS = rows(
    CONSTRAINTS,
    beginning(HOUR, end=ENDING),
    _FACILITY,
    _CONTINGENCY,
    optional("duration"),
    optional("day_ahead_congestion_event"),
)
"""One row per stretch of hours in which a constraint binds; the interval is the whole stretch, and there is no price."""

DAY_AHEAD_CONSTRAINTS = Feed(
    name="da_marginal_value",
    dataset=CONSTRAINTS,
    run=Run.DAY_AHEAD,
    title="Day-ahead marginal values of binding constraints, hourly",
    documented_at=DOCUMENTED.format("da_marginal_value"),
    history=History(since=date(2010, 12, 31)),
    chunk=ChunkSize.MONTH,
    sparse=True,
    publication=attrs.evolve(timing.DAY_AHEAD, published_ahead=timedelta(days=2)),
    layout=DAY_AHEAD,
    example=examples.of("da_marginal_value.json"),
    sources=data_miner(every_day(dataminer.rows())),
    unconfirmed=Unconfirmed.noted(
        date(2026, 11, 24),
        "that ACTUAL means no contingency",
    ),
)

REAL_TIME_CONSTRAINTS = attrs.evolve(
    DAY_AHEAD_CONSTRAINTS,
    name="rt_marginal_value",
    run=Run.REAL_TIME_5MIN,
    title="Real-time marginal values of binding constraints, five-minute",
    documented_at=DOCUMENTED.format("rt_marginal_value"),
    history=attrs.evolve(DAY_AHEAD_CONSTRAINTS.history, since=date(2018, 4, 1)),
    publication=timing.VERIFIED,
    step=FIVE_MINUTES,
    layout=REAL_TIME,
    example=examples.of("rt_marginal_value.json"),
    unconfirmed=Unconfirmed.noted(
        date(2026, 11, 30),
        "that BASE means no contingency",
        (
            "whether a filter by Eastern time leaves out the last hours of its last day, as one client reports",
            "a recording has some of them",
        ),
    ),
)

DAY_AHEAD_EVENTS = attrs.evolve(
    DAY_AHEAD_CONSTRAINTS,
    name="da_transconstraints",
    title="Day-ahead constraints by stretch of binding hours",
    documented_at=DOCUMENTED.format("da_transconstraints"),
    step=HOUR,
    layout=EVENTS,
    example=examples.of("da_transconstraints.json"),
    unconfirmed=Unconfirmed.noted(
        date(2026, 11, 24),
        "its first day",
        ("whether a stretch may cross midnight", "it belongs to the day in which it begins"),
    ),
)

TRANSMISSION = (DAY_AHEAD_CONSTRAINTS, REAL_TIME_CONSTRAINTS, DAY_AHEAD_EVENTS)
