"""The names of PJM's FTR auctions, and when the rights they sell apply.

A monthly auction is called ``JAN 2025 Auction``. It sells months of its planning period, which runs from June to
May: a period is named by its month, without the year.
"""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import TYPE_CHECKING

import attrs

from energyopti import Chunk, Finding, FindingKind, NoData
from energyopti.blocks import block_hours
from energyopti.layouts import JsonLayout, Reading, fold
from energyopti.timezones import midnight
from energyopti_pjm.protocol import dataminer
from energyopti_pjm.protocol.rows import ZONE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    import polars as pl

    from energyopti.source import Collect, Source

PERIOD = "period_type"
"""PJM's column for the months that a right covers."""

_NAMES = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
_MONTHLY = re.compile(r"([a-z]{3}) (\d{4}) auction")
_YEAR = r"(\d{4})"
_JUNE = 6
_BOUNDS = ("interval_start", "interval_end")
DAYTIME = (8, 23)
"""The first and last of PJM's daytime hours, by hour ending."""

_WORD = "\0word"


def monthly_name(day: date) -> str:
    """The name of the monthly auction for a day's month."""
    return f"{_NAMES[day.month - 1][:3].upper()} {day.year} Auction"


def auction_month(name: str) -> date | None:
    """The month of the auction with that name; None if it is not a monthly auction's name."""
    found = _MONTHLY.fullmatch(fold(name))
    number = _month(found[1]) if found else None
    return date(int(found[2]), number, 1) if found and number else None


def _month(word: str) -> int | None:
    """A month's number, from its name or the first three letters of it."""
    name = fold(word)
    return next((n for n, each in enumerate(_NAMES, start=1) if name in {each, each[:3]}), None)


def period(auction: date, word: str | None) -> date | None:
    """The month that a period's name means in an auction's planning period; None for any other word.

    A month before the auction's own is in the part of the planning period that is over.
    """
    number = _month(word or "")
    if number is None:
        return None
    began = auction.year - (auction.month < _JUNE)
    return date(began + (number < _JUNE), number, 1)


