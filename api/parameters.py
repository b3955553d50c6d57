"""Unknown parameters are refused: a mistyped one would else be ignored, and the answer be to another question."""

from collections.abc import Mapping
from typing import Any, Final, get_args, get_origin

from fastapi import Request
from fastapi.dependencies.models import Dependant
from fastapi.dependencies.utils import get_flat_params
from fastapi.params import Query

from api.errors import ParameterError

_API: Final = "/api/"


KnownParameters = Mapping[str, bool]
"""The names of an operation's query parameters, and whether one may be given several times."""


def check_parameters(request: Request, known: KnownParameters) -> None:
    """Refuse what an operation of the API doesn't know, and what is said twice. Raises ParameterError."""
    if not request.url.path.startswith(_API):
        return
    given = [name for name, _ in request.query_params.multi_items()]
    unknown = sorted({name for name in given if name not in known})
    if unknown:
        names = ", ".join(known) or "none"
        raise ParameterError(f"{', '.join(unknown)[:200]}: there is no such parameter here; there are {names}")
    twice = sorted({name for name in given if given.count(name) > 1 and not known[name]})
    if twice:
        raise ParameterError(f"{', '.join(twice)} is given twice; several keys have commas between")


def known_parameters(dependant: Dependant) -> KnownParameters:
    """Return what an operation knows. It is asked once a route: it looks through all that the route depends on."""
    fields = [field for field in get_flat_params(dependant) if isinstance(field.field_info, Query)]
    return {field.alias: _is_list(field.field_info.annotation) for field in fields}


def _is_list(annotation: Any) -> bool:  # noqa: ANN401 - types of fields are anything
    return any(get_origin(part) in {list, set, tuple} for part in (annotation, *get_args(annotation)))
