"""New York's two servers in the sandbox: which documents there are at what time, and when they were made."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from builders import utc
from energyopti import Registry
from energyopti.sandbox import Answer, Ask
from energyopti_nyiso import energyopti_markets, energyopti_sandbox
from energyopti_nyiso.feeds import FEEDS
from energyopti_nyiso.market import NYISO
from energyopti_nyiso.protocol.documents import DOCUMENTS, POSTINGS
from energyopti_nyiso.sandbox import responders
from energyopti_nyiso.sandbox.postings import new_server, old_server
from serving import member, names, new, old, rows

NOW = utc("2026-10-05T16:00")
"""Noon in New York."""

LATER = utc("2026-11-20T17:00")
RECENT = [date(2026, 9, 25) + timedelta(days=number) for number in range(10)]
FOLDERS = {
    "damlbmp_zone": ("damlbmp", "DAM_LBMP_ZONE", "1999-11-18"),
    "damlbmp_gen": ("damlbmp", "DAM_LBMP_GEN", "1999-11-18"),
    "realtime_zone": ("realtime", "RT_LBMP_ZONE", "2025-12-06"),
    "realtime_gen": ("realtime", "RT_LBMP_GEN", "2007-01-01"),
    "rtlbmp_zone": ("rtlbmp", "RT_TW_LBMP_ZONE", "1999-11-18"),
    "rtlbmp_gen": ("rtlbmp", "RT_TW_LBMP_GEN", "1999-11-18"),
    "ExternalLimitsFlows": ("ExternalLimitsFlows", "INTERFACE_LIMITS_FLOWS", "2002-01-01"),
    "DAMLimitingConstraints": ("DAMLimitingConstraints", "DAM_LIMITING_CONSTRAINTS", "2001-08-01"),
    "LimitingConstraints": ("LimitingConstraints", "LIMITING_CONSTRAINTS", "2002-01-01"),
    "ErieCirculationRT": ("eriecirculationrt", "ERIE_CIRCULATION_RT", "2009-04-01"),
    "ErieCirculationDA": ("eriecirculationda", "ERIE_CIRCULATION_DA", "2009-05-01"),
    "damasp": ("damasp", "DAM_ASP", "2026-03-29"),
    "rtasp": ("rtasp", "RT_ASP", "2005-01-05"),
    "BTMEstimatedActual": ("btmactualforecast", "BTM_ACTUAL_FORECAST", "2025-12-31"),
    "btmdaforecast": ("btmdaforecast", "BTM_DA_FORECAST", "2025-12-31"),
    "pal": ("pal", "RT_ACTUAL_LOAD", "2001-05-26"),
    "palIntegrated": ("palIntegrated", "INT_RT_ACT_LOAD", "2001-06-21"),
    "isolf": ("isolf", "ISO_LF", "2026-10-12"),
    "rtfuelmix": ("rtfuelmix", "RT_FUEL_MIX", "2026-10-01"),
}


def status(answer: Answer) -> int:
    """Whether there is such a document."""
    return answer.status


def posting(name: str, day: str) -> str:
    """A day's path on the new server."""
    return f"{FOLDERS[name][1]}/CSV/{day.replace('-', '/')}/{name}-{day.replace('-', '')}.csv"


def daily(name: str, day: str) -> str:
    """A day's path on the old server, below ``csv/``."""
    return f"{FOLDERS[name][0]}/{day.replace('-', '')}{name}.csv"


def monthly(name: str, month: str) -> str:
    """A month's path on the old server, below ``csv/``."""
    return f"{FOLDERS[name][0]}/{month.replace('-', '')}01{name}_csv.zip"


def test_plugin_serves_new_york_alone() -> None:
    """The hook gives New York's servers, and nothing for any other market."""
    assert list(energyopti_markets()) == [NYISO]
    assert energyopti_sandbox("pjm") is None
    assert set(energyopti_sandbox("nyiso") or {}) == {"mis", *POSTINGS, "documents", "tcc"}
    assert set(responders()) == {host.name for host in NYISO.hosts}
    assert Registry().sandbox("nyiso") == responders()


