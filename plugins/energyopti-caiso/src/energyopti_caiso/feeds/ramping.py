"""Flexible ramping: requirements, awards and prices, by balancing area and direction.

``CISO`` is California; the others are areas and groups of the Western Energy Imbalance Market. The CSV columns of these
reports are only partly known: the names of the values are those of the specification.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import attrs

from energyopti import Feed, Run, Unconfirmed
from energyopti.datasets import FLEXIBLE_RAMP
from energyopti.layouts import CsvLayout, Number, Only, Text
from energyopti.timezones import HOUR
from energyopti.vocabulary import Direction
from energyopti_caiso import timing
from energyopti_caiso.examples import example
from energyopti_caiso.feeds.by_run import OASIS, oasis_feed, report_page
from energyopti_caiso.protocol import oasis, runs
from energyopti_caiso.protocol.layouts import FIVE_MINUTES, QUARTER, figures, report, value
from energyopti_caiso.protocol.oasis import Report

_UP, _DOWN = Direction.UP.value, Direction.DOWN.value
_AREA = Text(("BAA_GRP_ID", "RESOURCE_NAME"), to="location")
_DIRECTION = Text("RAMP_TYPE", to="direction", words={"UP": _UP, "DOWN": _DOWN, "FRU": _UP, "FRD": _DOWN})
_RUNS = (("RTPD", Run.REAL_TIME_15MIN, QUARTER), ("RTD", Run.REAL_TIME_5MIN, FIVE_MINUTES))

_SEGMENT = Text(("SEGMENT", "SEGMENT_NUM", "SEGMENT_NUMBER", "SEGMENT_ID"), to="component")


def _requirements(only: Only) -> CsvLayout:
    """Requirements: one row per value. One client found a column for the requirement instead, spelled as it is here."""
    itemized = report(
        FLEXIBLE_RAMP,
        _AREA,
        _DIRECTION,
        long=figures(
            {"FLEX_RAMP_REQ_MW": "requirement", "NET_DEMAND_MW": None, "UNCERTAINTY_MW": None},
            same=(_AREA.name, _DIRECTION.name),
            first="VALUE",
        ),
        only=(only,),
    )
    spread = report(
        FLEXIBLE_RAMP,
        _AREA,
        _DIRECTION,
        Number(("FLEX_RAMP_REQ_MW", "FLEX_RAMP_REQ", "UNCERTAINITY", "UNCERTAINTY"), to="requirement"),
        only=(only,),
    )
    return attrs.evolve(itemized, others=(*itemized.others, spread))


def _awards(only: Only) -> CsvLayout:
    """Total awards."""
    return report(FLEXIBLE_RAMP, _AREA, _DIRECTION, value("procured", "VALUE"), only=(only,))


def _curves(only: Only) -> CsvLayout:
    """The price of a shortage, segment by segment."""
    return report(
        FLEXIBLE_RAMP,
        _AREA,
        _DIRECTION,
        _SEGMENT,
        long=figures(
            {"SEGMENT_MW": "requirement", "SEGMENT_PRC": "price"},
            same=(_AREA.name, _DIRECTION.name, _SEGMENT.name),
            first="VALUE",
        ),
        only=(only,),
    )


def _uncertainty(only: Only) -> CsvLayout:
    """The movement of supply, interties and load."""
    return report(
        FLEXIBLE_RAMP,
        _AREA,
        Text("CATEGORY", to="component"),
        value("requirement", "VALUE"),
        only=(only,),
        ignored=("PRODUCT",),
    )


def _prices(only: Only) -> CsvLayout:
    """The older constraint: requirement and shadow price in each direction."""
    return report(
        FLEXIBLE_RAMP,
        _AREA,
        long=figures(
            {
                "RAMP_UP_CAP_REQ": ("requirement", _UP),
                "RAMP_UP_SHADOW_PRC": ("price", _UP),
                "RAMP_DOWN_CAP_REQ": ("requirement", _DOWN),
                "RAMP_DOWN_SHADOW_PRC": ("price", _DOWN),
            },
            kind_field="direction",
            same=(_AREA.name,),
            first="VALUE",
        ),
        only=(only,),
    )


_PART = Unconfirmed.noted(
    date(2026, 11, 25),
    "the columns of the CSV form other than the area, the direction and the times",
)


def _feeds(
    query: str,
    version: int,
    title: str,
    layout: Callable[[Only], CsvLayout],
    *,
    made: tuple[tuple[str, Run, timedelta], ...] = _RUNS,
    unconfirmed: tuple[Unconfirmed, ...] = _PART,
) -> tuple[Feed, ...]:
    """A report's feeds, one per run."""
    feeds: runs.Feeds = {run_id: f"{query}_{run_id}" for run_id, *_ in made}
    rows = f"{query}_{made[0][0]}.rows.json"
    return tuple(
        oasis_feed(
            name=f"{query}_{run_id}",
            documented_at=report_page(f"{query}_{run_id}"),
            dataset=FLEXIBLE_RAMP,
            run=run,
            title=f"{title}, {'fifteen' if step == QUARTER else 'five'}-minute",
            history=attrs.evolve(OASIS, since=date(2016, 11, 1)),
            step=step,
            publication=attrs.evolve(timing.REAL_TIME, published_ahead=HOUR),
            sparse=True,
            layout=layout(runs.run(run_id, feeds)),
            example=example(f"{query}_{run_id}.csv", rows=rows),
            sources=(oasis.single(Report(query, version, {"market_run_id": run_id, "baa_grp_id": "ALL"})),),
            unconfirmed=unconfirmed,
        )
        for run_id, run, step in made
    )


REQUIREMENTS = _feeds(
    "ENE_FLEX_RAMP_REQT",
    4,
    "Flexible ramping requirements",
    _requirements,
    unconfirmed=(
        *_PART,
        *Unconfirmed.noted(
            date(2026, 11, 25),
            "whether the requirement is a row of its own or, as one client has it, a column UNCERTAINITY",
        ),
    ),
)
AWARDS = _feeds("ENE_AGGR_FLEX_RAMP", 4, "Total flexible ramping awards", _awards)
CURVES = _feeds(
    "ENE_FLEX_RAMP_DC",
    4,
    "Flexible ramping demand curves, by segment",
    _curves,
    unconfirmed=(
        *_PART,
        *Unconfirmed.noted(
            date(2026, 11, 25),
            "which column is the segment",
        ),
    ),
)
UNCERTAINTY = _feeds(
    "ENE_UNCERTAINTY_MV",
    4,
    "Uncertainty movement by category: supply, interties, load",
    _uncertainty,
    made=_RUNS[1:],
    unconfirmed=(
        *_PART,
        *Unconfirmed.noted(
            date(2026, 11, 25),
            "which direction of movement is positive",
        ),
    ),
)
PRICES = _feeds(
    "PRC_FLEX_RAMP",
    2,
    "Flexible ramping constraint: requirements and shadow prices",
    _prices,
    unconfirmed=(
        *_PART,
        *Unconfirmed.noted(
            date(2026, 11, 25),
            "whether it is still published",
        ),
    ),
)
RAMPING = (*REQUIREMENTS, *AWARDS, *CURVES, *UNCERTAINTY, *PRICES)
