"""How long a query takes at the rate limits of its hosts, known before the first request."""

from __future__ import annotations

import math
from collections.abc import Sequence

import attrs

from energyopti.market import FeedSource, Market
from energyopti.settings import Settings


@attrs.frozen
class Wait:
    """The minimum number of requests to the slowest host, and the seconds that its rate limit makes them take.

    The time is 0 if no host has a limit.
    """

    requests: int = 0
    seconds: float = 0.0
    host: str = ""
    rate: str = ""

    @classmethod
    def of(cls, market: Market, chunks: Sequence[Sequence[FeedSource]], settings: Settings) -> Wait:
        """The wait for some chunks, each with the sources to ask: at least one request to the first of them."""
        counts: dict[str, int] = {}
        for feed_sources in chunks:
            if feed_sources:
                counts[feed_sources[0].host] = counts.get(feed_sources[0].host, 0) + 1
        waits = [cls()]
        for name, count in counts.items():
            rate = settings.rate(market.id, market.host(name))
            if rate is not None:
                rounds = math.ceil(count / rate.requests) - 1
                waits.append(cls(count, rounds * rate.per.total_seconds(), name, str(rate)))
        return max(waits, key=lambda wait: wait.seconds)

    def __str__(self) -> str:
        return (
            f"{self.requests:,} requests or more at the limit of host {self.host} ({self.rate}, requests/seconds) "
            f"take {_words(self.seconds)} or more"
        )


def _words(seconds: float) -> str:
    """A time in words: ``3 h 20 min``."""
    minutes = math.ceil(seconds / 60)
    return f"{minutes // 60} h {minutes % 60} min" if minutes >= 60 else f"{minutes} min"
