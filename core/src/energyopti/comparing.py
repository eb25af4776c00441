"""The question about several markets, as the service takes it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from energyopti.timezones import spoken_zone

if TYPE_CHECKING:
    from energyopti.analysis.result import CrossMarketAnalysis
    from energyopti.answer.result import MarketData
    from energyopti.events import Observer
    from energyopti.query import Bound, Query
    from energyopti.registry import Registry


class Service(Protocol):
    """What answers queries about single markets."""

    _now: Callable[[], datetime]

    @property
    def registry(self) -> Registry:
        """The installed markets."""

    async def get_market_data(self, /, market: Query, *, observe: Observer | None = None) -> MarketData:
        """The answer to a query."""


class Comparing:
    """Compares the prices of markets; a service that answers queries gets it from here."""

    async def get_cross_market_analysis(
        self: Service,
        start_time: Bound | None = None,
        end_time: Bound | None = None,
        *,
        period: str | None = None,
        markets: Sequence[str] | str | None = None,
        run: str | None = None,
        locations: Mapping[str, str | Sequence[str]] | None = None,
        against: str | None = None,
        tz: str | None = None,
        block: str = "own",
        round_trip_efficiency: float = 1.0,
        partial: bool = False,
        dart: bool = True,
        observe: Observer | None = None,
    ) -> CrossMarketAnalysis:
        """Hourly prices of several markets side by side in UTC, with spreads and statistics.

        ``markets`` defaults to all installed markets that have prices. Each is taken at its reference hub unless
        ``locations`` maps it to another location (``LOCATION``, or ``LOCATION:TYPE`` if a name means several) or to a list of them, which are
        compared with each other too; with ``against``, all are compared with that one place or market only. In
        ``run``, by default day-ahead. Bounds, or a ``period``, are those of `get_market_data`, and lie on full UTC hours; naive ones, days and months are on the clock of
        ``tz``, by default each market's own. On-peak is each market's ``block``, or ``"common_5x16"`` for all;
        ``round_trip_efficiency`` is that of batteries; ``dart`` fetches day-ahead and real-time prices too. A market
        that cannot answer raises; with ``partial=True`` it becomes a finding. docs/analysis.md has the definitions.
        """
        from energyopti.analysis.comparison import compare

        return await compare(
            self,
            (start_time, end_time, period),
            markets=markets,
            run=run,
            locations=locations,
            against=against,
            tz=spoken_zone(tz),
            block=block,
            round_trip_efficiency=round_trip_efficiency,
            partial=partial,
            with_dart=dart,
            observe=observe,
            now=self._now(),
        )
