"""Plugins found through real entry points, in a process of their own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from sites import GOOD, Site

MISSPELT = """
from energyopti import hookimpl

ENERGYOPTI_API = "1.0"

@hookimpl
def energyopti_marktes():
    return []
"""


@pytest.fixture
def site(tmp_path: Path) -> Site:
    """An empty folder to install into."""
    return Site(tmp_path)


def test_installing_is_all_it_takes(site: Site) -> None:
    """A market is there once its distribution is, reported with its version."""
    site.install("energyopti-alpha", alpha=GOOD.format(id="alphaiso"))
    found = site.ask()
    assert found["markets"] == ["alphaiso"]
    assert found["reports"]["alpha"] == ["energyopti-alpha", "1.2", ["alphaiso"], None]


def test_nothing_installed_is_nothing_found(site: Site) -> None:
    """No plugin is no failure."""
    found = site.ask()
    assert (found["markets"], found["reports"]) == ([], {})
    assert found["shared"].startswith("UnknownMarket")


@pytest.mark.parametrize(
    ("source", "why"),
    [
        ("import not_installed_anywhere", "No module named 'not_installed_anywhere'"),
        ("def broken(:", "SyntaxError"),
        ("raise ValueError('bad\\nday')", "ValueError: bad day"),
    ],
)
def test_plugin_that_cannot_be_imported_is_reported_by_name(site: Site, source: str, why: str) -> None:
    """Its report names it, its distribution and its error; the other plugins work."""
    site.install("energyopti-alpha", alpha=GOOD.format(id="alphaiso"))
    site.install("energyopti-broken", broken=source)
    found = site.ask()
    assert found["markets"] == ["alphaiso"]
    distribution, version, markets, error = found["reports"]["broken"]
    assert (distribution, version, markets) == ("energyopti-broken", "1.2", [])
    assert "plugin energyopti-broken cannot be imported" in error
    assert why in error


def test_misspelt_hook_is_reported(site: Site) -> None:
    """A hook that does not exist never passes in silence; the other plugins work."""
    site.install("energyopti-alpha", alpha=GOOD.format(id="alphaiso"))
    site.install("energyopti-typo", typo=MISSPELT)
    found = site.ask()
    assert found["markets"] == ["alphaiso"]
    assert any("energyopti_marktes" in (report[3] or "") for report in found["reports"].values())


def test_failing_plugin_keeps_its_name(site: Site) -> None:
    """A report is under the entry point's name, whatever became of the plugin."""
    site.install("energyopti-typo", typo=MISSPELT)
    site.install("energyopti-failing", failing=GOOD.format(id="BAD ID"))
    assert sorted(site.ask()["reports"]) == ["failing", "typo"]


def test_two_distributions_with_one_market_are_both_named(site: Site) -> None:
    """Neither wins by chance: the error tells which two, and what to do."""
    site.install("energyopti-one", one=GOOD.format(id="shared"))
    site.install("energyopti-two", two=GOOD.format(id="shared"))
    found = site.ask()
    assert found["markets"] == []
    why = "market 'shared' is claimed by energyopti-one and energyopti-two; uninstall one of them"
    assert found["shared"] == f"PluginError: {why}"
    assert found["reports"]["one"][3] == found["reports"]["two"][3] == why


def test_one_distribution_may_bring_two_plugins(site: Site) -> None:
    """Each entry point is a plugin of its own."""
    site.install("energyopti-both", alpha=GOOD.format(id="alphaiso"), beta=GOOD.format(id="betaiso"))
    found = site.ask()
    assert found["markets"] == ["alphaiso", "betaiso"]
    assert sorted(found["reports"]) == ["alpha", "beta"]


def test_broken_entry_point_named_like_its_distribution_takes_no_other_down(site: Site) -> None:
    """Of two entry points of one distribution the broken one is reported, and the good one works."""
    site.install("alpha", alpha="import not_installed_anywhere", beta=GOOD.format(id="betaiso"))
    found = site.ask()
    assert found["markets"] == ["betaiso"]
    assert "not_installed_anywhere" in found["reports"]["alpha"][3]


