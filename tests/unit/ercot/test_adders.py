"""ERCOT's price adders: one feed through the change to real-time co-optimization, in its own words and in one vocabulary."""

from __future__ import annotations

import pytest

from builders import utc
from energyopti import FindingKind, SchemaDrift
from energyopti.datasets import PRICE_ADDERS
from energyopti.layouts import Reading
from energyopti_ercot.feeds.adders import ADDERS, SINCE
from energyopti_ercot.feeds.prices import PRICES
from energyopti_ercot.protocol.documents import read_documents

FIRST = (
    "BatchID,SCEDTimestamp,RepeatedHourFlag,SystemLambda,PRC,RTORPA,RTOFFPA,RTOLCAP,RTOFFCAP,RTOLHSL,RTBP,RTCLRCAP,"
    "RTCLRREG,RTCLRBP,RTCLRLSL,RTCLRNS,RTNCLRRRS,RTOLNSRS,RTCST30HSL,RTOFFNSHSL,RTOFF10,RTOFF30\n"
)
LAST = (
    "BatchID,SCEDTimestamp,RepeatedHourFlag,SystemLambda,PRC,RTORPA,RTOFFPA,RTOLCAP,RTOFFCAP,RTOLHSL,RTBP,RTCLRCAP,"
    "RTCLRREG,RTCLRBP,RTCLRLSL,RTCLRNS,RTNCLRRRS,RTOLNSRS,RTCST30HSL,RTOFFNSHSL,RTRUCCST30HSL,RTORDPA,RTRRUC,RTRRMR,"
    "RTDNCLR,RTDERS,RTDCTIEIMPORT,RTDCTIEEXPORT,RTBLTIMPORT,RTBLTEXPORT,RTOLLASL,RTOLHASL,RTNCLRNSCAP,RTNCLRECRS\n"
)
NOW = (
    "SCEDTimestamp,RepeatedHourFlag,SystemLambda,RTRDPA,RTRDPARUS,RTRDPARDS,RTRDPARRS,RTRDPAECRS,RTRDPANSS,RTRRUC,RTRRMR,"
    "RTDNCLR,RTDERS,RTDCTIEIMPORT,RTDCTIEEXPORT,RTBLTIMPORT,RTBLTEXPORT,RTOLLSL,RTOLHSL\n"
)
SERVICES = {
    "RTRDPARUS": "regulation_up",
    "RTRDPARDS": "regulation_down",
    "RTRDPARRS": "responsive_reserve",
    "RTRDPAECRS": "contingency_reserve",
    "RTRDPANSS": "non_spinning_reserve",
}


def line(header: str, stamp: str, flag: str = "N", **cells: str) -> str:
    """A row of a report: zeros where nothing is said."""
    known = {"BatchID": "1", "SCEDTimestamp": stamp, "RepeatedHourFlag": flag, **cells}
    return ",".join(known.get(name, "0.00") for name in header.strip().split(",")) + "\n"


def prices(reading: Reading) -> dict[str, float]:
    """The price of each adder, of a reading of one run."""
    return dict(reading.frame.select("adder_native", "price").iter_rows())


def test_first_reports_have_the_two_adders_for_scarce_reserve() -> None:
    """22 columns in June 2014: none for reliability deployments."""
    reading = ADDERS.read(
        (FIRST + line(FIRST, "06/01/2014 00:01:06", RTORPA="0.25", RTOFFPA="0.125")).encode()
    )
    assert prices(reading) == {"RTORPA": 0.25, "RTOFFPA": 0.125}
    assert reading.frame["adder"].to_list() == ["online_reserve", "offline_reserve"]
    assert reading.frame["product"].to_list() == [None, None]
    assert reading.frame["interval_start"][0] == utc("2014-06-01T05:01:06")
    assert (reading.findings, reading.payload_rows) == ((), 2)


