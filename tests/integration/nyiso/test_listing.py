"""Documents of New York's new server whose folder nobody has written down, and the server's other name."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import utc
from energyopti import (
    EnergyOptiError,
    FindingKind,
    MarketData,
    NoData,
    Settings,
    SourceUnavailable,
    UnifiedMarketService,
)
from energyopti.sandbox import Ask
from energyopti_nyiso.feeds import FEEDS
from energyopti_nyiso.protocol.documents import DOCUMENTS
from energyopti_nyiso.protocol.listing import Listing, alike, path_among
from energyopti_nyiso.sandbox.generated import generate
from energyopti_nyiso.sandbox.postings import new_server
from installed import installed
from serving import Served, sandbox_served

NOW = utc("2026-11-20T17:00")
DAY = ("2026-11-18", "2026-11-19")
FIRST, SECOND, OLD = "oasis-postings.prod.nysdi.com", "oasis-postings.nyiso.com", "mis.nyiso.com"
HEAD = '<?xml version="1.0"?><ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Name>oasis</Name>'


def folders(*names: str, more: str = "") -> str:
    """A page of folders."""
    token = (
        f"<IsTruncated>true</IsTruncated><NextContinuationToken>{more}</NextContinuationToken>"
        if more
        else ""
    )
    found = "".join(f"<CommonPrefixes><Prefix>{name}/</Prefix></CommonPrefixes>" for name in names)
    return f"{HEAD}{token}{found}</ListBucketResult>"


def keys(*names: str) -> str:
    """A page of keys."""
    found = "".join(f"<Contents><Key>{name}</Key><Size>9</Size></Contents>" for name in names)
    return f"{HEAD}{found}</ListBucketResult>"


def prices(day: str = "11/18/2026", *, cut: bool = False) -> str:
    """A day of hour-ahead prices, all zones alike; the last header may be cut off, as it is in old files."""
    header = (
        "Time Stamp,Name,PTID,LBMP ($/MWHr),Marginal Cost Losses ($/MWHr),Marginal Cost Congestion ($/MWH"
    )
    zones = [*generated_zones()]
    lines = [f"{day} {hour:02}:00,{zone},1,{20 + hour}.5,1.00,-2.00" for hour in range(24) for zone in zones]
    return "\r\n".join([header if cut else f"{header}r)", *lines, ""])


def generated_zones() -> list[str]:
    """The zones and proxies that have prices."""
    feed = next(feed for feed in FEEDS if feed.name == "hamlbmp_zone")
    return list(feed.locations.closed or ())


class Hosts:
    """New York's servers by their real names; what is not given does not exist."""

    def __init__(self, answers: Mapping[str, str | int]) -> None:
        self.asked: list[str] = []
        self._answers = answers

    def __call__(self, request: httpx.Request) -> httpx.Response:
        """One answer, by host, path, prefix and token."""
        params = dict(request.url.params)
        page = "".join(f"?{params[name]}" for name in ("prefix", "continuation-token") if name in params)
        where = f"{request.url.host}{request.url.path}{page}"
        self.asked.append(where)
        found = self._answers.get(where, 404)
        if isinstance(found, int):
            return httpx.Response(found)
        return httpx.Response(200, content=found.encode())

    def get(
        self, home: Path, feed: str = "hamlbmp_zone", bounds: tuple[str, str] = DAY, now: datetime = NOW
    ) -> MarketData:
        """A day of a feed."""
        settings = Settings(home=home, attempts=1, backoff=0.001)

        async def go() -> MarketData:
            async with UnifiedMarketService(
                installed(), settings, transport=httpx.MockTransport(self), now=lambda: now
            ) as service:
                return await service.get_market_data("nyiso", feed, *bounds)

        return asyncio.run(go())


class Nobody(Hosts):
    """No host takes a connection."""

    def __call__(self, request: httpx.Request) -> httpx.Response:
        """Nothing but the failure of connecting."""
        raise httpx.ConnectError("no route to host", request=request)


FILE = "2026/11/18/hamlbmp_zone-20261118.csv"


# In the sandbox


@pytest.fixture
def served(tmp_path: Path) -> Any:
    """The sandbox at noon of 2026-11-20: the old server's daily files ended long ago."""
    with sandbox_served(NOW, tmp_path) as running:
        yield running


