"""A day of all of PJM's nodes: how fast, and in how much memory, next to a plain reader in the same run."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from polars.testing import assert_frame_equal

from energyopti_pjm.protocol.pages import Form
from performance import all_nodes
from performance.all_nodes import READERS, ROWS, collected, pages, plain_frame, prices, to_frame, written
from performance.timing import best, in_turn, medians

pytestmark = pytest.mark.bench

ROUNDS = 9


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder with the day in both forms."""
    folder = tmp_path_factory.mktemp("nodes")
    all_nodes.write_all(folder)
    yield folder
    for file in folder.iterdir():
        file.unlink()


def test_bench_speed_of_a_day_of_all_nodes() -> None:
    """From the pages' bytes to the unified frame; goal: ten times `json.loads` and a frame of its objects."""
    rows = prices()
    envelope, sheets = written(rows, Form.JSON), pages(rows, Form.CSV)
    sheet = written(rows, Form.CSV)
    frame = collected(sheets.__getitem__, Form.CSV)
    assert_frame_equal(frame, to_frame(envelope))
    assert_frame_equal(frame, to_frame(sheet))
    print(
        f"\n{ROWS:,} rows; CSV {len(sheet) / 1e6:.0f} MB in {len(sheets)} pages, JSON {len(envelope) / 1e6:.0f} MB"
    )
    for name, work in {
        "CSV in pages": lambda: collected(sheets.__getitem__, Form.CSV),
        "CSV as one document": lambda: to_frame(sheet),
        "JSON as one document": lambda: to_frame(envelope),
    }.items():
        pairs = in_turn(lambda: plain_frame(envelope), work, ROUNDS)
        for word, (plain, ours) in {"median": medians(pairs), "best": best(pairs)}.items():
            print(
                f"  {name:20} {word:6} {ours * 1e3:7.1f} ms; json.loads, DataFrame {plain * 1e3:7.1f} ms; "
                f"{plain / ours:5.1f} times as fast"
            )


def test_bench_memory_of_a_day_of_all_nodes(folder: Path) -> None:
    """The peak above what the process had before, each reader in a process of its own; goal: below four frames."""
    print()
    for name in READERS:
        script = Path(all_nodes.__file__)
        answer = subprocess.run(
            [sys.executable, script, name, folder], check=True, capture_output=True, text=True
        )
        extra, size, height = map(int, answer.stdout.split())
        assert height == ROWS
        print(
            f"  {name:21} {extra / 1e6:7.1f} MB above the start, frame {size / 1e6:5.1f} MB,"
            f" {extra / size:6.2f} frames"
        )
