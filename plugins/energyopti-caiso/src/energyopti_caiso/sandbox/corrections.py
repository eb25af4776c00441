"""The corrections of a small California's prices."""

from __future__ import annotations

from datetime import datetime, time

import polars as pl

from energyopti.layouts import CsvLayout, Layout
from energyopti.timezones import DAY, HOUR, local_date, midnight, to_utc
from energyopti.vocabulary import Run
from energyopti_caiso.feeds.corrections import CORRECTIONS, NOTHING
from energyopti_caiso.protocol import runs
from energyopti_caiso.protocol.layouts import FIVE_MINUTES, QUARTER, ZONE
from energyopti_caiso.sandbox.tables import table

_UTC = pl.Datetime("us", "UTC")
_CORRECTED = pl.DataFrame(
    {
        "after": [HOUR + FIVE_MINUTES, 2 * HOUR + FIVE_MINUTES, 9 * HOUR + QUARTER, 17 * HOUR],
        "length": [FIVE_MINUTES, FIVE_MINUTES, QUARTER, HOUR],
        "run": [Run.REAL_TIME_5MIN, Run.REAL_TIME_5MIN, Run.REAL_TIME_15MIN, Run.DAY_AHEAD],
        "location": ["NP15", "SP15", "CAISO", "CAISO"],
        "method": ["Recalculated", "Recalculated", "Replaced", "Recalculated"],
    }
)
"""What is corrected of every day: how long after midnight, and what. On the long day the second is in hour 25."""


def _corrections(start: datetime, end: datetime, now: datetime) -> pl.DataFrame:
    """The corrections of a trade date, as published at 10:00 on the day after."""
    made = to_utc(datetime.combine(local_date(start, ZONE) + DAY, time(10)), ZONE)
    if now < max(made, end):
        return pl.DataFrame()
    begins = pl.lit(midnight(local_date(start, ZONE), ZONE), dtype=_UTC) + pl.col("after")
    return _CORRECTED.select(
        "run",
        "location",
        "method",
        interval_start=begins,
        interval_end=begins + pl.col("length"),
        publish_time=pl.lit(made, dtype=_UTC),
        price_type=pl.lit("EN"),
        reason=pl.lit("Wrong input data"),
        count=pl.lit(1, dtype=pl.Int64),
    )


def _with_placeholders(layout: Layout, frame: pl.DataFrame) -> bytes:
    """A report with a row for each market without a correction, as the last ones."""
    document = layout.write(frame)
    if not isinstance(layout, CsvLayout):
        return document
    header = document.partition(b"\n")[0].decode().split(",")
    lines = []
    for market in (runs.HASP, runs.RUC):
        cells = {"MARKET": market, "CORRECTION_REASON": NOTHING}
        lines.append(",".join(cells.get(name, "") for name in header))
    return document + "\n".join([*lines, ""]).encode()


CORRECTIONS_TABLE = table(CORRECTIONS, _corrections, write=_with_placeholders)
