"""The portal's file browser: which file is at which path, and since when."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import polars as pl
from energyopti import Feed
from energyopti.layouts import wire_frame
from energyopti.sandbox import Answer, Ask
from energyopti.timezones import DAY, HOUR, midnight

from energyopti_spp.feeds.generation import GEN_MIX_SPP, GEN_MIX_SWPW, GENERATION_FILES
from energyopti_spp.feeds.load import (
    AREA_LOAD,
    FIVE_MINUTE_FILES,
    FIVE_MINUTE_LOAD,
    FORECAST_FILES,
    LOAD_FILES,
    ZONE_LOAD,
)
from energyopti_spp.feeds.prices import DA_LMP, DAY_AHEAD_FILES, REAL_TIME_FILES, RT_LMP
from energyopti_spp.protocol.files import forecast_path, interval_path, short_forecast_path
from energyopti_spp.protocol.stamps import FIVE_MINUTES, ZONE
from energyopti_spp.sandbox import generated

_PRICES = ("LMP", "MLC", "MCC", "MEC")
_DAY_AHEAD = ("Interval", "GMTIntervalEnd", "BAA", "Settlement Location", "Pnode", *_PRICES)
_REAL_TIME = ("Interval", "GMTIntervalEnd", "Settlement Location", "Pnode", *_PRICES, "BAA")
_FORECASTS = ("Interval", "GMTIntervalEnd", "MTLF", "Averaged Actual", "BAA")
_SHORT_FORECASTS = ("Interval", "GMTIntervalEnd", "STLF", "Actual", "BAA")
_ZONES = ("Market Hour", "Balancing Area Name", "Control Zone Name", "Forecast Area Type", "Load MW")


def portal(ask: Ask) -> Answer:
    """A file as of the sandbox's clock; one that does not exist, or not yet, is a 404 without a body."""
    files = re.fullmatch(r"file-browser-api/download/([\w-]+)", ask.path)
    for name, form, answer in _FILES:
        found = re.fullmatch(form, ask.params.get("path", ""))
        if files and files[1] == name and found:
            try:
                body = answer(found.groups(), ask.now)
            except ValueError:
                break  # no such date
            if body is not None:
                return Answer(body=body, content_type="text/csv", modified=ask.now)
    return Answer(status=404, content_type="text/csv")


def _written(feed: Feed, rows: pl.DataFrame, columns: Sequence[str]) -> bytes:
    """Rows as SPP writes them: its columns in its order."""
    return wire_frame(rows, feed.layout).select(columns).write_csv().encode()


def _day(parts: Sequence[str]) -> tuple[datetime, datetime]:
    day = datetime.strptime(parts[0], "%Y%m%d").replace(tzinfo=UTC).date()
    return midnight(day, ZONE), midnight(day + DAY, ZONE)


def _day_ahead(parts: Sequence[str], now: datetime) -> bytes | None:
    start, end = _day(parts)
    if DA_LMP.due_at(end, ZONE) > now:
        return None
    return _written(DA_LMP, generated.prices(start, end, HOUR), _DAY_AHEAD)


def _real_time_day(parts: Sequence[str], now: datetime) -> bytes | None:
    start, end = _day(parts)
    if end + 5 * DAY > now:
        return None
    return _written(RT_LMP, generated.prices(start, end, FIVE_MINUTES), _REAL_TIME)


def _real_time_interval(parts: Sequence[str], now: datetime) -> bytes | None:
    start = _found(parts[0], interval_path, FIVE_MINUTES)
    if start is None or start + 2 * FIVE_MINUTES > now:
        return None
    return _written(RT_LMP, generated.prices(start, start + FIVE_MINUTES, FIVE_MINUTES), _REAL_TIME)


def _forecast(parts: Sequence[str], now: datetime) -> bytes | None:
    made = _found(parts[0], forecast_path, HOUR)
    if made is None or made > now:
        return None
    rows = generated.area_loads(made - DAY, made + 7 * DAY, HOUR, made).rename({"forecast": "MTLF"})
    return _written(AREA_LOAD, rows, _FORECASTS)


