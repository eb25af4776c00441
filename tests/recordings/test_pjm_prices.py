"""Recorded prices and nodes of PJM, row by row, from files and through a server that speaks like Data Miner."""

from __future__ import annotations

import asyncio
import csv
import functools
import io
import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta, tzinfo
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import attrs
import httpx
import pytest

from energyopti import FindingKind, MarketData, Settings, UnifiedMarketService, UnsupportedQuery
from energyopti.files import read_file
from energyopti.settings import HostSettings
from energyopti_pjm.market import PJM
from installed import installed
from recordings.where import recordings_of

NEW_YORK = ZoneInfo("America/New_York")
NOW, LATER = datetime(2026, 6, 20, 12, tzinfo=UTC), datetime(2026, 11, 20, 12, tzinfo=UTC)
DAY_AHEAD, REAL_TIME = "da_hrl_lmps.csv", "rt_hrl_lmps.csv"
FIVE_MINUTE = "rt_fivemin_hrl_lmps_PJM-RTO_2025-09-01_first2h.csv"
ZONES = "da_hrl_lmps_2026-06-09.json"
NODES = "pnode-20191215121613.csv"
KINDS = {
    "HUB": "hub",
    "ZONE": "zone",
    "INTERFACE": "interface",
    "AGGREGATE": "aggregate",
    "RESIDUAL_METERED_EDC": "aggregate",
    "LOAD": "node",
    "GEN": "node",
    "EHV": "node",
    "EXT": "node",
}
WHOLES = {"1": "system", "3": "region"}
"""PJM-RTO and MID-ATL/APS, which PJM calls zones and which hold zones."""
ERRORS = (
    "400_archived_calendar_year.json",
    "400_archived_invalid_filter_pnode_id.json",
    "400_archived_missing_datetime.json",
    "400_archived_order.json",
    "400_archived_sort.json",
    "400_archived_spans_boundary.json",
)

Price = tuple[Any, ...]
"""Start, end, location, its name and kind, LMP, energy, congestion, loss, version."""


@pytest.fixture(scope="module")
def folder() -> Path:
    """PJM's recordings; the tests are skipped where there are none."""
    return recordings_of("pjm")


@pytest.fixture(params=[True, False], ids=["csv", "json"])
def counted(request: pytest.FixtureRequest) -> bool:
    """Whether the server gives rows alone with their total, or answers with envelopes whatever is asked for."""
    return bool(request.param)


def rows_of(path: Path) -> list[dict[str, Any]]:
    """The rows of an export or of the API's envelope, by their headers."""
    if path.suffix == ".json":
        items: list[dict[str, Any]] = json.loads(path.read_bytes(), parse_float=Decimal)["items"]
        return items
    with path.open(newline="", encoding="utf-8-sig") as lines:
        return list(csv.DictReader(lines))


@functools.cache
def instant(text: str, zone: tzinfo = UTC) -> datetime:
    """A stamp of either form on a clock, as UTC."""
    pattern = "%Y-%m-%dT%H:%M:%S" if "T" in text else "%m/%d/%Y %I:%M:%S %p"
    return datetime.strptime(text, pattern).replace(tzinfo=zone).astimezone(UTC)


def figure(value: Any) -> float | None:
    """A price as a number; None where there is none."""
    return None if value in {None, ""} else float(Decimal(value))


def prices(path: Path, suffix: str, minutes: int) -> list[Price]:
    """What a recording says, in the order of time and place."""
    found = []
    for row in rows_of(path):
        start = instant(row["datetime_beginning_utc"])
        parts = ("system_energy_price", "congestion_price", "marginal_loss_price")
        found.append(
            (
                start,
                start + timedelta(minutes=minutes),
                str(row["pnode_id"]),
                row["pnode_name"],
                WHOLES.get(str(row["pnode_id"]), KINDS[row["type"]]),
                figure(row[f"total_lmp_{suffix}"]),
                *(figure(row.get(f"{part}_{suffix}")) for part in parts),
                None if "version_nbr" not in row else int(row["version_nbr"]),
            )
        )
    return sorted(found, key=lambda row: (row[0], row[2]))


