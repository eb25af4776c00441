"""Where NYISO puts each document: the slug of the old server, the folder of the new one."""

from __future__ import annotations

from datetime import date

import attrs

POSTINGS = ("postings", "oasis_postings")
"""The hosts of the new server: two spellings of one store, as far as is known; the first is asked first."""


@attrs.frozen
class Document:
    """One kind of file, one a day.

    ``slug`` is its folder on the old server, ``name`` the file's, ``folder`` its folder on the new server,
    which holds it since ``in_folder_since``; None where no folder is known, and a guess where it is not
    ``confirmed``: such a document is looked for in the new server's list. ``newest`` is the path on the old server of
    the file that has nothing but the newest interval, where there is one.
    """

    slug: str
    name: str
    folder: str | None
    in_folder_since: date
    newest: str | None = None
    confirmed: bool = True

    @property
    def archive_path(self) -> str:
        """The path of a month's zip on the old server, to be formatted with a ``day`` of it."""
        return f"csv/{self.slug}/{{day:%Y%m}}01{self.name}_csv.zip"

    @property
    def member(self) -> str:
        """The name of a day's file, in the month's zip too."""
        return f"{{day:%Y%m%d}}{self.name}.csv"

    @property
    def old_path(self) -> str:
        """The path of a day's file on the old server."""
        return f"csv/{self.slug}/{self.member}"

    @property
    def new_path(self) -> str:
        """The path of a day's file on the new server, of a document that has a folder there."""
        return f"{self.folder}/CSV/{{day:%Y/%m/%d}}/{self.name}-{{day:%Y%m%d}}.csv"

    @property
    def new_newest(self) -> str | None:
        """The path of the newest interval on the new server, of documents that have one on the old."""
        return f"{self.folder}/CSV/current.csv" if self.newest else None


DOCUMENTS = {
    document.name: document
    for document in (
        Document("damlbmp", "damlbmp_zone", "DAM_LBMP_ZONE", date(1999, 11, 18)),
        Document("damlbmp", "damlbmp_gen", "DAM_LBMP_GEN", date(1999, 11, 18)),
        Document(
            "realtime", "realtime_zone", "RT_LBMP_ZONE", date(2025, 12, 6), "realtime/realtime_zone_lbmp.csv"
        ),
        Document(
            "realtime", "realtime_gen", "RT_LBMP_GEN", date(2007, 1, 1), "realtime/realtime_gen_lbmp.csv"
        ),
        Document("rtlbmp", "rtlbmp_zone", "RT_TW_LBMP_ZONE", date(1999, 11, 18)),
        Document("rtlbmp", "rtlbmp_gen", "RT_TW_LBMP_GEN", date(1999, 11, 18)),
        Document("hamlbmp", "hamlbmp_zone", None, date.max),
        Document("hamlbmp", "hamlbmp_gen", None, date.max),
        Document("ExternalLimitsFlows", "ExternalLimitsFlows", "INTERFACE_LIMITS_FLOWS", date(2002, 1, 1)),
        Document(
            "DAMLimitingConstraints", "DAMLimitingConstraints", "DAM_LIMITING_CONSTRAINTS", date(2001, 8, 1)
        ),
        Document("LimitingConstraints", "LimitingConstraints", "LIMITING_CONSTRAINTS", date(2002, 1, 1)),
        Document("eriecirculationrt", "ErieCirculationRT", "ERIE_CIRCULATION_RT", date(2009, 4, 1)),
        Document("eriecirculationda", "ErieCirculationDA", "ERIE_CIRCULATION_DA", date(2009, 5, 1)),
        Document("zonalBidLoad", "zonalBidLoad", None, date.max),
        Document("damasp", "damasp", "DAM_ASP", date(2026, 3, 29)),
        Document("rtasp", "rtasp", "RT_ASP", date(2005, 1, 5)),
        Document("btmactualforecast", "BTMEstimatedActual", "BTM_ACTUAL_FORECAST", date(2025, 12, 31)),
        Document("btmdaforecast", "btmdaforecast", "BTM_DA_FORECAST", date(2025, 12, 31)),
        Document("pal", "pal", "RT_ACTUAL_LOAD", date(2001, 5, 26)),
        Document("palIntegrated", "palIntegrated", "INT_RT_ACT_LOAD", date(2001, 6, 21)),
        Document("isolf", "isolf", "ISO_LF", date(2026, 10, 12)),
        Document("rtfuelmix", "rtfuelmix", "RT_FUEL_MIX", date(2026, 10, 1), confirmed=False),
    )
}
"""The documents by the names of their files; the folder RT_FUEL_MIX is a guess.

That the folders of behind-the-meter solar begin within December 2025 is known, on which day is not.
"""
