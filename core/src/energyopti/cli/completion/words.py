"""What completion knows, as it is kept on disk, and what it offers."""

from __future__ import annotations

from typing import NamedTuple, TypedDict

VERSION = 1
"""Of this form; a list of another one is made again."""


class Parameter(TypedDict):
    """An option, or an argument if it has no names; ``kind`` says what its value is, "" if nothing is known of it."""

    names: list[str]
    help: str
    flag: bool
    many: bool
    kind: str
    choices: list[str]


class Command(TypedDict):
    """A command, or a group of them."""

    help: str
    options: list[Parameter]
    arguments: list[Parameter]
    commands: dict[str, Command]


class Feed(TypedDict):
    """A feed; ``places`` are those that it declares, if it declares them all."""

    dataset: str
    run: str
    title: str
    places: list[str]


class Market(TypedDict):
    """A market; ``places`` are its reference hub and the locations that have common names, each with these.

    ``by_name`` says that it takes the names of its list of locations as well as their identifiers.
    """

    title: str
    by_name: bool
    feeds: dict[str, Feed]
    places: dict[str, str]


class Dataset(TypedDict):
    """A dataset; ``columns`` are those of text, each with its closed vocabulary, if any."""

    title: str
    columns: dict[str, list[str]]


class Known(TypedDict):
    """All that can be completed on this machine, besides places."""

    version: int
    watched: dict[str, int]
    app: Command
    markets: dict[str, Market]
    datasets: dict[str, Dataset]
    formats: list[str]
    zones: list[str]
    location_types: list[str]


class Candidate(NamedTuple):
    """A word that is offered, and what it is."""

    word: str
    help: str = ""


class Place(NamedTuple):
    """A place of a list, with its name and type; either may be empty."""

    location: str
    name: str
    kind: str


class Offer(NamedTuple):
    """What is offered at the cursor: candidates, or (``paths``) the shell's own ``files`` or ``folders``.

    An ``open`` one goes on after the word: no space is put behind it.
    """

    candidates: list[Candidate]
    paths: str = ""

    @property
    def open(self) -> bool:
        """Whether all candidates are only the beginning of a word."""
        return bool(self.candidates) and all(each.word.endswith("=") for each in self.candidates)
