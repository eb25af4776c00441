"""How often a watch asks, and what it tells, of publications of every kind on a clock that is moved.

A person who knows when rows are published asks once for each publication, at the feed's cadence while one is late, and
once an hour for corrections. A watch may ask twice as often.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

import attrs
import pytest

from builders import changed, feed
from energyopti import Due
from energyopti.events import EventKind
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
    days_ahead,
    every,
    local,
    minutes,
    run_watch,
    waited,
)

pytestmark = pytest.mark.no_cover  # the same again and again: smaller tests cover it

DAY_AHEAD = feed(
    refresh_every=30 * MINUTE,
    published_ahead=2 * DAY,
    due=Due(at=time(13, 30), days=-1, source="https://iso.example/when"),
)


# what is published ahead, at a time of day

ARRIVALS = (40, 25, 75, 50, 30, 62, 45, 20, 55, 38)
"""Minutes after noon."""


def noonish(day: date) -> datetime:
    """When a day is published on the day before: between 12:20 and 13:15."""
    return local(day - DAY, 12) + ARRIVALS[day.day % len(ARRIVALS)] * MINUTE


def by_publication(
    posts: Sequence[Post], start: datetime, hours: int, late: Sequence[int] = ()
) -> list[float]:
    """What a person asks in each hour for days ahead: two more in an hour in which one is late, that it is due in."""
    published = {(post.at - start) // HOUR for post in posts} | {*late[:1]}
    return [1 + (hour in published) + 2 * (hour in late) for hour in range(hours)]


def test_day_ahead_is_asked_for_about_the_time_it_comes() -> None:
    """Twice an hour at the most without a publication; its arrival is learnt from the first days."""
    posts, start = days_ahead(MONDAY, 8, noonish), local(MONDAY, 8)
    watched = run_watch(
        Publication(feed=DAY_AHEAD, posts=posts), start, start + 6 * DAY + 8 * HOUR, since=local(MONDAY)
    )
    asked_at_most(watched, start, 150, by_publication(posts, start, 150))
    assert sum(watched.requests(start, 150)) < 1.2 * 150
    assert watched.lost() == []
    assert watched.twice() == []
    delays = [delay for day, delay in waited(watched).items() if day > MONDAY + DAY]
    assert max(delays) <= 65 * MINUTE
    assert sorted(delays[2:])[2] < 30 * MINUTE


@pytest.mark.parametrize("hour", [6.0, pytest.param(12.7, marks=pytest.mark.exhaustive), 14.2])
def test_arrival_at_one_time_of_day_is_found_within_days(hour: float) -> None:
    """Hours before what is declared, within an hour of it, or after it: at last within a quarter of an hour."""
    posts = days_ahead(MONDAY, 14, lambda day: local(day - DAY, hour))
    start = local(MONDAY, 8)
    watched = run_watch(
        Publication(feed=DAY_AHEAD, posts=posts), start, start + 12 * DAY, since=local(MONDAY)
    )
    assert watched.lost(local(MONDAY + 12 * DAY)) == []
    delays = list(waited(watched).values())
    assert max(delays[-3:]) <= HOUR
    assert min(delays[-3:]) <= 15 * MINUTE


WITHHELD = MONDAY + 3 * DAY


def test_withheld_day_costs_a_handful_and_then_one_in_its_cadence() -> None:
    """It is posted two days late; meanwhile the day after it comes as usual."""
    late = local(WITHHELD + DAY, 10)
    posts = days_ahead(MONDAY, 8, lambda day: late if day == WITHHELD else noonish(day))
    start = local(MONDAY, 8)
    watched = run_watch(
        Publication(feed=DAY_AHEAD, posts=posts), start, start + 6 * DAY + 8 * HOUR, since=local(MONDAY)
    )
    first = (local(WITHHELD - DAY, 12) - start) // HOUR
    hours = range(first, (late - start) // HOUR + 1)
    asked_at_most(watched, start, 150, by_publication(posts, start, 150, hours))
    assert max(watched.requests(start, 150)) <= 7
    assert watched.lost() == []
    assert watched.twice() == []
    assert waited(watched)[WITHHELD] <= 4 * HOUR
    assert waited(watched)[WITHHELD + DAY] <= HOUR
    assert {event.kind for event in watched.events} == {EventKind.POLL_FAILED}


def test_source_that_has_days_that_are_not_due_yet_is_asked_for_the_furthest() -> None:
    """A plan of a week: the day that is declared says nothing of when the next one comes."""
    plan = changed(DAY_AHEAD, published_ahead=7 * DAY)
    posts = days_ahead(MONDAY, 12, lambda day: local(day - 6 * DAY, 9))
    start = local(MONDAY, 8)
    watched = run_watch(Publication(feed=plan, posts=posts), start, start + 4 * DAY, since=local(MONDAY))
    requests = watched.requests(start, 96)
    assert requests[0] <= 10
    assert max(requests[24:]) <= 4
    assert watched.lost(local(MONDAY + 9 * DAY)) == []
    assert watched.twice() == []


@pytest.mark.parametrize(
    "size", [pytest.param(ChunkSize.MONTH, marks=pytest.mark.exhaustive), ChunkSize.YEAR]
)
def test_chunk_of_a_month_or_a_year_is_watched_over_its_end(size: ChunkSize) -> None:
    """The first day of the new year is another chunk."""
    first = date(2023, 12, 29)
    posts = days_ahead(first, 7, noonish)
    start = local(first, 8)
    watched = run_watch(
        Publication(feed=attrs.evolve(DAY_AHEAD, chunk=size), posts=posts),
        start,
        start + 5 * DAY + 8 * HOUR,
        since=local(first),
    )
    asked_at_most(watched, start, 120, by_publication(posts, start, 120))
    assert watched.lost() == []
    assert watched.twice() == []


def test_day_that_always_fails_takes_no_other_with_it() -> None:
    """Its document is broken while tomorrow's is not out: neither is asked for every minute."""
    posts, start = days_ahead(MONDAY, 6, noonish), local(MONDAY, 8)
    publication = Publication(feed=DAY_AHEAD, posts=posts, broken=[MONDAY + DAY])
    watched = run_watch(publication, start, start + 3 * DAY, since=local(MONDAY))
    asked_at_most(watched, start, 72, [hours + 2 for hours in by_publication(posts, start, 72)])
    lost = [key for key in watched.lost(local(MONDAY + 4 * DAY)) if key[0] not in broken_hours()]
    assert lost == []
    assert watched.twice() == []


