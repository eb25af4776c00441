"""What a plugin's rules make of a user's files: the same as of those that are fetched."""

from __future__ import annotations

import io
import zipfile
from datetime import datetime, timedelta
from pathlib import Path

import polars as pl
import pytest

from builders import utc
from energyopti.answer.result import MarketData
from energyopti.errors import NoData, SchemaDrift
from energyopti.files import read_file
from energyopti.findings import FindingKind
from installed import installed

NOW = utc("2026-09-10T12:00")


def read(folder: Path, market: str, feed: str, name: str, content: bytes) -> MarketData:
    """A file of that name."""
    path = folder / name
    path.write_bytes(content)
    whose = installed().market(market)
    return read_file(whose, whose.feed(feed), path, now=NOW)


def packed(*members: tuple[str, datetime, bytes]) -> bytes:
    """A zip of files, each written at a local time."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as opened:
        for name, at, content in members:
            opened.writestr(zipfile.ZipInfo(name, at.timetuple()[:6]), content)
    return buffer.getvalue()


ZONES = "Capitl,Centrl,Dunwod,Genese,Hud Vl,Longil,Mhk Vl,Millwd,N.Y.C.,North,West,NYISO"


def forecast(day: int, load: int) -> bytes:
    """New York's forecast of one hour."""
    return f"Time Stamp,{ZONES}\n03/{day:02d}/2019 00:00{f',{load}' * 12}\n".encode()


def wall(text: str) -> datetime:
    """A reading of a clock."""
    return datetime.fromisoformat(text)


def test_month_of_forecasts_says_when_each_was_published(tmp_path: Path) -> None:
    """By New York's clock, which wrote the archive; two that speak of one hour are two publications."""
    content = packed(
        ("20190301isolf.csv", wall("2019-02-28T07:05:00"), forecast(2, 1000)),
        ("20190302isolf.csv", wall("2019-03-01T07:06:00"), forecast(2, 2000)),
    )
    data = read(tmp_path, "nyiso", "isolf", "20190301isolf_csv.zip", content)
    rows = data.frame.filter(pl.col("location") == "WEST").select("publish_time", "load")
    assert rows.rows() == [(utc("2019-02-28T12:05"), 1000.0), (utc("2019-03-01T12:06"), 2000.0)]
    assert data.findings == ()


def test_forecast_by_itself_does_not_say_when_it_was_published(tmp_path: Path) -> None:
    """The time of a file on a user's disk is none of its source's."""
    data = read(tmp_path, "nyiso", "isolf", "20190301isolf.csv", forecast(2, 1000))
    assert data.frame["publish_time"].null_count() == 12
    assert [each.kind for each in data.findings] == [FindingKind.UNKNOWN_TIME]


def test_finding_and_error_name_the_member(tmp_path: Path) -> None:
    """Of several; a file by itself is known."""
    bad = b"Time Stamp,Name\n"
    at = wall("2019-03-01T00:05:00")
    ragged = forecast(2, 1) + b"03/02/2019 01:00,1\n"
    content = packed(("one.csv", at, forecast(1, 1)), ("two.csv", at, ragged))
    (finding, *_) = read(tmp_path, "nyiso", "isolf", "a.zip", content).findings
    assert (finding.kind, finding.document, finding.rows) == (FindingKind.REJECTED_ROW, "two.csv", 12)
    with pytest.raises(SchemaDrift, match=r"two\.csv: the payload "):
        read(
            tmp_path, "nyiso", "isolf", "a.zip", packed(("one.csv", at, forecast(1, 1)), ("two.csv", at, bad))
        )


def test_zips_in_a_zip_are_read(tmp_path: Path) -> None:
    """As archives of many documents are packed."""
    at = wall("2019-03-01T00:05:00")
    inner = [packed((f"{day}.csv", at, forecast(day, day))) for day in (1, 2)]
    content = packed(*((f"{number}.zip", at, each) for number, each in enumerate(inner)))
    data = read(tmp_path, "nyiso", "isolf", "a.zip", content)
    assert data.frame["load"].unique().sort().to_list() == [1.0, 2.0]


def prices(*ends: str) -> bytes:
    """New York's real-time prices of one zone at some ends of intervals of July 18th."""
    header = '"Time Stamp","Name","PTID","LBMP ($/MWHr)","Marginal Cost Losses ($/MWHr)","Marginal Cost Congestion ($/MWHr)"'
    rows = "".join(f'\n"07/18/2022 {end}:00","WEST",61752,20,1,0' for end in ends)
    return (header + rows).encode()


def kept(data: MarketData) -> list[str]:
    """When intervals end, on New York's clock."""
    ends = data.frame["interval_end"].dt.convert_time_zone("America/New_York")
    return [f"{end:%H:%M}" for end in ends]


