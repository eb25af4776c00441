"""Spans for OpenTelemetry: one a query and one a request, with no secret in them."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from collecting_builders import SECRET, load_csv, run, served_market, service
from energyopti import telemetry
from energyopti.errors import NoData
from servers import Server, serving


@pytest.fixture
def spans(monkeypatch: pytest.MonkeyPatch) -> Iterator[InMemorySpanExporter]:
    """What is exported while a test runs."""
    exporter, provider = InMemorySpanExporter(), TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    monkeypatch.setattr(trace, "_TRACER_PROVIDER", provider)
    yield exporter
    provider.shutdown()


@pytest.fixture
def server() -> Iterator[Server]:
    """A server with scripted answers."""
    with serving() as running:
        yield running


def test_query_and_its_requests_are_spans(
    server: Server, spans: InMemorySpanExporter, tmp_path: Path
) -> None:
    """The request is a child of the query; the key it was sent with is in neither."""
    server.on("/load/2024-07-01.csv", load_csv("2024-07-01"))
    there = served_market(server.url, guarded=True)

    async def go() -> None:
        async with service(there, tmp_path, credentials={("testiso", "api_key"): SECRET}) as opened:
            await opened.get_market_data("testiso", "load", "2024-07-01", "2024-07-02")

    run(go())
    fetch, query = spans.get_finished_spans()
    assert (query.name, dict(query.attributes or {})) == (
        "energyopti.query",
        {"energyopti.market": "testiso", "energyopti.feed": "hourly_load"},
    )
    assert fetch.name == "energyopti.fetch"
    assert fetch.parent is not None
    assert query.context is not None
    assert fetch.parent.span_id == query.context.span_id
    assert dict(fetch.attributes or {})["energyopti.url"] == f"{server.url}/load/2024-07-01.csv"
    assert SECRET not in fetch.to_json() + query.to_json()


def test_failed_query_is_a_span_with_its_error(
    server: Server, spans: InMemorySpanExporter, tmp_path: Path
) -> None:
    """Nothing is served: the query's span says so."""

    async def go() -> None:
        async with service(served_market(server.url), tmp_path) as opened:
            await opened.get_market_data("testiso", "load", "2024-07-01", "2024-07-02")

    with pytest.raises(NoData):
        run(go())
    *_, query = spans.get_finished_spans()
    assert query.status.status_code is trace.StatusCode.ERROR


def test_without_the_package_there_is_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """A span around some work is the work."""
    monkeypatch.setitem(sys.modules, "opentelemetry", None)
    telemetry._api.cache_clear()
    try:
        with telemetry.span("energyopti.query", market="testiso") as nothing:
            assert nothing is None
    finally:
        telemetry._api.cache_clear()


def test_without_somebody_to_tell_there_is_nothing() -> None:
    """The package alone is no reason to make spans."""
    with telemetry.span("energyopti.query", market="testiso") as nothing:
        assert nothing is None
