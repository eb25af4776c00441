"""NYISO, served locally: its servers' documents with generated data.

The data is made up but shaped like New York's: load follows the hour, the weekday and the season; prices
follow load, with congestion toward the city, losses, spikes and negative hours. Each value is a function of
its time and place only, so any document of any day can be made at any time and is always the same.
"""

from __future__ import annotations

from collections.abc import Mapping

from energyopti.sandbox import Responder
from energyopti_nyiso.protocol.documents import POSTINGS
from energyopti_nyiso.sandbox.capacity import documents_server
from energyopti_nyiso.sandbox.postings import new_server, old_server
from energyopti_nyiso.sandbox.tcc import tcc_server


def responders() -> Mapping[str, Responder]:
    """The servers: two for postings (the new one under both of its names), one for workbooks, one for auctions."""
    postings = dict.fromkeys(POSTINGS, new_server)
    return {"mis": old_server, **postings, "documents": documents_server, "tcc": tcc_server}
