"""Where NYISO puts each document: the slug on the old server, the folder on the new one."""

from __future__ import annotations

from datetime import date

import attrs

POSTINGS = ("postings", "oasis_postings")
"""The hosts of the new server: two names of one store, as far as is known; the first is asked first."""


@attrs.frozen
class DailyDocument:
    """One kind of file, one per day.

    ``slug`` is its folder on the old server, ``name`` the file's, ``folder`` its folder on the new server, which has
    it since ``in_folder_since`` (None if no folder is known). A folder that is not ``confirmed`` is a guess; such a
    document is looked up in the new server's list. ``newest`` is the old server's path of the file with only the
    newest interval, if there is one.
    """

    slug: str
    name: str
    folder: str | None
    in_folder_since: date
    newest: str | None = None
    confirmed: bool = True

    @property
    def archive_path(self) -> str:
        """The path of a month's zip on the old server, to be formatted with any ``day`` of it."""
        return f"csv/{self.slug}/{{day:%Y%m}}01{self.name}_csv.zip"

    @property
    def member(self) -> str:
        """The name of a day's file, also in the month's zip."""
        return f"{{day:%Y%m%d}}{self.name}.csv"

    @property
    def old_path(self) -> str:
        """The path of a day's file on the old server."""
        return f"csv/{self.slug}/{self.member}"

    @property
    def new_path(self) -> str:
        """The path of a day's file on the new server, for a document that has a folder there."""
        return f"{self.folder}/CSV/{{day:%Y/%m/%d}}/{self.name}-{{day:%Y%m%d}}.csv"

    @property
    def new_newest(self) -> str | None:
        """The path of the newest interval on the new server, for documents that have one on the old server."""
        return f"{self.folder}/CSV/current.csv" if self.newest else None


DOCUMENTS = {
    document.name: document
    for document in (
        DailyDocument("damlbmp", "damlbmp_zone", "DAM_LBMP_ZONE", date(1999, 11, 18)),
        DailyDocument("damlbmp", "damlbmp_gen", "DAM_LBMP_GEN", date(1999, 11, 18)),
        DailyDocument(
            "realtime", "realtime_zone", "RT_LBMP_ZONE", date(2025, 12, 6), "realtime/realtime_zone_lbmp.csv"
        ),
        DailyDocument(
            "realtime", "realtime_gen", "RT_LBMP_GEN", date(2007, 1, 1), "realtime/realtime_gen_lbmp.csv"
        ),
        DailyDocument("rtlbmp", "rtlbmp_zone", "RT_TW_LBMP_ZONE", date(1999, 11, 18)),
        DailyDocument("rtlbmp", "rtlbmp_gen", "RT_TW_LBMP_GEN", date(1999, 11, 18)),
        DailyDocument("hamlbmp", "hamlbmp_zone", None, date.max),
        DailyDocument("hamlbmp", "hamlbmp_gen", None, date.max),
        DailyDocument(
            "ExternalLimitsFlows", "ExternalLimitsFlows", "INTERFACE_LIMITS_FLOWS", date(2002, 1, 1)
        ),
        DailyDocument(
            "DAMLimitingConstraints", "DAMLimitingConstraints", "DAM_LIMITING_CONSTRAINTS", date(2001, 8, 1)
        ),
        DailyDocument("LimitingConstraints", "LimitingConstraints", "LIMITING_CONSTRAINTS", date(2002, 1, 1)),
        DailyDocument("eriecirculationrt", "ErieCirculationRT", "ERIE_CIRCULATION_RT", date(2009, 4, 1)),
        DailyDocument("eriecirculationda", "ErieCirculationDA", "ERIE_CIRCULATION_DA", date(2009, 5, 1)),
        DailyDocument("zonalBidLoad", "zonalBidLoad", None, date.max),
        DailyDocument("damasp", "damasp", "DAM_ASP", date(2026, 3, 29)),
        DailyDocument("rtasp", "rtasp", "RT_ASP", date(2005, 1, 5)),
        DailyDocument("btmactualforecast", "BTMEstimatedActual", "BTM_ACTUAL_FORECAST", date(2025, 12, 31)),
        DailyDocument("btmdaforecast", "btmdaforecast", "BTM_DA_FORECAST", date(2025, 12, 31)),
        DailyDocument("pal", "pal", "RT_ACTUAL_LOAD", date(2001, 5, 26)),
        DailyDocument("palIntegrated", "palIntegrated", "INT_RT_ACT_LOAD", date(2001, 6, 21)),
        DailyDocument("isolf", "isolf", "ISO_LF", date(2026, 10, 12)),
        DailyDocument("rtfuelmix", "rtfuelmix", "RT_FUEL_MIX", date(2026, 10, 1), confirmed=False),
    )
}
"""The documents by their file names; the folder RT_FUEL_MIX is a guess.

The folders of behind-the-meter solar begin within December 2025; on which day is not known.
"""
