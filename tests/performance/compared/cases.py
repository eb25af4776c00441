"""What is compared, one entry a case: the documents, what is asked of energyopti, and the goals."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path

import attrs
import httpx
import polars as pl

from energyopti import Registry, Settings, UnifiedMarketService
from energyopti.frames import unify
from energyopti.layouts import members
from energyopti.market import Feed
from energyopti.settings import HostSettings
from energyopti.timezones import midnight
from energyopti_caiso.protocol import oasis
from energyopti_ercot.protocol.documents import read_documents
from energyopti_nyiso.feeds.prices import REAL_TIME_GENERATOR, REAL_TIME_ZONE
from energyopti_pjm.protocol.pages import PAGE_ROWS, Form
from performance import all_nodes, document_service
from performance.compared import answers
from performance.compared.answers import Answers
from performance.nyiso_days import CORRECTIONS, GENERATORS, day_of
from zips import zipped

Documents = Sequence[bytes]

_MIS = "mis.nyiso.com/public/csv/realtime"
_POSTINGS = "oasis-postings.prod.nysdi.com"
_ERCOT_LIST = "www.ercot.com/misapp/servlets/IceDocListJsonWS"
_ERCOT_DOCUMENT = "www.ercot.com/misdownload/servlets/mirDownload"
_DATAMINER = "api.pjm.com/api/v1"
_OASIS = "oasis.caiso.com/oasisapi/SingleZip"
_CSV = {"Content-Type": "text/csv"}
_JSON = {"Content-Type": "application/json"}
_ZIP = {"Content-Type": "application/zip"}


@attrs.frozen(kw_only=True)
class Case:
    """One question that both libraries answer from the same documents.

    ``name`` is what gridstatus' side calls it. ``write`` puts the documents into a folder, ``documents`` takes out
    those that hold the prices, ``read`` makes one frame of them and ``plain`` reads their bytes with
    `polars.read_csv` alone. ``parse_goal`` and ``whole_goal`` say how many times as fast as gridstatus each should
    be; ``parse_limit`` and ``whole_limit`` what the time of energyopti goes into.
    """

    name: str
    title: str
    market: str
    feed: str
    start: str
    end: str
    write: Callable[[Path], None]
    documents: Callable[[Answers], Documents]
    read: Callable[[Documents, Feed], pl.DataFrame]
    plain: Callable[[Documents], object]
    parse_goal: float
    parse_limit: str
    whole_goal: float = 5
    whole_limit: str
    locations: tuple[str, ...] = ()
    credentials: Mapping[str, str] = attrs.field(factory=dict)

    def feed_of(self, registry: Registry) -> Feed:
        """The feed that is asked."""
        return registry.market(self.market).feed(self.feed)

    def whole(
        self, registry: Registry, url: str, home: Path, transport: httpx.AsyncBaseTransport | None = None
    ) -> pl.DataFrame:
        """The answer of a service that knows nothing yet, over HTTP or by another transport."""
        hosts = {
            (self.market, host.name): HostSettings(url=f"{url}/{host.url.partition('://')[2]}", rate="off")
            for host in registry.market(self.market).hosts
        }
        credentials = {(self.market, name): secret for name, secret in self.credentials.items()}
        settings = Settings(home=home, hosts=hosts, credentials=credentials)

        async def go() -> pl.DataFrame:
            async with UnifiedMarketService(registry, settings, transport=transport) as service:
                data = await service.get_market_data(
                    self.market, self.feed, self.start, self.end, locations=self.locations or None
                )
                return data.frame

        return asyncio.run(go())


# NYISO


def _generator_day(folder: Path) -> None:
    day, later = date(2026, 10, 15), date(2026, 11, 20)
    path = f"{_POSTINGS}/RT_LBMP_GEN/CSV"
    written = day_of(REAL_TIME_GENERATOR, day, GENERATORS)
    answers.write(folder, f"{path}/{day:%Y/%m/%d}/realtime_gen-{day:%Y%m%d}.csv", written, headers=_CSV)
    newest = day_of(REAL_TIME_GENERATOR, later, GENERATORS, stamps=1)
    answers.write(folder, f"{path}/current.csv", newest, headers=_CSV)


def _zonal_months(folder: Path) -> None:
    zones = REAL_TIME_ZONE.locations.closed or ()
    for month in (date(2025, 6, 1), date(2025, 7, 1)):
        days = [month + timedelta(days=number) for number in range(31)]
        files = {
            f"{day:%Y%m%d}realtime_zone.csv": day_of(
                REAL_TIME_ZONE, day, zones, corrections=CORRECTIONS[: day.day % 2 * 2]
            )
            for day in days
            if day.month == month.month
        }
        path = f"{_MIS}/{month:%Y%m%d}realtime_zone_csv.zip"
        answers.write(folder, path, zipped(files), headers=_ZIP)
    newest = day_of(REAL_TIME_ZONE, date(2026, 11, 20), zones, stamps=1)
    answers.write(folder, f"{_POSTINGS}/RT_LBMP_ZONE/CSV/current.csv", newest, headers=_CSV)


def _zonal_files(found: Answers) -> Documents:
    """The files of 30 days, out of their two months."""
    archives = [found.bodies(f"{_MIS}/{month}realtime_zone_csv.zip")[0] for month in ("20250601", "20250701")]
    files = {each.name: each.content for archive in archives for each in members(archive)}
    return [content for name, content in sorted(files.items()) if "20250616" <= name < "20250716"]


def _each(documents: Documents, feed: Feed) -> pl.DataFrame:
    return pl.concat(unify(each.frame, feed, "nyiso") for each in feed.layout.read_each(documents))


def _plain_csv(documents: Documents) -> pl.DataFrame:
    return pl.concat(pl.read_csv(each) for each in documents)


# PJM


def _node_pages(folder: Path) -> None:
    rows, path = all_nodes.prices(), f"{_DATAMINER}/da_hrl_lmps"
    total = {"X-TotalRows": str(all_nodes.ROWS)}
    for first, page in all_nodes.pages(rows, Form.CSV).items():
        answers.write(folder, path, page, headers=_CSV | total, startRow=str(first), format="csv")
    for first, page in all_nodes.pages(rows, Form.JSON).items():
        answers.write(folder, path, page, headers=_JSON, startRow=str(first))
    nodes = rows.unique("pnode_id", maintain_order=True).select(
        "pnode_id",
        "pnode_name",
        pnode_subtype="type",
        pnode_type=pl.lit("BUS"),
        zone="zone",
        voltage_level="voltage",
        effective_date=pl.lit("2004-05-01T00:00:00"),
        termination_date=pl.lit("9999-12-31T00:00:00"),
    )
    directory = {"links": [], "items": nodes.to_dicts(), "searchSpecification": {}, "totalRows": nodes.height}
    answers.write(folder, f"{_DATAMINER}/pnode", json.dumps(directory).encode(), headers=_JSON)


def _node_sheets(documents: Documents, _: Feed) -> pl.DataFrame:
    by_row = {number * PAGE_ROWS + 1: each for number, each in enumerate(documents)}
    return all_nodes.collected(by_row.__getitem__, Form.CSV)


# ERCOT


def _settlement_points(folder: Path) -> None:
    listing = document_service.listing()
    answers.write(folder, _ERCOT_LIST, listing, headers=_JSON, reportTypeId="12301")
    for number in range(document_service.QUARTERS):
        document = document_service.document(number)
        answers.write(
            folder, _ERCOT_DOCUMENT, document, headers=_ZIP, doclookupId=document_service.document_id(number)
        )
    mapping = {
        "DocID": "points",
        "FriendlyName": "Settlement_Points_List",
        "ConstructedName": "rpt.00010008.0000000000000000.20260625.100000000.Settlement_Points.zip",
        "PublishDate": "2026-06-25T10:00:00-05:00",
    }
    listed = json.dumps({"ListDocsByRptTypeRes": {"DocumentList": [{"Document": mapping}]}})
    answers.write(folder, _ERCOT_LIST, listed.encode(), headers=_JSON, reportTypeId="10008")
    names = [f"POINT_{point:04d}" for point in range(document_service.POINTS)]
    points = "RESOURCE_NODE\n" + "".join(f"{name}\n" for name in names)
    archive = zipped({"Settlement_Points_06252026_100000.csv": points.encode()})
    answers.write(folder, _ERCOT_DOCUMENT, archive, headers=_ZIP, doclookupId="points")


def _quarters(found: Answers) -> Documents:
    numbers = range(document_service.QUARTERS)
    return [
        found.bodies(_ERCOT_DOCUMENT, doclookupId=document_service.document_id(number))[0]
        for number in numbers
    ]


def _as_one(documents: Documents, feed: Feed) -> pl.DataFrame:
    return unify(read_documents(feed.layout, documents).frame, feed, "ercot")


def _plain_zips(documents: Documents) -> pl.DataFrame:
    return _plain_csv([file.content for each in documents for file in members(each)])


# CAISO

_HUBS = ("TH_NP15_GEN-APND", "TH_SP15_GEN-APND", "TH_ZP26_GEN-APND")
_TYPES = ("LMP", "MCE", "MCC", "MCL", "MGHG")
_STAMP = "%Y-%m-%dT%H:%M:%S-00:00"


def _hub_month(folder: Path) -> None:
    """One zip with a file for each part of the price, in the columns of the report ``PRC_LMP``."""
    start = midnight(date(2026, 6, 1), "America/Los_Angeles")
    hours = pl.DataFrame({"n": range(30 * 24)}).with_columns(
        at=pl.lit(start, dtype=pl.Datetime("us", "UTC")) + pl.duration(hours="n")
    )
    rows = hours.join(pl.DataFrame({"NODE": _HUBS}), how="cross", maintain_order="left_right")
    parts = {
        kind: ((pl.col("n") * 0.37 + number).sin() * (30 if kind == "MCE" else 3)).round(5)
        for number, kind in enumerate(_TYPES)
        if kind != "LMP"
    }
    values = parts | {"LMP": pl.sum_horizontal(parts.values()).round(5)}
    files = {}
    for number, kind in enumerate(_TYPES):
        table = rows.select(
            INTERVALSTARTTIME_GMT=pl.col("at").dt.strftime(_STAMP),
            INTERVALENDTIME_GMT=(pl.col("at") + pl.duration(hours=1)).dt.strftime(_STAMP),
            OPR_DT=pl.col("at").dt.convert_time_zone("America/Los_Angeles").dt.date(),
            OPR_HR=pl.col("n") % 24 + 1,
            OPR_INTERVAL=pl.lit(0),
            NODE_ID_XML="NODE",
            NODE_ID="NODE",
            NODE="NODE",
            MARKET_RUN_ID=pl.lit("DAM"),
            LMP_TYPE=pl.lit(kind),
            XML_DATA_ITEM=pl.lit(f"{kind}_PRC"),
            PNODE_RESMRID="NODE",
            GRP_TYPE=pl.lit("ALL_APNODES"),
            POS=pl.lit(number),
            MW=values[kind],
            GROUP=pl.lit(number + 1),
        )
        files[f"20260601_20260701_PRC_LMP_DAM_{kind}_20260702_04_52_10_v12.csv"] = table.write_csv().encode()
    name = "20260601_20260701_PRC_LMP_DAM_20260702_04_52_10_v12.zip"
    headers = _ZIP | {"Content-Disposition": f"inline; filename={name};"}
    answers.write(folder, _OASIS, zipped(files), headers=headers, queryname="PRC_LMP")


def _oasis(documents: Documents, feed: Feed) -> pl.DataFrame:
    return unify(oasis.read("PRC_LMP", documents[0], feed.layout).frame, feed, "caiso")


CASES = (
    Case(
        name="nyiso_generators",
        title="NYISO: one day of generators, real-time",
        market="nyiso",
        feed="realtime_gen",
        start="2026-10-15",
        end="2026-10-16",
        write=_generator_day,
        documents=lambda found: found.bodies(
            f"{_POSTINGS}/RT_LBMP_GEN/CSV/2026/10/15/realtime_gen-20261015.csv"
        ),
        read=_each,
        plain=_plain_csv,
        parse_goal=20,
        parse_limit="splitting the text into columns, which polars does; the rest is one pass over each column",
        whole_limit="the download, then sorting, checking and indexing the rows",
    ),
    Case(
        name="nyiso_zones",
        title="NYISO: 30 days of zones, real-time, two monthly zips",
        market="nyiso",
        feed="realtime_zone",
        start="2025-06-16",
        end="2025-07-16",
        write=_zonal_months,
        documents=_zonal_files,
        read=_each,
        plain=_plain_csv,
        parse_goal=4,
        parse_limit="splitting the text into columns; files of one form are read together",
        whole_limit="reading, as above; then 30 chunks, each checked by itself: 0.8 ms, whatever its length",
    ),
    Case(
        name="pjm_nodes",
        title="PJM: one day of all nodes, day-ahead, six pages",
        market="pjm",
        feed="da_hrl_lmps",
        start="2025-07-01",
        end="2025-07-02",
        write=_node_pages,
        documents=lambda found: found.bodies(f"{_DATAMINER}/da_hrl_lmps", format="csv"),
        read=_node_sheets,
        plain=_plain_csv,
        parse_goal=20,
        parse_limit="splitting the text into columns; energyopti asks PJM for CSV, gridstatus for JSON: the same rows",
        whole_limit="the download; gridstatus also fetches the node directory, twice, and joins it",
        credentials={"api_key": "none"},
    ),
    Case(
        name="ercot_points",
        title="ERCOT: one day of settlement point prices, 96 zips",
        market="ercot",
        feed="spp_node_zone_hub",
        start="2026-07-01",
        end="2026-07-02",
        write=_settlement_points,
        documents=_quarters,
        read=_as_one,
        plain=_plain_zips,
        parse_goal=4,
        parse_limit="unzipping 96 documents; their texts are read as one",
        whole_limit="97 requests: httpx takes about 0.6 ms of CPU for each, on one thread; reading takes a third",
    ),
    Case(
        name="caiso_hubs",
        title="CAISO: one month of three hubs, day-ahead, one zip",
        market="caiso",
        feed="PRC_LMP",
        start="2026-06-01",
        end="2026-07-01",
        locations=_HUBS,
        write=_hub_month,
        documents=lambda found: found.bodies(_OASIS),
        read=_oasis,
        plain=_plain_zips,
        parse_goal=4,
        parse_limit="splitting the text into 16 columns; then about 15 column operations, each costing 0.1 to 0.2 ms "
        "whatever its length, for 2,160 prices",
        whole_limit="a request and reading 1.9 MB of text, as above; what httpx and read_csv take for that alone is beside it "
        "(*bare*). gridstatus' pauses of five seconds a request are switched off",
    ),
)
"""Every case."""
