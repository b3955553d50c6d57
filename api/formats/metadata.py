"""What an answer says about itself: the question, the versions it comes from, the name of its file."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from hashlib import sha256
from importlib.metadata import version
from typing import Self

from api.negotiation import Form
from api.services import Question
from api.tables.table import Table


@dataclass(frozen=True, slots=True)
class About:
    """An answer's question and where it comes from.

    Attributes:
        table: what was asked for.
        asked: of which site, range, bucket and hours.
        more: what else the statement takes.
        data_version: changes whenever the site file or the data of the range does.
        program_version: of this program.
        reach: how far before and after the range the statement looks at data.
    """

    table: Table
    asked: Question
    more: Mapping[str, object]
    data_version: str
    program_version: str
    reach: timedelta

    @classmethod
    def of(
        cls, table: Table, asked: Question, more: Mapping[str, object], reach: timedelta = timedelta(0), data: str = ""
    ) -> Self:
        """Return what is known of an answer. `data` is what the statement data_version tells."""
        return cls(table, asked, more, _short(data), version("platspuls"), reach)

    def at(self, data: str) -> Self:
        """Return the same of another version of the data."""
        return replace(self, data_version=_short(data))

    @property
    def versioned_by(self) -> str:
        """The statement that tells the version of the data."""
        return "data_version_quality" if self.table.statement == "quality" else "data_version"

    @property
    def seen(self) -> dict[str, object]:
        """What that statement takes."""
        asked = self.asked
        return asked.parameters(from_utc=asked.range.from_utc - self.reach, to_utc=asked.range.to_utc + self.reach)

    @property
    def parameters(self) -> dict[str, object]:
        """What the statement takes."""
        return self.asked.parameters(**self.more)

    def question(self) -> dict[str, str]:
        """Return the question in words; keys that were not chosen are `all`."""
        asked = self.asked
        found = {
            "table": self.table.name,
            "site": asked.site.site,
            "time_zone": asked.site.time_zone,
            "from_utc": f"{asked.range.from_utc:%Y-%m-%dT%H:%M:%SZ}",
            "to_utc": f"{asked.range.to_utc:%Y-%m-%dT%H:%M:%SZ}",
            "bucket": asked.bucket.value,
            "hours": asked.hours.value,
        }
        return found | {name: _word(value) for name, value in self.more.items()}

    def versions(self) -> dict[str, str]:
        """Return what the answer comes from."""
        return {
            "data_version": self.data_version,
            "site_version": str(self.asked.site.version),
            "program_version": f"platspuls {self.program_version}",
        }

    def metadata(self) -> dict[str, str]:
        """Return all of it, as a file with types carries it beside its rows."""
        return {
            "platspuls.site": self.asked.site.site,
            "platspuls.question": json.dumps(self.question(), ensure_ascii=False),
            **{f"platspuls.{name}": value for name, value in self.versions().items()},
        }

    def file_name(self, form: Form) -> str:
        """Return a name for a file of this answer: letters, digits, hyphens and underscores."""
        asked = self.asked
        start, end = (f"{at:%Y%m%dT%H%MZ}" for at in (asked.range.from_utc, asked.range.to_utc))
        threshold = f"-{self.more['threshold_s']}s" if "threshold_s" in self.more else ""
        hours = "" if asked.hours == "all" else f"_{asked.hours}"
        return f"{asked.site.site}_{self.table.name}{threshold}_{asked.bucket}{hours}_{start}_{end}.{form}"


def _short(data: str) -> str:
    return sha256(data.encode()).hexdigest()[:16]


def _word(value: object) -> str:
    if isinstance(value, list):
        return ",".join(value)
    return "all" if value is None else str(value)
