"""The command line under attack: closed streams, names that no file can have, endless files, and data that would take a terminal over."""

from __future__ import annotations

import contextlib
import os
import pty
import shlex
import stat
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import polars as pl
import pytest
from click.testing import CliRunner, Result

from bounded import Ran, commanded
from cli_runs import day, get
from energyopti.cli.app import app
from energyopti.local_files import read_bounded
from energyopti.output import CSV, SAFE_CSV

LONG = "x" * 300
DATA = ("get", "nyiso", "load", "--start", "2024-07-01", "--end", "2024-07-02", "--sandbox")
ESCAPE = "\x1b[2J\x9b31mTAKEN\r\x07\u202e"


def shell(words: Sequence[str], redirected: str = "", *, home: Path, seconds: float = 60) -> Ran:
    """One command in a shell, which may close its streams."""
    line = shlex.join(
        [sys.executable, "-c", "import sys; from energyopti.cli import main; main(sys.argv[1:])", *words]
    )
    env = {"ENERGYOPTI_HOME": str(home), "XDG_CONFIG_HOME": str(home)}
    return commanded("sh", "-c", f"{line} {redirected}", seconds=seconds, env=env, cwd=home)


def one_line(ran: Ran) -> bool:
    """Whether it said what was wrong in one line, without a traceback."""
    return ran.err.startswith("energyopti: ") and ran.err.count("\n") == 1


@pytest.mark.parametrize("words", [("markets",), ("--version",), (*DATA, "--format", "csv")], ids=" ".join)
def test_closed_output_is_one_line(words: tuple[str, ...], tmp_path: Path) -> None:
    """Nobody can read the data: the command fails, and says so."""
    ran = shell(words, ">&-", home=tmp_path)
    assert (ran.code, one_line(ran)) == (2, True), ran.err
    assert "cannot write to standard output" in ran.err


def test_closed_output_does_not_matter_to_a_file(tmp_path: Path) -> None:
    """As under some schedulers: a file opened meanwhile does not become the standard output."""
    ran = shell([*DATA, "-o", "x.csv"], ">&- 2>&- <&-", home=tmp_path)
    assert (ran.code, ran.out, ran.err) == (0, "", "")
    assert pl.read_csv(tmp_path / "x.csv").height > 3000


@pytest.mark.parametrize(
    "words",
    [
        (*DATA, "-o", f"{LONG}.csv"),
        (*DATA, "-o", f"{LONG}/x.csv"),
        (*DATA, "-o", "loop.csv"),
        (*DATA, "-o", "loop.csv/x.csv"),
        ("compare", *DATA[3:], "--chart", f"{LONG}.html"),
        ("compare", *DATA[3:], "--chart", "loop.html", "-o", "x.csv"),
        ("read", "nyiso", "pal", LONG),
        ("read", "nyiso", "pal", "loop.csv"),
        ("sync", LONG),
        ("sync", "loop.csv"),
        ("sql", "--file", LONG),
        ("sql", "select 1", "--lake", LONG),
        ("sql", "select 1", "--lake", "loop.csv"),
        ("lake", "status", "--lake", LONG),
        ("lake", "status", "--lake", "loop.csv"),
        ("lake", "rebuild", "--lake", "there", "--archive", LONG),
        ("backfill", "nyiso", "load", *DATA[3:], "--lake", LONG),
        ("backfill", "nyiso", "load", *DATA[3:], "--lake", "loop.csv/lake"),
    ],
    ids=lambda words: " ".join(words).replace(LONG, "long"),
)
def test_name_that_no_file_can_have_is_one_line(words: tuple[str, ...], tmp_path: Path) -> None:
    """Three hundred letters, and links in a loop."""
    for suffix in ("csv", "html"):
        (tmp_path / f"loop.{suffix}").symlink_to(tmp_path / f"pool.{suffix}")
        (tmp_path / f"pool.{suffix}").symlink_to(tmp_path / f"loop.{suffix}")
    (tmp_path / "there").mkdir()
    with contextlib.chdir(tmp_path):
        said = get_in_process(words, tmp_path)
    assert said.exit_code in {1, 2, 4}, said.output
    *earlier, last = said.stderr.splitlines()
    assert last.startswith("energyopti: ")
    assert len(earlier) <= (words[0] == "backfill")  # its plan
    assert sorted(path.name for path in tmp_path.rglob("*.part")) == []


def get_in_process(words: Sequence[str], home: Path) -> Result:
    """A command in this process, over what is installed."""
    env = {"ENERGYOPTI_HOME": str(home / "home"), "XDG_CONFIG_HOME": str(home), "COLUMNS": "200"}
    return CliRunner().invoke(app, list(words), env=env, catch_exceptions=False)


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("read", "nyiso", "pal", "/dev/zero"), "more than"),
        (("sync", "/dev/zero"), "more than"),
        (("sql", "--file", "/dev/zero"), "more than"),
        (("sql", "-"), "longer than"),
    ],
    ids=str,
)
def test_file_without_an_end_is_given_up(words: tuple[str, ...], says: str, tmp_path: Path) -> None:
    """A device is read to a bound, and refused."""
    ran = shell(words, "</dev/zero", home=tmp_path)
    assert (ran.code in {2, 4}, one_line(ran)) == (True, True), ran.err
    assert says in ran.err


