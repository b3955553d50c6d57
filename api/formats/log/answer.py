"""Log records as they leave us: in the form that is wanted, tagged by the version of what people wrote."""

import json
from collections.abc import AsyncGenerator, AsyncIterator
from hashlib import sha256
from http import HTTPStatus
from typing import IO, Final

from fastapi import Response
from fastapi.responses import StreamingResponse

from api.formats.answers import csv_line, prefixed
from api.formats.files import FileWriter, batches, installed, written
from api.formats.log.labels import log_method
from api.formats.log.question import LogQuestion, short_version
from api.negotiation import MEDIA_TYPES, Format, RequestedFormat
from api.services import Services
from core.texts.catalog import Language

_BATCH_ROWS: Final = 200
_VERSION: Final = "version/written_version"


async def log_answer(services: Services, requested: RequestedFormat, question: LogQuestion) -> Response:
    """Return the log records in the requested format, or 304 where the caller has them.

    Whatever the format, the first rows are there before the answer begins, so that what is wrong is still a problem.
    """
    [data] = await services.database.rows(_VERSION, question.parameters, dict)
    text_months = await _text_months(services)
    headers = _headers(requested, question, short_version(data["version"]), text_months)
    if question.has(headers["ETag"]):
        return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
    if requested.format is Format.JSON:
        return await _json(services, question, headers)
    number = await services.exports.begin(
        question.caller,
        question.site.site,
        question.question(),
        requested.format.value,
        headers["Platspuls-Data-Version"],
    )
    headers["Content-Disposition"] = f'attachment; filename="{question.file_name(requested.format)}"'
    file = await _file(services, requested, question, headers, text_months)
    return services.exports.watched(question.caller, question.site.site, number, file)


async def _text_months(services: Services) -> int | None:
    """Return for how many months texts are kept; None where none was ever taken away."""
    found = await services.database.rows("places/text_retention", {}, dict)
    return found[0]["months"] if found else None


def _headers(
    requested: RequestedFormat, question: LogQuestion, data_version: str, text_months: int | None
) -> dict[str, str]:
    parts = (question.versions(data_version), question.question(), text_months, requested.format, requested.dialect)
    tag = sha256(repr((*parts, requested.language)).encode()).hexdigest()[:32]
    vary = "Accept, Accept-Encoding" if requested.negotiated else "Accept-Encoding"
    return {"ETag": f'W/"{tag}"', "Platspuls-Data-Version": data_version, "Vary": vary}


async def _file(
    services: Services,
    requested: RequestedFormat,
    question: LogQuestion,
    headers: dict[str, str],
    text_months: int | None,
) -> StreamingResponse:
    media_type = MEDIA_TYPES[requested.format]
    if requested.format is Format.CSV:
        names = [column.name for column in question.columns]
        blocks = services.database.csv_blocks(question.rows, [question.parameters], question.columns, requested.dialect)
        head = csv_line(names, requested.dialect).encode() + await anext(blocks, b"")
        media_type = f"{media_type}; charset=utf-8; header=present"
        return StreamingResponse(prefixed(head, blocks), media_type=media_type, headers=headers)
    if requested.format is Format.NDJSON:
        rows = services.database.json_rows(question.rows, question.parameters, is_export=True)
        first = await anext(rows, None)
        return StreamingResponse(_lines(first, rows), media_type=media_type, headers=headers)

    def begun(file: IO[bytes], data: str) -> FileWriter:
        with installed(requested.format):
            return _writer(file, requested, question, short_version(data), text_months)

    typed = services.database.typed_rows(
        (_VERSION, question.parameters), (question.rows, question.parameters), question.columns
    )
    data, size, content = await written(typed, begun)
    headers |= _headers(requested, question, short_version(data), text_months)
    headers["Content-Length"] = str(size)
    return StreamingResponse(content, media_type=media_type, headers=headers)


def _writer(
    file: IO[bytes], requested: RequestedFormat, question: LogQuestion, data_version: str, text_months: int | None
) -> FileWriter:
    if requested.format is Format.PARQUET:
        from api.formats.parquet import ParquetWriter  # noqa: PLC0415 - loaded when needed first

        method = [*log_method(Language.EN, history=question.history, text_months=text_months)]
        return ParquetWriter(file, question.columns, question.described(data_version, method))
    from api.formats.log.workbook import LogWorkbook  # noqa: PLC0415 - loaded when needed first

    return LogWorkbook(file, question, data_version, requested.language, text_months)


async def _json(services: Services, question: LogQuestion, headers: dict[str, str]) -> Response:
    head = {
        "site": question.site.site,
        "time_zone": question.site.time_zone,
        "from_utc": question.start and f"{question.start:%Y-%m-%dT%H:%M:%SZ}",
        "to_utc": question.end and f"{question.end:%Y-%m-%dT%H:%M:%SZ}",
        "kinds": [table.name for table in question.tables],
        "history": question.history,
    }
    rows = services.database.json_rows(question.rows, question.parameters)
    first = await anext(rows, "")
    text = f'{json.dumps(head, ensure_ascii=False).removesuffix("}")}, "rows": [{first}'
    return StreamingResponse(_array(text, rows), media_type=MEDIA_TYPES[Format.JSON], headers=headers)


async def _array(head: str, rows: AsyncGenerator[str, None]) -> AsyncIterator[str]:
    yield head
    async for some in batches(rows, _BATCH_ROWS):
        yield "".join(f",{row}" for row in some)
    yield "]}"


async def _lines(first: str | None, rows: AsyncGenerator[str, None]) -> AsyncIterator[str]:
    if first is not None:
        yield f"{first}\n"
    async for some in batches(rows, _BATCH_ROWS):
        yield "".join(f"{row}\n" for row in some)
