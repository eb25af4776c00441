"""Generation of New England by fuel."""

from __future__ import annotations

from datetime import date

from energyopti import Feed, History, Unconfirmed
from energyopti.datasets import FUEL_MIX
from energyopti.layouts import Lookup, Number, Text
from energyopti.vocabulary import Fuel

from energyopti_isone import examples, timing
from energyopti_isone.protocol.documents import REPORTS, SESSION_PAGE, on_request
from energyopti_isone.protocol.layouts import timed_report
from energyopti_isone.protocol.stamps import MOMENT

FUELS = {
    "Batteries": Fuel.STORAGE.value,
    "Coal": Fuel.COAL.value,
    "Hydro": Fuel.HYDRO.value,
    "Landfill Gas": Fuel.BIOMASS.value,
    "Natural Gas": Fuel.NATURAL_GAS.value,
    "Nuclear": Fuel.NUCLEAR.value,
    "Oil": Fuel.OIL.value,
    "Other": Fuel.OTHER.value,
    "Refuse": Fuel.OTHER_RENEWABLES.value,
    "Solar": Fuel.SOLAR.value,
    "Wind": Fuel.WIND.value,
    "Wood": Fuel.BIOMASS.value,
}
"""ISO New England's fuels in the unified vocabulary. Imports are not among them."""

FUEL_MIX_MOMENTS = Feed(
    name="fuel_mix",
    dataset=FUEL_MIX,
    title="Generation by fuel, readings at irregular moments",
    documented_at=f"https://www.iso-ne.com/{SESSION_PAGE}",
    history=History(since=date(2016, 1, 1)),
    publication=timing.MOMENTS,
    layout=timed_report(
        dataset=FUEL_MIX,
        time=MOMENT,
        day="Date",
        titles=("Generation by Fuel Mix",),
        units={"Date": "Date", "Time": "Time"},
        columns=(
            Text("Date"),
            Text(("Fuel Category", "FuelCategory"), to="fuel_native"),
            Number(("Gen Mw", "GenMw"), to="generation"),
        ),
        ignored=("Fuel Category Rollup", "FuelCategoryRollup", "Marginal Flag", "MarginalFlag"),
        derived=(Lookup(to="fuel", of="fuel_native", values=FUELS, default=Fuel.OTHER.value, report=True),),
    ),
    reads=REPORTS,
    example=examples.of("fuel_mix.csv"),
    sources=on_request("genfuelmix"),
    unconfirmed=Unconfirmed.noted(
        date(2026, 12, 1),
        ("the words of its header", "its columns are known, not their words: others are refused"),
        (
            "how long a reading lasts",
            "until the fuel's next one, forty minutes at most, else twenty: the moments are on no grid",
        ),
        ("what a fuel without a row at some moment makes", "no row is made up; its last reading lasts on"),
        ("that Batteries are positive when they discharge", "from May 2026; before, storage is in Other"),
        (
            "that Refuse is other_renewables, Landfill Gas and Wood biomass",
            "the ISO counts all as renewables",
        ),
        (
            "that the repeated hour is in the order of time",
            "nothing else in the report tells its passes apart",
        ),
        "its first day",
    ),
)

GENERATION = (FUEL_MIX_MOMENTS,)
