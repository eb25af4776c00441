"""Which feeds of a market are of one kind: those that share a protocol and a clock."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from functools import lru_cache

from energyopti.market import Feed, Market
from energyopti.registry import Registry
from energyopti.source import Collect
from energyopti.testing.collected import tried_chunks
from energyopti.testing.strategies import kinds_of_days


def kind(feed: Feed) -> Hashable:
    """Equal for feeds that collect the same way, from the same hosts, in the same chunks, by the same clock."""
    sources = frozenset((each.host, _name(each.collect)) for each in feed.sources)
    return type(feed.layout), repr(feed.layout.time), sources, feed.chunk, feed.closes_at_midnight


@lru_cache(maxsize=8)
def one_of_each_kind(registry: Callable[[], Registry], market: str) -> frozenset[str]:
    """The names of a market's feeds, one per kind: the one with most 23- and 25-hour days, or the first of them."""
    found = registry().market(market)
    chosen: dict[Hashable, Feed] = {}
    for feed in found.feeds:
        before = chosen.setdefault(kind(feed), feed)
        if _days_to_try(found, feed) > _days_to_try(found, before):
            chosen[kind(feed)] = feed
    return frozenset(feed.name for feed in chosen.values())


def _days_to_try(market: Market, feed: Feed) -> tuple[int, int]:
    """How many days are tested in the sandbox, and on how many kinds of days rows are written and read back."""
    return len(tried_chunks(market, feed)), len(kinds_of_days(market, feed))


def _name(collect: Collect) -> str:
    """Which function or class a source's `collect` is, whatever arguments it was made with."""
    made = collect if hasattr(collect, "__qualname__") else type(collect)
    return f"{made.__module__}.{made.__qualname__}"
