"""What plugins declare: wrong declarations fail when they are made, naming what is wrong."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from builders import FEED, MARKET, feed, feed_source, market
from energyopti.datasets import LMP, LOAD, SCHEDULES
from energyopti.errors import InvalidTimeRange, PluginError, UnknownDataset, UnsupportedQuery
from energyopti.example import Example
from energyopti.layouts import Absolute, Undated
from energyopti.market import (
    ChunkSize,
    Credential,
    Days,
    FeedSource,
    Host,
    Locations,
    Market,
    RateLimit,
    Unconfirmed,
)
from energyopti.vocabulary import Run

MAIN = Host(name="main", url="https://data.iso.example")
DAY = date(2026, 10, 5)


@pytest.mark.parametrize(
    ("text", "rate"),
    [
        ("6/60", RateLimit(6, timedelta(minutes=1))),
        ("1/0.5", RateLimit(1, timedelta(milliseconds=500))),
        (" 10 / 1 ", RateLimit(10, timedelta(seconds=1))),
        ("off", None),
        (" OFF ", None),
    ],
)
def test_rate_is_written_as_requests_over_seconds(text: str, rate: RateLimit | None) -> None:
    """6/60 is six requests in sixty seconds; off is no limit."""
    assert RateLimit.parse(text) == rate


@pytest.mark.parametrize(
    "text",
    ["", "6", "6/", "/60", "0/60", "-1/60", "6/0", "6/-60", "1.5/60", "six/60", "6/60/2", "6/nan", "6/1e-9"],
)
def test_what_is_no_rate_is_refused(text: str) -> None:
    """Anything else raises, repeats what was written and shows how to write it."""
    with pytest.raises(ValueError, match="is not a rate; write 6/60") as raised:
        RateLimit.parse(text)
    assert repr(text) in str(raised.value)


@pytest.mark.parametrize("text", ["6/inf", "6/1e300"])
def test_rate_over_an_endless_time_is_refused(text: str) -> None:
    """A time longer than any calendar is no rate, and the same error as any other slip."""
    with pytest.raises(ValueError, match="is not a rate"):
        RateLimit.parse(text)


@given(st.integers(min_value=1, max_value=99_999), st.integers(min_value=1, max_value=99_999))
@settings(deadline=None, max_examples=50)
def test_rate_is_read_as_it_is_written(requests: int, seconds: int) -> None:
    """A rate's own text parses to the same rate."""
    rate = RateLimit(requests, timedelta(seconds=seconds))
    assert str(rate) == f"{requests}/{seconds}"
    assert RateLimit.parse(str(rate)) == rate


@pytest.mark.parametrize(
    ("requests", "per", "wrong"),
    [(0, timedelta(seconds=1), "requests"), (1, timedelta(), "per")],
)
def test_rate_of_nothing_cannot_be_declared(requests: int, per: timedelta, wrong: str) -> None:
    """Both sides of a rate are positive, and the error names the one that is not."""
    with pytest.raises(ValueError, match=f"'{wrong}'"):
        RateLimit(requests, per)


@pytest.mark.parametrize(
    ("days", "day", "inside"),
    [
        (Days(), date(1900, 1, 1), True),
        (Days(first=DAY), DAY, True),
        (Days(first=DAY), date(2026, 10, 4), False),
        (Days(end=DAY), date(2026, 10, 4), True),
        (Days(end=DAY), DAY, False),
        (Days(date(2026, 10, 1), DAY), date(2026, 10, 1), True),
        (Days(date(2026, 10, 1), DAY), DAY, False),
    ],
)
def test_days_are_half_open(days: Days, day: date, inside: bool) -> None:
    """The first day belongs to the span, the end does not, and an open side has no bound."""
    assert (day in days) is inside


@pytest.mark.parametrize(
    ("days", "text"),
    [
        (Days(), "all days"),
        (Days(first=DAY), "from 2026-10-05"),
        (Days(end=DAY), "before 2026-10-05"),
        (Days(date(2026, 10, 1), DAY), "from 2026-10-01 before 2026-10-05"),
    ],
)
def test_days_are_written_in_words(days: Days, text: str) -> None:
    """Messages say which days a source is good for."""
    assert str(days) == text


