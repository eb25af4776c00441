"""A circuit breaker: a host that keeps failing is left alone for a while."""

from __future__ import annotations

import time
from collections.abc import Callable


class Breaker:
    """Opens after ``threshold`` failures in a row; after ``cooldown`` seconds one request may try again."""

    def __init__(
        self, *, threshold: int = 5, cooldown: float = 30.0, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._threshold = threshold
        self._cooldown = cooldown
        self._clock = clock
        self._failures = 0
        self._closed_again = 0.0
        self._probing = False

    @property
    def seconds_left(self) -> float:
        """How long the breaker still blocks requests; 0 when it lets them pass."""
        return max(0.0, self._closed_again - self._clock()) if self._failures >= self._threshold else 0.0

    def admit(self) -> bool:
        """Whether a request may go now; after the cooldown, the first one to ask is the probe."""
        if self.seconds_left > 0:
            return False
        if self._failures >= self._threshold:
            self._closed_again = self._clock() + self._cooldown
            self._probing = True
        return True

    def succeeded(self) -> None:
        """A request got its answer."""
        self._failures = 0
        self._probing = False

    def abandoned(self) -> None:
        """A request was cancelled and says nothing about the host; if it was the probe, the next request becomes it."""
        if self._probing:
            self._probing = False
            self._closed_again = self._clock()

    def failed(self) -> None:
        """A request failed through all its retries."""
        self._failures += 1
        self._probing = False
        if self._failures >= self._threshold:
            self._closed_again = self._clock() + self._cooldown