def test_last_reports_before_the_change_have_three() -> None:
    """34 columns, RTORDPA among them; the megawatts beside them stay raw."""
    cells = {"RTORPA": "12.5", "RTOFFPA": "3.25", "RTORDPA": "41.75", "RTRRUC": "310"}
    reading = ADDERS.read((LAST + line(LAST, "12/04/2025 17:35:11", **cells)).encode())
    assert prices(reading) == {"RTORPA": 12.5, "RTOFFPA": 3.25, "RTORDPA": 41.75}
    assert reading.frame["adder"].to_list()[-1] == "reliability_deployment"
    assert reading.raw["RTRRUC"].to_list() == ["310"]
    assert (reading.findings, reading.payload_rows) == ((), 3)


@pytest.mark.parametrize("header", [NOW, NOW.replace("\n", ",RTDLL\n")], ids=["19 columns", "20 columns"])
def test_reports_of_today_have_one_for_energy_and_one_a_service(header: str) -> None:
    """RTDLL came after July 2026: with it or without, the adders are the same."""
    cells = {"RTRDPA": "7.5", "RTRDPARUS": "6.25", "RTRDPAECRS": "-0.5"}
    reading = ADDERS.read((header + line(header, "07/17/2026 16:05:13", **cells)).encode())
    assert prices(reading) == {
        **dict.fromkeys(SINCE, 0.0),
        "RTRDPA": 7.5,
        "RTRDPARUS": 6.25,
        "RTRDPAECRS": -0.5,
    }
    assert set(reading.frame["adder"]) == {"reliability_deployment"}
    products = dict(reading.frame.select("adder_native", "product").iter_rows())
    assert products == {"RTRDPA": None, **SERVICES}
    assert (reading.findings, reading.payload_rows) == ((), 6)


def test_report_without_an_adder_of_its_time_is_drift() -> None:
    """Neither form: nothing is taken for zero."""
    header = NOW.replace("RTRDPARRS,", "")
    with pytest.raises(SchemaDrift, match="RTRDPARRS"):
        ADDERS.read((header + line(header, "07/17/2026 16:05:13")).encode())


def test_run_lasts_until_the_next_one_in_both_passes() -> None:
    """Runs of November 1, 2026, by their flag: 01:55:12 CDT, then 01:00:10 CST; each document holds one."""
    stamps = (("01:50:10", "N"), ("01:55:12", "N"), ("01:00:10", "Y"), ("01:05:14", "Y"))
    texts = [(NOW + line(NOW, f"11/01/2026 {clock}", flag)).encode() for clock, flag in stamps]
    frame = read_documents(ADDERS, texts).frame.filter(adder_native="RTRDPA")
    starts = ["2026-11-01T06:50:10", "2026-11-01T06:55:12", "2026-11-01T07:00:10", "2026-11-01T07:05:14"]
    assert frame["interval_start"].to_list() == [utc(each) for each in starts]
    assert frame["interval_end"].to_list()[:3] == [utc(each) for each in starts[1:]]


def test_stamp_that_cannot_be_read_is_left_out_and_said() -> None:
    """Some files had broken stamps."""
    text = NOW + line(NOW, "07/17/2026 16:05:13") + line(NOW, "07/17/2026 16")
    reading = ADDERS.read(text.encode())
    assert reading.frame.height == 6
    assert [(each.kind, each.rows) for each in reading.findings] == [(FindingKind.REJECTED_ROW, 6)]


def test_key_is_the_run_and_the_sources_own_word() -> None:
    """Two adders of one kind are two rows of a run."""
    assert set(PRICE_ADDERS.key) == {"interval_start", "run", "adder_native", "location"}


def test_price_feeds_say_which_adders_they_have() -> None:
    """Settlement point prices until when, and LMPs none."""
    titles = {feed.name: feed.title for feed in PRICES}
    assert "until 2025-12-04, for scarce reserve" in titles["spp_node_zone_hub"]
    assert titles["lmp_node_zone_hub"].endswith("without any adder")
