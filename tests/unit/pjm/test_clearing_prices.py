"""PJM's workbook of the clearing prices of all capacity auctions: its blocks, words and cells, and the feeds of it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import attrs
import polars as pl
import pytest

from builders import utc
from collecting_builders import Plugin, registry, run, settings
from energyopti import FindingKind, Host, MarketData, NoData, SchemaDrift
from energyopti.files import read_file
from energyopti.records import feed_record
from energyopti.sandbox import Ask
from energyopti.service import UnifiedMarketService
from energyopti_pjm.feeds.capacity import BASE_PRICES, INCREMENTAL_AUCTIONS, INCREMENTAL_PRICES, LAYOUT
from energyopti_pjm.market import PJM
from energyopti_pjm.protocol.rpm import SUMMARY, read_summary, result_paths
from energyopti_pjm.protocol.rpm_summary import ClearingPrices
from energyopti_pjm.protocol.workbooks import Row, summary_workbook, workbook
from energyopti_pjm.sandbox.capacity import files
from pjm_documents import result
from servers import Server, serving

NOW = utc("2026-11-20T17:00")
PAGE = b"<!DOCTYPE html><html><head><title>PJM</title></head><body>Sorry</body></html>"
TITLE: Row = ["Resource Clearing Prices for RPM Auctions held to date"]
HEADER: Row = [None, "Capacity Product Type *", "RTO", "MAAC", "EMAAC"]


def book(*rows: Row, header: Row = HEADER, sheet: str = "RCP") -> bytes:
    """A workbook with a title, a header and these rows."""
    return workbook(sheet, [TITLE, header, *rows])


def prices(payload: bytes, layout: ClearingPrices = INCREMENTAL_PRICES) -> list[tuple[object, ...]]:
    """Auction, product, area and price of every row."""
    return layout.read(payload).frame.select("auction", "product", "location", "price").rows()


KNOWN = book(
    ["DY 24/25"],
    ["BRA", "CP", 28.92, 49.49, 53.6],
    ["DY 25/26"],
    ["BRA", "CP", 269.92, 269.92, 269.92],
    ["DY 26/27"],
    ["BRA", "CP", 329.17, 329.17, 329.17],
    ["3IA", "CP", 164.7],
    ["DY27/28"],
    ["BRA", "CP", 333.44, 333.44, 333.44],
    ["DY 28/29"],
    ["BRA", "CP", 325.0, 325.0, 325.0],
)
"""Prices of RTO that PJM announced; those of other areas in 2024/2025 are made up."""


def test_announced_prices_of_the_rto_are_read() -> None:
    """Base auctions of five delivery years, and the third incremental auction of 2026/2027."""
    base = BASE_PRICES.read(KNOWN).frame.filter(pl.col("location") == "RTO")
    assert base.select("auction", "price").rows() == [
        ("2024/2025 Base Residual Auction", 28.92),
        ("2025/2026 Base Residual Auction", 269.92),
        ("2026/2027 Base Residual Auction", 329.17),
        ("2027/2028 Base Residual Auction", 333.44),
        ("2028/2029 Base Residual Auction", 325.0),
    ]
    assert prices(KNOWN) == [("2026/2027 Third Incremental Auction", "capacity_performance", "RTO", 164.7)]


def test_rows_are_of_a_delivery_year_from_june_to_june() -> None:
    """From midnight of June 1 in New York; DY 26/27 begins in 2026."""
    frame = INCREMENTAL_PRICES.read(KNOWN).frame
    assert frame.select("interval_start", "interval_end").rows() == [
        (utc("2026-06-01T04:00"), utc("2027-06-01T04:00"))
    ]
    assert frame.select("price_native", "price_native_unit", "basis").rows() == [
        (164.7, "USD/MW-day", "ucap")
    ]


@pytest.mark.parametrize("label", ["DY 07/08", "DY07/08", "dy 07 / 08", "DY 2007/2008"])
def test_delivery_year_in_every_spelling(label: str) -> None:
    """With a blank and without."""
    (row,) = prices(book([label], ["1IA", "*", 10.0]))
    assert row == ("2007/2008 First Incremental Auction", None, "RTO", 10.0)


@pytest.mark.parametrize(
    ("word", "product"),
    [
        ("*", None),
        ("CP", "capacity_performance"),
        ("Annual", "annual"),
        ("Ext Summer", "extended_summer"),
        ("EXT  SUMMER", "extended_summer"),
        ("Limited", "limited"),
        ("BASE GEN", "base_generation"),
        ("Base Gen", "base_generation"),
        ("Base DR/EE", "base_demand_response_and_efficiency"),
    ],
)
def test_products_in_any_case(word: str, product: str | None) -> None:
    """One product has no name before delivery year 2014/2015; later ones have, in small letters or large."""
    reading = INCREMENTAL_PRICES.read(book(["DY 14/15"], ["2IA", word, 10.0]))
    assert reading.frame["product"].to_list() == [product]
    assert reading.findings == ()


def test_products_of_an_auction_are_rows_apart() -> None:
    """Three products of one auction have three prices."""
    payload = book(["DY 15/16"], ["3IA", "Annual", 5.0], ["3IA", "Ext Summer", 4.0], ["3IA", "Limited", 3.0])
    assert [(product, price) for _, product, _, price in prices(payload)] == [
        ("annual", 5.0),
        ("extended_summer", 4.0),
        ("limited", 3.0),
    ]


def test_unknown_product_is_unknown_and_found() -> None:
    """A new product is kept under no false name."""
    reading = INCREMENTAL_PRICES.read(book(["DY 30/31"], ["1IA", "Winter", 10.0]))
    assert reading.frame["product"].to_list() == ["unknown"]
    (finding,) = reading.findings
    assert (finding.kind, "Winter" in finding.message) == (FindingKind.UNKNOWN_WORD, True)


def test_dust_of_floats_is_rounded_to_cents() -> None:
    """95.78999999999999 in the file is 95.79; raw columns keep what the file says."""
    reading = INCREMENTAL_PRICES.read(book(["DY 22/23"], ["3IA", "CP", 95.78999999999999, 0.0]))
    assert reading.frame.select("price", "price_native").rows() == [(95.79, 95.79), (0.0, 0.0)]
    assert reading.raw["Resource Clearing Price"].to_list() == [95.78999999999999, 0.0]
    assert reading.raw["LDA"].to_list() == ["RTO", "MAAC"]


def test_area_that_was_not_modeled_is_no_row_and_counted() -> None:
    """Two asterisks are neither zero nor null; an empty cell says nothing."""
    reading = INCREMENTAL_PRICES.read(
        book(["DY 12/13"], ["1IA", "*", 16.46, "**"], ["2IA", "*", 13.01, " ** ", 5])
    )
    assert reading.frame.select("location", "price").rows() == [
        ("RTO", 16.46),
        ("RTO", 13.01),
        ("EMAAC", 5.0),
    ]
    (finding,) = reading.findings
    assert (finding.kind, finding.rows, finding.accounts) == (FindingKind.PLACEHOLDER_ROW, 2, True)
    assert reading.payload_rows == 5


@pytest.mark.parametrize("cells", [[], ["**", "**"]])
def test_canceled_auction_is_a_finding_and_no_row(cells: list[str]) -> None:
    """The notice is in the place of the product; the finding has its words and its delivery year."""
    reading = INCREMENTAL_PRICES.read(
        book(["DY 25/26"], ["1IA", "***   AUCTION CANCELLED", *cells], ["3IA", "CP", 1])
    )
    assert reading.frame["auction"].to_list() == ["2025/2026 Third Incremental Auction"]
    (finding,) = reading.findings
    assert finding.message == "1IA of 2025/2026 has no price; the workbook says '***   AUCTION CANCELLED'"
    assert finding.spans == ((utc("2025-06-01T04:00"), utc("2026-06-01T04:00")),)
    assert reading.payload_rows == reading.accounted_rows == 1 + max(1, len(cells))


def test_rows_of_other_auctions_are_left_to_their_feed() -> None:
    """No price is in two feeds: each counts the other's rows and names it."""
    payload = book(["DY 26/27"], ["BRA", "CP", 329.17, 329.17], ["3IA", "CP", 164.7])
    incremental, base = INCREMENTAL_PRICES.read(payload), BASE_PRICES.read(payload)
    assert (incremental.frame.height, base.frame.height) == (1, 2)
    (theirs,), (ours,) = incremental.findings, base.findings
    assert (theirs.kind, theirs.rows, ours.kind, ours.rows) == (
        FindingKind.OTHER_RUN,
        2,
        FindingKind.OTHER_RUN,
        1,
    )
    assert "rpm_base_residual_auction" in theirs.message
    assert "rpm_incremental_auctions" in ours.message


