"""Whole queries for transmission congestion contracts: which rounds are asked for, and what becomes of each."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import attrs
import pytest

from builders import utc
from energyopti import (
    FindingKind,
    Host,
    Market,
    MarketData,
    NoData,
    Registry,
    SchemaDrift,
    Settings,
    SourceUnavailable,
    UnifiedMarketService,
    hookimpl,
)
from energyopti.sandbox import Answer, Ask, Responder
from energyopti_nyiso.feeds.rights import RIGHTS
from energyopti_nyiso.sandbox.tcc import tcc_server

NOW = utc("2026-11-20T17:00")
REFUSED = Answer(body=b"<html><body>Not available</body></html>", content_type="text/html")
HEADER = (
    "Period ID,Period Name,Start Date,End Date,Period Duration (# of months),POI,POI Name,POI Zone,"
    "POW,POW Name,POW Zone,Award Type,TCCs Awarded,MCP ($/TCC-Period Duration)"
)


def awards(*rows: tuple[str, float], posted: str = "March 5, 2024") -> Answer:
    """A report of awards of one path: for each a day of its first month, and its price."""
    lines = [
        f"1,A month,{first},{first[:3]}28{first[5:]},1,29001,BIRCH FALLS,NORTH,61757,CAPITL,CAPITL,Bid,10,{price}"
        for first, price in rows
    ]
    text = [
        "Current Status - Approved",
        f'"Posted: {posted}"',
        "",
        HEADER,
        *lines,
        "Report Created:,today",
        "",
    ]
    return Answer(body="\r\n".join(text).encode(), content_type="text/csv")


@attrs.define
class Pages:
    """A market of its own with the feeds of TCCs, over pages of a test's making.

    ``labels`` is the list of rounds, ``reports`` what there is of each; any other is refused.
    """

    labels: Mapping[int, str] = attrs.field(factory=dict)
    reports: Mapping[int, Answer] = attrs.field(factory=dict)
    server: Responder | None = None
    asked: list[int] = attrs.field(factory=list)
    lists: int = 0

    @hookimpl
    def energyopti_markets(self) -> Sequence[Market]:
        """The market."""
        market = Market(
            id="contracts",
            title="New York, contracts",
            zone="America/New_York",
            website="https://iso.example",
            hosts=(Host(name="tcc", url="https://tcc.iso.example/public"),),
            feeds=RIGHTS,
        )
        return [market]

    @hookimpl
    def energyopti_sandbox(self) -> Mapping[str, Responder]:
        """The server."""
        return {"tcc": self.server or self._respond}

    def _respond(self, ask: Ask) -> Answer:
        if ask.method == "GET":
            self.lists += 1
            options = (f'<option value="{number}">{label}</option>' for number, label in self.labels.items())
            return Answer(body=f"<html>{''.join(options)}</html>".encode(), content_type="text/html")
        form = parse_qs(ask.body.decode())
        assert (ask.path, form["display"], form["format"]) == (
            "view_awards_summary_xls_view.do",
            ["Y"],
            ["csv"],
        )
        number = int(form["roundVersionId"][0])
        self.asked.append(number)
        return self.reports.get(number, REFUSED)

    def get(self, home: Path, start: str, end: str, feed: str = "tcc_awards", **filters: Any) -> MarketData:
        """One query by a service of its own."""
        registry = Registry({"contracts": self}, discover=False)

        async def go() -> MarketData:
            settings = Settings(home=home, sandbox="1", attempts=1)
            async with UnifiedMarketService(registry, settings, now=lambda: NOW) as service:
                return await service.get_market_data("contracts", feed, start, end, **filters)

        return asyncio.run(go())


def found(data: MarketData, kind: FindingKind) -> list[str]:
    """What the findings of a kind say."""
    return [finding.message for finding in data.findings if finding.kind is kind]


def starts(data: MarketData) -> list[tuple[datetime, float]]:
    """When each row's period starts, with its price."""
    return data.frame.select("interval_start", "price").rows()


