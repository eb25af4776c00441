"""New York's generation: by fuel, and behind-the-meter solar with its forecast."""

from __future__ import annotations

from datetime import date, timedelta

import attrs

from energyopti import Feed, History, Locations, Unconfirmed
from energyopti.datasets import FUEL_MIX, RENEWABLES, RENEWABLES_FORECAST
from energyopti.layouts import CsvLayout, Lookup, Number, Text, published_when_modified
from energyopti.vocabulary import Fuel, Metering, RenewableFuel
from energyopti_nyiso import examples, timing
from energyopti_nyiso.locations import ZONES
from energyopti_nyiso.protocol.reports import report_page
from energyopti_nyiso.protocol.servers import feed_sources
from energyopti_nyiso.protocol.stamps import HOURLY_FLAGGED, READING, ZONE

FUELS = {
    "Dual Fuel": Fuel.DUAL_FUEL.value,
    "Natural Gas": Fuel.NATURAL_GAS.value,
    "Nuclear": Fuel.NUCLEAR.value,
    "Other Fossil Fuels": Fuel.OTHER_FOSSIL.value,
    "Other Renewables": Fuel.OTHER_RENEWABLES.value,
    "Wind": Fuel.WIND.value,
    "Hydro": Fuel.HYDRO.value,
}
"""New York's fuels in the unified vocabulary. There is no row of solar or of storage, and none of oil."""

FUEL_MIXES = Feed(
    name="rtfuelmix",
    documented_at=report_page("rtfuelmix"),
    dataset=FUEL_MIX,
    title="Real-time fuel mix, five-minute readings",
    history=History(since=date(2015, 12, 9)),
    closes_at_midnight=True,
    publication=timing.REAL_TIME,
    layout=CsvLayout(
        dataset=FUEL_MIX,
        zone=ZONE,
        newline="\n",
        time=READING,
        columns=(
            Text("Fuel Category", to="fuel_native"),
            Number(("Gen MW", "Gen MWh"), to="generation"),
        ),
        derived=(Lookup(to="fuel", of="fuel_native", values=FUELS, default=Fuel.OTHER.value, report=True),),
    ),
    example=examples.of("rtfuelmix.csv"),
    sources=feed_sources("rtfuelmix"),
    unconfirmed=Unconfirmed.noted(
        date(2026, 11, 30),
        (
            "that the new server's folder is RT_FUEL_MIX",
            "a guess; if it is not, that server's list is searched",
        ),
        "the first day of the archive",
        "what Other Renewables and Other Fossil Fuels hold, and where storage is counted",
    ),
)

SOLAR = Feed(
    name="BTMEstimatedActual",
    documented_at=report_page("BTMEstimatedActual"),
    dataset=RENEWABLES,
    title="Behind-the-meter solar by zone, hourly estimates",
    history=History(since=date(2020, 11, 17)),
    publication=attrs.evolve(timing.SOLAR_ESTIMATES, refresh_every=timedelta(hours=1)),
    locations=Locations(closed=(*ZONES, "SYSTEM")),
    layout=CsvLayout(
        dataset=RENEWABLES,
        zone=ZONE,
        quoted=True,
        time=HOURLY_FLAGGED,
        columns=(Text("Zone Name", to="location"), Number("MW Value", to="generation")),
        constants={"fuel": RenewableFuel.SOLAR.value, "metering": Metering.BEHIND_THE_METER.value},
    ),
    example=examples.of("BTMEstimatedActual.csv"),
    sources=feed_sources("BTMEstimatedActual"),
    unconfirmed=Unconfirmed.noted(
        date(2026, 11, 30),
        "its first day, on either server",
    ),
)
"""By zone; SYSTEM is all of New York."""

SOLAR_FORECASTS = attrs.evolve(
    SOLAR,
    name="btmdaforecast",
    documented_at=report_page("btmdaforecast"),
    dataset=RENEWABLES_FORECAST,
    title="Behind-the-meter solar by zone, day-ahead forecast",
    publication=attrs.evolve(
        timing.SOLAR_FORECAST,
        published_ahead=timedelta(days=1),
        forecast_days=1,
        refresh_every=timedelta(minutes=30),
    ),
    layout=attrs.evolve(SOLAR.layout, dataset=RENEWABLES_FORECAST),
    reads=published_when_modified,
    sources=feed_sources("btmdaforecast"),
    unconfirmed=Unconfirmed.noted(
        date(2026, 11, 30),
        "its first day, on either server",
        "whether a publication reaches past its own day",
    ),
)

GENERATION = (FUEL_MIXES, SOLAR, SOLAR_FORECASTS)
