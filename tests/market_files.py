"""Files of markets that have no plugin, made up in the forms that ISOs use."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

CENTRAL = "America/Chicago"
MIDNIGHT = datetime(2024, 7, 15, 5, tzinfo=UTC)
"""Midnight in Chicago."""


def prices(
    step: timedelta = timedelta(hours=1), *, rows: int = 3, congestion: int = 1, header: str = ""
) -> bytes:
    """Prices of two locations with all components, congestion with a sign of its own, as SPP lays them out."""
    lines = [header or "Interval,GMTIntervalEnd,Settlement Location,Pnode,LMP,MLC,MCC,MEC"]
    for number in range(1, rows + 1):
        end = MIDNIGHT + number * step
        local = end.astimezone(ZoneInfo(CENTRAL))
        for place, own, loss in (("NORTH_HUB", 1.5, 0.25), ("PLANT", -2.0 * number, -0.5)):
            energy = 20 + number
            stamps = f"{local:%m/%d/%Y %H:%M:%S},{end:%m/%d/%Y %H:%M:%S}"
            figures = f"{energy + own + loss},{loss},{congestion * own},{energy}"
            lines.append(f"{stamps},{place},{place}_PN,{figures}")
    return ("\r\n".join(lines) + "\r\n").encode()


DAY_AHEAD = prices()
REAL_TIME = prices(timedelta(minutes=5))

LOAD = b"""\
Market Hour Ending UTC,WEST,EAST,System Total
2024-07-15 06:00:00,100.5,50,150.5
2024-07-15 07:00:00,110.5,40,150.5
2024-07-15 08:00:00,90.0,60,150.0
"""

FUEL_MIX = b"""\
GMT MKT Interval, Coal Market, Coal Self,Natural Gas,Waste Heat,Wind, Load
2024-07-15T05:00:00Z,100,200,50.5,1,30,381.5
2024-07-15T05:05:00Z,101,201,51.5,1,31,385.5
2024-07-15T05:10:00Z,102,202,52.5,1,32,389.5
"""

TITLED = b"""\
"Day-Ahead Energy Market Hourly LMP Report"
"Report for: 07/15/2024"
"Date","Hour Ending","Location Name","Location Type","Locational Marginal Price","Energy Component","Congestion Component","Marginal Loss Component"
"Day","HH","String","String","$/MWh","$/MWh","$/MWh","$/MWh"
"07/15/2024","01",".H.HUB","HUB",24.39,24.37,0,0.02
"07/15/2024","01",".Z.COAST","LOAD ZONE",23.98,24.37,0,-0.39
"07/15/2024","02",".H.HUB","HUB",22.01,22.00,0,0.01
"07/15/2024","02",".Z.COAST","LOAD ZONE",21.50,22.00,-0.10,-0.40
"Rows",4
"""
"""Lines above the header and below the table, a line of units, hours by their ends."""

WITHOUT_ENERGY = b"""\
"Time Stamp","Name","PTID","LBMP ($/MWHr)","Marginal Cost Losses ($/MWHr)","Marginal Cost Congestion ($/MWHr)"
"07/15/2024 00:00","CAPITL",61757,24.08,1.20,-2.00
"07/15/2024 00:00","CENTRL",61754,21.68,0.80,0.00
"07/15/2024 01:00","CAPITL",61757,22.28,1.20,-0.20
"07/15/2024 01:00","CENTRL",61754,21.18,0.30,0.00
"""
"""Congestion with the other sign, and no energy."""

PARTS = b"""\
DeliveryDate,DeliveryHour,DeliveryInterval,SettlementPointName,SettlementPointPrice,DSTFlag
07/15/2024,1,1,HB_NORTH,20.5,N
07/15/2024,1,2,HB_NORTH,21.5,N
07/15/2024,1,3,HB_NORTH,22.5,N
07/15/2024,1,4,HB_NORTH,23.5,N
07/15/2024,24,1,HB_NORTH,24.5,N
"""

FUELS_IN_ROWS = b"""\
Time Stamp,Time Zone,Fuel Category,Gen MW
07/15/2024 00:05:00,CDT,Dual Fuel,100.5
07/15/2024 00:05:00,CDT,Tidal,1.5
07/15/2024 00:10:00,CDT,Dual Fuel,101.5
07/15/2024 00:10:00,CDT,Tidal,1.5
"""

LETTERED = b"""\
"C","Real-Time Hourly Zonal Load"
"H","Date","Hour Ending","Zone","Load"
"H","Date","HE","String","MWh"
"D","11/03/2024","01","EAST",900.5
"D","11/03/2024","02","EAST",890.0
"D","11/03/2024","02X","EAST",885.25
"D","11/03/2024","03","EAST",880.5
"D","11/03/2024","04","EAST",879.0
"D","11/03/2024","24","EAST",910.0
"T","6 lines"
"""
"""Rows led by letters, the last of which says how many rows of data there are."""

FORMS = {
    "DA-LMP.csv": DAY_AHEAD,
    "RTBM-LMP.csv": REAL_TIME,
    "load.csv": LOAD,
    "GenMix.csv": FUEL_MIX,
    "titled.csv": TITLED,
    "zonal.csv": WITHOUT_ENERGY,
    "parts.csv": PARTS,
    "fuels.csv": FUELS_IN_ROWS,
    "lettered.csv": LETTERED,
}
"""All of them, by what a file of theirs is called."""
