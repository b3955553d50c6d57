"""Numbers by bucket as they leave us, in the form that is wanted, streamed where long, tagged by data version.

The database writes the text of each row of JSON and CSV, so that nothing is taken apart and put together again on the
way: that is several times as fast, and each number reads the same everywhere. Parquet and XLSX: `api/formats/files.py`.
"""

import csv
import io
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from datetime import timedelta
from hashlib import sha256
from http import HTTPStatus
from typing import Final, TypeVar

from fastapi import Response
from fastapi.responses import StreamingResponse
from pydantic import BaseModel

from api.formats.files import made
from api.formats.metadata import About
from api.negotiation import MEDIA_TYPES, Dialect, Form, Wanted
from api.ranges import Bucket
from api.services import Question, Services
from api.tables.rows import Series
from api.tables.table import Table

_AT_ONCE_ROWS: Final = 2_000
"""A JSON answer of no more rows is gathered and its connection given back before the reader gets any of it."""
_PART_ROWS: Final = 50_000
"""A CSV of more rows is made in parts of about so many."""
_LENGTHS: Final = {
    Bucket.QUARTER: timedelta(minutes=15),
    Bucket.HOUR: timedelta(hours=1),
    Bucket.DAY: timedelta(days=1),
    Bucket.WEEK: timedelta(days=7),
    Bucket.MONTH: timedelta(days=30),
}
_DATA_VERSION: Final = "Platspuls-Data-Version"

T = TypeVar("T")


async def answer(
    use: Services,
    wanted: Wanted,
    table: Table,
    asked: Question,
    *,
    reach: timedelta = timedelta(0),
    **more: object,
) -> Response:
    """Return the rows in the form that is wanted, or 304 where the caller has them.

    The statement takes the question and `more`, and looks at data up to `reach` before and after the range. Whatever
    the form, the first rows are there before the answer begins, so that what is wrong is still told as a problem.
    """
    about = About.of(table, asked, more, reach)
    [(data,)] = [tuple(row.values()) for row in await use.database.rows(about.versioned_by, about.seen, dict)]
    about = about.at(data)
    headers = _headers(wanted, about)
    if asked.has(headers["ETag"]):
        return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
    if wanted.form is Form.JSON:
        return await _json(use, about, headers)
    number = await use.exports.begin(asked.caller, asked.site.site, about.question(), wanted.form.value)
    file = await _file(use, wanted, about, headers)
    return use.exports.watched(asked.caller, asked.site.site, number, file)


async def _file(use: Services, wanted: Wanted, about: About, headers: dict[str, str]) -> StreamingResponse:
    headers["Content-Disposition"] = f'attachment; filename="{about.file_name(wanted.form)}"'
    if wanted.form is Form.CSV:
        return await _csv(use, about, wanted.dialect, headers)
    if wanted.form is Form.NDJSON:
        return await _lines(use, about, headers)
    about, size, blocks = await made(use.database, about, wanted.form)
    headers |= _headers(wanted, about)
    headers["Content-Length"] = str(size)
    return StreamingResponse(blocks, media_type=MEDIA_TYPES[wanted.form], headers=headers)


def _headers(wanted: Wanted, about: About) -> dict[str, str]:
    """Return the tag, which changes whenever the answer may: the question, the site file, the data and this program.

    It is weak, since an answer may be compressed. That of JSON and CSV is made before the rows are read: an answer may
    be newer than its tag, and is then fetched once more, but never older.
    """
    parts = (about.program_version, about.table, sorted(about.parameters.items()), about.data_version, wanted.form)
    tag = sha256(repr((*parts, wanted.dialect)).encode()).hexdigest()[:32]
    vary = {"Vary": "Accept, Accept-Encoding"} if wanted.negotiated else {"Vary": "Accept-Encoding"}
    return {"ETag": f'W/"{tag}"', _DATA_VERSION: about.data_version, **vary}


