"""Laws about what a market declares of itself: its clock and the names that it uses, held against its own rows."""

from __future__ import annotations

import abc
import inspect
from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar

import polars as pl

from energyopti.layouts import Absolute, Undated
from energyopti.market import Feed, Market
from energyopti.registry import Registry
from energyopti.testing.collected import Collected
from energyopti.testing.exemptions import Exempt, faults
from energyopti.testing.report import few_names, hold, law, shown
from energyopti.testing.strategies import NOW
from energyopti.timezones import zone

_LOCATIONS = ("location", "name", "source", "sink")


class DeclaredLaws(abc.ABC):
    """How a market's declarations agree with each other, and with the rows of its feeds."""

    market: ClassVar[str]
    zone: ClassVar[str | None]
    exempt: ClassVar[Mapping[str, Exempt]]

    @classmethod
    @abc.abstractmethod
    def registry(cls) -> Registry:
        """Where the market is looked up."""

    @property
    @abc.abstractmethod
    def subject(self) -> Market:
        """The market under test."""

    @abc.abstractmethod
    def _collected(self, feed: Feed) -> Collected:
        """The answers of the plugin's own sandbox."""

    @law
    def test_clock_of_the_market_is_stated_twice(self) -> None:
        """The market's zone is what its test class says, or what an example with stamps of a wall clock shows."""
        market = self.subject
        if self.zone is not None:
            said = f"the market's zone is {market.zone}, and its test class says {self.zone}"
            hold(_same_clock(self.zone, market.zone), said)
            return
        shows = any(
            not isinstance(feed.layout.time, Absolute | Undated)
            and any("interval_start" in row for row in feed.example.rows)
            for feed in market.feeds
        )
        do = f'read it up, and state it in the test class: zone = "{market.zone}" (or --zone)'
        hold(
            shows,
            f"all stamps are in UTC, so nothing but the market says that its zone is {market.zone}; {do}",
        )

    @law
    def test_locations_are_those_that_are_declared(self, feed: Feed) -> None:
        """No row is of a location outside the feed's closed list, in the example or from the sandbox."""
        closed = feed.locations.closed
        if closed is None or "location" not in feed.layout.fields:
            return
        found: dict[str, list[Mapping[str, Any]]] = {
            "the example states": [row for row in feed.example.rows if row.get("location") is not None],
            "the sandbox serves": _places(self._collected(feed).answers[0].frame),
        }
        for where, rows in found.items():
            others = {row["location"] for row in rows} - set(closed)
            said = f"{where} locations that are not in Locations.closed: {few_names(others)}"
            hold(not others, f"{said}; it has {few_names(closed)}")

    @law
    def test_rows_due_ahead_may_be_asked_for_ahead(self, feed: Feed) -> None:
        """What is due before its time begins has a `published_ahead`: without it nobody could ask for it yet."""
        publication = feed.publication
        if feed.reaches_past or publication.due is None:
            return
        due = feed.due_at(NOW, self.subject.zone)
        begins = NOW - feed.step
        ahead = publication.published_ahead
        said = f"the interval from {shown(begins)} is due {shown(due)}, before it begins, but published_ahead is {ahead}"
        hold(due >= begins or ahead >= begins - due, said)

    @law
    def test_market_names_what_it_has(self) -> None:
        """The reference hub and what aliases stand for are locations of a feed; what is unavailable fills no feed."""
        market = self.subject
        filled = {feed.dataset.name: feed.name for feed in market.feeds}
        known = self.registry().datasets
        for name in market.unavailable:
            hold(name in known, f"unavailable names {name!r}, which is no dataset")
            hold(name not in filled, f"unavailable names {name!r}, which feed {filled.get(name)} fills")
        asked = {market.reference_hub: "the reference hub"} if market.reference_hub else {}
        asked |= {location: f"what alias {alias!r} stands for" for alias, location in market.aliases.items()}
        lacking = {name: what for name, what in asked.items() if name not in _declared(market)}
        if lacking:
            served = {row["location"] for feed in _with_places(market) for row in self._served(feed)}
            lacking = {name: what for name, what in lacking.items() if name not in served}
        said = "; ".join(f"{what}, {name!r}, is no location of any feed" for name, what in lacking.items())
        hold(not lacking, said)

    @law
    def test_exemptions_are_needed(self) -> None:
        """Each exemption is of one feed and one test; no feed is exempt from all tests, no test exempts all feeds."""
        tests = [
            name
            for name, test in inspect.getmembers(type(self), inspect.isfunction)
            if name.startswith("test_") and "feed" in inspect.signature(test).parameters
        ]
        feeds = [feed.name for feed in self.subject.feeds]
        found = list(faults(self.exempt, feeds, tests))
        hold(not found, "; ".join(found))

    def _served(self, feed: Feed) -> list[Mapping[str, Any]]:
        return _places(self._collected(feed).answers[0].frame)


def _same_clock(name: str, other: str) -> bool:
    """Whether two zones have one clock, by whatever name: their offsets agree through the year."""
    months = [datetime(NOW.year, month, 1, tzinfo=NOW.tzinfo) for month in range(1, 13)]
    left, right = zone(name), zone(other)
    return name == other or all(
        each.astimezone(left).utcoffset() == each.astimezone(right).utcoffset() for each in months
    )


def _places(frame: pl.DataFrame) -> list[Mapping[str, Any]]:
    if "location" not in frame.columns:
        return []
    return [{"location": name} for name in frame["location"].unique().drop_nulls()]


def _declared(market: Market) -> set[object]:
    """The locations that the market's feeds list, or have in their examples."""
    listed = {name for feed in market.feeds for name in feed.locations.closed or ()}
    stated = {row.get(name) for feed in market.feeds for row in feed.example.rows for name in _LOCATIONS}
    return listed | stated


def _with_places(market: Market) -> list[Feed]:
    """The first feed of prices, and the list of locations: where a name that no feed declares would be."""
    prices = [feed for feed in market.feeds if feed.dataset.name == "lmp"][:1]
    return [*prices, *([market.feed(market.directory)] if market.directory else [])]
