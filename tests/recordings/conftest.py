"""Where the recordings are; every test here is skipped where they are not."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from recordings.served import Recordings

_ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def nyiso(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Recordings]:
    """NYISO's recordings; the test is skipped where there are none."""
    named = os.environ.get("ENERGYOPTI_RECORDINGS")
    folder = (Path(named) if named else _ROOT.parent / "shared" / "recordings") / "nyiso"
    if not (folder / "PROVENANCE.tsv").is_file():
        pytest.skip(f"no recordings in {folder}; set ENERGYOPTI_RECORDINGS to a folder that has them")
    recordings = Recordings(folder, tmp_path_factory.mktemp("home"))
    yield recordings
    recordings.close()
