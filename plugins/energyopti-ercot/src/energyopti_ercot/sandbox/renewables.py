"""Wind and solar of the small ERCOT: one document per hour, with output for hours that are over, and forecasts."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import lru_cache

import attrs
import polars as pl

from energyopti.datasets import RENEWABLES
from energyopti.layouts import Number, Text
from energyopti.sandbox.series import hour, intervals, noise
from energyopti.timezones import HOUR, INSTANT, zone
from energyopti.vocabulary import RenewableFuel
from energyopti_ercot.feeds.renewables import LISTED, REGIONAL_SOLAR, REGIONAL_WIND, SOLAR, WIND, Kind
from energyopti_ercot.locations import SYSTEM
from energyopti_ercot.protocol.layouts import ZONE, api_report, hours, of_api, report
from energyopti_ercot.protocol.potential import NAMES
from energyopti_ercot.sandbox.issues import each_hour
from energyopti_ercot.sandbox.tables import Table

_DOCUMENT, _API = 0, 1


@attrs.frozen
class Hours:
    """The rows of one report, with every figure under its names in documents and in the API."""

    kind: Kind

    def figures(self) -> list[tuple[str, dict[str, tuple[str, ...]]]]:
        """Every figure with its headers by place."""
        words = {"GEN": "gen", "COP_HSL": "COPHSL"}
        words |= {name: name for name in (self.kind.likely, self.kind.cautious)}
        return [(word, self.kind.headers(word, api_word)) for word, api_word in words.items()]

    def rows(self, first: datetime, end: datetime, now: datetime) -> pl.DataFrame:
        """The hours of a range as known at a given time."""
        shares = {SYSTEM: 1.0, **dict.fromkeys(self.kind.places, 1 / max(1, len(self.kind.places)))}
        ahead = (pl.col("interval_start") - pl.lit(now)).dt.total_minutes() / 1440
        output, likely = pl.col("output"), pl.col("likely")
        made = _hours(self.kind.fuel, first, end)
        frame = made.with_columns(likely=output * (1 + 0.03 * ahead * pl.col("error")))
        past = pl.when(pl.col("interval_end") <= now).then(output)
        values = {"GEN": past, "COP_HSL": output * 1.1, self.kind.likely: likely}
        posted = now.astimezone(zone(ZONE)).strftime("%Y-%m-%dT%H:%M:%S")
        return frame.select(
            "interval_start",
            "interval_end",
            *(
                (values.get(word, likely * 0.9) * shares[place]).round(2).alias(name)
                for word, headers in self.figures()
                for place, names in headers.items()
                for name in names
            ),
            *((past * 1.02).round(2).alias(name) for name in NAMES),
            postedDatetime=pl.lit(posted),
        )

    def columns(self, form: int) -> tuple[Number, ...]:
        """Every figure in the report's order, under its name in one form."""
        headers = [headers for _, headers in self.figures()]
        places = headers[0]
        figures = [each[place][form] for place in places for each in headers]
        return tuple(Number(name) for name in (*figures, NAMES[form]))

    def table(self, name: str) -> Table:
        """The report."""
        time = hours("DELIVERY_DATE", "HOUR_ENDING", form="{:02d}")
        posted = Text("postedDatetime")
        api = api_report(RENEWABLES, of_api(time), columns=(posted, *self.columns(_API)))
        return Table(
            number=self.kind.number,
            name=name,
            path=self.kind.path,
            by="postedDatetime",
            posted=True,
            layout=report(RENEWABLES, time, api=api, columns=self.columns(_DOCUMENT)),
            rows=self.rows,
            issues=each_hour(timedelta(minutes=55), behind=timedelta(days=2), ahead=timedelta(days=8)),
            retention=LISTED,
        )


@lru_cache(maxsize=64)
def _hours(fuel: RenewableFuel, first: datetime, end: datetime) -> pl.DataFrame:
    """The hours of a range with output, and how its forecasts err: a day's forecasts are all of the same hours."""
    wind = 14_000 * (1 + 0.5 * noise(41))
    sun = 18_000 * ((hour(ZONE) - 6.5) / 12 * 3.14159).sin().clip(0)
    output = wind if fuel is RenewableFuel.WIND else sun
    return intervals(first, end - INSTANT, HOUR).with_columns(output=output, error=noise(43))


RENEWABLE_TABLES = (
    Hours(WIND).table("WPPHRLYAVGACTNP4732"),
    Hours(SOLAR).table("SPPHRLYAVGACTNP4737"),
    Hours(REGIONAL_WIND).table("WPPHRLYACTFCSTGEONP4742"),
    Hours(REGIONAL_SOLAR).table("SPPHRLYACTFCSTGEONP4745"),
)
