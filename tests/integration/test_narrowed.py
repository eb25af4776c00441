"""Feeds whose source is asked for chosen locations alone, which a list of locations knows."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path

import polars as pl
import pytest

from builders import feed, feed_source, market
from collecting_builders import NOW
from energyopti.answer.result import MarketData
from energyopti.datasets import LOCATIONS
from energyopti.errors import PluginError, SourceUnavailable, UnknownLocation
from energyopti.layouts import Reading
from energyopti.market import Feed
from energyopti.query import Chunk, Place
from energyopti.service import UnifiedMarketService
from energyopti.source import Source
from energyopti.vocabulary import LocationType
from narrowed_market import HUB, NODES, Host, collect_load, load_of, moved, narrow, serve, there


def test_named_location_is_asked_for_alone(tmp_path: Path) -> None:
    """The list once, then one document for a month of the hub: not one for each day."""
    host = Host()
    (data,) = serve(host, tmp_path, load_of("West Hub"))
    assert host.asked == ["/nodes.csv", HUB]
    assert len(data) == 48
    assert data.frame["location"].unique().to_list() == ["101"]
    assert data.frame["load"].to_list()[:2] == [104.0, 105.0]
    assert data.query.locations == ("101",)
    assert data.query.places == (Place("101", "West Hub", LocationType.HUB),)
    assert [each.chunk for each in data.provenance] == ["testiso/hourly_load/2024-07/101"]
    assert data.coverage.complete
    assert data.findings == ()


def test_without_locations_all_of_each_day_is_asked_for(tmp_path: Path) -> None:
    """In the feed's own chunks, and nobody looks a name up."""
    host = Host()
    (data,) = serve(host, tmp_path, load_of())
    assert sorted(host.asked) == ["/load/2024-07-01", "/load/2024-07-02"]
    assert [each.chunk for each in data.provenance] == [
        "testiso/hourly_load/2024-07-01",
        "testiso/hourly_load/2024-07-02",
    ]
    assert data.query.places == ()
    assert len(data) == 96


@pytest.mark.parametrize("name", ["west hub", " WEST   HUB ", "West\tHub", "101"])
def test_all_spellings_of_a_location_share_what_is_kept(tmp_path: Path, name: str) -> None:
    """Whatever its case and blanks, by name or by identifier: one chunk, one request."""
    host = Host()
    first, second = serve(host, tmp_path, load_of("West Hub"), load_of(name))
    assert host.asked == ["/nodes.csv", HUB]
    assert second.frame.equals(first.frame)
    assert second.provenance[0].kept_in == "memory"


def test_name_that_the_list_writes_with_more_blanks_is_found(tmp_path: Path) -> None:
    """``Mill  Creek`` is the node n-7, and so is ``N-7``."""
    host = Host()
    serve(host, tmp_path, load_of("mill creek"), load_of("N-7"))
    assert host.asked == ["/nodes.csv", "/load/2024-07-01/n-7"]


def test_several_locations_are_one_chunk_in_any_order(tmp_path: Path) -> None:
    """A request for each, once; and none again for the same places."""
    host = Host()
    first, second = serve(
        host, tmp_path, load_of("West Hub", "Mill Creek"), load_of("n-7", "101", "west hub")
    )
    assert sorted(host.asked) == ["/load/2024-07-01/101", "/load/2024-07-01/n-7", "/nodes.csv"]
    assert [each.chunk for each in first.provenance] == ["testiso/hourly_load/2024-07/101+n-7"]
    assert len(first) == len(second) == 96
    assert second.frame.equals(first.frame)


def test_one_of_several_places_is_a_chunk_of_its_own(tmp_path: Path) -> None:
    """What was asked for two is not taken for what was asked for one."""
    host = Host()
    _, one = serve(host, tmp_path, load_of("101", "n-7"), load_of("101"))
    assert host.count("/load/2024-07-01/101") == 2
    assert len(one) == 48


