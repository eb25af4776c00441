"""The columns of a file by the fields of its dataset: prices, load, or generation by fuel."""

from __future__ import annotations

from collections.abc import Sequence

import attrs

from energyopti.datasets import LMP, Dataset
from energyopti.errors import UnsupportedQuery
from energyopti.layouts import Lookup, Number, Residual, Text, Wide, WireColumn
from energyopti.scaffold import matching
from energyopti.scaffold.sample import Column, Sample
from energyopti.scaffold.signs import Components, components_of
from energyopti.scaffold.times import Clock
from energyopti.vocabulary import Fuel, LocationType

_SHOWN = 6


@attrs.define(kw_only=True)
class Found:
    """What has been found about a file so far, and what of it is a guess."""

    sample: Sample
    clock: Clock
    market: str
    dataset: Dataset
    columns: list[WireColumn] = attrs.field(factory=list)
    derived: list[Lookup | Residual] = attrs.field(factory=list)
    constants: dict[str, str] = attrs.field(factory=dict)
    wide: Wide | None = None
    wholes: list[str] = attrs.field(factory=list)
    checks: list[str] = attrs.field(factory=list)

    @property
    def rest(self) -> list[Column]:
        """The columns that no part of the layout uses yet."""
        used = {*self.clock.columns, *(each.name for each in self.columns)}
        used |= {each.name for each in self.wide.columns} if self.wide else set()
        return [each for each in self.sample.columns if each.name not in used]

    @property
    def numeric(self) -> list[Column]:
        """Those of them that hold numbers, and no forecasts."""
        return [each for each in self.rest if each.is_numeric and not each.words & matching.FORECAST]


def prices(found: Found) -> None:
    """The columns of prices: a location, the price, and the components that add up to it."""
    prices = [each for each in found.numeric if matching.is_price(each)]
    parts: dict[str, Column] = {}
    for column in found.numeric:
        name = matching.component(column)
        if name is not None and name in parts:
            found.checks.append(
                f"{column.name} could be the {name} component too: {parts[name].name} is used"
            )
        elif name is not None:
            parts[name] = column
    _place(found)
    if not prices:
        _wide(found, found.numeric, "lmp")
        return
    if not any(each.to == "location" for each in found.columns):
        _whole(found)
        found.constants["location_type"] = LocationType.SYSTEM.value
    if len(prices) > 1:
        others = listed([each.name for each in prices[1:]])
        found.checks.append(f"{prices[0].name} taken as the price, and not {others}")
    found.columns.append(Number(prices[0].name, to="lmp"))
    series = next((each for each in found.sample.columns if _fills(found, each, "location")), None)
    signs = components_of(prices[0], parts, series, found.clock.instants)
    _components(found, signs)


def _components(found: Found, signs: Components) -> None:
    """Those components whose signs are known, or said to be a guess."""
    for name, (column, scale) in signs.parts.items():
        found.columns.append(Number(column.name, to=name, scale=scale))
    if signs.derives_energy:
        minus = tuple(name for name in ("congestion", "loss", "ghg") if name in signs.parts)
        found.derived.append(Residual(to="energy", of="lmp", minus=minus))
    found.checks += signs.checks


def _fills(found: Found, column: Column, field: str) -> bool:
    """Whether a column fills a field."""
    return any(each.name == column.name and each.to == field for each in found.columns)


def _place(found: Found) -> None:
    """The column of locations, and of what kind they are; for want of one, the market as a whole."""
    words = [each for each in found.rest if not each.is_numeric or "id" not in each.words]
    column = matching.place(words)
    if column is None:
        return
    found.columns.append(Text(column.name, to="location"))
    if found.dataset is not LMP:
        return
    kinds = matching.types(found.rest)
    if kinds is not None:
        node = LocationType.NODE.value
        found.columns.append(Text(kinds[0].name, to="location_type", words=kinds[1], default=node))
        found.checks.append(
            f"{kinds[0].name}: {listed([*kinds[1]])} are known, and any other word is taken as {node}"
        )
        return
    kind = matching.type_of_place(column)
    found.constants["location_type"] = (kind or LocationType.NODE).value
    if kind is None:
        found.checks.append(
            "every location taken as a node (location_type): no column says which are hubs or zones"
        )


