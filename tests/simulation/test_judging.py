"""The judge of simulations: what each kind of answer is worth."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import attrs
import polars as pl
import pytest

from builders import MARKET, feed, utc
from energyopti import EnergyOptiError, MarketData, NoData, SourceUnavailable
from energyopti.answer.result import Coverage, CoveragePart, CoverageStatus
from energyopti.query import ResolvedQuery, TimeRange
from simulation.judging import Outcome, Promise, facts, judged
from simulation.questions import Question
from simulation.schedules import Corrected, Lost, Published, WholeDay
from simulation.truth import Truth, made

ZONE = "America/New_York"
DAY = date(2026, 7, 1)
START, END = utc("2026-07-01T04:00"), utc("2026-07-02T04:00")
LOAD = feed(refresh_every=timedelta(minutes=30), settles_after=timedelta(days=14))
PUBLISHED = Published(
    feed="hourly_load",
    step=timedelta(hours=1),
    locations={"NORTH": {}, "SOUTH": {}},
    release=WholeDay(at=datetime(2026, 7, 1, 12).time(), days=-1),  # noqa: DTZ001 - a local time
)


def truth(*troubles: Any) -> Truth:
    """A day of load at two places, out at noon of the day before."""
    return made(PUBLISHED, "load", ZONE, [DAY], {DAY: troubles}, seed=1)


def answer(frame: pl.DataFrame, *, complete: bool = True) -> MarketData:
    """An answer with some rows of the day, which says that it is complete or not."""
    status = CoverageStatus.COMPLETE if complete else CoverageStatus.INCOMPLETE
    part = CoveragePart(start=START, end=END, status=status, rows=frame.height)
    query = ResolvedQuery(market=MARKET, feed=LOAD, time=TimeRange(START, END))
    return MarketData(
        queries=(query,),
        frame=frame.select("interval_start", "interval_end", "location", "load"),
        coverage=Coverage(start=START, end=END, parts=(part,)),
    )


def worth(known: Truth, at: datetime, said: MarketData | EnergyOptiError, *, down: bool = False) -> Outcome:
    """What the judge makes of an answer at an instant."""
    question = Question(at=at, feed="hourly_load", start=START, end=END, partial=True)
    return judged(question, said, facts(known, question, Promise(feed=LOAD), ZONE), down=down).outcome


NOON = utc("2026-07-01T16:00")


def test_all_rows_said_complete_are_right() -> None:
    """All that is out, and complete since nothing lacks."""
    assert worth(truth(), NOON, answer(truth().frame)) is Outcome.RIGHT


def test_all_rows_said_incomplete_are_doubted() -> None:
    """Complete is to be said where all is there."""
    assert worth(truth(), NOON, answer(truth().frame, complete=False)) is Outcome.DOUBTED


def test_a_lacking_row_said_complete_is_falsely_complete() -> None:
    """The hour that never comes is no reason to call the rest complete."""
    lost = truth(Lost(hour=3))
    there = lost.frame.filter(pl.col("out") <= NOON)
    assert there.height == 46
    assert worth(lost, NOON, answer(there)) is Outcome.FALSELY_COMPLETE
    assert worth(lost, NOON, answer(there, complete=False)) is Outcome.MARKED


def test_no_rows_of_tomorrow_said_complete_are_falsely_complete() -> None:
    """What is not out yet is not complete."""
    before = utc("2026-06-30T12:00")
    assert worth(truth(), before, answer(truth().frame.clear())) is Outcome.FALSELY_COMPLETE
    assert worth(truth(), before, NoData("not published yet")) is Outcome.MARKED


def test_rows_that_were_out_and_are_left_away_are_hidden() -> None:
    """They were out for longer than the feed's cadence; while a host is down that is excused."""
    half = answer(truth().frame.head(24), complete=False)
    assert worth(truth(), NOON, half) is Outcome.HIDDEN
    assert worth(truth(), NOON, half, down=True) is Outcome.MARKED
    assert worth(truth(), utc("2026-06-30T16:10"), half) is Outcome.MARKED


def test_a_refusal_though_all_was_out_is_an_error() -> None:
    """Unless a host is down."""
    assert worth(truth(), NOON, NoData("there is nothing")) is Outcome.ERROR
    assert worth(truth(), NOON, SourceUnavailable("it fails")) is Outcome.ERROR
    assert worth(truth(), NOON, SourceUnavailable("it fails"), down=True) is Outcome.MARKED


@pytest.mark.parametrize(
    "spoilt",
    [
        pytest.param(lambda frame: frame.with_columns(pl.col("load") + 1), id="a value nobody published"),
        pytest.param(lambda frame: pl.concat([frame, frame.head(1)]), id="a row twice"),
        pytest.param(
            lambda frame: frame.with_columns(pl.col("interval_start") + timedelta(hours=1)), id="an hour off"
        ),
    ],
)
def test_what_nobody_published_is_wrong(spoilt: Any) -> None:
    """Each value is of one instant and place."""
    assert worth(truth(), NOON, answer(spoilt(truth().frame))) is Outcome.WRONG


def test_a_correction_that_is_not_out_yet_is_wrong() -> None:
    """Nobody can say it."""
    corrected = truth(Corrected(after=timedelta(days=2)))
    second = corrected.frame.filter(pl.col("version") == 2)
    assert worth(corrected, NOON, answer(second)) is Outcome.WRONG


@pytest.mark.parametrize(
    ("days", "later", "outcome"),
    [
        (2, timedelta(minutes=20), Outcome.RIGHT),
        (2, timedelta(minutes=40), Outcome.OLD),
        (20, timedelta(hours=23), Outcome.RIGHT),
        (20, timedelta(hours=25), Outcome.OLD),
    ],
)
def test_old_is_what_should_have_been_asked_again(days: int, later: timedelta, outcome: Outcome) -> None:
    """Before it is settled by the feed's cadence, then by the day."""
    corrected = truth(Corrected(after=timedelta(days=days)))
    first = corrected.frame.filter(pl.col("version") == 1)
    assert worth(corrected, END + timedelta(days=days) + later, answer(first)) is outcome


def test_old_rows_that_are_marked_stale_are_excused_while_a_host_is_down() -> None:
    """The copy in memory is all there is."""
    corrected = truth(Corrected(after=timedelta(days=2)))
    said = answer(corrected.frame.filter(pl.col("version") == 1))
    stale = attrs.evolve(said, provenance=(_stale(said),))
    at = END + timedelta(days=2, hours=3)
    assert worth(corrected, at, stale, down=True) is Outcome.MARKED
    assert worth(corrected, at, stale) is Outcome.OLD
    assert worth(corrected, at, said, down=True) is Outcome.OLD


def _stale(said: MarketData) -> Any:
    from energyopti.store import ChunkProvenance

    return ChunkProvenance(
        chunk="chunk",
        feed=said.query.feed.name,
        feed_source="archive",
        host="main",
        urls=(),
        sha256=(),
        fetched_at=START,
        stale=True,
    )
