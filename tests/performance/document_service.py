"""ERCOT's document service with one day of settlement prices of a realistic size, in a process of its own."""

from __future__ import annotations

import contextlib
import io
import json
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

POINTS = 1_130
QUARTERS = 96
DAY = datetime(2026, 7, 1)  # noqa: DTZ001 - ERCOT's wall clock
_HEADER = "DeliveryDate,DeliveryHour,DeliveryInterval,SettlementPointName,SettlementPointType,SettlementPointPrice,DSTFlag"


def document_id(number: int, kind: str = "csv") -> str:
    """By which a quarter's document is asked for."""
    return f"{number + 1}{'0' if kind == 'csv' else '1'}"


def document(number: int) -> bytes:
    """The zip of one quarter of the day."""
    hour, part = divmod(number, 4)
    rows = (
        f"07/01/2026,{hour + 1},{part + 1},POINT_{point:04d},RN,{20 + (point * 7 + number) % 977 / 100},N"
        for point in range(POINTS)
    )
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(f"cdr.00012301.{number}.csv", "\n".join([_HEADER, *rows, ""]))
    return buffer.getvalue()


def listing() -> bytes:
    """The list of the day's documents, with their XML twins."""
    entries = []
    for number in range(QUARTERS):
        ends = DAY + timedelta(minutes=15 * (number + 1))
        for kind in ("csv", "xml"):
            name = f"SPPHLZNP6905_{ends:%Y%m%d_%H%M}_{kind}"
            entry = {
                "DocID": document_id(number, kind),
                "FriendlyName": name,
                "ConstructedName": f"cdr.00012301.0000000000000000.{ends:%Y%m%d.%H%M%S}.{name}.zip",
                "PublishDate": f"{ends + timedelta(minutes=1):%Y-%m-%dT%H:%M:%S}-05:00",
            }
            entries.append({"Document": entry})
    return json.dumps({"ListDocsByRptTypeRes": {"DocumentList": entries[::-1]}}).encode()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    answers: dict[str, bytes] = {}  # noqa: RUF012 - filled once, before it is served

    def do_GET(self) -> None:
        """The list, or a document by its number."""
        asked = urlsplit(self.path)
        body = self.answers.get(parse_qs(asked.query).get("doclookupId", ["list"])[0], b"")
        self.send_response(200 if body else 404)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        """Say nothing."""


def main() -> None:
    """Serve until the standard input ends."""
    _Handler.answers = {
        "list": listing(),
        **{document_id(number): document(number) for number in range(QUARTERS)},
    }
    ThreadingHTTPServer.request_queue_size = 128  # a connection too many waits for a second
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    server.daemon_threads = True
    print(server.server_address[1], flush=True)
    server.serve_forever()


@contextlib.contextmanager
def running() -> Iterator[str]:
    """The address of a service that runs in a process of its own."""
    with subprocess.Popen([sys.executable, __file__], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield f"http://127.0.0.1:{process.stdout.readline().strip()}"
        finally:
            process.terminate()


if __name__ == "__main__":
    main()
