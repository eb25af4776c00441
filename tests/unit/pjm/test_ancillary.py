"""PJM's reserves and regulation: forms, products, lengths that changed, rows that are no prices."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import utc
from energyopti import FindingKind, MarketData, NoData, SchemaDrift, Settings, UnifiedMarketService
from energyopti.layouts import Layout, Reading
from energyopti_pjm.feeds import ancillary, services
from installed import installed

NOW = utc("2026-11-20T17:00")

RESULTS_CSV = (
    b"datetime_beginning_utc,datetime_beginning_ept,locale,service,mcp,mcp_capped,reg_ccp,reg_pcp,as_req_mw,"
    b"total_mw,as_mw,ss_mw,tier1_mw,ircmwt2,dsr_as_mw,nsr_mw,regd_mw\r\n"
    b"7/1/2024 4:00:00 AM,7/1/2024 12:00:00 AM,PJM_RTO,REG,31.50,31.50,30.00,1.50,800.00,790.25,790.25,475.00,"
    b"0.00,0.00,77.00,,210.00\r\n"
    b"7/1/2024 4:05:00 AM,7/1/2024 12:05:00 AM,MAD,SR,,,,,1500.00,1600.50,,,,,,,\r\n"
    b"7/1/2024 4:10:00 AM,7/1/2024 12:10:00 AM,MAD,SR,-0.25,0.00,,,1500.00,1600.50,,,,,,,\r\n"
)
REGULATION_CSV = (
    b"datetime_beginning_utc,datetime_beginning_ept,requirement,regd_ssmw,rega_ssmw,regd_procure,rega_procure,"
    b"total_mw,deficiency,rto_perfscore,rega_mileage,regd_mileage,rega_hourly,regd_hourly,is_approved,"
    b"modified_datetime_utc\r\n"
    b"4/1/2023 4:00:00 AM,4/1/2023 12:00:00 AM,525,170.1,107.6,82.4,164.8,524.5,0.5,0.87,5.8,34.1,3.7,20.8,1,"
    b"5/5/2023 10:00:00 AM\r\n"
    b"4/1/2023 5:00:00 AM,4/1/2023 1:00:00 AM,800,,,,,,,,,,,,0,5/5/2023 10:00:00 AM\r\n"
)
SETTLED_CSV = (
    b"datetime_beginning_utc,datetime_beginning_ept,ancillary_service,unit,value,row_is_current,version_nbr\r\n"
    b"9/1/2024 4:00:00 AM,9/1/2024 12:00:00 AM,RTO Secondary Reserve,Price,0.030000,True,1\r\n"
    b"9/1/2024 4:00:00 AM,9/1/2024 12:00:00 AM,RTO Mileage Ratio,Ratio,3.500000,True,1\r\n"
    b"9/1/2024 5:00:00 AM,9/1/2024 1:00:00 AM,RTO Secondary Reserve,Price,9.990000,False,1\r\n"
    b"9/1/2024 5:00:00 AM,9/1/2024 1:00:00 AM,RTO Secondary Reserve,Price,0.040000,True,2\r\n"
)


def rows(reading: Reading, *columns: str) -> list[tuple[Any, ...]]:
    """Some columns of a reading, row by row."""
    return reading.frame.select(columns).rows()


def results(*stamps: str, service: str = "SR", locale: str = "PJM_RTO") -> list[dict[str, Any]]:
    """Rows of results at some stamps."""
    return [
        {"datetime_beginning_utc": stamp, "locale": locale, "service": service, "mcp": 1.0, "total_mw": 5.0}
        for stamp in stamps
    ]


def lengths(layout: Layout, found: list[dict[str, Any]]) -> list[float]:
    """How many minutes each row's interval lasts."""
    frame = layout.read(json.dumps({"items": found}).encode()).frame
    return [each.total_seconds() / 60 for each in frame["interval_end"] - frame["interval_start"]]


