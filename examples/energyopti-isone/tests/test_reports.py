"""ISO New England's reports in the forms that they have been seen in, and in those that must not be read."""

from __future__ import annotations

import asyncio
import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from energyopti import (
    Feed,
    FindingKind,
    MarketData,
    NoData,
    Registry,
    SchemaDrift,
    Settings,
    SourceUnavailable,
    UnifiedMarketService,
)
from energyopti.layouts import Document, Reading
from energyopti.sandbox import Ask, sandbox_transport
from energyopti.timezones import midnight

from energyopti_isone.feeds import FEEDS
from energyopti_isone.protocol.documents import NO_DATA
from energyopti_isone.sandbox import responders

NOW = datetime(2024, 7, 1, 19, tzinfo=UTC)
HOURLY = '"C","Real-Time Hourly System Load Report"\n"H","Date","Hour Ending","Total Load"\n"H","Date","HE","MWh"\n'
DISPATCH = '"H","Location ID","Local Time","Energy Component","Congestion Component","Loss Component","LMP"\n'
PRICE = '"D","4000","{}",30.0,-2.0,0.5,28.5\n'


def feed(name: str) -> Feed:
    """A feed of the market."""
    return next(each for each in FEEDS if each.name == name)


def read(name: str, text: str, file: str = "saved.csv") -> Reading:
    """What a feed reads from a file."""
    found = feed(name)
    return found.reads(found.layout, [Document(name=file, content=text.encode())])


def starts(reading: Reading) -> list[str]:
    """When rows begin, in UTC."""
    return [f"{each:%m-%d %H:%M}" for each in reading.frame["interval_start"]]


class Replaced(httpx.AsyncBaseTransport):
    """The sandbox, with other answers for the paths that match a pattern."""

    def __init__(self, pattern: str, status: int, now: datetime) -> None:
        """Served as of an instant."""
        self._pattern, self._status = pattern, status
        self._sandbox = sandbox_transport(Registry(), now=lambda: now)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """The words for no data with a status, or the sandbox's answer."""
        if re.search(self._pattern, request.url.path):
            return httpx.Response(self._status, content=NO_DATA, headers={"content-type": "text/csv"})
        return await self._sandbox.handle_async_request(request)


def asked(
    name: str, home: Path, day: date, *, now: datetime = NOW, without: str = "^$", status: int = 200
) -> MarketData:
    """The market's answer from the sandbox for a day, in part if it has no more."""
    start, end = (midnight(each, "America/New_York") for each in (day, day + timedelta(days=1)))

    async def answered() -> MarketData:
        settings = Settings(home=home, sandbox="1", attempts=1)
        there = Replaced(without, status, now)
        async with UnifiedMarketService(Registry(), settings, transport=there, now=lambda: now) as service:
            return await service.get_market_data("isone", name, start, end, partial=True)

    return asyncio.run(answered())


@pytest.mark.parametrize("skipped", ["02", "03"])
def test_short_day_is_read_whichever_label_it_lacks(skipped: str) -> None:
    """The hours follow one another: which label goes is disputed."""
    kept = [each for each in ("01", "02", "03", "04") if each != skipped]
    rows = "".join(f'"D","03/10/2024","{each}",9000.5\n' for each in kept)
    reading = read("load_hourly", f'{HOURLY}{rows}"T","3 lines"\n')
    assert starts(reading) == ["03-10 05:00", "03-10 06:00", "03-10 07:00"]


def test_second_pass_on_another_day_is_no_row() -> None:
    """02X is an hour of one day of the year."""
    reading = read("load_hourly", f'{HOURLY}"D","07/20/2026","02X",9000.5\n"T","1 lines"\n')
    assert reading.frame.is_empty()
    assert [each.kind for each in reading.findings] == [FindingKind.REJECTED_ROW]


def test_row_that_is_there_twice_is_one() -> None:
    """Word for word; if only the figure differs, both are kept, and the core reports the key."""
    row, other = (f'"D","07/20/2026","02",{each}\n' for each in (9000.5, 9001.5))
    assert read("load_hourly", f'{HOURLY}{row}{row}"T","2 lines"\n').frame["load"].to_list() == [9000.5]
    assert read("load_hourly", f'{HOURLY}{row}{other}"T","2 lines"\n').frame.height == 2


@pytest.mark.parametrize("text", ["No data exists for this period.\n", HOURLY])
def test_document_that_says_nothing_is_no_data(text: str) -> None:
    """The words for it, which come with status 200, and a report without rows."""
    with pytest.raises(NoData):
        read("load_hourly", text)


@pytest.mark.parametrize("end", ['"T","2 lines"\n', ""])
def test_report_that_was_cut_off_is_refused(end: str) -> None:
    """Its last line says how many rows it has; so is one whose rows are all gone."""
    with pytest.raises(SchemaDrift, match="cut off"):
        read("load_hourly", f'{HOURLY}"D","07/20/2026","02",9000.5\n{end}')
    with pytest.raises(SchemaDrift, match="cut off"):
        read("load_hourly", f'{HOURLY}"T","2 lines"\n')


def test_load_in_another_unit_is_refused() -> None:
    """The second header says the unit."""
    with pytest.raises(SchemaDrift, match="'gwh' below its header"):
        read("load_hourly", HOURLY.replace("MWh", "GWh") + '"D","07/20/2026","02",9.5\n"T","1 lines"\n')


