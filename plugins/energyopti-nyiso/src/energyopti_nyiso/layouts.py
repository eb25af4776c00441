"""How NYISO writes its files: the columns, clocks and signs of each kind of document.

Matched by meaning, since the headers drifted over the years: quoted or bare, with or without seconds in the
stamps, labels cut off at the end.
"""

from __future__ import annotations

from datetime import timedelta

import attrs

from energyopti.datasets import (
    FUEL_MIX,
    LMP,
    LOAD,
    LOAD_FORECAST,
    RENEWABLES,
    RENEWABLES_FORECAST,
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
    Fuel,
    LocationType,
    RenewableFuel,
)
from energyopti_nyiso.locations import PROXIES, REFERENCE_BUS, ZONES

ZONE = "America/New_York"
HOUR = timedelta(hours=1)
FIVE_MINUTES = timedelta(minutes=5)

STAMP = ("Time Stamp", "Timestamp")
SECONDS, MINUTES = "%m/%d/%Y %H:%M:%S", "%m/%d/%Y %H:%M"
TIME_ZONE = OffsetFlag(names="Time Zone", offsets={"EDT": timedelta(hours=-4), "EST": timedelta(hours=-5)})


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


HOURLY = Stamp(STAMP, formats=(MINUTES, SECONDS), meaning=Meaning.BEGINNING, step=HOUR)
"""Day-ahead stamps: the hour's beginning, without a flag for the repeated hour."""

DISPATCH = Stamp(STAMP, formats=(SECONDS, MINUTES), meaning=Meaning.ENDING, step=FIVE_MINUTES, irregular=True)
"""Real-time dispatch stamps: the interval's end, with corrective runs off the grid."""

HOURLY_FLAGGED = attrs.evolve(HOURLY, flag=TIME_ZONE)
DISPATCH_FLAGGED = attrs.evolve(DISPATCH, flag=TIME_ZONE)
"""The same in documents that do carry the flag."""

READING = Stamp(STAMP, formats=(SECONDS, MINUTES), meaning=Meaning.INSTANT, step=FIVE_MINUTES, flag=TIME_ZONE)
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
    Stamp(STAMP, formats=(SECONDS, MINUTES), meaning=Meaning.BEGINNING, step=HOUR, flag=TIME_ZONE),
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
