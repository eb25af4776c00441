"""The archive in ERCOT's sandbox: its lists, one document, many, and what it refuses."""

from __future__ import annotations

import asyncio
import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import attrs
import pytest

from builders import utc
from collecting_builders import registry
from energyopti import Feed, Market, MarketData, Settings, UnifiedMarketService, hookimpl
from energyopti.sandbox import Answer, Ask, Responder
from energyopti_ercot.market import ERCOT
from energyopti_ercot.protocol.archive import archived
from energyopti_ercot.protocol.documents import SECOND_STAMP, Report
from energyopti_ercot.protocol.layouts import FIVE_MINUTES
from energyopti_ercot.sandbox import responders
from energyopti_ercot.sandbox.archive import archive
from ercot_archive import with_eras

NOW = utc("2026-11-20T17:00")


def get(path: str, **params: str) -> Answer:
    """A GET request."""
    return archive(Ask(path=path, now=NOW, params=params))


def post(path: str, body: Any) -> Answer:
    """A POST request."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return archive(Ask(path=path, now=NOW, method="POST", body=content))


def listed(path: str, start: str, end: str, **params: str) -> dict[str, Any]:
    """A page of a list."""
    answer = get(path, postDatetimeFrom=start, postDatetimeTo=end, **params)
    body: dict[str, Any] = json.loads(answer.body)
    return body


def test_list_is_the_newest_first_in_pages() -> None:
    """96 documents of a day in pages of forty; both ends of the range are included."""
    day = ("archive/np6-905-cd", "2026-11-10T00:01:02", "2026-11-10T23:46:02")
    pages = [listed(*day, size="40", page=page) for page in "123"]
    assert {json.dumps(page["_meta"] | {"currentPage": 0}) for page in pages} == {
        json.dumps({"totalRecords": 96, "pageSize": 40, "totalPages": 3, "currentPage": 0})
    }
    times = [each["postDatetime"] for page in pages for each in page["archives"]]
    assert times == sorted(times, reverse=True)
    assert (times[0], times[-1]) == ("2026-11-10T23:46:02.000", "2026-11-10T00:01:02.000")


def test_both_passes_of_the_repeated_hour_are_listed() -> None:
    """Nothing but their numbers tells them apart: half past one stands twice."""
    found = listed("archive/np3-560-cd", "2025-11-02T01:00:00", "2025-11-02T01:59:59")["archives"]
    assert [each["postDatetime"][:16] for each in found] == ["2025-11-02T01:30"] * 2
    assert found[0]["docId"] > found[1]["docId"]


def test_nothing_of_the_future_is_listed() -> None:
    """At 11:00 the last dispatch run was some minutes ago."""
    found = listed("archive/np6-788-cd", "2026-11-20T10:00:00", "2026-11-21T00:00:00")["archives"]
    assert found[0]["postDatetime"] <= "2026-11-20T11:00:00"


def test_documents_come_together_under_their_numbers() -> None:
    """Each is the very document that comes alone; one that is not there is not in the zip."""
    found = listed("archive/np3-911-er", "2026-11-10T00:00:00", "2026-11-12T00:00:00")["archives"]
    numbers = [each["docId"] for each in found]
    assert len(numbers) == 2
    answer = post("archive/np3-911-er/download", {"docIds": [*numbers, 17]})
    with zipfile.ZipFile(io.BytesIO(answer.body)) as gather:
        documents = {name.partition(".")[0]: gather.read(name) for name in gather.namelist()}
    alone = {str(number): get("archive/np3-911-er", download=str(number)).body for number in numbers}
    assert documents == alone


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        (get("archive/np9-999-cd", postDatetimeFrom="2026-11-10", postDatetimeTo="2026-11-11"), 404),
        (get("archive/np3-911-er", download="17"), 404),
        (get("archive/np3-911-er", postDatetimeFrom="2026-11-10"), 400),
        (get("archive/np3-911-er", postDatetimeFrom="yesterday", postDatetimeTo="today"), 400),
        (post("archive/np3-911-er/download", b"no JSON"), 400),
        (post("archive/np3-911-er/download", {"docIds": list(range(1_001))}), 400),
    ],
)
def test_what_is_not_there_or_wrong_is_refused(answer: Answer, status: int) -> None:
    """As the archive does: unknown reports and documents, bounds that are missing or no times, bodies that are wrong."""
    assert answer.status == status


class Archived:
    """ERCOT with one feed, and its sandbox."""

    def __init__(self, feed: Feed) -> None:
        self._market = attrs.evolve(ERCOT, feeds=(feed,), peaks=())

    @hookimpl
    def energyopti_markets(self) -> Sequence[Market]:
        """The market."""
        return [self._market]

    @hookimpl
    def energyopti_sandbox(self, market: str) -> Mapping[str, Responder] | None:
        """ERCOT's own sandbox."""
        return responders() if market == "ercot" else None


@pytest.mark.parametrize(
    ("day", "end"),
    [
        ("2025-11-02", "2025-11-03"),
        pytest.param("2026-03-08", "2026-03-09", marks=pytest.mark.exhaustive),
    ],
)
def test_day_of_the_archive_is_the_day_of_the_documents(tmp_path: Path, day: str, end: str) -> None:
    """300 runs of the 25-hour day and 276 of the 23-hour one, in two calls: the same rows as from the end point."""
    report = Report(number="12300", named=SECOND_STAMP, every=FIVE_MINUTES)
    feed = ERCOT.feed("lmp_node_zone_hub")
    kept = with_eras(feed, archived("NP6-788-CD", report))

    async def ask(asked: Feed, home: Path) -> MarketData:
        settings = Settings(home=home, sandbox="1")
        async with UnifiedMarketService(registry(Archived(asked)), settings, now=lambda: NOW) as service:
            return await service.get_market_data("ercot", asked.name, day, end)

    from_archive = asyncio.run(ask(kept, tmp_path / "archive"))
    from_end_point = asyncio.run(ask(feed, tmp_path / "end point"))
    assert [each.feed_source for each in (*from_archive.provenance, *from_end_point.provenance)] == [
        "archive 0",
        "Public API",
    ]
    assert len(from_archive.provenance[0].urls) == 2
    assert from_archive.frame.equals(from_end_point.frame)
    assert from_archive.frame["interval_start"].n_unique() == (300 if day == "2025-11-02" else 276)
