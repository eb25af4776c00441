"""One question to several markets: one table, one order, and what became of each market."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from collecting_builders import NOW, Plugin, load_csv, load_feed, registry, run, served_market, settings
from energyopti import (
    CoverageStatus,
    EnergyOptiError,
    FindingKind,
    InvalidTimeRange,
    MarketData,
    NoData,
    SourceUnavailable,
    UnifiedMarketService,
    UnknownLocation,
    UnknownMarket,
    UnsupportedQuery,
)
from energyopti.datasets import LMP
from energyopti.errors import InvalidSettings
from energyopti.layouts import Absolute, CsvLayout, Number, Text
from energyopti.registry import Registry
from energyopti.vocabulary import Run
from servers import Answer, Server, serving

DAY = "/{}/2024-07-01.csv"
PRICES = CsvLayout(
    dataset=LMP,
    zone="America/New_York",
    time=Absolute(names=("Start",)),
    columns=(Text("Area", to="location"), Number("MW", to="lmp")),
    constants={"location_type": "zone"},
)


@pytest.fixture
def server() -> Iterator[Server]:
    """A server with scripted answers."""
    with serving() as running:
        yield running


def markets(url: str) -> Registry:
    """Three markets with load, of which the second has prices too; their days begin at 04:00 in UTC."""
    east, west, far = (
        served_market(
            url, load_feed(sources=(_era(name),)), id=name, aliases={"Home": "NORTH"}, zone="America/New_York"
        )
        for name in ("east", "west", "far")
    )
    prices = load_feed(name="prices", dataset=LMP, layout=PRICES, run=Run.DAY_AHEAD, sources=(_era("west"),))
    return registry(Plugin(far), Plugin(west.with_more(feeds=(prices,))), Plugin(east))


def _era(name: str) -> Any:
    from collecting_builders import served

    return served("daily file", f"{name}/{{day}}.csv")


def ask(server: Server, home: Path, asked: Any, *args: Any, **query: Any) -> MarketData:
    """Load of 1 July, on the markets' own clock."""
    given = args or ("load", "2024-07-01", "2024-07-02")
    query = {"tz": "America/New_York", **query}

    async def go() -> MarketData:
        async with UnifiedMarketService(markets(server.url), settings(home), now=lambda: NOW) as service:
            return await service.get_market_data(asked, *given, **query)

    return run(go())


def all_there(server: Server) -> None:
    """Every market has its day."""
    for name, areas in (("east", ("NORTH", "SOUTH")), ("west", ("NORTH",)), ("far", ("NORTH",))):
        server.on(DAY.format(name), load_csv("2024-07-01", areas=areas))


def test_rows_stand_in_the_order_of_time_then_market(server: Server, tmp_path: Path) -> None:
    """Each market's rows, hour by hour, markets by name and then places."""
    all_there(server)
    data = ask(server, tmp_path, ["west", "east"])
    assert data.frame.select("market", "location").head(3).rows() == [
        ("east", "NORTH"),
        ("east", "SOUTH"),
        ("west", "NORTH"),
    ]
    assert len(data) == 3 * 24
    assert data.frame["interval_start"].is_sorted()
    assert data.markets == ("west", "east")
    assert {each.chunk.split("/")[0] for each in data.provenance} == {"east", "west"}
    assert data.coverage.complete
    assert [part.market for part in data.coverage.parts] == ["west", "east"]


def test_part_of_a_market_is_its_own_answer(server: Server, tmp_path: Path) -> None:
    """With its own query; a market that was not asked has none."""
    all_there(server)
    data = ask(server, tmp_path, ["west", "east"])
    assert (len(data.of("east")), data.of(" West ").query.market.id) == (48, "west")
    with pytest.raises(UnknownMarket, match="no part of market 'far'"):
        data.of("far")


def test_all_are_the_markets_that_have_it(server: Server, tmp_path: Path) -> None:
    """Load is everywhere, prices are in one; what nobody has is an error."""
    all_there(server)
    assert ask(server, tmp_path, "all").markets == ("east", "far", "west")
    prices = ask(server, tmp_path, "ALL", "lmp", "2024-07-01", "2024-07-02", run="day_ahead")
    assert prices.markets == ("west",)
    assert set(prices.frame["market"]) == {"west"}
    with pytest.raises(UnsupportedQuery, match="no installed market has 'lmp' of run hour_ahead"):
        ask(server, tmp_path, "all", "lmp", "2024-07-01", "2024-07-02", run="hour_ahead")


