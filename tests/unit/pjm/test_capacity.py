"""PJM's capacity auctions: both tables of the workbook, the names of its files, and the sandbox's website."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import attrs
import pytest

from builders import utc
from collecting_builders import Plugin, registry, run, settings
from energyopti import FindingKind, Host, Market, MarketData, NoData, SchemaDrift
from energyopti.files import read_file
from energyopti.sandbox import Ask
from energyopti.service import UnifiedMarketService
from energyopti_pjm.feeds.capacity import BASE_RESIDUAL_AUCTION, LAYOUT, SHEET
from energyopti_pjm.market import PJM
from energyopti_pjm.protocol.rpm import read_result, result_paths
from energyopti_pjm.protocol.workbooks import Row, workbook
from energyopti_pjm.sandbox.capacity import files
from pjm_documents import CLEARED_HEADERS, PRICE_HEADERS, result
from servers import Answer, Server, serving

PAGE = b"<!DOCTYPE html><html><head><title>PJM</title></head><body>Sorry</body></html>"
FOLDER = "-/media/DotCom/markets-ops/rpm/rpm-auction-info"
BRA = f"{FOLDER}/2025-2026/2025-2026-bra-results.xlsx"
XLSX = f"{FOLDER}/2025-2026/2025-2026-base-residual-auction-results.xlsx"
XLS = f"{FOLDER}/2025-2026/2025-2026-base-residual-auction-results-xls.xls"
NOW = utc("2026-11-20T17:00")

PRICES: Sequence[Row] = [["RTO", 30.0, 0, 30.0], ["BGE", 30.0, 5.25, 35.25]]
CLEARED: Sequence[Row] = [["RTO", 900.0, 0, 0, 0, 910.5, 0], ["BGE", 60.0, 0, 0, 0, 61.25, 0]]


def published(
    years: str = "2025/2026", prices: Sequence[Row] = PRICES, cleared: Sequence[Row] = CLEARED
) -> bytes:
    """A workbook with two areas unless it says otherwise."""
    return result(years, prices, cleared)


def test_rows_are_of_a_delivery_year_from_june_to_june() -> None:
    """The title says the years: from midnight of 1 June to midnight of 1 June, in summer time both."""
    frame = LAYOUT.read(published()).frame
    assert frame["interval_start"].unique().to_list() == [utc("2025-06-01T04:00")]
    assert frame["interval_end"].unique().to_list() == [utc("2026-06-01T04:00")]
    assert frame["auction"].unique().to_list() == ["2025/2026 Base Residual Auction"]


def test_both_tables_meet_in_a_row_an_area() -> None:
    """The clearing price as published, the annual equivalents cleared, and the unit and basis of both."""
    reading = LAYOUT.read(published())
    rows = reading.frame.select(
        "location", "price", "price_native", "price_native_unit", "cleared", "basis"
    ).rows()
    assert rows == [
        ("RTO", 30.0, 30.0, "USD/MW-day", 910.5, "ucap"),
        ("BGE", 35.25, 35.25, "USD/MW-day", 61.25, "ucap"),
    ]
    assert (reading.payload_rows, reading.findings) == (2, ())


def test_price_is_read_and_not_added_up() -> None:
    """The adder is against the next larger area: 30 and 0 clear at 35.25 within an area that does."""
    frame = LAYOUT.read(published(prices=[*PRICES, ["PEPCO", 30.0, 0, 35.25]])).frame
    assert frame["price"].to_list() == [30.0, 35.25, 35.25]


@pytest.mark.parametrize("first", ["LDA", "LDA*"])
def test_header_of_the_second_table_may_have_a_star(first: str) -> None:
    """It was called LDA, with a star at RTO, and later LDA with the star."""
    starred: list[Row] = [["RTO*", *CLEARED[0][1:]], CLEARED[1]]
    payload = result("2025/2026", PRICES, starred, headers=[first, *CLEARED_HEADERS[1:]])
    assert LAYOUT.read(payload).frame.select("location", "cleared").rows() == [("RTO", 910.5), ("BGE", 61.25)]


def test_order_of_the_second_table_does_not_matter() -> None:
    """Areas meet by their names, not by their places."""
    frame = LAYOUT.read(published(cleared=[CLEARED[1], CLEARED[0]])).frame
    assert frame.select("location", "cleared").rows() == [("RTO", 910.5), ("BGE", 61.25)]


def test_area_in_one_table_alone_is_kept() -> None:
    """What the other table does not say is null, and a finding names the areas."""
    only_priced: Row = ["DOM", 30.0, 9.0, 39.0]
    only_cleared: Row = ["JCPL", 20.0, 0, 0, 0, 21.0, 0]
    reading = LAYOUT.read(published(prices=[*PRICES, only_priced], cleared=[*CLEARED, only_cleared]))
    rows = reading.frame.select("location", "price", "cleared", "price_native_unit", "basis").rows()
    assert rows[2:] == [("DOM", 39.0, None, "USD/MW-day", "ucap"), ("JCPL", None, 21.0, "USD/MW-day", "ucap")]
    assert reading.payload_rows == 4
    found = {(each.kind, each.column, each.rows, each.accounts) for each in reading.findings}
    missing = FindingKind.MISSING_VALUE
    assert found == {(missing, "cleared", 1, False), (missing, "price", 1, False)}
    assert {word for each in reading.findings for word in ("DOM", "JCPL") if word in each.message} == {
        "DOM",
        "JCPL",
    }
    assert reading.frame["interval_start"].null_count() == 0


def test_area_that_stands_twice_is_not_multiplied() -> None:
    """Two rows of an area in both tables are two rows, the first with the first."""
    again_priced: Row = ["BGE", 30.0, 6.0, 36.0]
    again_cleared: Row = ["BGE", 1.0, 0, 0, 0, 2.0, 0]
    reading = LAYOUT.read(published(prices=[*PRICES, again_priced], cleared=[*CLEARED, again_cleared]))
    assert reading.frame.select("location", "price", "cleared").rows()[1:] == [
        ("BGE", 35.25, 61.25),
        ("BGE", 36.0, 2.0),
    ]
    assert reading.payload_rows == 3


def test_word_in_place_of_a_price_is_null_and_found() -> None:
    """A price to be determined is no price."""
    reading = LAYOUT.read(published(prices=[PRICES[0], ["BGE", 30.0, 5.25, "TBD"]]))
    assert reading.frame["price"].to_list() == [30.0, None]
    assert FindingKind.UNREADABLE_VALUE in {each.kind for each in reading.findings}


def test_stray_cell_beside_the_table_is_no_row() -> None:
    """Words and sums stand beside the table: its rows are the same, and a finding tells of the column."""
    beside: list[Row] = [[*PRICES[0], None, "Total Cost"], [*PRICES[1], None, 1234.5]]
    reading = LAYOUT.read(published(prices=beside))
    assert reading.frame["price"].to_list() == [30.0, 35.25]
    (finding,) = reading.findings
    assert finding.kind is FindingKind.UNKNOWN_COLUMN


def test_raw_columns_are_those_of_both_tables() -> None:
    """Each row's cells in their published columns, those of the second table marked."""
    raw = LAYOUT.read(published(cleared=[CLEARED[1]])).raw
    assert raw["LDA"].to_list() == ["RTO", "BGE"]
    assert raw["LDA* (cleared)"].to_list() == [None, "BGE"]
    assert raw["Annual Resources  [MW] (cleared)"].to_list() == [None, "60"]
    assert raw[PRICE_HEADERS[1]].to_list() == [30.0, 30.0]


