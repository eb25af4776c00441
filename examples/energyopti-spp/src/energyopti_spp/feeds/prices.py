"""Prices of SPP: day-ahead by the hour, in real time every five minutes."""

from __future__ import annotations

from datetime import date, timedelta

from energyopti import ChunkSize, Days, Feed, FeedSource, History, Run, Unconfirmed
from energyopti.datasets import LMP
from energyopti.layouts import Absolute, CsvLayout, Meaning, Number, Pattern, Text
from energyopti.timezones import HOUR

from energyopti_spp import examples, timing
from energyopti_spp.protocol.clocks import both_clocks
from energyopti_spp.protocol.files import HOST, DailyFile, FileSet, IntervalFiles, PartOfFile
from energyopti_spp.protocol.stamps import FIVE_MINUTES, UTC_STAMPS, ZONE, spellings

INTERFACES = "AECI ALTW AMRN BLKW CLEC DPC EDDY EES ERCOTE ERCOTN GRE LAM345 MCWEST MDU MEC MISO NSP OTP RCEAST SCSE SGE SPA SPC"
"""Settlement locations at the border, as one client of SPP's portal lists them."""

TYPES = {"_HUB$": "hub", f"^({INTERFACES.replace(' ', '|')})$": "interface"}


def _prices(step: timedelta) -> CsvLayout:
    """The layout of both markets' files, which differ in the place of the balancing area and in spelling only.

    The components come in the order loss, congestion, energy, and are added with the signs published.
    """
    return CsvLayout(
        dataset=LMP,
        zone=ZONE,
        time=Absolute(
            names=spellings("GMTIntervalEnd", "GMT Interval End", "GMT Interval"),
            formats=UTC_STAMPS,
            meaning=Meaning.ENDING,
            step=step,
        ),
        columns=(
            Text("Interval", required=False),
            Text("BAA", required=False),
            Text(spellings("Settlement Location", "Settlement Location Name"), to="location"),
            Text(spellings("Pnode", "Pnode Name"), required=False),
            Number("LMP", to="lmp"),
            Number("MLC", to="loss"),
            Number("MCC", to="congestion"),
            Number("MEC", to="energy"),
        ),
        derived=(Pattern(to="location_type", of="location", patterns=TYPES, default="node"),),
        newline="\n",
    )


_NOTED = date(2026, 11, 30)
_BOTH = (
    ("which locations are interfaces", "as one client of the portal lists them"),
    (
        "that a settlement location is in one balancing area only",
        "SPP or SWPW; rows of both would be duplicates",
    ),
    ("corrected prices", "files are replaced in place; those in the directory RePrice are not read"),
    ("the documentation's address", "the page of the file set by its name"),
)

DAY_AHEAD_FILES = FileSet("da-lmp-by-settlement-location")

DA_LMP = Feed(
    name="da_lmp",
    dataset=LMP,
    run=Run.DAY_AHEAD,
    title="Day-ahead hourly prices by settlement location",
    documented_at="https://portal.spp.org/pages/da-lmp-by-location",
    history=History(since=date(2025, 1, 1)),
    publication=timing.DAY_AHEAD,
    layout=_prices(HOUR),
    example=examples.of("da_lmp.csv"),
    reads=both_clocks,
    sources=(
        FeedSource(
            name="daily files",
            host=HOST,
            collect=DailyFile(DAY_AHEAD_FILES, "/{day:%Y/%m}/By_Day/DA-LMP-SL-{day:%Y%m%d}0100.csv"),
        ),
    ),
    unconfirmed=Unconfirmed.noted(
        _NOTED, *_BOTH, ("since when days have files of their own", "older years are archives, not read here")
    ),
)

REAL_TIME_FILES = FileSet("rtbm-lmp-by-location")

RT_LMP = Feed(
    name="rt_lmp",
    dataset=LMP,
    run=Run.REAL_TIME_5MIN,
    title="Real-time five-minute prices by settlement location",
    documented_at="https://portal.spp.org/pages/rtbm-lmp-by-location",
    history=History(since=date(2025, 1, 1)),
    chunk=ChunkSize.HOUR,
    publication=timing.REAL_TIME,
    layout=_prices(FIVE_MINUTES),
    example=examples.of("rt_lmp.csv"),
    reads=both_clocks,
    sources=(
        FeedSource(
            name="daily files",
            host=HOST,
            collect=PartOfFile(REAL_TIME_FILES, "/{day:%Y/%m}/By_Day/RTBM-LMP-DAILY-SL-{day:%Y%m%d}.csv"),
            preferred=Days(),
        ),
        FeedSource(
            name="interval files",
            host=HOST,
            collect=IntervalFiles(REAL_TIME_FILES),
            preferred=Days(),
            preferred_for=timedelta(days=6),
            missing="skip",
        ),
    ),
    unconfirmed=Unconfirmed.noted(
        _NOTED,
        *_BOTH,
        (
            "that files marked d are of the second pass of the repeated hour",
            "rows go by their UTC time in any case",
        ),
        ("what rows with only zeros mean", "seen for SWPW; kept, and counted by a finding"),
        ("when a day's file comes", "five to six days later; until then each interval has its own"),
        ("since when days have files", "as day-ahead prices"),
    ),
)

PRICES = (DA_LMP, RT_LMP)
