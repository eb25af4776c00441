"""ERCOT, served locally: its lists of documents, the documents, its login and its API, with generated data."""

from __future__ import annotations

from collections.abc import Mapping

from energyopti.sandbox import Responder
from energyopti_ercot.sandbox.api import api
from energyopti_ercot.sandbox.login import login
from energyopti_ercot.sandbox.service import documents


def responders() -> Mapping[str, Responder]:
    """ERCOT's servers."""
    return {"mis": documents, "api": api, "login": login}
