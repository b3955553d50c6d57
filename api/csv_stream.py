"""Rows as CSV, line by line as they come from the database: memory doesn't grow with the range."""

import csv
import io
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from typing import Final

from fastapi.responses import StreamingResponse
from pydantic import BaseModel

from api.database import Database
from api.services import Question

MEDIA_TYPE: Final = "text/csv; charset=utf-8; header=present"
_BLOCK_CHARACTERS: Final = 16_384


@dataclass(frozen=True, slots=True)
class Table:
    """What a CSV holds.

    Attributes:
        statement: its rows.
        row: the columns after `site` and `bucket`.
        name: a part of the file's name.
    """

    statement: str
    row: type[BaseModel]
    name: str

    def header(self) -> list[str]:
        """Return the names of the columns."""
        return ["site", "bucket", *self.row.model_fields]


async def csv_response(database: Database, table: Table, asked: Question, **more: object) -> StreamingResponse:
    """Return a CSV of the rows of a statement that takes the question and `more`.

    The first row is fetched before the answer begins, so that what is wrong is still told as a problem.
    """
    rows = database.stream(table.statement, asked.parameters(**more), table.row)
    first = await anext(rows, None)
    return StreamingResponse(
        _blocks(table.header(), [asked.site.site, asked.bucket.value], first, rows),
        media_type=MEDIA_TYPE,
        headers={"Content-Disposition": f'attachment; filename="{_file_name(table, asked)}"'},
    )


def _file_name(table: Table, asked: Question) -> str:
    start, end = (f"{at:%Y%m%dT%H%MZ}" for at in (asked.range.from_utc, asked.range.to_utc))
    return f"{asked.site.site}_{table.name}_{asked.bucket}_{start}_{end}.csv"


async def _blocks(
    header: Sequence[str], before: Sequence[str], first: BaseModel | None, rows: AsyncGenerator[BaseModel, None]
) -> AsyncIterator[str]:
    """Yield the text in blocks of some kilobytes."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(header)
    if first is not None:
        writer.writerow([*before, *_cells(first)])
    async with aclosing(rows):
        async for row in rows:
            writer.writerow([*before, *_cells(row)])
            if text.tell() > _BLOCK_CHARACTERS:
                yield _taken(text)
    yield _taken(text)


def _taken(text: io.StringIO) -> str:
    block = text.getvalue()
    text.seek(0)
    text.truncate()
    return block


def _cells(row: BaseModel) -> list[object]:
    """Return the values as they stand in JSON; a list is joined by spaces, null is empty."""
    values = row.model_dump(mode="json").values()
    return [" ".join(value) if isinstance(value, list) else _plain(value) for value in values]


def _plain(value: object) -> object:
    if isinstance(value, bool):
        return "true" if value else "false"
    return value
