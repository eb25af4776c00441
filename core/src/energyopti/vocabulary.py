"""The closed vocabularies that datasets share. One word means one thing in every market."""

from __future__ import annotations

from enum import StrEnum


class Run(StrEnum):
    """Which market run made a price or a schedule.

    ``three_days_ahead`` and ``two_days_ahead`` are runs before the day-ahead market that only advise. Residual unit
    commitment follows it, and commits what its schedules lack.
    """

    THREE_DAYS_AHEAD = "three_days_ahead"
    TWO_DAYS_AHEAD = "two_days_ahead"
    DAY_AHEAD = "day_ahead"
    RESIDUAL_UNIT_COMMITMENT = "residual_unit_commitment"
    HOUR_AHEAD = "hour_ahead"
    REAL_TIME_15MIN = "real_time_15min"
    REAL_TIME_5MIN = "real_time_5min"
    REAL_TIME_HOURLY = "real_time_hourly"


_REAL_TIME = (Run.REAL_TIME_5MIN, Run.REAL_TIME_15MIN, Run.REAL_TIME_HOURLY)
RUNS_SPOKEN: dict[str, tuple[Run, ...]] = {
    **dict.fromkeys(("da", "dam", "dayahead", "ifm"), (Run.DAY_AHEAD,)),
    **dict.fromkeys(("ha", "hasp", "ham", "hourahead"), (Run.HOUR_AHEAD,)),
    **dict.fromkeys(("ruc",), (Run.RESIDUAL_UNIT_COMMITMENT,)),
    **dict.fromkeys(("5min", "rtd"), (Run.REAL_TIME_5MIN,)),
    **dict.fromkeys(("15min", "fmm", "rtpd"), (Run.REAL_TIME_15MIN,)),
    **dict.fromkeys(("rt", "rtm", "realtime"), _REAL_TIME),
}
"""Runs as desks say them; real time is whichever of its runs a market lists first."""


def runs_meant(name: str) -> tuple[Run, ...]:
    """The runs that a name means, by its own word or as desks say it; none for a name that is unknown."""
    word = name.strip().casefold().replace("-", "_").replace(" ", "_")
    if word in set(Run):
        return (Run(word),)
    return RUNS_SPOKEN.get(word.replace("_", ""), ())


class Status(StrEnum):
    """How final a published figure is."""

    PRELIMINARY = "preliminary"
    VERIFIED = "verified"
    SETTLEMENT = "settlement"
    CORRECTED = "corrected"


class LocationType(StrEnum):
    """What kind of place a value applies to.

    ``system`` is all of a market and ``region`` a part that holds several zones: their values count those of other
    locations too, so leave them out of sums and means.
    """

    HUB = "hub"
    ZONE = "zone"
    NODE = "node"
    AGGREGATE = "aggregate"
    INTERFACE = "interface"
    BUS = "bus"
    RESERVE_ZONE = "reserve_zone"
    REGION = "region"
    SYSTEM = "system"


class Fuel(StrEnum):
    """The source of generation; ``fuel_native`` keeps the source's own word.

    ``storage`` is storage of any kind, batteries included. ``dual_fuel`` is units that burn gas or oil;
    ``multiple_fuels`` is units that a market groups as burning several fuels, without saying which. What ``other`` and
    the words that begin with it hold differs from market to market: see each feed's documentation.
    """

    BIOMASS = "biomass"
    COAL = "coal"
    DUAL_FUEL = "dual_fuel"
    GEOTHERMAL = "geothermal"
    HYDRO = "hydro"
    IMPORTS = "imports"
    MULTIPLE_FUELS = "multiple_fuels"
    NATURAL_GAS = "natural_gas"
    NUCLEAR = "nuclear"
    OIL = "oil"
    OTHER = "other"
    OTHER_FOSSIL = "other_fossil"
    OTHER_RENEWABLES = "other_renewables"
    SOLAR = "solar"
    STORAGE = "storage"
    WIND = "wind"


class RenewableFuel(StrEnum):
    """The weather-driven fuels, which have datasets of their own."""

    SOLAR = "solar"
    WIND = "wind"


class Metering(StrEnum):
    """On which side of the customer's meter output is: fed into the grid, or taken off a customer's load."""

    FRONT_OF_METER = "front_of_meter"
    BEHIND_THE_METER = "behind_the_meter"


class StorageConfiguration(StrEnum):
    """How storage is connected: by itself, or behind one point with generation. ``all`` is both."""

    ALL = "all"
    STAND_ALONE = "stand_alone"
    HYBRID = "hybrid"


class EmissionRate(StrEnum):
    """Whether a rate is of all generation, or of the next megawatt-hour."""

    AVERAGE = "average"
    MARGINAL = "marginal"


