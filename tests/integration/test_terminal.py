"""Commands in a terminal of their own: the bar and what it says, narrow pages, and no color where none is wanted."""

from __future__ import annotations

import http.server
import re
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from energyopti.cli.app import app
from installed import unmeasured
from terminals import terminal

pytestmark = pytest.mark.no_cover  # the same again and again: smaller tests cover it

COMMAND = [sys.executable, "-c", "from energyopti.cli import main; main()"]
PRICES = ("get", "nyiso", "damlbmp_zone", "--start", "2026-11-20", "--end", "2026-11-24")
COLOR = re.compile(r"\x1b\[(?:[0-9;]*;)?(?:3[0-8]|4[0-8]|9[0-7]|10[0-7])(?:;[0-9;]*)?m")
CODE = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
HEADER = '"Time Stamp","Name","PTID","LBMP ($/MWHr)","Marginal Cost Losses ($/MWHr)","Marginal Cost Congestion ($/MWHr)"'


class Slow(http.server.BaseHTTPRequestHandler):
    """NYISO's daily files, each after a while."""

    def do_GET(self) -> None:
        """A day of one zone at a price below zero; 404 for anything but a day's file."""
        day = re.search(r"/(\d{4})(\d\d)(\d\d)damlbmp_zone\.csv$", self.path)
        time.sleep(0.7 if day else 0)
        lines = [HEADER]
        if day:
            date = f"{day[2]}/{day[3]}/{day[1]}"
            lines += [f'"{date} {hour:02}:00","N.Y.C.",61761,-30.1,2.1,-1.0' for hour in range(24)]
        body = "".join(f"{line}\r\n" for line in lines).encode() if day else b""
        self.send_response(200 if day else 404)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def nyiso() -> Iterator[str]:
    """The address of such a server."""
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Slow) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        thread.join()


@pytest.fixture
def surroundings(nyiso: str, tmp_path: Path) -> dict[str, str]:
    """An environment in which NYISO is that server, with room for one request in a second and a half."""
    kept = unmeasured()
    for name in ("COLUMNS", "LINES", "NO_COLOR", "FORCE_COLOR"):
        kept.pop(name, None)
    hosts = {f"ENERGYOPTI_NYISO_{host}_URL": nyiso for host in ("MIS", "POSTINGS", "OASIS_POSTINGS")}
    return (
        kept
        | hosts
        | {
            "ENERGYOPTI_HOME": str(tmp_path / "home"),
            "XDG_CONFIG_HOME": str(tmp_path / "config"),
            "ENERGYOPTI_NYISO_MIS_RATE": "1/1.5",
            "TERM": "xterm-256color",
        }
    )


def shown(surroundings: dict[str, str], *arguments: str, columns: int = 100) -> str:
    """All that a command writes to its terminal."""
    with terminal([*COMMAND, *arguments], surroundings, columns=columns) as running:
        return running.ended()


def test_the_bar_says_what_it_waits_for_and_goes(surroundings: dict[str, str]) -> None:
    """Chunks, the wait for the limit, and what comes after it; then the table without a trace of it.

    Waits are announced as what they may take at most: a last download may be over before its wait is.
    """
    screen = shown(surroundings, *PRICES)
    plain = CODE.sub("", screen)
    assert re.search(r"nyiso damlbmp_zone .* [0-3]/4 chunks", plain)
    assert "waiting for the rate limit of mis: " in plain
    assert re.search(r"downloading from \w+: |reading: ", plain)
    assert "\n96 rows of nyiso/damlbmp_zone, " in plain.rpartition("chunks")[2]
    assert COLOR.search(screen)


def test_no_color_takes_the_color_and_leaves_the_rest(surroundings: dict[str, str]) -> None:
    """Neither the bar nor the table, where numbers below zero are red."""
    screen = shown(surroundings | {"NO_COLOR": "1"}, *PRICES)
    assert not COLOR.search(screen)
    assert "-30.1" in screen
    assert re.search(r"[0-3]/4 chunks", CODE.sub("", screen))


def test_verbose_has_lines_instead_of_a_bar(surroundings: dict[str, str]) -> None:
    """A bar between lines could be read by nobody."""
    plain = CODE.sub("", shown(surroundings, *PRICES, "-v", columns=300))
    assert "chunks" not in plain
    assert plain.count("nyiso/damlbmp_zone: mis: 200, ") == 4


@pytest.mark.parametrize(
    ("arguments", "needed"),
    [
        (("markets",), r"America/Los_Angeles"),
        (("feeds",), r"real_time_5min"),
        (("feeds", "nyiso"), r"realtime_zone +\S* *real_time_5min"),
        (("feeds", "caiso"), r"PRC_RTPD_LMP +\S* *real_time_15min"),
        (("plugins",), r"energyopti-nyiso"),
        (("describe", "lmp"), r"interval_start"),
        (("describe", "nyiso", "pal"), r"dataset +load"),
        (("doctor", "--offline"), r"oasis_postings"),
        (("locations", "pjm", "--sandbox"), r"51288 +WESTERN HUB +hub"),
        (("get", "caiso", "ancillary_quantities", "--sandbox", "--period", "2026-11-20"), r"requirement"),
        (
            ("get", "nyiso", "lmp", "--run", "DA", "--sandbox", "--period", "2026-11-20"),
            r"CAPITL .* \d+\.\d\d",
        ),
        (("compare", "--sandbox", "--no-dart", "--period", "2026-11-20"), r"caiso - ercot +\d+ +-?\d+\.\d\d"),
    ],
)
@pytest.mark.parametrize("columns", [60, 80])
def test_narrow_pages_keep_what_a_row_is_about(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, arguments: tuple[str, ...], needed: str, columns: int
) -> None:
    """No line of a table is longer than the page, and names and first figures are whole."""
    monkeypatch.setenv("ENERGYOPTI_HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    result = CliRunner().invoke(app, list(arguments), env={"COLUMNS": str(columns)}, catch_exceptions=False)
    assert re.search(needed, result.stdout), result.stdout
    rules = [line for line in result.stdout.splitlines() if line.startswith("──")]
    assert all(len(line) <= columns for line in rules)
    assert "…" not in result.stdout.partition("as published:")[0]


def test_a_terminal_of_60_columns_has_a_page_of_60(surroundings: dict[str, str]) -> None:
    """The width is the terminal's own."""
    plain = CODE.sub("", shown(surroundings, "feeds", "nyiso", columns=60))
    assert max(map(len, plain.splitlines())) <= 60
    assert "no room for " in plain