@pytest.mark.parametrize(
    "rows",
    [
        (["1IA", "CP", 10.0, 20.0],),
        (["DY 26/28"], ["1IA", "CP", 10.0, 20.0]),
        (["DY ??"], ["1IA", "CP", 10.0, 20.0]),
        (["DY 26/27"], ["4IA", "CP", 10.0, 20.0]),
        (["DY 26/27"], [None, "CP", 10.0, 20.0]),
        (["DY 26/27", None, 10.0, 20.0],),
    ],
    ids=["no year", "no such year", "no number", "no such auction", "no auction", "beside the year"],
)
def test_row_that_cannot_be_placed_is_rejected(rows: tuple[Row, ...]) -> None:
    """Prices of no known auction or delivery year are counted, never taken for another's."""
    reading = INCREMENTAL_PRICES.read(book(*rows))
    assert reading.frame.is_empty()
    (finding,) = reading.findings
    assert (finding.kind, finding.rows, finding.accounts) == (FindingKind.REJECTED_ROW, 2, True)
    assert reading.payload_rows == 2


def test_words_around_the_blocks_are_no_data() -> None:
    """Units below the header, notes beside and below: nothing is counted."""
    payload = book(
        [None, None, "$/MW-day", "$/MW-day"],
        ["DY 26/27"],
        ["3IA", "CP", 164.7],
        [],
        ["* See the tariff", "for products"],
        ["** LDA was not modeled"],
    )
    reading = INCREMENTAL_PRICES.read(payload)
    assert (reading.frame.height, reading.payload_rows, reading.findings) == (1, 1, ())


