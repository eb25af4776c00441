"""Laws about what a plugin collects from its own sandbox: whole days, no row twice, and nothing touched but the source."""

from __future__ import annotations

import abc
from datetime import datetime
from typing import ClassVar, Literal

import polars as pl
import pytest

from energyopti.answer.result import CoverageStatus, MarketData
from energyopti.errors import NoData, PluginError
from energyopti.findings import FindingKind
from energyopti.layouts import Undated
from energyopti.market import ChunkSize, Feed, Market
from energyopti.query import Chunk, TimeRange, plan
from energyopti.registry import Registry
from energyopti.testing.collected import Collected, first_tried, from_sandbox, packages_of, tried_chunks
from energyopti.testing.compare import first_difference
from energyopti.testing.exemptions import Exempt
from energyopti.testing.guard import watching
from energyopti.testing.report import hold, law, shown
from energyopti.testing.strategies import NOW
from energyopti.timezones import DAY, HOUR, INSTANT

_WRONG = {
    FindingKind.GAP: "intervals are missing",
    FindingKind.DUPLICATE_KEY: "rows are there twice",
    FindingKind.REJECTED_ROW: "rows cannot be read",
    FindingKind.OUTSIDE_CHUNK: "rows are of another time",
}


class CollectingLaws(abc.ABC):
    """How a feed's own collecting behaves over the market's sandbox."""

    market: ClassVar[str]
    clock_changes: ClassVar[Literal["every feed", "one of a kind"]]
    without_sandbox: ClassVar[Exempt | None]

    @classmethod
    @abc.abstractmethod
    def registry(cls) -> Registry:
        """Where the market is looked up."""

    @abc.abstractmethod
    def _changes_its_clock(self, feed: Feed) -> bool:
        """Whether a feed is also tested on days of 23 and 25 hours."""

    @property
    @abc.abstractmethod
    def subject(self) -> Market:
        """The market under test."""

    @law
    def test_sandbox_days_are_whole(self, feed: Feed) -> None:
        """Every series has each interval of an ordinary, a 23-hour and a 25-hour day exactly once."""
        tried = tried_chunks(self.subject, feed, clock_changes=self._changes_its_clock(feed))
        window = self._collected(feed).window
        if window is not None:
            _check_window(window, feed)
        for chunk, data in zip(tried, self._collected(feed).answers, strict=True):
            kinds = {finding.kind for finding in data.findings}
            for kind, what in _WRONG.items():
                _hold(kind not in kinds - _cut(feed), what, chunk, data)
            lasts = _is_running(chunk) and feed.step < DAY  # the current day is whole up to its last row
            reasons = "; ".join(part.reason for part in data.coverage.missing)
            _hold(data.coverage.complete or lasts, f"it is not complete: {reasons}", chunk, data)
            if not feed.sparse:
                _hold(len(data), "it has no rows", chunk, data)
                _check_counts(data, feed, chunk)

    @law
    def test_each_source_gives_rows_of_its_chunks(self, feed: Feed) -> None:
        """A source that stands in for another gives rows of the time asked for, each once, on days of 23 and 25 hours too."""
        for each in self._collected(feed).alone:
            found = each.data.findings if each.data is not None else ()
            kinds = {*_WRONG} - {FindingKind.GAP} - _cut(feed)
            wrong = [_WRONG[finding.kind] for finding in found if finding.kind in kinds]
            said = "; ".join(filter(None, [each.wrong, *dict.fromkeys(wrong)]))
            rows = None if each.data is None else each.data.frame
            hold(not said, f"its source {each.source}: {said}", chunk=each.chunk, rows=rows, findings=found)

    @law
    def test_chunks_share_no_row(self, feed: Feed) -> None:
        """Two chunks fetched together equal the two fetched one by one: no row twice, none lost between them."""
        collected = self._collected(feed)
        if collected.following is None:
            return  # there is only one, or less
        one, (two, both) = collected.answers[-1], collected.following
        rows = (len(one) + len(two), len(both))
        said = f"two chunks one by one have {rows[0]} rows, and fetched together {rows[1]}"
        hold(rows[0] == rows[1], f"{said}: {both.query.time}", rows=both.frame)
        key = [name for name in feed.dataset.key if name != "run"]
        repeated = both.frame.filter(both.frame.select(key).is_duplicated())
        hold(
            repeated.is_empty(), f"two chunks share {repeated.height} rows: {both.query.time}", rows=repeated
        )

    @law
    def test_current_chunk_ends_where_publication_does(self, feed: Feed) -> None:
        """A chunk that is not over gives what is published of it by now, and nothing of the future."""
        running = self._collected(feed).running
        if isinstance(running, NoData):
            return  # nothing of it is out
        (chunk, *_) = plan(self.subject, feed, running.query.time)
        lacks = {CoverageStatus.MISSING, CoverageStatus.FAILED}
        reasons = [part.reason for part in running.coverage.parts if part.status in lacks]
        reasons += [each.message for each in running.findings if each.kind is FindingKind.GAP]
        since = feed.history.kept_since(NOW)
        keeps_all = since is None or chunk.start >= since
        _hold(
            not (keeps_all and reasons),
            f"what is due by {shown(NOW)} is missing: {'; '.join(reasons)}",
            chunk,
            running,
        )
        ahead = running.frame.filter(pl.col("interval_start") > _out_until(feed))
        newest = feed.history.snapshot_only and feed.sparse  # such a publication reaches as far as it likes
        reaches = newest or feed.dataset.forecast or feed.reaches_past
        said = f"{ahead.height} rows are published before their time: at {shown(NOW)} rows are out up to {shown(_out_until(feed))}"
        do = "declare published_ahead, or let the sandbox keep to ask.now"
        hold(reaches or ahead.is_empty(), f"{said}; {do}", chunk=chunk, rows=ahead)
        later = self._collected(feed).early
        if later is not None:
            said = f"its source {later.provenance.feed_source} has rows of {later.chunk.time} at {shown(NOW)} already"
            hold(holds=False, what=f"{said}; {do}", chunk=later.chunk, rows=later.frame)
        if "publish_time" in running.frame.columns:
            early = running.frame.filter(pl.col("publish_time") > NOW)
            hold(
                early.is_empty(),
                f"{early.height} rows were published after {shown(NOW)}",
                chunk=chunk,
                rows=early,
            )

    @law
    def test_damaged_document_is_refused_while_collecting(self, feed: Feed) -> None:
        """Whatever is wrong with a document, `collect` raises `SchemaDrift` or `NoData`, or accounts for every row."""
        spoilt = self._collected(feed).spoilt
        ways = [each.way for each in spoilt]
        what = f"{ways[0]}: {spoilt[0].what}" if spoilt else ""
        chunk = first_tried(self.subject, feed)
        hold(not spoilt, what, chunk=chunk, payload=spoilt[0].payload[:2_000] if spoilt else None)

    @law
    def test_collecting_again_gives_the_same(self, feed: Feed) -> None:
        """Chunks give the same rows whenever they are asked, in either order: a plugin remembers nothing."""
        tried = tried_chunks(self.subject, feed, clock_changes=self._changes_its_clock(feed))
        collected = self._collected(feed)
        for chunk, once, again in zip(tried, collected.answers, collected.again, strict=True):
            difference = first_difference(once.frame, again.frame, [])
            hold(
                difference is None,
                f"asked again, its rows differ: {difference}",
                chunk=chunk,
                rows=again.frame,
            )

    @law
    def test_collecting_touches_nothing_but_its_source(self, feed: Feed) -> None:
        """No connection, sleep, thread, process, file, environment, clock or chance: a plugin only uses its source."""
        collected = self._collected(feed)
        calls = "; ".join(collected.calls)
        hold(not calls, f"collecting calls {calls}; use what the source gives (get, run, now)")
        hold(collected.entered, "its collect() never ran")

    @law
    def test_hooks_only_return_values(self) -> None:
        """A plugin is asked for its markets when it is loaded: it then reads nothing but its own declarations."""
        plugins, label = self.registry()._plugins, self.registry()._owners[self.market]
        packages = {name for feed in self.subject.feeds for name in packages_of(feed)}
        with watching(packages) as watched:
            plugins.ask("energyopti_markets", label)
        calls = "; ".join(watched.calls)
        hold(not calls, f"the hooks of {label} call {calls}; declare values only")

    @law
    def test_market_has_a_sandbox(self) -> None:
        """A market serves itself in the sandbox, since half of the laws are about what is collected there."""
        self._sandboxed()

    def _collected(self, feed: Feed) -> Collected:
        """The answers of the plugin's own sandbox; the test is skipped if the class says why there is none."""
        self._sandboxed()
        changes = self._changes_its_clock(feed)
        return from_sandbox(self.registry, self.market, feed.name, clock_changes=changes)

    def _sandboxed(self) -> None:
        """Raise if the market has no sandbox; skip the test if the class says why."""
        try:
            self.registry().sandbox(self.market)
        except PluginError as error:
            if self.without_sandbox is not None:
                pytest.skip(f"no sandbox, {self.without_sandbox}")
            do = "implement energyopti_sandbox, or say why not: without_sandbox = Exempt(reason, because)"
            hold(holds=False, what=f"{error}; {do}")


