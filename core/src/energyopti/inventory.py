"""All that plugins bring, for who looks at an installation: also what is known only by asking them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from importlib.metadata import EntryPoint, entry_points
from typing import Any

import attrs

from energyopti.plugins import COMMANDS, FAILURES, FORMATS, PluginReport, Plugins, in_words, whose


def inventory(plugins: Plugins, datasets: Iterable[str]) -> tuple[PluginReport, ...]:
    """The reports of plugins with their checks, sandbox parts, commands and formats, sorted by name.

    A distribution with a command or a format and no plugin has a report too.
    """
    known = list(datasets)
    reports = [
        _asked(plugins, label, known) if label in plugins.working else report
        for label, report in plugins.reports.items()
    ]
    found = _with_entry_points(reports) if plugins.discovers else reports
    return tuple(sorted(found, key=lambda report: report.name))


def _asked(plugins: Plugins, label: str, datasets: Iterable[str]) -> PluginReport:
    """A working plugin's report with its checks and sandbox parts, or why it cannot list them."""
    report = plugins.reports[label]
    doing = "list its checks"
    try:
        checks = tuple(
            f"{dataset}/{getattr(check, '__name__', type(check).__name__)}"
            for dataset in datasets
            for check in plugins.ask("energyopti_checks", label, dataset=dataset)
        )
        report = attrs.evolve(report, checks=checks)
        doing = "say what its sandbox serves"
        markets = dict.fromkeys(host.partition("/")[0] for host in report.hosts)
        served = {
            f"{market}/{host}"
            for market in markets
            for host in plugins.one("energyopti_sandbox", label, market=market) or ()
        }
    except FAILURES as error:
        return attrs.evolve(report, error=f"plugin {report.distribution} cannot {doing}: {in_words(error)}")
    return attrs.evolve(report, sandbox=tuple(host for host in report.hosts if host in served))


def _with_entry_points(reports: Iterable[PluginReport]) -> list[PluginReport]:
    """The reports with the commands and formats of their distributions: a distribution's first report has them."""
    found = {report.label: report for report in reports}
    for kind, group in (("commands", COMMANDS), ("formats", FORMATS)):
        claims: dict[str, list[EntryPoint]] = defaultdict(list)
        for point in sorted(entry_points(group=group), key=lambda each: each.name):
            claims[point.name.casefold()].append(point)
        for name, points in claims.items():
            for point in points:
                report = next(
                    (each for each in found.values() if each.distribution == whose(point)), _bare(point)
                )
                more: dict[str, Any] = {kind: (*getattr(report, kind), name)}
                found[report.label] = attrs.evolve(
                    report, **more, error=report.error or _twice(name, points, group)
                )
    return list(found.values())


def _bare(point: EntryPoint) -> PluginReport:
    """The report of a distribution that has no plugin."""
    version = point.dist.version if point.dist else ""
    return PluginReport(name=whose(point), distribution=whose(point), version=version)


def _twice(name: str, points: list[EntryPoint], group: str) -> str | None:
    """What is wrong where several distributions bring one name; None if one does."""
    if len(points) == 1:
        return None
    names = " and ".join(sorted(whose(point) for point in points))
    return f"{names} both bring {name!r} of {group}; uninstall one of them"
