"""Whole queries to CAISO over HTTP: spans, limits, refusals, long and short days, every node at once."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from builders import utc
from energyopti import (
    FindingKind,
    MarketData,
    NoData,
    RateLimit,
    Settings,
    SourceUnavailable,
    UnifiedMarketService,
    UnknownLocation,
    UnsupportedQuery,
)
from energyopti.events import Event
from energyopti.sandbox import Fault, FaultKind
from energyopti.settings import HostSettings
from energyopti.timezones import midnight
from energyopti_caiso.locations import HUBS, USUAL
from energyopti_caiso.market import CAISO
from installed import installed
from serving import Served, sandbox_served

pytestmark = pytest.mark.no_cover  # the same again and again: smaller tests cover it

NOW = utc("2026-11-20T20:00")
"""Noon in California."""

ZONE = "America/Los_Angeles"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The sandbox at noon of 2026-11-20, over HTTP."""
    with sandbox_served(NOW, tmp_path_factory.mktemp("home")) as running:
        yield running


def get(
    served: Served, data: str, start: str | None = None, end: str | None = None, **query: Any
) -> MarketData:
    """A query by a service of its own, without a limit."""

    async def go() -> MarketData:
        async with served.service() as service:
            return await service.get_market_data("caiso", data, start, end, **query)

    return asyncio.run(go())


def asked(served: Served, since: int) -> int:
    """How many requests OASIS got since there were so many."""
    return sum("/oasis/" in path for path in served.requests[since:])


# Spans and places


@pytest.mark.parametrize(
    ("run", "feed", "intervals"),
    [
        ("day_ahead", "PRC_LMP", 31 * 24),
        ("real_time_15min", "PRC_RTPD_LMP", 31 * 96),
        ("hour_ahead", "PRC_HASP_LMP", 31 * 96),
    ],
)
def test_month_of_three_hubs_is_one_request_a_run(
    served: Served, run: str, feed: str, intervals: int
) -> None:
    """31 days of NP15, SP15 and ZP26 by the names that people use: every interval at each, once."""
    before = len(served.requests)
    data = get(served, "lmp", "2026-07-01", "2026-08-01", run=run, locations=list(HUBS))
    assert asked(served, before) == 1
    assert data.query.feed.name == feed
    counts = dict(data.frame["location"].value_counts().rows())
    assert counts == dict.fromkeys(HUBS.values(), intervals)
    assert data.frame["interval_start"].n_unique() == intervals
    assert set(data.frame["location_type"]) == {"hub"}
    assert data.findings == ()
    assert data.coverage.complete


def test_month_of_three_hubs_in_five_minutes_is_one_request(served: Served) -> None:
    """8,928 intervals at each of three hubs."""
    before = len(served.requests)
    data = get(served, "PRC_INTVL_LMP", "2026-07-01", "2026-08-01", locations=list(HUBS))
    assert (asked(served, before), len(data)) == (1, 3 * 31 * 288)
    assert data.coverage.complete


def test_prices_without_locations_are_those_of_hubs_and_load_zones(served: Served) -> None:
    """Not of 16,000 nodes: one request, seven places."""
    before = len(served.requests)
    data = get(served, "lmp", "2026-07-01", "2026-07-02", run="real_time_5min")
    assert asked(served, before) == 1
    assert set(data.frame["location"]) == set(USUAL)
    assert len(data) == 7 * 288


def test_raw_rows_are_all_that_a_price_was_read_from(served: Served) -> None:
    """Five rows an hour, each component with its own words; of two months and one hub, and of no other."""
    data = get(served, "PRC_LMP", "2026-06-30", "2026-07-02", locations=["SP15", "NP15"])
    one = get(
        served,
        "PRC_LMP",
        "2026-06-30",
        "2026-07-02",
        locations=["SP15", "NP15"],
        filters={"location_type": "hub"},
    )
    raw = data.raw()
    assert raw.height == 5 * len(data) == 5 * 2 * 48
    assert one.raw().equals(raw)
    assert dict(raw["LMP_TYPE"].value_counts().rows()) == dict.fromkeys(
        ("LMP", "MCE", "MCC", "MCL", "MGHG"), 96
    )
    assert not [name for name in raw.columns if name.startswith("\0")]
    hours = raw.group_by("INTERVALSTARTTIME_GMT", "NODE_ID").agg(pl.col("LMP_TYPE").n_unique())
    assert hours["LMP_TYPE"].unique().to_list() == [5]


