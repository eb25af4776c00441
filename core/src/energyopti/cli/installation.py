"""What commands work with: the installed markets, this machine's settings, the network, the clock."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING

import attrs
import click

if TYPE_CHECKING:
    import httpx

    from energyopti.registry import Registry
    from energyopti.settings import Settings


@attrs.frozen(kw_only=True)
class Installation:
    """A command's environment, found on this machine unless given.

    A program that runs commands itself passes its own as the context's object.
    """

    given_registry: Registry | None = None
    transport: httpx.AsyncBaseTransport | None = None
    now: Callable[[], datetime] = lambda: datetime.now(UTC)

    @cached_property
    def registry(self) -> Registry:
        """The installed markets; loaded only by commands that need them."""
        if self.given_registry is not None:
            return self.given_registry
        from energyopti.cli.starting import begun
        from energyopti.registry import Registry

        found = Registry()
        begun()
        return found

    def settings(self, *, sandbox: bool = False) -> Settings:
        """The settings in force; with ``sandbox``, over generated data whatever the settings say."""
        from energyopti.settings import Settings

        settings = Settings.load(self.registry.markets.values())
        return attrs.evolve(settings, sandbox="1") if sandbox else settings


def installation(context: click.Context) -> Installation:
    """This command's environment."""
    return context.ensure_object(Installation)
