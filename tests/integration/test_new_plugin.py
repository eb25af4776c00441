"""A plugin made by ``energyopti new-plugin``, installed in an environment of its own: it passes the kit, and its checks."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

import pytest

from installed import unmeasured
from market_files import CENTRAL, FORMS

ONE = "DA-LMP.csv"
OTHERS = [pytest.param(name, marks=pytest.mark.exhaustive) for name in FORMS if name != ONE]


def done(*words: str | Path, at: Path, **also: str) -> subprocess.CompletedProcess[str]:
    """A command in a folder, which ends well."""
    ended = subprocess.run(
        [str(word) for word in words],
        cwd=at,
        env=unmeasured() | {"POLARS_MAX_THREADS": "1", "ENERGYOPTI_HOME": str(at)} | also,
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert ended.returncode == 0, f"{ended.stdout}\n{ended.stderr}"
    return ended


def installed_in(folder: Path, plugin: Path) -> Path:
    """The Python of a new environment with a plugin, over the packages of this one."""
    venv.create(folder, with_pip=False)
    python = folder / "bin" / "python"
    where = done(
        python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))", at=plugin
    ).stdout.strip()
    beneath = f"import site; site.addsitedir({sysconfig.get_path('purelib')!r})\n"
    Path(where, "beneath.pth").write_text(beneath)
    flags = ("--no-deps", "--no-build-isolation", "--no-index", "--quiet", "--disable-pip-version-check")
    done(sys.executable, "-m", "pip", "--python", python, "install", *flags, plugin, at=plugin)
    return python


def made(tmp_path: Path, name: str | None) -> Path:
    """A plugin's folder, made of a file or of none."""
    given = []
    if name is not None:
        tmp_path.joinpath(name).write_bytes(FORMS[name])
        given = ["--from", name]
    words = ("-m", "energyopti", "new-plugin", "spp", "--timezone", CENTRAL, *given)
    done(sys.executable, *words, at=tmp_path)
    return tmp_path / "energyopti-spp"


@pytest.mark.parametrize("name", [ONE, pytest.param(None, marks=pytest.mark.exhaustive), *OTHERS])
def test_new_plugin_installs_and_passes_the_kit(tmp_path: Path, name: str | None) -> None:
    """As its README says, without a change: its market is there, and each of its tests passes."""
    plugin = made(tmp_path, name)
    python = installed_in(tmp_path / "venv", plugin)
    listed = json.loads(done(python, "-m", "energyopti", "plugins", "--json", at=tmp_path).stdout)
    (report,) = (each for each in listed if each["distribution"] == "energyopti-spp")
    assert (report["markets"], report["error"]) == (["spp"], None)
    (feed,) = plugin.glob("src/energyopti_spp/examples/*.csv")
    row = (
        "get",
        "spp",
        feed.stem,
        "--start",
        "2024-11-03",
        "--end",
        "2024-11-04",
        "--sandbox",
        "--format",
        "ndjson",
    )
    first = json.loads(done(python, "-m", "energyopti", *row, at=tmp_path).stdout.splitlines()[0])
    assert first["interval_start"] == "2024-11-03T05:00:00Z"
    kit = done(python, "-m", "pytest", "-q", "-p", "no:randomly", "-p", "no:cacheprovider", at=plugin).stdout
    passed = re.search(r"(\d+) passed", kit)
    assert passed is not None
    assert int(passed[1]) > 15, kit
    for check in (("format", "--check", "."), ("check", ".")):
        done(sys.executable, "-m", "ruff", *check, at=plugin, RUFF_NO_CACHE="true")


@pytest.mark.exhaustive
@pytest.mark.parametrize("name", [ONE, "load.csv", "GenMix.csv", "titled.csv"])
def test_new_plugin_is_typed(tmp_path: Path, name: str) -> None:
    """Strictly."""
    plugin = made(tmp_path, name)
    core = Path(__file__).parents[2] / "core" / "src"
    done(sys.executable, "-m", "mypy", "--cache-dir", os.devnull, at=plugin, MYPYPATH=str(core))
