"""Rows of Today's Outlook; the date that its path says stands before each time."""

from __future__ import annotations

from energyopti_caiso.examples import csv, utc

_AT = {"interval_start": utc("2026-07-01T07:05"), "interval_end": utc("2026-07-01T07:10")}

FUELS = csv(
    "Time,Solar,Wind,Geothermal,Biomass,Biogas,Small hydro,Coal,Nuclear,Natural Gas,Large Hydro,Batteries,Imports,Other",
    "07/01/2026 00:05,-30,4100,800,250,190,210,0,2260,6100,2900,-1200,7000,0",
)
_FUEL_CELLS = (
    ("solar", "Solar", -30.0),
    ("wind", "Wind", 4100.0),
    ("geothermal", "Geothermal", 800.0),
    ("biomass", "Biomass", 250.0),
    ("biomass", "Biogas", 190.0),
    ("hydro", "Small hydro", 210.0),
    ("coal", "Coal", 0.0),
    ("nuclear", "Nuclear", 2260.0),
    ("natural_gas", "Natural Gas", 6100.0),
    ("hydro", "Large Hydro", 2900.0),
    ("battery", "Batteries", -1200.0),
    ("imports", "Imports", 7000.0),
    ("other", "Other", 0.0),
)
FUEL_ROWS = tuple(
    {**_AT, "fuel": fuel, "fuel_native": native, "generation": value} for fuel, native, value in _FUEL_CELLS
)

DEMAND = csv(
    "Time,Day-ahead forecast,Hour-ahead forecast,Current demand", "07/01/2026 00:05,25100,24900,24750"
)
DEMAND_ROWS = ({**_AT, "location": "CAISO", "load": 24750.0},)
DAY_AHEAD_ROWS = ({**_AT, "location": "CAISO", "load": 25100.0},)
HOUR_AHEAD_ROWS = ({**_AT, "location": "CAISO", "load": 24900.0},)

NET_DEMAND = csv("Time,Hour-ahead forecast,Current demand,Net demand", "07/01/2026 00:05,24900,24750,20680")
NET_DEMAND_ROWS = ({**_AT, "location": "CAISO net", "load": 20680.0},)

SEVEN_DAYS = csv(
    "Time,Demand,Net Demand,Day-ahead demand forecast,Day-ahead net demand forecast,"
    "Resource adequacy capacity forecast,Net resource adequacy capacity forecast,Reserve requirement,"
    "Reserve requirement forecast,Resource adequacy credits",
    "07/01/2026 00:05,24750,20680,25100,21000,38000,34000,2000,2000,900",
)
SEVEN_DAY_ROWS = (
    {**_AT, "location": "CAISO", "load": 25100.0},
    {**_AT, "location": "CAISO net", "load": 21000.0},
)

BATTERIES = csv(
    "Time,Total batteries,Stand-alone batteries,Hybrid batteries", "07/01/2026 00:05,-1200,-1000,-200"
)
BATTERY_ROWS = (
    {**_AT, "location": "CAISO", "output": -1200.0, "charging": None, "state_of_charge": None},
    {**_AT, "location": "CAISO stand-alone", "output": -1000.0},
    {**_AT, "location": "CAISO hybrid", "output": -200.0},
)

CARBON = csv(
    "Time,Biogas CO2,Biomass CO2,Natural Gas CO2,Coal CO2,Imports CO2,Geothermal CO2",
    "07/01/2026 00:05,60,120,2400,0,1800,36",
)
CARBON_ROWS = (
    {**_AT, "location": "CAISO Biogas", "total": 5.0, "rate": None},
    {**_AT, "location": "CAISO Biomass", "total": 10.0},
    {**_AT, "location": "CAISO Natural Gas", "total": 200.0},
    {**_AT, "location": "CAISO Coal", "total": 0.0},
    {**_AT, "location": "CAISO Imports", "total": 150.0},
    {**_AT, "location": "CAISO Geothermal", "total": 3.0},
)
