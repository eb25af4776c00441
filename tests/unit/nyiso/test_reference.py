"""New York's undated documents: what their lines mean, which source is asked, and asking without a range."""

from __future__ import annotations

import asyncio
import functools
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path

import attrs
import polars as pl
import pytest

from builders import utc
from energyopti import (
    FindingKind,
    Host,
    Market,
    MarketData,
    NoData,
    Registry,
    SchemaDrift,
    Settings,
    UnifiedMarketService,
    hookimpl,
)
from energyopti.layouts import Reading
from energyopti.sandbox import Answer, Ask, Responder
from energyopti_nyiso.feeds.prices import PRICES
from energyopti_nyiso.feeds.reference import GENERATORS, LOADS, MAINTENANCE, REFERENCE
from energyopti_nyiso.locations import REFERENCE_BUS
from energyopti_nyiso.protocol.documents import POSTINGS
from energyopti_nyiso.protocol.undated import GENERATOR_LIST, MAINTENANCE_REPORT
from energyopti_nyiso.sandbox.generated import generate
from energyopti_nyiso.sandbox.reference import reference

GENERATOR_HEADER = "Generator Name,Generator PTID,Aggregation PTID,Subzone,Zone,Latitude,Longitude,Active"
OUTAGE_HEADER = "Date,Forecasted Generation Outage (MW)"
HOSTS = ("mis", *POSTINGS)
NOW = utc("2026-10-20T16:00")
"""Noon in New York, after the move to the new server and before the clocks go back."""


def text(header: str, *lines: str) -> bytes:
    """A document with a header and lines."""
    return "\r\n".join([header, *lines, ""]).encode()


def kinds(reading: Reading | MarketData) -> list[FindingKind]:
    """What was found, in order."""
    return [finding.kind for finding in reading.findings]


@attrs.define
class Servers:
    """A market of its own with the undated feeds, over the sandbox.

    Either server can be ``down``, the new one by both of its names; ``answer`` stands in for all documents.
    """

    down: str | None = None
    answer: Answer | None = None
    asked: list[tuple[str, str]] = attrs.field(factory=list)

    @hookimpl
    def energyopti_markets(self) -> Sequence[Market]:
        """The market."""
        market = Market(
            id="reference",
            title="New York, undated",
            zone="America/New_York",
            website="https://iso.example",
            hosts=tuple(Host(name=name, url=f"https://{name}.iso.example") for name in HOSTS),
            feeds=REFERENCE,
        )
        return [market]

    @hookimpl
    def energyopti_sandbox(self) -> Mapping[str, Responder]:
        """Both servers."""
        return {name: functools.partial(self._respond, name) for name in HOSTS}

    def _respond(self, host: str, ask: Ask) -> Answer:
        self.asked.append((host, ask.path))
        if self.answer is not None:
            return self.answer
        found = None if self.down is not None and self.down in host else reference(ask.path, ask)
        return found or Answer.missing()

    def get(self, home: Path, data_type: str, *bounds: str, now: datetime = NOW) -> MarketData:
        """One query by a service of its own."""
        registry = Registry({"reference": self}, discover=False)

        async def go() -> MarketData:
            settings = Settings(home=home, sandbox="1", attempts=1)
            async with UnifiedMarketService(registry, settings, now=lambda: now) as service:
                return await service.get_market_data("reference", data_type, *bounds)

        return asyncio.run(go())


def serving(header: str, *lines: str, modified: datetime | None = NOW) -> Servers:
    """Servers whose documents all have these lines."""
    return Servers(answer=Answer(body=text(header, *lines), content_type="text/csv", modified=modified))


def test_generator_is_known_by_its_name_without_outer_blanks() -> None:
    """The name is the identifier, as in the price files; the zone is as published, and north and east positive."""
    payload = text(GENERATOR_HEADER, " DELTA MILL___1 ,29010,29011,West Sub,WEST,43.1,-78.9,Y")
    (row,) = GENERATORS.layout.read(payload).frame.iter_rows(named=True)
    assert (row["location"], row["location_name"]) == ("DELTA MILL___1", "DELTA MILL___1")
    assert (row["location_type"], row["zone"]) == ("node", "WEST")
    assert (row["latitude"], row["longitude"]) == (43.1, -78.9)


def test_reference_bus_has_the_type_that_its_prices_have() -> None:
    """Should the list name the reference bus, it is a bus and no node."""
    payload = text(GENERATOR_HEADER, "NYISO_LBMP_REFERENCE,24008,24008,,,,,Y", "DELTA,29010,,,WEST,,,Y")
    frame = GENERATORS.layout.read(payload).frame
    assert frame.select("location_type", "zone").rows() == [("bus", None), ("node", "WEST")]


