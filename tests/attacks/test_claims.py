"""Numbers that servers claim: how long to wait, how long a token lasts, how much there is, and when it was published."""

from __future__ import annotations

import json
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from builders import market
from collecting_builders import KEY, NOW, SECRET, run, served_market, settings
from dataminer_answers import chunk, collected, listed, page, price
from energyopti import SchemaDrift
from energyopti.errors import RateLimited, SourceUnavailable
from energyopti.market import Host, Market, PasswordGrant
from energyopti.source import Client, Payload, Request
from energyopti_ercot.protocol.archive import _listed as archived
from energyopti_ercot.protocol.listing import MOST_PAGES, counted
from energyopti_ercot.protocol.listing import listed as documents
from servers import Answer, Server, serving

GOOD = b"a,b\n1,2\n"
HOUR = 3600.0


def ask(there: Market, home: Path, seconds: list[float], *asked_at: float) -> list[Payload | Exception]:
    """The same document at some times of a clock, by one client."""

    async def go() -> list[Payload | Exception]:
        given = settings(home, attempts=2, credentials={("testiso", KEY.name): SECRET})
        now = lambda: NOW + timedelta(seconds=seconds[0])  # noqa: E731
        opened = Client(given, now=now, monotonic=lambda: seconds[0])
        came: list[Payload | Exception] = []
        try:
            for at in asked_at:
                seconds[0] = at
                try:
                    came.append(await opened.fetch(there, there.host("main"), Request(path="doc")))
                except SourceUnavailable as error:
                    came.append(error)
            return came
        finally:
            await opened.aclose()

    return run(go())


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("86400", "86400 s"),
        ("9" * 400, "604800 s"),
        ("1" + "0" * 308, "604800 s"),
        ("Fri, 31 Dec 9999 23:59:59 GMT", "604800 s"),
        ("Thu, 11 Jul 2024 12:00:00 GMT", "86400 s"),
    ],
    ids=["a day", "400 nines", "1e308", "the last day", "tomorrow"],
)
def test_a_host_that_says_tomorrow_is_asked_again_in_an_hour(said: str, shown: str, tmp_path: Path) -> None:
    """The error says both; until then nobody asks, and then the answer comes."""
    with serving() as server:
        server.on("/doc", Answer(status=429, headers={"Retry-After": said}), GOOD)
        told, left, answer = ask(served_market(server.url), tmp_path, [0.0], 0.0, HOUR - 9, HOUR + 1)
        assert len(server.asked) == 2
    assert isinstance(told, RateLimited)
    assert f"for another {shown} (it is asked again in 3600 s)" in str(told)
    assert told.retry_after == HOUR
    assert isinstance(left, RateLimited)
    assert "it is asked again in 9 s" in str(left)
    assert isinstance(answer, Payload)


def test_a_shorter_pause_later_is_its_own(tmp_path: Path) -> None:
    """What the host asked for yesterday is not said again."""
    with serving() as server:
        later = Answer(status=429, headers={"Retry-After": "60"})
        server.on("/doc", Answer(status=429, headers={"Retry-After": "86400"}), later)
        _, told = ask(served_market(server.url), tmp_path, [0.0], 0.0, HOUR + 1)
    assert "for another 60 s, longer than this call may take" in str(told)


@pytest.mark.parametrize("said", ["-1", "nan", "inf", "1e5", "0x10", "1,000", "٣", "9.9.9"])
def test_a_word_that_is_no_time_delays_nothing(said: str, tmp_path: Path) -> None:
    """The usual next attempt follows."""
    began = time.monotonic()
    with serving() as server:
        server.on("/doc", Answer(status=503, headers={"Retry-After": said.encode().decode("latin-1")}), GOOD)
        (answer,) = ask(served_market(server.url), tmp_path, [0.0], 0.0)
    assert isinstance(answer, Payload)
    assert time.monotonic() - began < 5


def logging_in(server: Server, **said: Any) -> Market:
    """A market whose host wants a token, which the same server gives."""
    grant = PasswordGrant(host="login", path="token", form={}, credentials={"password": KEY.name})
    text = json.dumps({"access_token": "t0ken", **said}).replace('"1e400"', "1e400")
    server.on("/token", text.encode())
    server.on("/doc", GOOD)
    hosts = (Host(name="main", url=server.url, bearer=grant), Host(name="login", url=server.url))
    return market(hosts=hosts, credentials=(KEY,))