def test_pipe_that_nobody_writes_to_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """After a while without a byte."""
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(TimeoutError, match="nothing came for 0"):
        read_bounded(tmp_path / "pipe", cap=100, patience=0.1)


def test_pipe_is_read_as_a_file(tmp_path: Path) -> None:
    """What another program writes into it, to its end."""
    (tmp_path / "day.csv").write_bytes(day("2024-07-01"))
    os.mkfifo(tmp_path / "pipe")
    with subprocess.Popen(["sh", "-c", f"cat {tmp_path / 'day.csv'} > {tmp_path / 'pipe'}"]):
        assert read_bounded(tmp_path / "pipe", cap=10_000, patience=30) == day("2024-07-01")


def on_a_terminal(*words: str, data: bytes) -> bytes:
    """What a terminal gets of a command over a day's file with that data."""
    master, slave = pty.openpty()
    code = (
        "import sys; sys.path.insert(0, sys.argv[1]); from cli_runs import *; "
        "here = Installation(given_registry=registry(MARKET), "
        "transport=httpx.MockTransport(Network({'2024-07-01.csv': sys.stdin.buffer.read()})), now=lambda: NOW); "
        "app.main(sys.argv[2:], prog_name='energyopti', obj=here)"
    )
    command = [sys.executable, "-c", code, str(Path(__file__).parent.parent), *words]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=slave, stderr=slave) as child:
        assert child.stdin is not None
        child.stdin.write(data)
        child.stdin.close()
        os.close(slave)
        shown = b""
        with contextlib.suppress(OSError):  # how a terminal says that its last program has gone
            while block := os.read(master, 1 << 16):
                shown += block
    os.close(master)
    return shown


@pytest.mark.parametrize("form", ["table", "csv", "json", "ndjson"])
def test_data_cannot_control_a_terminal(form: str) -> None:
    """A location's name that clears the screen arrives as plain signs, in any format."""
    data = day("2024-07-01", areas=("NORTH",)).replace(b"NORTH", ESCAPE.encode(), 1)
    words = ("get", "testiso", "load", "--start", "2024-07-01", "--end", "2024-07-02", "--format", form)
    shown = on_a_terminal(*words, data=data)
    assert b"TAKEN" in shown
    for control in (b"\x1b[2J", b"\x9b31m", "\x9b".encode(), b"TAKEN\r", b"\x07", "\u202e".encode()):
        assert control not in shown


def test_csv_for_spreadsheets_has_no_formula() -> None:
    """Text that a spreadsheet would run begins with an apostrophe; a negative number stays one."""
    data = day("2024-07-01", hours=range(1)).replace(b"NORTH", b'"=HYPERLINK(""http://x"")"')
    plain, safe = (
        get("--format", "csv", *words, pages={"2024-07-01.csv": data}, width=80).stdout
        for words in ((), ("--safe-csv",))
    )
    assert ',"=HYPERLINK(' in plain
    assert ",\"'=HYPERLINK(" in safe
    frame = pl.DataFrame(
        {"name": ["+1", "-a", "@x", "\ta", "a=b", None], "mw": [-1.5, 0.0, 1.0, 2.0, 3.0, None]}
    )
    assert b"".join(SAFE_CSV.encode(frame)).decode().splitlines() == [
        "name,mw",
        "'+1,-1.5",
        "'-a,0.0",
        "'@x,1.0",
        "'\ta,2.0",
        "a=b,3.0",
        ",",
    ]
    assert b"'" not in b"".join(CSV.encode(frame))


def test_safe_csv_is_csv(tmp_path: Path) -> None:
    """Asked for together with another format it is refused; with a file that ends in .csv it holds."""
    refused = get("--format", "json", "--safe-csv", pages={"2024-07-01.csv": day("2024-07-01")})
    assert (refused.exit_code, refused.stderr) == (
        2,
        "energyopti: --safe-csv is for CSV; add --format csv, or name a file that ends in .csv\n",
    )
    data = day("2024-07-01").replace(b"NORTH", b"=1+1")
    written = get("--safe-csv", "-o", str(tmp_path / "x.csv"), pages={"2024-07-01.csv": data})
    assert written.exit_code == 0
    assert pl.read_csv(tmp_path / "x.csv")["location"].unique().to_list() == ["'=1+1"]


def test_file_keeps_its_mode(tmp_path: Path) -> None:
    """Who could read the file that is replaced can read the new one, and nobody else."""
    (tmp_path / "x.csv").touch()
    (tmp_path / "x.csv").chmod(0o640)
    assert get("-o", str(tmp_path / "x.csv"), pages={"2024-07-01.csv": day("2024-07-01")}).exit_code == 0
    assert stat.S_IMODE((tmp_path / "x.csv").stat().st_mode) == 0o640
