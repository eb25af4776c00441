"""What the kit says of each feed at the end: how many laws it holds, by how many examples, in how many seconds."""

from __future__ import annotations

from collections.abc import Iterator

import attrs
import pytest

from energyopti.market import Feed
from energyopti.testing.asking import Asked
from energyopti.testing.trying import TRYING

_FEED, _EXAMPLES = "energyopti_feed", "energyopti_examples"


@attrs.define
class FeedSummary:
    """What the tests of one feed came to."""

    held: int = 0
    examples: int = 0
    seconds: float = 0.0
    failed: list[str] = attrs.field(factory=list)
    exempt: list[str] = attrs.field(factory=list)

    @property
    def line(self) -> str:
        """It in a line: laws, examples, seconds, and what failed."""
        laws = f"{self.held} held" + (f", {len(self.failed)} failed" if self.failed else "")
        laws += f", {len(self.exempt)} left out" if self.exempt else ""
        return f"{laws:30} {self.examples:8,} {self.seconds:8.2f}  {' '.join(self.failed)}".rstrip()


@attrs.define(eq=False)
class Summary:
    """Notes what the tests of each feed say, in any process, and prints it."""

    asked: Asked
    feeds: dict[str, FeedSummary] = attrs.field(factory=dict)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        """Note whose test it is."""
        item.user_properties.append((_FEED, _feed_of(item, self.asked)))

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self, item: pytest.Item) -> Iterator[None]:
        """Note how many examples it tries."""
        before = TRYING.examples
        try:
            return (yield)
        finally:
            item.user_properties.append((_EXAMPLES, TRYING.examples - before))

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Add what a test came to."""
        said = dict(report.user_properties)
        feed = said.get(_FEED)
        if not isinstance(feed, str):
            return
        summary = self.feeds.setdefault(feed, FeedSummary())
        summary.seconds += report.duration
        if report.skipped and feed == _NO_FEED:
            return  # a law about prices, of a market without any
        law = report.nodeid.rpartition("::")[2].partition("[")[0]
        if report.skipped:
            summary.exempt.append(law)
        elif report.failed:
            summary.failed.append(law)
        elif report.when == "call":
            summary.held += 1
        if report.when == "call":
            examples = said.get(_EXAMPLES, 0)
            summary.examples += examples if isinstance(examples, int) else 0

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Print a line a feed."""
        if not self.feeds:
            return
        width = max(len("feed"), *map(len, self.feeds))
        count = len([name for name in self.feeds if name != _NO_FEED])
        terminalreporter.section(f"energyopti: {self.asked.market}, {count} feed{'s' * (count != 1)}")
        terminalreporter.line(f"{'feed':{width}}  {'laws':30} {'examples':>8} {'seconds':>8}")
        for name, summary in self.feeds.items():
            terminalreporter.line(f"{name:{width}}  {summary.line}")


_NO_FEED = "(market)"


def _feed_of(item: pytest.Item, asked: Asked) -> str:
    """The name of the feed that a test is about."""
    params = item.callspec.params if isinstance(item, pytest.Function) and hasattr(item, "callspec") else {}
    feed = params.get("feed")
    if isinstance(feed, Feed):
        return feed.name
    return asked.feeds[0] if "payload" in params else _NO_FEED
