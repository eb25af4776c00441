"""How long a query takes at the limits of its hosts, said before it begins."""

from __future__ import annotations

import logging
from datetime import timedelta
from pathlib import Path

import pytest

from builders import feed_source, market
from collecting_builders import settings
from energyopti.errors import PluginError
from energyopti.events import Event, EventKind
from energyopti.market import Host, RateLimit
from energyopti.service import UnifiedMarketService
from energyopti.settings import HostSettings, Settings
from energyopti.source.waiting import Wait
from narrowed_market import Host as Served
from narrowed_market import load_of, narrow, serve, there

RATE = RateLimit(1, timedelta(seconds=5))
SLOW = market(
    hosts=(Host(name="main", url="https://a.example", rate=RATE), Host(name="free", url="https://b.example"))
)


def test_one_request_in_five_seconds_for_a_month_of_hours() -> None:
    """744 requests wait 743 times five seconds."""
    wait = Wait.of(SLOW, [(feed_source(),)] * 744, Settings())
    assert (wait.requests, wait.seconds) == (744, 3715.0)
    assert (
        str(wait)
        == "744 requests or more at the limit of host main (1/5, requests/seconds) take 1 h 2 min or more"
    )


def test_requests_of_one_window_wait_for_nothing() -> None:
    """Six in a minute: the seventh waits."""
    six = market(hosts=(Host(name="main", url="https://a.example", rate=RateLimit(6, timedelta(minutes=1))),))
    assert [Wait.of(six, [(feed_source(),)] * count, Settings()).seconds for count in (0, 6, 7)] == [
        0.0,
        0.0,
        60.0,
    ]
    assert str(Wait.of(six, [(feed_source(),)] * 7, Settings())).endswith("take 1 min or more")


def test_limit_in_force_counts() -> None:
    """A setting's limit, or none; a host without one; days that no source holds."""
    quick = Settings(hosts={("testiso", "main"): HostSettings(rate="off")})
    assert Wait.of(SLOW, [(feed_source(),)] * 9, quick) == Wait()
    assert Wait.of(SLOW, [(feed_source(host="free"),)] * 9, Settings()) == Wait()
    assert Wait.of(SLOW, [()] * 9, Settings()) == Wait()


def test_long_query_is_announced(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Before it begins: to observers, and in the log; a short one says its seconds alone."""
    events: list[Event] = []
    limited = there(host={"rate": RateLimit(1, timedelta(minutes=2))})

    async def go(service: UnifiedMarketService) -> None:
        query_span = ("2024-06-29", "2024-07-01")
        await service.get_market_data("testiso", "load", *query_span, observe=events.append, partial=True)

    quick = {("testiso", "main"): HostSettings(rate="1/0.01")}
    with caplog.at_level(logging.WARNING, logger="energyopti"):
        serve(Served(), tmp_path, go, market=limited, hosts=quick)
    assert caplog.messages == []
    planned = events[0]
    assert (planned.kind, planned.count, planned.seconds, planned.detail) == (
        EventKind.QUERY_PLANNED,
        2,
        0.01,
        "",
    )


def test_long_query_is_warned_of(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """The log says how many requests there are and how long they take, before the first is made."""
    slow = there(host={"rate": RateLimit(2, timedelta(minutes=2))})

    async def go(service: UnifiedMarketService) -> None:
        planned: list[Event] = []

        def stop(event: Event) -> None:
            planned.append(event)
            raise InterruptedError

        with pytest.raises(InterruptedError):
            await service.get_market_data("testiso", "load", "2024-06-25", "2024-06-30", observe=stop)
        assert planned[0].seconds == 240.0
        assert planned[0].detail.startswith("5 requests or more")

    host = Served()
    with caplog.at_level(logging.WARNING, logger="energyopti"):
        serve(host, tmp_path, go, market=slow)
    limit = "at the limit of host main (2/120, requests/seconds)"
    assert caplog.messages == [f"testiso/hourly_load: 5 requests or more {limit} take 4 min or more"]
    assert host.asked == []


def test_word_for_everything_asks_the_source_for_it(tmp_path: Path) -> None:
    """In any case, even beside other names: one place that no list is asked for, and no row is filtered out."""
    host = Served()
    every = there(narrow(all_locations_keywords=("n-7",)))
    (data,) = serve(host, tmp_path, load_of("N-7", "West Hub"), market=every)
    assert host.asked == ["/load/2024-07-01/n-7"]
    assert data.query.locations == ()
    assert len(data) == 48


def test_word_for_everything_needs_a_source_that_takes_places() -> None:
    """A feed whose source is never asked for locations has none."""
    with pytest.raises(PluginError, match="all_locations_keywords needs per_location"):
        narrow(all_locations_keywords=("ALL",), per_location=None)


def test_settings_of_these_tests_have_no_limit(tmp_path: Path) -> None:
    """The builders' settings leave hosts as they are declared."""
    assert settings(tmp_path).rate("testiso", SLOW.host("main")) == RATE
