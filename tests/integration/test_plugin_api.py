"""Which version of the contract a plugin was written for: said by it, and checked before its hooks are called."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from energyopti import API_VERSION
from installed import installed
from sites import GOOD, Site

FIRST, SECOND = map(int, API_VERSION.split("."))
HOOK = """
from energyopti import hookimpl

@hookimpl
def energyopti_markets():
    raise RuntimeError("a hook was called")
"""


OTHERS = {
    "newer": f"{FIRST}.{SECOND + 1}",
    "later": f"{FIRST + 1}.0",
    "older": f"{FIRST - 1}.99",
}
MISSAID = {
    "number": "1.0",
    "pair": "(1, 0)",
    "word": "'one'",
    "half": "'1'",
    "long": "'1.0.0'",
    "empty": "''",
}
UNIMPORTABLE = {
    "fits": f'import not_there\nENERGYOPTI_API = "{API_VERSION}"\n',
    "none": "import not_there\nENERGYOPTI_API = None\n",
    "silent": "import not_there\n",
    "damaged": "\x00",
}
MODULES = {"inside": "broken_package.inside", "nowhere": "nowhere", "namespace": "namespace_only.inside"}
NEW_NAME = f'from energyopti import NewThing\n\nENERGYOPTI_API: Final = "{FIRST}.{SECOND + 1}"\n'
OBJECT = """
from builders import market
from energyopti import hookimpl

{beside}

class Plugin:
    {inside}

    @hookimpl
    def energyopti_markets(self):
        return [market(id="{id}")]

PLUGIN = Plugin()
"""
SAYS = f'ENERGYOPTI_API = "{API_VERSION}"'


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """What is said of many plugins that are installed together, by their names."""
    site = Site(tmp_path_factory.mktemp("site"))
    sources = {name: f'ENERGYOPTI_API = "{version}"\n{HOOK}' for name, version in OTHERS.items()}
    sources |= {name: f"ENERGYOPTI_API = {said}\n{HOOK}" for name, said in MISSAID.items()}
    sources |= UNIMPORTABLE | {"good": GOOD.format(id="goodiso"), "forgotten": HOOK, "renamed": NEW_NAME}
    for name, source in sources.items():
        site.install(f"energyopti-{name}", **{name: source})
    files = {"broken_package/__init__.py": "1 / 0", "broken_package/inside.py": ""}
    files["objects_a.py"] = OBJECT.format(beside=SAYS, inside="", id="aiso")
    files["objects_b.py"] = OBJECT.format(beside="", inside=SAYS, id="biso")
    points = MODULES | {"object_a": "objects_a:PLUGIN", "object_b": "objects_b:PLUGIN"}
    site.install_files("energyopti-odd", {"energyopti": points}, files)
    return site.reports()


def test_the_plugin_beside_them_works(found: dict[str, dict[str, Any]]) -> None:
    """Whatever is wrong with the others."""
    good = found["good"]
    assert (good["api"], good["markets"], good["error"]) == (API_VERSION, ["goodiso"], None)


@pytest.mark.parametrize("name", OTHERS)
def test_a_plugin_for_another_version_is_left_out(found: dict[str, dict[str, Any]], name: str) -> None:
    """Before any of its hooks is called; the report says what to upgrade, and how."""
    what, pip = ("the plugin", f"energyopti-{name}") if name == "older" else ("energyopti", "energyopti")
    assert (found[name]["api"], found[name]["error"]) == (
        OTHERS[name],
        (
            f"plugin energyopti-{name} was written for version {OTHERS[name]} of energyopti's API, and this energyopti "
            f"has {API_VERSION}: upgrade {what} (pip install --upgrade {pip})"
        ),
    )


def test_a_plugin_that_does_not_say_its_version_is_left_out(found: dict[str, dict[str, Any]]) -> None:
    """It cannot be forgotten: the report says which line its authors have to add."""
    why = found["forgotten"]["error"]
    assert why.startswith("plugin energyopti-forgotten does not say which version of energyopti's API")
    assert why.endswith(f"add {SAYS} beside its hooks")


@pytest.mark.parametrize("name", MISSAID)
def test_a_version_is_two_numbers_in_a_text(found: dict[str, dict[str, Any]], name: str) -> None:
    """A number would read 1.10 as 1.1."""
    assert found[name]["error"].endswith(f'write two numbers as text, such as "{API_VERSION}"')


def test_an_import_that_fails_says_what_to_upgrade(found: dict[str, dict[str, Any]]) -> None:
    """A name of a newer energyopti is missing: the version is read from the source, and the cause is said too."""
    why = found["renamed"]["error"]
    assert (
        "upgrade energyopti (pip install --upgrade energyopti); it cannot be imported: ImportError: " in why
    )
    assert "cannot import name 'NewThing'" in why


@pytest.mark.parametrize("name", UNIMPORTABLE)
def test_an_import_that_fails_for_another_reason_says_that_reason(
    found: dict[str, dict[str, Any]], name: str
) -> None:
    """A version that fits, or is not there, is not to blame."""
    assert found[name]["error"].startswith(f"plugin energyopti-{name} cannot be imported: ")
    assert "upgrade" not in found[name]["error"]


@pytest.mark.parametrize("name", MODULES)
def test_a_module_without_a_source_is_no_further_failure(found: dict[str, dict[str, Any]], name: str) -> None:
    """Its package cannot be imported, or nothing is there."""
    assert found[name]["error"].startswith("plugin energyopti-odd cannot be imported: ")


@pytest.mark.parametrize(("name", "market"), [("object_a", "aiso"), ("object_b", "biso")])
def test_an_object_may_be_the_plugin(found: dict[str, dict[str, Any]], name: str, market: str) -> None:
    """The version is said by the module that it is in, or by it."""
    assert (found[name]["api"], found[name]["markets"]) == (API_VERSION, [market])


def test_every_installed_market_says_its_version() -> None:
    """Ours, too."""
    assert {each.error for each in installed().reports} == {None}
    assert {each.api for each in installed().reports} == {API_VERSION}


def test_an_unknown_market_names_the_plugins_that_were_left_out(tmp_path: Path) -> None:
    """The one that is called like it comes first, with its reason; the exit code is that of a wrong question."""
    site = Site(tmp_path)
    site.install("energyopti-alpha", alpha=GOOD.format(id="alphaiso"))
    site.install("energyopti-aaa", aaa="raise RuntimeError('no luck')")
    site.install("energyopti-spp", spp=f'ENERGYOPTI_API = "{FIRST + 1}.0"\n')
    done = site.run("get", "spp", "lmp", "--start", "2024-07-01", "--end", "2024-07-02", "--sandbox")
    assert done.returncode == 2
    line = done.stderr.splitlines()[-1]
    assert line.startswith("energyopti: no installed plugin brings market 'spp'. Known: alphaiso, ")
    assert ". Left out: plugin energyopti-spp was written for version " in line
    assert line.endswith(
        "(pip install --upgrade energyopti); plugin energyopti-aaa cannot be imported: RuntimeError: no luck."
    )
