"""Laws about what a plugin collects from its own sandbox: whole days, no row twice, and nothing touched but the source."""

from __future__ import annotations

import abc
from typing import ClassVar, Literal

import pytest

from energyopti.answer.result import MarketData
from energyopti.errors import PluginError
from energyopti.findings import FindingKind
from energyopti.layouts import Undated
from energyopti.market import ChunkSize, Feed, Market
from energyopti.query import Chunk
from energyopti.registry import Registry
from energyopti.testing.collected import Collected, from_sandbox, packages_of, tried_chunks
from energyopti.testing.guard import watching
from energyopti.testing.kinds import one_of_each_kind
from energyopti.testing.strategies import NOW
from energyopti.timezones import DAY, HOUR


class CollectingLaws(abc.ABC):
    """How a feed's own collecting behaves over the market's sandbox."""

    market: ClassVar[str]
    clock_changes: ClassVar[Literal["every feed", "one of a kind"]]

    @classmethod
    @abc.abstractmethod
    def registry(cls) -> Registry:
        """Where the market is looked up."""

    @property
    @abc.abstractmethod
    def subject(self) -> Market:
        """The market under test."""

    def test_sandbox_days_are_whole(self, feed: Feed) -> None:
        """Every series has each interval of an ordinary, a 23-hour and a 25-hour day exactly once."""
        tried = tried_chunks(self.subject, feed, clock_changes=self._changes_its_clock(feed))
        for chunk, data in zip(tried, self._collected(feed).answers, strict=True):
            kinds = {finding.kind for finding in data.findings}
            assert FindingKind.GAP not in kinds, f"{chunk}: {data.findings}"
            assert FindingKind.DUPLICATE_KEY not in kinds, f"{chunk}: {data.findings}"
            assert FindingKind.REJECTED_ROW not in kinds, f"{chunk}: {data.findings}"
            if feed.chunk in {ChunkSize.HOUR, ChunkSize.DAY}:
                assert FindingKind.OUTSIDE_CHUNK not in kinds, f"{chunk}: {data.findings}"
            lasts = (
                feed.history.snapshot_only and feed.step < DAY
            )  # the current day is whole up to its last row
            assert data.coverage.complete or lasts, f"{chunk}: {data.coverage.missing}"
            if not feed.sparse:
                assert len(data), f"{chunk} is empty"
                _check_counts(data, feed, chunk)

    def test_chunks_share_no_row(self, feed: Feed) -> None:
        """Two chunks fetched together equal the two fetched one by one: no row twice, none lost between them."""
        if feed.history.snapshot_only:
            return  # there is only one
        collected = self._collected(feed)
        if collected.following is None:
            return  # the source has less than one
        one, (two, both) = collected.answers[-1], collected.following
        rows = (len(one) + len(two), len(both))
        assert rows[0] == rows[1]
        key = [name for name in feed.dataset.key if name != "run"]
        repeated = int(both.frame.select(key).is_duplicated().sum())
        assert repeated == 0

    def test_collecting_touches_nothing_but_its_source(self, feed: Feed) -> None:
        """No connection, sleep, thread, process, file, environment, clock or chance: a plugin only uses its source."""
        collected = self._collected(feed)
        calls = "; ".join(collected.calls)
        assert not calls, f"{feed.name}: collecting calls {calls}; use what the source gives (get, run, now)"
        assert collected.entered, f"{feed.name}: its collect() never ran"

    def test_hooks_only_return_values(self) -> None:
        """A plugin is asked for its markets when it is loaded: it then reads nothing but its own declarations."""
        plugins, label = self.registry()._plugins, self.registry()._owners[self.market]
        packages = {name for feed in self.subject.feeds for name in packages_of(feed)}
        with watching(packages) as watched:
            plugins.ask("energyopti_markets", label)
        calls = "; ".join(watched.calls)
        assert not calls, f"the hooks of {label} call {calls}; declare values only"

    def _collected(self, feed: Feed) -> Collected:
        """The answers of the plugin's own sandbox; the test is skipped if there is none."""
        try:
            self.registry().sandbox(self.market)
        except PluginError as error:
            pytest.skip(f"{error}: add energyopti_sandbox to have this tested")
        changes = self._changes_its_clock(feed)
        return from_sandbox(self.registry, self.market, feed.name, clock_changes=changes)

    def _changes_its_clock(self, feed: Feed) -> bool:
        """Whether a feed is also tested on days of 23 and 25 hours."""
        return self.clock_changes == "every feed" or feed.name in one_of_each_kind(self.registry, self.market)


def _check_counts(data: MarketData, feed: Feed, chunk: Chunk) -> None:
    """Each series has one row per interval of the chunk, for current data up to now; irregular feeds may have more."""
    hours = round((chunk.end - chunk.start) / HOUR)
    series = [name for name in feed.dataset.key if name not in {"interval_start", "run", "publish_time"}]
    counts = data.frame.group_by(series).len()["len"].to_list() if series else [data.frame.height]
    end = min(chunk.end, NOW) if feed.history.snapshot_only and not feed.dataset.forecast else chunk.end
    due = 1 if isinstance(feed.layout.time, Undated) else round((end - chunk.start) / feed.step)
    least, most = min(counts), max(counts)
    assert least >= due, f"{chunk} has {hours} hours: {due} intervals are due and a series has {least}"
    if not feed.irregular:
        assert most == due, f"{chunk} has {hours} hours: {due} intervals are due and a series has {most}"
