"""Imbalance reserve and reliability capacity: prices by node, and what is needed and bought by area."""

from __future__ import annotations

import pytest

from builders import utc
from energyopti import FindingKind, Run, SchemaDrift
from energyopti.layouts import Reading
from energyopti.query import Chunk, TimeRange, plan
from energyopti_caiso.feeds.capacity import BOTH, CAPACITY_FEEDS, IMBALANCE, PRICES, REQUIREMENTS
from energyopti_caiso.market import CAISO
from energyopti_caiso.protocol.pieces import awaiting

SPELLINGS = ("INTERVALSTARTTIME_GMT,INTERVALENDTIME_GMT", "INTERVAL_START_GMT,INTERVAL_END_GMT")
PRICED = "NODE,PRODUCT,MARGINAL_CLEARING_PRICE,CAPACITY_PRICE,CONGESTION_PRICE,LOSS_PRICE"
HOUR = "2026-05-01T07:00:00-00:00,2026-05-01T08:00:00-00:00"
DAM = REQUIREMENTS[0]


def prices(*rows: str, times: str = SPELLINGS[0], header: str = PRICED) -> Reading:
    """Rows of the first hour of the new market."""
    lines = [f"{times},{header}", *(f"{HOUR},{row}" for row in rows)]
    return PRICES.layout.read("\n".join([*lines, ""]).encode())


def quantities(*rows: str, header: str = "BAA_GRP_ID,PRODUCT_TYPE,REQ_MW,AGG_AWD_MW") -> Reading:
    """What is needed and bought in the same hour."""
    lines = [f"{SPELLINGS[1]},{header}", *(f"{HOUR},{row}" for row in rows)]
    return DAM.layout.read("\n".join([*lines, ""]).encode())


@pytest.mark.parametrize("times", SPELLINGS)
def test_price_and_its_components_are_as_published(times: str) -> None:
    """However the columns of the interval are spelt; a component that is empty is null, and said."""
    reading = prices("N1,IRU,4.25,5,-0.75,", "N1,RCD,1.6,1.5,0,0.1", times=times)
    assert reading.frame.select(
        "interval_start", "product", "location", "price", "capacity", "congestion", "loss"
    ).rows() == [
        (utc("2026-05-01T07:00"), "imbalance_reserve_up", "N1", 4.25, 5.0, -0.75, None),
        (utc("2026-05-01T07:00"), "reliability_capacity_down", "N1", 1.6, 1.5, 0.0, 0.1),
    ]
    assert [(each.kind, each.column, each.rows) for each in reading.findings] == [
        (FindingKind.MISSING_VALUE, "loss", 1)
    ]


def test_price_need_not_be_the_sum_of_its_components() -> None:
    """Nobody confirms that it is: nothing is said of it, and nothing is made of it."""
    reading = prices("N1,RCU,9,1,1,1")
    assert reading.frame.row(0, named=True)["price"] == 9.0
    assert reading.findings == ()


def test_columns_are_read_by_name() -> None:
    """In any order, with others between them: those that are not known are said, and nothing else happens."""
    header = "LOSS_PRICE,GROUP,PRODUCT,NEW_ONE,NODE,CONGESTION_PRICE,CAPACITY_PRICE,MARGINAL_CLEARING_PRICE"
    reading = prices("0.5,1,RCU,x,N1,2,3,5.5", header=header)
    assert reading.frame.select("price", "capacity", "congestion", "loss").row(0) == (5.5, 3.0, 2.0, 0.5)
    (finding,) = reading.findings
    assert (finding.kind, finding.column) == (FindingKind.UNKNOWN_COLUMN, "NEW_ONE")


def test_price_of_an_unknown_product_stays() -> None:
    """Under the source's own word."""
    reading = prices("N1,IRX,1,1,0,0")
    assert reading.frame.select("product_native", "product").rows() == [("IRX", "unknown")]
    assert [each.kind for each in reading.findings] == [FindingKind.UNKNOWN_WORD]


