"""Where the recordings are: the folder that ENERGYOPTI_RECORDINGS names, or the one beside the project."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

_BESIDE = Path(__file__).resolve().parents[3] / "shared" / "recordings"


def recordings() -> Path:
    """The folder of all markets, whether or not it is there."""
    named = os.environ.get("ENERGYOPTI_RECORDINGS")
    return Path(named) if named else _BESIDE


def recordings_of(market: str, needed: str = "PROVENANCE.tsv") -> Path:
    """A market's recordings; the test is skipped where the file ``needed`` is not among them."""
    found = recordings() / market
    if not (found / needed).is_file():
        pytest.skip(f"no recordings in {found}; set ENERGYOPTI_RECORDINGS to a folder that has them")
    return found
