"""ERCOT's demand response: load resources, individually and in total.

Load resources offer ancillary services. These feeds have the maximum and the low power consumption of each: the
difference is the most that could be called; without the low one that is the maximum. How much was called is not
published. Awards by service are ancillary service quantities, in
`energyopti_ercot.feeds.awards`.
"""

from __future__ import annotations

from datetime import date

from energyopti import Feed, History, Unconfirmed
from energyopti.datasets import DEMAND_RESPONSE
from energyopti.layouts import CsvLayout, Number, Residual, Text
from energyopti_ercot.examples import example
from energyopti_ercot.feeds.by_run import sixty_days_late, two_days_late
from energyopti_ercot.locations import SYSTEM
from energyopti_ercot.protocol.api import EndPoint
from energyopti_ercot.protocol.disclosures import (
    CORRECTED,
    SIXTY_DAYS,
    TWO_DAYS,
    UNFLAGGED,
    disclosed,
    hours_of_day,
    of_table,
    runs_of_day,
)
from energyopti_ercot.protocol.layouts import api_report, dispatch_of_api, report
from energyopti_ercot.protocol.sources import API_FROM, API_UNCONFIRMED, PRODUCT

PROGRAM, LOAD_RESOURCE = "Load Resources", "load resource"
UNDER_FREQUENCY = "load on under-frequency relays"
RELAYS = "RRSUFR"

DISCLOSED_FROM = date(2014, 3, 2)
"""The first operating day whose disclosure other clients have read from the archive."""

_SERVICES = ("RegUp", "RegDown", "RRS", "RRSPFR", "RRSFFR", "RRSUFR", "ECRS", "ECRSSD", "ECRSMD", "NonSpin")
_RUN_SERVICES = ("NSPIN", "NonSpin", "RRS", "RRSFFR", "RRSPFR", "RRSUFR", "ECRS", "REGUP", "RegDown", "REGDN")
_CURVE = range(1, 36)


def _system(word: str, field: str) -> CsvLayout:
    """Load on under-frequency relays, cleared or self-arranged, for all of ERCOT."""
    fixed = {"program": RELAYS, "resource_type": UNDER_FREQUENCY, "location": SYSTEM}
    api = api_report(
        DEMAND_RESPONSE,
        hours_of_day("deliveryDate", "hourEnding"),
        columns=(Number(field, to="capacity"),),
        constants=fixed,
    )
    columns = (Number(f"{word} - {RELAYS}", to="capacity"),)
    return report(DEMAND_RESPONSE, hours_of_day(), columns=columns, constants=fixed, api=api)


CLEARED_RELAYS = _system("Total Cleared AS", "totalClearedASRRSUFR")
SELF_ARRANGED_RELAYS = _system("Total Self-Arranged AS", "totalSelfArrangedASRRSUFR")

_FIXED = {"program": PROGRAM, "resource_type": LOAD_RESOURCE}
_CALLED = (Residual(to="capacity", of="maximum", minus=("minimum",), digits=3, tolerance=0.05, at_most=True),)
DAY_AHEAD_RESOURCES = report(
    DEMAND_RESPONSE,
    hours_of_day(),
    columns=(
        Text(("Load Resource Name", "Resource Name"), to="location"),
        Number("Max Power Consumption for Load Resource", to="maximum"),
        Number("Low Power Consumption for Load Resource", to="minimum", required=False),
    ),
    constants=_FIXED,
    derived=_CALLED,
    ignored=(
        *("QSE", "DME"),
        *(f"{service} {word}" for service in _SERVICES for word in ("Awarded", "MCPC")),
    ),
    api=api_report(
        DEMAND_RESPONSE,
        hours_of_day("deliveryDate", "hourEnding"),
        columns=(
            Text("loadResourceName", to="location"),
            Number("maxPowerConsumption", to="maximum"),
            Number("lowPowerConsumption", to="minimum", required=False),
        ),
        constants=_FIXED,
        derived=_CALLED,
        ignored=(
            *("REGUPAwarded", "REGUPMCPC", "REGDNAwarded", "REGDNMCPC"),
            *("RRSPFRAwarded", "RRSFFRAwarded", "RRSUFRAwarded", "RRSMCPC"),
            *("ECRSSDAwarded", "ECRSMDAwarded", "ECRSMCPC", "NSPINAwarded", "NSPINMCPC"),
        ),
    ),
)
"""The power consumption of each load resource in every hour, at most and at least, as submitted to the day-ahead market."""

