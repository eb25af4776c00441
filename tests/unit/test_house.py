"""The house: its rooms stand one above the other, and nothing imports what lies below itself."""

from __future__ import annotations

import ast
import functools
import graphlib
import importlib
import importlib.util
import itertools
from collections.abc import Iterator
from importlib.metadata import entry_points
from pathlib import Path

import pytest

from surface import PUBLIC

pytestmark = pytest.mark.no_cover  # the same again and again: smaller tests cover it

FLOORS = (
    tuple(
        f"energyopti.{room}"
        for room in (
            "redaction",
            "suggestions",
            "errors",
            "findings",
            "events",
            "vocabulary",
            "lake_address",
            "lazy",
            "timezones",
            "tuning",
            "folding",
            "forking",
            "neighbours",
            "telemetry",
            "schema",
            "blocks",
            "peaks",
            "datasets",
            "concurrency",
            "query.ranges",
            "query.places",
        )
    ),
    ("energyopti.layouts",),
    ("energyopti.layouts.decode",),
    ("energyopti.layouts.formats",),
    (
        "energyopti.publication",
        "energyopti.example",
        "energyopti.feed",
        "energyopti.market",
        "energyopti.sandbox.wire",
    ),
    ("energyopti.frames", "energyopti.settings", "energyopti.settings_file", "energyopti.query"),
    (
        "energyopti.checks",
        "energyopti.hookspecs",
        "energyopti.plugins",
        "energyopti.inventory",
        "energyopti.registry",
        "energyopti.installed",
    ),
    (
        "energyopti.output",
        "energyopti.query.resolving",
        "energyopti.query.strays",
        "energyopti.query.directory",
        "energyopti.query.locations",
    ),
    ("energyopti.source",),
    ("energyopti.store",),
    ("energyopti.fetch",),
    ("energyopti.answer",),
    (
        "energyopti.watching",
        "energyopti.sinks",
        "energyopti.files",
        "energyopti.analysis",
        "energyopti.sandbox",
    ),
    (
        "energyopti.network",
        "energyopti.service",
        "energyopti.watches",
        "energyopti.comparing",
        "energyopti.sync",
        "energyopti.progress",
        "energyopti.backfill",
        "energyopti.rebuilding",
        "energyopti.sampling",
        "energyopti.cluster",
    ),
    ("energyopti.cli", "energyopti.testing", "energyopti.scaffold"),
)
"""The rooms from the ground up, by the packages that each holds: a floor uses itself and those before it.

A module is of the floor that names the longest part of its own name. Modules of no floor are not looked at yet.
"""

FACES = ("energyopti", "energyopti.layouts", "energyopti.layouts.formats", "energyopti.analysis")
"""Packages whose ``__init__`` gathers the public names of all their rooms: it may use them all, and no room uses it."""

WITHOUT_CIRCLES = ("energyopti",)
"""Packages in which no module imports itself by way of others."""


def _modules(package: str) -> Iterator[tuple[str, Path]]:
    """The modules of a package and the packages in it, by their names."""
    spec = importlib.util.find_spec(package)
    assert spec is not None
    assert spec.origin is not None
    root = Path(spec.origin).parent
    for path in sorted(root.rglob("*.py")):
        parts = path.relative_to(root).with_suffix("").parts
        inside = parts[:-1] if parts[-1] == "__init__" else parts
        yield ".".join((package, *inside)), path


def _named(node: ast.AST, module: str, *, is_package: bool) -> Iterator[str]:
    """What one statement imports, each with the names that may be modules of their own."""
    match node:
        case ast.Import(names=names):
            yield from (each.name for each in names)
        case ast.ImportFrom(module=source, names=names, level=level):
            here = module.split(".")
            above = here[: len(here) - level + is_package] if level else []
            base = ".".join([*above, *([source] if source else [])])
            yield from (f"{base}.{each.name}" for each in names)


