"""Time in plain words: what today, last month, 2024-07 and -7d mean on a market's clock, and how they travel in a query."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from energyopti import InvalidTimeRange, Query, UnsupportedQuery
from energyopti.query import Spoken, of_period, spoken_bounds
from energyopti.timezones import DAY, hours_in_day, local_date, midnight, spoken_zone

EAST = "America/New_York"
NOW = datetime(2026, 3, 9, 2, 30, tzinfo=UTC)
"""Half past ten in the evening of March 8 in New York, the day of 23 hours; still the afternoon in California."""


def said(words: str, *, now: datetime = NOW, zone: str = EAST) -> tuple[str, str]:
    """The period that words mean, in UTC."""
    spoken = Spoken.of(words)
    assert spoken is not None, words
    span = spoken.span(now, zone)
    return f"{span.start:%Y-%m-%d %H:%M}", f"{span.end:%Y-%m-%d %H:%M}"


@pytest.mark.parametrize(
    ("words", "start", "end"),
    [
        ("today", "2026-03-08 05:00", "2026-03-09 04:00"),  # 23 hours
        ("Yesterday", "2026-03-07 05:00", "2026-03-08 05:00"),
        ("tomorrow", "2026-03-09 04:00", "2026-03-10 04:00"),
        ("now", "2026-03-09 02:30", "2026-03-09 02:30"),
        ("2024", "2024-01-01 05:00", "2025-01-01 05:00"),
        ("2024-07", "2024-07-01 04:00", "2024-08-01 04:00"),
        ("2024-12", "2024-12-01 05:00", "2025-01-01 05:00"),
        ("2024-Q1", "2024-01-01 05:00", "2024-04-01 04:00"),
        ("2024q4", "2024-10-01 04:00", "2025-01-01 05:00"),
        ("this month", "2026-03-01 05:00", "2026-04-01 04:00"),
        ("last_month", "2026-02-01 05:00", "2026-03-01 05:00"),
        ("next month", "2026-04-01 04:00", "2026-05-01 04:00"),
        ("last week", "2026-02-23 05:00", "2026-03-02 05:00"),  # Monday to Monday; March 8 is a Sunday
        ("this week", "2026-03-02 05:00", "2026-03-09 04:00"),
        ("last quarter", "2025-10-01 04:00", "2026-01-01 05:00"),
        ("this quarter", "2026-01-01 05:00", "2026-04-01 04:00"),
        ("last year", "2025-01-01 05:00", "2026-01-01 05:00"),
        ("-7d", "2026-03-01 05:00", "2026-03-09 02:30"),
        ("- 7 d", "2026-03-01 05:00", "2026-03-09 02:30"),
        ("-2w", "2026-02-22 05:00", "2026-03-09 02:30"),
        ("-1mo", "2026-02-08 05:00", "2026-03-09 02:30"),
        ("-2y", "2024-03-08 05:00", "2026-03-09 02:30"),
        ("-24h", "2026-03-08 02:30", "2026-03-09 02:30"),
        ("-90min", "2026-03-09 01:00", "2026-03-09 02:30"),
    ],
)
def test_words_mean_a_period_on_the_markets_clock(words: str, start: str, end: str) -> None:
    """Days, weeks, months and years are local ones; hours and minutes count back from now."""
    assert said(words) == (start, end)


def test_same_word_is_another_day_further_west() -> None:
    """Where it is still the afternoon, and Central is an hour behind Eastern."""
    assert said("today", zone="America/Los_Angeles") == ("2026-03-08 08:00", "2026-03-09 07:00")
    assert said("2024-07", zone="America/Chicago")[0] == "2024-07-01 05:00"


def test_month_before_a_long_one_ends_with_its_last_day() -> None:
    """A month before March 31 is February 28."""
    assert said("-1mo", now=datetime(2026, 3, 31, 16, tzinfo=UTC))[0] == "2026-02-28 05:00"


@pytest.mark.parametrize(
    "text", ["2024-13", "2024-00", "3024", "-7", "7d", "-7x", "soon", "2024-Q5", "last day", ""]
)
def test_other_texts_are_no_words(text: str) -> None:
    """They are read as times, which say what is wrong with them."""
    assert Spoken.of(text) is None


@given(
    st.sampled_from(["yesterday", "last week", "last month", "last quarter", "last year"]),
    st.datetimes(datetime.fromisoformat("2000-01-01"), datetime.fromisoformat("2040-01-01")),
)
def test_last_period_ends_where_this_one_begins(words: str, now: datetime) -> None:
    """At any instant, in whole local days."""
    at = now.replace(tzinfo=UTC)
    this = {"yesterday": "today"}.get(words, words.replace("last", "this"))
    last, current = Spoken(words).span(at, EAST), Spoken(this).span(at, EAST)
    assert last.end == current.start
    assert current.start <= at < current.end
    days = (local_date(last.end, EAST) - local_date(last.start, EAST)).days
    hours = sum(hours_in_day(local_date(last.start, EAST) + number * DAY, EAST) for number in range(days))
    assert last.end - last.start == timedelta(hours=hours)


def test_bounds_in_words_are_beginnings_and_a_start_alone_is_all_of_it() -> None:
    """Yesterday to today is yesterday; a naive bound beside a word is on the same clock."""
    yesterday = (midnight(local_date(NOW, EAST) - DAY, EAST), midnight(local_date(NOW, EAST), EAST))
    assert spoken_bounds(Spoken("yesterday"), Spoken("today"), NOW, EAST) == yesterday
    assert spoken_bounds(Spoken("yesterday"), None, NOW, EAST) == yesterday
    assert spoken_bounds(datetime.fromisoformat("2026-03-07"), Spoken("now"), NOW, EAST) == (
        yesterday[0],
        NOW,
    )
    assert (
        spoken_bounds(Spoken("2026-03"), datetime.fromisoformat("2026-03-08"), NOW, EAST)[1] == yesterday[1]
    )
    assert spoken_bounds(None, Spoken("today"), NOW, EAST) == (None, yesterday[1])
    plain = (datetime.fromisoformat("2026-03-07"), datetime(2026, 3, 8, tzinfo=UTC))
    assert spoken_bounds(*plain, NOW, EAST) == plain  # no word: what is wrong with them is said later


def test_period_is_words_or_a_day() -> None:
    """A date is its local day, of 23 hours too."""
    assert of_period("2024-07") == (Spoken("2024-07"), None)
    assert of_period("2026-03-08") == (
        datetime.fromisoformat("2026-03-08"),
        datetime.fromisoformat("2026-03-09"),
    )


@pytest.mark.parametrize("period", ["2024-07-01T05:00", "2024-07-01T00:00Z", "whenever"])
def test_period_of_another_kind_is_refused(period: str) -> None:
    """With what can be written."""
    with pytest.raises(InvalidTimeRange):
        of_period(period)


@pytest.mark.parametrize("more", [{"start": "2024-07-01"}, {"end": "2024-07-01"}])
def test_period_beside_bounds_is_refused(more: dict[str, str]) -> None:
    """One or the other, from keywords and from JSON."""
    with pytest.raises(InvalidTimeRange, match="a period has a start and an end of its own"):
        Query.of("nyiso", "lmp", period="2024-07", start=more.get("start"), end=more.get("end"))
    written = ", ".join(f'"{name}": "{value}"' for name, value in more.items())
    with pytest.raises(InvalidTimeRange, match="a period has a start and an end of its own"):
        Query.from_json(f'{{"market": "nyiso", "data": "lmp", "period": "2024-07", {written}}}')


@pytest.mark.parametrize(
    "query",
    [
        Query.of("nyiso", "lmp", "yesterday", "today", tz="ET"),
        Query.of("nyiso", "lmp", period="2024-07"),
        Query.of("nyiso", "lmp", period="2024-07-01"),
        Query.of("nyiso", "lmp", "-7d"),
    ],
)
def test_query_in_words_is_written_and_read_back(query: Query) -> None:
    """The words stay words: what they mean depends on when they are asked."""
    assert Query.from_json(query.to_json()) == query


def test_query_in_words_says_them() -> None:
    """In one line."""
    assert str(Query.of("nyiso", "lmp", "yesterday", "today")) == "nyiso: lmp, yesterday to today"
    assert str(Query.of("nyiso", "lmp", period="2024-07")) == "nyiso: lmp, 2024-07"
    assert str(Query.of("nyiso", "zones")) == "nyiso: zones"


@pytest.mark.parametrize(
    ("said_as", "meant"),
    [
        ("ET", "America/New_York"),
        ("ept", "America/New_York"),
        ("CT", "America/Chicago"),
        ("PT", "America/Los_Angeles"),
        ("market", None),
        (None, None),
        ("Europe/Paris", "Europe/Paris"),
    ],
)
def test_zones_are_known_as_desks_say_them(said_as: str | None, meant: str | None) -> None:
    """In a query they are IANA's at once; market is each market's own clock."""
    assert spoken_zone(said_as) == meant
    assert Query.of("nyiso", "lmp", tz=said_as).tz == meant


def test_zone_that_is_no_text_is_refused() -> None:
    """With the keyword."""
    with pytest.raises(UnsupportedQuery, match="tz 5 is not a name"):
        Query.of("nyiso", "lmp", tz=5)  # type: ignore[arg-type] # what a caller without types may write
