"""Declarations as the source code that makes them, formatted as ruff formats it."""

from __future__ import annotations

import enum
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

import attrs

from energyopti.schema import Dataset

_WIDTH = 110
_INDENT = "    "
_UNITS = {"days": timedelta(days=1), "hours": timedelta(hours=1), "minutes": timedelta(minutes=1)}


def code(value: Any, *, names: Mapping[str, str] | None = None, used: int = 0, depth: int = 0) -> str:
    """A value as code, on one line if that fits beside the ``used`` characters of its first line.

    ``names`` are texts that have a name in the code, such as the zone.
    """
    flat = _flat(value, names or {})
    several = _many(value)
    if len(_INDENT) * depth + used + len(flat) < _WIDTH and not several:
        return flat
    opening, closing, items = _parts(value, names or {}, depth + 1)
    if not items:
        return flat
    inner = _INDENT * (depth + 1)
    return f"{opening}\n" + "".join(f"{inner}{item},\n" for item in items) + f"{_INDENT * depth}{closing}"


def _many(value: Any) -> bool:
    """Whether a value is a list of declarations, or one of many parts, which are easier to read a line each."""
    if isinstance(value, tuple):
        return len(value) > 1 and any(attrs.has(type(each)) for each in value)
    return attrs.has(type(value)) and len(_arguments(value)) > 4


def _flat(value: Any, names: Mapping[str, str]) -> str:
    """A value as code on one line."""
    if isinstance(value, Dataset):
        return value.name.upper()
    if isinstance(value, enum.Enum):
        return f"{type(value).__name__}.{value.name}"
    if isinstance(value, tuple | Mapping) or attrs.has(type(value)):
        opening, closing, items = _parts(value, names, None)
        comma = "," if isinstance(value, tuple) and len(value) == 1 else ""
        return f"{opening}{', '.join(items)}{comma}{closing}"
    return names.get(value) or text(value) if isinstance(value, str) else _plain(value)


def _plain(value: date | timedelta | float | bool) -> str:
    """A date, a length of time or a number as code."""
    if isinstance(value, date):
        return f"date({value.year}, {value.month}, {value.day})"
    if isinstance(value, timedelta):
        return _duration(value)
    return str(int(value)) if isinstance(value, float) and value.is_integer() else repr(value)


def _parts(value: Any, names: Mapping[str, str], depth: int | None) -> tuple[str, str, list[str]]:
    """What surrounds the parts of a value, and the parts, each on its own line of a depth or on one line."""

    def part(each: Any, before: str = "") -> str:
        said = (
            _flat(each, names)
            if depth is None
            else code(each, names=names, used=len(before) + 1, depth=depth)
        )
        return f"{before}{said}"

    if isinstance(value, tuple):
        return "(", ")", [part(each) for each in value]
    if isinstance(value, Mapping):
        return "{", "}", [part(each, f"{_flat(key, names)}: ") for key, each in value.items()]
    if not attrs.has(type(value)) or isinstance(value, Dataset):
        return "", "", []
    return f"{type(value).__name__}(", ")", [part(each, name) for name, each in _arguments(value)]


def _arguments(value: Any) -> list[tuple[str, Any]]:
    """The arguments that make a declaration: those without a name first, and none that is as by default."""
    found = []
    for each in attrs.fields(type(value)):
        given = getattr(value, each.name)
        default = each.default.factory() if isinstance(each.default, attrs.Factory) else each.default  # type: ignore[arg-type]
        if given == default and type(given) is type(default):
            continue
        if (
            isinstance(given, tuple)
            and len(given) == 1
            and each.converter is not None
            and isinstance(given[0], str)
        ):
            given = given[0]
        found.append(("" if not each.kw_only else f"{each.alias}=", given))
    return found


def _duration(value: timedelta) -> str:
    """A length of time in its largest whole unit."""
    for name, unit in _UNITS.items():
        if value and not value % unit:
            return f"timedelta({name}={value // unit})"
    return f"timedelta(seconds={value.total_seconds():g})"


def text(value: str) -> str:
    """A text as a literal, quoted as ruff does: with double quotes, unless that needs more escapes."""
    quoted = repr(value)
    if quoted.startswith('"') or '"' in value:
        return quoted
    return f'"{quoted[1:-1]}"'


def imports(module: str, names: Iterable[str]) -> str:
    """An import of some names, in ruff's order and within its width."""
    ordered = sorted(
        set(names), key=lambda name: (0 if name.isupper() else 1 if name[0].isupper() else 2, name)
    )
    line = f"from {module} import {', '.join(ordered)}"
    if len(line) <= _WIDTH:
        return line
    return f"from {module} import (\n" + "".join(f"{_INDENT}{name},\n" for name in ordered) + ")"


def used_names(value: Any) -> set[str]:
    """The classes that the code of a declaration names."""
    if isinstance(value, enum.Enum):
        return {type(value).__name__}
    if isinstance(value, tuple):
        return set().union(*map(used_names, value))
    if isinstance(value, Mapping):
        return set().union(*map(used_names, value.values()))
    if not attrs.has(type(value)) or isinstance(value, Dataset):
        return set()
    return {type(value).__name__}.union(*(used_names(each) for _, each in _arguments(value)))


def comment(words: str, *, mark: str = "TODO: ") -> str:
    """Words as a comment of as many lines as they need."""
    import textwrap

    plain = "".join(each if each.isprintable() else "?" for each in " ".join(words.split()))
    return textwrap.fill(
        f"{mark}{plain}",
        _WIDTH,
        initial_indent="# ",
        subsequent_indent="#   ",
        break_long_words=False,
        break_on_hyphens=False,
    )
