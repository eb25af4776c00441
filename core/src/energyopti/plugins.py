"""The installed plugins: found through entry points and called one by one, so that one that fails harms no other."""

from __future__ import annotations

import contextlib
import importlib.util
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from importlib.abc import InspectLoader
from importlib.metadata import EntryPoint, entry_points
from typing import TYPE_CHECKING, Any

import attrs
import pluggy

from energyopti import hookspecs
from energyopti.errors import EnergyOptiError, PluginError
from energyopti.hookspecs import API_VERSION, DECLARATION, PROJECT
from energyopti.suggestions import near

if TYPE_CHECKING:
    from energyopti.events import Event

GROUP = "energyopti"
COMMANDS = f"{GROUP}.commands"
"""The entry points by which plugins bring commands: the name is the command, the object one of click's."""
FORMATS = f"{GROUP}.formats"
"""The entry points by which plugins bring formats: the name is the file suffix, the object a `Format`."""
FAILURES = (Exception, SystemExit)
"""Whatever a plugin raises is that plugin's failure, and no more: also that it wants to end the process."""

_SHOWN = 3
_VERSION = re.compile(r"\d{1,6}\.\d{1,6}")
_STATEMENT = re.compile(rf"^{DECLARATION}\b[^=\n]*=\s*[\"']([^\"'\n]*)[\"']", re.MULTILINE)


@attrs.frozen(kw_only=True)
class PluginReport:
    """The state of one plugin: what it brings, or why it was left out.

    ``api`` is the version of the contract that it was written for. Feeds, hosts and credentials are named
    ``market/feed``. Those fields are known once the registry is built; `Registry.inventory` adds the others:
    ``checks`` (``dataset/check``), ``sandbox`` (the hosts that it serves), ``commands`` and ``formats``.
    """

    name: str
    distribution: str
    version: str
    api: str | None = None
    markets: tuple[str, ...] = ()
    feeds: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ()
    credentials: tuple[str, ...] = ()
    datasets: tuple[str, ...] = ()
    checks: tuple[str, ...] = ()
    observes: bool = False
    sandbox: tuple[str, ...] = ()
    commands: tuple[str, ...] = ()
    formats: tuple[str, ...] = ()
    error: str | None = None

    @property
    def label(self) -> str:
        """A name that no other plugin has: one distribution may bring several."""
        return self.distribution if self.distribution == self.name else f"{self.distribution}:{self.name}"


