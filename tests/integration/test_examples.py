"""The example markets, each a distribution as a third party would make it: installed beside the library, they pass."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from energyopti import Registry
from installed import unmeasured

ROOT = Path(__file__).parents[2]
PLUGINS = sorted((ROOT / "examples").glob("energyopti-*"))

each_plugin = pytest.mark.parametrize("plugin", PLUGINS, ids=lambda plugin: plugin.name)


def market_of(plugin: Path) -> str:
    """The name under which a distribution registers its market."""
    project = tomllib.loads(plugin.joinpath("pyproject.toml").read_text(encoding="utf-8"))["project"]
    (name,) = project["entry-points"]["energyopti"]
    return str(name)


def run(plugin: Path, folder: Path, *command: str) -> str:
    """What a Python command prints that ends well, with a distribution on its path as an installer leaves it."""
    name = market_of(plugin)
    info = folder / f"energyopti_{name}-0.1.0.dist-info"
    info.mkdir(exist_ok=True)
    info.joinpath("METADATA").write_text(f"Metadata-Version: 2.1\nName: energyopti-{name}\nVersion: 0.1.0\n")
    info.joinpath("entry_points.txt").write_text(f"[energyopti]\n{name} = energyopti_{name}\n")
    done = subprocess.run(
        [sys.executable, *command],
        cwd=plugin,
        env=unmeasured()
        | {
            "ENERGYOPTI_HOME": str(folder),
            "POLARS_MAX_THREADS": "1",
            "PYTHONDONTWRITEBYTECODE": "1",
            "PYTHONPATH": os.pathsep.join([str(folder), str(plugin / "src")]),
        },
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, f"{done.stdout[-4000:]}\n{done.stderr[-4000:]}"
    return done.stdout


def test_there_is_an_example_and_none_is_installed() -> None:
    """They are examples: the library's own environment has none of their markets."""
    assert PLUGINS
    assert not {market_of(each) for each in PLUGINS} & set(Registry().markets)


@each_plugin
def test_example_passes_its_own_tests(plugin: Path, tmp_path: Path) -> None:
    """The contract of the kit, and what it tests of its own."""
    kit = run(
        plugin, tmp_path, "-m", "pytest", "-q", "-W", "error", "-p", "no:randomly", "-p", "no:cacheprovider"
    )
    passed = re.search(r"^(\d+) passed", kit, re.MULTILINE)
    assert passed is not None, kit
    assert int(passed[1]) > 60


@each_plugin
def test_example_has_prices_load_and_fuel_mix(plugin: Path, tmp_path: Path) -> None:
    """It fills the datasets that desks begin with, day-ahead and real-time, and its plugin is reported without an error."""
    market = market_of(plugin)
    (report,) = (
        each
        for each in json.loads(run(plugin, tmp_path, "-m", "energyopti", "plugins", "--json"))
        if each["plugin"] == market
    )
    assert (report["markets"], report["error"]) == ([market], None)
    code = (
        "from energyopti import Registry\n"
        f"for feed in Registry().market({market!r}).feeds: print(feed.dataset.name, feed.run or '')\n"
    )
    filled = set(run(plugin, tmp_path, "-c", code).splitlines())
    assert {"lmp day_ahead", "lmp real_time_5min", "load ", "fuel_mix "} <= filled


@each_plugin
def test_example_is_formatted_and_linted(plugin: Path, tmp_path: Path) -> None:
    """By its own settings."""
    for check in (("format", "--check", "."), ("check", ".")):
        run(plugin, tmp_path, "-m", "ruff", *check, "--no-cache")
