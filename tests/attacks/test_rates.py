"""The rate of a host, kept by the processes of a machine together: under load, with clocks that are set, in a home that fails."""

from __future__ import annotations

import itertools
import os
import sqlite3
import subprocess
import sys
import textwrap
from collections.abc import Sequence
from pathlib import Path

import pytest

from bounded import bounded
from servers import serving

TESTS = Path(__file__).parents[1]

ASKER = """
import sys, time
import anyio
from collecting_builders import served_market
from energyopti.market import RateLimit
from energyopti.settings import Settings
from energyopti.source.client import Client
from energyopti.source.message import Request
from pathlib import Path

url, home, rate, times = sys.argv[1:]
market = served_market(url, host={"rate": RateLimit.parse(rate)})

async def main():
    client = Client(Settings(home=Path(home)))
    for number in range(int(times)):
        await client.fetch(market, market.hosts[0], Request(path="x", params=(("n", str(number)),)))
    await client.aclose()

began = time.monotonic()
anyio.run(main)
print(time.monotonic() - began)
"""
"""A process that asks a host one thing after the other: the address, the home, the rate, how many times."""


def environment() -> dict[str, str]:
    """This environment, with the modules of the tests on the path."""
    return {**os.environ, "PYTHONPATH": os.pathsep.join([str(TESTS), os.environ.get("PYTHONPATH", "")])}


def arrivals(home: Path, *, processes: int, rate: str, times: int) -> list[float]:
    """The seconds between requests as the server saw them arrive, while so many processes ask as fast as they may."""
    with serving() as server:
        server.on("/x", b"a,b\n1,2\n")
        command = [sys.executable, "-c", textwrap.dedent(ASKER), server.url, str(home), rate, str(times)]
        running = [subprocess.Popen(command, env=environment()) for _ in range(processes)]
        assert [each.wait(timeout=600) for each in running] == [0] * processes
        at = sorted(each.at for each in server.asked)
    assert len(at) == processes * times
    return [later - earlier for earlier, later in itertools.pairwise(at)]


def test_several_processes_never_ask_faster_than_the_rate(tmp_path: Path) -> None:
    """Two processes at one request in a second: the server never sees two within much less."""
    assert min(arrivals(tmp_path, processes=2, rate="1/1", times=2)) > 0.9


@pytest.mark.exhaustive
def test_eight_processes_at_one_request_in_five_seconds(tmp_path: Path) -> None:
    """The server never sees less than 5 s between two of sixteen requests."""
    apart = arrivals(tmp_path, processes=8, rate="1/5", times=2)
    assert min(apart) >= 5.0
    assert max(apart) < 15.0


TAKER = """
import os, resource, signal, sys, time
from datetime import timedelta
from pathlib import Path
import anyio
import anyio._backends._asyncio
from energyopti.concurrency.deadline import Deadline
from energyopti.market import Host, RateLimit
from energyopti.source.limits import HostLimiter

home = Path(sys.argv[1])
{before}
host = Host(name="main", url="https://data.iso.example")
limiter = HostLimiter(host, rate=RateLimit(1, timedelta(seconds=0.3)), file=home / "limits" / "testiso-main.sqlite")

async def main():
    began = time.monotonic()
    for _ in range(3):
        async with limiter.turn(Deadline(30)):
            pass
    print(time.monotonic() - began >= 0.6)

anyio.run(main)
"""


def taken(home: Path, before: Sequence[str]) -> tuple[str, str]:
    """What a process prints that takes three turns after some preparation, and what it says."""
    ran = bounded(TAKER.format(before="\n".join(before)), str(home), env=environment())
    return ran.last, ran.err


def test_a_full_disk_costs_no_answer(tmp_path: Path) -> None:
    """No byte can be written: the process keeps the rate by itself, and says so."""
    full = [
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)",
        "resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))",
    ]
    out, said = taken(tmp_path, full)
    assert out == "True"
    assert said.count("ENERGYOPTI_HOME") == 1


@pytest.mark.skipif(os.getuid() != 0, reason="only root can become somebody who may not write")
def test_a_home_of_somebody_else_costs_no_answer(tmp_path: Path) -> None:
    """A file that may be read only: likewise."""
    there = tmp_path / "limits"
    there.mkdir()
    sqlite3.connect(there / "testiso-main.sqlite").close()
    out, said = taken(tmp_path, ["os.chdir(home)", "home = Path()", "os.setuid(65534)"])
    assert out == "True"
    assert said.count("ENERGYOPTI_HOME") == 1
