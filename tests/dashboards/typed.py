"""Whether values are what the annotations of Grafana's SDK say: its models take anything and check nothing."""

import enum
import types
import typing
from collections.abc import Iterator
from typing import Any


def wrong(value: object, kind: Any, where: str = "") -> Iterator[str]:  # noqa: ANN401 - an annotation can be anything
    """Yield a sentence for each value that isn't of the kind that its annotation says."""
    match typing.get_origin(kind):
        case typing.Union | types.UnionType:
            tries = [list(wrong(value, one, where)) for one in typing.get_args(kind)]
            if all(tries):
                # Of all that it could have been, what it most nearly is.
                yield from max(tries, key=lambda sentences: len(sentences[0].partition(":")[0]))
        case typing.Literal:
            if value not in typing.get_args(kind):
                yield f"{where}: {value!r} is none of {typing.get_args(kind)}"
        case found if found is list:
            yield from _each(value, typing.get_args(kind)[0], where)
        case found if found is dict:
            if not isinstance(value, dict):
                yield f"{where}: {value!r} isn't an object"
                return
            for name, one in value.items():
                yield from wrong(one, typing.get_args(kind)[1], f"{where}.{name}")
        case _:
            yield from _plain(value, kind, where)


def _each(value: object, kind: Any, where: str) -> Iterator[str]:  # noqa: ANN401 - the same
    if not isinstance(value, list):
        yield f"{where}: {value!r} isn't a list"
        return
    for number, one in enumerate(value):
        yield from wrong(one, kind, f"{where}[{number}]")


def _plain(value: object, kind: Any, where: str) -> Iterator[str]:  # noqa: ANN401 - the same
    if isinstance(value, dict) and hasattr(kind, "from_json"):
        value = kind.from_json(value)  # the SDK leaves some as they are
    if kind not in {Any, object} and not _is_one(value, kind):
        yield f"{where}: {value!r} isn't of type {getattr(kind, '__name__', kind)}"
    elif hasattr(value, "to_json"):
        yield from members(value, where)


def _is_one(value: object, kind: Any) -> bool:  # noqa: ANN401 - the same
    if isinstance(kind, type) and issubclass(kind, enum.Enum):
        return value in [one.value for one in kind]
    if isinstance(value, bool):
        return kind is bool
    return isinstance(value, int | float if kind is float else kind)


def members(model: object, where: str) -> Iterator[str]:
    """Yield a sentence for each member of a model that isn't what its class says."""
    for name, kind in typing.get_type_hints(type(model)).items():
        if hasattr(model, name):
            yield from wrong(getattr(model, name), kind, f"{where}.{name}")
