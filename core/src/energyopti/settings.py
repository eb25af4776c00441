"""Settings, from the environment and one TOML file; the environment wins.

    ENERGYOPTI_HOME                     where limits and stores live (a folder)
    ENERGYOPTI_LAKE                     the folder of the lake, or s3://bucket/prefix (gs://, az://);
                                        1: ENERGYOPTI_HOME/lake, off: none (that one, if it exists)
    ENERGYOPTI_ARCHIVE                  the folder of the archive of payloads; 1: ENERGYOPTI_HOME/archive
    ENERGYOPTI_SANDBOX                  1: generated data, in process; an address: a running sandbox
    ENERGYOPTI_SETTINGS                 the TOML file, if not in the user's configuration folder
    ENERGYOPTI_ATTEMPTS                 how many times one request is tried (5)
    ENERGYOPTI_PATIENCE                 how many seconds one request may take in total (120)
    ENERGYOPTI_TIMEOUT                  how many seconds one attempt may wait for the host (30)
    ENERGYOPTI_MEMORY_BYTES             how many bytes of fetched data stay in memory (512 MiB)
    ENERGYOPTI_WEBHOOK_TOKEN            a bearer token for the webhook of a watch (in no file)
    ENERGYOPTI_<MARKET>_<HOST>_URL      another base address for a host
    ENERGYOPTI_<MARKET>_<HOST>_RATE     another limit: 6/60 is six requests in sixty seconds, off is none
    ENERGYOPTI_<MARKET>_<CREDENTIAL>    a secret

The file holds the same names: ``home = "..."`` in ``[energyopti]``, ``url`` and ``rate`` in
``[energyopti.nyiso.mis]``, credentials in ``[energyopti.pjm]``. A file that others can write is
refused, and so is one that holds credentials and that others can read.
"""

from __future__ import annotations

import math
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import attrs
import platformdirs

from energyopti.errors import InvalidSettings
from energyopti.lake_address import LakeAddress
from energyopti.market import Host, RateLimit
from energyopti.redaction import know_secret
from energyopti.settings_file import APP, check_file, loaded, section, settings_file
from energyopti.tuning.hosts import SECRETS_KNOWN, SHORTEST_SECRET

if TYPE_CHECKING:
    from energyopti.market import Market

_NUMBERS: dict[str, type] = {"attempts": int, "patience": float, "timeout": float, "memory_bytes": int}
_OFF = {"", "0", "false", "no", "off"}
LAKE_OFF = LakeAddress("off")
"""The value of a setting that says that no lake is used."""
_ON = {"1", "true", "yes", "on"}


def variable(*parts: str) -> str:
    """The environment variable of a setting: ``variable("nyiso", "mis", "url")``."""
    return "_".join((APP, *parts)).upper()


def _default_home() -> Path:
    return Path(platformdirs.user_data_dir(APP))


def _lake_address(said: str | os.PathLike[str] | LakeAddress | None) -> LakeAddress | None:
    return None if said is None else LakeAddress.of(said)


def _is_address(_: Any, attribute: attrs.Attribute[Any], value: str | None) -> None:
    if value is not None:
        _check_address(attribute.name, value)


@attrs.frozen(kw_only=True)
class HostSettings:
    """A user's settings for one host; None where unset. An address that holds a login is refused."""

    url: str | None = attrs.field(default=None, validator=_is_address)
    rate: str | None = None


