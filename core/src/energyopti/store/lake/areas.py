"""What a piece of the lake covers: a span of time, and some locations or all but some."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

import attrs

from energyopti.folding import fold_location
from energyopti.query import Chunk


@attrs.frozen
class LocationSet:
    """Some locations by their folded names, or (``all_but``) every location but these."""

    names: frozenset[str] = frozenset()
    all_but: bool = True

    @classmethod
    def of(cls, names: Iterable[str]) -> LocationSet:
        """The named locations; none named means every location."""
        folded = frozenset(map(fold_location, names))
        return cls(folded, all_but=not folded)

    def __bool__(self) -> bool:
        return self.all_but or bool(self.names)

    def __and__(self, other: LocationSet) -> LocationSet:
        if self.all_but and other.all_but:
            return LocationSet(self.names | other.names)
        if self.all_but:
            return LocationSet(other.names - self.names, all_but=False)
        both = self.names - other.names if other.all_but else self.names & other.names
        return LocationSet(both, all_but=False)

    def __sub__(self, other: LocationSet) -> LocationSet:
        return self & LocationSet(other.names, all_but=not other.all_but)


@attrs.frozen
class Area:
    """A half-open UTC span of time at a set of locations."""

    start: datetime
    end: datetime
    locations: LocationSet = LocationSet()

    @classmethod
    def of(cls, chunk: Chunk) -> Area:
        """What a chunk covers."""
        return cls(chunk.start, chunk.end, LocationSet.of(place.location for place in chunk.places))

    @classmethod
    def of_rows(cls, chunk: Chunk, locations: Iterable[str]) -> Area:
        """What a chunk with rows of these locations covers.

        A chunk that does not name all that it asked for covers the locations that have rows in it.
        """
        if not asks_by_word(chunk):
            return cls.of(chunk)
        names = frozenset(map(fold_location, locations))
        return cls(chunk.start, chunk.end, LocationSet(names, all_but=False))

    def meets(self, other: Area) -> bool:
        """Whether the two have a time and a location in common."""
        return self._meets_in_time(other) and bool(self.locations & other.locations)

    def __sub__(self, other: Area) -> Iterator[Area]:
        """What is left without another area: the time before and after it, and its time at other locations."""
        if not self.meets(other):
            yield self
            return
        if self.start < other.start:
            yield attrs.evolve(self, end=other.start)
        start, end = max(self.start, other.start), min(self.end, other.end)
        if elsewhere := self.locations - other.locations:
            yield Area(start, end, elsewhere)
        if other.end < self.end:
            yield attrs.evolve(self, start=other.end)

    def _meets_in_time(self, other: Area) -> bool:
        return self.start < other.end and other.start < self.end


def uncovered(wanted: Area, covers: Iterable[Area]) -> list[Area]:
    """What of an area none of the others covers."""
    rest = [wanted]
    for each in covers:
        if not rest:
            break
        rest = [left for part in rest for left in part - each]
    return rest


def asks_by_word(chunk: Chunk) -> bool:
    """Whether a chunk holds the usual locations of its source, or those that a word means, such as ``ALL``.

    Which these are only its rows can say.
    """
    words = {fold_location(word) for word in chunk.feed.locations.all_locations_keywords}
    asked = {fold_location(place.location) for place in chunk.places}
    return bool(words) and (not asked or bool(asked & words))
