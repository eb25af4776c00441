"""What others build on stays as it is: the list of public names, and the comparer that guards it."""

from __future__ import annotations

import ast
import enum
import importlib
import inspect
import subprocess
import sys
import types
import zipfile
from pathlib import Path
from typing import Protocol, TypedDict

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

import surface
from energyopti import API_VERSION
from energyopti.datasets import Row, dataset, field, record

pytestmark = pytest.mark.no_cover  # the same again and again: smaller tests cover it

ROOT = Path(__file__).parents[2]
PACKAGES = sorted(
    path.parent for path in [*ROOT.glob("core/pyproject.toml"), *ROOT.glob("plugins/*/pyproject.toml")]
)


@pytest.fixture(scope="module")
def there() -> dict[str, str]:
    """The public surface as it is."""
    return surface.surface()


def test_nothing_that_others_build_on_is_gone(there: dict[str, str]) -> None:
    """No name, parameter, field, word or base of the list; if one has to go, the first number of the API version is raised."""
    lost = surface.narrowings(surface.read(surface.LIST.read_text(encoding="utf-8")), there)
    assert lost == [], f"{'; '.join(lost)}: {surface.ONLY}"


def test_the_list_is_up_to_date(there: dict[str, str]) -> None:
    """What was added is in it from now on."""
    listed = surface.LIST.read_text(encoding="utf-8")
    fresh = (
        listed == surface.written(there)
        and surface.TYPED.read_text(encoding="utf-8") == surface.typed_names()
    )
    assert fresh, f"the list of public names is stale: {surface.DO}"


def test_a_list_is_read_as_it_was_written(there: dict[str, str]) -> None:
    """Nothing of the surface is lost on the way."""
    assert surface.read(surface.written(there)) == there
    assert surface.narrowings(there, there) == []
    with pytest.raises(AssertionError, match="no line of a surface: what is this"):
        surface.read("what is this")


def test_the_list_says_what_there_is(there: dict[str, str]) -> None:
    """A class and how it is made, its fields, methods and bases; words, columns, functions, constants, other names."""
    assert there["energyopti.market.RateLimit()"] == "(requests, per)"
    assert there["energyopti.market.RateLimit.parse()"] == "(text)"
    assert there["energyopti.market.RateLimit.per"] == "attribute"
    assert (
        there["energyopti.errors.RateLimited"]
        == "class(SourceUnavailable, EnergyOptiError, Exception, BaseException)"
    )
    assert there["energyopti.errors.Parts.chunk"] == "attribute"
    assert there["energyopti.vocabulary.Run.DAY_AHEAD"] == "'day_ahead'"
    assert there["energyopti.datasets.LMP.loss"] == "column float USD/MWh"
    assert there["energyopti.sql()"] == "(statement, *, lake=...)"
    assert there["energyopti.checks.Check"] == "alias"
    assert there["energyopti.Run"] == "= energyopti.vocabulary.Run"
    assert there["energyopti.MarketData.__len__()"] == "()"
    assert "energyopti.sandbox.Responder()" not in there
    assert there["energyopti.API_VERSION"] == API_VERSION


BEFORE = "(a, /, b, c=..., *, d, e=...)"


