"""PJM's prices of reserves and regulation by name, as they are verified and as they settle."""

from __future__ import annotations

import functools
from datetime import date, timedelta

import attrs

from energyopti import ChunkSize, Run, Unconfirmed
from energyopti.datasets import ANCILLARY_PRICES
from energyopti.layouts import JsonLayout, Lookup, Number, Superseded, Text
from energyopti.timezones import HOUR
from energyopti.vocabulary import Status
from energyopti_pjm import examples, timing
from energyopti_pjm.feeds.ancillary import CLEARING, REGULATION_MARKET, RESPONSE, product_of
from energyopti_pjm.protocol import dataminer
from energyopti_pjm.protocol.corrected import corrected, only_prices
from energyopti_pjm.protocol.dataminer import DOCUMENTED, data_miner
from energyopti_pjm.protocol.rows import FIVE_MINUTES, beginning, optional, rows
from energyopti_pjm.protocol.settled import settled_first
from energyopti_pjm.vocabulary import NAMES, SOMEWHERE


def services(step: timedelta, status: Status) -> JsonLayout:
    """Prices by name, such as ``RTO Synchronized Reserve``, which has both the locale and the product."""
    layout = rows(
        ANCILLARY_PRICES,
        beginning(step),
        Text("ancillary_service", to="product_native"),
        Number("value", to="price"),
        Text("unit"),
        optional("row_is_current"),
        optional("version_nbr"),
        derived=(
            product_of({name: product for name, (_, product) in NAMES.items()}),
            RESPONSE,
            Lookup(
                to="location",
                of="product_native",
                values={name: place for name, (place, _) in NAMES.items()},
                default=SOMEWHERE,
                report=True,
            ),
        ),
        constants={**CLEARING, "status": status.value},
        superseded=Superseded("row_is_current"),
    )
    return corrected(layout, only_prices)


SERVICES_HOURLY = services(HOUR, Status.VERIFIED)
SERVICES_MONTHLY = services(HOUR, Status.SETTLEMENT)
SERVICES_FIVE_MINUTE = services(FIVE_MINUTES, Status.VERIFIED)
SERVICES_FIVE_MINUTE_MONTHLY = services(FIVE_MINUTES, Status.SETTLEMENT)


_SERVICES = Unconfirmed.noted(
    date(2026, 11, 30),
    "its first day",
    "the names other than RTO Synchronized Reserve, and those before October 2022",
    "whether regulation performance, also named mileage, is paid per MW of movement",
)
_SETTLEMENT_SERVICES = (
    *_SERVICES,
    *Unconfirmed.noted(
        date(2026, 11, 30),
        ("its columns", "those of ancillary_services, as PJM's page of it says"),
        ("when it is final", "as settlement prices of energy: five business days after the month's end"),
    ),
)
_settled = functools.partial(
    settled_first,
    since=date(2018, 4, 1),
    after=timing.FINAL_AFTER,
    key=("product_native", "interval_start"),
    figure="price",
)
"""Settlement prices of a month, and the others until they are final."""

SERVICE_PRICES = attrs.evolve(
    REGULATION_MARKET,
    name="ancillary_services",
    dataset=ANCILLARY_PRICES,
    title="Real-time reserve and regulation prices, hourly, as verified and then as settled",
    documented_at=DOCUMENTED.format("ancillary_services"),
    publication=timing.SETTLED_SERVICES,
    layout=SERVICES_HOURLY,
    example=examples.of("ancillary_services.json"),
    sources=data_miner(
        _settled(
            functools.partial(dataminer.rows, "ancillary_services_monthly", SERVICES_MONTHLY),
            dataminer.rows(),
        ),
        in_stages=True,
    ),
    unconfirmed=_SETTLEMENT_SERVICES,
)
SETTLEMENT_SERVICE_PRICES = attrs.evolve(
    SERVICE_PRICES,
    name="ancillary_services_monthly",
    title="Real-time reserve and regulation prices for settlement, hourly, final after the month",
    documented_at=DOCUMENTED.format("ancillary_services_monthly"),
    history=attrs.evolve(SERVICE_PRICES.history, since=date(2018, 4, 1)),
    publication=timing.SETTLEMENT,
    layout=SERVICES_MONTHLY,
    example=examples.of("ancillary_services.json", rows="ancillary_services_monthly.rows.json"),
    sources=data_miner(dataminer.rows()),
)
FIVE_MINUTE_SERVICE_PRICES = attrs.evolve(
    SERVICE_PRICES,
    name="ancillary_services_fivemin_hrl",
    run=Run.REAL_TIME_5MIN,
    title="Real-time reserve and regulation prices, five-minute, as verified and then as settled",
    documented_at=DOCUMENTED.format("ancillary_services_fivemin_hrl"),
    history=attrs.evolve(SERVICE_PRICES.history, since=date(2018, 4, 1)),
    chunk=ChunkSize.DAY,
    layout=SERVICES_FIVE_MINUTE,
    example=examples.of("ancillary_services.json", rows="ancillary_services_fivemin_hrl.rows.json"),
    sources=data_miner(
        _settled(
            functools.partial(dataminer.rows, "ancillary_services_fivemin_mnt", SERVICES_FIVE_MINUTE_MONTHLY),
            dataminer.rows(),
        ),
        in_stages=True,
    ),
)
FIVE_MINUTE_SETTLEMENT_SERVICE_PRICES = attrs.evolve(
    FIVE_MINUTE_SERVICE_PRICES,
    name="ancillary_services_fivemin_mnt",
    title="Real-time reserve and regulation prices for settlement, five-minute, final after the month",
    documented_at=DOCUMENTED.format("ancillary_services_fivemin_mnt"),
    publication=timing.SETTLEMENT,
    layout=SERVICES_FIVE_MINUTE_MONTHLY,
    example=examples.of("ancillary_services.json", rows="ancillary_services_fivemin_mnt.rows.json"),
    sources=data_miner(dataminer.rows()),
)

SERVICES = (
    SERVICE_PRICES,
    FIVE_MINUTE_SERVICE_PRICES,
    SETTLEMENT_SERVICE_PRICES,
    FIVE_MINUTE_SETTLEMENT_SERVICE_PRICES,
)
"""The verified ones first, which settlement prices complete."""
