"""Of the errors that the forms of a layout raise about a payload, the one that says most."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from energyopti.errors import SchemaDrift
from energyopti.layouts.decode.plain import what_is_wrong, what_it_is

if TYPE_CHECKING:
    from energyopti.layouts.tables import Layout


def drift_of(payload: bytes, forms: Sequence[Layout], drifts: Sequence[SchemaDrift]) -> SchemaDrift:
    """The error about a payload that no form fits: that it is none of them at all, else what the nearest one lacks.

    Of the forms of its kind it is the first that lacks a column, else the first that it is not.
    """
    wrong = what_is_wrong(payload, tuple(dict.fromkeys(each.due for form in forms for each in form.forms)))
    if wrong is not None:
        return SchemaDrift(wrong)
    kind = what_it_is(payload) or "text"
    near = [drift for form, drift in zip(forms, drifts, strict=True) if form.due == kind] or drifts
    return next((drift for drift in near if drift.column is not None), near[0])
