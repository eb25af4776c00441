"""ERCOT's archive: which calls it takes, and what becomes of documents that are many, late, doubled or not there."""

from __future__ import annotations

import traceback
from datetime import datetime, timedelta
from pathlib import Path

import attrs
import httpx
import pytest

from builders import changed, utc
from energyopti import EnergyOptiError, Event, FindingKind, NoData, SchemaDrift, SourceUnavailable
from energyopti.timezones import HOUR
from energyopti_ercot.feeds import load
from energyopti_ercot.market import ERCOT
from energyopti_ercot.protocol.archive import archived
from energyopti_ercot.protocol.documents import SECOND_STAMP, Report
from energyopti_ercot.protocol.layouts import FIVE_MINUTES
from ercot_archive import EVERY_SECRET, SECRETS, TOKEN, Archive, Kept, ask, with_eras
from zips import zipped

NOW = utc("2024-12-01T18:00")
RUNS = Report(number="12300", named=SECOND_STAMP, every=FIVE_MINUTES)
PRICES = with_eras(ERCOT.feed("lmp_node_zone_hub"), archived("NP6-788-CD", RUNS))
HOURLY = Report(number="12311", every=HOUR)
FORECASTS = with_eras(
    changed(load.FORECAST_BY_FORECAST_ZONE, forecast_days=1, retention=None),
    archived("NP3-560-CD", HOURLY, published=True),
)


def run(number: int, at: datetime) -> Kept:
    """The document of a dispatch run, published twelve seconds after it."""
    name = f"LMPSROSNODENP6788_{at:%Y%m%d_%H%M%S}_csv"
    header = "SCEDTimestamp,RepeatedHourFlag,SettlementPoint,LMP"
    content = f"{header}\n{at:%m/%d/%Y %H:%M:%S},N,HB_NORTH,{number}.5\n".encode()
    posted = f"{at + timedelta(seconds=12):%Y-%m-%dT%H:%M:%S}"
    return Kept(number, name, posted, zipped({f"cdr.{name}.csv": content}))


def runs(day: str, count: int, *, every: float = 300.0, first: int = 1) -> list[Kept]:
    """Some runs of a day from its first second on."""
    start = datetime.fromisoformat(f"{day}T00:00:05")
    return [run(first + number, start + timedelta(seconds=every * number)) for number in range(count)]


def forecast(number: int, posted: str, *, name: str = "LFCCONGESTNP3560_csv") -> Kept:
    """A forecast of the last hour of the day of its publication, whose load is the document's number."""
    header = "DeliveryDate,HourEnding,North,South,West,Houston,SystemTotal,DSTFlag"
    day = datetime.fromisoformat(posted)
    content = f"{header}\n{day:%m/%d/%Y},24:00,{number},1,1,1,1,N\n".encode()
    return Kept(number, name, posted, zipped({f"cdr.{name}.csv": content}))


def publications(server: Archive, home: Path, day: str, end: str) -> dict[int, datetime]:
    """When each forecast of a day was published, by its document's number."""
    data = ask(server, FORECASTS, home, day, end, now=NOW, vintages="all", locations="NORTH")
    return dict(data.frame.sort("load").select("load", "publish_time").iter_rows())


def test_one_document_is_fetched_by_its_number(tmp_path: Path) -> None:
    """The list is asked on the wall clock, an hour wider on both sides; then the document alone, with key and token."""
    server = Archive(emil_id="np3-560-cd", documents=[forecast(7, "2024-07-01T09:30:00")])
    assert publications(server, tmp_path, "2024-07-01", "2024-07-02") == {7: utc("2024-07-01T14:30")}
    assert [dict(each) for each in server.lists] == [
        {
            "postDatetimeFrom": "2024-06-30T23:00:00",
            "postDatetimeTo": "2024-07-02T01:00:00",
            "size": "1000",
            "page": "1",
        }
    ]
    assert (server.downloads, server.posts) == (["7"], [])
    assert {each.headers["authorization"] for each in server.asked} == {f"Bearer {TOKEN}"}
    key = SECRETS["ercot", "subscription_key"]
    assert {each.headers["ocp-apim-subscription-key"] for each in server.asked} == {key}


