"""ERCOT's load in every dispatch run, by zone, and the loads that resources follow.

Load is what generation and the direct-current ties were telemetered to bring: generation less the ties, whose imports
are negative; both stay reachable in the source's own columns. A dynamically scheduled resource (DSR) is generation
that follows a load: such load cannot be called, so that it is no demand response.
"""

from __future__ import annotations

from datetime import timedelta

from energyopti import Example, Feed
from energyopti.datasets import LOAD
from energyopti.layouts import CsvLayout, Number, Text
from energyopti_ercot import timetable
from energyopti_ercot.disclosures import (
    CORRECTED,
    SIXTY_DAYS,
    TWO_DAYS,
    disclosed,
    of_table,
    runs_of_day,
)
from energyopti_ercot.examples import summaries as examples
from energyopti_ercot.layouts import FIVE_MINUTES, api_report, dispatch_of_api, report
from energyopti_ercot.sources import API_FROM, API_UNCONFIRMED, PRODUCT, EndPoint
from energyopti_ercot.vocabulary import SYSTEM

FOLLOWED = "DSR"
"""The location of all the loads together that dynamically scheduled resources follow."""

_SPARSE_AT_FIRST = "in 2014 its rows were 15 minutes apart; since when they are of every run"


def summary(location: str) -> CsvLayout:
    """Load of a zone, or of all of ERCOT, which nothing in the table says."""
    fixed = {"location": location}
    api = api_report(
        LOAD,
        dispatch_of_api(),
        columns=(Number("aggLoadSummary", to="load"),),
        ignored=("sumTelemGenMW", "sumTelemDCtieMW"),
        constants=fixed,
    )
    return report(
        LOAD,
        runs_of_day(),
        columns=(Number("AGG LOAD SUMMARY", to="load"),),
        ignored=("SUM TELEM GEN MW", "SUM TELEM DCTIE MW"),
        constants=fixed,
        api=api,
    )


ALL_FOLLOWED = report(
    LOAD,
    runs_of_day(),
    columns=(Number("SUM TELEM DSR LOAD", to="load"),),
    ignored=("SUM TELEM DSR GEN",),
    constants={"location": FOLLOWED},
    api=api_report(
        LOAD,
        dispatch_of_api(),
        columns=(Number("sumTelemDSRLoad", to="load"),),
        ignored=("sumTelemDSRGen",),
        constants={"location": FOLLOWED},
    ),
)
FOLLOWED_BY_ENTITY = report(
    LOAD,
    runs_of_day(),
    columns=(Text("QSE Name", to="location"), Number("Total Telemetered DSR Loads", to="load")),
    api=api_report(
        LOAD,
        dispatch_of_api(),
        columns=(Text("qseName", to="location"), Number("totalTelemeteredDSRLoads", to="load")),
    ),
)
"""The location is the scheduling entity (QSE) whose resources follow the load."""


def _end_point(product: str, name: str) -> EndPoint:
    return EndPoint(path=f"{product.lower()}/{name}", by="SCEDTimestamp", stamps=True)


def _summary(name: str, where: str, table: str, location: str) -> Feed:
    """Load of a zone in the two-day report."""
    layout = summary(location)
    example = (
        Example(payload=examples.SUMMARY, rows=examples.SUMMARY_ROWS)
        if location == SYSTEM
        else Example(payload=examples.ZONE, rows=({"location": location, **examples.ZONE_ROW},))
    )
    return Feed(
        name=name,
        dataset=LOAD,
        title=f"Load of {where} in every dispatch run (SCED), two days late",
        documented_at=PRODUCT.format("NP3-910-ER"),
        history_from=API_FROM,
        step=FIVE_MINUTES,
        irregular=True,
        published_ahead=timedelta(days=1) - TWO_DAYS,
        due=timetable.TWO_DAYS_LATE,
        **timetable.AFTER_TWO_DAYS,
        refresh_every=timedelta(hours=1),
        layout=layout,
        example=example,
        reads=of_table(f"(?:2d|48h)_{table}"),
        sources=disclosed(
            "NP3-910-ER",
            "13056",
            TWO_DAYS,
            f"(?:2d|48h)_{table}",
            layout,
            _end_point("NP3-910-ER", name),
        ),
        unconfirmed=f"{API_UNCONFIRMED}; that it is listed for 31 days, as one reader says; {_SPARSE_AT_FIRST}",
    )


SUMMARIES_BY_ZONE = {
    SYSTEM: _summary("2d_agg_load_summary", "all of ERCOT", "Agg_Load_Summary", SYSTEM),
    **{
        zone.upper(): _summary(
            f"2d_agg_load_summary_{zone.lower()}",
            f"the {zone} zone",
            f"Agg_Load_Summary_{zone}",
            zone.upper(),
        )
        for zone in ("North", "South", "West", "Houston")
    },
}

ALL_FOLLOWED_LOADS = Feed(
    name="2d_agg_dsr_loads",
    dataset=LOAD,
    title="Load that dynamically scheduled resources follow, in every dispatch run (SCED), two days late",
    documented_at=PRODUCT.format("NP3-910-ER"),
    history_from=API_FROM,
    step=FIVE_MINUTES,
    irregular=True,
    published_ahead=timedelta(days=1) - TWO_DAYS,
    due=timetable.TWO_DAYS_LATE,
    **timetable.AFTER_TWO_DAYS,
    refresh_every=timedelta(hours=1),
    layout=ALL_FOLLOWED,
    example=Example(payload=examples.ALL_FOLLOWED, rows=examples.ALL_FOLLOWED_ROWS),
    reads=of_table("(?:2d|48h)_Agg_DSR_Loads"),
    sources=disclosed(
        "NP3-910-ER",
        "13056",
        TWO_DAYS,
        "(?:2d|48h)_Agg_DSR_Loads",
        ALL_FOLLOWED,
        _end_point("NP3-910-ER", "2d_agg_dsr_loads"),
        may_lack=True,
    ),
    unconfirmed=f"{API_UNCONFIRMED}; until when the table was published: documents of 2026 lack it",
)
FOLLOWED_LOADS = Feed(
    name="60_sced_dsr_load_data",
    dataset=LOAD,
    title="Loads that dynamically scheduled resources follow, by scheduling entity, sixty days late",
    documented_at=PRODUCT.format("NP3-965-ER"),
    history_from=API_FROM,
    step=FIVE_MINUTES,
    irregular=True,
    sparse=True,
    published_ahead=timedelta(days=1) - SIXTY_DAYS,
    due=timetable.SIXTY_DAYS_LATE,
    **timetable.AFTER_SIXTY_DAYS,
    refresh_every=timedelta(hours=12),
    layout=FOLLOWED_BY_ENTITY,
    example=Example(payload=examples.FOLLOWED, rows=examples.FOLLOWED_ROWS),
    reads=of_table("60d_SCED_DSR_Load_Data"),
    sources=disclosed(
        "NP3-965-ER",
        "13052",
        SIXTY_DAYS,
        "60d_SCED_DSR_Load_Data",
        FOLLOWED_BY_ENTITY,
        _end_point("NP3-965-ER", "60_sced_dsr_load_data"),
        may_lack=True,
    ),
    unconfirmed=f"{API_UNCONFIRMED}; {CORRECTED}; until when the table was published: documents of 2026 lack it",
)

SUMMARIES = (*SUMMARIES_BY_ZONE.values(), ALL_FOLLOWED_LOADS, FOLLOWED_LOADS)
