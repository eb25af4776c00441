"""PJM's interchange, interfaces, demand bids and offered capacity.

Interchange into PJM is positive, as published. Tie lines overlap (those of each neighbor, and sums of all), and so do
areas of demand (``PJM_RTO`` includes the others). All are kept; never add them up.
"""

from __future__ import annotations

from datetime import date, timedelta

import attrs

from energyopti import ChunkSize, Feed, History, Run, Unconfirmed
from energyopti.datasets import CONSTRAINTS
from energyopti.datasets import SCHEDULES as SCHEDULES_DATASET
from energyopti.layouts import Lookup, Number, Text, Wide
from energyopti.timezones import HOUR
from energyopti.vocabulary import ScheduleKind
from energyopti_pjm import examples, timing
from energyopti_pjm.feeds.load import KEPT
from energyopti_pjm.protocol import dataminer
from energyopti_pjm.protocol.dataminer import DOCUMENTED, data_miner
from energyopti_pjm.protocol.rows import FIVE_MINUTES, beginning, optional, rows

WHOLE = "RTO"
BID_BEGINNING = "bid_datetime_beginning_utc"
BID_FILTER = "bid_datetime_beginning_ept"
_INTERCHANGE = {"kind": ScheduleKind.INTERCHANGE.value}

INTERCHANGE = rows(
    SCHEDULES_DATASET,
    beginning(HOUR),
    Text("tie_line", to="location"),
    Number("actual_flow", to="actual"),
    Number("sched_flow", to="scheduled"),
    optional("inadv_flow"),
    constants=_INTERCHANGE,
)
"""Actual and scheduled flow on each tie; the difference, inadvertent interchange, is in the raw columns."""

SCHEDULED = rows(
    SCHEDULES_DATASET,
    beginning(HOUR),
    Text("tie_line", to="location"),
    Number("hrly_net_tie_sched", to="scheduled"),
    constants=_INTERCHANGE,
)
"""Net schedules on each tie; an empty cell means that nothing is scheduled, and is null."""

INTERFACE_FLOWS = rows(
    SCHEDULES_DATASET,
    beginning(HOUR),
    Text("interface_limit_name", to="location"),
    Number("flow_mw", to="scheduled"),
    optional("limit_mw"),
    constants={"kind": ScheduleKind.INTERNAL_FLOW.value},
)
"""Day-ahead flows on transfer interfaces within PJM, positive in the interface's own direction."""

INTERFACE_LIMITS = rows(
    CONSTRAINTS,
    beginning(HOUR),
    Text("interface_limit_name", to="constraint"),
    Number("flow_mw", to="flow"),
    Number("limit_mw", to="limit"),
)
"""The same document, read for its limits, binding or not."""

TIE_FLOWS = rows(
    SCHEDULES_DATASET,
    beginning(FIVE_MINUTES, nearest=True),
    Text("tie_flow_name", to="location"),
    Number("actual_mw", to="actual"),
    Number("scheduled_mw", to="scheduled"),
    constants=_INTERCHANGE,
)
"""Flows on each tie; stamps may be a second late, as 12:00:01, and mean the five-minute mark."""

_OFFERED = Lookup(
    to="kind",
    of="component",
    values={"total_committed": ScheduleKind.COMMITTED_CAPACITY.value},
    default=ScheduleKind.OFFERED_CAPACITY.value,
)
COMMITTED = rows(
    SCHEDULES_DATASET,
    beginning(HOUR),
    optional("conf_disclaimer"),
    constants={"location": WHOLE},
    derived=(_OFFERED,),
    wide=Wide(
        to="component",
        value="scheduled",
        columns={"rt_ecomax": "rt_ecomax", "self_ecomax": "self_ecomax"},
    ),
)
"""The economic maximum of running units, and of self-scheduled ones; null if PJM keeps it confidential."""

CAPACITY = rows(
    SCHEDULES_DATASET,
    beginning(HOUR, names=BID_BEGINNING),
    constants={"location": WHOLE},
    derived=(_OFFERED,),
    wide=Wide(
        to="component",
        value="scheduled",
        columns={"eco_max": "eco_max", "emerg_max": "emerg_max", "total_committed": "total_committed"},
    ),
)
"""Capacity offered (with emergency capacity: ``emerg_max``) and committed; outages are not subtracted."""

DEMAND_BIDS = rows(
    SCHEDULES_DATASET,
    beginning(HOUR),
    Text("area", to="location"),
    Number("hrly_da_demand_bid", to="scheduled"),
    constants={"kind": ScheduleKind.LOAD.value},
)

DEMAND_CURVE = rows(
    SCHEDULES_DATASET,
    beginning(HOUR, names=BID_BEGINNING),
    Text("price_point", to="component"),
    Number(("demand_mw", "dmd_mw", "bid_mw", "mw"), to="scheduled"),
    optional("modified_datetime_utc"),
    constants={"kind": ScheduleKind.LOAD.value, "location": WHOLE},
)
"""The demand bid at each price; the price, in USD/MWh, is the component."""

INTERCHANGES = Feed(
    name="act_sch_interchange",
    dataset=SCHEDULES_DATASET,
    title="Interchange by tie line, actual and scheduled, hourly; about five days late",
    documented_at=DOCUMENTED.format("act_sch_interchange"),
    history=History(since=date(2014, 1, 1)),
    chunk=ChunkSize.MONTH,
    publication=timing.INTERCHANGE,
    layout=INTERCHANGE,
    example=examples.of("act_sch_interchange.json"),
    sources=data_miner(dataminer.rows()),
    unconfirmed=Unconfirmed.noted(
        date(2026, 11, 24),
        "which of the tie lines are sums of others",
    ),
)