@pytest.mark.parametrize(
    ("cell", "price"), [("$269.92", 269.92), ("1,269.92", 1269.92), ("-1.5", -1.5), ("1e2", 100.0)]
)
def test_price_written_as_words(cell: str, price: float) -> None:
    """Spreadsheets have figures as text too."""
    assert prices(book(["DY 26/27"], ["1IA", "CP", cell]))[0][3] == price


@pytest.mark.parametrize("cell", ["TBD", "12,5", "1_000", "inf", "nan"])
def test_word_in_place_of_a_price_is_null_and_found(cell: str) -> None:
    """The finding names the auction, the area and the word."""
    reading = INCREMENTAL_PRICES.read(book(["DY 26/27"], ["1IA", "CP", 5.0, cell]))
    assert reading.frame["price"].to_list() == [5.0, None]
    unread = [each for each in reading.findings if each.kind is FindingKind.UNREADABLE_VALUE]
    assert [each.message for each in unread] == [
        f"1IA of 2026/2027, MAAC: {cell!r} is not a price: the value is null"
    ]


def test_cell_in_a_column_without_a_header_is_rejected() -> None:
    """A price of no area is no row."""
    reading = INCREMENTAL_PRICES.read(book(["DY 26/27"], ["1IA", "CP", 5.0, 6.0, 7.0, 8.0]))
    assert reading.frame.height == 3
    (finding,) = reading.findings
    assert (finding.kind, finding.rows) == (FindingKind.REJECTED_ROW, 1)


