"""energyopti: one way to read the US power markets.

    import energyopti

    prices = energyopti.get("nyiso", "lmp", "2024-07-01", "2024-07-02", run="day_ahead")
    prices.frame

`get` blocks, and works in a notebook too; `UnifiedMarketService` is the same for async code. The core has no
markets of its own: install a plugin, such as ``energyopti-nyiso``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import energyopti.forking  # noqa: F401 - it has to see forks from the start
from energyopti.lazy import exports

if TYPE_CHECKING:
    from energyopti.about import __version__
    from energyopti.analysis import CrossMarketAnalysis
    from energyopti.answer.result import Coverage, CoveragePart, CoverageStatus, MarketData
    from energyopti.blocks import Block
    from energyopti.datasets import DATASETS
    from energyopti.errors import (
        AuthenticationFailed,
        EnergyOptiError,
        InvalidSettings,
        InvalidTimeRange,
        LakeError,
        MissingCredential,
        NoData,
        OutputError,
        PluginError,
        RateLimited,
        SchemaDrift,
        SourceUnavailable,
        UnknownDataset,
        UnknownLocation,
        UnknownMarket,
        UnsupportedQuery,
    )
    from energyopti.events import Event, EventKind
    from energyopti.example import Example, ExampleFiles
    from energyopti.findings import Finding, FindingKind
    from energyopti.hookspecs import API_VERSION, hookimpl
    from energyopti.market import (
        ChunkSize,
        Credential,
        Days,
        Feed,
        FeedSource,
        History,
        Host,
        Locations,
        Market,
        PasswordGrant,
        PeakRule,
        RateLimit,
        Terms,
        Unconfirmed,
    )
    from energyopti.publication import Due, Publication
    from energyopti.query import Chunk, Query, ResolvedQuery, TimeRange, validate_time_range
    from energyopti.registry import Registry
    from energyopti.service import UnifiedMarketService
    from energyopti.settings import Settings
    from energyopti.sync import (
        compare,
        describe,
        feeds,
        get,
        locations,
        markets,
        sql,
        stream,
        watch,
    )
    from energyopti.vocabulary import Run

_HOMES = {
    "about": ("__version__",),
    "analysis": ("CrossMarketAnalysis",),
    "blocks": ("Block",),
    "datasets": ("DATASETS",),
    "errors": (
        "AuthenticationFailed",
        "EnergyOptiError",
        "InvalidSettings",
        "InvalidTimeRange",
        "LakeError",
        "MissingCredential",
        "NoData",
        "OutputError",
        "PluginError",
        "RateLimited",
        "SchemaDrift",
        "SourceUnavailable",
        "UnknownDataset",
        "UnknownLocation",
        "UnknownMarket",
        "UnsupportedQuery",
    ),
    "events": ("Event", "EventKind"),
    "example": ("Example", "ExampleFiles"),
    "findings": ("Finding", "FindingKind"),
    "hookspecs": ("API_VERSION", "hookimpl"),
    "market": (
        "ChunkSize",
        "Credential",
        "Days",
        "FeedSource",
        "Feed",
        "History",
        "Host",
        "Locations",
        "Market",
        "PasswordGrant",
        "PeakRule",
        "RateLimit",
        "Terms",
        "Unconfirmed",
    ),
    "publication": ("Due", "Publication"),
    "query": ("Chunk", "Query", "ResolvedQuery", "TimeRange", "validate_time_range"),
    "registry": ("Registry",),
    "answer.result": ("Coverage", "CoveragePart", "CoverageStatus", "MarketData"),
    "service": ("UnifiedMarketService",),
    "settings": ("Settings",),
    "sync": (
        "compare",
        "describe",
        "feeds",
        "get",
        "locations",
        "markets",
        "sql",
        "stream",
        "watch",
    ),
    "vocabulary": ("Run",),
}
__getattr__ = exports(__name__, {name: home for home, names in _HOMES.items() for name in names})
"""A name's module is imported at its first use, so that importing energyopti stays fast."""


def __dir__() -> list[str]:
    return __all__


__all__ = [
    "API_VERSION",
    "DATASETS",
    "AuthenticationFailed",
    "Block",
    "Chunk",
    "ChunkSize",
    "Coverage",
    "CoveragePart",
    "CoverageStatus",
    "Credential",
    "CrossMarketAnalysis",
    "Days",
    "Due",
    "EnergyOptiError",
    "Event",
    "EventKind",
    "Example",
    "ExampleFiles",
    "Feed",
    "FeedSource",
    "Finding",
    "FindingKind",
    "History",
    "Host",
    "InvalidSettings",
    "InvalidTimeRange",
    "LakeError",
    "Locations",
    "Market",
    "MarketData",
    "MissingCredential",
    "NoData",
    "OutputError",
    "PasswordGrant",
    "PeakRule",
    "PluginError",
    "Publication",
    "Query",
    "RateLimit",
    "RateLimited",
    "Registry",
    "ResolvedQuery",
    "Run",
    "SchemaDrift",
    "Settings",
    "SourceUnavailable",
    "Terms",
    "TimeRange",
    "Unconfirmed",
    "UnifiedMarketService",
    "UnknownDataset",
    "UnknownLocation",
    "UnknownMarket",
    "UnsupportedQuery",
    "__version__",
    "compare",
    "describe",
    "feeds",
    "get",
    "hookimpl",
    "locations",
    "markets",
    "sql",
    "stream",
    "validate_time_range",
    "watch",
]
