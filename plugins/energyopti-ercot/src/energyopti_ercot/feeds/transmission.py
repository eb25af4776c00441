"""ERCOT's binding constraints: shadow prices, day-ahead and by SCED run; and DC tie schedules.

``BASE CASE`` is ERCOT's word for a constraint that binds without a contingency: it is kept as a contingency.

Schedules over the DC ties have interval-ending stamps in UTC. Schedules are published again every hour: the newest
posting is used.
"""

from __future__ import annotations

from datetime import date, timedelta

import attrs

from energyopti import Feed, History, Unconfirmed
from energyopti.datasets import CONSTRAINTS, SCHEDULES
from energyopti.layouts import Absolute, CsvLayout, HourEnding, Meaning, Number, Stamp, Text
from energyopti.timezones import HOUR
from energyopti.vocabulary import ScheduleKind
from energyopti_ercot import timing
from energyopti_ercot.examples import example
from energyopti_ercot.feeds.by_run import day_ahead, dispatched
from energyopti_ercot.protocol.api import EndPoint
from energyopti_ercot.protocol.documents import Report
from energyopti_ercot.protocol.layouts import (
    QUARTER,
    api_report,
    both_forms,
    dispatch,
    dispatch_of_api,
    hours,
    of_api,
    report,
    spelled,
)
from energyopti_ercot.protocol.sources import API_UNCONFIRMED, PRODUCT, feed_sources

_SIGN = Unconfirmed.noted(
    date(2026, 11, 30),
    ("that shadow prices are never negative", "their sign is kept; all that were seen are positive"),
)
_STATIONS = ("FromStation", "ToStation", "FromStationkV", "ToStationkV")
_NAMES = (Text("ConstraintName", to="constraint"), Text("ContingencyName", to="contingency"))


def _layout(
    time: HourEnding | Stamp, api_time: HourEnding | Stamp, *figures: Number, ignored: tuple[str, ...]
) -> CsvLayout:
    """Constraints in both forms; rows that share a key are kept, since their constraint ids may differ."""
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
    title="Shadow prices of binding constraints by SCED run",
    documented_at=PRODUCT.format("NP6-86-CD"),
    sparse=True,
    publication=timing.BINDING,
    layout=DISPATCH_CONSTRAINTS,
    example=example("shdw_prices_bnd_trns_const.csv"),
    sources=feed_sources(
        Report(number="12302", every=HOUR, late=timedelta(minutes=30)),
        EndPoint(path="np6-86-cd/shdw_prices_bnd_trns_const", by="SCEDTimestamp", stamps=True),
    ),
    unconfirmed=(
        *API_UNCONFIRMED,
        *Unconfirmed.noted(
            date(2026, 11, 24),
            "that an hour's document is published within half an hour of its end",
        ),
        *_SIGN,
    ),
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
    unconfirmed=(*API_UNCONFIRMED, *_SIGN),
)

TRANSMISSION = (DAY_AHEAD_SHADOW_PRICES, DISPATCH_SHADOW_PRICES)

_STAMPS = ("%m/%d/%Y %H:%M", "%m/%d/%Y %H:%M:%S", "%Y-%m-%dT%H:%M:%S")
_API_STAMPS = ("%Y-%m-%dT%H:%M:%S", "%m/%d/%Y %H:%M:%S", "%m/%d/%Y %H:%M")
_KINDS = {
    **dict.fromkeys(("IMPORT", "Import", "I"), ScheduleKind.IMPORT.value),
    **dict.fromkeys(("EXPORT", "Export", "E"), ScheduleKind.EXPORT.value),
}
_LOCAL = ("Interval_Ending", "Repeated_Hour", "RepeatHourFlag", "RepeatedHourFlag", "postedDatetime")


def _ending(name: str, formats: tuple[str, ...]) -> Absolute:
    """The clock of the report."""
    return Absolute(names=spelled(name), formats=formats, meaning=Meaning.ENDING, step=QUARTER)


def _columns(tie: str, way: str) -> tuple[Text | Number, ...]:
    """Schedules by tie and direction."""
    return (
        Text(tie, to="location"),
        Number("MW", to="scheduled"),
        Text(way, to="kind", words=_KINDS),
    )


APPROVED = report(
    SCHEDULES,
    _ending("GMT_Interval_Ending", _STAMPS),
    columns=_columns("DC_Tie", "Import_Export"),
    ignored=_LOCAL,
    api=api_report(
        SCHEDULES,
        _ending("GMTIntervalEnding", _API_STAMPS),
        columns=_columns("DCTie", "importExport"),
        ignored=_LOCAL,
    ),
)

TIE_SCHEDULES = Feed(
    name="approved_dctie_schedules",
    dataset=SCHEDULES,
    title="Approved DC tie schedules, imports and exports, 15-minute",
    documented_at=PRODUCT.format("NP3-765-CD"),
    history=History(since=date(2024, 6, 27)),
    sparse=True,
    publication=attrs.evolve(
        timing.TIES, published_ahead=timedelta(days=2), refresh_every=timedelta(minutes=30)
    ),
    layout=APPROVED,
    example=example("approved_dctie_schedules.csv"),
    sources=feed_sources(
        Report(number="24347", first=-1, last=0),
        EndPoint(
            path="np3-765-cd/approved_dctie_schedules",
            by="intervalEnding",
            stamps=True,
            ending=QUARTER,
            reposted=True,
        ),
    ),
    unconfirmed=Unconfirmed.noted(
        date(2026, 11, 30),
        ("that the only words are IMPORT and EXPORT", "a row with any other is left out and counted"),
    ),
)

TIES = (TIE_SCHEDULES,)
