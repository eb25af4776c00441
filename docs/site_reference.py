"""The pages of the site about Python: what a public name is, its fields or arguments, and its methods.

The page of names has a heading and an example for each; the rest is put below the heading when the site is built.
"""

from __future__ import annotations

import enum
import functools
import inspect
import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import attrs

import energyopti
import energyopti.analysis
import energyopti.layouts
from energyopti.errors import EnergyOptiError
from markdown_parts import page, table
from site_markets import length

PLACES = (energyopti, energyopti.analysis)
"""Where the names of the page are imported from."""

_HEADING = re.compile(r"^### (\w+)$", re.MULTILINE)


def public_names() -> tuple[str, ...]:
    """Every name that the page has: errors have a page of their own, tables too."""
    found = dict.fromkeys(name for place in PLACES for name in place.__all__)
    return tuple(name for name in found if not _is_elsewhere(name))


def _is_elsewhere(name: str) -> bool:
    each = named(name)
    is_error = inspect.isclass(each) and issubclass(each, EnergyOptiError) and each is not EnergyOptiError
    return is_error or name in {"TABLES", "DESK_TABLES", "Peak", "__version__"}


def named(name: str) -> Any:
    """What a public name means."""
    (found,) = [getattr(place, name) for place in PLACES if name in place.__all__][:1]
    return found


def with_reference(text: str) -> str:
    """The page of names with what the code says below each heading."""
    return _HEADING.sub(lambda found: f"{found[0]}\n\n{entry(found[1], named(found[1]))}".rstrip(), text)


def layouts_page() -> str:
    """Every name of `energyopti.layouts`; the cookbook has the examples."""
    names = energyopti.layouts.__all__
    return page(
        "# Layouts, field by field",
        "What is imported from `energyopti.layouts`. The [cookbook](cookbook.md) shows which kind of document needs what.",
        *(f"## {name}\n\n{entry(name, getattr(energyopti.layouts, name))}".rstrip() for name in names),
    )


def entry(name: str, each: Any) -> str:
    """The docstring of a public name, its fields or arguments, and its methods."""
    each = inspect.unwrap(each) if inspect.isfunction(each) else each
    if not (inspect.isclass(each) or inspect.isfunction(each)):
        return ""
    return page(_directive(name, each), _shape(name, each)).rstrip()


def _directive(name: str, each: Any) -> str:
    made = "<locals>" in each.__qualname__  # by another function: only its public name leads to it
    path = f"{energyopti.layouts.__name__}.{name}" if made else f"{each.__module__}.{each.__qualname__}"
    members = list(methods(each)) if inspect.isclass(each) else []
    said = f"[{', '.join(members)}]" if members else "false"
    return f"::: {path}\n    options:\n      members: {said}"


def _shape(name: str, each: Any) -> str:
    """Fields of a declaration, words of a vocabulary, or arguments of a function."""
    if inspect.isclass(each) and issubclass(each, enum.Enum):
        return ", ".join(f"`{word.value}`" for word in each)
    if inspect.isclass(each) and attrs.has(each):
        return table(("field", "type", "default"), _fields(each))
    if inspect.isfunction(each):
        return table((f"argument of `{name}`", "type", "default"), _arguments(each))
    return ""


def methods(each: type) -> Iterator[str]:
    """The methods and properties that a class documents, its own and those of bases of ours."""
    seen = set()
    for base in each.__mro__:
        if not base.__module__.startswith("energyopti"):
            continue
        for name, value in vars(base).items():
            inner = value.func if isinstance(value, functools.cached_property) else value
            inner = inner.__func__ if isinstance(inner, classmethod | staticmethod) else inner
            known = inspect.isfunction(inner) or isinstance(inner, property)
            if known and inner.__doc__ and not name.startswith("_") and name not in seen and base is each:
                seen.add(name)
                yield name


def _fields(each: Any) -> Iterator[tuple[str, ...]]:
    for field in attrs.fields(each):
        if field.init and field.alias:
            yield f"`{field.alias}`", _typed(field.type), _default(field.default)


def _arguments(each: Any) -> Iterator[tuple[str, ...]]:
    for name, found in inspect.signature(each).parameters.items():
        if name in {"self", "cls", "misspelled"}:
            continue
        stars = {int(found.VAR_POSITIONAL): "*", int(found.VAR_KEYWORD): "**"}
        star = stars.get(int(found.kind), "")
        default = attrs.NOTHING if found.default is found.empty else found.default
        annotation = "" if found.annotation is found.empty else found.annotation
        yield f"`{star}{name}`", _typed(annotation), "" if star else _default(default)


def _typed(annotation: Any) -> str:
    words = annotation if isinstance(annotation, str) else getattr(annotation, "__name__", str(annotation))
    return f"`{words}`" if words and words != "None" else ""


def _default(value: Any) -> str:
    if value is attrs.NOTHING:
        return "required"
    if factory := getattr(value, "factory", None):
        made = getattr(factory, "__name__", "")
        return {"dict": "`{}`", "tuple": "`()`", "list": "`[]`"}.get(made, f"`{made}()`")
    if isinstance(value, timedelta):
        return length(value)
    if isinstance(value, enum.Enum):
        return f"`{value.value!r}`"
    if callable(value):
        return f"`{getattr(value, '__name__', 'a function')}`"
    text = repr(value)
    return f"`{text}`" if len(text) <= 40 else f"`{type(value).__name__}(...)`"
