"""What the day-ahead market buys beside energy since 2026-05-01: imbalance reserve and reliability capacity.

Imbalance reserve (``IRU``, ``IRD``) is bought with energy, reliability capacity (``RCU``, ``RCD``) by residual unit
commitment. Both are hourly, and priced at every node. Runs two and three days ahead only advise: they have imbalance
reserve alone, under runs of their own, since their hours are the same.
"""

from __future__ import annotations

from datetime import date, timedelta

import attrs

from energyopti import Feed, Publication, Run, Unconfirmed
from energyopti.datasets import ANCILLARY_QUANTITIES, RESERVE_PRICES_NODAL, Dataset
from energyopti.layouts import CsvLayout, Lookup, Number, Text
from energyopti.timezones import DAY, HOUR
from energyopti.vocabulary import AncillaryProduct
from energyopti_caiso import timing
from energyopti_caiso.examples import example
from energyopti_caiso.feeds.ancillary import PRODUCTS
from energyopti_caiso.feeds.by_run import HALF_HOUR, PORTAL, SINCE_NEW_MARKET, oasis_feed
from energyopti_caiso.protocol import oasis
from energyopti_caiso.protocol.layouts import report
from energyopti_caiso.protocol.oasis import Group
from energyopti_caiso.protocol.pieces import awaiting

IMBALANCE = ("IRU", "IRD")
BOTH = (*IMBALANCE, "RCU", "RCD")
"""Imbalance reserve, and with it reliability capacity."""

_NAMES = {IMBALANCE: "imbalance reserve", BOTH: "imbalance reserve and reliability capacity"}

_NATIVE = Text(("PRODUCT", "PRODUCT_TYPE"), to="product_native")
_PRODUCT = Lookup(
    to="product",
    of="product_native",
    values={word: PRODUCTS[word].value for word in BOTH},
    default=AncillaryProduct.UNKNOWN.value,
    report=True,
)
_SEEN = date(2026, 11, 30)
_HEADER = (
    "the other columns, their order, and how those of the interval are spelt",
    "columns are read by name, and both spellings of the interval",
)


def _layout(dataset: Dataset, native: Text, place: Text, *figures: Number) -> CsvLayout:
    """The figures of products by place."""
    return report(
        dataset, place, native, *figures, derived=(_PRODUCT,), ignored=("PRODUCT", "PRODUCT_TYPE", "NODE_ID")
    )


PRICES = oasis_feed(
    name="DAM_CAP_PRC_GRP",
    documented_at=PORTAL,
    dataset=RESERVE_PRICES_NODAL,
    run=Run.DAY_AHEAD,
    title="Day-ahead prices of imbalance reserve and reliability capacity by node, hourly",
    history=SINCE_NEW_MARKET,
    step=HOUR,
    publication=attrs.evolve(timing.DAY_AHEAD, published_ahead=2 * DAY, refresh_every=HALF_HOUR),
    layout=_layout(
        RESERVE_PRICES_NODAL,
        _NATIVE,
        Text(("NODE", "NODE_ID", "RESOURCE_NAME"), to="location"),
        Number("MARGINAL_CLEARING_PRICE", to="price"),
        Number("CAPACITY_PRICE", to="capacity"),
        Number("CONGESTION_PRICE", to="congestion"),
        Number("LOSS_PRICE", to="loss"),
    ),
    example=example("DAM_CAP_PRC_GRP.csv"),
    sources=(oasis.group(Group(name="DAM_CAP_PRC_GRP"), finish=awaiting("product_native", BOTH)),),
    unconfirmed=Unconfirmed.noted(
        _SEEN,
        _HEADER,
        ("that a price is the sum of its components", "nothing here relies on it"),
        ("that congestion raises the price where it is positive", "its sign is as published"),
        ("that imbalance reserve has no loss component", "its cells are empty, and null here"),
    ),
)


def _quantities(
    name: str,
    when: str,
    run: Run,
    products: tuple[str, ...],
    *,
    ahead: timedelta,
    times: Publication,
) -> Feed:
    """What a run needs and buys, by balancing area or group of them."""
    return oasis_feed(
        name=name,
        documented_at=PORTAL,
        dataset=ANCILLARY_QUANTITIES,
        run=run,
        title=f"{when} requirements and awards of {_NAMES[products]} by balancing area, hourly",
        history=SINCE_NEW_MARKET,
        step=HOUR,
        publication=attrs.evolve(times, published_ahead=ahead, refresh_every=HALF_HOUR),
        layout=_layout(
            ANCILLARY_QUANTITIES,
            attrs.evolve(_NATIVE, names=_NATIVE.names[::-1]),
            Text("BAA_GRP_ID", to="location"),
            Number("REQ_MW", to="requirement"),
            Number("AGG_AWD_MW", to="procured"),
        ),
        example=example(f"{name}.csv"),
        sources=(oasis.group(Group(name=name), finish=awaiting("product_native", products)),),
        unconfirmed=Unconfirmed.noted(_SEEN, _HEADER, "the time at which it is published"),
    )


REQUIREMENTS = (
    _quantities(
        "DAM_CAP_REQ_AWRD_GRP",
        "Day-ahead",
        Run.DAY_AHEAD,
        BOTH,
        ahead=2 * DAY,
        times=timing.DAY_AHEAD,
    ),
    _quantities(
        "2DA_CAP_REQ_AWRD_GRP",
        "Advisory, two days ahead:",
        Run.TWO_DAYS_AHEAD,
        IMBALANCE,
        ahead=3 * DAY,
        times=timing.ADVISORY_DAYS[2],
    ),
    _quantities(
        "3DA_CAP_REQ_AWRD_GRP",
        "Advisory, three days ahead:",
        Run.THREE_DAYS_AHEAD,
        IMBALANCE,
        ahead=4 * DAY,
        times=timing.ADVISORY_DAYS[3],
    ),
)

CAPACITY_FEEDS = (PRICES, *REQUIREMENTS)
