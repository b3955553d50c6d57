"""Each thing that can be read of a site has a method of its own, whose types say all that is taken and returned."""

import inspect
import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any, Final, Unpack, get_args, get_origin, get_type_hints, is_typeddict

import httpx
import pandas as pd
import pytest

import platspuls_client
from api.logbook.kinds import KINDS
from platspuls_client import Client, Format, NotFoundError, Rows
from platspuls_client.logbook import Logbook
from tests.support.served import World

ASKED: Final = {
    "site": "haninge-entre",
    "start": "2026-11-02",
    "end": "2026-11-03",
    "since": "2026-11-02",
    "number": 1,
    "frame": "2026-10",
    "year": 2025,
}
"""A value for each argument of what only reads."""
CALLED: Final = {"start": "from", "end": "to"}
OTHERWISE: Final = frozenset(
    {"cursor", "limit"}  # pages are followed to the last one
    | {"dialect", "lang"}  # of files
    | {"numbers", "of", "bins"}  # another method each
    | {"kind", "role", "mode"}  # `only` of a logbook
)
"""Parameters of the API that methods have no argument for, and why."""
UNTYPED: Final = {"pd": pd, "pl": pd}
"""What stands for libraries that signatures name, and that needn't be there."""


class Recorder(httpx.HTTPTransport):
    """Carries requests to the API, and keeps where they went."""

    def __init__(self) -> None:
        super().__init__()
        self.paths: list[str] = []

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self.paths.append(request.url.path)
        return super().handle_request(request)


def parts(client: object) -> Iterator[object]:
    """Yield the client and the parts that it is made of."""
    yield client
    for name in getattr(type(client), "__slots__", ()):
        if not name.startswith("_"):
            yield from parts(getattr(client, name))


def methods(client: Client) -> dict[str, Callable[..., object]]:
    """Return all public methods, by a name that says of which part."""
    return {
        f"{number} {type(part).__name__}.{name}": method
        for number, part in enumerate(parts(client))
        for name, method in inspect.getmembers(part, inspect.ismethod)
        if not name.startswith("_")
    }


def read(method: Callable[..., object]) -> None:
    """Ask, and decode all of the answer; rows become a frame."""
    taken = inspect.signature(method).parameters
    with suppress(NotFoundError):  # nobody has written the number 1
        found = method(**{name: value for name, value in ASKED.items() if name in taken})
        if isinstance(found, Rows):
            found.frame()
        elif isinstance(found, Iterator):
            next(found)


def only_reads(method: Callable[..., object]) -> bool:
    given = inspect.signature(method).parameters.values()
    wanted = {one.name for one in given if one.default is one.empty and one.kind is not one.VAR_KEYWORD}
    return wanted <= set(ASKED) and method.__name__ != "close"


@pytest.mark.chain
def test_each_thing_that_can_be_read_has_a_method_with_all_that_it_takes(world: World) -> None:
    """A route, or a parameter of one, that is added to the API needs a place in the client.

    Each answer is decoded by the type that its method names.
    """
    recorder = Recorder()
    taken: dict[str, set[str]] = {}
    with Client(world.address, transport=recorder) as client:
        for method in methods(client).values():
            if only_reads(method):
                recorder.paths.clear()
                read(method)
                for path in recorder.paths:
                    taken.setdefault(path.removesuffix(f".{Format.NDJSON}"), set()).update(arguments(method))
    routes = read_routes(world)
    assert len(routes) > 50
    asked = {route: [names for path, names in taken.items() if re.fullmatch(pattern(route), path)] for route in routes}
    assert [route for route, found in asked.items() if not found] == []
    missing = {route: routes[route] - OTHERWISE - set().union(*found) for route, found in asked.items()}
    assert {route: names for route, names in missing.items() if names} == {}


def read_routes(world: World) -> dict[str, set[str]]:
    """Return what can be read, with the parameters of its query; forms of files are those of `Client.save`."""
    described = httpx.get(f"{world.address}/api/v1/openapi.json", timeout=30).json()
    files = tuple(f".{one}" for one in Format)
    return {
        path: {one["name"] for one in operations["get"].get("parameters", ()) if one["in"] == "query"}
        for path, operations in described["paths"].items()
        if "get" in operations and path.startswith("/api/v1/") and not path.endswith(files)
    }


def pattern(route: str) -> str:
    return re.sub(r"{\w+}", "[^/]+", route)


def arguments(method: Callable[..., object]) -> set[str]:
    """Return what a method takes, as the API calls it."""
    named = set(inspect.signature(method).parameters)
    for hint in get_type_hints(method, localns=UNTYPED).values():
        if get_origin(hint) is Unpack:
            named |= set(get_type_hints(get_args(hint)[0]))
    return named | {CALLED[name] for name in named if name in CALLED}


def public() -> Iterator[tuple[str, object]]:
    """Yield everything that is offered and has a signature."""
    for name in platspuls_client.__all__:
        offered = getattr(platspuls_client, name)
        if inspect.isclass(offered):
            for own, function in inspect.getmembers(offered, inspect.isfunction):
                if function.__module__.startswith("platspuls_client") and (own[0] != "_" or own == "__init__"):
                    yield f"{name}.{own}", function
        elif inspect.isfunction(offered):
            yield name, offered
    with Client("http://localhost") as client:
        yield from methods(client).items()


def types_in(hint: object) -> Iterator[object]:
    yield hint
    for inner in get_args(hint):
        yield from types_in(inner)
    if is_typeddict(hint):
        for inner in get_type_hints(hint).values():
            yield from types_in(inner)


def test_signatures_name_every_type() -> None:
    """No argument and no answer is anything: editors and type checkers know them, keywords too."""
    anything, loose = [], []
    for name, function in public():
        hints = get_type_hints(function, localns=UNTYPED)
        anything += [f"{name}({argument})" for argument, hint in hints.items() if Any in types_in(hint)]
        for parameter in inspect.signature(function).parameters.values():
            if parameter.kind is parameter.VAR_KEYWORD and get_origin(hints[parameter.name]) is not Unpack:
                loose.append(name)
            assert parameter.name == "self" or parameter.name in hints, f"{name}({parameter.name})"
        assert "return" in hints, name
    assert anything == []
    assert {name.rpartition(".")[2] for name in loose} <= {"pages"}, "parameters of any list, as texts"


def test_each_kind_of_log_record_is_a_logbook() -> None:

    with Client("http://localhost") as client:
        offered = {
            name for name in type(client.logbook).__slots__ if isinstance(getattr(client.logbook, name), Logbook)
        }
    assert offered == {kind.path.replace("-", "_") for kind in KINDS}
