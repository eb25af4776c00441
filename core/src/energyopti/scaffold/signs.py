"""The signs of a price's components, as a file's own rows show them.

In every market `lmp = energy + congestion + loss + ghg`; sources publish components with either sign. Where a file
shows the sign, the layout has it; where it does not, that is said.
"""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime

import attrs

from energyopti.scaffold.sample import Column

_CENTS = 0.0195
_FREE = ("congestion", "loss")
_Row = tuple[datetime, float, dict[str, float]]


@attrs.frozen(kw_only=True)
class Components:
    """The columns of components with the factor that unifies their sign, and what is a guess about them."""

    parts: Mapping[str, tuple[Column, float]] = attrs.field(factory=dict)
    derives_energy: bool = False
    checks: tuple[str, ...] = ()


def components_of(
    price: Column,
    parts: Mapping[str, Column],
    series: Column | None,
    instants: Sequence[datetime | None],
) -> Components:
    """The components of a price; those that add up to it with no sign are left out."""
    if not parts:
        return Components()
    names = ", ".join(column.name for column in parts.values())
    rows = _rows(price, parts, instants)
    flipped = [name for name in _FREE if name in parts]
    choices = [
        dict(zip(flipped, signs, strict=True))
        for signs in itertools.product((1.0, -1.0), repeat=len(flipped))
    ]
    fits: list[dict[str, float]] = []
    if flipped and "energy" in parts:
        fits, said = [each for each in choices if _adds_up(rows, each)], f"{names} add up to {price.name}"
        if not fits and len(flipped) == len(_FREE):
            no = f"{names} not used: with no sign do they add up to {price.name} in every row"
            return Components(checks=(no,))
    elif flipped and series is not None:
        fits = [each for each in choices if _leaves_one_energy(rows, each)]
        said = f"{price.name} less {names} is the same everywhere at one time, and taken as energy"
    if not fits:
        unknown = f"the sign of {names} taken as published: the file does not show it"
        return Components(parts={name: (each, 1.0) for name, each in parts.items()}, checks=(unknown,))
    signs = fits[0]
    negated = [parts[name].name for name in flipped if signs[name] < 0]
    checks = [
        f"{said}, with {', '.join(negated)} negated" if negated else f"{said}, with the signs published"
    ]
    unsure = [parts[name].name for name in flipped if any(each[name] != signs[name] for each in fits)]
    if unsure:
        checks.append(f"the sign of {', '.join(unsure)} taken as published: the file does not show it")
    scaled = {name: (column, signs.get(name, 1.0)) for name, column in parts.items()}
    return Components(parts=scaled, derives_energy="energy" not in parts, checks=tuple(checks))


def _rows(price: Column, parts: Mapping[str, Column], instants: Sequence[datetime | None]) -> list[_Row]:
    """The rows that have a time, the price and all of its components."""
    numbers = {name: column.numbers for name, column in parts.items()}
    found = []
    for row, (whole, at) in enumerate(zip(price.numbers, instants, strict=True)):
        cells = {name: cell for name, each in numbers.items() if (cell := each[row]) is not None}
        if whole is not None and at is not None and len(cells) == len(parts):
            found.append((at, whole, cells))
    return found


def _rest(row: _Row, signs: Mapping[str, float]) -> float:
    """What is left of a price without its components."""
    _, whole, cells = row
    return round(whole - sum(cell * signs.get(name, 1.0) for name, cell in cells.items()), 4)


def _adds_up(rows: Sequence[_Row], signs: Mapping[str, float]) -> bool:
    """Whether the components are the price, but for the cent that rounding takes."""
    return bool(rows) and all(abs(_rest(row, signs)) < _CENTS for row in rows)


def _leaves_one_energy(rows: Sequence[_Row], signs: Mapping[str, float]) -> bool:
    """Whether the price without its components is the same at all locations of a time, and some time has several."""
    energies: dict[datetime, list[float]] = defaultdict(list)
    for row in rows:
        energies[row[0]].append(round(_rest(row, signs), 2))
    several = [each for each in energies.values() if len(each) > 1]
    return bool(several) and all(max(each) - min(each) < _CENTS for each in several)
