"""The contract for every plugin, as a class of tests to inherit."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import ClassVar, Literal

import attrs
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from energyopti.errors import SchemaDrift
from energyopti.frames import frame_schema, unify
from energyopti.layouts import CsvLayout, JsonLayout, Layout, Reading, Undated
from energyopti.market import Feed, Market
from energyopti.query import Place, TimeRange, plan
from energyopti.registry import Registry
from energyopti.testing.collecting import CollectingLaws
from energyopti.testing.compare import first_difference, first_misfit, row_difference
from energyopti.testing.strategies import (
    NOW,
    chunks,
    damaged,
    days,
    frames,
    kinds_of_days,
    rows_in_text,
    time_ranges,
    without_column,
)
from energyopti.testing.trying import A_KIND, QUICK
from energyopti.testing.whole import NothingIsNeverWhole
from energyopti.timezones import DAY, INSTANT, midnight
from energyopti.vocabulary import LocationType

_UTC = pl.Datetime("us", "UTC")

ClockChanges = Literal["every feed", "one of a kind"]
"""Which feeds are tested on days of 23 and 25 hours."""


@attrs.frozen
class Exempt:
    """Why one feed is exempt from one test: only for reasons that the market gives, and in words."""

    reason: Literal["not_published", "not_yet", "broken_upstream"]
    because: str = attrs.field(validator=attrs.validators.min_len(10))


class PluginContract(NothingIsNeverWhole, CollectingLaws):
    """Runs the contract on every feed of a market.

    Inherit, and name the ``market``; it is looked up among the installed plugins unless `registry` is replaced.
    ``exempt`` maps ``"feed:test"`` to the reason for an exemption.

    By default every feed is tested on days of 23 and 25 hours. A market with dozens of feeds may set ``clock_changes
    = "one of a kind"``: those days are then tested with one feed of each kind (feeds that share a protocol and a
    clock), the others on ordinary days only.

    A plugin that adds feeds to another plugin's market names itself, ``brought_by = "energyopti-vendor"``, and tests only
    those; ``feeds`` are the names of feeds to test, if not all.
    """

    market: ClassVar[str]
    exempt: ClassVar[Mapping[str, Exempt]] = {}
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
            if metafunc.function.__name__ == cls.test_prices_are_the_sum_of_their_components.__name__:
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
                pytest.skip(f"{self.exempt[key].reason}: {self.exempt[key].because}")

    @property
    def subject(self) -> Market:
        """The market under test."""
        return self.registry().market(self.market)

    def test_feed_is_declared_fully(self, feed: Feed) -> None:
        """A feed fills a known dataset, on its market's clock, from at least one source with a known host."""
        market = self.subject
        assert self.registry().datasets.get(feed.dataset.name) is feed.dataset
        assert feed.layout.zone == market.zone
        assert feed.title
        assert feed.title[0].isupper() or feed.title[0].isdigit()
        for feed_source in feed.sources:
            assert market.host(feed_source.host)
        assert feed.sources_for(feed.history.since), "no source has the first day of the feed's history"
        assert feed.publication.due is not None, (
            "say when its rows are due: publication=Publication(due=Due(...))"
        )
        assert feed.publication.settles_source, (
            "say who knows when its days settle, or that nobody does: settles_source"
        )

    def test_chunks_cover_any_range_exactly_once(self, feed: Feed) -> None:
        """The chunks of a range touch, do not overlap, and cover all of it."""
        market = self.subject

        @QUICK
        @given(time_ranges(market, feed))
        def holds(span: TimeRange) -> None:
            edges = [(chunk.start, chunk.end) for chunk in plan(market, feed, span)]
            assert edges[0][0] <= span.start < edges[0][1]
            assert edges[-1][0] < span.end <= edges[-1][1]
            assert all(left[1] == right[0] for left, right in itertools.pairwise(edges))

        holds()

    def test_name_of_a_chunk_means_one_span(self, feed: Feed) -> None:
        """For any range, with all locations or some: chunks with one name have one start and one end.

        Ranges begin where days, months and years do, since chunks of several lengths begin together there.
        """
        market = self.subject
        kinds = st.sampled_from([(), *((Place("A", type=kind),) for kind in (None, *LocationType))])

        @QUICK
        @given(days(market, feed), kinds, st.lists(st.integers(0, 1_500), min_size=4, max_size=4))
        def holds(day: date, places: tuple[Place, ...], days_later: list[int]) -> None:
            named: dict[str, TimeRange] = {}
            begins = (midnight(each, market.zone) for each in (day, day.replace(day=1), date(day.year, 1, 1)))
            for start, later in itertools.product(begins, days_later):
                span = TimeRange(start, start + 2 * DAY)
                planned = plan(market, feed, span, places=places, now=start + later * DAY)
                assert all(left.end == right.start for left, right in itertools.pairwise(planned))
                for chunk in planned:
                    assert named.setdefault(chunk.key, chunk.time) == chunk.time, chunk.key

        holds()

    def test_example_is_read_as_its_author_states(self, feed: Feed) -> None:
        """Signs, clocks and units: the example's lines mean the rows stated beside them."""
        frame = unify(self._example(feed).frame, feed, self.market)
        rows = list(frame.iter_rows(named=True))
        stated, read = len(feed.example.rows), len(rows)
        assert stated == read
        for number, (expected, row) in enumerate(zip(feed.example.rows, rows, strict=True), start=1):
            difference = row_difference(expected, row)
            assert difference is None, f"row {number}: {difference}"

    def test_every_row_is_in_the_frame_or_in_a_finding(self, feed: Feed) -> None:
        """The payload's rows are the frame's rows plus those that findings account for."""
        layout, payload = feed.layout, feed.example.payload
        found = layout.read(payload)
        accounted = found.accounted_rows
        assert found.payload_rows == accounted
        if isinstance(layout, CsvLayout):
            counted = rows_in_text(payload, layout)
            assert found.payload_rows == counted

    def test_times_are_utc_and_half_open(self, feed: Feed) -> None:
        """Intervals are aware UTC in microseconds, and end after they start."""
        frame = self._example(feed).frame
        start, end = frame["interval_start"], frame["interval_end"]
        kinds = {start.dtype, end.dtype}
        assert kinds == {_UTC}
        assert (start < end).all()

    def test_rows_fit_the_dataset(self, feed: Feed) -> None:
        """Rows fit the dataset's schema, with its vocabularies and no null where none may be."""
        frame = unify(self._example(feed).frame, feed, self.market)
        assert frame.schema == frame_schema(feed.dataset)
        misfit = first_misfit(frame, feed.dataset)
        assert misfit is None, misfit

    def test_what_is_written_is_read_back(self, feed: Feed) -> None:
        """`read(write(x))` is x on any day: no row lost, no repeated hour merged, no missing hour invented."""
        market, forms = self.subject, (feed.layout, *feed.layout.others)

        @A_KIND
        @given(st.sampled_from(forms), st.data())
        def holds(kind: st.SearchStrategy[date], layout: Layout, data: st.DataObject) -> None:
            key = [name for name in feed.dataset.key if name in {"interval_start", *layout.fields}]
            chunk = data.draw(chunks(market, feed, kind))
            written = data.draw(frames(feed, chunk, layout))
            reading = feed.layout.read(layout.write(written))
            if isinstance(layout.time, Undated):
                reading = reading.spanning(chunk.start, chunk.end)
            difference = first_difference(written, reading.frame, key)
            assert difference is None, f"{chunk}: {difference}"
            assert reading.payload_rows - reading.joined == written.height

        kinds = kinds_of_days(market, feed)
        for kind in kinds if self._changes_its_clock(feed) else kinds[:1]:
            holds(kind)

    def test_damaged_payload_is_schema_drift_or_accounted_for(self, feed: Feed) -> None:
        """Whatever happens to a payload, reading it raises `SchemaDrift` or accounts for every row."""

        @QUICK
        @given(damaged(feed.example.payload))
        def holds(payload: bytes) -> None:
            reading = _read(feed, payload)
            if reading is not None:
                accounted = reading.accounted_rows
                assert reading.payload_rows == accounted
                dated = not isinstance(feed.layout.time, Undated)
                assert not dated or reading.frame["interval_start"].null_count() == 0

        holds()

    def test_missing_column_is_named(self, feed: Feed) -> None:
        """A payload that lacks one of its columns raises `SchemaDrift` naming it.

        Words that are the keys of objects cannot be missing.
        """
        nested = feed.layout.nested if isinstance(feed.layout, JsonLayout) else None
        for column in feed.layout.wire_columns:
            if not column.required or (nested is not None and column.name in nested.keyed):
                continue
            with pytest.raises(SchemaDrift) as caught:
                feed.layout.read(without_column(feed.example.payload, column, feed.layout))
            assert caught.value.column == column.name

    def test_prices_are_the_sum_of_their_components(self, feed: Feed) -> None:
        """`lmp = energy + congestion + loss + ghg` in the example, and one energy price per stamp if derived."""
        frame = unify(self._example(feed).frame, feed, self.market)
        parts = pl.col("energy") + pl.col("congestion") + pl.col("loss") + pl.col("ghg").fill_null(0.0)
        off = frame.filter((pl.col("lmp") - parts).abs() > 0.02).height
        assert off == 0
        if "energy" in feed.derived:
            spread = frame.group_by("interval_start").agg(
                (pl.col("energy").max() - pl.col("energy").min()).alias("spread")
            )["spread"]
            uneven = spread.filter(spread > 0.02).len()
            assert uneven == 0, "the derived energy differs between locations at one stamp"

    def _example(self, feed: Feed) -> Reading:
        """The reading of the feed's example; an undated one gets the kit's own day."""
        reading = feed.layout.read(feed.example.payload)
        if not isinstance(feed.layout.time, Undated):
            return reading
        (chunk,) = plan(self.subject, feed, TimeRange(NOW, NOW + INSTANT))
        return reading.spanning(chunk.start, chunk.end)


@lru_cache(maxsize=1)
def installed() -> Registry:
    """The installed plugins, discovered once."""
    return Registry()


def _read(feed: Feed, payload: bytes) -> Reading | None:
    """The reading of a payload, or None for `SchemaDrift`; any other error is the plugin's fault."""
    try:
        return feed.layout.read(payload)
    except SchemaDrift:
        return None
