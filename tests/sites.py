"""Folders of installed distributions, and processes that see them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import attrs

TESTS = Path(__file__).parent

ASK = """
import json
from energyopti import Registry
from energyopti.errors import EnergyOptiError
registry = Registry()
try:
    registry.market("shared")
    error = ""
except EnergyOptiError as caught:
    error = f"{type(caught).__name__}: {caught}"
ours = ("nyiso", "pjm", "ercot", "caiso")
keep = lambda name: not name.endswith(ours)
print(json.dumps({
    "markets": [name for name in registry.markets if keep(name)],
    "reports": {
        report.name: [report.distribution, report.version, list(report.markets), report.error]
        for report in registry.reports if keep(report.name) and keep(report.distribution)
    },
    "shared": error,
}))
"""

GOOD = """
from builders import market
from energyopti import hookimpl

ENERGYOPTI_API = "1.0"

@hookimpl
def energyopti_markets():
    return [market(id="{id}")]
"""


@attrs.frozen
class Site:
    """A folder of installed distributions."""

    folder: Path

    def install(self, distribution: str, **modules: str) -> None:
        """A distribution with one entry point a module; the entry point's name is the module's."""
        prefix = distribution.replace("-", "_")
        points = {name: f"{prefix}_{name}" for name in modules}
        files = {f"{points[name]}.py": source for name, source in modules.items()}
        self.install_files(distribution, {"energyopti": points}, files)

    def install_points(self, distribution: str, source: str, **groups: str) -> None:
        """A distribution with one module and some lines of entry points a group (`energyopti_` before its name)."""
        points = {
            f"energyopti.{group}": dict(line.split(" = ") for line in lines.splitlines())
            for group, lines in groups.items()
        }
        self.install_files(distribution, points, {f"{distribution.replace('-', '_')}.py": source})

    def install_files(
        self, distribution: str, groups: Mapping[str, Mapping[str, str]], files: Mapping[str, str]
    ) -> None:
        """A distribution with entry points by group and name, and with files."""
        info = self.folder / f"{distribution.replace('-', '_')}-1.2.dist-info"
        info.mkdir(parents=True)
        info.joinpath("METADATA").write_text(f"Metadata-Version: 2.1\nName: {distribution}\nVersion: 1.2\n")
        lines = []
        for group, points in groups.items():
            lines += [f"[{group}]", *(f"{name} = {value}" for name, value in points.items())]
        info.joinpath("entry_points.txt").write_text("\n".join([*lines, ""]))
        for name, source in files.items():
            self.folder.joinpath(name).parent.mkdir(exist_ok=True)
            self.folder.joinpath(name).write_text(source)

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        """The command line, in a fresh process that sees what is installed."""
        return self._process("-m", "energyopti", *words)

    def reports(self) -> dict[str, dict[str, Any]]:
        """What `energyopti plugins` says of the distributions of this folder, by the plugins' names."""
        done = self.run("plugins", "--json")
        assert done.returncode == 0, done.stderr
        ours = {path.name.partition("-")[0].replace("_", "-") for path in self.folder.glob("*.dist-info")}
        return {each["plugin"]: each for each in json.loads(done.stdout) if each["distribution"] in ours}

    def ask(self) -> dict[str, Any]:
        """What a fresh process finds."""
        done = self._process("-c", ASK)
        assert done.returncode == 0, done.stderr
        found: dict[str, Any] = json.loads(done.stdout)
        return found

    def _process(self, *words: str) -> subprocess.CompletedProcess[str]:
        path = os.pathsep.join([str(self.folder), str(TESTS), os.environ.get("PYTHONPATH", "")])
        return subprocess.run(
            [sys.executable, *words],
            env={**os.environ, "PYTHONPATH": path, "ENERGYOPTI_HOME": str(self.folder / "home")},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
