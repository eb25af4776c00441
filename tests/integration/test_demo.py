"""What `make demo` runs."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from installed import installed, unmeasured

DEMO = Path(__file__).parents[2] / "examples" / "side_by_side.py"


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
    assert len(re.findall(r"^\w+ less \w+", done.stdout, re.MULTILINE)) == len(names) * (len(names) - 1) // 2
    (chart,) = re.findall(r"^the chart, for a browser: (.+)$", done.stdout, re.MULTILINE)
    assert Path(chart).is_relative_to(tmp_path)
    assert Path(chart).read_bytes().startswith(b"<!DOCTYPE html>")
