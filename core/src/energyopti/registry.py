"""Which markets, feeds and datasets there are: found through entry points, asked by name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property
from importlib.metadata import EntryPoint, entry_points
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import attrs
import pluggy

from energyopti import hookspecs
from energyopti.datasets import DATASETS, find_dataset
from energyopti.errors import (
    EnergyOptiError,
    PluginError,
    UnknownDataset,
    UnknownMarket,
    UnsupportedQuery,
    suggest,
)
from energyopti.market import Feed, Market
from energyopti.schema import Dataset
from energyopti.vocabulary import Run

if TYPE_CHECKING:
    import polars as pl

    from energyopti.checks import Check
    from energyopti.events import Event
    from energyopti.sandbox.wire import Responder

GROUP = "energyopti"


@attrs.frozen(kw_only=True)
class PluginReport:
    """What became of one plugin: the markets it brings, or why it was left out."""

    name: str
    distribution: str
    version: str
    markets: tuple[str, ...] = ()
    error: str | None = None


@attrs.frozen(kw_only=True)
class Capability:
    """One thing that can be asked: a feed and what it fills."""

    market: str
    feed: str
    dataset: str
    run: Run | None


class Registry:
    """The installed markets.

    ``plugins`` are objects to use beside (or, with ``discover=False``, instead of) the installed ones. A
    plugin that fails is reported in ``reports`` and leaves the others working.
    """

    def __init__(self, plugins: Mapping[str, object] | None = None, *, discover: bool = True) -> None:
        self._manager = pluggy.PluginManager(hookspecs.PROJECT)
        self._manager.add_hookspecs(hookspecs)
        self._reports: dict[str, PluginReport] = {}
        self._refused: dict[str, str] = {}
        if discover:
            for point in sorted(entry_points(group=GROUP), key=lambda each: each.name):
                self._load(point)
        for name, plugin in (plugins or {}).items():
            self._register(name, plugin, distribution=name, version="")
        self._markets = self._gather()
        self._by_name: dict[str, dict[str, tuple[Feed, ...]]] = {}

    def _load(self, point: EntryPoint) -> None:
        """Import one entry point's plugin; its failure is its own."""
        distribution = point.dist.name if point.dist else point.value
        version = point.dist.version if point.dist else ""
        try:
            plugin = point.load()
        except Exception as error:  # noqa: BLE001 - whatever a plugin raises is that plugin's failure
            self._fail(point.name, distribution, version, f"cannot be imported: {_words(error)}")
            return
        self._register(point.name, plugin, distribution=distribution, version=version)

    def _register(self, name: str, plugin: object, *, distribution: str, version: str) -> None:
        """Let one plugin in, unless it names a hook that does not exist."""
        label = _label(distribution, name)
        try:
            self._manager.register(plugin, name=label)
            self._manager.check_pending()
        except (pluggy.PluginValidationError, ValueError) as error:
            if self._manager.get_plugin(label) is not None:
                self._manager.unregister(name=label)
            self._fail(name, distribution, version, _words(error))
            return
        self._reports[label] = PluginReport(name=name, distribution=distribution, version=version)

    def _fail(self, name: str, distribution: str, version: str, why: str) -> None:
        self._reports[_label(distribution, name)] = PluginReport(
            name=name, distribution=distribution, version=version, error=f"plugin {distribution} {why}"
        )

    def _gather(self) -> dict[str, Market]:
        """Every plugin's markets by id, without those that two claim."""
        owners: dict[str, list[str]] = {}
        markets: dict[str, Market] = {}
        for label, report in list(self._reports.items()):
            found = self._ask(label, report) if report.error is None else ()
            for market in found:
                owners.setdefault(market.id, []).append(label)
                markets[market.id] = market
        for market_id, labels in owners.items():
            if len(labels) > 1:
                self._refuse(market_id, labels)
                del markets[market_id]
            elif markets.get(market_id) is not None:
                report = self._reports[labels[0]]
                self._reports[labels[0]] = attrs.evolve(report, markets=(*report.markets, market_id))
        return {market_id: self._with_more_feeds(markets[market_id]) for market_id in sorted(markets)}

    def _ask(self, label: str, report: PluginReport) -> tuple[Market, ...]:
        """One plugin's markets; a failure is reported and costs only that plugin."""
        try:
            found: tuple[Market, ...] = tuple(self._call("energyopti_markets", label))
            for market in found:
                if not isinstance(market, Market):
                    raise TypeError(f"energyopti_markets returned {market!r}, which is no Market")  # noqa: TRY301
        except Exception as error:  # noqa: BLE001 - whatever a plugin raises is that plugin's failure
            self._manager.unregister(name=label)
            self._fail(
                report.name, report.distribution, report.version, f"cannot say its markets: {_words(error)}"
            )
            return ()
        return found

    def _call(self, hook: str, label: str, **arguments: str) -> Iterable[Any]:
        """What one plugin's implementation of a hook returns; nothing if it has none."""
        plugin = self._manager.get_plugin(label)
        for implementation in getattr(self._manager.hook, hook).get_hookimpls():
            if implementation.plugin is plugin:
                found: Iterable[Any] = implementation.function(
                    *(arguments[name] for name in implementation.argnames)
                )
                return found
        return ()

    def _refuse(self, market_id: str, labels: Iterable[str]) -> None:
        names = sorted(self._reports[label].distribution for label in labels)
        why = f"market {market_id!r} is claimed by {' and '.join(names)}; uninstall one of them"
        self._refused[market_id] = why
        for label in labels:
            self._reports[label] = attrs.evolve(self._reports[label], error=why)

    def _with_more_feeds(self, market: Market) -> Market:
        """A market with the feeds that other plugins add."""
        for label, report in list(self._reports.items()):
            if report.error is not None:
                continue
            try:
                market = market.with_feeds(tuple(self._call("energyopti_feeds", label, market=market.id)))
            except Exception as error:  # noqa: BLE001 - whatever a plugin raises is that plugin's failure
                why = f"plugin {report.distribution} cannot add feeds to {market.id}: {_words(error)}"
                self._reports[label] = attrs.evolve(report, error=why)
        return market

    @property
    def reports(self) -> tuple[PluginReport, ...]:
        """What became of every plugin, by name."""
        return tuple(sorted(self._reports.values(), key=lambda report: report.name))

    @property
    def markets(self) -> Mapping[str, Market]:
        """The markets by id, in alphabetical order."""
        return MappingProxyType(self._markets)

    @cached_property
    def capabilities(self) -> tuple[Capability, ...]:
        """Everything that can be asked, market by market, in the order of their catalogues."""
        return tuple(
            Capability(market=market.id, feed=feed.name, dataset=feed.dataset.name, run=feed.run)
            for market in self._markets.values()
            for feed in market.feeds
        )

    def market(self, name: str) -> Market:
        """The market of that id; raises `UnknownMarket` with a suggestion, or `PluginError` if two claim it."""
        key = name.strip().casefold()
        if key in self._refused:
            raise PluginError(self._refused[key])
        if key not in self._markets:
            hint = (
                suggest(name, self._markets)
                if self._markets
                else "Install a plugin, such as energyopti-nyiso."
            )
            raise UnknownMarket(f"no installed plugin brings the market {name!r}", do=hint)
        return self._markets[key]

    def filling(self, dataset: str, run: Run | None = None) -> tuple[str, ...]:
        """The markets that fill a dataset, with a run if one is given."""
        wanted = find_dataset(dataset).name
        return tuple(
            dict.fromkeys(
                each.market
                for each in self.capabilities
                if each.dataset == wanted and run in {None, each.run}
            )
        )

    def feeds(self, market: Market, data_type: str, *, run: str | None = None) -> tuple[Feed, ...]:
        """The feeds of a market that answer to a dataset's or a feed's name, the usual one first.

        Raises `UnknownDataset`, or `UnsupportedQuery` where the market has the dataset not, or not that run.
        """
        folded = data_type.strip().casefold()
        found = self._answering(market).get(folded, ())
        if not found and folded not in DATASETS:
            known = [*DATASETS, *(feed.name for feed in market.feeds)]
            raise UnknownDataset(
                f"{data_type!r} is neither a dataset nor a feed of {market.id}", do=suggest(data_type, known)
            )
        if not found:
            raise _lacks(market, DATASETS[folded])
        if run is None:
            return found
        wanted = _run(run)
        fitting = tuple(feed for feed in found if feed.run == wanted)
        if not fitting:
            runs = sorted({str(feed.run) for feed in found if feed.run})
            has = f"it has {', '.join(runs)}" if runs else "it has no runs"
            raise UnsupportedQuery(f"no {data_type} of run {wanted}; {has}", market=market.id)
        return fitting

    def _answering(self, market: Market) -> Mapping[str, tuple[Feed, ...]]:
        """The feeds of a market by what they answer to: the name of their dataset, and their own before it."""
        if market.id not in self._by_name:
            found: dict[str, tuple[Feed, ...]] = {}
            for feed in market.feeds:
                found[feed.dataset.name] = (*found.get(feed.dataset.name, ()), feed)
            found |= {feed.name.casefold(): (feed,) for feed in market.feeds}
            self._by_name[market.id] = found
        return self._by_name[market.id]

    def has(self, market: str, data_type: str, run: str | None = None) -> bool:
        """Whether a market has a dataset or a feed, with a run if one is given."""
        try:
            return bool(self.feeds(self.market(market), data_type, run=run))
        except (UnknownDataset, UnsupportedQuery):
            return False

    def matrix(self) -> pl.DataFrame:
        """What exists where: a row for each dataset and run, a column for each market with its usual feed."""
        import polars as pl

        rows: dict[tuple[str, str | None], dict[str, str]] = {}
        for each in self.capabilities:
            rows.setdefault((each.dataset, each.run), {}).setdefault(each.market, each.feed)
        order = list(DATASETS)
        runs = list(Run)
        keys = sorted(
            rows, key=lambda key: (order.index(key[0]), -1 if key[1] is None else runs.index(Run(key[1])))
        )
        columns = {"dataset": [dataset for dataset, _ in keys], "run": [run for _, run in keys]}
        cells = {market: [rows[key].get(market) for key in keys] for market in self._markets}
        return pl.DataFrame(columns | cells, schema=dict.fromkeys([*columns, *cells], pl.String))

    def checks(self, dataset: str) -> tuple[Check, ...]:
        """The checks that plugins add for a dataset."""
        return tuple(
            check for checks in self._manager.hook.energyopti_checks(dataset=dataset) for check in checks
        )

    def sandbox(self, market: str) -> Mapping[str, Responder]:
        """How to serve a market locally; raises `PluginError` where its plugin brings no sandbox."""
        responders: Mapping[str, Responder] | None = self._manager.hook.energyopti_sandbox(market=market)
        if responders is None:
            raise PluginError(f"the plugin of market {market} brings no sandbox")
        return responders

    @property
    def observed(self) -> bool:
        """Whether any plugin listens to events."""
        return bool(self._manager.hook.energyopti_observe.get_hookimpls())

    def observe(self, event: Event) -> None:
        """Tell the plugins that something happened; what an observer raises is swallowed."""
        for implementation in self._manager.hook.energyopti_observe.get_hookimpls():
            try:
                implementation.function(*([event] if implementation.argnames else []))
            except Exception:  # noqa: BLE001, S112 - an observer must never cost the data
                continue


def _label(distribution: str, name: str) -> str:
    """What a plugin is called among the others: one distribution may bring several."""
    return distribution if distribution == name else f"{distribution}:{name}"


def _run(name: str) -> Run:
    try:
        return Run(name.strip().casefold())
    except ValueError:
        known = [run.value for run in Run]
        raise UnsupportedQuery(f"there is no run {name!r}", do=suggest(name, known)) from None


def _lacks(market: Market, dataset: Dataset) -> UnsupportedQuery:
    """Why a market does not have a dataset."""
    reason = market.unavailable.get(dataset.name)
    if reason:
        return UnsupportedQuery(f"no {dataset.name}: {reason}", market=market.id)
    has = ", ".join(sorted({feed.dataset.name for feed in market.feeds}))
    return UnsupportedQuery(f"no feed fills {dataset.name}; it has {has}", market=market.id)


def _words(error: BaseException) -> str:
    """An error in one line; ours speak for themselves."""
    text = " ".join(str(error).split())
    return text if isinstance(error, EnergyOptiError) else f"{type(error).__name__}: {text}"
