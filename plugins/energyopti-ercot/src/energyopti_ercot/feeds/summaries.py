"""ERCOT's load in every dispatch run, by zone, and the loads that resources follow.

Load is what generation and the direct-current ties were telemetered to bring: generation less the ties, whose imports
are negative; both stay reachable in the source's own columns. A dynamically scheduled resource (DSR) is generation
that follows a load: such load cannot be called, so that it is no demand response.
"""

from __future__ import annotations

from energyopti import Feed
from energyopti.datasets import LOAD
from energyopti.layouts import CsvLayout, Number, Text
from energyopti_ercot.examples import example
from energyopti_ercot.feeds.by_run import sixty_days_late, two_days_late
from energyopti_ercot.locations import SYSTEM
from energyopti_ercot.protocol.api import EndPoint
from energyopti_ercot.protocol.disclosures import (
    CORRECTED,
    SIXTY_DAYS,
    TWO_DAYS,
    disclosed,
    of_table,
    runs_of_day,
)
from energyopti_ercot.protocol.layouts import FIVE_MINUTES, api_report, dispatch_of_api, report
from energyopti_ercot.protocol.sources import API_FROM, API_UNCONFIRMED, PRODUCT

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


def _two_days_late(
    name: str,
    title: str,
    table: str,
    layout: CsvLayout,
    unconfirmed: str,
    *,
    file: str,
    may_lack: bool = False,
) -> Feed:
    """A table of the two-day report by dispatch run."""
    end_point = EndPoint(path=f"np3-910-er/{name}", by="SCEDTimestamp", stamps=True)
    pattern = f"(?:2d|48h)_{table}"
    return two_days_late(
        name=name,
        dataset=LOAD,
        title=title,
        documented_at=PRODUCT.format("NP3-910-ER"),
        step=FIVE_MINUTES,
        irregular=True,
        layout=layout,
        example=example(file, rows=f"{name}.rows.json"),
        reads=of_table(pattern),
        sources=disclosed("NP3-910-ER", "13056", TWO_DAYS, pattern, end_point, may_lack=may_lack),
        unconfirmed=f"{API_UNCONFIRMED}; {unconfirmed}",
    )


def _summary(zone: str) -> Feed:
    """Load of a zone, or without one of all of ERCOT, in the two-day report."""
    return _two_days_late(
        f"2d_agg_load_summary_{zone.lower()}" if zone else "2d_agg_load_summary",
        f"Load of {f'the {zone} zone' if zone else 'all of ERCOT'} in every dispatch run (SCED), two days late",
        f"Agg_Load_Summary_{zone}" if zone else "Agg_Load_Summary",
        summary(zone.upper() or SYSTEM),
        f"that it is listed for 31 days, as one reader says; {_SPARSE_AT_FIRST}",
        file="2d_agg_load_summary_north.csv" if zone else "2d_agg_load_summary.csv",
    )


_UNTIL = "until when the table was published: documents of 2026 lack it"
SUMMARIES_BY_ZONE = {
    zone.upper() or SYSTEM: _summary(zone) for zone in ("", "North", "South", "West", "Houston")
}
ALL_FOLLOWED_LOADS = _two_days_late(
    "2d_agg_dsr_loads",
    "Load that dynamically scheduled resources follow, in every dispatch run (SCED), two days late",
    "Agg_DSR_Loads",
    ALL_FOLLOWED,
    _UNTIL,
    file="2d_agg_dsr_loads.csv",
    may_lack=True,
)
FOLLOWED_LOADS = sixty_days_late(
    name="60_sced_dsr_load_data",
    dataset=LOAD,
    title="Loads that dynamically scheduled resources follow, by scheduling entity, sixty days late",
    documented_at=PRODUCT.format("NP3-965-ER"),
    history_from=API_FROM,
    step=FIVE_MINUTES,
    irregular=True,
    layout=FOLLOWED_BY_ENTITY,
    example=example("60_sced_dsr_load_data.csv"),
    reads=of_table("60d_SCED_DSR_Load_Data"),
    sources=disclosed(
        "NP3-965-ER",
        "13052",
        SIXTY_DAYS,
        "60d_SCED_DSR_Load_Data",
        EndPoint(path="np3-965-er/60_sced_dsr_load_data", by="SCEDTimestamp", stamps=True),
        may_lack=True,
    ),
    unconfirmed=f"{API_UNCONFIRMED}; {CORRECTED}; {_UNTIL}",
)

SUMMARIES = (*SUMMARIES_BY_ZONE.values(), ALL_FOLLOWED_LOADS, FOLLOWED_LOADS)
