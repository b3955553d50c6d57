"""What OpenAPI says beside the types: an example of each answer, made from the examples of its fields."""

import types
from collections.abc import Iterator
from typing import Any, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from api.tables.context import InContext


def example(model: type[BaseModel]) -> dict[str, Any]:
    """Return an example of a model: each field's own first example, else one that fits its type. Without context."""
    return {field.alias or name: _value(field.examples, field.annotation) for name, field in _own(model)}


def ok(model: type[BaseModel], *, is_list: bool = False, status: int = 200) -> dict[int | str, dict[str, Any]]:
    """Return the OpenAPI description of a good answer, with an example of the model."""
    one = example(model)
    return ok_as([one] if is_list else one, status)


def ok_as(answer: Any, status: int = 200) -> dict[int | str, dict[str, Any]]:  # noqa: ANN401 - JSON is anything
    """Return the OpenAPI description of a good answer, with this one as its example."""
    return {status: {"content": {"application/json": {"example": answer}}}}


def columns(model: type[BaseModel]) -> str:
    """Return the columns of a CSV as a list in Markdown, without those of context."""
    return "\n".join(f"- `{name}`: {field.description}" for name, field in _own(model))


def _own(model: type[BaseModel]) -> Iterator[tuple[str, FieldInfo]]:
    for name, field in model.model_fields.items():
        if model is InContext or name not in InContext.model_fields or not issubclass(model, InContext):
            yield name, field


def _value(examples: list[Any] | None, kind: Any) -> Any:  # noqa: ANN401 - types of fields are anything
    if examples:
        return examples[0]
    if get_origin(kind) in (Union, types.UnionType):
        return None if type(None) in get_args(kind) else _value(None, get_args(kind)[0])
    if get_origin(kind) is list:
        return [_value(None, get_args(kind)[0])]
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return example(kind)
    return _PLAIN.get(kind, "2026-10-25T01:00:00Z")


_PLAIN = {bool: False, int: 0, float: 0.0, str: "text"}