DISPATCHED_RESOURCES = report(
    DEMAND_RESPONSE,
    runs_of_day(),
    columns=(
        Text("Resource Name", to="location"),
        Number("Max Power Consumption", to="maximum"),
        Number("Low Power Consumption", to="minimum", required=False),
    ),
    constants=_FIXED,
    derived=_CALLED,
    ignored=(
        *("QSE", "DME", "Telemetered Resource Status", "Real Power Consumption"),
        *(
            f"AS {word} {service}"
            for word in ("Responsibility for", "Capability", "Awards")
            for service in _RUN_SERVICES
        ),
        *("Self Provided RRSFFR", "Self Provided RRSUFR", "Self Provided ECRS"),
        *(f"SCED Bid to Buy Curve-{word}{number}" for number in _CURVE for word in ("MW", "Price")),
        *("Ramp Rate Up", "Ramp Rate Down", "HASL", "HDL", "LASL", "LDL", "Base Point"),
    ),
    api=api_report(
        DEMAND_RESPONSE,
        dispatch_of_api(),
        columns=(
            Text("resourceName", to="location"),
            Number("maxPowerConsumption", to="maximum"),
            Number("lowPowerConsumption", to="minimum", required=False),
        ),
        constants=_FIXED,
        derived=_CALLED,
        ignored=(
            *("qseName", "dmeName", "telResStatus", "realPowerConsumption"),
            *(
                f"AS{word}{service}"
                for word in ("RespFor", "Cap", "Awards")
                for service in ("NSPIN", "RRS", "RRSFFR", "RRSPFR", "RRSUFR", "ECRS", "REGUP", "REGDN")
            ),
            *("selfRRSFFR", "selfRRSUFR", "selfECRS"),
            *(f"SCEDBidCurve{word}{number}" for number in _CURVE for word in ("MW", "Price")),
            *("rampRateUp", "rampRateDown", "HASL", "HDL", "LASL", "LDL", "basePoint"),
        ),
    ),
)
"""The power consumption of each load resource in every SCED run, at most and at least, as telemetered."""


def _relays(kind: str, title: str, table: str, layout: CsvLayout) -> Feed:
    """A table of the two-day report of ancillary services."""
    name = f"2d_{kind}_rrsufr"
    return two_days_late(
        name=name,
        dataset=DEMAND_RESPONSE,
        title=title,
        documented_at=PRODUCT.format("NP3-911-ER"),
        layout=layout,
        example=example(f"{name}.csv"),
        reads=of_table(table),
        sources=disclosed("NP3-911-ER", "13057", TWO_DAYS, table, EndPoint(path=f"np3-911-er/{name}")),
        unconfirmed=(
            *Unconfirmed.noted(
                date(2026, 11, 25),
                "how long it stays in the list",
            ),
            *UNFLAGGED,
            *Unconfirmed.noted(
                date(2026, 11, 25),
                "the first day that the API has",
                ("how the API numbers hours on the 25-hour day", "taken as 1 to 25 there too"),
            ),
        ),
    )


CLEARED = _relays(
    "cleared_dam_as",
    "Responsive reserve from load on under-frequency relays, cleared day-ahead, hourly, two days late",
    "2d_Cleared_DAM_AS_RRSUFR",
    CLEARED_RELAYS,
)
SELF_ARRANGED = _relays(
    "self_arranged_as",
    "Responsive reserve from load on under-frequency relays, self-arranged, hourly, two days late",
    "2d_Self_Arranged_AS_RRSUFR",
    SELF_ARRANGED_RELAYS,
)
DAY_AHEAD_LOAD_RESOURCES = sixty_days_late(
    name="60_dam_load_res_data",
    dataset=DEMAND_RESPONSE,
    title="Load resources in the day-ahead market: power consumption at most and at least, hourly, 60 days late",
    documented_at=PRODUCT.format("NP3-966-ER"),
    history=History(since=DISCLOSED_FROM),
    layout=DAY_AHEAD_RESOURCES,
    example=example("60_dam_load_res_data.csv"),
    reads=of_table("60d_DAM_Load_Resource_Data"),
    sources=disclosed(
        "NP3-966-ER",
        "13051",
        SIXTY_DAYS,
        "60d_DAM_Load_Resource_Data",
        EndPoint(path="np3-966-er/60_dam_load_res_data"),
    ),
    unconfirmed=(
        *Unconfirmed.noted(
            date(2026, 11, 29),
            "how far back its archive goes",
        ),
        *CORRECTED,
        *Unconfirmed.noted(
            date(2026, 11, 29),
            ("how hours are numbered on the 25-hour day", "taken as 1 to 25, as in the two-day reports"),
        ),
        *UNFLAGGED,
    ),
)
DISPATCHED_LOAD_RESOURCES = sixty_days_late(
    name="60_load_res_data_in_sced",
    dataset=DEMAND_RESPONSE,
    title="Load resources by SCED run: power consumption at most and at least, 60 days late",
    documented_at=PRODUCT.format("NP3-965-ER"),
    history=History(since=API_FROM),
    layout=DISPATCHED_RESOURCES,
    example=example("60_load_res_data_in_sced.csv"),
    reads=of_table("60d_Load[_ ]Resource_Data_in_SCED"),
    sources=disclosed(
        "NP3-965-ER",
        "13052",
        SIXTY_DAYS,
        "60d_Load[_ ]Resource_Data_in_SCED",
        EndPoint(path="np3-965-er/60_load_res_data_in_sced", by="SCEDTimestamp", stamps=True),
    ),
    unconfirmed=(*API_UNCONFIRMED, *CORRECTED),
)

DEMAND = (CLEARED, SELF_ARRANGED, DAY_AHEAD_LOAD_RESOURCES, DISPATCHED_LOAD_RESOURCES)
"""What could be called, the latest figures first."""
