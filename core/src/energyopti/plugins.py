"""The installed plugins: found through entry points and called one by one, so that one that fails harms no other."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator, Mapping
from importlib.metadata import EntryPoint, entry_points
from typing import TYPE_CHECKING, Any

import attrs
import pluggy

from energyopti import hookspecs
from energyopti.errors import EnergyOptiError, PluginError

if TYPE_CHECKING:
    from energyopti.events import Event

GROUP = "energyopti"
FAILURES = (Exception, SystemExit)
"""Whatever a plugin raises is that plugin's failure, and no more: also that it wants to end the process."""


@attrs.frozen(kw_only=True)
class PluginReport:
    """The state of one plugin: the markets it brings, or why it was left out."""

    name: str
    distribution: str
    version: str
    markets: tuple[str, ...] = ()
    error: str | None = None


class Plugins:
    """The plugins that loaded, and a report on every one.

    ``plugins`` are objects to use in addition to the installed ones (with ``discover=False``, instead of them).
    """

    def __init__(self, plugins: Mapping[str, object] | None = None, *, discover: bool = True) -> None:
        self._manager = pluggy.PluginManager(hookspecs.PROJECT)
        self._manager.add_hookspecs(hookspecs)
        self.reports: dict[str, PluginReport] = {}
        """The state of each plugin, by its label."""
        if discover:
            for point in sorted(entry_points(group=GROUP), key=lambda each: each.name):
                self._load(point)
        for name, plugin in (plugins or {}).items():
            self._register(name, plugin, distribution=name, version="")

    @property
    def working(self) -> tuple[str, ...]:
        """The labels of the plugins without an error."""
        return tuple(label for label, report in self.reports.items() if report.error is None)

    def _load(self, point: EntryPoint) -> None:
        """Import one entry point's plugin; if it fails, only this plugin is left out."""
        distribution = whose(point)
        version = point.dist.version if point.dist else ""
        try:
            plugin = point.load()
        except FAILURES as error:
            self._fail(point.name, distribution, version, f"cannot be imported: {in_words(error)}")
            return
        self._register(point.name, plugin, distribution=distribution, version=version)

    def _register(self, name: str, plugin: object, *, distribution: str, version: str) -> None:
        """Register one plugin, unless it implements a hook that does not exist."""
        label = _label(distribution, name)
        try:
            self._manager.register(plugin, name=label)
            self._manager.check_pending()
        except (pluggy.PluginValidationError, ValueError) as error:
            if self._manager.get_plugin(label) is not None:
                self._manager.unregister(name=label)
            self._fail(name, distribution, version, in_words(error))
            return
        self.reports[label] = PluginReport(name=name, distribution=distribution, version=version)

    def _fail(self, name: str, distribution: str, version: str, why: str) -> None:
        self.reports[_label(distribution, name)] = PluginReport(
            name=name, distribution=distribution, version=version, error=f"plugin {distribution} {why}"
        )

    @contextlib.contextmanager
    def failing(self, label: str, what: str) -> Iterator[None]:
        """Leave a plugin out if the block raises; ``what`` says what it could not do."""
        try:
            yield
        except FAILURES as error:
            report = self.reports[label]
            self._manager.unregister(name=label)
            self._fail(report.name, report.distribution, report.version, f"{what}: {in_words(error)}")

    def blame(self, label: str, why: str) -> None:
        """Report what is wrong with a plugin; it is not called again."""
        self.reports[label] = attrs.evolve(self.reports[label], error=why)

    def brings(self, label: str, market: str) -> None:
        """Report that a plugin brings a market."""
        report = self.reports[label]
        self.reports[label] = attrs.evolve(report, markets=(*report.markets, market))

    def one(self, hook: str, label: str, **arguments: str) -> Any:
        """What one plugin's implementation of a hook returns; None if it has none."""
        plugin = self._manager.get_plugin(label)
        for implementation in getattr(self._manager.hook, hook).get_hookimpls():
            if implementation.plugin is plugin:
                return implementation.function(*(arguments[name] for name in implementation.argnames))
        return None

    def ask(self, hook: str, label: str, **arguments: str) -> Iterable[Any]:
        """The values that one plugin's implementation of a hook returns; empty if it has none."""
        found: Iterable[Any] | None = self.one(hook, label, **arguments)
        return () if found is None else found

    @property
    def observed(self) -> bool:
        """Whether any plugin listens to events."""
        return bool(self._manager.hook.energyopti_observe.get_hookimpls())

    def observe(self, event: Event) -> None:
        """Pass an event to the plugins; exceptions of observers are swallowed."""
        for implementation in self._manager.hook.energyopti_observe.get_hookimpls():
            try:
                implementation.function(*([event] if implementation.argnames else []))
            except FAILURES:  # an observer must never cost the data
                continue


def brought(group: str) -> dict[str, EntryPoint]:
    """The entry points of a group in all installed distributions, by name; nothing is imported.

    Raises `PluginError` if two use the same name.
    """
    found: dict[str, EntryPoint] = {}
    for point in sorted(entry_points(group=group), key=lambda each: each.name):
        other = found.setdefault(point.name.casefold(), point)
        if other != point:
            raise PluginError(
                f"{whose(other)} and {whose(point)} both bring {point.name!r} of {group}",
                do="uninstall one of them",
            )
    return found


def load(point: EntryPoint) -> Any:
    """The object that an entry point names; raises `PluginError` if it cannot be imported."""
    try:
        return point.load()
    except FAILURES as error:
        raise PluginError(f"plugin {whose(point)} cannot be imported: {in_words(error)}") from error


def whose(point: EntryPoint) -> str:
    """The distribution that an entry point belongs to."""
    return point.dist.name if point.dist else point.value


def _label(distribution: str, name: str) -> str:
    """A name for a plugin that no other has: one distribution may bring several."""
    return distribution if distribution == name else f"{distribution}:{name}"


def in_words(error: BaseException) -> str:
    """An error in one line, with its class unless it is an error of energyopti."""
    text = " ".join(str(error).split())
    return text if isinstance(error, EnergyOptiError) else f"{type(error).__name__}: {text}"
