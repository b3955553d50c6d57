"""From a TOML file to a checked SiteFile, or to all that is wrong with it."""

import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from pydantic import ValidationError

from core.site_file.check import SectionPlaces, problems_in
from core.site_file.document import SiteFile
from core.site_file.errors import SiteFileError, SiteFileProblem, shown
from core.site_file.names import name_problems

_ErrorDetails = Mapping[str, Any]
"""An error as pydantic gives it."""

_SECTIONS: Final = tuple(name for name in SiteFile.model_fields if name != "site")

_REASONS: Final = {
    "missing": "is missing",
    "extra_forbidden": "is no key that a site file has here",
    "string_type": "must be a text in quotes",
    "string_too_short": "must not be empty",
    "string_too_long": "must be {max_length} characters at most",
    "int_type": "must be a whole number",
    "greater_than_equal": "must be {ge} or more",
    "less_than_equal": "must be {le} or less",
    "bool_type": "must be true or false",
    "literal_error": "must be {expected}",
    "enum": "must be {expected}",
    "tuple_type": "must be a list in [ ]",
    "too_short": "must hold at least {min_length} of its kind",
    "model_type": "must be a table of keys, such as {{ ... }}",
    "value_error": "{error}",
}
"""pydantic's kinds of error in our words; any other keeps pydantic's own."""


def load(path: Path, name: str | None = None) -> SiteFile:
    """Return the site file at `path`.

    Args:
        path: of the file.
        name: what errors call it; None is its path.

    Raises:
        SiteFileError: it isn't TOML, or breaks a rule; its `problems` holds all that is wrong, not only the first.
        OSError: the file can't be read.
    """
    return load_text(path.read_bytes(), name or str(path))


def load_text(text: bytes, name: str) -> SiteFile:
    """Return the site file of this text, which errors call `name`. Raises SiteFileError."""
    try:
        raw = tomllib.loads(text.decode("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        problem = SiteFileProblem("the file", None, f"is no TOML in UTF-8: {error}")
        raise SiteFileError(name, [problem]) from error
    return _checked(raw, name)


def _checked(raw: dict[str, Any], path: str) -> SiteFile:
    try:
        file = SiteFile.model_validate(raw)
    except ValidationError as error:
        raise SiteFileError(path, _all_problems(raw, error.errors())) from error
    if problems := [*name_problems(raw), *problems_in(file, SectionPlaces())]:
        raise SiteFileError(path, problems)
    return file


def _all_problems(raw: dict[str, Any], errors: Sequence[_ErrorDetails]) -> list[SiteFileProblem]:
    """Return what the types refuse, and what the rules find in all that the types accept."""
    problems = [_problem(error) for error in errors if not _follows(error, errors)]
    problems += name_problems(raw)
    broken = {error["loc"][:2] for error in errors}
    if not any(place[0] == "site" for place in broken):
        problems += _rule_problems(raw, broken)
    return problems


def _follows(error: _ErrorDetails, errors: Iterable[_ErrorDetails]) -> bool:
    """Tell whether it only says that nothing is left where everything inside was refused."""
    place = error["loc"]
    return error["type"] == "too_short" and any(
        len(other["loc"]) > len(place) and other["loc"][: len(place)] == place for other in errors
    )


def _problem(error: _ErrorDetails) -> SiteFileProblem:
    place = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in error["loc"]).removeprefix(".")
    template = _REASONS.get(error["type"])
    reason = template.format_map(error.get("ctx", {})) if template else error["msg"]
    return SiteFileProblem(place, None if error["type"] == "missing" else shown(error["input"]), reason)


def _rule_problems(raw: dict[str, Any], broken: set[tuple[int | str, ...]]) -> Iterator[SiteFileProblem]:
    """Check the file without its broken entries."""
    sound: dict[str, Any] = {"site": raw["site"]}
    kept: dict[str, list[int]] = {}
    for section in _SECTIONS:
        entries = [] if (section,) in broken else raw.get(section, [])
        kept[section] = [index for index in range(len(entries)) if (section, index) not in broken]
        sound[section] = [entries[index] for index in kept[section]]
    return problems_in(SiteFile.model_validate(sound), SectionPlaces(kept))