class AncillaryProduct(StrEnum):
    """Reserve, regulation and capacity products; ``product_native`` keeps the source's own word.

    Regulation is paid in parts. ``regulation_capability`` is for capacity held, in USD/MW per hour;
    ``regulation_performance`` is for following the signal; ``regulation_total`` is the sum of both, as one published
    price in USD/MW per hour. ``regulation_mileage`` is for movement, in USD/MW moved. ``regulation`` is the service as a
    whole, of quantities only. ``regulation_up`` and ``regulation_down`` are capacity in one direction, in USD/MW per
    hour, with their ``regulation_mileage_up`` and ``regulation_mileage_down``.

    ``imbalance_reserve_up`` and ``imbalance_reserve_down`` are bought day-ahead for what net load may turn out to be more
    or less than forecast. ``reliability_capacity_up`` and ``reliability_capacity_down`` are what residual unit commitment
    buys, to cover the forecast beyond day-ahead schedules.

    ``secondary_reserve`` is reserve within 30 minutes, ``primary_reserve`` reserve within ten, spinning or not.
    ``all_products`` is all of them together, as in a limit on their sum; ``unknown`` is a product that no list has.
    """

    REGULATION = "regulation"
    REGULATION_UP = "regulation_up"
    REGULATION_DOWN = "regulation_down"
    REGULATION_CAPABILITY = "regulation_capability"
    REGULATION_PERFORMANCE = "regulation_performance"
    REGULATION_TOTAL = "regulation_total"
    REGULATION_MILEAGE = "regulation_mileage"
    REGULATION_MILEAGE_UP = "regulation_mileage_up"
    REGULATION_MILEAGE_DOWN = "regulation_mileage_down"
    SPINNING_RESERVE = "spinning_reserve"
    NON_SPINNING_RESERVE = "non_spinning_reserve"
    PRIMARY_RESERVE = "primary_reserve"
    SECONDARY_RESERVE = "secondary_reserve"
    RESPONSIVE_RESERVE = "responsive_reserve"
    CONTINGENCY_RESERVE = "contingency_reserve"
    IMBALANCE_RESERVE_UP = "imbalance_reserve_up"
    IMBALANCE_RESERVE_DOWN = "imbalance_reserve_down"
    RELIABILITY_CAPACITY_UP = "reliability_capacity_up"
    RELIABILITY_CAPACITY_DOWN = "reliability_capacity_down"
    ALL_PRODUCTS = "all_products"
    UNKNOWN = "unknown"


class PriceBasis(StrEnum):
    """What an ancillary price is: paid to a resource there, or one region's component of it."""

    CLEARING = "clearing"
    REGIONAL_SHADOW = "regional_shadow"


class AdderKind(StrEnum):
    """What a price adder is for: reserve on line or off line that is scarce, or reliability deployments undone in a price."""

    ONLINE_RESERVE = "online_reserve"
    OFFLINE_RESERVE = "offline_reserve"
    RELIABILITY_DEPLOYMENT = "reliability_deployment"


class CapacityBasis(StrEnum):
    """Whether capacity is installed or unforced."""

    ICAP = "icap"
    UCAP = "ucap"


class FtrKind(StrEnum):
    """What a row about a transmission right is.

    ``credit_reference`` is congestion by which a market reckons the credit of who holds rights: modeled, and not settled.
    """

    BID = "bid"
    AWARD = "award"
    CLEARING_PRICE = "clearing_price"
    CREDIT_REFERENCE = "credit_reference"


class Hedge(StrEnum):
    """Whether the holder of a transmission right may also have to pay."""

    OBLIGATION = "obligation"
    OPTION = "option"


class Trade(StrEnum):
    """How a transmission right changes hands."""

    BUY = "buy"
    SELL = "sell"
    SELF_SCHEDULED = "self_scheduled"


class ScheduleKind(StrEnum):
    """What is scheduled.

    Interchange crosses the market's border; an internal flow is over an interface within it, and a loop flow around it
    was never scheduled. Capacity offered or committed is the most that could run, not what is scheduled to.
    """

    GENERATION = "generation"
    LOAD = "load"
    IMPORT = "import"
    EXPORT = "export"
    INTERCHANGE = "interchange"
    INTERNAL_FLOW = "internal_flow"
    LOOP_FLOW = "loop_flow"
    DISPATCH = "dispatch"
    OFFERED_CAPACITY = "offered_capacity"
    COMMITTED_CAPACITY = "committed_capacity"


class Direction(StrEnum):
    """The direction of a flexible-ramp requirement."""

    UP = "up"
    DOWN = "down"


class Commodity(StrEnum):
    """The commodity of an index price."""

    GAS = "gas"
    GHG = "ghg"


__all__ = [
    "AdderKind",
    "AncillaryProduct",
    "CapacityBasis",
    "Commodity",
    "Direction",
    "EmissionRate",
    "FtrKind",
    "Fuel",
    "Hedge",
    "LocationType",
    "Metering",
    "PriceBasis",
    "RenewableFuel",
    "Run",
    "ScheduleKind",
    "Status",
    "StorageConfiguration",
    "Trade",
]
