"""Where a report comes from: its documents while they are listed, then the Public API and its archive."""

from __future__ import annotations

from datetime import date

from energyopti import Days, FeedSource, Unconfirmed
from energyopti_ercot.protocol.api import EndPoint, api
from energyopti_ercot.protocol.archive import archived
from energyopti_ercot.protocol.documents import Report, documents

PRODUCT = "https://www.ercot.com/mp/data-products/data-product-details?id={}"
API_FROM = date(2023, 12, 1)
"""When the API's data begins; the archive beside it starts in that month."""

API_UNCONFIRMED = Unconfirmed.noted(
    date(2026, 11, 30),
    "the first day that the API has",
)


def feed_sources(
    report: Report, end_point: EndPoint | None, *, published: bool = False, archive: str | None = None
) -> tuple[FeedSource, ...]:
    """The sources of a report in order: its documents, the API, and what is left of a day that is leaving the list.

    With ``archive``, the report's name there, the archive of its documents comes after the API.
    """
    found = [FeedSource(name="documents", host="mis", collect=documents(report, published=published))]
    if end_point is not None:
        found.append(
            FeedSource(name="Public API", host="api", collect=api(end_point), available=Days(API_FROM))
        )
    if archive is not None:
        collect = archived(archive, report, published=published)
        found.append(FeedSource(name="archive of documents", host="api", collect=collect))
    if report.every is not None:
        rest = documents(report, published=published, in_part=True)
        found.append(FeedSource(name="documents of a part of the day", host="mis", collect=rest))
    return tuple(found)
