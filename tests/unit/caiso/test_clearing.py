"""Prices of reserves as paid: the sum over the regions that contain a place."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

import pytest

from builders import utc
from energyopti import FindingKind
from energyopti.layouts import Reading
from energyopti.query import Chunk, TimeRange, plan
from energyopti_caiso.feeds.ancillary import DAY_AHEAD
from energyopti_caiso.feeds.clearing import PLACES, with_clearing
from energyopti_caiso.market import CAISO

HEADER = (
    "INTERVALSTARTTIME_GMT,INTERVALENDTIME_GMT,OPR_DT,OPR_HR,OPR_INTERVAL,OPR_TYPE,ANC_TYPE,ANC_REGION,MARKET_RUN_ID,"
    "XML_DATA_ITEM,MW,GROUP"
)
REGIONS = ("AS_CAISO_EXP", "AS_CAISO", "AS_NP26_EXP", "AS_NP26", "AS_SP26_EXP", "AS_SP26")
CHUNK = plan(CAISO, CAISO.feed("PRC_AS"), TimeRange(utc("2026-07-01T07:00"), utc("2026-07-01T08:00")))[0]

Line = tuple[int, str, str, str]
"""Hour in GMT, product, region, price."""


def read(lines: Iterable[Line], chunk: Chunk = CHUNK) -> Reading:
    """A document of such lines, with the prices as paid."""
    rows = [
        f"2026-07-01T{hour:02}:00:00-00:00,2026-07-01T{hour + 1:02}:00:00-00:00,2026-07-01,{hour - 6},0,R,{product},"
        f"{region},DAM,X,{price},1"
        for hour, product, region, price in lines
    ]
    return with_clearing(DAY_AHEAD.layout.read("\n".join([HEADER, *rows, ""]).encode()), chunk)


def paid(reading: Reading) -> dict[tuple[int, str, str], float | None]:
    """The prices as paid, by hour, product and place."""
    rows = reading.frame.filter(reading.frame["basis"] == "clearing").iter_rows(named=True)
    return {
        (row["interval_start"].hour, row["product_native"], row["location"]): row["price"] for row in rows
    }


WHOLE: list[Line] = [
    (hour, product, region, f"{number * 1.01 + hour / 10:.2f}" if number % 3 else "0")
    for number, (hour, product, region) in enumerate(itertools.product((7, 8), ("SR", "RU"), REGIONS))
]


def test_price_is_the_sum_over_the_regions_that_contain_the_place() -> None:
    """By an oracle of decimals: the north has four regions, and so has the south; the system has two."""
    expected: dict[tuple[int, str, str], float] = {}
    contains = {
        "CAISO": REGIONS[:2],
        "NP26": ("AS_CAISO_EXP", "AS_CAISO", "AS_NP26_EXP", "AS_NP26"),
        "SP26": ("AS_CAISO_EXP", "AS_CAISO", "AS_SP26_EXP", "AS_SP26"),
    }
    for hour, product in itertools.product((7, 8), ("SR", "RU")):
        for place, regions in contains.items():
            terms = [
                Decimal(price)
                for at, kind, region, price in WHOLE
                if (at, kind) == (hour, product) and region in regions
            ]
            expected[hour, product, place] = float(sum(terms))
    reading = read(WHOLE)
    assert paid(reading) == expected
    assert reading.findings == ()


def test_published_rows_stay_beside_the_sums() -> None:
    """Both bases come out; every payload row is in the frame, and the sums are counted as added."""
    reading = read(WHOLE)
    basis = reading.frame["basis"].value_counts(sort=True).rows()
    assert basis == [("regional_shadow", 24), ("clearing", 12)]
    assert (reading.payload_rows, reading.added) == (24, 12)
    assert reading.accounted_rows == reading.payload_rows
    products = dict(reading.frame.select("product_native", "product").unique().rows())
    assert products == {"SR": "spinning_reserve", "RU": "regulation_up"}


def test_sum_is_never_the_system_row_alone() -> None:
    """Where the north binds, a resource there is paid more than one in the south."""
    lines: list[Line] = [
        (7, "SR", region, "0") for region in REGIONS if region not in {"AS_CAISO_EXP", "AS_NP26"}
    ]
    reading = read([*lines, (7, "SR", "AS_CAISO_EXP", "5.25"), (7, "SR", "AS_NP26", "2.5")])
    assert paid(reading) == {(7, "SR", "CAISO"): 5.25, (7, "SR", "NP26"): 7.75, (7, "SR", "SP26"): 5.25}


def test_product_of_one_region_is_paid_its_price_everywhere() -> None:
    """Mileage is priced in the largest region alone: the others have no row of it in the document."""
    reading = read([*WHOLE, (7, "RMU", "AS_CAISO_EXP", "0.15")])
    assert {place: paid(reading)[7, "RMU", place] for place in PLACES} == dict.fromkeys(PLACES, 0.15)


def test_region_that_lacks_a_price_at_one_time_makes_it_null() -> None:
    """Absence is not zero: the price as paid cannot be known then; other times and places are not touched."""
    lines = [line for line in WHOLE if line[:3] != (8, "SR", "AS_NP26")]
    reading = read(lines)
    found, whole = paid(reading), paid(read(WHOLE))
    assert found[8, "SR", "NP26"] is None
    assert {key: value for key, value in found.items() if value is not None} == {
        key: value for key, value in whole.items() if key != (8, "SR", "NP26")
    }
    assert [(each.kind, each.rows) for each in reading.findings] == [(FindingKind.MISSING_VALUE, 1)]
    assert reading.accounted_rows == reading.payload_rows


def test_empty_price_of_a_region_makes_the_sum_null() -> None:
    """A row without a figure is no zero."""
    lines = [(*line[:3], "") if line[:3] == (7, "RU", "AS_SP26") else line for line in WHOLE]
    found = paid(read(lines))
    assert [key for key, value in found.items() if value is None] == [(7, "RU", "SP26")]


def test_document_without_the_largest_region_has_no_price_as_paid() -> None:
    """Whatever its other rows say."""
    found = paid(read([line for line in WHOLE if line[2] != "AS_CAISO_EXP"]))
    assert set(found.values()) == {None}


def test_prices_of_other_regions_are_in_no_sum_and_said() -> None:
    """A region that nobody has placed: its row stays, its price is named if it is not zero."""
    lines: list[Line] = [*WHOLE, (7, "SR", "AS_SP15", "3"), (7, "SR", "AS_ZP26", "0")]
    reading = read(lines)
    assert paid(reading) == paid(read(WHOLE))
    (finding,) = reading.findings
    assert (finding.kind, finding.rows) == (FindingKind.UNKNOWN_WORD, 1)
    assert "AS_SP15" in finding.message


def test_region_that_lacks_in_the_whole_document_is_no_zero() -> None:
    """Since 2023 there are six: without the north's own the price there is not known, and the answer not whole."""
    reading = read([line for line in WHOLE if line[2] != "AS_NP26"])
    found, whole = paid(reading), paid(read(WHOLE))
    assert {key for key, value in found.items() if value is None} == {
        (hour, product, "NP26") for hour in (7, 8) for product in ("SR", "RU")
    }
    assert all(value == whole[key] for key, value in found.items() if value is not None)
    (gap,) = (each for each in reading.findings if each.kind is FindingKind.GAP)
    assert "spinning_reserve in AS_NP26, regulation_up in AS_NP26" in gap.message
    assert gap.spans == ((CHUNK.start, CHUNK.end),)


