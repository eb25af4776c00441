"""What others build on, as one list: every public name with its parameters, fields, members and bases.

``python -m surface`` (``make surface``) writes `unit/public_surface.txt`, and `typed_names.py` for mypy. A list that
would have less than the one that is there is only written once the first number of `API_VERSION` is higher, or with
``--narrow``: for what was never released.
"""

from __future__ import annotations

import argparse
import ast
import enum
import importlib
import inspect
import re
import sys
import typing
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import attrs

from energyopti.hookspecs import API_VERSION
from energyopti.schema import Dataset

PUBLIC = {
    "energyopti",
    "energyopti.analysis",
    "energyopti.backfill",
    "energyopti.blocks",
    "energyopti.checks",
    "energyopti.cluster",
    "energyopti.concurrency",
    "energyopti.datasets",
    "energyopti.errors",
    "energyopti.layouts",
    "energyopti.layouts.formats",
    "energyopti.market",
    "energyopti.output",
    "energyopti.query",
    "energyopti.sandbox",
    "energyopti.sandbox.series",
    "energyopti.source",
    "energyopti.store",
    "energyopti.store.opening",
    "energyopti.testing",
    "energyopti.timezones",
    "energyopti.vocabulary",
}
"""The modules whose ``__all__`` is the public surface: what others may use, and what stays as it is."""

LIST = Path(__file__).parent / "unit" / "public_surface.txt"
TYPED = Path(__file__).with_name("typed_names.py")
DO = "run make surface, and commit what it writes"
ONLY = f"keep what others build on, or raise the first number of API_VERSION ({API_VERSION})"

Surface = Mapping[str, str]
"""What is known of each public name; of what can be called (``name()``) its parameters."""

_VERSION = "energyopti.API_VERSION"
_SAME = "= "
_LINE = re.compile(r"([\w.]+)(?:: (.*)|(\(.*\)))")
_PROTOCOLS = {
    *("__aenter__", "__aiter__", "__arrow_c_stream__", "__call__", "__contains__", "__enter__"),
    *("__getitem__", "__iter__", "__len__"),
}
"""Methods that are used without being named."""


def surface(modules: Sequence[str] | None = None) -> dict[str, str]:
    """The public surface as it is. A name of several modules is described in the first, the package itself being last."""
    ordered = sorted(PUBLIC if modules is None else modules, key=lambda name: (name == "energyopti", name))
    exported = [(f"{module}.{name}", found) for module in ordered for name, found in _exports(module)]
    public = {id(found) for _, found in exported}
    homes: dict[int, str] = {}
    facts: dict[str, str] = {}
    for name, found in exported:
        shared = inspect.isclass(found) or inspect.isroutine(found) or isinstance(found, Dataset)
        home = homes.setdefault(id(found), name) if shared else name
        facts |= {name: _SAME + home} if home != name else dict(_facts(name, found, public))
    return facts


def _exports(module: str) -> Iterator[tuple[str, Any]]:
    there = importlib.import_module(module)
    return ((name, getattr(there, name)) for name in there.__all__)


def _facts(name: str, found: Any, public: set[int]) -> Iterator[tuple[str, str]]:
    """What there is to know of one public object."""
    if inspect.isclass(found):
        yield from _class(name, found, public)
    elif inspect.isroutine(found):
        yield f"{name}()", parameters(inspect.signature(found))
    elif isinstance(found, Dataset):
        yield name, "Dataset"
        for column in found.columns:
            yield f"{name}.{column.name}", " ".join(filter(None, ("column", str(column.type), column.unit)))
    elif name == _VERSION:
        yield name, str(found)
    else:
        alias = typing.get_origin(found) is not None or type(found).__module__ in {"types", "typing"}
        yield name, "alias" if alias else type(found).__name__


