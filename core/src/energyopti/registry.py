"""Which markets, feeds and datasets are installed: found through entry points, looked up by name."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING

import attrs

from energyopti.errors import PluginError, UnknownDataset, UnknownMarket, UnsupportedQuery, suggest
from energyopti.gathering import Gathered
from energyopti.inventory import inventory
from energyopti.market import Feed, Market
from energyopti.plugins import FAILURES, PluginReport, Plugins, in_words
from energyopti.schema import Dataset
from energyopti.vocabulary import Run, runs_meant

if TYPE_CHECKING:
    import polars as pl

    from energyopti.checks import Check
    from energyopti.events import Event
    from energyopti.sandbox.wire import Responder


_log = logging.getLogger("energyopti")


@attrs.frozen(kw_only=True)
class Capability:
    """One thing that a query can ask for: a feed, and the dataset and run it fills."""

    market: str
    feed: str
    dataset: str
    run: Run | None


class Registry:
    """The installed markets and datasets.

    ``plugins`` are objects to use in addition to the installed ones (with ``discover=False``, instead of them). A
    plugin that fails is reported in ``reports``; the others keep working.
    """

    def __init__(self, plugins: Mapping[str, object] | None = None, *, discover: bool = True) -> None:
        self._plugins = Plugins(plugins, discover=discover)
        found = Gathered(self._plugins)
        self._refused, self._owners = found.refused, found.owners
        self._hosts_of, self._feeds_of = found.hosts_of, found.feeds_of
        self._datasets, self._markets = found.datasets, found.markets
        self._by_name: dict[str, dict[str, tuple[Feed, ...]]] = {}

    @property
    def reports(self) -> tuple[PluginReport, ...]:
        """The state of every plugin, sorted by name."""
        return tuple(sorted(self._plugins.reports.values(), key=lambda report: report.name))

    def inventory(self) -> tuple[PluginReport, ...]:
        """The reports with everything that the plugins bring; to know it, every plugin's sandbox is imported."""
        return inventory(self._plugins, self._datasets)

    @property
    def datasets(self) -> Mapping[str, Dataset]:
        """The datasets by name: the core's, then those of plugins."""
        return MappingProxyType(self._datasets)

    def dataset(self, name: str) -> Dataset:
        """The dataset of that name; raises `UnknownDataset` with a suggestion."""
        found = self._datasets.get(name.strip().casefold())
        if found is None:
            raise UnknownDataset(f"no dataset {name!r}", do=suggest(name, self._datasets))
        return found

    @property
    def markets(self) -> Mapping[str, Market]:
        """The markets by id, in alphabetical order."""
        return MappingProxyType(self._markets)

    @cached_property
    def capabilities(self) -> tuple[Capability, ...]:
        """Everything that a query can ask for, market by market, in the order of their catalogs."""
        return tuple(
            Capability(market=market.id, feed=feed.name, dataset=feed.dataset.name, run=feed.run)
            for market in self._markets.values()
            for feed in market.feeds
        )

    def market(self, name: str) -> Market:
        """The market of that id; raises `PluginError` if two plugins claim it.

        Raises `UnknownMarket` with a suggestion, and with the plugins that were left out: one may have brought it.
        """
        key = name.strip().casefold()
        if key in self._refused:
            raise PluginError(self._refused[key])
        if key not in self._markets:
            hint = (
                suggest(name, self._markets)
                if self._markets
                else "Install a plugin, such as energyopti-nyiso."
            )
            raise UnknownMarket(
                f"no installed plugin brings market {name!r}", do=f"{hint}{self._plugins.left_out(name)}"
            )
        return self._markets[key]

    def brought_by(self, market: str, feed: str) -> str:
        """The distribution whose plugin brings a feed."""
        return self._plugins.reports[self._feeds_of[market][feed]].distribution

    def filling(self, dataset: str, run: Run | None = None) -> tuple[str, ...]:
        """The markets that fill a dataset, in one run if it is given."""
        wanted = self.dataset(dataset).name
        return tuple(
            dict.fromkeys(
                each.market
                for each in self.capabilities
                if each.dataset == wanted and run in {None, each.run}
            )
        )

    def feeds(self, market: Market, data_type: str, *, run: str | None = None) -> tuple[Feed, ...]:
        """The feeds of a market that a dataset's or a feed's name means, the default first.

        Raises `UnknownDataset`, or `UnsupportedQuery` if the market does not have the dataset, or not that run of it.
        """
        folded = data_type.strip().casefold()
        found = self._answering(market).get(folded, ())
        if not found and folded not in self._datasets:
            known = [*self._datasets, *(feed.name for feed in market.feeds)]
            raise UnknownDataset(
                f"{data_type!r} is neither a dataset nor a feed of {market.id}", do=suggest(data_type, known)
            )
        if not found:
            raise _lacks(market, self._datasets[folded])
        if run is None:
            return found
        wanted = _runs(run)
        fitting = tuple(feed for feed in found if feed.run in wanted)
        if not fitting:
            runs = sorted({str(feed.run) for feed in found if feed.run})
            has = f"it has {', '.join(runs)}" if runs else "it has no runs; leave run out"
            raise UnsupportedQuery(
                f"no {data_type} of run {wanted[0] if len(wanted) == 1 else run}; {has}", market=market.id
            )
        return tuple(feed for feed in fitting if feed.run == fitting[0].run)

    def _answering(self, market: Market) -> Mapping[str, tuple[Feed, ...]]:
        """The feeds of a market by the names that mean them: their dataset's, and their own, which wins."""
        if market.id not in self._by_name:
            found: dict[str, tuple[Feed, ...]] = {}
            for feed in market.feeds:
                found[feed.dataset.name] = (*found.get(feed.dataset.name, ()), feed)
            found |= {feed.name.casefold(): (feed,) for feed in market.feeds}
            self._by_name[market.id] = found
        return self._by_name[market.id]

    def has(self, market: str, data_type: str, run: str | None = None) -> bool:
        """Whether a market has a dataset or a feed, in one run if it is given."""
        try:
            return bool(self.feeds(self.market(market), data_type, run=run))
        except (UnknownDataset, UnsupportedQuery):
            return False

    def matrix(self) -> pl.DataFrame:
        """Which market has what: a row for each dataset and run, a column for each market with its default feed."""
        import polars as pl

        rows: dict[tuple[str, str | None], dict[str, str]] = {}
        for each in self.capabilities:
            rows.setdefault((each.dataset, each.run), {}).setdefault(each.market, each.feed)
        order = list(self._datasets)
        runs = list(Run)
        keys = sorted(
            rows, key=lambda key: (order.index(key[0]), -1 if key[1] is None else runs.index(Run(key[1])))
        )
        columns = {"dataset": [dataset for dataset, _ in keys], "run": [run for _, run in keys]}
        cells = {market: [rows[key].get(market) for key in keys] for market in self._markets}
        return pl.DataFrame(columns | cells, schema=dict.fromkeys([*columns, *cells], pl.String))

    def checks(self, dataset: str) -> tuple[Check, ...]:
        """The checks that plugins add for a dataset; those of a plugin that cannot list them are left out."""
        found: list[Check] = []
        for label in self._plugins.working:
            try:
                listed = tuple(self._plugins.ask("energyopti_checks", label, dataset=dataset))
                for check in listed:
                    if not callable(check):
                        raise TypeError(f"energyopti_checks returned {check!r}, which is not a check")
                found.extend(listed)
            except FAILURES as error:
                name = self._plugins.reports[label].distribution
                why = f"plugin {name} cannot list its checks of {dataset}: {in_words(error)}"
                self._plugins.blame(label, why)
                _log.warning("%s; they are left out", why)
        return tuple(found)

    def sandbox(self, market: str) -> Mapping[str, Responder]:
        """How to serve a market locally: a responder for each host, from the plugin that declared the host.

        A plugin that adds a feed from a host of another serves what that one does not have. An added part that fails is
        left out, and reported. Raises `PluginError` if no plugin serves a host of its own.
        """
        from energyopti.sandbox.wire import Together

        hosts, owner = self._hosts_of.get(market, {}), self._owners.get(market)
        added = self._added_parts(market)
        answers: dict[str, dict[str, Responder]] = {}
        for label in dict.fromkeys([*hosts.values(), *(label for label, _ in added)]):
            try:
                answers[label] = self._responders(label, market)
            except PluginError as error:
                if label == owner:
                    raise
                self._plugins.blame(label, error.what)
                _log.warning("%s; it is left out", error.what)
        served: dict[str, Responder] = {}
        for host, label in hosts.items():
            own = answers.get(label, {}).get(host)
            others = tuple(
                each[host]
                for other, each in answers.items()
                if other != label and host in each and (other, host) in added
            )
            if own is not None:
                served[host] = Together(own, others) if others else own
        if not served:
            raise PluginError(f"the plugin of market {market} brings no sandbox")
        return served

    def _added_parts(self, market: str) -> dict[tuple[str, str], None]:
        """The plugins that add feeds to a market, each with the hosts that these come from."""
        owner, feeds = self._owners.get(market), self._feeds_of.get(market, {})
        added = {name: label for name, label in feeds.items() if label != owner}
        return {
            (label, feed_source.host): None
            for name, label in added.items()
            for feed_source in self._markets[market].feed(name).sources
        }

    def _responders(self, label: str, market: str) -> dict[str, Responder]:
        """One plugin's responders for the hosts of a market."""
        try:
            return dict(self._plugins.one("energyopti_sandbox", label, market=market) or {})
        except FAILURES as error:
            name = self._plugins.reports[label].distribution
            raise PluginError(
                f"plugin {name} cannot serve {market} in the sandbox: {in_words(error)}"
            ) from error

    @property
    def observed(self) -> bool:
        """Whether any plugin listens to events."""
        return self._plugins.observed

    def observe(self, event: Event) -> None:
        """Pass an event to the plugins; exceptions of observers are swallowed."""
        self._plugins.observe(event)


def _runs(name: str) -> tuple[Run, ...]:
    found = runs_meant(name)
    if not found:
        raise UnsupportedQuery(f"no run {name!r}", do=suggest(name, [run.value for run in Run]))
    return found


def _lacks(market: Market, dataset: Dataset) -> UnsupportedQuery:
    """Why a market does not have a dataset."""
    reason = market.unavailable.get(dataset.name)
    if reason:
        return UnsupportedQuery(f"no {dataset.name}: {reason}", market=market.id)
    has = ", ".join(sorted({feed.dataset.name for feed in market.feeds}))
    return UnsupportedQuery(f"no feed fills {dataset.name}; it has {has}", market=market.id)
