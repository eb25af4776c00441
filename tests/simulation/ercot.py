"""Texas: lists of documents that are kept for days, and the Public API, which has all of it, for those with an account."""

from __future__ import annotations

import bisect
import importlib
import io
import json
import zipfile
from collections import OrderedDict
from collections.abc import Mapping
from datetime import datetime, time, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

import attrs
import polars as pl

from energyopti.sandbox import Answer, Ask, Responder
from energyopti.timezones import DAY
from energyopti_ercot.sandbox.catalogue import BY_PATH
from energyopti_ercot.sandbox.login import login
from energyopti_ercot.sandbox.tables import Table
from simulation.papers import Papers
from simulation.schedules import (
    GROWING,
    Corrected,
    Cut,
    EachInterval,
    Late,
    Lost,
    PostedEmpty,
    Published,
    Runs,
    WholeDay,
)
from simulation.truth import NEVER, local_midnight

sandbox = importlib.import_module("energyopti_ercot.sandbox.api")
"""The module, whose package calls its function by the same name."""

ZONE = "America/Chicago"
_FIVE, _QUARTER, _HOUR = timedelta(minutes=5), timedelta(minutes=15), timedelta(hours=1)
_POINTS = {
    "HB_NORTH": {"location_type": "hub"},
    "HB_HOUSTON": {"location_type": "hub"},
    "LZ_NORTH": {"location_type": "zone"},
    "ALPHA_RN": {"location_type": "node"},
}
_ZONES: Mapping[str, Mapping[str, str]] = {name: {} for name in ("NORTH", "SOUTH", "WEST", "HOUSTON", "SYSTEM")}
_A_DAY = (
    Late(by=3 * _HOUR),
    PostedEmpty(until=2 * _HOUR),
    Cut(until=4 * _HOUR),
    Corrected(after=-33 * _HOUR, share=0.3),
    Late(by=8 * _HOUR),
    Cut(until=3 * _HOUR, by="place"),
)
_GROWING = tuple(each for each in GROWING if not isinstance(each, Lost | PostedEmpty))
"""An interval that is never published, or a document of a header alone, is none of a report with a document an interval."""

PUBLISHED = (
    Published(
        feed="dam_stlmnt_pnt_prices",
        values=("lmp",),
        step=_HOUR,
        locations=_POINTS,
        release=WholeDay(at=time(12, 35), jitter=timedelta(minutes=40)),
        troubles=_A_DAY,
        watched=True,
    ),
    Published(
        feed="spp_node_zone_hub",
        values=("lmp",),
        step=_QUARTER,
        locations=_POINTS,
        release=EachInterval(after=timedelta(seconds=60), jitter=timedelta(seconds=120)),
        troubles=_GROWING,
        watched=True,
    ),
    Published(
        feed="lmp_node_zone_hub",
        values=("lmp",),
        step=_FIVE,
        offset=timedelta(seconds=17),
        locations=dict(list(_POINTS.items())[:2]),
        release=EachInterval(after=timedelta(seconds=12), jitter=timedelta(seconds=20), reading=True),
        troubles=(),
        history=8,
        kept=4 * DAY,
    ),
    Published(
        feed="act_sys_load_by_fzn",
        step=_HOUR,
        locations=_ZONES,
        release=WholeDay(at=time(0, 50), days=1, jitter=timedelta(minutes=5)),
        troubles=(Late(by=3 * _HOUR), PostedEmpty(until=2 * _HOUR), Cut(until=4 * _HOUR)),
    ),
    Published(
        feed="7d_load_fcast_by_fzn",
        step=_HOUR,
        locations=_ZONES,
        release=Runs(every=_HOUR, past=timedelta(minutes=30), reach=3 * DAY),
        troubles=(),
        history=12,
        kept=6 * DAY,
    ),
)
DOCUMENTS_ALONE = tuple(
    attrs.evolve(each, kept=kept, troubles=tuple(t for t in each.troubles if not isinstance(t, Corrected) or t.after < 3 * DAY))
    for each, kept in zip(PUBLISHED, (29 * DAY, 4 * DAY, 4 * DAY, 4 * DAY, 6 * DAY), strict=True)
)
"""What is published for those without an account: lists go back days to weeks, and what is corrected later is not in them."""

REQUESTS_A_POLL = {"dam_stlmnt_pnt_prices": 2, "spp_node_zone_hub": 2}
"""The list and the document; of an hour of lookback no document is fetched again."""