@pytest.mark.parametrize("name", FOLDERS)
def test_documents_are_where_the_facts_put_them(name: str) -> None:
    """Slug, folder and first day of every document are those of the published table."""
    slug, folder, since = FOLDERS[name]
    document = DOCUMENTS[name]
    assert (document.slug, document.folder, str(document.in_folder_since)) == (slug, folder, since)
    assert document.archive_path.format(day=date(2024, 7, 9)) == f"csv/{slug}/20240701{name}_csv.zip"
    assert document.old_path.format(day=date(2024, 7, 9)) == f"csv/{slug}/20240709{name}.csv"
    assert document.new_path.format(day=date(2024, 7, 9)) == (f"{folder}/CSV/2024/07/09/{name}-20240709.csv")


def test_every_feed_has_a_document_of_its_name() -> None:
    """The catalogue and the table of documents name the same things."""
    posted = {
        feed.name
        for feed in FEEDS
        if feed.sources[0].host in {"mis", "postings"} and not feed.history.snapshot_only
    }
    assert posted == {*DOCUMENTS, "ExternalLimitsFlows_limits"}
    assert set(DOCUMENTS) - set(FOLDERS) == {"hamlbmp_zone", "hamlbmp_gen", "zonalBidLoad"}


@pytest.mark.parametrize("name", ["hamlbmp_zone", "hamlbmp_gen", "zonalBidLoad"])
def test_documents_without_a_folder_are_on_the_old_server_until_its_last_day(name: str) -> None:
    """No folder of the new server is known: it is asked for what it lists, and since the move it is asked first."""
    feed = next(feed for feed in FEEDS if feed.name == name)
    assert DOCUMENTS[name].folder is None
    assert [feed_source.host for feed_source in feed.sources_for(date(2026, 9, 30))] == [
        "mis",
        "mis",
        *POSTINGS,
    ]
    assert [feed_source.host for feed_source in feed.sources_for(date(2026, 10, 11))] == [
        "postings",
        "mis",
        "mis",
        "oasis_postings",
    ]
    assert [feed_source.host for feed_source in feed.sources_for(date(2026, 10, 12))] == [*POSTINGS]
    slug = DOCUMENTS[name].slug
    assert old(f"{slug}/20261005{name}.csv", utc("2026-10-07T16:00")).status == 200
    assert new(f"None/CSV/2026/10/05/{name}-20261005.csv", utc("2026-10-07T16:00")).status == 404


@pytest.mark.parametrize("name", FOLDERS)
def test_every_document_is_served(name: str) -> None:
    """Each feed has a day's file on both servers, alike in every byte."""
    day = "2026-10-12" if name == "isolf" else "2026-10-01"
    now = utc("2026-10-12T16:00") if name == "isolf" else NOW
    answer = new(posting(name, day), now)
    assert (answer.status, answer.content_type) == (200, "text/csv")
    if name != "isolf":
        assert old(daily(name, day), now).body == answer.body


@given(day=st.sampled_from(RECENT), name=st.sampled_from(["pal", "palIntegrated", "damlbmp_zone", "isolf"]))
@settings(max_examples=5, deadline=None)
def test_day_says_the_same_in_every_document(day: date, name: str) -> None:
    """A finished day's own file and its member of the month's zip are the same bytes, whenever they are made."""
    own = old(daily(name, str(day)), NOW)
    archive = old(monthly(name, f"{day:%Y-%m}"), NOW)
    assert own.status == archive.status == 200
    assert member(archive.body, f"{day:%Y%m%d}{name}.csv") == own.body
    assert old(daily(name, str(day)), NOW + timedelta(hours=9)).body == own.body


def test_days_differ() -> None:
    """No two days of a month are alike."""
    archive = old(monthly("palIntegrated", "2026-08"), NOW).body
    assert len({member(archive, name)[60:] for name in names(archive)}) == 31


@pytest.mark.parametrize(
    ("path", "found"),
    [
        (daily("pal", "2026-09-25"), 200),
        (daily("pal", "2026-09-24"), 404),
        (daily("pal", "2026-10-05"), 200),
        (daily("pal", "2026-10-06"), 404),
        (daily("realtime_zone", "2026-10-06"), 404),
        (daily("rtfuelmix", "2026-10-06"), 404),
        (daily("damlbmp_zone", "2026-10-06"), 200),
        (daily("damlbmp_zone", "2026-10-07"), 404),
        (daily("isolf", "2026-10-06"), 200),
        (daily("isolf", "2026-10-07"), 404),
    ],
)
def test_old_server_keeps_ten_days(path: str, found: int) -> None:
    """Ten days back; today for what is measured, tomorrow for what is made ahead."""
    assert status(old(path, NOW)) == found


