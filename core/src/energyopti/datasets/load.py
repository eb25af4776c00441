"""Demand, as it was and as it is expected."""

from __future__ import annotations

from energyopti.datasets.base import ForecastRow, Row
from energyopti.schema import dataset, field, record


@record
class LoadRow(Row):
    """Actual load.

    Instantaneous feeds state the reading at `interval_start`; integrated ones the mean of the interval.
    """

    location: str = field("zone, area or system", key=True)
    load: float | None = field("actual load; null where the source leaves the cell empty", unit="MW")


@record
class LoadForecastRow(ForecastRow):
    """Load forecasts.

    One row for each publication, interval and location, and for each model where a source publishes several.
    """

    location: str = field("zone, area or system", key=True)
    model: str | None = field("the forecast model; null where the source publishes but one", key=True)
    load: float | None = field("expected load", unit="MW")


LOAD = dataset("load", LoadRow)
LOAD_FORECAST = dataset("load_forecast", LoadForecastRow, forecast=True)