@pytest.mark.parametrize(
    ("feed", "folder"),
    [("hamlbmp_zone", "HAM_LBMP_ZONE"), ("hamlbmp_gen", "HAM_LBMP_GEN"), ("zonalBidLoad", "ZONAL_BID_LOAD")],
)
def test_document_is_found_by_the_list(served: Served, feed: str, folder: str) -> None:
    """The list, the first keys of the folder that is called like it, and the day: every figure that was generated."""
    data = served.get(feed, *DAY)
    path = DOCUMENTS[feed].name
    assert served.requests == [
        "/nyiso/postings/",
        "/nyiso/postings/",
        f"/nyiso/postings/{folder}/CSV/2026/11/18/{path}-20261118.csv",
    ]
    whose = next(each for each in FEEDS if each.name == feed)
    assert len(data) == len(generate(whose, date(2026, 11, 18)))
    assert (data.findings, data.coverage.complete) == ((), True)


def test_list_is_asked_for_once_for_many_days(served: Served) -> None:
    """Three days are three documents, and one look at the list."""

    async def go() -> None:
        async with served.service() as service:
            for day in range(16, 19):
                await service.get_market_data("nyiso", "hamlbmp_zone", f"2026-11-{day}", f"2026-11-{day + 1}")

    asyncio.run(go())
    assert served.requests.count("/nyiso/postings/") == 2
    assert len(served.requests) == 5


def test_sandbox_lists_pages_of_folders() -> None:
    """As many at a time as are asked for, with a word for the next page."""
    seen: list[str] = []
    params = {"list-type": "2", "delimiter": "/", "max-keys": "7"}
    while True:
        page = Listing.read(new_server(Ask(path="", now=NOW, params=params)).body)
        assert page is not None
        seen += page.folders
        if page.more is None:
            break
        assert len(page.folders) == 7
        params["continuation-token"] = page.more
    assert seen == sorted({*seen})
    assert {"HAM_LBMP_ZONE/", "RT_FUEL_MIX/", "GENERATOR_NAME/"} <= {*seen}


def test_sandbox_lists_a_folders_first_keys() -> None:
    """The oldest of its days; nothing below a folder that it has not."""

    def found(prefix: str) -> Listing | None:
        params = {"list-type": "2", "prefix": prefix, "max-keys": "2"}
        return Listing.read(new_server(Ask(path="", now=NOW, params=params)).body)

    first = found("RT_FUEL_MIX/CSV/")
    assert first is not None
    assert first.keys == (
        "RT_FUEL_MIX/CSV/2026/10/01/rtfuelmix-20261001.csv",
        "RT_FUEL_MIX/CSV/2026/10/02/rtfuelmix-20261002.csv",
    )
    assert found("NO_SUCH/CSV/") == Listing()


# On servers of the real names


def test_folder_of_another_name_is_found_by_its_keys(tmp_path: Path) -> None:
    """Nothing but a word need be alike: what the keys say counts. The cut header of old files is read."""
    hosts = Hosts(
        {
            f"{FIRST}/": folders("ATC_TTC", "HOURLY_ZONE_PRICES_HAM", "RT_LBMP_ZONE", "ZONE_WEATHER"),
            f"{FIRST}/?HOURLY_ZONE_PRICES_HAM/CSV/": keys(
                "HOURLY_ZONE_PRICES_HAM/CSV/2004/05/01/hamlbmp_gen-20040501.csv",
                "HOURLY_ZONE_PRICES_HAM/CSV/2004/05/01/hamlbmp_zone-20040501.csv",
            ),
            f"{FIRST}/HOURLY_ZONE_PRICES_HAM/CSV/{FILE}": prices(cut=True),
        }
    )
    data = hosts.get(tmp_path)
    assert hosts.asked == [
        f"{FIRST}/",
        f"{FIRST}/?HOURLY_ZONE_PRICES_HAM/CSV/",
        f"{FIRST}/HOURLY_ZONE_PRICES_HAM/CSV/{FILE}",
    ]
    row = data.frame.row(0, named=True)
    assert (row["lmp"], row["loss"], row["congestion"], row["energy"]) == (20.5, 1.0, 2.0, 17.5)
    assert (len(data), data.provenance[0].host) == (24 * 15, "postings")