def ask(feed: str, start: str, end: str, home: Path) -> MarketData:
    """The answer to a query over the sandbox."""

    async def collect() -> MarketData:
        settings = Settings(home=home, sandbox="1", attempts=1)
        async with UnifiedMarketService(installed(), settings, now=lambda: NOW) as service:
            return await service.get_market_data("pjm", feed, start, end)

    return asyncio.run(collect())


def test_exported_results_give_prices() -> None:
    """The price is mcp with its sign; empty cells are null; the interval begins at the UTC stamp."""
    found = ancillary.REAL_TIME_PRICES.read(RESULTS_CSV)
    columns = ("interval_start", "interval_end", "location", "product", "product_native", "basis", "price")
    assert rows(found, *columns) == [
        (
            utc("2024-07-01T04:00"),
            utc("2024-07-01T04:05"),
            "PJM_RTO",
            "regulation_total",
            "REG",
            "clearing",
            31.5,
        ),
        (utc("2024-07-01T04:05"), utc("2024-07-01T04:10"), "MAD", "spinning_reserve", "SR", "clearing", None),
        (
            utc("2024-07-01T04:10"),
            utc("2024-07-01T04:15"),
            "MAD",
            "spinning_reserve",
            "SR",
            "clearing",
            -0.25,
        ),
    ]


def test_exported_results_give_quantities() -> None:
    """The same document says what is required and what is bought."""
    found = ancillary.REAL_TIME_QUANTITIES.read(RESULTS_CSV)
    assert rows(found, "location", "product", "requirement", "procured") == [
        ("PJM_RTO", "regulation", 800.0, 790.25),
        ("MAD", "spinning_reserve", 1500.0, 1600.5),
        ("MAD", "spinning_reserve", 1500.0, 1600.5),
    ]


def test_requirement_is_known_by_its_other_name() -> None:
    """``reserve_requirement`` is what ``as_req_mw`` is."""
    row = results("2024-07-01T04:00:00")[0] | {"reserve_requirement": 2100.5}
    found = ancillary.DAY_AHEAD_QUANTITIES.read(json.dumps({"items": [row]}).encode())
    assert rows(found, "requirement", "procured") == [(2100.5, 5.0)]
    prices = ancillary.DAY_AHEAD_PRICES.read(json.dumps({"items": [row]}).encode())
    assert prices.findings == ()


def test_unknown_service_is_kept_and_told() -> None:
    """A service that is not known keeps its word, and a finding says so."""
    found = ancillary.REAL_TIME_PRICES.read(
        json.dumps({"items": results("2024-07-01T04:00:00", service="BLACKSTART")}).encode()
    )
    assert rows(found, "product_native", "product") == [("BLACKSTART", "unknown")]
    (finding,) = (each for each in found.findings if each.kind is FindingKind.UNKNOWN_WORD)
    assert "'BLACKSTART'" in finding.message


def test_hourly_stamps_last_an_hour_and_five_minute_ones_five_minutes() -> None:
    """The turn from hours to five minutes is told by the stamps themselves, wherever it lies."""
    stamps = [f"2022-09-30T{hour:02d}:00:00" for hour in (21, 22, 23)]
    stamps += [f"2022-10-01T00:{minute:02d}:00" for minute in (0, 5, 10)]
    assert lengths(ancillary.REAL_TIME_PRICES, results(*stamps)) == [60, 60, 60, 5, 5, 5]


def test_length_is_told_series_by_series_and_in_any_order() -> None:
    """Hourly rows of one service stand among five-minute rows of another, the newest first."""
    hourly = results("2022-09-01T06:00:00", "2022-09-01T05:00:00", "2022-09-01T04:00:00", service="REG")
    short = results("2022-09-01T04:10:00", "2022-09-01T04:05:00", "2022-09-01T04:00:00")
    mixed = [row for pair in zip(hourly, short, strict=True) for row in pair]
    assert lengths(ancillary.REAL_TIME_PRICES, mixed) == [60, 5, 60, 5, 60, 5]


