"""Plans that a service keeps: the chunks of the last short ranges, always those that planning anew would give."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from builders import market, utc
from collecting_builders import NOW, Plugin, load_feed, registry, settings
from energyopti.fetch.chunks import Chunks
from energyopti.query import Chunk, Place, ResolvedQuery, TimeRange, plan
from energyopti.source import Client
from energyopti.store import Memory

FEED = load_feed()
THERE = market(feeds=(FEED,))
FIRST = utc("2024-03-01T05:00")


@pytest.fixture
def chunks(tmp_path: Path) -> Chunks:
    """What a service knows of chunks; nothing is asked for."""
    there = registry(Plugin(THERE))
    return Chunks(there, lambda: Client(settings(tmp_path)), Memory(1 << 20), now=lambda: NOW)


def ask(
    days: float, *, after: timedelta = timedelta(), places: tuple[Place, ...] = (), revisions: bool = False
) -> ResolvedQuery:
    """A query of so many days."""
    start = FIRST + after
    span = TimeRange(start, start + timedelta(days=days))
    return ResolvedQuery(market=THERE, feed=FEED, time=span, places=places, revisions=revisions)


def spans(planned: tuple[Chunk, ...]) -> list[tuple[str, datetime, datetime]]:
    """What tells chunks apart."""
    return [(each.key, each.start, each.end) for each in planned]


def anew(query: ResolvedQuery) -> tuple[Chunk, ...]:
    """The chunks of a query, planned for it alone."""
    return plan(query.market, query.feed, query.time, places=query.places, revisions=query.revisions, now=NOW)


@pytest.mark.parametrize("revisions", [False, True])
@pytest.mark.parametrize("places", [(), (Place("A"),), (Place("B"),)])
@pytest.mark.parametrize("days", [0.5, 1, 20, 100])
def test_kept_plan_is_the_one_that_planning_gives(
    chunks: Chunks, days: float, places: tuple[Place, ...], revisions: bool
) -> None:
    """Asked twice, and after queries that differ in one thing; over a change of the clocks too."""
    for other in (ask(days), ask(days, revisions=True), ask(days, places=(Place("C"),)), ask(days + 1)):
        chunks.plan(other)
    query = ask(days, places=places, revisions=revisions)
    assert spans(chunks.plan(query)) == spans(chunks.plan(query)) == spans(anew(query))


def test_short_range_is_planned_once(chunks: Chunks) -> None:
    """The very chunks of the first time; those of a long range would take memory for as long as they are kept."""
    assert chunks.plan(ask(3)) is chunks.plan(ask(3))
    assert chunks.plan(ask(100)) is not chunks.plan(ask(100))


def test_only_the_last_ranges_are_kept(chunks: Chunks) -> None:
    """The one that was planned first goes first."""
    first = chunks.plan(ask(1))
    for number in range(1, 1_000):
        chunks.plan(ask(1, after=timedelta(minutes=number)))
    assert chunks.plan(ask(1)) is first
    chunks.plan(ask(1, after=timedelta(minutes=1_000)))
    assert chunks.plan(ask(1)) is not first
