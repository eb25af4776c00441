"""When the western markets publish, and until when they correct: every feed says so, and who knows."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import utc
from energyopti import Feed, Market
from energyopti.timezones import DAY, local_date, midnight
from energyopti_caiso.market import CAISO
from energyopti_ercot.market import ERCOT

_MARKETS = (CAISO, ERCOT)
_FEEDS = [
    pytest.param(market, feed, id=f"{market.id}-{feed}") for market in _MARKETS for feed in market.feeds
]
_INSTANTS = st.datetimes(datetime(2023, 1, 1), datetime(2026, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001


@pytest.mark.parametrize(("market", "feed"), _FEEDS)
def test_feed_says_when_it_is_due_and_when_it_settles(market: Market, feed: Feed) -> None:
    """Each with the words of who knows; what nobody knows is said to be so."""
    assert feed.publication.due is not None
    assert feed.publication.due.source
    assert feed.publication.settles_source
    assert feed.publication.settles_after >= feed.publication.due.of(
        utc("2026-07-02T07:00"), market.zone
    ) - utc("2026-07-02T07:00")


@pytest.mark.parametrize(("market", "feed"), _FEEDS)
def test_nothing_is_due_that_cannot_be_asked_for(market: Market, feed: Feed) -> None:
    """What a feed says is out lies within what is fetched of it."""
    assert feed.publication.due is not None
    for now in map(utc, ("2026-03-08T12:00", "2026-07-01T19:00", "2026-07-02T06:59", "2026-11-01T20:00")):
        ahead = max(feed.publication.published_ahead, timedelta()) + feed.publication.forecast_days * DAY
        last = midnight(local_date(now + ahead, market.zone) + DAY, market.zone)
        assert feed.due_to(now, market.zone) <= last


@pytest.mark.parametrize(
    ("market", "feed", "day", "out"),
    [
        (CAISO, "PRC_LMP", date(2026, 7, 2), "2026-07-01T20:00"),  # 13:00 in California on the day before
        (CAISO, "PRC_AS", date(2026, 3, 8), "2026-03-07T21:00"),  # of the short day: on a day of winter
        (CAISO, "PRC_NOMOGRAM", date(2026, 11, 1), "2026-10-31T20:00"),
        (CAISO, "SLD_FCST_DAM", date(2026, 7, 10), "2026-07-09T16:10"),
        (CAISO, "SLD_FCST_2DA", date(2026, 7, 10), "2026-07-08T16:10"),
        (CAISO, "SLD_FCST_7DA", date(2026, 7, 10), "2026-07-03T16:10"),
        (CAISO, "SLD_REN_FCST_DAM", date(2026, 7, 10), "2026-07-09T14:00"),
        (CAISO, "SLD_REN_FCST_ACTUAL", date(2026, 7, 10), "2026-07-11T19:00"),
        (CAISO, "AGGR_OUTAGE_SCH", date(2026, 7, 10), "2026-07-10T13:00"),
        (CAISO, "demand_day_ahead", date(2026, 7, 10), "2026-07-10T08:00"),
        (ERCOT, "dam_stlmnt_pnt_prices", date(2026, 7, 2), "2026-07-01T18:30"),
        (ERCOT, "dam_clear_price_for_cap", date(2026, 3, 8), "2026-03-07T19:30"),
        (ERCOT, "dam_as_plan", date(2026, 7, 2), "2026-07-01T11:00"),
        (ERCOT, "act_sys_load_by_fzn", date(2026, 7, 1), "2026-07-02T17:00"),
        (ERCOT, "7d_load_fcast_by_fzn", date(2026, 7, 1), "2026-07-01T06:30"),
        (ERCOT, "2d_agg_load_summary", date(2026, 9, 5), "2026-09-07T11:00"),
        (ERCOT, "60_dam_load_res_data", date(2026, 7, 9), "2026-09-07T17:00"),
    ],
)
def test_day_is_due_when_it_is_published(market: Market, feed: str, day: date, out: str) -> None:
    """A day is not due a second before its time, and from then on."""
    declared, end = market.feed(feed), midnight(day + DAY, market.zone)
    assert declared.due_to(utc(out) - timedelta(seconds=1), market.zone) < end
    assert declared.due_to(utc(out), market.zone) >= end


@pytest.mark.parametrize(
    ("market", "feed", "minutes"),
    [
        (CAISO, "PRC_INTVL_LMP", 15),
        (CAISO, "PRC_HASP_LMP", 0),
        (CAISO, "SLD_FCST_ACTUAL", 120),
        (CAISO, "SLD_FCST_RTD", 0),
        (CAISO, "AS_REQ_RTM", 30),
        (CAISO, "fuelsource", 15),
        (ERCOT, "spp_node_zone_hub", 15),
        (ERCOT, "lmp_node_zone_hub", 15),
        (ERCOT, "wpp_hrly_avrg_actl_fcast_actual", 120),
        (ERCOT, "shdw_prices_bnd_trns_const", 90),
        (ERCOT, "dashboard_fuel_mix", 15),
    ],
)
def test_interval_is_due_some_minutes_after_it(market: Market, feed: str, minutes: int) -> None:
    """What comes interval by interval."""
    now = utc("2026-07-10T12:00")
    assert market.feed(feed).due_to(now, market.zone) == now - timedelta(minutes=minutes)


@pytest.mark.parametrize(
    ("market", "feed", "days"),
    [
        (CAISO, "PRC_LMP", 14),
        (CAISO, "PRC_INTVL_AS", 14),
        (CAISO, "ENE_SLRS_RTM", 14),
        (CAISO, "demand", 14),
        (CAISO, "CRR_CLEARING", 30),
        (ERCOT, "dam_stlmnt_pnt_prices", 35),
        (ERCOT, "rt_clear_price_cap", 35),
        (ERCOT, "dam_shadow_prices", 35),
        (ERCOT, "act_sys_load_by_wzn", 7),
        (ERCOT, "2d_cleared_dam_as", 9),
        (ERCOT, "60_load_res_data_in_sced", 152),
    ],
)
def test_settlement_is_that_of_its_family(market: Market, feed: str, days: int) -> None:
    """CAISO corrects for two weeks; ERCOT says within thirty days that it corrects a price."""
    assert market.feed(feed).publication.settles_after == timedelta(days=days)


@given(now=_INSTANTS)
def test_forecasts_of_days_are_due_one_after_the_other(now: datetime) -> None:
    """What seven days ahead is due to reaches six days beyond what the day ahead is."""
    ends = {
        name: local_date(CAISO.feed(f"SLD_FCST_{name}").due_to(now, CAISO.zone), CAISO.zone)
        for name in ("DAM", "2DA", "7DA")
    }
    assert ends["2DA"] - ends["DAM"] == DAY
    assert ends["7DA"] - ends["DAM"] == 6 * DAY