def answered(data: MarketData) -> list[Price]:
    """The rows of an answer, in the oracle's shape."""
    columns = ("interval_start", "interval_end", "location", "location_name", "location_type")
    found: list[Price] = data.frame.select(*columns, "lmp", "energy", "congestion", "loss", "version").rows()
    return found


def published(row: dict[str, Any]) -> dict[str, Any]:
    """A recorded row as the API gives it: ISO stamps, numbers, nulls."""
    found: dict[str, Any] = {}
    for name, value in row.items():
        if value in {None, ""}:
            found[name] = None
        elif name.startswith("datetime_") or name.endswith("_date"):
            found[name] = instant(value).strftime("%Y-%m-%dT%H:%M:%S")
        elif "price" in name or "lmp" in name:
            found[name] = float(value)
        else:
            found[name] = {"True": True, "False": False}.get(value, value)
    return found


def local(row: dict[str, Any]) -> str:
    """When a row begins, on New York's clock."""
    return f"{instant(row['datetime_beginning_utc']).astimezone(NEW_YORK):%Y-%m-%dT%H:%M}"


def bound(text: str) -> str:
    """An end of a time filter in the form of `local`."""
    return f"{datetime.strptime(text, '%m/%d/%Y %H:%M').replace(tzinfo=NEW_YORK):%Y-%m-%dT%H:%M}"


def as_csv(rows: list[dict[str, Any]], total: int) -> httpx.Response:
    """Recorded rows as the API gives them alone: nothing at all where there are none."""
    text = io.StringIO()
    if rows:
        lines = csv.DictWriter(text, list(rows[0]))
        lines.writeheader()
        lines.writerows({name: exported(name, value) for name, value in row.items()} for row in rows)
    body = text.getvalue().encode("utf-8-sig" if rows else "utf-8")
    return httpx.Response(200, content=body, headers={"X-TotalRows": str(total), "content-type": "text/csv"})


def exported(name: str, value: Any) -> Any:
    """A recorded cell as it is exported; one of the page's export stands as it was recorded."""
    if isinstance(value, str) and name.startswith("datetime_") and "T" in value:
        at = instant(value)
        half = "AM" if at.hour < 12 else "PM"
        return f"{at.month}/{at.day}/{at.year} {(at.hour - 1) % 12 + 1}:{at:%M:%S} {half}"
    return value


@attrs.define
class DataMiner:
    """Serves recorded rows by time, id and page, both ends of a range included; anything else is refused.

    With ``counted`` it gives rows alone as CSV where that is asked for, else only envelopes.
    """

    tables: dict[str, list[dict[str, Any]]]
    counted: bool = True
    asked: list[httpx.Request] = attrs.field(factory=list)

    @classmethod
    def of(cls, folder: Path, counted: bool, **files: str) -> DataMiner:
        """A server of some feeds, each with its recording, and of the list of nodes."""
        tables = {feed: rows_of(folder / file) for feed, file in {"pnode": NODES, **files}.items()}
        return cls(tables, counted=counted)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        """One page."""
        self.asked.append(request)
        params = dict(request.url.params)
        size, start = int(params.pop("rowCount")), int(params.pop("startRow"))
        alone = (params.pop("download", ""), params.pop("format", "")) == ("true", "csv")
        rows = self.tables.get(request.url.path.rsplit("/", 1)[-1], [])
        if "datetime_beginning_ept" in params:
            first, last = (bound(end) for end in params.pop("datetime_beginning_ept").split("to"))
            rows = [row for row in rows if first <= local(row) <= last]
        if "pnode_id" in params:
            wanted = set(params.pop("pnode_id").split(";"))
            rows = [row for row in rows if str(row["pnode_id"]) in wanted]
        if params:
            return httpx.Response(400, json={"errors": [{"field": "Filters", "message": f"no {params}"}]})
        page = rows[start - 1 : start - 1 + size]
        if alone and self.counted:
            return as_csv(page, len(rows))
        items = [published(row) for row in page]
        return httpx.Response(200, json={"links": [], "items": items, "totalRows": len(rows)})


Handler = Callable[[httpx.Request], httpx.Response]


def undefined(handler: Handler) -> Handler:
    """A server that gives no definition of its feeds: of those nothing is recorded."""
    return lambda request: httpx.Response(404) if request.url.path.endswith("/metadata") else handler(request)


