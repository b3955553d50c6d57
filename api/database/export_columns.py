"""How columns are selected for files: as the text of a CSV, or as values for files with types."""

from collections.abc import Mapping, Sequence
from typing import Final

from psycopg.sql import SQL, Composable, Composed, Identifier

from api.negotiation import Dialect
from api.tables.table import Column, ColumnKind

_COPIES: Final = {
    Dialect.STANDARD: SQL("copy (select {} from ({}) as answer) to stdout (format csv)"),
    Dialect.EXCEL_SV: SQL(
        "copy (select {} from ({}) as answer) to stdout (format csv, delimiter ';', force_quote ({}))"
    ),
}
_QUOTED: Final = frozenset({ColumnKind.TEXT, ColumnKind.LIST, ColumnKind.NUMBER})
"""Where there are semicolons: some programs take a comma for a separator too, unless it stands in quotes."""
_TYPED: Final = SQL("select {} from ({}) as answer")
_DATA: Final = SQL("{}")
_ASKED: Final = {"site": SQL("%(site)s::text"), "bucket": SQL("%(bucket)s::text"), "by": SQL("%(by)s::text")}
_FORMULA: Final = "(61, 43, 45, 64, 9, 10, 13, 65309, 65291, 65293, 65312)"
"""= + - @, tab, line ends, and the wide forms of the first four: what begins so is a formula in a spreadsheet."""
_HARMLESS: Final = SQL("case when ascii({0}) in " + _FORMULA + " then $$'$$ || {0} else {0} end")
_HARMLESS_LIST: Final = SQL(
    "case when ascii(({0})[1]) in " + _FORMULA + " then $$'$$ else '' end || nullif(array_to_string({0}, ' '), '')"
)
_MONTHS: Final = (
    "jan(uari|uary)?|feb(ruari|ruary)?|mar(s|ch)?|apr(il)?|ma[jy]|jun[ie]?|jul[iy]?|aug(usti?)?|sept?(ember)?"
    "|o[kc]t(ober)?|nov(ember)?|dec(ember)?"
)
_READ_OTHERWISE: Final = (
    r"^(?=.*\d)([\d\s\u00a0\u202f\u2212.,:/\\()%%+$€£-]|(?<=[\d\s.,])[ed](?=\s*[+-]?\s*\d)|kr|sek|eur|am|pm|fm|em|"
    + _MONTHS
    + ")+$"
    "|^(true|false|sant|falskt)$"
)
"""Texts that a spreadsheet, Swedish or English, takes for numbers, dates, times or truth values: 00123, 1e5, maj 12."""
_KEPT_TEXT: Final = SQL(
    "case when ascii({0}) in " + _FORMULA + " or {0} ~* $re$" + _READ_OTHERWISE + "$re$ then $$'$$ || {0} else {0} end"
)
_KEPT_LIST: Final = SQL(
    "case when ascii(({0})[1]) in " + _FORMULA + " or array_to_string({0}, ' ') ~* $re$" + _READ_OTHERWISE + "$re$"
    " and array_to_string({0}, ' ') !~ '^[1-9][0-9]*$' then $$'$$ else '' end || nullif(array_to_string({0}, ' '), '')"
)
"""A list of one whole number, such as the number of a calibration, reads the same as a number."""
_SHOWN: Final[Mapping[Dialect, Mapping[ColumnKind, SQL]]] = {
    Dialect.STANDARD: {
        ColumnKind.TEXT: _HARMLESS,
        ColumnKind.LIST: _HARMLESS_LIST,
        ColumnKind.BOOLEAN: SQL("{}::text"),
    },
    Dialect.EXCEL_SV: {
        ColumnKind.TEXT: _KEPT_TEXT,
        ColumnKind.LIST: _KEPT_LIST,
        ColumnKind.BOOLEAN: SQL("case when {} then 'SANT' else 'FALSKT' end"),
        ColumnKind.NUMBER: SQL("replace({}::text, '.', ',')"),
        ColumnKind.INSTANT: SQL("translate({}::text, 'TZ', ' ')"),
        ColumnKind.LOCAL: SQL("translate({}::text, 'T', ' ')"),
        ColumnKind.OFFSET: SQL("'UTC' || {}"),
    },
}
"""How columns are written in a CSV, where it isn't as the database writes them."""
_VALUES: Final[Mapping[ColumnKind, SQL]] = {
    ColumnKind.NUMBER: SQL("{}::float8"),
    ColumnKind.LIST: SQL("coalesce({}::text[], array[]::text[])"),
    ColumnKind.INSTANT: SQL("extract(epoch from {}::timestamptz)::bigint"),
    ColumnKind.LOCAL: SQL("extract(epoch from {}::timestamp)::bigint"),
}
"""Values for files with types: times are seconds, those of clocks as if they were UTC."""


def csv_query(statement: Composable, columns: Sequence[Column], dialect: Dialect) -> Composed:
    """Return the COPY of a statement's rows as lines of a CSV."""
    quoted = SQL(", ").join(Identifier(column.name) for column in columns if column.kind in _QUOTED)
    return _COPIES[dialect].format(_shown(columns, _SHOWN[dialect]), statement, quoted)


def typed_query(statement: Composable, columns: Sequence[Column]) -> Composed:
    """Return the query of a statement's rows as values for files with types."""
    return _TYPED.format(_shown(columns, _VALUES), statement)


def _shown(columns: Sequence[Column], shown: Mapping[ColumnKind, SQL]) -> Composed:
    """Return the columns as they are selected. `site`, `bucket` and `by` are the question's."""
    named = SQL("{} as {}")
    return SQL(", ").join(
        named.format(
            shown.get(column.kind, _DATA).format(_ASKED.get(column.name, Identifier(column.name))),
            Identifier(column.name),
        )
        for column in columns
    )