def broken_hours() -> set[datetime]:
    """The hours of the day that is broken."""
    return {*every(HOUR, local(MONDAY + DAY), local(MONDAY + 2 * DAY))}


# rows that come one by one


def test_rows_of_five_minutes_are_told_soon_for_less_than_two_requests_each() -> None:
    """They come half a minute to two and a half late."""
    start = local(MONDAY, 6)
    posts = minutes(start, 12 * HOUR)
    watched = run_watch(Publication(feed=FIVE_MINUTES, posts=posts), start, start + 12 * HOUR)
    asked_at_most(watched, start, 12, [13] * 12)
    assert watched.lost(start + 12 * HOUR - 3 * STEP) == []
    assert watched.twice() == []
    delays = sorted(watched.delays())
    assert delays[len(delays) // 2] < MINUTE
    assert delays[-1] < 6 * MINUTE


def test_delay_that_is_always_the_same_is_found() -> None:
    """After some rows each is told within a quarter of a minute."""
    start = local(MONDAY, 6)
    posts = minutes(start, 8 * HOUR, late=(200, 200))
    watched = run_watch(Publication(feed=FIVE_MINUTES, posts=posts), start, start + 8 * HOUR)
    assert max(watched.delays()[-20:]) <= 20 * timedelta(seconds=1)
    assert max(watched.requests(start, 8)[1:]) <= 18


def test_rows_that_come_much_later_than_they_are_long_are_learnt() -> None:
    """Each half an hour after its end."""
    start = local(MONDAY, 6)
    posts = minutes(start, 8 * HOUR, late=(1800, 1830))
    watched = run_watch(Publication(feed=FIVE_MINUTES, posts=posts), start, start + 8 * HOUR)
    asked_at_most(watched, start, 8, [13] * 8)
    assert watched.lost(start + 7 * HOUR) == []


def test_batches_that_no_one_declared_are_learnt() -> None:
    """A day's hours come at once the next morning: once it is known, an hour has two requests, not twelve."""
    hourly = feed(refresh_every=STEP)
    posts = days_ahead(MONDAY, 7, lambda day: local(day + DAY, 9))
    start = local(MONDAY + DAY, 10)
    watched = run_watch(Publication(feed=hourly, posts=posts), start, start + 5 * DAY, since=local(MONDAY))
    assert watched.lost(local(MONDAY + 5 * DAY)) == []
    assert watched.twice() == []
    quiet = watched.requests(start, 120)[96:118]
    assert max(quiet) <= 3


def test_hour_that_never_comes_is_given_up_once_it_settled() -> None:
    """Every poll goes on with the running day; the day with the hole is asked for by itself, seldom."""
    start = local(MONDAY, 6)
    posts = [post for post in minutes(start, 51 * HOUR) if post.start.minute % 30 == 0]
    del posts[20:22]
    settling = feed(step=HOUR / 2, refresh_every=STEP, settles_after=DAY)
    posts = [attrs.evolve(post, at=post.at + 25 * MINUTE) for post in posts]
    watched = run_watch(Publication(feed=settling, posts=posts), start, start + 51 * HOUR)
    asked_at_most(watched, start, 50, [3 + (hour in {10, 11}) * 12 for hour in range(50)])
    (given_up,) = watched.given_up()
    assert given_up == ("testiso/hourly_load/2024-07-01: the missing part has not come in 1 days; giving up")
    monday = [
        at for at, chunk in watched.publication.asked if chunk.day == MONDAY and at > local(MONDAY + DAY, 1)
    ]
    assert len(monday) <= 30
    assert watched.lost(start + 49 * HOUR) == []


def test_day_with_a_hole_is_not_asked_for_with_each_late_row_of_the_next() -> None:
    """Its last row came: what it lacks is asked for after ten minutes, while the next day's first row is late."""
    start, midnight = local(MONDAY, 20), local(MONDAY + DAY)
    posts = [post for post in minutes(start, 8 * HOUR) if not HOUR <= post.start - start < 2 * HOUR]
    posts = [attrs.evolve(post, at=post.at + (post.start >= midnight) * 3 * HOUR) for post in posts]
    due = Due(after=20 * MINUTE, source="https://iso.example/when")
    watched = run_watch(
        Publication(feed=changed(FIVE_MINUTES, due=due), posts=posts), start, start + 12 * HOUR
    )
    asked = [at for at, chunk in watched.publication.asked if chunk.day == MONDAY]
    last = midnight + 5 * MINUTE
    assert len([at for at in asked if last < at < last + HOUR]) <= 4
    asked_at_most(watched, start, 8, [13] * 8)
    assert watched.lost() == []
    assert watched.twice() == []


def test_one_late_row_does_not_make_the_next_ones_wait_for_as_long() -> None:
    """One came 21 minutes late. A row that is later than usual is asked for at the cadence, not after 21 minutes."""
    start = local(MONDAY, 20)
    posts = minutes(start, 6 * HOUR)
    late = local(MONDAY, 23.85)
    posts[40:42] = [attrs.evolve(post, at=late) for post in posts[40:42]]
    posts[42:46] = [attrs.evolve(post, at=late + 6 * MINUTE) for post in posts[42:46]]
    watched = run_watch(Publication(feed=FIVE_MINUTES, posts=posts), start, start + 6 * HOUR + HOUR / 2)
    asked_at_most(watched, start, 6, [13] * 6)
    assert max(watched.delays()) <= 6 * MINUTE


@pytest.mark.parametrize("late", [3, pytest.param(20, marks=pytest.mark.exhaustive), 70])
def test_late_row_is_told_once_it_is_there(late: int) -> None:
    """Hours after the rows behind it, also when its day is long over."""
    start = local(MONDAY, 16)
    posts = minutes(start, 84 * HOUR)
    posts[10] = attrs.evolve(posts[10], at=posts[10].at + late * HOUR)
    hourly = [post for post in posts if post.start.minute == 0 or post is posts[10]]
    hourly = [attrs.evolve(post, start=post.start.replace(minute=0)) for post in hourly]
    posts = list({post.start: post for post in hourly}.values())
    watched = run_watch(Publication(feed=feed(refresh_every=STEP), posts=posts), start, start + 84 * HOUR)
    assert watched.lost(start + 80 * HOUR) == []
    assert watched.twice() == []
    assert max(watched.delays()) <= 5 * HOUR


def test_hour_of_outage_loses_nothing_and_is_asked_for_at_the_cadence() -> None:
    """Over midnight: the last rows of a day and the first of the next."""
    start = local(MONDAY, 20)
    posts = minutes(start, 10 * HOUR)
    down = (local(MONDAY, 23.5), local(MONDAY, 24.5))
    watched = run_watch(
        Publication(feed=FIVE_MINUTES, posts=posts, outages=[down]), start, start + 10 * HOUR + HOUR / 2
    )
    asked_at_most(watched, start, 10, [13] * 10)
    assert watched.lost() == []
    assert watched.twice() == []
    after = [at for at in watched.polls if at >= down[1]]
    assert after[0] - down[1] <= STEP


def test_outage_of_days_is_asked_for_chunk_by_chunk_when_it_is_over() -> None:
    """Meanwhile the newest day alone is."""
    start = local(MONDAY, 20)
    posts = minutes(start, 80 * HOUR)[::12]
    posts = [attrs.evolve(post, start=post.start, at=post.start + HOUR + MINUTE) for post in posts]
    down = (start + 2 * HOUR, start + 75 * HOUR)
    watched = run_watch(
        Publication(feed=feed(refresh_every=10 * MINUTE), posts=posts, outages=[down]),
        start,
        start + 81 * HOUR,
    )
    assert watched.lost() == []
    assert watched.twice() == []
    asked_at_most(watched, start, 80, [7] * 80)
    assert max(
        delay for (at, _), delay in zip(watched.told, watched.delays(), strict=True) if at > down[1]
    ) < (down[1] - down[0] + HOUR)


@pytest.mark.parametrize(
    ("day", "closes_at_midnight"),
    [
        (date(2024, 3, 9), False),
        (date(2024, 11, 2), True),
        *(
            pytest.param(day, closes, marks=pytest.mark.exhaustive)
            for day, closes in (
                (date(2024, 3, 9), True),
                (date(2024, 11, 2), False),
                (MONDAY, False),
                (MONDAY, True),
            )
        ),
    ],
)
def test_midnight_and_both_changes_of_the_clocks_lose_nothing(day: date, *, closes_at_midnight: bool) -> None:
    """From the evening before to the morning after."""
    start = local(day, 21)
    posts = minutes(start, 9 * HOUR)
    watched = run_watch(
        Publication(feed=attrs.evolve(FIVE_MINUTES, closes_at_midnight=closes_at_midnight), posts=posts),
        start,
        start + 9 * HOUR + HOUR / 4,
    )
    asked_at_most(watched, start, 9, [13] * 9)
    assert watched.lost() == []
    assert watched.twice() == []
    assert max(watched.delays()) < 6 * MINUTE


@pytest.mark.parametrize("by", [-26, *(pytest.param(by, marks=pytest.mark.exhaustive) for by in (-1, 26)), 1])
def test_clock_that_steps_loses_nothing(by: int) -> None:
    """It is set wrong for some hours, and right again."""
    start = local(MONDAY, 6)
    posts = minutes(start, 22 * HOUR)[::3]
    posts = [attrs.evolve(post, at=post.start + 16 * MINUTE) for post in posts]
    wrong = (start + 4 * HOUR, start + 9 * HOUR)
    watched = run_watch(
        Publication(feed=feed(step=15 * MINUTE), posts=posts),
        start,
        start + 23 * HOUR,
        steps=lambda at: by * HOUR if wrong[0] < at < wrong[1] else timedelta(),
    )
    assert watched.lost() == []
    assert watched.twice() == []
    assert max(watched.requests(start, 22)) <= 26
    assert max(
        delay for (at, _), delay in zip(watched.told, watched.delays(), strict=True) if at > wrong[1] + HOUR
    ) < (30 * MINUTE)


def test_places_that_come_apart_are_all_told() -> None:
    """The second one minutes after the first, over midnight."""
    start = local(MONDAY, 20)
    north = minutes(start, 8 * HOUR)
    south = [
        attrs.evolve(post, place="SOUTH", value=-post.value, at=post.at + (n % 7) * MINUTE)
        for n, post in enumerate(north)
    ]
    watched = run_watch(Publication(feed=FIVE_MINUTES, posts=[*north, *south]), start, start + 9 * HOUR)
    assert watched.lost() == []
    assert watched.twice() == []
    asked_at_most(watched, start, 8, [13] * 8)


def test_rows_without_a_grid_are_asked_for_at_the_cadence() -> None:
    """Nothing says when the next one comes; rows of the last minutes before midnight are waited for."""
    start = local(MONDAY, 20)
    posts = minutes(start, 8 * HOUR, late=(200, 290))[::17]
    watched = run_watch(
        Publication(feed=attrs.evolve(FIVE_MINUTES, sparse=True), posts=posts), start, start + 9 * HOUR
    )
    assert watched.lost() == []
    assert watched.twice() == []
    asked_at_most(watched, start, 8, [13] * 8)