def test_inactive_generator_stays_in_the_list() -> None:
    """Its prices are in the archive; the source's own columns say that it is not active, and its point ids."""
    payload = text(GENERATOR_HEADER, "DELTA,29010,29011,S,WEST,,,N", "ECHO,29012,29012,S,NORTH,,,Y")
    reading = GENERATORS.layout.read(payload)
    assert reading.frame["location"].to_list() == ["DELTA", "ECHO"]
    assert reading.raw["Active"].to_list() == ["N", "Y"]
    assert reading.raw["Generator PTID"].to_list() == ["29010", "29012"]
    assert reading.raw["Aggregation PTID"].to_list() == ["29011", "29012"]


def test_blank_coordinates_are_null_and_counted() -> None:
    """A generator without coordinates is no generator at the equator."""
    payload = text(
        GENERATOR_HEADER, "DELTA,1,1,S,WEST,,,Y", "ECHO,2,2,S,WEST, ,,Y", "FOX,3,3,S,WEST,43.0,-78.0,Y"
    )
    reading = GENERATORS.layout.read(payload)
    assert reading.frame["latitude"].to_list() == [None, None, 43.0]
    assert reading.frame["longitude"].to_list() == [None, None, -78.0]
    assert {(finding.column, finding.rows) for finding in reading.findings} == {
        ("latitude", 2),
        ("longitude", 2),
    }


def test_older_list_without_aggregation_and_coordinates_is_read() -> None:
    """Older headers have no column for the aggregation, the coordinates or the activity; words may be quoted."""
    payload = text('"Generator Name","Generator PTID","Subzone","Zone"', '"DELTA",29010,"S","WEST"')
    reading = GENERATORS.layout.read(payload)
    assert reading.frame.select("location", "zone", "latitude").rows() == [("DELTA", "WEST", None)]
    assert FindingKind.UNKNOWN_COLUMN not in kinds(reading)


def test_repeated_name_keeps_every_row(tmp_path: Path) -> None:
    """Two lines of one name are two rows and a finding that they share a key."""

    lines = ("DELTA,29010,1,S,WEST,,,Y", "ECHO,29011,1,S,WEST,,,Y", "DELTA,29012,1,S,NORTH,,,Y")
    data = serving(GENERATOR_HEADER, *lines).get(tmp_path, "generators")
    assert data.frame.select("location", "zone").rows() == [
        ("DELTA", "WEST"),
        ("DELTA", "NORTH"),
        ("ECHO", "WEST"),
    ]
    (found,) = [each for each in data.findings if each.kind is FindingKind.DUPLICATE_KEY]
    assert found.rows == 2


def test_line_without_a_name_is_left_out_and_counted() -> None:
    """A row that nobody can name is no location, and it is accounted for."""
    reading = GENERATORS.layout.read(
        text(GENERATOR_HEADER, ",29010,1,S,WEST,43.0,-78.0,Y", "ECHO,29011,1,S,WEST,43.0,-78.0,Y")
    )
    assert reading.frame["location"].to_list() == ["ECHO"]
    assert [(each.kind, each.rows) for each in reading.findings] == [(FindingKind.REJECTED_ROW, 1)]
    assert reading.payload_rows == reading.accounted_rows == 2


@pytest.mark.parametrize("header", ["PTID", "Load PTID"])
def test_load_is_a_node_of_its_zone(header: str) -> None:
    """The point id's header has been written in two ways; coordinates are not published, and not missed."""
    reading = LOADS.layout.read(text(f"Load Name,{header},Subzone,Zone", "GOLF RD ,39010,S,LONGIL"))
    (row,) = reading.frame.iter_rows(named=True)
    assert (row["location"], row["location_name"]) == ("GOLF RD", "GOLF RD")
    assert (row["location_type"], row["zone"]) == ("node", "LONGIL")
    assert reading.raw[header].to_list() == ["39010"]
    assert reading.findings == ()


@pytest.mark.parametrize("header", ["Forecasted Generation Outage (MW)", "Forecasted Gen Outage MW"])
def test_outage_is_megawatts_out_of_service(header: str) -> None:
    """What is out of service is positive, as published, for all of New York and all kinds of plant."""
    reading = MAINTENANCE.layout.read(text(f"Date,{header}", "07/04/2026,4321.5", '07/05/2026,"1,234"'))
    columns = reading.frame.select("resource_type", "location", "outage")
    assert columns.rows() == [("all", "NYISO", 4321.5), ("all", "NYISO", 1234.0)]


