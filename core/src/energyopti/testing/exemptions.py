"""Exemptions from laws of the kit: each for one feed and one test, for a reason that the market gives."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from typing import Literal, get_args

import attrs

from energyopti.plugins import brought, load

GROUP = "energyopti.exemptions"
"""The entry points with which plugins bring their exemptions along, one a market: ``spp = "energyopti_spp.exempt:EXEMPT"``."""

Reason = Literal["not_published", "not_yet", "broken_upstream"]


@attrs.frozen
class Exempt:
    """Why one feed is exempt from one test: only for reasons that the market gives, and in words."""

    reason: Reason = attrs.field(validator=attrs.validators.in_(get_args(Reason)))
    because: str = attrs.field(validator=attrs.validators.min_len(10))

    def __str__(self) -> str:
        return f"{self.reason}: {self.because}"


def brought_along(market: str) -> Mapping[str, Exempt]:
    """The exemptions of a market's feeds that an installed plugin brings along."""
    point = brought(GROUP).get(market.casefold())
    return {} if point is None else load(point)


def faults(exempt: Mapping[str, Exempt], feeds: Collection[str], tests: Collection[str]) -> Iterator[str]:
    """What is wrong with some exemptions, by the names of the feeds and of the tests of each feed."""
    of_feeds: Counter[str] = Counter()
    of_tests: Counter[str] = Counter()
    for key in exempt:
        feed, _, test = key.partition(":")
        if feed not in feeds:
            yield f"{key!r} exempts a feed that the market does not have"
        elif test not in tests:
            yield f"{key!r} exempts from a test that the kit does not have for each feed"
        else:
            of_feeds[feed] += 1
            of_tests[test] += 1
    for feed, count in of_feeds.items():
        if count == len(tests):
            yield f"feed {feed} is exempt from every test"
    for test, count in of_tests.items():
        if count == len(feeds) > 1:
            yield f"every feed is exempt from {test}"
