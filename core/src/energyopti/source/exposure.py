"""Where credentials go: what is worth a warning before they are sent."""

from __future__ import annotations

import ipaddress
import logging
from urllib.parse import urlsplit

from energyopti.market import Host, Market
from energyopti.settings import Settings, variable

_log = logging.getLogger("energyopti")


class Exposures:
    """Warnings of credentials that go over plain http or to another host than the market's: each is logged once."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._warned: set[tuple[str, str]] = set()

    def warn(self, market: Market, host: Host) -> None:
        """Warn of a host, if there is a reason, before credentials are sent to it."""
        if (market.id, host.name) not in self._warned:
            self._warned.add((market.id, host.name))
            if why := exposed(self._settings, market, host):
                _log.warning("%s", why)


def exposed(settings: Settings, market: Market, host: Host) -> str:
    """Why a market's credentials are not safe with a host as it is set; empty if there is no such reason."""
    if settings.sandbox is not None:  # no real credential is sent there
        return ""
    address, name = settings.base(market.id, host), variable(market.id, host.name, "url")
    there, own = urlsplit(address), urlsplit(host.url)
    reasons = []
    if (there.hostname, there.port) != (own.hostname, own.port):
        reasons.append(f"to {address} and not to {host.url}, as {name} says: unset it if you did not")
    if there.scheme == "http" and not is_loopback(there.hostname or ""):
        reasons.append(
            f"to {address} without encryption, where others can read them: set {name} to an https address"
        )
    return f"{market.id}: credentials go {'; they go '.join(reasons)}" if reasons else ""


def is_loopback(host: str) -> bool:
    """Whether a name or an IP address is this machine's own."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host.casefold() == "localhost"
    mapped = getattr(address, "ipv4_mapped", None)
    return bool((mapped or address).is_loopback)
