"""New York's documents without a date: lists of generators and loads, and planned maintenance.

No document lists the zones: the list has those with a price in the latest dispatch interval, including the proxy buses
of the neighboring markets.
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
from energyopti_nyiso.protocol.reports import report_page
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
    documented_at=report_page("generators"),
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
        "how often the list is updated, and since when",
        "that the list on the new server has the columns of the old one",
        "whether the old server still has it",
    ),
)
"""The generators that have had prices.

The identifier is the name, as in the price files; the code is the point id (PTID). Generators that are no longer
active (`Active` is N) stay in the list, since the archive still has their prices.
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
"""The points where load bids; no coordinates are published."""

ZONES = attrs.evolve(
    GENERATORS,
    name="zones",
    title="Load zones and the proxy buses of neighboring markets",
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
        "that the latest interval's file has the columns of the day's file",
    ),
)
"""The zones and proxy buses with a price in the latest dispatch interval."""

MAINTENANCE = attrs.evolve(
    GENERATORS,
    name="gen_maint_report",
    dataset=OUTAGES,
    title="Generation maintenance: expected outages, daily, for about a month ahead",
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
        ("how the date is written", "both are read: month first, with or without a time, and ISO 8601"),
        "whether the first row is the current day or the next",
        ("how far it reaches", "about a month was seen"),
        "whether forced outages count",
        "at what time of day it is published",
        "whether the old server still has it",
    ),
)
"""Generation expected to be out of service: one daily value for all of New York, in MW."""

REFERENCE = (GENERATORS, LOADS, ZONES, MAINTENANCE)
