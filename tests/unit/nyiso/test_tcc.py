"""New York's transmission congestion contracts: the list of rounds, both reports, and the sandbox's pages."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import urlencode

import polars as pl
import pytest

from builders import utc
from energyopti import FindingKind, PluginError, SchemaDrift
from energyopti.frames import unify
from energyopti.layouts import Reading
from energyopti.sandbox import Answer, Ask
from energyopti_nyiso.feeds.rights import AWARDS, NODAL_PRICES
from energyopti_nyiso.protocol.tcc import Round, listed_rounds, read_rounds, rounds_of
from energyopti_nyiso.sandbox.tcc import tcc_server

TITLE = "2024 Spring Centralized TCC Auction - Round 2"
ABOVE = (TITLE, "Current Status - Finalized", '"Posted: April 3, 2024"', "")
BELOW = ("", "Report Created:,04/04/2024 10:15 AM")
PERIOD = "Period ID,Period Name,Start Date,End Date,Period Duration (# of months)"
AWARD_HEADER = f"{PERIOD},POI,POI Name,POI Zone,POW,POW Name,POW Zone,Award Type,TCCs Awarded,MCP ($/TCC-Period Duration)"
PRICE_HEADER = f"{PERIOD},PTID,PTID Name,Zone,Nodal Price ($/TCC-Period Duration)"
SUMMER = "1,Summer 2024,05/01/2024,10/31/2024,6"
BID = f"{SUMMER},29001,BIRCH FALLS,NORTH,61757,CAPITL,CAPITL,Bid,40,812.5"
OFFER = f"{SUMMER},29001,BIRCH FALLS,NORTH,61757,CAPITL,CAPITL,Offer,3,812.5"
POINT = f"{SUMMER},29001,BIRCH FALLS,NORTH,-300.25"
NOW = utc("2024-07-10T12:00")


def report(header: str, *rows: str, above: tuple[str, ...] = ABOVE, below: tuple[str, ...] = BELOW) -> bytes:
    """A report with title lines, a table and a closing line."""
    return "\r\n".join([*above, header, *rows, *below, ""]).encode()


def page(*options: str) -> bytes:
    """The page with the list."""
    return f"<html><body><select name='roundVersionId'>{''.join(options)}</select></body></html>".encode()


def option(number: int, label: str) -> str:
    """A line of the list."""
    return f'<option value="{number}">{label}</option>\n'


def kinds(reading: Reading) -> list[FindingKind]:
    """What was found, in order."""
    return [finding.kind for finding in reading.findings]


def test_award_is_a_path_from_injection_to_withdrawal() -> None:
    """POI is the source and POW the sink; a bid buys, and its price keeps its sign."""
    frame = AWARDS.layout.read(report(AWARD_HEADER, BID.replace("812.5", "-812.5"))).frame
    (row,) = frame.iter_rows(named=True)
    assert (row["source"], row["sink"]) == ("BIRCH FALLS", "CAPITL")
    assert (row["kind"], row["trade"], row["quantity"], row["price"]) == ("award", "buy", 40.0, -812.5)
    assert (row["hedge"], row["block"], row["price_unit"]) == ("obligation", "7x24", "USD/MW")


def test_offer_that_was_awarded_sells() -> None:
    """The path of a right that is sold back is written as it is published."""
    (row,) = AWARDS.layout.read(report(AWARD_HEADER, OFFER)).frame.iter_rows(named=True)
    assert (row["trade"], row["source"], row["quantity"]) == ("sell", "BIRCH FALLS", 3.0)


def test_unknown_award_type_is_null_and_said() -> None:
    """What is neither a bid nor an offer is no trade that anybody knows."""
    reading = AWARDS.layout.read(report(AWARD_HEADER, BID.replace("Bid", "Transfer")))
    assert reading.frame["trade"].to_list() == [None]
    assert kinds(reading) == [FindingKind.UNKNOWN_WORD]


def test_last_day_of_a_period_is_included() -> None:
    """Summer lasts from midnight of 1 May to midnight after 31 October, in New York."""
    frame = AWARDS.layout.read(report(AWARD_HEADER, BID)).frame
    assert frame["interval_start"].to_list() == [utc("2024-05-01T04:00")]
    assert frame["interval_end"].to_list() == [utc("2024-11-01T04:00")]


def test_winter_period_ends_in_summer_time() -> None:
    """A period over both clock changes is cut at local midnights."""
    winter = BID.replace("05/01/2024,10/31/2024", "12/01/2024,03/31/2025")
    frame = AWARDS.layout.read(report(AWARD_HEADER, winter)).frame
    bounds = frame.select("interval_start", "interval_end").row(0)
    assert bounds == (utc("2024-12-01T05:00"), utc("2025-04-01T04:00"))


def test_repeated_awards_are_all_kept_and_numbered() -> None:
    """Two awards of one path and price are two rows; the sale of the same path is counted for itself."""
    frame = unify(AWARDS.layout.read(report(AWARD_HEADER, BID, OFFER, BID)).frame, AWARDS, "nyiso")
    assert frame.select("trade", "ordinal").rows() == [("buy", 0), ("sell", 0), ("buy", 1)]


def test_nodal_price_is_of_a_right_from_the_reference() -> None:
    """The point is the sink; nothing changes hands."""
    reading = NODAL_PRICES.layout.read(report(PRICE_HEADER, POINT))
    (row,) = reading.frame.iter_rows(named=True)
    assert (row["source"], row["sink"], row["price"]) == ("REFERENCE", "BIRCH FALLS", -300.25)
    assert row["kind"] == "clearing_price"
    assert not {"trade", "quantity"} & set(row)
    assert reading.findings == ()


@pytest.mark.parametrize(
    ("line", "posted"),
    [
        ('"Posted: April 3, 2024"', utc("2024-04-03T04:00")),
        ('"Posted: December 15, 2023",,,', utc("2023-12-15T05:00")),
        ("Posted: April 03, 2024", utc("2024-04-03T04:00")),
    ],
)
def test_posted_date_is_its_first_midnight_in_new_york(line: str, posted: datetime) -> None:
    """The date has no hour: it counts from its beginning, in summer time or winter time."""
    reading = AWARDS.layout.read(report(AWARD_HEADER, BID, above=(TITLE, line, "")))
    assert reading.frame["publish_time"].to_list() == [posted]


@pytest.mark.parametrize("line", ["Posted: soon", "Posted: Smarch 3, 2024", "Posted: April 31, 2024"])
def test_unreadable_posted_date_is_null_and_said(line: str) -> None:
    """A date that is none is no reason to lose the rows."""
    reading = AWARDS.layout.read(report(AWARD_HEADER, BID, above=(TITLE, line, "")))
    assert reading.frame["publish_time"].to_list() == [None]
    assert kinds(reading) == [FindingKind.UNKNOWN_TIME]


def test_title_lines_name_the_round_of_a_report_by_itself() -> None:
    """All of them do, but the status and the date: which of them is the round is not known."""
    above = ("TCC Market", "2024 Spring", "Current Status - Approved", '"Posted: April 3, 2024"', "Round 2")
    frame = AWARDS.layout.read(report(AWARD_HEADER, BID, above=above)).frame
    assert frame["auction"].to_list() == ["TCC Market - 2024 Spring - Round 2"]


def test_report_that_names_no_round_is_refused_by_itself() -> None:
    """Its rows could not be told from those of another round."""
    with pytest.raises(SchemaDrift, match="no title line") as caught:
        AWARDS.layout.read(report(AWARD_HEADER, BID, above=('"Posted: April 3, 2024"', "")))
    assert caught.value.column == "auction"


def test_list_names_the_round_of_a_collected_report() -> None:
    """The name in the list counts, whatever the title lines say, and though there may be none."""
    each = Round(number=7, name="2024 Spring Auction", year=2024)
    bare = report(AWARD_HEADER, BID, above=("Current Status - Approved",))
    found = read_rounds(AWARDS.layout, [(each, report(AWARD_HEADER, BID)), (each, bare)])
    assert found.frame["auction"].to_list() == ["2024 Spring Auction"] * 2
    assert found.frame["publish_time"].to_list() == [utc("2024-04-03T04:00"), None]
    assert found.payload_rows == found.accounted_rows == 2


def test_columns_are_matched_by_name() -> None:
    """The order of the columns does not matter."""
    header = "Period ID,Nodal Price ($/TCC-Period Duration),PTID Name,End Date,Start Date"
    (row,) = NODAL_PRICES.layout.read(report(header, "1,77.5,CAPITL,10/31/2024,05/01/2024")).frame.iter_rows(
        named=True
    )
    assert (row["sink"], row["price"], row["interval_start"]) == ("CAPITL", 77.5, utc("2024-05-01T04:00"))


def test_price_without_unit_is_read_quietly() -> None:
    """A bare label says nothing else than what is known."""
    reading = NODAL_PRICES.layout.read(report(f"{PERIOD},PTID,PTID Name,Zone,Nodal Price", POINT))
    assert reading.frame["price"].to_list() == [-300.25]
    assert reading.findings == ()


@pytest.mark.parametrize("header", ["Nodal Price ($/MW-Month)", '"Nodal Price ($, MW)"', "nodal price ($"])
def test_price_in_another_unit_is_read_and_said(header: str) -> None:
    """The unit in the label is not confirmed: one that is not known is a finding that names it."""
    reading = NODAL_PRICES.layout.read(report(f"{PERIOD},PTID,PTID Name,Zone,{header}", POINT))
    assert reading.frame["price"].to_list() == [-300.25]
    (finding,) = reading.findings
    assert (finding.kind, finding.column) == (FindingKind.UNKNOWN_WORD, header.strip('"'))


def test_report_without_price_column_is_named() -> None:
    """A missing column is `SchemaDrift`."""
    with pytest.raises(SchemaDrift) as caught:
        NODAL_PRICES.layout.read(report(f"{PERIOD},PTID,PTID Name,Zone", POINT))
    assert caught.value.column == "Nodal Price ($/TCC-Period Duration)"


def test_lines_around_the_table_are_no_rows() -> None:
    """Title lines, blank lines and the closing line make neither rows nor findings."""
    reading = AWARDS.layout.read(report(AWARD_HEADER, BID, OFFER))
    assert (reading.payload_rows, reading.frame.height, reading.findings) == (2, 2, ())


def test_report_without_closing_line_may_lack_rows() -> None:
    """A report that was cut off between two rows looks whole: only its missing end tells."""
    reading = AWARDS.layout.read(report(AWARD_HEADER, BID, below=()))
    assert reading.frame.height == 1
    assert kinds(reading) == [FindingKind.MISSING_PART]


def test_row_without_a_period_is_rejected_and_counted() -> None:
    """Every row of a report ends in the frame or in a finding."""
    reading = AWARDS.layout.read(report(AWARD_HEADER, BID, BID.replace("05/01/2024", "n/a")))
    assert (reading.frame.height, reading.payload_rows) == (1, 2)
    assert kinds(reading) == [FindingKind.REJECTED_ROW]


def test_written_report_is_read_back_with_its_round() -> None:
    """The name of the round and the date posted survive, beside the rows."""
    frame = AWARDS.layout.read(report(AWARD_HEADER, BID, OFFER)).frame
    again = AWARDS.layout.read(AWARDS.layout.write(frame)).frame
    assert again["auction"].to_list() == [TITLE, TITLE]
    assert again["publish_time"].to_list() == [utc("2024-04-03T04:00")] * 2
    assert again.select("source", "trade", "quantity").rows() == [
        ("BIRCH FALLS", "buy", 40.0),
        ("BIRCH FALLS", "sell", 3.0),
    ]


def test_report_of_two_rounds_cannot_be_written() -> None:
    """A report is of one round."""
    frame = AWARDS.layout.read(report(AWARD_HEADER, BID, OFFER)).frame
    two = frame.with_columns(pl.Series("auction", ["first", "second"]))
    with pytest.raises(PluginError, match="2 values of auction"):
        AWARDS.layout.write(two)


def test_round_is_read_from_its_label() -> None:
    """Its name is the label without the version; entities are characters."""
    label = "2026 Autumn Centralized TCC Auction - Round 6 Six Month &amp; More (Ver 3 - Approved)"
    name = "2026 Autumn Centralized TCC Auction - Round 6 Six Month & More"
    assert listed_rounds(page(option(3511, label))) == (Round(number=3511, name=name, year=2026, version=3),)


def test_latest_version_of_a_round_is_chosen() -> None:
    """Version 10 is later than version 9, wherever they stand in the list."""
    name = "2024 Winter Monthly Reconfiguration Auction"
    versions = [(11, 9), (12, 10), (13, 8)]
    found = listed_rounds(page(*(option(n, f"{name} (Ver {v} - Finalized)") for n, v in versions)))
    assert [each.number for each in found] == [12]


@pytest.mark.parametrize(
    "text",
    [
        "<OPTION  value='12' selected>2024 Spring Auction\n (Ver 1 - Approved)</OPTION>",
        '<option class="a" value=12>2024 Spring Auction (Ver 1 - Not Final)',
    ],
)
def test_option_is_found_however_it_is_written(text: str) -> None:
    """Case, quotes, other attributes and line breaks do not matter."""
    (found,) = listed_rounds(page(text))
    assert (found.number, found.name, found.year) == (12, "2024 Spring Auction", 2024)


def test_prompt_of_the_list_is_no_round() -> None:
    """A line with an empty value or 0 asks the reader to choose."""
    first = '<option value="">Select</option><option value="0">Choose a round</option>'
    found = listed_rounds(page(first, option(5, "2024 Spring Auction (Ver 1 - Approved)")))
    assert [each.number for each in found] == [5]


def test_page_without_rounds_is_refused() -> None:
    """A page of maintenance must not read as a market without auctions."""
    with pytest.raises(SchemaDrift, match="lists no round"):
        listed_rounds(b"<html><body>The system is under maintenance.</body></html>")


def test_year_is_sold_by_its_own_seasons_and_the_year_before() -> None:
    """A winter's round of 2024 sells months of 2025; fixed-price allocations sell nothing."""
    labels = [f"{year} Winter Balance-of-Period Auction (Ver 1 - Approved)" for year in range(2023, 2027)]
    labels += ["2024 Autumn Non-Historic Fixed Price TCC Renewal (Ver 1 - Approved)", "Special Sale"]
    listed = page(*(option(number, label) for number, label in enumerate(labels, start=1)))
    assert [each.number for each in rounds_of(listed, 2025)] == [2, 3, 6]


