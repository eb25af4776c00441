"""Under which terms each market publishes: declared, described, and said with what is written."""

from __future__ import annotations

from pathlib import Path

import pytest

from energyopti.market import Market, Terms
from energyopti.vocabulary import AncillaryProduct
from energyopti_caiso.market import CAISO
from energyopti_ercot.market import ERCOT
from energyopti_nyiso.market import NYISO
from energyopti_pjm.market import PJM

PAGES = Path(__file__).parents[2] / "docs"


@pytest.mark.parametrize("there", [CAISO, ERCOT, NYISO, PJM], ids=lambda each: each.id)
def test_terms_of_each_market_are_linked_in_the_docs(there: Market) -> None:
    """The same address as in the declaration."""
    assert there.terms is not None
    assert f"]({there.terms.url})" in (PAGES / "terms.md").read_text()


def test_note_of_pjm_is_the_one_that_was_read() -> None:
    """The others have none: nobody read theirs for one."""
    assert PJM.terms is not None
    assert PJM.terms.note == (
        "keys of non-members are for internal use; publishing or commercial use needs a PJM membership"
    )
    assert [each.terms.note for each in (CAISO, ERCOT, NYISO) if each.terms] == [None] * 3


def test_terms_read_as_their_note_and_address() -> None:
    """Without a note, the address alone; anything that is no address is refused."""
    assert (
        str(Terms(url="https://iso.example/terms", note="ask first"))
        == "ask first (https://iso.example/terms)"
    )
    assert str(Terms(url="https://iso.example/terms")) == "https://iso.example/terms"
    with pytest.raises(ValueError, match="must match"):
        Terms(url="ask them")


@pytest.mark.parametrize(
    "product", [each for each in AncillaryProduct if each not in {"unknown", "all_products"}]
)
def test_every_product_is_in_the_table_of_what_is_paid(product: AncillaryProduct) -> None:
    """Product by product."""
    assert f"`{product.value}`" in (PAGES / "products.md").read_text()
