"""What a command line has said so far: its command, the values of its options, its arguments, and what comes next."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from energyopti.cli.completion.words import Command, Parameter


class Said(NamedTuple):
    """The words before the cursor: the ``path`` of the command, and the values of options and arguments by kind.

    ``awaits`` is the option whose value comes next; ``arguments`` counts those that were given. After ``--`` there are
    ``only_arguments``.
    """

    command: Command
    path: list[str]
    values: dict[str, list[str]]
    given: set[str]
    awaits: Parameter | None
    arguments: int
    only_arguments: bool

    @property
    def argument(self) -> Parameter | None:
        """The argument that comes next, if there is one."""
        every = self.command["arguments"]
        if self.arguments < len(every):
            return every[self.arguments]
        return every[-1] if every and every[-1]["many"] else None

    def value(self, kind: str) -> str:
        """The last value of that kind; empty if none was given."""
        found = self.values.get(kind)
        return found[-1] if found else ""


def parsed(app: Command, words: Sequence[str]) -> Said:
    """What these words say; words that no command takes are passed over."""
    command, path = app, list[str]()
    values: dict[str, list[str]] = {}
    given: set[str] = set()
    arguments, awaits, only_arguments = 0, None, False
    for word in words:
        if awaits is not None:
            values.setdefault(awaits["kind"], []).append(word)
            awaits = None
        elif word == "--" and not only_arguments:
            only_arguments = True
        elif word.startswith("-") and len(word) > 1 and not only_arguments:
            name, sign, value = word.partition("=")
            option = option_named(command, name)
            given.add(name)
            if option is None or option["flag"]:
                continue
            if sign:
                values.setdefault(option["kind"], []).append(value)
            else:
                awaits = option
        elif command["commands"]:
            command = command["commands"].get(word, command)
            path.append(word)
        else:
            said = Said(command, path, values, given, None, arguments, only_arguments)
            if (argument := said.argument) is not None:
                values.setdefault(argument["kind"], []).append(word)
            arguments += 1
    return Said(command, path, values, given, awaits, arguments, only_arguments)


def option_named(command: Command, name: str) -> Parameter | None:
    """The option of that name, if the command has it."""
    return next((each for each in command["options"] if name in each["names"]), None)
