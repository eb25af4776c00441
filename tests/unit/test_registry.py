"""The registry: lookup by name, and what plugins add to each other's markets."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from types import ModuleType
from typing import Any

import polars as pl
import pytest

from builders import feed, feed_source, market
from collecting_builders import Plugin, registry
from energyopti import hookimpl
from energyopti.datasets import LOAD, Dataset, Row, dataset, field, record
from energyopti.errors import PluginError, UnknownDataset, UnknownMarket, UnsupportedQuery
from energyopti.events import Event, EventKind
from energyopti.findings import Finding
from energyopti.market import Credential, Feed, Host, Market
from energyopti.query import Chunk
from energyopti.registry import Capability, Registry
from energyopti.vocabulary import Run

DAY_AHEAD = feed(name="da_load", run=Run.DAY_AHEAD)
REAL_TIME = feed(name="rt_load", run=Run.REAL_TIME_5MIN)
PLAIN = feed(name="hourly_load")
EVENT = Event(kind=EventKind.FETCH_STARTED, market="testiso", subject="x")


def feeds_of(there: Registry, name: str, run: str | None = None) -> list[str]:
    """The names of the feeds that answer to a name in the market of these tests."""
    return [each.name for each in there.feeds(there.market("testiso"), name, run=run)]


def test_markets_come_in_alphabetical_order() -> None:
    """Whatever the order of the plugins."""
    there = registry(Plugin(market(id="zulu"), market(id="mike")), Plugin(market(id="alpha")))
    assert list(there.markets) == ["alpha", "mike", "zulu"]


def test_markets_cannot_be_changed_from_outside() -> None:
    """The mapping is read only."""
    with pytest.raises(TypeError):
        registry(Plugin(market())).markets["x"] = market()  # type: ignore[index]


@pytest.mark.parametrize("name", ["testiso", "TestISO", " testiso "])
def test_market_is_found_in_any_case(name: str) -> None:
    """Users write names as they like."""
    assert registry(Plugin(market())).market(name).id == "testiso"


def test_unknown_market_gets_a_suggestion() -> None:
    """A near miss is named."""
    with pytest.raises(UnknownMarket, match=r"market 'tesiso'\. Did you mean 'testiso'\?"):
        registry(Plugin(market())).market("tesiso")


class Sulking:
    """A plugin that does not work."""

    def __init__(self, why: str) -> None:
        self._why = why

    @hookimpl
    def energyopti_markets(self) -> Sequence[Market]:
        """Fail."""
        raise PluginError(self._why)


def test_unknown_market_names_the_plugins_that_were_left_out() -> None:
    """Each reason once, the plugin of that name first, and no more than can be read."""
    broken = {name: Sulking(f"{name} is not well") for name in ("a", "b", "c", "d", "spp-power")}
    there = Registry({"good": Plugin(market()), **broken}, discover=False)
    with pytest.raises(UnknownMarket) as caught:
        there.market("SPP")
    assert caught.value.line == (
        "no installed plugin brings market 'SPP'. Known: testiso. Left out: "
        "plugin spp-power cannot list its markets: spp-power is not well; "
        "plugin a cannot list its markets: a is not well; plugin b cannot list its markets: b is not well; "
        "and 2 more, which energyopti plugins lists."
    )


def test_two_that_claim_a_market_are_one_reason() -> None:
    """Their reports are the same."""
    there = registry(Plugin(market()), Plugin(market()))
    with pytest.raises(UnknownMarket) as caught:
        there.market("other")
    assert caught.value.line.count("is claimed by") == 1


def test_plugins_handed_over_need_not_say_their_version_but_are_held_to_it() -> None:
    """They came with the program; one that was written for another version is left out all the same."""
    silent, odd = Plugin(market()), Plugin(market(id="other"))
    odd.ENERGYOPTI_API = "0.1"  # type: ignore[attr-defined]
    there = registry(silent, odd)
    assert [(each.api, each.error is None) for each in there.reports] == [(None, True), ("0.1", False)]
    assert list(there.markets) == ["testiso"]


def test_without_plugins_the_error_says_what_to_install() -> None:
    """An empty installation explains itself."""
    there = registry()
    assert (dict(there.markets), there.capabilities, there.reports) == ({}, (), ())
    with pytest.raises(UnknownMarket, match="Install a plugin, such as energyopti-nyiso"):
        there.market("nyiso")


def test_capabilities_list_every_feed_once() -> None:
    """Market by market, in the order of the catalogue."""
    there = registry(Plugin(market(feeds=(PLAIN, DAY_AHEAD))))
    assert there.capabilities == (
        Capability(market="testiso", feed="hourly_load", dataset="load", run=None),
        Capability(market="testiso", feed="da_load", dataset="load", run=Run.DAY_AHEAD),
    )


def test_filling_names_the_markets_with_a_dataset() -> None:
    """Each market once; with a run, only those that have it."""
    there = registry(Plugin(market(id="one", feeds=(PLAIN, DAY_AHEAD)), market(id="two", feeds=(PLAIN,))))
    assert there.filling("load") == ("one", "two")
    assert there.filling("load", Run.DAY_AHEAD) == ("one",)
    assert there.filling("lmp") == ()


def test_filling_an_unknown_dataset_is_an_error() -> None:
    """A misspelt dataset is not an empty answer."""
    with pytest.raises(UnknownDataset, match="load"):
        registry(Plugin(market())).filling("lode")


def test_dataset_and_feed_names_both_answer() -> None:
    """A dataset means all feeds that fill it, the usual one first; a feed's name means that one."""
    there = registry(Plugin(market(feeds=(PLAIN, DAY_AHEAD))))
    assert feeds_of(there, "load") == ["hourly_load", "da_load"]
    assert feeds_of(there, " DA_LOAD ") == ["da_load"]


