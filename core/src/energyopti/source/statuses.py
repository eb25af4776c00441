"""What a host's status means: an answer, an absence, a refusal, or another attempt; and failures without any status."""

from __future__ import annotations

import ssl
from collections.abc import Callable, Iterator

import attrs
import httpx

from energyopti.errors import AuthenticationFailed, NoData, RateLimited, SourceUnavailable
from energyopti.market import Host, Market
from energyopti.redaction import redacted
from energyopti.settings import variable
from energyopti.source.message import Request
from energyopti.source.sniff import is_refusing_page, is_throttling
from energyopti.source.surroundings import proxy_of

_RETRIED = frozenset({408, 425, 429, 500, 502, 503, 504})
_ABSENT = frozenset({204, 404, 410})
_SHOWN = 120
NOT_MODIFIED = 304
"""The answer to a conditional request: nothing changed."""

FORBIDDEN = 403
"""A host sends these for a bad credential, and networks and shields send them to everybody: the body tells which."""


@attrs.frozen
class Again(Exception):
    """A failed attempt that is worth repeating; ``after`` is how many seconds the host asked us to wait.

    One that is ``late`` was cut off at the deadline of its request: it is the last one.
    """

    reason: str = attrs.field(converter=redacted)
    after: float | None = None
    throttled: bool = False
    unconnected: bool = False
    late: bool = False


def judge(
    market: Market,
    host: Host,
    request: Request,
    response: httpx.Response,
    where: str,
    *,
    pause: Callable[[httpx.Response], float | None],
) -> None:
    """Raise what a status means, unless it is an answer; ``pause`` returns how long a response asks us to wait."""
    status = response.status_code
    if status == 200 or status in request.accept or (status == NOT_MODIFIED and request.conditions):
        return
    if status in _RETRIED or status >= 500:
        after = pause(response)
        raise Again(f"status {status}", after=after, throttled=status == 429 or after is not None)
    if status in _ABSENT:
        raise NoData(f"{where} does not exist (status {status}): not published yet, or never")
    if status in {401, FORBIDDEN} and host.secrets:
        names = ", ".join(sorted(variable(market.id, name) for name in host.secrets))
        raise AuthenticationFailed(
            f"host {host.name} refused the credential (status {status})", do=f"check {names}"
        )
    if status == NOT_MODIFIED:
        raise SourceUnavailable(
            f"{where} says that it was not modified (status {status}), though it was not asked that",
            do="try again later",
        )
    if response.is_redirect:
        raise SourceUnavailable(
            f"{where} has moved to another address{_on(response)}",
            do=f"if the new address is right, set {variable(market.id, host.name, 'url')}",
        )
    raise SourceUnavailable(f"{where} refused the request (status {status})")


def _on(response: httpx.Response) -> str:
    """Where a redirect leads, in words, without what it might hold besides the server."""
    moved = response.next_request.url if response.next_request is not None else None
    return f", on {moved.scheme}://{moved.host}" if moved is not None and moved.host else ""


def check_for_shield(response: httpx.Response, content: bytes, where: str) -> None:
    """Raise `SourceUnavailable` for a page in place of the service's own message: no credential was checked.

    Raise `RateLimited` if the message says that the credential was used too often: it is not a bad one.
    """
    if is_throttling(content):
        words = redacted(" ".join(content.decode("utf-8", "replace").split()))
        raise RateLimited(f"{where} was asked too often: {words[:_SHOWN]}", do="try again later")
    if is_refusing_page(content, response.headers.get("content-type", "")):
        raise SourceUnavailable(
            f"{where} is blocked (status {response.status_code} with an HTML page): this network, or a shield in front of "
            "the host, turns away everybody's requests",
            do="try from another network or country, or later",
        )


def failure(error: httpx.TransportError, where: str, *, proxied: bool) -> Again | SourceUnavailable:
    """What a request without any answer raises: to ask again does not help against a certificate that is not believed.

    ``proxied`` means that a proxy of the environment may be on the way.
    """
    for cause in _causes(error):
        if isinstance(cause, ssl.SSLCertVerificationError):
            return SourceUnavailable(
                f"{where}: its certificate is not trusted ({getattr(cause, 'verify_message', cause)})",
                do="if this network puts a certificate of its own in between, set SSL_CERT_FILE to its authority",
            )
    proxy = proxy_of(where) if proxied else None
    reason = f"{type(error).__name__} ({error})" if str(error) else type(error).__name__
    by_way_of = f" by way of the proxy that {proxy} names" if proxy else ""
    return Again(f"{reason}{by_way_of}", unconnected=is_unreached(error))


def is_unreached(error: httpx.TransportError) -> bool:
    """Whether an attempt reached nobody: no such name, no route, nothing that accepts the connection.

    A distrusted certificate raises the same error, but somebody sent it.
    """
    if not isinstance(error, httpx.ConnectError | httpx.ConnectTimeout):
        return False
    return not any(isinstance(cause, ssl.SSLError) for cause in _causes(error))


def _causes(error: BaseException) -> Iterator[BaseException]:
    """An error, and what it was raised from."""
    cause: BaseException | None = error
    while cause is not None:
        yield cause
        cause = cause.__cause__ or cause.__context__
