"""Congestion revenue rights (CRRs): auction clearing prices, and holdings.

An auction price is published per pricing node, not per path: a CRR costs the price at its sink minus the price at its
source. It is given here as the price of a CRR from the reference to the node.
"""

from __future__ import annotations

from datetime import date, timedelta

import attrs

from energyopti import ChunkSize, Feed, Unconfirmed
from energyopti.datasets import FTR
from energyopti.layouts import Absolute, BlockHours, CsvLayout, Number, Text
from energyopti.timezones import HOUR
from energyopti.vocabulary import FtrKind, Hedge
from energyopti_caiso import timing
from energyopti_caiso.examples import example
from energyopti_caiso.feeds.by_run import oasis_feed, report_page
from energyopti_caiso.protocol import oasis
from energyopti_caiso.protocol.layouts import STAMP, report, value
from energyopti_caiso.protocol.oasis import Report

REFERENCE = "REFERENCE"
"""The source of the CRR that a nodal price is for: the reference."""

_TERM = Absolute(
    names="START_DATE_GMT", end=("END_DATE_GMT",), formats=(STAMP, "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S")
)
DAYTIME = (7, 22)
"""The first and last of CAISO's daytime hours, by hour ending."""

_ON, _OFF = "6x16", "6x8+1x24"
"""The times of use as blocks: daytime Monday to Saturday without NERC holidays, and all other hours."""

_BLOCK = Text(
    "TIME_OF_USE",
    to="block",
    words={"ON": _ON, "OFF": _OFF, "ON_PEAK": _ON, "OFF_PEAK": _OFF},
)
_LOCAL = ("MARKET_TERM", "START_DATE", "END_DATE", "XML_DATA_ITEM")
_ALL = {"market_name": "ALL", "market_term": "ALL", "time_of_use": "ALL"}
_MONTH = timedelta(days=30)

CLEARING_LAYOUT = report(
    FTR,
    Text("MARKET_NAME", to="auction"),
    _BLOCK,
    Text(("APNODE_ID", "RESOURCE_NAME"), to="sink"),
    Number(("APNODE_ID_PRICE", "PRC", "VALUE"), to="price"),
    time=_TERM,
    derived=(BlockHours(to="hours", of="block", daytime=DAYTIME),),
    constants={
        "kind": FtrKind.CLEARING_PRICE.value,
        "hedge": Hedge.OBLIGATION.value,
        "source": REFERENCE,
        "price_unit": "USD/MW",
    },
    ignored=_LOCAL,
    repeats="keep",
)
INVENTORY_LAYOUT = report(
    FTR,
    Text("MARKET_NAME", to="auction"),
    _BLOCK,
    Text(("SOURCE", "SOURCE_ID", "SOURCE_NAME"), to="source"),
    Text(("SINK", "SINK_ID", "SINK_NAME"), to="sink"),
    Text(("CRR_OWNER", "OWNER", "OWNER_ID"), to="participant"),
    Text(
        ("CRR_OPTION", "OPTION_FLAG", "HEDGE_TYPE"),
        to="hedge",
        words={"OBLIGATION": Hedge.OBLIGATION.value, "OPTION": Hedge.OPTION.value},
    ),
    value("quantity"),
    time=_TERM,
    derived=(BlockHours(to="hours", of="block", daytime=DAYTIME),),
    constants={"kind": FtrKind.AWARD.value, "price_unit": "USD/MW"},
    ignored=(*_LOCAL, "SEGMENT", "CRR_SEGMENT"),
    repeats="keep",
)
_TERMS = Unconfirmed.noted(
    date(2026, 11, 25),
    "that END_DATE_GMT is the end of the CRR, excluded",
    "that a month can be requested with market_term=ALL",
    "that a seasonal CRR is listed in the month in which it begins",
)


def _feed(name: str, title: str, layout: CsvLayout, unconfirmed: tuple[Unconfirmed, ...]) -> Feed:
    """A feed of CRRs, by the month in which they begin."""
    return oasis_feed(
        name=name,
        documented_at=report_page(name),
        dataset=FTR,
        title=title,
        step=_MONTH,
        chunk=ChunkSize.MONTH,
        sparse=True,
        publication=attrs.evolve(timing.RIGHTS, published_ahead=12 * _MONTH, refresh_every=6 * HOUR),
        layout=layout,
        example=example(f"{name}.csv"),
        sources=(oasis.single(Report(name, 1, _ALL)),),
        unconfirmed=unconfirmed,
    )


CLEARING = _feed(
    "CRR_CLEARING",
    "CRR auction clearing prices by pricing node",
    CLEARING_LAYOUT,
    _TERMS,
)
INVENTORY = _feed(
    "CRR_INVENTORY",
    "CRR holdings by source and sink",
    INVENTORY_LAYOUT,
    (
        *Unconfirmed.noted(
            date(2026, 11, 25),
            "its columns other than the auction, the term and the time of use",
            "that all markets can be requested at once",
        ),
        *_TERMS,
    ),
)
RIGHTS = (CLEARING, INVENTORY)
