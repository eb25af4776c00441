"""ERCOT's documents that are posted again, and lists that do not hold all: what stands, and what is said of the rest."""

from __future__ import annotations

import asyncio
import functools
import itertools
from collections.abc import Sequence
from datetime import date, timedelta
from typing import cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from builders import utc
from energyopti import Chunk, FindingKind, NoData
from energyopti.layouts import Layout, Reading
from energyopti.query import TimeRange, plan
from energyopti.source import Payload, Request, Source
from energyopti.timezones import HOUR, midnight
from energyopti_ercot.feeds import ancillary
from energyopti_ercot.feeds.prices import DAY_AHEAD_POINTS, DISPATCH_BUSES, DISPATCH_LAMBDA
from energyopti_ercot.feeds.transmission import DISPATCH_CONSTRAINTS
from energyopti_ercot.market import ERCOT
from energyopti_ercot.protocol.daily import Daily
from energyopti_ercot.protocol.documents import (
    EVERY_FILE,
    MINUTE_STAMP,
    SECOND_STAMP,
    Report,
    read_texts,
    thinned,
)
from energyopti_ercot.protocol.layouts import FIVE_MINUTES, QUARTER
from energyopti_ercot.protocol.listing import Document
from energyopti_ercot.protocol.postings import download_what_is_there, last_posting

BINDING = "SCEDTimeStamp,RepeatedHourFlag,ConstraintID,ConstraintName,ContingencyName,ShadowPrice,Limit,Value"


def binding(*rows: tuple[str, str, float]) -> bytes:
    """A document of constraints: the time of the run, the constraint, its price."""
    lines = [f"08/04/2025 {time},N,1,{name},BASE CASE,{price},100,100" for time, name, price in rows]
    return "\n".join([BINDING, *lines, ""]).encode()


def buses(header: str, *rows: tuple[str, str, str]) -> bytes:
    """A document of bus prices: the time of the run, the bus, its prices."""
    lines = [f"08/27/2026 {time},N,{bus},{prices}" for time, bus, prices in rows]
    return "\n".join([f"SCEDTimestamp,RepeatedHourFlag,ElectricalBus,{header}", *lines, ""]).encode()


def read(layout: Layout, *texts: bytes) -> Reading:
    """Documents in the order of their posting; every row is in the frame or in a finding that accounts for it."""
    reading = read_texts(layout, texts, EVERY_FILE)
    assert reading.payload_rows == reading.accounted_rows
    return reading


def prices(reading: Reading) -> list[tuple[str, float]]:
    """Constraints and their prices, in the order of the reading."""
    return list(zip(reading.frame["constraint"], reading.frame["shadow_price"], strict=True))


def chunk(feed: str, day: str) -> Chunk:
    """A day of a feed."""
    noon = midnight(date.fromisoformat(day), ERCOT.zone) + timedelta(hours=12)
    return plan(ERCOT, ERCOT.feed(feed), TimeRange(noon, noon + HOUR))[0]


def listed(*published: str, name: str = "SCEDBTCNP686_csv.zip") -> list[Document]:
    """Documents by their publication."""
    return [Document(number=str(number), name=name, published=utc(at)) for number, at in enumerate(published)]


def test_run_that_was_posted_again_is_not_doubled() -> None:
    """Rows that share a key within a document are meant so; those of a run in a later one supersede the earlier."""
    first = binding(("19:50:12", "ALPHA", 80.5), ("19:50:12", "GONE", 3.0), ("19:55:10", "ALPHA", 74.25))
    again = binding(("19:50:12", "ALPHA", 81.0))
    reading = read(DISPATCH_CONSTRAINTS, first, again)
    assert prices(reading) == [("ALPHA", 74.25), ("ALPHA", 81.0)]
    (finding,) = (each for each in reading.findings if each.kind is FindingKind.SUPERSEDED_ROW)
    assert (finding.rows, finding.accounts) == (2, True)
    assert finding.message == (
        "2 rows were posted again, first 2025-08-05T00:50:12Z: the last posting is kept"
    )
    assert reading.raw["ShadowPrice"].to_list() == [80.5, 3.0, 74.25, 81.0]


def test_rows_of_one_key_in_one_document_all_stand() -> None:
    """Their ids may differ: two rows of a document, and another document of another run."""
    twice = binding(("19:50:12", "ALPHA", 80.5), ("19:50:12", "ALPHA", 80.5))
    reading = read(DISPATCH_CONSTRAINTS, twice, binding(("19:55:10", "ALPHA", 74.25)))
    assert prices(reading) == [("ALPHA", 80.5), ("ALPHA", 80.5), ("ALPHA", 74.25)]
    assert reading.findings == ()


