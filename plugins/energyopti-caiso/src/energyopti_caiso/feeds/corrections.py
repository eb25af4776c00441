"""Corrections of CAISO's prices: which intervals of a trade date were corrected, in which run, how and why.

The report lists every market and method. For those without a correction it has a row that says so, and nothing else.
Its dates and hours are on California's clock; an interval is a part of its hour, as long as its market's intervals are.
OASIS replaces corrected prices where they are: the feeds of prices have the newest ones.
"""

from __future__ import annotations

from datetime import date, timedelta

import attrs

from energyopti import Locations, Unconfirmed
from energyopti.datasets import PRICE_CORRECTIONS
from energyopti.layouts import HourEnding, HourParts, Moment, Number, Placeholder, Text
from energyopti.timezones import HOUR
from energyopti_caiso import timing
from energyopti_caiso.examples import example
from energyopti_caiso.feeds.by_run import PORTAL, oasis_feed
from energyopti_caiso.locations import HUBS, LOAD_ZONES
from energyopti_caiso.protocol import oasis, runs
from energyopti_caiso.protocol.layouts import FIVE_MINUTES, QUARTER, report
from energyopti_caiso.protocol.oasis import Group

NOTHING = "No records found for report."
"""The reason in a row that stands for no correction."""

_DATES = (
    "%Y-%m-%d",
    "%m/%d/%Y",
    "%Y-%m-%d %H:%M:%S",
    "%Y-%m-%dT%H:%M:%S",
    "%m/%d/%Y %H:%M:%S",
    "%Y-%m-%d %H:%M:%S%.f",
)
_MARKET = "MARKET"
LENGTHS: dict[str, timedelta] = {
    **dict.fromkeys((runs.DAM, runs.RUC), HOUR),
    **dict.fromkeys((runs.HASP, runs.RTPD), QUARTER),
    runs.RTD: FIVE_MINUTES,
}
"""How long a numbered interval of each market is."""

LAYOUT = report(
    PRICE_CORRECTIONS,
    Text(_MARKET, to="run", words=runs.UNIFIED),
    Text("AFFECTED_AREA", to="location"),
    Text("CORRECTION_METHOD", to="method"),
    Text("ENERGY_TYPECODE", to="price_type", required=False),
    Text("CORRECTION_REASON", to="reason"),
    Number("CORRECTION_COUNT", to="count", required=False),
    Moment("REPORT_GENERATED", to="publish_time", formats=(*_DATES[2:], *_DATES[:2])),
    time=HourEnding(
        date="TRADE_DATE",
        hour="HOUR_ENDING",
        date_formats=_DATES,
        hour_format="{:d}",
        repeats_as=25,
        parts=HourParts(number="INTERVAL", of=_MARKET, lengths=LENGTHS),
    ),
    repeats="once",
    placeholder=Placeholder("CORRECTION_REASON", words=NOTHING),
)
CORRECTIONS = oasis_feed(
    name="PRC_CORR_GRP",
    documented_at=PORTAL,
    dataset=PRICE_CORRECTIONS,
    title="Price corrections by trade date: which intervals, in which run, how and why",
    step=HOUR,
    sparse=True,
    publication=attrs.evolve(timing.CORRECTIONS, refresh_every=HOUR),
    locations=Locations(own_names=(*HUBS, *LOAD_ZONES)),
    layout=LAYOUT,
    example=example("PRC_CORR_GRP.csv"),
    sources=(oasis.group(Group(name="PRC_CORR_GRP")),),
    unconfirmed=Unconfirmed.noted(
        date(2026, 11, 30),
        ("its first day", "days that OASIS does not have are refused in its own words"),
        ("the order of its columns and the forms of its dates", "columns are read by name"),
        ("that REPORT_GENERATED is on California's clock", "another reader takes it so"),
        ("that hour 25 is the second pass of the repeated hour", "it is so in all reports of OASIS"),
        (
            "how long the numbered intervals of each market are",
            "they are in prices; an interval without a number, or numbered 0, is the whole hour",
        ),
        ("that an hour-ahead interval is a quarter of an hour", "it is so in PRC_HASP_LMP"),
        ("the words of areas, methods and types", "they are kept as published"),
        ("that every correction names an area", "a row without one is left out, and counted"),
    ),
)
CORRECTION_FEEDS = (CORRECTIONS,)
