"""Write the pages generated from the code: `datasets.md`, `hooks.md` and `tables.md`.

``python docs/generate.py`` writes them; with ``--check`` it writes nothing and exits with 1 if one is stale.
"""

from __future__ import annotations

import argparse
import ast
import enum
import inspect
import sys
import typing
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import energyopti
from energyopti import hookspecs, vocabulary
from energyopti.analysis import DESK_TABLES, TABLES, Peak
from energyopti.datasets import DATASETS
from energyopti.schema import Column, Dataset
from markdown_parts import markdown, page, table

FOLDER = Path(__file__).parent
_NOTE = "<!-- Written by docs/generate.py from the code: run `make docs`, do not edit. -->"


def pages() -> dict[str, str]:
    """Every generated page, by the name of its file."""
    return {"datasets.md": datasets_page(), "hooks.md": hooks_page(), "tables.md": tables_page()}


def datasets_page() -> str:
    """Every dataset with its columns, then the vocabularies."""
    return page(
        "# Datasets",
        _NOTE,
        "A dataset is a schema that any market can fill. `energyopti feeds` lists which installed feed fills\n"
        "which dataset; `energyopti describe lmp` prints one of the tables below.",
        "All times are UTC in microseconds. An interval is half-open: `interval_end` is excluded. The *key*\n"
        "columns together identify a row within one feed. *Null* says whether a cell may be empty: a value that the\n"
        "source does not publish is null, never invented.",
        table(
            ("dataset", "title", "key"),
            (
                (f"[`{each.name}`](#{each.name})", each.title, ", ".join(f"`{name}`" for name in each.key))
                for each in DATASETS.values()
            ),
        ),
        *(_dataset(each) for each in DATASETS.values()),
        "## Vocabularies",
        "The closed lists of words that columns share. One word means one thing in every market.",
        *(_vocabulary(each) for each in vocabularies()),
    )


def tables_page() -> str:
    """Every table of a comparison, then those of a desk's analyses, then the words in them."""
    return page(
        "# Tables of analyses",
        _NOTE,
        "What `energyopti.compare` returns, table by table; each is a polars DataFrame of that name. From\n"
        "[`basis`](#basis) on, the tables are those of the functions in `energyopti.analysis`. The formulas are in\n"
        "[What prices say across markets](analysis.md).",
        *(_dataset(each) for each in (*TABLES.values(), *DESK_TABLES.values())),
        "## Vocabularies",
        _vocabulary(Peak),
        _vocabulary(vocabulary.Run),
    )


def _dataset(dataset: Dataset) -> str:
    hints = typing.get_type_hints(dataset.record)
    rows = (_column(column, hints[column.name]) for column in dataset.columns)
    return page(
        f"## {dataset.name}",
        f"{dataset.title}.",
        dataset.description,
        table(("column", "type", "unit", "key", "null", "description"), rows),
    ).rstrip()


def _column(column: Column, hint: Any) -> tuple[str, ...]:
    """One column as a row; a vocabulary is linked."""
    words = [kind for kind in (typing.get_args(hint) or (hint,)) if issubclass(kind, enum.StrEnum)]
    description = "; ".join(
        [column.description, *(f"one of [{kind.__name__}](#{kind.__name__.lower()})" for kind in words)]
    )
    return (
        f"`{column.name}`",
        str(column.type),
        column.unit or "",
        "yes" if column.key else "",
        "yes" if column.nullable else "",
        description,
    )


def vocabularies() -> Iterator[type[enum.StrEnum]]:
    """The closed vocabularies, in the order in which they are defined."""
    for each in vars(vocabulary).values():
        if inspect.isclass(each) and issubclass(each, enum.StrEnum) and each is not enum.StrEnum:
            yield each


def _vocabulary(words: type[enum.StrEnum]) -> str:
    return page(
        f"### {words.__name__}",
        markdown(inspect.getdoc(words) or ""),
        ", ".join(f"`{word.value}`" for word in words),
    ).rstrip()


def hooks_page() -> str:
    """Every hook with its exact arguments, and where to import the types it uses from."""
    return page(
        "# Hooks",
        _NOTE,
        markdown(inspect.getdoc(hookspecs) or ""),
        "[Write a plugin](write-a-plugin.md) implements each of them once. Import `hookimpl` from `energyopti`.\n"
        "A plugin that marks a function with any other name, or with an argument not listed below, is left out\n"
        "and reported by `energyopti plugins`. So is one that does not say which version of the contract it was\n"
        "written for, or that [does not fit](write-a-plugin.md#what-stays-as-it-is).",
        *(_hook(name, each) for name, each in hooks().items()),
        "## Types",
        table(("type", "imported from"), ((f"`{name}`", f"`{home}`") for name, home in _types().items())),
    )


def hooks() -> dict[str, Callable[..., Any]]:
    """The hooks by name, in the order of the contract."""
    prefix = f"{hookspecs.PROJECT}_"
    return {name: each for name, each in vars(hookspecs).items() if name.startswith(prefix)}


def signature(name: str, hook: Callable[..., Any]) -> str:
    """A hook's ``def`` line, as an implementation writes it."""
    found = inspect.signature(hook)
    arguments = ", ".join(f"{each.name}: {each.annotation}" for each in found.parameters.values())
    return f"def {name}({arguments}) -> {found.return_annotation}"


def _hook(name: str, hook: Callable[..., Any]) -> str:
    return page(
        f"## {name}", f"```text\n{signature(name, hook)}\n```", markdown(inspect.getdoc(hook) or "")
    ).rstrip()


def _types() -> dict[str, str]:
    """The types of the contract, each with the module a plugin imports it from."""
    homes = {
        alias.name: node.module
        for node in ast.walk(ast.parse(inspect.getsource(hookspecs)))
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("energyopti")
        for alias in node.names
    }
    public = set(energyopti.__all__)
    return {name: "energyopti" if name in public else str(homes[name]) for name in sorted(homes)}


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the pages, or report which are stale."""
    parser = argparse.ArgumentParser(description="Write the pages generated from the code.")
    parser.add_argument("--check", action="store_true", help="write nothing; exit with 1 if a page is stale")
    parser.add_argument("--folder", type=Path, default=FOLDER, help="where the pages are")
    options = parser.parse_args(arguments)
    stale = 0
    for name, text in pages().items():
        file = options.folder / name
        if file.is_file() and file.read_text(encoding="utf-8") == text:
            continue
        if options.check:
            print(f"docs/{name} is stale: run make docs", file=sys.stderr)
            stale = 1
        else:
            file.write_text(text, encoding="utf-8")
            print(f"wrote docs/{name}", file=sys.stderr)
    return stale


if __name__ == "__main__":
    sys.exit(main())