def _class(name: str, found: type, public: set[int]) -> Iterator[tuple[str, str]]:
    """A class: its public bases, how it is made, its members."""
    above = [each for each in found.__mro__[1:] if id(each) in public or _is_foreign(each)]
    yield name, f"class({', '.join(each.__name__ for each in above)})"
    if issubclass(found, enum.Enum):
        yield from ((f"{name}.{each.name}", repr(each.value)) for each in found)
    elif typing.is_typeddict(found):
        yield from ((f"{name}.{key}", "attribute") for key in found.__annotations__)
    elif not getattr(found, "_is_protocol", False):
        yield f"{name}()", parameters(inspect.signature(found))
    yield from ((f"{name}.{key}", kind) for key, kind in sorted(_members(found).items()))


def _is_foreign(base: type) -> bool:
    """Whether a base is neither ours nor one that every class of its kind has."""
    return base is not object and base.__module__.partition(".")[0] not in {"energyopti", "typing"}


def _members(found: type) -> dict[str, str]:
    """Fields, properties and methods that classes of ours give a class."""
    ours = [each for each in found.__mro__ if each.__module__.partition(".")[0] == "energyopti"]
    names = {name for each in ours for name in vars(each) if name in _PROTOCOLS or name[0] != "_"}
    if attrs.has(found):
        names |= {field.name for field in attrs.fields(found) if field.name[0] != "_"}
    if issubclass(found, enum.Enum):
        names -= set(found.__members__)
    members = {}
    for name in names:
        member = inspect.getattr_static(found, name, None)
        if isinstance(member, staticmethod):
            members[f"{name}()"] = parameters(inspect.signature(member))
        elif isinstance(member, classmethod) or inspect.isfunction(member):
            function = member.__func__ if isinstance(member, classmethod) else member
            members[f"{name}()"] = parameters(inspect.signature(function), bound=True)
        else:
            members[name] = "attribute"
    return members


def parameters(signature: inspect.Signature, *, bound: bool = False) -> str:
    """The parameters of a signature without types and with ``...`` for each default; the first is left out if ``bound``."""
    found = list(signature.parameters.values())[int(bound) :]
    bare = [
        each.replace(
            annotation=each.empty, default=each.empty if each.default is each.empty else _Default.ANY
        )
        for each in found
    ]
    return str(signature.replace(parameters=bare, return_annotation=signature.empty))


class _Default(enum.Enum):
    """Stands for any default."""

    ANY = enum.auto()

    def __repr__(self) -> str:
        return "..."


def written(found: Surface) -> str:
    """The list: a line for each name, those of a module together."""
    lines = (
        f"{name[:-2]}{what}" if name.endswith("()") else f"{name}: {what}" for name, what in found.items()
    )
    return "\n".join([*lines, ""])


def read(text: str) -> dict[str, str]:
    """The surface that a list describes."""
    found = {}
    for line in text.splitlines():
        match = _LINE.fullmatch(line)
        assert match is not None, f"no line of a surface: {line}"
        name, what, called = match.groups()
        found[f"{name}()" if called else name] = called or what
    return found


def narrowings(before: Surface, after: Surface) -> list[str]:
    """What could be done before and cannot be done after, each named; nothing if a higher API version says so."""
    if _major(after) > _major(before):
        return []
    old, new = _spelled_out(before), _spelled_out(after)
    return [f"{name}{why}" for name in old if name != _VERSION for why in _narrowed(name, old, new)]


def _major(found: Surface) -> int:
    return int(found.get(_VERSION, "0").partition(".")[0])


def _spelled_out(found: Surface) -> dict[str, str]:
    """A surface in which a name of several modules is described in each."""
    whole = {}
    for name, what in found.items():
        if not what.startswith(_SAME):
            whole[name] = what
            continue
        home = what.removeprefix(_SAME)
        whole |= {
            name + each[len(home) :]: found[each] for each in found if re.match(rf"{home}\b(?!\w)", each)
        }
    return whole


def _narrowed(name: str, old: Surface, new: Surface) -> Iterator[str]:
    """How one name was narrowed; nothing for parts of what is gone itself."""
    if name not in new:
        whole = name.removesuffix("()")
        wholes = {whole.rpartition(".")[0], *({whole} if whole != name else ())}
        if not any(each in old and each not in new for each in wholes):
            yield " is gone"
    elif name.endswith("()"):
        yield from (f": {why}" for why in _fewer_calls(old[name], new[name]))
    elif old[name].startswith("class(") and new[name].startswith("class("):
        lost = [each for each in _bases(old[name]) if each not in _bases(new[name])]
        yield from (f": it is no {base} any more" for base in lost)
    elif old[name] != new[name]:
        yield f": it was {old[name]}, and is {new[name]}"


