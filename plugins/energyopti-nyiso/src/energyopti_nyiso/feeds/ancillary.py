"""New York's reserve and regulation prices, in every form that their documents have had.

Since July 2016 there is a row per zone, with a column per product. Before, there was one row per stamp, with a column
per region and product: one region for all of New York in the first years, then East and West, and from January 2016
Southeastern New York (SENY) as well. The form changed in the middle of June 2016.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta

import attrs

from energyopti import Days, Feed, History, Run, Unconfirmed
from energyopti.datasets import ANCILLARY_PRICES
from energyopti.layouts import CsvLayout, Layout, Lookup, Stamp, Text, Wide, WideColumn
from energyopti.vocabulary import AncillaryProduct, PriceBasis
from energyopti_nyiso import examples, timing
from energyopti_nyiso.protocol.reports import report_page
from energyopti_nyiso.protocol.servers import feed_sources
from energyopti_nyiso.protocol.stamps import (
    DISPATCH,
    DISPATCH_FLAGGED,
    FIVE_MINUTES,
    HOURLY,
    HOURLY_FLAGGED,
    ZONE,
)

_SPIN, _NON_SYNCHRONOUS, _THIRTY = (
    "10 Min Spinning Reserve",
    "10 Min Non-Synchronous Reserve",
    "30 Min Operating Reserve",
)
_CAPACITY, _MOVEMENT, _REGULATION = "NYCA Regulation Capacity", "NYCA Regulation Movement", "Regulation"
_PRODUCTS = {
    _SPIN: AncillaryProduct.SPINNING_RESERVE.value,
    _NON_SYNCHRONOUS: AncillaryProduct.NON_SPINNING_RESERVE.value,
    _THIRTY: AncillaryProduct.SECONDARY_RESERVE.value,
    _CAPACITY: AncillaryProduct.REGULATION_CAPABILITY.value,
    _REGULATION: AncillaryProduct.REGULATION_CAPABILITY.value,
    _MOVEMENT: AncillaryProduct.REGULATION_MILEAGE.value,
}
_MINUTES = {_SPIN: 10, _NON_SYNCHRONOUS: 10, _THIRTY: 30}
_DERIVED = (
    Lookup(
        to="product",
        of="product_native",
        values=_PRODUCTS,
        default=AncillaryProduct.UNKNOWN.value,
        report=True,
    ),
    Lookup(to="response_minutes", of="product_native", values=_MINUTES, default=None),
)
_UNITS = ("($/MWHr)", "($/MWHr", "($/MWH)", "($/MWH", "($/MW)", "")
"""The endings that labels have had: in full, cut off, or none."""

_FIRST_BY_PLACE = date(2016, 7, 1)
_FIRST_EAST_AND_WEST = date(2001, 6, 1)
"""Chosen for the sandbox: the day on which the documents split New York in two is not known."""


def _labels(words: str, unit: str) -> tuple[str, ...]:
    """The labels that a column has had, the one with the unit first."""
    return tuple(dict.fromkeys(f"{words} {each}".strip() for each in (unit, *_UNITS)))


def _by_place(products: Mapping[str, str]) -> Wide:
    """One column per product; each row names its zone."""
    columns = (WideColumn(f"{product} {unit}", words=product) for product, unit in products.items())
    return Wide(to="product_native", value="price", columns=columns)


def _by_region(regions: Iterable[tuple[str, bool]], *, movement: bool) -> Wide:
    """One column per region and product; optional regions may be missing."""
    columns = [
        WideColumn(
            _labels(f"{region} {product}", unit), words=(region.upper(), product), required=not optional
        )
        for region, optional in regions
        for product, unit in (
            (_SPIN, "($/MWHr)"),
            (_NON_SYNCHRONOUS, ""),
            (_THIRTY, "($/MWH)"),
            (_REGULATION, "($/MWHr)"),
        )
    ]
    if movement:
        columns.append(WideColumn(_labels(_MOVEMENT, "($/MW)"), words=("NYCA", _MOVEMENT), required=False))
    return Wide(to=("location", "product_native"), value="price", columns=columns)


_WHOLE = Wide(
    to=("location", "product_native"),
    value="price",
    columns=(
        WideColumn(("10 Minute Spinning", *_labels(_SPIN, "($/MWHr)")), words=("NYCA", _SPIN)),
        WideColumn(("10 Minute Non-Sync", *_labels(_NON_SYNCHRONOUS, "")), words=("NYCA", _NON_SYNCHRONOUS)),
        WideColumn(("30 Minute Operating Reserve", *_labels(_THIRTY, "($/MWH)")), words=("NYCA", _THIRTY)),
        WideColumn(_labels(_REGULATION, ""), words=("NYCA", _REGULATION)),
    ),
)
"""One price per product for all of New York."""


def _form(time: Stamp, wide: Wide, *columns: Text) -> CsvLayout:
    """One form of the document; regulation movement is in USD/MW of movement."""
    return CsvLayout(
        dataset=ANCILLARY_PRICES,
        zone=ZONE,
        quoted=True,
        time=time,
        columns=columns,
        wide=wide,
        merge_repeated=True,
        derived=_DERIVED,
        constants={"basis": PriceBasis.CLEARING.value},
    )


def _forms(flagged: Stamp, bare: Stamp, products: Mapping[str, str], *, movement: bool) -> CsvLayout:
    """Every form of a document: the newest, with the old ones as alternatives, with and without the time zone flag."""
    places = _form(flagged, _by_place(products), Text("Name", to="location"), Text("PTID"))
    regions = _by_region((("East", False), ("West", False), ("SENY", True)), movement=movement)
    others = tuple(_form(time, wide) for wide in (regions, _WHOLE) for time in (flagged, bare))
    return attrs.evolve(places, others=others)


_RESERVES = {_SPIN: "($/MWHr)", _NON_SYNCHRONOUS: "($/MWHr)", _THIRTY: "($/MWHr)", _CAPACITY: "($/MWHr)"}

_SPANS = (
    Days(first=_FIRST_BY_PLACE),
    Days(first=_FIRST_EAST_AND_WEST, end=_FIRST_BY_PLACE),
    Days(),
)


def form_on(layout: Layout, day: date) -> Layout:
    """The form that a day's document had, as far as is known; for the sandbox."""
    forms = (layout, layout.others[0], layout.others[2])
    return next(form for form, days in zip(forms, _SPANS, strict=True) if day in days)


