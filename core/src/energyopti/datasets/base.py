"""The columns that the rows of several datasets share."""

from __future__ import annotations

from datetime import datetime

from energyopti.schema import field, record

HOLDS_OTHERS = "`system` or `region` where the location holds others: leave these out of sums; null otherwise"
"""What ``location_type`` says in datasets whose locations are of one kind otherwise."""


@record
class Row:
    """The columns that every dataset begins with."""

    market: str = field("the market's id, such as `nyiso`")
    feed: str = field("the published stream that the row comes from")
    interval_start: datetime = field("start of the interval, included", unit="UTC", key=True)
    interval_end: datetime = field("end of the interval, excluded", unit="UTC")


@record
class ForecastRow(Row):
    """The columns that every forecast begins with."""

    publish_time: datetime | None = field(
        "when the source published this forecast; null where it does not say", unit="UTC", key=True
    )
