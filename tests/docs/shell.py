"""What pages tell a reader to type: every command is one that is there, with options that it has."""

import importlib.util
import os
import re
import shlex
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, Final
from unittest import mock
from urllib.parse import parse_qsl, urlsplit

import click
import yaml

from platspuls.cli.main import main
from platspuls.documents.api import app

ROOT: Final = Path(__file__).parents[2]
_OF_THE_SYSTEM: Final = frozenset(
    {"apt", "cat", "cd", "cp", "createdb", "createuser", "date", "docker", "echo", "export", "find", "git", "install"}
    | {"libreoffice", "psql", "python3", "sed", "systemctl", "systemd-sysusers", "tar", "tee", "timedatectl"}
)
_ASSIGNMENT: Final = re.compile(r"[A-Z_]+=\S*")


def check(text: str) -> None:
    """Check every command of a block. Raises AssertionError or a click error with the command in it."""
    for words in commands(text):
        try:
            _check(words)
        except (AssertionError, click.ClickException) as error:
            raise AssertionError(f"{shlex.join(words)}: {error}") from error


def without_times(text: str) -> str:
    """Return the commands of a crontab."""
    return re.sub(r"^(\S+ +){5}", "", text, flags=re.MULTILINE)


def commands(text: str) -> Iterator[list[str]]:
    """Yield the words of each command, those in `$(...)` and behind pipes included, without sudo and assignments."""
    text = re.sub(r"(^|\s)#\s.*$", "", text.replace("\\\n", " "), flags=re.MULTILINE)
    for inner in re.findall(r"\$\(([^()]*)\)", text):
        yield from commands(inner)
    lexer = shlex.shlex(re.sub(r"\$\([^()]*\)", "VALUE", text), posix=True, punctuation_chars=";&|\n")
    lexer.whitespace, lexer.whitespace_split = " \t\r", True
    words: list[str] = []
    for word in [*lexer, "\n"]:
        if set(word) <= set(";&|\n"):
            if found := _without_prefix(words):
                yield found
            words = []
        else:
            words.append(word)


def _without_prefix(words: list[str]) -> list[str]:
    while words and (_ASSIGNMENT.fullmatch(words[0]) or words[0] in {"sudo", "-u", "--preserve-env"}):
        words = words[2:] if words[0] == "-u" else words[1:]
    return words


def _check(words: list[str]) -> None:
    match words:
        case ["docker", "compose", "run", "--rm", "--volume", _, "operator", *rest]:
            parse(rest)
        case ["docker", "compose", "run", "--rm", "operator", *rest]:
            parse(rest)
        case ["docker", "compose", ("up" | "stop" | "kill"), *rest]:
            known = {*_services(), "HUP"}
            assert [word for word in rest if not word.startswith("--") and word not in known] == []
        case ["python", *rest] if "-m" in rest:
            _module(rest[rest.index("-m") + 1 :])
        case ["make", target, *_]:
            assert re.search(rf"^{target}:", (ROOT / "Makefile").read_text(), re.MULTILINE), "isn't in the Makefile"
        case ["curl", *rest]:
            _request(rest)
        case [program, *rest] if Path(program).name == "platspuls":
            parse(rest)
        case [program, "install", *rest] if Path(program).name == "pip":
            _requirements(rest)
        case [program, *_]:
            assert Path(program).name in _OF_THE_SYSTEM, "is not a program that pages may name without a test"
        case _:
            raise AssertionError("is empty")


def resolved(words: list[str]) -> tuple[click.Command, list[str]]:
    """Return the command that words lead to, and what is left of them."""
    command: click.Command = main
    while isinstance(command, click.Group) and words and not words[0].startswith("-"):
        found = command.get_command(click.Context(command), words[0])
        assert found is not None, f"there is no command {words[0]}"
        command, words = found, words[1:]
    return command, words


def parse(words: list[str]) -> None:
    """Parse a command line as the program would, but for files, which need not be there."""
    command, rest = resolved(words)
    assert not isinstance(command, click.Group) or command.invoke_without_command, f"names no command: {words}"
    files = [parameter.type for parameter in command.params if isinstance(parameter.type, click.Path)]
    before = [kind.exists for kind in files]
    environment = mock.patch.dict(os.environ, {"PLATSPULS_DATABASE_URL": "postgresql:///docs"})
    try:
        for kind in files:
            kind.exists = False
        with environment, command.make_context(command.name, list(rest)):
            pass
    finally:
        for kind, exists in zip(files, before, strict=True):
            kind.exists = exists


def _module(words: list[str]) -> None:
    name, *rest = words
    found = importlib.util.find_spec(name)
    assert found is not None, "there is no such module"
    folders = [Path(folder) for folder in found.submodule_search_locations or ()]
    sources = [path for folder in folders for path in folder.glob("*.py")] or [Path(str(found.origin))]
    source = "\n".join(path.read_text() for path in sources)
    assert [word for word in rest if word.startswith("--") and f'"{word}"' not in source] == []


def _requirements(words: list[str]) -> None:
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["optional-dependencies"]
    own = tomllib.loads((ROOT / "client" / "pyproject.toml").read_text())["project"]["optional-dependencies"]
    for word in words:
        if named := re.fullmatch(r"(platspuls|\.|\./client)(?:\[([a-z0-9,]+)\])?", word):
            known = own if named[1] == "./client" else extras
            assert set((named[2] or "").split(",")) <= {*known, ""}, "there is no such extra"
        assert not word.startswith("platspuls-client"), "nobody owns that name in an index"


def _request(words: list[str]) -> None:
    [address] = [word for word in words if word.startswith("http")]
    method = words[words.index("-X") + 1].lower() if "-X" in words else "get"
    url = urlsplit(address)
    matching = [
        methods[method]
        for path, methods in _routes().items()
        if method in methods and re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", path), url.path)
    ]
    assert matching, f"there is no {method} {url.path}"
    known = {parameter["name"] for operation in matching for parameter in operation.get("parameters", [])}
    assert {name for name, _ in parse_qsl(url.query)} <= known


@cache
def _routes() -> dict[str, dict[str, Any]]:
    paths: dict[str, dict[str, Any]] = app().openapi()["paths"]
    return paths


@cache
def _services() -> list[str]:
    return list(yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"])
