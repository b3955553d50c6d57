"""The reading and writing contracts: views and functions, made anew in the order of what each file says that it needs.

A file below `sql/reading/` or `sql/writing/` makes what it is named after, such as `reading.line_flow` in
`reading/flow/line_flow.sql`; a file of several functions is named after their subject, such as `writing.checks`. Its
first lines name the files that must have run before: `-- needs: reading.buckets, reading.site`. Files without such a
line need only tables. When all stand, the files of `sql/rights/` say who may use them.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import Final

from core.sql import script
from store.database import SQL_FOLDER, Database

_SCHEMAS: Final = ("reading", "writing")
_NEEDS: Final = re.compile(r"-- needs: (.+)")


class ContractError(Exception):
    """The files of the contracts can't be put in order; the text names the files."""


@dataclass(frozen=True, slots=True)
class ContractFile:
    """A file of a contract.

    Attributes:
        name: schema and file name, such as reading.line_flow.
        needs: names of the files that must run before.
        path: where it is.
    """

    name: str
    needs: frozenset[str]
    path: Path


def contract_files(folder: Path = SQL_FOLDER) -> list[ContractFile]:
    """Return the files of both contracts in an order in which they can run.

    Raises ContractError where two files have one name, a needed file is missing, or files need each other.
    """
    found: dict[str, ContractFile] = {}
    for file in _read(folder):
        if file.name in found:
            raise ContractError(f"{file.name} is made by two files: {found[file.name].path} and {file.path}")
        found[file.name] = file
    _check_complete(found)
    try:
        order = list(TopologicalSorter({file.name: sorted(file.needs) for file in found.values()}).static_order())
    except CycleError as error:
        raise ContractError(f"these files need each other: {' -> '.join(reversed(error.args[1]))}") from error
    return [found[name] for name in order]


def _read(folder: Path) -> Iterable[ContractFile]:
    for schema in _SCHEMAS:
        for path in sorted((folder / schema).rglob("*.sql")):
            yield ContractFile(f"{schema}.{path.stem}", frozenset(_needs(path.read_text("utf-8"))), path)


def _needs(text: str) -> Iterable[str]:
    for line in text.splitlines():
        if not (said := _NEEDS.fullmatch(line)):
            return
        yield from said[1].split(", ")


def _check_complete(found: Mapping[str, ContractFile]) -> None:
    for file in found.values():
        if missing := sorted(file.needs - set(found)):
            raise ContractError(f"{file.path} needs {', '.join(missing)}, and there is no such file")


def make_contracts(database: Database) -> None:
    """Drop both contracts and make them anew, within the caller's transaction: nobody sees half of them."""
    database.execute("drop schema if exists reading, writing cascade")
    database.execute("create schema reading")
    database.execute("create schema writing")
    rights = sorted((SQL_FOLDER / "rights").glob("*.sql"))
    for path in [*(file.path for file in contract_files()), *rights]:
        database.execute(script(path))
