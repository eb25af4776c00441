"""The CRR auctions of the small ERCOT: one per month, in the month before."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import polars as pl

from energyopti.sandbox.series import at_places, noise
from energyopti.timezones import DAY, local_date, midnight, to_utc
from energyopti_ercot.feeds.rights import AWARDED, BID, BIDS, HOURS, RESULTS, auction_name
from energyopti_ercot.locations import SYSTEM
from energyopti_ercot.protocol.disclosures import MONTHS
from energyopti_ercot.protocol.layouts import ZONE
from energyopti_ercot.sandbox.issues import Issue
from energyopti_ercot.sandbox.tables import Bundle, Table

_HELD_ON, _AT = 22, time(8, 1)
_PATHS = pl.DataFrame(
    {
        "participant": ["XALPHA", "XBRAVO", "XBRAVO"],
        "hedge": ["option", "obligation", "obligation"],
        "trade": ["buy", "buy", "sell"],
        "source": ["ALPHA_RN", "HB_WEST", "HB_WEST"],
        "sink": ["HB_NORTH", "LZ_HOUSTON", "LZ_HOUSTON"],
        "quantity": [5.8, 10.0, 2.5],
    }
)
_PERIODS = pl.DataFrame({"block": list(HOURS.values())})


def _following(month: date) -> date:
    return (month.replace(day=28) + 4 * DAY).replace(day=1)


def _each_month(first: datetime, last: datetime) -> list[Issue]:
    """The result of an auction on one day of every month, for the next month."""
    month, found = local_date(first, ZONE).replace(day=1), []
    while month <= local_date(last, ZONE):
        published = to_utc(datetime.combine(month.replace(day=_HELD_ON), _AT), ZONE)
        sold = _following(month)
        if first <= published <= last:
            bounds = midnight(sold, ZONE), midnight(_following(sold), ZONE)
            found.append(Issue(published=published, start=bounds[0], end=bounds[1], stamp=auction_name(sold)))
        month = sold
    return found


def _awards(first: datetime, end: datetime, now: datetime) -> pl.DataFrame:
    """Every path for every block of hours."""
    del now
    month = pl.DataFrame(
        {"interval_start": [first], "interval_end": [end]},
        schema=dict.fromkeys(("interval_start", "interval_end"), pl.Datetime("us", "UTC")),
    )
    frame = at_places(at_places(month, _PATHS), _PERIODS)
    return frame.with_columns(price=(pl.col("quantity") * noise(70)).round(6))


def _bids(first: datetime, end: datetime, now: datetime) -> pl.DataFrame:
    """Every award's bid, in two equal parts."""
    frame = _awards(first, end, now).drop("participant")
    return pl.concat([frame, frame]).with_columns(pl.col("quantity") / 2)


def _named(table: Table, issue: Issue) -> str:
    """A file's name has the month of its auction."""
    month = local_date(issue.start, ZONE)
    return f"{table.file}_{month.year}.{MONTHS[month.month - 1]}.Monthly.Auction_AUCTION.csv"


AUCTIONS = Bundle(
    number="11201",
    name="CRRAuctionResults",
    emil_id="NP7-803-M",
    tables=(
        Table(
            number="",
            name=SYSTEM,
            file=AWARDED.table,
            layout=RESULTS,
            rows=_awards,
            issues=_each_month,
        ),
        Table(
            number="",
            name=SYSTEM,
            file=BID.table,
            layout=BIDS,
            rows=_bids,
            issues=_each_month,
        ),
    ),
    issues=_each_month,
    retention=timedelta(days=365),
    named=_named,
    prefix="rpt",
)