@attrs.frozen(kw_only=True)
class Settings:
    """How energyopti works on this machine.

    ``lake`` is where history is kept, a folder or an address, or `LAKE_OFF`; without it, it is ``home``/lake if that
    exists. ``archive`` is the folder in which payloads are kept as they came; None keeps none.
    ``attempts``, ``patience`` (seconds in total) and ``backoff`` (seconds, doubled each time) bound the
    retries of one request; ``timeout`` (seconds) is for one attempt. ``memory_bytes`` bounds the frames kept
    in memory, ``document_bytes`` the documents that chunks share.
    """

    home: Path = attrs.field(factory=_default_home)
    lake: LakeAddress | None = attrs.field(default=None, converter=_lake_address)
    archive: Path | None = None
    sandbox: str | None = None
    file: Path | None = None
    hosts: Mapping[tuple[str, str], HostSettings] = attrs.field(factory=dict)
    credentials: Mapping[tuple[str, str], str] = attrs.field(factory=dict, repr=False)
    attempts: int = 5
    patience: float = 120.0
    backoff: float = 0.25
    timeout: float = 30.0
    memory_bytes: int = 512 << 20
    document_bytes: int = 128 << 20
    max_payload_bytes: int = 512 << 20

    def __attrs_post_init__(self) -> None:
        for secret in self.credentials.values():
            keep_secret(secret)

    @property
    def lake_address(self) -> LakeAddress:
        """Where the lake is, or would be; generated data has a lake of its own beside it."""
        said = None if self.lake == LAKE_OFF else self.lake
        address = said or LakeAddress(self.home / "lake")
        return address if self.sandbox is None else address.ending("-sandbox")

    @property
    def archive_folder(self) -> Path | None:
        """Where payloads are kept; generated ones have an archive of their own beside it."""
        if self.archive is None or self.sandbox is None:
            return self.archive
        return self.archive.with_name(f"{self.archive.name}-sandbox")

    @property
    def uses_lake(self) -> bool:
        """Whether answers come from the lake: it is set, or there is one at the usual place."""
        if self.lake is not None:
            return self.lake != LAKE_OFF
        folder = self.lake_address.folder
        return folder is not None and folder.is_dir()

    def url(self, market: str, host: str) -> str | None:
        """The base address that replaces a host's own, if any; the sandbox replaces them all."""
        if self.sandbox is not None:
            return f"{'http://sandbox' if self.sandbox == '1' else self.sandbox}/{market}/{host}"
        return self.hosts.get((market, host), HostSettings()).url

    def base(self, market: str, host: Host) -> str:
        """The base address in force for a host."""
        return self.url(market, host.name) or host.url

    def rate(self, market: str, host: Host) -> RateLimit | None:
        """The limit in force for a host; the in-process sandbox needs none."""
        given = self.hosts.get((market, host.name), HostSettings()).rate
        if given is not None:
            return RateLimit.parse(given)
        return host.rate if self.sandbox is None else None

    def credential(self, market: str, name: str) -> str | None:
        """A secret, if it is set; the sandbox takes any, and is never sent a real one."""
        return "sandbox" if self.sandbox is not None else self.credentials.get((market, name))

    @classmethod
    def load(cls, markets: Iterable[Market] = ()) -> Settings:
        """The settings of this environment, for the installed markets.

        Raises `InvalidSettings` naming the variable or the file that cannot be used.
        """
        markets = tuple(markets)
        file = settings_file()
        if file is not None:
            check_file(file, {each.id: [known.name for known in each.credentials] for each in markets})
        found = loaded(_settings_class(markets), file)
        hosts: dict[tuple[str, str], HostSettings] = {}
        credentials: dict[tuple[str, str], str] = {}
        for market in markets:
            said = getattr(found, market.id)
            for host in market.hosts:
                hosts[market.id, host.name] = _host_settings(market.id, host.name, getattr(said, host.name))
            for each in market.credentials:
                secret = str(getattr(said, each.name) or "").strip()
                if secret:
                    credentials[market.id, each.name] = checked_secret(market.id, each.name, secret)
        home = Path(found.home).expanduser() if found.home else _default_home()
        return cls(
            home=home,
            lake=_lake(found.lake, home),
            archive=_archive(found.archive, home),
            sandbox=_sandbox(found.sandbox),
            file=file,
            hosts=hosts,
            credentials=credentials,
            **{name: _number(name, getattr(found, name)) for name in _NUMBERS},
        )


def keep_secret(secret: str) -> None:
    """Show a credential or a token nowhere from now on."""
    know_secret(secret, shortest=SHORTEST_SECRET, most=SECRETS_KNOWN)


