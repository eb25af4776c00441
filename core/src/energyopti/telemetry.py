"""Spans for OpenTelemetry if ``opentelemetry-api`` is installed; otherwise nothing."""

from __future__ import annotations

import traceback
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from functools import lru_cache
from typing import Any

from energyopti.redaction import redacted

_NOTHING: AbstractContextManager[Any] = nullcontext()


@lru_cache(maxsize=1)
def _api() -> Any:
    try:
        from opentelemetry import trace
    except ImportError:
        return None
    return trace


def span(name: str, **attributes: str) -> AbstractContextManager[Any]:
    """A span around some work, if the program has set up a tracer; it carries no payload and no known secret."""
    api = _api()
    if api is None or isinstance(api.get_tracer_provider(), api.ProxyTracerProvider):
        return _NOTHING
    return _span(api, name, {f"energyopti.{key}": redacted(value) for key, value in attributes.items()})


@contextmanager
def _span(api: Any, name: str, attributes: dict[str, str]) -> Iterator[Any]:
    """A span that records an exception as the library would, but in words without secrets."""
    tracer = api.get_tracer("energyopti")
    with tracer.start_as_current_span(
        name, attributes=attributes, record_exception=False, set_status_on_exception=False
    ) as current:
        try:
            yield current
        except Exception as error:
            said = redacted(f"{type(error).__name__}: {error}")
            stack = redacted("".join(traceback.format_exception(error)))
            message = redacted(str(error))
            current.record_exception(error, {"exception.message": message, "exception.stacktrace": stack})
            current.set_status(api.Status(api.StatusCode.ERROR, said))
            raise
