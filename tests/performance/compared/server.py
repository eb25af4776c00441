"""The one local HTTP server that both libraries read from, in a process of its own."""

from __future__ import annotations

import contextlib
import subprocess
import sys
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path

from performance.compared.answers import Answer, Answers
from servers import Http


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1
    answers: Answers

    def do_GET(self) -> None:
        """The document of a host and path, or 404."""
        found = self.answers.find(self.path.lstrip("/"))
        body, headers = found or Answer(b"", {})
        self.send_response(404 if found is None else 200)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        """Say nothing."""


def main(folder: Path) -> None:
    """Serve a folder until the process is ended."""
    _Handler.answers = Answers(folder)
    server = Http(("127.0.0.1", 0), _Handler)
    print(server.server_address[1], flush=True)
    server.serve_forever()


@contextlib.contextmanager
def running(folder: Path) -> Iterator[str]:
    """The address of a server of a folder's documents."""
    with subprocess.Popen([sys.executable, "-m", __name__, folder], stdout=subprocess.PIPE, text=True) as it:
        assert it.stdout is not None
        try:
            yield f"http://127.0.0.1:{it.stdout.readline().strip()}"
        finally:
            it.terminate()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