CREDENTIALS = {("ercot", name): "simulated" for name in ("username", "password", "subscription_key")}
LIST, DOWNLOAD = "misapp/servlets/IceDocListJsonWS", "misdownload/servlets/mirDownload"
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
        self._entries = [(self._entry(each, "2"), self._entry(each, "1")) for each in self.every]
        self._lists: tuple[object, bytes] = (None, b"")

    def _found(self) -> list[Issue]:
        frame = self.papers.truth.frame.filter(pl.col("out") < NEVER)
        if isinstance(self._release, EachInterval):
            keys = frame.select("out", "interval_start", "interval_end").unique().sort("out", "interval_start")
            return [Issue(*row) for row in keys.iter_rows()]
        found = []
        for day, page in self.papers.truth.pages.items():
            bounds = local_midnight(day, ZONE), local_midnight(day + DAY, ZONE)
            found += [Issue(at, *bounds) for at in page.changes]
        return sorted(found, key=lambda each: each.published)

    def number(self, issue: Issue, kind: str = "2") -> str:
        """A document's number: when it was published, what it begins with, of which kind, by which report."""
        within = int((issue.published - issue.start).total_seconds()) % 1_000 if self._is_by_interval else 0
        return f"{int(issue.published.timestamp())}{within:03d}{kind}{self.table.number}"

    @property
    def _is_by_interval(self) -> bool:
        return isinstance(self._release, EachInterval)

    def _stamp(self, issue: Issue) -> str:
        """The stamp in a document's name: the end of a quarter, or the instant of a run; the second pass is marked."""
        if not self._is_by_interval:
            return ""
        run = self.papers.truth.published.offset
        at = (issue.start if run else issue.end).astimezone(ZoneInfo(ZONE))
        return f"{at:_%Y%m%d_%H%M%S}{'xhr' if at.fold else ''}" if run else f"{at:_%Y%m%d_%H%M}{'xhr' if at.fold else ''}"

    def _entry(self, issue: Issue, kind: str) -> str:
        local = issue.published.astimezone(ZoneInfo(ZONE))
        called = f"{self.table.name}{self._stamp(issue)}_{'csv' if kind == '2' else 'xml'}"
        document = {
            "ExpiredDate": f"{local + self.table.kept:%Y-%m-%d}T23:59:59\0",
            "ReportTypeID": self.table.number,
            "FriendlyName": called,
            "ConstructedName": f"cdr.000{self.table.number}.0000000000000000.{local:%Y%m%d.%H%M%S}000.{called}.zip",
            "DocID": self.number(issue, kind),
            "PublishDate": f"{local:%Y-%m-%dT%H:%M:%S}\0",
        }
        return json.dumps({"Document": document}).replace("\\u0000", "\0")

    def listed(self, now: datetime) -> bytes:
        """The list at an instant, the newest first: its clock is local, with the offset that is in force now."""
        first = bisect.bisect_left(self._times, now - self.table.kept)
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
        return {self.number(each): place for place, each in enumerate(self.every)}

    def rows(self, issue: Issue) -> pl.DataFrame:
        """What a document holds: of a publication its own rows, else what stood of its time."""
        truth = self.papers.truth
        frame = truth.within(issue.start, issue.end) if self._is_by_interval else self._page(issue)
        if isinstance(self._release, Runs):
            return frame.filter(pl.col("out") == issue.published)
        return frame.filter(pl.col("out") <= issue.published).unique(truth.key, keep="last", maintain_order=True)

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
        return rows.with_columns(location_type=pl.col("location").replace_strict(kinds, return_dtype=pl.String))


@attrs.frozen(kw_only=True)
class Told(Table):
    """A table of the API over what is published."""

    truth: Issues

    def published(self, first: datetime, last: datetime, now: datetime) -> pl.DataFrame:
        """What a range asks for."""
        return self.truth.between(first, last, now)


class Hosts:
    """The lists with their documents, the API and the login."""

    def __init__(self, papers: Mapping[str, Papers]) -> None:
        tables = {each.path.partition("/")[2]: each for each in BY_PATH.values()}
        self._issues = {tables[name].number: Issues(each, tables[name]) for name, each in papers.items()}
        given = {
            each.table.path: {field.name: getattr(each.table, field.name) for field in attrs.fields(Table)}
            for each in self._issues.values()
        }
        self._api = {
            each.table.path: Told(**(given[each.table.path] | {"posted": False, "reach": None}), truth=each)
            for each in self._issues.values()
        }

    def hosts(self) -> Mapping[str, Responder]:
        """The servers by the names of their hosts."""
        return {"mis": self.documents, "api": self.api, "login": login}

    def documents(self, ask: Ask) -> Answer:
        """A list, or a document."""
        if ask.path == LIST:
            issues = self._issues.get(ask.params.get("reportTypeId", ""))
            body = b'{"ListDocsByRptTypeRes":{}}' if issues is None else issues.listed(ask.now)
            return Answer(body=body, content_type="application/json")
        number = ask.params.get("doclookupId", "") if ask.path == DOWNLOAD else ""
        issues = self._issues.get(number[-5:])
        body_ = issues.document(number, ask.now) if issues is not None else None
        return Answer.missing() if body_ is None else Answer(body=body_, content_type="application/zip")

    def api(self, ask: Ask) -> Answer:
        """One request of the API; the archive of documents is not there."""
        if ask.path.startswith("archive/"):
            return Answer.missing()
        usual = sandbox.BY_PATH
        sandbox.BY_PATH = self._api
        try:
            answer: Answer = sandbox.api(ask)
        finally:
            sandbox.BY_PATH = usual
        return answer