def test_nodes_are_asked_for_in_tens(served: Served) -> None:
    """Twelve nodes are two requests, and one answer."""
    names = [f"node{number:02}_7_n{number:03}" for number in range(12)]
    before = len(served.requests)
    data = get(served, "lmp", "2026-07-01", "2026-07-02", run="day_ahead", locations=names)
    assert asked(served, before) == 2
    assert sorted(data.frame["location"].unique()) == [name.upper() for name in names]
    assert len(data) == 12 * 24
    raw = data.raw()
    counts = raw.group_by("NODE_ID", "INTERVALSTARTTIME_GMT").len()["len"]
    assert (raw.height, counts.unique().to_list()) == (5 * len(data), [5])


def test_every_node_is_a_request_an_hour(served: Served) -> None:
    """`ALL` of five-minute prices: three hours, three requests, all twenty places of this small California."""
    before = len(served.requests)
    data = get(served, "PRC_INTVL_LMP", "2026-07-01T00:00", "2026-07-01T03:00", locations="all")
    assert asked(served, before) == 3
    assert data.frame["location"].n_unique() == 20
    assert len(data) == 20 * 36
    assert data.coverage.complete


@pytest.mark.parametrize(("feed", "hours", "step"), [("PRC_LMP", 25, 1), ("PRC_INTVL_LMP", 1, 12)])
def test_every_node_comes_from_the_group_where_the_report_cannot_be_made(
    served: Served, feed: str, hours: int, step: int
) -> None:
    """The group of a long day, or of an hour, has the same prices; some nodes alone are not in it."""
    span = ("2026-11-01", "2026-11-02") if hours > 1 else ("2026-11-01T00:00", "2026-11-01T01:00")
    plain = get(served, feed, *span, locations="ALL")
    served.spoil(Fault(kind=FaultKind.STATUS, path="SingleZip", status=500))
    try:
        grouped = get(served, feed, *span, locations="ALL")
        with pytest.raises(SourceUnavailable, match="status 500"):
            get(served, feed, *span, locations="SP15")
    finally:
        served.spoil()
    assert [each.feed_source for each in grouped.provenance] == ["OASIS groups"]
    ends_twice = [FindingKind.REPEATED_HOUR] if hours == 1 else []  # 01:00 of that day
    assert [each.kind for each in grouped.findings] == [*ends_twice, FindingKind.FALLBACK]
    assert grouped.frame.equals(plain.frame)
    assert len(grouped) == 20 * hours * step


def test_aggregated_nodes_alone(served: Served) -> None:
    """`ALL_APNODES` of a day ahead: hubs, load zones and one more."""
    data = get(served, "PRC_LMP", "2026-07-01", "2026-07-02", locations="ALL_APNODES")
    assert sorted(data.frame["location_type"].unique()) == ["aggregate", "hub", "zone"]
    assert data.frame["location"].n_unique() == 8


def test_unknown_node_is_no_data_with_a_hint(served: Served) -> None:
    """OASIS says of it what it says of any absence; beside others that it knows it is told by its name."""
    with pytest.raises(NoData, match=r"No data returned for the specified selection.*ATL_PNODE"):
        get(served, "lmp", "2026-07-01", "2026-07-02", locations="NOWHERE_1_N001")
    with pytest.raises(UnknownLocation, match="NOWHERE_1_N001"):
        get(served, "lmp", "2026-07-01", "2026-07-02", locations=["SP15", "NOWHERE_1_N001"])


def test_load_zones_and_hubs_have_short_names(served: Served) -> None:
    """`PGAE` is its load zone, `SP15` its hub, but among wind and sun `SP15` is the hub's own name."""
    data = get(served, "lmp", "2026-07-01", "2026-07-02", locations=["PGAE", "sp15"])
    assert set(data.frame["location"]) == {"DLAP_PGAE-APND", "TH_SP15_GEN-APND"}
    data = get(served, "renewables", "2026-07-01", "2026-07-02", locations="SP15")
    assert set(data.frame["location"]) == {"SP15"}


