"""Whole runs of the ``energyopti`` command over a real server on this machine: bytes, exit codes, streams.

What is about the process itself, or is the example of its kind, runs in one of its own; the rest in this one.
"""

from __future__ import annotations

import fcntl
import http.server
import io
import json
import os
import resource
import signal
import subprocess
import sys
import termios
import threading
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest
from click.testing import CliRunner, Result

from energyopti.cli.app import app
from installed import unmeasured

pytestmark = pytest.mark.no_cover  # the same again and again: smaller tests cover it

COMMAND = [sys.executable, "-c", "from energyopti.cli import main; main()"]
HEADER = (
    '"Time Stamp","Name","PTID","LBMP ($/MWHr)","Marginal Cost Losses ($/MWHr)",'
    '"Marginal Cost Congestion ($/MWHr)"\r\n'
)
DAY = ("--start", "2024-07-01", "--end", "2024-07-02")
PRICES = ("get", "nyiso", "lmp", "--run", "day_ahead", *DAY)


def prices(date: str, zones: tuple[tuple[str, int], ...] = (("N.Y.C.", 61761), ("WEST", 61752))) -> bytes:
    """A day of zonal prices in the published form."""
    lines = [
        f'"{date} {hour:02}:00","{name}",{ptid},{30 + hour}.10,2.10,-1.00\r\n'
        for hour in range(24)
        for name, ptid in zones
    ]
    return (HEADER + "".join(lines)).encode()


class Server(http.server.ThreadingHTTPServer):
    """The ISO's hosts: what is at each path, and what was asked."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.pages: dict[str, bytes | int] = {"/csv/damlbmp/20240701damlbmp_zone.csv": prices("07/01/2024")}
        self.asked: list[str] = []
        self.waiting = threading.Event()

    @property
    def url(self) -> str:
        """The base address."""
        return f"http://127.0.0.1:{self.server_address[1]}"


class Handler(http.server.BaseHTTPRequestHandler):
    """Answers from the server's pages; a page that is the status 0 never comes."""

    server: Server

    def do_GET(self) -> None:
        """Answer with the page, the status, or 404."""
        self.server.asked.append(self.path)
        page = self.server.pages.get(self.path, 404)
        if page == 0:
            self.server.waiting.set()
            time.sleep(5)
            return
        body = page if isinstance(page, bytes) else b""
        self.send_response(200 if isinstance(page, bytes) else page)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name that is overridden
        """Say nothing."""


@pytest.fixture
def server() -> Iterator[Server]:
    """The server, running."""
    with Server() as running:
        thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield running
        running.shutdown()
        thread.join()


@pytest.fixture
def surroundings(server: Server, tmp_path: Path) -> dict[str, str]:
    """An environment in which NYISO is that server."""
    kept = unmeasured()
    kept.pop("COLUMNS", None)
    return kept | {
        "ENERGYOPTI_HOME": str(tmp_path / "home"),
        "XDG_CONFIG_HOME": str(tmp_path / "config"),
        "ENERGYOPTI_NYISO_MIS_URL": server.url,
        "ENERGYOPTI_NYISO_POSTINGS_URL": f"{server.url}/postings",
        "ENERGYOPTI_NYISO_OASIS_POSTINGS_URL": f"{server.url}/oasis",
        "PYTHONWARNINGS": "error::ResourceWarning",
    }


def energyopti(
    surroundings: dict[str, str],
    *arguments: str,
    file_limit: int | None = None,
    stdout: IO[bytes] | int = subprocess.PIPE,
) -> subprocess.CompletedProcess[bytes]:
    """One run of the command.

    Where files are limited Python writes no compiled modules: they would be cut short, for all later runs.
    """
    if file_limit is not None:
        surroundings = surroundings | {"PYTHONDONTWRITEBYTECODE": "1"}

    def limit() -> None:
        if file_limit is not None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (file_limit, file_limit))

    return subprocess.run(
        [*COMMAND, *arguments],
        env=surroundings,
        stdout=stdout,
        stderr=subprocess.PIPE,
        timeout=60,
        check=False,
        preexec_fn=limit,
    )