@pytest.mark.parametrize(
    ("said", "lasts"),
    [
        (1e308, 86_400),
        ("1e400", 86_400),
        (float("inf"), 86_400),
        pytest.param(int("9" * 400), 86_400, id="400 nines"),
        (float("nan"), 3_600),
        (-1e308, 3_600),
        ("soon", 3_600),
        (None, 3_600),
        ([3600], 3_600),
        (True, 3_600),
        ("7200", 7_200),
    ],
)
def test_a_token_lasts_a_day_at_the_most(said: Any, lasts: int, tmp_path: Path) -> None:
    """And as long as the market declares where its host says nothing that can be."""
    with serving() as server:
        there = logging_in(server, expires_in=said)
        answers = ask(there, tmp_path, [0.0], 0.0, lasts - 100.0, lasts - 10.0)
        assert all(isinstance(each, Payload) for each in answers)
        assert server.paths == ["/token", "/doc", "/doc", "/token", "/doc"]


@pytest.mark.parametrize("token", [None, 7, "", ["t"], "a\r\nX-Other: b", "täken"])
def test_what_cannot_be_sent_is_no_token(token: Any, tmp_path: Path) -> None:
    """It is the host's fault, and nothing is sent with it."""
    with serving() as server:
        (error,) = ask(logging_in(server, access_token=token), tmp_path, [0.0], 0.0)
        assert server.paths == ["/token"]
    assert str(error).startswith(
        "testiso: host login answered without a token that can be used; try again later"
    )


def test_an_answer_with_a_token_is_small(tmp_path: Path) -> None:
    """Two megabytes are not read as JSON, nor are brackets in brackets without end."""
    with serving() as server:
        there = logging_in(server, other="x" * (2 << 20))
        (large,) = ask(there, tmp_path, [0.0], 0.0)
        server.on("/token", b"[" * 500_000)
        (deep,) = ask(there, tmp_path, [0.0], 0.0)
    assert "more than 1,048,576 bytes" in str(large)
    assert isinstance(deep, SourceUnavailable)


@pytest.mark.parametrize(
    "said", ["1e14", "100000000000000", pytest.param("9" * 400, id="400 nines"), "1e400", "-1"]
)
def test_rows_that_pjm_cannot_have_are_not_asked_for(said: str) -> None:
    """One request, and an error that quotes the total."""
    answers = listed(page(price(4)).replace(b'"totalRows":1', f'"totalRows":{said}'.encode()))
    with pytest.raises(SourceUnavailable, match="which cannot be"):
        collected(chunk("2026-06-01"), answers)
    assert len(answers.asked) == 1


@pytest.mark.parametrize(
    "said",
    ["1e14", "100000000000000", "1e400", "NaN", pytest.param("9" * 400, id="400 nines"), str(MOST_PAGES + 1)],
)
def test_pages_that_ercot_cannot_have_are_not_asked_for(said: str) -> None:
    """Not even numbered: a list of their numbers would take all memory."""
    meta = '{"totalPages": %s, "totalRecords": 5}' % said  # noqa: UP031 - braces
    with pytest.raises((ValueError, OverflowError)):
        counted(json.loads(meta) | ({"totalPages": said} if "e14" in said else {}))
    with pytest.raises(SchemaDrift, match="is not the JSON that was due"):
        archived(b'{"_meta": %s, "archives": []}' % meta.encode())


def entry(**changes: Any) -> bytes:
    """ERCOT's list of a single document."""
    document = {
        "DocID": "7",
        "PublishDate": "2026-07-01T01:00:00-05:00",
        "FriendlyName": "a_csv",
        "ConstructedName": "cdr.20260701.010000.a_csv.zip",
        "DocCount": "0",
        **changes,
    }
    text = json.dumps({"ListDocsByRptTypeRes": {"DocumentList": [{"Document": document}]}})
    return text.replace('"1e400"', "1e400").encode()


@pytest.mark.parametrize("count", [10**14, 1e308, "1e400", -1, "many", None])
def test_the_count_in_ercots_list_is_not_believed(count: Any) -> None:
    """The documents that are listed are there, and no others."""
    (found,) = documents(entry(DocCount=count))
    assert found.number == "7"


@pytest.mark.parametrize(
    "changes",
    [
        {"DocID": "1e400"},
        {"DocID": "9" * 5000},
        {"PublishDate": "9999-12-31T23:59:59-06:00"},
        {"PublishDate": "0001-01-01T00:00:00+14:00"},
        {"PublishDate": 1e308},
    ],
    ids=["infinite number", "long number", "last day", "first day", "no time"],
)
def test_numbers_and_times_that_ercots_documents_cannot_have_are_drift(changes: dict[str, Any]) -> None:
    """The list is said to be another than the one that was due."""
    with pytest.raises(SchemaDrift, match="is not the JSON that was due"):
        documents(entry(**changes))


def test_a_list_that_is_brackets_without_end_is_drift() -> None:
    """It is read by nobody."""
    with pytest.raises(SchemaDrift, match="is not the JSON that was due"):
        documents(b'{"ListDocsByRptTypeRes":' + b"[" * 500_000)