@pytest.mark.parametrize(
    ("day", "start", "hours"),
    [
        ("07/04/2026", "2026-07-04T04:00", 24),
        ("03/08/2026", "2026-03-08T05:00", 23),
        ("11/01/2026", "2026-11-01T04:00", 25),
        ("11/1/2026", "2026-11-01T04:00", 25),
        ("11/01/2026 00:00", "2026-11-01T04:00", 25),
        ("11/01/2026 00:00:00", "2026-11-01T04:00", 25),
        ("2026-11-01", "2026-11-01T04:00", 25),
    ],
)
def test_outage_holds_for_a_whole_local_day(day: str, start: str, hours: int) -> None:
    """From midnight to midnight in New York, be it 23, 24 or 25 hours; month first in every form."""
    frame = MAINTENANCE.layout.read(text(OUTAGE_HEADER, f"{day},5000")).frame
    expected = (utc(start), utc(start) + timedelta(hours=hours))
    assert frame.select("interval_start", "interval_end").rows() == [expected]


def test_unreadable_day_or_figure_is_said() -> None:
    """A date that is none leaves its row out; a word in place of a figure is null."""
    reading = MAINTENANCE.layout.read(text(OUTAGE_HEADER, "13/40/2026,5000", "07/05/2026,n/a", "07/06/2026,"))
    assert reading.frame["outage"].to_list() == [None, None]
    assert kinds(reading) == [
        FindingKind.UNREADABLE_VALUE,
        FindingKind.REJECTED_ROW,
        FindingKind.MISSING_VALUE,
    ]
    assert reading.payload_rows == reading.accounted_rows == 3


def test_other_document_is_schema_drift() -> None:
    """A list of loads is no list of generators, and the missing column is named."""
    with pytest.raises(SchemaDrift) as caught:
        GENERATORS.layout.read(text("Load Name,PTID,Subzone,Zone", "GOLF RD,39010,S,LONGIL"))
    assert caught.value.column == "Generator Name"


def test_addresses_are_the_published_ones() -> None:
    """Undated paths on both servers."""
    assert (GENERATOR_LIST.old, GENERATOR_LIST.new) == (
        "csv/generator/generator.csv",
        "GENERATOR_NAME/CSV/generatorname.csv",
    )
    assert (MAINTENANCE_REPORT.old, MAINTENANCE_REPORT.new) == (
        "csv/genmaint/gen_maint_report.csv",
        "GENERATION_MAINTENANCE_REPORT/CSV/gen_maint_report.csv",
    )


@pytest.mark.parametrize(
    ("day", "hosts"), [("2026-09-30", ["mis", *POSTINGS]), ("2026-10-01", [*POSTINGS, "mis"])]
)
def test_new_server_leads_since_the_move(day: str, hosts: list[str]) -> None:
    """Before it the old one does, and each is the other's fallback."""
    for feed in REFERENCE:
        assert [feed_source.host for feed_source in feed.sources_for(date.fromisoformat(day))] == hosts


def test_generators_are_asked_without_a_range(tmp_path: Path) -> None:
    """The answer is the running day's: the names of the price files, with their zones, from one request."""
    servers = Servers()
    data = servers.get(tmp_path, "locations")
    assert servers.asked == [("postings", "GENERATOR_NAME/CSV/generatorname.csv")]
    assert len(data) == 60
    times = data.frame.select("interval_start", "interval_end").unique().rows()
    assert times == [(utc("2026-10-20T04:00"), utc("2026-10-21T04:00"))]
    row = data.frame.row(by_predicate=pl.col("location") == "UNIT_007___HYDRO", named=True)
    assert (row["zone"], row["valid_from"], row["valid_to"]) == ("MILLWD", None, None)
    assert data.coverage.complete


def test_generators_are_those_of_the_price_files() -> None:
    """The sandbox's list and its prices name the same generators."""
    feed = next(feed for feed in PRICES if feed.name == "damlbmp_gen")
    priced = generate(feed, date(2026, 10, 19)).select("location", "PTID").unique()
    answer = reference(GENERATOR_LIST.new, Ask(path=GENERATOR_LIST.new, now=NOW))
    assert answer is not None
    raw = GENERATORS.layout.read(answer.body).raw
    listed = set(raw.select("Generator Name", "Generator PTID").rows())
    assert listed == {row for row in priced.rows() if row[0] != REFERENCE_BUS}
    assert set(raw["Active"]) == {"Y", "N"}


def test_loads_are_asked_by_their_feed(tmp_path: Path) -> None:
    """The second list of locations has every zone."""
    data = Servers().get(tmp_path, "loads")
    assert data.frame["zone"].n_unique() == 11
    assert set(data.frame["location_type"]) == {"node"}


