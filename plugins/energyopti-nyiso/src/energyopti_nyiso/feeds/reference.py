"""What New York publishes without a date: the lists of its generators and loads, and planned maintenance.

There is no document of the zones: those that have a price in the newest dispatch interval are listed, the proxies
of the neighbours among them.
"""

from __future__ import annotations

from datetime import date

import attrs

from energyopti import Feed, History, Unconfirmed
from energyopti.datasets import LOCATIONS, OUTAGES
from energyopti.layouts import Copy, CsvLayout, Dates, Number, Text, Undated
from energyopti.timezones import HOUR
from energyopti.vocabulary import LocationType
from energyopti_nyiso import examples, timing
from energyopti_nyiso.locations import OF_GENERATORS, OF_ZONES
from energyopti_nyiso.protocol.stamps import ZONE
from energyopti_nyiso.protocol.undated import (
    GENERATOR_LIST,
    LOAD_LIST,
    MAINTENANCE_REPORT,
    NEWEST_PRICES,
    undated_sources,
)

GENERATORS = Feed(
    name="generators",
    dataset=LOCATIONS,
    title="Generators, active and not, with their zones",
    documented_at="https://www.nyiso.com/energy-market-operational-data",
    history=History(since=date(1999, 11, 18), snapshot_only=True),
    publication=attrs.evolve(timing.CURRENT, refresh_every=HOUR),
    layout=CsvLayout(
        dataset=LOCATIONS,
        zone=ZONE,
        time=Undated(),
        columns=(
            Text("Generator Name", to="location"),
            Text("Generator PTID", to="code"),
            Text("Aggregation PTID", required=False),
            Text("Subzone", required=False),
            Text("Zone", to="zone"),
            Number("Latitude", to="latitude", required=False),
            Number("Longitude", to="longitude", required=False),
            Text("Active", required=False),
        ),
        derived=(Copy(to="location_name", of="location"), OF_GENERATORS),
    ),
    example=examples.of("generators.csv"),
    sources=undated_sources(GENERATOR_LIST),
    unconfirmed=Unconfirmed.noted(
        date(2026, 11, 30),
        "how often the list is written, and since when",
        "that the new server's columns are the old one's",
        "whether the old server still keeps it",
    ),
)
"""The generators that have had prices.

The identifier is the name, as in the price files, the point id (PTID) its code. Generators
that are no longer active (`Active` is N) stay in the list: their prices are still in the archive.
"""

LOADS = attrs.evolve(
    GENERATORS,
    name="loads",
    title="Load points with their zones",
    layout=CsvLayout(
        dataset=LOCATIONS,
        zone=ZONE,
        time=Undated(),
        columns=(
            Text("Load Name", to="location"),
            Text(("PTID", "Load PTID"), to="code"),
            Text("Subzone", required=False),
            Text("Zone", to="zone"),
        ),
        derived=(Copy(to="location_name", of="location"),),
        constants={"location_type": LocationType.NODE.value},
    ),
    example=examples.of("loads.csv"),
    sources=undated_sources(LOAD_LIST),
)
"""The points at which load is bid; no coordinates are published."""

ZONES = attrs.evolve(
    GENERATORS,
    name="zones",
    title="Load zones and the proxies of the neighbours",
    layout=CsvLayout(
        dataset=LOCATIONS,
        zone=ZONE,
        quoted=True,
        time=Undated(),
        columns=(Text("Name", to="location"), Text("PTID", to="code")),
        ignored=(
            "Time Stamp",
            "LBMP ($/MWHr)",
            "Marginal Cost Losses ($/MWHr)",
            "Marginal Cost Congestion ($/MWHr)",
        ),
        derived=(Copy(to="location_name", of="location"), OF_ZONES),
    ),
    example=examples.of("zones.csv"),
    sources=undated_sources(NEWEST_PRICES),
    unconfirmed=Unconfirmed.noted(
        date(2026, 11, 30),
        "that the newest interval's file has the columns of the day's",
    ),
)
"""The zones and proxies that have a price, out of the newest dispatch interval."""

MAINTENANCE = attrs.evolve(
    GENERATORS,
    name="gen_maint_report",
    dataset=OUTAGES,
    title="Generation maintenance: expected outages, a figure a day for about a month ahead",
    documented_at="https://www.nyiso.com/power-grid-data",
    publication=attrs.evolve(GENERATORS.publication, forecast_days=400),
    locations=attrs.evolve(GENERATORS.locations, closed=("NYISO",)),
    layout=CsvLayout(
        dataset=OUTAGES,
        zone=ZONE,
        time=Dates(names="Date", formats=("%m/%d/%Y", "%m/%d/%Y %H:%M", "%m/%d/%Y %H:%M:%S", "%Y-%m-%d")),
        columns=(Number(("Forecasted Generation Outage (MW)", "Forecasted Gen Outage MW"), to="outage"),),
        constants={"resource_type": "all", "location": "NYISO"},
    ),
    example=examples.of("gen_maint_report.csv"),
    sources=undated_sources(MAINTENANCE_REPORT),
    unconfirmed=Unconfirmed.noted(
        date(2026, 11, 30),
        ("how the date is written", "month first, maybe with a time, or ISO are read"),
        "whether the first row is the running day or the next",
        ("how far it reaches", "about a month was seen"),
        "whether forced outages count",
        "when in the day it is written",
        "whether the old server still keeps it",
    ),
)
"""Generation that is expected to be out of service: one figure a day for all of New York, in MW."""

REFERENCE = (GENERATORS, LOADS, ZONES, MAINTENANCE)
