"""PJM's financial transmission rights: bids and their months, congestion by class of hours, zones' prices, lists."""

from __future__ import annotations

import csv
import io
import json
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from builders import utc
from collecting_builders import run
from energyopti import FindingKind, MarketData, NoData, SchemaDrift, Settings, UnifiedMarketService
from energyopti.files import read_file
from energyopti_pjm.feeds.reference import PLACES, PROMPT
from energyopti_pjm.feeds.rights import BIDS, CONGESTION, MONTHLY_BIDS, ZONAL
from energyopti_pjm.market import PJM
from energyopti_pjm.protocol.auctions import auction_month, monthly_name, period
from installed import installed
from pjm_documents import bid, envelope, zonal

NOW = utc("2026-11-20T17:00")
NODE = "02NODE  138 KV  TR2"


def exported(*rows: dict[str, Any]) -> bytes:
    """Rows as the page's export button gives them: the same columns, CRLF, empty cells for nothing."""
    buffer = io.StringIO(newline="")
    writer = csv.DictWriter(buffer, fieldnames=list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return buffer.getvalue().encode()


def bare(*rows: dict[str, Any]) -> bytes:
    """Rows as a bare array, which a download is."""
    return json.dumps(rows).encode()


def asked_for(home: Path, feed: str, start: str, end: str, dataset: str = "ftr") -> MarketData:
    """The answer of the sandbox."""

    async def ask() -> MarketData:
        settings = Settings(home=home, sandbox="1", attempts=1)
        async with UnifiedMarketService(installed(), settings, now=lambda: NOW) as service:
            return await service.get_market_data("pjm", dataset, start, end, feed=feed)

    return run(ask())


def month(payload: bytes) -> tuple[datetime, datetime]:
    """The interval of the one bid of a payload."""
    frame = BIDS.read(payload).frame
    return frame["interval_start"].item(), frame["interval_end"].item()


@pytest.mark.parametrize(
    ("auction", "word", "start", "end"),
    [
        ("OCT 2025 Auction", "OCT", "2025-10-01T04:00", "2025-11-01T04:00"),
        ("OCT 2025 Auction", "NOV", "2025-11-01T04:00", "2025-12-01T05:00"),
        ("OCT 2025 Auction", "MAY", "2026-05-01T04:00", "2026-06-01T04:00"),
        ("OCT 2025 Auction", "January", "2026-01-01T05:00", "2026-02-01T05:00"),
        ("OCT 2025 Auction", "JUN", "2025-06-01T04:00", "2025-07-01T04:00"),
        ("JUN 2025 Auction", "DEC", "2025-12-01T05:00", "2026-01-01T05:00"),
        ("JAN 2025 Auction", "MAR", "2025-03-01T05:00", "2025-04-01T04:00"),
        ("JAN 2025 Auction", "JAN", "2025-01-01T05:00", "2025-02-01T05:00"),
        ("JAN 2025 Auction", "DEC", "2024-12-01T05:00", "2025-01-01T05:00"),
    ],
)
def test_bid_is_for_a_month_of_its_planning_period(auction: str, word: str, start: str, end: str) -> None:
    """Planning periods run from June to May: the month's year follows from the auction's, on the local clock."""
    payload = envelope(bid(market_name=auction, period_type=word))
    assert month(payload) == (utc(start), utc(end))
    assert BIDS.read(payload).findings == ()


def test_names_of_auctions_are_those_of_months() -> None:
    """January 2025's auction has three capital letters and a year; anything else names no month."""
    assert monthly_name(date(2025, 1, 31)) == "JAN 2025 Auction"
    assert auction_month("JAN 2025 Auction") == date(2025, 1, 1)
    assert auction_month("  jan  2025  auction ") == date(2025, 1, 1)
    assert [auction_month(name) for name in ("FOO 2025 Auction", "2025/2026 Annual", "")] == [None] * 3
    assert period(date(2025, 1, 1), None) is None


def test_period_that_is_no_month_stands_at_the_auctions() -> None:
    """Which months a quarter means is not known: the bids are kept, and a finding counts and names them."""
    reading = BIDS.read(envelope(bid(period_type="Q3"), bid(), bid(period_type=None)))
    assert reading.frame["interval_start"].to_list() == [
        utc("2025-10-01T04:00"),
        utc("2025-11-01T04:00"),
        utc("2025-10-01T04:00"),
    ]
    assert reading.frame["hours"].to_list() == [None, 304, None]
    (finding,) = reading.findings
    assert (finding.kind, finding.rows, finding.accounts) == (FindingKind.UNKNOWN_TIME, 2, False)
    assert "'Q3'" in finding.message
    assert "no period" in finding.message
    assert reading.payload_rows == 3


def test_auction_without_a_month_says_no_time() -> None:
    """Its bids are kept with no interval of their own, and a finding counts them."""
    reading = BIDS.read(envelope(bid(market_name="2025 made-up name"), bid()))
    assert reading.frame["interval_start"].to_list() == [None, utc("2025-11-01T04:00")]
    (finding,) = reading.findings
    assert (finding.kind, finding.rows) == (FindingKind.UNKNOWN_TIME, 1)
    assert "'2025 made-up name'" in finding.message


@pytest.mark.parametrize("form", [envelope, exported, bare], ids=["page", "export", "download"])
def test_every_form_of_bids_means_the_same(form: Any) -> None:
    """Over the API, as the page exports them and as a download: path, size, price for the period, hedge."""
    rows = [bid(), bid(period_type="JAN", class_type="24H", trade_type="Sell", hedge_type="Option")]
    frame = BIDS.read(form(*rows)).frame
    columns = ("interval_start", "source", "sink", "block", "trade", "hedge", "quantity", "price")
    assert frame.select(columns).rows() == [
        (utc("2025-11-01T04:00"), NODE, "WESTERN HUB", "5x16", "buy", "obligation", 12.5, -310.25),
        (utc("2026-01-01T05:00"), NODE, "WESTERN HUB", "7x24", "sell", "option", 12.5, -310.25),
    ]
    assert frame["price_unit"].unique().to_list() == ["USD/MW"]
    assert frame["kind"].unique().to_list() == ["bid"]


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("OnPeak", "5x16"),
        ("OffPeak", "5x8+2x24"),
        ("DailyOffPeak", "7x8"),
        ("WkndOnPeak", "2x16"),
        ("24H", "7x24"),
    ],
)
def test_classes_of_hours(word: str, meant: str) -> None:
    """Each of PJM's classes has a word of its own."""
    assert BIDS.read(envelope(bid(class_type=word))).frame["block"].item() == meant


