"""Names of locations as they are compared: one by one, and a whole column at once.

Blanks about a name are none of it, several within it are one, and case does not matter, by Python's own rules for all of
Unicode. Both forms give the same: polars knows another table of blanks, lets the last sigma of a word stand, and may
follow another version of Unicode, so that the column is folded by Python's table.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars as pl

_BLANKS = r"[\s\x1c-\x1f]+"
"""What `str.split` takes for blanks: four separators more than polars does."""

_CASED = range(0x20000)
"""The characters of scripts with two cases: above are ideographs and signs alone."""


def fold_location(name: str) -> str:
    """A location's name as it is compared."""
    return " ".join(name.split()).casefold()


def folded_locations(names: pl.Expr) -> pl.Expr:
    """A column of locations' names as they are compared; null stays null."""
    return names.str.replace_all(_BLANKS, " ").str.strip_chars(" ").str.replace_many(_folds())


@functools.cache
def _folds() -> dict[str, str]:
    """The characters that fold to others."""
    return {each: each.casefold() for each in map(chr, _CASED) if each.casefold() != each}
