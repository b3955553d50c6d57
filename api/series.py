"""The answers that are rows by bucket."""

from typing import TypeVar

from pydantic import BaseModel

from api.rows import Series
from api.services import Question, Services

RowT = TypeVar("RowT", bound=BaseModel)


async def series(use: Services, asked: Question, statement: str, row: type[RowT], **more: object) -> Series[RowT]:
    """Return the rows of a statement that takes the question and `more`, with what was asked."""
    return Series[row](  # type: ignore[valid-type] # the row's class is known when this runs
        site=asked.site.site,
        time_zone=asked.site.time_zone,
        bucket=asked.bucket.value,
        from_utc=asked.range.from_utc,
        to_utc=asked.range.to_utc,
        rows=await use.database.rows(statement, asked.parameters(**more), row),
    )
