"""NYISO's public pages of transmission congestion contracts in the sandbox: made-up auctions since 2006.

Each year has a spring and an autumn auction of four rounds, twelve monthly ones that sell the remaining months of
their half-year, and a fixed-price allocation, which has no result. A point's price is a function of its place,
the period and the round only; a path's price is that of its end minus that of its beginning.
"""

from __future__ import annotations

import html
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from urllib.parse import parse_qs

import attrs
import polars as pl

from energyopti.sandbox import Answer, Ask
from energyopti.timezones import local_date, midnight, zone
from energyopti_nyiso.feeds.rights import AWARDS, NODAL_PRICES
from energyopti_nyiso.locations import PROXIES, ZONES
from energyopti_nyiso.protocol.icap import MONTHS
from energyopti_nyiso.protocol.stamps import ZONE
from energyopti_nyiso.protocol.tcc import AWARDS_PATH, NODAL_PRICES_PATH, ROUNDS_PATH

_FIRST_YEAR = 2006
_ROUNDS = (("One Year", 12), ("One Year", 12), ("Six Month", 6), ("Six Month", 6))
_POINTS = ZONES | PROXIES
_PATHS = 40
_SUBMITTED = {"display": ["Y"], "format": ["csv"]}
_REFUSED = b"<!DOCTYPE html><html><head><title>TCC</title></head><body>An improper request</body></html>"


@attrs.frozen(kw_only=True)
class _Round:
    """A round in the list: its name, and the periods that it sells, each starting in a month and some months long.

    A round that sells none has no result. It is listed from the day its result is posted.
    """

    number: int
    name: str
    version: int
    posted: date
    periods: tuple[tuple[date, int], ...]

    @property
    def label(self) -> str:
        """Its line in the list."""
        return f"{self.name} (Ver {self.version} - Approved)"


def tcc_server(ask: Ask) -> Answer:
    """The list of rounds, and both reports on each; a page for any other request for a report."""
    day = local_date(ask.now, ZONE)
    if ask.path == ROUNDS_PATH and ask.method == "GET":
        return Answer(body=_list(day), content_type="text/html")
    if ask.path not in _REPORTS:
        return Answer.missing()
    if ask.method != "POST":
        return Answer(status=405, body=_REFUSED, content_type="text/html", headers={"allow": "POST"})
    form = parse_qs(ask.body.decode("utf-8", "replace"))
    wanted = form.pop("roundVersionId", [""])
    found = next((each for each in _listed(day) if [str(each.number)] == wanted), None)
    if found is None or not found.periods or form != _SUBMITTED:
        return Answer(body=_REFUSED, content_type="text/html")
    return Answer(body=_report(ask.path, found), content_type="text/csv")


@lru_cache(maxsize=4)
def _list(day: date) -> bytes:
    """The page with the list, the newest round first."""
    options = "".join(
        f'<option value="{each.number}">{html.escape(each.label)}</option>\n'
        for each in sorted(_listed(day), key=lambda each: (each.posted, each.number), reverse=True)
    )
    form = f'<form method="post"><select name="roundVersionId">\n{options}</select></form>'
    return f"<!DOCTYPE html>\n<html><head><title>TCC</title></head><body>{form}</body></html>\n".encode()


@lru_cache(maxsize=4)
def _listed(day: date) -> tuple[_Round, ...]:
    """The rounds whose results were posted up to a day."""
    years = range(_FIRST_YEAR, day.year + 1)
    return tuple(each for year in years for each in _rounds(year) if each.posted <= day)


@lru_cache(maxsize=64)
def _rounds(year: int) -> tuple[_Round, ...]:
    """What is posted in a year; the first round of spring has a second version, made a week later."""
    first = 1000 + 100 * (year - _FIRST_YEAR)
    spring, autumn = (_auction(year, *each, first=first) for each in (("Spring", 5, 0), ("Autumn", 11, 10)))
    again = attrs.evolve(spring[0], number=first + 9, version=2, posted=spring[0].posted + timedelta(days=7))
    allocation = _Round(
        number=first + 20,
        name=f"{year} Autumn Non-Historic Fixed Price TCC Extension & Renewal",
        version=1,
        posted=date(year, 9, 1),
        periods=(),
    )
    return (*spring, again, *autumn, allocation, *(_monthly(year, month, first) for month in range(1, 13)))


def _auction(year: int, season: str, month: int, offset: int, *, first: int) -> tuple[_Round, ...]:
    """The rounds of a centralized auction, one every ten days starting three months before its periods."""
    return tuple(
        _Round(
            number=first + offset + number,
            name=f"{year} {season} Centralized TCC Auction - Round {number} {term}",
            version=1,
            posted=date(year, month - 3, 10) + timedelta(days=10 * number),
            periods=((date(year, month, 1), months),),
        )
        for number, (term, months) in enumerate(_ROUNDS, start=1)
    )


