"""Documents of OASIS with the rows of several market runs: each feed takes its own, and refuses those of others by name."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from energyopti import Feed, FindingKind, SchemaDrift
from energyopti.layouts import Layout, Only, Reading
from energyopti_caiso.market import CAISO

pytestmark = pytest.mark.no_cover  # the same again and again: smaller tests cover it

RUN = "MARKET_RUN_ID"
DUE = {
    **dict.fromkeys(("PRC_LMP", "PRC_SPTIE_LMP_DAM", "PRC_AS", "AS_REQ_DAM", "AS_REQ_MAX_DAM"), "DAM"),
    **dict.fromkeys(("AS_RESULTS_DAM", "ENE_SLRS_DAM", "TRNS_USAGE_DAM", "PRC_NOMOGRAM", "PRC_CNSTR"), "DAM"),
    **dict.fromkeys(("SLD_FCST_DAM", "SLD_REN_FCST_DAM"), "DAM"),
    **dict.fromkeys(("SLD_FCST_ACTUAL", "SLD_REN_FCST_ACTUAL"), "ACTUAL"),
    "SLD_FCST_2DA": "2DA",
    "SLD_FCST_7DA": "7DA",
    "ENE_SLRS_RUC": "RUC",
    **dict.fromkeys(("PRC_HASP_LMP", "PRC_AS_HASP", "AS_REQ_HASP", "AS_REQ_MAX_HASP"), "HASP"),
    **dict.fromkeys(("AS_RESULTS_HASP", "SLD_REN_FCST_HASP", "ENE_SLRS_HASP", "TRNS_USAGE_HASP"), "HASP"),
    **dict.fromkeys(("PRC_RTPD_LMP", "PRC_SPTIE_LMP_RTPD", "SLD_REN_FCST_RTPD"), "RTPD"),
    **dict.fromkeys(
        ("ENE_EIM_TRANSFER_TIE_RTPD", "ENE_FLEX_RAMP_REQT_RTPD", "ENE_AGGR_FLEX_RAMP_RTPD"), "RTPD"
    ),
    **dict.fromkeys(("ENE_FLEX_RAMP_DC_RTPD", "PRC_FLEX_RAMP_RTPD"), "RTPD"),
    **dict.fromkeys(("PRC_SPTIE_LMP_RTD", "SLD_REN_FCST_RTD", "ENE_EIM_TRANSFER_TIE_RTD"), "RTD"),
    **dict.fromkeys(("ENE_FLEX_RAMP_REQT_RTD", "ENE_AGGR_FLEX_RAMP_RTD", "ENE_FLEX_RAMP_DC_RTD"), "RTD"),
    **dict.fromkeys(("ENE_UNCERTAINTY_MV_RTD", "PRC_FLEX_RAMP_RTD"), "RTD"),
    **dict.fromkeys(
        ("PRC_INTVL_LMP", "PRC_INTVL_AS", "AS_REQ_RTM", "AS_REQ_MAX_RTM", "AS_RESULTS_RTM"), "RTM"
    ),
    **dict.fromkeys(("SLD_FCST_RTPD", "SLD_FCST_RTD", "ENE_SLRS_RTM"), "RTM"),
    **dict.fromkeys(("PRC_RTM_NOMOGRAM", "PRC_RTM_FLOWGATE"), "RTM"),
}
"""Which run each feed is of, as its request and its rows say it."""

OF_NO_RUN = {
    *("ENE_DISP", "CRR_CLEARING", "CRR_INVENTORY", "PRC_FUEL", "PRC_GHG_ALLOWANCE", "AGGR_OUTAGE_SCH"),
    *("ATL_APNODE", "ATL_PNODE", "EDAM_WND_SLR_FORECAST_GRP", "PRC_CORR_GRP"),
    *("DAM_CAP_PRC_GRP", "DAM_CAP_REQ_AWRD_GRP", "2DA_CAP_REQ_AWRD_GRP", "3DA_CAP_REQ_AWRD_GRP"),
}
"""Reports that are made once, and have no such column."""

FEEDS = [CAISO.feed(name) for name in sorted(DUE)]
every_feed = pytest.mark.parametrize("feed", FEEDS, ids=[feed.name for feed in FEEDS])


def compared(layout: Layout) -> dict[str, Only]:
    """What a layout compares, by its column."""
    return {only.name: only for only in layout.only}


def rows(content: bytes) -> tuple[list[str], list[dict[str, str]]]:
    """The header and the rows of a document, read without the library."""
    table = csv.DictReader(io.StringIO(content.decode(), newline=""))
    return list(table.fieldnames or []), list(table)


def document(header: list[str], lines: list[dict[str, str]]) -> bytes:
    """Rows as a document."""
    text = io.StringIO()
    table = csv.DictWriter(text, header, lineterminator="\n")
    table.writeheader()
    table.writerows(lines)
    return text.getvalue().encode()


def of_run(feed: Feed, run: str) -> bytes:
    """The example of a feed, as if it were of a run."""
    header, lines = rows(feed.example.payload)
    return document(header, [{**line, RUN: run} for line in lines])


def refusal(layout: Layout, content: bytes) -> str:
    """The words in which a document is refused."""
    with pytest.raises(SchemaDrift) as caught:
        layout.read(content)
    return str(caught.value)


def test_every_report_of_runs_is_compared() -> None:
    """All feeds of OASIS but those whose report has no runs."""
    oasis = {feed.name for feed in CAISO.feeds if feed.sources[0].host == "oasis"}
    assert oasis == {*DUE} | OF_NO_RUN
    assert not any(CAISO.feed(name).layout.only for name in OF_NO_RUN)


@every_feed
def test_run_that_is_due_is_the_one_that_is_asked_for(feed: Feed) -> None:
    """In the words of the request; the example's rows say the same."""
    assert compared(feed.layout)[RUN].words[0] == DUE[feed.name]
    _, lines = rows(feed.example.payload)
    assert {line[RUN] for line in lines} <= {*compared(feed.layout)[RUN].words}


