"""What is bought as a reserve: each product has its word, and one that is not known has none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from energyopti import Feed, FindingKind
from energyopti.layouts import Reading
from energyopti.query import TimeRange, plan
from energyopti_caiso.feeds.ancillary import ANCILLARY
from energyopti_caiso.feeds.clearing import with_clearing
from energyopti_caiso.market import CAISO

PRODUCTS = {
    "NR": "non_spinning_reserve",
    "SR": "spinning_reserve",
    "RU": "regulation_up",
    "RD": "regulation_down",
    "RMU": "regulation_mileage_up",
    "RMD": "regulation_mileage_down",
    "IRU": "imbalance_reserve_up",
    "IRD": "imbalance_reserve_down",
    "RCU": "reliability_capacity_up",
    "RCD": "reliability_capacity_down",
}
PREFIXES = {"NR": "NS", "SR": "SP"}
"""The words before those of figures, where they differ."""

PRICES = [feed for feed in ANCILLARY if feed.dataset.name == "ancillary_prices"]
QUANTITIES = [feed for feed in ANCILLARY if feed.dataset.name == "ancillary_quantities"]
STAMPS = "2026-05-02T07:00:00-00:00,2026-05-02T08:00:00-00:00,2026-05-02,1,0"


def figure(word: str, rest: str) -> str:
    """The name of a product's figure."""
    return f"{PREFIXES.get(word, word)}_{rest}"


def prices(feed: Feed, *words: str) -> Reading:
    """A price of some products in the run of a feed; each is its place."""
    header = "INTERVALSTARTTIME_GMT,INTERVALENDTIME_GMT,OPR_DT,OPR_HR,OPR_INTERVAL,ANC_TYPE,ANC_REGION,MARKET_RUN_ID,XML_DATA_ITEM,MW"
    run = feed.layout.only[0].words[0]
    rows = (
        f"{STAMPS},{word},AS_CAISO_EXP,{run},{figure(word, 'CLR_PRC')},{number}"
        for number, word in enumerate(words)
    )
    return feed.layout.read("\n".join([header, *rows, ""]).encode())


def quantities(feed: Feed, *items: str) -> Reading:
    """A figure of each name in the run of a feed; each is one more than its place."""
    header = "INTERVALSTARTTIME_GMT,INTERVALENDTIME_GMT,OPR_DT,OPR_HR,OPR_INTERVAL,ANC_REGION,MARKET_RUN_ID,XML_DATA_ITEM,MW"
    run = feed.layout.only[0].words[0]
    rows = (f"{STAMPS},AS_CAISO_EXP,{run},{item},{number + 1}" for number, item in enumerate(items))
    return feed.layout.read("\n".join([header, *rows, ""]).encode())


def unknown(reading: Reading) -> list[tuple[int, bool]]:
    """How many rows have words that are not known, and whether they are left out."""
    return [(each.rows, each.accounts) for each in reading.findings if each.kind is FindingKind.UNKNOWN_WORD]


@pytest.mark.parametrize("feed", PRICES, ids=[feed.name for feed in PRICES])
def test_each_product_is_its_own(feed: Feed) -> None:
    """Imbalance reserve and reliability capacity are no operating reserve, and no regulation."""
    reading = prices(feed, *PRODUCTS)
    found = reading.frame.select("product_native", "product", "price").rows()
    assert found == [
        (word, product, float(number)) for number, (word, product) in enumerate(PRODUCTS.items())
    ]
    assert reading.findings == ()


@pytest.mark.parametrize("feed", QUANTITIES, ids=[feed.name for feed in QUANTITIES])
def test_each_quantity_is_of_its_product(feed: Feed) -> None:
    """By the beginning of its figure's name."""
    rest = {"AS_RESULTS": "PROC_MW", "AS_REQ_MAX": "REQ_MAX_MW", "AS_REQ": "REQ_MIN_MW"}[
        feed.name.rpartition("_")[0]
    ]
    reading = quantities(feed, *(figure(word, rest) for word in PRODUCTS))
    value = "procured" if rest == "PROC_MW" else "requirement"
    assert reading.frame.select("product", value).rows() == [
        (product, float(number + 1)) for number, product in enumerate(PRODUCTS.values())
    ]
    assert reading.findings == ()


@pytest.mark.parametrize("feed", PRICES, ids=[feed.name for feed in PRICES])
def test_unknown_product_is_unknown_and_said(feed: Feed) -> None:
    """Its price stays under the source's own word, also summed as paid."""
    reading = prices(feed, "LFU", "RU", "RUX", "XRU")
    assert reading.frame.select("product_native", "product").rows() == [
        ("LFU", "unknown"),
        ("RU", "regulation_up"),
        ("RUX", "unknown"),
        ("XRU", "unknown"),
    ]
    (finding,) = reading.findings
    assert (finding.kind, finding.rows, finding.accounts) == (FindingKind.UNKNOWN_WORD, 3, False)
    assert "'LFU', 'RUX', 'XRU' is not a product" in finding.message
    start = reading.frame["interval_start"][0]
    (chunk, *_) = plan(CAISO, feed, TimeRange(start, reading.frame["interval_end"][0]))
    paid = with_clearing(reading, chunk).frame.filter(basis="clearing", product_native="LFU")
    assert set(paid["location"]) == {"CAISO", "NP26", "SP26"}
    assert paid["product"].to_list() == ["unknown"] * 3


@given(st.text("ABCDIMNPRSUX_", min_size=1, max_size=6))
def test_no_word_is_taken_for_another(word: str) -> None:
    """A product is what its word, or the part before the first dash below, says; anything else is none."""
    product = {**PRODUCTS, "NS": "non_spinning_reserve", "SP": "spinning_reserve"}.get(word.partition("_")[0])
    reading = prices(CAISO.feed("PRC_AS"), word)
    assert reading.frame["product"].to_list() == [product or "unknown"]
    assert unknown(reading) == ([] if product else [(1, False)])


def test_figure_that_is_not_known_is_no_quantity() -> None:
    """It may be dollars: it is left out, and said."""
    reading = quantities(CAISO.feed("AS_RESULTS_DAM"), "RU_TOT_MW", "LFU_TOT_CST_PRC")
    assert reading.frame["product_native"].to_list() == ["RU_TOT_MW"]
    assert unknown(reading) == [(1, True)]
    assert reading.payload_rows == reading.accounted_rows == 2


def test_limit_of_all_services_is_of_all_products() -> None:
    """It is known, and nothing is said."""
    reading = quantities(CAISO.feed("AS_REQ_MAX_DAM"), "AS_REQ_MAX_MW")
    assert reading.frame.select("product_native", "product", "requirement").rows() == [
        ("AS_REQ_MAX_MW", "all_products", 1.0)
    ]
    assert reading.findings == ()
