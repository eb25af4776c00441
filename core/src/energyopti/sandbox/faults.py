"""Fault switches: make the sandbox behave as badly as real servers do."""

from __future__ import annotations

import enum
import math
import random
import threading
from typing import Any

import attrs
from attrs.validators import ge, le, lt, optional


class FaultKind(enum.StrEnum):
    """What goes wrong."""

    STATUS = "status"
    DELAY = "delay"
    STALL = "stall"
    TRUNCATE = "truncate"
    HTML = "html"
    EMPTY = "empty"
    DROP = "drop"


def _are_seconds(_: object, attribute: attrs.Attribute[Any], value: float | None) -> None:
    if value is not None and not 0 <= value < math.inf:
        raise ValueError(f"{attribute.name} is a number of seconds, 0 or more")


@attrs.frozen(kw_only=True)
class Fault:
    """One switch: the next ``times`` requests (None: all) whose path contains ``path`` go wrong this way.

    ``status`` and ``retry_after`` (seconds) are for `FaultKind.STATUS`. ``seconds`` is for `FaultKind.DELAY`, which
    answers that much later, and for `FaultKind.STALL`, which sends half of the body, goes silent that long and hangs
    up. ``rate`` is the share of matching requests that are hit.
    """

    kind: FaultKind = attrs.field(converter=FaultKind)
    path: str = ""
    times: int | None = attrs.field(default=None, validator=optional(ge(0)))
    rate: float = attrs.field(default=1.0, validator=[ge(0), le(1)])
    status: int = attrs.field(default=503, validator=[ge(200), lt(600)])
    retry_after: float | None = attrs.field(default=None, validator=_are_seconds)
    seconds: float = attrs.field(default=0.0, validator=_are_seconds)


class Faults:
    """The active switches; a seed decides which requests a rate hits."""

    def __init__(self, seed: int = 0) -> None:
        self._random = random.Random(seed)
        self._lock = threading.Lock()
        self._on: list[tuple[Fault, int]] = []

    def set(self, *faults: Fault) -> None:
        """Turn these on, and all others off."""
        with self._lock:
            self._on = [(fault, 0) for fault in faults]

    def strike(self, path: str) -> Fault | None:
        """The fault that hits a request, if one does."""
        with self._lock:
            for number, (fault, hits) in enumerate(self._on):
                spent = fault.times is not None and hits >= fault.times
                if spent or fault.path not in path or self._random.random() >= fault.rate:
                    continue
                self._on[number] = (fault, hits + 1)
                return fault
        return None
