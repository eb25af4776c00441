"""Which feeds the kit tests, one by one, and which of its tests a feed is exempt from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import ClassVar, Literal

import pytest

from energyopti.market import Feed, Market
from energyopti.registry import Registry
from energyopti.testing.exemptions import Exempt
from energyopti.testing.kinds import one_of_each_kind

ClockChanges = Literal["every feed", "one of a kind"]
"""Which feeds are tested on days of 23 and 25 hours."""

_OF_PRICES = "test_prices_are_the_sum_of_their_components"
"""A test of feeds of prices alone."""


@lru_cache(maxsize=1)
def installed() -> Registry:
    """The installed plugins, discovered once."""
    return Registry()


class FeedByFeed:
    """The feeds of a market that are tested."""

    market: ClassVar[str]
    zone: ClassVar[str | None] = None
    exempt: ClassVar[Mapping[str, Exempt]] = {}
    without_sandbox: ClassVar[Exempt | None] = None
    clock_changes: ClassVar[ClockChanges] = "every feed"
    feeds: ClassVar[Sequence[str]] = ()
    brought_by: ClassVar[str | None] = None

    @classmethod
    def registry(cls) -> Registry:
        """Where the market is looked up."""
        return installed()

    @classmethod
    def pytest_generate_tests(cls, metafunc: pytest.Metafunc) -> None:
        """One test per feed."""
        if "feed" in metafunc.fixturenames and hasattr(cls, "market"):
            feeds = cls.chosen()
            if metafunc.function.__name__ == _OF_PRICES:
                feeds = tuple(feed for feed in feeds if feed.dataset.name == "lmp")
            grouped = metafunc.config.pluginmanager.hasplugin(
                "xdist"
            )  # one test's collected answers serve the others
            marks = [
                [pytest.mark.xdist_group(f"{cls.market}/{feed.name}")] if grouped else [] for feed in feeds
            ]
            params = [
                pytest.param(feed, id=feed.name, marks=each) for feed, each in zip(feeds, marks, strict=True)
            ]
            metafunc.parametrize(
                "feed", params, scope="class"
            )  # all tests of one feed, then those of the next

    @classmethod
    def chosen(cls) -> tuple[Feed, ...]:
        """The feeds that were asked for."""
        registry = cls.registry()
        return tuple(
            feed
            for feed in registry.market(cls.market).feeds
            if (not cls.feeds or feed.name in cls.feeds)
            and cls.brought_by in {None, registry.brought_by(cls.market, feed.name)}
        )

    @pytest.fixture(autouse=True)
    def _honour_exemptions(self, request: pytest.FixtureRequest) -> None:
        feed = getattr(request.node, "callspec", None)
        if feed is not None:
            key = f"{feed.params['feed'].name}:{request.node.originalname}"
            if key in self.exempt:
                strict = self._changes_its_clock(
                    feed.params["feed"]
                )  # else the day it is about may not be tried
                request.applymarker(pytest.mark.xfail(reason=str(self.exempt[key]), strict=strict))

    @property
    def subject(self) -> Market:
        """The market under test."""
        return self.registry().market(self.market)

    def _changes_its_clock(self, feed: Feed) -> bool:
        """Whether a feed is also tested on days of 23 and 25 hours."""
        return self.clock_changes == "every feed" or feed.name in one_of_each_kind(self.registry, self.market)