def test_folder_on_a_later_page_and_of_another_case_is_found(tmp_path: Path) -> None:
    """The list goes on, and a document may be spelt otherwise than its feed."""
    path = "HAM_LBMP_ZONE/CSV/2026/11/18/HAMLBMP_zone-20261118.csv"
    hosts = Hosts(
        {
            f"{FIRST}/": folders("ATC_TTC", more="a&amp;b"),
            f"{FIRST}/?a&b": folders("HAM_LBMP_ZONE"),
            f"{FIRST}/?HAM_LBMP_ZONE/CSV/": keys("HAM_LBMP_ZONE/CSV/1999/11/18/HAMLBMP_zone-19991118.csv"),
            f"{FIRST}/{path}": prices(),
        }
    )
    assert len(hosts.get(tmp_path)) == 24 * 15


def test_folder_that_is_called_so_needs_no_keys(tmp_path: Path) -> None:
    """Where the keys of a folder are not listed, its name is enough to look for the day in it."""
    hosts = Hosts(
        {f"{FIRST}/": folders("HAM_ASP", "HAM_LBMP_ZONE"), f"{FIRST}/HAM_LBMP_ZONE/CSV/{FILE}": prices()}
    )
    assert len(hosts.get(tmp_path)) == 24 * 15


def test_folder_that_is_but_alike_needs_its_keys(tmp_path: Path) -> None:
    """Reserve prices of the same run share a word: nothing is looked for there without a sign of it."""
    hosts = Hosts({f"{host}/": folders("HAM_ASP") for host in (FIRST, SECOND)})
    with pytest.raises(NoData):
        hosts.get(tmp_path)
    assert hosts.asked == [page for host in (FIRST, SECOND) for page in (f"{host}/", f"{host}/?HAM_ASP/CSV/")]


def test_key_at_the_top_is_enough(tmp_path: Path) -> None:
    """A list without folders, of keys alone."""
    hosts = Hosts(
        {
            f"{FIRST}/": keys(
                "X/CSV/2026/11/17/other-20261117.csv", "X/CSV/2026/11/17/hamlbmp_zone-20261117.csv"
            ),
            f"{FIRST}/X/CSV/{FILE}": prices(),
        }
    )
    assert len(hosts.get(tmp_path)) == 24 * 15
    assert hosts.asked == [f"{FIRST}/", f"{FIRST}/X/CSV/{FILE}"]


def test_list_that_is_not_there_is_an_absence_whatever_the_other_name_does(tmp_path: Path) -> None:
    """The first one's word stands where the second fails."""
    with pytest.raises(NoData, match=r"oasis_postings .*it cannot be reached \(nyiso: .*status 503"):
        Hosts({f"{SECOND}/": 503}).get(tmp_path)


@pytest.mark.parametrize("root", [403, 404, "<html>Postings</html>", "Hello", 500])
def test_list_of_the_other_name_is_taken_where_one_has_none(tmp_path: Path, root: str | int) -> None:
    """A host that serves documents need not list them: the other one may."""
    hosts = Hosts(
        {
            f"{FIRST}/": root,
            f"{SECOND}/": folders("HAM_LBMP_ZONE"),
            f"{SECOND}/?HAM_LBMP_ZONE/CSV/": keys("HAM_LBMP_ZONE/CSV/1999/11/18/hamlbmp_zone-19991118.csv"),
            f"{FIRST}/HAM_LBMP_ZONE/CSV/{FILE}": prices(),
        }
    )
    data = hosts.get(tmp_path)
    assert (len(data), data.provenance[0].host) == (24 * 15, "postings")


def test_day_that_the_folder_lacks_is_no_data(tmp_path: Path) -> None:
    """Neither host has it; the error says which sources were asked."""
    listed = {
        f"{host}/{page}": text
        for host in (FIRST, SECOND)
        for page, text in (
            ("", folders("HAM_LBMP_ZONE")),
            ("?HAM_LBMP_ZONE/CSV/", keys("HAM_LBMP_ZONE/CSV/1999/11/18/hamlbmp_zone-19991118.csv")),
        )
    }
    with pytest.raises(NoData, match="asked postings, oasis_postings"):
        Hosts(listed).get(tmp_path)


