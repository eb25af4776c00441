"""PJM's interchange, interfaces, demand bids and offered capacity.

Interchange into PJM is positive, as published. Tie lines overlap (each neighbour's stand beside sums of all), and so
do areas of demand (``PJM_RTO`` holds the others). All are kept; never add them up.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from energyopti import ChunkSize, Example, Feed, Run
from energyopti.datasets import CONSTRAINTS, SCHEDULES
from energyopti.layouts import Layout, Number, Text, Wide
from energyopti.vocabulary import ScheduleKind
from energyopti_pjm import dataminer, timing
from energyopti_pjm.examples import schedules as examples
from energyopti_pjm.layouts import FIVE_MINUTES, HOUR, beginning, optional, rows
from energyopti_pjm.load import DOCUMENTED, KEPT, data_miner
from energyopti_pjm.timing import Timing

WHOLE = "RTO"
BID_BEGINNING = "bid_datetime_beginning_utc"
BID_FILTER = "bid_datetime_beginning_ept"
_INTERCHANGE = {"kind": ScheduleKind.INTERCHANGE.value}

INTERCHANGE = rows(
    SCHEDULES,
    beginning(HOUR),
    Text("tie_line", to="location"),
    Number("actual_flow", to="actual"),
    Number("sched_flow", to="scheduled"),
    optional("inadv_flow"),
    constants=_INTERCHANGE,
)
"""What flowed and what was scheduled over each tie; the difference, inadvertent interchange, stays raw."""

SCHEDULED = rows(
    SCHEDULES,
    beginning(HOUR),
    Text("tie_line", to="location"),
    Number("hrly_net_tie_sched", to="scheduled"),
    constants=_INTERCHANGE,
)
"""Net schedules over each tie; an empty cell says that nothing is scheduled, and is null."""

INTERFACE_FLOWS = rows(
    SCHEDULES,
    beginning(HOUR),
    Text("interface_limit_name", to="location"),
    Number("flow_mw", to="scheduled"),
    optional("limit_mw"),
    constants=_INTERCHANGE,
)
"""Day-ahead flows over transfer interfaces within PJM, positive in the interface's own direction."""

INTERFACE_LIMITS = rows(
    CONSTRAINTS,
    beginning(HOUR),
    Text("interface_limit_name", to="constraint"),
    Number("flow_mw", to="flow"),
    Number("limit_mw", to="limit"),
)
"""The same document read for its limits, binding or not."""

TIE_FLOWS = rows(
    SCHEDULES,
    beginning(FIVE_MINUTES, nearest=True),
    Text("tie_flow_name", to="location"),
    Number("actual_mw", to="actual"),
    Number("scheduled_mw", to="scheduled"),
    constants=_INTERCHANGE,
)
"""Flows over each tie; stamps may be a second late, as 12:00:01, and mean the five minutes."""

_GENERATION = {"kind": ScheduleKind.GENERATION.value, "location": WHOLE}
COMMITTED = rows(
    SCHEDULES,
    beginning(HOUR),
    optional("conf_disclaimer"),
    constants=_GENERATION,
    wide=Wide(
        to="component",
        value="scheduled",
        columns={"rt_ecomax": "rt_ecomax", "self_ecomax": "self_ecomax"},
    ),
)
"""The economic maximum of what runs, and of what schedules itself; null where PJM keeps it confidential."""

CAPACITY = rows(
    SCHEDULES,
    beginning(HOUR, names=BID_BEGINNING),
    constants=_GENERATION,
    wide=Wide(
        to="component",
        value="scheduled",
        columns={"eco_max": "eco_max", "emerg_max": "emerg_max", "total_committed": "total_committed"},
    ),
)
"""Capacity that is offered (with emergency capacity: ``emerg_max``) and that is committed; outages are not taken off."""

DEMAND_BIDS = rows(
    SCHEDULES,
    beginning(HOUR),
    Text("area", to="location"),
    Number("hrly_da_demand_bid", to="scheduled"),
    constants={"kind": ScheduleKind.LOAD.value},
)

DEMAND_CURVE = rows(
    SCHEDULES,
    beginning(HOUR, names=BID_BEGINNING),
    Text("price_point", to="component"),
    Number(("demand_mw", "dmd_mw", "bid_mw", "mw"), to="scheduled"),
    optional("modified_datetime_utc"),
    constants={"kind": ScheduleKind.LOAD.value, "location": WHOLE},
)
"""The demand that is bid at each price; the price, in USD/MWh, is the component."""


def _feed(
    name: str,
    layout: Layout,
    *,
    published: Timing,
    source: str | None = None,
    when: str | None = None,
    **more: Any,
) -> Feed:
    """A feed over one of Data Miner's, a month at a time unless it says otherwise."""
    given: dict[str, Any] = {
        "step": HOUR,
        "chunk": ChunkSize.MONTH,
        "refresh_every": timedelta(minutes=30),
        **published,
        **more,
    }
    asked = source or name
    return Feed(
        name=name,
        dataset=layout.dataset,
        documented_at=DOCUMENTED.format(asked),
        layout=layout,
        sources=data_miner(dataminer.rows(asked, layout, when=when or "datetime_beginning_ept")),
        **given,
    )