def _bases(what: str) -> list[str]:
    return what.removeprefix("class(").removesuffix(")").split(", ")


@attrs.frozen
class _Call:
    """What may be given to a function: by position, by name, and what must be."""

    by_position: tuple[str, ...]
    positional_only: int
    named: frozenset[str]
    required: frozenset[str]
    any_position: bool
    any_name: bool

    @classmethod
    def of(cls, text: str) -> _Call:
        """Read ``(a, /, b, *, c=...)``."""
        function = ast.parse(f"def call{text}: ...").body[0]
        assert isinstance(function, ast.FunctionDef)
        given = function.args
        ordered = [each.arg for each in (*given.posonlyargs, *given.args)]
        named = {each.arg for each in (*given.args, *given.kwonlyargs)}
        asked = {
            each.arg for each, default in zip(given.kwonlyargs, given.kw_defaults, strict=True) if not default
        }
        return cls(
            by_position=tuple(ordered),
            positional_only=len(given.posonlyargs),
            named=frozenset(named),
            required=frozenset({*ordered[: len(ordered) - len(given.defaults)], *asked}),
            any_position=given.vararg is not None,
            any_name=given.kwarg is not None,
        )


def _fewer_calls(before: str, after: str) -> Iterator[str]:
    """Which calls were possible and are not any more, or mean something else."""
    old, new = _Call.of(before), _Call.of(after)
    unnamed = new.by_position[: old.positional_only]
    taken = new.named & {*unnamed}
    gone = set() if new.any_name else old.named - new.named - {*new.by_position}
    yield from (f"parameter {name} is gone" for name in sorted(gone))
    kept = (
        new.named - taken if not new.any_name else old.named - taken - {*new.by_position} | new.named - taken
    )
    for name in sorted(old.named - kept - gone):
        yield f"parameter {name} cannot be given by name any more"
    for place, name in enumerate(old.by_position):
        there = new.by_position[place] if place < len(new.by_position) else None
        if there is None:
            lost = not new.any_position or name in new.named
        else:
            lost = there != name and (place >= old.positional_only or there in old.by_position)
        if lost and name not in gone:
            yield f"parameter {name} cannot be given as number {place + 1} any more"
    for was, now in zip(old.by_position, unnamed, strict=False):
        if now in new.required and was not in old.required:
            yield f"parameter {was} is required now"
    for name in sorted(new.required - {*unnamed} - (old.named & old.required)):
        yield f"parameter {name} is {'required now' if name in old.named else 'new and required'}"
    if old.any_position and (not new.any_position or len(new.by_position) > len(old.by_position)):
        yield "it does not take any number of values any more"
    if old.any_name and (not new.any_name or taken - old.named):
        yield "it does not take any name any more"


def typed_names() -> str:
    """A module that uses every public name, for mypy."""
    modules = sorted(PUBLIC)
    lines = [
        '"""Every public name, as mypy sees it: written by ``make surface``, and never run."""',
        "",
        *(f"import {module}" for module in modules),
        "",
        "NAMES = (",
        *(f"    {module}.{name}," for module in modules for name, _ in _exports(module)),
        ")",
        "",
    ]
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None, *, place: Path = LIST, typed: Path = TYPED) -> int:
    """Write the list, unless it would have less than before."""
    parser = argparse.ArgumentParser(description="Write the list of what others build on.")
    parser.add_argument("--narrow", action="store_true", help="also if it has less than before")
    options = parser.parse_args(arguments)
    fresh = surface()
    lost = narrowings(read(place.read_text(encoding="utf-8")), fresh) if place.is_file() else []
    sys.stderr.writelines(f"{each}\n" for each in lost)
    if lost and not options.narrow:
        sys.stderr.write(f"nothing is written: {ONLY}; with --narrow it is written all the same\n")
        return 1
    place.write_text(written(fresh), encoding="utf-8")
    typed.write_text(typed_names(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
