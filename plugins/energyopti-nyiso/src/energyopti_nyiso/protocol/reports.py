"""The pages on which New York lists the documents of its reports, by the report's number."""

from __future__ import annotations

_NUMBERS = {
    "damlbmp_zone": "P-2A",
    "damlbmp_gen": "P-2B",
    "realtime_zone": "P-24A",
    "realtime_gen": "P-24B",
    "rtlbmp_zone": "P-4A",
    "damasp": "P-5",
    "pal": "P-58B",
    "palIntegrated": "P-58C",
    "isolf": "P-7",
    "rtfuelmix": "P-63",
    "ExternalLimitsFlows": "P-32",
    "BTMEstimatedActual": "P-70A",
    "btmdaforecast": "P-70B",
}
_OTHERS = "https://www.nyiso.com/energy-market-operational-data"


def report_page(kind: str) -> str:
    """The list of a report's documents; of one whose number is not known, the page that leads to all lists."""
    return f"https://mis.nyiso.com/public/{_NUMBERS[kind]}list.htm" if kind in _NUMBERS else _OTHERS
