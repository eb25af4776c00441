"""The content of each report in the sandbox: one table per report."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Protocol

import attrs
import polars as pl

from energyopti.layouts import CsvLayout, JsonLayout, Text
from energyopti.timezones import INSTANT, zone
from energyopti_ercot.protocol.layouts import ZONE
from energyopti_ercot.sandbox.issues import Issue, Issues, Rows

_POSTED = "postedDatetime"

CSV, XML = 2, 1
KINDS = {CSV: "csv", XML: "xml"}
"""The kinds of documents, each with a digit for document numbers."""


class Documents(Protocol):
    """A report as in the lists and the archive: how its documents are named, and the files in them."""

    @property
    def number(self) -> str:
        """The report's number."""

    @property
    def prefix(self) -> str:
        """How the names of its documents begin."""

    @property
    def kinds(self) -> tuple[int, ...]:
        """The kinds of documents that each issue has."""

    @property
    def issues(self) -> Issues:
        """Lists its documents."""

    @property
    def retention(self) -> timedelta:
        """How long the list has them."""

    @property
    def archived_as(self) -> str:
        """The report's name in the archive."""

    def called(self, issue: Issue, kind: int) -> str:
        """The name of a document."""

    def files(self, issue: Issue) -> Mapping[str, bytes]:
        """The files in it, by name."""


@attrs.frozen(kw_only=True)
class Table:
    """One report.

    ``rows`` makes the rows that begin from an instant to before another, as known at a third: in the dataset's
    columns, with extra ones under their published names. ``issues`` lists its documents, ``retention`` is how long
    the list has them, ``name`` how they are named. ``path`` is the report's end point, ``by`` the parameter for its
    range; with ``posted`` the rows of every publication are there, distinguished by publish time. For data posted
    again and again, up to ``reach`` before and after its time, the API returns every posting. ``emil_id`` is the
    report's name in the archive; ``file`` is the table's name in a document of several.
    """

    number: str
    name: str
    layout: CsvLayout
    rows: Rows
    issues: Issues
    path: str = ""
    retention: timedelta = timedelta(days=5)
    by: str = "deliveryDate"
    posted: bool = False
    reach: timedelta | None = None
    emil_id: str = ""
    file: str = ""
    prefix: str = "cdr"
    kinds: tuple[int, ...] = (CSV, XML)

    @property
    def archived_as(self) -> str:
        """The report's name in the archive: as in the path of its end point, unless it has none."""
        return self.emil_id.lower() or self.path.partition("/")[0]

    def called(self, issue: Issue, kind: int) -> str:
        """The name of a document, with its stamp and kind."""
        return f"{self.name}{issue.stamp}_{KINDS[kind]}"

    def files(self, issue: Issue) -> Mapping[str, bytes]:
        """The only file of a document."""
        name = f"cdr.000{self.number}.0000000000000000.{self.name}{issue.stamp}.csv"
        return {name: self.layout.write(self.rows(issue.start, issue.end, issue.published))}

    @property
    def of_api(self) -> JsonLayout:
        """The report as in the API."""
        layout = self.layout.others[0]
        assert isinstance(layout, JsonLayout)  # noqa: S101 - for the type checker: every report is declared so
        if self.reach is None:
            return layout
        return attrs.evolve(layout, columns=(*layout.columns, Text(_POSTED)))

    def published(self, first: datetime, last: datetime, now: datetime) -> pl.DataFrame:
        """The rows that a range requests, as far as they are published."""
        if self.posted:
            return self._each_publication(first, min(last, now))
        if self.reach is not None:
            frame = self._each_publication(first - self.reach, min(last + self.reach, now))
            at = "interval_end" if self.by == "intervalEnding" else "interval_start"
            return frame.filter(pl.col(at).is_between(first, last))
        frame = self.rows(first, last + INSTANT, now)
        return frame.filter(pl.col("interval_start") < self.known_until(now))

    def known_until(self, now: datetime) -> datetime:
        """The end of the newest document."""
        return max((each.end for each in self.issues(now - timedelta(days=3), now)), default=now)

    def _each_publication(self, first: datetime, last: datetime) -> pl.DataFrame:
        """The rows of all documents published between two instants."""
        frames = [
            self.rows(each.start, each.end, each.published).with_columns(_posted(each.published))
            for each in self.issues(first, last)
        ]
        return pl.concat(frames) if frames else self.rows(first, first, first).with_columns(_posted(first))


def _posted(at: datetime) -> Sequence[pl.Expr]:
    """A posting time, as an instant and as the API writes it."""
    text = at.astimezone(zone(ZONE)).strftime("%Y-%m-%dT%H:%M:%S")
    return (pl.lit(at, dtype=pl.Datetime("us", "UTC")).alias("publish_time"), pl.lit(text).alias(_POSTED))


@attrs.frozen(kw_only=True)
class Bundle:
    """A report whose documents are zips of several tables; ``named`` gives a table's file name."""

    number: str
    name: str
    tables: tuple[Table, ...]
    issues: Issues
    retention: timedelta
    emil_id: str
    named: Callable[[Table, Issue], str]
    prefix: str = "ext"
    kinds: tuple[int, ...] = (CSV,)

    @property
    def archived_as(self) -> str:
        """The report's name in the archive."""
        return self.emil_id.lower()

    def called(self, issue: Issue, kind: int) -> str:  # noqa: ARG002 - there is only one
        """The name of a document, after its stamp."""
        return f"{issue.stamp}{self.name}"

    def files(self, issue: Issue) -> Mapping[str, bytes]:
        """One file per table."""
        return {
            self.named(table, issue): table.layout.write(table.rows(issue.start, issue.end, issue.published))
            for table in self.tables
        }
