"""Prices of ISO New England: ``LMP = energy + congestion + loss``, each published with the sign that energyopti has."""

from __future__ import annotations

from datetime import date

from energyopti import Feed, History, Run, Unconfirmed
from energyopti.datasets import LMP
from energyopti.layouts import CsvLayout, Lookup, Number, Text
from energyopti.vocabulary import LocationType, Status

from energyopti_isone import examples, timing
from energyopti_isone.locations import NAMES, TYPE_WORDS, TYPES
from energyopti_isone.protocol.documents import NAMED_FILES, REPORTS, stored, stored_blocks
from energyopti_isone.protocol.layouts import report, timed_report
from energyopti_isone.protocol.stamps import DISPATCH, HOURS

PAGES = "https://www.iso-ne.com/isoexpress/web/reports/pricing"
NOTED = date(2026, 12, 1)

COMPONENTS = (
    Number(("Energy Component", "Energy"), to="energy"),
    Number(("Congestion Component", "Congestion"), to="congestion"),
    Number(("Marginal Loss Component", "Loss Component", "Marginal Loss", "Loss"), to="loss"),
)
PRICE = Number(("Locational Marginal Price", "LMP"), to="lmp")
"""First of the four in hourly files, last in five-minute files: columns are found by their headers."""


def hourly(title: str, status: Status | None = None) -> CsvLayout:
    """The form of hourly prices, day-ahead or real-time."""
    return report(
        dataset=LMP,
        time=HOURS,
        titles=(title,),
        units={"Hour Ending": "HE"},
        columns=(
            Text("Location ID", to="location"),
            Text("Location Name", to="location_name"),
            Text("Location Type", to="location_type", words=TYPE_WORDS, default=LocationType.NODE.value),
            PRICE,
            *COMPONENTS,
        ),
        constants={} if status is None else {"status": status.value},
    )


def five_minutes(status: Status) -> CsvLayout:
    """The form of five-minute prices: a number for the location, no name or type, and a time without its date."""
    return timed_report(
        dataset=LMP,
        time=DISPATCH,
        titles=("Five-Minute Locational Marginal Prices",),
        columns=(Text("Location ID", to="location"), *COMPONENTS, PRICE),
        derived=(
            Lookup(to="location_name", of="location", values=NAMES, default=None),
            Lookup(to="location_type", of="location", values=TYPES, default=LocationType.NODE.value),
        ),
        constants={"status": status.value},
    )


_TYPES_GUESSED = (
    "the word DRR AGGREGATION ZONE",
    "from a description of the types; any other word is a finding and taken as a node",
)
_SHORT_DAY = (
    "which label a day of 23 hours lacks",
    "the reports' description and workbooks say 02, some programs 03: both are read, 02 is left out in the sandbox",
)
_FIVE_MINUTE_FACTS = (
    (
        "the words of its header",
        "their order is known, not the words: several spellings are read, others refused",
    ),
    (
        "that a stamp is the interval's beginning",
        "hourly means of the energy component equal the hourly file's then",
    ),
    ("that the repeated hour is in the order of time", "nothing else in the file tells its passes apart"),
    ("that a number other than the hub's, zones' and known interfaces' is a node's", "the file has no types"),
    ("its first day", "taken as the beginning of five-minute settlement"),
)

DA_LMP = Feed(
    name="da_lmp",
    dataset=LMP,
    run=Run.DAY_AHEAD,
    title="Day-ahead hourly prices",
    documented_at=f"{PAGES}/-/tree/lmps-da-hourly",
    history=History(since=date(2016, 1, 1)),
    publication=timing.DAY_AHEAD,
    layout=hourly("Day-Ahead Energy Market Hourly LMP Report"),
    reads=REPORTS,
    example=examples.of("da_lmp.csv"),
    sources=stored("da-lmp/WW_DALMP_ISO_{day:%Y%m%d}.csv"),
    unconfirmed=Unconfirmed.noted(NOTED, _SHORT_DAY, _TYPES_GUESSED),
)

RT_LMP_5MIN_PRELIM = Feed(
    name="rt_lmp_5min_prelim",
    dataset=LMP,
    run=Run.REAL_TIME_5MIN,
    title="Real-time five-minute prices, preliminary",
    documented_at=PAGES,
    history=History(since=date(2017, 3, 1)),
    publication=timing.PRELIMINARY_BLOCKS,
    layout=five_minutes(Status.PRELIMINARY),
    reads=NAMED_FILES,
    example=examples.of("rt_lmp_5min_prelim.csv"),
    sources=stored_blocks("5min-rt-prelim"),
    unconfirmed=Unconfirmed.noted(NOTED, *_FIVE_MINUTE_FACTS),
)

RT_LMP_5MIN_FINAL = Feed(
    name="rt_lmp_5min_final",
    dataset=LMP,
    run=Run.REAL_TIME_5MIN,
    title="Real-time five-minute prices, final",
    documented_at=PAGES,
    history=History(since=date(2017, 3, 1)),
    publication=timing.FINAL,
    layout=five_minutes(Status.VERIFIED),
    reads=NAMED_FILES,
    example=examples.of("rt_lmp_5min_final.csv"),
    sources=stored_blocks("5min-rt-final"),
    unconfirmed=Unconfirmed.noted(
        NOTED, *_FIVE_MINUTE_FACTS, ("that final prices are verified ones", "corrections may follow")
    ),
)

RT_LMP_HOURLY_FINAL = Feed(
    name="rt_lmp_hourly_final",
    dataset=LMP,
    run=Run.REAL_TIME_HOURLY,
    title="Real-time hourly prices, final",
    documented_at=PAGES,
    history=History(since=date(2016, 1, 1)),
    publication=timing.FINAL,
    layout=hourly("Real-Time Energy Market Hourly LMP Report", Status.VERIFIED),
    reads=REPORTS,
    example=examples.of("rt_lmp_hourly_final.csv"),
    sources=stored("rt-lmp/lmp_rt_final_{day:%Y%m%d}.csv"),
    unconfirmed=Unconfirmed.noted(
        NOTED,
        _SHORT_DAY,
        _TYPES_GUESSED,
        ("its first day", "taken as that of day-ahead prices"),
        ("that final prices are verified ones", "corrections may follow"),
    ),
)

PRICES = (DA_LMP, RT_LMP_5MIN_PRELIM, RT_LMP_5MIN_FINAL, RT_LMP_HOURLY_FINAL)