def _number(name: str, said: str) -> Any:
    """A number above 0, or its default if none is said; the error does not show what was said."""
    if not said.strip():
        return attrs.fields_dict(Settings)[name].default
    try:
        value = _NUMBERS[name](said)
    except ValueError:
        value = math.nan
    if not (value > 0 and math.isfinite(value)):
        kind = "whole number" if _NUMBERS[name] is int else "number"
        raise InvalidSettings(f"{variable(name)} is not valid", do=f"write a {kind} above 0")
    return value


def _settings_class(markets: Iterable[Market]) -> type:
    """The shape of the settings, with a section for each market and its hosts."""
    host = section("HostSection", {"url": str, "rate": str})
    parts: dict[str, type] = dict.fromkeys(("home", "lake", "archive", "sandbox", *_NUMBERS), str)
    for market in markets:
        hosts = dict.fromkeys((each.name for each in market.hosts), host)
        credentials = dict.fromkeys((each.name for each in market.credentials), str)
        parts[market.id] = section(f"{market.id.title()}Section", {**hosts, **credentials})
    return section("SettingsFile", parts)


def _host_settings(market: str, host: str, said: Any) -> HostSettings:
    """One host's settings, checked."""
    if said.url:
        _check_address(variable(market, host, "url"), said.url)
    if said.rate:
        try:
            RateLimit.parse(said.rate)
        except ValueError:
            raise InvalidSettings(
                f"{variable(market, host, 'rate')} is not a rate",
                do="write 6/60 for six requests in sixty seconds, or off",
            ) from None
    return HostSettings(url=said.url or None, rate=said.rate or None)


def _check_address(name: str, address: str) -> None:
    """Refuse a value that is not an address or holds a secret; the error does not show it."""
    if not address.startswith(("http://", "https://")):
        raise InvalidSettings(f"{name} is not an address: it must start with http:// or https://")
    if "@" in address.partition("://")[2].partition("/")[0]:
        raise InvalidSettings(f"{name} contains a user or a password: an address must not hold secrets")
    if "?" in address or "#" in address:
        raise InvalidSettings(f"{name} contains a query: an address must not hold secrets")
    try:
        usable = urlsplit(address).hostname and urlsplit(address).port != 0
    except ValueError:
        usable = False
    if not (usable and address.isprintable() and " " not in address):
        raise InvalidSettings(f"{name} is not an address: its host or port cannot be used")


def checked_secret(market: str, name: str, secret: str) -> str:
    """A secret, checked to be fit for a header; the error does not show it."""
    if not (secret and secret.isascii() and secret.isprintable()):
        raise InvalidSettings(
            f"{variable(market, name)} contains characters that no credential has",
            do="set it again, on one line",
        )
    return secret


def _lake(said: str, home: Path) -> LakeAddress | None:
    """The lake that is set; None if none is, `LAKE_OFF` if there is to be none."""
    word = said.strip()
    if not word:
        return None
    if word.casefold() in _OFF:
        return LAKE_OFF
    if word.casefold() in _ON:
        return LakeAddress(home / "lake")
    return LakeAddress.of(word if "://" in word else Path(word).expanduser(), variable("lake"))


def _archive(said: str, home: Path) -> Path | None:
    """The folder that is set; None if none is."""
    word = said.strip()
    if word.casefold() in _OFF:
        return None
    return home / "archive" if word.casefold() in _ON else Path(word).expanduser()


def _sandbox(said: str) -> str | None:
    """None, "1" for the sandbox in process, or the address of a running one."""
    word = said.strip()
    if word.casefold() in _OFF:
        return None
    if word.casefold() in _ON:
        return "1"
    if "://" not in word:
        raise InvalidSettings(
            f"{variable('sandbox')} is not valid", do="write 1, or the address of a running sandbox"
        )
    _check_address(variable("sandbox"), word)
    return word.rstrip("/")
