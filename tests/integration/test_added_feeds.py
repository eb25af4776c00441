"""Feeds that one plugin adds to the market of another: from a host and with a credential of its own, or beside its own feeds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from builders import feed, feed_source, market
from collecting_builders import NOW, Plugin, daily, load_csv, registry, run, settings
from energyopti import UnifiedMarketService, hookimpl
from energyopti.answer.result import MarketData
from energyopti.errors import MissingCredential, NoData, PluginError
from energyopti.market import Credential, Feed, Host, Market
from energyopti.sandbox import Answer, Ask, Responder
from servers import Server, serving

VENDOR_KEY = Credential(name="vendor_key", title="a key", obtain="https://vendor.example/keys")
BY_VENDOR = feed(
    name="vendor_load",
    sources=(feed_source(name="vendor", host="vendor", collect=daily("vendor/{day}.csv")),),
)
BESIDE = feed(name="more_load", sources=(feed_source(collect=daily("more/{day}.csv")),))
OWN = feed(name="own_load", sources=(feed_source(collect=daily("load/{day}.csv")),))


class Owner(Plugin):
    """The plugin of the market, which serves its own documents and knows of no others."""

    @hookimpl
    def energyopti_sandbox(self, market: str) -> Mapping[str, Responder] | None:
        """Its one host; for another market of the same host names, what is none of its business."""
        return (
            {"main": _serving("load"), "vendor": _serving("vendor", load=9)} if market == "testiso" else None
        )


class Guest:
    """A plugin that adds two feeds, a host and a credential, and serves them."""

    def __init__(
        self, url: str = "https://vendor.example", *, serves: Mapping[str, Responder] | None = None
    ) -> None:
        self._host = Host(name="vendor", url=url, headers={"X-Key": "vendor_key"})
        self._serves = {"vendor": _serving("vendor"), "main": _serving("more")} if serves is None else serves

    @hookimpl
    def energyopti_hosts(self, market: str) -> Sequence[Host | Credential]:
        """The vendor's."""
        return [self._host, VENDOR_KEY] if market == "testiso" else []

    @hookimpl
    def energyopti_feeds(self, market: str) -> Sequence[Feed]:
        """One from the vendor, one from the market's own host."""
        return [BY_VENDOR, BESIDE] if market == "testiso" else []

    @hookimpl
    def energyopti_sandbox(self, market: str) -> Mapping[str, Responder] | None:
        """The vendor's host, and the added documents of the market's own."""
        return self._serves if market == "testiso" else None


def _serving(folder: str, load: int | None = None) -> Responder:
    """A host with a folder of days; with a load of its own, all rows have that."""

    def respond(ask: Ask) -> Answer:
        where, _, name = ask.path.partition("/")
        if where != folder:
            return Answer.missing()
        body = load_csv(date.fromisoformat(name.removesuffix(".csv")).isoformat())
        body = body if load is None else b"Start,Area,MW\r\n2024-07-01T04:00:00,NORTH,9\r\n"
        return Answer(body=body, content_type="text/csv")

    return respond


def wrong(ask: Ask) -> Answer:
    """Every document, all of them wrong."""
    return Answer(body=b"taken over", content_type="text/csv")


def failing(ask: Ask) -> Answer:
    """No answer at all."""
    raise OSError("no disk")


def owned(url: str = "https://data.iso.example") -> Market:
    """The market, with one feed."""
    return market(hosts=(Host(name="main", url=url),), feeds=(OWN,))


def ask(home: Path, data: str, *plugins: object, **changes: Any) -> MarketData:
    """The first of July out of one feed, from the sandbox unless told otherwise."""

    async def go() -> MarketData:
        given = settings(home, **{"sandbox": "1", **changes})
        async with UnifiedMarketService(registry(*plugins), given, now=lambda: NOW) as service:
            return await service.get_market_data("testiso", data, "2024-07-01", "2024-07-02")

    return run(go())


@pytest.mark.parametrize("name", ["own_load", "vendor_load", "more_load"])
@pytest.mark.parametrize("guest_first", [True, False])
def test_sandbox_serves_what_each_plugin_brings(tmp_path: Path, name: str, *, guest_first: bool) -> None:
    """The market's own feed, one of the vendor's host, and one that is added to the market's own host."""
    plugins = (Guest(), Owner(owned())) if guest_first else (Owner(owned()), Guest())
    data = ask(tmp_path, name, *plugins)
    assert data.frame["load"].to_list() == [1100.5 + hour for hour in range(24)]


def test_nobody_takes_a_host_over(tmp_path: Path) -> None:
    """What the market's own plugin serves is served by it, whatever another answers for the same path."""
    guest = Guest(serves={"main": wrong, "vendor": _serving("vendor")})
    assert len(ask(tmp_path, "own_load", guest, Owner(owned()))) == 24


def test_what_nobody_serves_is_missing(tmp_path: Path) -> None:
    """Each says 404, and so does the host."""
    guest = Guest(serves={"main": _serving("other"), "vendor": _serving("other")})
    for name in ("more_load", "vendor_load"):
        with pytest.raises(NoData):
            ask(tmp_path, name, Owner(owned()), guest)


def test_added_part_that_fails_is_the_only_one_that_fails(tmp_path: Path) -> None:
    """While it answers, or already when it is asked what it serves: the market's own feed is served all the same."""

    class Broken(Guest):
        @hookimpl
        def energyopti_sandbox(self) -> Mapping[str, Responder] | None:  # type: ignore[override] # as hooks may
            raise ValueError("a bad day")

    for guest in (Guest(serves={"main": failing, "vendor": failing}), Broken()):
        assert len(ask(tmp_path, "own_load", Owner(owned()), guest)) == 24
    there = registry(Owner(owned()), Broken())
    assert list(there.sandbox("testiso")) == ["main"]
    assert "cannot serve testiso in the sandbox: ValueError: a bad day" in (there.reports[1].error or "")


def test_added_host_is_served_where_the_market_has_no_sandbox() -> None:
    """Its own plugin serves it; hosts of the market are not served by anybody else."""
    there = registry(Plugin(owned()), Guest())
    assert list(there.sandbox("testiso")) == ["vendor"]
    with pytest.raises(PluginError, match="brings no sandbox"):
        registry(Plugin(owned()), Guest(serves={"main": wrong})).sandbox("testiso")


@pytest.fixture
def server() -> Iterator[Server]:
    """The vendor's server."""
    with serving() as running:
        running.on("/vendor/2024-07-01.csv", load_csv("2024-07-01"))
        yield running


def test_credential_of_an_added_host_goes_to_that_host(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is set like the market's own, and the error names it where it is missing."""
    monkeypatch.delenv("ENERGYOPTI_TESTISO_VENDOR_KEY", raising=False)
    with pytest.raises(MissingCredential, match="ENERGYOPTI_TESTISO_VENDOR_KEY"):
        ask(tmp_path, "vendor_load", Owner(owned(server.url)), Guest(server.url), sandbox=None)
    assert server.asked == []
    held = {("testiso", VENDOR_KEY.name): "of-the-vendor"}
    data = ask(
        tmp_path, "vendor_load", Owner(owned(server.url)), Guest(server.url), sandbox=None, credentials=held
    )
    assert len(data) == 24
    assert [each.headers.get("x-key") for each in server.asked] == ["of-the-vendor"]
    assert data.provenance[0].host == "vendor"