def test_quarter_hours_that_a_real_time_file_announces_are_left_out(tmp_path: Path) -> None:
    """Several that follow the dispatch by themselves; they stay in the raw columns with the reason."""
    content = prices("00:05", "00:10", "00:15", "00:30", "00:45")
    data = read(tmp_path, "nyiso", "realtime_zone", "20220718realtime_zone.csv", content)
    assert kept(data) == ["00:05", "00:10"]
    assert [(each.kind, each.rows) for each in data.findings if each.accounts] == [
        (FindingKind.ADVISORY_ROW, 3)
    ]
    assert data.raw()["left_out"].to_list() == [None, None, *["advisory_row"] * 3]


@pytest.mark.parametrize("ends", [("23:50", "23:55"), ("00:05", "00:10", "00:15"), ("00:15", "00:30")])
def test_real_time_file_that_announces_nothing_is_whole(tmp_path: Path, ends: tuple[str, ...]) -> None:
    """The quarter hour after the last five minutes may be dispatched; quarter hours alone are another kind of file."""
    data = read(tmp_path, "nyiso", "realtime_zone", "a.csv", prices(*ends))
    assert kept(data) == list(ends)


WIND = (
    b"DELIVERY_DATE,HOUR_ENDING,GEN_SYSTEM_WIDE,COP_HSL_SYSTEM_WIDE,STWPF_SYSTEM_WIDE,WGRPP_SYSTEM_WIDE,"
    b"GEN_LZ_SOUTH_HOUSTON,COP_HSL_LZ_SOUTH_HOUSTON,STWPF_LZ_SOUTH_HOUSTON,WGRPP_LZ_SOUTH_HOUSTON,"
    b"GEN_LZ_WEST,COP_HSL_LZ_WEST,STWPF_LZ_WEST,WGRPP_LZ_WEST,GEN_LZ_NORTH,COP_HSL_LZ_NORTH,STWPF_LZ_NORTH,"
    b"WGRPP_LZ_NORTH,HSL_SYSTEM_WIDE,DSTFlag\n"
    b"03/13/2025,13,1,2,3,4,1,2,3,4,1,2,3,4,1,2,3,4,9,N\n"
    b"03/13/2025,14,,2,3,4,,2,3,4,,2,3,4,,2,3,4,,N\n"
)
NAME = "cdr.00013028.0000000000000000.20250313.135509.WPPHRLYAVGACTNP4732.csv"


def test_document_is_published_when_its_name_says(tmp_path: Path) -> None:
    """ERCOT's names hold the time of their posting, on its own clock."""
    data = read(tmp_path, "ercot", "wpp_hrly_avrg_actl_fcast", NAME, WIND)
    assert data.frame["publish_time"].unique().to_list() == [utc("2025-03-13T18:55:09")]


def test_document_of_another_name_does_not_say_when_it_was_published(tmp_path: Path) -> None:
    """Null, and said."""
    data = read(tmp_path, "ercot", "wpp_hrly_avrg_actl_fcast", "wind.csv", WIND)
    assert data.frame["publish_time"].is_null().all()
    assert FindingKind.UNKNOWN_TIME in {each.kind for each in data.findings}


def test_hours_that_were_not_over_are_no_output(tmp_path: Path) -> None:
    """As the name tells; a file without such a name has empty cells for them."""
    feed = "wpp_hrly_avrg_actl_fcast_actual"
    named, other = (read(tmp_path, "ercot", feed, name, WIND) for name in (NAME, "wind.csv"))
    assert named.frame["generation"].to_list() == [1.0] * named.frame.height
    assert other.frame.height == 2 * named.frame.height
    assert FindingKind.ADVISORY_ROW in {each.kind for each in named.findings}


FUELS = "Solar,Wind,Geothermal,Biomass,Biogas,Small hydro,Coal,Nuclear,Natural Gas,Large Hydro,Batteries,Imports,Other"
MIX = f"Time,{FUELS}\n00:00{',1' * 13}\n00:05{',2' * 13}\n".encode()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("fuelsource-20260701.csv", MIX),
        ("CAISO 2026-07-01.csv", MIX.decode().encode("utf-16")),
        ("20260701.zip", b""),
    ],
)
def test_chart_is_of_the_day_in_its_name(tmp_path: Path, name: str, content: bytes) -> None:
    """Or of that on which an archive says that it was written."""
    content = content or packed(("fuelsource.csv", wall("2026-07-01T23:00:00"), MIX))
    data = read(tmp_path, "caiso", "fuelsource", name, content)
    assert data.frame["interval_start"].min() == utc("2026-07-01T07:00")
    assert data.frame["generation"].to_list() == [1.0] * 13 + [2.0] * 13


@pytest.mark.parametrize("name", ["fuelsource.csv", "fuelsource-20261301.csv"])
def test_chart_without_a_day_says_what_to_do(tmp_path: Path, name: str) -> None:
    """Its times have no date."""
    with pytest.raises(SchemaDrift, match=r"its name has no day: add it, as in fuelsource-20240701\.csv"):
        read(tmp_path, "caiso", "fuelsource", name, MIX)


