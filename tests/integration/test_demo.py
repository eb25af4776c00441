"""What `make demo` runs."""

from __future__ import annotations

import importlib.util
import re
import subprocess
import sys
from pathlib import Path

import pytest

import energyopti_caiso
import energyopti_nyiso
from energyopti import Registry
from installed import installed, unmeasured

pytestmark = pytest.mark.no_cover  # the same again and again: smaller tests cover it

DEMO = Path(__file__).parents[2] / "examples" / "side_by_side.py"


def test_demo_of_two_markets_and_a_day(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The same code, asked for less: figures, a line of blocks each, one spread, and a chart where it says."""
    spec = importlib.util.spec_from_file_location("side_by_side", DEMO)
    assert spec is not None
    assert spec.loader is not None
    demo = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(demo)
    monkeypatch.setattr(demo, "WEEK", ("2024-07-08", "2024-07-09"))
    two = Registry({"caiso": energyopti_caiso, "nyiso": energyopti_nyiso}, discover=False)
    monkeypatch.setattr(demo, "Registry", lambda: two)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    demo.main()
    said = capsys.readouterr().out
    lines = dict(re.findall(r"^(\w+) +([▁▂▃▄▅▆▇█]+)$", said, re.MULTILINE))
    assert tuple(lines) == ("caiso", "nyiso")
    assert re.findall(r"^(\w+) - (\w+) ", said, re.MULTILINE) == [("caiso", "nyiso")]
    (chart,) = re.findall(r"^the chart, for a browser: (.+)$", said, re.MULTILINE)
    assert Path(chart).is_relative_to(tmp_path)
    assert Path(chart).read_bytes().startswith(b"<!DOCTYPE html>")
    assert re.search(
        r"made [1-9]\d* requests in .+ made none in \d+\.\d s: the same prices$", said, re.MULTILINE
    )


@pytest.mark.exhaustive
def test_demo_compares_every_installed_market(tmp_path: Path) -> None:
    """Without network or settings: a table, a line of blocks each, and a chart where it says."""
    done = subprocess.run(
        [sys.executable, "-W", "error", str(DEMO)],
        env=unmeasured() | {"TMPDIR": str(tmp_path), "COLUMNS": "100", "PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    names = installed().filling("lmp")
    lines = dict(re.findall(r"^(\w+) +([▁▂▃▄▅▆▇█]+)$", done.stdout, re.MULTILINE))
    assert tuple(lines) == names
    assert {len(line) for line in lines.values()} == {62}
    assert len(re.findall(r"^\w+ - \w+", done.stdout, re.MULTILINE)) == len(names) * (len(names) - 1) // 2
    (chart,) = re.findall(r"^the chart, for a browser: (.+)$", done.stdout, re.MULTILINE)
    assert Path(chart).is_relative_to(tmp_path)
    assert Path(chart).read_bytes().startswith(b"<!DOCTYPE html>")
    assert "made none in" in done.stdout