def test_missing_intervals_do_not_stretch_their_neighbours() -> None:
    """With a neighbour on one side a row keeps its five minutes, and so does one that is alone."""
    assert lengths(
        ancillary.REAL_TIME_PRICES,
        results("2024-07-01T04:00:00", "2024-07-01T04:05:00", "2024-07-01T09:00:00", "2024-07-01T09:05:00"),
    ) == [5, 5, 5, 5]
    assert lengths(ancillary.REAL_TIME_PRICES, results("2024-07-01T04:00:00")) == [5]


def test_rows_between_holes_are_not_taken_for_hours_any_more() -> None:
    """An hour is missing before and after a row of five minutes in 2024: it speaks of no more than its own."""
    stamps = ("2024-07-01T04:00:00", "2024-07-01T06:00:00", "2024-07-01T08:00:00")
    assert lengths(ancillary.REAL_TIME_PRICES, results(*stamps)) == [5, 5, 5]


def test_every_row_of_results_without_rows_is_none() -> None:
    """An empty page is an empty frame."""
    found = ancillary.REAL_TIME_PRICES.read(b'{"items":[]}')
    assert (found.frame.height, found.payload_rows) == (0, 0)


def test_unreadable_stamp_is_rejected_and_counted() -> None:
    """A row without a time ends in a finding, and the others keep their lengths."""
    stamps = ("2022-06-01T04:00:00", "soon", "2022-06-01T05:00:00")
    found = ancillary.REAL_TIME_PRICES.read(json.dumps({"items": results(*stamps)}).encode())
    assert rows(found, "interval_end") == [(utc("2022-06-01T05:00"),), (utc("2022-06-01T06:00"),)]
    assert (found.payload_rows, found.accounted_rows) == (3, 3)
    assert found.origin.to_list() == [0, 2]


def test_exported_regulation_is_hourly() -> None:
    """Regulation's requirement and purchases of 2023 last an hour; empty cells are null."""
    found = ancillary.REGULATION_RESULTS.read(REGULATION_CSV)
    assert rows(found, "interval_start", "interval_end", "product", "requirement", "procured") == [
        (utc("2023-04-01T04:00"), utc("2023-04-01T05:00"), "regulation", 525.0, 524.5),
        (utc("2023-04-01T05:00"), utc("2023-04-01T06:00"), "regulation", 800.0, None),
    ]


def test_regulation_is_half_hourly_where_its_stamps_are() -> None:
    """A half hour that is missing makes its neighbour no longer than half an hour."""
    stamps = ("2025-12-01T05:00:00", "2025-12-01T05:30:00", "2025-12-01T06:30:00", "2025-12-01T07:00:00")
    found = [{"datetime_beginning_utc": stamp, "requirement": 800, "total_mw": 800.0} for stamp in stamps]
    assert lengths(ancillary.REGULATION_RESULTS, found) == [30, 30, 30, 30]


def test_regulation_prices_are_known_by_their_other_names() -> None:
    """Capability and performance are products of their own; the sum need not be there."""
    row = {
        "datetime_beginning_utc": "2026-04-01T04:00:00",
        "capability_clearing_price": 20.5,
        "performance_clearing_price": 1.25,
    }
    found = ancillary.REGULATION_PRICES.read(json.dumps({"items": [row]}).encode())
    assert rows(found, "product", "product_native", "location", "price") == [
        ("regulation_capability", "rmccp", "PJM_RTO", 20.5),
        ("regulation_performance", "rmpcp", "PJM_RTO", 1.25),
    ]
    assert not [each for each in found.findings if each.kind is FindingKind.UNKNOWN_COLUMN]


NAMES = {
    "capability": ("capability_clearing_price", "rmccp"),
    "performance": ("performance_clearing_price", "mileage_clearing_price", "rmpcp"),
    "quantity": ("reserve_quantity", "regulation_quantity"),
    "requirement": ("reserve_requirement", "regulation_requirement"),
}
"""What clients and PJM's release notes call the columns of regulation's prices since October 2025."""