def get(
    handler: Handler, home: Path, feed: str, start: str, end: str, *, now: datetime = NOW, **query: Any
) -> MarketData:
    """A query to a server."""

    async def go() -> MarketData:
        settings = Settings(
            home=home,
            credentials={("pjm", "api_key"): "any"},
            hosts={("pjm", "dataminer"): HostSettings(rate="off")},
        )
        transport = httpx.MockTransport(undefined(handler))
        async with UnifiedMarketService(
            installed(), settings, transport=transport, now=lambda: now
        ) as service:
            return await service.get_market_data("pjm", feed, start, end, **query)

    return asyncio.run(go())


@pytest.mark.parametrize(
    ("file", "feed", "suffix", "minutes"),
    [
        (DAY_AHEAD, "da_hrl_lmps", "da", 60),
        (REAL_TIME, "rt_hrl_lmps", "rt", 60),
        (FIVE_MINUTE, "rt_fivemin_hrl_lmps", "rt", 5),
        (ZONES, "da_hrl_lmps", "da", 60),
    ],
)
def test_every_row_of_a_file_is_as_published(
    folder: Path, file: str, feed: str, suffix: str, minutes: int
) -> None:
    """As exported by the page, or given by the API: no row lost, doubled or moved, and every figure the same."""
    data = read_file(PJM, PJM.feed(feed), folder / file, now=NOW)
    expected = prices(folder / file, suffix, minutes)
    assert len(data) == len(expected)
    assert answered(data) == expected


@pytest.mark.parametrize("file", [DAY_AHEAD, REAL_TIME, FIVE_MINUTE])
def test_eastern_stamps_are_those_of_utc(folder: Path, file: str) -> None:
    """What the layouts leave unread says the same on New York's clock, through both clock changes."""
    for row in rows_of(folder / file):
        wall = instant(row["datetime_beginning_ept"])
        assert f"{wall:%Y-%m-%dT%H:%M}" == local(row)


@pytest.mark.parametrize(
    ("file", "suffix", "start", "end"),
    [
        (DAY_AHEAD, "da", "2025-06-16", "2026-06-15T01:00"),
        (REAL_TIME, "rt", "2025-06-15", "2026-06-15"),
    ],
)
def test_year_of_a_node_is_as_published(
    folder: Path, tmp_path: Path, counted: bool, *, file: str, suffix: str, start: str, end: str
) -> None:
    """Asked by its id, one request for each of the two calendar years: every hour, the repeated one too."""
    feed = f"{suffix}_hrl_lmps"
    server = DataMiner.of(folder, counted, **{feed: file})
    data = get(server, tmp_path, feed, start, end, now=LATER, locations="48592")
    assert answered(data) == prices(folder / file, suffix, 60)
    asked = [each for each in server.asked if each.url.path.endswith(feed)]
    assert [each.url.params["pnode_id"] for each in asked] == ["48592"] * 2


def test_both_clock_changes_of_the_recorded_year_are_whole(
    folder: Path, tmp_path: Path, counted: bool
) -> None:
    """2025-11-02 has 25 prices and 2026-03-08 has 23, none of them doubled."""
    server = DataMiner.of(folder, counted, rt_hrl_lmps=REAL_TIME)
    for start, end, hours in [("2025-11-02", "2025-11-03", 25), ("2026-03-08", "2026-03-09", 23)]:
        frame = get(server, tmp_path, "rt_hrl_lmps", start, end, now=LATER, locations="48592").frame
        assert frame.height == frame["interval_start"].n_unique() == hours


def test_day_of_all_zones_is_as_published(folder: Path, tmp_path: Path, counted: bool) -> None:
    """24 hours of 23 zones, asked for the day alone; chosen fields, so that components are null."""
    server = DataMiner.of(folder, counted, da_hrl_lmps=ZONES)
    data = get(server, tmp_path, "da_hrl_lmps", "2026-06-09", "2026-06-10")
    assert answered(data) == prices(folder / ZONES, "da", 60)
    assert (len(data), data.coverage.complete) == (552, True)