def _monthly(year: int, month: int, first: int) -> _Round:
    """A month's auction: of each remaining month of the half-year (from May or November) of the next month."""
    start = _later(date(year, month, 1), 1)
    left = 6 - (start.month - 5) % 6
    season = "Summer" if 5 <= start.month <= 10 else "Winter"
    return _Round(
        number=first + 30 + month,
        name=f"{year} {season} Balance-of-Period Auction - {MONTHS[start.month - 1]} {start.year}",
        version=1,
        posted=date(year, month, 18),
        periods=tuple((_later(start, number), 1) for number in range(left)),
    )


def _later(first: date, months: int) -> date:
    """The first of the month a number of months later."""
    number = first.year * 12 + first.month - 1 + months
    return date(number // 12, number % 12 + 1, 1)


@lru_cache(maxsize=256)
def _report(path: str, each: _Round) -> bytes:
    """One of a round's two reports."""
    layout, rows = _REPORTS[path]
    posted = datetime.combine(each.posted, time(), tzinfo=zone(ZONE)).astimezone(UTC)
    frame = rows(each).with_columns(
        pl.lit(each.name).alias("auction"),
        pl.lit(posted, dtype=pl.Datetime("us", "UTC")).alias("publish_time"),
    )
    return layout.write(frame)


def _nodal_prices(each: _Round) -> pl.DataFrame:
    """The price of a right from the reference to each point, for each period: by place, season and noise."""
    points = pl.DataFrame(
        {
            "PTID": [str(number) for number in _POINTS.values()],
            "sink": list(_POINTS),
            "Zone": [name if name in ZONES else None for name in _POINTS],
            "place": range(len(_POINTS)),
        }
    )
    noise = pl.col("place") * 12.9898 + pl.col("period") * 78.233 + each.number * 37.719
    level = (pl.col("place") - 6) * 55.0
    price = (level + 90 * noise.sin()) * pl.col("months")
    frame = _periods(each).join(points, how="cross", maintain_order="left_right")
    return frame.with_columns(price.round(2).alias("price"))


def _periods(each: _Round) -> pl.DataFrame:
    """The periods that a round sells, as in both reports."""
    ends = [_later(first, months) for first, months in each.periods]
    frame = pl.DataFrame(
        {
            "interval_start": [midnight(first, ZONE) for first, _ in each.periods],
            "interval_end": [midnight(end, ZONE) for end in ends],
            "Period Name": [f"{MONTHS[first.month - 1]} {first.year}" for first, _ in each.periods],
            "months": [months for _, months in each.periods],
            "period": range(1, len(ends) + 1),
        }
    )
    text = {"period": "Period ID", "months": "Period Duration (# of months)"}
    return frame.with_columns(pl.col(name).cast(pl.String).alias(header) for name, header in text.items())


def _awards(each: _Round) -> pl.DataFrame:
    """Awards by path, every fourth one a sale; the first of each period appears twice."""
    count, path = len(_POINTS), pl.int_range(0, _PATHS, eager=True).alias("path")
    beginning, end = (path * 7 + each.number) % count, (path * 4 + each.number + 3) % count
    paths = pl.DataFrame({"path": path, "from": beginning, "to": end}).filter(pl.col("from") != pl.col("to"))
    paths = pl.concat([paths.head(1), paths]).with_columns(
        pl.when(pl.col("path") % 4 == 3).then(pl.lit("sell")).otherwise(pl.lit("buy")).alias("trade"),
        (pl.col("path") * 37 % 90 + 1).cast(pl.Float64).alias("quantity"),
    )
    prices = _nodal_prices(each)
    point = prices.select("period", "place", "PTID", "sink", "Zone", "price")
    at_beginning = point.rename({"place": "from", "PTID": "POI", "sink": "source", "Zone": "POI Zone"})
    at_end = point.rename({"place": "to", "PTID": "POW", "Zone": "POW Zone"})
    joined = _periods(each).join(paths, how="cross", maintain_order="left_right")
    joined = joined.join(at_beginning, on=["period", "from"], maintain_order="left")
    joined = joined.join(at_end, on=["period", "to"], suffix=" there", maintain_order="left")
    return joined.with_columns((pl.col("price there") - pl.col("price")).round(2).alias("price"))


_REPORTS = {
    AWARDS_PATH: (AWARDS.layout, _awards),
    NODAL_PRICES_PATH: (NODAL_PRICES.layout, _nodal_prices),
}
