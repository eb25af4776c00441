"""The tree of errors, what each tells the command line, and the suggestions for near misses; findings too."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from energyopti import errors
from energyopti.errors import EnergyOptiError, SchemaDrift, suggest
from energyopti.findings import Finding, FindingKind

EXIT_CODES = {
    "UnknownMarket": 2,
    "UnknownDataset": 2,
    "UnknownLocation": 2,
    "UnsupportedQuery": 2,
    "InvalidTimeRange": 2,
    "InvalidSettings": 2,
    "OutputError": 2,
    "NoData": 3,
    "RateLimited": 4,
    "SourceUnavailable": 4,
    "MissingCredential": 5,
    "AuthenticationFailed": 5,
    "SchemaDrift": 6,
    "PluginError": 1,
    "LakeError": 1,
}


@pytest.mark.parametrize("name", EXIT_CODES)
def test_every_error_belongs_to_the_tree(name: str) -> None:
    """Whatever energyopti raises on purpose is caught by `EnergyOptiError`."""
    assert issubclass(getattr(errors, name), EnergyOptiError)


HTTP_STATUSES = {
    "UnknownMarket": 404,
    "UnknownDataset": 404,
    "UnknownLocation": 404,
    "UnsupportedQuery": 400,
    "InvalidTimeRange": 400,
    "InvalidSettings": 500,
    "OutputError": 400,
    "NoData": 404,
    "RateLimited": 503,
    "SourceUnavailable": 503,
    "MissingCredential": 502,
    "AuthenticationFailed": 502,
    "SchemaDrift": 502,
    "PluginError": 500,
    "LakeError": 500,
    "EnergyOptiError": 500,
}


@pytest.mark.parametrize(("name", "status"), HTTP_STATUSES.items())
def test_http_status_says_who_can_mend_it(name: str, status: int) -> None:
    """400s are the caller's; 502: an ISO's answer, or its refusal of our credential; 503: later; 500: the server's own."""
    assert getattr(errors, name).http_status == status


def test_every_error_has_an_http_status_that_is_checked() -> None:
    """One for each class that has an exit code, and one for the root."""
    assert HTTP_STATUSES.keys() == {"EnergyOptiError", *EXIT_CODES}


@pytest.mark.parametrize(("name", "code"), EXIT_CODES.items())
def test_exit_code_says_who_can_mend_it(name: str, code: int) -> None:
    """2: the caller, 3: there is nothing, 4: the source, 5: the credentials' owner, 6: the layout's author."""
    assert getattr(errors, name).exit_code == code


def test_no_error_stands_outside_the_documented_tree() -> None:
    """The module docstring draws every error that the module defines."""
    defined = {
        name
        for name, each in vars(errors).items()
        if isinstance(each, type) and issubclass(each, EnergyOptiError)
    }
    assert defined == {"EnergyOptiError", *EXIT_CODES}
    assert all(name in (errors.__doc__ or "") for name in defined)


def test_name_that_holds_the_word_is_a_near_miss() -> None:
    """The shortest first; a word of two letters is in too many."""
    known = ["TH_SP15_GEN-APND", "DLAP_SCE", "SP15_2"]
    assert errors.suggest("sp15", known) == " Did you mean 'SP15_2' or 'TH_SP15_GEN-APND'?"
    assert errors.suggest("sp", known) == " Known: DLAP_SCE, SP15_2, TH_SP15_GEN-APND."


def test_long_list_begins_with_what_is_meant_mostly() -> None:
    """The hubs of a market stand before a thousand nodes, and a name that is not known is no suggestion."""
    nodes = [f"A{number:03}" for number in range(1_000)]
    shown = errors.suggest("nowhere", [*nodes, "HUB"], first=["HUB", "GONE"])
    assert shown.startswith(" Known: HUB, A000, A001, ")
    assert shown.endswith("A018, ....")


def test_waiting_for_too_long_is_one_way_for_a_source_to_be_unavailable() -> None:
    """Who catches `SourceUnavailable` catches `RateLimited`."""
    with pytest.raises(errors.SourceUnavailable):
        raise errors.RateLimited("host main asks to wait for an hour")


def test_message_is_folded_into_one_line() -> None:
    """An error is one line, without line breaks and runs of blanks."""
    error = EnergyOptiError("nyiso:\n   no  such\tday")
    assert (error.line, str(error)) == ("nyiso: no such day", "nyiso: no such day")


def test_one_text_is_enough_for_an_error() -> None:
    """It is what happened; nothing is known about where, and there is nothing to do."""
    error = errors.NoData("the list begins later")
    assert (error.what, error.line) == ("the list begins later", "the list begins later")
    assert {getattr(error, name) for name in errors.Parts.__annotations__} == {None}