async def _json(use: Services, about: About, headers: dict[str, str]) -> Response:
    head, media_type = _head(about), MEDIA_TYPES[Form.JSON]
    keys = await _keys(use, about)
    if keys and len(keys) * _cells(about) <= _AT_ONCE_ROWS:
        told = await use.database.json_at_once(about.table.statement, about.parameters)
        return Response(f"{head}{','.join(told)}]}}", media_type=media_type, headers=headers)
    rows = use.database.json_rows(about.table.statement, about.parameters)
    first = [row async for row in _taken(rows, _AT_ONCE_ROWS)]
    if len(first) < _AT_ONCE_ROWS:
        return Response(f"{head}{','.join(first)}]}}", media_type=media_type, headers=headers)
    return StreamingResponse(_long(head, first, rows), media_type=media_type, headers=headers)


async def _lines(use: Services, about: About, headers: dict[str, str]) -> StreamingResponse:
    rows = use.database.json_rows(about.table.statement, about.parameters, is_export=True)
    first = [row async for row in _taken(rows, _AT_ONCE_ROWS)]
    return StreamingResponse(_long_lines(first, rows), media_type=MEDIA_TYPES[Form.NDJSON], headers=headers)


async def _csv(use: Services, about: About, dialect: Dialect, headers: dict[str, str]) -> StreamingResponse:
    columns = about.table.columns()
    blocks = use.database.csv_blocks(about.table.statement, await _parts(use, about), columns, dialect)
    first = await anext(blocks, b"")
    head = _line([column.name for column in columns], dialect).encode()
    media_type = f"{MEDIA_TYPES[Form.CSV]}; charset=utf-8; header=present"
    return StreamingResponse(_blocks(head + first, blocks), media_type=media_type, headers=headers)


async def _parts(use: Services, about: About) -> list[dict[str, object]]:
    """Return the question in parts of some lines or zones each, whose rows follow each other."""
    keys, at_once = await _keys(use, about), max(1, _PART_ROWS // _cells(about))
    groups = [keys[first : first + at_once] for first in range(0, len(keys), at_once)]
    return [about.parameters | {"only": group} for group in groups] or [about.parameters]


async def _keys(use: Services, about: About) -> list[str]:
    """Return the keys of what the rows are of, in their order; none where that isn't known beforehand."""
    if about.table.of is None:
        return []
    asked = about.parameters | {"of": about.table.of}
    return [row["key"] for row in await use.database.rows("parts", asked, dict[str, str])]


def _cells(about: About) -> int:
    """Return how many cells the range has, or one or two less."""
    asked = about.asked
    return max(1, (asked.range.to_utc - asked.range.from_utc) // _LENGTHS[asked.bucket])


def _head(about: About) -> str:
    """Return the JSON of a Series up to its rows."""
    asked = about.asked
    series = Series[BaseModel](
        site=asked.site.site,
        time_zone=asked.site.time_zone,
        bucket=asked.bucket.value,
        hours=asked.hours.value,
        numbers=about.table.numbers,
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


async def _gathered(rows: AsyncGenerator[str, None]) -> AsyncIterator[list[str]]:
    async with aclosing(rows):
        waiting: list[str] = []
        async for row in rows:
            waiting.append(row)
            if len(waiting) == _AT_ONCE_ROWS // 10:
                yield waiting
                waiting = []
    yield waiting


async def _long(head: str, first: list[str], rows: AsyncGenerator[str, None]) -> AsyncIterator[str]:
    yield head + ",".join(first)
    async for some in _gathered(rows):
        yield "".join(f",{row}" for row in some)
    yield "]}"


async def _long_lines(first: list[str], rows: AsyncGenerator[str, None]) -> AsyncIterator[str]:
    yield "".join(f"{row}\n" for row in first)
    async for some in _gathered(rows):
        yield "".join(f"{row}\n" for row in some)


async def _blocks(first: bytes, blocks: AsyncGenerator[bytes, None]) -> AsyncIterator[bytes]:
    yield first
    async with aclosing(blocks):
        async for block in blocks:
            yield block


def _line(words: list[str], dialect: Dialect) -> str:
    text = io.StringIO(newline="")
    is_standard = dialect is Dialect.STANDARD
    csv.writer(text, delimiter="," if is_standard else ";", lineterminator="\n").writerow(words)
    return text.getvalue() if is_standard else f"\N{BOM}{text.getvalue()}"