@pytest.mark.parametrize(
    ("now", "day", "found"),
    [
        ("2026-10-11T16:00", "2026-10-11", 200),
        ("2026-10-12T16:00", "2026-10-12", 404),
        ("2026-10-12T16:00", "2026-10-11", 200),
        ("2026-10-21T16:00", "2026-10-11", 200),
        ("2026-10-22T16:00", "2026-10-11", 404),
    ],
)
def test_old_servers_daily_files_end_with_october_11th(now: str, day: str, found: int) -> None:
    """The last daily file is that of 2026-10-11, and ten days later it is gone too."""
    assert status(old(daily("pal", day), utc(now))) == found


@pytest.mark.parametrize(
    ("month", "first", "last"),
    [
        ("2026-09", "20260901", "20260930"),
        ("2026-10", "20261001", "20261004"),
        ("2024-02", "20240201", "20240229"),
    ],
)
def test_archive_holds_the_months_finished_days(month: str, first: str, last: str) -> None:
    """All days of a past month; of the running one, those up to yesterday."""
    days = names(old(monthly("palIntegrated", month), NOW).body)
    assert (days[0], days[-1]) == (f"{first}palIntegrated.csv", f"{last}palIntegrated.csv")
    assert len(days) == int(last) - int(first) + 1


def test_archive_of_october_2026_ends_with_the_old_server() -> None:
    """Later in the year the month's zip still ends on the 11th, and November has none."""
    assert names(old(monthly("palIntegrated", "2026-10"), LATER).body)[-1] == "20261011palIntegrated.csv"
    assert status(old(monthly("palIntegrated", "2026-11"), LATER)) == 404


def test_archive_begins_with_the_feeds_history() -> None:
    """The fuel mix begins on 2015-12-09: December's zip begins there, and November has none."""
    assert names(old(monthly("rtfuelmix", "2015-12"), NOW).body)[0] == "20151209rtfuelmix.csv"
    assert status(old(monthly("rtfuelmix", "2015-11"), NOW)) == 404


@pytest.mark.parametrize(
    ("name", "first"),
    [(name, since) for name, (_, _, since) in FOLDERS.items() if not name.endswith(("gen", "rtasp"))],
)
def test_new_server_begins_with_its_folders_first_day(name: str, first: str) -> None:
    """The first day of a folder is there, the day before it is not."""
    before = date.fromisoformat(first) - timedelta(days=1)
    assert status(new(posting(name, first), LATER)) == 200
    assert status(new(posting(name, str(before)), LATER)) == 404


@pytest.mark.parametrize(
    ("name", "day", "found"),
    [
        ("pal", "2026-11-20", 200),
        ("pal", "2026-11-21", 404),
        ("realtime_zone", "2026-11-21", 404),
        ("damlbmp_zone", "2026-11-21", 200),
        ("damlbmp_zone", "2026-11-22", 404),
        ("isolf", "2026-11-21", 200),
    ],
)
def test_new_server_has_no_future(name: str, day: str, found: int) -> None:
    """No tomorrow of what is measured; tomorrow, and not the day after, of what is made ahead."""
    assert status(new(posting(name, day), LATER)) == found


@pytest.mark.parametrize(
    "path",
    [
        "pal/20261001PAL.csv",
        "pal/20261001palx.csv",
        "damlbmp/20261001pal.csv",
        "realtime/20261001damlbmp_zone.csv",
        "pal/20261301pal.csv",
        "pal/20260931pal.csv",
        "pal/current.csv",
        "pal/",
        "pal/20261001pal.csv.bak",
        "pal/20260902pal_csv.zip",
        "pal/20261301pal_csv.zip",
        "pal/20260901palx_csv.zip",
        "damlbmp/20260901pal_csv.zip",
        "pal/20271201pal_csv.zip",
        "../csv/pal/20261001pal.csv",
    ],
)
def test_unknown_paths_are_not_found_on_the_old_server(path: str) -> None:
    """A name, slug, date or ending that the real server does not know is a 404 here too."""
    assert status(old(path, NOW)) == 404


