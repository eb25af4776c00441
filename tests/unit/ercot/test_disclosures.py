"""ERCOT's disclosures: which document and which of its files hold a day, and which auction a document is of."""

from __future__ import annotations

import io
import zipfile
from datetime import date, timedelta

import pytest

from builders import utc
from energyopti import Chunk, SchemaDrift
from energyopti.query import TimeRange, plan
from energyopti.timezones import midnight
from energyopti_ercot.feeds.demand import CLEARED_RELAYS, DAY_AHEAD_RESOURCES, DISPATCHED_RESOURCES
from energyopti_ercot.feeds.rights import AWARDED, auction_name, auction_of
from energyopti_ercot.market import ERCOT
from energyopti_ercot.protocol.disclosures import Disclosure, dated
from energyopti_ercot.protocol.documents import read_documents
from energyopti_ercot.protocol.listing import Document

SCED = Disclosure(number="13052", first=60, last=60, table="60d_Load[_ ]Resource_Data_in_SCED")
RELAYS = Disclosure(number="13057", first=2, last=2, table="2d_Cleared_DAM_AS_RRSUFR")


def chunk(day: str, feed: str = "60_load_res_data_in_sced") -> Chunk:
    """The chunk of a feed that holds a day."""
    noon = midnight(date.fromisoformat(day), ERCOT.zone) + timedelta(hours=12)
    return plan(ERCOT, ERCOT.feed(feed), TimeRange(noon, noon + timedelta(minutes=1)))[0]


def document(number: int, published: str, name: str = "60_Day_SCED_Disclosure") -> Document:
    """A document of the sixty-day report."""
    whole = f"ext.00013052.0000000000000000.20260907.051231658.{name}.zip"
    return Document(number=str(number), name=whole, published=utc(published))


def zipped(*files: tuple[str, bytes]) -> bytes:
    """A zip of files."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in files:
            archive.writestr(name, content)
    return buffer.getvalue()


def test_day_is_published_sixty_days_later() -> None:
    """July 8, 2026 comes on September 6, whatever its hour on the local clock."""
    every = [
        document(1, "2026-09-06T04:59:59"),
        document(2, "2026-09-06T05:00:00"),
        document(3, "2026-09-07T04:59:59"),
        document(4, "2026-09-07T05:00:00"),
    ]
    assert [each.number for each in SCED.of(every, chunk("2026-07-08"))] == ["2", "3"]


def test_change_of_the_clock_between_a_day_and_its_publication_shifts_nothing() -> None:
    """January 10, 2026, in winter time, comes on March 11, in summer time."""
    every = [document(1, "2026-03-11T04:59:59"), document(2, "2026-03-11T10:12:00")]
    assert [each.number for each in SCED.of(every, chunk("2026-01-10"))] == ["2"]


def test_correction_stands_after_what_it_corrects() -> None:
    """Both are of the day, and the later document's rows stand."""
    every = [
        document(1, "2026-09-06T10:12:00"),
        document(2, "2026-09-06T20:00:00", "60_Day_SCED_Disclosure_CORRECTION"),
    ]
    assert [each.number for each in SCED.of(every, chunk("2026-07-08"))] == ["1", "2"]


@pytest.mark.parametrize(
    ("day", "is_in"), [("2025-12-05", True), ("2026-01-05", True), ("2026-01-06", False)]
)
def test_supplement_is_read_for_the_days_that_it_covers(day: str, is_in: bool) -> None:
    """Its name says the days of publication, here February 3 to March 6, 2026, sixty days after their own."""
    name = "60d_Load_Resource_Data_in_SCED_02032026_thru_03062026_SUPPLEMENTAL"
    published = utc(f"{date.fromisoformat(day) + timedelta(days=60)}T12:00")
    every = [
        document(1, f"{published:%Y-%m-%dT%H:%M}"),
        document(9, "2026-04-01T12:00", name),
        document(10, "2026-04-01T12:00", "60d_SCED_Gen_Resource_Data_02032026_thru_03062026_SUPPLEMENTAL"),
    ]
    assert [each.number for each in SCED.of(every, chunk(day))] == ["1", *(["9"] if is_in else [])]


