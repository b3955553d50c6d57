"""Asks a dashboard's queries as Grafana's reader would: in a read-only transaction, with a limit of time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from core.texts.catalog import Language
from dashboards.query import statement
from store.database import Database
from tests.dashboards.macros import Range, Server, Value, expand
from tests.dashboards.walk import Asked

QUARTER: Final = timedelta(minutes=15)
SERVERS: Final = {
    f"{'timescaledb' if timescaledb else 'plain'}-{'13' if strips else '12'}": Server(timescaledb, strips)
    for timescaledb in (False, True)
    for strips in (False, True)
}
# What nobody types: values that are in the dashboards themselves.
FIXED: Final[Mapping[str, Value]] = {"hours": "all", "threshold": "60", "bucket": "hour"}
STUDY: Final[Mapping[str, Value]] = {"study": "bench", "baseline": "before", "follow_up": "after"}
SINGLE: Final[Mapping[str, Value]] = {**FIXED, **STUDY, "site": "torget", "space": ["hall"], "device": ["cam"]}
EVERYTHING: Final[Mapping[str, Value]] = {
    **FIXED,
    **STUDY,
    "site": "torget",
    "space": ["hall", "yard"],
    "device": ["cam", "beam", "spare"],
    "bucket": "quarter",
}
QUOTED: Final[Mapping[str, Value]] = {
    **FIXED,
    "site": "o'hara",
    "space": ["it's", "hall"],
    "device": ["'"],
    "bucket": "day",
    "study": "'",
    "baseline": "be'fore",
    "follow_up": "''",
}
NOTHING: Final[Mapping[str, Value]] = {
    **FIXED,
    "site": "",
    "space": [],
    "device": [],
    "study": "",
    "baseline": "",
    "follow_up": "",
}
CHOICES: Final = {"single": SINGLE, "all": EVERYTHING, "quoted": QUOTED, "nothing": NOTHING}


@dataclass(frozen=True, slots=True)
class Answer:
    """Rows with the names of their columns."""

    columns: Sequence[str]
    rows: Sequence[Sequence[Any]]

    def column(self, name: str) -> list[Any]:
        """Return one column."""
        place = self.columns.index(name)
        return [row[place] for row in self.rows]


def quarter_now() -> datetime:
    """Return the start of the quarter-hour that goes on."""
    now = datetime.now(UTC)
    return now.replace(minute=now.minute - now.minute % 15, second=0, microsecond=0)


def seed(database: Database, base: datetime) -> None:
    """Put in the site; its last quarter-hour but one began at `base`."""
    with database.transaction():
        database.execute("select set_config('seed.base', %s, true)", (base.isoformat(),))
        database.execute(Path(__file__).with_name("seed.sql").read_bytes())


def last_day(base: datetime) -> Range:
    """Return the range that a dashboard opens with, a little uneven as it always is."""
    return Range(base - timedelta(hours=24) + timedelta(seconds=7.25), base + timedelta(seconds=7.25))


def expanded(asked: Asked, choice: Mapping[str, Value], during: Range) -> set[str]:
    """Return what PostgreSQL gets for a query, whatever the server: one text, where it keeps to the rules."""
    return {expand(asked.sql, choice, during, server) for server in SERVERS.values()}


@dataclass(frozen=True, slots=True)
class Reader:
    """Grafana at one database, with the dashboard's range as it opens.

    Attributes:
        database: a connection of someone who may become the reader.
        base: start of the quarter-hour that went on when the site was put in.
    """

    database: Database
    base: datetime

    def ask(
        self,
        asked: Asked | str,
        choice: Mapping[str, Value],
        server: Server | None = None,
        during: Range | None = None,
    ) -> Answer:
        """Expand a query, or the one in a file of that name, and run it."""
        sql = statement(asked, Language.EN) if isinstance(asked, str) else asked.sql
        return self.run(expand(sql, choice, during or last_day(self.base), server or Server()))

    def run(self, ready: str, role: str = "platspuls_reader") -> Answer:
        """Run a query that Grafana has expanded, in a read-only transaction of that role."""
        with self.database.transaction(force_rollback=True):
            self.database.execute("set transaction read only")
            self.database.execute("set local statement_timeout = '20s'")
            self.database.execute("set local jit = off")  # as the login has it
            self.database.execute(f"set local role {role}".encode())
            cursor = self.database.execute(ready.encode())
            return Answer([column.name for column in cursor.description or []], cursor.fetchall())


def longer(reader: Reader) -> None:
    """Make the site's quarter-hours six days long, and its phases meet in the middle of them."""
    for table, place in (("line_quarter", "line_id"), ("zone_quarter", "zone_id")):
        rest = reader.database.execute(
            b"select string_agg(attname, ', ' order by attnum) from pg_attribute "
            b"where attrelid = to_regclass(%s) and attnum > 2 and not attisdropped",
            (f"platspuls.{table}",),
        ).fetchone()
        sql = (
            f"insert into platspuls.{table} ({place}, start, {rest[0] if rest else ''}) "  # noqa: S608 - words of ours
            f"select {place}, start - part * interval '36 hours 30 minutes', {rest[0] if rest else ''} "
            f"from platspuls.{table} cross join generate_series(1, 3) as part where start >= %s"
        )
        reader.database.execute(sql.encode(), (reader.base - timedelta(hours=36),))
    for phase, start, end in (("before", -6, -3), ("after", -3, 30)):
        during = (reader.base + timedelta(days=start), reader.base + timedelta(days=end))
        reader.database.execute(
            b"update platspuls.phase set during = tstzrange(%s, %s) where key = %s", (*during, phase)
        )


def check(asked: Asked, answer: Answer) -> None:
    """Check what Grafana and the panel demand of the columns."""
    match asked.kind:
        case "variable":
            assert answer.columns == ["__text", "__value"]
        case "annotation":
            assert answer.columns == ["time", "timeend", "text"]
            assert all(start < end for start, end, _ in answer.rows)
            assert answer.column("time") == sorted(answer.column("time"))
        case "time_series":
            _check_series(asked, answer)
        case "table":
            assert answer.columns == asked.columns
        case "alert":
            _check_alert(answer)


def _check_alert(answer: Answer) -> None:
    """Check that each row is one case: texts that name it, and then one number."""
    assert all(isinstance(row[-1], float) for row in answer.rows)
    cases = [tuple(row[:-1]) for row in answer.rows]
    assert all(isinstance(name, str) for case in cases for name in case)
    assert len(cases) == len(set(cases))


def _check_series(asked: Asked, answer: Answer) -> None:
    assert answer.columns[0] == "time"
    times = answer.column("time")
    assert times == sorted(times)
    assert all(isinstance(at, datetime) and at.tzinfo for at in times)
    values = [name for name in answer.columns[1:] if name in asked.columns]
    assert values == list(asked.columns)
    labels = [name for name in answer.columns[1:] if name not in values]
    for name in values:
        assert all(value is None or isinstance(value, int | float | Decimal) for value in answer.column(name))
    for name in labels:
        assert all(isinstance(value, str) for value in answer.column(name))
    points = list(zip(times, *(answer.column(name) for name in labels), strict=True))
    assert len(points) == len(set(points)), "two rows for one point of a series"