def test_price_column_that_is_gone_is_named() -> None:
    """Nothing is taken for it."""
    with pytest.raises(SchemaDrift) as caught:
        prices("N1,IRU,1,0,0", header=PRICED.replace("MARGINAL_CLEARING_PRICE,", ""))
    assert caught.value.column == "MARGINAL_CLEARING_PRICE"


def test_repeated_row_is_the_last_one() -> None:
    """Corrections replace what was there."""
    reading = prices("N1,RCU,1,1,0,0", "N1,RCU,2,2,0,0")
    assert reading.frame["price"].to_list() == [2.0]
    assert reading.payload_rows == reading.accounted_rows == 2


def test_long_day_has_both_of_its_hours() -> None:
    """Hours 2 and 25 of 2026-11-01 by their GMT times, whatever the local labels say."""
    rows = [
        "2026-11-01T08:00:00-00:00,2026-11-01T09:00:00-00:00,N1,IRU,1,1,0,",
        "2026-11-01T09:00:00-00:00,2026-11-01T10:00:00-00:00,N1,IRU,2,2,0,",
    ]
    reading = PRICES.layout.read("\n".join([f"{SPELLINGS[0]},{PRICED}", *rows, ""]).encode())
    assert dict(reading.frame.select("interval_start", "price").rows()) == {
        utc("2026-11-01T08:00"): 1.0,
        utc("2026-11-01T09:00"): 2.0,
    }


def test_requirement_and_award_are_of_an_area() -> None:
    """An empty award is null; imbalance reserve says nothing of minutes."""
    reading = quantities("CISO,IRD,1200.5,1190", "PACE,RCU,310,")
    assert reading.frame.select("location", "product", "requirement", "procured").rows() == [
        ("CISO", "imbalance_reserve_down", 1200.5, 1190.0),
        ("PACE", "reliability_capacity_up", 310.0, None),
    ]
    assert "response_minutes" not in reading.frame.columns


def test_feeds_of_different_days_ahead_share_no_key() -> None:
    """Each has a run of its own: the same hour, area and product is in all three."""
    assert [feed.run for feed in REQUIREMENTS] == [Run.DAY_AHEAD, Run.TWO_DAYS_AHEAD, Run.THREE_DAYS_AHEAD]
    assert {feed.history.since.isoformat() for feed in CAPACITY_FEEDS} == {"2026-05-01"}


@pytest.mark.parametrize(
    ("name", "at"),
    [
        ("DAM_CAP_PRC_GRP", "2026-04-30T20:00"),
        ("DAM_CAP_REQ_AWRD_GRP", "2026-04-30T20:00"),
        ("2DA_CAP_REQ_AWRD_GRP", "2026-04-29T20:00"),
        ("3DA_CAP_REQ_AWRD_GRP", "2026-04-28T20:00"),
    ],
)
def test_first_day_is_due_before_it(name: str, at: str) -> None:
    """At 13:00 one, two and three days before 2026-05-01."""
    feed = CAISO.feed(name)
    assert feed.due_at(utc("2026-05-01T08:00"), CAISO.zone) == utc(at)


def chunk() -> Chunk:
    """The first day of the new market."""
    return plan(CAISO, DAM, TimeRange(utc("2026-05-01T07:00"), utc("2026-05-01T08:00")))[0]


def test_day_without_a_product_is_not_whole() -> None:
    """Each of the four is in every answer of the market, two of them in those of the runs that advise."""
    two = quantities("CISO,IRU,1,1", "CISO,IRD,1,1")
    (gap,) = awaiting("product_native", BOTH)(two, chunk()).findings
    assert (gap.kind, gap.message) == (FindingKind.GAP, "OASIS has no row for RCU, RCD there")
    assert awaiting("product_native", IMBALANCE)(two, chunk()) is two