def test_unknown_class_of_hours_is_left_out_and_counted() -> None:
    """A bid for hours that nobody knows is no row, but it is accounted for."""
    reading = BIDS.read(envelope(bid(class_type="NightOwl"), bid()))
    assert reading.frame.height == 1
    assert reading.accounted_rows == 2
    kinds = [each.kind for each in reading.findings]
    assert sorted(kinds) == [FindingKind.REJECTED_ROW, FindingKind.UNKNOWN_WORD]


def test_bids_without_their_periods_are_drift() -> None:
    """Without the column of periods no bid has a time."""
    row = bid()
    del row["period_type"]
    with pytest.raises(SchemaDrift) as caught:
        BIDS.read(envelope(row))
    assert caught.value.column == "period_type"


def test_page_without_bids_is_read() -> None:
    """No rows, no findings."""
    reading = BIDS.read(envelope())
    assert (reading.frame.height, reading.findings) == (0, ())


def test_file_of_bids_is_of_their_months(tmp_path: Path) -> None:
    """An export that is there already is not taken for today's; equal bids are both kept and numbered."""
    there = tmp_path / "ftr_bids_mnt.csv"
    there.write_bytes(exported(bid(), bid()))
    frame = read_file(PJM, MONTHLY_BIDS, there, now=NOW).frame
    assert frame["interval_start"].to_list() == [utc("2025-11-01T04:00")] * 2
    assert frame["ordinal"].to_list() == [0, 1]


def test_month_of_an_auction_holds_all_that_it_sells(tmp_path: Path) -> None:
    """A chunk is an auction: asked for March 2026, its bids are for the rest of the planning period."""
    data = asked_for(tmp_path, "ftr_bids_mnt", "2026-03-01", "2026-04-01")
    assert data.frame["auction"].unique().to_list() == ["MAR 2026 Auction"]
    starts = data.frame["interval_start"].unique().sort().to_list()
    assert starts == [utc("2026-03-01T05:00"), utc("2026-04-01T04:00"), utc("2026-05-01T04:00")]
    assert data.frame["ordinal"].max() == 1
    assert data.findings == ()


