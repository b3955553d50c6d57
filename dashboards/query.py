"""Queries to PostgreSQL, which Grafana's SDK has no model of: `sql/SUBJECT/NAME.sql`, one query a file."""

import enum
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from grafana_foundation_sdk.cog.builder import Builder
from grafana_foundation_sdk.cog.variants import Dataquery
from grafana_foundation_sdk.models.common import DataSourceRef

from core.sql import statements
from core.texts.catalog import Language
from dashboards.texts import words_in_sql

DATASOURCE_TYPE: Final = "grafana-postgresql-datasource"
DATASOURCE_UID: Final = "platspuls"
_query: Final = statements(Path(__file__).parent / "sql")


class QueryFormat(enum.StrEnum):
    """What Grafana makes of the rows: series by a column `time` and text columns as labels, or a plain table."""

    TIME_SERIES = "time_series"
    TABLE = "table"


@dataclass(frozen=True, slots=True)
class PostgresQuery(Dataquery):
    """One query of a panel or an annotation.

    Attributes:
        sql: with Grafana's macros and variables.
        format: what Grafana makes of the rows.
        ref: the query's letter within its panel.
    """

    sql: str
    format: QueryFormat
    ref: str = "A"

    def to_json(self) -> dict[str, object]:
        """Return the query as Grafana's data source for PostgreSQL reads it."""
        return {
            "refId": self.ref,
            "datasource": datasource(),
            "editorMode": "code",
            "format": self.format.value,
            "rawQuery": True,
            "rawSql": self.sql,
        }


class Query(Builder[Dataquery]):
    """Builds the query in `sql/SUBJECT/NAME.sql` for one language."""

    def __init__(self, name: str, form: QueryFormat, language: Language) -> None:
        self._query = PostgresQuery(statement(name, language), form)

    def build(self) -> PostgresQuery:
        """Return the query."""
        return self._query


def datasource() -> DataSourceRef:
    """Return the one data source of all dashboards; its uid is fixed by provisioning."""
    return DataSourceRef(DATASOURCE_TYPE, DATASOURCE_UID)


@cache
def statement(name: str, language: Language) -> str:
    """Return the query in `sql/SUBJECT/NAME.sql` in one language ($language, $weekdays ...), without comments.

    Before version 13 Grafana expands macros in comments too, and its browser part puts variables there.
    """
    lines = _query(name).splitlines()
    sql = "\n".join(line for line in lines if not line.startswith("--"))
    for placeholder, word in words_in_sql(language).items():
        sql = sql.replace(placeholder, word)
    return sql
