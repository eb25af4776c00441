"""What recorded payloads say, read without the library: an independent oracle for every row.

Only the standard library reads them, by the facts that are published about these files. A price's energy is
computed in decimals, stamps become UTC by `zoneinfo` or by the file's own flag.
"""

from __future__ import annotations

import csv
import io
import zipfile
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

import attrs

NEW_YORK = ZoneInfo("America/New_York")
OFFSETS = {"EDT": timedelta(hours=4), "EST": timedelta(hours=5)}
PROXIES = {"H Q", "NPX", "O H", "PJM"}
FIVE_MINUTES, HOUR = timedelta(minutes=5), timedelta(hours=1)
FUELS = {
    "Dual Fuel": "dual_fuel",
    "Natural Gas": "natural_gas",
    "Nuclear": "nuclear",
    "Other Fossil Fuels": "other_fossil",
    "Other Renewables": "other_renewables",
    "Wind": "wind",
    "Hydro": "hydro",
}

Price = tuple[datetime, datetime, str, str, float, float, float, float]
"""Start, end, location, its type, LBMP, energy, congestion and loss."""
Load = tuple[datetime, datetime, str, float | None]
Forecast = tuple[datetime | None, datetime, datetime, str, float]
"""Publication, start, end, location, load."""
Generation = tuple[datetime, datetime, str, str, float]
"""Start, end, the fuel in the unified vocabulary, the ISO's own word, megawatts."""


@attrs.frozen
class Day:
    """One day's file; ``modified`` is the stamp that its archive keeps, on New York's clock."""

    name: str
    content: bytes = attrs.field(repr=False)
    modified: datetime | None = None

    @property
    def rows(self) -> Iterator[dict[str, str]]:
        """The data rows by their headers."""
        for row in csv.DictReader(io.StringIO(self.content.decode(), newline="")):
            if any(row.values()):
                yield row


def days(recording: Path) -> Iterator[Day]:
    """The days that a recording holds, in the order of their names."""
    if recording.suffix == ".csv":
        yield Day(recording.name, recording.read_bytes())
        return
    with zipfile.ZipFile(recording) as archive:
        for info in sorted(archive.infolist(), key=lambda each: each.filename):
            local = datetime(*info.date_time, tzinfo=NEW_YORK)
            yield Day(info.filename, archive.read(info), local.astimezone(UTC))


@cache
def wall(stamp: str) -> datetime:
    """A published stamp, with or without seconds, on New York's clock."""
    pattern = "%m/%d/%Y %H:%M:%S" if stamp.count(":") == 2 else "%m/%d/%Y %H:%M"
    return datetime.strptime(stamp, pattern).replace(tzinfo=NEW_YORK)


@cache
def instant(stamp: str, *, second: bool = False) -> datetime:
    """A published stamp as UTC; ``second`` is the second pass of a repeated hour."""
    return wall(stamp).replace(fold=int(second)).astimezone(UTC)


@cache
def flagged(stamp: str, flag: str) -> datetime:
    """A stamp as UTC by the flag beside it: EDT is four hours behind, EST five."""
    return wall(stamp).replace(tzinfo=UTC) + OFFSETS[flag]


def _price(row: dict[str, str], start: datetime, end: datetime) -> Price:
    lmp, loss = Decimal(row["LBMP ($/MWHr)"]), Decimal(row["Marginal Cost Losses ($/MWHr)"])
    congestion = -Decimal(row["Marginal Cost Congestion ($/MWHr)"])
    kind = "interface" if row["Name"] in PROXIES else "zone"
    figures = (float(lmp), float(lmp - loss - congestion), float(congestion), float(loss))
    return (start, end, row["Name"], kind, *figures)


def _start(before: datetime | None, end: datetime) -> datetime:
    """The stamp before, unless there is none or one is missing between."""
    if before is None or end - before > 1.9 * FIVE_MINUTES:
        return end - FIVE_MINUTES
    return before


def day_ahead_prices(day: Day) -> list[Price]:
    """Stamps begin their hour."""
    return [_price(row, at := instant(row["Time Stamp"]), at + HOUR) for row in day.rows]


def real_time_prices(day: Day) -> list[Price]:
    """Stamps end their interval, which begins at the stamp before."""
    rows = list(day.rows)
    ends = sorted({instant(row["Time Stamp"]) for row in rows})
    before = dict(zip(ends[1:], ends, strict=False))
    prices = []
    for row in rows:
        end = instant(row["Time Stamp"])
        prices.append(_price(row, _start(before.get(end), end), end))
    return prices


def loads(day: Day) -> list[Load]:
    """Readings at their stamps; an empty cell is no reading."""
    found: list[Load] = []
    for row in day.rows:
        at = flagged(row["Time Stamp"], row["Time Zone"])
        load = float(row["Load"]) if row["Load"].strip() else None
        found.append((at, at + FIVE_MINUTES, row["Name"], load))
    return found


def forecasts(day: Day) -> list[Forecast]:
    """One column a zone, NYISO the whole; a stamp that stands twice is the repeated hour in order."""
    seen: Counter[str] = Counter()
    found = []
    for row in day.rows:
        stamp = row.pop("Time Stamp")
        start = instant(stamp, second=seen[stamp] == 1)
        seen[stamp] += 1
        for zone, load in row.items():
            found.append((day.modified, start, start + HOUR, zone.upper(), float(load)))
    return found


def generation(day: Day) -> list[Generation]:
    """Readings at their stamps, fuel by fuel."""
    found = []
    for row in day.rows:
        at, fuel = flagged(row["Time Stamp"], row["Time Zone"]), row["Fuel Category"]
        found.append((at, at + FIVE_MINUTES, FUELS[fuel], fuel, float(row["Gen MW"])))
    return found