@given(
    st.fixed_dictionaries({part: st.sampled_from(names) for part, names in NAMES.items()}),
    st.lists(st.sampled_from(["PJM_RTO", "MAD"]), min_size=1, max_size=2, unique=True),
    st.booleans(),
)
def test_every_area_has_its_own_regulation_prices(
    names: dict[str, str], areas: list[str], exported: bool
) -> None:
    """By whichever names, as JSON or exported: two rows an area, no key twice, no column unknown."""
    figures = {"quantity": 500.5, "requirement": 525.0, "capability": 25.5, "performance": 5.25}
    sums = {"market_clearing_price": 30.75, "market_capped_clearing_price": 30.0}
    stamp = "10/2/2025 4:00:00 AM" if exported else "2025-10-02T04:00:00"
    items = [
        {"datetime_beginning_utc": stamp, "datetime_beginning_ept": stamp}
        | {names[part]: figure + at for part, figure in figures.items()}
        | {**sums, "area": area}
        for at, area in enumerate(areas)
    ]
    sheet = pl.DataFrame(items).write_csv().encode()
    found = ancillary.REGULATION_PRICES.read(sheet if exported else json.dumps({"items": items}).encode())
    assert rows(found, "interval_start", "location", "product", "price") == [
        (utc("2025-10-02T04:00"), area, product, price + at)
        for at, area in enumerate(areas)
        for product, price in (("regulation_capability", 25.5), ("regulation_performance", 5.25))
    ]
    assert found.findings == ()
    assert found.payload_rows == found.accounted_rows == 2 * len(areas)


def test_regulation_prices_of_the_older_names_have_their_sum() -> None:
    """Rows that say no area are of all of PJM; ``rmcp`` is a price of its own."""
    row = {"datetime_beginning_utc": "2025-12-01T05:00:00", "rmccp": 20.5, "rmpcp": 1.25, "rmcp": 21.75}
    found = ancillary.REGULATION_PRICES.read(json.dumps({"items": [row]}).encode())
    assert rows(found, "product", "product_native", "location", "price") == [
        ("regulation_capability", "rmccp", "PJM_RTO", 20.5),
        ("regulation_performance", "rmpcp", "PJM_RTO", 1.25),
        ("regulation_total", "rmcp", "PJM_RTO", 21.75),
    ]
    assert found.findings == ()


def test_settled_ratio_is_no_price() -> None:
    """The mileage ratio is left out and counted; superseded prices are marked."""
    found = services.SERVICES_HOURLY.read(SETTLED_CSV)
    assert rows(found, "interval_start", "location", "product", "price", "superseded") == [
        (utc("2024-09-01T04:00"), "PJM_RTO", "secondary_reserve", 0.03, False),
        (utc("2024-09-01T05:00"), "PJM_RTO", "secondary_reserve", 9.99, True),
        (utc("2024-09-01T05:00"), "PJM_RTO", "secondary_reserve", 0.04, False),
    ]
    (finding,) = (each for each in found.findings if each.column == "unit")
    assert (finding.rows, finding.accounts) == (1, True)
    assert "'ratio'" in finding.message
    assert (found.payload_rows, found.accounted_rows) == (4, 4)
    assert found.without_superseded().frame["price"].to_list() == [0.03, 0.04]


def test_settled_price_of_an_unknown_name_is_somewhere_in_pjm() -> None:
    """A name that is not known keeps its words, and findings say that place and product are not known."""
    text = SETTLED_CSV.replace(b"RTO Secondary Reserve", b"Inland Reserve")
    found = services.SERVICES_HOURLY.read(text)
    assert set(rows(found, "product_native", "location", "product")) == {("Inland Reserve", "PJM", "unknown")}
    told = [each.message for each in found.findings if each.kind is FindingKind.UNKNOWN_WORD]
    assert sum("'Inland Reserve'" in message for message in told) == 2


