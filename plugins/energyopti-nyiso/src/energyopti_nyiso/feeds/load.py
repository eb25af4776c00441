"""New York's load by zone: five-minute readings, hourly integrated load, and forecasts."""

from __future__ import annotations

from datetime import date, timedelta

import attrs

from energyopti import Feed, History, Locations, Unconfirmed
from energyopti.datasets import LOAD as LOAD_DATASET
from energyopti.datasets import LOAD_FORECAST
from energyopti.layouts import (
    CsvLayout,
    Meaning,
    Number,
    Stamp,
    Text,
    Wide,
    published_when_modified,
)
from energyopti.timezones import HOUR
from energyopti_nyiso import examples, timing
from energyopti_nyiso.locations import ZONES
from energyopti_nyiso.protocol.reports import report_page
from energyopti_nyiso.protocol.servers import feed_sources
from energyopti_nyiso.protocol.stamps import HOURLY, READING, ZONE


def load(time: Stamp, header: str) -> CsvLayout:
    """Load by zone; the flag in `Time Zone` tells the two passes of the repeated hour apart.

    Old files repeat some stamps with different values, a zero next to the reading. The last value that is not zero is
    used; the others are in the source's own columns.
    """
    return CsvLayout(
        dataset=LOAD_DATASET,
        zone=ZONE,
        quoted=True,
        time=time,
        columns=(Text("Name", to="location"), Text("PTID"), Number(header, to="load")),
        repeats="last_nonzero",
    )


ACTUAL_LOAD = Feed(
    name="pal",
    documented_at=report_page("pal"),
    dataset=LOAD_DATASET,
    title="Real-time actual load by zone, five-minute",
    history=History(since=date(2001, 5, 26)),
    locations=Locations(closed=tuple(ZONES), add_up=True),
    publication=timing.REAL_TIME,
    layout=load(READING, "Load"),
    example=examples.of("pal.csv"),
    sources=feed_sources("pal"),
)

INTEGRATED_LOAD = attrs.evolve(
    ACTUAL_LOAD,
    name="palIntegrated",
    documented_at=report_page("palIntegrated"),
    title="Integrated real-time load by zone, hourly",
    history=attrs.evolve(ACTUAL_LOAD.history, since=date(2001, 6, 21)),
    publication=attrs.evolve(timing.HOURLY, refresh_every=timedelta(minutes=15)),
    layout=load(
        attrs.evolve(READING, meaning=Meaning.BEGINNING, step=HOUR, irregular=False), "Integrated Load"
    ),
    example=examples.of("palIntegrated.csv"),
    sources=feed_sources("palIntegrated"),
)

LOAD_FORECASTS = Feed(
    name="isolf",
    documented_at=report_page("isolf"),
    dataset=LOAD_FORECAST,
    title="Load forecast by zone, hourly, about six days ahead",
    history=History(since=date(1999, 11, 1)),
    publication=attrs.evolve(
        timing.LOAD_FORECAST,
        published_ahead=timedelta(days=1),
        forecast_days=6,
        refresh_every=timedelta(minutes=30),
    ),
    locations=Locations(closed=(*ZONES, "NYISO")),
    layout=CsvLayout(
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
    ),
    example=examples.of("isolf.csv"),
    reads=published_when_modified,
    sources=feed_sources("isolf"),
    unconfirmed=Unconfirmed.noted(
        date(2026, 11, 30),
        "the first day of the archive",
        "how many days a publication covers, about six",
    ),
)
"""One column per zone; NYISO is all of New York."""

LOAD = (ACTUAL_LOAD, INTEGRATED_LOAD, LOAD_FORECASTS)