def _short_forecast(parts: Sequence[str], now: datetime) -> bytes | None:
    made = _found(parts[0], short_forecast_path, FIVE_MINUTES)
    if made is None or made > now:
        return None
    rows = generated.area_loads(made - 2 * HOUR, made + 2 * HOUR, FIVE_MINUTES, made)
    body = _written(FIVE_MINUTE_LOAD, rows.rename({"forecast": "STLF"}), _SHORT_FORECASTS)
    return body.replace(b"GMTIntervalEnd", b"GMTInterval", 1)


def _found(path: str, path_of: Callable[[datetime], str], step: timedelta) -> datetime | None:
    """Which instant a file is called by, of those whose local time may be in its path."""
    stamp = re.search(r"(\d{12})d?\.csv$", path)
    if stamp is None:
        return None
    local = datetime.strptime(stamp[1], "%Y%m%d%H%M").replace(tzinfo=ZoneInfo(ZONE))
    near = local.astimezone(UTC)
    tried = (near + shift - back for shift in (timedelta(), HOUR, -HOUR) for back in (timedelta(), step))
    return next((each for each in tried if path_of(each) == path), None)


def _zone_loads(parts: Sequence[str], now: datetime) -> bytes | None:
    start, end = _day(parts)
    if ZONE_LOAD.due_at(end, ZONE) > now:
        return None
    return _written(ZONE_LOAD, generated.zone_loads(start, end), _ZONES)


def _rolling(parts: Sequence[str], now: datetime) -> bytes | None:
    area, again = parts
    if area != again:
        return None
    feed, size = (GEN_MIX_SPP, 30_000.0) if area == "SPP" else (GEN_MIX_SWPW, 7_000.0)
    hour = now.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    start = max(hour - 365 * DAY, midnight(feed.history.since, ZONE))
    return _generation(start, hour, size) if start < hour else None


def _year(parts: Sequence[str], now: datetime) -> bytes | None:
    first = date(int(parts[0]), 1, 1)
    start, end = midnight(first, ZONE), midnight(first.replace(year=first.year + 1), ZONE)
    return _generation(start, end, 30_000.0) if end <= now else None


@lru_cache(maxsize=2)
def _generation(start: datetime, end: datetime, size: float) -> bytes:
    """A file of very many rows, kept while it is asked for again."""
    return generated.generation(start, end, FIVE_MINUTES, size).write_csv().encode()


Served = Callable[[Sequence[str], datetime], bytes | None]

_FILES: tuple[tuple[str, str, Served], ...] = (
    (DAY_AHEAD_FILES.name, r"/\d{4}/\d\d/By_Day/DA-LMP-SL-(\d{8})0100\.csv", _day_ahead),
    (REAL_TIME_FILES.name, r"/\d{4}/\d\d/By_Day/RTBM-LMP-DAILY-SL-(\d{8})\.csv", _real_time_day),
    (REAL_TIME_FILES.name, r"(/\d{4}/\d\d/By_Interval/\d\d/RTBM-LMP-SL-\d{12}d?\.csv)", _real_time_interval),
    (FORECAST_FILES.name, r"(/\d{4}/\d\d/\d\d/OP-MTLF-\d{12}d?\.csv)", _forecast),
    (FIVE_MINUTE_FILES.name, r"(/\d{4}/\d\d/\d\d/\d\d/OP-STLF-\d{12}d?\.csv)", _short_forecast),
    (LOAD_FILES.name, r"/\d{4}/DAILY_HOURLY_LOAD-(\d{8})\.csv", _zone_loads),
    (GENERATION_FILES.name, r"/(SPP|SWPW)/GenMix365_(SPP|SWPW)\.csv", _rolling),
    (GENERATION_FILES.name, r"/GenMix_(\d{4})\.csv", _year),
)
"""The file sets, the forms of the paths in them, and what makes their files."""