def test_year_is_read_from_the_rounds_of_two_years(tmp_path: Path) -> None:
    """January of 2025 was sold in the winter of 2024; rows of 2024 are left to 2024, and counted."""
    pages = Pages(
        labels={
            1: "2023 Winter Balance-of-Period Auction (Ver 1 - Finalized)",
            2: "2024 Winter Balance-of-Period Auction (Ver 1 - Finalized)",
            3: "2025 Spring Centralized TCC Auction - Round 1 One Year (Ver 1 - Approved)",
            4: "2026 Spring Centralized TCC Auction - Round 1 One Year (Ver 1 - Approved)",
        },
        reports={2: awards(("12/01/2024", 1.5), ("01/01/2025", 2.5)), 3: awards(("05/01/2025", 3.5))},
    )
    data = pages.get(tmp_path, "2025-01-01", "2026-01-01")
    assert sorted(pages.asked) == [2, 3]
    assert starts(data) == [(utc("2025-01-01T05:00"), 2.5), (utc("2025-05-01T04:00"), 3.5)]
    assert data.frame["auction"].to_list() == [
        "2024 Winter Balance-of-Period Auction",
        "2025 Spring Centralized TCC Auction - Round 1 One Year",
    ]
    assert [finding.rows for finding in data.findings] == [1]
    assert data.coverage.complete


def test_neighbouring_years_share_the_rounds_reports(tmp_path: Path) -> None:
    """Over two years no row is doubled or lost, and each report is asked for once."""
    pages = Pages(
        labels={7: "2024 Winter Balance-of-Period Auction (Ver 1 - Finalized)"},
        reports={7: awards(("12/01/2024", 1.5), ("01/01/2025", 2.5))},
    )
    data = pages.get(tmp_path, "2024-01-01", "2026-01-01")
    assert starts(data) == [(utc("2024-12-01T05:00"), 1.5), (utc("2025-01-01T05:00"), 2.5)]
    assert (pages.asked, pages.lists) == ([7], 1)


def test_only_the_latest_version_is_asked_for(tmp_path: Path) -> None:
    """A revised round replaces the earlier one: its awards are not counted twice."""
    pages = Pages(
        labels={
            5: "2024 Spring Auction (Ver 1 - Approved)",
            6: "2024 Spring Auction (Ver 2 - Approved)",
        },
        reports={5: awards(("05/01/2024", 1.0)), 6: awards(("05/01/2024", 2.0))},
    )
    data = pages.get(tmp_path, "2024-01-01", "2025-01-01")
    assert pages.asked == [6]
    assert data.frame["price"].to_list() == [2.0]


def test_repeated_awards_are_counted(tmp_path: Path) -> None:
    """Two equal awards are two rows, 0 and 1, and no duplicates."""
    pages = Pages(
        labels={5: "2024 Spring Auction (Ver 1 - Approved)"},
        reports={5: awards(("05/01/2024", 1.0), ("05/01/2024", 1.0))},
    )
    data = pages.get(tmp_path, "2024-01-01", "2025-01-01")
    assert data.frame.select("price", "ordinal").rows() == [(1.0, 0), (1.0, 1)]
    assert data.frame["publish_time"].to_list() == [utc("2024-03-05T05:00")] * 2
    assert data.findings == ()


@pytest.mark.parametrize(
    "answer",
    [
        REFUSED,
        Answer(body=b"No results", content_type="text/plain"),
        Answer(body=b"This round is improper to ask for. " * 5, content_type="text/plain"),
        Answer(status=404),
    ],
    ids=["page", "few words", "improper", "missing"],
)
def test_round_without_a_result_is_left_out_and_said(tmp_path: Path, answer: Answer) -> None:
    """It is named, with its number, and the others are read."""
    pages = Pages(
        labels={
            5: "2024 Spring Auction (Ver 1 - Approved)",
            6: "2024 Autumn Auction (Ver 1 - Approved)",
        },
        reports={5: awards(("05/01/2024", 1.0)), 6: answer},
    )
    data = pages.get(tmp_path, "2024-01-01", "2025-01-01")
    assert data.frame["price"].to_list() == [1.0]
    (message,) = found(data, FindingKind.MISSING_PART)
    assert message.endswith("2024 Autumn Auction (6)")


