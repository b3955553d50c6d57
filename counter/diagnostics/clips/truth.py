"""What somebody saw in a clip: who passed which line when, and which parts of the clip they watched for it.

The file is TOML, so that it can be read, corrected and written by hand:

    clip = "entrance.mp4"

    [lines.stationen]
    watched_s = [[0.0, 139.4]]
    forward_s = [16.2, 41.0]
    backward_s = []

All times are seconds of the clip. A passage is noted when the person has wholly passed; who turns back has none.
"""

import json
import math
import os
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from counter.errors import TruthError
from counter.fields import Key

Way = Literal["forward", "backward"]
WAYS: Final[tuple[Way, ...]] = ("forward", "backward")
_MOST: Final = 100_000
_EDGE_S: Final = 0.05
"""A passage may be noted so far outside of what was watched: numbers are rounded."""


class LineTruth(BaseModel):
    """What was seen of one line.

    Attributes:
        watched_s: the parts of the clip, [from, to), that were watched for it; in order, apart.
        forward_s: when somebody had passed forward, in seconds of the clip; `backward_s` the same backward.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    watched_s: list[tuple[float, float]] = Field(max_length=_MOST)
    forward_s: list[float] = Field(default=[], max_length=_MOST)
    backward_s: list[float] = Field(default=[], max_length=_MOST)

    def passages(self, way: Way) -> list[float]:
        """Return when somebody had passed that way, in order."""
        return sorted(self.forward_s if way == "forward" else self.backward_s)

    def problems(self) -> list[str]:
        """Return what contradicts itself, a sentence each."""
        found, end_s = [], 0.0
        for from_s, to_s in self.watched_s:
            if not end_s <= from_s < to_s:
                found.append(
                    f"watched_s [{from_s:g}, {to_s:g}] does not begin after the one before it, or ends too early"
                )
            end_s = max(to_s, end_s)
        outside = [at_s for way in WAYS for at_s in self.passages(way) if not self._watches(at_s)]
        return found + [f"the passage at {at_s:g} s lies in no part that was watched" for at_s in outside]

    def _watches(self, at_s: float) -> bool:
        return any(from_s - _EDGE_S <= at_s <= to_s + _EDGE_S for from_s, to_s in self.watched_s)


class ClipTruth(BaseModel):
    """What was seen in a clip, by line."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    clip: str = Field(default="", max_length=1000)
    lines: dict[Key, LineTruth] = {}

    def problems(self) -> list[str]:
        """Return what contradicts itself, a sentence each."""
        return [f"lines.{line}: {problem}" for line, truth in self.lines.items() for problem in truth.problems()]


def read_clip_truth(path: Path) -> ClipTruth:
    """Read a truth file. Raises TruthError with all that is wrong in it."""
    try:
        data = tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        raise TruthError(f"{path} can't be read: {error.strerror}") from error
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise TruthError(f"{path} is not TOML in UTF-8: {error}") from error
    return check_clip_truth(data, str(path))


def check_clip_truth(data: Mapping[str, Any], name: str) -> ClipTruth:
    """Check what a truth file, called `name`, says. Raises TruthError with all that is wrong in it."""
    try:
        truth = ClipTruth.model_validate(data)
    except ValidationError as error:
        wrong = [f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors(include_url=False)]
        raise TruthError("\n  ".join([f"{name} is wrong:", *wrong])) from None
    if problems := truth.problems():
        raise TruthError("\n  ".join([f"{name} is wrong:", *problems]))
    return truth


def as_toml(truth: ClipTruth) -> str:
    """Return the text of a truth file."""
    parts = [f"clip = {_quoted(truth.clip)}"]
    for line, seen in truth.lines.items():
        watched = ", ".join(f"[{_seconds([from_s, to_s])}]" for from_s, to_s in seen.watched_s)
        parts.append(
            f"\n[lines.{line}]\nwatched_s = [{watched}]\n"
            + "\n".join(f"{way}_s = [{_seconds(seen.passages(way))}]" for way in WAYS)
        )
    return "\n".join(parts) + "\n"


def write_clip_truth(path: Path, truth: ClipTruth) -> None:
    """Write a truth file, whole or not at all. Raises OSError."""
    draft = path.with_name(f".{path.name}.draft")
    with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:  # noqa: PTH123 - its mode
        file.write(as_toml(truth))
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)


def _quoted(text: str) -> str:
    """Return a text as TOML has it: as in JSON, but that DEL is escaped."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _seconds(times: Iterable[float]) -> str:
    """Return times as TOML's decimals, in hundredths: fine enough for frames, and read back as the same numbers."""
    return ", ".join(f"{math.floor(at_s * 100 + 0.5) / 100:.2f}" for at_s in times)
