"""How calls and commands end: by Ctrl-C, by SIGTERM, at a deadline, and in forked processes."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import attrs
import polars as pl
import pytest

from bounded import Ran, bounded, unmeasured
from collecting_builders import load_csv
from servers import Answer, Server, serving

TESTS = Path(__file__).parents[1]
SLOW = 60.0
"""Seconds after which the server answers, which nobody waits for."""

PLUGIN = """
import time
from builders import feed_source
from collecting_builders import load_feed, served_market
from energyopti import hookimpl

ENERGYOPTI_API = "1.0"

async def collect(chunk, source):
    await source.run(time.sleep, 60)

@hookimpl
def energyopti_markets():
    stuck = load_feed(name="stuck", sources=(feed_source(collect=collect),))
    return [served_market("http://127.0.0.1:9", load_feed(), stuck)]
"""
"""A market with a second feed, whose reading keeps a thread for a minute."""


@attrs.frozen
class Installed:
    """A market on a server, installed for other processes."""

    server: Server
    env: dict[str, str]

    def run(self, code: str, **bounds: float) -> Ran:
        """What becomes of a program."""
        return bounded(code, env=self.env, **bounds)  # type: ignore[arg-type]

    @contextlib.contextmanager
    def command(self, *arguments: str) -> Iterator[subprocess.Popen[str]]:
        """A command, started; one that does not end is killed."""
        command = [sys.executable, "-m", "energyopti", *arguments]
        with subprocess.Popen(
            command, env=self.env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        ) as process:
            try:
                yield process
            finally:
                process.kill()

    def asked(self, path: str) -> None:
        """Wait until a path is asked for."""
        until = time.monotonic() + 60
        while path not in self.server.paths:
            assert time.monotonic() < until, f"{path} was never asked for"
            time.sleep(0.01)


@pytest.fixture
def installed(tmp_path: Path) -> Iterator[Installed]:
    """The first eight days of July come at once, the ninth takes a minute."""
    info = tmp_path / "path" / "energyopti_testiso-1.0.dist-info"
    info.mkdir(parents=True)
    info.joinpath("METADATA").write_text("Metadata-Version: 2.1\nName: energyopti-testiso\nVersion: 1.0\n")
    info.joinpath("entry_points.txt").write_text("[energyopti]\ntestiso = energyopti_testiso_plugin\n")
    info.with_name("energyopti_testiso_plugin.py").write_text(PLUGIN)
    with serving() as server:
        for day in range(1, 9):
            server.on(f"/load/2024-07-0{day}.csv", load_csv(f"2024-07-0{day}"))
        server.on("/load/2024-07-09.csv", Answer(body=load_csv("2024-07-09"), delay=SLOW))
        path = os.pathsep.join([str(info.parent), str(TESTS), os.environ.get("PYTHONPATH", "")])
        yield Installed(
            server,
            {
                **unmeasured(),
                "PYTHONPATH": path,
                "ENERGYOPTI_HOME": str(tmp_path / "home"),
                "ENERGYOPTI_TESTISO_MAIN_URL": server.url,
                "POLARS_MAX_THREADS": "2",
            },
        )


INTERRUPTED = """
import os, signal, threading, time
import energyopti

threading.Timer(4.0, os.kill, (os.getpid(), signal.SIGINT)).start()
try:
    energyopti.get("testiso", "load", "2024-07-08", "2024-07-10")
except KeyboardInterrupt:
    print(len(energyopti.get("testiso", "load", "2024-07-01", "2024-07-02")))
"""


def test_ctrl_c_ends_a_blocking_call_and_the_next_one_works(installed: Installed) -> None:
    """The server would answer after a minute; the process ends long before."""
    ran = installed.run(INTERRUPTED, seconds=40)
    assert (ran.code, ran.last) == (0, "24"), ran.err


FORKED = """
import multiprocessing
import energyopti

def child():
    try:
        print(len(energyopti.get("testiso", "load", "2024-07-01", "2024-07-02")), flush=True)
    except energyopti.UnsupportedQuery as error:
        print(error.line, flush=True)

{before}
process = multiprocessing.get_context("fork").Process(target=child)
process.start()
process.join()
"""


def test_forked_child_of_a_process_that_read_nothing_reads(installed: Installed) -> None:
    """It has a thread of its own."""
    ran = installed.run(FORKED.format(before=""))
    assert ran.last == "24", ran.err


@pytest.mark.parametrize(
    "before",
    [
        'energyopti.get("testiso", "load", "2024-07-01", "2024-07-02")',
        pytest.param(
            "import polars; polars.LazyFrame({'a': [1, 2]}).filter(polars.col('a') > 1).collect()",
            marks=[
                pytest.mark.exhaustive,
                pytest.mark.skipif(not sys.platform.startswith("linux"), reason="threads have no names"),
            ],
        ),
    ],
    ids=["read", "used polars"],
)
def test_forked_child_of_a_process_that_read_says_what_to_do(installed: Installed, before: str) -> None:
    """Polars' threads are not there: no error, and it would hang for ever."""
    ran = installed.run(FORKED.format(before=before))
    assert "multiprocessing.get_context('spawn')" in ran.last, ran.err


def july(*more: str) -> list[str]:
    """A command for nine days: eight of them are a part by themselves."""
    return ["get", "testiso", "load", "--start", "2024-07-01", "--end", "2024-07-10", *more]


def test_timeout_ends_the_command(installed: Installed) -> None:
    """What came within two seconds is the answer."""
    began = time.monotonic()
    with installed.command(*july("--timeout", "2", "--partial", "--format", "csv")) as command:
        out, err = command.communicate(timeout=SLOW / 2)
    assert (command.returncode, out.count("\n")) == (0, 1 + 8 * 24), err
    assert time.monotonic() - began < SLOW / 2


