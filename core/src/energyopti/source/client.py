"""Requests with limits, retries, authentication and a breaker, over the connections to each host."""

from __future__ import annotations

import contextlib
import functools
import logging
import time
from collections.abc import Callable
from datetime import UTC, datetime

import httpx

from energyopti.concurrency.deadline import Deadline
from energyopti.errors import AuthenticationFailed, EnergyOptiError, NoData, RateLimited, SourceUnavailable
from energyopti.events import Observer
from energyopti.market import Host, Market
from energyopti.settings import Settings, variable
from energyopti.source.asked import Asked, waiting
from energyopti.source.attempts import attempted, in_time
from energyopti.source.bodies import body_of, check
from energyopti.source.breaker import Breaker
from energyopti.source.documents import Documents
from energyopti.source.exposure import Exposures
from energyopti.source.headers import modified, retry_after
from energyopti.source.limits import HostLimiter, Turn
from energyopti.source.message import Payload, Request
from energyopti.source.pool import ClientPool
from energyopti.source.receipts import Receipt
from energyopti.source.redirects import Place, place_of, response_to
from energyopti.source.results import Results
from energyopti.source.sniff import is_page
from energyopti.source.statuses import FORBIDDEN, NOT_MODIFIED, Again, check_for_shield, failure, judge
from energyopti.source.surroundings import naming_settings
from energyopti.source.threads import Threads
from energyopti.source.tokens import Tokens
from energyopti.telemetry import span
from energyopti.tuning.hosts import LARGE_PAYLOAD, MAX_TOKEN_BYTES

logging.getLogger("stamina").addHandler(logging.NullHandler())  # retries are reported as events
_BEARER = "Bearer "
_LATE = f"try again later, or give a request more time with {variable('patience')}"


