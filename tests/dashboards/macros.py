"""What Grafana makes of a query before PostgreSQL sees it: test code that follows Grafana's own rules, nothing more.

First the browser puts in variables, then the server replaces its global words, strips comments (from version 13 on) and
expands macros. A macro's argument can hold neither `)` nor `,`.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal

Value = str | int | float | Sequence[str]


class MacroError(Exception):
    """Grafana would refuse the query."""


@dataclass(frozen=True, slots=True)
class Range:
    """The dashboard's range. Both ends belong to it for Grafana."""

    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Server:
    """How the data source is set up.

    Attributes:
        timescaledb: the data source's switch.
        strips_comments: Grafana 13 and later.
        interval_ms: what $__interval stands for, in milliseconds.
    """

    timescaledb: bool = False
    strips_comments: bool = True
    interval_ms: int = 60_000


def expand(sql: str, variables: Mapping[str, Value], asked: Range, server: Server) -> str:
    """Return the SQL that PostgreSQL gets. Raises MacroError."""
    sql = put_globals(put_variables(sql, {**builtins(asked, server), **variables}), asked, server)
    return expand_macros(strip_comments(sql) if server.strips_comments else sql, asked, server)


# In the browser -----------------------------------------------------------------------------------------------------

_VARIABLE = re.compile(r"\$(\w+)|\[\[(\w+?)(?::(\w+))?\]\]|\$\{(\w+)(?::([^}]+))?\}")


def builtins(asked: Range, server: Server) -> dict[str, Value]:
    """Return the variables that every dashboard has."""
    start_ms, end_ms = _epoch_ns(asked.start) // 10**6, _epoch_ns(asked.end) // 10**6
    return {
        "__from": start_ms,
        "__to": end_ms,
        "__range": f"{(end_ms - start_ms) // 1000}s",
        "__range_s": (end_ms - start_ms) // 1000,
        "__range_ms": end_ms - start_ms,
        "__interval": format_interval(server.interval_ms),
        "__interval_ms": server.interval_ms,
        "__timezone": "Europe/Stockholm",
    }


def put_variables(sql: str, variables: Mapping[str, Value]) -> str:
    """Replace the variables that are defined; what isn't stays as it is."""

    def put(match: re.Match[str]) -> str:
        name = match[1] or match[2] or match[4]
        return _formatted(variables[name], match[3] or match[5]) if name in variables else match[0]

    return _VARIABLE.sub(put, sql)


def _formatted(value: Value, form: str | None) -> str:
    match form, value:
        case None, str():
            return value.replace("'", "''")
        case ((None | "sqlstring"), (int() | float())):
            return str(value)
        case ((None | "sqlstring"), _):
            return ",".join(f"""'{part.replace("'", "''")}'""" for part in _parts(value))
        case (("csv" | "raw"), _):
            return ",".join(_parts(value))
        case _:
            raise MacroError(f"these rules don't know the format {form}")


def _parts(value: Value) -> Sequence[str]:
    return [str(value)] if isinstance(value, str | int | float) else value


_ROUND_BELOW_MS = (
    (10, 1), (15, 10), (35, 20), (75, 50), (150, 100), (350, 200), (750, 500), (1500, 1000), (3500, 2000),
    (7500, 5000), (12_500, 10_000), (17_500, 15_000), (25_000, 20_000), (45_000, 30_000), (90_000, 60_000),
    (210_000, 120_000), (450_000, 300_000), (750_000, 600_000), (1_050_000, 900_000), (1_500_000, 1_200_000),
    (2_700_000, 1_800_000), (5_400_000, 3_600_000), (9_000_000, 7_200_000), (16_200_000, 10_800_000),
    (32_400_000, 21_600_000), (86_400_000, 43_200_000), (604_800_000, 86_400_000),
)  # fmt: skip


def interval_ms(asked: Range, points: int, least_ms: int = 1) -> int:
    """Return what $__interval stands for in a panel that is `points` wide and has this min interval."""
    wanted = (_epoch_ns(asked.end) - _epoch_ns(asked.start)) / 10**6 / points
    for below, rounded in _ROUND_BELOW_MS:
        if wanted < below:
            return max(least_ms, rounded)
    raise MacroError("these rules don't know intervals of a week and more")


# In the server ------------------------------------------------------------------------------------------------------


def put_globals(sql: str, asked: Range, server: Server) -> str:
    """Replace the words that aren't macros, wherever they stand."""
    return (
        sql.replace("$__interval_ms", str(server.interval_ms))
        .replace("$__interval", format_interval(server.interval_ms))
        .replace("$__unixEpochFrom()", str(_epoch_s(asked.start)))
        .replace("$__unixEpochTo()", str(_epoch_s(asked.end)))
    )


def format_interval(milliseconds: int) -> str:
    """Return an interval in the largest unit that fits, rounded down."""
    units = {"y": 31_536_000_000, "d": 86_400_000, "h": 3_600_000, "m": 60_000, "s": 1000}
    for unit, length in units.items():
        if milliseconds >= length:
            return f"{milliseconds // length}{unit}"
    return f"{max(milliseconds, 1)}ms"


