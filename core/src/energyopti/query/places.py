"""Locations as a query names them."""

from __future__ import annotations

import attrs

from energyopti.vocabulary import LocationType


@attrs.frozen
class Place:
    """A location that a query asks for, as the market's own list of locations knows it.

    ``type`` is None where the list was not asked or does not say.
    """

    location: str
    name: str | None = None
    type: LocationType | None = None
