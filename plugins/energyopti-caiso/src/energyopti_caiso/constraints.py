"""What binds CAISO's grid: nomograms, interties and flowgates, each with its cause and its shadow price.

One constraint binds under several causes at a time, ``BASE CASE`` among them: the cause is part of the key, and
nothing is summed. A direction is part of an intertie's name. ``GROUP`` numbers series: one constraint may stand in several
of them, and is one.
"""

from __future__ import annotations

from datetime import date, timedelta

from energyopti import Example, Feed, Run
from energyopti.datasets import CONSTRAINTS
from energyopti.layouts import CsvLayout, Joined, Text
from energyopti_caiso import oasis, runs, timetable
from energyopti_caiso.documented import SPECIFICATION
from energyopti_caiso.examples import constraints as examples
from energyopti_caiso.layouts import DAY, FIVE_MINUTES, HOUR, report, value
from energyopti_caiso.oasis import KEPT, Report

_CAUSE = Text("CONSTRAINT_CAUSE", to="contingency")
_TIE = Joined(to="constraint", of=("TI_ID", "TI_DIRECTION"), separator="/")
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
    """Shadow prices of interties and flowgates in a run; ``first`` is what their column is called today."""
    return report(
        CONSTRAINTS,
        _CAUSE,
        value("shadow_price", first),
        joined=(_TIE,),
        repeats="once",
        only=(runs.run(run, _TIE_RUNS),),
    )


def _feed(
    source: Report,
    title: str,
    layout: CsvLayout,
    example: Example,
    *,
    run: Run,
    unconfirmed: str | None = None,
) -> Feed:
    """A feed of shadow prices: there are rows only where something binds."""
    ahead = run is Run.DAY_AHEAD
    return Feed(
        name=source.name,
        dataset=CONSTRAINTS,
        run=run,
        title=title,
        documented_at=SPECIFICATION,
        history_from=date(2009, 4, 1),
        step=HOUR if ahead else FIVE_MINUTES,
        sparse=True,
        published_ahead=2 * DAY if ahead else timedelta(),
        due=timetable.DAY_AHEAD_MARKET if ahead else timetable.REAL_TIME,
        **timetable.CORRECTED,
        refresh_every=timedelta(minutes=30) if ahead else FIVE_MINUTES,
        retention=KEPT,
        layout=layout,
        example=example,
        sources=oasis.single(source, layout),
        unconfirmed=unconfirmed,
    )


CONSTRAINT_FEEDS = (
    _feed(
        Report("PRC_NOMOGRAM", 1, {"market_run_id": "DAM", "nomogram_id": "ALL"}),
        "Day-ahead shadow prices of nomograms",
        _nomograms(runs.DAM),
        Example(payload=examples.NOMOGRAMS, rows=examples.NOMOGRAM_ROWS),
        run=Run.DAY_AHEAD,
    ),
    _feed(
        Report("PRC_CNSTR", 1, {"market_run_id": "DAM", "ti_id": "ALL"}),
        "Day-ahead shadow prices of interties",
        _ties(runs.DAM, "MW"),
        Example(payload=examples.INTERTIES, rows=examples.INTERTIE_ROWS),
        run=Run.DAY_AHEAD,
    ),
    _feed(
        Report("PRC_RTM_NOMOGRAM", 1, {"market_run_id": "RTM", "nomogram_id": "ALL"}),
        "Real-time shadow prices of nomograms, five-minute",
        _nomograms(runs.RTM),
        Example(payload=examples.REAL_TIME_NOMOGRAMS, rows=examples.REAL_TIME_NOMOGRAM_ROWS),
        run=Run.REAL_TIME_5MIN,
        unconfirmed="that its intervals are five minutes",
    ),
    _feed(
        Report("PRC_RTM_FLOWGATE", 1, {"market_run_id": "RTM", "ti_id": "ALL"}),
        "Real-time shadow prices of interties and flowgates, five-minute",
        _ties(runs.RTM, "PRC"),
        Example(payload=examples.FLOWGATES, rows=examples.FLOWGATE_ROWS),
        run=Run.REAL_TIME_5MIN,
        unconfirmed="that its intervals are five minutes; that it is asked by ti_id (a list has it with node=ALL)",
    ),
)
