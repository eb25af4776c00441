"""ERCOT's documents: one an interval, a day or a publication, with the list that says which there are."""

from __future__ import annotations

import bisect
import io
import json
import zipfile
from collections import OrderedDict
from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

import attrs
import polars as pl

from energyopti.timezones import DAY
from energyopti_ercot.sandbox.tables import Table
from simulation.papers import Papers
from simulation.schedules import EachInterval, Runs
from simulation.truth import NEVER, local_midnight

ZONE = "America/Chicago"
_KEPT = 4096


@attrs.frozen
class Issue:
    """One document: it was published at an instant, and holds some rows as they stood then."""

    published: datetime
    start: datetime
    end: datetime


class Issues:
    """All documents of one report, in the order of their publication."""

    def __init__(self, papers: Papers, table: Table) -> None:
        self.papers = papers
        self.table = table
        self._release = papers.truth.published.release
        self.every = self._found()
        self._times = [each.published for each in self.every]
        self._zips: OrderedDict[tuple[str, int], bytes] = OrderedDict()
        self._entries = [
            (self._entry(each, place, "2"), self._entry(each, place, "1"))
            for place, each in enumerate(self.every)
        ]
        self._lists: tuple[object, bytes] = (None, b"")

    def _found(self) -> list[Issue]:
        frame = self.papers.truth.frame.filter(pl.col("out") < NEVER)
        if isinstance(self._release, EachInterval):
            keys = (
                frame.select("out", "interval_start", "interval_end").unique().sort("out", "interval_start")
            )
            return [Issue(*row) for row in keys.iter_rows()]
        found = []
        for day, page in self.papers.truth.pages.items():
            bounds = local_midnight(day, ZONE), local_midnight(day + DAY, ZONE)
            found += [Issue(at, *bounds) for at in page.changes]
        return sorted(found, key=lambda each: each.published)

    def _number(self, issue: Issue, place: int, kind: str = "2") -> str:
        """A document's number: when it was published, its place among others, its kind, its report."""
        return f"{int(issue.published.timestamp())}{place % 1_000:03d}{kind}{self.table.number}"

    @property
    def _is_by_interval(self) -> bool:
        return isinstance(self._release, EachInterval)

    def _stamp(self, issue: Issue) -> str:
        """The stamp in a document's name: the end of a quarter, or the instant of a run; the second pass is marked."""
        if not self._is_by_interval:
            return ""
        run = self.papers.truth.published.offset
        at = (issue.start if run else issue.end).astimezone(ZoneInfo(ZONE))
        return (
            f"{at:_%Y%m%d_%H%M%S}{'xhr' if at.fold else ''}"
            if run
            else f"{at:_%Y%m%d_%H%M}{'xhr' if at.fold else ''}"
        )

    def _entry(self, issue: Issue, place: int, kind: str) -> str:
        local = issue.published.astimezone(ZoneInfo(ZONE))
        called = f"{self.table.name}{self._stamp(issue)}_{'csv' if kind == '2' else 'xml'}"
        document = {
            "ExpiredDate": f"{local + self.table.retention:%Y-%m-%d}T23:59:59\0",
            "ReportTypeID": self.table.number,
            "FriendlyName": called,
            "ConstructedName": f"cdr.000{self.table.number}.0000000000000000.{local:%Y%m%d.%H%M%S}000.{called}.zip",
            "DocID": self._number(issue, place, kind),
            "PublishDate": f"{local:%Y-%m-%dT%H:%M:%S}\0",
        }
        return json.dumps({"Document": document}).replace("\\u0000", "\0")

    def listed(self, now: datetime) -> bytes:
        """The list at an instant, the newest first: its clock is local, with the offset that is in force now."""
        first = bisect.bisect_left(self._times, now - self.table.retention)
        last = bisect.bisect_right(self._times, now)
        offset = now.astimezone(ZoneInfo(ZONE)).isoformat()[-6:]
        key = (first, last, offset)
        if self._lists[0] != key:
            entries = ",".join(f"{csv},{xml}" for csv, xml in reversed(self._entries[first:last]))
            body = f'{{"ListDocsByRptTypeRes":{{"DocumentList":[{entries}]}}}}'.replace("\0", offset)
            self._lists = (key, body.encode())
        return self._lists[1]

    def document(self, number: str, now: datetime) -> bytes | None:
        """A document by its number, if it is published."""
        place = self._places.get(number)
        if place is None or self.every[place].published > now:
            return None
        key = (number, place)
        if key not in self._zips:
            self._zips[key] = self._zipped(self.every[place])
            if len(self._zips) > _KEPT:
                self._zips.popitem(last=False)
        return self._zips[key]

    @cached_property
    def _places(self) -> Mapping[str, int]:
        return {self._number(each, place): place for place, each in enumerate(self.every)}

    def rows(self, issue: Issue) -> pl.DataFrame:
        """What a document holds: of a publication its own rows, else what stood of its time."""
        truth = self.papers.truth
        frame = truth.within(issue.start, issue.end) if self._is_by_interval else self._page(issue)
        if isinstance(self._release, Runs):
            return frame.filter(pl.col("out") == issue.published)
        return frame.filter(pl.col("out") <= issue.published).unique(
            truth.key, keep="last", maintain_order=True
        )

    def _page(self, issue: Issue) -> pl.DataFrame:
        day = issue.start.astimezone(ZoneInfo(ZONE)).date()
        return self.papers.truth.pages[day].frame

    def _zipped(self, issue: Issue) -> bytes:
        buffer = io.BytesIO()
        stamp = issue.published.astimezone(ZoneInfo(ZONE)).timetuple()[:6]
        name = f"cdr.000{self.table.number}.0000000000000000.{self.table.name}{self._stamp(issue)}.csv"
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
            archive.writestr(zipfile.ZipInfo(name, date_time=stamp), self.papers.write(self.rows(issue)))
        return buffer.getvalue()

    def between(self, first: datetime, last: datetime, now: datetime) -> pl.DataFrame:
        """What the API has of a range: of forecasts what was published in it, else what stands of its time."""
        truth = self.papers.truth
        if isinstance(self._release, Runs):
            rows = truth.frame.filter(pl.col("out").is_between(first, min(last, now)))
            return rows.with_columns(publish_time=pl.col("out"))
        rows = truth.within(first, last + timedelta(microseconds=1)).filter(pl.col("out") <= now)
        rows = rows.unique(truth.key, keep="last", maintain_order=True)
        kinds = {name: cells.get("location_type") for name, cells in truth.published.locations.items()}
        return rows.with_columns(
            location_type=pl.col("location").replace_strict(kinds, return_dtype=pl.String)
        )