def test_chart_with_dates_is_read_as_it_stands(tmp_path: Path) -> None:
    """Whatever its name says."""
    content = f"Time,{FUELS}\n07/01/2026 00:00{',1' * 13}\n".encode()
    assert read(tmp_path, "caiso", "fuelsource", "x.csv", content).frame["generation"].to_list() == [1.0] * 13


def test_chart_behind_an_index_is_dated(tmp_path: Path) -> None:
    """As pandas writes it."""
    content = f",Time,{FUELS}\n0,00:00{',1' * 13}\n1,00:05{',2' * 13}\n".encode()
    data = read(tmp_path, "caiso", "fuelsource", "20260701.csv", content)
    assert data.frame["interval_start"].unique().sort().to_list() == [
        utc("2026-07-01T07:00") + n * timedelta(minutes=5) for n in (0, 1)
    ]


def test_error_of_oasis_is_said_in_its_words(tmp_path: Path) -> None:
    """A file that holds an error holds no data."""
    error = (
        b"<?xml version='1.0'?><m:OASISReport xmlns:m='http://www.caiso.com/soa/OASISReport_v1.xsd'><m:MessagePayload>"
        b"<m:RTO><m:ERROR><m:ERR_CODE>1000</m:ERR_CODE><m:ERR_DESC>No data returned</m:ERR_DESC></m:ERROR></m:RTO>"
        b"</m:MessagePayload></m:OASISReport>"
    )
    content = packed(("INVALID_REQUEST.xml", wall("2026-07-01T00:00:00"), error))
    with pytest.raises(NoData, match="No data returned"):
        read(tmp_path, "caiso", "PRC_LMP", "a.zip", content)


PLAN = installed().market("ercot").feed("2d_agg_dsr_loads")


def test_archive_of_several_tables_is_read_as_the_one_asked_for(tmp_path: Path) -> None:
    """Whatever its other files hold."""
    at = wall("2026-09-07T00:00:00")
    whole = PLAN.example.payload
    members = (
        ("2d_Agg_Other-05-SEP-26.csv", at, b"A,B\n1,2\n"),
        ("2d_Agg_DSR_Loads-05-SEP-26.csv", at, whole),
    )
    data = read(tmp_path, "ercot", PLAN.name, "a.zip", packed(*members))
    assert data.frame.equals(read(tmp_path, "ercot", PLAN.name, "mine.csv", whole).frame)


def test_archive_without_the_table_asked_for_says_what_it_has(tmp_path: Path) -> None:
    """By the names of its files."""
    at = wall("2026-09-07T00:00:00")
    content = packed(("b.csv", at, b"A\n1\n"), ("a.csv", at, b"A\n1\n"))
    with pytest.raises(SchemaDrift, match=r"no file of the table .*Agg_DSR_Loads; it has a\.csv, b\.csv"):
        read(tmp_path, "ercot", PLAN.name, "a.zip", content)


def test_later_document_stands_where_documents_overlap(tmp_path: Path) -> None:
    """Whatever the order of the archive: ERCOT's names say when they were posted."""
    header = b"DC_Tie,GMT_Interval_Ending,Interval_Ending,Repeated_Hour,MW,Import_Export\n"
    row = "DC_E,09/10/2026 06:15,09/10/2026 01:15,N,{},Import\n"
    at = wall("2026-09-10T00:00:00")
    name = "cdr.00010038.0000000000000000.20260910.{}.DCTIE.csv"
    content = packed(
        *(
            (name.format(posted), at, header + row.format(mw).encode())
            for posted, mw in (("020000", 2), ("010000", 1))
        )
    )
    data = read(tmp_path, "ercot", "approved_dctie_schedules", "ties.zip", content)
    assert data.frame["scheduled"].to_list() == [2.0]
    (finding,) = (each for each in data.findings if each.kind is FindingKind.SUPERSEDED_ROW)
    assert (finding.rows, finding.accounts) == (1, True)
    assert data.raw()["MW"].to_list() == [2.0, 1.0]


def test_workbook_where_text_was_due_is_called_one(tmp_path: Path) -> None:
    """It is a zip of XML files, and no archive of documents."""
    content = packed(("xl/workbook.xml", wall("2026-01-01T00:00:00"), b"<workbook/>"))
    with pytest.raises(SchemaDrift, match="the payload is a zip archive or a workbook, not the"):
        read(tmp_path, "nyiso", "pal", "pal.xlsx", content)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_json_behind_a_mark_is_read(tmp_path: Path, encoding: str) -> None:
    """As PowerShell and some editors save it."""
    feed = installed().market("pjm").feed("wind_gen")
    content = feed.example.payload.decode().encode(encoding)
    data = read(tmp_path, "pjm", "wind_gen", "wind.json", content)
    assert len(data) == len(feed.example.rows)