@pytest.mark.parametrize(
    ("after", "why"),
    [
        ("(a, /, b, *, d, e=...)", ["parameter c is gone"]),
        ("(a, /, b, x=..., *, d, e=...)", ["parameter c is gone"]),
        ("(a, /, b, c=..., *, d)", ["parameter e is gone"]),
        ("(a, /, b, c, *, d, e=...)", ["parameter c is required now"]),
        ("(a, /, b, c=..., *, d, e)", ["parameter e is required now"]),
        ("(a, /, b, c=..., *, d, e=..., f)", ["parameter f is new and required"]),
        ("(a, /, b, *, c=..., d, e=...)", ["parameter c cannot be given as number 3 any more"]),
        ("(a, b, /, c=..., *, d, e=...)", ["parameter b cannot be given by name any more"]),
        (
            "(a, /, c=..., b=..., *, d, e=...)",
            [
                "parameter b cannot be given as number 2 any more",
                "parameter c cannot be given as number 3 any more",
            ],
        ),
        (
            "(a, n, /, b, c=..., *, d, e=...)",
            [
                "parameter b cannot be given as number 2 any more",
                "parameter c cannot be given as number 3 any more",
                "parameter n is new and required",
            ],
        ),
        (
            "(*, b, c=..., d, e=..., a)",
            [
                *(f"parameter {n} cannot be given as number {i} any more" for i, n in enumerate("abc", 1)),
                "parameter a is new and required",
            ],
        ),
    ],
)
def test_a_signature_that_narrows_is_named(after: str, why: list[str]) -> None:
    """Each call that was possible and is not any more."""
    old, new = {"m.f()": BEFORE}, {"m.f()": after}
    assert surface.narrowings(old, new) == [f"m.f(): {each}" for each in why]


@pytest.mark.parametrize(
    "after",
    [
        BEFORE,
        "(z, /, b, c=..., *, d, e=...)",
        "(a, b, c=..., *, d, e=...)",
        "(z, b, c=..., *, d, e=...)",
        "(a=..., /, b=..., c=..., f=..., *, d=..., e=..., g=...)",
        "(a, /, b, c=..., d=..., e=...)",
        "(a, /, b, c=..., *more, d, e=..., **others)",
    ],
)
def test_a_signature_that_widens_is_not(after: str) -> None:
    """Every call that was possible is possible still."""
    assert surface.narrowings({"m.f()": BEFORE}, {"m.f()": after}) == []


@pytest.mark.parametrize(
    ("before", "after", "why"),
    [
        ("(*values)", "(value=...)", ["it does not take any number of values any more"]),
        ("(**values)", "(value=...)", ["it does not take any name any more"]),
        ("(a, b=...)", "(a, **rest)", ["parameter b cannot be given as number 2 any more"]),
        ("(*, a, b=...)", "(**rest)", []),
        ("(a, /, b=...)", "(a, /, *rest, b=...)", ["parameter b cannot be given as number 2 any more"]),
        ("(a, /)", "(b=..., /)", []),
        ("(a=..., /)", "(b, /)", ["parameter a is required now"]),
        ("(a)", "(*rest, a)", ["parameter a cannot be given as number 1 any more"]),
        ("(a, /)", "(b=..., /, *, a)", ["parameter a is new and required"]),
        ("(a, /, *, b)", "(b)", ["parameter b cannot be given by name any more"]),
        ("(*, a)", "(a, /, **rest)", ["parameter a cannot be given by name any more"]),
        ("(*rest, b=...)", "(b=..., *rest)", ["it does not take any number of values any more"]),
        ("(a, /, **rest)", "(a, **rest)", ["it does not take any name any more"]),
    ],
)
def test_parameters_of_any_number(before: str, after: str, why: list[str]) -> None:
    """They take the place of others, and are missed."""
    found = surface.narrowings({"m.f()": before}, {"m.f()": after})
    assert [each.removeprefix("m.f(): ") for each in found] == why


NAMES = st.permutations("abcd").flatmap(lambda names: st.integers(0, 4).map(lambda count: names[:count]))


@st.composite
def signatures(draw: st.DrawFn) -> str:
    """The parameters of a function, of every kind."""
    names = draw(NAMES)
    kinds = sorted(draw(st.lists(st.sampled_from([0, 1, 3]), min_size=len(names), max_size=len(names))))
    given = []
    free = False
    for name, kind in zip(names, kinds, strict=True):
        optional = draw(st.booleans()) or (kind != 3 and free)
        free = optional and kind != 3
        default = ... if optional else inspect.Parameter.empty
        given.append(inspect.Parameter(name, inspect._ParameterKind(kind), default=default))
    more = draw(st.sets(st.sampled_from([2, 4])))
    given += [inspect.Parameter(f"more{kind}", inspect._ParameterKind(kind)) for kind in more]
    return surface.parameters(inspect.Signature(sorted(given, key=lambda each: each.kind)))