def test_run_chooses_among_the_feeds() -> None:
    """In any case."""
    there = registry(Plugin(market(feeds=(DAY_AHEAD, REAL_TIME))))
    assert feeds_of(there, "load", "Real_Time_5min") == ["rt_load"]


def test_name_that_is_neither_dataset_nor_feed() -> None:
    """The error says both and suggests."""
    there = registry(Plugin(market()))
    with pytest.raises(
        UnknownDataset,
        match=r"'houry_load' is neither a dataset nor a feed of testiso\. Did you mean 'hourly",
    ):
        feeds_of(there, "houry_load")


def test_dataset_that_no_feed_fills() -> None:
    """The error says what the market has."""
    with pytest.raises(UnsupportedQuery, match=r"^testiso: no feed fills lmp; it has load"):
        feeds_of(registry(Plugin(market())), "lmp")


def test_dataset_that_the_market_cannot_have() -> None:
    """The plugin's own reason is given."""
    there = registry(Plugin(market(unavailable={"ftr": "there is no auction"})))
    with pytest.raises(UnsupportedQuery, match=r"^testiso: no ftr: there is no auction"):
        feeds_of(there, "ftr")


def test_run_that_the_market_has_not() -> None:
    """The error lists the runs there are, or that there are none."""
    with pytest.raises(UnsupportedQuery, match="no load of run hour_ahead; it has day_ahead, real_time_5min"):
        feeds_of(registry(Plugin(market(feeds=(REAL_TIME, DAY_AHEAD)))), "load", "hour_ahead")
    with pytest.raises(UnsupportedQuery, match="no load of run day_ahead; it has no runs"):
        feeds_of(registry(Plugin(market())), "load", "day_ahead")


def test_run_that_does_not_exist_gets_a_suggestion() -> None:
    """A misspelt run is told from a missing one."""
    with pytest.raises(UnsupportedQuery, match=r"no run 'day_ahed'\. Did you mean 'day_ahead'"):
        feeds_of(registry(Plugin(market())), "load", "day_ahed")


def test_plugin_adds_feeds_to_the_market_of_another() -> None:
    """They come after the market's own."""
    there = registry(Plugin(market(feeds=(PLAIN,))), Plugin(feeds=(DAY_AHEAD,)))
    assert feeds_of(there, "load") == ["hourly_load", "da_load"]


def test_feeds_that_cannot_be_added_cost_only_that_plugin() -> None:
    """A name that is taken already is that plugin's error; the market keeps its own feeds."""
    there = registry(Plugin(market(feeds=(PLAIN,))), Plugin(feeds=(feed(name="hourly_load"),)))
    assert feeds_of(there, "load") == ["hourly_load"]
    good, bad = there.reports
    assert good.error is None
    assert "cannot add feeds to testiso" in str(bad.error)
    assert "two feeds are called 'hourly_load'" in str(bad.error)


