"""Clients that keep what hosts answer, and clients that answer from what was kept."""

from __future__ import annotations

import functools
import logging
from collections.abc import Callable
from datetime import datetime
from typing import Any

from energyopti.errors import LakeError, NoData, SourceUnavailable
from energyopti.market import Host, Market
from energyopti.settings import Settings
from energyopti.source.archive import Archive
from energyopti.source.client import Client
from energyopti.source.message import Payload, Request
from energyopti.source.receipts import Receipt
from energyopti.source.statuses import NOT_MODIFIED

_log = logging.getLogger("energyopti")


def client_of(settings: Settings, **options: Any) -> Client:
    """The client that the settings call for: with an archive, one that keeps what it is answered."""
    folder = settings.archive_folder
    return (
        Client(settings, **options)
        if folder is None
        else ArchivingClient(Archive(folder), settings, **options)
    )


class ArchivingClient(Client):
    """A client that keeps every answer. An archive that cannot be written costs no answer: it is said, and left out."""

    def __init__(self, archive: Archive, settings: Settings, **options: Any) -> None:
        super().__init__(settings, **options)
        self._archive = archive

    async def aclose(self) -> None:
        """Close every connection, and the archive."""
        try:
            await super().aclose()
        finally:
            self._archive.close()

    async def _fetch(self, market: Market, host: Host, request: Request) -> Payload:
        try:
            payload = await super()._fetch(market, host, request)
        except NoData:
            await self._keep(market, host, request, None, self.now())
            raise
        if payload.status != NOT_MODIFIED:
            await self._keep(market, host, request, payload, payload.fetched_at)
        return payload

    async def _keep(
        self, market: Market, host: Host, request: Request, payload: Payload | None, at: datetime
    ) -> None:
        if request.secret:
            return
        keep = functools.partial(self._archive.keep, market.id, host.name, request, payload, at=at)
        try:
            await self.threads.run(market, keep)
        except LakeError as error:
            _log.warning("%s", error.line)


class ArchivedClient(Client):
    """A client without a network: it answers as the hosts had answered by an instant."""

    def __init__(self, archive: Archive, settings: Settings, *, now: Callable[[], datetime]) -> None:
        super().__init__(settings, now=now)
        self._archive = archive

    async def fetch(
        self, market: Market, host: Host, request: Request, *, newer_than: datetime | None = None
    ) -> Payload:
        """The answer of then. Raises `NoData` if that was none, and `SourceUnavailable` if it was not kept."""
        del newer_than
        find = functools.partial(self._archive.find, market.id, host.name, request, self.now())
        try:
            payload = await self.threads.run(market, find)
        except LookupError:
            raise SourceUnavailable(
                f"the archive has no answer to {request.path}", market=market.id, host=host.name
            ) from None
        if payload is None:
            raise NoData(f"{request.path} was not there", market=market.id, host=host.name)
        return payload

    async def fetch_if_changed(
        self, market: Market, host: Host, receipt: Receipt, *, newer_than: datetime | None = None
    ) -> Payload | None:
        """The answer of then, whatever it was before."""
        return await self.fetch(market, host, receipt.request, newer_than=newer_than)