def test_zone_is_found_by_its_name(folder: Path, tmp_path: Path, counted: bool) -> None:
    """``bge`` is zone 51292 of the recorded list of nodes, and its 24 prices are as published."""
    server = DataMiner.of(folder, counted, da_hrl_lmps=ZONES)
    data = get(server, tmp_path, "da_hrl_lmps", "2026-06-09", "2026-06-10", locations="bge")
    expected = [row for row in prices(folder / ZONES, "da", 60) if row[3] == "BGE"]
    assert (answered(data), len(expected)) == (expected, 24)


def test_five_minute_prices_are_as_published(folder: Path, tmp_path: Path, counted: bool) -> None:
    """Two hours of the whole region, asked by its name."""
    server = DataMiner.of(folder, counted, rt_fivemin_hrl_lmps=FIVE_MINUTE)
    now = datetime(2025, 11, 20, tzinfo=UTC)
    data = get(
        server,
        tmp_path,
        "rt_fivemin_hrl_lmps",
        "2025-09-01T00:00",
        "2025-09-01T02:00",
        now=now,
        locations="pjm-rto",
    )
    assert answered(data) == prices(folder / FIVE_MINUTE, "rt", 5)
    assert len(data) == 24


def test_recorded_prices_add_up(folder: Path) -> None:
    """Energy, congestion and losses are the price, to a cent: no finding says otherwise."""
    for file, feed in [(DAY_AHEAD, "da_hrl_lmps"), (REAL_TIME, "rt_hrl_lmps")]:
        data = read_file(PJM, PJM.feed(feed), folder / file, now=NOW)
        assert [each for each in data.findings if each.kind is FindingKind.COMPONENTS] == []


def nodes(path: Path) -> Iterator[tuple[Any, ...]]:
    """The recorded list: id, name, kind, zone, when valid from and until."""
    for row in rows_of(path):
        yield (
            row["pnode_id"],
            row["pnode_name"].strip(),
            WHOLES.get(str(row["pnode_id"]), KINDS[row["pnode_subtype"]]),
            row["zone"] or None,
            instant(row["effective_date"], NEW_YORK),
            None if "/9999 " in row["termination_date"] else instant(row["termination_date"], NEW_YORK),
        )


def test_every_node_is_as_published(folder: Path) -> None:
    """12,708 nodes, each with its kind, zone and validity; runs of blanks in names are kept."""
    data = read_file(PJM, PJM.feed("pnode"), folder / NODES, now=NOW)
    columns = ("location", "location_name", "location_type", "zone", "valid_from", "valid_to")
    expected = sorted(nodes(folder / NODES), key=lambda row: row[0])
    assert len(expected) == 12_708
    assert sorted(data.frame.select(columns).rows(), key=lambda row: row[0]) == expected
    assert not {each.kind for each in data.findings} - {FindingKind.UNKNOWN_TIME}


def test_aliases_and_reference_hub_are_recorded_hubs(folder: Path) -> None:
    """Every common name that the market declares is the id of a hub in PJM's own list."""
    hubs = {
        row["pnode_id"]: row["pnode_name"] for row in rows_of(folder / NODES) if row["pnode_subtype"] == "HUB"
    }
    assert set(PJM.aliases.values()) <= set(hubs)
    assert hubs[str(PJM.reference_hub)] == "WESTERN HUB"
    assert hubs[PJM.aliases["AD Hub"]] == "AEP-DAYTON HUB"
    assert hubs[PJM.aliases["NI Hub"]] == "N ILLINOIS HUB"


@pytest.mark.parametrize("file", ERRORS)
def test_refusals_are_told_in_the_words_of_pjm(folder: Path, tmp_path: Path, file: str) -> None:
    """Each documented body, with its status, is an unsupported query that quotes its message; each feed is asked once."""
    body = (folder / "errors" / file).read_bytes()
    asked: list[httpx.Request] = []

    def refuse(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return httpx.Response(400, content=body, headers={"content-type": "application/json"})

    with pytest.raises(UnsupportedQuery) as caught:
        get(refuse, tmp_path, "da_hrl_lmps", "2022-06-01", "2022-06-02")
    assert json.loads(body)["errors"][0]["message"] in str(caught.value)
    assert [each.url.path.rsplit("/", 1)[1] for each in asked] == ["rt_da_monthly_lmps", "da_hrl_lmps"]
