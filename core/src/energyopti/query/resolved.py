"""A query that one feed can answer."""

from __future__ import annotations

from collections.abc import Mapping

import attrs

from energyopti.findings import Finding
from energyopti.market import Feed, Market
from energyopti.query.as_of import AsOf
from energyopti.query.places import Place
from energyopti.query.ranges import TimeRange


@attrs.frozen(kw_only=True, repr=False)
class ResolvedQuery:
    """A query that one feed can answer.

    ``filters`` maps a text column of the dataset to the values wanted. ``locations`` are the ISO's own identifiers;
    ``places`` are the same after the lookup, for a feed whose source can be asked for single locations. ``vintages``
    is ``latest`` (the last publication for each interval) or ``all``; ``revisions`` keeps superseded rows. With ``raw`` the source's own columns are kept,
    however long the range is. With ``as_of`` rows are as they were known then. ``findings``
    come from the lookup of locations. ``with_earlier_publications`` means that a forecast's publications from before
    the range are fetched too if they cover it.
    """

    market: Market
    feed: Feed
    time: TimeRange
    locations: tuple[str, ...] = ()
    filters: Mapping[str, tuple[str, ...]] = attrs.field(factory=dict)
    partial: bool = False
    vintages: str = "latest"
    places: tuple[Place, ...] = ()
    revisions: bool = False
    as_of: AsOf | None = None
    raw: bool = False
    with_earlier_publications: bool = True
    findings: tuple[Finding, ...] = ()

    def __str__(self) -> str:
        return f"{self.market.id}/{self.feed.name}, {self.time}"

    def __repr__(self) -> str:
        chosen = {
            "locations": self.locations,
            "filters": dict(self.filters),
            "vintages": "" if self.vintages == "latest" else self.vintages,
            "revisions": self.revisions,
            "as_of": str(self.as_of or ""),
            "partial": self.partial,
        }
        return f"<ResolvedQuery {self}{''.join(f', {name}={value!r}' for name, value in chosen.items() if value)}>"
