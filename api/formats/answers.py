"""Numbers by bucket as they leave us, in the form that is wanted, streamed where long, tagged by data version.

The database writes the text of each row of JSON and CSV, so that nothing is taken apart and put together again on the
way: that is several times as fast, and each number reads the same everywhere. Parquet and XLSX: `api/formats/files.py`.
"""

import csv
import gzip
import io
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import aclosing
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from http import HTTPStatus
from typing import Final, TypeVar

from fastapi import Response
from fastapi.responses import StreamingResponse
from pydantic import BaseModel

from api.database.watched_rows import LeftOutRow
from api.errors import ParameterError
from api.formats.files import batches, made
from api.formats.metadata import ResultMetadata
from api.negotiation import MEDIA_TYPES, Dialect, Format, RequestedFormat
from api.ranges import Bucket, By, ByPeople
from api.series_query import SeriesQuery
from api.services import Services
from api.tables.series import LeftOut, LeftOutCell, Profile, Series
from api.tables.table import Table
from core.wire import BINS

_AT_ONCE_ROWS: Final = 2_000
"""A JSON answer of no more rows is gathered and its connection given back before the reader gets any of it."""
_BATCH_ROWS: Final = 200
"""Rows of JSON are handed on in batches of so many."""
_PART_ROWS: Final = 50_000
"""A CSV of more rows is made in parts of about so many."""
_LENGTHS: Final = {
    Bucket.QUARTER: timedelta(minutes=15),
    Bucket.HOUR: timedelta(hours=1),
    Bucket.DAY: timedelta(days=1),
    Bucket.WEEK: timedelta(days=7),
    Bucket.MONTH: timedelta(days=30),
}
_GROUPS: Final[Mapping[By | ByPeople, int]] = {
    By.WEEKDAY: 7,
    By.HOUR: 24,
    By.WEEKDAY_HOUR: 168,
    By.DAY_TYPE: 4,
    By.MONTH: 12,
}
_SETTLED: Final = timedelta(hours=1)
"""A range that ended so long ago is over by the database's clock too: its answer depends on data alone."""
COMPRESSION: Final = 1
"""Of zlib's levels: a year by the hour is a ninth of its size at 1, and hardly smaller for three times the work."""
_DATA_VERSION: Final = "Platspuls-Data-Version"
_LEFT_OUT: Final = "Platspuls-Left-Out"
_MOST_NAMED: Final = 20
"""So many rows that were left out are named in a header."""

T = TypeVar("T")


async def answer(
    services: Services,
    requested: RequestedFormat,
    table: Table,
    query: SeriesQuery,
    *,
    reach: timedelta = timedelta(0),
    **more: object,
) -> Response:
    """Return the rows in the requested format, or 304 where the caller has them.

    The statement takes the question and `more`, and looks at data up to `reach` before and after the range. Whatever
    the format, the first rows are there before the answer begins, so that what is wrong is still answered as a problem.
    """
    metadata = ResultMetadata.of(table, query, more, reach).in_context()
    parts = {"of": table.of, "only": more.get("only")}
    data, keys = await services.database.version_and_keys(metadata.versioned_by, metadata.seen | parts)
    metadata = metadata.at(data)
    headers = _headers(requested, metadata)
    if query.has(headers["ETag"]):
        return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
    if query.min_coverage is not None and query.by is None:
        metadata = replace(metadata, left_out=await _left_out(services, metadata))
        headers[_LEFT_OUT] = metadata.left_out_words(_MOST_NAMED) or ""
    if requested.format is Format.JSON:
        return await _json(services, metadata, keys, headers, takes_gzip=requested.takes_gzip)
    number = await services.exports.begin(
        query.caller, query.site.site, metadata.question(), requested.format.value, metadata.data_version
    )
    file = await _file(services, requested, metadata, keys, headers)
    return services.exports.watched(query.caller, query.site.site, number, file)


async def _left_out(services: Services, metadata: ResultMetadata) -> list[LeftOutRow]:
    """Return the rows that are left out. Raises ParameterError where rows have no coverage to be judged by."""
    table = metadata.table
    fields = table.row.model_fields
    if "coverage" not in fields:
        raise ParameterError(f"min_coverage {metadata.query.min_coverage:g}: {table.name} has no coverage to judge by")
    of = "part" if "part" in fields else table.of or ("line" if "line" in fields else None)
    return await services.database.left_out(table.statement, metadata.parameters, of)


async def _file(
    services: Services,
    requested: RequestedFormat,
    metadata: ResultMetadata,
    keys: list[str],
    headers: dict[str, str],
) -> StreamingResponse:
    headers["Content-Disposition"] = f'attachment; filename="{metadata.file_name(requested.format)}"'
    if requested.format is Format.CSV:
        return await _csv(services, metadata, keys, requested.dialect, headers)
    if requested.format is Format.NDJSON:
        return await _lines(services, metadata, headers)
    metadata, size, blocks = await made(services.database, metadata, requested.format, requested.language)
    headers |= _headers(requested, metadata)
    headers["Content-Length"] = str(size)
    return StreamingResponse(blocks, media_type=MEDIA_TYPES[requested.format], headers=headers)