class TakesNoArguments:
    """Hooks that name none of their arguments, which the contract allows."""

    told = 0

    @hookimpl
    def energyopti_feeds(self) -> Sequence[Feed]:
        """No feeds for any market."""
        return ()

    @hookimpl
    def energyopti_observe(self) -> None:
        """Count what happens."""
        self.told += 1


def test_hooks_take_only_the_arguments_they_name() -> None:
    """A plugin that names none is as good as any, and is told of events too."""
    plugin = TakesNoArguments()
    there = registry(Plugin(market()), plugin)
    there.observe(EVENT)
    assert [report.error for report in there.reports] == [None, None]
    assert plugin.told == 1


def test_two_plugins_with_one_market_lose_it() -> None:
    """Neither is used, both are named, also to who asks for it; their other markets work."""
    there = registry(Plugin(market(), market(id="other")), Plugin(market()))
    assert list(there.markets) == ["other"]
    why = "market 'testiso' is claimed by plugin0 and plugin1; uninstall one of them"
    assert [report.error for report in there.reports] == [why, why]
    with pytest.raises(PluginError, match=why):
        there.market("TestISO")


class Failing:
    """A plugin that cannot say its markets."""

    @hookimpl
    def energyopti_markets(self) -> Sequence[Market]:
        """Fail."""
        raise RuntimeError("no\n  luck")


class Wrong:
    """A plugin that returns something else."""

    @hookimpl
    def energyopti_markets(self) -> Sequence[object]:
        """Words."""
        return ["nyiso"]


@pytest.mark.parametrize(
    ("plugin", "why"),
    [
        (Failing(), "plugin plugin1 cannot list its markets: RuntimeError: no luck"),
        (Wrong(), "energyopti_markets returned 'nyiso', which is not a Market"),
    ],
)
def test_plugin_that_fails_does_not_take_the_others_down(plugin: object, why: str) -> None:
    """Its report says why in one line; the others' markets are there."""
    there = registry(Plugin(market()), plugin)
    assert list(there.markets) == ["testiso"]
    good, bad = there.reports
    assert (good.markets, good.error) == (("testiso",), None)
    assert (bad.markets, why in str(bad.error)) == ((), True)


def wrong_argument() -> object:
    """A plugin whose hook wants an argument that no hook has."""
    module = ModuleType("wrong_argument")

    @hookimpl
    def energyopti_feeds(iso: str) -> Sequence[Feed]:
        return ()

    module.energyopti_feeds = energyopti_feeds  # type: ignore[attr-defined]
    return module


def test_hook_with_an_unknown_argument_is_refused() -> None:
    """The argument is named in the report."""
    there = registry(Plugin(market()), wrong_argument())
    assert list(there.markets) == ["testiso"]
    assert "iso" in str(there.reports[1].error)


def test_one_object_registered_twice_is_an_error_of_the_second() -> None:
    """The first registration stands."""
    plugin = Plugin(market())
    there = registry(plugin, plugin)
    assert list(there.markets) == ["testiso"]
    assert [report.error is None for report in there.reports] == [True, False]


def test_checks_of_all_plugins_are_gathered() -> None:
    """For the dataset asked for, and for no other."""

    def nothing(frame: pl.DataFrame, chunk: Chunk) -> Iterable[Finding]:
        return ()

    there = registry(Plugin(checks=(nothing,)), Plugin(checks=(nothing, nothing)))
    assert len(there.checks("load")) == 3
    assert there.checks("lmp") == ()


def test_market_without_a_sandbox_says_so() -> None:
    """Its plugin does not implement the hook."""
    with pytest.raises(PluginError, match="the plugin of market testiso brings no sandbox"):
        registry(Plugin(market())).sandbox("testiso")


