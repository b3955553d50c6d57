"""Routes of numbers in every format: one operation, a path for JSON and one for each kind of file."""

from collections.abc import Callable, Coroutine, Sequence
from http import HTTPStatus
from typing import Any, Final, Union

from fastapi import APIRouter, Response
from pydantic import BaseModel

from api.negotiation import FILES, MEDIA_TYPES, Format
from api.problems import responses
from api.routes.openapi_examples import columns, example
from api.tables.context import InContext
from api.tables.series import Profile, Series
from api.tables.table import Table

_SAID: Final = {
    Format.NDJSON: "The same rows as JSON, one a line, streamed.",
    Format.PARQUET: "The same as Parquet: the columns of the CSV with types, and the question, the data version "
    "and the method as metadata.",
    Format.XLSX: "The same as XLSX: the columns of the CSV, and sheets that explain columns, method and coverage.",
}
_PROBLEMS: Final = (
    HTTPStatus.NOT_MODIFIED,
    HTTPStatus.NOT_FOUND,
    HTTPStatus.UNPROCESSABLE_ENTITY,
    HTTPStatus.NOT_IMPLEMENTED,
)

Operation = Callable[..., Coroutine[Any, Any, Response]]


def table_routes(
    router: APIRouter, path: str, tables: Sequence[Table], whole: type[BaseModel] | None = None
) -> Callable[[Operation], None]:
    """Return a decorator that adds an operation to the router: at `path`, and at `path.csv` and the like.

    Args:
        router: takes the routes.
        path: of JSON, or of what the header Accept says.
        tables: what it may answer with; the first is the example.
        whole: the model of JSON, where it isn't a Series of the rows of one of the tables.
    """
    answers: list[Any] = [whole] if whole else [_rows_of(table) for table in tables]

    def add(operation: Operation) -> None:
        contents = {MEDIA_TYPES[format_]: _content(format_, tables[0]) for format_ in FILES}
        json = {MEDIA_TYPES[Format.JSON]: {"example": example(answers[0])}}
        router.add_api_route(
            path,
            operation,
            response_model=Union[tuple(answers)],  # noqa: UP007 - of models that are known when this runs
            responses={200: {"content": json | contents}, **responses(*_PROBLEMS, HTTPStatus.NOT_ACCEPTABLE)},
        )
        for format_ in FILES:
            router.add_api_route(
                f"{path}.{format_}",
                operation,
                response_class=Response,
                name=f"{operation.__name__}_{format_}",
                description=_description(format_, operation, tables),
                responses={
                    200: {"content": {MEDIA_TYPES[format_]: contents[MEDIA_TYPES[format_]]}},
                    **responses(*_PROBLEMS),
                },
            )

    return add


def _rows_of(table: Table) -> Any:  # noqa: ANN401 - a model that is made at run time has no type
    return (Profile if table.is_profile else Series).__class_getitem__(table.row)


def _content(format_: Format, table: Table) -> dict[str, Any]:
    if format_ is Format.CSV:
        return {"schema": {"type": "string"}, "example": ",".join(table.header())}
    if format_ is Format.NDJSON:
        return {"schema": {"type": "string"}, "example": str(example(table.row))}
    return {"schema": {"type": "string", "format": "binary"}, "example": f"a {format_} file"}


def _description(format_: Format, operation: Operation, tables: Sequence[Table]) -> str:
    """Return what the documentation says: of a CSV also the columns."""
    about = (operation.__doc__ or "").partition("\n")[0]
    if format_ is not Format.CSV:
        return f"{about}\n\n{_SAID[format_]}"
    said = "`by`" if tables[0].is_profile else "`bucket`"
    head = f"{about}\n\nThe same as CSV, streamed. The columns `site` and {said}, and:\n\n"
    end = f"\n\nWith `context=true`, of what the site has:\n\n{columns(InContext)}" if _has_context(tables) else ""
    if len(tables) == 1:
        return head + columns(tables[0].row) + end
    return head + "\n\n".join(f"`{table.name}`:\n\n{columns(table.row)}" for table in tables) + end


def _has_context(tables: Sequence[Table]) -> bool:
    return issubclass(tables[0].row, InContext)