def month_of(day: date) -> tuple[datetime, datetime]:
    """The month that begins on a day, on the local clock."""
    return midnight(day, ZONE), midnight(date(day.year + day.month // 12, day.month % 12 + 1, 1), ZONE)


@attrs.frozen(kw_only=True)
class BidsLayout(JsonLayout):
    """Bids of an auction, whose names give their time.

    The interval of a bid is its month, or its auction's month if its period is not a month's name. It is null if the
    auction's name has no month: the code that requested it says when that is.
    """

    def read(self, payload: bytes) -> Reading:
        """The bids of a page; findings count those whose time cannot be known."""
        return _dated(super().read(payload))

    def write(self, frame: pl.DataFrame) -> bytes:
        """Bids as a page, each for the month in which its interval begins."""
        from energyopti.layouts import wire_frame
        from energyopti.layouts.formats import format_json

        table = wire_frame(frame, self)
        begins = frame["interval_start"].dt.convert_time_zone(self.zone)
        return format_json(
            table.with_columns(begins.dt.strftime("%b").str.to_uppercase().alias(PERIOD)), self
        )


def _dated(reading: Reading) -> Reading:
    """A reading whose rows have the months they are for."""
    import polars as pl

    header = next(name for name in reading.raw.columns if fold(name) == PERIOD)
    words = reading.raw[header].cast(pl.String)[reading.origin].alias(_WORD)
    frame = reading.frame.drop(_BOUNDS).with_columns(words)
    pairs = frame.select("auction", _WORD).unique()
    times = pl.DataFrame(
        [_time(*pair) for pair in pairs.rows()],
        schema=dict.fromkeys(_BOUNDS, pl.Datetime("us", "UTC")),
        orient="row",
    )
    dated = frame.join(
        pairs.hstack(times), on=["auction", _WORD], how="left", nulls_equal=True, maintain_order="left"
    )
    found = (*reading.findings, *_of_no_month(dated), *_of_no_auction(dated))
    months = [word for word in dated[_WORD].unique() if _month(word or "") is not None]
    hours = block_hours(dated, block="block", zone=ZONE, daytime=DAYTIME)
    dated = dated.with_columns(hours=pl.when(pl.col(_WORD).is_in(months)).then(hours))
    columns = (*_BOUNDS, *frame.drop(_WORD).columns, "hours")
    return attrs.evolve(reading, frame=dated.select(columns), findings=found)


def _time(auction: str, word: str | None) -> tuple[datetime | None, datetime | None]:
    """The interval of a bid, from its auction and period."""
    month = auction_month(auction)
    return (None, None) if month is None else month_of(period(month, word) or month)


def _of_no_month(frame: pl.DataFrame) -> Iterable[Finding]:
    """A finding for bids whose period is not a month's name, though their auction has a month."""
    import polars as pl

    strange = [word for word in frame[_WORD].unique() if _month(word or "") is None]
    rows = frame.filter(
        pl.col(_WORD).is_in(strange, nulls_equal=True) & pl.col("interval_start").is_not_null()
    )
    if rows.height:
        yield Finding(
            kind=FindingKind.UNKNOWN_TIME,
            message=f"{rows.height} bids are for {_listed(rows[_WORD])}, which is not a month: the month of their "
            "auction is used",
            rows=rows.height,
            column=PERIOD,
        )


def _of_no_auction(frame: pl.DataFrame) -> Iterable[Finding]:
    """A finding for bids of auctions whose names have no month."""
    import polars as pl

    rows = frame.filter(pl.col("interval_start").is_null())
    if rows.height:
        yield Finding(
            kind=FindingKind.UNKNOWN_TIME,
            message=f"{rows.height} bids are of {_listed(rows['auction'])}: that name does not say for when; the "
            "requested time is used",
            rows=rows.height,
            column="market_name",
        )


def _listed(words: pl.Series) -> str:
    return ", ".join(sorted({"no period" if word is None else repr(word) for word in words.unique()}))


def of_chunk(reading: Reading, chunk: Chunk) -> Reading:
    """The bids of a chunk: of auctions whose name's first year is its own; a finding counts the others.

    Bids of unknown time belong to the chunk.
    """
    import polars as pl

    year = reading.frame["auction"].str.extract(_YEAR, 1)
    mask = (year == str(chunk.day.year)).fill_null(value=False)
    found = reading.findings
    if not mask.all():
        others = _listed(reading.frame.filter(~mask)["auction"])
        found = (*found, _outside(int((~mask).sum()), others))
    bounds = {"interval_start": chunk.start, "interval_end": chunk.end}
    filled = [
        pl.col(name).fill_null(pl.lit(at, dtype=pl.Datetime("us", "UTC"))) for name, at in bounds.items()
    ]
    frame = reading.frame.filter(mask).with_columns(filled)
    return attrs.evolve(reading, frame=frame, origin=reading.origin.filter(mask), findings=found)


def outside(reading: Reading) -> int:
    """How many bids of a reading belong to other chunks."""
    return sum(each.rows for each in reading.findings if each.kind is FindingKind.OUTSIDE_CHUNK)


def _outside(rows: int, auctions: str) -> Finding:
    return Finding(
        kind=FindingKind.OUTSIDE_CHUNK,
        message=f"{rows} bids are of auctions of another year: {auctions}",
        rows=rows,
        accounts=True,
    )


def collect_bids(named: Callable[[Chunk], str]) -> Collect:
    """Read the bids of a chunk's auctions, which are requested by their name, or a part of it."""

    async def collect(chunk: Chunk, source: Source) -> Reading:
        name, feed = named(chunk), chunk.feed
        reading = await dataminer.every_row(source, feed.name, {"market_name": name}, feed.layout)
        reading = await source.run(of_chunk, reading, chunk)
        if reading.payload_rows == outside(reading):
            raise NoData(
                f"{chunk}: PJM has no bids of {name!r}: not held, or not posted yet (four months late)"
            )
        return reading

    return collect


def name_of_month(chunk: Chunk) -> str:
    """The name of the monthly auction for a chunk's month."""
    return monthly_name(chunk.day)


def name_of_year(chunk: Chunk) -> str:
    """The part shared by the names of all auctions of a chunk's year."""
    return str(chunk.day.year)
