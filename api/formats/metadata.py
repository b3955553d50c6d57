"""What an answer says about itself: the question, the versions it comes from, the name of its file."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cache
from hashlib import sha256
from importlib.metadata import version
from typing import Final, Self

from api.database.watched_rows import MOST_LEFT_OUT, LeftOutRow
from api.negotiation import Format
from api.series_query import SeriesQuery
from api.tables.table import Table

_VERSIONED_BY: Final = {
    "numbers/quality": "version/data_version_quality",
    "logbook/participants": "version/data_version_participants",
}
"""Statements that return the version of the data, where it isn't the usual one."""


@dataclass(frozen=True, slots=True)
class ResultMetadata:
    """An answer's question and where it comes from.

    Attributes:
        table: what was asked for.
        asked: of which site, range, bucket and hours.
        more: what else the statement takes.
        data_version: changes whenever the site file or the data of the range does.
        program_version: of this program.
        reach: how far before and after the range the statement looks at data.
        left_out: rows that were watched less than is wanted; at most the first thousand.
    """

    table: Table
    query: SeriesQuery
    more: Mapping[str, object]
    data_version: str
    program_version: str
    reach: timedelta
    left_out: Sequence[LeftOutRow] = ()

    @classmethod
    def of(
        cls,
        table: Table,
        query: SeriesQuery,
        more: Mapping[str, object],
        reach: timedelta = timedelta(0),
        data: str = "",
    ) -> Self:
        """Return what is known of an answer. `data` is what the statement data_version returns."""
        return cls(table, query, more, _short(data), _program_version(), reach)

    def in_context(self) -> Self:
        """Return the same with the columns of weather and calendar beside its own, where the question asks for them."""
        if not (context := self.query.context):
            return self
        return replace(self, table=self.table.in_context(context), more={**self.more, "context": list(context)})

    def at(self, data: str) -> Self:
        """Return the same of another version of the data."""
        return replace(self, data_version=_short(data))

    @property
    def versioned_by(self) -> str:
        """The statement that returns the version of the data."""
        return _VERSIONED_BY.get(self.table.statement, "version/data_version")

    @property
    def seen(self) -> dict[str, object]:
        """What that statement takes."""
        query = self.query
        return query.parameters(from_utc=query.range.start - self.reach, to_utc=query.range.end + self.reach)

    @property
    def parameters(self) -> dict[str, object]:
        """What the statement takes."""
        return self.query.parameters(**self.more)

    def question(self) -> dict[str, str]:
        """Return the question in words; keys that were not chosen are `all`."""
        query = self.query
        found = {
            "table": self.table.name,
            "site": query.site.site,
            "time_zone": query.site.time_zone,
            "from_utc": f"{query.range.start:%Y-%m-%dT%H:%M:%SZ}",
            "to_utc": f"{query.range.end:%Y-%m-%dT%H:%M:%SZ}",
            **query.cells,
            "hours": query.hours.value,
            "whole": str(query.whole).lower(),
        }
        if query.min_coverage is not None:
            found["min_coverage"] = f"{query.min_coverage:g}"
        return found | {name: _word(value) for name, value in self.more.items()}

    def versions(self) -> dict[str, str]:
        """Return what the answer comes from."""
        return {
            "data_version": self.data_version,
            "site_version": str(self.query.site.version),
            "program_version": f"platspuls {self.program_version}",
        }

    def metadata(self) -> dict[str, str]:
        """Return all of it, as a file with types carries it beside its rows."""
        return {
            "platspuls.site": self.query.site.site,
            "platspuls.question": json.dumps(self.question(), ensure_ascii=False),
            **{f"platspuls.{name}": value for name, value in self.versions().items()},
            **({} if (left_out := self.left_out_words(MOST_LEFT_OUT)) is None else {"platspuls.left_out": left_out}),
        }

    def left_out_words(self, most: int) -> str | None:
        """Return how many rows are left out for their coverage, and the first of them; None where none were to be."""
        query = self.query
        if query.min_coverage is None or query.by is not None:
            return None
        shown = [
            " ".join(filter(None, (row.part, row.start_local.replace(" ", "T"), f"{row.coverage:.4f}")))
            for row in self.left_out[:most]
        ]
        count = self.left_out[0].count if self.left_out else 0
        more = ["..."] if count > most else []
        return "; ".join([str(count), *([", ".join(shown + more)] if shown else [])])

    def file_name(self, format_: Format) -> str:
        """Return a name for a file of this answer: letters, digits, hyphens and underscores."""
        query = self.query
        start, end = (f"{at:%Y%m%dT%H%MZ}" for at in (query.range.start, query.range.end))
        threshold = f"-{self.more['threshold_s']}s" if "threshold_s" in self.more else ""
        hours = "" if query.hours == "all" else f"_{query.hours}"
        watched = "" if query.min_coverage is None else f"_coverage{round(query.min_coverage * 10_000)}"
        days = "" if query.days == "all" else f"-{query.days.replace('_', '-')}"
        bucket = f"{'whole-' if query.whole else ''}{query.by or query.bucket}{watched}{days}"
        return f"{query.site.site}_{self.table.name}{threshold}_{bucket}{hours}_{start}_{end}.{format_}"


@cache
def _program_version() -> str:
    """Return the version of this program. It is looked for in files, which takes a third of a millisecond."""
    return version("platspuls")


def _short(data: str) -> str:
    return sha256(data.encode()).hexdigest()[:16]


def _word(value: object) -> str:
    if isinstance(value, list):
        return ",".join(value)
    return "all" if value is None else str(value)
