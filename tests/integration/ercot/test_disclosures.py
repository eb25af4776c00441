"""Whole queries to ERCOT's disclosures and auctions: the same rows from every source, and none before they are out."""

from __future__ import annotations

import asyncio
from pathlib import Path

import attrs
import httpx
import polars as pl
import pytest

from builders import utc
from energyopti import Feed, FindingKind, MarketData, NoData, SchemaDrift
from energyopti.sandbox import Fault, FaultKind
from energyopti_ercot.feeds import FEEDS
from energyopti_ercot.market import ERCOT
from ercot_archive import Archive, Kept, ask
from serving import Served, sandbox_served
from zips import zipped

NOW = utc("2026-11-20T17:00")
NO_DOCUMENTS = Fault(kind=FaultKind.STATUS, path="/ercot/mis/", status=404)
NO_END_POINTS = Fault(kind=FaultKind.STATUS, path="/ercot/api/np", status=404)
FAULTS = {
    "documents": (),
    "Public API": (NO_DOCUMENTS,),
    "archive of documents": (NO_DOCUMENTS, NO_END_POINTS),
}
DISCLOSED = [feed for feed in FEEDS if feed.name.startswith(("2d_", "60_", "crr_"))]
ONE_EACH = {"2d_cleared_dam_as", "60_load_res_data_in_sced", "crr_monthly_results"}
"""One of each report: of two days, of sixty, and of an auction."""

TWO_DAYS = [feed.name for feed in DISCLOSED if feed.name.startswith("2d_")]
HEADER = b"SCED Time Stamp,Repeated Hour Flag,SUM TELEM DSR LOAD,SUM TELEM DSR GEN\n"


def served_ask(served: Served, feed: str, start: str, end: str) -> MarketData:
    """A query by a service of its own."""

    async def go() -> MarketData:
        async with served.service() as service:
            return await service.get_market_data("ercot", feed, start, end)

    return asyncio.run(go())


@pytest.mark.parametrize(
    "feed",
    [
        pytest.param(feed.name, marks=() if feed.name in ONE_EACH else pytest.mark.exhaustive)
        for feed in DISCLOSED
    ],
)
def test_every_source_gives_the_same_rows(tmp_path: Path, feed: str) -> None:
    """A day, or a month of auctions, from the documents, from the end point and from the archive."""
    declared = ERCOT.feed(feed)
    bounds = ("2026-11-01", "2026-11-02") if declared.name in TWO_DAYS else ("2026-09-01", "2026-09-02")
    frames: list[pl.DataFrame] = []
    for feed_source in declared.sources:
        with sandbox_served(NOW, tmp_path / feed_source.name) as served:
            served.spoil(*FAULTS[feed_source.name])
            data = served_ask(served, declared.name, *bounds)
        (provenance,) = data.provenance
        assert provenance.feed_source == feed_source.name
        assert len(data)
        frames.append(data.frame)
    assert all(frame.equals(frames[0]) for frame in frames)


@pytest.mark.parametrize(
    ("feed", "published", "not_yet"),
    [
        ("60_dam_load_res_data", "2026-09-20", "2026-09-23"),
        ("60_load_res_data_in_sced", "2026-09-20", "2026-09-23"),
        ("2d_cleared_dam_as", "2026-11-17", "2026-11-20"),
    ],
)
def test_day_that_is_not_out_is_no_data_before_any_request(
    tmp_path: Path, feed: str, published: str, not_yet: str
) -> None:
    """Sixty days, or two, after the operating day: the error says so."""
    with sandbox_served(NOW, tmp_path) as served:
        with pytest.raises(
            NoData, match=r"not published yet: the source publishes more than (59|1) days later"
        ):
            served_ask(served, feed, not_yet, f"{not_yet}T12:00")
        assert served.requests == []
        data = served_ask(served, feed, published, f"{published}T12:00")
    assert len(data)


def test_day_that_is_due_and_not_listed_yet_is_no_data(tmp_path: Path) -> None:
    """At noon of November 20 the report of September 21 is out, and that of September 22 comes tomorrow."""
    with sandbox_served(NOW, tmp_path) as served:
        assert len(served_ask(served, "60_dam_load_res_data", "2026-09-21", "2026-09-22"))
        with pytest.raises(NoData, match=r"60_dam_load_res_data/2026-09-22: .*report 13051 lists documents"):
            served_ask(served, "60_dam_load_res_data", "2026-09-22", "2026-09-22T12:00")


