"""OASIS: what it is asked for, what its answers mean, and which refusals are worth another attempt."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from builders import utc
from caiso_answers import bare_error, error, price, prices
from energyopti import (
    EnergyOptiError,
    FindingKind,
    NoData,
    PluginError,
    SchemaDrift,
    SourceUnavailable,
    UnsupportedQuery,
)
from energyopti.layouts import members
from energyopti.market import ChunkSize
from energyopti.query import Chunk, Place, TimeRange, plan
from energyopti.source import TryAgain
from energyopti_caiso.feeds.prices import DAY_AHEAD, FIVE_MINUTE
from energyopti_caiso.locations import USUAL
from energyopti_caiso.market import CAISO
from energyopti_caiso.protocol import oasis, refusals
from energyopti_caiso.protocol.oasis import Report
from zips import zipped

NOW = datetime(2026, 11, 20, 17, tzinfo=UTC)


def places(*names: str) -> tuple[Place, ...]:
    """Places by their names."""
    return tuple(Place(name) for name in names)


def chunks(feed: str, start: str, end: str, *names: str) -> tuple[Chunk, ...]:
    """The chunks of a feed between two instants of GMT, of some places."""
    span = TimeRange(utc(start), utc(end))
    return plan(CAISO, CAISO.feed(feed), span, places=places(*names), now=NOW)


# Requests


def test_report_is_asked_for_in_gmt_between_local_midnights() -> None:
    """July 1 begins at 07:00 GMT, November 20 at 08:00; the form is CSV."""
    (summer,) = chunks("TRNS_USAGE_DAM", "2026-07-01T12:00", "2026-07-01T13:00")
    (winter,) = chunks("TRNS_USAGE_DAM", "2026-11-20T12:00", "2026-11-20T13:00")
    report = Report("TRNS_USAGE", 1, {"market_run_id": "DAM"})
    assert report.params(summer.start, summer.end, {"ti_id": "ALL"}) == {
        "queryname": "TRNS_USAGE",
        "version": "1",
        "resultformat": "6",
        "startdatetime": "20260701T07:00-0000",
        "enddatetime": "20260702T07:00-0000",
        "market_run_id": "DAM",
        "ti_id": "ALL",
    }
    assert report.params(winter.start, winter.end, {})["startdatetime"] == "20261120T08:00-0000"


@pytest.mark.parametrize(
    ("day", "start", "end"),
    [
        ("2026-03-08T12:00", "20260308T08:00-0000", "20260309T07:00-0000"),
        ("2026-11-01T12:00", "20261101T07:00-0000", "20261102T08:00-0000"),
    ],
)
def test_days_of_clock_changes_are_asked_for_whole(day: str, start: str, end: str) -> None:
    """The short day from 08:00 to 07:00 GMT, the long one from 07:00 to 08:00."""
    (chunk,) = chunks("PRC_AS", day, day.replace("12:00", "13:00"))
    params = Report("PRC_AS").params(chunk.start, chunk.end, {})
    assert (params["startdatetime"], params["enddatetime"]) == (start, end)


def test_node_lists_are_cut_in_tens() -> None:
    """Of 21 nodes ten, ten and one; in the capitals that OASIS wants."""
    names = [f"node_{number:02}" for number in range(21)]
    chosen = oasis.selections(places(*names), USUAL)
    assert [each["node"].count(",") + 1 for each in chosen] == [10, 10, 1]
    assert ",".join(each["node"] for each in chosen) == ",".join(names).upper()


def test_without_places_the_hubs_and_load_zones_are_asked_for() -> None:
    """Seven names in one request, not 16,000 nodes."""
    (chosen,) = oasis.selections((), USUAL)
    assert chosen == {"node": ",".join(USUAL)}
    assert len(USUAL) == 7


@pytest.mark.parametrize("word", ["ALL", "all", "ALL_APNODES"])
def test_every_node_is_one_word(word: str) -> None:
    """Whatever stands beside it."""
    assert oasis.selections(places("X", word), USUAL) == [{"grp_type": word.upper()}]


def test_chunks_are_as_long_as_oasis_allows() -> None:
    """A month of some nodes; a day of all day-ahead, an hour of all in real time."""
    per_location = DAY_AHEAD.locations.per_location, FIVE_MINUTE.locations.per_location
    assert all(callable(each) for each in per_location)
    day_ahead = {len(chunks("PRC_LMP", "2026-07-01T07:00", "2026-08-01T07:00", name)) for name in ("A", "B")}
    assert day_ahead == {1}
    assert len(chunks("PRC_LMP", "2026-07-01T07:00", "2026-08-01T07:00", "ALL")) == 31
    assert len(chunks("PRC_INTVL_LMP", "2026-07-01T07:00", "2026-07-02T07:00", "ALL")) == 24
    assert len(chunks("PRC_INTVL_LMP", "2026-07-01T07:00", "2026-08-01T07:00", "A")) == 1
    (hour,) = chunks("PRC_INTVL_LMP", "2026-07-01T07:00", "2026-07-01T08:00", "all")
    assert hour.size is ChunkSize.HOUR


def test_no_chunk_is_longer_than_31_days() -> None:
    """October, with a day of 25 hours at its end or not, and every other month of three years."""
    for chunk in chunks("PRC_LMP", "2024-01-01T08:00", "2026-12-01T08:00", "A"):
        assert (chunk.end - chunk.start).total_seconds() <= 31 * 86_400 + 3_600
        assert (chunk.end - chunk.start).days <= 31


# Answers


def test_files_of_an_answer_are_one_reading() -> None:
    """A component a file, in any order."""
    files = {
        "mcc.csv": prices(price(7, "MCC", -1.5), price(8, "MCC", 0.5)),
        "lmp.csv": prices(price(8, "LMP", 31), price(7, "LMP", 28.5)),
        "mce.csv": prices(price(7, "MCE", 30), price(8, "MCE", 30.5)),
    }
    reading = oasis.read("PRC_LMP", zipped(files), DAY_AHEAD.layout)
    found = reading.frame.sort("interval_start").select("lmp", "energy", "congestion", "loss").rows()
    assert found == [(28.5, 30.0, -1.5, None), (31.0, 30.5, 0.5, None)]
    assert reading.payload_rows == reading.accounted_rows == 6


@pytest.mark.parametrize("value", ["MW", "PRC", "VALUE"])
def test_value_is_taken_whatever_its_column_is_called(value: str) -> None:
    """Prices stand in MW too."""
    for feed, run in (("PRC_LMP", "DAM"), ("PRC_RTPD_LMP", "RTPD"), ("PRC_INTVL_LMP", "RTM")):
        content = zipped({"a.csv": prices(price(7, "LMP", 12.25, run=run), value=value)})
        assert oasis.read(feed, content, CAISO.feed(feed).layout).frame["lmp"].to_list() == [12.25]


def test_republished_prices_win() -> None:
    """The same hour in a later file of the answer: the correction stands, and the first is counted."""
    files = {"a.csv": prices(price(7, "LMP", 1), price(8, "LMP", 2)), "b.csv": prices(price(7, "LMP", 99))}
    reading = oasis.read("PRC_LMP", zipped(files), DAY_AHEAD.layout)
    assert reading.frame.sort("interval_start")["lmp"].to_list() == [99.0, 2.0]
    assert reading.payload_rows == reading.accounted_rows == 3


def test_prices_come_in_xml_too() -> None:
    """The figures have the names of their items there."""
    records = "".join(
        f"<REPORT_DATA><DATA_ITEM>{item}</DATA_ITEM><RESOURCE_NAME>DLAP_SCE-APND</RESOURCE_NAME>"
        "<OPR_DATE>2026-07-01</OPR_DATE><INTERVAL_NUM>1</INTERVAL_NUM>"
        "<INTERVAL_START_GMT>2026-07-01T07:00:00-00:00</INTERVAL_START_GMT>"
        f"<INTERVAL_END_GMT>2026-07-01T08:00:00-00:00</INTERVAL_END_GMT><VALUE>{value}</VALUE></REPORT_DATA>"
        for item, value in (("LMP_CONG_PRC", -2), ("LMP_PRC", 28), ("LMP_ENE_PRC", 30), ("LMP_GHG_PRC", 0))
    )
    body = f"<OASISReport><MessagePayload><RTO><REPORT_ITEM>{records}</REPORT_ITEM></RTO></MessagePayload></OASISReport>"
    reading = oasis.read("PRC_LMP", zipped({"a.xml": body.encode()}), DAY_AHEAD.layout)
    row = reading.frame.row(0, named=True)
    assert (row["location_type"], row["lmp"], row["energy"], row["congestion"], row["loss"], row["ghg"]) == (
        "zone",
        28.0,
        30.0,
        -2.0,
        None,
        0.0,
    )
    assert reading.payload_rows == reading.accounted_rows == 4


@pytest.mark.parametrize(
    ("names", "says"),
    [
        (("th_sp15_gen-apnd",), None),
        (
            ("TH_SP15_GEN-APND", "OLD_1_N1", "gone_1_n1"),
            "OASIS has nothing for GONE_1_N1, OLD_1_N1 at that time",
        ),
        (("ALL",), None),
        ((), None),
    ],
)
def test_place_without_rows_is_said(names: tuple[str, ...], says: str | None) -> None:
    """A node that had prices in another month may have none in this: it is not missing in silence."""
    reading = oasis.read("PRC_LMP", zipped({"a.csv": prices(price(7, "LMP", 1))}), DAY_AHEAD.layout)
    found = oasis.absent(reading, places(*names)).findings
    assert [each.message for each in found] == ([says] if says else [])
    assert all(each.kind is FindingKind.MISSING_PART for each in found)


def test_empty_archive_is_no_data() -> None:
    """A zip without a file says nothing."""
    with pytest.raises(NoData, match="empty archive"):
        oasis.read("PRC_LMP", zipped({}), DAY_AHEAD.layout)


# Refusals


@pytest.mark.parametrize(
    ("codes", "kind", "says"),
    [
        ((1000,), NoData, "CAISO says: in its words"),
        ((1014,), NoData, "39 months"),
        (sorted(refusals.BAD_REQUEST), UnsupportedQuery, "in its words"),
        (sorted(refusals.OUT_OF_ORDER), SourceUnavailable, "try again later"),
        ((1004, 1017, 1018, 1019), PluginError, "report it to the plugin's author"),
        ((1015, 1099), SourceUnavailable, "in its words"),
    ],
)
def test_each_error_becomes_what_it_means(
    codes: tuple[int, ...], kind: type[EnergyOptiError], says: str
) -> None:
    """With its code or its meaning, and CAISO's own words."""
    for code in codes:
        for answer in (error, bare_error):
            with pytest.raises(kind, match=says) as caught:
                oasis.read("PRC_LMP", answer(code, "in  its\nwords"), DAY_AHEAD.layout)
            assert type(caught.value) is kind
            assert "in its words" in caught.value.line