def test_timeout_ends_the_command_whatever_a_thread_does(installed: Installed) -> None:
    """A thread that reads for a minute cannot be cancelled: the process ends without it."""
    began = time.monotonic()
    stuck = ["get", "testiso", "stuck", "--start", "2024-07-01", "--end", "2024-07-02", "--timeout", "2"]
    with installed.command(*stuck) as command:
        _, err = command.communicate(timeout=SLOW / 2)
    assert (command.returncode, err.count("\n")) == (4, 1), err
    assert time.monotonic() - began < SLOW / 2


@pytest.mark.parametrize("end", [signal.SIGTERM, pytest.param(signal.SIGINT, marks=pytest.mark.exhaustive)])
def test_signal_ends_a_backfill(installed: Installed, end: signal.Signals) -> None:
    """The lake has what came; the server is not waited for."""
    pytest.importorskip("deltalake")
    days = ["--start", "2024-07-01", "--end", "2024-07-10"]
    with installed.command("backfill", "testiso", "load", *days) as command:
        installed.asked("/load/2024-07-09.csv")
        command.send_signal(end)
        _, err = command.communicate(timeout=SLOW / 2)
    assert command.returncode == 128 + end, err
    assert "Traceback" not in err


@pytest.mark.parametrize(
    ("form", "end"),
    [
        ("csv", signal.SIGTERM),
        ("parquet", signal.SIGINT),
        pytest.param("csv", signal.SIGINT, marks=pytest.mark.exhaustive),
        pytest.param("parquet", signal.SIGTERM, marks=pytest.mark.exhaustive),
    ],
)
def test_signal_leaves_no_part_of_a_file(
    installed: Installed, tmp_path: Path, form: str, end: signal.Signals
) -> None:
    """A command that is ended while it writes removes what it wrote, at once."""
    folder = tmp_path / "written"
    folder.mkdir()
    with installed.command(*july("--output", str(folder / f"july.{form}"))) as command:
        installed.asked("/load/2024-07-09.csv")
        began = time.monotonic()
        command.send_signal(end)
        _, err = command.communicate(timeout=SLOW / 2)
    assert command.returncode == 128 + end, err
    assert "Traceback" not in err
    assert time.monotonic() - began < SLOW / 2
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize(("form", "end"), [("csv", signal.SIGINT), ("parquet", signal.SIGTERM)])
def test_signal_keeps_what_arrived_of_a_partial_answer(
    installed: Installed, tmp_path: Path, form: str, end: signal.Signals
) -> None:
    """The file is whole and has the days before the one that hangs; what it has is said, and how it ended."""
    target = tmp_path / f"july.{form}"
    with installed.command(*july("--output", str(target), "--partial")) as command:
        installed.asked("/load/2024-07-09.csv")
        command.send_signal(end)
        _, err = command.communicate(timeout=SLOW / 2)
    assert command.returncode == 128 + end, err
    assert "Traceback" not in err
    assert f"written to {target}" in err
    assert "interrupted" in err
    read = pl.read_csv if form == "csv" else pl.read_parquet
    starts = read(target)["interval_start"].cast(pl.String).sort().to_list()
    days = sorted({start[:10] for start in starts})
    assert days[0] == "2024-07-01"
    assert "2024-07-10" not in days
    assert len(starts) == len(set(starts)) > 0


SLOW_QUERY = """
import sys, threading, time
from pathlib import Path
from energyopti.sinks.sqlite import SqliteSink

sink = SqliteSink(Path(sys.argv[1]))
sink.connect()
count = "with recursive n(i) as (select 1 union all select i + 1 from n where i < 1000000) select count(*) || '' from n"
answers, begun = [], threading.Event()

def ask():
    begun.set()
    answers.append(sink.ask(count, None).item())

thread = threading.Thread(target=ask)
thread.start()
begun.wait()
time.sleep(0.05)
sink.close()
thread.join()
print(*answers)
"""
"""A database that is closed while another thread asks it: Ctrl-C ends the wait for a thread, and not the thread."""


def test_database_is_not_closed_under_a_statement(tmp_path: Path) -> None:
    """It would take the process with it."""
    ran = bounded(SLOW_QUERY, str(tmp_path / "rows.db"))
    assert (ran.code, ran.last) == (0, "1000000"), ran.err


COMPUTING = """
import os, signal, threading, time
import anyio, anyio.to_thread
import polars as pl
from energyopti.concurrency.background import Background

background = Background()

def compute():
    pl.LazyFrame({"a": range(3_000)}).select(pl.col("a").sort().rank().sum()).collect()

async def on_the_loop():
    while True:
        compute()
        await anyio.sleep(0)

async def in_threads():
    async with anyio.create_task_group() as group:
        for _ in range(2):
            group.start_soon(one)

async def one():
    while True:
        await anyio.to_thread.run_sync(compute)

async def seven():
    return 7

interrupts = 0
for work in [on_the_loop, in_threads] * 10:
    threading.Timer(0.05, os.kill, (os.getpid(), signal.SIGINT)).start()
    try:
        background.call(work, within=20)
    except KeyboardInterrupt:
        interrupts += 1
    assert background.call(seven, within=20) == 7
print(interrupts)
"""
"""polars raises Ctrl-C in the thread that computes when it comes, which is the loop's or one of its workers."""


def test_calls_go_on_after_ctrl_c_into_a_computation() -> None:
    """The interrupted call raises it, and the next one is answered: the loop is still there."""
    ran = bounded(COMPUTING, seconds=60.0)
    assert (ran.code, ran.last) == (0, "20"), ran.err
    assert "Traceback" not in ran.err