def here(surroundings: dict[str, str], *arguments: str) -> Result:
    """One run of the command in this process, in the same environment."""
    absent: dict[str, str | None] = dict.fromkeys(os.environ.keys() - surroundings.keys())
    return CliRunner().invoke(app, list(arguments), env=absent | surroundings, catch_exceptions=False)


def test_csv_is_exact_to_the_byte(surroundings: dict[str, str]) -> None:
    """Data alone is on standard output: signs unified, times in UTC, sorted by time and location."""
    run = energyopti(surroundings, *PRICES, "--location", "N.Y.C.", "--format", "csv")
    assert run.returncode == 0
    lines = run.stdout.decode().split("\n")
    assert lines[0] == (
        "market,feed,interval_start,interval_end,run,location,location_name,location_type,"
        "lmp,energy,congestion,loss,ghg,status,version"
    )
    named = "day_ahead,N.Y.C.,N.Y.C.,zone"
    assert lines[1:3] == [
        f"nyiso,damlbmp_zone,2024-07-01T04:00:00Z,2024-07-01T05:00:00Z,{named},30.1,27.0,1.0,2.1,,,",
        f"nyiso,damlbmp_zone,2024-07-01T05:00:00Z,2024-07-01T06:00:00Z,{named},31.1,28.0,1.0,2.1,,,",
    ]
    assert (len(lines), lines[-1]) == (26, "")


def test_words_go_to_standard_error(surroundings: dict[str, str]) -> None:
    """What there is to say about the data is not mixed with it."""
    run = here(surroundings, *PRICES, "--format", "ndjson")
    assert len([json.loads(line) for line in run.stdout.splitlines()]) == 48
    said = run.stderr.splitlines()
    assert said[0] == (
        "48 rows of nyiso/damlbmp_zone, 2024-07-01T04:00:00Z to 2024-07-02T04:00:00Z, from mis (daily file)"
    )
    gap = "gap: nyiso/damlbmp_zone/2024-07-01: 13 of 15 locations are missing: CAPITL, CENTRL, DUNWOD, "
    assert [line[: len(gap)] for line in said[1:]] == [gap]


def test_a_wrong_question_exits_with_2_and_asks_nothing(surroundings: dict[str, str], server: Server) -> None:
    """A dataset that the market does not have is found out before any request."""
    run = energyopti(surroundings, "get", "nyiso", "storage", *DAY)
    assert (run.returncode, run.stdout) == (2, b"")
    assert run.stderr.count(b"\n") == 1
    assert server.asked == []


def of_a_process(surroundings: dict[str, str], *arguments: str) -> tuple[int, str, str]:
    """What a process of its own ends with, and says on either stream."""
    run = energyopti(surroundings, *arguments)
    return run.returncode, run.stdout.decode(), run.stderr.decode()


def of_this_one(surroundings: dict[str, str], *arguments: str) -> tuple[int, str, str]:
    """What the same command ends with in this process, and says on either stream."""
    run = here(surroundings, *arguments)
    return run.exit_code, run.stdout, run.stderr


Ended = Callable[..., tuple[int, str, str]]


@pytest.mark.parametrize(
    ("page", "code", "ended"),
    [
        (404, 3, of_a_process),
        (403, 4, of_this_one),
        (b'"Time Stamp","Name"\r\n"07/01/2024 00:00","WEST"\r\n', 6, of_this_one),
    ],
)
def test_what_the_source_answers_is_an_exit_code(
    surroundings: dict[str, str], server: Server, page: bytes | int, code: int, ended: Ended
) -> None:
    """No data is 3, a source that refuses 4, a payload of another shape 6; each is one line."""
    server.pages = dict.fromkeys(
        (
            "/csv/damlbmp/20240701damlbmp_zone_csv.zip",
            "/csv/damlbmp/20240701damlbmp_zone.csv",
            "/postings/DAM_LBMP_ZONE/CSV/2024/07/01/damlbmp_zone-20240701.csv",
        ),
        page,
    )
    if isinstance(page, bytes):
        server.pages["/csv/damlbmp/20240701damlbmp_zone_csv.zip"] = 404
    status, out, err = ended(surroundings, *PRICES)
    assert (status, out) == (code, "")
    assert err.startswith("energyopti: ")
    assert err.count("\n") == 1


