"""Numbers by bucket as they leave us: JSON or CSV made by the database, streamed where long, tagged by data version.

The database writes the text of each row, so that nothing is taken apart and put together again on the way: that is
several times as fast, and each number reads the same everywhere.
"""

import csv
import io
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import aclosing
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from http import HTTPStatus
from importlib.metadata import version
from typing import Final, Literal, TypeVar, get_args, get_origin

from fastapi import Response
from fastapi.responses import StreamingResponse
from pydantic import BaseModel

from api.database import Column
from api.rows import Series
from api.services import Question, Services

CSV_TYPE: Final = "text/csv; charset=utf-8; header=present"
_JSON_TYPE: Final = "application/json"
_AT_ONCE_ROWS: Final = 2_000
"""A JSON answer of no more rows is gathered and its connection given back before the reader gets any of it."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Table:
    """What an answer holds.

    Attributes:
        statement: its rows.
        row: their columns.
        name: a part of the name of a CSV file.
    """

    statement: str
    row: type[BaseModel]
    name: str

    def header(self) -> list[str]:
        """Return the names of a CSV's columns."""
        return ["site", "bucket", *self.row.model_fields]


async def answer_json(use: Services, table: Table, asked: Question, **more: object) -> Response:
    """Return the rows as a Series, or 304 where the caller has them. The statement takes the question and `more`."""
    tag = await _tag(use, table, asked, {**more, "form": "json"})
    if asked.has(tag):
        return _unchanged(tag)
    rows = use.database.json_rows(table.statement, asked.parameters(**more))
    first = [row async for row in _taken(rows, _AT_ONCE_ROWS)]
    head = _head(table, asked)
    if len(first) < _AT_ONCE_ROWS:
        return Response(f"{head}{','.join(first)}]}}", media_type=_JSON_TYPE, headers={"ETag": tag})
    return StreamingResponse(_long(head, first, rows), media_type=_JSON_TYPE, headers={"ETag": tag})


async def answer_csv(use: Services, table: Table, asked: Question, **more: object) -> Response:
    """Return the rows as CSV, or 304 where the caller has them.

    The first block is fetched before the answer begins, so that what is wrong is still told as a problem.
    """
    tag = await _tag(use, table, asked, {**more, "form": "csv"})
    if asked.has(tag):
        return _unchanged(tag)
    parameters = asked.parameters(**more)
    blocks = use.database.csv_blocks(table.statement, parameters, _columns(table.row))
    first = await anext(blocks, b"")
    return StreamingResponse(
        _blocks(_line(table.header()).encode() + first, blocks),
        media_type=CSV_TYPE,
        headers={"ETag": tag, "Content-Disposition": f'attachment; filename="{_file_name(table, asked)}"'},
    )


async def _tag(use: Services, table: Table, asked: Question, more: Mapping[str, object]) -> str:
    """Return what changes whenever the answer may: the question, the site file, the data and this program.

    It is weak, since an answer may be compressed. It is made before the rows are read: an answer may be newer than its
    tag, and is then fetched once more, but never older.
    """
    [(data,)] = [tuple(row.values()) for row in await use.database.rows("data_version", asked.parameters(), dict)]
    parts = (version("platspuls"), table, sorted(asked.parameters(**more).items()), asked.site.version, data)
    return f'W/"{sha256(repr(parts).encode()).hexdigest()[:32]}"'


def _unchanged(tag: str) -> Response:
    return Response(status_code=HTTPStatus.NOT_MODIFIED, headers={"ETag": tag, "Vary": "Accept-Encoding"})


def _head(table: Table, asked: Question) -> str:
    """Return the JSON of a Series up to its rows."""
    series = Series[table.row](  # type: ignore[name-defined] # the row's class is known when this runs
        site=asked.site.site,
        time_zone=asked.site.time_zone,
        bucket=asked.bucket.value,
        hours=asked.hours.value,
        from_utc=asked.range.from_utc,
        to_utc=asked.range.to_utc,
        rows=[],
    )
    return series.model_dump_json().removesuffix("]}")


async def _taken(rows: AsyncGenerator[T, None], most: int) -> AsyncIterator[T]:
    for _ in range(most):
        try:
            yield await anext(rows)
        except StopAsyncIteration:
            return


async def _long(head: str, first: list[str], rows: AsyncGenerator[str, None]) -> AsyncIterator[str]:
    yield head + ",".join(first)
    async with aclosing(rows):
        waiting: list[str] = []
        async for row in rows:
            waiting.append(row)
            if len(waiting) == _AT_ONCE_ROWS // 10:
                yield "," + ",".join(waiting)
                waiting.clear()
    yield "".join(f",{row}" for row in waiting) + "]}"


async def _blocks(first: bytes, blocks: AsyncGenerator[bytes, None]) -> AsyncIterator[bytes]:
    yield first
    async with aclosing(blocks):
        async for block in blocks:
            yield block


def _line(words: list[str]) -> str:
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\n").writerow(words)
    return text.getvalue()


def _file_name(table: Table, asked: Question) -> str:
    start, end = (f"{at:%Y%m%dT%H%MZ}" for at in (asked.range.from_utc, asked.range.to_utc))
    hours = "" if asked.hours == "all" else f"_{asked.hours}"
    return f"{asked.site.site}_{table.name}_{asked.bucket}{hours}_{start}_{end}.csv"


@cache
def _columns(row: type[BaseModel]) -> tuple[Column, ...]:
    """Return how the columns of a row are written in a CSV."""
    return tuple(Column(name, _kind(field.annotation)) for name, field in row.model_fields.items())


def _kind(annotation: object) -> Literal["plain", "boolean", "list"]:
    if annotation is bool or bool in get_args(annotation):
        return "boolean"
    return "list" if get_origin(annotation) is list else "plain"
