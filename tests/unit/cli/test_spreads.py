"""Several locations of one market side by side: ``energyopti spreads``, and ``compare`` with more than one location."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from cli_runs import Network, registry, run
from compared_markets import CHICAGO, NEW_YORK, day_of, priced
from energyopti import Run

EAST = priced("east", NEW_YORK, (Run.DAY_AHEAD,))
WEST = priced("west", CHICAGO)
DAY = "2024-07-01"
PRICES = {"NORTH": [float(n) for n in range(24)], "SOUTH": [2.0 * n for n in range(24)], "HUB": [5.0] * 24}


def several(prices: dict[str, list[float]], zone: str = NEW_YORK) -> bytes:
    """A document with the prices of several places."""
    header, *_ = day_of(DAY, [0.0] * 24, zone).splitlines(keepends=True)
    rows = [
        day_of(DAY, each, zone, f"{name},hub").splitlines(keepends=True)[1:] for name, each in prices.items()
    ]
    return b"".join([header, *(row for each in rows for row in each)])


PAGES: dict[str, bytes | int] = {
    f"east/day_ahead/{DAY}.csv": several(PRICES),
    f"west/day_ahead/{DAY}.csv": day_of(DAY, [100.0] * 24, CHICAGO),
}


@pytest.fixture(autouse=True)
def _own_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ENERGYOPTI_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))


def called(*arguments: str, **others: Any) -> Result:
    """A command over both markets."""
    return run(*arguments, over=registry(EAST, WEST), network=Network(PAGES), **others)


def spreads(*arguments: str) -> Result:
    """``spreads`` of the east on the day."""
    return called("spreads", "east", *arguments, "--period", DAY)


def pairs(result: Result) -> list[tuple[str, str, float]]:
    """Which pairs are in an answer as JSON, with their mean spreads."""
    assert result.exit_code == 0, result.stderr
    return [(row["market"], row["other"], row["mean_spread"]) for row in json.loads(result.stdout)]


def test_each_with_each() -> None:
    """The first price less the second: means over 24 hours of 0 to 23, twice that, and 5."""
    assert pairs(spreads("NORTH", "SOUTH", "HUB", "--format", "json")) == [
        ("east NORTH", "east SOUTH", 11.5 - 23.0),
        ("east NORTH", "east HUB", 11.5 - 5.0),
        ("east SOUTH", "east HUB", 23.0 - 5.0),
    ]


@pytest.mark.parametrize("word", ["SOUTH", "south", "east SOUTH"])
def test_each_with_one(word: str) -> None:
    """The others less that one, wherever it stands in the list."""
    assert pairs(spreads("NORTH", "SOUTH", "HUB", "--against", word, "--format", "json")) == [
        ("east NORTH", "east SOUTH", 11.5 - 23.0),
        ("east HUB", "east SOUTH", 5.0 - 23.0),
    ]


def test_page_names_pairs_and_says_what_was_compared() -> None:
    """A table for people; what it was made of goes to standard error."""
    result = spreads("NORTH", "SOUTH")
    assert "east SOUTH" in result.stdout
    assert "-11.5" in result.stdout
    assert "48 hourly prices of east NORTH, east SOUTH" in result.stderr


def test_hours_side_by_side() -> None:
    """A column for each location."""
    lines = spreads("NORTH", "SOUTH", "--hourly", "--format", "csv").stdout.splitlines()
    assert lines[:3] == [
        "interval_start,east NORTH,east SOUTH",
        "2024-07-01T04:00:00Z,0.0,0.0",
        "2024-07-01T05:00:00Z,1.0,2.0",
    ]
    assert len(lines) == 25


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("NORTH",), "NORTH is compared with nothing; name two locations or more"),
        (("NORTH", "north"), "east is given NORTH twice; name each place that is compared once"),
        (("NORTH", "SUOTH"), "no location 'SUOTH'"),
        (("NORTH", "HUB", "--against", "SOUTH"), "'SOUTH' is not compared. Known: east HUB, east NORTH."),
        (("NORTH", "HUB", "--against", "east"), "'east' names several of what is compared"),
    ],
)
def test_wrong_question_is_one_line_and_2(arguments: tuple[str, ...], said: str) -> None:
    """What the caller can mend."""
    result = spreads(*arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.count("\n") == 1
    assert said in result.stderr


def test_places_of_one_market_beside_another_market() -> None:
    """One place of a market keeps the market's name; a market may be the one to compare with.

    The day in Chicago begins an hour later: 23 hours have both prices, of 1 to 23.
    """
    asked = ("compare", "--location", "east=NORTH", "--location", "east=HUB", "--period", DAY, "--no-dart")
    result = called(*asked, "--against", "west", "--table", "pairs", "--format", "json")
    assert pairs(result) == [("east NORTH", "west", 12.0 - 100.0), ("east HUB", "west", 5.0 - 100.0)]
    shown = called(*asked)
    assert "east NORTH - east HUB" in shown.stdout
    assert "east HUB - west" in shown.stdout
