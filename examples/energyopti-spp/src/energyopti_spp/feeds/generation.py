"""Generation of SPP by fuel, every five minutes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

import attrs
from energyopti import Days, Feed, FeedSource, History, Unconfirmed
from energyopti.datasets import FUEL_MIX
from energyopti.layouts import Absolute, CsvLayout, Meaning, Wide, WideColumn
from energyopti.vocabulary import Fuel

from energyopti_spp import examples, timing
from energyopti_spp.protocol.files import HOST, FileSet, PartOfFile
from energyopti_spp.protocol.stamps import FIVE_MINUTES, ZONE, spellings

FUELS = {
    ("Coal",): Fuel.COAL,
    ("Diesel Fuel Oil", "Diesel"): Fuel.OIL,
    ("Hydro",): Fuel.HYDRO,
    ("Natural Gas", "Gas"): Fuel.NATURAL_GAS,
    ("Nuclear",): Fuel.NUCLEAR,
    ("Solar",): Fuel.SOLAR,
    ("Waste Disposal Services",): Fuel.OTHER,
    ("Wind",): Fuel.WIND,
    ("Waste Heat",): Fuel.OTHER,
    ("Other",): Fuel.OTHER,
}
"""The fuels by the words that SPP has for them, the first of which is theirs in the dataset."""

_ALWAYS = {Fuel.COAL, Fuel.NATURAL_GAS, Fuel.WIND}
"""The fuels that files of all years have."""

_DEALS = {"Market": ("Market", "Mkt"), "Self": ("Self",)}
"""Generation that the market dispatches, and generation that schedules itself: a fuel is both."""


def _dealt(words: Sequence[str], fuel: Fuel) -> Iterator[WideColumn]:
    """The two columns of a fuel."""
    for deal, forms in _DEALS.items():
        headers = spellings(*(f"{word} {form}" for word in words for form in forms))
        yield WideColumn(headers, words=(fuel, f"{words[0]} {deal}"), required=fuel in _ALWAYS)


def _single(words: Sequence[str], fuel: Fuel) -> Iterator[WideColumn]:
    """The one column of a fuel."""
    yield WideColumn(spellings(*words), words=(fuel, words[0]), required=fuel in _ALWAYS)


def _layout(*dealt: Fuel) -> CsvLayout:
    """A file in which some fuels have two columns."""
    columns = [
        column
        for words, fuel in FUELS.items()
        for column in (_dealt if fuel in dealt else _single)(words, fuel)
    ]
    return CsvLayout(
        dataset=FUEL_MIX,
        zone=ZONE,
        time=Absolute(
            names=spellings("GMT MKT Interval", "GMT Time", "GMT Interval"),
            formats=("%Y-%m-%dT%H:%M:%SZ", "%Y-%m-%dT%H:%M:%S"),
            meaning=Meaning.ENDING,
            step=FIVE_MINUTES,
        ),
        wide=Wide(to=("fuel", "fuel_native"), value="generation", columns=columns),
        ignored=spellings("Load", "Average Actual Load"),
        newline="\n",
    )


LAYOUT = attrs.evolve(_layout(*FUELS.values()), others=(_layout(Fuel.COAL), _layout()))
"""Today's form, that of 2016 and 2017, in which only coal has two columns, and that of the years before."""

GENERATION_FILES = FileSet("generation-mix-historical")

_NOTED = date(2026, 11, 30)
_OF_ALL = (
    (
        "that a stamp is the end of its five minutes",
        "a year's file runs from 06:05 to 06:00; one client reads the start",
    ),
    ("what waste disposal services and waste heat burn", "they are other"),
    ("that imports are not in it", "no column says so"),
    ("what its column Load is", "SPP's guide calls it the short-term forecast: it is not used"),
    ("the documentation's address", "the page of the file set by its name"),
)


def _rolling(area: str, since: date) -> Feed:
    """The last 365 days of a balancing area."""
    return Feed(
        name=f"gen_mix_{area.casefold()}",
        dataset=FUEL_MIX,
        title=f"Generation by fuel in balancing area {area}, the last 365 days",
        documented_at="https://portal.spp.org/pages/generation-mix-historical",
        history=History(since=since, retention=timedelta(days=365)),
        publication=timing.GENERATION,
        layout=LAYOUT,
        example=examples.of("gen_mix.csv"),
        sources=(
            FeedSource(
                name="rolling file",
                host=HOST,
                collect=PartOfFile(GENERATION_FILES, f"/{area}/GenMix365_{area}.csv"),
            ),
        ),
        unconfirmed=Unconfirmed.noted(
            _NOTED,
            *_OF_ALL,
            (
                "that all five minutes are there",
                "10 to 15 % were missing: each is a gap, nothing is filled in",
            ),
            ("how often the file is written", "15 minutes assumed"),
        ),
    )


GEN_MIX_SPP = _rolling("SPP", date(2026, 1, 1))
GEN_MIX_SWPW = _rolling("SWPW", date(2026, 4, 1))

GEN_MIX_YEARS = Feed(
    name="gen_mix_years",
    dataset=FUEL_MIX,
    title="Generation by fuel in all of SPP, closed years up to 2025",
    documented_at="https://portal.spp.org/pages/generation-mix-historical",
    history=History(since=date(2011, 1, 1)),
    publication=timing.CLOSED_YEARS,
    layout=LAYOUT,
    example=examples.of("gen_mix.csv"),
    sources=(
        FeedSource(
            name="yearly files",
            host=HOST,
            collect=PartOfFile(GENERATION_FILES, "/GenMix_{day:%Y}.csv"),
            available=Days(end=date(2026, 1, 1)),
        ),
    ),
    unconfirmed=Unconfirmed.noted(
        _NOTED,
        *_OF_ALL,
        ("that a year is one on SPP's clock", "by its first and last stamp; 2019 begins five minutes early"),
        ("what the files of 2026 and later are of", "two balancing areas since: they are not read here"),
    ),
)

GENERATION = (GEN_MIX_SPP, GEN_MIX_SWPW, GEN_MIX_YEARS)