@pytest.mark.parametrize(
    "path",
    [
        "RT_ACTUAL_LOAD/CSV/2026/10/02/pal-20261003.csv",
        "DAM_LBMP_ZONE/CSV/2026/10/02/pal-20261002.csv",
        "RT_ACTUAL_LOAD/CSV/2026/10/02/load-20261002.csv",
        "RT_ACTUAL_LOAD/CSV/2026/13/02/pal-20261302.csv",
        "RT_ACTUAL_LOAD/CSV/2026/10/pal-20261002.csv",
        "RT_ACTUAL_LOAD/CSV/index.html",
        "csv/pal/20261002pal.csv",
        "",
    ],
)
def test_unknown_paths_are_not_found_on_the_new_server(path: str) -> None:
    """Folder, date and name must fit each other, and there is nothing else."""
    assert status(new(path, NOW)) == 404


@pytest.mark.parametrize(
    ("path", "now", "modified"),
    [
        (posting("pal", "2026-10-02"), NOW, "2026-10-03T04:02"),
        (posting("pal", "2026-10-05"), NOW, "2026-10-05T16:00"),
        (posting("damlbmp_zone", "2026-10-06"), NOW, "2026-10-05T11:05:04"),
        (posting("isolf", "2026-11-20"), LATER, "2026-11-19T12:05:04"),
    ],
)
def test_file_says_when_it_was_written(path: str, now: datetime, modified: str) -> None:
    """Two minutes after its day for what is measured (now, while it runs); the morning before for forecasts."""
    assert new(path, now).modified == utc(modified)


def test_member_times_are_new_yorks_clock() -> None:
    """A zip has no time zone: 07:05:04 on the wall, in summer and in winter."""
    for month, day in (("2026-07", "20260710"), ("2026-01", "20260110")):
        with zipfile.ZipFile(io.BytesIO(old(monthly("isolf", month), NOW).body)) as archive:
            info = archive.getinfo(f"{day}isolf.csv")
        before = date(int(day[:4]), int(day[4:6]), int(day[6:])) - timedelta(days=1)
        assert info.date_time == (before.year, before.month, before.day, 7, 5, 4)


def test_archive_was_written_with_its_last_day() -> None:
    """The zip's own time is that of its newest member."""
    answer = old(monthly("pal", "2026-09"), NOW)
    assert (answer.modified, answer.content_type) == (utc("2026-10-01T04:02"), "application/zip")


@pytest.mark.parametrize("name", ["pal", "palIntegrated", "rtfuelmix"])
def test_running_day_grows(name: str) -> None:
    """What a file held in the morning stands unchanged at the head of the evening's, and of the whole day's."""
    path = posting(name, "2026-11-20")
    times = (utc("2026-11-20T15:02"), utc("2026-11-20T22:58"), utc("2026-11-21T05:10"))
    morning, evening, whole = (new(path, now).body for now in times)
    assert evening.startswith(morning)
    assert whole.startswith(evening)
    assert len(morning) < len(evening) < len(whole)


@pytest.mark.parametrize(
    ("now", "last"),
    [
        ("2026-11-20T05:04", "11/20/2026 00:00:00"),
        ("2026-11-20T05:05", "11/20/2026 00:05:00"),
        ("2026-11-20T15:04:59", "11/20/2026 10:00:00"),
        ("2026-11-21T04:59", "11/20/2026 23:55:00"),
    ],
)
def test_newest_interval_is_the_last_whole_one(now: str, last: str) -> None:
    """Real-time prices end at the stamp: at 10:04:59 the newest is that of 10:00."""
    stamps = {row["Time Stamp"] for row in rows(new("RT_LBMP_ZONE/CSV/current.csv", utc(now)).body)}
    assert stamps == {last}


def test_made_ahead_is_whole_at_once() -> None:
    """Tomorrow's prices have all 24 hours as soon as they are there."""
    assert len(rows(new(posting("damlbmp_zone", "2026-11-21"), LATER).body)) == 24 * 15


_WORD, _DIGIT = "[a-zA-Z0-9_é]+", "[0-9٣]"
ANY_PATH = st.text(max_size=30) | st.from_regex(
    rf"csv/{_WORD}/{_DIGIT}{{8}}{_WORD}(\.csv|_csv\.zip)", fullmatch=True
)
"""Among them such with a letter and a digit of other scripts."""


@pytest.mark.parametrize("server", [old_server, new_server])
def test_servers_answer_any_path(server: Callable[[Ask], Answer]) -> None:
    """Whatever is asked, the answer is a document or a 404; nothing breaks."""

    @given(ANY_PATH)
    @settings(max_examples=20, deadline=None)
    def any_path(path: str) -> None:
        assert server(Ask(path=path, now=NOW)).status == 404

    any_path()
