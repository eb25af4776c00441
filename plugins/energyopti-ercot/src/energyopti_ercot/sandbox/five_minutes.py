"""Wind and solar of the small ERCOT every five minutes: each document holds the hour before its publication."""

from __future__ import annotations

from datetime import datetime, timedelta

import attrs
import polars as pl

from energyopti.layouts import CsvLayout
from energyopti.sandbox.series import at_places, hour, intervals, noise
from energyopti.timezones import HOUR
from energyopti.vocabulary import RenewableFuel
from energyopti_ercot.feeds import five_minutes
from energyopti_ercot.locations import SYSTEM
from energyopti_ercot.protocol.layouts import FIVE_MINUTES, ZONE
from energyopti_ercot.sandbox.issues import each_five_minutes
from energyopti_ercot.sandbox.tables import Table

_INSTANT = timedelta(microseconds=1)
_HALF_A_MINUTE = timedelta(seconds=30)


@attrs.frozen
class Minutes:
    """The rows of one report, whose stamps may be ``late``."""

    output: five_minutes.Output
    layout: CsvLayout
    late: timedelta = timedelta()

    def rows(self, first: datetime, end: datetime, now: datetime) -> pl.DataFrame:
        """The intervals of a range."""
        del now
        names = (SYSTEM, *self.output.places)
        shares = [1.0, *(1 / len(self.output.places) for _ in self.output.places)]
        places = pl.DataFrame({"location": names, "share": shares})
        wind = 14_000 * (1 + 0.5 * noise(45))
        sun = 18_000 * ((hour(ZONE) - 6.5) / 12 * 3.14159).sin().clip(0)
        made = wind if self.output.fuel is RenewableFuel.WIND else sun
        frame = at_places(intervals(first, end - _INSTANT, FIVE_MINUTES), places)
        fuel = pl.lit(self.output.fuel.value)
        frame = frame.with_columns(generation=(made * pl.col("share")).round(2), fuel=fuel)
        return frame.with_columns(pl.col("interval_start", "interval_end") + self.late)

    def table(self, name: str) -> Table:
        """The report."""
        return Table(
            number=self.output.number,
            name=name,
            path=f"{self.output.product.lower()}/{self.output.name}",
            by="intervalEnding",
            layout=self.layout,
            rows=self.rows,
            issues=each_five_minutes,
            retention=timedelta(days=7),
            reach=HOUR,
        )


FIVE_MINUTE_TABLES = (
    Minutes(five_minutes.WIND, five_minutes.WIND_GENERATED).table("WPPACT5MINNP4733"),
    Minutes(five_minutes.SOLAR, five_minutes.SOLAR_GENERATED).table("SPPACT5MINNP4738"),
    Minutes(five_minutes.REGIONAL_WIND, five_minutes.REGIONAL_WIND_GENERATED).table("WPPACT5MINGEONP4743"),
    Minutes(five_minutes.REGIONAL_SOLAR, five_minutes.REGIONAL_SOLAR_GENERATED, late=_HALF_A_MINUTE).table(
        "SPPACT5MINGEONP4746"
    ),
)
