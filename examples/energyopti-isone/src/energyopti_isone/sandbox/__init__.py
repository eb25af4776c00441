"""ISO New England, served locally: its documents with generated data."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime, timedelta

import polars as pl
from energyopti import Feed
from energyopti.sandbox import Answer, Ask, Responder
from energyopti.timezones import HOUR

from energyopti_isone.feeds import FEEDS
from energyopti_isone.protocol.documents import NO_DATA, ON_REQUEST, SESSION_PAGE, STORED
from energyopti_isone.protocol.stamps import ZONE
from energyopti_isone.sandbox.generated import rows

STORED_FILES = {
    "da-lmp/WW_DALMP_ISO_": "da_lmp",
    "rt-lmp/lmp_rt_final_": "rt_lmp_hourly_final",
    "5min-rt-prelim/lmp_5min_": "rt_lmp_5min_prelim",
    "5min-rt-final/lmp_5min_": "rt_lmp_5min_final",
}
REPORTS = {
    "fiveminutesystemload": "load_5min",
    "hourlysystemdemand": "load_hourly",
    "genfuelmix": "fuel_mix",
}
COOKIE = "isox_token=sandbox"


def responders() -> Mapping[str, Responder]:
    """The server, as its two families of documents."""
    return {"files": files, "reports": reports}


def files(ask: Ask) -> Answer:
    """The stored files: a day each, or four hours of one."""
    found = re.fullmatch(rf"{STORED}/(\S+?_)(\d{{8}})(?:_(\d\d)-(\d\d))?\.csv", ask.path)
    feed, day = (_feed(STORED_FILES.get(found[1])), _day(found[2])) if found else (None, None)
    if found is None or feed is None or day is None or (found[3] is None) == ("5min" in found[1]):
        return Answer.missing()
    made = rows(feed, day)
    if found[3] is not None:
        hours = pl.col("interval_start").dt.convert_time_zone(ZONE).dt.hour()
        made = made.filter(hours.is_between(int(found[3]), int(found[4]), closed="left"))
    return _answer(feed, made, ask.now)


def reports(ask: Ask) -> Answer:
    """The reports on request, for those who have been given the cookie by a page."""
    if ask.path == SESSION_PAGE:
        page = b"<!DOCTYPE html><html><body>Generation by fuel mix</body></html>"
        return Answer(body=page, content_type="text/html", headers={"set-cookie": f"{COOKIE}; Path=/"})
    feed = _feed(REPORTS.get(ask.path.removeprefix(f"{ON_REQUEST}/")))
    if feed is None:
        return Answer.missing()
    if COOKIE not in ask.headers.get("cookie", ""):
        return Answer(status=403, body=b"Forbidden", content_type="text/plain")
    first, last = _day(ask.params.get("start", "")), _day(ask.params.get("end", ""))
    if first is None or last is None:
        return Answer.missing()
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    made = pl.concat([rows(feed, each) for each in days]) if days else rows(feed, first).clear()
    return _answer(feed, made, ask.now)


def _answer(feed: Feed, made: pl.DataFrame, now: datetime) -> Answer:
    """The rows that are due by now as a document; without any, the words for that, with status 200."""
    due = {end: feed.due_at(end, ZONE) <= now for end in made["interval_end"].unique()}
    made = made.filter(made["interval_end"].replace_strict(due, return_dtype=pl.Boolean))
    body = NO_DATA + b"\n" if made.is_empty() else feed.layout.write(made)
    return Answer(body=body, content_type="text/csv", modified=now - HOUR)


def _feed(name: str | None) -> Feed | None:
    return next((each for each in FEEDS if each.name == name), None)


def _day(text: str) -> date | None:
    try:
        return datetime.strptime(text, "%Y%m%d").date()  # noqa: DTZ007 - a day on the market's clock
    except ValueError:
        return None
