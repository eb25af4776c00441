"""Ancillary services awarded in ERCOT's day-ahead market, by service, and by load resource and service.

Self-arranged quantities count toward the same requirement as purchased ones, but were never paid for: they are the
``procured`` of a separate feed. ERCOT does not publish a total of both, and they are not added here.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from energyopti import Feed, History, Run, Unconfirmed
from energyopti.datasets import ANCILLARY_QUANTITIES
from energyopti.layouts import CsvLayout, Lookup, Text, Wide, WideColumn
from energyopti.vocabulary import AncillaryProduct
from energyopti_ercot.examples import example
from energyopti_ercot.feeds.by_run import sixty_days_late, two_days_late
from energyopti_ercot.feeds.demand import DISCLOSED_FROM
from energyopti_ercot.feeds.services import RESPONSE_MINUTES
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
)
from energyopti_ercot.protocol.layouts import api_report, report
from energyopti_ercot.protocol.sources import PRODUCT

PRODUCTS = {
    "REGUP": AncillaryProduct.REGULATION_UP.value,
    "REGDN": AncillaryProduct.REGULATION_DOWN.value,
    "RRS": AncillaryProduct.RESPONSIVE_RESERVE.value,
    "RRSPFR": AncillaryProduct.RESPONSIVE_RESERVE.value,
    "RRSFFR": AncillaryProduct.RESPONSIVE_RESERVE.value,
    "RRSUFR": AncillaryProduct.RESPONSIVE_RESERVE.value,
    "RRSGEN": AncillaryProduct.RESPONSIVE_RESERVE.value,
    "RRSLOAD": AncillaryProduct.RESPONSIVE_RESERVE.value,
    "ECRSS": AncillaryProduct.CONTINGENCY_RESERVE.value,
    "ECRSM": AncillaryProduct.CONTINGENCY_RESERVE.value,
    "ECRSSD": AncillaryProduct.CONTINGENCY_RESERVE.value,
    "ECRSMD": AncillaryProduct.CONTINGENCY_RESERVE.value,
    "NSPIN": AncillaryProduct.NON_SPINNING_RESERVE.value,
    "NSPNM": AncillaryProduct.NON_SPINNING_RESERVE.value,
}
"""ERCOT's services and their parts as unified products.

