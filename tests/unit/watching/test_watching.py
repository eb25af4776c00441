"""When a watched feed is asked next, by what it declares and by how late its rows come."""

from __future__ import annotations

import itertools
from datetime import datetime, time, timedelta
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import feed, utc
from energyopti import Due
from energyopti.datasets import LOAD_FORECAST
from energyopti.timezones import DAY, HOUR
from energyopti.watching.arrivals import Arrivals
from energyopti.watching.timetable import Timetable

STEP = timedelta(minutes=5)
NOON = utc("2024-07-10T12:00")
SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
NEW_YORK = "America/New_York"
NEXT_DAY = Due(at=time(13, 30), days=-1, source="https://iso.example/when")


def timetable(**changes: Any) -> Timetable:
    """That of a feed of five-minute rows, that of which nothing is known is asked for every ten minutes."""
    given_ = {"step": STEP, "refresh_every": timedelta(minutes=10), **changes}
    return Timetable(feed=feed(**given_), zone=NEW_YORK)


def came(times: Timetable, mark: datetime | None, at: datetime, *, changed: bool = False) -> None:
    """An answer of an instant, with the mark to which rows go."""
    times.answered(at, at, mark, changed=changed)


# rows that come one by one


def test_first_question_is_asked_at_once_and_before_any_row_the_cadence_says_when() -> None:
    """Nothing is known of the rows yet."""
    times = timetable()
    assert times.next(NOON) == NOON
    came(times, None, NOON)
    assert times.next(NOON) == NOON + 10 * MINUTE
    assert times.is_late(NOON)


