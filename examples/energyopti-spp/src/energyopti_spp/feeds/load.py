"""Load of SPP: by balancing area within hours, by control zone a day or more later."""

from __future__ import annotations

from datetime import date, timedelta

import attrs
from energyopti import ChunkSize, Feed, FeedSource, History, Unconfirmed
from energyopti.datasets import LOAD
from energyopti.layouts import Absolute, CsvLayout, Meaning, Number, Text, Wide, WideColumn
from energyopti.timezones import HOUR

from energyopti_spp import examples, timing
from energyopti_spp.protocol.actuals import whole_zones, with_actuals
from energyopti_spp.protocol.files import HOST, DailyFile, FileSet, HalfHours, RecentHours
from energyopti_spp.protocol.stamps import FIVE_MINUTES, UTC_STAMPS, ZONE, spellings

_NOTED = date(2026, 11, 30)


def _areas(step: timedelta, *, forecast: str, actual: str) -> CsvLayout:
    """The layout of files that have the actuals of balancing areas beside their forecasts."""
    return CsvLayout(
        dataset=LOAD,
        zone=ZONE,
        time=Absolute(
            names=spellings("GMTIntervalEnd", "GMT Interval End", "GMT Interval"),
            formats=UTC_STAMPS,
            meaning=Meaning.ENDING,
            step=step,
        ),
        columns=(
            Text("Interval", required=False),
            Number(forecast, required=False),
            Number(spellings(actual), to="load"),
            Text("BAA", to="location"),
        ),
        constants={"location_type": "region"},
        repeats="last",
        newline="\n",
    )


def _before_areas(layout: CsvLayout) -> CsvLayout:
    """The same files until 2026, when all of it was one balancing area and files had no column for it."""
    return attrs.evolve(
        layout, columns=layout.columns[:-1], constants={"location": "SPP", "location_type": "region"}
    )


AREA_LAYOUT = _areas(HOUR, forecast="MTLF", actual="Averaged Actual")

FORECAST_FILES = FileSet("mtlf-vs-actual")

AREA_LOAD = Feed(
    name="area_load",
    dataset=LOAD,
    title="Hourly load by balancing area",
    documented_at="https://portal.spp.org/pages/mtlf-vs-actual",
    history=History(since=date(2025, 1, 1)),
    publication=timing.HOURLY_ACTUAL,
    layout=AREA_LAYOUT,
    example=examples.of("area_load.csv"),
    reads=with_actuals(_before_areas(AREA_LAYOUT)),
    sources=(
        FeedSource(name="forecast files", host=HOST, collect=RecentHours(FORECAST_FILES), missing="skip"),
    ),
    unconfirmed=Unconfirmed.noted(
        _NOTED,
        (
            "which hours' actuals a file has",
            "those of the 24 hours before it; several files are read for a day",
        ),
        ("what a row without a balancing area is of", "it is left out, with a finding"),
        ("since when files are kept singly", "older years are archives, not read here"),
        ("the documentation's address", "the page of the file set by its name"),
    ),
)

FIVE_MINUTE_LAYOUT = _areas(FIVE_MINUTES, forecast="STLF", actual="Actual")

FIVE_MINUTE_FILES = FileSet("stlf-vs-actual")

FIVE_MINUTE_LOAD = Feed(
    name="area_load_5min",
    dataset=LOAD,
    title="Five-minute load by balancing area",
    documented_at="https://portal.spp.org/pages/stlf-vs-actual",
    history=History(since=date(2025, 1, 1)),
    chunk=ChunkSize.HOUR,
    publication=timing.FIVE_MINUTE_ACTUAL,
    layout=FIVE_MINUTE_LAYOUT,
    example=examples.of("area_load_5min.csv"),
    reads=with_actuals(_before_areas(FIVE_MINUTE_LAYOUT)),
    sources=(
        FeedSource(name="forecast files", host=HOST, collect=HalfHours(FIVE_MINUTE_FILES), missing="skip"),
    ),
    unconfirmed=Unconfirmed.noted(
        _NOTED,
        ("that a stamp is the end of its five minutes", "as in the hourly files"),
        ("which actuals a file has", "those of the half hour before it at least; others are gaps"),
        ("what a row without a balancing area is of", "it is left out, with a finding"),
        ("the documentation's address", "the page of the file set by its name"),
    ),
)

ZONES = (
    "CSWS", "EDE", "GRDA", "INDN", "KACY", "KCPL", "LES", "MPS", "NPPD", "OKGE", "OPPD", "SECI", "SPRM", "SPS", "WAUE",
    "WFEC", "WR",
)  # fmt: skip
"""The control zones; files had 16, 17 or 20 of them."""

_FIRST_ONES = {"NPPD", "OKGE", "SPS", "WR"}

_MARKET_HOUR = Absolute(
    names=spellings("Market Hour"),
    formats=(*UTC_STAMPS, "%m/%d/%Y"),
    meaning=Meaning.ENDING,
    step=HOUR,
)
"""The end of the hour in UTC, though nothing in the file says so; at midnight some files leave the time out."""

WIDE_ZONES = CsvLayout(
    dataset=LOAD,
    zone=ZONE,
    time=_MARKET_HOUR,
    wide=Wide(
        to="location",
        value="load",
        columns=[WideColumn(name, words=name, required=name in _FIRST_ONES) for name in ZONES],
    ),
    constants={"location_type": "zone"},
    newline="\n",
)
"""One column a zone, until March 2026."""

ZONE_LAYOUT = CsvLayout(
    dataset=LOAD,
    zone=ZONE,
    time=_MARKET_HOUR,
    columns=(
        Text(spellings("Balancing Area Name")),
        Text(spellings("Control Zone Name"), to="location"),
        Text(spellings("Forecast Area Type")),
        Number(spellings("Load MW"), to="load"),
    ),
    constants={"location_type": "zone"},
    others=(WIDE_ZONES,),
    newline="\n",
)

LOAD_FILES = FileSet("hourly-load")

ZONE_LOAD = Feed(
    name="zone_load",
    dataset=LOAD,
    title="Hourly load by control zone",
    documented_at="https://portal.spp.org/pages/hourly-load",
    history=History(since=date(2025, 1, 1)),
    publication=timing.NEXT_DAYS,
    layout=ZONE_LAYOUT,
    example=examples.of("zone_load.csv"),
    reads=whole_zones,
    sources=(
        FeedSource(
            name="daily files",
            host=HOST,
            collect=DailyFile(LOAD_FILES, "/{day:%Y}/DAILY_HOURLY_LOAD-{day:%Y%m%d}.csv"),
        ),
    ),
    unconfirmed=Unconfirmed.noted(
        _NOTED,
        ("that times are UTC and the ends of hours", "a file then covers a day on SPP's clock"),
        ("that the rows of a zone's types CF and NC add up", "without both, seven zones lack 5 to 31 %"),
        ("since when days have files of their own", "older years are archives, not read here"),
        ("the documentation's address", "the page of the file set by its name"),
    ),
)

LOADS = (AREA_LOAD, FIVE_MINUTE_LOAD, ZONE_LOAD)
