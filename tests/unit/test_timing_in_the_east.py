"""When New York and PJM publish, and when a day of theirs is settled: said by every feed, with its source."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import utc
from energyopti import Feed
from energyopti.timezones import DAY, midnight
from energyopti_nyiso.market import NYISO
from energyopti_pjm.market import PJM

NEW_YORK = "America/New_York"
FEEDS = [pytest.param(each, id=f"{market.id}-{each}") for market in (NYISO, PJM) for each in market.feeds]


@pytest.mark.parametrize("feed", FEEDS)
def test_feed_says_when_it_is_due_and_settled_and_who_knows(feed: Feed) -> None:
    """Neither is left to the core's own guess, and each has its source in words."""
    assert feed.publication.due is not None
    assert len(feed.publication.due.source.split()) > 3
    assert len(feed.publication.settles_source.split()) > 3


@pytest.mark.parametrize("feed", FEEDS)
def test_what_is_published_ahead_is_due_no_further_ahead_than_it_can_be(feed: Feed) -> None:
    """What is called missing can have been asked for: `ahead` reaches as far as `due`."""
    assert feed.publication.due is not None
    for now in (utc("2026-03-08T17:00"), utc("2026-11-01T17:00"), utc("2026-07-01T23:59")):
        assert (
            feed.publication.due.reach(now, NEW_YORK)
            <= midnight(now.date() + DAY, NEW_YORK) + feed.publication.published_ahead
        )


@given(st.dates(date(2024, 1, 1), date(2027, 12, 31)), st.sampled_from([*NYISO.feeds, *PJM.feeds]))
def test_day_is_not_settled_before_it_is_due(day: date, feed: Feed) -> None:
    """Else a day that is not out yet could be final: over weekends and the clocks' changes too."""
    assert feed.publication.due is not None
    end = midnight(day + DAY, NEW_YORK)
    assert feed.publication.due.of(end, NEW_YORK) <= end + feed.publication.settles_after


@pytest.mark.parametrize(
    ("market", "feed", "now", "reached"),
    [
        ("nyiso", "damlbmp_zone", "2026-07-01T14:59", "2026-07-02T04:00"),  # 10:59: today's alone
        ("nyiso", "damlbmp_zone", "2026-07-01T15:00", "2026-07-03T04:00"),  # 11:00: tomorrow's too
        ("nyiso", "damlbmp_zone", "2026-10-31T15:00", "2026-11-02T05:00"),  # the long day, as a whole
        ("nyiso", "realtime_zone", "2026-07-01T15:00", "2026-07-01T14:45"),
        ("nyiso", "palIntegrated", "2026-07-01T15:00", "2026-07-01T13:00"),
        ("nyiso", "isolf", "2026-07-01T12:00", "2026-07-03T04:00"),  # tomorrow's forecast is of this morning
        ("pjm", "da_hrl_lmps", "2026-07-01T17:59", "2026-07-02T04:00"),  # 13:59
        ("pjm", "da_hrl_lmps", "2026-07-01T18:00", "2026-07-03T04:00"),
        ("pjm", "rt_marginal_value", "2026-11-29T18:00", "2026-11-27T05:00"),  # Sunday: until Thursday
        ("pjm", "rt_marginal_value", "2026-11-30T16:59", "2026-11-27T05:00"),  # Monday, 11:59
        ("pjm", "rt_marginal_value", "2026-11-30T17:00", "2026-11-30T05:00"),
        ("pjm", "rt_hrl_lmps", "2026-11-29T18:00", "2026-11-29T15:00"),  # unverified ones stand in
        ("pjm", "hrl_load_metered", "2026-07-02T10:00", "2026-07-02T04:00"),  # 06:00: yesterday's
        ("pjm", "reg_market_results", "2026-08-11T22:00", "2026-07-02T04:00"),
        ("pjm", "rpm_base_residual_auction", "2026-07-01T22:00", "2027-07-01T22:00"),
    ],
)
def test_what_is_due_by_an_instant(market: str, feed: str, now: str, reached: str) -> None:
    """The practice of each family on New York's clock."""
    found = {"nyiso": NYISO, "pjm": PJM}[market].feed(feed)
    assert found.due_to(utc(now), NEW_YORK) == utc(reached)


@pytest.mark.parametrize(
    ("market", "feed", "days"),
    [
        ("nyiso", "damlbmp_zone", 14),
        ("nyiso", "pal", 14),
        ("pjm", "rt_hrl_lmps", 42),
        ("pjm", "hrl_load_metered", 90),
        ("pjm", "mnt_ftr_zonal_lmps", 42),
    ],
)
def test_days_settle_by_their_family(market: str, feed: str, days: int) -> None:
    """Two weeks for prices, a quarter for metered load, a month and more for what is posted by the month."""
    found = {"nyiso": NYISO, "pjm": PJM}[market].feed(feed)
    assert found.publication.settles_after == timedelta(days=days)