TIES = attrs.evolve(
    INTERCHANGES,
    name="five_min_tie_flows",
    title="Interchange by tie, actual and scheduled, five-minute",
    documented_at=DOCUMENTED.format("five_min_tie_flows"),
    history=attrs.evolve(INTERCHANGES.history, since=date(2018, 4, 1), retention=KEPT),
    chunk=ChunkSize.DAY,
    publication=timing.REAL_TIME,
    layout=TIE_FLOWS,
    example=examples.of("five_min_tie_flows.json"),
    unconfirmed=Unconfirmed.noted(
        date(2026, 11, 30),
        ("its sign", "taken as that of hourly interchange, imports positive"),
        "how far its stamps may be off the five-minute grid; one second is known",
        "its first day",
    ),
)

SCHEDULED_INTERCHANGE = attrs.evolve(
    INTERCHANGES,
    name="rt_scheduled_interchange",
    run=Run.REAL_TIME_HOURLY,
    title="Net scheduled interchange by tie line, hourly",
    documented_at=DOCUMENTED.format("rt_scheduled_interchange"),
    publication=timing.SOME_DAYS,
    layout=SCHEDULED,
    example=examples.of("rt_scheduled_interchange.json"),
    unconfirmed=Unconfirmed.noted(
        date(2026, 11, 30),
        "its first day",
        "how far ahead of the hour it is published",
    ),
)

INTERFACES = attrs.evolve(
    INTERCHANGES,
    name="da_interface_flows_and_limits",
    run=Run.DAY_AHEAD,
    title="Day-ahead flows on transfer interfaces, hourly",
    documented_at=DOCUMENTED.format("da_interface_flows_and_limits"),
    publication=attrs.evolve(timing.DAY_AHEAD_FLOWS, published_ahead=timedelta(days=2)),
    layout=INTERFACE_FLOWS,
    example=examples.of("da_interface_flows_and_limits.json"),
    unconfirmed=Unconfirmed.noted(
        date(2026, 11, 24),
        "which direction of each interface is positive",
    ),
)

LIMITS = attrs.evolve(
    INTERFACES,
    name="da_interface_flows_and_limits_limits",
    dataset=CONSTRAINTS,
    title="Day-ahead limits of transfer interfaces with their flows, hourly",
    layout=INTERFACE_LIMITS,
    example=examples.of(
        "da_interface_flows_and_limits.json", rows="da_interface_flows_and_limits_limits.rows.json"
    ),
    sources=data_miner(dataminer.rows(INTERFACES.name)),
)

SCHEDULED_GENERATION = attrs.evolve(
    SCHEDULED_INTERCHANGE,
    name="rt_and_self_ecomax",
    title="Economic maximum of running and self-scheduled generation, hourly",
    documented_at=DOCUMENTED.format("rt_and_self_ecomax"),
    history=attrs.evolve(SCHEDULED_INTERCHANGE.history, since=date(2017, 10, 1)),
    chunk=ChunkSize.YEAR,
    layout=COMMITTED,
    example=examples.of("rt_and_self_ecomax.json"),
    unconfirmed=Unconfirmed.noted(
        date(2026, 11, 30),
        "its columns, known only from other clients",
        "its first day",
        "what rt_ecomax counts when it is published",
    ),
)

GENERATION_CAPACITY = attrs.evolve(
    INTERCHANGES,
    name="day_gen_capacity",
    run=Run.DAY_AHEAD,
    title="Generation capacity offered and committed, hourly; published the next morning",
    documented_at=DOCUMENTED.format("day_gen_capacity"),
    history=attrs.evolve(INTERCHANGES.history, since=date(2012, 1, 1)),
    chunk=ChunkSize.YEAR,
    publication=timing.NEXT_MORNING,
    layout=CAPACITY,
    example=examples.of("day_gen_capacity.json"),
    sources=data_miner(dataminer.rows(when=BID_FILTER)),
    unconfirmed=Unconfirmed.noted(
        date(2026, 11, 24),
        "that the offers are day-ahead market offers",
    ),
)

DEMAND = attrs.evolve(
    INTERFACES,
    name="hrl_dmd_bids",
    title="Day-ahead demand bids by area, hourly; PJM_RTO includes the others",
    documented_at=DOCUMENTED.format("hrl_dmd_bids"),
    history=attrs.evolve(INTERFACES.history, since=date(2000, 6, 2)),
    chunk=ChunkSize.YEAR,
    publication=attrs.evolve(timing.DAY_AHEAD_INPUTS, published_ahead=timedelta(days=2)),
    layout=DEMAND_BIDS,
    example=examples.of("hrl_dmd_bids.json"),
    unconfirmed=Unconfirmed.noted(
        date(2026, 11, 24),
        "whether these are all bids or only cleared ones",
    ),
)

DEMAND_CURVES = attrs.evolve(
    GENERATION_CAPACITY,
    name="hrl_da_demand_bids",
    title="Day-ahead demand bids by price, hourly; published six months later",
    documented_at=DOCUMENTED.format("hrl_da_demand_bids"),
    chunk=ChunkSize.MONTH,
    sparse=True,
    publication=timing.DEMAND_CURVES,
    layout=DEMAND_CURVE,
    example=examples.of("hrl_da_demand_bids.json"),
    unconfirmed=Unconfirmed.noted(
        date(2026, 11, 30),
        (
            "all of its columns",
            "no row has been seen; they are taken to be like those of hrl_da_incs_decs",
        ),
        "its filter",
        "its first day",
        "any other form is refused, not guessed at",
    ),
)

SCHEDULES = (
    INTERCHANGES,
    TIES,
    SCHEDULED_INTERCHANGE,
    DEMAND,
    GENERATION_CAPACITY,
    SCHEDULED_GENERATION,
    INTERFACES,
    DEMAND_CURVES,
    LIMITS,
)
"""The defaults first."""