def _hold(holds: object, what: str, chunk: Chunk, data: MarketData) -> None:
    """Hold an answer to something."""
    hold(holds, what, chunk=chunk, raw=data.raw, rows=data.frame, findings=data.findings)


def _cut(feed: Feed) -> set[FindingKind]:
    """What is no fault of a feed whose chunks are cut out of longer documents."""
    return set() if feed.chunk in {ChunkSize.HOUR, ChunkSize.DAY} else {FindingKind.OUTSIDE_CHUNK}


def _is_running(chunk: Chunk) -> bool:
    """Whether a chunk is not over by the kit's clock."""
    return chunk.end > NOW


def _out_until(feed: Feed) -> datetime:
    """The instant before which intervals begin that may be out by the kit's clock; of current data the present one's."""
    ahead = max(feed.publication.published_ahead, 0 * HOUR)
    return NOW + ahead + (INSTANT if feed.history.snapshot_only else 0 * HOUR)


def _due(feed: Feed, chunk: Chunk) -> TimeRange:
    """The part of a chunk whose intervals are all due: of current data, what is kept of it up to now."""
    start, end = chunk.start, chunk.end
    if _is_running(chunk) and not feed.dataset.forecast:
        end = NOW if feed.history.snapshot_only else min(end, chunk.due_to(NOW))
        start = start if feed.history.retention is None else max(start, NOW - feed.history.retention)
    return TimeRange(start, max(start, end))


