"""What is asked of the log, and what an answer says about itself."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from importlib.metadata import version
from typing import Final

from api.access.caller import Caller
from api.database.statement import Statement
from api.logbook.log_query import log_columns, log_query
from api.logbook.tables import LogTable
from api.negotiation import Format
from api.tables.places import Site
from api.tables.table import Column

_MOST_NAMED: Final = 3
"""A file of more kinds than these doesn't name them."""


@dataclass(frozen=True, slots=True)
class LogQuestion:
    """Which log records are asked for.

    Attributes:
        site: of which.
        tables: which kinds of them, or which of their parts, in their order.
        start: of what ends later, or None.
        end: of what starts earlier, or None.
        history: every version, and what was withdrawn; else what holds now.
        tags: the versions of the answer that the caller has (If-None-Match).
        caller: who asks.
    """

    site: Site
    tables: Sequence[LogTable]
    start: datetime | None
    end: datetime | None
    history: bool
    tags: frozenset[str]
    caller: Caller

    @property
    def parameters(self) -> dict[str, object]:
        """What the statement takes."""
        return {
            "site": self.site.site,
            "tables": [table.name for table in self.tables],
            "entities": [table.kind.entity for table in self.tables],
            "parts": [table.part for table in self.tables],
            "from_utc": self.start,
            "to_utc": self.end,
            "history": self.history,
        }

    @property
    def columns(self) -> tuple[Column, ...]:
        """The columns of its rows."""
        return log_columns(self.tables)

    @property
    def rows(self) -> Statement:
        """The query of its rows."""
        return log_query(self.tables)

    @property
    def kinds(self) -> str:
        """What is asked for, as a parameter has it."""
        return ",".join(table.name for table in self.tables)

    def has(self, tag: str) -> bool:
        """Tell whether the caller has this version."""
        return "*" in self.tags or tag.removeprefix("W/") in self.tags

    def question(self) -> dict[str, str]:
        """Return the question in words."""
        return {
            "table": "log",
            "site": self.site.site,
            "time_zone": self.site.time_zone,
            "from_utc": _time(self.start),
            "to_utc": _time(self.end),
            "kind": self.kinds,
            "history": str(self.history).lower(),
        }

    def described(self, data_version: str, method: Sequence[str]) -> Mapping[str, str]:
        """Return what a file with types carries beside its rows."""
        return {
            "platspuls.site": self.site.site,
            "platspuls.question": json.dumps(self.question(), ensure_ascii=False),
            **{f"platspuls.{name}": value for name, value in self.versions(data_version).items()},
            "platspuls.method": "\n".join(method),
        }

    def versions(self, data_version: str) -> dict[str, str]:
        """Return what the answer comes from."""
        return {
            "data_version": data_version,
            "site_version": str(self.site.version),
            "program_version": f"platspuls {version('platspuls')}",
        }

    def file_name(self, format_: Format) -> str:
        """Return a name for a file of this answer: letters, digits, hyphens and underscores."""
        names = [table.name for table in self.tables] if len(self.tables) <= _MOST_NAMED else []
        what = "_".join(["log", *names])
        history = "_history" if self.history else ""
        times = "".join(f"_{at:%Y%m%dT%H%MZ}" for at in (self.start, self.end) if at)
        return f"{self.site.site}_{what}{history}{times}.{format_}"


def short_version(data: str) -> str:
    """Return a version as answers name it: of the statement version/written_version."""
    return sha256(data.encode()).hexdigest()[:16]


def _time(at: datetime | None) -> str:
    return f"{at:%Y-%m-%dT%H:%M:%SZ}" if at else "all"