def test_document_that_is_not_listed_is_no_data(tmp_path: Path) -> None:
    """Folders that are nothing like it are not looked into."""
    hosts = Hosts({f"{host}/": folders("ATC_TTC", "RT_LBMP_ZONE") for host in (FIRST, SECOND)})
    with pytest.raises(NoData, match="the new server lists no hamlbmp_zone of that day"):
        hosts.get(tmp_path)
    assert hosts.asked == [f"{FIRST}/", f"{SECOND}/"]


def test_list_that_cannot_be_had_is_no_absence(tmp_path: Path) -> None:
    """A server that fails at its list does not say that there is nothing."""
    with pytest.raises(SourceUnavailable, match="status 503"):
        Hosts({f"{FIRST}/": 503, f"{SECOND}/": 503}).get(tmp_path)


def test_list_without_end_is_left(tmp_path: Path) -> None:
    """Ten pages are enough of it."""
    pages = {f"{FIRST}/?{number}": folders("ATC_TTC", more=f"{number + 1}") for number in range(1, 30)}
    hosts = Hosts({f"{FIRST}/": folders("ATC_TTC", more="1"), **pages})
    with pytest.raises(NoData):
        hosts.get(tmp_path)
    assert hosts.asked == [f"{FIRST}/", *(f"{FIRST}/?{number}" for number in range(1, 10)), f"{SECOND}/"]


def test_fuel_mix_is_looked_for_where_its_folder_is_not_the_guessed_one(tmp_path: Path) -> None:
    """The guess is tried first; the list knows better."""
    path = "REAL_TIME_FUEL_MIX/CSV/2026/11/18/rtfuelmix-20261118.csv"
    mix = ["Time Stamp,Time Zone,Fuel Category,Gen MW", "11/18/2026 00:05:00,EST,Wind,1500"]
    hosts = Hosts(
        {
            f"{FIRST}/": folders("REAL_TIME_FUEL_MIX"),
            f"{FIRST}/?REAL_TIME_FUEL_MIX/CSV/": keys(
                "REAL_TIME_FUEL_MIX/CSV/2026/10/01/rtfuelmix-20261001.csv"
            ),
            f"{FIRST}/{path}": "\n".join([*mix, ""]),
        }
    )
    data = hosts.get(tmp_path, "rtfuelmix", ("2026-11-18T00:05", "2026-11-19"))
    assert hosts.asked[:4] == [
        f"{FIRST}/RT_FUEL_MIX/CSV/2026/11/18/rtfuelmix-20261118.csv",
        f"{FIRST}/",
        f"{FIRST}/?REAL_TIME_FUEL_MIX/CSV/",
        f"{FIRST}/{path}",
    ]
    assert data.frame["generation"].to_list() == [1500.0]


def test_guessed_folder_that_the_list_confirms_is_not_asked_twice(tmp_path: Path) -> None:
    """Its day is not there: that is all."""
    hosts = Hosts(
        {
            f"{FIRST}/": folders("RT_FUEL_MIX"),
            f"{FIRST}/?RT_FUEL_MIX/CSV/": keys("RT_FUEL_MIX/CSV/2026/10/01/rtfuelmix-20261001.csv"),
        }
    )
    with pytest.raises(NoData):
        hosts.get(tmp_path, "rtfuelmix")
    assert hosts.asked.count(f"{FIRST}/RT_FUEL_MIX/CSV/2026/11/18/rtfuelmix-20261118.csv") == 1


# The other name


@pytest.mark.parametrize("first", [404, 403, 503])
def test_other_name_answers_where_the_first_does_not(tmp_path: Path, first: int) -> None:
    """Day-ahead prices of after the move: the old server has none, and the second spelling has them."""
    path = "DAM_LBMP_ZONE/CSV/2026/11/18/damlbmp_zone-20261118.csv"
    hosts = Hosts({f"{FIRST}/{path}": first, f"{SECOND}/{path}": prices()})
    data = hosts.get(tmp_path, "damlbmp_zone")
    assert (data.provenance[0].feed_source, data.provenance[0].host) == ("oasis_postings", "oasis_postings")
    assert [each.kind for each in data.findings] == [FindingKind.FALLBACK] * (first != 404)


