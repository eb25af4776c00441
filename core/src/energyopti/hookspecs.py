"""The plugin contract: every hook that energyopti calls.

A plugin is a module (or object) with functions of these names, marked with `hookimpl`, and an entry point in
the group ``energyopti``. Beside them, ``ENERGYOPTI_API = "1.0"`` says which version of the contract it was written for.
Hooks take only the arguments they name. They only return values: a hook must not use the network, the clock, files or
the environment.
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
API_VERSION = "1.0"
"""The version of what plugins build on: these hooks and the public names.

The second number grows when something is added, the first when something goes or changes. A plugin works with every
version of its own first number that is not older than the one it was written for.
"""
DECLARATION = "ENERGYOPTI_API"
"""The name by which a plugin says which version it was written for."""

hookspec = pluggy.HookspecMarker(PROJECT)
hookimpl = pluggy.HookimplMarker(PROJECT)
"""Marks a plugin's functions as implementations of the hooks below."""


@hookspec
def energyopti_markets() -> Sequence[Market]:  # type: ignore[empty-body]
    """The markets that this plugin brings, with their feeds.

    Called once, when the registry is built. If two plugins bring the same market id, both are refused.
    """


@hookspec
def energyopti_feeds(market: str) -> Sequence[Feed]:  # type: ignore[empty-body]
    """More feeds for a market, even one of another plugin; return none for other markets.

    Called once per market, after all markets are known. The feeds come after the market's own.
    """


@hookspec
def energyopti_hosts(market: str) -> Sequence[Host | Credential]:  # type: ignore[empty-body]
    """The hosts and credentials of feeds that this plugin adds to another plugin's market; return none for other markets.

    Called once per market, before feeds are added. Their names must be new in that market. Users set the credentials
    like the market's own, ``ENERGYOPTI_<MARKET>_<NAME>``.
    """


@hookspec
def energyopti_datasets() -> Sequence[Dataset]:  # type: ignore[empty-body]
    """The datasets that this plugin adds to the core's, for its own feeds and those of other plugins.

    Called once, before the markets. A plugin whose dataset has a name already taken is left out.
    """


@hookspec
def energyopti_checks(dataset: str) -> Sequence[Check]:  # type: ignore[empty-body]
    """More quality checks for a dataset; return none for other datasets.

    Called once per dataset. Each check is called with the frame of every fetched chunk and returns findings;
    it gets a frame of its own. A check that raises or returns anything but findings is left out, and a finding names it.
    """


@hookspec
def energyopti_sandbox(market: str) -> Mapping[str, Responder] | None:
    """How to serve this plugin's hosts locally: a responder for each host it declared; return None for other markets.

    Called when a sandbox of the market is first needed. If this plugin adds a feed from a host of another plugin, its
    responder for that host is asked for what the host's own plugin answers with 404. Other responders are ignored.
    """


@hookspec
def energyopti_observe(event: Event) -> None:
    """Something happened: a fetch, a retry, a memory hit, a finding.

    Called for every event on the service's own thread, so return quickly. Exceptions are swallowed.
    """