def test_auction_without_bids_is_no_data(tmp_path: Path) -> None:
    """The error says that bids come four months late."""
    with pytest.raises(NoData, match=r"JAN 2007 Auction.*four months"):
        asked_for(tmp_path, "ftr_bids_mnt", "2007-01-01", "2007-02-01")


def test_years_of_auctions_share_no_bid(tmp_path: Path) -> None:
    """A name like 2024/2025 holds both years: it is of the first, and counted by a finding in the other."""
    data = asked_for(tmp_path, "ftr_bids_annual", "2025-01-01", "2026-01-01")
    assert set(data.frame["auction"]) == {f"2025/2026 Round {number}" for number in (1, 2, 3, 4)}
    assert data.frame["interval_start"].unique().to_list() == [utc("2025-01-01T05:00")]
    assert data.frame["interval_end"].unique().to_list() == [utc("2026-01-01T05:00")]
    outside, unknown = sorted(data.findings, key=lambda each: each.kind)
    assert (outside.kind, outside.accounts) == (FindingKind.OUTSIDE_CHUNK, True)
    assert "2024/2025 Round 1" in outside.message
    assert unknown.kind is FindingKind.UNKNOWN_TIME


def test_long_term_auctions_have_rounds_of_their_own(tmp_path: Path) -> None:
    """Long-term bids come from their own feed."""
    data = asked_for(tmp_path, "ftr_bids_long_term", "2025-01-01", "2026-01-01")
    assert data.frame["auction"].n_unique() == 5


def congestion(**more: Any) -> dict[str, Any]:
    """A node's congestion of one month."""
    return {
        "effective_day": "2025-03-01T00:00:00",
        "terminate_day": "2025-03-31T00:00:00",
        "pnode_name": NODE,
        "offpeak_clmp": 1.0,
        "dailyoffpeak_clmp": 2.0,
        "onpeak_clmp": -3.5,
        "wkndonpeak_clmp": 4.0,
        "24hour_clmp": 5.0,
        "lt_sim_offpeak_clmp": 91.0,
        "lt_sim_dailyoffpeak_clmp": 92.0,
        "lt_sim_onpeak_clmp": 93.0,
        "lt_sim_wkndonpeak_clmp": 94.0,
        "lt_sim_clmp": 95.0,
        **more,
    }


@pytest.mark.parametrize("form", [envelope, exported, bare], ids=["page", "export", "download"])
def test_congestion_is_a_row_a_class_of_hours(form: Any) -> None:
    """Five rows a node with their signs, for the whole month; the simulated figures are known and not read."""
    reading = CONGESTION.read(form(congestion()))
    assert dict(reading.frame.select("block", "hours").rows()) == {
        "5x16": 336,
        "5x8+2x24": 407,
        "7x8": 247,
        "2x16": 160,
        "7x24": 743,
    }
    assert dict(reading.frame.select("block", "price").rows()) == {
        "5x16": -3.5,
        "5x8+2x24": 1.0,
        "7x8": 2.0,
        "2x16": 4.0,
        "7x24": 5.0,
    }
    assert reading.frame["interval_start"].unique().to_list() == [utc("2025-03-01T05:00")]
    assert reading.frame["interval_end"].unique().to_list() == [utc("2025-04-01T04:00")]
    assert reading.frame.select("source", "sink", "price_unit", "kind").unique().rows() == [
        ("REFERENCE", NODE, "USD/MWh", "credit_reference")
    ]
    assert reading.findings == ()


def test_congestion_reads_the_stamps_of_the_export() -> None:
    """The page's export has 12-hour stamps."""
    row = congestion(effective_day="3/1/2025 12:00:00 AM", terminate_day="3/31/2025 12:00:00 AM")
    frame = CONGESTION.read(exported(row)).frame
    assert frame["interval_start"].unique().to_list() == [utc("2025-03-01T05:00")]
    assert frame["interval_end"].unique().to_list() == [utc("2025-04-01T04:00")]