def test_rows_that_no_year_finds_are_said() -> None:
    """A round of 2024 is asked for 2024 and 2025: what it sells from 2026 on would be missed."""
    later = BID.replace("05/01/2024,10/31/2024", "05/01/2026,10/31/2026")
    each = Round(number=1, name="2024 Spring Auction", year=2024)
    reading = read_rounds(AWARDS.layout, [(each, report(AWARD_HEADER, BID, later))])
    (finding,) = reading.findings
    assert (finding.kind, finding.rows, finding.accounts) == (FindingKind.OUTSIDE_CHUNK, 1, False)
    assert "2026" in finding.message


def test_drift_names_the_round() -> None:
    """Among a hundred reports the one that cannot be read is named."""
    each = Round(number=1, name="2006 Spring Auction", year=2006)
    with pytest.raises(SchemaDrift, match=r"2006 Spring Auction: .*'POW Name'") as caught:
        read_rounds(AWARDS.layout, [(each, report(AWARD_HEADER.replace("POW Name", "Sink"), BID))])
    assert caught.value.column == "POW Name"


def asked(path: str, number: int | str = "", *, method: str = "POST", **form: str) -> Answer:
    """What the sandbox answers to a request for a report."""
    body = urlencode({"display": "Y", "roundVersionId": number, "format": "csv", **form}).encode()
    return tcc_server(Ask(path=path, now=NOW, method=method, body=body))


