"""Tokens that hosts require besides a key: obtained with a user and password, kept until shortly before they expire.

A token is a secret: it stays in memory, and no error shows it.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

import anyio
import attrs

from energyopti.errors import AuthenticationFailed, InvalidSettings, MissingCredential, SourceUnavailable
from energyopti.market import Host, Market, PasswordGrant
from energyopti.settings import Settings, checked_secret, keep_secret, variable
from energyopti.source.message import Expect, Payload, Request
from energyopti.tuning.hosts import LONGEST_TOKEN, TOKEN_RENEWED_BEFORE

Ask = Callable[[Market, Host, Request], Awaitable[Payload]]


@attrs.frozen
class _Token:
    """A token, and when it expires."""

    secret: str = attrs.field(repr=False)
    ends: datetime


def _lasts(said: object, grant: PasswordGrant) -> timedelta:
    """How long a token lasts: as its host says if that can be, else as the market declares."""
    try:
        seconds = float(str(said))
    except ValueError:
        return grant.lasts
    return timedelta(seconds=min(seconds, LONGEST_TOKEN.total_seconds())) if seconds > 0 else grant.lasts


class Tokens:
    """The tokens of all hosts; ``ask`` sends a request, ``now`` is the clock."""

    def __init__(self, settings: Settings, ask: Ask, now: Callable[[], datetime]) -> None:
        self._settings = settings
        self._ask = ask
        self._now = now
        self._kept: dict[tuple[str, str], _Token] = {}
        self._locks: dict[tuple[str, str], anyio.Lock] = {}

    async def get(self, market: Market, grant: PasswordGrant) -> str:
        """The token of a grant; concurrent callers share one request.

        Raises `MissingCredential`, `AuthenticationFailed` and whatever else came of the request.
        """
        key = (market.id, grant.host)
        async with self._locks.setdefault(key, anyio.Lock()):
            kept = self._kept.get(key)
            if kept is None or kept.ends - TOKEN_RENEWED_BEFORE <= self._now():
                kept = await self._new(market, grant)
                self._kept[key] = kept
            return kept.secret

    def forget(self, market: Market, grant: PasswordGrant, secret: str) -> None:
        """A host refused a token: the next call gets a new one."""
        key = (market.id, grant.host)
        if key in self._kept and self._kept[key].secret == secret:
            del self._kept[key]

    async def _new(self, market: Market, grant: PasswordGrant) -> _Token:
        form = {
            **grant.form,
            **{field: self.secret(market, name) for field, name in grant.credentials.items()},
        }
        request = Request(
            path=grant.path, method="POST", form=form, expect=Expect.JSON, accept=(400, 401, 403), secret=True
        )
        payload = await self._ask(market, market.host(grant.host), request)
        if payload.status != 200:
            names = ", ".join(sorted(variable(market.id, name) for name in grant.credentials.values()))
            raise AuthenticationFailed(
                f"host {grant.host} refused the user or the password (status {payload.status})",
                do=f"check {names}",
                market=market.id,
                host=grant.host,
            )
        try:
            said = json.loads(payload.content)
            secret = checked_secret(market.id, grant.token, said[grant.token])
            lasts = _lasts(said.get("expires_in"), grant)
        except (ValueError, LookupError, TypeError, AttributeError, RecursionError, InvalidSettings):
            raise SourceUnavailable(
                f"host {grant.host} answered without a token that can be used",
                do=f"try again later; if {variable(market.id, grant.host, 'url')} is set, check it",
                market=market.id,
                host=grant.host,
            ) from None
        keep_secret(secret)
        return _Token(secret, self._now() + lasts)

    def secret(self, market: Market, name: str) -> str:
        """A credential; raises `MissingCredential`, saying where to get one."""
        secret = self._settings.credential(market.id, name)
        if secret is None:
            known = next(each for each in market.credentials if each.name == name)
            raise MissingCredential(
                f"the source needs {known.title}",
                do=f"set {variable(market.id, name)}; get one at {known.obtain}",
                market=market.id,
            )
        return checked_secret(market.id, name, secret)