_KEPT_OR_COMMENT = re.compile(
    r"(?P<kept>\$(?P<tag>(?:[A-Za-z_]\w*)?)\$.*?(?:\$(?P=tag)\$|\Z)|'[^']*(?:'|\Z)|\"[^\"]*(?:\"|\Z))"
    r"|/\*.*?(?:\*/|\Z)|--[^\n]*",
    re.DOTALL | re.ASCII,
)


def strip_comments(sql: str) -> str:
    """Return the SQL without comments; what looks like one in a quoted text stays."""
    return _KEPT_OR_COMMENT.sub(lambda match: match["kept"] or "", sql)


_MACRO = re.compile(r"\$([_a-zA-Z0-9]+)\(([^)]*)\)")


def expand_macros(sql: str, asked: Range, server: Server) -> str:
    """Replace `$name(arguments)`. Raises MacroError, also for a name that isn't a macro."""

    def put(match: re.Match[str]) -> str:
        name = match[1]
        if name == "__timeGroup" and sql[sql.index(match[0]) + len(match[0]) :].startswith(","):
            name = "__timeGroupAlias"
        if name not in _MACROS:
            raise MacroError(f'unknown macro "{name}"')
        return _MACROS[name]([part.strip(" ") for part in match[2].split(",")], asked, server)

    return _MACRO.sub(put, sql)


def _time_group(arguments: Sequence[str], _: Range, server: Server) -> str:
    seconds = _seconds("__timeGroup", arguments)
    if server.timescaledb:
        return f"time_bucket('{seconds:.3f}s',{arguments[0]})"
    return f"floor(extract(epoch from {arguments[0]})/{go_float(seconds)})*{go_float(seconds)}"


def _epoch_group(arguments: Sequence[str], _: Range, __: Server) -> str:
    seconds = go_float(_seconds("__unixEpochGroup", arguments))
    return f"floor(({arguments[0]})/{seconds})*{seconds}"


_Macro = Callable[[Sequence[str], Range, Server], str]
_MACROS: Mapping[str, _Macro] = {
    "__time": lambda a, _, __: f'{a[0]} AS "time"',
    "__timeEpoch": lambda a, _, __: f'extract(epoch from {a[0]}) as "time"',
    "__timeFilter": lambda a, r, _: f"{a[0]} BETWEEN '{go_time(r.start)}' AND '{go_time(r.end)}'",
    "__timeFrom": lambda _, r, __: f"'{go_time(r.start)}'",
    "__timeTo": lambda _, r, __: f"'{go_time(r.end)}'",
    "__timeGroup": _time_group,
    "__timeGroupAlias": lambda a, r, s: _time_group(a, r, s) + ' AS "time"',
    "__unixEpochFilter": lambda a, r, _: f"{a[0]} >= {_epoch_s(r.start)} AND {a[0]} <= {_epoch_s(r.end)}",
    "__unixEpochNanoFilter": lambda a, r, _: f"{a[0]} >= {_epoch_ns(r.start)} AND {a[0]} <= {_epoch_ns(r.end)}",
    "__unixEpochNanoFrom": lambda _, r, __: str(_epoch_ns(r.start)),
    "__unixEpochNanoTo": lambda _, r, __: str(_epoch_ns(r.end)),
    "__unixEpochGroup": _epoch_group,
    "__unixEpochGroupAlias": lambda a, r, s: _epoch_group(a, r, s) + ' AS "time"',
}


# Go's ways of writing -----------------------------------------------------------------------------------------------

_DURATION_S = {"ns": 1e-9, "us": 1e-6, "ms": 1e-3, "s": 1.0, "m": 60.0, "h": 3600.0}
_LONG_S = {"d": 86_400.0, "w": 604_800.0}


def _seconds(name: str, arguments: Sequence[str]) -> float:
    if len(arguments) < 2:
        raise MacroError(f"macro {name} needs time column and interval and optional fill value")
    text = arguments[1].strip("'")
    if match := re.fullmatch(r"(\d+)([dw])", text):
        return int(match[1]) * _LONG_S[match[2]]
    if re.fullmatch(r"\d+[My]", text):
        raise MacroError(f"an interval of {text} depends on today: not in a dashboard of ours")
    if not re.fullmatch(r"(\d+(\.\d+)?(ns|us|ms|s|m|h))+", text):
        raise MacroError(f"error parsing interval {arguments[1]}")
    return sum(float(part[0]) * _DURATION_S[part[2]] for part in re.findall(r"(\d+(\.\d+)?)(ns|us|ms|s|m|h)", text))


def go_float(number: float) -> str:
    """Return a number as Go's %v writes it: with an exponent from a million on."""
    exact = Decimal(repr(number)).normalize()
    exponent = exact.adjusted()
    if -4 <= exponent < 6:
        return f"{exact:f}"
    return f"{exact.scaleb(-exponent):f}e{exponent:+03d}"


def go_time(at: datetime) -> str:
    """Return a time as RFC 3339 in UTC, without zeros at the end of its fraction."""
    text = at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")
    return text.rstrip("0").rstrip(".") + "Z"


def _epoch_ns(at: datetime) -> int:
    since = at - datetime(1970, 1, 1, tzinfo=UTC)
    return (since.days * 86_400 + since.seconds) * 10**9 + since.microseconds * 1000


def _epoch_s(at: datetime) -> int:
    return _epoch_ns(at) // 10**9
