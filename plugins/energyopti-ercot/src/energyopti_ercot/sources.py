"""Where a report comes from: its documents while they are listed, then the Public API and its archive."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

import attrs

from energyopti import Days, FeedSource
from energyopti.layouts import Layout
from energyopti_ercot.api import api
from energyopti_ercot.archive import archived
from energyopti_ercot.documents import Report, documents

PRODUCT = "https://www.ercot.com/mp/data-products/data-product-details?id={}"
API_FROM = date(2023, 12, 1)
"""When the API's data begins; the archive beside it starts in that month."""

API_UNCONFIRMED = "in the API: the first day"


@attrs.frozen(kw_only=True)
class EndPoint:
    """A report's end point of the API, and how a range is asked of it: the words are those of `api`."""

    path: str
    by: str = "deliveryDate"
    stamps: bool = False
    ending: timedelta | None = None
    beside: timedelta = timedelta()
    reposted: bool = False
    filters: Mapping[str, str] = attrs.field(factory=dict)


def feed_sources(
    report: Report,
    layout: Layout,
    end_point: EndPoint | None,
    *,
    published: bool = False,
    archive: str | None = None,
) -> tuple[FeedSource, ...]:
    """The sources of a report in order: its documents, the API, and what is left of a day that leaves the list.

    With ``archive``, the report's name there, the archive of its documents comes after the API.
    """
    found = [FeedSource(name="documents", host="mis", collect=documents(report, layout, published=published))]
    if end_point is not None:
        asked = api(
            end_point.path,
            layout,
            by=end_point.by,
            stamps=end_point.stamps,
            ending=end_point.ending,
            beside=end_point.beside,
            reposted=end_point.reposted,
            filters=end_point.filters,
        )
        found.append(FeedSource(name="Public API", host="api", collect=asked, available=Days(API_FROM)))
    if archive is not None:
        kept = archived(archive, report, layout, published=published)
        found.append(FeedSource(name="archive of documents", host="api", collect=kept))
    if report.every is not None:
        rest = documents(report, layout, published=published, in_part=True)
        found.append(FeedSource(name="documents of a part of the day", host="mis", collect=rest))
    return tuple(found)