@pytest.mark.parametrize(
    ("parts", "line"),
    [
        ({"market": "nyiso"}, "nyiso: no rows"),
        ({"feed": "pal"}, "feed pal: no rows"),
        ({"market": "nyiso", "feed": "pal"}, "nyiso/pal: no rows"),
        (
            {"market": "nyiso", "feed": "pal", "chunk": "nyiso/pal/2024-07-01"},
            "nyiso/pal/2024-07-01: no rows",
        ),
        ({"chunk": "nyiso/pal/2024-07-01", "source": "mis"}, "nyiso/pal/2024-07-01 from mis: no rows"),
        ({"source": "mis"}, "from mis: no rows"),
        ({"host": "mis", "column": "LBMP"}, "no rows"),
        ({"do": "try again later"}, "no rows; try again later"),
        ({"do": "Did you mean 'pal'?"}, "no rows. Did you mean 'pal'?"),
        ({"market": "nyiso", "do": "try again later"}, "nyiso: no rows; try again later"),
    ],
)
def test_line_says_where_what_happened_and_what_to_do(parts: errors.Parts, line: str) -> None:
    """The nearest place stands first; advice that is a sentence of its own stays one. A host and a column are not added."""
    error = EnergyOptiError("no rows", **parts)
    assert (error.line, str(error)) == (line, line)
    assert {name: getattr(error, name) for name in parts} == parts


def test_part_that_does_not_exist_is_a_mistake() -> None:
    """A misspelled part is not swallowed."""
    with pytest.raises(TypeError, match="colum"):
        errors.RateLimited("busy", colum="LBMP")  # type: ignore[call-arg]


def test_parts_can_be_added_where_they_are_known() -> None:
    """Those that the error has stay; it is the same error."""
    error = errors.NoData("no rows", market="nyiso")
    added = error.add_parts(market="pjm", feed="pal", chunk="nyiso/pal/2024-07-01")
    assert added is error
    assert (error.market, error.feed, error.line) == ("nyiso", "pal", "nyiso/pal/2024-07-01: no rows")


@pytest.mark.parametrize("words", ["nyiso/pal/2024-07-01: no rows", "nyiso: no rows", "no rows"])
def test_place_that_a_plugin_names_itself_is_not_said_twice(words: str) -> None:
    """Its words may begin with the chunk or the market."""
    error = errors.NoData(words).add_parts(market="nyiso", feed="pal", chunk="nyiso/pal/2024-07-01")
    assert (error.what, error.line) == ("no rows", "nyiso/pal/2024-07-01: no rows")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("http://me:secret@iso.example/a.csv is gone", "http://iso.example/a.csv is gone"),
        ("https://iso.example/a?key=secret; so what?", "https://iso.example/a; so what?"),
        ("(see https://iso.example/a?key=secret)", "(see https://iso.example/a)"),
        (
            "is https://iso.example/a right? ask me@iso.example",
            "is https://iso.example/a right? ask me@iso.example",
        ),
    ],
)
def test_address_in_an_error_holds_no_secret(words: str, said: str) -> None:
    """It is shown without a user, a password and a query, in every form of the error."""
    error = EnergyOptiError(words, do=words)
    assert (error.what, error.do, error.args) == (said, said, (said,))


@pytest.mark.parametrize("again", [copy.copy, copy.deepcopy, lambda error: pickle.loads(pickle.dumps(error))])
@pytest.mark.parametrize("name", ["EnergyOptiError", *EXIT_CODES])
def test_error_is_copied_and_pickled_with_all_of_its_parts(name: str, again: Callable[[Any], Any]) -> None:
    """Also with what did arrive, and with parts that were added later."""
    error = getattr(errors, name)("no rows", do="wait", market="nyiso", host="mis", column="LBMP")
    error.finished = "some rows"
    error.add_parts(feed="pal", chunk="nyiso/pal/2024-07-01", source="archive")
    other = again(error)
    assert type(other) is type(error)
    assert (vars(other), other.line, other.args) == (vars(error), error.line, error.args)


def test_error_is_pickled_without_rows_that_cannot_be() -> None:
    """What went wrong is said in another process too; a copy in this one keeps what did arrive."""
    error = errors.NoData("no rows", market="nyiso")
    error.finished = lambda: "rows"  # type: ignore[assignment]
    other = pickle.loads(pickle.dumps(error))
    assert (other.line, other.finished) == ("nyiso: no rows", None)
    assert copy.copy(error).finished is error.finished