class Client:
    """The HTTP side of all markets, for one service.

    ``transports`` replaces the network for a market (the in-process sandbox, tests). ``now`` tells the time;
    ``monotonic`` measures it, in seconds.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        transports: Callable[[str], httpx.AsyncBaseTransport | None] = lambda _: None,
        observe: Observer = lambda _: None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._settings = settings
        self._transports = functools.cache(transports)
        self._observe = observe
        self.now = now
        self._monotonic = monotonic
        self._pools: dict[tuple[str, str], ClientPool] = {}
        self._limiters: dict[tuple[str, str], HostLimiter] = {}
        self._breakers: dict[tuple[str, str], Breaker] = {}
        self._tokens = Tokens(settings, self.fetch, now)
        self._documents = Documents(settings.document_bytes, clock=monotonic, now=now)
        self.threads = Threads()
        self._exposures = Exposures(settings)
        self.results = Results(clock=monotonic)
        self.reached = False
        """Whether any host has been reached yet; without a network none is."""

    async def aclose(self) -> None:
        """Cancel everything in progress and close every connection, even if closing one fails."""
        async with contextlib.AsyncExitStack() as last:
            for pool in self._pools.values():
                last.push_async_callback(pool.aclose)
            last.push_async_callback(self.results.close)
            last.push_async_callback(self._documents.close)

    async def fetch(
        self, market: Market, host: Host, request: Request, *, newer_than: datetime | None = None
    ) -> Payload:
        """A host's answer to a request, after limits and retries.

        A shared document that was fetched before ``newer_than`` is fetched again. Raises `NoData` for 404,
        `MissingCredential`, `AuthenticationFailed`, `RateLimited` and `SourceUnavailable`.
        """
        if not request.is_kept:
            return await self._fetch(market, host, request)
        return await self._documents.get(
            (market.id, host.name, *request.key),
            lambda: self._fetch(market, host, request),
            newer_than=None if request.reference else newer_than,
            immutable=request.immutable,
            absence_lasts=request.absence_lasts,
        )

    async def fetch_if_changed(
        self, market: Market, host: Host, receipt: Receipt, *, newer_than: datetime | None = None
    ) -> Payload | None:
        """A host's new answer to a request it has answered before; None if it says that nothing changed.

        The answer may still have the hash of the first: many hosts do not say whether it changed. Raises like `fetch`.
        """
        conditional = receipt.conditional

        async def ask() -> Payload | None:
            payload = await self._fetch(market, host, conditional)
            return None if payload.status == NOT_MODIFIED else payload

        if not receipt.request.is_kept:
            return await ask()
        key = (market.id, host.name, *receipt.request.key)
        return await self._documents.get_if_changed(key, receipt.sha256, ask, newer_than=newer_than)

    async def _fetch(self, market: Market, host: Host, request: Request) -> Payload:
        """A host's answer; errors name the market and the host."""
        try:
            with naming_settings(self._settings, market, host):
                return await self._guarded(market, host, request)
        except EnergyOptiError as error:
            error.add_parts(market=market.id, host=host.name)
            raise

    async def _guarded(self, market: Market, host: Host, request: Request) -> Payload:
        """A host's answer, unless its breaker is open; the outcome counts for the breaker."""
        breaker = self._breaker(market, host)
        where = f"{self._base(market, host)}/{request.path.lstrip('/')}"
        asked = Asked(market=market, host=host, request=request, where=where, observe=self._observe)
        if not breaker.admit():
            alone = SourceUnavailable(
                f"host {host.name} keeps failing and is left alone for another {breaker.seconds_left:.0f} s",
                do="try again then",
                retry_after=breaker.seconds_left,
                unreached=not self.reached,
            )
            asked.failed(alone.what, 0.0)
            raise alone
        if host.secrets or request.secret:
            self._exposures.warn(market, host)
        deadline = Deadline(self._settings.patience, self._monotonic)
        headers = await self._credentials(market, host, deadline)
        began = self._monotonic()
        asked.started()
        try:
            with span("energyopti.fetch", market=market.id, host=host.name, url=where):
                payload = await self._authenticated(asked, headers, deadline)
        except Again as error:
            breaker.failed()
            asked.failed(error.reason, self._monotonic() - began)
            kind = RateLimited if error.throttled else SourceUnavailable
            raise kind(
                f"{where} {self._failed(error)}",
                do=_LATE if error.late else "try again later",
                retry_after=error.after,
                unreached=not self.reached,
                unconnected=error.unconnected,
            ) from None
        except EnergyOptiError as error:
            breaker.succeeded()
            say = asked.absent if isinstance(error, NoData) else asked.failed
            say(error.what, self._monotonic() - began)
            raise
        except BaseException:
            breaker.abandoned()
            asked.failed("cancelled", self._monotonic() - began)
            raise
        breaker.succeeded()
        if len(payload.content) > LARGE_PAYLOAD:  # hashing it takes long, and the hash is cached
            await self.threads.run(market, getattr, payload, "sha256")
        asked.finished(len(payload.content), self._monotonic() - began)
        return payload

    def _failed(self, error: Again) -> str:
        """What came of a request whose last attempt failed."""
        if error.late:
            return f"did not answer completely within {self._settings.patience:g} s"
        return f"failed through every attempt, last with {error.reason}"

    async def _authenticated(self, asked: Asked, headers: dict[str, str], deadline: Deadline) -> Payload:
        """The request; once more with a new token if the host refuses the first."""
        bearer = asked.host.bearer
        try:
            return await self._attempts(asked, headers, deadline)
        except AuthenticationFailed:
            if bearer is None:
                raise
        self._tokens.forget(asked.market, bearer, headers["Authorization"].removeprefix(_BEARER))
        headers = await self._credentials(asked.market, asked.host, deadline)
        return await self._attempts(asked, headers, deadline)

    async def _attempts(self, asked: Asked, headers: dict[str, str], deadline: Deadline) -> Payload:
        """The request, retried while that makes sense; raises the last `Again`."""
        limiter = self._limiter(asked.market, asked.host)

        async def one() -> Payload:
            async with limiter.turn(deadline, asked.wait) as turn:
                try:
                    return await in_time(functools.partial(self._once, asked, headers, turn), deadline)
                except Again as error:
                    if error.after is not None:
                        limiter.pause(error.after)
                    asked.retried(error.reason)
                    raise

        return await attempted(
            one,
            attempts=self._settings.attempts,
            backoff=self._settings.backoff,
            deadline=deadline,
            waiting=asked.waits_for_another,
        )

    async def _once(self, asked: Asked, headers: dict[str, str], turn: Turn) -> Payload:
        """One attempt."""
        market, host, request, where = asked.market, asked.host, asked.request, asked.where
        asked.status = None
        try:
            with self._pool(market, host).client() as client:
                asking = client.build_request(
                    request.method,
                    where,
                    params=dict(request.params) or None,
                    data=dict(request.form) if request.form is not None else None,
                    json=dict(request.json) if request.json is not None else None,
                    headers={**headers, **request.conditions},
                    extensions=turn.extensions,
                )
                within = () if headers or request.has_body else self._places(market)
                async with response_to(client, asking, within=within) as response:
                    self.reached = True
                    asked.status = response.status_code
                    content = await self._judged(market, host, request, response, where)
        except httpx.LocalProtocolError:  # its message may quote a header
            raise SourceUnavailable(f"{where}: the request cannot be sent as HTTP") from None
        except httpx.TransportError as error:
            failed = failure(error, where, proxied=self._transports(market.id) is None)
            self.reached = self.reached or not getattr(failed, "unconnected", False)
            raise failed from None
        except httpx.HTTPError as error:
            raise SourceUnavailable(f"{where}: {error}") from None
        if request.html_means_missing and is_page(content):
            raise NoData(f"{where} is not there (a page in its place): not published yet, or never")
        if response.status_code != NOT_MODIFIED:
            check(request, response, content)
        return Payload(
            content=content,
            url=str(response.url),
            fetched_at=self.now(),
            status=response.status_code,
            modified=modified(response),
            etag=response.headers.get("etag"),
            headers=dict(response.headers),
        )

    async def _judged(
        self, market: Market, host: Host, request: Request, response: httpx.Response, where: str
    ) -> bytes:
        """The body of an answer; raises what any other status means, and says who refused."""
        cap = MAX_TOKEN_BYTES if request.secret else self._settings.max_payload_bytes
        body = functools.partial(body_of, response, where, cap=cap)
        read = await body() if response.status_code == FORBIDDEN else None
        if read is not None:
            check_for_shield(response, read, where)
        judge(market, host, request, response, where, pause=functools.partial(self._pause, market, host))
        if response.status_code == NOT_MODIFIED:
            return b""
        return await body() if read is None else read

    async def _credentials(self, market: Market, host: Host, deadline: Deadline) -> dict[str, str]:
        """The headers that carry the host's credentials and its token; raises `MissingCredential`."""
        headers = {header: self._tokens.secret(market, name) for header, name in host.headers.items()}
        if host.bearer is not None:
            get = functools.partial(self._tokens.get, market, host.bearer)
            headers["Authorization"] = f"{_BEARER}{await deadline.hold(get, f'a token for host {host.name}')}"
        return headers

    def _pause(self, market: Market, host: Host, response: httpx.Response) -> float | None:
        """How long a host asks to be left alone; its limit's period if it gives no time."""
        after = retry_after(response, self.now())
        if response.status_code != 429 or after is not None:
            return after
        rate = self._settings.rate(market.id, host)
        return None if rate is None else rate.per.total_seconds()

    def _base(self, market: Market, host: Host) -> str:
        return self._settings.base(market.id, host).rstrip("/")

    def _places(self, market: Market) -> frozenset[Place]:
        """The servers that a market declares, and those that settings put in their places."""
        return frozenset(place_of(self._base(market, host)) for host in market.hosts)

    def _breaker(self, market: Market, host: Host) -> Breaker:
        key = (market.id, host.name)
        if key not in self._breakers:
            self._breakers[key] = Breaker(clock=self._monotonic)
        return self._breakers[key]

    def _limiter(self, market: Market, host: Host) -> HostLimiter:
        key = (market.id, host.name)
        if key not in self._limiters:
            self._limiters[key] = HostLimiter(
                host,
                rate=self._settings.rate(market.id, host),
                file=self._settings.home / "limits" / f"{market.id}-{host.name}.sqlite",
                clock=self._monotonic,
                announce=lambda reason, seconds, words: self._observe(
                    waiting(market, host, reason, seconds, words)
                ),
            )
        return self._limiters[key]

    def _pool(self, market: Market, host: Host) -> ClientPool:
        """The connections to a host."""
        key = (market.id, host.name)
        if key not in self._pools:
            self._pools[key] = ClientPool(self._transports(market.id), timeout=self._settings.timeout)
        return self._pools[key]