def listed(now: datetime) -> tuple[Round, ...]:
    """The sandbox's rounds at a time, of each the latest version."""
    return listed_rounds(tcc_server(Ask(path="view_nodal_prices.do", now=now)).body)


def test_sandbox_lists_rounds_once_they_are_posted() -> None:
    """June's monthly auction is posted on the 18th; nothing of the autumn is known in July."""
    before, after = ({each.name for each in listed(utc(f"2024-06-{day}T12:00"))} for day in ("17", "18"))
    assert after - before == {"2024 Summer Balance-of-Period Auction - July 2024"}
    assert not any("2024 Autumn" in each.name for each in listed(NOW))
    assert min(each.year for each in listed(NOW) if each.year) == 2006


def test_sandbox_has_a_later_version_of_a_round() -> None:
    """The first round of spring was made again."""
    found = [each for each in listed(NOW) if each.name.startswith("2024 Spring") and "Round 1" in each.name]
    assert [each.version for each in found] == [2]


def test_sandbox_prices_a_path_as_the_difference_of_its_points() -> None:
    """A contract costs the price at its withdrawal less that at its injection."""
    each = next(each for each in listed(NOW) if each.name.startswith("2024 Summer"))
    awards = AWARDS.layout.read(asked("view_awards_summary_xls_view.do", each.number).body).frame
    points = NODAL_PRICES.layout.read(asked("view_nodal_prices_xls_view.do", each.number).body).frame
    prices = {(row["interval_start"], row["sink"]): row["price"] for row in points.iter_rows(named=True)}
    for row in awards.iter_rows(named=True):
        due = prices[row["interval_start"], row["sink"]] - prices[row["interval_start"], row["source"]]
        assert row["price"] == pytest.approx(due, abs=0.006)
    assert awards.height > 20
    assert awards.is_duplicated().any()


@pytest.mark.parametrize(
    ("number", "method", "form", "status"),
    [
        ("999999", "POST", {}, 200),
        ("word", "POST", {}, 200),
        ("2801", "POST", {"format": "xls"}, 200),
        ("2801", "GET", {}, 405),
    ],
)
def test_sandbox_answers_what_it_does_not_know_with_a_page(
    number: str, method: str, form: dict[str, str], status: int
) -> None:
    """An unknown round, another format and a wrong method are no report."""
    answer = asked("view_nodal_prices_xls_view.do", number, method=method, **form)
    assert (answer.status, answer.content_type) == (status, "text/html")
    assert b"Period ID" not in answer.body


def test_sandbox_knows_the_round_that_the_wrong_requests_name() -> None:
    """Asked rightly, the same round has a report; another path is missing."""
    assert b"Period ID" in asked("view_nodal_prices_xls_view.do", 2801).body
    assert asked("view_everything.do", 2801).status == 404