def test_past_days_list_is_not_kept(tmp_path: Path) -> None:
    """Yesterday's list is gone, and no request is made for it."""
    servers = Servers()
    with pytest.raises(NoData, match="keeps only current data"):
        servers.get(tmp_path, "generators", "2026-10-19", "2026-10-20")
    assert servers.asked == []


def test_report_answers_for_the_days_to_come(tmp_path: Path) -> None:
    """The running day's publication speaks of the next month, the 25-hour day too, with the time it was made."""
    servers = Servers()
    data = servers.get(tmp_path, "outages", "2026-10-31", "2026-11-03")
    assert data.frame.select("interval_start", "interval_end").rows() == [
        (utc("2026-10-31T04:00"), utc("2026-11-01T04:00")),
        (utc("2026-11-01T04:00"), utc("2026-11-02T05:00")),
        (utc("2026-11-02T05:00"), utc("2026-11-03T05:00")),
    ]
    assert set(data.frame["publish_time"]) == {utc("2026-10-20T09:00:12")}
    assert data.coverage.complete
    assert [host for host, _ in servers.asked] == ["postings"]


def test_report_of_the_day_before_stands_until_the_next_is_written(tmp_path: Path) -> None:
    """At two in the morning the newest is yesterday's; without a range it is asked for the running day."""
    data = Servers().get(tmp_path, "gen_maint_report", now=utc("2026-10-20T06:00"))
    assert set(data.frame["publish_time"]) == {utc("2026-10-19T09:00:12")}
    assert data.frame["interval_start"].to_list() == [utc("2026-10-20T04:00")]


def test_day_beyond_the_report_is_no_data(tmp_path: Path) -> None:
    """What the report does not reach is not made up."""
    with pytest.raises(NoData):
        Servers().get(tmp_path, "outages", "2026-12-01", "2026-12-02")


def test_old_servers_list_is_marked_as_maybe_stale(tmp_path: Path) -> None:
    """Where the new server has no list the old one's stands in, and a finding says how old it may be."""
    servers = Servers(down="postings")
    data = servers.get(tmp_path, "generators")
    assert [host for host, _ in servers.asked] == [*POSTINGS, "mis"]
    (found,) = [each for each in data.findings if each.kind is FindingKind.STALE]
    assert found.rows == len(data) == 60
    assert "last modified on 2026-10-11" in found.message


def test_old_servers_report_keeps_its_own_publication_time(tmp_path: Path) -> None:
    """Its figures for today were published when the old server was last written, and say so."""
    data = Servers(down="postings").get(tmp_path, "outages")
    assert data.frame["publish_time"].to_list() == [utc("2026-10-11T09:00:12")]
    assert FindingKind.STALE in kinds(data)


def test_old_server_leads_before_the_move_without_a_warning(tmp_path: Path) -> None:
    """In September the old server is the one that is written, and is asked alone."""
    servers = Servers()
    data = servers.get(tmp_path, "generators", now=utc("2026-09-15T16:00"))
    assert servers.asked == [("mis", "csv/generator/generator.csv")]
    assert FindingKind.STALE not in kinds(data)


def test_unsaid_publication_time_is_null_and_found(tmp_path: Path) -> None:
    """A report without a time of modification has none of publication."""

    servers = serving(OUTAGE_HEADER, "10/20/2026,5000", "10/21/2026,5100", modified=None)
    data = servers.get(tmp_path, "outages")
    assert data.frame.select("publish_time", "outage").rows() == [(None, 5000.0)]
    assert FindingKind.UNKNOWN_TIME in kinds(data)


def test_day_that_the_report_leaves_out_is_a_gap(tmp_path: Path) -> None:
    """Between two days of a report none may be missing in silence."""

    lines = ("10/20/2026,5000", "10/21/2026,5100", "10/23/2026,5300")
    data = serving(OUTAGE_HEADER, *lines).get(tmp_path, "outages")
    (found,) = [each for each in data.findings if each.kind is FindingKind.GAP]
    assert found.spans == ((utc("2026-10-22T04:00"), utc("2026-10-23T04:00")),)


def test_sandbox_has_no_other_documents() -> None:
    """What is not one of the three documents is somebody else's."""
    assert reference("csv/pal/20261020pal.csv", Ask(path="csv/pal/20261020pal.csv", now=NOW)) is None


def test_feeds_say_what_is_not_confirmed() -> None:
    """Every undated feed keeps only what is current, and says what nobody has confirmed."""
    assert [feed.name for feed in REFERENCE] == ["generators", "loads", "zones", "gen_maint_report"]
    assert all(feed.history.snapshot_only and feed.unconfirmed for feed in REFERENCE)
    assert (GENERATORS.publication.forecast_days, MAINTENANCE.publication.forecast_days) == (0, 400)
