"""The words for reserves and regulation, in the feeds of all markets."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl
import pytest

from energyopti import Feed
from energyopti.datasets import ANCILLARY_PRICES, ANCILLARY_QUANTITIES
from energyopti.layouts import Lookup
from energyopti.schema import Dataset
from installed import installed

MINUTES = {
    ("ercot", "non_spinning_reserve"): {30},
    ("ercot", "contingency_reserve"): {10},
    ("ercot", "responsive_reserve"): {None},
    ("caiso", "spinning_reserve"): {10},
    ("caiso", "non_spinning_reserve"): {10},
    ("caiso", "imbalance_reserve_up"): {None},
    ("caiso", "imbalance_reserve_down"): {None},
    ("caiso", "reliability_capacity_up"): {None},
    ("nyiso", "spinning_reserve"): {10},
    ("nyiso", "non_spinning_reserve"): {10},
    ("nyiso", "secondary_reserve"): {30},
    ("pjm", "spinning_reserve"): {10},
    ("pjm", "primary_reserve"): {10},
    ("pjm", "non_spinning_reserve"): {10},
    ("pjm", "secondary_reserve"): {30},
}
"""Within how many minutes each market's reserves must be there."""


def feeds(*datasets: Dataset) -> Iterator[tuple[str, Feed]]:
    """The feeds of some datasets, with their markets."""
    for market in installed().markets.values():
        for feed in market.feeds:
            if feed.dataset in datasets:
                yield market.id, feed


def read(feed: Feed) -> pl.DataFrame:
    """The rows of a feed's example; a column that its layout does not write is null."""
    frame = feed.layout.read(feed.example.payload).frame
    missing = {"response_minutes"} - {*frame.columns}
    return frame.with_columns(pl.lit(None, dtype=pl.Int64).alias(name) for name in missing)


@pytest.mark.parametrize("market", ["caiso", "ercot", "nyiso", "pjm"])
def test_reserves_say_within_how_many_minutes_they_are_there(market: str) -> None:
    """In every feed of a market a reserve has the same minutes; regulation has none."""
    found: dict[tuple[str, str], set[int | None]] = {}
    for where, feed in feeds(ANCILLARY_PRICES, ANCILLARY_QUANTITIES):
        if where == market:
            for product, minutes in read(feed).select("product", "response_minutes").unique().rows():
                found.setdefault((where, product), set()).add(minutes)
    assert {key: value for key, value in MINUTES.items() if key[0] == market} == {
        key: value for key, value in found.items() if not key[1].startswith("regulation")
    }
    assert all(value == {None} for key, value in found.items() if key[1].startswith("regulation"))


def test_a_price_of_regulation_says_which_part_it_pays() -> None:
    """No price is of regulation as a whole: that word is of quantities."""
    words = {product for _, feed in feeds(ANCILLARY_PRICES) for product in read(feed)["product"]}
    assert {"regulation_capability", "regulation_performance", "regulation_total"} <= words
    assert "regulation" not in words


def test_both_names_of_thirty_minute_reserve_in_pjm_are_one_product() -> None:
    """It is ``30MIN`` in results, and secondary reserve in settled prices."""
    names = ("reserve_market_results", "da_reserve_market_results", "ancillary_services")
    words: dict[str, str | int] = {}
    for market, feed in feeds(ANCILLARY_PRICES):
        if market == "pjm" and feed.name in names:
            for each in feed.layout.derived:
                if isinstance(each, Lookup) and each.to == "product":
                    words |= each.values
    assert (
        words["30MIN"]
        == words["RTO Secondary Reserve"]
        == words["MAD Secondary Reserve"]
        == "secondary_reserve"
    )
