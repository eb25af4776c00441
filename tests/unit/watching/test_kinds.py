"""What a watch tells of corrections, forecasts, versions, and of feeds whose rows lie elsewhere than their chunks."""

from __future__ import annotations

import random
from datetime import date, datetime, timedelta
from typing import Any

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from builders import changed, feed, utc
from collecting_builders import forecast_feed
from energyopti.market import ChunkSize
from energyopti.timezones import DAY, HOUR
from watched import (
    FIVE_MINUTES,
    MINUTE,
    MONDAY,
    STEP,
    Post,
    Publication,
    asked_at_most,
    every,
    local,
    minutes,
    run_watch,
)

pytestmark = pytest.mark.no_cover  # the same again and again: smaller tests cover it


@pytest.mark.parametrize("days", [2, pytest.param(6, marks=pytest.mark.exhaustive), 20])
def test_correction_of_a_day_that_is_long_whole_is_told(days: int) -> None:
    """Within two days, by one request an hour for all that is looked through."""
    quarters = feed(step=6 * HOUR, refresh_every=HOUR)
    start, end = local(MONDAY), local(MONDAY) + (days + 3) * DAY
    posts = [
        Post(at + 6 * HOUR + 7 * MINUTE, at, float(n))
        for n, at in enumerate(every(6 * HOUR, start, end - DAY))
    ]
    posts.append(Post(start + days * DAY + 5 * HOUR, start + 6 * HOUR, -1.0))
    watched = run_watch(Publication(feed=quarters, posts=posts), start, end)
    assert watched.lost() == []
    assert watched.twice() == []
    assert watched.values()[start + 6 * HOUR, "NORTH"] == [1.0, -1.0]
    assert max(watched.delays()) <= 2 * DAY
    assert max(watched.requests(start, (days + 2) * 24)) <= 4


def test_corrections_are_looked_for_as_far_back_as_is_asked() -> None:
    """Two days: what is corrected within them is told, and nothing that is corrected later."""
    quarters = feed(step=6 * HOUR, refresh_every=HOUR)
    start, end = local(MONDAY), local(MONDAY) + 8 * DAY
    posts = [
        Post(at + 6 * HOUR + 7 * MINUTE, at, float(n))
        for n, at in enumerate(every(6 * HOUR, start, end - DAY))
    ]
    soon = Post(start + 3 * DAY - HOUR, start, -1.0)
    late = Post(start + 6 * DAY, start + 6 * HOUR, -2.0)
    watched = run_watch(
        Publication(feed=quarters, posts=[*posts, soon, late]), start, end, corrections=2 * DAY
    )
    assert watched.lost() == [(start + 6 * HOUR, "NORTH")]
    assert watched.twice() == []


# forecasts, and what is told of a version


def published_hourly(start: datetime, hours: int) -> list[Post]:
    """A forecast of half a day, made each hour and there some minutes later."""
    chance = random.Random(3)
    found = []
    for number, made in enumerate(every(HOUR, start, start + hours * HOUR)):
        at = made + timedelta(minutes=chance.uniform(31, 36))
        found += [
            Post(at, interval, 1000.0 * number + hour, published=made + HOUR / 2)
            for hour, interval in enumerate(every(HOUR, made + HOUR, made + 13 * HOUR))
        ]
    return found