@functools.cache
def imports() -> dict[str, frozenset[str]]:
    """What each module of the core imports of it: at the top, for types alone, and inside functions.

    A name that is no module stands for the module that it is taken from.
    """
    paths = dict(_modules("energyopti"))
    graph = {}
    for module, path in paths.items():
        tree = ast.parse(path.read_text())
        is_package = path.name == "__init__.py"
        named = {name for node in ast.walk(tree) for name in _named(node, module, is_package=is_package)}
        homes = {name if name in paths else name.rpartition(".")[0] for name in named}
        graph[module] = frozenset(homes & paths.keys() - {module})
    return graph


def _is_in(module: str, package: str) -> bool:
    return module == package or module.startswith(f"{package}.")


def _floor(module: str) -> int | None:
    """On which floor a module is; None for one that no floor names."""
    if module in FACES:
        return max(number for number, rooms in enumerate(FLOORS) for room in rooms if _is_in(room, module))
    found = [
        (len(room), number) for number, rooms in enumerate(FLOORS) for room in rooms if _is_in(module, room)
    ]
    return max(found)[1] if found else None


def test_imports_are_found_wherever_they_stand() -> None:
    """At the top, for types alone, and inside a function."""
    graph = imports()
    assert "energyopti.layouts.columns" in graph["energyopti.layouts.times"]
    assert "energyopti.layouts.decode.raw" in graph["energyopti.layouts.formats.csv"]
    assert "energyopti.layouts.formats.delimited" in graph["energyopti.layouts.formats.csv"]


def test_every_floor_has_modules() -> None:
    """A room that moved away would leave its rule behind, and hold for nothing."""
    floors = {_floor(module) for module in imports() if module not in FACES}
    assert floors >= set(range(len(FLOORS)))


def test_no_module_uses_a_floor_above_its_own() -> None:
    """A layout says what columns mean, decoding carries it out, formats stand on both."""
    upward = [
        f"{module} imports {other}"
        for module, others in imports().items()
        for other in sorted(others)
        if (here := _floor(module)) is not None and (there := _floor(other)) is not None and there > here
    ]
    assert upward == []


def test_no_room_imports_its_face() -> None:
    """The public names are for those outside: a room that used them would depend on all of its neighbours."""
    used = [
        f"{module} imports {face}"
        for module, others in imports().items()
        for face in FACES
        if face in others and _is_in(module, face)
    ]
    assert used == []


@pytest.mark.parametrize("package", WITHOUT_CIRCLES)
def test_no_module_imports_itself_by_way_of_others(package: str) -> None:
    """Whatever one module needs can be read before it."""
    graph = {
        module: {each for each in others if _is_in(each, package)}
        for module, others in imports().items()
        if _is_in(module, package)
    }
    try:
        graphlib.TopologicalSorter(graph).prepare()
    except graphlib.CycleError as error:
        pytest.fail(" imports ".join(reversed(error.args[1])))


def _plugins() -> list[str]:
    """The packages of the installed markets that are ours."""
    found = {point.module.partition(".")[0] for point in entry_points(group="energyopti")}
    return sorted(name for name in found if name.startswith("energyopti_"))


