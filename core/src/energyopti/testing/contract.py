"""The contract for every plugin, as a class of tests to inherit."""

from __future__ import annotations

import functools
import itertools
from datetime import date

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from energyopti.errors import SchemaDrift
from energyopti.frames import frame_schema, unify
from energyopti.layouts import CsvLayout, JsonLayout, Layout, Reading, Undated
from energyopti.market import Feed
from energyopti.query import Place, TimeRange, plan
from energyopti.testing.choosing import FeedByFeed
from energyopti.testing.collecting import CollectingLaws
from energyopti.testing.compare import first_difference, first_misfit, row_difference, unstated
from energyopti.testing.declared import DeclaredLaws
from energyopti.testing.report import few_names, hold, law
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


class PluginContract(FeedByFeed, NothingIsNeverWhole, CollectingLaws, DeclaredLaws):
    """Runs the contract on every feed of a market.

    Inherit, and name the ``market``; it is looked up among the installed plugins unless `registry` is replaced.
    ``exempt`` maps ``"feed:test"`` to the reason for an exemption: that test is then expected to fail. ``zone`` is the
    market's time zone from the ISO's documentation, ``without_sandbox`` says why a market has no sandbox.

    By default every feed is tested on days of 23 and 25 hours. A market with dozens of feeds may set ``clock_changes
    = "one of a kind"``: those days, damaged documents and asking again are then tested with one feed of each kind (feeds
    that share a protocol and a clock), the others on ordinary days only, once.

    A plugin that adds feeds to another plugin's market names itself, ``brought_by = "energyopti-vendor"``, and tests only
    those; ``feeds`` are the names of feeds to test, if not all.
    """

    @law
    def test_feed_is_declared_fully(self, feed: Feed) -> None:
        """A feed fills a known dataset, on its market's clock, from at least one source with a known host."""
        market = self.subject
        known = self.registry().datasets.get(feed.dataset.name) is feed.dataset
        hold(known, f"it fills dataset {feed.dataset.name}, which no plugin registers")
        for layout in (feed.layout, *feed.layout.others):
            said = f"its layout reads the clock of {layout.zone}, and the market's is {market.zone}"
            hold(layout.zone == market.zone, said)
        title = feed.title[:1]
        hold(title.isupper() or title.isdigit(), f"its title {feed.title!r} must begin with a capital")
        for feed_source in feed.sources:
            market.host(feed_source.host)
        since = feed.history.since
        hold(feed.sources_for(since), f"no source has {since}, the first day of the feed's history")
        due, settles = feed.publication.due, feed.publication.settles_source
        hold(due is not None, "say when its rows are due: publication=Publication(due=Due(...))")
        hold(settles, "say who knows when its days settle, or that nobody does: settles_source")

    @law
    def test_chunks_cover_any_range_exactly_once(self, feed: Feed) -> None:
        """The chunks of a range touch, do not overlap, and cover all of it."""
        market = self.subject

        @QUICK
        @given(time_ranges(market, feed))
        def holds(span: TimeRange) -> None:
            planned = plan(market, feed, span)
            edges = [(chunk.start, chunk.end) for chunk in planned]
            said = f"{span} is planned as {few_names(planned)}"
            hold(edges[0][0] <= span.start < edges[0][1], f"{said}: its start is not in the first")
            hold(edges[-1][0] < span.end <= edges[-1][1], f"{said}: its end is not in the last")
            touch = all(left[1] == right[0] for left, right in itertools.pairwise(edges))
            hold(touch, f"{said}: these do not touch")

        holds()

    @law
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
                touch = all(left.end == right.start for left, right in itertools.pairwise(planned))
                hold(touch, f"{span} is planned as {few_names(planned)}: these do not touch")
                for chunk in planned:
                    other = named.setdefault(chunk.key, chunk.time)
                    hold(other == chunk.time, f"{chunk} is the name of {chunk.time} and of {other}")

        holds()

    @law
    def test_example_is_read_as_its_author_states(self, feed: Feed) -> None:
        """Signs, clocks and units: the example's lines mean the rows stated beside them."""
        frame = unify(self._example(feed).frame, feed, self.market)
        rows = list(frame.iter_rows(named=True))
        payload, stated, read = feed.example.payload, len(feed.example.rows), len(rows)
        hold(
            stated == read,
            f"its example states {stated} rows, and {read} are read",
            payload=payload,
            rows=frame,
        )
        for number, (expected, row) in enumerate(zip(feed.example.rows, rows, strict=True), start=1):
            difference = row_difference(expected, row)
            said = f"row {number} of its example: {difference}"
            hold(difference is None, said, payload=payload, rows=frame[number - 1 : number])

    @law
    def test_example_states_every_field(self, feed: Feed) -> None:
        """Each field that is read from the example is stated in a row of it, since no other law knows its sign and unit."""
        frame = unify(self._example(feed).frame, feed, self.market)
        lacking = unstated(feed, frame)
        said = f"no row of its example states {', '.join(lacking)}: read them up, and write them down"
        hold(not lacking, said, payload=feed.example.payload, rows=frame)

    @law
    def test_every_row_is_in_the_frame_or_in_a_finding(self, feed: Feed) -> None:
        """The payload's rows are the frame's rows plus those that findings account for."""
        layout, payload = feed.layout, feed.example.payload
        found = layout.read(payload)
        accounted = found.accounted_rows
        said = f"the payload has {found.payload_rows} rows, and {accounted} are in the frame or in a finding"
        seen = functools.partial(hold, payload=payload, rows=found.frame, findings=found.findings)
        seen(found.payload_rows == accounted, said)
        if isinstance(layout, CsvLayout):
            counted = rows_in_text(payload, layout)
            seen(
                found.payload_rows == counted,
                f"the payload has {counted} rows, and {found.payload_rows} count",
            )

    @law
    def test_times_are_utc_and_half_open(self, feed: Feed) -> None:
        """Intervals are aware UTC in microseconds, and end after they start."""
        frame = self._example(feed).frame
        start, end = frame["interval_start"], frame["interval_end"]
        kinds = {start.dtype, end.dtype}
        payload = feed.example.payload
        hold(kinds == {_UTC}, f"times are {few_names(kinds)}, not {_UTC}", payload=payload, rows=frame)
        turned = frame.filter(start >= end)
        hold(turned.is_empty(), "intervals end before they start", payload=payload, rows=turned)

    @law
    def test_rows_fit_the_dataset(self, feed: Feed) -> None:
        """Rows fit the dataset's schema, with its vocabularies and no null where none may be."""
        frame = unify(self._example(feed).frame, feed, self.market)
        due = frame_schema(feed.dataset)
        others = [name for name, kind in frame.schema.items() if due.get(name) != kind]
        hold(
            frame.schema == due, f"columns are not as in {feed.dataset.name}: {few_names(others)}", rows=frame
        )
        misfit = first_misfit(frame, feed.dataset)
        hold(misfit is None, misfit or "", rows=frame)

    @law
    def test_what_is_written_is_read_back(self, feed: Feed) -> None:
        """`read(write(x))` is x on any day: no row lost, no repeated hour merged, no missing hour invented."""
        market, forms = self.subject, (feed.layout, *feed.layout.others)

        @A_KIND
        @given(st.sampled_from(forms), st.data())
        def holds(kind: st.SearchStrategy[date], layout: Layout, data: st.DataObject) -> None:
            key = [name for name in feed.dataset.key if name in {"interval_start", *layout.fields}]
            chunk = data.draw(chunks(market, feed, kind))
            written = data.draw(frames(feed, chunk, layout))
            payload = layout.write(written)
            reading = feed.layout.read(payload)
            if isinstance(layout.time, Undated):
                reading = reading.spanning(chunk.start, chunk.end)
            difference = first_difference(written, reading.frame, key)
            seen = functools.partial(hold, chunk=chunk, payload=payload, findings=reading.findings)
            seen(difference is None, str(difference))
            count = reading.payload_rows - reading.joined
            seen(count == written.height, f"{written.height} rows were written and {count} were counted")

        kinds = kinds_of_days(market, feed)
        for kind in kinds if self._changes_its_clock(feed) else kinds[:1]:
            holds(kind)

    @law
    def test_damaged_payload_is_schema_drift_or_accounted_for(self, feed: Feed) -> None:
        """Whatever happens to a payload, reading it raises `SchemaDrift` or accounts for every row."""

        @QUICK
        @given(damaged(feed.example.payload))
        def holds(payload: bytes) -> None:
            reading = _read(feed, payload)
            if reading is not None:
                accounted = reading.accounted_rows
                said = f"of {reading.payload_rows} rows of a damaged payload {accounted} are accounted for"
                hold(reading.payload_rows == accounted, said, payload=payload, findings=reading.findings)
                dated = not isinstance(feed.layout.time, Undated)
                timed = not dated or reading.frame["interval_start"].null_count() == 0
                hold(timed, "rows of a damaged payload have no time", payload=payload, rows=reading.frame)

        holds()

    @law
    def test_missing_column_is_named(self, feed: Feed) -> None:
        """A payload that lacks one of its columns raises `SchemaDrift` naming it.

        Words that are the keys of objects cannot be missing.
        """
        nested = feed.layout.nested if isinstance(feed.layout, JsonLayout) else None
        for column in feed.layout.wire_columns:
            if not column.required or (nested is not None and column.name in nested.keyed):
                continue
            payload = without_column(feed.example.payload, column, feed.layout)
            named = _missing_column(feed, payload)
            hold(
                named == column.name,
                f"without column {column.name!r}, {named or 'nothing'} is said to be missing",
                payload=payload,
            )

    @law
    def test_prices_are_the_sum_of_their_components(self, feed: Feed) -> None:
        """`lmp = energy + congestion + loss + ghg` in the example, and one energy price per stamp if derived."""
        frame = unify(self._example(feed).frame, feed, self.market)
        parts = pl.col("energy") + pl.col("congestion") + pl.col("loss") + pl.col("ghg").fill_null(0.0)
        off = frame.filter((pl.col("lmp") - parts).abs() > 0.02)
        said = f"{off.height} prices are not the sum of their components: check the signs"
        hold(off.is_empty(), said, payload=feed.example.payload, rows=off)
        if "energy" in feed.derived:
            spread = frame.group_by("interval_start").agg(
                (pl.col("energy").max() - pl.col("energy").min()).alias("spread")
            )["spread"]
            uneven = spread.filter(spread > 0.02).len()
            hold(uneven == 0, "the derived energy differs between locations at one stamp", rows=frame)

    def _example(self, feed: Feed) -> Reading:
        """The reading of the feed's example; an undated one gets the kit's own day."""
        reading = feed.layout.read(feed.example.payload)
        if not isinstance(feed.layout.time, Undated):
            return reading
        (chunk,) = plan(self.subject, feed, TimeRange(NOW, NOW + INSTANT))
        return reading.spanning(chunk.start, chunk.end)


def _missing_column(feed: Feed, payload: bytes) -> str | None:
    """The column that reading a payload says is missing; None if it says nothing."""
    try:
        feed.layout.read(payload)
    except SchemaDrift as error:
        return error.column
    return None


def _read(feed: Feed, payload: bytes) -> Reading | None:
    """The reading of a payload, or None for `SchemaDrift`; any other error is the plugin's fault."""
    try:
        return feed.layout.read(payload)
    except SchemaDrift:
        return None