@pytest.mark.parametrize("name", ["", "Main", "1st", "main-host", "main host", "_main", "main\n", "über"])
def test_identifier_has_lower_case_letters_digits_and_underscores(name: str) -> None:
    """Markets, hosts and credentials are named so that settings can spell them."""
    for declare in (
        lambda: Host(name=name, url="https://iso.example"),
        lambda: Credential(name=name, title="Key", obtain="https://iso.example/key"),
        lambda: market(id=name),
    ):
        with pytest.raises(PluginError, match="use lower-case letters, digits and underscores"):
            declare()


def test_wrong_identifier_is_named() -> None:
    """The message says which attribute has which value."""
    with pytest.raises(PluginError, match=r"^name 'Main': "):
        Host(name="Main", url="https://iso.example")
    with pytest.raises(PluginError, match=r"^id 'PJM': "):
        market(id="PJM")


def test_host_without_room_for_a_request_cannot_be_declared() -> None:
    """At least one request may be under way."""
    with pytest.raises(ValueError, match="'concurrency'"):
        Host(name="main", url="https://iso.example", concurrency=0)


def test_example_without_rows_cannot_be_declared() -> None:
    """An example that means nothing is no oracle."""
    with pytest.raises(ValueError, match="'rows'"):
        Example(payload=b"Start,Area,MW\r\n", rows=())


UNDATED = attrs.evolve(FEED.layout, time=Undated())
BY_ENDS = attrs.evolve(FEED.layout, time=Absolute(names=("Start",), end=("End",)))
"""Rows that say when they end, so that the clock has no step."""


@pytest.mark.parametrize(
    ("changes", "error", "message"),
    [
        ({"layout": UNDATED, "step": timedelta()}, ValueError, "'_?step'"),
        ({"layout": BY_ENDS}, PluginError, "feed hourly_load: give it a step"),
        ({"sources": ()}, ValueError, "'sources'"),
        ({"derived": ("lode",)}, UnsupportedQuery, "dataset load has no column 'lode'.*'load'"),
        ({"dataset": LMP}, PluginError, "feed hourly_load: dataset lmp needs a run"),
        ({"documented_at": "the ISO's site"}, PluginError, "feed hourly_load: documented_at"),
    ],
    ids=[
        "step of no length",
        "no step",
        "no source",
        "derived column unknown",
        "run left out",
        "no documentation",
    ],
)
def test_wrong_feed_cannot_be_declared(changes: dict[str, Any], error: type[Exception], message: str) -> None:
    """A feed that cannot work fails where it is written, naming what is wrong."""
    with pytest.raises(error, match=message):
        feed(**changes)


def test_a_step_that_contradicts_the_layout_cannot_be_declared() -> None:
    """The layout's clock has the step; a feed that says another one is wrong in one of the two places."""
    with pytest.raises(PluginError, match="its step is 0:05:00, but the clock of its layout has 1:00:00"):
        attrs.evolve(FEED, step=timedelta(minutes=5))
    assert attrs.evolve(FEED, step=timedelta(hours=1)).step == timedelta(hours=1)


@pytest.mark.parametrize(
    ("chunk", "days"),
    [(ChunkSize.DAY, 1), (ChunkSize.MONTH, 30), (ChunkSize.YEAR, 365)],
)
def test_rows_without_a_date_are_as_long_as_their_chunk(chunk: ChunkSize, days: int) -> None:
    """A document that speaks of the time in which it is published speaks of the chunk that it is fetched for."""
    assert feed(layout=UNDATED, chunk=chunk).step == timedelta(days=days)


def test_a_feed_is_irregular_where_its_clock_is() -> None:
    """Whether stamps lie between those of the step is said once, in the layout."""
    assert not FEED.irregular
    assert feed(irregular=True).irregular