@given(signatures(), signatures(), st.sets(st.integers(0, 3)), st.sets(st.sampled_from("abcd")))
def test_a_call_that_is_lost_is_always_found(
    before: str, after: str, places: set[int], words: set[str]
) -> None:
    """Whatever can be called before and cannot be called after is a narrowing."""
    values = tuple(range(len(places)))
    named = dict.fromkeys(words, 0)

    def takes(text: str) -> bool:
        made: dict[str, types.FunctionType] = {}
        exec(f"def call{text}: pass", made)
        try:
            made["call"](*values, **named)
        except TypeError:
            return False
        return True

    if takes(before) and not takes(after):
        assert surface.narrowings({"m.f()": before}, {"m.f()": after})


OLD = {
    "energyopti.API_VERSION": "1.4",
    "m.A": "class(Base, Exception)",
    "m.A()": "(x)",
    "m.A.go()": "()",
    "m.A.word": "'word'",
    "m.f()": "(a)",
    "n.A": "= m.A",
}


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"m.f()": None}, ["m.f() is gone"]),
        ({"n.A": None}, ["n.A is gone"]),
        ({"m.A.go()": None, "m.A.go": "attribute"}, ["m.A.go() is gone", "n.A.go() is gone"]),
        (
            {"m.A.word": "'words'"},
            ["m.A.word: it was 'word', and is 'words'", "n.A.word: it was 'word', and is 'words'"],
        ),
        ({"m.A": "class(Exception)"}, ["m.A: it is no Base any more", "n.A: it is no Base any more"]),
        (
            {"m.A": None, "m.A()": None, "m.A.go()": None, "m.A.word": None, "n.A": None},
            ["m.A is gone", "n.A is gone"],
        ),
        ({"n.A": "class(Base, Exception)", "n.A()": "(x)"}, ["n.A.go() is gone", "n.A.word is gone"]),
        (
            {
                "m.A": "class(More, Base, Exception)",
                "m.A.more": "attribute",
                "m.B": "dict",
                "m.f()": "(a, b=...)",
            },
            [],
        ),
        ({"n.A": None, "n.A()": None, "m.f()": "()", "energyopti.API_VERSION": "2.0"}, []),
    ],
)
def test_a_name_that_narrows_is_named(changes: dict[str, str | None], why: list[str]) -> None:
    """Also where it is a name of something described elsewhere; a higher first number allows it."""
    new = {name: what for name, what in (OLD | changes).items() if what is not None}
    assert surface.narrowings(OLD, new) == why


def test_what_is_described_elsewhere_may_be_described_here() -> None:
    """Nothing is lost where a name moves to another home."""
    moved = {name.replace("m.A", "n.A"): what for name, what in OLD.items() if name != "n.A"} | {
        "m.A": "= n.A"
    }
    assert surface.narrowings(OLD, moved) == []


def planted(**names: object) -> dict[str, str]:
    """The surface of a module with these names."""
    module = types.ModuleType("planted")
    vars(module).update(names, __all__=sorted(names))
    for each in names.values():
        if inspect.isclass(each):
            each.__module__ = "energyopti.planted"
    with pytest.MonkeyPatch.context() as patched:
        patched.setitem(sys.modules, "planted", module)
        return surface.surface(["planted"])


