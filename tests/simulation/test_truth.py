"""The truth of simulations: when rows get out, what happens to them, and which of their versions stand."""

from __future__ import annotations

import asyncio
import random
from datetime import date, time, timedelta

import polars as pl
import pytest

from builders import utc
from simulation.clock import Clock
from simulation.schedules import (
    HOURS,
    Corrected,
    Cut,
    EachInterval,
    Late,
    Lost,
    PostedEmpty,
    Published,
    Runs,
    Trouble,
    Verified,
    WholeDay,
    Withheld,
    deal,
)
from simulation.truth import NEVER, Truth, made

ZONE = "America/New_York"
SUMMER, LONG, SHORT = date(2026, 7, 1), date(2026, 11, 1), date(2026, 3, 8)
NOON_BEFORE = WholeDay(at=time(12), days=-1)
HOURLY = EachInterval(after=timedelta(minutes=5))


def truth(
    release: EachInterval | WholeDay | Runs | Verified, *troubles: Trouble, day: date = SUMMER
) -> Truth:
    """A day of hourly load at two places."""
    published = Published(
        feed="hourly_load",
        step=timedelta(hours=1),
        locations={"NORTH": {}, "SOUTH": {}},
        release=release,
    )
    return made(published, "load", ZONE, [day], {day: troubles}, seed=1)


@pytest.mark.parametrize(("day", "hours"), [(SUMMER, 24), (LONG, 25), (SHORT, 23)])
def test_a_day_has_its_own_hours(day: date, hours: int) -> None:
    """Of the day on which clocks change there are 25, or 23."""
    assert truth(HOURLY, day=day).frame.height == 2 * hours


def test_an_interval_is_out_after_its_end() -> None:
    """The first hour of July 1st in New York ends at 05:00 UTC."""
    assert truth(HOURLY).frame["out"].min() == utc("2026-07-01T05:05")


def test_a_whole_day_is_out_at_its_local_time() -> None:
    """Noon of the day before is 16:00 UTC in summer, and 17:00 on the last day of winter."""
    assert truth(NOON_BEFORE).frame["out"].unique().to_list() == [utc("2026-06-30T16:00")]
    assert truth(NOON_BEFORE, day=SHORT).frame["out"].unique().to_list() == [utc("2026-03-07T17:00")]


@pytest.mark.parametrize(
    ("trouble", "out", "later"),
    [
        (Late(by=3 * HOURS), 0, 48),
        (Withheld(first=9, hours=2, until=30 * HOURS), 44, 4),
        (PostedEmpty(until=2 * HOURS), 0, 48),
        (Cut(until=4 * HOURS), 24, 24),
        (Cut(until=4 * HOURS, by="place"), 24, 24),
        (Lost(hour=3), 46, 2),
    ],
)
def test_what_happens_to_a_day(trouble: Trouble, out: int, later: int) -> None:
    """So many rows are out in time, and so many later or never."""
    frame = truth(NOON_BEFORE, trouble).frame
    in_time = frame["out"] <= utc("2026-06-30T16:00")
    assert (int(in_time.sum()), int((~in_time).sum())) == (out, later)


def test_a_document_that_is_posted_empty_is_there_before_its_rows() -> None:
    """It opens in time, and its rows come two hours later."""
    page = truth(NOON_BEFORE, PostedEmpty(until=2 * HOURS)).pages[SUMMER]
    assert (page.state(utc("2026-06-30T15:59")), page.state(utc("2026-06-30T16:00"))) == (0, 1)
    assert page.without_superseded(utc("2026-06-30T17:59")).is_empty()
    assert page.without_superseded(utc("2026-06-30T18:00")).height == 48


def test_a_correction_stands_in_the_place_of_what_it_corrects() -> None:
    """Two days after the day's end, with other values, and each row still once."""
    page = truth(NOON_BEFORE, Corrected(after=timedelta(days=2))).pages[SUMMER]
    before, after = (
        page.without_superseded(utc("2026-07-04T03:59")),
        page.without_superseded(utc("2026-07-04T04:00")),
    )
    assert (before["version"].unique().to_list(), after["version"].unique().to_list()) == ([1], [2])
    assert before.height == after.height == 48
    assert not (before["load"] == after["load"]).any()


def test_a_row_that_never_comes_is_never_out() -> None:
    """Whatever the time."""
    assert truth(NOON_BEFORE, Lost(hour=3)).frame.filter(pl.col("out") == NEVER).height == 2


def test_verified_figures_come_on_business_days_and_many_stay() -> None:
    """Those of Friday July 3rd come on Monday; some are others then."""
    release = Verified(first=HOURLY, then=WholeDay(at=time(11), days=1), weekdays=True)
    frame = truth(release, day=date(2026, 7, 3)).frame
    first, second = (frame.filter(pl.col("version") == number) for number in (1, 2))
    assert second["out"].unique().to_list() == [utc("2026-07-06T15:00")]
    same = int((first["load"] == second["load"]).sum())
    assert 0 < same < 48


def test_forecasts_are_made_again_and_speak_of_what_lies_ahead() -> None:
    """Every six hours, each for a day."""
    frame = truth(Runs(every=6 * HOURS, reach=timedelta(days=1))).frame
    assert frame["publish_time"].n_unique() == 4
    assert (frame["interval_start"] > frame["publish_time"]).all()


@pytest.mark.parametrize(("day", "runs"), [(SUMMER, 24), (LONG, 25), (SHORT, 23)])
def test_forecasts_of_each_hour_are_as_many_as_the_day_has(day: date, runs: int) -> None:
    """None is made in the next day's first hour too."""
    frame = truth(Runs(every=HOURS, reach=timedelta(days=1)), day=day).frame
    assert frame["publish_time"].n_unique() == runs


def test_troubles_are_dealt_so_that_they_are_seen() -> None:
    """One a day; a correction to a day so long ago that it comes within the days."""
    first, last = date(2026, 7, 1), date(2026, 7, 5)
    dealt = deal((Corrected(after=timedelta(days=20)), Late(by=HOURS)), first, last, random.Random(1))
    (corrected,) = (day for day, (trouble,) in dealt.items() if isinstance(trouble, Corrected))
    assert first <= corrected + timedelta(days=21) <= last + timedelta(days=1)
    assert len(dealt) == 2


def test_the_clock_wakes_sleepers_in_their_order() -> None:
    """It stands while one is awake, and each sees the time that it slept to."""
    start, seen = utc("2026-07-01T00:00"), []

    async def sleeper(clock: Clock, name: str, seconds: float) -> None:
        for _ in range(2):
            await clock.sleep(seconds)
            seen.append((name, (clock() - start).total_seconds()))

    async def live() -> None:
        clock = Clock(start)
        await clock.start(sleeper(clock, "slow", 50))
        await clock.start(sleeper(clock, "fast", 20))
        while clock.next is not None:
            await clock.wake()

    asyncio.run(live())
    assert seen == [("fast", 20), ("fast", 40), ("slow", 50), ("slow", 100)]
