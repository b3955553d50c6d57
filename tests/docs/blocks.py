"""The blocks of code in all pages, found by sybil: one configuration for README.md and docs/.

`sh` blocks are parsed by the real command line, the API's routes, pip's extras and the Makefile; `python` blocks run;
blocks of other languages are evaluated by the tests that have what they need (a database, an outbox, a device file).
"""

from functools import cache
from pathlib import Path
from typing import Final

import pytest
from sybil import Document, Example
from sybil.evaluators.python import PythonEvaluator
from sybil.parsers.markdown import CodeBlockParser

from tests.docs import shell

ROOT: Final = Path(__file__).parents[2]
PAGES: Final = tuple(
    str(path.relative_to(ROOT))
    for path in sorted([*ROOT.glob("*.md"), *ROOT.glob("client/*.md"), *ROOT.glob("docs/**/*.md")])
)
TESTED_ELSEWHERE: Final = ("csv", "sql", "sqlite", "toml", "json records", "json receipt", "json live", "json status")
"""By `block`, in tests that have a database, an outbox, a device file or the wire."""
WITHOUT_EVALUATION: Final = ("text",)
"""What a program prints."""


def _left(_example: Example) -> None:
    """Evaluate nothing: a test of its own does."""


PARSERS: Final = (
    CodeBlockParser("python", PythonEvaluator()),
    CodeBlockParser("sh", lambda example: shell.check(example.parsed)),
    CodeBlockParser("crontab", lambda example: shell.check(shell.without_times(example.parsed))),
    *(CodeBlockParser(language, _left) for language in (*TESTED_ELSEWHERE, *WITHOUT_EVALUATION)),
)


@cache
def document(page: str) -> Document:
    """Return a page, such as docs/client.md, with its blocks."""
    return Document.parse(str(ROOT / page), *PARSERS)


def text(page: str) -> str:
    """Return the whole text of a page."""
    return document(page).text


def language(example: Example) -> str:
    """Return the language that a block names."""
    return str(example.region.lexemes["arguments"])


def examples(page: str, *languages: str) -> list[Example]:
    """Return the blocks of a page, in order."""
    return [example for example in document(page) if language(example) in languages]


def blocks(page: str, wanted: str) -> list[str]:
    """Return the texts of the blocks of a page in one language, in order."""
    return [str(example.parsed) for example in examples(page, wanted)]


def cases(*languages: str) -> list[object]:
    """Return the blocks of all pages as parameters of a test, named by page and line."""
    found = [(page, example) for page in PAGES for example in examples(page, *languages)]
    return [pytest.param(example, id=f"{page}:{example.line}") for page, example in found]
