"""New York's capacity prices: the workbook's table, the names of its reports, and the sandbox's server of them."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path

import polars as pl
import pytest
import xlsxwriter

from builders import utc
from collecting_builders import Plugin, registry, run, settings
from energyopti import FindingKind, Host, Market, MarketData, NoData, SchemaDrift, SourceUnavailable
from energyopti.layouts import Reading
from energyopti.sandbox import Answer as Given
from energyopti.sandbox import Ask
from energyopti.service import UnifiedMarketService
from energyopti_nyiso.feeds.capacity import CAPACITY_PRICES
from energyopti_nyiso.protocol.icap import read_report, report_paths
from energyopti_nyiso.sandbox.capacity import documents_server
from servers import Answer, Server, serving

AUCTIONS = ("Spot", "Monthly", "Strip")
CODES = ("NYCA", "GHIJ", "NYC", "LI")
SPELT_OUT = ("NYCA", "G-J Locality", "NYC", "LI")
PAGE = b"<!DOCTYPE html><html><head><title>NYISO</title></head><body>Sorry</body></html>"
MAY_2024 = "documents/20142/42146126/ICAP-Market-Report-May-2024"
SPACED_MAY_2024 = "documents/20142/42146126/ICAP%20Market%20Report%20-%20May%202024"
NOW = utc("2024-06-10T12:00")
Row = Sequence[float | str | None]

PRICES: Mapping[date, Row] = {
    date(2024, 5, 1): (3.1, 3.2, 3.3, 4.1, 4.2, 4.3, 11.1, 11.2, 11.3, 5.1, 5.2, 5.3),
    date(2024, 6, 1): (6.1, 6.2, 6.3, 7.1, 7.2, 7.3, 12.1, 12.2, 12.3, 8.1, 8.2, 8.3),
}
"""By month the spot, monthly and strip price of New York, of G to J, of the city and of Long Island."""


def workbook(
    rows: Mapping[date, Row],
    *,
    localities: Sequence[str] = CODES,
    auctions_above: bool = False,
    sheet: str = "MCP Table",
    beside: str | None = None,
) -> bytes:
    """A report as it is published: merged header cells and real dates; rows are given by locality, then auction.

    ``beside`` is one more column under the last locality.
    """
    above, below = (AUCTIONS, localities) if auctions_above else (localities, AUCTIONS)
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        book.add_worksheet("Summary Table").write(1, 0, "Date")
        page = book.add_worksheet(sheet)
        month_format = book.add_format({"num_format": "mmm-yy"})
        page.write(1, 0, "Date")
        for place, name in enumerate(above):
            first = 1 + place * len(below)
            page.merge_range(0, first, 0, first + len(below) - 1, name)
            page.write_row(1, first, below)
        if beside is not None:
            page.write(1, 13, beside)
        for line, (month, cells) in enumerate(rows.items(), start=2):
            page.write_datetime(line, 0, datetime(month.year, month.month, month.day), month_format)  # noqa: DTZ001
            for number, cell in enumerate(cells):
                place = number % 3 * 4 + number // 3 if auctions_above else number
                page.write(line, 1 + place, cell)
    return buffer.getvalue()


def one_month(month: date, price: float) -> Reading:
    """The reading of a report of one month with one price for everything."""
    return CAPACITY_PRICES.layout.read(workbook({month: (price,) * 12}))


def price_of(
    frame: pl.DataFrame, month: str, auction: str, location: str
) -> tuple[float | None, float | None]:
    """The one price of a month (as its first instant), as published and per MW and day."""
    row = frame.filter(
        (pl.col("interval_start") == utc(month))
        & (pl.col("auction") == auction)
        & (pl.col("location") == location)
    )
    return row["price_native"].item(), row["price"].item()


@pytest.mark.parametrize("auctions_above", [False, True], ids=["locality above", "auction above"])
@pytest.mark.parametrize("localities", [CODES, SPELT_OUT], ids=["GHIJ", "G-J Locality"])
def test_table_is_read_in_every_form(localities: Sequence[str], auctions_above: bool) -> None:
    """Whichever header stands above and however G to J is called: the same prices in the same places."""
    reading = CAPACITY_PRICES.layout.read(
        workbook(PRICES, localities=localities, auctions_above=auctions_above)
    )
    frame = reading.frame.sort("interval_start", "location", "auction")
    assert frame["location"].unique().sort().to_list() == ["G-J Locality", "LI", "NYC", "NYCA"]
    assert frame["auction"].to_list() == ["Monthly", "Spot", "Strip"] * 8
    may = [4.2, 4.1, 4.3, 5.2, 5.1, 5.3, 11.2, 11.1, 11.3, 3.2, 3.1, 3.3]
    june = [7.2, 7.1, 7.3, 8.2, 8.1, 8.3, 12.2, 12.1, 12.3, 6.2, 6.1, 6.3]
    assert frame["price_native"].to_list() == may + june
    assert reading.findings == ()
    assert reading.payload_rows == 24


def test_row_is_a_whole_month_in_new_york() -> None:
    """March 2024 lasts from midnight in winter time to midnight in summer time."""
    frame = one_month(date(2024, 3, 1), 1.0).frame
    assert frame["interval_start"].unique().to_list() == [utc("2024-03-01T05:00")]
    assert frame["interval_end"].unique().to_list() == [utc("2024-04-01T04:00")]


def test_prices_are_of_unforced_capacity_in_the_published_unit() -> None:
    """Every row says its native unit and its basis."""
    frame = one_month(date(2024, 5, 1), 1.0).frame
    assert frame["price_native_unit"].unique().to_list() == ["USD/kW-month"]
    assert frame["basis"].unique().to_list() == ["ucap"]


@pytest.mark.parametrize(
    ("month", "native", "price"),
    [
        (date(2024, 2, 1), 2.9, 100.0),
        (date(2023, 2, 1), 2.8, 100.0),
        (date(2024, 1, 1), 6.2, 200.0),
        (date(2024, 11, 1), 3.0, 100.0),
        (date(2024, 3, 1), 3.1, 100.0),
        (date(2024, 4, 1), 0.0, 0.0),
    ],
)
def test_price_a_day_goes_by_the_months_own_days(month: date, native: float, price: float) -> None:
    """29 days in a leap February, 28 in another, and no hour more or less where the clock changes."""
    frame = one_month(month, native).frame
    assert frame["price"].to_list() == pytest.approx([price] * 12, abs=1e-9)
    assert frame["price_native"].to_list() == [native] * 12


def test_price_a_day_is_rounded_to_a_millionth() -> None:
    """4 USD/kW-month in a month of 31 days: the same figure whatever else is in the workbook."""
    (alone,) = one_month(date(2024, 5, 1), 4.0).frame["price"].unique()
    assert alone == 129.032258
    both = CAPACITY_PRICES.layout.read(
        workbook({date(2024, 5, 1): (4.0,) * 12, date(2024, 6, 1): (3.0,) * 12})
    ).frame
    assert both["price"].to_list() == [129.032258] * 12 + [100.0] * 12


def test_empty_cell_is_null_and_found() -> None:
    """An auction without a price stays a row: both prices are null, and a finding counts it."""
    cells = [1.0] * 12
    reading = CAPACITY_PRICES.layout.read(workbook({date(2024, 5, 1): [*cells[:4], None, *cells[5:]]}))
    assert price_of(reading.frame, "2024-05-01T04:00", "Monthly", "G-J Locality") == (None, None)
    assert reading.frame.height == 12
    (finding,) = reading.findings
    assert (finding.kind, finding.rows, finding.column) == (FindingKind.MISSING_VALUE, 1, "price_native")


def test_word_in_place_of_a_price_is_null_and_found() -> None:
    """N/A is no price: the finding quotes it."""
    reading = CAPACITY_PRICES.layout.read(workbook({date(2024, 5, 1): ("N/A", *[1.0] * 11)}))
    assert price_of(reading.frame, "2024-05-01T04:00", "Spot", "NYCA") == (None, None)
    unread = [each for each in reading.findings if each.kind is FindingKind.UNREADABLE_VALUE]
    assert [each.rows for each in unread] == [1]
    assert "'N/A'" in unread[0].message


def test_unknown_column_is_found() -> None:
    """A further measure beside the table is named and changes no price."""
    reading = CAPACITY_PRICES.layout.read(workbook(PRICES, beside="Forward"))
    assert [(each.kind, each.column) for each in reading.findings] == [
        (FindingKind.UNKNOWN_COLUMN, "LI Forward")
    ]
    assert reading.frame.height == 24


def test_locality_that_is_gone_is_drift() -> None:
    """A table without Long Island is not read as if it had never had it."""
    with pytest.raises(SchemaDrift) as caught:
        CAPACITY_PRICES.layout.read(workbook(PRICES, localities=("NYCA", "GHIJ", "NYC", "Zone K")))
    assert caught.value.column == "LI Spot"


def test_month_that_does_not_begin_on_its_first_is_drift() -> None:
    """A row of the 31st would be a month that reaches into the next: it is refused, not shifted."""
    with pytest.raises(SchemaDrift, match="a row for 2024-05-31") as caught:
        one_month(date(2024, 5, 31), 1.0)
    assert caught.value.column == "Date"


def test_workbook_of_the_old_form_says_that_it_cannot_be_read() -> None:
    """Before about 2019 there was no such sheet: the error names it and the reason."""
    old = workbook(PRICES, sheet="ICAP Market Report")
    with pytest.raises(SchemaDrift, match=r"no sheet 'MCP Table'.*before about 2019.*cannot be read"):
        read_report(CAPACITY_PRICES.layout, old, date(2016, 5, 1))


def test_later_workbook_without_its_sheet_is_drift() -> None:
    """In 2024 a missing sheet is a change of the format, and nothing is said of old forms."""
    with pytest.raises(SchemaDrift, match="no sheet 'MCP Table'") as caught:
        read_report(CAPACITY_PRICES.layout, workbook(PRICES, sheet="Prices"), date(2024, 5, 1))
    assert "2019" not in str(caught.value)


def test_report_without_its_own_month_is_drift() -> None:
    """A report of July that ends with June is not an empty July."""
    with pytest.raises(SchemaDrift, match="the report of 2024-07 has no readable row of that month"):
        read_report(CAPACITY_PRICES.layout, workbook(PRICES), date(2024, 7, 1))


def test_year_without_a_known_folder_is_no_data() -> None:
    """Each year's folder has a number that cannot be foreseen: the error says that it is not known."""
    with pytest.raises(NoData, match="folder of reports of 2031 is not known"):
        report_paths(date(2031, 1, 1))