@pytest.mark.parametrize(("first", "error"), [(404, NoData), (503, SourceUnavailable)])
@pytest.mark.parametrize("second", [404, 403, 503])
def test_word_of_the_first_name_stands_where_the_other_has_nothing(
    tmp_path: Path, first: int, error: type[EnergyOptiError], second: int
) -> None:
    """A day that is not there is no failure, however the other name fails; and a failure is no absence."""
    path = "DAM_LBMP_ZONE/CSV/2026/11/18/damlbmp_zone-20261118.csv"
    with pytest.raises(error):
        Hosts({f"{FIRST}/{path}": first, f"{SECOND}/{path}": second}).get(tmp_path, "damlbmp_zone")


def test_no_name_within_reach_asks_for_the_network(tmp_path: Path) -> None:
    """Neither name of the new server nor the old one takes a connection."""
    with pytest.raises(SourceUnavailable, match=r"no host could be reached .*; check the network"):
        Nobody({}).get(tmp_path, "damlbmp_zone")


def test_newest_interval_is_asked_of_both_names_before_the_old_server(tmp_path: Path) -> None:
    """What is current stands on the new server, by whichever name."""
    body = prices("11/20/2026").split("\r\n")
    newest = "\r\n".join([body[0], "11/20/2026 12:00:00,WEST,61752,20.00,1.00,0.00", ""])
    hosts = Hosts({f"{SECOND}/RT_LBMP_ZONE/CSV/current.csv": newest})
    data = hosts.get(tmp_path, "realtime_zone_lbmp", ("2026-11-20", "2026-11-21"))
    assert data.provenance[0].feed_source == "oasis_postings newest"
    assert not [each for each in hosts.asked if each.startswith(OLD)]


# Words and forms


def test_folders_are_ranked_by_what_they_share_with_the_document() -> None:
    """The most letters first, then the fewest words beside; those of known documents never."""
    known = ("RT_LBMP_ZONE/", "DAM_LBMP_ZONE/", "ISO_LF/")
    others = ("ZONE_MAP/", "HAM_LBMP_GEN/", "HAM_LBMP_ZONE_OLD/", "HAM_LBMP_ZONE/", "ATC_TTC/", "X_Y/")
    assert alike([*known, *others], DOCUMENTS["hamlbmp_zone"]) == [
        *("HAM_LBMP_ZONE/", "HAM_LBMP_ZONE_OLD/", "HAM_LBMP_GEN/", "ZONE_MAP/"),
    ]


@given(st.dates(date(1999, 1, 1), date(2030, 12, 31)), st.sampled_from(sorted(DOCUMENTS)), st.booleans())
def test_path_of_a_key_leads_to_every_other_day(day: date, name: str, nested: bool) -> None:
    """The key of one day, whichever, says where all the others are."""
    head = "A_FOLDER/SUB/CSV" if nested else "A_FOLDER/CSV"
    key = f"{head}/{day:%Y/%m/%d}/{name}-{day:%Y%m%d}.csv"
    path = path_among(["A/index.html", key], DOCUMENTS[name])
    assert path is not None
    following = day + timedelta(days=1)
    assert path.format(day=day) == key
    assert path.format(day=following) == f"{head}/{following:%Y/%m/%d}/{name}-{following:%Y%m%d}.csv"


@pytest.mark.parametrize(
    "key",
    [
        "F/CSV/2026/11/17/hamlbmp_zone-20261118.csv",
        "F/CSV/2026/11/17/hamlbmp_zone-20261117.html",
        "F/CSV/hamlbmp_zone-20261117.csv",
        "F/CSV/2026/11/17/hamlbmp_zones-20261117.csv",
        "F{day}/CSV/2026/11/17/hamlbmp_zone-20261117.csv",
        "F/CSV/current.csv",
    ],
)
def test_other_keys_lead_nowhere(key: str) -> None:
    """Of another day, form, place or name."""
    assert path_among([key], DOCUMENTS["hamlbmp_zone"]) is None


@given(st.binary(max_size=100))
def test_whatever_is_no_list_is_none(body: bytes) -> None:
    """And nothing is made of it."""
    assert Listing.read(body) is None
