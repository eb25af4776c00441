"""What the plugins bring, put together: datasets, and markets with all that other plugins add to them."""

from __future__ import annotations

from collections.abc import Iterable

from energyopti.datasets import DATASETS
from energyopti.errors import PluginError
from energyopti.market import Market
from energyopti.plugins import FAILURES, Plugins, in_words
from energyopti.schema import Dataset


class Gathered:
    """Datasets and markets by name, who brings which market, host and feed, and the markets that are refused, with why."""

    def __init__(self, plugins: Plugins) -> None:
        self._plugins = plugins
        self.refused: dict[str, str] = {}
        self.owners: dict[str, str] = {}
        self.hosts_of: dict[str, dict[str, str]] = {}
        self.feeds_of: dict[str, dict[str, str]] = {}
        self.datasets = self._gather_datasets()
        self.markets = self._gather_markets()

    def _gather_datasets(self) -> dict[str, Dataset]:
        """The core's datasets and those of plugins; a plugin that uses a name already taken is left out."""
        found = dict(DATASETS)
        for label in self._plugins.working:
            with self._plugins.failing(label, "cannot list its datasets"):
                brought = tuple(self._plugins.ask("energyopti_datasets", label))
                for dataset in brought:
                    if not isinstance(dataset, Dataset):
                        raise TypeError(f"energyopti_datasets returned {dataset!r}, which is not a Dataset")
                    if dataset.name in found:
                        raise PluginError(f"dataset {dataset.name!r} already exists")
                found |= {dataset.name: dataset for dataset in brought}
                self._plugins.brings(label, datasets=[dataset.name for dataset in brought])
        return found

    def _gather_markets(self) -> dict[str, Market]:
        """All plugins' markets by id, without those that two plugins claim."""
        claims: dict[str, list[str]] = {}
        markets: dict[str, Market] = {}
        for label in self._plugins.working:
            with self._plugins.failing(label, "cannot list its markets"):
                for market in self._markets_of(label):
                    claims.setdefault(market.id, []).append(label)
                    markets[market.id] = market
        for market_id, labels in claims.items():
            if len(labels) > 1:
                self._refuse(market_id, labels)
                del markets[market_id]
            else:
                self.owners[market_id] = labels[0]
                market = markets[market_id]
                self._plugins.brings(labels[0], markets=[market_id], **_contents(market))
        return {market_id: self._completed(markets[market_id]) for market_id in sorted(markets)}

    def _markets_of(self, label: str) -> tuple[Market, ...]:
        """The markets of one plugin."""
        found: tuple[Market, ...] = tuple(self._plugins.ask("energyopti_markets", label))
        for market in found:
            if not isinstance(market, Market):
                raise TypeError(f"energyopti_markets returned {market!r}, which is not a Market")
            self._check_datasets(market)
        return found

    def _check_datasets(self, market: Market) -> None:
        """Raise `PluginError` for a feed whose dataset neither the core nor a plugin brings."""
        for feed in market.feeds:
            if self.datasets.get(feed.dataset.name) is not feed.dataset:
                raise PluginError(
                    f"no plugin brings its dataset {feed.dataset.name}", market=market.id, feed=feed.name
                )

    def _refuse(self, market_id: str, labels: Iterable[str]) -> None:
        names = sorted(self._plugins.reports[label].distribution for label in labels)
        why = f"market {market_id!r} is claimed by {' and '.join(names)}; uninstall one of them"
        self.refused[market_id] = why
        for label in labels:
            self._plugins.blame(label, why)

    def _completed(self, market: Market) -> Market:
        """A market with the hosts, credentials and feeds that other plugins add."""
        self.hosts_of[market.id] = {host.name: self.owners[market.id] for host in market.hosts}
        self.feeds_of[market.id] = {feed.name: self.owners[market.id] for feed in market.feeds}
        for label in self._plugins.working:
            try:
                access = tuple(self._plugins.ask("energyopti_hosts", label, market=market.id))
                feeds = tuple(self._plugins.ask("energyopti_feeds", label, market=market.id))
                more = market.with_more(feeds=feeds, access=access)
                if more is not market:
                    self._check_datasets(more)
            except FAILURES as error:
                self._plugins.blame(
                    label,
                    f"plugin {self._plugins.reports[label].distribution} cannot add feeds to {market.id}: "
                    f"{in_words(error)}",
                )
                continue
            self.hosts_of[market.id] |= {host.name: label for host in more.hosts[len(market.hosts) :]}
            self.feeds_of[market.id] |= {feed.name: label for feed in more.feeds[len(market.feeds) :]}
            self._plugins.brings(label, **_contents(more, beyond=market))
            market = more
        return market


def _contents(market: Market, *, beyond: Market | None = None) -> dict[str, list[str]]:
    """A market's feeds, hosts and credentials by name, without those that it had before."""
    kinds = ("feeds", "hosts", "credentials")
    had = {kind: len(getattr(beyond, kind)) if beyond else 0 for kind in kinds}
    return {
        kind: [f"{market.id}/{each.name}" for each in getattr(market, kind)[had[kind] :]] for kind in kinds
    }
