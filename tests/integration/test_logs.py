"""What ``-v`` and ``--log-format json`` say of requests to a real server: answers, failures, waits, and no secret."""

from __future__ import annotations

import http.server
import json
import logging
import threading
import time
import warnings
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import attrs
import pytest
from click.testing import CliRunner, Result

from cli_runs import KEYED, NOW, day, registry
from energyopti import Event, EventKind, Host, RateLimit
from energyopti.cli.app import app
from energyopti.cli.event_log import event_log, size
from energyopti.cli.installation import Installation
from energyopti.cli.logs import LogFormat, Logs, logs
from energyopti.events import WaitFor

SECRET = "s3cret-of-the-tests"
DAYS = ("--start", "2024-07-01", "--end", "2024-07-03")


class Handler(http.server.BaseHTTPRequestHandler):
    """Answers from the server's stories: for each path, one status or page after the other; the last one stays."""

    def do_GET(self) -> None:
        """The next part of the path's story."""
        story: list[bytes | int] = self.server.stories.get(self.path, [404])  # type: ignore[attr-defined]
        page = story.pop(0) if len(story) > 1 else story[0]
        body = page if isinstance(page, bytes) else f"no {SECRET}".encode()
        self.send_response(200 if isinstance(page, bytes) else page)
        if page == 429:
            self.send_header("retry-after", "2")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@attrs.define
class Served:
    """A market on a server of this machine."""

    url: str
    stories: dict[str, list[bytes | int]]
    home: Path

    def run(self, *arguments: str, rate: RateLimit | None = None) -> Result:
        """A command about it."""
        host = Host(name="main", url=self.url, headers={"x-key": "key"}, rate=rate)
        here = Installation(given_registry=registry(attrs.evolve(KEYED, hosts=(host,))), now=lambda: NOW)
        return CliRunner().invoke(app, list(arguments), obj=here, catch_exceptions=False)

    def get(self, *arguments: str, rate: RateLimit | None = None) -> Result:
        """Two days of load."""
        return self.run("get", "testiso", "load", *DAYS, "--format", "csv", *arguments, rate=rate)


