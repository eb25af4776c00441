"""Secrets that a server or a plugin says again: in no message, finding, event, span, traceback, log or file."""

from __future__ import annotations

import html
import json
import logging
import traceback
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from builders import feed_source
from collecting_builders import (
    KEY,
    NOW,
    Plugin,
    daily,
    load_csv,
    load_feed,
    registry,
    run,
    served_market,
    settings,
)
from energyopti.errors import EnergyOptiError, SchemaDrift
from energyopti.events import Event
from energyopti.findings import Finding, FindingKind
from energyopti.layouts import Reading
from energyopti.query import Chunk
from energyopti.service import UnifiedMarketService
from energyopti.source import Collect, Expect, Request, Source, TryAgain
from servers import Answer, Server, serving

SECRET = "Kq7/v+Zr2<W9&xT4 mB1=pL8"
SHOWN = 12
"""How many of its leading characters give it away."""

PATH = "/load/2024-07-01.csv"


@pytest.fixture
def server() -> Iterator[Server]:
    """A server with scripted answers."""
    with serving() as running:
        yield running


@pytest.fixture
def spans(monkeypatch: pytest.MonkeyPatch) -> Iterator[InMemorySpanExporter]:
    """What is exported while a test runs."""
    exporter, provider = InMemorySpanExporter(), TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    monkeypatch.setattr(trace, "_TRACER_PROVIDER", provider)
    yield exporter
    provider.shutdown()


def everything_said(
    server: Server,
    home: Path,
    spans: InMemorySpanExporter,
    log: pytest.LogCaptureFixture,
    collect: Collect | None = None,
) -> str:
    """Every word that leaves while a day is asked for with the key."""
    log.set_level(logging.DEBUG)
    source = feed_source(name="echo", collect=collect or daily("load/2024-07-01.csv"))
    there = served_market(server.url, load_feed(sources=(source,)), guarded=True)
    events: list[Event] = []
    held = {("testiso", KEY.name): SECRET}
    chosen = settings(home, credentials=held, attempts=2, archive=home / "archive")

    async def go() -> list[object]:
        async with UnifiedMarketService(
            registry(Plugin(there)), chosen, now=lambda: NOW, observe=events.append
        ) as service:
            data = await service.get_market_data("testiso", "load", "2024-07-01", "2024-07-02")
            return [data.findings, data.coverage, data.provenance]

    try:
        said = run(go())
    except EnergyOptiError as error:
        said = [error, error.column, error.do, *traceback.format_exception(error)]
    kept = [path.read_bytes() for path in home.rglob("*") if path.is_file()]
    told = [each.to_json() for each in spans.get_finished_spans()]
    logged = [f"{each.getMessage()} {each.__dict__}" for each in log.records]
    assert server.asked[0].headers["x-api-key"] == SECRET
    return "\n".join(map(str, [*said, *map(repr, said), *events, *kept, *told, *logged]))


def assert_hidden(said: str) -> None:
    """Neither the secret nor enough of it, in any case or spelling."""
    spelled = {SECRET, quote(SECRET), html.escape(SECRET), json.dumps(SECRET)[1:-1], quote(SECRET, safe="")}
    assert [each for each in spelled if each[:SHOWN].lower() in said.lower()] == []


WORDS = {
    "as it is": SECRET,
    "in capitals": SECRET.upper(),
    "as HTML": html.escape(SECRET),
    "in an address": quote(SECRET, safe=""),
    "as JSON": json.dumps({"key": SECRET}),
    "with breaks": SECRET.replace(" ", "\n"),
    "cut by us": "x" * 27 + SECRET,
    "cut by us later": "x" * 67 + SECRET,
    "cut by the server": f"no such key {SECRET[:17]}...",
}


@pytest.mark.parametrize(
    ("status", "words"),
    [
        *((status, words) for status in (200, 403) for words in WORDS),
        *((status, "as it is") for status in (400, 401, 404, 429, 500)),
    ],
)
def test_key_that_a_server_repeats_is_not_repeated(
    server: Server,
    tmp_path: Path,
    spans: InMemorySpanExporter,
    caplog: pytest.LogCaptureFixture,
    status: int,
    words: str,
) -> None:
    """Whatever the status says and however the server spells it."""
    headers = {"X-Asked-With": WORDS[words].replace("\n", " ")}
    server.on(PATH, Answer(status=status, body=f"Rate limit: {WORDS[words]}".encode(), headers=headers))
    assert_hidden(everything_said(server, tmp_path, spans, caplog))


