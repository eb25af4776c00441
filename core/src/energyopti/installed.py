"""Markets and feeds are pickled by name, and unpickled as the market or feed installed where they are read.

They hold functions, which cannot be pickled; and a result that is read elsewhere should refer to the market installed
there.
"""

from __future__ import annotations

import copyreg
import functools
from collections.abc import Callable

from energyopti.errors import PluginError
from energyopti.market import Feed, Market
from energyopti.registry import Registry


@functools.cache
def _installed() -> Registry:
    return Registry()


def market_named(market: str) -> Market:
    """An installed market; raises `UnknownMarket`."""
    return _installed().market(market)


def feed_named(market: str, feed: str) -> Feed:
    """A feed of an installed market; raises `UnknownMarket` and `UnknownDataset`."""
    return market_named(market).feed(feed)


def _market(market: Market) -> tuple[Callable[[str], Market], tuple[str]]:
    if market.id not in _installed().markets:
        raise PluginError(
            f"market {market.id} cannot be pickled: it is not installed, and pickles hold only its name"
        )
    return market_named, (market.id,)


def _feed(feed: Feed) -> tuple[Callable[[str, str], Feed], tuple[str, str]]:
    for market in _installed().markets.values():
        if any(each is feed for each in market.feeds):
            return feed_named, (market.id, feed.name)
    raise PluginError(
        f"feed {feed.name} cannot be pickled: no installed market has it, and pickles hold only its name"
    )


copyreg.pickle(Market, _market)
copyreg.pickle(Feed, _feed)
