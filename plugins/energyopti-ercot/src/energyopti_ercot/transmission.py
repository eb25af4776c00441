"""What binds ERCOT's grid: shadow prices of constraints, day-ahead and in every dispatch run.

``BASE CASE`` is ERCOT's word for a constraint that binds without any contingency: it is kept as one.
"""

from __future__ import annotations

from datetime import timedelta

from energyopti import Example, Feed, Run
from energyopti.datasets import CONSTRAINTS
from energyopti.layouts import CsvLayout, HourEnding, Number, Stamp, Text
from energyopti_ercot import timetable
from energyopti_ercot.documents import Report
from energyopti_ercot.examples import transmission as examples
from energyopti_ercot.layouts import (
    FIVE_MINUTES,
    HOUR,
    api_report,
    dispatch,
    dispatch_of_api,
    hours,
    of_api,
    report,
)
from energyopti_ercot.sources import API_FROM, API_UNCONFIRMED, PRODUCT, EndPoint, feed_sources

_STATIONS = ("FromStation", "ToStation", "FromStationkV", "ToStationkV")
_NAMES = (Text("ConstraintName", to="constraint"), Text("ContingencyName", to="contingency"))


def _layout(
    time: HourEnding | Stamp, api_time: HourEnding | Stamp, *figures: Number, ignored: tuple[str, ...]
) -> CsvLayout:
    """Constraints in both forms; rows that share a key are kept, since their ids may differ."""
    columns, known = (*_NAMES, *figures), ("ConstraintID", *_STATIONS, *ignored)
    api = api_report(CONSTRAINTS, api_time, columns=columns, ignored=known)
    return report(CONSTRAINTS, time, api=api, columns=columns, ignored=known, repeats="keep")


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

DISPATCH_SHADOW_PRICES = Feed(
    name="shdw_prices_bnd_trns_const",
    dataset=CONSTRAINTS,
    run=Run.REAL_TIME_5MIN,
    title="Shadow prices of binding constraints in every dispatch run (SCED)",
    documented_at=PRODUCT.format("NP6-86-CD"),
    history_from=API_FROM,
    step=FIVE_MINUTES,
    irregular=True,
    sparse=True,
    due=timetable.BINDING,
    **timetable.PRICES,
    layout=DISPATCH_CONSTRAINTS,
    example=Example(payload=examples.DISPATCH, rows=examples.DISPATCH_ROWS),
    sources=feed_sources(
        Report(number="12302", every=HOUR, late=timedelta(minutes=30)),
        DISPATCH_CONSTRAINTS,
        EndPoint(path="np6-86-cd/shdw_prices_bnd_trns_const", by="SCEDTimestamp", stamps=True),
    ),
    unconfirmed=f"{API_UNCONFIRMED}; that an hour's document is published within half an hour of its end",
)
DAY_AHEAD_SHADOW_PRICES = Feed(
    name="dam_shadow_prices",
    dataset=CONSTRAINTS,
    run=Run.DAY_AHEAD,
    title="Day-ahead shadow prices of binding constraints, hourly",
    documented_at=PRODUCT.format("NP4-191-CD"),
    history_from=API_FROM,
    step=HOUR,
    sparse=True,
    published_ahead=timedelta(days=2),
    due=timetable.DAY_AHEAD_MARKET,
    **timetable.PRICES,
    refresh_every=timedelta(minutes=30),
    layout=DAY_AHEAD_CONSTRAINTS,
    example=Example(payload=examples.DAY_AHEAD, rows=examples.DAY_AHEAD_ROWS),
    sources=feed_sources(
        Report(number="12332", first=-1, last=-1),
        DAY_AHEAD_CONSTRAINTS,
        EndPoint(path="np4-191-cd/dam_shadow_prices"),
    ),
    unconfirmed=API_UNCONFIRMED,
)

TRANSMISSION = (DAY_AHEAD_SHADOW_PRICES, DISPATCH_SHADOW_PRICES)
