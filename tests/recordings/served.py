"""The recordings, served over HTTP at their own paths, and queries over them."""

from __future__ import annotations

import asyncio
import csv
import threading
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from energyopti import MarketData, Settings, UnifiedMarketService
from energyopti.settings import HostSettings
from installed import installed

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
_PUBLIC = "http://mis.nyiso.com/public"


class _Server(ThreadingHTTPServer):
    def handle_error(self, request: object, client_address: object) -> None:
        """A client that hangs up is nothing to talk about."""


class Recordings:
    """NYISO's recordings in a folder, behind a server on loopback that has nothing else."""

    def __init__(self, folder: Path, home: Path) -> None:
        self.folder = folder
        self.asked: list[str] = []
        with (folder / "PROVENANCE.tsv").open(newline="") as table:
            self._files = {
                row["original_url"].replace(_PUBLIC, "/public"): folder / row["file"]
                for row in csv.DictReader(table, delimiter="\t")
            }
        self._http = _Server(("127.0.0.1", 0), self._handler())
        base = f"http://127.0.0.1:{self._http.server_address[1]}"
        self._settings = Settings(
            home=home,
            hosts={
                ("nyiso", "mis"): HostSettings(url=f"{base}/public"),
                ("nyiso", "postings"): HostSettings(url=f"{base}/postings"),
                ("nyiso", "oasis_postings"): HostSettings(url=f"{base}/postings"),
            },
        )
        self._registry = installed()
        self._answers: dict[tuple[str, str, str, str], MarketData] = {}
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.01,), daemon=True)
        self._thread.start()

    def path(self, name: str) -> Path:
        """A recording's file."""
        return self.folder / name

    def get(self, feed: str, start: str, end: str, *, vintages: str = "latest") -> MarketData:
        """The answer to a query over the recordings; asked once, however many tests look at it."""
        question = (feed, start, end, vintages)
        if question not in self._answers:
            self._answers[question] = asyncio.run(self._get(*question))
        return self._answers[question]

    async def _get(self, feed: str, start: str, end: str, vintages: str) -> MarketData:
        async with UnifiedMarketService(self._registry, self._settings, now=lambda: NOW) as service:
            return await service.get_market_data("nyiso", feed, start, end, vintages=vintages)

    def close(self) -> None:
        """Give the port back."""
        self._http.shutdown()
        self._thread.join()
        self._http.server_close()

    def _handler(recordings) -> type[BaseHTTPRequestHandler]:  # noqa: N805 - the handler has a self of its own
        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                recordings.asked.append(self.path)
                file = recordings._files.get(self.path)
                body = b"Not Found" if file is None else file.read_bytes()
                self.send_response(404 if file is None else 200)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002, ARG002 - the base class's names
                return

        return Handler