def _headers(requested: RequestedFormat, metadata: ResultMetadata) -> dict[str, str]:
    """Return the tag, which changes whenever the answer may: the question, the site file, the data and this program.

    It is weak, since an answer may be compressed. That of JSON and CSV is made before the rows are read: an answer may
    be newer than its tag, and is then fetched once more, but never older.
    """
    parts = (
        metadata.program_version,
        metadata.table,
        sorted(metadata.parameters.items()),
        metadata.data_version,
        requested.format,
    )
    tag = sha256(repr((*parts, requested.dialect, requested.language)).encode()).hexdigest()[:32]
    vary = {"Vary": "Accept, Accept-Encoding"} if requested.negotiated else {"Vary": "Accept-Encoding"}
    return {"ETag": f'W/"{tag}"', _DATA_VERSION: metadata.data_version, **vary}


async def _json(
    services: Services, metadata: ResultMetadata, keys: list[str], headers: dict[str, str], *, takes_gzip: bool
) -> Response:
    head, media_type = _head(metadata), MEDIA_TYPES[Format.JSON]
    if keys and len(keys) * _rows(metadata) <= _AT_ONCE_ROWS:

        async def made() -> bytes:
            rows = await services.database.json_at_once(metadata.table.statement, metadata.parameters)
            body = f"{head}{','.join(rows)}]}}".encode()
            return gzip.compress(body, COMPRESSION, mtime=0) if takes_gzip else body

        is_final = metadata.query.range.end + _SETTLED < services.now()
        body = await services.shared.get((headers["ETag"], takes_gzip), made, is_final=is_final)
        more = {"Content-Encoding": "gzip"} if takes_gzip else {}
        return Response(body, media_type=media_type, headers=headers | more)
    streamed = services.database.json_rows(metadata.table.statement, metadata.parameters)
    first = [row async for row in _taken(streamed, _AT_ONCE_ROWS)]
    if len(first) < _AT_ONCE_ROWS:
        return Response(f"{head}{','.join(first)}]}}", media_type=media_type, headers=headers)
    return StreamingResponse(_long(head, first, streamed), media_type=media_type, headers=headers)


async def _lines(services: Services, metadata: ResultMetadata, headers: dict[str, str]) -> StreamingResponse:
    rows = services.database.json_rows(metadata.table.statement, metadata.parameters, is_export=True)
    first = [row async for row in _taken(rows, _AT_ONCE_ROWS)]
    return StreamingResponse(_long_lines(first, rows), media_type=MEDIA_TYPES[Format.NDJSON], headers=headers)


async def _csv(
    services: Services, metadata: ResultMetadata, keys: list[str], dialect: Dialect, headers: dict[str, str]
) -> StreamingResponse:
    columns = metadata.table.columns()
    blocks = services.database.csv_blocks(metadata.table.statement, _parts(metadata, keys), columns, dialect)
    first = await anext(blocks, b"")
    head = csv_line([column.name for column in columns], dialect).encode()
    media_type = f"{MEDIA_TYPES[Format.CSV]}; charset=utf-8; header=present"
    return StreamingResponse(prefixed(head + first, blocks), media_type=media_type, headers=headers)


def _parts(metadata: ResultMetadata, keys: list[str]) -> list[dict[str, object]]:
    """Return the question in parts of some lines or zones each, whose rows follow each other."""
    at_once = max(1, _PART_ROWS // _cells(metadata))
    groups = [keys[first : first + at_once] for first in range(0, len(keys), at_once)]
    return [metadata.parameters | {"only": group} for group in groups] or [metadata.parameters]


def _cells(metadata: ResultMetadata) -> int:
    """Return how many cells the range has, or one or two less."""
    query = metadata.query
    return max(1, (query.range.end - query.range.start) // _LENGTHS[query.bucket])


def _rows(metadata: ResultMetadata) -> int:
    """Return how many rows there are of each line or zone, at most: cells, or groups of a profile, or their bins."""
    if metadata.query.by is None:
        return _cells(metadata)
    return _GROUPS.get(metadata.query.by, 1) * (BINS if "bin_from_s" in metadata.table.row.model_fields else 1)


def _head(metadata: ResultMetadata) -> str:
    """Return the JSON of a Series or Profile up to its rows."""
    described = metadata.query.described()
    if metadata.table.is_profile:
        return Profile[BaseModel](**described, rows=[]).model_dump_json().removesuffix("]}")
    left_out, least = None, metadata.query.min_coverage
    if least is not None:
        cells = [LeftOutCell(part=r.part, start=r.start_local, coverage=r.coverage) for r in metadata.left_out]
        left_out = LeftOut(count=metadata.left_out[0].count if metadata.left_out else 0, cells=cells)
    series = Series[BaseModel](
        **described, numbers=metadata.table.numbers, min_coverage=least, left_out=left_out, rows=[]
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
    async for some in batches(rows, _BATCH_ROWS):
        yield "".join(f",{row}" for row in some)
    yield "]}"


async def _long_lines(first: list[str], rows: AsyncGenerator[str, None]) -> AsyncIterator[str]:
    yield "".join(f"{row}\n" for row in first)
    async for some in batches(rows, _BATCH_ROWS):
        yield "".join(f"{row}\n" for row in some)


async def prefixed(first: bytes, blocks: AsyncGenerator[bytes, None]) -> AsyncIterator[bytes]:
    """Yield the first bytes of a file, then its other blocks."""
    yield first
    async with aclosing(blocks):
        async for block in blocks:
            yield block


def csv_line(words: list[str], dialect: Dialect) -> str:
    """Return the heading of a CSV, with the mark for UTF-8 where the dialect has one."""
    text = io.StringIO(newline="")
    is_standard = dialect is Dialect.STANDARD
    csv.writer(text, delimiter="," if is_standard else ";", lineterminator="\n").writerow(words)
    return text.getvalue() if is_standard else f"\N{BOM}{text.getvalue()}"
