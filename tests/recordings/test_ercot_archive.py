"""The recorded archive of ERCOT's two-day report of ancillary services, served over HTTP: every table, row by row."""

from __future__ import annotations

import asyncio
import csv
import io
import json
import logging
import threading
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo

import pytest

from energyopti import FindingKind, MarketData, Settings, UnifiedMarketService
from energyopti.settings import HostSettings
from installed import installed
from recordings.where import recordings_of

CENTRAL = ZoneInfo("America/Chicago")
NOW = datetime(2024, 12, 20, 18, tzinfo=UTC)
"""The list of documents has nothing any more of the recorded day, October 16, 2024."""

LIST = "np3-911-er_full_columns_21_days_ago_list.json"
DOCUMENT = "np3-911-er_full_columns_21_days_ago_2_Day_AS_Disclosure.zip"
REPORT = "/api/archive/np3-911-er"
SECRETS = {("ercot", name): f"{name}-do-not-tell" for name in ("username", "password", "subscription_key")}
TOKEN = "token-do-not-tell"
PRODUCTS = {
    "RegUp": ("REGUP", "regulation_up"),
    "RegDown": ("REGDN", "regulation_down"),
    "RRSPFR": ("RRSPFR", "responsive_reserve"),
    "RRSFFR": ("RRSFFR", "responsive_reserve"),
    "RRSUFR": ("RRSUFR", "responsive_reserve"),
    "ECRSS": ("ECRSS", "contingency_reserve"),
    "ECRSM": ("ECRSM", "contingency_reserve"),
    "NonSpin": ("NSPIN", "non_spinning_reserve"),
    "NSPNM": ("NSPNM", "non_spinning_reserve"),
}
Row = tuple[datetime, datetime, str, str, float]


class _Server(ThreadingHTTPServer):
    def handle_error(self, request: object, client_address: object) -> None:
        """A client that hangs up is nothing to talk about."""


class Recorded:
    """The recorded archive behind a server on loopback, with the login that it takes.

    ``again`` lists the document a second time, under the next number: it was published again.
    """

    def __init__(self, folder: Path, home: Path, *, again: bool = False) -> None:
        self.listed: dict[str, Any] = json.loads((folder / LIST).read_bytes())
        self.document = (folder / DOCUMENT).read_bytes()
        self.asked: list[tuple[str, str, dict[str, str]]] = []
        self.posted: list[Any] = []
        (first,) = self.listed["archives"]
        self.number: int = first["docId"]
        if again:
            self.listed["archives"].insert(0, {**first, "docId": self.number + 1})
        self._http = _Server(("127.0.0.1", 0), self._handler())
        base = f"http://127.0.0.1:{self._http.server_address[1]}"
        hosts = {("ercot", name): HostSettings(url=f"{base}/{name}") for name in ("mis", "api", "login")}
        self._settings = Settings(home=home, hosts=hosts, credentials=SECRETS)
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.01,), daemon=True)
        self._thread.start()

    def get(self, feed: str) -> MarketData:
        """The recorded day of a feed."""

        async def go() -> MarketData:
            async with UnifiedMarketService(installed(), self._settings, now=lambda: NOW) as service:
                return await service.get_market_data("ercot", feed, "2024-10-16", "2024-10-17")

        return asyncio.run(go())

    def close(self) -> None:
        """Give the port back."""
        self._http.shutdown()
        self._thread.join()
        self._http.server_close()

    def answer(self, method: str, path: str, params: dict[str, str], body: bytes) -> bytes | None:
        """What ERCOT would answer; None for what is not there."""
        if path == "/login/oauth2/v2.0/token" and method == "POST":
            return json.dumps({"id_token": TOKEN, "expires_in": "3600"}).encode()
        if path.startswith("/mis/"):
            return b'{"ListDocsByRptTypeRes":{}}'
        if path == REPORT and "download" in params:
            return self.document if params["download"] == str(self.number) else None
        if path == REPORT:
            return self._list(params)
        if path == f"{REPORT}/download" and method == "POST":
            self.posted.append(json.loads(body))
            return self._together(self.posted[-1]["docIds"])
        return None

    def _list(self, params: dict[str, str]) -> bytes:
        first, last = params["postDatetimeFrom"], params["postDatetimeTo"]
        found = [each for each in self.listed["archives"] if first <= each["postDatetime"] <= last]
        meta = {**self.listed["_meta"], "totalRecords": len(found)}
        return json.dumps({**self.listed, "_meta": meta, "archives": found}).encode()

    def _together(self, numbers: list[int]) -> bytes:
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w") as archive:
            for number in numbers:
                archive.writestr(f"{number}.ext.00013057.2_Day_AS_Disclosure.zip", self.document)
        return buffer.getvalue()

    def _handler(recorded) -> type[BaseHTTPRequestHandler]:  # noqa: N805 - the handler has a self of its own
        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                self._reply(b"")

            def do_POST(self) -> None:
                self._reply(self.rfile.read(int(self.headers["Content-Length"])))

            def _reply(self, asked: bytes) -> None:
                where = urlsplit(self.path)
                params = {name: values[0] for name, values in parse_qs(where.query).items()}
                if where.path.startswith("/api/"):
                    recorded.asked.append((self.command, where.path, params))
                body = recorded.answer(self.command, where.path, params, asked)
                self.send_response(404 if body is None else 200)
                self.send_header("Content-Length", str(len(body or b"")))
                self.end_headers()
                self.wfile.write(body or b"")

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002, ARG002 - the base class's names
                return

        return Handler


@pytest.fixture(scope="module")
def folder() -> Path:
    """ERCOT's recordings; the tests are skipped where there are none."""
    return recordings_of("ercot", DOCUMENT)