@pytest.mark.parametrize("code", sorted(refusals.OUT_OF_ORDER))
def test_errors_of_a_service_out_of_order_are_tried_again(code: int) -> None:
    """At once, as network errors are."""
    for answer in (error, bare_error):
        assert refusals.retry_if(answer(code, "busy")) == TryAgain(f"error {code} (busy)")


def test_group_in_the_making_is_waited_for() -> None:
    """It asks to come back: some seconds are given to it."""
    assert refusals.retry_if(error(1015, "GROUP ZIP DOWNLOAD is in Process")) == TryAgain(
        "error 1015 (GROUP ZIP DOWNLOAD is in Process)", after=15.0
    )


@pytest.mark.parametrize(
    "content",
    [
        error(1000, "No data returned for the specified selection"),
        error(1001, "Invalid value"),
        bare_error(1000, "No data returned for the specified selection"),
        b"<Report><a>1003</a></Report>",
        zipped({"a.csv": prices(price(7, "LMP", 1))}),
        zipped({"a.csv": b"ERR_CODE,1003\n<ERR_CODE>1003</ERR_CODE>"}),
        b"PK, but no zip",
        b"x" * 10_000,
    ],
)
def test_answers_and_other_refusals_are_not_tried_again(content: bytes) -> None:
    """Asking again would not help; what is no error document is none, whatever words are in it."""
    assert refusals.retry_if(content) is None


def test_error_without_words_is_an_error() -> None:
    """Its code says enough."""
    files = list(members(zipped({"x.xml": b"<e><ERR_CODE>1000</ERR_CODE></e>"})))
    assert refusals.code_and_words(files) == (1000, "without a word")


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (bare_error(1000, "no data")[:150], "cut off"),
        (b"<Other><ROW/></Other>", "XML of 'Other', not of 'OASISReport'"),
        (b"<OASISReport><MessagePayload/></OASISReport>", "no element 'REPORT_DATA'"),
    ],
)
def test_other_xml_is_called_what_it_is(content: bytes, says: str) -> None:
    """Half a document, one of somebody else, a report without a row: it is no error of OASIS, and no text."""
    for read in (DAY_AHEAD.layout.read, lambda payload: oasis.read("PRC_LMP", payload, DAY_AHEAD.layout)):
        with pytest.raises(SchemaDrift, match=says):
            read(content)