# Clocks


@pytest.mark.parametrize(
    ("day", "after", "hours"), [("2026-03-08", "2026-03-09", 23), ("2026-11-01", "2026-11-02", 25)]
)
def test_days_of_clock_changes_are_whole(served: Served, day: str, after: str, hours: int) -> None:
    """23 and 25 hours of hourly, quarter-hourly and five-minute feeds, from both hosts: none lost, none doubled."""
    steps = {
        "PRC_LMP": 1,
        "PRC_RTPD_LMP": 4,
        "SLD_REN_FCST_ACTUAL": 1,
        "PRC_AS": 1,
        "fuelsource": 12,
        "demand": 12,
    }
    for feed, an_hour in steps.items():
        data = get(served, feed, day, after)
        starts = data.frame["interval_start"].unique().sort()
        first = midnight(utc(f"{day}T12:00").date(), ZONE)
        step = timedelta(hours=1) / an_hour
        assert starts.to_list() == [first + number * step for number in range(hours * an_hour)], feed
        assert FindingKind.DUPLICATE_KEY not in {finding.kind for finding in data.findings}
        assert data.coverage.complete, feed


def test_running_day_comes_as_far_as_it_is_published(served: Served) -> None:
    """At noon the charts have 144 stamps and one; the day's rest is said to be missing, and no row is null."""
    data = get(served, "fuelsource", "2026-11-20", "2026-11-21")
    assert data.frame["interval_start"].max() == NOW
    assert data.frame["generation"].null_count() == 0
    assert data.frame["interval_start"].n_unique() == 145
    assert FindingKind.ADVISORY_ROW in {finding.kind for finding in data.findings}
    assert "current/fuelsource.csv" in data.provenance[0].urls[0]


def test_day_ahead_prices_of_tomorrow_are_there(served: Served) -> None:
    """Posted at noon or so for the whole next day."""
    data = get(served, "lmp", "2026-11-21", "2026-11-22", run="day_ahead", locations="SP15")
    assert len(data) == 24


# Reserves, lists, what is not there


def test_reserve_prices_come_as_published_and_as_paid(served: Served) -> None:
    """The north is paid the four regions that contain it, hour by hour."""
    data = get(served, "ancillary_prices", "2026-07-01", "2026-07-02", run="day_ahead")
    shadow = data.frame.filter(pl.col("basis") == "regional_shadow")
    north = ["AS_CAISO_EXP", "AS_CAISO", "AS_NP26_EXP", "AS_NP26"]
    sums = (
        shadow.filter(pl.col("location").is_in(north))
        .group_by("interval_start", "product_native")
        .agg(pl.col("price").sum().round(6).alias("sum"))
    )
    paid = data.frame.filter((pl.col("basis") == "clearing") & (pl.col("location") == "NP26"))
    matched = paid.join(sums, on=["interval_start", "product_native"])
    assert matched.height == 6 * 24
    assert matched["price"].to_list() == matched["sum"].to_list()
    assert data.coverage.complete


def test_reserve_prices_are_asked_for_day_by_day(served: Served) -> None:
    """Of all products and regions OASIS gives one day, whatever is asked: a month is 31 requests, and whole."""
    before = len(served.requests)
    data = get(served, "PRC_AS", "2026-07-01", "2026-08-01", location="NP26")
    assert asked(served, before) == 31
    assert data.frame["interval_start"].n_unique() == 31 * 24


def test_lists_of_nodes_need_no_range(served: Served) -> None:
    """Hubs and load zones first, then the nodes of the network."""
    data = get(served, "locations")
    assert data.query.feed.name == "ATL_APNODE"
    assert dict(data.frame.select("location", "location_type").rows())["TH_SP15_GEN-APND"] == "hub"
    assert set(get(served, "ATL_PNODE").frame["location_type"]) == {"node"}


def test_outages_are_those_that_were_reported_the_day_before(served: Served) -> None:
    """Asked for July 2: the document of July 1, published at five in the morning."""
    data = get(served, "outages", "2026-07-02", "2026-07-03")
    assert data.frame["interval_start"].n_unique() == 24
    assert data.frame["publish_time"].unique().to_list() == [utc("2026-07-01T12:00")]
    assert data.coverage.complete


