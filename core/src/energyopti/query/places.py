"""Locations as a query names them."""

from __future__ import annotations

import attrs

from energyopti.vocabulary import LocationType


@attrs.frozen
class Place:
    """A location that a query asks for, as it is in the market's list of locations.

    ``type`` is None if the list was not used or does not say.
    """

    location: str
    name: str | None = None
    type: LocationType | None = None
