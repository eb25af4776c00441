"""ERCOT's price adders by SCED run: what is added to the prices of the dispatch, before and since co-optimization.

Until 2025-12-04 there were adders for scarce reserve, from the operating reserve demand curve (ORDC), and one for
reliability deployments. Real-time co-optimization ended the former; the latter went on under other names, with one more
for each ancillary service.
"""

from __future__ import annotations

from datetime import date

from energyopti import History, Locations, Unconfirmed
from energyopti.datasets import PRICE_ADDERS
from energyopti.layouts import Lookup, Wide, WideColumn
from energyopti.vocabulary import AdderKind, AncillaryProduct
from energyopti_ercot.examples import example
from energyopti_ercot.feeds.by_run import dispatched
from energyopti_ercot.feeds.services import WHOLE
from energyopti_ercot.locations import SYSTEM
from energyopti_ercot.protocol.api import EndPoint
from energyopti_ercot.protocol.documents import SECOND_STAMP, Report
from energyopti_ercot.protocol.layouts import (
    FIVE_MINUTES,
    Declared,
    api_report,
    dispatch,
    dispatch_of_api,
    report,
)
from energyopti_ercot.protocol.sources import PRODUCT, feed_sources

_EMIL_ID = "NP6-323-CD"
_ONLINE, _OFFLINE, _DEPLOYED = "RTORPA", "RTOFFPA", "RTORDPA"
_ENERGY = "RTRDPA"
_OF_SERVICES = {
    "RTRDPARUS": AncillaryProduct.REGULATION_UP.value,
    "RTRDPARDS": AncillaryProduct.REGULATION_DOWN.value,
    "RTRDPARRS": AncillaryProduct.RESPONSIVE_RESERVE.value,
    "RTRDPAECRS": AncillaryProduct.CONTINGENCY_RESERVE.value,
    "RTRDPANSS": AncillaryProduct.NON_SPINNING_RESERVE.value,
}
_KINDS = {
    _ONLINE: AdderKind.ONLINE_RESERVE.value,
    _OFFLINE: AdderKind.OFFLINE_RESERVE.value,
    **dict.fromkeys((_DEPLOYED, _ENERGY, *_OF_SERVICES), AdderKind.RELIABILITY_DEPLOYMENT.value),
}

BEFORE, SINCE = (_ONLINE, _OFFLINE, _DEPLOYED), (_ENERGY, *_OF_SERVICES)
"""The adders before real-time co-optimization, and since."""

_BESIDE = (
    *("SystemLambda", "RTRRUC", "RTRRMR", "RTDNCLR", "RTDERS"),
    *("RTDCTIEIMPORT", "RTDCTIEEXPORT", "RTBLTIMPORT", "RTBLTEXPORT"),
)
_BESIDE_SINCE = (*_BESIDE, "RTOLLSL", "RTOLHSL", "RTDLL")
_BESIDE_BEFORE = (
    *_BESIDE,
    *(
        "BatchID",
        "PRC",
        "RTOLCAP",
        "RTOFFCAP",
        "RTOLHSL",
        "RTBP",
        "RTCLRCAP",
        "RTCLRREG",
        "RTCLRBP",
        "RTCLRLSL",
    ),
    *("RTCLRNS", "RTNCLRRRS", "RTOLNSRS", "RTCST30HSL", "RTOFFNSHSL", "RTOFF10", "RTOFF30", "RTRUCCST30HSL"),
    *("RTOLLASL", "RTOLHASL", "RTNCLRNSCAP", "RTNCLRECRS"),
)
"""The columns beside the adders, which stay raw: system lambda, and what the adders were computed from."""


def _adders(words: tuple[str, ...], beside: tuple[str, ...]) -> Declared:
    """A column per adder; the first reports had none for reliability deployments."""
    columns = tuple(WideColumn(word, words=word, required=word != _DEPLOYED) for word in words)
    return Declared(
        wide=Wide(to="adder_native", value="price", columns=columns),
        derived=(
            Lookup(to="adder", of="adder_native", values=_KINDS, default=None),
            Lookup(to="product", of="adder_native", values=_OF_SERVICES, default=None),
        ),
        constants=WHOLE,
        ignored=beside,
    )


_SINCE = _adders(SINCE, _BESIDE_SINCE)
ADDERS_BEFORE = report(PRICE_ADDERS, dispatch(), **_adders(BEFORE, _BESIDE_BEFORE))
ADDERS = report(
    PRICE_ADDERS,
    dispatch(),
    api=api_report(PRICE_ADDERS, dispatch_of_api(), **_SINCE),
    older=(ADDERS_BEFORE,),
    **_SINCE,
)

ADDER_FEEDS = (
    dispatched(
        name="rt_price_adder_sced",
        dataset=PRICE_ADDERS,
        title="Real-time price adders by SCED run: reliability deployments; for scarce reserve until 2025-12-04",
        documented_at=PRODUCT.format(_EMIL_ID),
        history=History(since=date(2014, 6, 1)),
        locations=Locations(closed=(SYSTEM,)),
        layout=ADDERS,
        example=example("rt_price_adder_sced.csv"),
        sources=feed_sources(
            Report(number="13221", named=SECOND_STAMP, every=FIVE_MINUTES),
            EndPoint(path="np6-323-cd/rt_price_adder_sced", by="SCEDTimestamp", stamps=True),
            archive=_EMIL_ID,
        ),
        unconfirmed=Unconfirmed.noted(
            date(2026, 11, 30),
            ("that the stamp in a document's name is that of its run", "as in NP6-788-CD"),
            (
                "how far back the archive has its documents",
                "the report began on 2014-05-31; archives of most such reports go back to the spring of 2014",
            ),
            (
                "the API's rows before 2025-12-05",
                "if their fields are others, the archive of documents answers",
            ),
            (
                "that a price of a service is in USD/MW per hour, and which service RUS, RDS, RRS, ECRS and NSS are",
                "by the names of ERCOT's services",
            ),
            (
                "in which document RTORDPA first appears",
                "not in those of June 2014, but by the middle of 2015",
            ),
            "that the last run of a day lasts five minutes",
        ),
    ),
)
