"""Answers given again: only whole ones, only while every chunk is the same, and never one that somebody else can change."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

import attrs
import polars as pl
import pytest

from builders import market, utc
from collecting_builders import NOW, chunk_data, chunk_of, load_feed
from energyopti.answer.answering import answer
from energyopti.answer.kept import KeptAnswers
from energyopti.answer.result import MarketData
from energyopti.errors import NoData
from energyopti.fetch.outcome import Outcome
from energyopti.findings import Finding, FindingKind
from energyopti.frames import unify
from energyopti.query import ResolvedQuery, TimeRange
from energyopti.store import ChunkData
from energyopti.tuning.chunks import LARGEST_ANSWER

HOUR = timedelta(hours=1)
FEED = load_feed()
ROOMY = 1 << 30


def data(
    day: int = 1, *, hours: int = 24, load: float = 1.0, kept_in: str = "memory", **changes: Any
) -> ChunkData:
    """The first hours of a day of July 2024."""
    chunk = chunk_of(FEED, f"2024-07-{day:02}")
    rows = [
        {
            "interval_start": chunk.start + hour * HOUR,
            "interval_end": chunk.start + (hour + 1) * HOUR,
            "location": "NORTH",
            "load": load,
        }
        for hour in range(hours)
    ]
    return chunk_data(chunk, unify(pl.DataFrame(rows), FEED, "testiso"), kept_in=kept_in, **changes)


def query(**changes: Any) -> ResolvedQuery:
    """A question for the first day of July."""
    span = TimeRange(utc("2024-07-01T04:00"), utc("2024-07-02T04:00"))
    given: dict[str, Any] = {"market": market(), "feed": FEED, "time": span, "partial": True}
    return ResolvedQuery(**{**given, **changes})


class Answers:
    """Answers with a count of how often one had to be made."""

    def __init__(self, budget: int = ROOMY) -> None:
        self._kept = KeptAnswers(budget)
        self.made = 0

    def to(
        self, asked: ResolvedQuery, *arrived: ChunkData | Outcome, compared: tuple[Finding, ...] = ()
    ) -> MarketData:
        """The answer that some chunks make."""
        outcomes = [
            each if isinstance(each, Outcome) else Outcome(chunk=each.chunk, data=each) for each in arrived
        ]

        def make() -> MarketData:
            self.made += 1
            return answer(asked, outcomes, now=NOW, compared=compared)

        return self._kept.get(asked, outcomes, compared, make)


def test_a_whole_answer_is_made_once() -> None:
    """The second one is equal in all of its parts."""
    answers, there = Answers(), data()
    first, second = answers.to(query(), there), answers.to(query(), there)
    assert answers.made == 1
    assert second.frame.equals(first.frame)
    assert (second.findings, second.provenance, second.coverage) == (
        first.findings,
        first.provenance,
        first.coverage,
    )
    assert second.raw().equals(first.raw())


def test_whoever_changes_an_answer_changes_no_other() -> None:
    """Frames can be changed in place: each caller has one of its own, the first too."""
    answers, there = Answers(), data()
    for _ in range(3):
        given = answers.to(query(), there)
        assert given.frame["load"].to_list() == [1.0] * 24
        given.frame.insert_column(0, pl.lit(0.0).alias("mine"))
        given.frame[3, "load"] = -1.0
    assert answers.made == 1


WHOLE = data()
OTHERS: Sequence[tuple[str, Callable[[], tuple[ResolvedQuery, ChunkData]]]] = (
    ("other data", lambda: (query(), data(load=2.0))),
    ("equal data that was fetched again", lambda: (query(), data())),
    ("another location", lambda: (query(locations=("NORTH",)), WHOLE)),
    ("a filter", lambda: (query(filters={"location": ("NORTH",)}), WHOLE)),
    ("strict", lambda: (query(partial=False), WHOLE)),
    (
        "another time",
        lambda: (query(time=TimeRange(utc("2024-07-01T04:00"), utc("2024-07-01T10:00"))), WHOLE),
    ),
)


@pytest.mark.parametrize("other", [make for _, make in OTHERS], ids=[name for name, _ in OTHERS])
def test_another_question_or_other_data_is_another_answer(
    other: Callable[[], tuple[ResolvedQuery, ChunkData]],
) -> None:
    """All that tells two answers apart is looked at."""
    answers = Answers()
    answers.to(query(), WHOLE)
    answers.to(*other())
    assert answers.made == 2


def test_what_comparing_chunks_found_meanwhile_makes_another_answer() -> None:
    """A neighbour that came since can cast doubt on a chunk that is the same."""
    answers = Answers()
    assert answers.to(query(), WHOLE).coverage.complete
    doubt = Finding(
        kind=FindingKind.FEWER_SERIES, message="half of its series", rows=24, chunk=WHOLE.chunk.key
    )
    assert not answers.to(query(), WHOLE, compared=(doubt,)).coverage.complete


HOLE = Finding(
    kind=FindingKind.GAP,
    message="four hours are missing",
    rows=4,
    spans=((utc("2024-07-02T00:00"), utc("2024-07-02T04:00")),),
)
UNKEPT: Sequence[tuple[str, ResolvedQuery, ChunkData]] = (
    ("holes", query(), attrs.evolve(data(hours=20), findings=(HOLE,))),
    ("stale", query(), data(stale=True)),
    ("from the source", query(), data(kept_in="source")),
    ("all vintages", query(vintages="all"), WHOLE),
)


@pytest.mark.parametrize(("asked", "there"), [case[1:] for case in UNKEPT], ids=[name for name, *_ in UNKEPT])
def test_what_the_time_has_a_say_in_is_made_anew(asked: ResolvedQuery, there: ChunkData) -> None:
    """Whether a hole is missing or not due yet, and what stands in for a failing source, is known only now."""
    answers = Answers()
    answers.to(asked, there)
    answers.to(asked, there)
    assert answers.made == 2


def test_an_answer_without_one_of_its_chunks_is_made_anew() -> None:
    """Why it did not come may have changed."""
    days = query(time=TimeRange(utc("2024-07-01T04:00"), utc("2024-07-03T04:00")))
    gone = Outcome(chunk=chunk_of(FEED, "2024-07-02"), error=NoData("it is not there"))
    answers = Answers()
    answers.to(days, WHOLE, gone)
    answers.to(days, WHOLE, gone)
    assert answers.made == 2


def test_large_chunks_are_not_held_for_an_answer() -> None:
    """An answer can keep its chunks from being freed, and that is worth it only for small ones."""
    lines = pl.DataFrame({"line": pl.zeros(LARGEST_ANSWER // 8, pl.Int64, eager=True)})
    large = attrs.evolve(WHOLE, raw_rows=attrs.evolve(WHOLE.raw_rows.loaded(), raw=lines))
    answers = Answers()
    answers.to(query(), large)
    answers.to(query(), large)
    assert answers.made == 2


def test_answers_hold_no_more_than_their_budget() -> None:
    """The one that was given longest ago goes first."""
    answers = Answers(budget=WHOLE.bytes)
    narrow = query(time=TimeRange(utc("2024-07-01T04:00"), utc("2024-07-01T10:00")))
    for asked in (query(), narrow, query()):
        answers.to(asked, WHOLE)
    assert answers.made == 3