def test_rows_are_asked_for_at_the_end_of_their_interval_until_their_delay_is_known() -> None:
    """The next row's interval ends at 12:05; until it is there, after 15 s, then after 30, 60, ..."""
    times = timetable()
    came(times, NOON, NOON + MINUTE)
    asked = [times.next(NOON + MINUTE)]
    while len(asked) < 8:
        came(times, NOON, asked[-1])
        asked.append(times.next(asked[-1]))
    waits = [(later - before) // SECOND for before, later in itertools.pairwise(asked)]
    assert asked[0] == NOON + STEP
    assert waits == [15, 30, 60, 120, 240, 480, 600]
    assert not times.is_late(NOON + STEP)
    assert times.is_late(NOON + STEP + MINUTE)


@pytest.mark.parametrize(("step", "again"), [(SECOND * 4, 2), (STEP, 15), (HOUR, 180)])
def test_row_that_is_due_is_asked_for_again(step: timedelta, again: int) -> None:
    """After a twentieth of its interval, at least two seconds; and at most a minute once it is known how late rows come."""
    times = timetable(step=step)
    came(times, NOON, NOON)
    came(times, NOON, NOON + step)
    assert times.next(NOON + step) == NOON + step + again * SECOND
    came(times, NOON + step, NOON + step + SECOND)
    late = NOON + 3 * step
    came(times, NOON + step, late)
    assert times.next(late) == late + min(again, 60) * SECOND


def test_row_whose_age_tells_its_delay_is_not_asked_for_before() -> None:
    """The newest is 22 minutes old, so that the next one cannot be less than 17 late."""
    times = timetable()
    came(times, NOON, NOON + 22 * MINUTE)
    assert times.next(NOON + 22 * MINUTE) == NOON + 22 * MINUTE + 15 * SECOND
    assert times.reach(NOON + HOUR) == NOON + HOUR - 22 * MINUTE


def test_half_of_the_last_arrivals_and_then_the_longest_say_when_to_ask() -> None:
    """They came 40, 50 and 70 seconds late; the first does not count, since it may have been there for long."""
    times = timetable()
    came(times, NOON, NOON + timedelta(minutes=4))
    for number, late in enumerate((70, 40, 50), start=1):
        came(times, NOON + (number - 1) * STEP, NOON + number * STEP + 35 * SECOND)
        came(times, NOON + number * STEP, NOON + number * STEP + late * SECOND)
    due = NOON + 4 * STEP
    assert times.next(NOON + 3 * STEP + MINUTE) == due + 50 * SECOND
    came(times, NOON + 3 * STEP, due + 50 * SECOND)
    assert times.next(due + 50 * SECOND) == due + 70 * SECOND


def test_rows_that_lie_ahead_move_the_timetable() -> None:
    """An hour's row is out three quarters of an hour before it ends; the next one an hour later."""
    times = timetable(step=HOUR, published_ahead=2 * HOUR)
    for number in range(3):
        came(times, NOON + number * HOUR, NOON + (number - 1) * HOUR + 15 * MINUTE)
    assert times.next(NOON + HOUR + 15 * MINUTE) == NOON + 2 * HOUR + 15 * MINUTE


def test_longest_wait_is_an_hour_or_the_cadence() -> None:
    """Corrections of the running day may come at any time."""
    for refresh_every, longest in ((10 * MINUTE, HOUR), (6 * HOUR, 6 * HOUR)):
        times = timetable(step=12 * HOUR, refresh_every=refresh_every)
        came(times, NOON, NOON)
        assert times.next(NOON) == NOON + longest


def test_rows_that_changed_are_looked_at_again_in_the_cadence() -> None:
    """Where some are corrected, more may be."""
    times = timetable(step=HOUR)
    came(times, NOON, NOON)
    came(times, NOON, NOON + MINUTE, changed=True)
    assert times.next(NOON + MINUTE) == NOON + 11 * MINUTE


def test_no_hour_has_more_than_two_polls_for_each_row_that_is_due() -> None:
    """Rows come late by turns, so that each is asked for several times: 24 an hour, and one."""
    times = timetable()
    came(times, NOON, NOON)
    late = itertools.cycle([60, 200, 60, 330])
    out = [
        NOON + number * STEP + seconds * SECOND for number, seconds in zip(range(1, 61), late, strict=False)
    ]
    asked = [NOON]
    while asked[-1] < out[-1]:
        at = times.next(asked[-1])
        came(times, NOON + sum(each <= at for each in out) * STEP, at)
        asked.append(at)
    busiest = max(sum(start <= each < start + HOUR for each in asked) for start in asked)
    assert busiest == 25
    assert len(asked) > 60


def test_failures_are_followed_by_longer_waits_up_to_the_cadence() -> None:
    """Two minutes, for the source was tried several times, then four ...; an answer ends them."""
    times = timetable()
    waits = []
    for _ in range(8):
        times.failed(NOON)
        waits.append((times.next(NOON) - NOON) // SECOND)
    assert waits == [120, 240, 480, 600, 600, 600, 600, 600]
    came(times, None, NOON)
    assert times.next(NOON) == NOON + 10 * MINUTE


def test_row_that_comes_after_a_failure_teaches_nothing() -> None:
    """It may have been there for long."""
    times = timetable()
    came(times, NOON, NOON)
    times.failed(NOON + STEP)
    came(times, NOON + STEP, NOON + 2 * STEP - MINUTE)
    assert times.next(NOON + 2 * STEP - MINUTE) == NOON + 2 * STEP


def test_clock_that_was_set_back_is_believed() -> None:
    """What was asked in a future that is none any more is asked for in the cadence from now."""
    times = timetable()
    came(times, None, NOON + DAY)
    assert times.next(NOON) == NOON + 10 * MINUTE
    came(times, NOON, NOON + DAY)
    times.forget()
    assert times.next(NOON) == NOON + STEP


def test_rows_without_a_grid_and_what_is_current_are_asked_for_at_the_cadence() -> None:
    """A source that keeps its newest row alone is asked at the cadence in any case."""
    for changes in ({"sparse": True}, {"by_publication": True}, {"step": HOUR, "snapshot_only": True}):
        times = timetable(**changes)
        came(times, NOON, NOON)
        assert times.next(NOON) == NOON + 10 * MINUTE
    assert timetable(sparse=True).gridless


def test_forecast_is_asked_for_at_the_cadence_until_it_is_known_how_often_it_is_made() -> None:
    """Three of them, an hour apart, each three minutes late."""
    times = timetable(dataset=LOAD_FORECAST, step=HOUR, forecast_days=2)
    came(times, NOON, NOON + 20 * MINUTE)
    for number in (1, 2, 3):
        assert times.next(NOON + number * HOUR - MINUTE) <= NOON + number * HOUR + 9 * MINUTE
        came(times, NOON + (number - 1) * HOUR, NOON + number * HOUR - MINUTE)
        came(times, NOON + number * HOUR, NOON + number * HOUR + 3 * MINUTE)
    assert times.stride == HOUR
    assert times.next(NOON + 3 * HOUR + 3 * MINUTE) == NOON + 4 * HOUR + 3 * MINUTE


# days that are due at a time of day

TODAY = utc("2024-07-11T04:00")
"""The end of 10 July in New York, to which rows reach in the morning."""


def in_new_york(at: datetime) -> str:
    """Day and time."""
    return f"{at.astimezone(pl.Series([at]).dt.convert_time_zone(NEW_YORK)[0].tzinfo):%d %H:%M}"


def daily(**changes: Any) -> Timetable:
    """That of day-ahead prices, due at 13:30, at eight in the morning of 10 July."""
    times = timetable(step=HOUR, refresh_every=30 * MINUTE, published_ahead=2 * DAY, due=NEXT_DAY, **changes)
    came(times, TODAY, NOON)
    return times


def test_day_that_was_never_seen_to_come_is_asked_for_in_the_hours_before_it_is_due() -> None:
    """Then after longer and longer waits, up to the cadence."""
    times, asked = daily(), [NOON]
    while len(asked) < 11:
        asked.append(times.next(asked[-1]))
        came(times, TODAY, asked[-1])
    assert [in_new_york(at)[3:] for at in asked[1:]] == [
        *("10:30", "11:00", "11:30", "12:00", "12:30", "13:00"),
        *("13:30", "13:37", "13:52", "14:22"),
    ]
    assert times.is_late(asked[-1])


def test_day_that_is_there_is_followed_by_the_next_at_its_usual_time() -> None:
    """It came between 12:30 and 13:00, and is asked for in the middle of that tomorrow."""
    times = daily()
    for clock in ("14:30", "15:30", "16:30"):
        came(times, TODAY, utc(f"2024-07-10T{clock}"))
    came(times, TODAY + DAY, utc("2024-07-10T17:00"))
    assert in_new_york(times.next(utc("2024-07-10T17:00"))) == "11 12:45"
    assert times.reach(utc("2024-07-10T17:00")) == TODAY
    assert times.reach(utc("2024-07-10T17:30")) == TODAY + DAY


def test_days_that_are_there_before_they_are_due_for_long_say_more_than_the_declaration() -> None:
    """A week ahead: a row an hour and, once a day came, the next a day later."""
    times = daily()
    came(times, TODAY + 6 * DAY, NOON + HOUR)
    assert times.daily is None
    came(times, TODAY + 6 * DAY, NOON + 2 * HOUR)
    came(times, TODAY + 7 * DAY, NOON + 3 * HOUR)
    assert times.stride == DAY


# how late it comes


def test_arrival_is_found_by_halves() -> None:
    """A day's rows come at ten past: each day's question halves the time in which that may be."""
    arrivals, truth = Arrivals(pause=MINUTE), 10 * MINUTE
    arrivals.came(HOUR, -HOUR)
    for _ in range(8):
        missed, *later = None, *arrivals.in_a_day()
        while later[0] < truth:
            missed, *later = later
        arrivals.came(later[0], missed)
    assert arrivals.in_a_day()[0] <= 20 * MINUTE
    assert len(arrivals) == 8


@given(st.lists(st.integers(0, 3600), min_size=1, max_size=20))
def test_points_of_time_rise_and_begin_within_what_was_seen(seconds: list[int]) -> None:
    """And are at least a pause apart, but for the ones that try to be sooner."""
    arrivals = Arrivals(pause=15 * SECOND)
    for late in seconds:
        arrivals.came(late * SECOND, None if late % 2 else (late - 60) * SECOND)
    for points in (arrivals.in_a_day(), arrivals.in_a_row(STEP, timedelta())):
        assert points == sorted(points)
        assert points[0] <= arrivals.longest
    assert arrivals.in_a_row(STEP, timedelta())[-1] >= arrivals.longest


def test_arrival_that_is_always_there_is_looked_for_sooner() -> None:
    """After three times, a little; then twice as much, but by no more than a quarter of the time between."""
    arrivals, points = Arrivals(pause=15 * SECOND), []
    for _ in range(9):
        arrivals.came(4 * MINUTE, None)
        points.append((4 * MINUTE - arrivals.in_a_row(STEP, timedelta())[0]) / SECOND)
    assert points == [0, 0, 7.5, 15, 30, 60, 75, 75, 75]