def zipped(content: bytes) -> bytes:
    """A month's archive with one day in it."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr("20240701damlbmp_zone.csv", content)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("page", "code", "says"),
    [
        (
            lambda: b"<!DOCTYPE html><html><body>Maintenance</body></html>",
            4,
            "an HTML page where data was due",
        ),
        (lambda: zipped(b"x" * 5000)[:-40], 4, "a truncated zip archive"),
        (lambda: b"Not a zip", 4, "something else where a zip archive was due"),
        (lambda: b"", 4, "an empty body"),
        (lambda: zipped(b"x" * (257 << 20)), 6, "unzips to more than 268,435,456 bytes"),
    ],
    ids=["html", "truncated", "text", "empty", "bomb"],
)
def test_a_payload_that_is_no_data_is_one_line(
    surroundings: dict[str, str],
    server: Server,
    tmp_path: Path,
    *,
    page: Callable[[], bytes],
    code: int,
    says: str,
) -> None:
    """Pages, halves and bombs are told apart from data: one line, the right code, no file."""
    server.pages = {"/csv/damlbmp/20240701damlbmp_zone_csv.zip": page()}
    surroundings["ENERGYOPTI_ATTEMPTS"] = "1"
    run = here(surroundings, *PRICES, "--output", str(tmp_path / "prices.csv"))
    assert (run.exit_code, run.stdout) == (code, "")
    assert says in run.stderr
    assert run.stderr.count("\n") == 1
    assert not (tmp_path / "prices.csv").exists()


@pytest.mark.parametrize("command", ["markets", "feeds", "describe lmp", "plugins"])
def test_every_command_takes_the_sandbox_option(surroundings: dict[str, str], command: str) -> None:
    """Those that ask no server say the same with it."""
    plain = here(surroundings, *command.split())
    assert here(surroundings, *command.split(), "--sandbox").stdout == plain.stdout
    assert (plain.exit_code, plain.stdout == "") == (0, False)


def test_retries_are_not_told_line_by_line(surroundings: dict[str, str], server: Server) -> None:
    """A source that fails through every attempt is one line in the end."""
    server.pages = {}
    surroundings["ENERGYOPTI_NYISO_POSTINGS_URL"] = "http://127.0.0.1:9"
    run = here(surroundings, *PRICES)
    assert run.exit_code == 4
    assert run.stderr.count("\n") == 1


def test_a_full_disk_leaves_nothing_half_written(surroundings: dict[str, str], tmp_path: Path) -> None:
    """Where the file does not fit, the old one stands and nothing else is left."""
    folder = tmp_path / "out"
    folder.mkdir()
    target = folder / "prices.csv"
    target.write_text("before")
    run = energyopti(surroundings, *PRICES, "--output", str(target), file_limit=1000)
    assert run.returncode == 2
    assert b"cannot write" in run.stderr
    assert run.stderr.count(b"\n") == 1
    assert target.read_text() == "before"
    assert list(folder.iterdir()) == [target]


def test_a_full_standard_output_is_one_line(surroundings: dict[str, str]) -> None:
    """A device that is full under standard output is said once, without a traceback."""
    with Path("/dev/full").open("wb") as full:
        run = energyopti(surroundings, *PRICES, "--format", "csv", stdout=full)
    assert run.returncode == 2
    assert run.stderr == b"energyopti: cannot write to standard output: No space left on device\n"


@pytest.mark.parametrize("unbuffered", ["", pytest.param("1", marks=pytest.mark.exhaustive)])
def test_standard_output_that_fills_up_is_no_success(
    surroundings: dict[str, str], tmp_path: Path, unbuffered: str
) -> None:
    """A file under standard output that takes a part of the rows: the run says that it failed."""
    surroundings = surroundings | {"PYTHONUNBUFFERED": unbuffered}
    whole = here(surroundings, *PRICES, "--format", "csv").stdout_bytes
    with (tmp_path / "out.csv").open("wb") as out:
        run = energyopti(surroundings, *PRICES, "--format", "csv", file_limit=1000, stdout=out)
    assert (tmp_path / "out.csv").read_bytes() == whole[:1000] != whole
    assert run.returncode == 2
    assert run.stderr == b"energyopti: cannot write to standard output: File too large\n"


@pytest.mark.parametrize("unbuffered", [pytest.param("", marks=pytest.mark.exhaustive), "1"])
def test_pipe_that_does_not_wait_is_no_success(surroundings: dict[str, str], unbuffered: str) -> None:
    """Where the rows do not fit into a pipe that blocks nobody, the run says that it failed."""
    surroundings = surroundings | {"PYTHONUNBUFFERED": unbuffered}
    reading, writing = os.pipe()
    with os.fdopen(reading, "rb"), os.fdopen(writing, "wb") as out:
        fcntl.fcntl(out, fcntl.F_SETPIPE_SZ, 4096)
        os.set_blocking(out.fileno(), False)
        run = energyopti(surroundings, *PRICES, "--format", "csv", stdout=out)
    assert run.returncode == 2
    assert run.stderr.startswith(b"energyopti: cannot write to standard output: ")
    assert run.stderr.count(b"\n") == 1


def test_a_closed_pipe_is_quiet(surroundings: dict[str, str]) -> None:
    """``| head`` does not make a traceback."""
    reading, writing = os.pipe()
    os.close(reading)
    run = energyopti(surroundings, "feeds", stdout=writing)
    os.close(writing)
    assert (run.returncode, run.stderr) == (0, b"")


def test_a_file_is_written_whole(surroundings: dict[str, str], tmp_path: Path) -> None:
    """``--output`` gives the bytes that standard output would have had."""
    target = tmp_path / "prices.csv"
    written = here(surroundings, *PRICES, "--output", str(target))
    shown = here(surroundings, *PRICES, "--format", "csv")
    assert (written.exit_code, written.stdout) == (0, "")
    assert target.read_bytes() == shown.stdout_bytes


def test_ctrl_c_is_130_and_one_line(surroundings: dict[str, str], server: Server) -> None:
    """A command that is interrupted while it waits ends at once and says so."""
    server.pages["/csv/damlbmp/20240701damlbmp_zone_csv.zip"] = 0
    with subprocess.Popen(
        [*COMMAND, *PRICES], env=surroundings, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as run:
        assert server.waiting.wait(30)
        run.send_signal(signal.SIGINT)
        out, err = run.communicate(timeout=30)
    assert (run.returncode, out, err) == (130, b"", b"energyopti: interrupted\n")


@pytest.mark.parametrize("unbuffered", ["", pytest.param("1", marks=pytest.mark.exhaustive)])
def test_ctrl_c_ends_a_watch(surroundings: dict[str, str], unbuffered: str) -> None:
    """What came is on standard output in whole rows, though it did not fit in; the next poll is not waited for."""
    arguments = ("watch", "nyiso", "damlbmp_zone", "--format", "csv", "--sandbox")
    with subprocess.Popen(
        [*COMMAND, *arguments],
        env=surroundings | {"PYTHONUNBUFFERED": unbuffered},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        bufsize=0,
    ) as run:
        assert run.stdout is not None
        room = fcntl.fcntl(run.stdout, fcntl.F_SETPIPE_SZ, 4096)
        first = os.read(run.stdout.fileno(), room)
        waiting = bytearray(4)
        # until the command stands in the middle of writing
        while int.from_bytes(waiting, sys.byteorder) < room:
            assert run.poll() is None
            time.sleep(0.01)
            fcntl.ioctl(run.stdout, termios.FIONREAD, waiting)
        run.send_signal(signal.SIGINT)
        rest, err = run.communicate(timeout=30)
    header, *rows, end = (first + rest).split(b"\n")
    assert header.startswith(b"market,feed,")
    assert (len(rows) % 24, end) == (0, b"")
    assert {row.count(b",") for row in rows} == {header.count(b",")}
    assert (run.returncode, err.splitlines()[-1]) == (130, b"energyopti: interrupted")


def test_the_sandbox_serves_what_get_reads(surroundings: dict[str, str]) -> None:
    """``energyopti sandbox`` says the setting that makes ``energyopti get`` read from it."""
    with subprocess.Popen(
        [*COMMAND, "sandbox", "--port", "0"], env=surroundings, stderr=subprocess.PIPE, text=True
    ) as run:
        try:
            assert run.stderr is not None
            lines = [run.stderr.readline().strip() for _ in range(3)]
            name, _, base = lines[0].partition("=")
            with urlopen(f"{base}/") as index:  # the socket listens already: this waits until it is served
                hosts = json.load(index)["nyiso"]
            plain = {key: value for key, value in surroundings.items() if "_NYISO" not in key}
            got = here({**plain, name: base}, *PRICES, "--format", "csv")
        finally:
            run.send_signal(signal.SIGINT)
            rest = run.communicate(timeout=30)[1]
    assert hosts[:2] == ["mis", "postings"]
    assert name == "ENERGYOPTI_SANDBOX"
    assert got.exit_code == 0
    assert got.stdout.startswith("market,")
    assert lines[1].partition(": ")[2].startswith(f"{base}/")
    assert "Traceback" not in rest


def test_sandbox_keeps_published_limits_on_request(surroundings: dict[str, str]) -> None:
    """``energyopti sandbox --limits``: the second request within five seconds is refused, as California's host does."""
    with subprocess.Popen(
        [*COMMAND, "sandbox", "--port", "0", "--limits"], env=surroundings, stderr=subprocess.PIPE, text=True
    ) as run:
        try:
            assert run.stderr is not None
            base = run.stderr.readline().strip().partition("=")[2]
            with urlopen(f"{base}/caiso/oasis/SingleZip") as first:
                assert first.status == 200
            with pytest.raises(HTTPError, match="429") as refused:
                urlopen(f"{base}/caiso/oasis/SingleZip")
            refused.value.close()
        finally:
            run.send_signal(signal.SIGINT)
            run.communicate(timeout=30)


