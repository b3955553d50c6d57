"""What somebody answers, read and checked one by one, so that a wrong answer is asked for again at once."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from core import wire
from core.texts.catalog import noop

Answers = dict[str, Any]
"""What was answered so far, by the names of the questions."""


class WrongAnswerError(ValueError):
    """An answer can't be used. `sentence` is in English, translated when it is shown; `values` fill it in."""

    def __init__(self, sentence: str, **values: object) -> None:
        super().__init__(sentence.format(**values))
        self.sentence = sentence
        self.values = values


def key(text: str) -> str:
    """Return a key of the site file."""
    if not wire.is_key(text):
        raise WrongAnswerError(noop("{text} is not a key: lower case letters, digits and single hyphens"), text=text)
    return text


def words(text: str) -> str:
    """Return what was written, which must be something."""
    if not text.strip():
        raise WrongAnswerError(noop("something must stand here"))
    return text.strip()


def one_of(*choices: str) -> Callable[[str], str]:
    """Return what reads one of these words."""

    def read(text: str) -> str:
        if text not in choices:
            raise WrongAnswerError(noop("{text} is none of {choices}"), text=text, choices=", ".join(choices))
        return text

    return read


def number(low: float, high: float) -> Callable[[str], float]:
    """Return what reads a number from `low` to `high`, with a point or a comma for its decimals."""

    def read(text: str) -> float:
        try:
            found = float(text.replace(",", "."))
        except ValueError:
            raise WrongAnswerError(noop("{text} is not a number"), text=text) from None
        if not low <= found <= high:
            raise WrongAnswerError(noop("{text} is not within {low} and {high}"), text=text, low=low, high=high)
        return found

    return read


def whole(low: int, high: int) -> Callable[[str], int]:
    """Return what reads a whole number from `low` to `high`."""

    def read(text: str) -> int:
        if (found := number(low, high)(text)) != int(found):
            raise WrongAnswerError(noop("{text} is not a whole number"), text=text)
        return int(found)

    return read


def size(text: str) -> list[int]:
    """Return width and height of a picture, from `1280x720`."""
    sides = text.lower().replace(" ", "").split("x")
    if len(sides) != 2:  # noqa: PLR2004 - width and height
        raise WrongAnswerError(noop("{text} is not a size such as 1280x720"), text=text)
    return [whole(32, 16_384)(side) for side in sides]


def existing(text: str) -> Path:
    """Return a path at which there is a file or a folder."""
    path = Path(words(text)).expanduser()
    if not path.exists():
        raise WrongAnswerError(noop("there is no such file or folder: {text}"), text=text)
    return path


def moment(text: str) -> datetime:
    """Return a time with an offset; one without is UTC."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise WrongAnswerError(noop("{text} is not a time such as 2026-10-05T12:00:00+02:00"), text=text) from None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def camera(text: str) -> int | str:
    """Return the number of a camera, its path, or the address of a stream."""
    return int(text) if words(text).strip().isdecimal() else text.strip()


def shown(value: object) -> str:
    """Return a default as it would be typed."""
    match value:
        case [int() as width, int() as height]:
            return f"{width}x{height}"
        case datetime():
            return value.isoformat(timespec="seconds")
        case float():
            return f"{value:g}"
        case _:
            return value if isinstance(value, str) else str(value)


def quoted(text: str) -> str:
    """Return a text as a device file has it."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