def test_supplement_is_not_of_the_day_sixty_days_before_its_own() -> None:
    """It holds other days than a document that was published with it."""
    name = "60d_Load_Resource_Data_in_SCED_02032026_thru_03062026_SUPPLEMENTAL"
    assert SCED.of([document(9, "2026-04-01T12:00", name)], chunk("2026-01-31")) == []


def test_supplement_of_no_days_is_of_none() -> None:
    """A name with a thirteenth month is no reason to fail."""
    name = "60d_Load_Resource_Data_in_SCED_13032026_thru_13062026_SUPPLEMENTAL"
    every = [document(1, "2026-03-06T12:00"), document(9, "2026-04-01T12:00", name)]
    assert [each.number for each in SCED.of(every, chunk("2026-01-05"))] == ["1"]


def test_files_are_called_by_the_day_of_publication() -> None:
    """As ERCOT writes it, whatever the language of the machine."""
    assert dated(date(2024, 10, 18)) == "18-OCT-24"
    assert dated(date(2026, 5, 1)) == "01-MAY-26"


def test_only_the_day_s_own_file_of_the_table_is_read() -> None:
    """Beside it are other tables, other days, and tables whose name goes on."""
    files = RELAYS.files(chunk("2024-10-16", "2d_cleared_dam_as_rrsufr"))
    header = b"Delivery Date,Hour Ending,Total Cleared AS - RRSUFR\n"
    packed = zipped(
        ("2d_Cleared_DAM_AS_RRSUFR-17-OCT-24.csv", header + b"10/15/2024,1,1\n"),
        ("2d_Cleared_DAM_AS_RRSUFR-18-OCT-24.csv", header + b"10/16/2024,1,932.2\n"),
        ("2d_Cleared_DAM_AS_RRSUFR_OLD-18-OCT-24.csv", header + b"10/16/2024,1,2\n"),
        ("2d_Cleared_DAM_AS_REGUP-18-OCT-24.csv", b"no such table"),
        ("2d_Cleared_DAM_AS_RRSUFR-18-OCT-24.xml", b"<no/>"),
    )
    reading = read_documents(CLEARED_RELAYS, [packed], files)
    assert reading.frame["capacity"].to_list() == [932.2]
    assert reading.payload_rows == reading.accounted_rows == 1


def test_document_without_the_table_is_drift() -> None:
    """The error says which file was sought."""
    files = RELAYS.files(chunk("2024-10-16", "2d_cleared_dam_as_rrsufr"))
    with pytest.raises(SchemaDrift, match=r"lack the file 2d_Cleared_DAM_AS_RRSUFR-18-OCT-24\.csv"):
        read_documents(CLEARED_RELAYS, [zipped(("other.csv", b"a,b\n1,2\n"))], files)


def test_table_of_which_there_is_only_the_header_is_empty() -> None:
    """Nothing happened: no rows, and nothing to say about them."""
    files = RELAYS.files(chunk("2024-10-16", "2d_cleared_dam_as_rrsufr"))
    header = b"Delivery Date,Hour Ending,Total Cleared AS - RRSUFR\n"
    packed = zipped(("2d_Cleared_DAM_AS_RRSUFR-18-OCT-24.csv", header))
    reading = read_documents(CLEARED_RELAYS, [packed], files)
    assert (reading.frame.height, reading.payload_rows, reading.findings) == (0, 0, ())


def test_file_of_2014_with_a_blank_in_its_name_is_found() -> None:
    """It had no entities and no awards, and ``.5`` is a half."""
    files = SCED.files(chunk("2024-03-02"))
    text = (
        b'"SCED Time Stamp","Repeated Hour Flag","Resource Name","Telemetered Resource Status",'
        b'"Max Power Consumption","Low Power Consumption","Real Power Consumption"\n'
        b'"03/02/2024 00:00:14","N","ALPHA_LD1","OUTL",".5","0",".25"\n'
    )
    packed = zipped(("60d_Load Resource_Data_in_SCED-01-MAY-24.csv", text))
    reading = read_documents(DISPATCHED_RESOURCES, [packed], files)
    assert reading.frame.select("location", "capacity").row(0) == ("ALPHA_LD1", 0.5)
    assert reading.findings == ()