@pytest.fixture
def recorded(folder: Path, tmp_path: Path) -> Iterator[Recorded]:
    """The archive as it was recorded."""
    server = Recorded(folder, tmp_path)
    yield server
    server.close()


@pytest.fixture
def again(folder: Path, tmp_path: Path) -> Iterator[Recorded]:
    """The archive with its document listed twice."""
    server = Recorded(folder, tmp_path, again=True)
    yield server
    server.close()


def tables(folder: Path, kind: str) -> dict[str, list[dict[str, str]]]:
    """The recorded tables of a kind by their files, read without the library."""
    with zipfile.ZipFile(folder / DOCUMENT) as archive:
        names = [name for name in archive.namelist() if name.startswith(kind)]
        texts = {name: archive.read(name).decode() for name in names}
    return {name: list(csv.DictReader(io.StringIO(text, newline=""))) for name, text in texts.items()}


def expected(folder: Path, kind: str, word: str) -> list[Row]:
    """Every row of the tables of a kind, its hour ending at its label on Texas's clock."""
    rows: list[Row] = []
    for table in tables(folder, kind).values():
        for row in table:
            (header,) = [name for name in row if name.startswith(word)]
            midnight = datetime.strptime(row["Delivery Date"], "%m/%d/%Y").replace(tzinfo=CENTRAL)
            start = (midnight + timedelta(hours=int(row["Hour Ending"]) - 1)).astimezone(UTC)
            native, product = PRODUCTS[header.removeprefix(f"{word} - ")]
            rows.append((start, start + timedelta(hours=1), native, product, float(row[header])))
    return sorted(rows)


def test_document_holds_the_tables_that_are_read_and_offers(folder: Path) -> None:
    """26 files: eight services that cleared, nine that were self-arranged, and nine curves of offers, for no dataset."""
    with zipfile.ZipFile(folder / DOCUMENT) as archive:
        names = archive.namelist()
    kinds = ("2d_Cleared_DAM_AS_", "2d_Self_Arranged_AS_", "2d_Agg_AS_Offers_")
    assert [sum(name.startswith(kind) for name in names) for kind in kinds] == [8, 9, 9]
    assert len(names) == 26


@pytest.mark.parametrize(
    ("feed", "kind", "word", "count"),
    [
        ("2d_cleared_dam_as", "2d_Cleared_DAM_AS_", "Total Cleared AS", 8 * 24),
        ("2d_self_arranged_as", "2d_Self_Arranged_AS_", "Total Self-Arranged AS", 9 * 24),
    ],
)
def test_services_of_the_day(
    folder: Path, recorded: Recorded, feed: str, kind: str, word: str, count: int
) -> None:
    """Every row of every table of the kind, by one list and one document of the archive."""
    data = recorded.get(feed)
    columns = ("interval_start", "interval_end", "product_native", "product", "procured")
    rows = sorted(data.frame.select(columns).iter_rows())
    assert rows == expected(folder, kind, word)
    assert len(rows) == count
    assert set(data.frame.select("run", "location", "requirement").iter_rows()) == {
        ("day_ahead", "SYSTEM", None)
    }
    assert data.findings == ()
    assert data.coverage.complete
    assert [(method, path) for method, path, _ in recorded.asked] == [("GET", REPORT), ("GET", REPORT)]
    assert recorded.asked[1][2] == {"download": str(recorded.number)}


@pytest.mark.parametrize(
    ("feed", "file", "word"),
    [
        ("2d_cleared_dam_as_rrsufr", "2d_Cleared_DAM_AS_RRSUFR", "Total Cleared AS"),
        ("2d_self_arranged_as_rrsufr", "2d_Self_Arranged_AS_RRSUFR", "Total Self-Arranged AS"),
    ],
)
def test_load_on_relays(folder: Path, recorded: Recorded, feed: str, file: str, word: str) -> None:
    """24 hours of the one service that load on under-frequency relays gives; the end point has nothing."""
    data = recorded.get(feed)
    rows = data.frame.select("interval_start", "interval_end", "capacity").rows()
    assert rows == [(start, end, value) for start, end, _, _, value in expected(folder, file, word)]
    assert len(rows) == 24
    assert set(data.frame.select("program", "location", "deployed").iter_rows()) == {
        ("RRSUFR", "SYSTEM", None)
    }
    assert data.findings == ()
    assert data.provenance[0].feed_source == "archive of documents"


def test_document_that_was_published_again_stands_in_the_first_one_s_place(
    folder: Path, again: Recorded
) -> None:
    """Two documents come together in one zip; of equal rows the later one's stand, and a finding counts the others."""
    data = again.get("2d_cleared_dam_as")
    columns = ("interval_start", "interval_end", "product_native", "product", "procured")
    assert sorted(data.frame.select(columns).iter_rows()) == expected(
        folder, "2d_Cleared_DAM_AS_", "Total Cleared AS"
    )
    assert again.posted == [{"docIds": [again.number, again.number + 1]}]
    assert [(each.kind, each.rows) for each in data.findings] == [(FindingKind.SUPERSEDED_ROW, 24)] * 8
    assert [method for method, _, _ in again.asked] == ["GET", "POST"]


def test_no_secret_is_told_of_what_is_posted(again: Recorded, caplog: pytest.LogCaptureFixture) -> None:
    """Provenance has the address of the archive alone; not the most talkative log has a password, a key or a token."""
    caplog.set_level(logging.DEBUG)
    data = again.get("2d_cleared_dam_as")
    said = f"{data.provenance}{data.findings}{data!r}{caplog.text}"
    assert "/download" in caplog.text
    assert not [secret for secret in (*SECRETS.values(), TOKEN) if secret in said]
    assert data.provenance[0].urls[-1].endswith(f"{REPORT}/download")
