"""Load of New England."""

from __future__ import annotations

from datetime import date

from energyopti import Feed, History, Locations, Unconfirmed
from energyopti.datasets import LOAD
from energyopti.layouts import Number
from energyopti.vocabulary import LocationType

from energyopti_isone import examples, timing
from energyopti_isone.locations import SYSTEM
from energyopti_isone.protocol.documents import REPORTS, on_request
from energyopti_isone.protocol.layouts import report
from energyopti_isone.protocol.stamps import HOURS, READING

PAGE = "https://www.iso-ne.com/isoexpress/web/reports/load-and-demand/-/tree/dmnd-five-minute-sys"
NOTED = date(2026, 12, 1)

WHERE = {"location": SYSTEM, "location_type": LocationType.SYSTEM.value}
TOTAL = Number("Total Load", to="load")

_TOTAL = (
    "that Total Load is the load to take",
    "it counts pumping, which Native Load does not, and both reports have it; the others are in the raw rows",
)

LOAD_5MIN = Feed(
    name="load_5min",
    dataset=LOAD,
    title="System load, five-minute readings",
    documented_at=PAGE,
    history=History(since=date(2016, 1, 1)),
    publication=timing.READINGS,
    locations=Locations(closed=(SYSTEM,)),
    layout=report(
        dataset=LOAD,
        time=READING,
        titles=("Real-Time Five-Minute System Load",),
        units={"Date/Time": "Date/Time", "Total Load": "MW"},
        columns=(TOTAL,),
        ignored=(
            "Native Load",
            "Asset Related Load",
            "Total Load With Estimated Solar",
            "Native Load With Estimated Solar",
        ),
        constants=WHERE,
    ),
    reads=REPORTS,
    example=examples.of("load_5min.csv"),
    sources=on_request("fiveminutesystemload"),
    unconfirmed=Unconfirmed.noted(
        NOTED,
        ("that a figure is a reading at its stamp", "10:55 was there at 10:59, and a day begins with 00:00"),
        _TOTAL,
        (
            "that the repeated hour is in the order of time",
            "nothing else in the report tells its passes apart",
        ),
        "its first day",
    ),
)

LOAD_HOURLY = Feed(
    name="load_hourly",
    dataset=LOAD,
    title="System load, hourly",
    documented_at=PAGE,
    history=History(since=date(2008, 7, 1)),
    publication=timing.HOURLY,
    locations=Locations(closed=(SYSTEM,)),
    layout=report(
        dataset=LOAD,
        time=HOURS,
        titles=("Real-Time Hourly System Load Report",),
        units={"Date": "Date", "Hour Ending": "HE", "Total Load": "MWh"},
        columns=(TOTAL,),
        constants=WHERE,
    ),
    reads=REPORTS,
    example=examples.of("load_hourly.csv"),
    sources=on_request("hourlysystemdemand"),
    unconfirmed=Unconfirmed.noted(
        NOTED,
        ("which label a day of 23 hours lacks", "02 or 03: both are read"),
        _TOTAL,
        ("its first day", "one source has rows of July 2008"),
    ),
)
"""The energy of an hour in MWh is its mean load in MW."""

LOADS = (LOAD_5MIN, LOAD_HOURLY)
