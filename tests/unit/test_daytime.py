"""The daytime hours by which transmission rights are counted are those of each market's blocks."""

from __future__ import annotations

import pytest

from energyopti.layouts import BlockHours
from installed import installed

RIGHTS = [
    (market.id, feed.name)
    for market in installed().markets.values()
    for feed in market.feeds
    if any(isinstance(each, BlockHours) for each in feed.layout.derived)
]


@pytest.mark.parametrize(("market", "feed"), RIGHTS)
def test_rights_have_the_daytime_of_their_market(market: str, feed: str) -> None:
    """By hour ending, such as 8 to 23 in the east."""
    there = installed().markets[market]
    found = {each.daytime for each in there.feed(feed).layout.derived if isinstance(each, BlockHours)}
    assert found == {block.daytime for block in there.blocks}


def test_every_market_counts_the_hours_of_its_rights() -> None:
    """None is left out."""
    assert {market for market, _ in RIGHTS} == {"caiso", "ercot", "nyiso", "pjm"}
