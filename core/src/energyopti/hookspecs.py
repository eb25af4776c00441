"""The plugin contract: everything that energyopti asks of a plugin.

A plugin is a module (or object) with functions of these names, marked with `hookimpl`, behind an entry point
of the group ``energyopti``. Hooks take only the arguments they name. They return values: a hook makes no
network call, reads no clock, no file and no environment.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import pluggy

if TYPE_CHECKING:
    from energyopti.checks import Check
    from energyopti.events import Event
    from energyopti.market import Credential, Feed, Host, Market
    from energyopti.sandbox.wire import Responder
    from energyopti.schema import Dataset

PROJECT = "energyopti"
hookspec = pluggy.HookspecMarker(PROJECT)
hookimpl = pluggy.HookimplMarker(PROJECT)
"""Marks a plugin's functions as implementations of the hooks below."""


@hookspec
def energyopti_markets() -> Sequence[Market]:  # type: ignore[empty-body]
    """The markets that this plugin brings, with their feeds.

    Called once, when the registry is built. Two plugins that bring one market id are refused.
    """


@hookspec
def energyopti_feeds(market: str) -> Sequence[Feed]:  # type: ignore[empty-body]
    """More feeds for a market, which may be another plugin's; none for any other.

    Called once a market, after all markets are known. The feeds come after the market's own.
    """


@hookspec
def energyopti_hosts(market: str) -> Sequence[Host | Credential]:  # type: ignore[empty-body]
    """The hosts and credentials that feeds need which this plugin adds to another plugin's market; none for any other.

    Called once a market, before its feeds are added. Their names must be new in that market; users set the credentials
    as those of the market, ``ENERGYOPTI_<MARKET>_<NAME>``.
    """


@hookspec
def energyopti_datasets() -> Sequence[Dataset]:  # type: ignore[empty-body]
    """The datasets that this plugin brings beside the core's, for its own feeds and for those of others.

    Called once, before the markets. A plugin whose dataset has the name of another one is left out.
    """


@hookspec
def energyopti_checks(dataset: str) -> Sequence[Check]:  # type: ignore[empty-body]
    """More quality checks for a dataset; none for any other.

    Called once a dataset. Each check is called with every chunk's frame as it is fetched, and returns
    findings; it must not change the frame.
    """


@hookspec
def energyopti_sandbox(market: str) -> Mapping[str, Responder] | None:
    """How to serve hosts of this plugin locally: a responder for each host that it declared; None for other markets.

    Called when a sandbox for the market is first needed. A responder for another plugin's host is not used.
    """


@hookspec
def energyopti_observe(event: Event) -> None:
    """Something happened: a fetch, a retry, a memory hit, a finding.

    Called for every event, on the service's own thread: return quickly. An exception is swallowed.
    """
