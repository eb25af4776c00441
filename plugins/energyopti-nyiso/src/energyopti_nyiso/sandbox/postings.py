"""New York's two servers of postings: one file per day, each month as a zip of its days, with generated data."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache

import polars as pl

from energyopti import Feed
from energyopti.layouts import Layout
from energyopti.sandbox import Answer, Ask
from energyopti.timezones import DAY, local_date, midnight, zone
from energyopti_nyiso.feeds import FEEDS
from energyopti_nyiso.feeds.ancillary import ANCILLARY, form_on
from energyopti_nyiso.protocol.documents import DOCUMENTS, DailyDocument
from energyopti_nyiso.protocol.servers import LAST_OLD_DAY
from energyopti_nyiso.protocol.stamps import ZONE
from energyopti_nyiso.sandbox.generated import generate
from energyopti_nyiso.sandbox.listing import POSTED, listing
from energyopti_nyiso.sandbox.reference import reference

_KEPT_DAYS = 10
_OLD_DAY = re.compile(r"csv/(?P<slug>\w+)/(?P<day>\d{8})(?P<name>\w+)\.csv")
_OLD_MONTH = re.compile(r"csv/(?P<slug>\w+)/(?P<day>\d{8})(?P<name>\w+)_csv\.zip")
_NEW_DAY = re.compile(r"(?P<folder>\w+)/CSV/\d{4}/\d\d/\d\d/(?P<name>\w+)-(?P<day>\d{8})\.csv")
_OLD_NEWEST = {document.newest: document for document in DOCUMENTS.values() if document.newest}
_NEW_NEWEST = {document.new_newest: document for document in DOCUMENTS.values() if document.new_newest}
_ANNOUNCED = timedelta(hours=1)
_FEEDS = {feed.name: feed for feed in FEEDS}


def old_server(ask: Ask) -> Answer:
    """The last days as single files, and every month as a zip of its days."""
    if undated := reference(ask.path, ask):
        return undated
    if ask.path in _OLD_NEWEST and local_date(ask.now, ZONE) <= LAST_OLD_DAY:
        return _newest(_OLD_NEWEST[ask.path], ask)
    if found := _OLD_MONTH.fullmatch(ask.path):
        return _month(found, ask)
    if found := _OLD_DAY.fullmatch(ask.path):
        today = local_date(ask.now, ZONE)
        day = _day(found)
        kept = day is not None and today - _KEPT_DAYS * DAY <= day <= LAST_OLD_DAY
        return _file(found, ask, lambda each: each.old_path) if kept else Answer.missing()
    return Answer.missing()


def new_server(ask: Ask) -> Answer:
    """One file per day in one folder per document, from the folder's first day on; and the list of them all."""
    if not ask.path and "list-type" in ask.params:
        return listing(ask)
    if undated := reference(ask.path, ask):
        return undated
    if ask.path in _NEW_NEWEST:
        return _newest(_NEW_NEWEST[ask.path], ask)
    found = _NEW_DAY.fullmatch(ask.path)
    if found is None:
        return Answer.missing()
    document, day = POSTED.get(found["name"]), _day(found)
    if document is None or day is None or day < document.in_folder_since:
        return Answer.missing()
    return _file(found, ask, lambda each: POSTED[each.name].new_path)


def _day(found: re.Match[str]) -> date | None:
    try:
        return datetime.strptime(found["day"], "%Y%m%d").replace(tzinfo=UTC).date()
    except ValueError:
        return None


def _file(found: re.Match[str], ask: Ask, path: Callable[[DailyDocument], str]) -> Answer:
    """One day's file, if the path is exactly the one it has."""
    document, day = DOCUMENTS.get(found["name"]), _day(found)
    if document is None or day is None or path(document).format(day=day) != ask.path:
        return Answer.missing()
    feed = _FEEDS[document.name]
    if not feed.history.since <= day <= _last_day(feed, ask.now):
        return Answer.missing()
    published = _publication(feed, day, ask.now)
    body = _document(feed, day, _cut(feed, day, ask.now))
    return Answer(body=body, content_type="text/csv", modified=published)


def _newest(document: DailyDocument, ask: Ask) -> Answer:
    """Only the newest interval."""
    feed = _FEEDS[document.name]
    day = local_date(ask.now - feed.step, ZONE)
    frame = generate(feed, day).filter(pl.col("interval_end") <= ask.now)
    newest = frame.filter(pl.col("interval_end") == pl.col("interval_end").max())
    return Answer(body=feed.layout.write(newest), content_type="text/csv", modified=ask.now)


def _month(found: re.Match[str], ask: Ask) -> Answer:
    """One month's zip; its name carries the month's first day."""
    document, first = DOCUMENTS.get(found["name"]), _day(found)
    if document is None or first is None or document.archive_path.format(day=first) != ask.path:
        return Answer.missing()
    feed = _FEEDS[document.name]
    last = min(local_date(ask.now, ZONE) - DAY, LAST_OLD_DAY)
    following = (first + 31 * DAY).replace(day=1)
    days = [day for day in _days(first, following) if feed.history.since <= day <= last]
    if first.day != 1 or not days:
        return Answer.missing()
    body = _archive(feed, tuple(days))
    return Answer(body=body, content_type="application/zip", modified=_publication(feed, days[-1], ask.now))


def _days(first: date, end: date) -> list[date]:
    return [first + number * DAY for number in range((end - first).days)]


def _last_day(feed: Feed, now: datetime) -> date:
    """The last day that a feed has a file for: tomorrow for feeds published ahead, today for the rest."""
    today = local_date(now, ZONE)
    return today + DAY if feed.publication.published_ahead else today


def _publication(feed: Feed, day: date, now: datetime) -> datetime:
    """When a day's file was last written."""
    if feed.publication.published_ahead:
        return datetime.combine(day - DAY, time(7, 5, 4), tzinfo=zone(ZONE)).astimezone(UTC)
    return min(midnight(day + DAY, ZONE) + timedelta(minutes=2), now)


def _cut(feed: Feed, day: date, now: datetime) -> datetime | None:
    """The instant up to which the current day's file reaches, in whole steps; None for a whole day."""
    if feed.publication.published_ahead or now >= midnight(day + DAY, ZONE) + feed.step:
        return None
    return now - (now - midnight(day, ZONE)) % feed.step


@lru_cache(maxsize=256)
def _document(feed: Feed, day: date, until: datetime | None) -> bytes:
    """A day's file, up to an instant; real-time prices continue with the quarter hours of the next hour."""
    frame = generate(feed, day)
    if until is not None:
        end = pl.col("interval_end")
        there = end <= until
        if DOCUMENTS[feed.name].newest and until > midnight(day, ZONE):
            there |= (end == end.dt.truncate("15m")) & (end <= until + _ANNOUNCED)
        frame = frame.filter(there)
    return _layout(feed, day).write(frame)


def _layout(feed: Feed, day: date) -> Layout:
    """The form of a day's document."""
    return form_on(feed.layout, day) if feed in ANCILLARY else feed.layout


@lru_cache(maxsize=8)
def _archive(feed: Feed, days: tuple[date, ...]) -> bytes:
    """A month's zip; each member has the local time of its publication."""
    buffer = io.BytesIO()
    member = DOCUMENTS[feed.name].member
    with zipfile.ZipFile(buffer, "w", compression=zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for day in days:
            local = _publication(feed, day, datetime.max.replace(tzinfo=UTC)).astimezone(zone(ZONE))
            info = zipfile.ZipInfo(member.format(day=day), date_time=local.timetuple()[:6])
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, _document(feed, day, None))
    return buffer.getvalue()
