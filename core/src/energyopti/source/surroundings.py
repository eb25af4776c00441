"""What a machine says about its network: certificates, proxies, addresses. A failure of these names the setting at fault.

Values of these settings are not shown: an address of a proxy often holds a password.
"""

from __future__ import annotations

import functools
import importlib.util
import os
import ssl
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import httpx

from energyopti.errors import EnergyOptiError, InvalidSettings, PluginError
from energyopti.market import Host, Market
from energyopti.settings import Settings, variable

_PROXIES = ("http", "https", "all")
_SOCKS = ("socks5", "socks5h")
_AUTHORITIES = ("SSL_CERT_FILE", "SSL_CERT_DIR")


@functools.cache
def certificates() -> ssl.SSLContext:
    """How every client of the process verifies TLS; reading the certificate authorities takes about 30 ms."""
    try:
        return httpx.create_ssl_context()
    except OSError as error:
        name = next((each for each in _AUTHORITIES if os.environ.get(each)), "the bundle of package certifi")
        raise InvalidSettings(
            f"{name} has no certificates that can be read ({error.strerror or 'none in it'})",
            do=f"correct or unset {name}" if name in _AUTHORITIES else "install certifi again",
        ) from None


def check_proxies() -> None:
    """Raise `InvalidSettings` for a proxy of the environment that cannot be used."""
    for name, said in _set():
        address = said if "://" in said else f"http://{said}"
        scheme = address.partition("://")[0].casefold()
        if not _is_usable(address) or scheme not in {"http", "https", *_SOCKS}:
            raise InvalidSettings(
                f"{name} is not the address of a proxy", do="write http://host:port, or unset it"
            )
        if scheme in _SOCKS and importlib.util.find_spec("socksio") is None:
            raise InvalidSettings(
                f"{name} names a SOCKS proxy, which needs the package socksio",
                do="run: pip install 'httpx[socks]'",
            )


def proxy_of(address: str) -> str | None:
    """The variable of the environment that names the proxy of an address; None if there is none."""
    parts = urlsplit(address)
    if urllib.request.proxy_bypass(parts.hostname or ""):
        return None
    names = dict.fromkeys(name for name, _ in _set())
    return next((name for name in names if name.casefold() in {f"{parts.scheme}_proxy", "all_proxy"}), None)


@contextmanager
def naming_settings(settings: Settings, market: Market, host: Host) -> Iterator[None]:
    """What a request fails with because of an address, as an error that names the setting."""
    try:
        yield
    except (httpx.InvalidURL, UnicodeError, ExceptionGroup):  # the latter for a port that is none
        if _is_usable(settings.base(market.id, host)):
            raise
        raise _misplaced(settings, market, host) from None


def _is_usable(address: str) -> bool:
    """Whether an address can be asked at all."""
    try:
        plain = address.isprintable() and " " not in address
        return plain and bool(httpx.URL(address).host) and urlsplit(address).port != 0
    except (ValueError, httpx.InvalidURL):
        return False


def _misplaced(settings: Settings, market: Market, host: Host) -> EnergyOptiError:
    """The error for an address that no host can have: the plugin's fault, if no setting replaces it."""
    if settings.url(market.id, host.name) is None:
        return PluginError(
            f"the address of host {host.name} cannot be used", do="report it to the plugin's author"
        )
    own = variable(market.id, host.name, "url")
    name = own if settings.sandbox is None else variable("sandbox")
    return InvalidSettings(f"{name} is not an address: its host or port cannot be used")


def _set() -> Iterator[tuple[str, str]]:
    """The proxies that the environment names; lower case wins, as everywhere."""
    for scheme in _PROXIES:
        for name in (f"{scheme}_proxy", f"{scheme}_proxy".upper()):
            if os.environ.get(name):
                yield name, os.environ[name]
                break
