"""New York: its two servers, with files of days, archives of months and the newest interval alone."""

from __future__ import annotations

import io
import itertools
import re
import zipfile
from collections import OrderedDict
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import polars as pl

from energyopti.sandbox import Answer, Ask, Responder
from energyopti.timezones import DAY, local_date
from simulation.papers import Papers
from simulation.schedules import FORECAST, GROWING, USUAL, EachInterval, Published, WholeDay
from simulation.truth import announced, local_midnight

ZONE = "America/New_York"
_ZONES = {
    "CAPITL": "61757",
    "CENTRL": "61754",
    "DUNWOD": "61760",
    "GENESE": "61753",
    "HUD VL": "61758",
    "LONGIL": "61762",
    "MHK VL": "61756",
    "MILLWD": "61759",
    "N.Y.C.": "61761",
    "NORTH": "61755",
    "WEST": "61752",
}
_PROXIES = {"H Q": "61844", "NPX": "61845", "O H": "61846", "PJM": "61847"}
_LOAD = {name: {"PTID": number} for name, number in _ZONES.items()}
_PRICED = {name: {"PTID": number} for name, number in (_ZONES | _PROXIES).items()}
_FIVE, _HOUR = timedelta(minutes=5), timedelta(hours=1)

PUBLISHED = (
    Published(
        feed="damlbmp_zone",
        step=_HOUR,
        locations=_PRICED,
        release=WholeDay(at=time(10, 30), jitter=timedelta(minutes=25)),
        troubles=USUAL,
        watched=True,
    ),
    Published(
        feed="realtime_zone",
        step=_FIVE,
        locations=_PRICED,
        release=EachInterval(after=timedelta(seconds=20), jitter=timedelta(seconds=70)),
        troubles=GROWING,
        watched=True,
        doubtful=_HOUR,
    ),
    Published(
        feed="realtime_zone_lbmp",
        newest_of="realtime_zone",
        step=_FIVE,
        locations=_PRICED,
        release=EachInterval(after=timedelta(seconds=20), jitter=timedelta(seconds=70)),
    ),
    Published(
        feed="rtlbmp_zone",
        step=_HOUR,
        locations=_PRICED,
        release=EachInterval(after=timedelta(minutes=6), jitter=timedelta(minutes=4)),
        troubles=GROWING,
    ),
    Published(
        feed="pal",
        step=_FIVE,
        locations=_LOAD,
        release=EachInterval(after=timedelta(seconds=25), jitter=timedelta(seconds=50), reading=True),
        troubles=GROWING,
    ),
    Published(
        feed="palIntegrated",
        step=_HOUR,
        locations=_LOAD,
        release=EachInterval(after=timedelta(minutes=4), jitter=timedelta(minutes=3)),
        troubles=GROWING,
    ),
    Published(
        feed="rtfuelmix",
        step=_FIVE,
        locations={name: {} for name in ("Dual Fuel", "Natural Gas", "Nuclear", "Wind", "Hydro")},
        place="fuel_native",
        closed=False,
        closes_at_midnight=True,
        release=EachInterval(after=timedelta(seconds=30), jitter=timedelta(seconds=40), reading=True),
        troubles=GROWING,
    ),
    Published(
        feed="isolf",
        step=_HOUR,
        locations={**_LOAD, "NYISO": {}},
        release=WholeDay(at=time(7, 6), jitter=timedelta(minutes=10), reach=6 * DAY),
        troubles=FORECAST,
    ),
)

FOLDERS = {
    "damlbmp_zone": ("damlbmp", "DAM_LBMP_ZONE", date(1999, 11, 18)),
    "realtime_zone": ("realtime", "RT_LBMP_ZONE", date(2025, 12, 6)),
    "rtlbmp_zone": ("rtlbmp", "RT_TW_LBMP_ZONE", date(1999, 11, 18)),
    "pal": ("pal", "RT_ACTUAL_LOAD", date(2001, 5, 26)),
    "palIntegrated": ("palIntegrated", "INT_RT_ACT_LOAD", date(2001, 6, 21)),
    "rtfuelmix": ("rtfuelmix", "RT_FUEL_MIX", date(2026, 10, 1)),
    "isolf": ("isolf", "ISO_LF", date(2026, 10, 12)),
}
"""Each document's slug on the old server, and its folder on the new one with the first day there."""

NEWEST = {"realtime/realtime_zone_lbmp.csv": "realtime_zone", "RT_LBMP_ZONE/CSV/current.csv": "realtime_zone"}
REQUESTS_A_POLL = {"damlbmp_zone": 2, "realtime_zone": 2}
"""How many documents it takes to know what is new: today's and tomorrow's, the day's and the newest interval."""

MIRRORED, CURRENT_LAG, ARCHIVE_LAG = timedelta(hours=2), timedelta(seconds=20), timedelta(days=1)
KEPT = 10 * DAY
_DAYS_AHEAD = 4
MOVED, LAST_OLD_DAY = date(2026, 10, 1), date(2026, 10, 11)
_OLD_DAY = re.compile(r"csv/(?P<slug>\w+)/(?P<day>\d{8})(?P<name>\w+)\.csv")
_OLD_MONTH = re.compile(r"csv/(?P<slug>\w+)/(?P<day>\d{6})01(?P<name>\w+)_csv\.zip")
_NEW_DAY = re.compile(r"(?P<folder>\w+)/CSV/(?P<path>\d{4}/\d\d/\d\d)/(?P<name>\w+)-(?P<day>\d{8})\.csv")