@pytest.mark.parametrize("vintages", ["latest", "all"])
def test_each_publication_of_a_forecast_is_told_once(vintages: str) -> None:
    """Over midnight, when the running day's is another chunk; the earlier ones are asked for at the beginning alone."""
    start = local(MONDAY, 14)
    posts = published_hourly(start, 22)
    watched = run_watch(
        Publication(feed=forecast_feed(refresh_every=15 * MINUTE, forecast_days=4), posts=posts),
        start,
        start + 23 * HOUR,
        vintages=vintages,
    )
    told = [(post.start, post.published, post.value) for _, post in watched.told]
    assert len(told) == len(set(told))
    assert set(told) == {(post.start, post.published, post.value) for post in posts}
    requests = watched.requests(start, 23)
    assert max(requests[:12]) <= 4
    assert max(requests[12:22]) <= 4
    assert sorted(watched.delays())[len(told) // 2] < 12 * MINUTE


def test_older_publication_that_comes_late_is_no_news_of_the_latest() -> None:
    """Of all of them it is one."""
    start = local(MONDAY, 12)
    early, late = start, start + HOUR
    posts = [
        Post(start + 2 * HOUR, start + 5 * HOUR, 2.0, published=late),
        Post(start + 4 * HOUR, start + 5 * HOUR, 1.0, published=early),
    ]
    publication = Publication(feed=forecast_feed(refresh_every=15 * MINUTE), posts=posts)
    for vintages, told in (("latest", [2.0]), ("all", [2.0, 1.0])):
        watched = run_watch(publication, start, start + 6 * HOUR, vintages=vintages)
        assert [post.value for _, post in watched.told] == told


def test_another_version_of_the_same_price_is_told_only_if_asked() -> None:
    """It was verified, and nothing else is new."""
    from energyopti.datasets import LMP
    from energyopti.vocabulary import Run

    prices = feed(dataset=LMP, run=Run.REAL_TIME_HOURLY)
    start = local(MONDAY, 12)
    row = Post(start + 61 * MINUTE, start, 25.0, version=1)
    verified = attrs.evolve(row, at=start + 3 * HOUR, version=2)
    dearer = attrs.evolve(row, at=start + 5 * HOUR, value=26.0, version=3)
    publication = Publication(feed=prices, posts=[row, verified, dearer])
    for versions, told in ((False, [1, 3]), (True, [1, 2, 3])):
        watched = run_watch(publication, start, start + 8 * HOUR, versions=versions)
        assert [post.version for _, post in watched.told] == told


def test_what_is_current_is_told_while_it_is_there() -> None:
    """The newest interval alone: each is asked for before the next takes its place, over midnight too."""
    start = local(MONDAY, 22)
    posts = minutes(start, 4 * HOUR, late=(40, 60))
    newest = Newest(feed=changed(FIVE_MINUTES, snapshot_only=True), posts=posts)
    watched = run_watch(newest, start, start + 4 * HOUR)
    assert watched.twice() == []
    missed = watched.lost(start + 4 * HOUR - 2 * STEP)
    assert len(missed) <= 2
    asked_at_most(watched, start, 4, [13] * 4)


@attrs.define(kw_only=True)
class Newest(Publication):
    """A source that has the newest row alone."""

    def outcome(self, chunk: Any, now: datetime) -> Any:
        """The last row in the place of all."""
        there = [post for post in self.posts if post.at <= now]
        self._by_chunk = {chunk.start: there[-1:]}
        return super().outcome(chunk, now)


def test_rows_that_speak_of_another_time_than_they_are_made_in_are_told_once() -> None:
    """What was awarded in July is for the year after."""
    auctions = feed(chunk=ChunkSize.MONTH, by_publication=True, refresh_every=6 * HOUR, step=30 * DAY)
    start = local(date(2024, 7, 29))
    publication = Made(feed=auctions, posts=[])
    publication.made = [
        (start - DAY, Post(start - DAY, utc("2025-01-01T05:00"), 1.0)),
        (start + DAY, Post(start + DAY, utc("2023-01-01T05:00"), 2.0)),
        (start + 4 * DAY, Post(start + 4 * DAY, utc("2025-02-01T05:00"), 3.0)),
    ]
    watched = run_watch(publication, start, start + 8 * DAY)
    assert [post.value for _, post in watched.told] == [1.0, 2.0, 3.0]
    assert max(watched.requests(start, 190)) <= 3


@attrs.define(kw_only=True)
class Made(Publication):
    """A source whose chunks hold what was made in their time."""

    made: list[tuple[datetime, Post]] = attrs.field(factory=list)

    def outcome(self, chunk: Any, now: datetime) -> Any:
        """The rows that were made in the chunk's time."""
        self._by_chunk = {chunk.start: [post for at, post in self.made if chunk.start <= at < chunk.end]}
        return super().outcome(chunk, now)


def test_nothing_is_asked_twice_of_a_source_that_keeps_its_rows_for_hours() -> None:
    """What it has no more is let go of, and said to be given up where something was missing."""
    kept = feed(refresh_every=30 * MINUTE, retention=30 * HOUR)
    start = local(MONDAY, 18)
    posts = [post for post in minutes(start, 44 * HOUR) if post.start.minute == 0]
    posts = [attrs.evolve(post, at=post.at + HOUR) for post in posts]
    del posts[3]
    watched = run_watch(Publication(feed=kept, posts=posts), start, start + 44 * HOUR)
    monday = [at for at, chunk in watched.publication.asked if chunk.day == MONDAY]
    assert max(monday) <= local(MONDAY + DAY, 30.1)
    assert watched.lost(start + 42 * HOUR) == []
    assert watched.twice() == []


def test_publication_that_does_not_say_when_it_was_made_is_told_too() -> None:
    """It is asked for at the cadence, and each value is told once."""
    start = local(MONDAY, 12)
    posts = [Post(start + HOUR * number, start + 9 * HOUR, float(number)) for number in (1, 2, 3)]
    publication = Made(feed=forecast_feed(refresh_every=15 * MINUTE), posts=[])
    publication.made = [(post.at, post) for post in posts]
    watched = run_watch(publication, start, start + 5 * HOUR)
    assert [post.value for _, post in watched.told] == [1.0, 2.0, 3.0]
    assert max(watched.requests(start, 5)[1:]) <= 4


def test_more_rows_than_can_be_known_are_told_once_all_the_same() -> None:
    """The oldest days are not looked through any more: a correction there is not told, and none is told twice."""
    quarters = feed(step=6 * HOUR, refresh_every=HOUR)
    start, end = local(MONDAY), local(MONDAY) + 6 * DAY
    posts = [
        Post(at + 6 * HOUR + 7 * MINUTE, at, float(n))
        for n, at in enumerate(every(6 * HOUR, start, end - DAY))
    ]
    posts.append(Post(start + 4 * DAY, start, -1.0))
    watched = run_watch(Publication(feed=quarters, posts=posts), start, end, rows_kept=8)
    assert watched.lost() == [(start, "NORTH")]
    assert watched.twice() == []


# any publication

_SIX_HOURS = feed(step=6 * HOUR, refresh_every=HOUR, settles_after=3 * DAY)
_DAYS = 3

_row = st.tuples(st.integers(0, 4 * _DAYS - 1), st.integers(0, 40), st.sampled_from([-1.0, 1.0, 2.0]))
"""A row's number, how many hours after its end it is published, and its value."""

_outage = st.tuples(st.integers(0, 100), st.integers(1, 30))


@settings(max_examples=6, deadline=None)
@given(
    rows=st.lists(_row, min_size=1, max_size=20),
    outages=st.lists(_outage, max_size=2),
    first=st.sampled_from([MONDAY, date(2024, 3, 9), date(2024, 11, 2)]),
    size=st.sampled_from([ChunkSize.DAY, ChunkSize.MONTH]),
)
def test_any_order_of_publication_is_told_as_it_is_in_the_end(
    rows: list[tuple[int, int, float]],
    outages: list[tuple[int, int]],
    first: date,
    size: ChunkSize,
) -> None:
    """Late, out of order, with holes, corrected, with outages: what is said last is told last, nothing twice, and
    nothing that was never said.
    """
    start = local(first)
    posts = {
        (number, late): Post(
            start + (number + 1) * 6 * HOUR + (late + 0.1) * HOUR, start + number * 6 * HOUR, value
        )
        for number, late, value in rows
    }
    publication = Publication(
        feed=attrs.evolve(_SIX_HOURS, chunk=size),
        posts=list(posts.values()),
        outages=[(start + at * HOUR, start + (at + length) * HOUR) for at, length in outages],
    )
    watched = run_watch(publication, start, start + 8 * DAY)
    assert watched.lost() == []
    assert watched.twice() == []
    said = {(post.start, post.value) for post in posts.values()}
    assert {(post.start, post.value) for _, post in watched.told} <= said
    asked_at_most(watched, start, 190, [5] * 190)
