"""Content negotiation: the format of an answer, by the suffix of the path or by the header Accept."""

import enum
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Final

from fastapi import Depends, Query, Request

from api.errors import FormatError, ParameterError
from core.texts.catalog import Language


class Format(enum.StrEnum):
    """Formats of an answer; each but JSON is a suffix of the path."""

    JSON = "json"
    NDJSON = "ndjson"
    CSV = "csv"
    PARQUET = "parquet"
    XLSX = "xlsx"


class Dialect(enum.StrEnum):
    """How a CSV is written.

    Attributes:
        STANDARD: commas, points in numbers, UTF-8: for programs.
        EXCEL_SV: as Excel and LibreOffice read it where Swedish is set: semicolons, decimal commas, a mark for UTF-8.
    """

    STANDARD = "standard"
    EXCEL_SV = "excel-sv"


MEDIA_TYPES: Final[Mapping[Format, str]] = {
    Format.JSON: "application/json",
    Format.NDJSON: "application/x-ndjson",
    Format.CSV: "text/csv",
    Format.PARQUET: "application/vnd.apache.parquet",
    Format.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
FILES: Final = tuple(format_ for format_ in Format if format_ is not Format.JSON)
"""What has a suffix of its own."""

_MOST_RANGES: Final = 50
_HTML: Final = "text/html"
_JSON: Final = ("application/json", "application/problem+json")
_NAMES_HTML: Final = frozenset({_HTML, "text/*"})
_NAMES_JSON: Final = frozenset({*_JSON, "application/*"})


@dataclass(frozen=True, slots=True)
class RequestedFormat:
    """The format that a request asks for.

    Attributes:
        format: of the answer.
        dialect: of a CSV.
        language: of a workbook.
        negotiated: whether the header Accept decided, so that a cache must look at it.
        takes_gzip: whether the answer may be compressed.
    """

    format: Format
    dialect: Dialect
    language: Language
    negotiated: bool
    takes_gzip: bool


async def requested_format(
    request: Request,
    dialect: Annotated[
        Dialect | None,
        Query(
            description="Of a CSV: excel-sv has semicolons, commas in numbers and a mark for UTF-8, as Excel and "
            "LibreOffice read it where Swedish is set. Left out: commas, and points in numbers."
        ),
    ] = None,
    lang: Annotated[
        Language | None,
        Query(description="Of an XLSX: the language of its sheets, headings and texts; en if left out."),
    ] = None,
) -> RequestedFormat:
    """Return the format of the answer: the suffix of the path, or content negotiation by Accept.

    Raises FormatError where no accepted format is ours, and ParameterError for a dialect of anything but a CSV,
    or a language of anything but an XLSX.
    """
    _, dot, suffix = request.url.path.rpartition("/")[2].rpartition(".")
    format_ = Format(suffix) if dot else _accepted(request.headers.get("accept", "*/*"))
    if dialect is not None and format_ is not Format.CSV:
        raise ParameterError(f"dialect {dialect}: only a CSV has one, and {format_} was asked for")
    if lang is not None and format_ is not Format.XLSX:
        raise ParameterError(f"lang {lang}: only an XLSX has one, and {format_} was asked for")
    takes_gzip = "gzip" in request.headers.get("accept-encoding", "")
    return RequestedFormat(
        format_, dialect or Dialect.STANDARD, lang or Language.EN, negotiated=not dot, takes_gzip=takes_gzip
    )


RequestedFormatDep = Annotated[RequestedFormat, Depends(requested_format)]


def prefers_html(accept: str, *, otherwise: bool) -> bool:
    """Tell whether who sent this header Accept would rather have HTML than JSON.

    By quality; where both have the same, the one that is named first. `otherwise` where that doesn't decide either: a
    program that names neither, or nothing.
    """
    accepted = _ranges(accept)
    html, json = _quality(_HTML, accepted), max(_quality(name, accepted) for name in _JSON)
    if html != json:
        return html > json
    if not html:
        return otherwise
    for media_range, _q in accepted:
        if media_range in _NAMES_HTML:
            return True
        if media_range in _NAMES_JSON:
            return False
    return otherwise


def _accepted(header: str) -> Format:
    """Return the format of the highest quality; the first of ours where several have the same (RFC 9110, 12.5.1)."""
    accepted = _ranges(header)
    qualities = {format_: _quality(media_type, accepted) for format_, media_type in MEDIA_TYPES.items()}
    best = max(qualities, key=lambda format_: qualities[format_])
    if not qualities[best]:
        raise FormatError(f"Accept {header[:200]}: this is available as {', '.join(MEDIA_TYPES.values())}")
    return best


def _ranges(header: str) -> list[tuple[str, float]]:
    """Return the media ranges of a header Accept with their qualities, in order; all of them where it names none."""
    accepted = [_range(text) for text in header.split(",", _MOST_RANGES)[:_MOST_RANGES] if text.strip()]
    return accepted or [("*/*", 1.0)]


def _range(text: str) -> tuple[str, float]:
    """Return a media range in lower case and its quality, 0 to 1; 0 where that can't be read."""
    media_range, *parameters = (part.strip().lower() for part in text.split(";"))
    qualities = [part.removeprefix("q=") for part in parameters if part.startswith("q=")]
    try:
        quality = float(qualities[0]) if qualities else 1.0
    except ValueError:
        quality = 0.0
    return media_range, quality if 0 <= quality <= 1 else 0.0


def _quality(media_type: str, accepted: list[tuple[str, float]]) -> float:
    """Return the quality of the range that names the type most precisely (RFC 9110, 12.5.1)."""
    for media_range in (media_type, media_type.partition("/")[0] + "/*", "*/*"):
        found = [quality for named, quality in accepted if named == media_range]
        if found:
            return max(found)
    return 0.0
