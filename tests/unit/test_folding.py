"""Names of locations as they are compared: one by one and as a column."""

from __future__ import annotations

import sys

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from energyopti.folding import fold_location, folded_locations

pytestmark = pytest.mark.no_cover  # the same again and again: smaller tests cover it


def column(*names: str | None) -> list[str | None]:
    """Names folded as a column."""
    frame = pl.DataFrame({"name": names}, schema={"name": pl.String})
    return frame.select(folded_locations(pl.col("name")))["name"].to_list()


@pytest.mark.parametrize(
    ("name", "folded"),
    [
        ("N.Y.C.", "n.y.c."),
        ("  hud   vl ", "hud vl"),
        ("Hudson\u00a0Valley", "hudson valley"),
        ("a\x1cb\tc\r\n", "a b c"),
        ("HYDRO QUÉBEC", "hydro québec"),
        ("Straße", "strasse"),
        ("ΟΔΟΣ", "οδοσ"),
        ("İ", "i\u0307"),
        ("\u2003", ""),
        ("", ""),
    ],
)
def test_name_is_folded(name: str, folded: str) -> None:
    """Blanks about it are gone, others are one, and case is no difference: also where one letter becomes two."""
    assert fold_location(name) == folded
    assert column(name) == [folded]


def test_no_name_stays_none() -> None:
    """A location without a name is not one whose name is empty."""
    assert column("A", None) == ["a", None]


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]))))
def test_column_is_folded_as_each_name_is(names: list[str]) -> None:
    """Whatever text a name is of, both forms agree."""
    assert column(*names) == [fold_location(name) for name in names]


def test_every_character_is_folded_alike() -> None:
    """All of Unicode but for halves of a pair, which no text holds."""
    every = [f"a{chr(code)}b" for code in range(sys.maxunicode + 1) if not 0xD800 <= code < 0xE000]
    assert column(*every) == [fold_location(name) for name in every]


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_folding_again_changes_nothing(name: str) -> None:
    """What is folded can be compared with what was folded elsewhere."""
    assert fold_location(fold_location(name)) == fold_location(name)
