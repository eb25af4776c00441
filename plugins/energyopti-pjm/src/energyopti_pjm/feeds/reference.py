"""PJM's pricing nodes by id and name, and the valid sources and sinks of FTRs in the monthly auctions.

The list for the next month is called prompt, the list for later months non-prompt. The list of valid option paths
(``option-paths.csv``) has pairs of names, which fit no dataset: it is not read.
"""

from __future__ import annotations

from datetime import date

import attrs

from energyopti import Chunk, Feed, FeedSource, History, Unconfirmed
from energyopti.datasets import LOCATIONS
from energyopti.layouts import Moment, Reading, Text, Undated
from energyopti.source import Collect, Source
from energyopti.timezones import DAY
from energyopti.vocabulary import LocationType
from energyopti_pjm import examples, timing
from energyopti_pjm.protocol import dataminer
from energyopti_pjm.protocol.dataminer import DOCUMENTED, data_miner
from energyopti_pjm.protocol.lists import HOST, ListLayout, collect_list
from energyopti_pjm.protocol.rows import STAMPS, ZONE, optional, rows
from energyopti_pjm.vocabulary import SUBTYPES

PNODES = rows(
    LOCATIONS,
    Undated(),
    Text("pnode_id", to="location"),
    Text("pnode_name", to="location_name"),
    optional("pnode_type"),
    Text("pnode_subtype", to="location_type", words=SUBTYPES, default=LocationType.NODE.value),
    Text("zone", to="zone", required=False),
    optional("voltage_level"),
    Moment("effective_date", to="valid_from", formats=STAMPS),
    Moment(
        "termination_date",
        to="valid_to",
        formats=STAMPS,
        null_values=("9999-12-31T00:00:00", "12/31/9999 12:00:00 AM", "12/31/9999"),
    ),
)
"""One row per validity period of a node, including retired nodes; PJM's dates are days on its clock."""


def current(collect: Collect) -> Collect:
    """A feed without times: its rows are dated to the current day."""

    async def of_today(chunk: Chunk, source: Source) -> Reading:
        return (await collect(chunk, source)).spanning(chunk.start, chunk.end)

    return of_today


NODES = Feed(
    name="pnode",
    dataset=LOCATIONS,
    title="Pricing nodes: hubs, zones, aggregates, interfaces and buses, including retired ones",
    documented_at=DOCUMENTED.format("pnode"),
    history=History(since=date(2000, 6, 1), snapshot_only=True),
    sparse=True,
    publication=attrs.evolve(timing.CURRENT, refresh_every=DAY),
    layout=PNODES,
    example=examples.of("pnode.json"),
    sources=data_miner(current(dataminer.rows(when=None))),
)

PLACES = ListLayout(
    dataset=LOCATIONS,
    zone=ZONE,
    begins="Source/Sink",
    time=Undated(),
    columns=(
        Text("Source/Sink", to="location_name", required=False),
        Text(("PnodeID  (Information purposes only)", "PnodeID"), to="location"),
    ),
    constants={"location_type": LocationType.NODE.value},
)
"""Hubs, zones and aggregates are in the list too, but not distinguished: the list of nodes has their types."""

PROMPT = attrs.evolve(
    NODES,
    name="ftr_source_sink_prompt",
    title="Valid sources and sinks of FTRs for the next month",
    documented_at="https://www.pjm.com/markets-and-operations/ftr",
    history=attrs.evolve(NODES.history, since=date(2016, 1, 1)),
    layout=PLACES,
    example=examples.of("ftr_source_sink_prompt.csv"),
    sources=(FeedSource(name="website", host=HOST, collect=collect_list("ftr-source-sink-prompt.csv")),),
    unconfirmed=Unconfirmed.noted(
        date(2026, 11, 30),
        ("its columns other than the node number", "the first is taken as the name, others are findings"),
        "whether each number appears only once",
        ("the location type of each", "all are called nodes"),
    ),
)
NON_PROMPT = attrs.evolve(
    PROMPT,
    name="ftr_source_sink_nonprompt",
    title="Valid sources and sinks of FTRs for the months after the next",
    sources=(FeedSource(name="website", host=HOST, collect=collect_list("ftr-source-sink-nonprompt.csv")),),
)

REFERENCE = (NODES,)
PATHS = (PROMPT, NON_PROMPT)
