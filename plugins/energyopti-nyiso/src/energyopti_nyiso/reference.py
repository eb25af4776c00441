"""What New York publishes without a date: the lists of its generators and loads, and planned maintenance.

Each of these documents has one address that keeps nothing but the newest publication, so that only the
running day can be asked. There is no document of the zones: those that have a price in the newest dispatch
interval are listed, the proxies of the neighbours among them.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

import attrs

from energyopti import Chunk, Days, Example, Feed, FeedSource, Finding, FindingKind
from energyopti.datasets import LOCATIONS, OUTAGES
from energyopti.layouts import Copy, CsvLayout, Dates, Layout, Number, Reading, Text, Undated
from energyopti.market import Collect
from energyopti.source import Expect
from energyopti.timezones import DAY
from energyopti.vocabulary import LocationType
from energyopti_nyiso import timing
from energyopti_nyiso.examples import utc
from energyopti_nyiso.layouts import OF_GENERATORS, OF_ZONES, ZONE
from energyopti_nyiso.mis import LAST_OLD_DAY, MOVED, posted_eras

if TYPE_CHECKING:
    from energyopti.source import Source

_LISTS = "https://www.nyiso.com/energy-market-operational-data"
_POWER_GRID = "https://www.nyiso.com/power-grid-data"
_FIRST_DAY = date(1999, 11, 18)
_HOUR = timedelta(hours=1)


@attrs.frozen(kw_only=True)
class Address:
    """Where an undated document stands on the old server and on the new one."""

    old: str
    new: str


GENERATOR_LIST = Address(old="csv/generator/generator.csv", new="GENERATOR_NAME/CSV/generatorname.csv")
LOAD_LIST = Address(old="csv/load/load.csv", new="LOAD_NAME/CSV/load.csv")
NEWEST_PRICES = Address(old="realtime/realtime_zone_lbmp.csv", new="RT_LBMP_ZONE/CSV/current.csv")
MAINTENANCE_REPORT = Address(
    old="csv/genmaint/gen_maint_report.csv", new="GENERATION_MAINTENANCE_REPORT/CSV/gen_maint_report.csv"
)

GENERATORS_LAYOUT = CsvLayout(
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
)
"""The generators that have had prices.

