"""What an error of a query says in its parts: where it was, who failed, and nothing that is secret."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from builders import feed_source
from collecting_builders import KEY, SECRET, load_csv, load_feed, run, served_market, service
from energyopti.errors import (
    EnergyOptiError,
    NoData,
    PluginError,
    RateLimited,
    SchemaDrift,
    SourceUnavailable,
    UnsupportedQuery,
)
from energyopti.layouts import Reading
from energyopti.market import Market
from energyopti.query import Chunk
from energyopti.source import Source
from servers import Answer, Server, serving

PATH, NEXT = "/load/2024-07-01.csv", "/load/2024-07-02.csv"
CHUNK = "testiso/hourly_load/2024-07-01"
HELD = {("testiso", KEY.name): SECRET}


@pytest.fixture
def server() -> Iterator[Server]:
    """A server with scripted answers."""
    with serving() as running:
        yield running


def failing(there: Market, home: Path, end: str = "2024-07-02", **changes: Any) -> EnergyOptiError:
    """The error of a day of load."""

    async def go() -> None:
        async with service(there, home, **changes) as opened:
            await opened.get_market_data("testiso", "load", "2024-07-01", end)

    with pytest.raises(EnergyOptiError) as caught:
        run(go())
    return caught.value


def place(error: EnergyOptiError) -> tuple[str | None, ...]:
    """Where an error was."""
    return error.market, error.feed, error.chunk


@pytest.mark.parametrize(
    ("answer", "kind", "host"),
    [
        (Answer(status=404), NoData, None),
        (Answer(status=400), SourceUnavailable, "main"),
        (Answer(status=429, headers={"Retry-After": "3600"}), RateLimited, "main"),
        (Answer(body=b"Start,Area\r\n2024-07-01T04:00:00,NORTH\r\n"), SchemaDrift, None),
        (Answer(body=load_csv("2024-07-03")), NoData, None),
    ],
)
def test_every_error_of_a_query_has_its_chunk(
    server: Server, tmp_path: Path, answer: Answer, kind: type[EnergyOptiError], host: str | None
) -> None:
    """With its market and feed; a host is named where it is one that failed."""
    server.on(PATH, answer)
    error = failing(served_market(server.url), tmp_path)
    assert type(error) is kind
    assert place(error) == ("testiso", "hourly_load", CHUNK)
    assert error.host == host
    assert error.line.startswith(CHUNK)


def test_drift_has_its_column_and_the_source_that_it_came_from(server: Server, tmp_path: Path) -> None:
    """They can be asked for, and stand in the line."""
    server.on(PATH, b"Start,Area\r\n2024-07-01T04:00:00,NORTH\r\n")
    error = failing(served_market(server.url), tmp_path)
    assert (error.column, error.source) == ("MW", "daily file")
    assert error.what.startswith("the payload has no column 'MW'")
    assert error.line == f"{CHUNK} from daily file: {error.what}"


def test_each_of_several_chunks_names_itself(server: Server, tmp_path: Path) -> None:
    """Errors are not shared: what did arrive before is attached, and the chunk is the one that failed."""
    server.on(PATH, load_csv("2024-07-01"))
    server.on(NEXT, Answer(status=400))
    error = failing(served_market(server.url), tmp_path, "2024-07-03")
    assert error.chunk == "testiso/hourly_load/2024-07-02"
    assert error.finished is not None
    assert len(error.finished) == 24


def test_shared_document_that_cannot_be_read_names_each_day(server: Server, tmp_path: Path) -> None:
    """It is read once; the error of each of its days is its own."""
    server.on("/month.csv", b"Start,Area\r\n2024-07-01T04:00:00,NORTH\r\n")

    async def collect(chunk: Chunk, source: Source) -> Reading:
        payload = await source.get("month.csv", shared=True)
        return (await source.once(chunk.feed.layout.read, payload)).slice(chunk.start, chunk.end)

    there = served_market(server.url, load_feed(sources=(feed_source(name="month", collect=collect),)))

    async def go() -> list[str | None]:
        chunks = []
        async with service(there, tmp_path) as opened:
            for day in range(1, 4):
                with pytest.raises(SchemaDrift) as caught:
                    await opened.get_market_data("testiso", "load", f"2024-07-0{day}", f"2024-07-0{day + 1}")
                chunks.append(caught.value.chunk)
        return chunks

    assert run(go()) == [f"testiso/hourly_load/2024-07-0{day}" for day in range(1, 4)]
    assert server.paths == ["/month.csv"]


def test_mistake_of_a_plugin_says_what_to_do(server: Server, tmp_path: Path) -> None:
    """Its author can mend it."""

    async def mistaken(_: Chunk, __: Source) -> Reading:
        raise ZeroDivisionError("division by zero")

    there = served_market(server.url, load_feed(sources=(feed_source(name="file", collect=mistaken),)))
    error = failing(there, tmp_path)
    assert type(error) is PluginError
    assert (error.source, error.do) == ("file", "report it to the plugin's author")
    assert error.line == (
        f"{CHUNK} from file: the plugin failed with ZeroDivisionError: division by zero; report it to the plugin's author"
    )


def test_plugin_needs_one_text_for_an_error(server: Server, tmp_path: Path) -> None:
    """The place is added to its words."""

    async def without(_: Chunk, __: Source) -> Reading:
        raise NoData("the list begins later")

    there = served_market(server.url, load_feed(sources=(feed_source(name="list", collect=without),)))
    error = failing(there, tmp_path)
    assert (error.what, error.line) == ("the list begins later", f"{CHUNK}: the list begins later")


def test_credential_that_a_host_repeats_is_hidden(server: Server, tmp_path: Path) -> None:
    """A gateway names the key that was used too often."""
    body = f'{{"message": "Rate limit of key {SECRET} is exceeded."}}'.encode()
    server.on(PATH, Answer(status=403, body=body))
    error = failing(served_market(server.url, guarded=True), tmp_path, credentials=HELD)
    assert type(error) is RateLimited
    assert "Rate limit of key (hidden) is exceeded." in error.line
    assert SECRET not in f"{error!r} {vars(error)}"


def test_credential_that_a_plugin_quotes_is_hidden(server: Server, tmp_path: Path) -> None:
    """It says what the host made of a request, and the host repeated what it was sent."""
    server.on(PATH, f"the key {SECRET} may not see this".encode())

    async def quoting(chunk: Chunk, source: Source) -> Reading:
        payload = await source.get(f"load/{chunk.day}.csv")
        raise UnsupportedQuery(payload.content.decode())

    there = served_market(
        server.url, load_feed(sources=(feed_source(name="file", collect=quoting),)), guarded=True
    )
    error = failing(there, tmp_path, credentials=HELD)
    assert error.what == "the key (hidden) may not see this"
    assert error.args == (error.what,)