@pytest.fixture
def served(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Served]:
    """The server, with a key set, and attempts that follow at once."""
    monkeypatch.setenv("ENERGYOPTI_HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("ENERGYOPTI_TESTISO_KEY", SECRET)
    monkeypatch.setenv("ENERGYOPTI_ATTEMPTS", "3")
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        stories: dict[str, list[bytes | int]] = {
            f"/2024-07-0{number}.csv": [day(f"2024-07-0{number}")] for number in (1, 2)
        }
        server.stories = stories  # type: ignore[attr-defined]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield Served(f"http://127.0.0.1:{server.server_address[1]}", stories, tmp_path)
        server.shutdown()
        thread.join()


def objects(result: Result) -> list[dict[str, Any]]:
    """The lines of standard error, each an object."""
    return [json.loads(line) for line in result.stderr.splitlines()]


def test_each_request_is_a_line(served: Served) -> None:
    """With the feed, the host, the status, the bytes and the seconds; data stays on standard output."""
    result = served.get("-v")
    assert len(result.stdout.splitlines()) == 49
    lines = result.stderr.splitlines()[:-1]
    lines = [line for line in lines if "unencrypted" not in line]
    assert len(lines) == 2
    for line in lines:
        assert line.startswith("testiso/hourly_load: main: 200, ")
        assert " kB in 0." in line or " B in 0." in line
    assert {line.rpartition("/")[2] for line in lines} == {"2024-07-01.csv", "2024-07-02.csv"}


def test_without_it_nothing_is_said_of_requests(served: Served) -> None:
    """As ever: the summary."""
    assert "main: 200" not in served.get().stderr


def test_json_has_an_object_a_line(served: Served) -> None:
    """Requests, warnings and the summary alike, and every field of a request."""
    found = objects(served.get("-v", "--log-format", "json"))
    requests = [each for each in found if each["event"] == "fetch_finished"]
    assert len(requests) == 2
    (first,) = [each for each in requests if each["url"].endswith("/2024-07-01.csv")]
    assert datetime.fromisoformat(first.pop("time")).tzinfo == UTC
    assert 0 < first.pop("seconds") < 30
    assert first == {
        "event": "fetch_finished",
        "market": "testiso",
        "feed": "hourly_load",
        "host": "main",
        "url": f"{served.url}/2024-07-01.csv",
        "chunk": None,
        "status": 200,
        "bytes": len(day("2024-07-01")),
        "wait": first["wait"],
        "reason": first["reason"],
        "detail": None,
    }
    assert found[-1]["message"].startswith("48 rows of testiso/hourly_load")


def test_json_alone_says_what_fails(served: Served) -> None:
    """A server that fails once is asked again: that attempt is a line, and answers are none."""
    served.stories["/2024-07-01.csv"].insert(0, 503)
    found = objects(served.get("--log-format", "json"))
    assert [each["event"] for each in found if each["event"].startswith("fetch")] == ["fetch_retried"]
    assert "stamina" not in {each.get("logger") for each in found}


def test_requests_that_fail_for_good_have_their_status(served: Served) -> None:
    """After each attempt, and at last; the command ends with an error that is an object, too."""
    served.stories["/2024-07-01.csv"] = [500]
    result = served.get("--log-format", "json")
    found = objects(result)
    assert result.exit_code == 4
    assert [each["status"] for each in found if each["event"] == "fetch_retried"] == [500] * 3
    (failed,) = [each for each in found if each["event"] == "fetch_failed"]
    assert (failed["status"], failed["detail"], failed["bytes"]) == (500, "status 500", None)
    assert (found[-1]["event"], found[-1]["exit_code"]) == ("error", 4)


def test_a_refused_key_and_an_absent_document_are_lines(served: Served) -> None:
    """What no attempt can mend has an event as well: a failure, or an absence."""
    served.stories["/2024-07-01.csv"] = [401]
    served.stories["/2024-07-02.csv"] = [404]
    result = served.get("-v", "--partial")
    assert "testiso/hourly_load: main: failed in " in result.stderr
    assert "refused the credential (status 401)" in result.stderr
    assert "testiso/hourly_load: main: absent in " in result.stderr


def test_a_pause_is_one_line_with_its_reason(served: Served) -> None:
    """The host asks for two seconds; the request that waited says for what."""
    for each in served.stories.values():
        each.insert(0, 429)
    began = time.monotonic()
    found = objects(served.get("-v", "--log-format", "json"))
    assert time.monotonic() - began >= 2
    waits = [each for each in found if each["event"] == "fetch_waiting"]
    assert {each["reason"] for each in waits} == {"pause"}
    assert all(1 < each["wait"] <= 2 for each in waits)
    finished = [each for each in found if each["event"] == "fetch_finished"]
    assert {each["reason"] for each in finished} == {"pause"}
    assert all(each["wait"] > 1 for each in finished)


def test_a_wait_for_the_limit_is_one_line(served: Served) -> None:
    """One request in two seconds: the second waits, and says so."""
    result = served.get("-v", rate=RateLimit(1, timedelta(seconds=2)))
    assert result.exit_code == 0
    waits = [
        line
        for line in result.stderr.splitlines()
        if line.startswith("testiso/hourly_load: main: waits 2 s: ")
    ]
    assert len(waits) == 1
    assert "host main has a limit (1/2, requests/seconds)" in waits[0]
    assert result.stderr.count("s of it for its rate limit: ") == 1


def test_no_secret_is_in_any_line(served: Served) -> None:
    """Not even where a server sends it back."""
    served.stories["/2024-07-01.csv"] = [401]
    for form in ("text", "json"):
        assert SECRET not in served.get("-v", "--log-format", form).stderr
    heard: list[str] = []
    trouble = Event(kind=EventKind.STORE_FAILED, market="testiso", subject="x", detail=f"disk {SECRET}")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            "sys.stderr",
            type("Ear", (), {"write": lambda _, line: heard.append(line), "flush": lambda _: None})(),
        )
        for form in LogFormat:
            observe = event_log(Logs(verbose=True, form=form))
            assert observe is not None
            observe(trouble)
    assert SECRET not in "".join(heard)
    assert len(heard) == 2


