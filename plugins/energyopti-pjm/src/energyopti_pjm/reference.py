"""PJM's pricing nodes: hubs, zones, aggregates, interfaces and buses, by id and name."""

from __future__ import annotations

from datetime import date, timedelta

from energyopti import Chunk, Example, Feed, FeedSource
from energyopti.datasets import LOCATIONS
from energyopti.layouts import Moment, Reading, Text, Undated
from energyopti.market import Collect
from energyopti.source import Source
from energyopti.timezones import DAY
from energyopti_pjm import dataminer, timing
from energyopti_pjm.examples import reference as examples
from energyopti_pjm.layouts import STAMPS, optional, rows
from energyopti_pjm.vocabulary import SUBTYPES, LocationType

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
"""A row for each window of a node's validity, retired nodes among them; PJM's dates are days of its clock."""


def current(collect: Collect) -> Collect:
    """A feed without times: its rows are of the running day."""

    async def of_today(chunk: Chunk, source: Source) -> Reading:
        return (await collect(chunk, source)).spanning(chunk.start, chunk.end)

    return of_today


NODES = Feed(
    name="pnode",
    dataset=LOCATIONS,
    title="Pricing nodes: hubs, zones, aggregates, interfaces and buses, those retired too",
    documented_at="https://dataminer2.pjm.com/feed/pnode/definition",
    history_from=date(2000, 6, 1),
    step=DAY,
    snapshot_only=True,
    sparse=True,
    refresh_every=timedelta(days=1),
    **timing.CURRENT,
    layout=PNODES,
    example=Example(payload=examples.NODES, rows=examples.NODE_ROWS),
    sources=(
        FeedSource(
            name="Data Miner",
            host="dataminer",
            collect=current(dataminer.rows("pnode", PNODES, when=None)),
        ),
    ),
)

REFERENCE = (NODES,)