def test_congestion_can_lie_years_ahead(tmp_path: Path) -> None:
    """The calculator has figures for months to come."""
    data = asked_for(tmp_path, "ftr_cong_lmp", "2029-05-01", "2029-06-01")
    assert data.frame["interval_start"].unique().to_list() == [utc("2029-05-01T04:00")]
    assert set(data.frame["block"]) == {"5x16", "5x8+2x24", "7x8", "2x16", "7x24"}
    assert data.coverage.complete


def test_zonal_prices_keep_both_passes_of_the_repeated_hour() -> None:
    """Hours are told apart by UTC; the name is the location and the price the LMP."""
    rows = [
        zonal("2024-11-03T05:00:00", "2024-11-03T01:00:00", 21.5),
        zonal("2024-11-03T06:00:00", "2024-11-03T01:00:00", -3.25),
    ]
    for payload in (envelope(*rows), bare(*rows), exported(*rows)):
        frame = ZONAL.read(payload).frame
        assert frame.select("interval_start", "interval_end", "location", "lmp").rows() == [
            (utc("2024-11-03T05:00"), utc("2024-11-03T06:00"), "PECO", 21.5),
            (utc("2024-11-03T06:00"), utc("2024-11-03T07:00"), "PECO", -3.25),
        ]


def test_zonal_prices_are_not_the_usual_answer_for_prices() -> None:
    """Whoever asks for day-ahead prices gets the feed of all nodes."""
    usual = next(feed for feed in PJM.feeds if feed.dataset.name == "lmp" and feed.run == "day_ahead")
    assert usual.name == "da_hrl_lmps"


def test_list_names_its_places() -> None:
    """The line that says when it was posted is no header; names keep their runs of blanks."""
    reading = PLACES.read(PROMPT.example.payload)
    rows = reading.frame.select("location", "location_name").rows()
    assert rows == [("2000001", NODE), ("51288", "WESTERN HUB")]
    assert (reading.payload_rows, reading.findings) == (2, ())


def test_list_is_read_however_its_first_column_is_called() -> None:
    """The header's word for the names is not known; a further column is a finding."""
    payload = b"\xef\xbb\xbfDate Posted - 20260227,,,\r\nName,PnodeID  (Information purposes only),Zone\r\nAEP,8445784,AEP\r\n"
    reading = PLACES.read(payload)
    assert reading.frame.select("location", "location_name").rows() == [("8445784", "AEP")]
    (finding,) = reading.findings
    assert (finding.kind, finding.column) == (FindingKind.UNKNOWN_COLUMN, "Zone")


def test_list_without_the_line_above_is_read() -> None:
    """A header in the first line is one."""
    frame = PLACES.read(b"Name,PnodeID\r\nAEP,8445784\r\n").frame
    assert frame["location_name"].to_list() == ["AEP"]


def test_place_without_a_number_is_left_out_and_counted() -> None:
    """A list's row without the node's number is accounted for."""
    reading = PLACES.read(b"Date Posted - 20260227,,,\nName,PnodeID\nAEP,\nPECO,51297\n")
    assert reading.frame["location_name"].to_list() == ["PECO"]
    assert reading.accounted_rows == reading.payload_rows == 2


@pytest.mark.parametrize(
    "payload",
    [
        b"Date Posted - 20260227,,,\r\n",
        b"",
        b'Date Posted\n"a\n',
        b"Name\r\nAEP\r\n",
        b"x" * 200_000,
    ],
    ids=["no header", "nothing", "open quote", "no numbers", "too long"],
)
def test_list_without_a_header_is_drift(payload: bytes) -> None:
    """What has no header, or no column of numbers, is no list."""
    with pytest.raises(SchemaDrift):
        PLACES.read(payload)


@pytest.mark.parametrize("feed", ["ftr_source_sink_prompt", "ftr_source_sink_nonprompt"])
def test_lists_are_of_the_running_day(tmp_path: Path, feed: str) -> None:
    """Only the list of today is there."""
    data = asked_for(tmp_path, feed, "2026-11-20", "2026-11-21", dataset="locations")
    assert data.frame["interval_start"].unique().to_list() == [utc("2026-11-20T05:00")]
    assert "51288" in data.frame["location"]