def asked_for(server: Server, home: Path, month: str = "2024-05", *, now: datetime = NOW) -> MarketData:
    """A month's prices by a service that asks this server."""
    host = Host(name="documents", url=server.url)
    there = Market(
        id="newyork",
        title="New York",
        zone="America/New_York",
        website="https://www.nyiso.com",
        hosts=(host,),
        feeds=(CAPACITY_PRICES,),
    )
    first = date.fromisoformat(f"{month}-01")
    end = date(first.year + first.month // 12, first.month % 12 + 1, 1)

    async def go() -> MarketData:
        configured = settings(home, attempts=1)
        async with UnifiedMarketService(registry(Plugin(there)), configured, now=lambda: now) as service:
            return await service.get_market_data("newyork", "capacity", str(first), str(end))

    return run(go())


def spot(price: float) -> bytes:
    """A report of May 2024 whose every price is this one."""
    return workbook({date(2024, 5, 1): (price,) * 12})


def natives(data: MarketData) -> list[float]:
    """The different published prices of an answer."""
    return data.frame["price_native"].unique().to_list()


def test_usual_name_is_asked_first_and_then_its_first_revision(tmp_path: Path) -> None:
    """A report under its usual name costs two requests; months beside the one asked for are left out."""
    with serving() as server:
        server.on(f"/{MAY_2024}.xlsx", workbook(PRICES))
        data = asked_for(server, tmp_path)
        assert server.paths == [f"/{MAY_2024}.xlsx", f"/{MAY_2024}-Version-2.xlsx"]
    assert data.frame["interval_start"].unique().to_list() == [utc("2024-05-01T04:00")]
    assert data.frame["feed"].unique().to_list() == ["icap_market_report"]
    assert data.frame["cleared"].null_count() == len(data) == 12
    assert [(each.kind, each.rows) for each in data.findings] == [(FindingKind.OUTSIDE_CHUNK, 12)]
    assert data.coverage.complete


@pytest.mark.parametrize("missing", [1, 2, 3])
def test_names_are_asked_in_order(tmp_path: Path, missing: int) -> None:
    """The spaced name, then the old kind of workbook under both: each only where the one before is not there."""
    names = [
        f"/{MAY_2024}.xlsx",
        f"/{SPACED_MAY_2024}.xlsx",
        f"/{MAY_2024}.xls",
        f"/{SPACED_MAY_2024}.xls",
    ]
    with serving() as server:
        for name in names[:missing]:
            server.on(name, PAGE)
        server.on(names[missing], spot(7.0))
        data = asked_for(server, tmp_path)
        assert server.paths == [*names[: missing + 1], f"/{MAY_2024}-Version-2.xlsx"]
    assert natives(data) == [7.0]


def test_highest_revision_supersedes(tmp_path: Path) -> None:
    """Versions are asked for one after the other up to the first that is not there; the last one stands."""
    with serving() as server:
        server.on(f"/{MAY_2024}.xlsx", spot(1.0))
        server.on(f"/{MAY_2024}-Version-2.xlsx", spot(2.0))
        server.on(f"/{MAY_2024}-Version-3.xlsx", spot(3.0))
        server.on(f"/{MAY_2024}-Version-4.xlsx", PAGE)
        server.on(f"/{MAY_2024}-Version-5.xlsx", spot(5.0))
        data = asked_for(server, tmp_path)
        assert server.paths[-1] == f"/{MAY_2024}-Version-4.xlsx"
    assert natives(data) == [3.0]


def test_no_more_than_ten_versions_are_asked_for(tmp_path: Path) -> None:
    """A server that has every version is left alone after the tenth."""
    with serving() as server:
        server.on(f"/{MAY_2024}.xlsx", spot(1.0))
        for version in range(2, 13):
            server.on(f"/{MAY_2024}-Version-{version}.xlsx", spot(float(version)))
        data = asked_for(server, tmp_path)
        assert server.paths[-1] == f"/{MAY_2024}-Version-10.xlsx"
    assert natives(data) == [10.0]


def test_revision_is_found_where_the_first_report_is_gone(tmp_path: Path) -> None:
    """A report that was replaced by its revision is not taken for one that never was."""
    with serving() as server:
        server.on(f"/{MAY_2024}-Version-2.xlsx", spot(2.0))
        data = asked_for(server, tmp_path)
    assert natives(data) == [2.0]


def test_revision_that_fails_is_not_passed_over(tmp_path: Path) -> None:
    """Where it cannot be known whether there is a revision, the first report's prices are not given out."""
    with serving() as server:
        server.on(f"/{MAY_2024}.xlsx", spot(1.0))
        server.on(f"/{MAY_2024}-Version-2.xlsx", Answer(status=503))
        with pytest.raises(SourceUnavailable, match="Version-2"):
            asked_for(server, tmp_path)


def test_page_in_place_of_every_report_is_no_data(tmp_path: Path) -> None:
    """The server's page with status 200 means that there is no report; five names are asked for."""
    with serving() as server:
        for name in (MAY_2024, SPACED_MAY_2024):
            server.on(f"/{name}.xlsx", PAGE)
            server.on(f"/{name}.xls", PAGE)
        server.on(f"/{MAY_2024}-Version-2.xlsx", PAGE)
        with pytest.raises(NoData):
            asked_for(server, tmp_path)
        assert len(server.paths) == 5


def test_year_without_a_known_folder_is_not_asked_for(tmp_path: Path) -> None:
    """There is no address to ask: no request is made."""
    with serving() as server:
        with pytest.raises(NoData):
            asked_for(server, tmp_path, "2031-01", now=utc("2031-02-10T12:00"))
        assert server.paths == []


def report(name: str, now: str = "2026-11-20T17:00", *, folder: int = 56195933) -> Given:
    """The sandbox's answer to a report's decoded path."""
    return documents_server(Ask(path=f"documents/20142/{folder}/{name}", now=utc(now)))


def months(answer: Given) -> list[str]:
    """The months that a report has."""
    local = (
        CAPACITY_PRICES.layout.read(answer.body)
        .frame["interval_start"]
        .dt.convert_time_zone("America/New_York")
    )
    return local.dt.strftime("%Y-%m").unique().sort().to_list()


@pytest.mark.parametrize(
    ("name", "folder", "held"),
    [
        ("October-2026", 56195933, ["2026-05", "2026-06", "2026-07", "2026-08", "2026-09", "2026-10"]),
        ("November-2026", 56195933, ["2026-11"]),
        ("January-2026", 56195933, ["2025-11", "2025-12", "2026-01"]),
        ("April-2025", 48997190, ["2024-11", "2024-12", "2025-01", "2025-02", "2025-03", "2025-04"]),
        ("January-2019", 4266869, ["2018-11", "2018-12", "2019-01"]),
    ],
)
def test_sandbox_report_holds_its_capability_period_up_to_its_month(
    name: str, folder: int, held: list[str]
) -> None:
    """Summer begins in May, winter in November; a report ends with its own month."""
    answer = report(f"ICAP-Market-Report-{name}.xlsx", folder=folder)
    assert answer.status == 200
    assert months(answer) == held


def test_sandbox_reports_agree_with_each_other() -> None:
    """A month has the prices in a later report that it has in its own."""
    may, june = (
        CAPACITY_PRICES.layout.read(report(f"ICAP-Market-Report-{name}-2026.xlsx").body).frame
        for name in ("May", "June")
    )
    assert june.filter(pl.col("interval_start") == utc("2026-05-01T04:00")).equals(may)


def test_sandbox_strip_has_one_price_for_its_period() -> None:
    """The strip auction sells six months at once, and the others each month anew."""
    frame = CAPACITY_PRICES.layout.read(report("ICAP-Market-Report-October-2026.xlsx").body).frame
    city = frame.filter(pl.col("location") == "NYC")
    counts = {
        auction: city.filter(pl.col("auction") == auction)["price_native"].n_unique() for auction in AUCTIONS
    }
    assert counts["Strip"] == 1
    assert counts["Spot"] > 1
    assert city.height == 18
    assert frame["price_native"].min() > 0  # type: ignore[operator]


def test_sandbox_answers_a_page_for_a_month_to_come() -> None:
    """December's report is a page with status 200 until December begins in New York."""
    name = "ICAP-Market-Report-December-2026.xlsx"
    early = report(name, "2026-12-01T04:59")
    assert (early.status, early.content_type) == (200, "text/html")
    assert early.body.startswith(b"<!DOCTYPE html>")
    assert months(report(name, "2026-12-01T05:00")) == ["2026-11", "2026-12"]


def test_sandbox_says_when_a_report_was_published() -> None:
    """A report bears the first instant of its month."""
    assert report("ICAP-Market-Report-May-2026.xlsx").modified == utc("2026-05-01T04:00")


@pytest.mark.parametrize(
    ("name", "folder"),
    [
        ("ICAP-Market-Report-May-2026.xls", 56195933),
        ("ICAP-Market-Report-may-2026.xlsx", 56195933),
        ("ICAP-Market-Report-May-2026-Version-2.xlsx", 56195933),
        ("ICAP-Market-Report-May-2025.xlsx", 56195933),
        ("x/ICAP-Market-Report-May-2026.xlsx", 56195933),
        ("ICAP-Market-Report-May-2018.xlsx", 1410889),
        ("ICAP Market Report - November 2023.xlsx", 35397361),
        ("ICAP-Market-Report-December-2023.xlsx", 35397361),
    ],
)
def test_sandbox_has_each_report_under_one_name_only(name: str, folder: int) -> None:
    """Other names, other folders and years of the old form are not there."""
    assert report(name, folder=folder).status == 404


def test_sandbox_has_december_2023_under_its_spaced_name() -> None:
    """That report alone has blanks in its name."""
    answer = report("ICAP Market Report - December 2023.xlsx", folder=35397361)
    assert months(answer) == ["2023-11", "2023-12"]