def test_two_broken_plugins_of_one_name_are_both_reported(site: Site) -> None:
    """Two distributions may call their entry points alike: neither failure hides the other."""
    site.install("energyopti-one", iso="import missing_one")
    site.install("energyopti-two", iso="import missing_two")
    code = "from energyopti import Registry\nprint([r.distribution for r in Registry().reports if r.error])"
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONPATH": str(site.folder)},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert "energyopti-one" in done.stdout
    assert "energyopti-two" in done.stdout


EXTRAS = """
import sys
import click
from energyopti.errors import NoData
from energyopti.output import Format

print("imported", file=sys.stderr)

@click.command()
@click.option("--gauge", default="PIER")
@click.option("--exact", is_flag=True)
def levels(gauge, exact):
    if gauge == "MOON":
        raise NoData("there is no lake")
    print(f"{gauge} {exact}")

TSV = Format("tsv", lambda frame: [frame.write_csv(separator="\\t").encode()])
"""


@pytest.fixture
def extended(site: Site) -> Site:
    """A distribution with two commands, of which one cannot be imported, and a format."""
    commands = "levels = energyopti_extras:levels\nlost = energyopti_extras:nowhere"
    site.install_points("energyopti-extras", EXTRAS, commands=commands, formats="tsv = energyopti_extras:TSV")
    return site


def test_a_plugin_s_command_is_one_of_the_commands(extended: Site) -> None:
    """With options of its own; an error of ours is one line and its exit code."""
    done = extended.run("levels", "--gauge", "BAY", "--exact")
    assert (done.returncode, done.stdout) == (0, "BAY True\n"), done.stderr
    assert "--exact" in extended.run("levels", "--help").stdout
    wrong = extended.run("levels", "--gauge", "MOON")
    assert (wrong.returncode, wrong.stderr.splitlines()[-1]) == (3, "energyopti: there is no lake")


def test_help_names_commands_of_plugins_without_importing_them(extended: Site) -> None:
    """Whose they are; what cannot be imported costs nothing until it is called."""
    shown = extended.run("--help")
    assert shown.returncode == 0
    assert "imported" not in shown.stderr
    named = [line.split(maxsplit=1) for line in shown.stdout.splitlines() if "Brought by" in line]
    assert named == [["levels", "Brought by energyopti-extras."], ["lost", "Brought by energyopti-extras."]]
    lost = extended.run("lost")
    assert lost.returncode != 0
    assert "plugin energyopti-extras cannot be imported" in lost.stderr.splitlines()[-1]


def test_rows_are_written_in_a_format_of_a_plugin(extended: Site, tmp_path: Path) -> None:
    """By its name and by the file's suffix; a name that nobody knows gets a suggestion."""
    query = ("get", "nyiso", "load", "--start", "2024-07-01", "--end", "2024-07-02", "--sandbox")
    shown = extended.run(*query, "--format", "TSV")
    assert shown.stdout.startswith("market\tfeed\t"), shown.stderr
    written = extended.run(*query, "-o", str(tmp_path / "load.tsv"))
    assert written.returncode == 0, written.stderr
    assert (tmp_path / "load.tsv").read_text() == shown.stdout
    wrong = extended.run(*query, "--format", "tvs")
    assert (wrong.returncode, "'tsv'" in wrong.stderr) == (2, True)


def test_two_plugins_cannot_bring_one_format(extended: Site) -> None:
    """Which of the two would write is not left to chance."""
    extended.install_points("energyopti-others", "", formats="tsv = energyopti_others:TSV")
    done = extended.run("get", "nyiso", "load", "--format", "tsv", "--sandbox")
    assert "energyopti-extras and energyopti-others both bring" in done.stderr.splitlines()[-1]


def test_a_distribution_without_a_plugin_is_listed_with_what_it_brings(extended: Site) -> None:
    """Its commands and formats; two that bring one name are both told."""
    extended.install_points("energyopti-others", "", formats="TSV = energyopti_others:TSV")
    found = extended.reports()
    extras, others = found["energyopti-extras"], found["energyopti-others"]
    assert (extras["version"], extras["api"], extras["commands"]) == ("1.2", None, ["levels", "lost"])
    assert (extras["formats"], others["formats"]) == (["tsv"], ["tsv"])
    why = "energyopti-extras and energyopti-others both bring 'tsv' of energyopti.formats; uninstall one of them"
    assert extras["error"] == others["error"] == why
