"""PJM, served locally: Data Miner with its pages, totals, refusals and archive, with generated data."""

from __future__ import annotations

from collections.abc import Mapping

from energyopti.sandbox import Responder
from energyopti_pjm.sandbox.capacity import files
from energyopti_pjm.sandbox.dataminer import dataminer


def responders() -> Mapping[str, Responder]:
    """PJM's servers."""
    return {"dataminer": dataminer, "files": files}