def test_naive_bounds_are_each_markets_own_unless_a_clock_is_named(server: Server, tmp_path: Path) -> None:
    """From midnight in New York, or in London where that is named."""
    all_there(server)
    server.on("/east/2024-06-30.csv", load_csv("2024-06-30", areas=("NORTH",)))
    server.on("/west/2024-06-30.csv", load_csv("2024-06-30"))
    days = ("2024-07-01", "2024-07-01T06:00")
    own = ask(server, tmp_path, ["east", "west"], "load", *days, tz=None)
    named = ask(server, tmp_path, ["east", "west"], "load", *days, tz="UTC")
    assert str(own.frame["interval_start"].min()) == "2024-07-01 04:00:00+00:00"
    assert str(named.frame["interval_start"].min()) == "2024-07-01 00:00:00+00:00"


def test_market_that_fails_raises_with_the_others_attached(server: Server, tmp_path: Path) -> None:
    """Strict by default."""
    all_there(server)
    server.on(DAY.format("west"), Answer(status=500))
    with pytest.raises(SourceUnavailable, match="west") as caught:
        ask(server, tmp_path, ["east", "west"])
    assert caught.value.finished is not None
    assert set(caught.value.finished.frame["market"]) == {"east"}


def test_market_that_fails_is_a_finding_where_partial_answers_do(server: Server, tmp_path: Path) -> None:
    """And its part of the coverage has failed."""
    all_there(server)
    server.on(DAY.format("west"), Answer(status=500))
    data = ask(server, tmp_path, ["east", "west"], partial=True)
    (finding,) = data.findings
    assert finding.kind is FindingKind.MISSING_PART
    assert finding.message.startswith("market west is missing: ")
    assert [(part.market, part.status) for part in data.coverage.missing] == [("west", CoverageStatus.FAILED)]
    assert len(data) == 48


def test_nothing_at_all_raises_even_where_partial_answers_do(server: Server, tmp_path: Path) -> None:
    """An empty table would be no answer."""
    with pytest.raises(NoData):
        ask(server, tmp_path, ["east", "west"], partial=True)


def test_market_without_the_dataset_raises_before_any_request(server: Server, tmp_path: Path) -> None:
    """Unless it may be missing."""
    all_there(server)
    asked = (["east", "west"], "lmp", "2024-07-01", "2024-07-02")
    with pytest.raises(UnsupportedQuery, match="east: no"):
        ask(server, tmp_path, *asked)
    assert server.asked == []
    assert ask(server, tmp_path, *asked, partial=True).coverage.missing[0].market == "east"


@pytest.mark.parametrize(
    ("asked", "error", "words"),
    [
        ([], UnsupportedQuery, "no market is given"),
        (["east", "wets"], UnknownMarket, "Did you mean 'west'"),
        (["east", "east", "west"], NoData, "east/hourly_load/2024-07-01"),
    ],
)
def test_what_cannot_be_asked_is_said(
    server: Server, tmp_path: Path, asked: list[str], error: type[EnergyOptiError], words: str
) -> None:
    """A market named twice is one."""
    with pytest.raises(error, match=words):
        ask(server, tmp_path, asked)
    assert server.paths.count("/east/2024-07-01.csv") <= 1


def test_reversed_range_raises_for_all(server: Server, tmp_path: Path) -> None:
    """Before any request."""
    with pytest.raises(InvalidTimeRange, match="backwards"):
        ask(server, tmp_path, "all", "load", "2024-07-02", "2024-07-01")
    assert server.asked == []


def test_locations_are_common_names_or_stand_by_market(server: Server, tmp_path: Path) -> None:
    """An alias that every market has, or a place for one market and all of the other."""
    all_there(server)
    home = ask(server, tmp_path, ["east", "west"], locations="Home")
    assert set(home.frame["location"]) == {"NORTH"}
    chosen = ask(server, tmp_path, ["east", "west"], locations={"EAST": ["South"]})
    assert set(chosen.frame.select("market", "location").iter_rows()) == {
        ("east", "SOUTH"),
        ("west", "NORTH"),
    }
    with pytest.raises(UnknownLocation, match="west/hourly_load: no location 'South'"):
        ask(server, tmp_path, ["east", "west"], locations=["South"])