def test_interval_that_was_posted_again_in_another_form_is_not_doubled() -> None:
    """The day on which a column was renamed: the last posting stands, whichever form it has."""
    old = buses("LMP", ("10:00:05", "B1", "20"), ("10:05:05", "B1", "21"))
    new = buses("CappedLMP,UncappedLMP", ("10:05:05", "B1", "31,31"), ("10:10:05", "B1", "32,32"))
    for texts, expected in (((old, new), [20.0, 31.0, 32.0]), ((new, old), [20.0, 21.0, 32.0])):
        reading = read(DISPATCH_BUSES, *texts)
        assert reading.frame.sort("interval_start")["lmp"].to_list() == expected


RENAMED = {
    "buses": (DISPATCH_BUSES, "SCEDTimestamp,RepeatedHourFlag,ElectricalBus", "B1,", "LMP"),
    "lambda": (DISPATCH_LAMBDA, "SCEDTimeStamp,RepeatedHourFlag", "", "SystemLambda"),
    "reserves": (ancillary.DISPATCH_PRICES, "SCEDTimestamp,RepeatedHourFlag,ASType", "ECRS,", "MCPC"),
}


@pytest.mark.parametrize(("layout", "header", "place", "price"), RENAMED.values(), ids=RENAMED)
def test_series_goes_on_where_its_price_is_renamed_within_a_day(
    layout: Layout, header: str, place: str, price: str
) -> None:
    """Four runs of 2026-08-27, capped from the third on: one price, and each run lasts until the next."""
    old = [f"{header},{price}\n08/27/2026 {at},N,{place}20\n" for at in ("10:00:05", "10:05:12")]
    renamed = f"{header},Capped{price},Uncapped{price}"
    new = [f"{renamed}\n08/27/2026 {at},N,{place}31,99\n" for at in ("10:10:02", "10:15:09")]
    reading = read(layout, *(each.encode() for each in (*old, *new)))
    starts = [utc(f"2026-08-27T15:{at}") for at in ("00:05", "05:12", "10:02", "15:09")]
    assert reading.frame["interval_start"].to_list() == starts
    assert reading.frame["interval_end"].to_list() == [*starts[1:], starts[-1] + FIVE_MINUTES]
    value = "price" if "price" in reading.frame.columns else "lmp"
    assert reading.frame[value].to_list() == [20.0, 20.0, 31.0, 31.0]
    assert reading.findings == ()


def test_rows_whose_document_is_not_known_all_stay() -> None:
    """Where documents by themselves have more rows than together, none is taken for another's."""
    again = binding(("19:50:12", "ALPHA", 80.5), ("19:50:12", "ALPHA", 81.0))
    reading = DISPATCH_CONSTRAINTS.read(again)
    other = binding(("19:50:12", "ALPHA", 80.5), ("19:55:10", "ALPHA", 81.0))
    assert last_posting(reading, DISPATCH_CONSTRAINTS, [(0, again), (1, other)]) is reading


@given(
    st.lists(
        st.dictionaries(
            st.sampled_from(["19:50:12", "19:55:10", "20:00:11"]),
            st.lists(st.sampled_from(["ALPHA", "BRAVO"]), min_size=1, max_size=3),
            min_size=1,
        ),
        min_size=1,
        max_size=4,
    )
)
def test_of_each_run_the_rows_of_the_last_document_that_has_it_stand(
    postings: list[dict[str, list[str]]],
) -> None:
    """Held against the rule, spelled out; each row has a price of its own, and none is lost or doubled.

    Where no row of a document is in another one, all of them stand.
    """
    price = itertools.count(1)
    rows = [
        [(time, name, float(next(price))) for time, names in sorted(posting.items()) for name in names]
        for posting in postings
    ]
    reading = read(DISPATCH_CONSTRAINTS, *(binding(*each) for each in rows))
    last = {time: number for number, each in enumerate(rows) for time, _, _ in each}
    expected = {
        figure for number, each in enumerate(rows) for time, _, figure in each if last[time] == number
    }
    shared = len({(time, name) for each in rows for time, name, _ in each}) < sum(map(len, rows))
    if not shared:
        expected = {figure for each in rows for _, _, figure in each}
    assert set(reading.frame["shadow_price"]) == expected
    assert reading.frame.height == len(expected)


HOURLY = Report(number="12302", every=HOUR, late=timedelta(minutes=30))


@pytest.mark.parametrize(("first", "whole"), [("2025-07-30T05:30", True), ("2025-07-30T05:31", False)])
def test_list_of_what_has_no_grid_reaches_back_to_the_beginning_or_is_a_part(first: str, whole: bool) -> None:
    """Nothing tells of an hour without a binding constraint: a document that left the list would not be missed."""
    there = chunk("shdw_prices_bnd_trns_const", "2025-07-30")
    documents = listed(first, "2025-07-30T12:30")
    assert HOURLY.reaches(documents, there) is whole
    holes = HOURLY.holes(documents, [], there)
    assert [each.spans for each in holes] == ([] if whole else [((there.start, utc(first)),)])
    assert all(each.kind is FindingKind.GAP for each in holes)