def test_year_without_any_result_is_no_data(tmp_path: Path) -> None:
    """Nothing was published: that is not an empty table."""
    pages = Pages(labels={5: "2024 Spring Auction (Ver 1 - Approved)"})
    with pytest.raises(NoData, match="none of the 1 rounds"):
        pages.get(tmp_path, "2024-01-01", "2025-01-01")


def test_round_without_a_season_is_asked_for_every_year(tmp_path: Path) -> None:
    """Nobody can tell which year such a round sells: its rows are taken where they belong, and it is named."""
    pages = Pages(labels={5: "Special Sale"}, reports={5: awards(("05/01/2024", 1.0))})
    data = pages.get(tmp_path, "2024-01-01", "2025-01-01")
    assert data.frame.select("auction", "price").rows() == [("Special Sale", 1.0)]
    (message,) = found(data, FindingKind.UNKNOWN_WORD)
    assert "Special Sale (5)" in message


def test_rounds_of_one_name_are_said(tmp_path: Path) -> None:
    """Two rounds that share name and version cannot be told apart: both are read, and the finding says so."""
    label = "2024 Spring Auction (Ver 1 - Approved)"
    pages = Pages(
        labels={5: label, 6: label},
        reports={5: awards(("05/01/2024", 1.0)), 6: awards(("05/01/2024", 2.0))},
    )
    data = pages.get(tmp_path, "2024-01-01", "2025-01-01")
    assert data.frame["price"].to_list() == [1.0, 2.0]
    (message,) = found(data, FindingKind.DUPLICATE_KEY)
    assert "(5)" in message
    assert "(6)" in message


def test_fixed_price_allocation_is_not_asked_for(tmp_path: Path) -> None:
    """It does not clear, and has no report."""
    pages = Pages(
        labels={
            5: "2024 Spring Auction (Ver 1 - Approved)",
            6: "2024 Spring Historic Fixed Price TCC Conversion (Ver 1 - Approved)",
        },
        reports={5: awards(("05/01/2024", 1.0))},
    )
    data = pages.get(tmp_path, "2024-01-01", "2025-01-01")
    assert pages.asked == [5]
    assert data.findings == ()


def test_failing_report_fails_the_year(tmp_path: Path) -> None:
    """A server that breaks down on one round must not make that round's rows vanish."""
    pages = Pages(
        labels={
            5: "2024 Spring Auction (Ver 1 - Approved)",
            6: "2024 Autumn Auction (Ver 1 - Approved)",
        },
        reports={5: awards(("05/01/2024", 1.0)), 6: Answer(status=500)},
    )
    with pytest.raises(SourceUnavailable):
        pages.get(tmp_path, "2024-01-01", "2025-01-01")


def test_page_without_a_list_is_drift(tmp_path: Path) -> None:
    """A page that lists nothing is not a market without auctions."""
    with pytest.raises(SchemaDrift, match="lists no round"):
        Pages().get(tmp_path, "2024-01-01", "2025-01-01")


def test_periods_of_the_coming_year_are_there_already(tmp_path: Path) -> None:
    """In November the sandbox's monthly auction has sold January to April of the next year."""
    data = Pages(server=tcc_server).get(tmp_path, "2027-01-01", "2027-06-01", "tcc_nodal_prices")
    assert data.frame["interval_start"].unique().sort().to_list() == [
        utc("2027-01-01T05:00"),
        utc("2027-02-01T05:00"),
        utc("2027-03-01T05:00"),
        utc("2027-04-01T04:00"),
    ]
    assert data.frame["source"].unique().to_list() == ["REFERENCE"]
    assert data.frame["sink"].n_unique() == 15


def test_sandbox_year_is_whole_and_filtered_by_path(tmp_path: Path) -> None:
    """Of a past year every round is there; a path is asked for by its ends."""
    pages = Pages(server=tcc_server)
    data = pages.get(tmp_path, "2025-01-01", "2026-01-01", filters={"source": "WEST"})
    assert data.coverage.complete
    assert data.frame["source"].unique().to_list() == ["WEST"]
    assert data.frame["auction"].n_unique() > 12
    assert set(data.frame["trade"]) <= {"buy", "sell"}