def test_key_in_columns_and_cells_is_in_no_finding(
    server: Server, tmp_path: Path, spans: InMemorySpanExporter, caplog: pytest.LogCaptureFixture
) -> None:
    """An unknown column's name, a cell that is no number, and a stamp that is none."""
    good = load_csv("2024-07-01").decode().splitlines()
    header, first, *rest = good
    text = "\n".join([f"{header},{SECRET}", f"{first},1", *(f"{each},{SECRET}" for each in rest[:-1])])
    stamp, _, others = rest[-1].partition(",")
    text += f"\n{stamp} {SECRET},{others},0\n"
    server.on(PATH, text.encode())
    assert_hidden(everything_said(server, tmp_path, spans, caplog))


async def _raises(chunk: Chunk, source: Source) -> Reading:
    """A plugin's own mistake, from another, with the server's words in both."""
    payload = await source.get("load/2024-07-01.csv")
    words = payload.content.decode()
    error = ValueError((words, words.encode()))
    error.add_note(words)
    raise KeyError(words) from error


async def _drifts(chunk: Chunk, source: Source) -> Reading:
    """A column by the server's words."""
    payload = await source.get("load/2024-07-01.csv")
    raise SchemaDrift(f"no column {payload.content.decode()}", column=payload.content.decode())


class _StubbornError(Exception):
    """An error whose words are not its arguments."""

    def __init__(self, words: str) -> None:
        super().__init__()
        self.words = words

    def __str__(self) -> str:
        return self.words


async def _is_stubborn(chunk: Chunk, source: Source) -> Reading:
    """An error of a class of its own."""
    payload = await source.get("load/2024-07-01.csv")
    raise _StubbornError(payload.content.decode())


async def _retries(chunk: Chunk, source: Source) -> Reading:
    """The server's words are why it is asked again."""
    again = Request(
        path="load/2024-07-01.csv", expect=Expect.ANY, retry_if=lambda body: TryAgain(body.decode())
    )
    await source.get_all([again])
    raise AssertionError("it never answers")


def test_key_in_the_headers_of_an_answer_is_neither_kept_nor_logged(
    server: Server, tmp_path: Path, spans: InMemorySpanExporter, caplog: pytest.LogCaptureFixture
) -> None:
    """The archive keeps the day, and a library that logs every header logs it without the key."""
    server.on(PATH, Answer(body=load_csv("2024-07-01"), headers={"X-Asked-With": SECRET}))
    said = everything_said(server, tmp_path, spans, caplog)
    assert "X-Asked-With', b'(hidden)'" in said
    assert_hidden(said)


@pytest.mark.parametrize("collect", [_raises, _drifts, _is_stubborn, _retries])
def test_key_that_a_plugin_repeats_is_not_repeated(
    server: Server,
    tmp_path: Path,
    spans: InMemorySpanExporter,
    caplog: pytest.LogCaptureFixture,
    collect: Collect,
) -> None:
    """In the error, its causes and their notes, the events of retries and the spans' tracebacks."""
    server.on(PATH, Answer(body=f"the key {SECRET} is not known".encode()))
    said = everything_said(server, tmp_path, spans, caplog, collect)
    assert "is not known" in said
    assert_hidden(said)


def test_key_in_a_finding_of_a_plugin_is_hidden() -> None:
    """Each of its words."""
    found = Finding(
        kind=FindingKind.UNKNOWN_WORD,
        message=f"no {SECRET}",
        column=SECRET,
        document=SECRET,
        first=SECRET,
    )
    settings(Path(), credentials={("testiso", KEY.name): SECRET})
    again = Finding(kind=found.kind, message=found.message, column=found.column, first=found.first)
    assert_hidden(f"{again} {again!r} {again.line}")
