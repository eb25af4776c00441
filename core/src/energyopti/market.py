"""What a plugin declares: markets with their hosts, limits, credentials and feeds.

All of it is frozen data, checked when it is made: a wrong declaration fails at import, and the error names
the part that is wrong. Nothing here reads a clock, a file, the environment or the network.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import attrs

from energyopti.blocks import Block
from energyopti.errors import PluginError, UnknownDataset, suggest
from energyopti.example import Example, ExampleFiles
from energyopti.feed import ChunkSize, Days, Feed, FeedSource, History, Locations, Narrowing, Unconfirmed
from energyopti.peaks import PeakRule
from energyopti.timezones import zone
from energyopti.vocabulary import LocationType

_ID = re.compile(r"[a-z][a-z0-9_]*\Z")


def _check_id(_: Any, attribute: attrs.Attribute[str], value: str) -> None:
    if not _ID.match(value):
        raise PluginError(
            f"{attribute.name} {value!r}: use lower-case letters, digits and underscores, a letter first"
        )


def _check_zone(_: Any, __: attrs.Attribute[str], value: str) -> None:
    zone(value)


@attrs.frozen
class RateLimit:
    """How many requests are allowed in how many seconds, as the host publishes it or a setting says."""

    requests: int = attrs.field(validator=attrs.validators.gt(0))
    per: timedelta = attrs.field(validator=attrs.validators.gt(timedelta()))

    @classmethod
    def parse(cls, text: str) -> RateLimit | None:
        """Read ``6/60``: six in sixty seconds; ``off``: no limit. Raises `ValueError` for anything else."""
        if text.strip().casefold() == "off":
            return None
        count, slash, seconds = text.partition("/")
        try:
            if slash and int(count) > 0 and float(seconds) > 0:
                return cls(int(count), timedelta(seconds=float(seconds)))
        except (ValueError, OverflowError):
            pass
        raise ValueError(f"{text!r} is not a rate; write 6/60 for six requests in sixty seconds, or off")

    def __str__(self) -> str:
        return f"{self.requests}/{self.per.total_seconds():g}"


@attrs.frozen(kw_only=True)
class Credential:
    """A secret that a host requires; users set it as ``ENERGYOPTI_<MARKET>_<NAME>``."""

    name: str = attrs.field(validator=_check_id)
    title: str
    obtain: str


@attrs.frozen(kw_only=True)
class PasswordGrant:
    """How to get a token with a user's name and password (OAuth 2); it is sent as ``Authorization: Bearer``.

    ``host`` is the host of the market that issues it, at ``path``. ``form`` holds the constant fields of the form,
    ``credentials`` maps its other fields to names of credentials. ``token`` is the field of the JSON answer that
    holds the token; it is valid for the answer's ``expires_in`` seconds, or for ``lasts``.
    """

    host: str
    path: str
    form: Mapping[str, str]
    credentials: Mapping[str, str]
    token: str = "access_token"  # noqa: S105 - the name of a field
    lasts: timedelta = timedelta(hours=1)


@attrs.frozen(kw_only=True)
class Host:
    """One server of a market.

    ``url`` is the base address; a setting can replace it. ``rate`` is the limit that the host publishes, if any;
    ``concurrency`` is how many requests may be open at once. ``headers`` maps a request header to the name of the
    credential it carries; ``bearer`` says how to get a token if the host requires one too.
    """

    name: str = attrs.field(validator=_check_id)
    url: str
    rate: RateLimit | None = None
    concurrency: int = attrs.field(default=8, validator=attrs.validators.gt(0))
    headers: Mapping[str, str] = attrs.field(factory=dict)
    bearer: PasswordGrant | None = None

    @property
    def secrets(self) -> tuple[str, ...]:
        """The names of the credentials that its requests need."""
        return (*self.headers.values(), *(self.bearer.credentials.values() if self.bearer else ()))


@attrs.frozen(kw_only=True)
class Terms:
    """Under which terms a market publishes: the address of the page, and a ``note`` of what users must know before they
    publish anything; None if nobody read the terms for that."""

    url: str = attrs.field(validator=attrs.validators.matches_re("https?://.+"))
    note: str | None = None

    def __str__(self) -> str:
        return f"{self.note} ({self.url})" if self.note else self.url


@attrs.frozen(kw_only=True, eq=False, repr=False)
class Market:
    """An ISO or RTO: its clock, hosts, credentials and feeds.

    If several feeds fill one dataset, the first one declared is the default. ``zone`` is the IANA time zone of its
    clock. ``unavailable`` maps a dataset that the market does not have to the reason. ``directory`` is the feed that
    lists the market's locations: names are looked up there. ``blocks`` are the blocks of hours it is traded in; at most
    one is its on-peak. ``peaks`` are its rules for coincident peaks. ``wholes`` are the locations, by their names in any
    dataset, that hold others: ``system`` is all of the market, ``region`` a part of several zones. Their rows say so in
    ``location_type``. ``terms`` are those of its website and data.
    """

    id: str = attrs.field(validator=_check_id)
    title: str
    zone: str = attrs.field(validator=_check_zone)
    website: str
    hosts: tuple[Host, ...]
    feeds: tuple[Feed, ...]
    credentials: tuple[Credential, ...] = ()
    reference_hub: str | None = None
    aliases: Mapping[str, str] = attrs.field(factory=dict)
    unavailable: Mapping[str, str] = attrs.field(factory=dict)
    directory: str | None = None
    blocks: tuple[Block, ...] = ()
    wholes: Mapping[str, LocationType] = attrs.field(factory=dict)
    terms: Terms | None = None
    peaks: tuple[PeakRule, ...] = ()

    def __attrs_post_init__(self) -> None:
        named = Counter(feed.name.casefold() for feed in self.feeds)
        for name, times in named.items():
            if times > 1:
                raise PluginError(f"two feeds are called {name!r}", market=self.id)
        hosts = [host.name for host in self.hosts]
        for host in self.hosts:
            if hosts.count(host.name) > 1:
                raise PluginError(f"two hosts are called {host.name!r}", market=self.id)
            self._check_secrets(host)
        for feed in self.feeds:
            for feed_source in feed.sources:
                if feed_source.host not in hosts:
                    raise PluginError(
                        f"the market declares no host {feed_source.host!r}", market=self.id, feed=feed.name
                    )
        self._check_directory()
        self._check_blocks()
        for name, kind in self.wholes.items():
            if kind not in {LocationType.SYSTEM, LocationType.REGION}:
                raise PluginError(
                    f"{name!r} holds other locations: it is a system or a region, not a {kind}",
                    market=self.id,
                )
        self._check_peaks()

    def _check_secrets(self, host: Host) -> None:
        if host.bearer is not None and host.bearer.host not in {each.name for each in self.hosts}:
            raise PluginError(
                f"the market declares no host {host.bearer.host!r}, which issues the token of host {host.name}",
                market=self.id,
                host=host.name,
            )
        for name in host.secrets:
            if name not in {credential.name for credential in self.credentials}:
                raise PluginError(
                    f"the market declares no credential {name!r} for host {host.name}",
                    market=self.id,
                    host=host.name,
                )

    def _check_directory(self) -> None:
        if self.directory is None:
            return
        feed = self.feed(self.directory)
        if feed.dataset.name != "locations" or not feed.history.snapshot_only:
            raise PluginError(
                f"its directory {feed} must fill dataset locations with snapshot_only", market=self.id
            )

    def _check_blocks(self) -> None:
        names = [block.name for block in self.blocks]
        if len(set(names)) < len(names):
            raise PluginError("two blocks have one name", market=self.id)
        if sum(block.onpeak for block in self.blocks) > 1:
            raise PluginError("two blocks are its on-peak", market=self.id)

    def _check_peaks(self) -> None:
        if len({rule.name for rule in self.peaks}) < len(self.peaks):
            raise PluginError("two rules for peaks have one name", market=self.id)
        for rule in self.peaks:
            if self.feed(rule.feed).dataset.name != "load":
                raise PluginError(f"{rule.name} is of feed {rule.feed}, which is no load", market=self.id)

    @property
    def onpeak(self) -> Block | None:
        """The block that is its on-peak; None if it declares none."""
        return next((block for block in self.blocks if block.onpeak), None)

    @property
    def places(self) -> tuple[str, ...]:
        """The usual locations: the reference hub, and those with common names."""
        hub = (self.reference_hub,) if self.reference_hub else ()
        return tuple(dict.fromkeys([*hub, *self.aliases.values()]))

    def feed(self, name: str) -> Feed:
        """The feed of that name, whatever its case; raises `UnknownDataset` with a suggestion."""
        for feed in self.feeds:
            if feed.name.casefold() == name.strip().casefold():
                return feed
        raise UnknownDataset(
            f"no feed {name!r}", do=suggest(name, [feed.name for feed in self.feeds]), market=self.id
        )

    def host(self, name: str) -> Host:
        """The host of that name; raises `PluginError` if there is none, since only plugins name hosts."""
        for host in self.hosts:
            if host.name == name:
                return host
        raise PluginError(
            f"no host {name!r}", do=suggest(name, [host.name for host in self.hosts]), market=self.id
        )

    def with_more(
        self, *, feeds: tuple[Feed, ...] = (), access: tuple[Host | Credential, ...] = ()
    ) -> Market:
        """The same market with more feeds at the end of its catalog, and the hosts and credentials they need.

        Raises `PluginError` for a host or credential that the market already has.
        """
        hosts = tuple(each for each in access if isinstance(each, Host))
        credentials = tuple(each for each in access if isinstance(each, Credential))
        for each in credentials:
            if each.name in {known.name for known in self.credentials}:
                raise PluginError(f"credential {each.name!r} is already declared", market=self.id)
        if not feeds and not access:
            return self
        return attrs.evolve(
            self,
            feeds=self.feeds + feeds,
            hosts=self.hosts + hosts,
            credentials=self.credentials + credentials,
        )

    def __copy__(self) -> Market:
        return self

    def __deepcopy__(self, _: dict[int, Any]) -> Market:
        return self

    def __str__(self) -> str:
        return self.id

    def __repr__(self) -> str:
        return f"<Market {self.id}: {self.title}, {len(self.feeds)} feeds, {self.zone}>"


__all__ = [
    "Block",
    "ChunkSize",
    "Credential",
    "Days",
    "Example",
    "ExampleFiles",
    "Feed",
    "FeedSource",
    "History",
    "Host",
    "Locations",
    "Market",
    "Narrowing",
    "PasswordGrant",
    "PeakRule",
    "RateLimit",
    "Unconfirmed",
]
