"""ERCOT's locations: the settlement points, which have prices, and the electrical buses below them.

One zip, published with every network model, has them in several files: the buses with their load zone and, if they
have one, their resource node; the names of hubs and DC ties; and the buses of non-opt-in entities (NOIE), with load
zones of their own. Identifiers such as ``0001`` are text.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING

import attrs

from energyopti import (
    Chunk,
    Feed,
    FeedSource,
    Finding,
    FindingKind,
    History,
    NoData,
    SchemaDrift,
    Unconfirmed,
)
from energyopti.datasets import LOCATIONS
from energyopti.layouts import Copy, CsvLayout, Lookup, Reading, Text, Undated, members
from energyopti.vocabulary import LocationType
from energyopti_ercot import timing
from energyopti_ercot.examples import example
from energyopti_ercot.locations import NAMED_TYPES
from energyopti_ercot.protocol.documents import Report, documents_of
from energyopti_ercot.protocol.layouts import ZONE
from energyopti_ercot.protocol.listing import Document
from energyopti_ercot.protocol.postings import download
from energyopti_ercot.protocol.sources import PRODUCT

if TYPE_CHECKING:
    import polars as pl

    from energyopti.source import Source

LIST = Report(number="10008")
BUSES_FILE, HUBS_FILE, OWN_ZONES_FILE = "Settlement_Points", "Hub_Name_AND_DC_Ties", "NOIE_Mapping"
_LARGEST = 64 << 20

_COPIED = Copy(to="location_name", of="location")
BUSES = CsvLayout(
    dataset=LOCATIONS,
    zone=ZONE,
    newline="\n",
    time=Undated(),
    columns=(
        Text("ELECTRICAL_BUS", to="location"),
        Text("SETTLEMENT_LOAD_ZONE", to="zone"),
        Text("PSSE_BUS_NUMBER", to="code"),
        Text("RESOURCE_NODE"),
    ),
    ignored=("NODE_NAME", "PSSE_BUS_NAME", "VOLTAGE_LEVEL", "SUBSTATION", "HUB_BUS_NAME", "HUB"),
    derived=(_COPIED,),
    constants={"location_type": LocationType.BUS.value},
)
"""The buses; their code is from the power-flow model (PSS/E)."""

HUBS = CsvLayout(
    dataset=LOCATIONS,
    zone=ZONE,
    newline="\n",
    time=Undated(),
    columns=(Text("NAME", to="location"),),
    derived=(
        _COPIED,
        Lookup(
            to="location_type", of="location", values=NAMED_TYPES, default=LocationType.HUB.value, report=True
        ),
    ),
)
"""The hubs, and the DC ties, which are priced like zones."""

OWN_ZONES = CsvLayout(
    dataset=LOCATIONS,
    zone=ZONE,
    newline="\n",
    time=Undated(),
    repeats="last",
    columns=(Text("NOIE", to="location"),),
    ignored=("PHYSICAL_LOAD", "VOLTAGE_NAME", "SUBSTATION", "ELECTRICAL_BUS"),
    derived=(_COPIED,),
    constants={"location_type": LocationType.ZONE.value},
)
"""The load zones of non-opt-in entities: each once, however many buses it has."""


def files(archive: bytes, prefix: str) -> bytes:
    """The file of the zip whose name begins with ``prefix``; raises `SchemaDrift` if there is none, or more than one."""
    found = [
        each for each in members(archive, ending=".csv", max_bytes=_LARGEST) if each.name.startswith(prefix)
    ]
    if len(found) != 1:
        raise SchemaDrift(
            f"the list of settlement points has {len(found)} files {prefix}; it should have one"
        )
    return found[0].content


def buses(archive: bytes) -> Reading:
    """Every electrical bus."""
    return BUSES.read(files(archive, BUSES_FILE))


def settlement_points(archive: bytes) -> Reading:
    """Hubs, DC ties, load zones and resource nodes, each once."""
    every = buses(archive)
    return Reading.concat(
        [
            HUBS.read(files(archive, HUBS_FILE)),
            OWN_ZONES.read(files(archive, OWN_ZONES_FILE)),
            _named_places(every, every.frame["zone"], LocationType.ZONE),
            _named_places(every, _resource_nodes(every), LocationType.NODE),
        ]
    )


def _resource_nodes(every: Reading) -> pl.Series:
    """The resource node of each bus; null for most."""
    (header,) = (name for name in every.raw.columns if name.strip().casefold() == "resource_node")
    names = every.raw[header].gather(every.origin).str.strip_chars()
    return names.set(names == "", None)


def _named_places(every: Reading, names: pl.Series, kind: LocationType) -> Reading:
    """The locations that a column of the buses names, each once; a finding counts the other buses."""
    import polars as pl

    frame = pl.DataFrame({"location": names, "location_name": names, "zone": every.frame["zone"]})
    if kind is LocationType.ZONE:
        frame = frame.with_columns(zone=pl.lit(None, dtype=pl.String))
    first = frame["location"].is_first_distinct() & frame["location"].is_not_null()
    others = int((~first).sum())
    finding = Finding(
        kind=FindingKind.SUPERSEDED_ROW,
        message=f"{others} of {frame.height} buses name no {kind}, or one that is already listed",
        rows=others,
        accounts=True,
    )
    named = frame.with_columns(location_type=pl.lit(kind.value))
    return attrs.evolve(every, frame=named, findings=every.findings).keep(first, finding)


def _last(listed: Sequence[Document]) -> Sequence[Document]:
    """The newest list of locations; None if there is none."""
    return listed[-1:]


def newest(read: Callable[[bytes], Reading]) -> FeedSource:
    """The source that reads the newest published list; ``read`` makes a reading of it."""

    async def collect(chunk: Chunk, source: Source) -> Reading:
        chosen = _last(await documents_of(source, LIST, _last))
        if not chosen:
            raise NoData(f"{chunk}: the list of report {LIST.number} is empty")
        (content,) = await download(source, chosen)
        reading = await source.run(read, content)
        return reading.spanning(chunk.start, chunk.end)

    return FeedSource(name="documents", host="mis", collect=collect)


def _feed(name: str, title: str, layout: CsvLayout, read: Callable[[bytes], Reading]) -> Feed:
    """A feed of the newest list."""
    return Feed(
        name=name,
        dataset=LOCATIONS,
        title=title,
        documented_at=PRODUCT.format("NP4-160-SG"),
        history=History(since=date(2010, 12, 1), snapshot_only=True),
        publication=attrs.evolve(timing.LISTS, refresh_every=timedelta(hours=6)),
        layout=layout,
        example=example(f"{name}.csv"),
        sources=(newest(read),),
        unconfirmed=Unconfirmed.noted(
            date(2026, 11, 25),
            ("nothing says when a place began or ended", "valid_from and valid_to are null"),
        ),
    )


PLACES = (
    _feed(
        "settlement_points",
        "Settlement points: hubs, DC ties, load zones and resource nodes, as of the newest network model",
        HUBS,
        settlement_points,
    ),
    _feed(
        "electrical_buses",
        "Electrical buses with their load zone, as of the newest network model",
        BUSES,
        buses,
    ),
)
