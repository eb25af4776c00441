"""The tests that ``pytest --energyopti-market`` runs."""

from __future__ import annotations

from energyopti.testing.asking import held
from energyopti.testing.contract import PluginContract
from energyopti.testing.exemptions import brought_along
from energyopti.testing.payload import PayloadLaws


class TestContract(PluginContract):
    """The market, or the feeds, that was asked for; of many feeds, those of a kind share days of 23 and 25 hours."""

    market = held().market
    feeds = held().feeds
    brought_by = held().brought_by
    zone = held().zone
    exempt = brought_along(held().market)
    clock_changes = held().clock_changes


class TestPayload(PayloadLaws):
    """Real payloads, if any were given."""

    __test__ = bool(held().payloads)
    market = held().market
    feed_name = next(iter(held().feeds), "")
    payloads = held().payloads