DAY_AHEAD_ANCILLARY = Feed(
    name="damasp",
    documented_at=report_page("damasp"),
    dataset=ANCILLARY_PRICES,
    run=Run.DAY_AHEAD,
    title="Day-ahead reserve and regulation prices by zone, by region before July 2016",
    history=History(since=date(1999, 11, 18)),
    publication=attrs.evolve(
        timing.DAY_AHEAD, published_ahead=timedelta(days=2), refresh_every=timedelta(minutes=30)
    ),
    layout=_forms(HOURLY_FLAGGED, HOURLY, _RESERVES, movement=False),
    example=examples.of("damasp.csv"),
    sources=feed_sources("damasp"),
    unconfirmed=Unconfirmed.noted(
        date(2026, 11, 30),
        "when the document for all of New York was split into East and West",
        "whether the old forms have the column Time Zone",
        "the labels of SENY",
        "the first day of the archive",
    ),
)

REAL_TIME_ANCILLARY = attrs.evolve(
    DAY_AHEAD_ANCILLARY,
    name="rtasp",
    documented_at=report_page("rtasp"),
    run=Run.REAL_TIME_5MIN,
    title="Real-time reserve and regulation prices by zone, by region before July 2016",
    history=attrs.evolve(DAY_AHEAD_ANCILLARY.history, since=date(2005, 2, 1)),
    publication=attrs.evolve(timing.REAL_TIME, refresh_every=FIVE_MINUTES),
    layout=_forms(DISPATCH_FLAGGED, DISPATCH, _RESERVES | {_MOVEMENT: "($/MW)"}, movement=True),
    example=examples.of("rtasp.csv"),
    sources=feed_sources("rtasp"),
)

ANCILLARY = (DAY_AHEAD_ANCILLARY, REAL_TIME_ANCILLARY)