def test_columns_of_2026_are_known() -> None:
    """With the awards that real-time co-optimisation brought, no column is a finding."""
    header = (
        "SCED Time Stamp,Repeated Hour Flag,QSE,DME,Resource Name,Telemetered Resource Status,Max Power Consumption,"
        "Low Power Consumption,Real Power Consumption,AS Awards NSPIN,AS Awards RRSFFR,AS Awards RRSPFR,"
        "AS Awards RRSUFR,AS Awards ECRS,AS Awards REGUP,AS Awards REGDN,SCED Bid to Buy Curve-MW1,"
        "SCED Bid to Buy Curve-Price1,SCED Bid to Buy Curve-MW10,SCED Bid to Buy Curve-Price10,Self Provided RRSFFR,"
        "Self Provided RRSUFR,Self Provided ECRS,Ramp Rate Up,Ramp Rate Down,AS Capability NSPIN,AS Capability ECRS,"
        "AS Capability REGUP,AS Capability REGDN,AS Capability RRSPFR,AS Capability RRSFFR,AS Capability RRSUFR,HDL,"
        "LDL,Base Point"
    )
    row = "07/08/2026 00:00:21,N,QALPHA,,ALPHA_LD3,ONL,24,0,12.75" + "," * 26
    reading = DISPATCHED_RESOURCES.read(f"{header}\n{row}\n".encode())
    assert reading.findings == ()
    assert reading.frame["capacity"].to_list() == [24.0]


def test_responsive_reserve_of_2014_had_no_parts() -> None:
    """One award of it, and no contingency reserve."""
    text = (
        b'"Delivery Date","Hour Ending","Load Resource Name","Max Power Consumption for Load Resource",'
        b'"Low Power Consumption for Load Resource","RegUp Awarded","RegUp MCPC","RegDown Awarded","RegDown MCPC",'
        b'"RRS Awarded","RRS MCPC","NonSpin Awarded","NonSpin MCPC"\n'
        b'"03/02/2014","1","ALPHA_LD2","4","0","0","5","0","33.75","1.5","3","0","1"\n'
    )
    assert DAY_AHEAD_RESOURCES.read(text).findings == ()
    awards = ERCOT.feed("60_dam_load_res_awards").layout.read(text)
    assert awards.frame.select("product_native", "procured").rows() == [
        ("REGUP", 0.0),
        ("REGDN", 0.0),
        ("RRS", 1.5),
        ("NSPIN", 0.0),
    ]
    assert awards.findings == ()


@pytest.mark.parametrize(
    ("name", "auction"),
    [
        (
            "rpt.00011201.0000000000000000.20260122.080059537.FEB2026MonthlyCRRAuctionResults.zip",
            "FEB2026Monthly",
        ),
        ("FEB2026MonthlyCRRAuctionResults", "FEB2026Monthly"),
        ("rpt.00011203.0.20260709.080132200.20272nd6AnnualAuctionSeq3CRRAuctionResults.zip", None),
        ("rpt.00011201.0.20260122.080059537.CRRAuctionNotice.zip", None),
    ],
)
def test_auction_is_known_by_the_document_s_name(name: str, auction: str | None) -> None:
    """In the list and in the archive; other documents are no monthly auction's result."""
    assert auction_of(name) == auction


def test_last_edition_of_a_result_is_read_alone() -> None:
    """Two would double every award; results of other months are left out."""
    month = chunk("2026-02-10", "crr_monthly_results")
    names = ["FEB2026", "MAR2026", "FEB2026", "FEB2025"]
    times = ["2026-01-22T14:01", "2026-02-22T14:01", "2026-01-23T14:01", "2025-01-22T14:01"]
    every = [
        Document(number=str(number), name=f"{name}MonthlyCRRAuctionResults", published=utc(at))
        for number, (name, at) in enumerate(zip(names, times, strict=True))
    ]
    assert [each.number for each in AWARDED.of(every, month)] == ["2"]
    assert auction_name(month.day) == "FEB2026Monthly"
    assert AWARDED.window(month) == (utc("2026-01-01T06:00"), utc("2026-03-01T06:00"))