def test_planted_narrowings_are_seen_in_real_objects() -> None:
    """A field, a default, a word, a method's parameter, a column and a key that were there."""

    class Old:
        @attrs.frozen
        class Part:
            left: int
            right: int = 0
            _hidden: int = 0

            @property
            def whole(self) -> int:
                return 0

            @classmethod
            def read(cls, text: str) -> None: ...

            @staticmethod
            def write(*, text: str = "") -> None: ...

        class Word(enum.Enum):
            ONE, TWO = 1, 2

        class Keys(TypedDict):
            one: int
            two: int

        class Door(Protocol):
            def get(self, path: str, *, shared: bool = False) -> None: ...

        @record
        class Level(Row):
            """A level."""

            level: float = field("height", unit="m")

    class New:
        @attrs.frozen
        class Part:
            left: int
            right: int
            _hidden: int = 0

            @classmethod
            def read(cls, text: str, encoding: str) -> None: ...

            @staticmethod
            def write(*, words: str = "") -> None: ...

        class Word(enum.Enum):
            ONE = 1

        class Keys(TypedDict):
            one: int

        class Door(Protocol):
            def get(self, path: str) -> None: ...

        @record
        class Level(Row):
            """A level."""

            level: float = field("height", unit="ft")

    before, after = (
        planted(
            Part=each.Part,
            Word=each.Word,
            Keys=each.Keys,
            Door=each.Door,
            LEVELS=dataset("levels", each.Level),
            kept=len,
        )
        for each in (Old, New)
    )
    assert "planted.Part._hidden" not in before
    assert "planted.Door()" not in before
    assert set(surface.narrowings(before, after)) == {
        "planted.Part(): parameter right is required now",
        "planted.Part.whole is gone",
        "planted.Part.read(): parameter encoding is new and required",
        "planted.Part.write(): parameter text is gone",
        "planted.Word.TWO is gone",
        "planted.Keys.two is gone",
        "planted.Door.get(): parameter shared is gone",
        "planted.LEVELS.level: it was column float m, and is column float ft",
    }


def test_a_list_with_less_is_not_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Unless that is asked for; what would go is named."""
    place, typed = tmp_path / "list.txt", tmp_path / "typed.py"
    assert surface.main([], place=place, typed=typed) == 0
    whole = place.read_text()
    assert (whole, typed.read_text()) == (surface.LIST.read_text(), surface.TYPED.read_text())
    place.write_text(f"{whole}energyopti.once(upon, a=...)\n")
    assert surface.main([], place=place, typed=typed) == 1
    assert "energyopti.once() is gone\n" in capsys.readouterr().err
    assert place.read_text() != whole
    assert surface.main(["--narrow"], place=place, typed=typed) == 0
    assert place.read_text() == whole


def _bound(tree: ast.Module) -> set[str]:
    """The names that a checker sees in a module: also those imported for it alone."""
    found: set[str] = set()
    for node in [*tree.body, *(each for top in tree.body if isinstance(top, ast.If) for each in top.body)]:
        match node:
            case ast.ImportFrom(names=names) | ast.Import(names=names):
                found |= {each.asname or each.name for each in names}
            case ast.ClassDef(name=name) | ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                found.add(name)
            case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)):
                found.add(name)
            case ast.Assign(targets=[ast.Tuple(elts=names)]):
                found |= {each.id for each in names if isinstance(each, ast.Name)}
            case _:
                pass
    return found


@pytest.mark.parametrize("module", sorted(surface.PUBLIC))
def test_every_public_name_has_a_type(module: str) -> None:
    """Also one that is imported at its first use: with `__getattr__` in a module, mypy takes any other name for `Any`."""
    there = importlib.import_module(module)
    assert set(there.__all__) - _bound(ast.parse(inspect.getsource(there))) == set()


@pytest.mark.parametrize("package", PACKAGES, ids=lambda path: path.name)
def test_every_wheel_has_its_types(package: Path, tmp_path: Path) -> None:
    """A checker reads what is installed only where `py.typed` says that it may."""
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(build, cwd=package, check=True, capture_output=True, timeout=120)
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as files:
        named = set(files.namelist())
    (folder,) = (each for each in (package / "src").iterdir() if each.is_dir() and each.name != "__pycache__")
    assert f"{folder.name}/py.typed" in named
    modules = {path.relative_to(package / "src").as_posix() for path in (package / "src").rglob("*.py")}
    assert modules - named == set()