class Servers:
    """What the two servers have at an instant."""

    def __init__(self, papers: Mapping[str, Papers]) -> None:
        self._papers = papers
        self._ahead: OrderedDict[date, tuple[list[bytes], pl.Series]] = OrderedDict()
        self._archives: OrderedDict[tuple[str, str], tuple[tuple[int, ...], bytes]] = OrderedDict()

    def hosts(self) -> Mapping[str, Responder]:
        """The servers by the names of their hosts; the new one has two."""
        return {"mis": self.old, "postings": self.new, "oasis_postings": self.new}

    def old(self, ask: Ask) -> Answer:
        """The days of late, every month as a zip, and the newest interval."""
        today = local_date(ask.now, ZONE)
        if ask.path in NEWEST:
            return self._newest(NEWEST[ask.path], ask.now) if today <= LAST_OLD_DAY else Answer.missing()
        found = _OLD_MONTH.fullmatch(ask.path)
        if found is not None and self._is(found):
            return self._month(found["name"], found["day"], ask.now)
        found = _OLD_DAY.fullmatch(ask.path)
        if found is None or not self._is(found):
            return Answer.missing()
        day = _day(found["day"])
        kept = today - KEPT <= day <= LAST_OLD_DAY
        return self._file(found["name"], day, ask.now, ask.now) if kept else Answer.missing()

    def new(self, ask: Ask) -> Answer:
        """A file a day; before the move it gets them later than the old server."""
        if ask.path in NEWEST:
            moved = local_date(ask.now, ZONE) >= MOVED
            return self._newest(NEWEST[ask.path], ask.now if moved else ask.now - MIRRORED)
        found = _NEW_DAY.fullmatch(ask.path)
        if found is None or found["name"] not in self._papers:
            return Answer.missing()
        _, folder, since = FOLDERS[found["name"]]
        day = _day(found["day"])
        if folder != found["folder"] or day < since or f"{day:%Y/%m/%d}" != found["path"]:
            return Answer.missing()
        at = ask.now if day >= MOVED else ask.now - MIRRORED
        return self._file(found["name"], day, at, ask.now)

    def _is(self, found: re.Match[str]) -> bool:
        return found["name"] in self._papers and FOLDERS[found["name"]][0] == found["slug"]

    def _file(self, name: str, day: date, at: datetime, now: datetime) -> Answer:
        """A day's file; while the day runs real-time prices go on with what is announced."""
        papers = self._papers[name]
        page = papers.page(day)
        if page is None or not page.state(at):
            return Answer.missing()
        body = papers.body(day, at)
        if name == "realtime_zone" and now < local_midnight(day + DAY, ZONE) + timedelta(minutes=10):
            body += self._announced(papers, day, at)
        return Answer(body=body, content_type="text/csv", modified=page.modified(at))

    def _announced(self, papers: Papers, day: date, at: datetime) -> bytes:
        """The quarter hours of the next hour that are not dispatched yet: lines without a header."""
        frame = papers.truth.pages[day].frame
        ends, out = frame["interval_end"], frame["out"]
        if day not in self._ahead:
            written = papers.write(announced(frame, "lmp", 99))
            self._ahead[day] = (written.splitlines(keepends=True)[1:], ends == ends.dt.truncate("15m"))
            if len(self._ahead) > _DAYS_AHEAD:
                self._ahead.popitem(last=False)
        lines, quarters = self._ahead[day]
        ahead = (frame["version"] == 1) & quarters & (out > at) & (ends > at - _FIVE) & (ends <= at + _HOUR)
        return b"".join(itertools.compress(lines, ahead.to_list()))

    def _newest(self, name: str, now: datetime) -> Answer:
        """The newest interval alone; it lags behind the day's file a little."""
        papers, at = self._papers[name], now - CURRENT_LAG
        for day in (local_date(now, ZONE), local_date(now, ZONE) - DAY):
            page = papers.page(day)
            if page is None or not (there := page.mask(at)).any():
                continue
            ends = page.frame["interval_end"]
            body = papers.header(day) + papers.lines(day, there & (ends == ends.filter(there).max()))
            return Answer(body=body, content_type="text/csv", modified=page.modified(at))
        return Answer.missing()

    def _month(self, name: str, month: str, now: datetime) -> Answer:
        """A month's zip, made once a day from what there was a day before."""
        made = local_midnight(local_date(now, ZONE), ZONE) + 3 * _HOUR
        at = (made if made <= now else made - DAY) - ARCHIVE_LAG
        papers = self._papers[name]
        last = min(local_date(at, ZONE), LAST_OLD_DAY)
        days = [
            day
            for day in papers.truth.pages
            if f"{day:%Y%m}" == month and day <= last and papers.state(day, at)
        ]
        if not days:
            return Answer.missing()
        states = tuple(papers.state(day, at) for day in days)
        key = (name, month)
        if self._archives.get(key, ((), b""))[0] != states:
            self._archives[key] = (states, _zipped(papers, days, at))
        modified = max(papers.truth.pages[day].modified(at) for day in days)
        return Answer(body=self._archives[key][1], content_type="application/zip", modified=modified)


def _zipped(papers: Papers, days: list[date], at: datetime) -> bytes:
    """An archive of days; each member carries the local time at which it was written."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", compression=zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for day in days:
            local = papers.truth.pages[day].modified(at).astimezone(ZoneInfo(ZONE))
            info = zipfile.ZipInfo(f"{day:%Y%m%d}{papers.feed.name}.csv", date_time=local.timetuple()[:6])
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, papers.body(day, at))
    return buffer.getvalue()


def _day(text: str) -> date:
    return datetime.strptime(text, "%Y%m%d").replace(tzinfo=UTC).date()
