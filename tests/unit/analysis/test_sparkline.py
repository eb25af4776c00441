"""Prices as a line of blocks."""

from __future__ import annotations

import polars as pl
import pytest

from energyopti.analysis import sparkline


def line(*prices: float | None, width: int = 60) -> str:
    """The sparkline of some prices."""
    return sparkline(pl.Series(prices, dtype=pl.Float64), width)


@pytest.mark.parametrize(
    ("prices", "shown"),
    [
        ((0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0), "▁▂▃▄▅▆▇█"),
        ((-50.0, 20.0), "▁█"),
        ((1.0, None, 2.0), "▁ █"),
        ((5.0, 5.0, 5.0), "▄▄▄"),
        ((None, None), "  "),
        ((), ""),
    ],
)
def test_each_price_is_a_block_between_the_lowest_and_the_highest(
    prices: tuple[float | None, ...], shown: str
) -> None:
    """Negative ones too; a missing one is a blank, and what never changes is in the middle."""
    assert line(*prices) == shown


def test_more_prices_than_room_are_averaged() -> None:
    """Eight prices on four places: the means 0, 2, 4 and 6."""
    assert line(-1.0, 1.0, 2.0, 2.0, 4.0, 4.0, 5.0, 7.0, width=4) == "▁▃▆█"


def test_mean_with_a_missing_price_is_a_blank() -> None:
    """Never a mean of what happens to be there."""
    assert line(0.0, 0.0, 9.0, None, 8.0, 8.0, width=3) == "▁ █"


def test_line_is_as_wide_as_there_is_room() -> None:
    """A year of hours on sixty places."""
    assert len(line(*(float(n % 24) for n in range(8760)))) == 60