class Plugins:
    """The plugins that loaded, and a report on every one.

    ``plugins`` are objects to use in addition to the installed ones (with ``discover=False``, instead of them).
    """

    def __init__(self, plugins: Mapping[str, object] | None = None, *, discover: bool = True) -> None:
        self._manager = pluggy.PluginManager(hookspecs.PROJECT)
        self._manager.add_hookspecs(hookspecs)
        self.discovers = discover
        self.reports: dict[str, PluginReport] = {}
        """The state of each plugin, by its label."""
        if discover:
            for point in sorted(entry_points(group=GROUP), key=lambda each: each.name):
                self._load(point)
        for name, plugin in (plugins or {}).items():
            self._add(plugin, PluginReport(name=name, distribution=name, version="", api=_declared(plugin)))

    @property
    def working(self) -> tuple[str, ...]:
        """The labels of the plugins without an error."""
        return tuple(label for label, report in self.reports.items() if report.error is None)

    def _load(self, point: EntryPoint) -> None:
        """Import one entry point's plugin; if it fails, only this plugin is left out."""
        version = point.dist.version if point.dist else ""
        report = PluginReport(name=point.name, distribution=whose(point), version=version)
        try:
            plugin = point.load()
            api = _declared(plugin) or _declared(sys.modules[point.module])
        except FAILURES as error:
            api = _written(point.module)
            why = None if api is None else _misfit(api, report.distribution)
            failed = f"cannot be imported: {in_words(error)}"
            self._fail(attrs.evolve(report, api=api), f"{why}; it {failed}" if why else failed)
            return
        if api is None:
            self._fail(
                report,
                "does not say which version of energyopti's API it was written for; its authors have to add "
                f'{DECLARATION} = "{API_VERSION}" beside its hooks',
            )
            return
        self._add(plugin, attrs.evolve(report, api=api))

    def _add(self, plugin: object, report: PluginReport) -> None:
        """Register one plugin, unless it was written for another API or implements a hook that does not exist."""
        label = report.label
        why = None if report.api is None else _misfit(report.api, report.distribution)
        if why:
            self._fail(report, why)
            return
        try:
            self._manager.register(plugin, name=label)
            self._manager.check_pending()
        except (pluggy.PluginValidationError, ValueError) as error:
            if self._manager.get_plugin(label) is not None:
                self._manager.unregister(name=label)
            self._fail(report, in_words(error))
            return
        listens = any(each.plugin is plugin for each in self._manager.hook.energyopti_observe.get_hookimpls())
        self.reports[label] = attrs.evolve(report, observes=listens)

    def _fail(self, report: PluginReport, why: str) -> None:
        self.reports[report.label] = attrs.evolve(report, error=f"plugin {report.distribution} {why}")

    @contextlib.contextmanager
    def failing(self, label: str, what: str) -> Iterator[None]:
        """Leave a plugin out if the block raises; ``what`` says what it could not do."""
        try:
            yield
        except FAILURES as error:
            self._manager.unregister(name=label)
            self._fail(self.reports[label], f"{what}: {in_words(error)}")

    def blame(self, label: str, why: str) -> None:
        """Report what is wrong with a plugin; it is not called again."""
        self.reports[label] = attrs.evolve(self.reports[label], error=why)

    def brings(self, label: str, **things: Iterable[str]) -> None:
        """Report what more a plugin brings: names of ``markets``, ``feeds``, ``hosts``, ..."""
        report = self.reports[label]
        more: dict[str, Any] = {kind: (*getattr(report, kind), *names) for kind, names in things.items()}
        self.reports[label] = attrs.evolve(report, **more)

    def left_out(self, sought: str) -> str:
        """``" Left out: plugin x cannot ..."``, those named like ``sought`` first; empty if all plugins work."""
        failed = [each for each in self.reports.values() if each.error]
        alike = near(sought, {name for each in failed for name in (each.name, each.distribution)})
        failed.sort(key=lambda each: not {each.name, each.distribution} & {*alike})
        errors = list(dict.fromkeys(str(each.error) for each in failed))
        more = len(errors) - _SHOWN
        rest = f"; and {more} more, which energyopti plugins lists" if more > 0 else ""
        return f" Left out: {'; '.join(errors[:_SHOWN])}{rest}." if errors else ""

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


def _declared(plugin: object) -> str | None:
    """The version of the contract that a plugin says it was written for, as text; None if it says nothing."""
    found = getattr(plugin, DECLARATION, None)
    return found if found is None or isinstance(found, str) else f"{type(found).__name__} {found}"


def _written(module: str) -> str | None:
    """The version that the source of a module states, as far as that can be known of one that cannot be imported."""
    try:
        spec = importlib.util.find_spec(module)
        loader = spec.loader if spec else None
        source = loader.get_source(module) if isinstance(loader, InspectLoader) else None
    except FAILURES:  # finding a module imports the package that it is in
        return None
    found = _STATEMENT.search(source or "")
    return found[1] if found else None


def _misfit(api: str, distribution: str) -> str | None:
    """Why a plugin written for a version of the contract cannot be used with this energyopti; None if it can."""
    if not _VERSION.fullmatch(api):
        return f'says {DECLARATION} = {api!r}; its authors have to write two numbers as text, such as "{API_VERSION}"'
    theirs, ours = ([int(number) for number in each.split(".")] for each in (api, API_VERSION))
    if theirs[0] == ours[0] and theirs <= ours:
        return None
    what, name = ("the plugin", distribution) if theirs < ours else ("energyopti", PROJECT)
    return (
        f"was written for version {api} of energyopti's API, and this energyopti has {API_VERSION}: "
        f"upgrade {what} (pip install --upgrade {name})"
    )


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


def in_words(error: BaseException) -> str:
    """An error in one line, with its class unless it is an error of energyopti."""
    text = " ".join(str(error).split())
    return text if isinstance(error, EnergyOptiError) else f"{type(error).__name__}: {text}"
