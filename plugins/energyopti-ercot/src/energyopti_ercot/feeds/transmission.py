"""What binds ERCOT's grid: shadow prices of constraints, day-ahead and in every dispatch run.

``BASE CASE`` is ERCOT's word for a constraint that binds without any contingency: it is kept as one.
"""

from __future__ import annotations

from datetime import timedelta

from energyopti.datasets import CONSTRAINTS
from energyopti.layouts import CsvLayout, HourEnding, Number, Stamp, Text
from energyopti.timezones import HOUR
from energyopti_ercot import timing
from energyopti_ercot.examples import example
from energyopti_ercot.feeds.by_run import day_ahead, dispatched
from energyopti_ercot.protocol.api import EndPoint
from energyopti_ercot.protocol.documents import Report
from energyopti_ercot.protocol.layouts import both_forms, dispatch, dispatch_of_api, hours, of_api
from energyopti_ercot.protocol.sources import API_UNCONFIRMED, PRODUCT, feed_sources

_STATIONS = ("FromStation", "ToStation", "FromStationkV", "ToStationkV")
_NAMES = (Text("ConstraintName", to="constraint"), Text("ContingencyName", to="contingency"))


def _layout(
    time: HourEnding | Stamp, api_time: HourEnding | Stamp, *figures: Number, ignored: tuple[str, ...]
) -> CsvLayout:
    """Constraints in both forms; rows that share a key are kept, since their ids may differ."""
    known = ("ConstraintID", *_STATIONS, *ignored)
    return both_forms(CONSTRAINTS, time, api_time, columns=(*_NAMES, *figures), ignored=known, repeats="keep")


DISPATCH_CONSTRAINTS = _layout(
    dispatch("SCEDTimeStamp"),
    dispatch_of_api("repeatedHourFlag"),
    Number("ShadowPrice", to="shadow_price"),
    Number("Limit", to="limit"),
    Number("Value", to="flow"),
    ignored=("MaxShadowPrice", "ViolatedMW", "CCTStatus"),
)
_HOURS = hours()
DAY_AHEAD_CONSTRAINTS = _layout(
    _HOURS,
    of_api(_HOURS),
    Number("ShadowPrice", to="shadow_price"),
    Number("ConstraintLimit", to="limit"),
    Number("ConstraintValue", to="flow"),
    ignored=("ViolationAmount", "DeliveryTime"),
)

DISPATCH_SHADOW_PRICES = dispatched(
    name="shdw_prices_bnd_trns_const",
    dataset=CONSTRAINTS,
    title="Shadow prices of binding constraints in every dispatch run (SCED)",
    documented_at=PRODUCT.format("NP6-86-CD"),
    sparse=True,
    **timing.BINDING,
    layout=DISPATCH_CONSTRAINTS,
    example=example("shdw_prices_bnd_trns_const.csv"),
    sources=feed_sources(
        Report(number="12302", every=HOUR, late=timedelta(minutes=30)),
        EndPoint(path="np6-86-cd/shdw_prices_bnd_trns_const", by="SCEDTimestamp", stamps=True),
    ),
    unconfirmed=f"{API_UNCONFIRMED}; that an hour's document is published within half an hour of its end",
)
DAY_AHEAD_SHADOW_PRICES = day_ahead(
    name="dam_shadow_prices",
    dataset=CONSTRAINTS,
    title="Day-ahead shadow prices of binding constraints, hourly",
    documented_at=PRODUCT.format("NP4-191-CD"),
    sparse=True,
    layout=DAY_AHEAD_CONSTRAINTS,
    example=example("dam_shadow_prices.csv"),
    sources=feed_sources(
        Report(number="12332", first=-1, last=-1), EndPoint(path="np4-191-cd/dam_shadow_prices")
    ),
    unconfirmed=API_UNCONFIRMED,
)

TRANSMISSION = (DAY_AHEAD_SHADOW_PRICES, DISPATCH_SHADOW_PRICES)