def test_unavailable_source_is_copied_with_what_is_known_of_it() -> None:
    """When it may be asked again, and whether it was met at all."""
    error = copy.copy(errors.RateLimited("busy", retry_after=60.0, unreached=True, unconnected=True))
    assert (error.retry_after, error.unreached, error.unconnected) == (60.0, True, True)


class _Refused(errors.UnsupportedQuery):
    """An error of a plugin's own, made of a code."""

    def __init__(self, code: int, *, words: str) -> None:
        super().__init__(f"error {code}: {words}")
        self.code = code


def test_error_of_a_plugins_own_making_is_copied_too() -> None:
    """Whatever it is made of."""
    other = pickle.loads(pickle.dumps(copy.copy(_Refused(1001, words="invalid"))))
    assert (other.code, other.line) == (1001, "error 1001: invalid")


def test_an_error_has_no_finished_part_unless_given_one() -> None:
    """`finished` is None until a multi-chunk query attaches what did arrive."""
    assert EnergyOptiError("failed").finished is None


def test_schema_drift_names_the_column() -> None:
    """The culprit is kept beside the message."""
    drift = SchemaDrift("the payload has no column LBMP", column="LBMP")
    assert (str(drift), drift.column) == ("the payload has no column LBMP", "LBMP")


def test_schema_drift_may_have_no_column() -> None:
    """A payload that is no table at all has no culprit column."""
    assert SchemaDrift("the payload is an HTML page").column is None


def test_near_miss_is_suggested() -> None:
    """A name that is one slip away is proposed in quotes."""
    assert suggest("lpm", ["lmp", "capacity", "fuel_mix"]) == " Did you mean 'lmp'?"


def test_near_miss_ignores_case_and_keeps_the_known_spelling() -> None:
    """The suggestion is written as it is known, not as it was asked."""
    assert suggest("palintegratd", ["palIntegrated", "zzz"]) == " Did you mean 'palIntegrated'?"


def test_several_near_misses_are_joined() -> None:
    """Equally near names are all proposed."""
    assert suggest("zone", ["zone_b", "zone_a", "hub"]) in {
        " Did you mean 'zone_a' or 'zone_b'?",
        " Did you mean 'zone_b' or 'zone_a'?",
    }


def test_far_miss_lists_what_is_known_in_order() -> None:
    """Where nothing is near, the known names are listed once each, sorted."""
    assert suggest("xyz", ["load", "capacity", "load"]) == " Known: capacity, load."


def test_long_list_of_known_names_is_cut_at_twenty() -> None:
    """Twenty names are shown, and dots say that there are more."""
    names = [f"n{number:02d}" for number in range(21)]
    assert suggest("????", names) == f" Known: {', '.join(names[:20])}, ...."


def test_exactly_twenty_known_names_are_all_shown() -> None:
    """No dots where nothing was left out."""
    names = [f"n{number:02d}" for number in range(20)]
    assert suggest("????", names) == f" Known: {', '.join(names)}."


def test_nothing_known_is_said() -> None:
    """With nothing to choose from there is nothing to list."""
    assert suggest("lmp", []) == " None is known."


@given(st.lists(st.text("abcdefghij_", min_size=1), min_size=1))
@settings(deadline=None, max_examples=50)
def test_a_known_name_is_always_found_again(names: list[str]) -> None:
    """Asking for a name in another case proposes that name."""
    assert repr(names[0]) in suggest(names[0].upper(), names)


def test_finding_is_written_as_its_message() -> None:
    """A finding without a chunk is just what was found."""
    assert str(Finding(kind=FindingKind.GAP, message="2 intervals are missing")) == "2 intervals are missing"


def test_finding_names_its_chunk_once_that_is_known() -> None:
    """The chunk stands before the message."""
    found = Finding(kind=FindingKind.GAP, message="a gap", chunk="nyiso/pal/2024-07-01")
    assert str(found) == "nyiso/pal/2024-07-01: a gap"


def test_finding_takes_no_rows_out_of_the_frame_unless_it_says_so() -> None:
    """By default a finding accounts for nothing."""
    found = Finding(kind=FindingKind.UNKNOWN_COLUMN, message="unknown column X", column="X")
    assert (found.rows, found.accounts) == (0, False)


def test_joints_of_words_do_not_matter_to_near_misses() -> None:
    """``fuel-mix`` is in ``dashboard_fuel_mix``; without a near miss nothing is said."""
    assert (
        errors.near_miss("fuel-mix", ["dashboard_fuel_mix", "load"]) == " Did you mean 'dashboard_fuel_mix'?"
    )
    assert errors.near_miss("nowhere", ["dashboard_fuel_mix", "load"]) == ""
