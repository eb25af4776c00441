"""When what a source says of a time is due, by its own practice."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import feed, utc
from energyopti import Due
from energyopti.timezones import midnight

NEW_YORK = "America/New_York"


def due(**said: Any) -> Due:
    """A declaration of these tests."""
    return Due(source="https://iso.example/when", **said)


NEXT_DAY_AHEAD = due(at=time(13, 30), days=-1)
VERIFIED = due(at=time(12), days=1, weekdays=True)


def test_interval_is_due_some_time_after_its_end() -> None:
    """Rows of five minutes that come within ten."""
    rows = due(after=timedelta(minutes=10))
    assert rows.reach(utc("2024-07-01T12:00"), NEW_YORK) == utc("2024-07-01T11:50")
    assert rows.of(utc("2024-07-01T12:00"), NEW_YORK) == utc("2024-07-01T12:10")


@pytest.mark.parametrize(
    ("now", "reached"),
    [
        ("2024-07-01T17:29", "2024-07-02T04:00"),  # 13:29 in New York: tomorrow is not out
        ("2024-07-01T17:30", "2024-07-03T04:00"),
        ("2024-07-02T03:59", "2024-07-03T04:00"),
        ("2024-07-02T04:00", "2024-07-03T04:00"),
    ],
)
def test_day_ahead_is_out_on_the_day_before(now: str, reached: str) -> None:
    """Tomorrow's prices are due at 13:30 of the local clock, today's since yesterday."""
    assert NEXT_DAY_AHEAD.reach(utc(now), NEW_YORK) == utc(reached)


@pytest.mark.parametrize(
    ("now", "reached"),
    [
        ("2024-07-05T16:00", "2024-07-05T04:00"),  # Friday noon: Thursday's
        ("2024-07-07T20:00", "2024-07-05T04:00"),  # Sunday: still Thursday's
        ("2024-07-08T15:59", "2024-07-05T04:00"),  # Monday before noon
        ("2024-07-08T16:00", "2024-07-08T04:00"),  # Monday noon: Friday, Saturday and Sunday
        ("2024-07-09T16:00", "2024-07-09T04:00"),
    ],
)
def test_weekend_comes_on_the_monday(now: str, reached: str) -> None:
    """What is verified by people is posted on the days that they work."""
    assert VERIFIED.reach(utc(now), NEW_YORK) == utc(reached)


def test_what_ends_at_midnight_is_of_the_day_before() -> None:
    """Friday's last hour is due on the Monday, as all of Friday is."""
    assert VERIFIED.of(utc("2024-07-06T04:00"), NEW_YORK) == utc("2024-07-08T16:00")
    assert NEXT_DAY_AHEAD.of(utc("2024-07-03T04:00"), NEW_YORK) == utc("2024-07-01T17:30")


def test_time_that_the_clocks_skip_is_a_time() -> None:
    """02:30 of the short day is the instant that it would have been."""
    early = due(at=time(2, 30))
    assert early.of(utc("2024-03-11T04:00"), NEW_YORK) == utc("2024-03-10T07:30")


@given(
    said=st.builds(
        due,
        at=st.times(),
        days=st.integers(-2, 70),
        weekdays=st.booleans(),
    )
    | st.builds(due, after=st.timedeltas(timedelta(), timedelta(days=90))),
    now=st.datetimes(datetime(2023, 1, 1), datetime(2026, 12, 31), timezones=st.just(UTC)),  # noqa: DTZ001
)
def test_reach_and_moment_say_the_same(said: Due, now: datetime) -> None:
    """All that ends by the reach was due by now, and nothing that ends a day after it was."""
    reached = said.reach(now, NEW_YORK)
    assert said.of(reached, NEW_YORK) <= now
    assert said.of(reached + timedelta(days=1, hours=1), NEW_YORK) > now


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (NEXT_DAY_AHEAD, "13:30, 1 day before"),
        (VERIFIED, "12:00, 1 day after, Monday to Friday"),
        (due(at=time(6)), "06:00, the same day"),
        (due(at=time(12), days=60), "12:00, 60 days after"),
        (due(after=timedelta(minutes=10)), "0:10:00 after the end of an interval"),
        (due(after=timedelta(minutes=-30)), "0:30:00 before the end of an interval"),
    ],
)
def test_declaration_in_words(said: Due, words: str) -> None:
    """As `describe` says it."""
    assert str(said) == words


def test_source_of_a_declaration_is_wanted() -> None:
    """A time that nobody knows of is no declaration."""
    with pytest.raises(ValueError, match="source"):
        Due(source="")


def test_feed_that_says_nothing_is_waited_for_by_its_cadence() -> None:
    """And by as much as it is known to be late."""
    now = utc("2024-07-10T12:00")
    plain = feed(step=timedelta(minutes=5), refresh_every=timedelta(minutes=10))
    assert plain.due_to(now, NEW_YORK) == utc("2024-07-10T11:50")
    late = feed(published_ahead=timedelta(days=-2), step=timedelta(hours=1))
    assert late.due_to(now, NEW_YORK) == utc("2024-07-08T11:00")
    ahead = feed(published_ahead=timedelta(days=2), step=timedelta(hours=1))
    assert ahead.due_to(now, NEW_YORK) == utc("2024-07-10T11:00")
    assert feed(due=NEXT_DAY_AHEAD).due_to(now, NEW_YORK) == midnight(date(2024, 7, 11), NEW_YORK)
