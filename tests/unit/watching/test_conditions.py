"""Conditions in SQL: which rows meet one, and what is wrong with one."""

from __future__ import annotations

import polars as pl
import pytest

from energyopti.datasets import DATASETS
from energyopti.errors import UnsupportedQuery
from energyopti.frames import empty_frame
from energyopti.watching.conditions import condition

LMP = DATASETS["lmp"]


@pytest.mark.parametrize(
    ("said", "places"),
    [
        ("lmp > 200", ["WEST"]),
        ("lmp > 200 or location = 'NORTH'", ["NORTH", "WEST"]),
        ("lmp - energy > 5 and congestion is null", ["WEST"]),
        ("location like 'N%'", ["NORTH"]),
    ],
)
def test_rows_that_meet_it(said: str, places: list[str]) -> None:
    """Null meets nothing."""
    rows = pl.DataFrame(
        {"location": ["NORTH", "WEST", "EAST"], "lmp": [20.0, 250.0, None], "energy": [20.0, 30.0, 1.0]}
    )
    frame = pl.concat([empty_frame(LMP), rows], how="diagonal")
    assert frame.filter(condition(said, LMP))["location"].to_list() == places


@pytest.mark.parametrize(
    ("said", "what", "do"),
    [
        ("lmpp > 200", "dataset lmp has no column 'lmpp'", "Did you mean 'lmp'?"),
        ("lmp >", "is not a condition", "lmp > 200"),
        ("lmp", "is neither true nor false", "lmp > 200"),
        ("lmp > location", "is not a condition", "lmp > 200"),
        ("", "is not a condition", "lmp > 200"),
    ],
)
def test_what_is_wrong_is_said_in_one_line(said: str, what: str, do: str) -> None:
    """Before anything is asked for."""
    with pytest.raises(UnsupportedQuery, match=what) as caught:
        condition(said, LMP)
    assert do in caught.value.line
    assert "\n" not in caught.value.line