def test_new_area_is_read_without_being_known() -> None:
    """The header names the areas, wherever it stands; no list of them is needed."""
    header: Row = ["Auction", "Capacity Product Type", "RTO", "NEW-LDA"]
    assert prices(book(["DY 30/31"], ["1IA", "CP", 1.0, 2.0], header=header))[1][2:] == ("NEW-LDA", 2.0)


def test_workbook_without_the_header_is_drift() -> None:
    """The error names what was due."""
    with pytest.raises(SchemaDrift, match="Capacity Product Type"):
        INCREMENTAL_PRICES.read(book(["DY 26/27"], header=["Auction", "Product"]))
    with pytest.raises(SchemaDrift, match="Capacity Product Type"):
        INCREMENTAL_PRICES.read(workbook("RCP", [["only one column"]]))


def test_workbook_without_the_sheet_is_drift() -> None:
    """The error names the sheet that was due and those that there are."""
    with pytest.raises(SchemaDrift, match=r"RCP.*Summary"):
        INCREMENTAL_PRICES.read(book(sheet="Summary"))


def test_year_is_read_alone() -> None:
    """Rows and findings of one delivery year; a year whose auctions are not held is no data."""
    payload = book(
        ["DY 25/26"],
        ["1IA", "*** AUCTION CANCELLED"],
        ["DY 26/27"],
        ["BRA", "CP", 329.17],
        ["3IA", "CP", 164.7],
        ["DY 27/28"],
        ["BRA", "CP", 333.44],
        ["DY 28/29"],
        ["Extra", "CP", 1.0],
    )
    read = [read_summary(INCREMENTAL_PRICES, payload, year) for year in (2025, 2026, 2028)]
    assert [each.frame.height for each in read] == [0, 1, 0]
    kinds = [[finding.kind.value for finding in each.findings] for each in read]
    assert kinds == [["placeholder_row"], ["other_run"], ["rejected_row"]]
    for year in (2027, 2029):
        with pytest.raises(NoData, match=f"1IA or 2IA or 3IA for {year}/{year + 1}: not held yet"):
            read_summary(INCREMENTAL_PRICES, payload, year)


def test_what_is_written_is_read_back() -> None:
    """Auctions, products and notices of several years, with cells of areas that were not modeled."""
    frame = INCREMENTAL_PRICES.read(
        book(
            ["DY 13/14"],
            ["1IA", "*", 20.0, 30.0],
            ["DY 15/16"],
            ["2IA", "Annual", 5.0],
            ["2IA", "Limited", 4.0],
        )
    ).frame
    again = INCREMENTAL_PRICES.read(INCREMENTAL_PRICES.write(frame))
    assert again.frame.equals(frame)
    noted = INCREMENTAL_PRICES.read(
        summary_workbook(frame, INCREMENTAL_PRICES, {(2020, "1IA"): "CANCELLED"}, absent="**")
    )
    assert noted.frame.equals(frame)
    assert sorted(each.rows for each in noted.findings) == [1, 2]


def test_file_of_ones_own_is_read_whole(tmp_path: Path) -> None:
    """A saved workbook has every delivery year, whatever today is."""
    there = tmp_path / "prices.xlsx"
    there.write_bytes(INCREMENTAL_AUCTIONS.example.payload)
    frame = read_file(PJM, INCREMENTAL_AUCTIONS, there, now=NOW).frame
    assert frame["interval_start"].dt.year().unique().sort().to_list() == [2013, 2015, 2027]


@pytest.fixture
def server() -> Iterator[Server]:
    """A server in place of PJM's website."""
    with serving() as server:
        yield server


def asked_for(
    server: Server, home: Path, start: str, end: str, *, feed: str | None = None, now: datetime = NOW
) -> MarketData:
    """The answer to a query about capacity from a server in place of PJM's website."""
    market = attrs.evolve(PJM, hosts=(PJM.host("dataminer"), Host(name="files", url=server.url)))

    async def ask() -> MarketData:
        service = UnifiedMarketService(registry(Plugin(market)), settings(home, attempts=1), now=lambda: now)
        async with service:
            return await service.get_market_data("pjm", "capacity", start, end, feed=feed)

    return run(ask())