def test_a_day_of_288_documents_takes_two_calls(tmp_path: Path) -> None:
    """One list and one zip of all; every document's row is there, in the order of time."""
    server = Archive(emil_id="np6-788-cd", documents=runs("2024-07-01", 288))
    data = ask(server, PRICES, tmp_path, "2024-07-01", "2024-07-02", now=NOW)
    assert len(server.asked) == 2
    assert server.posts == [list(range(1, 289))]
    assert data.frame["lmp"].to_list() == [number + 0.5 for number in range(1, 289)]
    assert data.findings == ()
    (provenance,) = data.provenance
    assert provenance.urls[-1] == "https://api.ercot.com/api/public-reports/archive/np6-788-cd/download"


def test_more_than_a_thousand_documents_come_in_parts(tmp_path: Path) -> None:
    """2,500 documents are three pages of the list and three zips; no row is lost or doubled between them."""
    server = Archive(emil_id="np6-788-cd", documents=runs("2024-07-01", 2_500, every=34))
    data = ask(server, PRICES, tmp_path, "2024-07-01", "2024-07-02", now=NOW)
    assert sorted(each["page"] for each in server.lists) == ["1", "2", "3"]
    assert [len(each) for each in server.posts] == [1_000, 1_000, 500]
    assert data.frame["lmp"].to_list() == [number + 0.5 for number in range(1, 2_501)]


def test_documents_of_other_days_are_left_out(tmp_path: Path) -> None:
    """The list is asked wider than the day: the run of its first second is in, the next day's first is not."""
    before, after = runs("2024-06-30", 288), runs("2024-07-02", 3, first=900)
    server = Archive(emil_id="np6-788-cd", documents=[*before, *runs("2024-07-01", 288, first=300), *after])
    data = ask(server, PRICES, tmp_path, "2024-07-01", "2024-07-02", now=NOW)
    assert server.posts == [list(range(300, 588))]
    assert data.findings == ()


@pytest.mark.parametrize(
    ("day", "end", "posted", "published"),
    [
        (
            "2024-11-03",
            "2024-11-04",
            ["00:30:00", "01:30:00", "01:30:02", "02:30:00"],
            ["2024-11-03T05:30", "2024-11-03T06:30", "2024-11-03T07:30:02", "2024-11-03T08:30"],
        ),
        (
            "2024-11-03",
            "2024-11-04",
            ["01:55:00", "01:10:00", "01:50:00"],
            ["2024-11-03T06:55", "2024-11-03T07:10", "2024-11-03T07:50"],
        ),
        ("2024-03-10", "2024-03-11", ["01:30:00", "03:30:00"], ["2024-03-10T07:30", "2024-03-10T08:30"]),
    ],
    ids=["every hour", "falls back", "23 hours"],
)
def test_wall_clock_of_publications_becomes_utc(
    tmp_path: Path, day: str, end: str, posted: list[str], published: list[str]
) -> None:
    """In the repeated hour, documents of growing numbers whose clock falls back or stands still are the second pass."""
    documents = [forecast(number, f"{day}T{at}") for number, at in enumerate(posted, start=5)]
    server = Archive(emil_id="np3-560-cd", documents=documents)
    times = publications(server, tmp_path, day, end)
    assert times == dict(enumerate(map(utc, published), start=5))


def test_name_says_that_a_document_is_of_the_second_pass(tmp_path: Path) -> None:
    """Alone in the repeated hour nothing else could tell it."""
    named = forecast(5, "2024-11-03T01:30:00", name="LFCCONGESTNP3560_xhr_csv")
    server = Archive(emil_id="np3-560-cd", documents=[named])
    assert publications(server, tmp_path, "2024-11-03", "2024-11-04") == {5: utc("2024-11-03T07:30")}


def test_document_that_is_no_zip_is_read_as_it_is(tmp_path: Path) -> None:
    """Reports that are published unpacked come so in a zip of several."""
    packed, other = forecast(1, "2024-07-01T09:30:00"), forecast(2, "2024-07-01T10:30:00")
    bare = attrs.evolve(
        other,
        content=b"DeliveryDate,HourEnding,North,South,West,Houston,SystemTotal,DSTFlag\n"
        b"07/01/2024,24:00,2,1,1,1,1,N\n",
    )
    server = Archive(emil_id="np3-560-cd", documents=[packed, bare])
    times = publications(server, tmp_path, "2024-07-01", "2024-07-02")
    assert times == {1: utc("2024-07-01T14:30"), 2: utc("2024-07-01T15:30")}