def test_capacity_is_no_dataset_of_this_market(served: Served) -> None:
    """The error says why, before any request."""
    before = len(served.requests)
    with pytest.raises(
        UnsupportedQuery, match="no capacity auction: resource adequacy is traded bilaterally"
    ):
        get(served, "capacity", "2026-07-01", "2026-07-02")
    assert len(served.requests) == before


def test_what_oasis_no_longer_keeps_is_not_asked_for(served: Served) -> None:
    """39 months back: no request is made for more."""
    before = len(served.requests)
    with pytest.raises(NoData, match="too old"):
        get(served, "lmp", "2021-07-01", "2021-07-02", locations="SP15")
    assert len(served.requests) == before


def test_page_in_place_of_a_chart_is_absence(served: Served) -> None:
    """The charts' server sends its front page with status 200 where it has no file."""
    served.spoil(Fault(kind=FaultKind.HTML, path="outlook/history"))
    try:
        with pytest.raises(NoData, match="not published yet, or never"):
            get(served, "fuelsource", "2026-11-18", "2026-11-19")
    finally:
        served.spoil()


# Limits


@pytest.mark.exhaustive
def test_year_of_days_obeys_the_limit_to_the_request(served: Served) -> None:
    """365 requests, each when its turn has come: as many as days, none twice, none sooner than the limit allows."""
    before = len(served.requests)

    async def go() -> MarketData:
        async with served.service(hosts={("caiso", "oasis"): HostSettings(rate="1/0.01")}) as service:
            return await service.get_market_data("caiso", "AS_RESULTS_DAM", "2025-07-01", "2026-07-01")

    began = time.monotonic()
    data = asyncio.run(go())
    assert time.monotonic() - began >= 364 * 0.01
    assert asked(served, before) == 365
    assert data.frame["interval_start"].n_unique() == 365 * 24
    assert data.coverage.complete


def test_two_services_share_the_limit(served: Served) -> None:
    """Half a month each, at once, of one machine: the host sees one line of requests."""
    before = len(served.requests)

    async def one(start: str, end: str) -> int:
        async with served.service(hosts={("caiso", "oasis"): HostSettings(rate="1/0.03")}) as service:
            return len(await service.get_market_data("caiso", "AS_REQ_DAM", start, end))

    async def go() -> tuple[int, int]:
        return await asyncio.gather(one("2026-05-01", "2026-05-16"), one("2026-06-01", "2026-06-16"))

    began = time.monotonic()
    counts = asyncio.run(go())
    assert time.monotonic() - began >= 29 * 0.03
    assert asked(served, before) == 30
    assert counts[0] == counts[1] > 0


def test_every_node_of_a_month_is_warned_of(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """744 requests at one in five seconds take an hour: it is said before the first, in the log and to observers."""

    class StopError(Exception):
        """Nothing is to be asked in this test."""

    planned: list[Event] = []

    def stop(event: Event) -> None:
        planned.append(event)
        raise StopError

    async def go() -> None:
        async with UnifiedMarketService(installed(), Settings(home=tmp_path), now=lambda: NOW) as service:
            span = ("2026-07-01", "2026-08-01")
            await service.get_market_data("caiso", "PRC_INTVL_LMP", *span, locations="ALL", observe=stop)

    with caplog.at_level(logging.WARNING, logger="energyopti"), pytest.raises(StopError):
        asyncio.run(go())
    (event,) = planned
    assert (event.count, event.seconds) == (744, 743 * 5.0)
    assert caplog.messages == [
        f"caiso/PRC_INTVL_LMP: {event.detail}",
    ]
    assert event.detail.startswith(
        "744 requests or more at the limit of host oasis (1/5, requests/seconds) take 1 h"
    )


def test_limit_of_oasis_is_one_request_in_five_seconds() -> None:
    """As it publishes it; Today's Outlook publishes none."""
    rates = {host.name: host.rate for host in CAISO.hosts}
    assert rates == {"oasis": RateLimit(1, timedelta(seconds=5)), "outlook": None}
