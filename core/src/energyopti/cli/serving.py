"""``sandbox``: the markets' wire formats served locally, with generated data."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING

import click

from energyopti.cli.installation import installation
from energyopti.cli.output import say
from energyopti.errors import InvalidSettings, PluginError
from energyopti.lazy import extra

if TYPE_CHECKING:
    from energyopti.market import RateLimit
    from energyopti.registry import Registry


@click.command("sandbox")
@click.option(
    "--port",
    default=8650,
    show_default=True,
    type=click.IntRange(min=0, max=65535),
    help="0 picks any free port.",
)
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option(
    "--limits", is_flag=True, help="Answer 429 to requests faster than the hosts' published limits."
)
@click.pass_context
def sandbox(context: click.Context, *, port: int, host: str, limits: bool) -> None:
    """Serve the markets locally with generated data.

    Every installed market, until Ctrl-C.
    """
    with extra("sandbox", "a sandbox of its own"):
        import uvicorn
    from energyopti.sandbox import sandbox_app
    from energyopti.source.exposure import is_loopback

    registry = installation(context).registry
    with _listening(host, port) as listener:
        name = f"[{host}]" if ":" in host else host
        base = f"http://{name}:{listener.getsockname()[1]}"
        for line in _directions(registry, base):
            say(line)
        if not is_loopback(host):
            say(
                f"warning: other machines can reach this sandbox ({host}); only this one can switch its faults"
            )
        app = sandbox_app(registry)
        if limits:
            app.limits = _published_limits(registry)
        config = uvicorn.Config(app, log_level="warning", proxy_headers=False)
        uvicorn.Server(config).run(sockets=[listener])


def _published_limits(registry: Registry) -> dict[tuple[str, str], RateLimit]:
    """The rate limit of every host that publishes one."""
    return {
        (market.id, host.name): host.rate
        for market in registry.markets.values()
        for host in market.hosts
        if host.rate is not None
    }


def _listening(host: str, port: int) -> socket.socket:
    """A socket on that address; raises `InvalidSettings` if there cannot be one."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family)
    except OSError as error:
        raise InvalidSettings(
            f"the sandbox cannot listen on {host} port {port}: {error.strerror}",
            do="pick another port with --port",
        ) from None


def _directions(registry: Registry, base: str) -> list[str]:
    """The setting a user needs, and the address of each host."""
    from energyopti.settings import variable

    lines = [f"{variable('sandbox')}={base}"]
    for market in registry.markets.values():
        try:
            served = registry.sandbox(market.id)
        except PluginError as error:
            lines.append(f"  {market.id}: {error.line}")
            continue
        lines.extend(f"  {market.id} {host}: {base}/{market.id}/{host}" for host in served)
    return lines