def test_ambiguous_name_is_listed_before_any_request_for_data(tmp_path: Path) -> None:
    """With both identifiers; one of them answers."""
    host = Host(nodes=NODES)
    with pytest.raises(UnknownLocation, match=r"2 locations called 'twin': 201 \(node\), 202 \(bus\)"):
        serve(host, tmp_path, load_of("twin"))
    assert host.asked == ["/nodes.csv"]
    serve(host, tmp_path, load_of("202"))
    assert host.asked == ["/nodes.csv", "/load/2024-07-01/202"]


def test_unknown_name_gets_a_suggestion_before_any_request_for_data(tmp_path: Path) -> None:
    """Although the other name is known."""
    host = Host()
    with pytest.raises(UnknownLocation, match=r"no location 'Wst Hub'\. Did you mean 'West Hub'"):
        serve(host, tmp_path, load_of("Mill Creek", "Wst Hub"))
    assert host.asked == ["/nodes.csv"]


def test_retired_location_has_its_history(tmp_path: Path) -> None:
    """A list's end of validity closes no door."""
    host = Host()
    (data,) = serve(host, tmp_path, load_of("old hub"))
    assert data.frame["location"].unique().to_list() == ["301"]


def test_common_name_of_the_market_is_looked_up_too(tmp_path: Path) -> None:
    """An alias of a name that the list knows."""
    host = Host()
    serve(host, tmp_path, load_of("the mill"), market=there(aliases={"The Mill": "Mill Creek"}))
    assert host.asked == ["/nodes.csv", "/load/2024-07-01/n-7"]


def test_questions_at_once_share_one_list(tmp_path: Path) -> None:
    """Ten of them, for one hub: two requests in all."""
    host = Host()

    async def gather(opened: UnifiedMarketService) -> list[MarketData]:
        return await asyncio.gather(*(load_of("West Hub")(opened) for _ in range(10)))

    (answers,) = serve(host, tmp_path, gather)
    assert [len(data) for data in answers] == [48] * 10
    assert host.asked == ["/nodes.csv", HUB]


def test_market_without_a_list_passes_names_on(tmp_path: Path) -> None:
    """As they are written, each once: the source knows them or does not."""
    host = Host()
    alone = there(directory=None)
    (data,) = serve(host, tmp_path, load_of("101", "N-8", "n-8", "101"), market=alone)
    assert sorted(host.asked) == ["/load/2024-07-01/101", "/load/2024-07-01/N-8"]
    assert data.query.places == (Place("101"), Place("N-8"))
    assert len(data) == 96


def test_feed_with_a_closed_list_asks_in_its_own_spelling(tmp_path: Path) -> None:
    """The source is not asked for ``west zone`` where it knows ``WEST  ZONE``."""
    host = Host()
    zones = there(narrow(locations=("WEST  ZONE", "N-7")), directory=None, aliases={"mill": "N-7"})
    (data,) = serve(host, tmp_path, load_of("west zone"), market=zones)
    assert host.asked == ["/load/2024-07-01/WEST  ZONE"]
    assert data.query.locations == ("WEST  ZONE",)
    serve(host, tmp_path, load_of("MILL", "west zone"), market=zones)
    assert sorted(host.asked[1:]) == ["/load/2024-07-01/N-7", "/load/2024-07-01/WEST  ZONE"]


def test_feed_whose_source_has_no_choice_needs_no_list(tmp_path: Path) -> None:
    """All of the day is fetched and cut to the location, by its identifier."""
    host = Host()
    (data,) = serve(host, tmp_path, load_of("N-7"), market=there(narrow(per_location=None)))
    assert sorted(host.asked) == ["/load/2024-07-01", "/load/2024-07-02"]
    assert data.frame["location"].unique().to_list() == ["n-7"]
    assert data.query.places == ()


def test_list_of_locations_can_be_asked_for_as_such(tmp_path: Path) -> None:
    """Without a range, and narrowed to one of them."""
    host = Host()

    async def ask(opened: UnifiedMarketService) -> MarketData:
        return await opened.get_market_data("testiso", "locations", locations="N-7")

    (data,) = serve(host, tmp_path, ask)
    assert data.frame.select("location", "location_name").rows() == [("n-7", "Mill  Creek")]
    assert not (tmp_path / "directories").exists()


