"""What can be wrong with a site file, reported all at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

_LONGEST = 60


@dataclass(frozen=True, slots=True)
class SiteFileProblem:
    """One thing that is wrong, or worth a warning.

    Attributes:
        path: where in the file, such as lines[2].border; entries are counted from 0.
        value: what stands there as it reads, or None where nothing does.
        reason: what is wrong, in plain words.
    """

    path: str
    value: str | None
    reason: str

    def __str__(self) -> str:
        """Return the problem in one line."""
        return f"{self.path} {self.reason}" if self.value is None else f"{self.path} = {self.value}: {self.reason}"


class SiteFileError(Exception):
    """A site file can't be used. `problems` holds all that is wrong with it."""

    def __init__(self, path: str, problems: Sequence[SiteFileProblem]) -> None:
        """Keep the file's path and its problems."""
        lines = "".join(f"\n  {problem}" for problem in problems)
        count = "1 problem" if len(problems) == 1 else f"{len(problems)} problems"
        super().__init__(f"{path}: {count}{lines}")
        self.problems = tuple(problems)


def shown(value: object) -> str:
    """Return a value much as it stands in a TOML file, cut to a readable length."""
    match value:
        case bool():
            text = str(value).lower()
        case str():
            text = f'"{value}"'
        case datetime():
            text = value.isoformat()
        case date() | time() | int() | float():
            text = str(value)
        case _:
            text = f"a {type(value).__name__}"
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 3]}..."
