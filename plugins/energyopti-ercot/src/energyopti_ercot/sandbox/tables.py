"""What each report holds in the sandbox: one table a report."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta

import attrs
import polars as pl

from energyopti.layouts import CsvLayout, JsonLayout, Text
from energyopti.timezones import zone
from energyopti_ercot.layouts import ZONE
from energyopti_ercot.sandbox.issues import Issue, Issues

_POSTED = "postedDatetime"


@attrs.frozen(kw_only=True)
class Table:
    """One report.

    ``rows`` makes those that begin from an instant to before another, as they stand at a third: in the dataset's
    columns, with further ones under their published names. ``issues`` says which documents there are, ``kept`` how
    long the list has them, ``name`` what they are called. ``path`` is the report's end point, ``by`` the parameter
    of its range; with ``posted`` the rows of every publication are there, told by their publication. What is posted
    again and again, up to ``reach`` before and after its time, the API gives as often as it was posted. A document
    of several files has them from ``files``, by the beginnings of their names.
    """

    number: str
    name: str
    layout: CsvLayout
    rows: Callable[[datetime, datetime, datetime], pl.DataFrame]
    issues: Issues
    path: str = ""
    kept: timedelta = timedelta(days=5)
    by: str = "deliveryDate"
    posted: bool = False
    reach: timedelta | None = None
    files: Callable[[Issue], Mapping[str, bytes]] | None = None

    @property
    def of_api(self) -> JsonLayout:
        """The report as the API gives it."""
        layout = self.layout.others[0]
        assert isinstance(layout, JsonLayout)  # noqa: S101 - for the type checker: every report is declared so
        if self.reach is None:
            return layout
        return attrs.evolve(layout, columns=(*layout.columns, Text(_POSTED)))

    def published(self, first: datetime, last: datetime, now: datetime) -> pl.DataFrame:
        """What a range asks for, as far as it is published."""
        if self.posted:
            return self._each_publication(first, min(last, now))
        if self.reach is not None:
            frame = self._each_publication(first - self.reach, min(last + self.reach, now))
            at = "interval_end" if self.by == "intervalEnding" else "interval_start"
            return frame.filter(pl.col(at).is_between(first, last))
        frame = self.rows(first, last + timedelta(microseconds=1), now)
        return frame.filter(pl.col("interval_start") < self.known_until(now))

    def known_until(self, now: datetime) -> datetime:
        """The end of the newest document."""
        return max((each.end for each in self.issues(now - timedelta(days=3), now)), default=now)

    def _each_publication(self, first: datetime, last: datetime) -> pl.DataFrame:
        """The rows of all documents that were published between two instants."""
        frames = [
            self.rows(each.start, each.end, each.published).with_columns(_posted(each.published))
            for each in self.issues(first, last)
        ]
        return pl.concat(frames) if frames else self.rows(first, first, first).with_columns(_posted(first))


def _posted(at: datetime) -> Sequence[pl.Expr]:
    """A time of posting, as an instant and as the API writes it."""
    text = at.astimezone(zone(ZONE)).strftime("%Y-%m-%dT%H:%M:%S")
    return (pl.lit(at, dtype=pl.Datetime("us", "UTC")).alias("publish_time"), pl.lit(text).alias(_POSTED))


def _tables() -> tuple[Table, ...]:
    """The tables of every family of feeds."""
    from energyopti_ercot.sandbox.five_minutes import FIVE_MINUTE_TABLES
    from energyopti_ercot.sandbox.load import LOAD_TABLES
    from energyopti_ercot.sandbox.outages import OUTAGE_TABLES
    from energyopti_ercot.sandbox.prices import PRICE_TABLES
    from energyopti_ercot.sandbox.reference import REFERENCE_TABLES
    from energyopti_ercot.sandbox.renewables import RENEWABLE_TABLES
    from energyopti_ercot.sandbox.reserves import RESERVE_TABLES
    from energyopti_ercot.sandbox.system import SYSTEM_TABLES

    return (
        *PRICE_TABLES,
        *LOAD_TABLES,
        *RENEWABLE_TABLES,
        *FIVE_MINUTE_TABLES,
        *OUTAGE_TABLES,
        *RESERVE_TABLES,
        *SYSTEM_TABLES,
        *REFERENCE_TABLES,
    )


TABLES: tuple[Table, ...] = _tables()
BY_NUMBER: Mapping[str, Table] = {table.number: table for table in TABLES}
BY_PATH: Mapping[str, Table] = {table.path: table for table in TABLES if table.path}