def _whole(found: Found) -> None:
    """All rows are of the market as a whole."""
    name = found.market.upper()
    found.constants["location"] = name
    found.wholes.append(name)
    found.checks.append(f"no column names a location: all rows are of {name}, the whole market")


def _wide(found: Found, columns: Sequence[Column], value: str) -> None:
    """A column for each location."""
    if not columns:
        raise UnsupportedQuery(
            f"no column of {found.sample.name} holds numbers for {value}",
            do="name another --dataset, or make the plugin without --from",
        )
    found.wide = Wide(to="location", value=value, columns={each.name: each.name for each in columns})
    found.checks.append(f"one location a column: {listed([each.name for each in columns])}")
    wholes = [
        each.name for each in columns if each.words & matching.WHOLES or each.name.casefold() == found.market
    ]
    if wholes:
        found.wholes += wholes
        found.checks.append(f"{listed(wholes)} taken as holding the other locations (wholes)")
    if value == "lmp":
        found.constants["location_type"] = LocationType.NODE.value
        found.checks.append(
            "every location taken as a node (location_type): no column says which are hubs or zones"
        )


def load(found: Found) -> None:
    """The columns of load: one, with or without a location beside it, or one for each location."""
    _place(found)
    loads = [each for each in found.numeric if matching.is_load(each)]
    forecasts = [each.name for each in found.rest if each.words & matching.FORECAST]
    if forecasts:
        found.checks.append(
            f"{listed(forecasts)} not used: a forecast is a dataset of its own, load_forecast"
        )
    placed = any(each.to == "location" for each in found.columns)
    if placed or len(loads) == 1:
        usable = loads or [
            each for each in found.numeric if matching.plain(each.name) in {"", "actual", "value"}
        ]
        if not usable:
            raise UnsupportedQuery(
                f"no column of {found.sample.name} holds load",
                do="name another --dataset, or make the plugin without --from",
            )
        if len(usable) > 1:
            others = listed([each.name for each in usable[1:]])
            found.checks.append(f"{usable[0].name} taken as the load, and not {others}")
        found.columns.append(Number(usable[0].name, to="load"))
        if not placed:
            _whole(found)
        return
    _wide(found, loads or found.numeric, "load")


def fuel_mix(found: Found) -> None:
    """The columns of generation: a word for the fuel and its output, or one column for each fuel."""
    named = next((each for each in found.rest if matching.is_fuel_word(each)), None)
    if named is not None:
        output = [each for each in found.numeric if matching.is_generation(each)] or found.numeric
        if not output:
            raise UnsupportedQuery(
                f"no column of {found.sample.name} holds generation",
                do="name another --dataset, or make the plugin without --from",
            )
        found.columns += [Text(named.name, to="fuel_native"), Number(output[0].name, to="generation")]
        words = sorted(set(named.filled))
    else:
        fuels = [each for each in found.numeric if matching.fuel(each.name) is not None]
        if not fuels:
            raise UnsupportedQuery(
                f"no column of {found.sample.name} is called after a fuel",
                do="name another --dataset, or make the plugin without --from",
            )
        found.wide = Wide(
            to="fuel_native", value="generation", columns={each.name: each.name for each in fuels}
        )
        words = [each.name for each in fuels]
    values = {word: (matching.fuel(word) or Fuel.OTHER).value for word in words}
    found.derived.append(
        Lookup(to="fuel", of="fuel_native", values=values, default=Fuel.OTHER.value, report=True)
    )
    meant = listed([f"{word} as {kind}" for word, kind in values.items()], most=len(values))
    found.checks.append(f"fuels taken by their names: {meant}")
    signed = [word for word, kind in values.items() if kind in matching.SIGNED_FUELS]
    if signed:
        found.checks.append(
            f"the sign of {listed(signed)} taken as published: discharging and imports are positive"
        )


def listed(names: Sequence[str], *, most: int = _SHOWN) -> str:
    """Some names in words."""
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more