INTERCHANGES = _feed(
    "act_sch_interchange",
    INTERCHANGE,
    published=timing.INTERCHANGE,
    title="Interchange by tie line, actual and scheduled, hourly; some five days late",
    history_from=date(2014, 1, 1),
    example=Example(payload=examples.INTERCHANGE, rows=examples.INTERCHANGE_ROWS),
    unconfirmed="which of the tie lines are sums of others",
)

TIES = _feed(
    "five_min_tie_flows",
    TIE_FLOWS,
    published=timing.REAL_TIME,
    title="Interchange by tie, actual and scheduled, every five minutes",
    history_from=date(2018, 4, 1),
    step=FIVE_MINUTES,
    chunk=ChunkSize.DAY,
    refresh_every=timedelta(minutes=5),
    retention=KEPT,
    example=Example(payload=examples.TIES, rows=examples.TIE_ROWS),
    unconfirmed=(
        "its sign: taken to be that of hourly interchange, imports positive; how far its stamps may be beside the grid "
        "of five minutes, of which a second is known; its first day"
    ),
)

SCHEDULED_INTERCHANGE = _feed(
    "rt_scheduled_interchange",
    SCHEDULED,
    published=timing.SOME_DAYS,
    run=Run.REAL_TIME_HOURLY,
    title="Net scheduled interchange by tie line, hourly",
    history_from=date(2014, 1, 1),
    example=Example(payload=examples.SCHEDULED, rows=examples.SCHEDULED_ROWS),
    unconfirmed="its first day; how far ahead of the hour it is published",
)

INTERFACES = _feed(
    "da_interface_flows_and_limits",
    INTERFACE_FLOWS,
    published=timing.DAY_AHEAD_FLOWS,
    run=Run.DAY_AHEAD,
    title="Day-ahead flows over transfer interfaces, hourly",
    history_from=date(2014, 1, 1),
    published_ahead=timedelta(days=2),
    example=Example(payload=examples.INTERFACES, rows=examples.INTERFACE_FLOW_ROWS),
    unconfirmed="which direction of each interface is positive",
)

LIMITS = _feed(
    "da_interface_flows_and_limits_limits",
    INTERFACE_LIMITS,
    published=timing.DAY_AHEAD_FLOWS,
    source="da_interface_flows_and_limits",
    run=Run.DAY_AHEAD,
    title="Day-ahead limits of transfer interfaces beside their flows, hourly",
    history_from=date(2014, 1, 1),
    published_ahead=timedelta(days=2),
    example=Example(payload=examples.INTERFACES, rows=examples.INTERFACE_LIMIT_ROWS),
    unconfirmed="which direction of each interface is positive",
)

SCHEDULED_GENERATION = _feed(
    "rt_and_self_ecomax",
    COMMITTED,
    published=timing.SOME_DAYS,
    run=Run.REAL_TIME_HOURLY,
    title="Economic maximum of generation that runs and that schedules itself, hourly",
    history_from=date(2017, 10, 1),
    chunk=ChunkSize.YEAR,
    example=Example(payload=examples.COMMITTED, rows=examples.COMMITTED_ROWS),
    unconfirmed="its columns, known from clients alone; its first day; what rt_ecomax counts when it is published",
)

GENERATION_CAPACITY = _feed(
    "day_gen_capacity",
    CAPACITY,
    published=timing.NEXT_MORNING,
    when=BID_FILTER,
    run=Run.DAY_AHEAD,
    title="Generation capacity offered and committed, hourly; published on the next morning",
    history_from=date(2012, 1, 1),
    chunk=ChunkSize.YEAR,
    example=Example(payload=examples.CAPACITY, rows=examples.CAPACITY_ROWS),
    unconfirmed="that the offers are those to the day-ahead market",
)

DEMAND = _feed(
    "hrl_dmd_bids",
    DEMAND_BIDS,
    published=timing.DAY_AHEAD_INPUTS,
    run=Run.DAY_AHEAD,
    title="Day-ahead demand bids by area, hourly; PJM_RTO holds the others",
    history_from=date(2000, 6, 2),
    chunk=ChunkSize.YEAR,
    published_ahead=timedelta(days=2),
    example=Example(payload=examples.DEMAND, rows=examples.DEMAND_ROWS),
    unconfirmed="whether bids are all that were made or those that cleared",
)

DEMAND_CURVES = _feed(
    "hrl_da_demand_bids",
    DEMAND_CURVE,
    published=timing.DEMAND_CURVES,
    when=BID_FILTER,
    run=Run.DAY_AHEAD,
    title="Day-ahead demand bids by price, hourly; published six months later",
    history_from=date(2012, 1, 1),
    sparse=True,
    example=Example(payload=examples.DEMAND_CURVE, rows=examples.DEMAND_CURVE_ROWS),
    unconfirmed=(
        "all of its columns: none of its rows has been seen, they are taken to be like those of "
        "hrl_da_incs_decs; its filter; its first day; another form is refused, not guessed at"
    ),
)

SCHEDULE_FEEDS = (
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
"""The usual answers first."""
