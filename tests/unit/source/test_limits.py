"""The gate of a host: rate, concurrency and pauses, shared by the processes of a machine."""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
import subprocess
import sys
import threading
import time
from datetime import timedelta
from pathlib import Path

import anyio
import pytest

from collecting_builders import run
from energyopti.concurrency.deadline import Deadline
from energyopti.errors import RateLimited
from energyopti.market import Host, RateLimit
from energyopti.source.limits import HostLimiter

HOST = Host(name="main", url="https://data.iso.example", concurrency=2)


def limiter(home: Path, *, rate: tuple[int, float] | None = None, host: Host = HOST) -> HostLimiter:
    """A gate with so many requests in so many seconds."""
    limit = RateLimit(rate[0], timedelta(seconds=rate[1])) if rate else None
    return HostLimiter(host, rate=limit, file=home / "limits" / "testiso-main.sqlite")


async def passes(there: HostLimiter, times: int, *, patience: float = 10.0) -> list[float]:
    """When each of so many requests got its turn, after the first."""
    turns: list[float] = []

    async def one() -> None:
        async with there.turn(Deadline(patience)):
            turns.append(time.monotonic())

    async with anyio.create_task_group() as group:
        for _ in range(times):
            group.start_soon(one)
    return [turn - min(turns) for turn in sorted(turns)]


def test_host_without_a_rate_writes_no_file(tmp_path: Path) -> None:
    """Most hosts publish no limit: nothing waits and nothing is kept."""
    there = limiter(tmp_path)
    assert run(passes(there, 20))[-1] < 5
    assert list(tmp_path.iterdir()) == []


def test_window_is_kept_a_little_longer_than_published(tmp_path: Path) -> None:
    """Requests do not arrive as evenly as they leave: one that leaves after 0.5 s could arrive after 0.49."""
    there = limiter(tmp_path, rate=(1, 0.5))
    turns = run(passes(there, 2))
    assert turns[1] >= 0.505


def test_rate_spreads_requests_out(tmp_path: Path) -> None:
    """Of five requests at two in 0.4 s, the third waits for the second window and the fifth for the third."""
    there = limiter(tmp_path, rate=(2, 0.4))
    turns = run(passes(there, 5))
    assert turns[1] < 0.3
    assert turns[2] >= 0.35
    assert turns[4] >= 0.75


def test_waiting_in_our_own_line_costs_no_patience(tmp_path: Path) -> None:
    """A request that waits for the rate waits as long as it takes, and has all its patience left."""
    there = limiter(tmp_path, rate=(1, 0.8))
    patience = Deadline(1.0)

    async def go() -> float:
        await passes(there, 1)
        async with there.turn(patience):
            return patience.left

    left = run(go())
    assert left > 0.4


def test_two_gates_on_one_file_share_the_rate(tmp_path: Path) -> None:
    """What one client took, another one of this machine has no more."""
    first, second = limiter(tmp_path, rate=(2, 60)), limiter(tmp_path, rate=(2, 60))

    async def go() -> list[bool]:
        await passes(first, 1)
        await passes(second, 1)
        waited = []
        for there in (first, second):
            with anyio.move_on_after(0.1) as scope:
                async with there.turn(Deadline(1)):
                    pass
            waited.append(scope.cancelled_caught)
        return waited

    assert run(go()) == [True, True]


