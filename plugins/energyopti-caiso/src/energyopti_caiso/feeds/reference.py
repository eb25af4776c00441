"""The lists of CAISO's pricing nodes: network nodes, and aggregated nodes including hubs and load zones."""

from __future__ import annotations

from datetime import date

import attrs

from energyopti import Chunk, Feed, Unconfirmed
from energyopti.datasets import LOCATIONS
from energyopti.layouts import CsvLayout, Moment, Pattern, Reading, Text, Undated
from energyopti.timezones import DAY
from energyopti.vocabulary import LocationType
from energyopti_caiso import timing
from energyopti_caiso.examples import example
from energyopti_caiso.feeds.by_run import OASIS, oasis_feed, report_page
from energyopti_caiso.locations import KINDS
from energyopti_caiso.protocol import oasis
from energyopti_caiso.protocol.layouts import STAMP, report
from energyopti_caiso.protocol.oasis import Report

_OPEN = tuple(f"{year}-12-31T{hour}:00:00-00:00" for year in (2999, 9999) for hour in ("00", "07", "08"))
_IGNORED = (
    *("PNODE_TYPE", "APNODE_TYPE", "COMMENTS", "EFF_START_DT", "EFF_END_DT", "CB_NODE_FLAG", "MAX_CB_MW"),
    *(f"MAX_CB_MW_EFF_{edge}_DT{clock}" for edge in ("START", "END") for clock in ("", "_GMT")),
)


def _layout(node: str) -> CsvLayout:
    """Nodes with their validity."""
    return report(
        LOCATIONS,
        Text(node, to="location"),
        Text("DESCRIPTION", to="location_name", required=False),
        Moment("EFF_START_DT_GMT", to="valid_from", formats=STAMP, utc=True),
        Moment("EFF_END_DT_GMT", to="valid_to", formats=STAMP, utc=True, null_values=("", *_OPEN)),
        time=Undated(),
        derived=(
            Pattern(to="location_type", of="location", patterns=KINDS, default=LocationType.NODE.value),
        ),
        ignored=_IGNORED,
        repeats="keep",
    )


def today(reading: Reading, chunk: Chunk) -> Reading:
    """A list, dated to the current day."""
    return reading.spanning(chunk.start, chunk.end)


def _feed(asked: Report, title: str, node: str, unconfirmed: tuple[Unconfirmed, ...]) -> Feed:
    """A feed of the currently valid nodes."""
    return oasis_feed(
        name=asked.name,
        documented_at=report_page(asked.name),
        dataset=LOCATIONS,
        title=title,
        step=DAY,
        history=attrs.evolve(OASIS, retention=None, snapshot_only=True),
        publication=attrs.evolve(timing.LISTS, refresh_every=DAY),
        layout=_layout(node),
        example=example(f"{asked.name}.csv"),
        sources=(oasis.single(asked, finish=today),),
        unconfirmed=unconfirmed,
    )


_END = Unconfirmed.noted(
    date(2026, 11, 25),
    "how an open end date is written",
)
AGGREGATED = _feed(
    Report("ATL_APNODE", 1, {"APnode_type": "ALL"}),
    "Aggregated pricing nodes: trading hubs, load zones and others",
    "APNODE_ID",
    (
        *Unconfirmed.noted(
            date(2026, 11, 25),
            "that its columns are those of ATL_PNODE",
        ),
        *_END,
    ),
)
NODES = _feed(Report("ATL_PNODE", 1, {"Pnode_type": "ALL"}), "Pricing nodes of the network", "PNODE_ID", _END)
REFERENCE = (AGGREGATED, NODES)
