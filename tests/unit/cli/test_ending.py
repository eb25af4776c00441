"""How the process of a command ends."""

from __future__ import annotations

import os
import signal
import sys
import threading

import pytest

from energyopti.cli.ending import at_once, ended_by_sigterm


def test_sigterm_unwinds() -> None:
    """As an exit, with the code that the shell gives it; the handler before is there again."""
    before = signal.getsignal(signal.SIGTERM)
    with pytest.raises(SystemExit) as end, ended_by_sigterm():
        os.kill(os.getpid(), signal.SIGTERM)
        signal.pause()
    assert end.value.code == 143
    assert signal.getsignal(signal.SIGTERM) is before


def test_other_threads_leave_signals_alone() -> None:
    """Only the main thread may set a handler: a program that runs commands in others keeps its own."""
    before, inside = signal.getsignal(signal.SIGTERM), []

    def run() -> None:
        with ended_by_sigterm():
            inside.append(signal.getsignal(signal.SIGTERM))

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    assert inside == [before]


@pytest.mark.parametrize(("given", "code"), [(4, 4), (None, 0), ("words", 1)])
def test_process_does_not_wait_for_threads(monkeypatch: pytest.MonkeyPatch, given: object, code: int) -> None:
    """One that still runs ends with the command; without one, the exit is an ordinary one."""
    ended: list[int] = []
    monkeypatch.setattr(os, "_exit", ended.append)
    monkeypatch.setattr(threading, "active_count", lambda: 1)
    with pytest.raises(SystemExit), at_once():
        sys.exit(given)  # type: ignore[arg-type]
    assert ended == []
    monkeypatch.setattr(threading, "active_count", lambda: 2)
    with pytest.raises(SystemExit), at_once():
        sys.exit(given)  # type: ignore[arg-type]
    assert ended == [code]