def test_region_that_lacks_one_service_is_no_zero_for_it() -> None:
    """The other service has its price there."""
    reading = read([line for line in WHOLE if line[1:3] != ("SR", "AS_SP26_EXP")])
    unknown = {key for key, value in paid(reading).items() if value is None}
    assert unknown == {(7, "SR", "SP26"), (8, "SR", "SP26")}


def test_regions_that_there_were_not_add_nothing() -> None:
    """The documents of 2014 have no region of the north: there the system's price is paid, and nothing lacks."""
    lines = [line for line in WHOLE if not line[2].startswith("AS_NP26")]
    then = plan(CAISO, CAISO.feed("PRC_AS"), TimeRange(utc("2014-01-01T08:00"), utc("2014-01-01T09:00")))[0]
    reading = read(lines, then)
    found, whole = paid(reading), paid(read(WHOLE))
    assert found == {
        key: whole[(*key[:2], "CAISO")] if key[2] == "NP26" else value for key, value in whole.items()
    }
    assert reading.findings == ()


@pytest.mark.parametrize("lines", [[]])
def test_empty_document_stays_empty(lines: list[Line]) -> None:
    """Nothing is added to nothing."""
    reading = read(lines)
    assert (reading.frame.height, reading.added) == (0, 0)


def test_sum_is_read_from_the_rows_that_it_is_made_of() -> None:
    """The raw columns of a price as paid are those of its first region."""
    reading = read(WHOLE)
    clearing = reading.frame.with_columns(origin=reading.origin).filter(reading.frame["basis"] == "clearing")
    raw: Any = reading.raw[clearing["origin"]]
    assert set(raw["ANC_REGION"]) == {"AS_CAISO_EXP"}
    assert raw["ANC_TYPE"].to_list() == clearing["product_native"].to_list()