def test_tables_of_one_document_share_its_download(tmp_path: Path) -> None:
    """Four feeds of the two-day report are one list and one document."""

    async def go(served: Served) -> None:
        async with served.service() as service:
            for feed in TWO_DAYS:
                if "as" in feed.split("_"):
                    await service.get_market_data("ercot", feed, "2026-11-10", "2026-11-11")

    with sandbox_served(NOW, tmp_path) as served:
        asyncio.run(go(served))
        asked = [path.rpartition("/")[2] for path in served.requests]
    assert asked == ["IceDocListJsonWS", "mirDownload"]


def test_services_stand_side_by_side(tmp_path: Path) -> None:
    """What cleared and what participants arranged themselves are never added: eight services and nine."""
    with sandbox_served(NOW, tmp_path) as served:
        cleared = served_ask(served, "2d_cleared_dam_as", "2026-11-01", "2026-11-02")
        arranged = served_ask(served, "2d_self_arranged_as", "2026-11-01", "2026-11-02")
        relays = served_ask(served, "2d_cleared_dam_as_rrsufr", "2026-11-01", "2026-11-02")
    assert (len(cleared), len(arranged), len(relays)) == (8 * 25, 9 * 25, 25)
    same = cleared.frame.filter(pl.col("product_native") == "RRSUFR")
    assert same["procured"].to_list() == relays.frame["capacity"].to_list()
    assert set(cleared.frame["location"]) == {"SYSTEM"}


def test_what_a_dataset_lacks_stays_reachable(tmp_path: Path) -> None:
    """Awards stand in the source's own columns beside the figure that fills the dataset."""
    with sandbox_served(NOW, tmp_path) as served:
        data = served_ask(served, "60_dam_load_res_data", "2026-09-01", "2026-09-02")
    assert "RRSUFR Awarded" in data.raw().columns
    assert data.frame["deployed"].null_count() == len(data)


def test_month_of_an_auction_is_named(tmp_path: Path) -> None:
    """Rights of November were sold in October; the auction, its time and its price's unit are in every row."""
    with sandbox_served(NOW, tmp_path) as served:
        data = served_ask(served, "crr_monthly_results", "2026-11-01", "2026-12-01")
    assert set(data.frame["auction"]) == {"NOV2026Monthly"}
    assert set(data.frame["publish_time"]) == {utc("2026-10-22T13:01")}
    assert set(data.frame["interval_end"]) == {utc("2026-12-01T06:00")}
    assert set(data.frame["price_unit"]) == {"USD/MWh"}
    assert not [each for each in data.findings if each.kind is FindingKind.DUPLICATE_KEY]
    assert len(data) == 9


def test_equal_bids_are_all_kept(tmp_path: Path) -> None:
    """Two segments that are alike in everything are two bids, told apart by their ordinal."""
    with sandbox_served(NOW, tmp_path) as served:
        bids = served_ask(served, "crr_monthly_bids", "2026-11-01", "2026-12-01")
        awards = served_ask(served, "crr_monthly_results", "2026-11-01", "2026-12-01")
    assert len(bids) == 2 * len(awards)
    assert sorted(bids.frame["ordinal"]) == [0] * len(awards) + [1] * len(awards)
    assert bids.frame["quantity"].sum() == pytest.approx(awards.frame["quantity"].sum())
    assert set(bids.frame["kind"]) == {"bid"}
    assert bids.frame["participant"].null_count() == len(bids)


def test_month_whose_auction_is_to_come_is_no_data(tmp_path: Path) -> None:
    """December's is held on November 22: the error names it."""
    with (
        sandbox_served(NOW, tmp_path) as served,
        pytest.raises(NoData, match="the list of the last auctions has no result of auction DEC2026Monthly"),
    ):
        served_ask(served, "crr_monthly_results", "2026-12-01", "2027-01-01")


def disclosure(table: bytes, *names: str) -> Archive:
    """An archive with the two-day report of July 1, 2024, which holds a table under some names."""
    content = zipped({f"{name}-03-JUL-24.csv": table for name in names})
    kept = Kept(1, "2_Day_Real_Time_Generation_and_Load_Data", "2024-07-03T04:06:00", content)
    return Archive(emil_id="np3-910-er", documents=[kept])


def archive_alone(name: str) -> Feed:
    """A feed that is read from the archive only."""
    feed = ERCOT.feed(name)
    return attrs.evolve(feed, sources=feed.sources[-1:])