def test_words_for_all_locations_need_a_source_that_is_asked_for_some() -> None:
    """What a source is never asked cannot have a word for everything."""
    with pytest.raises(PluginError, match="all_locations_keywords needs per_location"):
        Locations(all_locations_keywords=("ALL",))


def test_what_is_not_confirmed_has_a_fact_and_a_day() -> None:
    """A list of facts keeps what each rests on; a bare text is refused."""
    facts = Unconfirmed.noted(date(2026, 11, 1), "its first day", ("its sign", "taken as imports"))
    assert [str(each) for each in facts] == ["its first day", "its sign: taken as imports"]
    assert {each.since for each in facts} == {date(2026, 11, 1)}
    with pytest.raises(TypeError, match="unconfirmed"):
        feed(unconfirmed="its first day")


def test_a_dataset_by_run_takes_a_feed_with_a_run() -> None:
    """Prices are of a market run."""
    assert feed(dataset=LMP, run=Run.DAY_AHEAD).run is Run.DAY_AHEAD


def test_a_dataset_whose_run_may_be_null_takes_a_feed_without_one() -> None:
    """Interchange as it flowed is of no market run."""
    assert feed(dataset=SCHEDULES).run is None


def test_derived_columns_of_the_dataset_can_be_declared() -> None:
    """A column that is computed is named so that no check tests it against itself."""
    assert feed(dataset=LMP, run=Run.DAY_AHEAD, derived=("energy",)).derived == ("energy",)


def test_a_feed_is_fetched_by_the_day_unless_declared_otherwise() -> None:
    """The usual chunk is one local day that begins at midnight."""
    assert (FEED.chunk, FEED.closes_at_midnight) == (ChunkSize.DAY, False)


OLD = feed_source(name="old", available=Days(end=date(2026, 10, 11)), preferred=Days(end=date(2026, 10, 1)))
NEW = feed_source(
    name="new", available=Days(first=date(2001, 5, 26)), preferred=Days(first=date(2026, 10, 1))
)


@pytest.mark.parametrize(
    ("feed_sources", "day", "asked"),
    [
        ((OLD, NEW), date(2024, 7, 1), ["old", "new"]),
        ((NEW, OLD), date(2024, 7, 1), ["old", "new"]),
        ((OLD, NEW), date(2026, 10, 5), ["new", "old"]),
        ((OLD, NEW), date(2026, 10, 11), ["new"]),
        ((NEW, OLD), date(2000, 1, 1), ["old"]),
        ((feed_source(name="first"), feed_source(name="second")), date(2024, 7, 1), ["first", "second"]),
    ],
    ids=["old leads", "order of declaration", "new leads", "old has ended", "new has not begun", "both lead"],
)
def test_leading_sources_are_asked_first_then_the_others(
    feed_sources: tuple[FeedSource, ...], day: date, asked: list[str]
) -> None:
    """Of the feed sources that hold a day those that lead it come first, each group as declared."""
    assert [each.name for each in feed(sources=feed_sources).sources_for(day)] == asked


@pytest.mark.parametrize(
    ("age", "asked"),
    [
        (None, ["archive", "day file", "new"]),
        (timedelta(hours=-3), ["day file", "archive", "new"]),
        (timedelta(days=6), ["day file", "archive", "new"]),
        (timedelta(days=7), ["archive", "day file", "new"]),
    ],
    ids=["at no time", "running", "young", "old"],
)
def test_source_of_young_days_leads_them_for_a_while(age: timedelta | None, asked: list[str]) -> None:
    """Among those that lead the day; one that does not lead it stays behind them."""
    feed_sources = (
        feed_source(name="new", preferred=Days(first=date(2026, 10, 1)), preferred_for=timedelta(days=30)),
        feed_source(name="archive"),
        feed_source(name="day file", preferred_for=timedelta(days=7)),
    )
    assert [each.name for each in feed(sources=feed_sources).sources_for(date(2024, 7, 1), age)] == asked


