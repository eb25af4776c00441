"""Some days of every market around a clock change: what holds of them holds in every run of the suite.

`make simulate` lives through three weeks of all feeds.
"""

from __future__ import annotations

import logging
from datetime import date

import pytest

from simulation.run import Plan, Report, simulate
from simulation.tables import written

LONG_DAY, SHORT_DAY = date(2026, 11, 1), date(2026, 3, 8)
PLANS = (
    Plan(
        market="nyiso",
        first=LONG_DAY,
        days=2,
        queries=30,
        feeds=("damlbmp_zone", "rtlbmp_zone"),
    ),
    Plan(
        market="pjm",
        first=SHORT_DAY,
        days=2,
        queries=20,
        feeds=("da_hrl_lmps", "hrl_load_metered"),
    ),
    Plan(
        market="caiso",
        first=LONG_DAY,
        days=2,
        queries=30,
        feeds=("PRC_LMP", "SLD_FCST_ACTUAL", "demand"),
    ),
    Plan(
        market="ercot",
        first=SHORT_DAY,
        days=2,
        seed=2,
        queries=20,
        feeds=("dam_stlmnt_pnt_prices", "act_sys_load_by_fzn"),
    ),
)
TWO = {"caiso", "ercot"}
"""Which of them are part of every run: a long day and a short one, of markets with a key and without."""


@pytest.mark.parametrize(
    "plan",
    [
        pytest.param(plan, id=plan.market, marks=() if plan.market in TWO else pytest.mark.exhaustive)
        for plan in PLANS
    ],
)
def test_every_answer_and_every_watch_is_true(plan: Plan, caplog: pytest.LogCaptureFixture) -> None:
    """No answer is falsely complete, old, wrong, or hides rows; no watch loses rows or tells them twice; no host is stormed."""
    caplog.set_level(logging.ERROR, logger="stamina")
    report = simulate(plan)
    assert sum(report.outcomes.values()) == plan.queries
    assert not _faults(report), written([report])


def _faults(report: Report) -> list[object]:
    watched = [each for each in report.watched if each.lost or each.twice or each.wrong or each.uncorrected]
    return [*report.bad, *report.storms, *watched]