@every_feed
def test_rows_of_another_run_change_nothing(feed: Feed) -> None:
    """Between the feed's own rows, with other figures at the same times: they are counted, and nothing else happens."""
    own = feed.layout.read(feed.example.payload)
    header, lines = rows(feed.example.payload)
    value = next(name for name in ("MW", "PRC", "VALUE") if name in header)
    others = [{**line, RUN: "3DA", value: "98765"} for line in lines]
    mixed = [each for pair in zip(others, lines, strict=True) for each in pair]
    reading = feed.layout.read(document(header, [*mixed, *others]))
    assert reading.frame.equals(own.frame)
    (finding,) = (each for each in reading.findings if each.kind is FindingKind.OTHER_RUN)
    assert (finding.rows, finding.accounts, finding.column) == (2 * len(lines), True, RUN)
    assert reading.payload_rows == reading.accounted_rows == 3 * len(lines)


@every_feed
def test_document_of_another_run_is_refused_by_name(feed: Feed) -> None:
    """It says which run it holds, and which was due."""
    assert refusal(feed.layout, of_run(feed, "3DA")).startswith(
        f"column {RUN!r} of the payload says 3DA, where {DUE[feed.name]} was due"
    )


@every_feed
def test_document_without_the_column_is_taken(feed: Feed) -> None:
    """Nothing can be compared: it is what it is read as."""
    header, lines = rows(feed.example.payload)
    without = [name for name in header if name != RUN]
    reading = feed.layout.read(document(without, [{name: line[name] for name in without} for line in lines]))
    assert reading.frame.equals(feed.layout.read(feed.example.payload).frame)


@every_feed
def test_feeds_that_are_named_read_what_is_refused(feed: Feed) -> None:
    """Whatever feed a document is said to be of takes a row with that word."""
    for name, only in compared(feed.layout).items():
        for word, others in only.elsewhere.items():
            for other in others:
                assert compared(CAISO.feed(other).layout)[name].has(word), f"{other} does not take {word}"
                assert not only.has(word)


@every_feed
def test_written_document_says_its_run(feed: Feed) -> None:
    """In CSV and in XML, so that a feed never takes another's."""
    frame = feed.layout.read(feed.example.payload).frame
    text, records = feed.layout.write(frame), feed.layout.others[0].write(frame)
    assert {line[RUN] for line in rows(text)[1]} == {DUE[feed.name]}
    assert f"<MKT_TYPE>{DUE[feed.name]}</MKT_TYPE>".encode() in records
    assert feed.layout.read(records).frame.equals(feed.layout.read(text).frame)


SIBLINGS = [
    (feed, CAISO.feed(other))
    for feed in FEEDS
    for other in dict.fromkeys(
        name for only in feed.layout.only for names in only.elsewhere.values() for name in names
    )
]


@pytest.mark.parametrize(("feed", "other"), SIBLINGS, ids=[f"{a.name} of {b.name}" for a, b in SIBLINGS])
def test_document_of_a_sibling_is_refused_with_its_name(feed: Feed, other: Feed) -> None:
    """A 15-minute file is no day-ahead file, and a forecast no actual: as which feed to read it is said."""
    assert other.name in refusal(feed.layout, other.example.payload).partition("read it as ")[2]


@given(words=st.lists(st.sampled_from(["ACTUAL", "DAM", "HASP", "RTPD", "RTD", ""]), min_size=1, max_size=20))
def test_file_of_all_runs_gives_each_feed_its_own_rows(words: list[str]) -> None:
    """Whatever the order of the runs: each row is one feed's alone, and one without a word is everybody's."""
    header, _ = rows(CAISO.feed("SLD_REN_FCST_ACTUAL").example.payload)
    lines = [
        {
            "INTERVALSTARTTIME_GMT": f"2024-03-{16 + number // 24}T{number % 24:02}:00:00-00:00",
            "INTERVALENDTIME_GMT": f"2024-03-{16 + number // 24}T{number % 24:02}:59:59-00:00",
            "TRADING_HUB": "NP15",
            "RENEWABLE_TYPE": "Wind",
            "MW": str(number),
            RUN: word,
        }
        for number, word in enumerate(words)
    ]
    for run in ("ACTUAL", "DAM", "HASP", "RTPD", "RTD"):
        layout = CAISO.feed(f"SLD_REN_FCST_{run}").layout
        own = [float(number) for number, word in enumerate(words) if word in {run, ""}]
        if own:
            reading = layout.read(document(header, lines))
            assert reading.frame["generation"].to_list() == own
            assert reading.payload_rows == reading.accounted_rows == len(words)
        else:
            assert f"where {run} was due" in refusal(layout, document(header, lines))


