"""Which lines, zones, spaces or borders numbers are asked of: keys with commas between."""

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import Query

from api.errors import ParameterError

Parts = Mapping[str, list[str] | None]
"""Keys of lines, zones, spaces or borders that are asked for, by kind; None is all of them."""


def _parts(name: str, example: str) -> Any:  # noqa: ANN401 - FastAPI's parameters are anything
    return Query(max_length=2000, description=f"Keys of {name} with commas between; left out: all.", examples=[example])


Lines = Annotated[str | None, _parts("lines", "stationen,torget")]
Borders = Annotated[str | None, _parts("borders", "stationen")]
Spaces = Annotated[str | None, _parts("spaces", "gangtunneln")]
Zones = Annotated[str | None, _parts("zones", "bankarna,pianot")]


def read_parts(**keys: str | None) -> Parts:
    """Return the keys in texts with commas between, by kind, such as `zone="bankarna,pianot"`.

    Raises ParameterError where a text names none: nothing would be the answer to it.
    """
    found = {
        kind: None if text is None else sorted({key.strip() for key in text.split(",") if key.strip()})
        for kind, text in keys.items()
    }
    for kind, named in found.items():
        if named == []:
            raise ParameterError(f"{kind}s {keys[kind]} names no {kind}: leave it out for all of them")
    return found


async def no_parts() -> Parts:
    """Return no parts: what is asked for is of the site."""
    return {}


async def zones(zones: Zones = None) -> Parts:
    """Return the zones asked for."""
    return read_parts(zone=zones)


async def lines(lines: Lines = None) -> Parts:
    """Return the lines asked for."""
    return read_parts(line=lines)


async def spaces(spaces: Spaces = None) -> Parts:
    """Return the spaces asked for."""
    return read_parts(space=spaces)


async def lines_and_zones(lines: Lines = None, zones: Zones = None) -> Parts:
    """Return the lines and zones asked for."""
    return read_parts(line=lines, zone=zones)