def _check_window(data: MarketData, feed: Feed) -> None:
    """All that a source has which keeps less than a chunk is there, each interval once."""
    span = data.query.time
    kinds = {finding.kind for finding in data.findings} & set(_WRONG)
    said = "; ".join(finding.message for finding in data.findings if finding.kind in kinds)
    hold(not kinds, f"of what the source keeps, {span}: {said}", rows=data.frame)
    hold(data.coverage.complete, f"what the source keeps, {span}, is not complete", rows=data.frame)
    series = [name for name in feed.dataset.key if name not in {"interval_start", "run", "publish_time"}]
    counts = data.frame.group_by(series).len()["len"].to_list() if series else [data.frame.height]
    due = round((span.end - span.start) / feed.step)
    whole = feed.irregular or feed.sparse or {*counts} == {due}
    hold(
        whole,
        f"of what the source keeps, {span}, {due} intervals are due and series have {counts[:3]}",
        rows=data.frame,
    )


def _check_counts(data: MarketData, feed: Feed, chunk: Chunk) -> None:
    """Each series has one row per interval of the chunk, for current data up to now; irregular feeds may have more."""
    span = _due(feed, chunk)
    series = [name for name in feed.dataset.key if name not in {"interval_start", "run", "publish_time"}]
    counts = data.frame.group_by(series).len()["len"].to_list() if series else [data.frame.height]
    due = 1 if isinstance(feed.layout.time, Undated) else round((span.end - span.start) / feed.step)
    least, most = min(counts), max(counts)
    _hold(least >= due, f"{due} intervals are due and a series has {least} rows", chunk, data)
    if not feed.irregular and not (_is_running(chunk) and not feed.history.snapshot_only):
        _hold(most == due, f"{due} intervals are due and a series has {most} rows", chunk, data)
