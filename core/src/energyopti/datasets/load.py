"""Demand, actual and forecast."""

from __future__ import annotations

from energyopti.datasets.base import HOLDS_OTHERS, ForecastRow, Row
from energyopti.schema import dataset, field, record
from energyopti.vocabulary import LocationType, Status


@record
class LoadRow(Row):
    """Actual load.

    Instantaneous feeds have the reading at `interval_start`; integrated feeds have the mean of the interval.
    """

    location: str = field("zone, area or system", key=True)
    location_type: LocationType | None = field(HOLDS_OTHERS)
    load: float | None = field("actual load; null where the source leaves the cell empty", unit="MW")
    net_load: float | None = field("load less wind and solar output, where published", unit="MW")
    status: Status | None = field("how final the row is; null where the source does not say")


@record
class LoadForecastRow(ForecastRow):
    """Load forecasts.

    One row per publication, interval and location, and per model where a source publishes several.
    """

    location: str = field("zone, area or system", key=True)
    location_type: LocationType | None = field(HOLDS_OTHERS)
    model: str | None = field("the forecast model; null where the source publishes only one", key=True)
    load: float | None = field("expected load", unit="MW")
    net_load: float | None = field("expected load less wind and solar output, where published", unit="MW")


LOAD = dataset("load", LoadRow)
LOAD_FORECAST = dataset("load_forecast", LoadForecastRow, forecast=True)
