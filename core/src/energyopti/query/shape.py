"""The shape of an answer: at which intervals, which rows by a condition, which columns; checked before anything is fetched."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

import attrs

from energyopti.errors import UnsupportedQuery
from energyopti.timezones import DAY, HOUR

if TYPE_CHECKING:
    import polars as pl

    from energyopti.market import Market
    from energyopti.schema import Dataset

ON_PEAK = "on_peak"
"""The hours of a day in which a market trades on-peak power: one interval a day."""

_EVERY = re.compile(r"(\d+)(min|h|d|w|mo|y)")
_POLARS = {"min": "m", "h": "h", "d": "d", "w": "w", "mo": "mo", "y": "y"}
_LENGTHS = {
    "min": HOUR / 60,
    "h": HOUR,
    "d": DAY - HOUR,  # of 23 hours
    "w": 7 * DAY - HOUR,
    "mo": 28 * DAY - HOUR,
    "y": 365 * DAY,
}
_APART = {"off_peak", "7x8"}


@attrs.frozen
class Every:
    """A length of intervals, ``15min``, ``1h``, ``1d``, ``1w``, ``1mo`` or ``1y``; or the on-peak hours of each day."""

    words: str

    @classmethod
    def of(cls, text: str) -> Every:
        """The length that a text means; raises `UnsupportedQuery` for any other."""
        words = str(text).strip().casefold()
        word = (
            words.replace("-", "_")
            .replace(" ", "_")
            .replace("onpeak", ON_PEAK)
            .replace("offpeak", "off_peak")
        )
        if word == ON_PEAK:
            return cls(word)
        if word in _APART:
            raise UnsupportedQuery(
                f"the hours of {text!r} in a day are not one interval",
                do="compare's table blocks has their means; resample with on_peak or 1h",
            )
        found = _EVERY.fullmatch(words)
        if found is None or not int(found[1]):
            raise UnsupportedQuery(
                f"{text!r} is not a length of intervals", do="write 15min, 1h, 1d, 1w, 1mo, 1y or on_peak"
            )
        return cls(words)

    def __str__(self) -> str:
        return self.words

    @property
    def is_block(self) -> bool:
        """Whether it is hours of a market's block."""
        return self.words == ON_PEAK

    @property
    def polars(self) -> str:
        """The length as polars writes it."""
        count, unit = self._parts()
        return f"{count}{_POLARS[unit]}"

    @property
    def shortest(self) -> timedelta:
        """The shortest that such an interval can be."""
        if self.is_block:
            return HOUR
        count, unit = self._parts()
        return count * _LENGTHS[unit]

    def _parts(self) -> tuple[int, str]:
        found = _EVERY.fullmatch(self.words)
        assert found is not None  # noqa: S101 - `of` has checked it
        return int(found[1]), found[2]


def check_blocks(every: Every, market: Market) -> None:
    """Raise `UnsupportedQuery` if a market has no on-peak block, and is asked for it."""
    if every.is_block and market.onpeak is None:
        raise UnsupportedQuery("it declares no on-peak hours", do="resample to 1h or 1d", market=market.id)


def condition(text: str | pl.Expr, dataset: Dataset) -> pl.Expr:
    """A condition on the columns of a dataset, as SQL (``lmp > 200 AND location = 'WEST'``) or as an expression of polars.

    Raises `UnsupportedQuery` if it is not one, or for a column that the dataset lacks.
    """
    import polars as pl

    from energyopti.frames import empty_frame

    if isinstance(text, pl.Expr):
        found = text
    elif isinstance(text, str) and text.strip():
        try:
            found = pl.sql_expr(text)
        except pl.exceptions.PolarsError as error:
            raise UnsupportedQuery(
                f"{text!r} is not a condition ({_first_line(error)})", do="write it as in SQL: lmp > 200"
            ) from None
    else:
        raise UnsupportedQuery(f"{text!r} is not a condition", do="write it as in SQL: lmp > 200")
    for name in found.meta.root_names():
        dataset.column(name)
    try:
        kind = empty_frame(dataset).select(found).schema.dtypes()
    except pl.exceptions.PolarsError as error:
        raise UnsupportedQuery(
            f"the condition {text!s} does not fit the columns ({_first_line(error)})"
        ) from None
    if kind != [pl.Boolean()]:
        raise UnsupportedQuery(
            f"{text!s} is no condition: it is not true or false", do="write it as in SQL: lmp > 200"
        )
    return found


def _first_line(error: Exception) -> str:
    return " ".join(str(error).partition("\n")[0].split())


def check_columns(names: tuple[str, ...], dataset: Dataset) -> None:
    """Raise `UnsupportedQuery` for a column that a dataset lacks, or that is named twice."""
    for name in names:
        dataset.column(name)
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise UnsupportedQuery(f"column {twice!r} is named twice", do="name it once")