def test_settled_prices_need_their_unit() -> None:
    """Without its unit a figure may be a ratio: such a payload is drift."""
    with pytest.raises(SchemaDrift) as caught:
        services.SERVICES_HOURLY.read(SETTLED_CSV.replace(b",unit,", b",measure,"))
    assert caught.value.column == "unit"


def test_results_are_hourly_before_september_2022_and_have_a_feed_of_their_own(tmp_path: Path) -> None:
    """The last hour of August 2022 is of the hourly feed, the next five minutes of the other."""
    old = ask("reserve_market_results_hourly", "2022-08-31", "2022-09-01", tmp_path).frame
    assert old["interval_start"].n_unique() == 24
    assert old["interval_end"].max() == utc("2022-09-01T04:00")
    assert old["run"].unique().to_list() == ["real_time_hourly"]
    new = ask("reserve_market_results", "2022-09-01", "2022-09-02", tmp_path).frame
    assert new["interval_start"].n_unique() == 288
    assert new["interval_start"].min() == utc("2022-09-01T04:00")
    with pytest.raises(NoData):
        ask("reserve_market_results_hourly", "2022-09-01", "2022-09-02", tmp_path)


def test_regulation_turns_half_hourly_in_the_sandbox(tmp_path: Path) -> None:
    """One query over the turn has hours and then half hours, without a gap."""
    data = ask("reg_market_results", "2025-09-30", "2025-10-02", tmp_path)
    steps = (data.frame["interval_end"] - data.frame["interval_start"]).dt.total_minutes().to_list()
    assert steps == [60] * 24 + [30] * 48
    assert data.coverage.complete


def test_results_fit_one_query_of_both_datasets(tmp_path: Path) -> None:
    """Prices and quantities of a day stand in the same rows of the same document."""
    prices = ask("da_reserve_market_results", "2026-11-01", "2026-11-02", tmp_path)
    amounts = ask("da_reserve_market_results_quantities", "2026-11-01", "2026-11-02", tmp_path)
    keys = ["interval_start", "product_native", "location"]
    assert prices.frame.select(keys).equals(amounts.frame.select(keys))
    assert prices.frame["interval_start"].n_unique() == 25


def test_settled_ratio_is_told_by_its_unit_however_its_header_is_written() -> None:
    """Headers are compared without case, and so is the unit's."""
    found = services.SERVICES_HOURLY.read(SETTLED_CSV.replace(b",unit,", b",Unit,"))
    assert found.frame["product_native"].unique().to_list() == ["RTO Secondary Reserve"]
    assert found.accounted_rows == 4


def test_settled_day_has_prices_alone(tmp_path: Path) -> None:
    """A day of settled prices leaves the ratio out, and says how often it did."""
    data = ask("ancillary_services", "2026-11-10", "2026-11-11", tmp_path)
    assert set(data.frame["product"]) == {"spinning_reserve", "secondary_reserve", "regulation_capability"}
    assert set(data.frame["location"]) == {"PJM_RTO", "MAD"}
    assert [each.accounts for each in data.findings if each.column == "unit"] == [True]


def test_regulation_prices_add_up(tmp_path: Path) -> None:
    """Each five minutes of each area have a price for capability and one for performance; their sum stays raw."""
    data = ask("reg_prices", "2026-11-10", "2026-11-11", tmp_path)
    assert data.frame.height == 288 * 2 * 2
    assert {each.kind for each in data.findings} <= {FindingKind.GAP}
    prices = data.frame.pivot("product_native", index=["interval_start", "location"], values="price")
    keys = pl.col("datetime_beginning_utc").str.to_datetime(time_unit="us", time_zone="UTC")
    raw = data.raw().select(
        keys.alias("interval_start"), pl.col("area").alias("location"), "market_clearing_price"
    )
    both = prices.join(raw, on=["interval_start", "location"])
    assert both.height == 288 * 2
    assert (
        (both["rmccp"] + both["rmpcp"] - both["market_clearing_price"].cast(pl.Float64)).abs() < 0.005
    ).all()