class Brings(Plugin):
    """A plugin that also brings datasets, hosts for the market of these tests, and a word in place of each responder."""

    def __init__(
        self,
        *markets: Market,
        access: Sequence[Host | Credential] = (),
        datasets: Sequence[Dataset] = (),
        serves: Mapping[str, str] | None = None,
        **others: Any,
    ) -> None:
        super().__init__(*markets, **others)
        self._access, self._datasets, self._serves = access, datasets, serves

    @hookimpl
    def energyopti_hosts(self, market: str) -> Sequence[Host | Credential]:
        """The access given, for the market of these tests."""
        return self._access if market == "testiso" else ()

    @hookimpl
    def energyopti_datasets(self) -> Sequence[Dataset]:
        """The datasets given."""
        return self._datasets

    @hookimpl
    def energyopti_sandbox(self, market: str) -> Mapping[str, str] | None:
        """The words given, for the market of these tests."""
        return self._serves if market == "testiso" else None


VENDOR = Host(name="vendor", url="https://vendor.example", headers={"X-Key": "vendor_key"})
KEY = Credential(name="vendor_key", title="a key", obtain="https://vendor.example/register")
FROM_VENDOR = feed(name="vendor_load", sources=(feed_source(host="vendor"),))


@record
class LevelRow(Row):
    """Levels of a lake."""

    location: str = field("the gauge", key=True)
    level: float = field("height above the sea", unit="m")


LEVELS = dataset("levels", LevelRow)
LEVEL_FEED = feed(name="gauges", dataset=LEVELS)


def test_feeds_may_come_from_hosts_of_the_plugin_that_adds_them() -> None:
    """Its host and credential are the market's, after those that it had."""
    there = registry(Plugin(market()), Brings(access=(VENDOR, KEY), feeds=(FROM_VENDOR,))).market("testiso")
    assert [host.name for host in there.hosts] == ["main", "vendor"]
    assert [each.name for each in there.credentials] == ["vendor_key"]
    assert [each.name for each in there.feeds] == ["hourly_load", "vendor_load"]


@pytest.mark.parametrize(
    ("access", "why"),
    [
        ((), "the market declares no host 'vendor'"),
        ((VENDOR,), "the market declares no credential 'vendor_key' for host vendor"),
        ((VENDOR, KEY, Host(name="main", url="https://evil.example")), "two hosts are called 'main'"),
    ],
    ids=["no host", "no credential", "another plugin's host"],
)
def test_what_is_added_has_to_fit(access: tuple[Host | Credential, ...], why: str) -> None:
    """The plugin is reported with the reason, and the market stays as it was: nobody takes its hosts over."""
    there = registry(Plugin(market()), Brings(access=access, feeds=(FROM_VENDOR,)))
    assert [each.name for each in there.market("testiso").feeds] == ["hourly_load"]
    assert there.market("testiso").host("main").url == "https://data.iso.example"
    assert [why in (each.error or "") for each in there.reports] == [False, True]


def test_a_credential_is_brought_once() -> None:
    """Two plugins that add one credential to a market would share a secret: the second one is left out."""
    first, second = Brings(access=(KEY,)), Brings(access=(KEY,))
    there = registry(first, second)
    assert there.reports[1].error is None
    own = registry(Plugin(market()), first, second)
    assert ["already" in (each.error or "") for each in own.reports] == [False, False, True]


def test_a_sandbox_serves_each_host_by_the_plugin_that_declared_it() -> None:
    """What a plugin answers for another's host is not used: it does not take the market over."""
    owner = Brings(market(), serves={"main": "the owner's", "vendor": "not its host"})
    guest = Brings(access=(VENDOR, KEY), serves={"vendor": "the guest's", "main": "not its host"})
    for there in (registry(owner, guest), registry(guest, owner)):
        served = {host: str(responder) for host, responder in there.sandbox("testiso").items()}
        assert served == {"main": "the owner's", "vendor": "the guest's"}


def test_a_market_is_served_by_its_own_plugin_only() -> None:
    """Another plugin's responder alone is no sandbox."""
    with pytest.raises(PluginError, match="the plugin of market testiso brings no sandbox"):
        registry(Plugin(market()), Brings(serves={"main": "not its host"})).sandbox("testiso")
    with pytest.raises(PluginError):
        registry(Plugin(market())).sandbox("other")


