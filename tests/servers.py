"""A real HTTP server on loopback, with answers written down beforehand."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Iterator, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit

import attrs


@attrs.frozen(kw_only=True)
class Answer:
    """One answer; ``promised`` is the Content-Length it states, ``dropped`` hangs up without a word."""

    body: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = attrs.field(factory=dict)
    delay: float = 0.0
    promised: int | None = None
    dropped: bool = False


@attrs.frozen(kw_only=True)
class Asked:
    """One request as it arrived, and when; ``port`` is the caller's, which tells its connections apart."""

    method: str
    path: str
    params: dict[str, str]
    headers: dict[str, str]
    body: bytes
    at: float
    port: int


MISSING = Answer(status=404, body=b"not here")


class Http(ThreadingHTTPServer):
    """A server that takes many connections at once."""

    request_queue_size = 128
    """How many connections may wait to be accepted: one too many waits for a second."""


class Server:
    """Answers each path with its scripted answers in order, the last one for ever; 404 for any other path."""

    def __init__(self) -> None:
        self.asked: list[Asked] = []
        self.most_at_once = 0
        self._at_once = 0
        self._answers: dict[str, list[Answer]] = {}
        self._lock = threading.Lock()
        self._ending = threading.Event()
        self._http = Http(("127.0.0.1", 0), self._handler())
        self.url = f"http://127.0.0.1:{self._http.server_address[1]}"
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.01,), daemon=True)
        self._thread.start()

    def on(self, path: str, *answers: Answer | bytes) -> None:
        """What a path answers from now on; bytes are a plain 200."""
        with self._lock:
            self._answers[path] = [Answer(body=each) if isinstance(each, bytes) else each for each in answers]

    @property
    def paths(self) -> list[str]:
        """The paths asked for, in order."""
        return [each.path for each in self.asked]

    def close(self) -> None:
        """End every answer under way and give the port back."""
        self._ending.set()
        self._http.shutdown()
        self._thread.join()
        self._http.server_close()

    def _next(self, path: str) -> Answer:
        with self._lock:
            answers = self._answers.get(path, [MISSING])
            return answers.pop(0) if len(answers) > 1 else answers[0]

    def _enter(self, asked: Asked) -> None:
        with self._lock:
            self.asked.append(asked)
            self._at_once += 1
            self.most_at_once = max(self.most_at_once, self._at_once)

    def _leave(self) -> None:
        with self._lock:
            self._at_once -= 1

    def _handler(server) -> type[BaseHTTPRequestHandler]:  # noqa: N805 - the handler has a self of its own
        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                split = urlsplit(self.path)
                server._enter(
                    Asked(
                        method=self.command,
                        path=split.path,
                        params=dict(parse_qsl(split.query)),
                        headers={name.lower(): value for name, value in self.headers.items()},
                        body=self.rfile.read(int(self.headers.get("content-length", "0"))),
                        at=time.monotonic(),
                        port=self.client_address[1],
                    )
                )
                try:
                    self._give(_conditional(server._next(split.path), dict(self.headers.items())))
                except OSError:
                    self.close_connection = True
                finally:
                    server._leave()

            do_POST = do_GET  # noqa: N815 - the base class calls it so

            def _give(self, answer: Answer) -> None:
                server._ending.wait(answer.delay)
                if answer.dropped:
                    self.close_connection = True
                    return
                self.send_response(answer.status)
                for name, value in answer.headers.items():
                    self.send_header(name, value)
                if answer.status not in {204, 304}:
                    promised = len(answer.body) if answer.promised is None else answer.promised
                    self.send_header("Content-Length", str(promised))
                    self.close_connection = promised != len(answer.body)
                self.end_headers()
                self.wfile.write(answer.body)

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002, ARG002 - the base class's names
                return

        return Handler


def _conditional(answer: Answer, asked: Mapping[str, str]) -> Answer:
    """304 where the request names the version that the answer has."""
    pairs = (("ETag", "If-None-Match"), ("Last-Modified", "If-Modified-Since"))
    known = [
        answer.headers[version] == asked[condition]
        for version, condition in pairs
        if version in answer.headers and condition in asked
    ]
    return attrs.evolve(answer, status=304, body=b"") if known and all(known) else answer


@contextlib.contextmanager
def serving() -> Iterator[Server]:
    """A server for the length of a test."""
    server = Server()
    try:
        yield server
    finally:
        server.close()
