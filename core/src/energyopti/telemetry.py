"""Spans for OpenTelemetry if ``opentelemetry-api`` is installed; otherwise nothing."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from functools import lru_cache
from typing import Any

_NOTHING: AbstractContextManager[Any] = nullcontext()


@lru_cache(maxsize=1)
def _api() -> Any:
    try:
        from opentelemetry import trace
    except ImportError:
        return None
    return trace


def span(name: str, **attributes: str) -> AbstractContextManager[Any]:
    """A span around some work, if the program has set up a tracer; it carries no payload and no secret."""
    api = _api()
    if api is None or isinstance(api.get_tracer_provider(), api.ProxyTracerProvider):
        return _NOTHING
    named = {f"energyopti.{key}": value for key, value in attributes.items()}
    context: AbstractContextManager[Any] = api.get_tracer("energyopti").start_as_current_span(
        name, attributes=named
    )
    return context
