"""Spans for OpenTelemetry, where ``opentelemetry-api`` is installed; nothing where it is not."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from functools import lru_cache
from typing import Any


@lru_cache(maxsize=1)
def _tracer() -> Any:
    try:
        from opentelemetry.trace import get_tracer
    except ImportError:
        return None
    return get_tracer("energyopti")


@contextlib.contextmanager
def span(name: str, **attributes: str) -> Iterator[None]:
    """A span around some work; its attributes carry no payload and no secret."""
    tracer = _tracer()
    if tracer is None:
        yield
        return
    named = {f"energyopti.{key}": value for key, value in attributes.items()}
    with tracer.start_as_current_span(name, attributes=named):
        yield