def test_figure_tells_whose_a_row_is_where_no_run_does() -> None:
    """The forecast of the day-ahead market is no actual output, though no column says its run."""
    feed = CAISO.feed("SLD_REN_FCST_ACTUAL")
    header, lines = rows(CAISO.feed("SLD_REN_FCST_DAM").example.payload)
    said = refusal(feed.layout, document(header, [{**line, RUN: ""} for line in lines]))
    assert "says RENEW_FCST_DA_MW" in said
    assert said.endswith("read it as SLD_REN_FCST_DAM")
    taken = feed.layout.read(
        document(header, [{**line, RUN: "", "XML_DATA_ITEM": "RENEW_NEW_MW"} for line in lines])
    )
    assert taken.frame.height == len(lines)


def test_two_forecasts_of_the_real_time_market_are_told_apart_by_their_figures() -> None:
    """Both are ``RTM``: a document of five-minute forecasts alone is none of 15-minute ones."""
    quarter, five = CAISO.feed("SLD_FCST_RTPD"), CAISO.feed("SLD_FCST_RTD")
    assert refusal(quarter.layout, five.example.payload).endswith("read it as SLD_FCST_RTD")
    both = quarter.example.payload + five.example.payload.partition(b"\n")[2]
    assert quarter.layout.read(both).frame["load"].to_list() == [24500.0]
    assert five.layout.read(both).frame["load"].to_list() == [24480.5]


def xml(market: str, execution: str = "") -> bytes:
    """A price in XML with what its header says of its run."""
    head = f"<MKT_TYPE>{market}</MKT_TYPE>" + (
        f"<EXECUTION_TYPE>{execution}</EXECUTION_TYPE>" if execution else ""
    )
    return (
        "<OASISReport><MessagePayload><RTO><REPORT_ITEM>"
        f"<REPORT_HEADER>{head}</REPORT_HEADER><REPORT_DATA><DATA_ITEM>LMP_PRC</DATA_ITEM>"
        "<RESOURCE_NAME>DLAP_SCE-APND</RESOURCE_NAME><INTERVAL_START_GMT>2026-07-01T07:00:00-00:00</INTERVAL_START_GMT>"
        "<INTERVAL_END_GMT>2026-07-01T07:15:00-00:00</INTERVAL_END_GMT><VALUE>28</VALUE></REPORT_DATA>"
        "</REPORT_ITEM></RTO></MessagePayload></OASISReport>"
    ).encode()


def prices(feed: str, content: bytes) -> Reading:
    """A document as a feed of prices reads it."""
    return CAISO.feed(feed).layout.read(content)


@pytest.mark.parametrize(
    ("feed", "content"),
    [
        ("PRC_LMP", xml("DAM")),
        ("PRC_LMP", xml("DAM", "DAM")),
        ("PRC_RTPD_LMP", xml("RTPD")),
        ("PRC_RTPD_LMP", xml("RTM")),
        ("PRC_RTPD_LMP", xml("RTM", "RTPD")),
        ("PRC_INTVL_LMP", xml("RTM", "RTD")),
    ],
)
def test_header_of_xml_says_the_run(feed: str, content: bytes) -> None:
    """Real-time runs may be ``RTM`` there; what was executed then tells which."""
    assert prices(feed, content).frame["lmp"].to_list() == [28.0]


@pytest.mark.parametrize(
    ("feed", "content", "due"),
    [
        ("PRC_LMP", xml("RTPD"), "PRC_RTPD_LMP"),
        ("PRC_RTPD_LMP", xml("RTM", "RTD"), "PRC_INTVL_LMP"),
        ("PRC_INTVL_LMP", xml("RTM", "RTPD"), "PRC_RTPD_LMP"),
        ("PRC_INTVL_LMP", xml("DAM"), "PRC_LMP"),
    ],
)
def test_xml_of_another_run_is_refused(feed: str, content: bytes, due: str) -> None:
    """By the name of the feed that has it."""
    assert refusal(CAISO.feed(feed).layout, content).endswith(f"read it as {due}")


def test_csv_and_xml_compare_the_same_figures() -> None:
    """What is another feed's in one form is so in the other."""
    for feed in FEEDS:
        text, records = compared(feed.layout), compared(feed.layout.others[0])
        figures = [
            found[name].elsewhere
            for found, name in ((text, "XML_DATA_ITEM"), (records, "DATA_ITEM"))
            if name in found
        ]
        assert len(figures) in {0, 2}
        assert figures[:1] == figures[1:]