def test_table_that_is_published_no_more_is_no_data(tmp_path: Path) -> None:
    """Loads that resources follow ended; the document of a day is there and lacks them."""
    server = disclosure(b"a,b\n1,2\n", "2d_Agg_Gen_Summary")
    with pytest.raises(NoData, match=r"report 13056 lack the file .*Agg_DSR_Loads-03-JUL-24\.csv"):
        ask(server, archive_alone("2d_agg_dsr_loads"), tmp_path, "2024-07-01", "2024-07-02", now=NOW)


def test_table_that_a_document_should_have_is_drift(tmp_path: Path) -> None:
    """Load by zone is in every document: one without it is another form."""
    server = disclosure(b"a,b\n1,2\n", "2d_Agg_Gen_Summary")
    with pytest.raises(SchemaDrift, match="lack the file"):
        ask(server, ERCOT.feed("2d_agg_load_summary"), tmp_path, "2024-07-01", "2024-07-02", now=NOW)


def test_table_of_another_day_is_no_data(tmp_path: Path) -> None:
    """A document that says July 3 in its file's name and speaks of June is not July 1's."""
    server = disclosure(HEADER + b"06/20/2024 00:00:16,N,1426.2,0\n", "2d_Agg_DSR_Loads")
    with pytest.raises(NoData, match="are about other times"):
        ask(server, archive_alone("2d_agg_dsr_loads"), tmp_path, "2024-07-01", "2024-07-02", now=NOW)


def test_table_with_a_header_alone_is_no_data(tmp_path: Path) -> None:
    """A total of every five minutes has rows on any day: none is no answer."""
    server = disclosure(HEADER, "2d_Agg_DSR_Loads")
    with pytest.raises(NoData, match="2d_agg_dsr_loads/2024-07-01: the document has no rows for it"):
        ask(server, archive_alone("2d_agg_dsr_loads"), tmp_path, "2024-07-01", "2024-07-02", now=NOW)


SCED_HEADER = (
    "SCED Time Stamp,Repeated Hour Flag,QSE,DME,Resource Name,Max Power Consumption,Low Power Consumption"
)


def posted(number: int, at: str, name: str, load: int) -> Kept:
    """A sixty-day disclosure of December 10, 2025, with a run an hour of one resource."""
    rows = [f"12/10/2025 {hour:02}:00:14,N,Q,,LD1,{load},0" for hour in range(24)]
    text = "\n".join([SCED_HEADER, *rows, ""]).encode()
    return Kept(number, name, at, zipped({"60d_Load_Resource_Data_in_SCED-08-FEB-26.csv": text}))


@pytest.mark.parametrize("feed_source", ["documents", "archive of documents"])
def test_corrected_figures_stand_wherever_they_are_found(tmp_path: Path, feed_source: str) -> None:
    """A correction of March is found for the disclosure of February, in the list and in the archive."""
    feed = ERCOT.feed("60_load_res_data_in_sced")
    alone = attrs.evolve(feed, sources=tuple(each for each in feed.sources if each.name == feed_source))
    documents = [
        posted(1, "2026-02-08T08:00:00", "60_Day_SCED_Disclosure", 10),
        posted(2, "2026-03-05T12:00:00", "60_Day_SCED_Disclosure_CORRECTION", 20),
    ]
    archive = Archive(emil_id="np3-965-er", documents=documents)

    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/IceDocListJsonWS"):
            return httpx.Response(200, json={"ListDocsByRptTypeRes": {"DocumentList": listed(documents)}})
        if request.url.path.endswith("/mirDownload"):
            number = int(request.url.params["doclookupId"])
            return httpx.Response(200, content=documents[number - 1].content)
        return archive(request)

    data = ask(answer, alone, tmp_path, "2025-12-10", "2025-12-11", now=utc("2026-04-01T12:00"), partial=True)
    assert set(data.frame["capacity"]) == {20.0}
    assert len(data) == 24
    (finding,) = (each for each in data.findings if each.kind is FindingKind.SUPERSEDED_ROW)
    assert finding.rows == 24
    assert (
        "superseded by 60_Day_SCED_Disclosure_CORRECTION, posted at 2026-03-05T18:00:00Z" in finding.message
    )
    assert data.provenance[0].feed_source == feed_source


def listed(documents: list[Kept]) -> list[dict[str, dict[str, str]]]:
    """The documents as the service lists them."""
    return [
        {
            "Document": {
                "DocID": str(each.number),
                "FriendlyName": each.name,
                "ConstructedName": f"rpt.00013052.0000000000000000.20260305.120000.{each.name}.zip",
                "PublishDate": f"{each.posted}-06:00",
            }
        }
        for each in documents
    ]