def test_workbook_without_the_second_table_is_drift() -> None:
    """Without its table of megawatts it is another kind of workbook."""
    rows: list[Row] = [["2025/2026 BRA Resource Clearing Results"], PRICE_HEADERS, *PRICES]
    with pytest.raises(SchemaDrift, match="LDA"):
        LAYOUT.read(workbook(SHEET, rows))


def test_workbook_without_the_sheet_is_drift() -> None:
    """The error names the sheet that was due and those that there are."""
    with pytest.raises(SchemaDrift, match=r"BRA Resource Clearing Results.*Summary"):
        LAYOUT.read(workbook("Summary", [["LDA"]]))


def test_workbook_of_another_year_is_drift() -> None:
    """A file that says another delivery year than its name is not taken for either."""
    with pytest.raises(SchemaDrift, match=r"2025/2026 says that it is of 2024/2025"):
        read_result(LAYOUT, published("2024/2025"), 2025)


@pytest.mark.parametrize("title", ["", "2025/2027"])
def test_title_without_a_delivery_year_leaves_it_to_the_files_name(title: str) -> None:
    """The workbook alone is of no known time; of the file for 2025/2026 it is of that year."""
    reading = LAYOUT.read(published(title))
    assert reading.frame["interval_start"].null_count() == 2
    assert reading.frame["auction"].unique().to_list() == ["Base Residual Auction"]
    frame = read_result(LAYOUT, published(title), 2025).frame
    assert frame["interval_start"].unique().to_list() == [utc("2025-06-01T04:00")]
    assert frame["auction"].unique().to_list() == ["2025/2026 Base Residual Auction"]


