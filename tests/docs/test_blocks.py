"""Every block of every page says something true: commands parse, programs run."""

import re

import click
import pytest
from sybil import Example

from tests.docs.blocks import (
    PAGES,
    ROOT,
    TESTED_ELSEWHERE,
    WITHOUT_EVALUATION,
    cases,
    document,
    examples,
    language,
    text,
)
from tests.docs.shell import resolved

_INLINE = re.compile(r"`(?:[\w./]*bin/)?(?:platspuls|operator) ([a-z][^`\n|]*)`")
_IN_THE_CHECKOUT = re.compile(
    r"`((?:api|bench|client|core|counter|dashboards|deploy|docs|ingest|platspuls|sim|store|tests)/[\w./*-]*\w/?)`"
)
_TESTED = {
    "docs/clips.md": {"toml"},
    "docs/detectors.md": {"csv", "toml"},
    "docs/sensors.md": {"toml"},
    "docs/raspberry-pi.md": {"toml"},
    "docs/site-file.md": {"toml"},
    "docs/delivery.md": {"sql", "sqlite"},
    "docs/dashboards.md": {"sql"},
    "docs/writing.md": {"sql"},
    "docs/score.md": {"toml"},
    "docs/wire/README.md": {"json records", "json receipt", "json live", "json status"},
}
"""Blocks that have a test of their own, in this folder or beside what they show."""
_WITH_TEXT = {"ARCHITECTURE.md", "docs/clips.md", "docs/delivery.md", "docs/score.md", "docs/setup.md"}
"""Pages with drawings, sums, or what a program prints."""


@pytest.mark.parametrize("page", PAGES)
def test_no_block_is_overlooked(page: str) -> None:
    """Each fence names a language that is tested."""
    fences = re.findall(r"^\s*```", text(page), re.MULTILINE)
    assert len(list(document(page))) * 2 == len(fences)
    found = {language(example) for example in document(page)}
    assert found & set(TESTED_ELSEWHERE) == _TESTED.get(page, set())
    assert page in _WITH_TEXT or page.startswith("docs/measured/") or not found & set(WITHOUT_EVALUATION)


@pytest.mark.parametrize("example", cases("sh", "crontab"))
def test_commands_are_those_of_the_programs(example: Example) -> None:
    example.evaluate()


@pytest.mark.parametrize("page", PAGES)
def test_commands_within_sentences_are_there(page: str) -> None:
    """They may leave out what they need; their options must be there, and no argument more than they take."""
    if page == "CHANGELOG.md":  # it names what was there
        return
    for found in _INLINE.findall(text(page)):
        words = found.split()
        command, rest = resolved([word for word in words if word != "..."])
        options = {name for parameter in command.params for name in (*parameter.opts, *parameter.secondary_opts)}
        named = {word.partition("=")[0] for word in rest if word.startswith("--")}
        assert named <= {*options, "--help"}, found
        assert _is_taken(command, rest), found


def _is_taken(command: click.Command, words: list[str]) -> bool:
    """Return whether a command takes so many arguments."""
    with_value = {
        name for one in command.params if isinstance(one, click.Option) and not one.is_flag for name in one.opts
    }
    of_options = [
        word.startswith("-") or before in with_value for before, word in zip(["", *words], words, strict=False)
    ]
    arguments = [one for one in command.params if isinstance(one, click.Argument)]
    return of_options.count(False) <= len(arguments) or any(one.nargs != 1 for one in arguments)


@pytest.mark.parametrize("page", PAGES)
def test_files_and_pages_are_there(page: str) -> None:
    folder = (ROOT / page).parent
    linked = [link.partition("#")[0] for link in re.findall(r"\]\(([^)\s]+)\)", text(page)) if "://" not in link]
    assert [link for link in linked if link and not (folder / link).exists()] == []
    if page == "CHANGELOG.md":
        return
    named = [*_IN_THE_CHECKOUT.findall(text(page)), *re.findall(r"(?:deploy|tests)/[\w./*-]+\w", text(page))]
    patterns = [re.sub(r"[A-Z_]*[A-Z]{3}[A-Z_]*", "*", name.rstrip("/")) for name in named]  # such as sql/NAME.sql
    assert [pattern for pattern in patterns if not list(ROOT.glob(pattern))] == []


def test_the_pages_have_examples() -> None:
    assert len(cases("sh")) > 40
    assert len(examples("docs/client.md", "python")) >= 8