def test_failed_chunk_of_a_location_is_its_sources_error(tmp_path: Path) -> None:
    """The list is there, the data are not."""
    host = Host(load_status=500)
    with pytest.raises(SourceUnavailable, match="load/2024-07-01/101"):
        serve(host, tmp_path, load_of("West Hub"))


def test_sources_can_tell_the_time(tmp_path: Path) -> None:
    """The service's own, when a feed is collected."""
    told = []

    async def collect(chunk: Chunk, source: Source) -> Reading:
        told.append(source.now)
        return await collect_load(chunk, source)

    host = Host()
    market = there(narrow(sources=(feed_source(collect=collect),), refresh_every=timedelta(minutes=5)))
    serve(host, tmp_path, load_of("101"), moved(host, timedelta(hours=25)), load_of("101"), market=market)
    assert told == [NOW, NOW + timedelta(hours=25)]


def test_feeds_own_name_goes_before_a_common_one(tmp_path: Path) -> None:
    """``West Zone`` is the feed's zone, whatever else the market calls so."""
    host = Host()
    zones = there(narrow(locations=("WEST  ZONE", "N-7")), directory=None, aliases={"West Zone": "N-7"})
    (data,) = serve(host, tmp_path, load_of("west zone"), market=zones)
    assert host.asked == ["/load/2024-07-01/WEST  ZONE"]
    assert data.query.locations == ("WEST  ZONE",)


@pytest.mark.parametrize(
    "wrong",
    [narrow(name="nodes"), feed(name="nodes", dataset=LOCATIONS)],
    ids=["no locations", "not current"],
)
def test_directory_is_a_current_list_of_locations(wrong: Feed) -> None:
    """It is asked for without a range: any other feed is a wrong declaration."""
    with pytest.raises(
        PluginError, match="its directory nodes must fill dataset locations with snapshot_only"
    ):
        market(feeds=(wrong,), directory="nodes")


def test_lake_answers_for_a_location_out_of_days_of_all(tmp_path: Path) -> None:
    """Nobody is asked for the hub's month when the lake has all nodes of the days; the answer is what its source says."""
    host = Host()
    (direct,) = serve(Host(), tmp_path / "other", load_of("West Hub"))
    serve(host, tmp_path, load_of(), lake=tmp_path / "lake")
    days = sorted(host.asked)
    (found,) = serve(host, tmp_path, load_of("West Hub"), lake=tmp_path / "lake")
    assert sorted(host.asked) == sorted([*days, "/nodes.csv"])
    assert {each.kept_in for each in found.provenance} == {"lake"}
    assert found.frame.equals(direct.frame)
    assert found.raw().equals(direct.raw())
    assert found.coverage.complete


def test_days_that_the_lake_lacks_are_asked_for_as_usual(tmp_path: Path) -> None:
    """If one of the days is missing, the month of the hub is one request; then the lake has it, and no row twice."""
    host = Host()
    serve(host, tmp_path, load_of(), lake=tmp_path / "lake")
    longer = ("2024-07-01", "2024-07-04")
    first, again = (
        serve(host, tmp_path, load_of("West Hub", span=longer), lake=tmp_path / "lake")[0] for _ in range(2)
    )
    assert host.count(HUB) == 1
    assert (len(first), again.frame.equals(first.frame)) == (72, True)
    table = pl.read_delta(f"{tmp_path}/lake/testiso/hourly_load")
    assert not table.select("interval_start", "location").is_duplicated().any()
    (every,) = serve(host, tmp_path, load_of(), lake=tmp_path / "lake")
    assert len(every) == 96
    assert {each.kept_in for each in every.provenance} == {"lake"}


def test_location_can_be_asked_for_as_it_was_known(tmp_path: Path) -> None:
    """Out of days of all nodes that had been fetched by then."""
    host = Host()
    serve(host, tmp_path, load_of(), lake=tmp_path / "lake")
    (then,) = serve(host, tmp_path, load_of("West Hub", as_of=NOW), lake=tmp_path / "lake")
    assert len(then) == 48
    assert host.count(HUB) == 0
