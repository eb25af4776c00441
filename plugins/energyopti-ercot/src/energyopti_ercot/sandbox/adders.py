"""Price adders of the small ERCOT by SCED run: other ones before real-time co-optimization than since."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import attrs
import polars as pl

from energyopti.sandbox.series import at_places, demand, noise
from energyopti.timezones import INSTANT, midnight
from energyopti_ercot.feeds.adders import ADDERS, ADDERS_BEFORE, BEFORE, SINCE
from energyopti_ercot.feeds.ancillary import CO_OPTIMISED
from energyopti_ercot.locations import SYSTEM
from energyopti_ercot.protocol.layouts import ZONE
from energyopti_ercot.sandbox.issues import Issue, by_day, each_run, runs
from energyopti_ercot.sandbox.tables import Table

_TURN = midnight(CO_OPTIMISED, ZONE)


@attrs.frozen(kw_only=True)
class AdderTable(Table):
    """The report in its form of the time; the API has only that of today."""

    def files(self, issue: Issue) -> Mapping[str, bytes]:
        """The only file of a document."""
        now = self if issue.start >= _TURN else attrs.evolve(self, layout=ADDERS_BEFORE)
        return Table.files(now, issue)

    def published(self, first: datetime, last: datetime, now: datetime) -> pl.DataFrame:
        """The rows that a range requests, as far as they are published."""
        return super().published(max(first, _TURN), last, now)


def _adders(first: datetime, end: datetime, now: datetime) -> pl.DataFrame:
    """Adders of every run: never negative, none while load is low, and one set of words before the change, one since."""
    del now
    times = runs(first, end - INSTANT)
    price = ((demand(ZONE, 80.0) - 60).clip(0) * 0.5 * noise(41).clip(0)).round(2)
    since = pl.col("interval_start") >= _TURN
    frames = [
        at_places(times.filter(when), pl.DataFrame({"adder_native": list(words)}))
        for when, words in ((~since, BEFORE), (since, SINCE))
    ]
    return pl.concat(frames).with_columns(price=price, location=pl.lit(SYSTEM))


ADDER_TABLES = (
    AdderTable(
        number="13221",
        name="RTSCEDpriceAdderNP6323",
        path="np6-323-cd/rt_price_adder_sced",
        by="SCEDTimestamp",
        layout=ADDERS,
        rows=by_day(_adders),
        issues=each_run,
    ),
)