def test_one_workbook_answers_every_year(server: Server, tmp_path: Path) -> None:
    """It is fetched once for several delivery years."""
    server.on(f"/{SUMMARY}", book(["DY 24/25"], ["3IA", "CP", 58.0], ["DY 25/26"], ["3IA", "CP", 323.9]))
    data = asked_for(server, tmp_path, "2024-01-01", "2026-01-01", feed="rpm_incremental_auctions")
    assert data.frame["price"].to_list() == [58.0, 323.9]
    assert server.paths == [f"/{SUMMARY}"]


def test_capacity_without_a_feed_is_the_base_auction(server: Server, tmp_path: Path) -> None:
    """Its own workbook answers, with MW; the workbook of all prices is not asked for."""
    payload = result("2025/2026", [["RTO", 269.92, 0, 269.92]], [["RTO", 1.0, 0, 0, 0, 135_684.0, 0]])
    server.on(f"/{result_paths(2025)[0]}", payload)
    server.on(f"/{SUMMARY}", KNOWN)
    data = asked_for(server, tmp_path, "2025-01-01", "2026-01-01")
    assert data.frame.select("feed", "price", "cleared").rows() == [
        ("rpm_base_residual_auction", 269.92, 135_684.0)
    ]
    assert server.paths == [f"/{result_paths(2025)[0]}"]


@pytest.mark.parametrize("own", [PAGE, workbook("Summary", [["LDA"]])], ids=["page", "other form"])
def test_base_auction_without_its_own_workbook_has_prices_alone(
    own: bytes, server: Server, tmp_path: Path
) -> None:
    """Where a year's workbook is missing or cannot be read, the price stands and a finding says that MW are missing."""
    for path in result_paths(2024):
        server.on(f"/{path}", own)
    server.on(f"/{SUMMARY}", KNOWN)
    data = asked_for(server, tmp_path, "2024-01-01", "2025-01-01")
    assert data.frame.filter(pl.col("location") == "RTO").select("price", "cleared").rows() == [(28.92, None)]
    said = [each.message for each in data.findings if each.kind is FindingKind.FALLBACK]
    assert any("has no MW" in each for each in said)


def test_page_in_place_of_the_workbook_is_no_data(server: Server, tmp_path: Path) -> None:
    """PJM answers 200 with a page for a file that does not exist."""
    server.on(f"/{SUMMARY}", PAGE)
    with pytest.raises(NoData, match="not at its address"):
        asked_for(server, tmp_path, "2024-01-01", "2025-01-01", feed="rpm_incremental_auctions")


def test_sandbox_has_the_auctions_held_by_now() -> None:
    """Base prices are those of their own workbooks; a third auction has a price from March of its year on."""
    before, after = (
        files(Ask(path=SUMMARY, now=utc(at))).body for at in ("2026-02-01T12:00", "2026-03-02T12:00")
    )
    third = "2026/2027 Third Incremental Auction"
    assert third not in INCREMENTAL_PRICES.read(before).frame["auction"]
    assert third in INCREMENTAL_PRICES.read(after).frame["auction"]
    base = BASE_PRICES.read(after).frame.filter(pl.col("auction") == "2026/2027 Base Residual Auction")
    own = files(Ask(path=result_paths(2026)[0], now=NOW)).body
    assert base.select("location", "price").equals(LAYOUT.read(own).frame.select("location", "price"))
    assert any("CANCELLED" in each.message for each in INCREMENTAL_PRICES.read(after).findings)


def test_description_says_that_the_document_is_a_workbook() -> None:
    """Its bytes are not shown as if they were lines of text."""
    (line,) = feed_record(PJM, INCREMENTAL_AUCTIONS)["example"]
    assert line.startswith("a workbook or an archive of ")
