"""Requests and waits, a line each, on standard error."""

from __future__ import annotations

import sys

from energyopti.cli.logs import Logs, record
from energyopti.cli.output import printable
from energyopti.events import Event, EventKind, Observer, WaitFor

_TROUBLE = frozenset({EventKind.FETCH_RETRIED, EventKind.FETCH_FAILED, EventKind.STORE_FAILED})
_ALL = _TROUBLE | {EventKind.FETCH_WAITING, EventKind.FETCH_FINISHED, EventKind.FETCH_ABSENT}
_WORDS = {
    WaitFor.LIMIT: "its rate limit",
    WaitFor.PAUSE: "a pause that it asked for",
    WaitFor.RETRY: "other attempts",
    WaitFor.TURN: "requests before it",
}
_SHORTEST_WAIT = 0.05
_UNITS = ((1e9, "GB"), (1e6, "MB"), (1e3, "kB"))


def event_log(speaks: Logs) -> Observer | None:
    """What writes events down: all requests and waits, or in JSON at least those that fail; None if nothing is asked for."""
    if speaks.quiet:
        return None
    kinds = _ALL if speaks.verbose else _TROUBLE

    def write(event: Event) -> None:
        if event.kind in kinds:
            line = _record(event) if speaks.json else printable(_line(event))
            sys.stderr.write(f"{line}\n")
            sys.stderr.flush()

    return write


def _record(event: Event) -> str:
    waits = event.kind is EventKind.FETCH_WAITING
    fetch = event.kind is not EventKind.STORE_FAILED
    wait = round(event.seconds if waits else event.waited, 3)
    return record(
        event.kind,
        market=event.market,
        feed=event.feed or None,
        host=event.host or None,
        url=event.subject if fetch and not waits else None,
        chunk=None if fetch else event.subject,
        status=event.status,
        seconds=None if waits else round(event.seconds, 3),
        bytes=event.count if event.kind is EventKind.FETCH_FINISHED else None,
        wait=wait,
        reason=event.reason if wait else None,
        detail=event.detail or None,
    )


def _line(event: Event) -> str:
    """``nyiso/damlbmp_zone: mis: 200, 31.2 kB in 0.42 s, 0.3 s of it for its rate limit: http://...``."""
    head = f"{event.market}/{event.feed}" if event.feed else event.market
    head = f"{head}: {event.host}" if event.host else head
    held = ""
    if event.waited > _SHORTEST_WAIT and event.reason is not None:
        held = f", {event.waited:.1f} s of it for {_WORDS[event.reason]}"
    took = f"in {event.seconds:.2f} s{held}"
    match event.kind:
        case EventKind.FETCH_FINISHED:
            return f"{head}: {event.status}, {size(event.count)} {took}: {event.subject}"
        case EventKind.FETCH_ABSENT:
            return f"{head}: absent {took}: {event.detail}"
        case EventKind.FETCH_RETRIED:
            return f"{head}: {event.detail}: {event.subject}"
        case EventKind.FETCH_FAILED:
            return f"{head}: failed {took}: {event.detail}: {event.subject}"
        case EventKind.FETCH_WAITING:
            return f"{head}: waits {event.seconds:.0f} s: {event.detail}"
        case _:
            return f"{head}: {event.subject}: {event.detail}"


def size(count: float) -> str:
    """Bytes in words: ``31.2 kB``."""
    for unit, name in _UNITS:
        if count >= unit:
            return f"{count / unit:.1f} {name}"
    return f"{count:.0f} B"