Responsive reserve is primary frequency response (PFR), fast frequency response (FFR) or load on under-frequency relays
(UFR); in the first years it is split into generation and load. Contingency reserve (ECRS) and non-spinning reserve are
dispatched by SCED (S, SD) or manually (M, MD, NM).
"""

SERVICES = {
    "RegUp": "REGUP",
    "RegDown": "REGDN",
    "RRSPFR": "RRSPFR",
    "RRSFFR": "RRSFFR",
    "RRSUFR": "RRSUFR",
    "RRS Gen": "RRSGEN",
    "RRS Load": "RRSLOAD",
    "ECRSS": "ECRSS",
    "ECRSM": "ECRSM",
    "NonSpin": "NSPIN",
    "NSPNM": "NSPNM",
}
"""A service by its current and former names in the headers of the two-day tables, and by the names of their files."""

FORMER = ("RRSGEN", "RRSLOAD")
"""Former services."""

AWARDED = {
    "RegUp": "REGUP",
    "RegDown": "REGDN",
    "RRS": "RRS",
    "RRSPFR": "RRSPFR",
    "RRSFFR": "RRSFFR",
    "RRSUFR": "RRSUFR",
    "ECRSSD": "ECRSSD",
    "ECRSMD": "ECRSMD",
    "NonSpin": "NSPIN",
}
"""The same for awards to load resources; at first responsive reserve was not split."""

_OF_SERVICE = (
    Lookup(
        to="product",
        of="product_native",
        values=PRODUCTS,
        default=AncillaryProduct.UNKNOWN.value,
        report=True,
    ),
    Lookup(
        to="response_minutes",
        of="product_native",
        values=dict.fromkeys(("NSPIN", "NSPNM"), RESPONSE_MINUTES["NSPIN"])
        | dict.fromkeys(("ECRSS", "ECRSM", "ECRSSD", "ECRSMD"), RESPONSE_MINUTES["ECRS"]),
        default=None,
    ),
)


def by_service(headers: Mapping[str, str]) -> Wide:
    """One column per service; a table has some of them."""
    columns = (WideColumn(header, words=word, required=False) for header, word in headers.items())
    return Wide(to="product_native", value="procured", columns=tuple(columns))


def _two_days(word: str) -> CsvLayout:
    """One table per service, with a column that names the service."""
    headers = {f"{word} - {header}": service for header, service in SERVICES.items()}
    return report(
        ANCILLARY_QUANTITIES,
        hours_of_day(),
        wide=by_service(headers),
        derived=_OF_SERVICE,
        constants={"location": SYSTEM},
    )


CLEARED = _two_days("Total Cleared AS")
SELF_ARRANGED = _two_days("Total Self-Arranged AS")

_MAXIMUM = "Max Power Consumption for Load Resource"
_API_SERVICES = ("REGUP", "REGDN", "RRSPFR", "RRSFFR", "RRSUFR", "ECRSSD", "ECRSMD", "NSPIN")


LOAD_RESOURCE_AWARDS = report(
    ANCILLARY_QUANTITIES,
    hours_of_day(),
    columns=(Text(("Load Resource Name", "Resource Name"), to="location"),),
    wide=by_service({f"{header} Awarded": word for header, word in AWARDED.items()}),
    derived=_OF_SERVICE,
    ignored=(
        *("QSE", "DME", _MAXIMUM, "Low Power Consumption for Load Resource"),
        *(f"{header} MCPC" for header in ("RegUp", "RegDown", "RRS", "ECRS", "NonSpin")),
    ),
    api=api_report(
        ANCILLARY_QUANTITIES,
        hours_of_day("deliveryDate", "hourEnding"),
        columns=(Text("loadResourceName", to="location"),),
        wide=by_service({f"{word}Awarded": word for word in _API_SERVICES}),
        derived=_OF_SERVICE,
        ignored=(
            *("maxPowerConsumption", "lowPowerConsumption", "REGUPMCPC", "REGDNMCPC"),
            *("RRSMCPC", "ECRSMCPC", "NSPINMCPC"),
        ),
    ),
)
"""A load resource without an award of a service has an empty cell, or a zero if it offered."""


def _two_days_late(name: str, title: str, table: str, layout: CsvLayout) -> Feed:
    """All tables of one kind in the two-day report: the API has an endpoint for each, the archive a single document."""
    return two_days_late(
        name=name,
        dataset=ANCILLARY_QUANTITIES,
        run=Run.DAY_AHEAD,
        title=title,
        documented_at=PRODUCT.format("NP3-911-ER"),
        layout=layout,
        example=example(f"{name}.csv"),
        reads=of_table(table),
        sources=disclosed("NP3-911-ER", "13057", TWO_DAYS, table),
        unconfirmed=(
            *Unconfirmed.noted(
                date(2026, 11, 25),
                "how long it stays in the list",
            ),
            *UNFLAGGED,
        ),
    )


AWARDS = (
    _two_days_late(
        "2d_cleared_dam_as",
        "Cleared ancillary services of the day-ahead market, by service, hourly, two days late",
        r"2d_Cleared_DAM_AS_\w+",
        CLEARED,
    ),
    _two_days_late(
        "2d_self_arranged_as",
        "Self-arranged ancillary services, by service, hourly, two days late",
        r"2d_Self_Arranged_AS_\w+",
        SELF_ARRANGED,
    ),
    sixty_days_late(
        name="60_dam_load_res_awards",
        dataset=ANCILLARY_QUANTITIES,
        run=Run.DAY_AHEAD,
        title="Day-ahead ancillary service awards to load resources, hourly, 60 days late",
        documented_at=PRODUCT.format("NP3-966-ER"),
        history=History(since=DISCLOSED_FROM),
        layout=LOAD_RESOURCE_AWARDS,
        example=example("60_dam_load_res_awards.csv"),
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
                date(2026, 11, 30),
                "how far back its archive goes",
            ),
            *CORRECTED,
            *Unconfirmed.noted(
                date(2026, 11, 30),
                ("how hours are numbered on the 25-hour day", "taken as 1 to 25, as in the two-day reports"),
            ),
            *UNFLAGGED,
        ),
    ),
)