def test_sandbox_option_asks_no_server(surroundings: dict[str, str], server: Server) -> None:
    """``get --sandbox`` is generated data in process: no request leaves it, whatever the settings say."""
    run = here(surroundings, *PRICES, "--format", "csv", "--sandbox")
    assert run.exit_code == 0
    assert run.stdout.count("\n") > 24
    assert server.asked == []


OF_QUERIES = ("polars", "httpx", "cattrs", "stamina", "uvicorn", "typed_settings", "rich.markdown")
OF_LISTINGS = ("energyopti.market", "energyopti.datasets", "energyopti.settings")


@pytest.mark.parametrize(
    ("arguments", "heavy"),
    [
        ("--help", OF_QUERIES + OF_LISTINGS),
        ("get --help", OF_QUERIES + OF_LISTINGS),
        pytest.param("--version", OF_QUERIES + OF_LISTINGS, marks=pytest.mark.exhaustive),
        ("feeds", OF_QUERIES),
        ("describe lmp", OF_QUERIES),
        *(pytest.param(name, OF_QUERIES, marks=pytest.mark.exhaustive) for name in ("markets", "plugins")),
    ],
)
def test_commands_that_ask_nothing_start_light(
    surroundings: dict[str, str], arguments: str, heavy: tuple[str, ...]
) -> None:
    """Listings do not import what only a query needs, and help not what only those do."""
    program = (
        "import sys\n"
        "from energyopti.cli import main\n"
        "try:\n    main(sys.argv[1:])\n"
        "except SystemExit:\n    pass\n"
        f"print(*sorted(set({heavy!r}) & sys.modules.keys()), file=sys.stderr)\n"
    )
    run = subprocess.run(
        [sys.executable, "-c", program, *arguments.split()],
        env=surroundings,
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert run.stderr.splitlines()[-1] == b""
