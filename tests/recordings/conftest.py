"""Where the recordings are; every test here is skipped where they are not."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from recordings.served import Recordings
from recordings.where import recordings_of


@pytest.fixture(scope="session")
def nyiso(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Recordings]:
    """NYISO's recordings; the test is skipped where there are none."""
    recordings = Recordings(recordings_of("nyiso"), tmp_path_factory.mktemp("home"))
    yield recordings
    recordings.close()