def _used(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """The module and the name of all that a file takes of the core."""
    for node in ast.walk(tree):
        match node:
            case ast.ImportFrom(module=str(source), names=names) if _is_in(source, "energyopti"):
                yield from ((source, each.name) for each in names)
            case ast.Import(names=names):
                yield from ((each.name, "") for each in names if _is_in(each.name, "energyopti"))


@pytest.mark.parametrize("plugin", _plugins())
def test_plugins_use_public_names_only(plugin: str) -> None:
    """Whatever else the core has may change with any version; what a plugin needs is public for all plugins."""
    private = [
        f"{module} takes {name or 'all'} of {source}"
        for module, path in _modules(plugin)
        for source, name in _used(ast.parse(path.read_text()))
        if source not in PUBLIC
        or (name not in importlib.import_module(source).__all__ and f"{source}.{name}" not in PUBLIC)
    ]
    assert private == []


FACTS = {
    "_DIGITS": "as many as a row's number may have",
    "_ENCRYPTED, _SIZES_FOLLOW, _UTF_8": "bits of zip's flags",
    "_FIRST_MOMENT": "zip's",
    "_HEADER, _ENTRY, _SMALL_STREAM, _LAST_SECTOR": "of a workbook of the old form",
    "_HOURS": "of a day",
    "_LONG_DIMENSIONS, _MOST_CELLS, _SHORTEST_STRING, _LONGEST_STRING": "of a workbook of the old form",
    "_MONTH, _DAY, _BEHIND": "of a year, of a month",
    "_NONE": "no time",
    "_SATURDAY": "of a week",
    "_SATURDAY, _SUNDAY": "of a week",
    "_SECOND": "a second",
    "_SIXTEEN": "what x16 means",
    "_TURN": "the two-digit year that turns a century, by POSIX",
    "_UNEVEN": "how far a clock may be set back",
    "_WHOLE": "the status of a whole answer",
    "DAY": "a day",
    "FORBIDDEN": "a status",
    "HOUR": "an hour",
    "INSTANT": "the shortest time",
    "NOT_MODIFIED": "a status",
    "_SHOWN": "how many things a message names",
    "_SHOWN, _WORD": "how many things a message names",
    "_SHOWN, _NEAR, _WORD": "how many things a message names",
}
"""Numbers that are no one's choice, or words of a message."""

QUIET = (
    "energyopti.cli",
    "energyopti.analysis",
    "energyopti.sandbox",
    "energyopti.testing",
    "energyopti.scaffold",
    "energyopti.progress",
)
"""Rooms whose numbers are about what is shown or made up."""


def _numbers(tree: ast.Module) -> Iterator[str]:
    """The names that a file gives to numbers and lengths of time at its top."""
    for node in tree.body:
        match node:
            case (
                ast.Assign(targets=[target], value=value)
                | ast.AnnAssign(target=target, value=ast.expr() as value)
            ):
                leaves = [each for each in ast.walk(value) if isinstance(each, ast.Constant)]
                other = [
                    each
                    for each in ast.walk(value)
                    if isinstance(each, ast.Dict | ast.JoinedStr | ast.Attribute)
                    or (isinstance(each, ast.Call) and ast.unparse(each.func) != "timedelta")
                ]
                if leaves and not other and all(type(each.value) in {int, float} for each in leaves):
                    yield ast.unparse(target).strip("()")
            case _:
                pass


def test_numbers_that_can_be_tuned_are_in_one_place() -> None:
    """Sizes, times and counts that somebody chose are in `energyopti.tuning`, each with what it is for."""
    chosen = [
        f"{module}: {name}"
        for module, path in _modules("energyopti")
        if not _is_in(module, "energyopti.tuning") and not any(_is_in(module, room) for room in QUIET)
        for name in _numbers(ast.parse(path.read_text()))
        if name not in FACTS
    ]
    assert chosen == []


def test_every_number_that_can_be_tuned_says_what_it_is_for() -> None:
    """A number is followed by a sentence."""
    rooms = [path for module, path in _modules("energyopti") if _is_in(module, "energyopti.tuning")]
    body = [node for path in rooms for node in ast.parse(path.read_text()).body]
    names = [node for node in body if isinstance(node, ast.Assign)]
    said = [
        ast.unparse(node.targets[0])
        for node, after in itertools.pairwise(body)
        if isinstance(node, ast.Assign) and isinstance(after, ast.Expr)
    ]
    assert len(names) > 40
    assert said == [ast.unparse(node.targets[0]) for node in names]


LONGEST = 350


def test_no_file_has_more_lines_than_a_room_should() -> None:
    """A file that grew past that has two ideas: in the core, and in the plugins that are installed."""
    packages = ["energyopti", *_plugins()]
    long = {
        path.name: lines
        for package in packages
        for _, path in _modules(package)
        if (lines := len(path.read_text().splitlines())) > LONGEST
    }
    assert long == {}