def test_warnings_are_written_as_the_command_speaks(served: Served) -> None:
    """Of energyopti, of libraries and of Python: objects, or lines as ever; afterwards all is as before."""
    before = (warnings.showwarning, list(logging.getLogger().handlers))
    served.stories.clear()

    def warn(*_: object) -> None:
        logging.getLogger("some.library").warning("lib %s", "warns")
        warnings.warn("python warns", stacklevel=1)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("energyopti.cli.listings.emit_json", warn)
        with warnings.catch_warnings():
            warnings.simplefilter("always")
            found = objects(served.run("--log-format", "json", "markets", "--json"))
            with pytest.warns(UserWarning, match="python warns"):
                served.run("markets", "--json")
    said = [(each["event"], each["level"], each["message"]) for each in found]
    assert ("log", "warning", "lib warns") in said
    assert ("log", "warning", "python warns") in said
    assert (warnings.showwarning, list(logging.getLogger().handlers)) == before


def test_options_may_stand_before_the_command(served: Served) -> None:
    """As ``--debug`` does."""
    assert "main: 200" in served.run("-v", "get", "testiso", "load", *DAYS).stderr


def test_misuse_is_an_object_too(served: Served) -> None:
    """An unknown option has an exit code of its own."""
    (line,) = objects(served.get("--log-format", "json", "--nonsense"))
    assert (line["event"], line["exit_code"]) == ("error", 2)
    assert line["message"].startswith("No such option")


def test_a_backfill_says_each_request(served: Served) -> None:
    """Filling a lake is where logs are read most."""
    result = served.run("backfill", "testiso", "load", *DAYS, "-v", "--lake", str(served.home / "lake"))
    assert result.exit_code == 0
    assert result.stderr.count("testiso/hourly_load: main: 200, ") == 2


@pytest.mark.parametrize(
    ("event", "line"),
    [
        (
            Event(
                kind=EventKind.FETCH_FINISHED,
                market="testiso",
                subject="https://iso.example/x",
                count=2_500_000,
                seconds=3.25,
                host="main",
                status=200,
                waited=3.0,
                reason=WaitFor.LIMIT,
            ),
            "testiso: main: 200, 2.5 MB in 3.25 s, 3.0 s of it for its rate limit: https://iso.example/x",
        ),
        (
            Event(
                kind=EventKind.FETCH_WAITING,
                market="testiso",
                subject="main",
                feed="load",
                host="main",
                seconds=6,
                detail="limit 6/60",
            ),
            "testiso/load: main: waits 6 s: limit 6/60",
        ),
        (
            Event(
                kind=EventKind.FETCH_ABSENT,
                market="testiso",
                subject="x",
                host="main",
                seconds=1.0,
                detail="x does not exist",
            ),
            "testiso: main: absent in 1.00 s: x does not exist",
        ),
        (
            Event(
                kind=EventKind.STORE_FAILED, market="testiso", subject="testiso/load/1", detail="full\x1b[1m"
            ),
            "testiso: testiso/load/1: full\N{REPLACEMENT CHARACTER}[1m",
        ),
    ],
)
def test_lines_say_what_took_long(capsys: pytest.CaptureFixture[str], event: Event, line: str) -> None:
    """A wait and its reason, and no character that could control a terminal."""
    observe = event_log(Logs(verbose=True))
    assert observe is not None
    observe(event)
    observe(Event(kind=EventKind.FETCH_STARTED, market="testiso", subject="x"))
    assert capsys.readouterr().err == f"{line}\n"


def test_sizes_and_silence() -> None:
    """Bytes in words; without a command nothing is asked for, and nothing is written."""
    assert [size(each) for each in (0, 999, 1_000, 2_340_000, 5e9)] == [
        "0 B",
        "999 B",
        "1.0 kB",
        "2.3 MB",
        "5.0 GB",
    ]
    assert event_log(logs()) is None