def test_result_without_areas_is_read_back() -> None:
    """A workbook whose tables are empty has no rows and says no year."""
    reading = LAYOUT.read(LAYOUT.write(LAYOUT.read(published()).frame.clear()))
    assert (reading.frame.height, reading.payload_rows, reading.findings) == (0, 0, ())


def test_file_of_ones_own_is_of_its_delivery_year(tmp_path: Path) -> None:
    """A workbook that is there already is not taken for today's."""
    there = tmp_path / "results.xlsx"
    there.write_bytes(BASE_RESIDUAL_AUCTION.example.payload)
    frame = read_file(PJM, BASE_RESIDUAL_AUCTION, there, now=NOW).frame
    assert frame["interval_start"].unique().to_list() == [utc("2026-06-01T04:00")]
    assert frame["interval_end"].unique().to_list() == [utc("2027-06-01T04:00")]


@pytest.mark.parametrize(
    ("year", "usual"),
    [
        (2027, "2027-2028-bra-results.xlsx"),
        (2026, "2026-2027-bra-results.xlsx"),
        (2025, "2025-2026-base-residual-auction-results.xlsx"),
        (2015, "2015-2016-base-residual-auction-results.xlsx"),
        (2014, "2014-2015-base-residual-auction-results-xls.xls"),
    ],
)
def test_usual_name_goes_by_the_year(year: int, usual: str) -> None:
    """Every form of the name is tried, the one that is usual for the year first."""
    paths = result_paths(year)
    assert paths[0] == f"{FOLDER}/{year}-{year + 1}/{usual}"
    assert len(set(paths)) == 3


def asked_for(server: Server, home: Path, year: int, *, now: datetime = NOW) -> MarketData:
    """The answer for a calendar year from a server in place of PJM's website."""
    market: Market = attrs.evolve(PJM, hosts=(PJM.host("dataminer"), Host(name="files", url=server.url)))

    async def ask() -> MarketData:
        service = UnifiedMarketService(registry(Plugin(market)), settings(home, attempts=1), now=lambda: now)
        async with service:
            return await service.get_market_data("pjm", "capacity", f"{year}-01-01", f"{year + 1}-01-01")

    return run(ask())


def test_names_are_asked_in_order_until_one_answers(tmp_path: Path) -> None:
    """A page with status 200 and a 404 both mean that the next name is to be asked for."""
    with serving() as server:
        server.on(f"/{XLSX}", PAGE)
        server.on(f"/{BRA}", Answer(status=404, body=b"not here"))
        server.on(f"/{XLS}", published())
        data = asked_for(server, tmp_path, 2025)
        assert server.paths == [f"/{XLSX}", f"/{BRA}", f"/{XLS}"]
    assert data.frame["price"].to_list() == [35.25, 30.0]
    assert data.frame["interval_start"].unique().to_list() == [utc("2025-06-01T04:00")]


def test_usual_name_is_enough(tmp_path: Path) -> None:
    """One request where the usual name has it."""
    with serving() as server:
        server.on(f"/{XLSX}", published())
        asked_for(server, tmp_path, 2025)
        assert server.paths == [f"/{XLSX}"]


def test_page_under_every_name_is_no_data(tmp_path: Path) -> None:
    """A year that is not auctioned yet has pages with status 200 in place of workbooks."""
    with serving() as server:
        for path in (XLSX, BRA, XLS):
            server.on(f"/{path}", PAGE)
        with pytest.raises(NoData, match="2025/2026"):
            asked_for(server, tmp_path, 2025)


def test_sandbox_has_a_result_under_one_name() -> None:
    """Each delivery year has a workbook under its usual name, and pages under the others."""
    usual, *others = (files(Ask(path=path, now=NOW)) for path in result_paths(2026))
    frame = LAYOUT.read(usual.body).frame
    assert frame["interval_start"].unique().to_list() == [utc("2026-06-01T04:00")]
    assert frame["location"].to_list()[0] == "RTO"
    assert [(each.status, each.content_type) for each in others] == [(200, "text/html")] * 2


def test_sandbox_answers_a_page_for_a_year_to_come() -> None:
    """An auction that is not held yet has no result, and the answer is a page all the same."""
    answer = files(Ask(path=result_paths(2028)[0], now=NOW))
    assert (answer.status, answer.content_type) == (200, "text/html")
    assert files(Ask(path=result_paths(2027)[0], now=NOW)).body.startswith(b"PK")
