"""Small values that tests are written with: instants, and a market whose feeds differ in one thing at a time."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import attrs

from energyopti.datasets import LOAD
from energyopti.example import Example
from energyopti.layouts import Absolute, CsvLayout, Number, Text
from energyopti.market import Feed, FeedSource, History, Host, Locations, Market
from energyopti.publication import Publication

if TYPE_CHECKING:
    from energyopti.layouts import Reading
    from energyopti.query import Chunk
    from energyopti.source import Source


def wall(text: str) -> datetime:
    """A wall-clock reading, without a time zone: ``wall("2024-07-01T05:00")``."""
    return datetime.fromisoformat(text)


def utc(text: str) -> datetime:
    """An instant in UTC: ``utc("2024-07-01T05:00")``."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


async def collect_nothing(chunk: Chunk, source: Source) -> Reading:
    """Stands in for a protocol where nothing is to be fetched."""
    raise NotImplementedError(f"{chunk} is not to be fetched in this test")


ERA = FeedSource(name="archive", host="main", collect=collect_nothing)

FEED = Feed(
    name="hourly_load",
    dataset=LOAD,
    title="Hourly load by area",
    documented_at="https://iso.example/hourly-load",
    history=History(since=date(2000, 1, 1)),
    sources=(ERA,),
    layout=CsvLayout(
        dataset=LOAD,
        zone="America/New_York",
        time=Absolute(names=("Start",)),
        columns=(Text("Area", to="location"), Number("MW", to="load")),
    ),
    example=Example(
        payload=b"Start,Area,MW\r\n2024-07-01T04:00:00,NORTH,1234.5\r\n",
        rows=({"interval_start": utc("2024-07-01T04:00"), "location": "NORTH", "load": 1234.5},),
    ),
)

MARKET = Market(
    id="testiso",
    title="Test ISO",
    zone="America/New_York",
    website="https://iso.example",
    hosts=(Host(name="main", url="https://data.iso.example"),),
    feeds=(FEED,),
)


def feed_source(**changes: Any) -> FeedSource:
    """The feed source of these tests, with changes."""
    return attrs.evolve(ERA, **changes)


def feed(**changes: Any) -> Feed:
    """The feed of these tests, with changes; for another dataset it has a layout without columns."""
    if "dataset" in changes:
        time = Absolute(names=("Start",))
        layout = CsvLayout(dataset=changes["dataset"], zone="America/New_York", time=time)
        changes.setdefault("layout", layout)
    return changed(FEED, **changes)


def changed(feed: Feed, **changes: Any) -> Feed:
    """A feed with changes, by the names of its fields and of those of its groups: ``changed(FEED, retention=DAY)``.

    A step, and whether it is irregular, are changed in the layout's clock too.
    """
    layout = changes.get("layout", feed.layout)
    if isinstance(changes.get("locations", ""), tuple | None):
        changes["closed"] = changes.pop("locations")
    fields = {field.name for field in attrs.fields(type(layout.time))}
    kept = fields & {"irregular", "step"} - ({"step"} if layout.step is None else set())
    clock = {name: changes.pop(name) for name in kept & set(changes)}
    if clock:
        changes["layout"] = attrs.evolve(layout, time=attrs.evolve(layout.time, **clock))
    for group, kind in _GROUPS.items():
        names = {field.name for field in attrs.fields(kind)} & set(changes)
        if names:
            there = changes.get(group, getattr(feed, group))
            changes[group] = attrs.evolve(there, **{name: changes.pop(name) for name in names})
    return attrs.evolve(feed, **changes)


_GROUPS = {"history": History, "publication": Publication, "locations": Locations}


def market(**changes: Any) -> Market:
    """The market of these tests, with changes."""
    return attrs.evolve(MARKET, **changes)
