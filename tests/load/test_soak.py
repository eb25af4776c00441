"""A few seconds of bad weather: no call is answered wrongly or late, and nothing is left; and what the soak counts."""

from __future__ import annotations

import asyncio
import random

import attrs
import polars as pl
import pytest

from energyopti import Coverage, CoverageStatus, MarketData
from load.soak import Question, Report, questions, soak


@pytest.mark.exhaustive
def test_calls_in_bad_weather_are_right_or_stale_or_errors_in_time() -> None:
    """Eight seconds with three in ten answers spoilt and two hosts dead for a while, all markets asked."""
    report = soak(seconds=8.0, seed=7, each=5, speed=1_500.0, grace=2.0)
    assert (report.wrong, report.late, report.left) == ([], [], []), str(report)
    assert report.good
    assert report.answered > 50
    assert report.events["fetch_retried"] > 20
    assert len(report.dead) == 2


@pytest.fixture(scope="module")
def pool(tmp_path_factory: pytest.TempPathFactory) -> list[Question]:
    """One question of each market."""
    return asyncio.run(questions(tmp_path_factory.mktemp("truth"), random.Random(3), 1))


def spoilt(data: MarketData) -> MarketData:
    """The same answer with its last row left out."""
    return attrs.evolve(data, frame=data.frame.head(-1))


def test_judge_knows_right_from_wrong(pool: list[Question]) -> None:
    """The truth is right; with a row too few, or one that is none of its own, it is wrong."""
    for question in pool:
        truth = question.truth
        assert question.judge(truth) == "right"
        assert question.judge(spoilt(truth)) == "wrong"
        moved = truth.frame.with_columns(pl.col("interval_start").dt.offset_by("1s"))
        assert question.judge(attrs.evolve(truth, frame=moved)) == "wrong"


def test_judge_wants_stale_data_marked_and_parts_confessed(pool: list[Question]) -> None:
    """Data marked stale are told apart; a part is none unless the coverage says so and a part was allowed."""
    question = attrs.evolve(pool[0], partial=True)
    truth = question.truth
    aged = tuple(attrs.evolve(each, stale=True) for each in truth.provenance)
    assert question.judge(attrs.evolve(truth, provenance=aged)) == "stale"
    part = attrs.evolve(truth.coverage.parts[0], status=CoverageStatus.FAILED)
    lacking = attrs.evolve(
        spoilt(truth), coverage=Coverage(start=truth.coverage.start, end=truth.coverage.end, parts=(part,))
    )
    assert question.judge(lacking) == "partial"
    assert attrs.evolve(question, partial=False).judge(lacking) == "wrong"


def test_report_without_a_call_or_with_anything_amiss_is_not_good() -> None:
    """Nothing asked proves nothing; one call wrong, late, or left behind is enough."""
    fine = Report()
    fine.ends["right"] += 1
    assert "availability (right, or marked stale): 100.00%" in str(fine)
    amiss = [
        attrs.evolve(fine, wrong=["this"]),
        attrs.evolve(fine, late=["this"]),
        attrs.evolve(fine, left=["this"]),
    ]
    assert [each.good for each in (fine, Report(), *amiss)] == [True, False, False, False, False]
