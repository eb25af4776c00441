"""Wind and solar of the small ERCOT every five minutes: each document holds the hour before its publication."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import lru_cache

import attrs
import polars as pl

from energyopti.layouts import CsvLayout
from energyopti.sandbox.series import at_places, hour, intervals, noise
from energyopti.timezones import DAY, HOUR, INSTANT, midnight
from energyopti.vocabulary import RenewableFuel
from energyopti_ercot.feeds import five_minutes
from energyopti_ercot.locations import SYSTEM
from energyopti_ercot.protocol.layouts import FIVE_MINUTES, ZONE
from energyopti_ercot.sandbox.issues import each_five_minutes
from energyopti_ercot.sandbox.tables import Table

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
        days = [first.date() + number * DAY for number in range((end.date() - first.date()).days + 1)]
        made = pl.concat([_made(self.output.fuel, tuple(self.output.places), day) for day in days])
        begin, beyond = (-((midnight(days[0], "UTC") - at) // FIVE_MINUTES) for at in (first, end))
        places = 1 + len(self.output.places)
        frame = made.slice(begin * places, (beyond - begin) * places)
        return (
            frame.with_columns(pl.col("interval_start", "interval_end") + self.late) if self.late else frame
        )

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


@lru_cache(maxsize=32)
def _made(fuel: RenewableFuel, regions: tuple[str, ...], day: date) -> pl.DataFrame:
    """The intervals of a day of UTC at every place: each of them is in a dozen documents."""
    names = (SYSTEM, *regions)
    shares = [1.0, *(1 / len(regions) for _ in regions)]
    places = pl.DataFrame({"location": names, "share": shares})
    wind = 14_000 * (1 + 0.5 * noise(45))
    sun = 18_000 * ((hour(ZONE) - 6.5) / 12 * 3.14159).sin().clip(0)
    made = wind if fuel is RenewableFuel.WIND else sun
    start = midnight(day, "UTC")
    frame = at_places(intervals(start, start + DAY - INSTANT, FIVE_MINUTES), places)
    output = (made * pl.col("share")).round(2)
    return frame.with_columns(
        generation=output,
        potential=pl.when(pl.col("location") == SYSTEM).then((output * 1.02).round(2)),
        fuel=pl.lit(fuel.value),
    )


FIVE_MINUTE_TABLES = (
    Minutes(five_minutes.WIND, five_minutes.WIND_GENERATED).table("WPPACT5MINNP4733"),
    Minutes(five_minutes.SOLAR, five_minutes.SOLAR_GENERATED).table("SPPACT5MINNP4738"),
    Minutes(five_minutes.REGIONAL_WIND, five_minutes.REGIONAL_WIND_GENERATED).table("WPPACT5MINGEONP4743"),
    Minutes(five_minutes.REGIONAL_SOLAR, five_minutes.REGIONAL_SOLAR_GENERATED, late=_HALF_A_MINUTE).table(
        "SPPACT5MINGEONP4746"
    ),
)
