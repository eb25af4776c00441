"""Location names folded for comparison: one at a time, or a whole column.

Surrounding blanks are dropped, several blanks inside count as one, and case does not matter, by Python's rules for all
of Unicode. Both functions give the same result. polars alone would not: it knows another set of blanks, keeps the final
sigma of a word, and may follow another version of Unicode. The column is therefore folded with Python's table.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars as pl

_BLANKS = r"[\s\x1c-\x1f]+"
"""The blanks that `str.split` knows: four separators more than polars does."""

_CASED = range(0x20000)
"""The end of the scripts that have two cases: above are only ideographs and symbols."""


def fold_location(name: str) -> str:
    """A location's name, folded for comparison."""
    return " ".join(name.split()).casefold()


def folded_locations(names: pl.Expr) -> pl.Expr:
    """A column of location names, folded for comparison; null stays null."""
    return names.str.replace_all(_BLANKS, " ").str.strip_chars(" ").str.replace_many(_folds())


@functools.cache
def _folds() -> dict[str, str]:
    """The characters that fold to others, with what they fold to."""
    return {each: each.casefold() for each in map(chr, _CASED) if each.casefold() != each}
