"""Which days are asked for again while a feed is watched, and when they are let go."""

from __future__ import annotations

from datetime import time, timedelta
from typing import Any

from builders import feed, market, utc
from energyopti import Due
from energyopti.datasets import LOAD_FORECAST
from energyopti.query import ResolvedQuery, TimeRange
from energyopti.timezones import DAY, HOUR
from energyopti.watching.stretches import State, Stretch, Stretches

STEP = timedelta(minutes=5)
SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
NOON = utc("2024-07-10T12:00")
NEXT_DAY = Due(at=time(13, 30), days=-1, source="https://iso.example/when")


def stretches(corrections: timedelta = 35 * DAY, **changes: Any) -> Stretches:
    """From midnight of the 9th in New York on to the 11th, all asked for at noon of the 10th."""
    whose = feed(**{"step": STEP, "settles_after": 2 * HOUR, **changes})
    there = market(feeds=(whose,))
    start = utc("2024-07-08T04:00")
    query = ResolvedQuery(market=there, feed=whose, time=TimeRange(start, start + 30 * DAY))
    made = Stretches(query=query, corrections=corrections)
    made.grow(NOON)
    for each in all_of(made):
        each.tried = NOON
    return made


def all_of(made: Stretches) -> list[Stretch]:
    """Every stretch."""
    return made.between(made._all[0], made._all[-1])


def due_hours(made: Stretches, hours: float) -> list[tuple[str, float]]:
    """Which days are asked for in the next hours, and how many hours after noon."""
    found, at = [], NOON
    while (later := made.next(at)) is not None and later <= NOON + timedelta(hours=hours):
        at = max(at, later)
        for each in made.due(at):
            each.tried = at
            found.append((f"{each.name[-2:]}", round((at - NOON) / HOUR, 2)))
    return found


def test_time_that_is_watched_grows_chunk_by_chunk() -> None:
    """Each day once; what begins later is not watched yet."""
    made = stretches()
    made.grow(utc("2024-07-10T13:00"))
    assert [each.name[-2:] for each in all_of(made)] == ["08", "09", "10"]
    made.grow(utc("2024-07-12T13:00"))
    assert [each.name[-2:] for each in all_of(made)] == ["08", "09", "10", "11", "12"]
    assert [each.name[-2:] for each in made.edge(NOON, NOON)] == ["08", "09", "10"]


def test_open_days_are_the_edge_s_and_whole_ones_are_looked_through() -> None:
    """The last one once an hour, the one before once a day, and no two in one hour."""
    made = stretches()
    before, last, _ = all_of(made)
    before.state = last.state = State.WHOLE
    assert due_hours(made, 4.5) == [("09", 1.0), ("09", 2.0), ("09", 3.0), ("09", 4.0)]
    made = stretches()
    before, last, _ = all_of(made)
    before.state = last.state = State.WHOLE
    before.tried = NOON - DAY + HOUR
    assert due_hours(made, 3.5) == [("08", 1.0), ("09", 2.0), ("09", 3.0)]


def test_hole_is_asked_for_after_ten_minutes_then_hourly_then_seldom() -> None:
    """The newest day's apart from what is looked through; an older one's as one of that."""
    made = stretches()
    old, new, _ = all_of(made)
    new.state = State.HOLED
    hours = []
    for number in range(1, 7):
        new.vain = number - 1
        hours.append(round((made.next(NOON) - NOON) / MINUTE))  # type: ignore[operator]
    assert hours == [10, 20, 40, 60, 60, 60]
    new.state, old.state = State.OPEN, State.HOLED
    assert made.next(NOON) == NOON + 4 * HOUR


def test_failure_is_asked_for_again_and_at_once_when_the_source_answers() -> None:
    """After longer and longer waits."""
    made = stretches()
    first = all_of(made)[0]
    first.failures = 3
    assert made.next(NOON) == NOON + 20 * MINUTE
    made.recovered(NOON + 4 * MINUTE)
    assert made.due(NOON + 4 * MINUTE) == []
    made.recovered(NOON + 5 * MINUTE)
    assert made.due(NOON + 5 * MINUTE) == [first]


def test_what_lies_ahead_is_looked_through_every_few_hours() -> None:
    """Tomorrow's prices, and today's."""
    made = stretches(due=NEXT_DAY)
    made.grow(NOON + DAY)
    *_, today, tomorrow = all_of(made)
    tomorrow.tried, tomorrow.rows = NOON, 24
    today.state = State.WHOLE
    assert due_hours(made, 7.5) == [("10", 6.0), ("11", 7.0)]


def test_days_are_let_go_after_a_last_look() -> None:
    """Whole ones; what failed or has a hole is never."""
    made = stretches(corrections=2 * DAY)
    whole, holed, _ = all_of(made)
    whole.state, holed.state = State.WHOLE, State.HOLED
    late = utc("2024-07-11T04:00")
    assert made.expired(late) == []
    whole.tried = holed.tried = late
    assert made.expired(late - SECOND) == []
    assert made.expired(late) == [whole]
    assert len(made) == 2
    holed.state = State.GIVEN_UP
    holed.tried = late + DAY
    assert made.expired(late + DAY) == [holed]


def test_source_that_keeps_hours_is_not_asked_for_older_ones() -> None:
    """Whatever is missing there."""
    made = stretches(retention=30 * HOUR)
    first = all_of(made)[0]
    assert made.expired(utc("2024-07-10T09:59")) == []
    assert made.expired(utc("2024-07-10T10:00")) == [first]


def test_of_a_current_feed_the_running_day_alone_is_watched() -> None:
    """The one before until the next was asked for."""
    made = stretches(snapshot_only=True)
    first, second, third = all_of(made)
    third.tried = None
    assert made.edge(NOON, NOON) == [third]
    assert made.expired(NOON) == [first]
    third.tried = NOON
    assert made.expired(NOON) == [second]
    assert made.next(NOON) is None


def test_publications_of_a_forecast_are_let_go_in_their_order() -> None:
    """A day after their end; one of which all is awaited keeps those behind it."""
    made = stretches(dataset=LOAD_FORECAST, forecast_days=3)
    first, second, _ = all_of(made)
    first.state = second.state = State.WHOLE
    first.tried = second.tried = utc("2024-07-20T04:00")
    assert made.expired(utc("2024-07-10T04:00")) == [first]
    assert made.oldest_whole() is second
    assert made.oldest_whole() is None
    made = stretches(dataset=LOAD_FORECAST, forecast_days=3)
    all_of(made)[1].state = State.WHOLE
    assert made.expired(utc("2024-07-20T04:00")) == []
    assert made.oldest_whole() is None


def test_room_is_made_by_the_oldest_of_which_nothing_is_awaited() -> None:
    """The first is open."""
    made = stretches()
    first, second, third = all_of(made)
    second.state = third.state = State.WHOLE
    assert made.oldest_whole() is second
    assert all_of(made) == [first, third]
