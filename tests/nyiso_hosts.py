"""New York's hosts as a test fills them: files with the times at which they were written, and nothing else."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from datetime import datetime
from email.utils import format_datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import attrs
import httpx

from energyopti import Settings, UnifiedMarketService
from installed import installed
from serving import Clock

MIS = "http://mis.nyiso.com/public"
POSTINGS = "https://oasis-postings.prod.nysdi.com"
DAY_FILE = f"{MIS}/csv/realtime/{{day}}realtime_zone.csv"
NEWEST_FILE = f"{MIS}/realtime/realtime_zone_lbmp.csv"

Written = tuple[bytes, datetime | None]
"""A file, and when it was written: None where the host does not say."""


@attrs.define
class Hosts:
    """What the hosts have by its address, and what was asked of them."""

    files: dict[str, Written] = attrs.field(factory=dict)
    asked: list[str] = attrs.field(factory=list)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        """A file that is there, or a 404."""
        address = str(request.url)
        self.asked.append(address)
        if address not in self.files:
            return httpx.Response(404)
        content, modified = self.files[address]
        said = {} if modified is None else {"last-modified": format_datetime(modified, usegmt=True)}
        return httpx.Response(200, content=content, headers=said)

    def service(self, home: Path, clock: Clock) -> UnifiedMarketService:
        """A service that asks them."""
        settings = Settings(home=home, attempts=1, backoff=0.001)
        return UnifiedMarketService(installed(), settings, transport=httpx.MockTransport(self), now=clock)


def archived(days: Mapping[str, Written]) -> bytes:
    """A month's archive: days by the names of their files, with their times on New York's clock."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, (content, modified) in days.items():
            assert modified is not None
            local = modified.astimezone(ZoneInfo("America/New_York"))
            archive.writestr(zipfile.ZipInfo(name, local.timetuple()[:6]), content)
    return buffer.getvalue()
