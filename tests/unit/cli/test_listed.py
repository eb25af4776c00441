"""The list of feeds that ``energyopti sync`` brings up to date."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from cli_runs import MARKET, NOW, registry
from energyopti import InvalidSettings
from energyopti.cli.installation import Installation
from energyopti.cli.syncing import listed


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ('"2024-07-01"', "2024-08-09T00:00:00"),
        ("2024-07-01", "2024-08-09T00:00:00"),
        ('"2024-07-01T00:00Z"', "2024-08-09T12:00:00+00:00"),
    ],
)
def test_feed_goes_to_what_is_published_ahead(tmp_path: Path, start: str, end: str) -> None:
    """Eight days from now, on the clock that its start is on."""
    file = tmp_path / "sync.toml"
    file.write_text(f'[[feed]]\nmarket = "testiso"\ndata = "load"\nstart = {start}\n')
    (query,) = listed(file, Installation(given_registry=registry(MARKET), now=lambda: NOW))
    assert isinstance(query.end, datetime)
    assert query.end.isoformat() == end
    assert query.partial


def test_start_that_is_no_time_is_said(tmp_path: Path) -> None:
    """With the number of the feed and the file."""
    file = tmp_path / "sync.toml"
    file.write_text('[[feed]]\nmarket = "testiso"\ndata = "load"\nstart = "July"\n')
    with pytest.raises(InvalidSettings, match=r"feed 1 of .*sync\.toml: "):
        listed(file, Installation(given_registry=registry(MARKET), now=lambda: NOW))