def test_folder_that_cannot_be_written_costs_the_sharing_only(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """The rate is kept by this process alone; a warning names the folder and the setting, once."""
    (tmp_path / "limits").write_text("a file where a folder is due")
    turns = run(passes(limiter(tmp_path, rate=(1, 0.2)), 3))
    assert turns[2] >= 0.39
    assert [each.levelname for each in caplog.records] == ["WARNING"]
    assert "limits/testiso-main.sqlite cannot be used" in caplog.text
    assert "ENERGYOPTI_HOME" in caplog.text


TAKER = """
import sys, time
from datetime import timedelta
from pathlib import Path
import anyio
from energyopti.concurrency.deadline import Deadline
from energyopti.market import Host, RateLimit
from energyopti.source.limits import HostLimiter

async def main() -> None:
    limiter = HostLimiter(Host(name="main", url="https://x"), rate=RateLimit(3, timedelta(seconds=1)), file=Path(sys.argv[1]))
    for _ in range(4):
        async with limiter.turn(Deadline(30)):
            print(time.time(), flush=True)

anyio.run(main)
"""


def test_two_processes_share_the_rate(tmp_path: Path) -> None:
    """Eight requests of two processes at three in a second never come four in a second."""
    file = tmp_path / "limits" / "testiso-main.sqlite"
    command = [sys.executable, "-c", TAKER, str(file)]
    running = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    outputs = [process.communicate(timeout=60)[0] for process in running]
    assert [process.returncode for process in running] == [0, 0]
    times = sorted(float(line) for output in outputs for line in output.split())
    assert len(times) == 8
    # a turn is stamped a little after it was taken
    assert all(later - earlier > 0.8 for earlier, later in zip(times, times[3:], strict=False))


def test_concurrency_is_bounded(tmp_path: Path) -> None:
    """Two at once, whatever the number that waits."""
    there = limiter(tmp_path)
    inside, most = 0, 0

    async def one() -> None:
        nonlocal inside, most
        async with there.turn(Deadline(10)):
            inside += 1
            most = max(most, inside)
            await asyncio.sleep(0.01)
            inside -= 1

    async def go() -> None:
        await asyncio.gather(*(one() for _ in range(8)))

    run(go())
    assert most == 2


def test_pause_is_waited_by_all(tmp_path: Path) -> None:
    """A pause holds requests that come later as well as those that wait already."""
    there = limiter(tmp_path)

    async def go() -> float:
        there.pause(0.3)
        began = time.monotonic()
        await passes(there, 3)
        return time.monotonic() - began

    assert run(go()) >= 0.29
    assert there.paused_for == 0


def test_shorter_pause_does_not_end_a_longer_one(tmp_path: Path) -> None:
    """The longest pause that was asked for holds."""
    there = HostLimiter(HOST, rate=None, file=tmp_path / "x.sqlite", clock=lambda: 50.0)
    there.pause(30)
    there.pause(2)
    assert there.paused_for == 30


def test_pause_is_waited_for_once_though_its_clock_stands_still(tmp_path: Path) -> None:
    """A simulation moves the clock that measures a pause; the waiting itself takes real seconds."""
    there = HostLimiter(HOST, rate=None, file=tmp_path / "x.sqlite", clock=lambda: 50.0)
    there.pause(0.1)

    async def go() -> float:
        began = time.monotonic()
        await passes(there, 1)
        return time.monotonic() - began

    assert 0.09 <= run(go()) < 1


def test_pause_begun_while_waiting_for_the_rate_is_obeyed(tmp_path: Path) -> None:
    """A request that waits for its rate when the host asks for a pause waits for that too."""
    there = limiter(tmp_path, rate=(1, 0.2))

    async def go() -> float:
        await passes(there, 1)
        waiting = asyncio.ensure_future(passes(there, 1))
        await asyncio.sleep(0.05)
        there.pause(0.6)
        began = time.monotonic()
        await waiting
        return time.monotonic() - began

    waited = run(go())
    assert waited >= 0.59


def test_pause_longer_than_patience_is_rate_limited(tmp_path: Path) -> None:
    """The error says that the host asked for it and for how long."""
    there = limiter(tmp_path)
    there.pause(90)

    async def go() -> None:
        with pytest.raises(RateLimited, match=r"asked to be left alone for another 90 s"):
            async with there.turn(Deadline(5)):
                raise AssertionError("the request must not go")

    run(go())


def rows(home: Path) -> list[tuple[float, float]]:
    """When the requests of the file were sent, by both clocks."""
    with contextlib.closing(sqlite3.connect(home / "limits" / "testiso-main.sqlite")) as file:
        return file.execute("SELECT wall, steady FROM sent").fetchall()


def shift(home: Path, *, wall: float, steady: float) -> None:
    """Move the requests of the file in time, as clocks that were set meanwhile would."""
    with contextlib.closing(sqlite3.connect(home / "limits" / "testiso-main.sqlite")) as file:
        file.execute("UPDATE sent SET wall = wall + ?, steady = steady + ?", (wall, steady))
        file.commit()


def waits(there: HostLimiter, seconds: float = 0.3) -> bool:
    """Whether a request has to wait for longer than that."""

    async def go() -> bool:
        with anyio.move_on_after(seconds) as scope:
            async with there.turn(Deadline(10)):
                pass
        return scope.cancelled_caught

    return run(go())


@pytest.mark.parametrize("hours", [-2, 2])
def test_request_of_another_time_is_waited_for_by_nobody(tmp_path: Path, hours: int) -> None:
    """The clock was set, and the machine started anew: an entry of the future counts no more than one of the past."""
    run(passes(limiter(tmp_path, rate=(1, 60)), 1))
    shift(tmp_path, wall=hours * 3600, steady=hours * 3600)
    assert not waits(limiter(tmp_path, rate=(1, 60)), seconds=5)


@pytest.mark.parametrize("hours", [-2, 2])
def test_setting_the_clock_does_not_break_the_rate(tmp_path: Path, hours: int) -> None:
    """The clock that nobody sets knows that the last request was a moment ago."""
    run(passes(limiter(tmp_path, rate=(1, 60)), 1))
    shift(tmp_path, wall=hours * 3600, steady=0)
    assert waits(limiter(tmp_path, rate=(1, 60)))


def test_request_is_counted_from_when_it_was_sent(tmp_path: Path) -> None:
    """Its turn came, connecting took long: the next one of any process waits from the sending on."""
    first, second = limiter(tmp_path, rate=(1, 0.5)), limiter(tmp_path, rate=(1, 0.5))

    async def go() -> float:
        async with first.turn(Deadline(10)) as turn:
            async with anyio.create_task_group() as group:
                after: list[float] = []

                async def next_one() -> None:
                    async with second.turn(Deadline(10)):
                        after.append(time.monotonic())

                group.start_soon(next_one)
                await anyio.sleep(0.8)
                assert not after
                sent = time.monotonic()
                await turn.extensions["trace"]("http11.send_request_body.complete", {})
            return after[0] - sent

    assert run(go()) >= 0.5


def test_file_keeps_no_more_than_a_period(tmp_path: Path) -> None:
    """What counts no more is deleted."""
    run(passes(limiter(tmp_path, rate=(1, 0.05)), 5))
    assert len(rows(tmp_path)) == 1


def test_locked_file_costs_the_sharing_only(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A process that was stopped in the middle holds it for ever: after a while the others go on, with a warning."""
    monkeypatch.setattr("energyopti.source.rates.LIMITS_LOCKED_FOR", 0.2)
    run(passes(limiter(tmp_path, rate=(5, 60)), 1))
    with contextlib.closing(sqlite3.connect(tmp_path / "limits" / "testiso-main.sqlite")) as file:
        file.execute("BEGIN EXCLUSIVE")
        assert not waits(limiter(tmp_path, rate=(5, 60)), seconds=20)
    assert "database is locked" in caplog.text


def test_file_that_can_be_used_again_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is tried again later, and then knows what this process sent meanwhile and later."""
    monkeypatch.setattr("energyopti.source.rates.LIMITS_TRIED_AGAIN_AFTER", 0.0)
    (tmp_path / "limits").write_text("a file where a folder is due")
    there = limiter(tmp_path, rate=(5, 60))
    run(passes(there, 1))
    (tmp_path / "limits").unlink()
    run(passes(there, 2))
    assert len(rows(tmp_path)) == 2


def test_waiter_that_leaves_takes_its_thread_along(tmp_path: Path) -> None:
    """A call that ends at its deadline leaves nothing behind that waits for the rate."""
    there = limiter(tmp_path, rate=(1, 60))
    run(passes(there, 1))
    before = set(threading.enumerate())
    assert waits(there)
    for thread in set(threading.enumerate()) - before:
        thread.join(timeout=10)
        assert not thread.is_alive()


def test_wait_is_announced(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Each wait of more than a second to who listens, the first one in the log; short ones are not worth a word."""
    heard: list[str] = []
    there = HostLimiter(
        HOST,
        rate=RateLimit(1, timedelta(seconds=60)),
        file=tmp_path / "limits" / "testiso-main.sqlite",
        announce=lambda _reason, _seconds, detail: heard.append(detail),
    )
    run(passes(there, 1))
    assert heard == []
    assert [waits(there), waits(there)] == [True, True]
    assert len(heard) == 2
    assert "host main has a limit (1/60, requests/seconds)" in heard[0]
    assert caplog.text.count("the next request waits") == 1