def test_a_dataset_of_a_plugin_is_asked_for_as_any_other() -> None:
    """It is found by name, in the catalogue of markets, and has checks of its own."""
    there = registry(Brings(market(feeds=(PLAIN, LEVEL_FEED)), datasets=(LEVELS,)))
    assert there.dataset("Levels") is LEVELS
    assert list(there.datasets)[-1] == "levels"
    assert feeds_of(there, "levels") == ["gauges"]
    assert there.filling("levels") == ("testiso",)
    assert there.matrix()["dataset"].to_list() == ["load", "levels"]


def test_a_dataset_that_nobody_brings_is_a_plugin_s_fault() -> None:
    """Its market is left out, and the report says which feed."""
    there = registry(Brings(market(feeds=(PLAIN, LEVEL_FEED))))
    assert dict(there.markets) == {}
    assert "testiso/gauges: no plugin brings its dataset levels" in (there.reports[0].error or "")


@pytest.mark.parametrize(
    "other", [dataset("load", LevelRow), dataset("levels", LevelRow)], ids=["the core's", "another's"]
)
def test_a_name_of_a_dataset_is_taken_once(other: Dataset) -> None:
    """The plugin that comes second is left out: rows of one name have one schema."""
    there = registry(Brings(datasets=(LEVELS,)), Brings(market(), datasets=(other,)))
    assert there.datasets["load"] is LOAD
    assert there.datasets["levels"] is LEVELS
    assert dict(there.markets) == {}
    assert "already" in (there.reports[1].error or "")


def test_a_dataset_is_a_dataset() -> None:
    """Anything else is the plugin's failure."""
    there = registry(Brings(datasets=("levels",)))  # type: ignore[arg-type]
    assert "which is not a Dataset" in (there.reports[0].error or "")


def test_raising_observer_costs_nothing() -> None:
    """The others are told all the same."""
    told: list[Event] = []

    def fail(event: Event) -> None:
        raise RuntimeError("an observer's own mistake")

    there = registry(Plugin(observe=fail), Plugin(observe=told.append), Plugin(observe=fail))
    there.observe(EVENT)
    assert told == [EVENT]


def test_reports_say_what_each_plugin_brings() -> None:
    """Each thing is of the plugin that brought it, also in the market of another."""

    def no_load(frame: pl.DataFrame, chunk: Chunk) -> Iterable[Finding]:
        return ()

    owner = Brings(market(), datasets=(LEVELS,), serves={"main": "the owner's", "vendor": "not its host"})
    guest = Brings(
        access=(VENDOR, KEY), feeds=(FROM_VENDOR,), checks=(no_load,), serves={"vendor": "the guest's"}
    )
    first, second = registry(owner, guest).inventory()
    assert (first.markets, first.feeds, first.hosts) == (
        ("testiso",),
        ("testiso/hourly_load",),
        ("testiso/main",),
    )
    assert (first.datasets, first.checks, first.sandbox, first.observes) == (
        ("levels",),
        (),
        ("testiso/main",),
        True,
    )
    assert (second.markets, second.feeds, second.hosts) == ((), ("testiso/vendor_load",), ("testiso/vendor",))
    assert (second.credentials, second.checks) == (("testiso/vendor_key",), ("load/no_load",))
    assert second.sandbox == ("testiso/vendor",)


def test_what_a_plugin_cannot_list_is_its_error() -> None:
    """It is said by the inventory alone: a sandbox that fails costs no data."""

    class NoChecks(Brings):
        @hookimpl
        def energyopti_checks(self, dataset: str) -> Sequence[Any]:
            raise RuntimeError(f"no luck with {dataset}")

    class NoSandbox(Brings):
        @hookimpl
        def energyopti_sandbox(self, market: str) -> Mapping[str, str] | None:
            raise SystemExit(f"no {market}")

    there = registry(NoChecks(), NoSandbox(market()), Failing())
    assert [each.error is None for each in there.reports] == [True, True, False]
    errors = [each.error for each in there.inventory()]
    assert errors == [
        "plugin plugin0 cannot list its checks: RuntimeError: no luck with lmp",
        "plugin plugin1 cannot say what its sandbox serves: SystemExit: no testiso",
        "plugin plugin2 cannot list its markets: RuntimeError: no luck",
    ]
    assert list(there.markets) == ["testiso"]
