"""CAISO's binding constraints: nomograms, interties and flowgates, each with its cause and its shadow price.

One constraint may bind under several causes at the same time, ``BASE CASE`` included: the cause is part of the key, and
nothing is summed. The direction is part of an intertie's name. ``GROUP`` numbers series; a constraint that is in several
of them is still one constraint.

Shadow prices keep their published sign. In five days of March 2026, 210 of 504 day-ahead prices of nomograms are negative:
each constraint has one sign, branches and transformers a positive one, named groups such as ``HUMBOLDT_IMP_NG`` a
negative one. Both bind: filter on values other than zero.
"""

from __future__ import annotations

from datetime import date

from energyopti import Unconfirmed
from energyopti.datasets import CONSTRAINTS
from energyopti.layouts import CsvLayout, Joined, Text
from energyopti_caiso.examples import example
from energyopti_caiso.feeds.by_run import day_ahead, five_minute, report_page
from energyopti_caiso.protocol import oasis, runs
from energyopti_caiso.protocol.layouts import report, value
from energyopti_caiso.protocol.oasis import Report

_CAUSE = Text("CONSTRAINT_CAUSE", to="contingency")
_TIE = Joined(to="constraint", of=("TI_ID", "TI_DIRECTION"), separator="/")
_SIGN = Unconfirmed.noted(
    date(2026, 11, 30),
    (
        "what the sign of a shadow price says",
        "it is kept; in a recording branches are positive and groups of them negative",
    ),
)
_NOMOGRAM_RUNS: runs.Feeds = {runs.DAM: "PRC_NOMOGRAM", runs.RTM: "PRC_RTM_NOMOGRAM"}
_TIE_RUNS: runs.Feeds = {runs.DAM: "PRC_CNSTR", runs.RTM: "PRC_RTM_FLOWGATE"}


def _nomograms(run: str) -> CsvLayout:
    """Shadow prices of nomograms in a run."""
    return report(
        CONSTRAINTS,
        Text("NOMOGRAM_ID", to="constraint"),
        _CAUSE,
        value("shadow_price", "PRC"),
        repeats="once",
        only=(runs.run(run, _NOMOGRAM_RUNS),),
    )


def _ties(run: str, first: str) -> CsvLayout:
    """Shadow prices of interties and flowgates in a run; ``first`` is the current name of their column."""
    return report(
        CONSTRAINTS,
        _CAUSE,
        value("shadow_price", first),
        joined=(_TIE,),
        repeats="once",
        only=(runs.run(run, _TIE_RUNS),),
    )


CONSTRAINT_FEEDS = (
    day_ahead(
        name="PRC_NOMOGRAM",
        documented_at=report_page("PRC_NOMOGRAM"),
        dataset=CONSTRAINTS,
        title="Day-ahead shadow prices of nomograms",
        sparse=True,
        layout=_nomograms(runs.DAM),
        example=example("PRC_NOMOGRAM.csv"),
        sources=(oasis.single(Report("PRC_NOMOGRAM", 1, {"market_run_id": "DAM", "nomogram_id": "ALL"})),),
        unconfirmed=_SIGN,
    ),
    day_ahead(
        name="PRC_CNSTR",
        documented_at=report_page("PRC_CNSTR"),
        dataset=CONSTRAINTS,
        title="Day-ahead shadow prices of interties",
        sparse=True,
        layout=_ties(runs.DAM, "MW"),
        example=example("PRC_CNSTR.csv"),
        sources=(oasis.single(Report("PRC_CNSTR", 1, {"market_run_id": "DAM", "ti_id": "ALL"})),),
        unconfirmed=_SIGN,
    ),
    five_minute(
        name="PRC_RTM_NOMOGRAM",
        documented_at=report_page("PRC_RTM_NOMOGRAM"),
        dataset=CONSTRAINTS,
        title="Real-time shadow prices of nomograms, five-minute",
        sparse=True,
        layout=_nomograms(runs.RTM),
        example=example("PRC_RTM_NOMOGRAM.csv"),
        sources=(
            oasis.single(Report("PRC_RTM_NOMOGRAM", 1, {"market_run_id": "RTM", "nomogram_id": "ALL"})),
        ),
        unconfirmed=(
            *Unconfirmed.noted(
                date(2026, 11, 30),
                "that its intervals are five minutes",
            ),
            *_SIGN,
        ),
    ),
    five_minute(
        name="PRC_RTM_FLOWGATE",
        documented_at=report_page("PRC_RTM_FLOWGATE"),
        dataset=CONSTRAINTS,
        title="Real-time shadow prices of interties and flowgates, five-minute",
        sparse=True,
        layout=_ties(runs.RTM, "PRC"),
        example=example("PRC_RTM_FLOWGATE.csv"),
        sources=(oasis.single(Report("PRC_RTM_FLOWGATE", 1, {"market_run_id": "RTM", "ti_id": "ALL"})),),
        unconfirmed=(
            *Unconfirmed.noted(
                date(2026, 11, 30),
                "that its intervals are five minutes",
                ("that it is requested by ti_id", "one list has it with node=ALL"),
            ),
            *_SIGN,
        ),
    ),
)
