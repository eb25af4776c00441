"""When a watched feed is asked next, and for what time."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import polars as pl
import pytest

from builders import feed, utc
from energyopti.query import TimeRange
from energyopti.result import CoveragePart, CoverageStatus
from energyopti.watching import Span, Timetable

STEP = timedelta(minutes=5)
NOON = utc("2024-07-10T12:00")
SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)


def timetable(**changes: Any) -> Timetable:
    """That of a feed of five-minute rows, asked for every ten minutes in any case."""
    return Timetable(feed=feed(**{"step": STEP, "cadence": timedelta(minutes=10), **changes}))


def ends(*times: datetime) -> pl.Series:
    """The ends of some rows' intervals."""
    return pl.Series(times, dtype=pl.Datetime("us", "UTC"))


def test_before_any_row_the_cadence_says_when() -> None:
    """Nothing is known of the rows yet."""
    assert timetable().next(NOON) == NOON + 10 * MINUTE


def test_rows_are_asked_for_at_the_end_of_their_interval_until_their_delay_is_known() -> None:
    """The next row's interval ends at 12:05; until it is there, once in a twentieth of its length."""
    times = timetable()
    times.arrived(ends(NOON - STEP, NOON), NOON + MINUTE)
    assert times.next(NOON + MINUTE) == NOON + STEP
    assert times.next(NOON + STEP) == NOON + STEP + 15 * SECOND


def test_delay_is_the_shortest_of_the_last_arrivals() -> None:
    """The first rows do not count: they may have been there for long."""
    times = timetable()
    times.arrived(ends(NOON), NOON + timedelta(minutes=4))
    assert times.delay == timedelta()
    times.arrived(ends(NOON + STEP), NOON + STEP + 70 * SECOND)
    times.arrived(ends(NOON + 2 * STEP), NOON + 2 * STEP + 40 * SECOND)
    times.arrived(ends(NOON + 3 * STEP), NOON + 3 * STEP + 50 * SECOND)
    assert times.delay == 40 * SECOND
    assert times.next(NOON + 3 * STEP + MINUTE) == NOON + 4 * STEP + 40 * SECOND


def test_delay_that_grew_is_learnt_in_the_end() -> None:
    """Eight late rows outlive one that was early."""
    times = timetable()
    times.arrived(ends(NOON), NOON)
    for number, late in enumerate([SECOND] + [MINUTE] * 8, start=1):
        times.arrived(ends(NOON + number * STEP), NOON + number * STEP + late)
    assert times.delay == MINUTE


def test_corrections_and_what_lies_ahead_teach_nothing() -> None:
    """A row of the past that comes again, and rows of tomorrow."""
    times = timetable()
    times.arrived(ends(NOON), NOON)
    times.arrived(ends(NOON - STEP), NOON + 2 * MINUTE)
    times.arrived(ends(NOON + timedelta(days=1)), NOON + 3 * MINUTE)
    assert times.delay == timedelta()
    assert times.next(NOON + 3 * MINUTE) == NOON + STEP


@pytest.mark.parametrize(("step", "again"), [(SECOND * 4, 2), (STEP, 15), (timedelta(hours=1), 60)])
def test_row_that_is_due_is_asked_for_again(step: timedelta, again: int) -> None:
    """After a twentieth of its interval, at least two seconds and at most a minute."""
    times = timetable(step=step)
    times.arrived(ends(NOON), NOON)
    assert times.next(NOON + step) == NOON + step + again * SECOND


def test_cadence_is_the_longest_wait() -> None:
    """An hour's row is due in an hour, and corrections may come before it."""
    times = timetable(step=timedelta(hours=1))
    times.arrived(ends(NOON), NOON)
    assert times.next(NOON) == NOON + 10 * MINUTE


def test_failures_are_followed_by_longer_waits_up_to_the_cadence() -> None:
    """15, 30, 60 ... seconds; an answer ends them."""
    times = timetable()
    waits = []
    for _ in range(8):
        times.failed()
        waits.append((times.next(NOON) - NOON) // SECOND)
    assert waits == [15, 30, 60, 120, 240, 480, 600, 600]
    times.answered()
    assert times.next(NOON) == NOON + 10 * MINUTE


# what is asked for


def span(**changes: Any) -> Span:
    """From midnight of the 9th in New York on."""
    whose = feed(**{"step": STEP, "settles_after": timedelta(hours=2), **changes})
    return Span(feed=whose, start=utc("2024-07-09T04:00"))


def part(day: int, status: CoverageStatus) -> CoveragePart:
    """A day of July 2024 in New York."""
    start = utc(f"2024-07-{day:02}T04:00")
    return CoveragePart(start=start, end=start + timedelta(days=1), status=status)


def starts(asked: TimeRange) -> str:
    """The day from which on is asked."""
    return f"{asked.start:%d %H:%M}"


def test_everything_from_the_start_to_now_is_asked_for_at_first() -> None:
    """And the interval under way, whose row may be there already."""
    asked = span().at(NOON)
    assert (asked.start, asked.end) == (utc("2024-07-09T04:00"), NOON + STEP)


def test_what_can_be_published_ahead_is_asked_for_too() -> None:
    """A day-ahead price is there a day before its hour."""
    assert span(ahead=timedelta(days=1)).at(NOON).end == NOON + timedelta(days=1) + STEP


def test_whole_days_are_let_go() -> None:
    """The running day goes on."""
    asked = span()
    asked.at(NOON)
    asked.came((part(9, CoverageStatus.COMPLETE), part(10, CoverageStatus.COMPLETE)), NOON)
    assert starts(asked.at(NOON + MINUTE)) == "10 04:00"


def test_the_last_day_is_looked_through_once_an_hour() -> None:
    """For corrections, until a day after its end."""
    asked = span()
    asked.at(NOON)
    asked.came((part(9, CoverageStatus.COMPLETE),), NOON)
    seen = [starts(asked.at(NOON + minutes * MINUTE)) for minutes in (30, 59, 60, 61, 119, 121)]
    assert seen == ["10 04:00", "10 04:00", "09 04:00", "10 04:00", "10 04:00", "09 04:00"]
    later = utc("2024-07-11T12:00")
    asked.came((part(9, CoverageStatus.COMPLETE), part(10, CoverageStatus.COMPLETE)), later)
    assert starts(asked.at(later)) == "10 04:00"


@pytest.mark.parametrize("status", [CoverageStatus.FAILED, CoverageStatus.INCOMPLETE])
def test_day_that_is_not_whole_is_asked_for_again(status: CoverageStatus) -> None:
    """What failed, and what has gaps: the day after it does not change that."""
    asked = span()
    asked.at(NOON)
    asked.came((part(9, status), part(10, CoverageStatus.COMPLETE)), NOON)
    assert starts(asked.at(NOON + MINUTE)) == "09 04:00"


def test_gap_is_let_go_once_it_has_settled_and_a_failure_never() -> None:
    """A source that has not filled a gap a day after will not; one that did not answer may have all of it."""
    later = utc("2024-07-11T04:00")
    for status, start in [(CoverageStatus.INCOMPLETE, "10 04:00"), (CoverageStatus.FAILED, "09 04:00")]:
        asked = span()
        asked.at(later)
        asked.came((part(9, status), part(10, CoverageStatus.FAILED)), later)
        assert starts(asked.at(later + MINUTE)) == start
