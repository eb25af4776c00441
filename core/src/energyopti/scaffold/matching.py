"""Which field of a dataset a column's header means: the words that sources use, and nothing that they do not say."""

from __future__ import annotations

import re
from collections.abc import Iterable

from energyopti.layouts import fold
from energyopti.scaffold.sample import MOSTLY, Column
from energyopti.vocabulary import Fuel, LocationType

COMPONENTS = {
    "energy": frozenset(("mec", "mce", "energy")),
    "congestion": frozenset(("mcc", "congestion")),
    "loss": frozenset(("mlc", "mcl", "loss", "losses")),
    "ghg": frozenset(("ghg", "greenhouse", "mgc")),
}
"""The words of a header by the component of a price."""

FORECAST = frozenset(("forecast", "fcst", "forecasted", "projected"))
LOADS = frozenset(("load", "loads", "demand"))
WHOLES = frozenset(("total", "system", "all"))
OTHER_UNITS = frozenset(("kw", "kwh", "gw", "gwh", "kv", "cents", "cent"))
"""Units that no dataset has, in the words of a header."""

SIGNED_FUELS = frozenset((Fuel.STORAGE, Fuel.IMPORTS))
"""What is not only fed in: its sign is a convention of the source."""

_PRICES = frozenset(("lmp", "lbmp"))
_PLAIN_PRICES = frozenset(("price", "locational marginal price", "settlement point price", "clearing price"))
_UNITS = re.compile(r"[($\[].*|\b(?:mwh?r?|usd|dollars?)\b", re.IGNORECASE)

_PLACES = (
    "settlement location",
    "settlement location name",
    "settlement point",
    "settlement point name",
    "pricing node",
    "pnode name",
    "pnode",
    "location",
    "location name",
    "node",
    "node name",
    "hub",
    "hub name",
    "load zone",
    "zone",
    "zone name",
    "bus",
    "bus name",
    "area",
    "area name",
    "load area",
    "region",
    "balancing authority",
    "ba",
    "name",
)
"""The headers of locations, in plain words; the first that a file has is used."""

_OF_PLACE = {
    "hub": LocationType.HUB,
    "zone": LocationType.ZONE,
    "bus": LocationType.BUS,
    "node": LocationType.NODE,
    "pnode": LocationType.NODE,
}
_TYPES = frozenset(("type", "location type", "node type", "pnode type", "settlement point type"))
_TYPE_WORDS = {
    "hub": LocationType.HUB,
    "zone": LocationType.ZONE,
    "load zone": LocationType.ZONE,
    "loadzone": LocationType.ZONE,
    "aggregate": LocationType.AGGREGATE,
    "interface": LocationType.INTERFACE,
    "node": LocationType.NODE,
    "gennode": LocationType.NODE,
    "pnode": LocationType.NODE,
    "network node": LocationType.NODE,
    "bus": LocationType.BUS,
}

_FUELS = (
    (r"dual", Fuel.DUAL_FUEL),
    (r"multiple", Fuel.MULTIPLE_FUELS),
    (r"other.*renewable", Fuel.OTHER_RENEWABLES),
    (r"other.*fossil", Fuel.OTHER_FOSSIL),
    (r"\bother\b", Fuel.OTHER),
    (r"coal|lignite", Fuel.COAL),
    (r"landfill|biomass|biogas|wood|refuse|waste", Fuel.BIOMASS),
    (r"\bgas\b|\bng\b", Fuel.NATURAL_GAS),
    (r"nuclear", Fuel.NUCLEAR),
    (r"geothermal", Fuel.GEOTHERMAL),
    (r"batter|storage", Fuel.STORAGE),
    (r"hydro", Fuel.HYDRO),
    (r"wind", Fuel.WIND),
    (r"solar", Fuel.SOLAR),
    (r"\boil\b|diesel", Fuel.OIL),
    (r"\bimports?\b|interchange", Fuel.IMPORTS),
)
"""Patterns of words for fuels, the more particular ones first."""


def plain(header: str) -> str:
    """A header in plain words, without its unit: ``Zone_Name`` and ``ZoneName`` are zone name, ``Load (MW)`` is load."""
    parted = re.sub(r"(?<=[a-z])(?=[A-Z])|[_\W]+", " ", _UNITS.sub("", header))
    return fold(parted)


def component(column: Column) -> str | None:
    """The component of a price that a column holds."""
    return next((name for name, words in COMPONENTS.items() if column.words & words), None)


def is_price(column: Column) -> bool:
    """Whether a column holds a price, and not one of its components."""
    said = column.words & _PRICES or plain(column.name) in _PLAIN_PRICES
    return bool(said) and component(column) is None


def is_load(column: Column) -> bool:
    """Whether a column holds load that was: no forecast, and not net of anything."""
    return bool(column.words & LOADS) and not column.words & (FORECAST | {"net", "bid"})


def place(columns: Iterable[Column]) -> Column | None:
    """The column of locations."""
    named = {plain(each.name): each for each in reversed(list(columns))}
    return next((named[name] for name in _PLACES if name in named), None)


def type_of_place(column: Column) -> LocationType | None:
    """The kind of location that a header names."""
    words = set(plain(column.name).split())
    return next((kind for word, kind in _OF_PLACE.items() if word in words), None)


def types(columns: Iterable[Column]) -> tuple[Column, dict[str, str]] | None:
    """The column that says what kind of location a row is of, if nearly all of its words are known."""
    for column in columns:
        known = {
            word: _TYPE_WORDS[fold(word)].value
            for word in sorted(set(column.filled))
            if fold(word) in _TYPE_WORDS
        }
        count = sum(word in known for word in column.filled)
        if plain(column.name) in _TYPES and known and count >= MOSTLY * len(column.filled):
            return column, known
    return None


def fuel(word: str) -> Fuel | None:
    """The fuel that a word means; None for one that is not known."""
    parted = plain(word)
    return next((kind for pattern, kind in _FUELS if re.search(pattern, parted)), None)


def is_fuel_word(column: Column) -> bool:
    """Whether a column holds words for fuels."""
    return "fuel" in column.words and not column.is_numeric


def is_generation(column: Column) -> bool:
    """Whether a column holds output."""
    return bool(column.words & {"generation", "gen", "output", "mw", "mwh"})