The identifier is the name, as in the price files, the point id (PTID) its code. Generators
that are no longer active (`Active` is N) stay in the list: their prices are still in the archive.
"""

LOADS_LAYOUT = CsvLayout(
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
)
"""The points at which load is bid; no coordinates are published."""

ZONES_LAYOUT = CsvLayout(
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
)
"""The zones and proxies that have a price, out of the newest dispatch interval."""

MAINTENANCE_LAYOUT = CsvLayout(
    dataset=OUTAGES,
    zone=ZONE,
    time=Dates(names="Date", formats=("%m/%d/%Y", "%m/%d/%Y %H:%M", "%m/%d/%Y %H:%M:%S", "%Y-%m-%d")),
    columns=(Number(("Forecasted Generation Outage (MW)", "Forecasted Gen Outage MW"), to="outage"),),
    constants={"resource_type": "all", "location": "NYISO"},
)
"""Generation that is expected to be out of service: one figure a day for all of New York, in MW."""


def newest(path: str, layout: Layout, *, written_until: date | None = None) -> Collect:
    """Read the newest publication; a list speaks of the running day, a report was published when modified.

    ``written_until`` is the last day on which the server wrote such documents: later, a finding says that
    what it keeps may be that old.
    """

    async def collect(chunk: Chunk, source: Source) -> Reading:
        payload = await source.get(path, expect=Expect.CSV)
        reading = await source.run(layout.read, payload.content)
        if written_until is not None and chunk.day > written_until:
            reading = _perhaps_stale(reading, written_until, payload.modified)
        if isinstance(layout.time, Undated):
            return reading.spanning(chunk.start, chunk.end)
        return reading.published(payload.modified)

    return collect


def _perhaps_stale(reading: Reading, written_until: date, modified: datetime | None) -> Reading:
    """The same reading, with a finding that the server may have kept it unchanged since a day."""
    said = f"its document was last modified on {modified:%Y-%m-%d}" if modified else "it does not say when"
    finding = Finding(
        kind=FindingKind.STALE,
        message=f"the old server was last written to about {written_until}, and {said}: "
        "what has changed since is not in it",
        rows=reading.frame.height,
    )
    return attrs.evolve(reading, findings=(*reading.findings, finding))


def _eras(address: Address, layout: Layout) -> tuple[FeedSource, ...]:
    """The sources of an undated document: the new server since the move, the old one before; each falls back."""
    old = newest(address.old, layout, written_until=LAST_OLD_DAY)
    new = posted_eras(newest(address.new, layout), current=True)
    return (*new, FeedSource(name="old server", host="mis", collect=old, preferred=Days(end=MOVED)))


GENERATORS = Feed(
    name="generators",
    dataset=LOCATIONS,
    title="Generators, active and not, with their zones",
    documented_at=_LISTS,
    history_from=_FIRST_DAY,
    step=DAY,
    snapshot_only=True,
    refresh_every=_HOUR,
    **timing.CURRENT,
    layout=GENERATORS_LAYOUT,
    example=Example(
        payload=(
            b"Generator Name,Generator PTID,Aggregation PTID,Subzone,Zone,Latitude,Longitude,Active\r\n"
            b"ALPHA FALLS___HYDRO,29001,29001,CAPITL,CAPITL,42.75,-73.5,Y\r\n"
            b"BRAVO ST___GT_2 ,29002,29900,N.Y.C.,N.Y.C.,,,N\r\n"
        ),
        rows=(
            {
                "location": "ALPHA FALLS___HYDRO",
                "location_name": "ALPHA FALLS___HYDRO",
                "code": "29001",
                "location_type": "node",
                "zone": "CAPITL",
                "latitude": 42.75,
                "longitude": -73.5,
                "valid_from": None,
                "valid_to": None,
            },
            {"location": "BRAVO ST___GT_2", "zone": "N.Y.C.", "latitude": None, "longitude": None},
        ),
    ),
    sources=_eras(GENERATOR_LIST, GENERATORS_LAYOUT),
    unconfirmed="how often the list is written, and since when; that the new server's columns are the old "
    "one's; whether the old server still keeps it",
)

LOADS = Feed(
    name="loads",
    dataset=LOCATIONS,
    title="Load points with their zones",
    documented_at=_LISTS,
    history_from=_FIRST_DAY,
    step=DAY,
    snapshot_only=True,
    refresh_every=_HOUR,
    **timing.CURRENT,
    layout=LOADS_LAYOUT,
    example=Example(
        payload=b"Load Name,PTID,Subzone,Zone\r\nCHARLIE CREEK ,39001,WEST,WEST\r\n",
        rows=(
            {
                "location": "CHARLIE CREEK",
                "location_name": "CHARLIE CREEK",
                "code": "39001",
                "location_type": "node",
                "zone": "WEST",
                "latitude": None,
                "longitude": None,
            },
        ),
    ),
    sources=_eras(LOAD_LIST, LOADS_LAYOUT),
    unconfirmed="how often the list is written, and since when; that the new server's columns are the old "
    "one's; whether the old server still keeps it",
)

MAINTENANCE = Feed(
    name="gen_maint_report",
    dataset=OUTAGES,
    title="Generation maintenance: expected outages, a figure a day for about a month ahead",
    documented_at=_POWER_GRID,
    history_from=_FIRST_DAY,
    step=DAY,
    snapshot_only=True,
    forecast_days=400,
    refresh_every=_HOUR,
    locations=("NYISO",),
    **timing.CURRENT,
    layout=MAINTENANCE_LAYOUT,
    example=Example(
        payload=(
            b"Date,Forecasted Generation Outage (MW)\r\n"
            b"10/31/2026,6150\r\n"
            b"11/01/2026,5900.5\r\n"
            b"11/02/2026,\r\n"
        ),
        rows=(
            {
                "interval_start": utc("2026-10-31T04:00"),
                "interval_end": utc("2026-11-01T04:00"),
                "publish_time": None,
                "resource_type": "all",
                "location": "NYISO",
                "outage": 6150.0,
            },
            {
                "interval_start": utc("2026-11-01T04:00"),
                "interval_end": utc("2026-11-02T05:00"),
                "outage": 5900.5,
            },
            {
                "interval_start": utc("2026-11-02T05:00"),
                "interval_end": utc("2026-11-03T05:00"),
                "outage": None,
            },
        ),
    ),
    sources=_eras(MAINTENANCE_REPORT, MAINTENANCE_LAYOUT),
    unconfirmed="how the date is written: month first, maybe with a time, or ISO are read; whether the first "
    "row is the running day or the next; how far it reaches (about a month was seen); whether forced outages "
    "count; when in the day it is written; whether the old server still keeps it",
)

ZONES = Feed(
    name="zones",
    dataset=LOCATIONS,
    title="Load zones and the proxies of the neighbours",
    documented_at=_LISTS,
    history_from=_FIRST_DAY,
    step=DAY,
    snapshot_only=True,
    refresh_every=_HOUR,
    **timing.CURRENT,
    layout=ZONES_LAYOUT,
    example=Example(
        payload=(
            b'"Time Stamp","Name","PTID","LBMP ($/MWHr)","Marginal Cost Losses ($/MWHr)",'
            b'"Marginal Cost Congestion ($/MWHr)"\r\n'
            b'"11/01/2026 12:05:00","N.Y.C.",61761,30.10,1.10,-2.00\r\n'
            b'"11/01/2026 12:05:00","PJM",61847,28.00,-1.00,0.00\r\n'
        ),
        rows=(
            {"location": "N.Y.C.", "location_name": "N.Y.C.", "code": "61761", "location_type": "zone"},
            {"location": "PJM", "code": "61847", "location_type": "interface", "zone": None},
        ),
    ),
    sources=_eras(NEWEST_PRICES, ZONES_LAYOUT),
    unconfirmed="that the newest interval's file has the columns of the day's",
)

REFERENCE = (GENERATORS, LOADS, ZONES, MAINTENANCE)
