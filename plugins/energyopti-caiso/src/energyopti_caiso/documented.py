"""Where CAISO documents what it publishes."""

from __future__ import annotations

SPECIFICATION = (
    "https://www.caiso.com/Documents/OASIS-InterfaceSpecification_v5_1_8Clean_Independent2019Release.pdf"
)
"""The interface specification of OASIS; newer reports are not in it."""

OUTLOOK = "https://www.caiso.com/todays-outlook"