def test_time_without_documents_is_no_data(tmp_path: Path) -> None:
    """The error names the chunk and the archive."""
    server = Archive(emil_id="np6-788-cd", documents=[])
    with pytest.raises(NoData, match=r"2024-07-01: the archive of NP6-788-CD has no document of this time"):
        ask(server, PRICES, tmp_path, "2024-07-01", "2024-07-02", now=NOW)


def test_day_of_which_only_a_part_is_archived_has_a_gap(tmp_path: Path) -> None:
    """What is there is read, and a finding says what is missing."""
    server = Archive(emil_id="np6-788-cd", documents=runs("2024-07-01", 288)[100:])
    data = ask(server, PRICES, tmp_path, "2024-07-01", "2024-07-02", now=NOW)
    assert len(data) == 188
    (gap,) = data.findings
    assert (gap.kind, gap.rows) == (FindingKind.GAP, 100)
    assert not data.coverage.complete


def test_list_that_does_not_add_up_is_refused(tmp_path: Path) -> None:
    """It promises a document more than its pages have: no answer with a hole."""
    server = Archive(emil_id="np6-788-cd", documents=runs("2024-07-01", 288), total=289)
    with pytest.raises(SourceUnavailable, match="lists 288 documents and should list 289"):
        ask(server, PRICES, tmp_path, "2024-07-01", "2024-07-02", now=NOW)


def test_document_that_does_not_come_is_missed(tmp_path: Path) -> None:
    """Of several that were asked for together, each must be in the zip."""
    server = Archive(emil_id="np6-788-cd", documents=runs("2024-07-01", 288), lacking=frozenset({17}))
    with pytest.raises(SourceUnavailable, match="1 of 288 documents of the archive did not come, such as 17"):
        ask(server, PRICES, tmp_path, "2024-07-01", "2024-07-02", now=NOW)


def test_document_that_comes_twice_is_drift(tmp_path: Path) -> None:
    """Two files of one number: which of them is the document cannot be known; a folder in its name is no way out."""
    server = Archive(
        emil_id="np6-788-cd",
        documents=runs("2024-07-01", 288),
        strange={"../../17.other.zip": zipped({"other.csv": b"a"})},
    )
    with pytest.raises(SchemaDrift, match="hold 17 twice"):
        ask(server, PRICES, tmp_path, "2024-07-01", "2024-07-02", now=NOW)


def test_file_that_was_not_asked_for_is_not_read(tmp_path: Path) -> None:
    """It belongs to no document of the day."""
    strange = {"readme.txt": b"hello", "999.zip": run(999, datetime(2024, 7, 1, 5)).content}  # noqa: DTZ001
    server = Archive(emil_id="np6-788-cd", documents=runs("2024-07-01", 288), strange=strange)
    data = ask(server, PRICES, tmp_path, "2024-07-01", "2024-07-02", now=NOW)
    assert data.frame["lmp"].max() == 288.5


@pytest.mark.parametrize(
    "body", [b"[]", b'{"archives": []}', b'{"_meta": {"totalPages": 1, "totalRecords": 1}, "archives": [{}]}']
)
def test_what_is_no_list_of_the_archive_is_drift(tmp_path: Path, body: bytes) -> None:
    """And nothing else is raised."""

    def server(request: httpx.Request) -> httpx.Response:
        if request.url.host == "api.ercot.com":
            return httpx.Response(200, content=body)
        return Archive(emil_id="", documents=())(request)

    with pytest.raises(SchemaDrift, match="list of the archive"):
        ask(server, PRICES, tmp_path, "2024-07-01", "2024-07-02", now=NOW)


@pytest.mark.parametrize("status", [None, 302, 400, 401, 403, 404, 429, 500])
def test_no_secret_is_said_about_what_is_posted(tmp_path: Path, status: int | None) -> None:
    """Neither user, password, key nor token is in an answer, an error, an event, an address or a file."""
    server = Archive(emil_id="np6-788-cd", documents=runs("2024-07-01", 288), refuses=status)
    events: list[Event] = []
    said: list[object] = []
    try:
        data = ask(server, PRICES, tmp_path, "2024-07-01", "2024-07-02", now=NOW, events=events)
        said += [data, data.provenance, data.findings, data.raw()]
    except EnergyOptiError as error:
        said += [error, *traceback.format_exception(error)]
    kept = [path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()]
    text = "\n".join(map(str, [*said, *map(repr, said), *map(repr, events), *kept]))
    assert server.posts
    assert not [secret for secret in EVERY_SECRET if secret in text]
    assert "docIds" not in text
