"""The pages about installing and operating name commands, options, files and settings that are there."""

import re
import shlex
from pathlib import Path

import click
import pytest

from platspuls.cli.main import main

ROOT = Path(__file__).parents[2]
PAGES = ("install.md", "operating.md", "raspberry-pi.md")
_COMMAND = re.compile(
    r"(?:run --rm (?:--volume \S+ )?operator|bin/platspuls|(?<![/\w])platspuls|`operator) ([a-z][^`\n|#]*)"
)


def commands(page: str) -> list[str]:
    """Return the words after `platspuls` or `operator`, of code and of tables."""
    text = (ROOT / "docs" / page).read_text().replace("\\\n", " ")
    code = "\n".join(re.findall(r"```\w*\n(.*?)```", text, re.DOTALL) + re.findall(r"`[^`\n]+`", text))
    return [found.strip() for found in _COMMAND.findall(code)]


def resolved(words: list[str]) -> tuple[click.Command, list[str]]:
    command: click.Command = main
    while isinstance(command, click.Group) and words:
        found = command.commands.get(words[0])
        assert found is not None, f"there is no command {words[0]}"
        command, words = found, words[1:]
    return command, words


@pytest.mark.parametrize("page", PAGES)
def test_commands_and_options_are_there(page: str) -> None:
    found = commands(page)
    assert len(found) >= 5
    for text in found:
        if text.startswith("password "):  # of the user platspuls in SQL
            continue
        words = shlex.split(text)
        command, rest = resolved(words)
        options = {name for parameter in command.params for name in (*parameter.opts, *parameter.secondary_opts)}
        assert {word.partition("=")[0] for word in rest if word.startswith("--")} <= options, text


@pytest.mark.parametrize("page", PAGES)
def test_files_are_there(page: str) -> None:
    text = (ROOT / "docs" / page).read_text()
    named = re.findall(r"(?:deploy|tests)/[\w./*-]+\w", text)
    assert [name for name in named if not list(ROOT.glob(name))] == []
    linked = re.findall(r"\]\(([\w.-]+\.md)\)", text)
    assert [name for name in linked if not (ROOT / "docs" / name).exists()] == []


def test_what_env_may_say_stands_in_the_compose_file() -> None:
    page = (ROOT / "docs" / "install.md").read_text()
    told = re.findall(r"^\| `(PLATSPULS_\w+)`(?:, `(PLATSPULS_\w+)`)?", page, re.MULTILINE)
    known = set(re.findall(r"\$\{(PLATSPULS_\w+):-", (ROOT / "docker-compose.yml").read_text()))
    assert {name for pair in told for name in pair if name} == known - {"PLATSPULS_VERSION"}
