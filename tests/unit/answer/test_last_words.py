"""Of publications that overlap the last one counts, interval by interval: held against the rule, spelled out row by row."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import polars as pl
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from builders import market, utc
from collecting_builders import NOW, chunk_data, chunk_of, forecast_feed
from energyopti.answer.answering import answer
from energyopti.fetch.outcome import Outcome
from energyopti.frames import frame_schema, sort_order, unify
from energyopti.query import ResolvedQuery, TimeRange
from energyopti.store import ChunkData

HOUR = timedelta(hours=1)
DAY = 24 * HOUR
FEED = forecast_feed(forecast_days=4)
FIRST = utc("2024-07-01T04:00")
PLACES = ("NORTH", "SOUTH", "WEST")

Said = dict[tuple[int, str], list[int]]
"""By hour and place, when it was published, in hours after the day's beginning: several times at most."""

said = st.dictionaries(
    st.tuples(st.integers(0, 60), st.sampled_from(PLACES)),
    st.lists(st.integers(0, 23), min_size=1, max_size=2, unique=True),
    min_size=1,
    max_size=40,
)


def publication(day: int, rows: Said) -> ChunkData:
    """What is published on a day: each row's load says the day, when, of which hour and place it is."""
    chunk = chunk_of(FEED, f"2024-07-{day + 1:02}")
    table = [
        {
            "publish_time": chunk.start + made * HOUR,
            "interval_start": chunk.start + hour * HOUR,
            "interval_end": chunk.start + (hour + 1) * HOUR,
            "location": place,
            "load": day * 1e6 + made * 1e4 + hour * 10 + PLACES.index(place),
        }
        for (hour, place), times in rows.items()
        for made in times
    ]
    frame = unify(pl.DataFrame(table), FEED, "testiso").sort(*sort_order(FEED.dataset))
    return chunk_data(chunk, frame)


def last_words(days: list[Said], start: datetime, end: datetime, places: tuple[str, ...]) -> dict[Any, float]:
    """The rule: of an interval and place the load of the latest day that has it, and of that day the latest."""
    found: dict[tuple[datetime, str], float] = {}
    for day, rows in enumerate(days):
        for (hour, place), times in rows.items():
            at = FIRST + timedelta(days=day) + hour * HOUR
            if start <= at < end and (not places or place in places):
                made = max(times)
                found[at, place] = day * 1e6 + made * 1e4 + hour * 10 + PLACES.index(place)
    return found


@settings(max_examples=120, deadline=None)
@given(
    days=st.lists(said, min_size=2, max_size=4),
    first=st.integers(0, 60),
    length=st.integers(1, 90),
    wanted=st.sets(st.sampled_from(PLACES)),
)
def test_last_publication_counts(days: list[Said], first: int, length: int, wanted: set[str]) -> None:
    """Twice, since what was joined is kept; and each row is told by the publication and the line it came from."""
    arrived = [publication(day, rows) for day, rows in enumerate(days)]
    there = {place for rows in days for _, place in rows}
    places = tuple(sorted(wanted & there))
    start, end = FIRST + first * HOUR, FIRST + (first + length) * HOUR
    asked = ResolvedQuery(
        market=market(), feed=FEED, time=TimeRange(start, end), locations=places, partial=True
    )
    outcomes = [Outcome(chunk=each.chunk, data=each) for each in arrived]
    expected = last_words(days, start, end, places)
    assume(expected)  # a range of which there is nothing is no answer
    for _ in range(2):
        found = answer(asked, outcomes, now=NOW)
        frame = found.frame
        assert frame.schema == frame_schema(FEED.dataset)
        assert frame.equals(frame.sort("interval_start", "location"))
        keys = list(zip(frame["interval_start"], frame["location"], strict=True))
        assert dict(zip(keys, frame["load"], strict=True)) == expected
        assert len(keys) == len(expected)
        lines = [
            each.frame["load"][line]
            for each, part in zip(arrived, found._raw, strict=True)
            for line in next(part.frames(lambda frame: frame["line"].is_null(), left_out=False))["line"]
        ]
        assert sorted(lines) == sorted(expected.values())
        frame.drop_in_place("load")  # what a caller does to an answer is not done to the next one


def test_place_that_only_an_earlier_publication_has_is_there() -> None:
    """Monday's speaks of NORTH on Tuesday, Tuesday's of SOUTH alone: all of Tuesday is there for NORTH, and nothing raises."""
    monday = publication(0, {(hour, "NORTH"): [1] for hour in range(48)})
    tuesday = publication(1, {(hour, "SOUTH"): [1] for hour in range(24)})
    start = FIRST + DAY
    asked = ResolvedQuery(
        market=market(), feed=FEED, time=TimeRange(start, start + DAY), locations=("NORTH",)
    )
    found = answer(asked, [Outcome(chunk=each.chunk, data=each) for each in (monday, tuesday)], now=NOW)
    assert found.frame["load"].to_list() == [10_000.0 + hour * 10 for hour in range(24, 48)]
    assert found.coverage.complete