def test_a_day_that_no_source_holds_has_none_to_ask() -> None:
    """Outside every feed source there is nobody to ask, even where one claims to lead."""
    gone = feed_source(available=Days(end=DAY), preferred=Days())
    assert feed(sources=(gone,)).sources_for(DAY) == ()


def test_market_with_two_feeds_of_one_name_cannot_be_declared() -> None:
    """Names differ in more than case, and the error names both market and feed."""
    with pytest.raises(PluginError, match=r"^testiso: two feeds are called 'hourly_load'"):
        market(feeds=(FEED, feed(name="Hourly_Load")))


def test_market_with_an_era_on_an_unknown_host_cannot_be_declared() -> None:
    """Each feed source is served by a host of the market."""
    lost = feed(sources=(feed_source(host="mirror"),))
    with pytest.raises(PluginError, match=r"^testiso/hourly_load: the market declares no host 'mirror'"):
        market(feeds=(lost,))


def test_market_with_two_hosts_of_one_name_cannot_be_declared() -> None:
    """A host's name is how a feed source and a setting mean it: it means one host."""
    with pytest.raises(PluginError, match="main"):
        market(hosts=(MAIN, Host(name="main", url="https://mirror.iso.example")))


def test_market_with_a_header_of_an_undeclared_credential_cannot_be_declared() -> None:
    """A host's headers carry credentials that the market declares."""
    with pytest.raises(PluginError, match="api_key"):
        market(hosts=(attrs.evolve(MAIN, headers={"X-Api-Key": "api_key"}),))


def test_market_in_an_unknown_time_zone_cannot_be_declared() -> None:
    """The clock of a market is an IANA time zone."""
    with pytest.raises(InvalidTimeRange, match="'Eastern' is not a time zone"):
        market(zone="Eastern")


@pytest.mark.parametrize("name", ["hourly_load", "HOURLY_LOAD", " Hourly_Load "])
def test_feed_is_found_whatever_its_case(name: str) -> None:
    """A feed's name is understood however it is typed."""
    assert MARKET.feed(name) is FEED


def test_unknown_feed_is_refused_with_a_suggestion() -> None:
    """The message names the market, what was asked and the near miss."""
    with pytest.raises(UnknownDataset, match=r"^testiso: no feed 'hourly_lode'\. Did you mean 'hourly_load'"):
        MARKET.feed("hourly_lode")


def test_host_is_found_by_name() -> None:
    """A feed source names its host, and the market gives it."""
    mirror = Host(name="mirror", url="https://mirror.iso.example")
    assert market(hosts=(MAIN, mirror)).host("mirror") is mirror


def test_more_feeds_come_last() -> None:
    """Feeds that another plugin adds stand behind the market's own, which stay its usual answer."""
    added = feed(name="added")
    assert MARKET.with_more(feeds=(added,)).feeds == (FEED, added)


def test_added_feed_may_not_take_a_name() -> None:
    """What another plugin adds is checked like the market's own."""
    with pytest.raises(PluginError, match="two feeds are called 'hourly_load'"):
        MARKET.with_more(feeds=(feed(),))


@pytest.mark.parametrize("declared", [MARKET, FEED, MAIN, RateLimit(6, timedelta(minutes=1)), Days()])
def test_declarations_are_frozen(declared: Market) -> None:
    """What a plugin declared stays as it was declared."""
    field = attrs.fields(type(declared))[0].name
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        setattr(declared, field, "changed")


def test_markets_and_feeds_are_written_as_their_names() -> None:
    """Messages show a market by its id and a feed by its name."""
    assert (f"{MARKET}", f"{FEED}", f"{LOAD}") == ("testiso", "hourly_load", "load")


def test_market_and_feed_are_shown_in_a_line() -> None:
    """What an answer is shown with says which market and feed, without their catalogues, layouts and examples."""
    many = attrs.evolve(MARKET, feeds=tuple(feed(name=f"feed_{number}") for number in range(50)))
    assert "feed_" not in repr(many)
    assert "50 feeds" in repr(many)
    assert FEED.dataset.name in repr(FEED)
    assert "Layout" not in repr(FEED)
