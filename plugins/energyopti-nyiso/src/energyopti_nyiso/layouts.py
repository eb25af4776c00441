"""How NYISO writes its files: the columns, clocks and signs of each kind of document.

Matched by meaning, since the headers drifted over the years: quoted or bare, with or without seconds in the
stamps, labels cut off at the end.
"""

from __future__ import annotations

from datetime import timedelta

import attrs

from energyopti.datasets import (
    ANCILLARY_PRICES,
    CONSTRAINTS,
    FUEL_MIX,
    LMP,
    LOAD,
    LOAD_FORECAST,
    RENEWABLES,
    RENEWABLES_FORECAST,
    SCHEDULES,
)
from energyopti.layouts import (
    Copy,
    CsvLayout,
    Lookup,
    Meaning,
    Number,
    OffsetFlag,
    Residual,
    Stamp,
    Text,
    Wide,
)
from energyopti.schema import Dataset
from energyopti.vocabulary import (
    AncillaryProduct,
    Fuel,
    LocationType,
    PriceBasis,
    RenewableFuel,
    ScheduleKind,
)
from energyopti_nyiso.locations import PROXIES, REFERENCE_BUS, ZONES

ZONE = "America/New_York"
HOUR = timedelta(hours=1)
FIVE_MINUTES = timedelta(minutes=5)

_STAMP = ("Time Stamp", "Timestamp")
_SECONDS, _MINUTES = "%m/%d/%Y %H:%M:%S", "%m/%d/%Y %H:%M"
_TIME_ZONE = OffsetFlag(column="Time Zone", offsets={"EDT": timedelta(hours=-4), "EST": timedelta(hours=-5)})


def lbmp(time: Stamp, location_types: Lookup) -> CsvLayout:
    """Locational based marginal prices.

    As published, LBMP = energy + losses - congestion: the congestion column is turned, and energy, which is
    not published, is what remains: one figure for all locations of a stamp, to the cent.
    """
    return CsvLayout(
        dataset=LMP,
        zone=ZONE,
        quoted=True,
        time=time,
        columns=(
            Text("Name", to="location"),
            Text("PTID"),
            Number(("LBMP ($/MWHr)", "LBMP ($/MWH"), to="lmp"),
            Number(("Marginal Cost Losses ($/MWHr)", "Marginal Cost Losses ($/MWH"), to="loss"),
            Number(
                ("Marginal Cost Congestion ($/MWHr)", "Marginal Cost Congestion ($/MWH"),
                to="congestion",
                scale=-1,
            ),
        ),
        derived=(
            Copy(to="location_name", of="location"),
            location_types,
            Residual(to="energy", of="lmp", minus=("loss", "congestion")),
        ),
    )


HOURLY = Stamp(_STAMP, formats=(_MINUTES, _SECONDS), meaning=Meaning.BEGINNING, step=HOUR)
"""Day-ahead stamps: the hour's beginning, without a flag for the repeated hour."""

DISPATCH = Stamp(
    _STAMP, formats=(_SECONDS, _MINUTES), meaning=Meaning.ENDING, step=FIVE_MINUTES, irregular=True
)
"""Real-time dispatch stamps: the interval's end, with corrective runs off the grid."""

HOURLY_FLAGGED = attrs.evolve(HOURLY, flag=_TIME_ZONE)
DISPATCH_FLAGGED = attrs.evolve(DISPATCH, flag=_TIME_ZONE)
"""The same in documents that do carry the flag."""

READING = Stamp(
    _STAMP, formats=(_SECONDS, _MINUTES), meaning=Meaning.INSTANT, step=FIVE_MINUTES, flag=_TIME_ZONE
)
"""Stamps of readings at an instant."""

OF_ZONES = Lookup(
    to="location_type",
    of="location",
    values=dict.fromkeys(ZONES, LocationType.ZONE.value)
    | dict.fromkeys(PROXIES, LocationType.INTERFACE.value),
    default=LocationType.ZONE.value,
    report=True,
)
OF_GENERATORS = Lookup(
    to="location_type",
    of="location",
    values={REFERENCE_BUS: LocationType.BUS.value},
    default=LocationType.NODE.value,
)


def load(time: Stamp, *headers: str) -> CsvLayout:
    """Load by zone; the flag in `Time Zone` says which pass of a repeated hour a stamp means.

    Old files repeat stamps with contradicting values, a zero beside the reading: the last that is not zero
    stands, and the others stay in the source's own columns.
    """
    return CsvLayout(
        dataset=LOAD,
        zone=ZONE,
        quoted=True,
        time=time,
        columns=(Text("Name", to="location"), Text("PTID"), Number(headers, to="load")),
        repeats="last_nonzero",
    )


INSTANTANEOUS_LOAD = load(READING, "Load")
INTEGRATED_LOAD = load(
    Stamp(_STAMP, formats=(_SECONDS, _MINUTES), meaning=Meaning.BEGINNING, step=HOUR, flag=_TIME_ZONE),
    "Integrated Load",
)

FORECAST = CsvLayout(
    dataset=LOAD_FORECAST,
    zone=ZONE,
    quoted=True,
    newline="\n",
    time=HOURLY,
    wide=Wide(
        to="location",
        value="load",
        columns={name.title(): name for name in ZONES} | {"NYISO": "NYISO"},
    ),
)
"""The load forecast: a column a zone, and the whole of New York as NYISO."""

FUELS = {
    "Dual Fuel": Fuel.DUAL_FUEL.value,
    "Natural Gas": Fuel.NATURAL_GAS.value,
    "Nuclear": Fuel.NUCLEAR.value,
    "Other Fossil Fuels": Fuel.OTHER_FOSSIL.value,
    "Other Renewables": Fuel.OTHER_RENEWABLES.value,
    "Wind": Fuel.WIND.value,
    "Hydro": Fuel.HYDRO.value,
}