def test_hole_at_the_beginning_of_a_grid_is_left_to_its_rows() -> None:
    """They tell what is missing; a quarter of an hour that is an hour late is not said twice."""
    report = Report(number="12301", named=MINUTE_STAMP, ends=True, every=QUARTER)
    there = chunk("spp_node_zone_hub", "2025-07-30")
    documents = listed("2025-07-30T06:01", name="SPP_20250730_0100_csv.zip")
    assert not report.reaches(documents, there)
    assert report.holes(documents, [], there) == []


@pytest.mark.parametrize(
    ("report", "feed", "name", "span"),
    [
        (
            Report(number="12301", named=MINUTE_STAMP, ends=True, every=QUARTER),
            "spp_node_zone_hub",
            "SPP_20250730_0845_csv",
            ("2025-07-30T13:30", "2025-07-30T13:45"),
        ),
        (
            Report(number="12300", named=SECOND_STAMP, every=FIVE_MINUTES),
            "lmp_node_zone_hub",
            "LMP_20250730_084510_csv",
            ("2025-07-30T13:45:10", "2025-07-30T13:50:10"),
        ),
        (
            Report(number="12331", first=-1, last=-1),
            "dam_stlmnt_pnt_prices",
            "DAMSPNP4190_csv",
            ("2025-07-30T05:00", "2025-07-31T05:00"),
        ),
    ],
    ids=["ends", "begins", "says nothing"],
)
def test_document_that_is_not_there_is_a_hole_of_its_time(
    report: Report, feed: str, name: str, span: tuple[str, str]
) -> None:
    """As its name says it, or of the whole day: it may be a correction, which no row would miss."""
    absent = listed("2025-07-30T13:46:05", name=name)
    (hole,) = report.holes([*listed("2025-07-29T17:30"), *absent], absent, chunk(feed, "2025-07-30"))
    assert (hole.kind, hole.spans) == (FindingKind.GAP, ((utc(span[0]), utc(span[1])),))
    assert hole.message == (
        f"1 document is listed but not available, not yet or no longer: first {name}, published at 2025-07-30T13:46:05Z"
    )


class Host:
    """A host that lacks some of the documents that it lists."""

    def __init__(self, *lacks: str) -> None:
        self.lacks, self.asked = lacks, list[str]()

    async def get_all(self, requests: Sequence[Request]) -> list[Payload]:
        """The documents of some numbers."""
        numbers = [each.params["doclookupId"] for each in requests]
        self.asked += numbers
        if set(numbers) & set(self.lacks):
            raise NoData("no such document")
        return [Payload(content=each.encode(), url=each, fetched_at=utc("2025-07-30")) for each in numbers]


def test_another_document_is_taken_in_the_place_of_one_that_is_not_there() -> None:
    """Of documents that overlap few are read: where one of them is not there, its neighbours hold its time."""
    host = Host("5")
    every = listed(*(f"2025-07-30T{hour:02}:00" for hour in range(10)))
    choice = functools.partial(thinned, apart=timedelta(hours=4))
    assert [each.number for each in choice(every)] == ["0", "1", "5", "9"]
    found, absent = asyncio.run(download_what_is_there(cast("Source", host), every, choice))
    assert [(each.number, content) for each, content in found] == [
        ("0", b"0"),
        ("2", b"2"),
        ("6", b"6"),
        ("9", b"9"),
    ]
    assert [each.number for each in absent] == ["5"]


DAILY = Daily(number="12331", first=-1)


@settings(max_examples=40)
@given(
    st.lists(st.tuples(st.integers(1, 12), st.integers(0, 9), st.integers(0, 23)), max_size=6),
    st.integers(1, 12),
)
def test_day_is_what_the_last_document_with_its_rows_says(
    again: list[tuple[int, int, int]], wanted: int
) -> None:
    """Each day's prices come at 12:30 on the day before; some are posted again, some days later at any hour."""
    regular = [(day, utc(f"2025-07-{day + 9:02}T17:30")) for day in range(1, 23)]
    posted = [(day, utc(f"2025-07-{day + 10:02}T05:10") + timedelta(days=n, hours=h)) for day, n, h in again]
    held = sorted([*regular, *posted], key=lambda each: each[1])
    documents = [
        Document(number=str(number), name="DAMSPNP4190_csv", published=published)
        for number, (_, published) in enumerate(held)
    ]
    there = chunk("dam_stlmnt_pnt_prices", f"2025-07-{wanted + 10}")
    chosen = DAILY.of(documents, there)
    texts = [
        f"DeliveryDate,HourEnding,SettlementPoint,SettlementPointPrice,DSTFlag\n"
        f"07/{held[int(each.number)][0] + 10}/2025,01:00,HB_NORTH,{each.number},N\n".encode()
        for each in chosen
    ]
    reading = read(DAY_AHEAD_POINTS, *texts).within(there.start, there.end)
    last = max(number for number, (day, _) in enumerate(held) if day == wanted)
    assert reading.frame["lmp"].to_list() == [float(last)]
    assert reading.payload_rows == reading.accounted_rows
    assert not again or len(chosen) <= 1 + 2 * len(again)