@pytest.mark.parametrize(
    ("titles", "file", "stamp"),
    [
        ('"C","Report for: 07/20/2026 - 07/20/2026"\n', "saved.csv", "00:05:00"),
        ('"C","Report for 07/20/2026"\n', "saved.csv", "00:05:00"),
        ('"C","Filename: lmp_5min_20260720_00-04.csv"\n', "saved.csv", "00:05:00"),
        ("", "lmp_5min_20260720_00-04.csv", "00:05:00"),
        ("", "saved.csv", "07/20/2026 00:05:00"),
    ],
)
def test_time_gets_its_date_from_what_names_it(titles: str, file: str, stamp: str) -> None:
    """A line above, the file's name, or the stamp itself; the last component is the loss, under either word."""
    text = f'{titles}{DISPATCH}{PRICE.format(stamp)}"T","1 lines"\n'
    reading = read("rt_lmp_5min_final", text, file)
    assert starts(reading) == ["07-20 04:05"]
    (row,) = reading.frame.select("lmp", "energy", "congestion", "loss").rows()
    assert row == (28.5, 30.0, -2.0, 0.5)


@pytest.mark.parametrize(
    ("titles", "said"),
    [
        ("", "no day"),
        ('"C","Report for: 07/20/2026 - 07/21/2026"\n', "07/20/2026 and 07/21/2026"),
    ],
)
def test_time_without_a_date_is_refused(titles: str, said: str) -> None:
    """If nothing says the day, or several days are named."""
    with pytest.raises(SchemaDrift, match=said):
        read("rt_lmp_5min_final", f'{titles}{DISPATCH}{PRICE.format("00:05:00")}"T","1 lines"\n')


def test_file_under_another_days_name_is_refused() -> None:
    """Its name and its lines disagree."""
    text = f'"C","Report for: 07/21/2026"\n{DISPATCH}{PRICE.format("00:05:00")}"T","1 lines"\n'
    with pytest.raises(SchemaDrift, match="07/20/2026 and 07/21/2026"):
        read("rt_lmp_5min_prelim", text, "5min-rt-prelim/lmp_5min_20260720_00-04.csv")


def test_unknown_fuel_is_kept_and_reported() -> None:
    """As `other`, under the ISO's own word."""
    text = (
        '"H","Date","Time","Fuel Category","Gen Mw"\n"D","07/20/2026","00:08:02","Tidal",-3\n"T","1 lines"\n'
    )
    text = text.replace('"D"', '"H","Date","Time","String","MW"\n"D"', 1)
    reading = read("fuel_mix", text)
    assert reading.frame.select("fuel", "fuel_native", "generation").rows() == [("other", "Tidal", -3.0)]
    assert FindingKind.UNKNOWN_WORD in {each.kind for each in reading.findings}


def test_rows_of_several_days_are_written_with_their_dates() -> None:
    """As the rolling report has them: one date above the table could not be right for all."""
    found = feed("rt_lmp_5min_prelim")
    one = found.layout.read(found.example.payload).frame
    days = (timedelta(), timedelta(days=1))
    both = [one.with_columns(one["interval_start"] + each, one["interval_end"] + each) for each in days]
    written = found.layout.write(both[0].extend(both[1]))
    assert b"11/04/2024" in written
    assert found.layout.read(written).frame.height == 2 * one.height


def test_running_day_has_what_is_out(tmp_path: Path) -> None:
    """At 15:00 the file from noon on says that there is no data, which was to be expected; later files are not asked for."""
    data = asked("rt_lmp_5min_prelim", tmp_path, date(2024, 7, 1))
    assert data.frame["interval_end"].max() == datetime(2024, 7, 1, 14, tzinfo=UTC)
    assert not data.findings


@pytest.mark.parametrize("status", [200, 404])
def test_file_that_should_be_there_is_a_gap_of_its_time(tmp_path: Path, status: int) -> None:
    """Whichever way its absence is said; the day's other files are read."""
    data = asked("rt_lmp_5min_final", tmp_path, date(2024, 6, 3), without="08-12.csv$", status=status)
    spans = [each.spans for each in data.findings if each.kind is FindingKind.GAP]
    assert ((datetime(2024, 6, 3, 12, tzinfo=UTC), datetime(2024, 6, 3, 16, tzinfo=UTC)),) in spans
    assert data.frame["interval_start"].n_unique() == 20 * 12
    assert not data.coverage.complete


def test_day_without_any_file_is_absent(tmp_path: Path) -> None:
    """Six times the words for no data are no day of prices."""
    with pytest.raises(NoData, match="no data exists"):
        asked("rt_lmp_5min_final", tmp_path, date(2024, 6, 3), without="5min-rt-final")


def test_refusal_is_no_absence(tmp_path: Path) -> None:
    """403 is what the stored files say to whoever is too fast."""
    with pytest.raises(SourceUnavailable, match="403"):
        asked("da_lmp", tmp_path, date(2024, 6, 3), without="da-lmp", status=403)


def test_report_on_request_needs_the_cookie_of_a_page(tmp_path: Path) -> None:
    """Without it the server refuses, which is no absence; what collects opens a page first."""
    bare = Ask(path="transform/csv/genfuelmix", params={"start": "20240630", "end": "20240630"}, now=NOW)
    assert responders()["reports"](bare).status == 403
    assert asked("fuel_mix", tmp_path, date(2024, 6, 30)).coverage.complete


@pytest.mark.parametrize(
    ("host", "path"),
    [
        ("files", "static-transform/csv/histRpts/da-lmp/WW_DALMP_ISO_20241399.csv"),
        ("files", "static-transform/csv/histRpts/da-lmp/WW_DALMP_ISO_20240701_00-04.csv"),
        ("files", "static-transform/csv/histRpts/other/unknown_20240701.csv"),
        ("reports", "transform/csv/unknown"),
        ("reports", "transform/csv/genfuelmix"),
    ],
)
def test_sandbox_has_no_other_documents(host: str, path: str) -> None:
    """No such day, name, or report, or none named."""
    ask = Ask(path=path, now=NOW, headers={"cookie": "isox_token=sandbox"})
    assert responders()[host](ask).status == 404