def test_raw_columns_stand_side_by_side(server: Server, tmp_path: Path) -> None:
    """With the market in front."""
    all_there(server)
    raw = ask(server, tmp_path, ["east", "west"]).raw()
    assert raw.columns == ["market", "Start", "Area", "MW"]
    assert raw["market"].value_counts().sort("market")["count"].to_list() == [48, 24]


def test_local_clock_of_several_markets_must_be_named_where_they_differ(tmp_path: Path) -> None:
    """Through the sandbox: New York and Texas."""
    pytest.importorskip("energyopti_nyiso")
    pytest.importorskip("energyopti_ercot")

    async def go() -> MarketData:
        async with UnifiedMarketService(settings=settings(tmp_path, sandbox="1"), now=lambda: NOW) as service:
            day = ("2024-07-01", "2024-07-02")
            return await service.get_market_data(
                ["nyiso", "ercot"],
                "lmp",
                *day,
                run="day_ahead",
                locations={"nyiso": "N.Y.C.", "ercot": "HB_NORTH"},
            )

    data = run(go())
    assert data.frame["market"].value_counts().sort("market").rows() == [("ercot", 24), ("nyiso", 24)]
    with pytest.raises(UnsupportedQuery, match="America/Chicago and America/New_York; name one"):
        data.local()
    first = data.local("UTC").group_by("market").agg(pl.col("interval_start").min()).sort("market")
    assert [str(each) for each in first["interval_start"]] == [
        "2024-07-01 05:00:00+00:00",
        "2024-07-01 04:00:00+00:00",
    ]


# The time that a call may take


def test_call_ends_with_its_budget(server: Server, tmp_path: Path) -> None:
    """A market that stalls is missing after the time, the other is there."""
    all_there(server)
    server.on(DAY.format("west"), Answer(body=load_csv("2024-07-01"), delay=30.0))
    data = ask(server, tmp_path, ["east", "west"], partial=True, timeout=0.5)
    assert set(data.frame["market"]) == {"east"}
    assert "did not come within 0.5 s" in data.findings[0].message
    with pytest.raises(
        SourceUnavailable, match=r"west/hourly_load/2024-07-01: it did not come within 0\.5 s"
    ):
        ask(server, tmp_path, "west", timeout=0.5)


def test_what_memory_has_stands_in_for_what_is_late(server: Server, tmp_path: Path) -> None:
    """Marked stale."""
    server.on(DAY.format("west"), load_csv("2024-07-01"), Answer(body=b"", delay=30.0))
    clock = [NOW.replace(month=7, day=2)]

    async def go() -> MarketData:
        async with UnifiedMarketService(
            markets(server.url), settings(tmp_path), now=lambda: clock[0]
        ) as service:
            asked = ("west", "load", "2024-07-01", "2024-07-02")
            await service.get_market_data(*asked)
            clock[0] = NOW.replace(month=7, day=3)
            return await service.get_market_data(*asked, timeout=0.3)

    data = run(go())
    assert (len(data), data.stale) == (24, True)
    assert [each.kind for each in data.findings] == [FindingKind.STALE]


@pytest.mark.parametrize("seconds", [0, -1.0])
def test_budget_that_is_no_time_is_refused(server: Server, tmp_path: Path, seconds: float) -> None:
    """Before any request."""
    with pytest.raises(InvalidSettings, match="is not a time to answer in"):
        ask(server, tmp_path, "west", timeout=seconds)
    assert server.asked == []


def test_matrix_says_what_exists_where(server: Server) -> None:
    """Datasets and runs in their order, a column a market, the usual feed in each cell."""
    matrix = markets(server.url).matrix()
    assert matrix.columns == ["dataset", "run", "east", "far", "west"]
    assert matrix.rows() == [
        ("lmp", "day_ahead", None, None, "prices"),
        ("load", None, "hourly_load", "hourly_load", "hourly_load"),
    ]
