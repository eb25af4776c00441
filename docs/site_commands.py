"""The page of the site about the command line: each command with its options, and examples from the page of tasks."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

import click

from energyopti.cli.app import app
from markdown_parts import page, table

_BULLET = "\b"


def commands_page(examples: Mapping[str, Sequence[str]]) -> str:
    """Every command, with the ``examples`` by the command's words, such as ``lake status``."""
    root = click.Context(app, info_name="energyopti", **app.context_settings)
    sections = [part for words, command in commands() for part in _section(words, command, examples)]
    return page(
        "# Command line",
        "`energyopti COMMAND --help` prints the same. The data goes to standard output, or to the file of `--output`; everything\n"
        "that is said about it goes to standard error. [Exit codes](errors.md) tell a script what happened.",
        table(
            ("command", "what it does"),
            (
                (f"[`{words}`](#{words.replace(' ', '-')})", command.get_short_help_str(200))
                for words, command in commands()
            ),
        ),
        "## Options of all commands",
        _options(app, root),
        *sections,
    )


def commands() -> Iterator[tuple[str, click.Command]]:
    """The core's commands by their words, those of a group after it; a plugin's own are its own matter."""
    yield from _below("", app)


def _below(words: str, group: click.Group) -> Iterator[tuple[str, click.Command]]:
    context = click.Context(group, **group.context_settings)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if command is None or not (command.callback or isinstance(command, click.Group)):
            continue
        full = f"{words} {name}".strip()
        yield full, command
        if isinstance(command, click.Group):
            yield from _below(full, command)


def _section(words: str, command: click.Command, examples: Mapping[str, Sequence[str]]) -> Iterator[str]:
    context = click.Context(command, info_name=f"energyopti {words}", **command.context_settings)
    yield f"## {words}"
    yield _paragraphs(command.help or "")
    if isinstance(command, click.Group):
        return
    usage = " ".join(command.collect_usage_pieces(context))
    yield f"```text\nenergyopti {words} {usage}\n```"
    yield _options(command, context)
    if found := examples.get(words):
        yield "\n".join(["```sh", *found, "```"])


def _options(command: click.Command, context: click.Context) -> str:
    records = [each.get_help_record(context) for each in command.get_params(context)]
    arguments = [
        (f"`{each.make_metavar(context)}`", getattr(each, "help", None) or "")
        for each in command.get_params(context)
        if isinstance(each, click.Argument)
    ]
    named = {name for name, _ in arguments}
    options = [(f"`{name}`", _escaped(said)) for name, said in filter(None, records)]
    options = [each for each in options if each[0] not in named]
    return page(
        table(("argument", "meaning"), ((name, _escaped(said)) for name, said in arguments)),
        table(("option", "meaning"), options),
    ).rstrip()


def _escaped(text: str) -> str:
    """Words that are no markup: option names and values in capitals stay as they are."""
    return re.sub(r"([<>*])", r"\\\1", text)


def _paragraphs(text: str) -> str:
    return "\n\n".join(
        f"```text\n{part.removeprefix(_BULLET).strip(chr(10))}\n```"
        if part.startswith(_BULLET)
        else _escaped(" ".join(part.split()))
        for part in text.split("\n\n")
    )