GENERATION = CsvLayout(
    dataset=FUEL_MIX,
    zone=ZONE,
    newline="\n",
    time=READING,
    columns=(
        Text("Fuel Category", to="fuel_native"),
        Number(("Gen MW", "Gen MWh"), to="generation"),
    ),
    derived=(Lookup(to="fuel", of="fuel_native", values=FUELS, default=Fuel.OTHER.value, report=True),),
)


def constraints(time: Stamp) -> CsvLayout:
    """Limiting constraints: what binds, for which contingency, and what it costs.

    The cost is kept with the sign it is published with: both are seen.
    """
    return CsvLayout(
        dataset=CONSTRAINTS,
        zone=ZONE,
        quoted=True,
        time=time,
        columns=(
            Text("Limiting Facility", to="constraint"),
            Text("Facility PTID"),
            Text("Contingency", to="contingency"),
            Number(("Constraint Cost($)", "Constraint Cost ($)"), to="shadow_price"),
        ),
    )


DAY_AHEAD_CONSTRAINTS = constraints(HOURLY_FLAGGED)
REAL_TIME_CONSTRAINTS = constraints(
    Stamp(
        _STAMP,
        formats=(_SECONDS, _MINUTES),
        meaning=Meaning.BEGINNING,
        step=FIVE_MINUTES,
        irregular=True,
        flag=_TIME_ZONE,
    )
)

_INTERFACE_TIME = Stamp(
    ("Timestamp", "Time Stamp"),
    formats=(_MINUTES, _SECONDS),
    meaning=Meaning.BEGINNING,
    step=FIVE_MINUTES,
    irregular=True,
)
_NO_LIMIT = (9999.0, -9999.0)

INTERFACE_FLOWS = CsvLayout(
    dataset=SCHEDULES,
    zone=ZONE,
    time=_INTERFACE_TIME,
    columns=(
        Text("Interface Name", to="location"),
        Text("Point ID"),
        Number("Flow (MWH)", to="actual"),
        Number("Positive Limit (MWH)"),
        Number("Negative Limit (MWH)"),
    ),
    constants={"kind": ScheduleKind.INTERCHANGE.value},
)
"""Flows over interfaces, in MW despite the label; over an external one (SCH - PJ - NY) imports are positive."""

INTERFACE_LIMITS = CsvLayout(
    dataset=CONSTRAINTS,
    zone=ZONE,
    time=_INTERFACE_TIME,
    columns=(
        Text("Interface Name", to="constraint"),
        Text("Point ID"),
        Number("Flow (MWH)", to="flow"),
        Number("Positive Limit (MWH)", to="limit", nothing=_NO_LIMIT),
        Number("Negative Limit (MWH)"),
    ),
)
"""The same document read for its limits: `limit` is the one in the positive direction, 9999 means none."""

_RESERVES = {
    "10 Min Spinning Reserve ($/MWHr)": "10 Min Spinning Reserve",
    "10 Min Non-Synchronous Reserve ($/MWHr)": "10 Min Non-Synchronous Reserve",
    "30 Min Operating Reserve ($/MWHr)": "30 Min Operating Reserve",
    "NYCA Regulation Capacity ($/MWHr)": "NYCA Regulation Capacity",
}
_MOVEMENT = {"NYCA Regulation Movement ($/MW)": "NYCA Regulation Movement"}
_PRODUCTS = {
    "10 Min Spinning Reserve": AncillaryProduct.SPINNING_RESERVE.value,
    "10 Min Non-Synchronous Reserve": AncillaryProduct.NON_SPINNING_RESERVE.value,
    "30 Min Operating Reserve": AncillaryProduct.OPERATING_RESERVE.value,
    "NYCA Regulation Capacity": AncillaryProduct.REGULATION.value,
    "NYCA Regulation Movement": AncillaryProduct.REGULATION_MOVEMENT.value,
}


def ancillary(time: Stamp, products: dict[str, str]) -> CsvLayout:
    """Prices of reserves and regulation by zone, a column a product, as published since July 2016.

    Regulation movement is in USD/MW of movement.
    """
    return CsvLayout(
        dataset=ANCILLARY_PRICES,
        zone=ZONE,
        quoted=True,
        time=time,
        columns=(Text("Name", to="location"), Text("PTID")),
        wide=Wide(to="product_native", value="price", columns=products),
        derived=(
            Lookup(
                to="product",
                of="product_native",
                values=_PRODUCTS,
                default=AncillaryProduct.OPERATING_RESERVE.value,
            ),
        ),
        constants={"basis": PriceBasis.CLEARING.value},
    )


DAY_AHEAD_ANCILLARY = ancillary(
    HOURLY_FLAGGED,
    _RESERVES,
)
REAL_TIME_ANCILLARY = ancillary(
    DISPATCH_FLAGGED,
    _RESERVES | _MOVEMENT,
)


def solar(dataset: Dataset) -> CsvLayout:
    """Solar behind the meter by zone, and the whole of New York as SYSTEM."""
    return CsvLayout(
        dataset=dataset,
        zone=ZONE,
        quoted=True,
        time=HOURLY_FLAGGED,
        columns=(Text("Zone Name", to="location"), Number("MW Value", to="generation")),
        constants={"fuel": RenewableFuel.SOLAR.value},
    )


SOLAR = solar(RENEWABLES)
SOLAR_FORECAST = solar(RENEWABLES_FORECAST)
