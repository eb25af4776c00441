"""Reference data: the locations that prices and quantities apply to."""

from __future__ import annotations

from datetime import datetime

from energyopti.datasets.base import Row
from energyopti.schema import dataset, field, record
from energyopti.vocabulary import LocationType


@record
class LocationRow(Row):
    """Locations of a market.

    The interval is the day on which the list was published; `valid_from` and `valid_to` are when the location is valid.
    """

    location: str = field("the ISO's own identifier", key=True)
    location_name: str | None = field("the ISO's name for it")
    code: str | None = field("the ISO's number for it, where `location` is a name, such as a PTID")
    location_type: LocationType = field("what kind of location it is", key=True)
    zone: str | None = field("the zone it is in")
    latitude: float | None = field("latitude", unit="degrees north")
    longitude: float | None = field("longitude", unit="degrees east")
    valid_from: datetime | None = field("first instant of validity", unit="UTC", key=True)
    valid_to: datetime | None = field("end of validity, excluded; null: still valid", unit="UTC")


LOCATIONS = dataset("locations", LocationRow)
