"""The rules themselves: each macro, variable and trap, with what Grafana writes for it."""

from datetime import UTC, datetime

import pytest

from tests.dashboards import macros
from tests.dashboards.macros import MacroError, Range, Server, expand

ASKED = Range(datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 1, 6, 0, 0, 120_000, tzinfo=UTC))
PLAIN, TIMESCALE = Server(), Server(timescaledb=True)

GOLDEN = {
    "$__time(at)": 'at AS "time"',
    "$__timeEpoch(at)": 'extract(epoch from at) as "time"',
    "$__timeFilter(at)": "at BETWEEN '2026-01-01T00:00:00Z' AND '2026-01-01T06:00:00.12Z'",
    "$__timeFrom()": "'2026-01-01T00:00:00Z'",
    "$__timeTo()": "'2026-01-01T06:00:00.12Z'",
    "$__timeGroup(at,'5m')": "floor(extract(epoch from at)/300)*300",
    "$__timeGroup(at, '1h30m', NULL)": "floor(extract(epoch from at)/5400)*5400",
    "$__timeGroup(at,'20ms')": "floor(extract(epoch from at)/0.02)*0.02",
    "$__timeGroup(at,'1w')": "floor(extract(epoch from at)/604800)*604800",
    "$__timeGroup(at,'12d')": "floor(extract(epoch from at)/1.0368e+06)*1.0368e+06",
    "$__timeGroupAlias(at,'5m')": 'floor(extract(epoch from at)/300)*300 AS "time"',
    "$__timeGroup(at,'5m'), n": 'floor(extract(epoch from at)/300)*300 AS "time", n',
    "$__unixEpochFilter(s)": "s >= 1767225600 AND s <= 1767247200",
    "$__unixEpochNanoFilter(s)": "s >= 1767225600000000000 AND s <= 1767247200120000000",
    "$__unixEpochNanoFrom()": "1767225600000000000",
    "$__unixEpochNanoTo()": "1767247200120000000",
    "$__unixEpochGroup(s,'5m')": "floor((s)/300)*300",
    "$__unixEpochGroupAlias(s,'5m', previous)": 'floor((s)/300)*300 AS "time"',
    "$__unixEpochFrom()": "1767225600",
    "$__unixEpochTo()": "1767247200",
    "$__interval": "1m",
    "$__interval_ms": "60000",
    "$1": "$1",
}
WITH_TIMESCALE = {
    "$__timeGroup(at,'5m')": "time_bucket('300.000s',at)",
    "$__timeGroupAlias(at,'20ms',0)": "time_bucket('0.020s',at) AS \"time\"",
    "$__timeGroup(at,'5m'), n": "time_bucket('300.000s',at) AS \"time\", n",
    "$__unixEpochGroup(s,'5m')": "floor((s)/300)*300",
}


@pytest.mark.parametrize(("sql", "expanded"), GOLDEN.items())
def test_macros(sql: str, expanded: str) -> None:
    assert expand(sql, {}, ASKED, PLAIN) == expanded


@pytest.mark.parametrize(("sql", "expanded"), WITH_TIMESCALE.items())
def test_macros_with_the_switch_for_timescale(sql: str, expanded: str) -> None:
    assert expand(sql, {}, ASKED, TIMESCALE) == expanded


def test_a_group_is_named_when_a_comma_follows_its_first_occurrence() -> None:
    twice = "select $__timeGroup(at,'5m'), n group by $__timeGroup(at,'5m')"
    assert expand(twice, {}, ASKED, PLAIN).count('AS "time"') == 2
    other = "select $__timeGroup(at,'5m'), n group by $__timeGroup(at, '5m')"
    assert expand(other, {}, ASKED, PLAIN).count('AS "time"') == 1


def test_an_argument_ends_at_its_first_bracket_and_is_split_at_each_comma() -> None:
    assert expand("$__timeFilter(f(at))", {}, ASKED, PLAIN).startswith("f(at BETWEEN")
    assert expand("$__time(coalesce(a, b))", {}, ASKED, PLAIN) == 'coalesce(a AS "time")'


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        ("$__nothing(at)", 'unknown macro "__nothing"'),
        ("f($site(1))", 'unknown macro "site"'),
        ("$__timeGroup(at)", "needs time column and interval"),
        ("$__timeGroup(at,'soon')", "error parsing interval 'soon'"),
        ("$__timeGroup(at,'1M')", "depends on today"),
    ],
)
def test_what_grafana_refuses(sql: str, said: str) -> None:
    with pytest.raises(MacroError, match=said):
        expand(sql, {}, ASKED, PLAIN)


@pytest.mark.parametrize(
    ("sql", "value", "put"),
    [
        ("'$v'", "torget", "'torget'"),
        ("'$v'", "o'hara", "'o''hara'"),
        ("'${v}' [[v]]", "a", "'a' a"),
        ("in ($v)", ["a"], "in ('a')"),
        ("in ($v)", ["a", "it's"], "in ('a','it''s')"),
        ("array[$v]::text[]", [], "array[]::text[]"),
        ("$v", 3, "3"),
        ("${v:sqlstring}", "it's", "'it''s'"),
        ("${v:csv} ${v:raw}", ["a", "it's"], "a,it's a,it's"),
        ("$value $v", "a", "$value a"),
    ],
)
def test_variables(sql: str, value: macros.Value, put: str) -> None:
    assert expand(sql, {"v": value}, ASKED, PLAIN) == put


def test_variables_of_every_dashboard() -> None:
    sql = "$__from ${__to} $__range $__range_s $__range_ms $__timezone"
    assert expand(sql, {}, ASKED, PLAIN) == "1767225600000 1767247200120 21600s 21600 21600120 Europe/Stockholm"


@pytest.mark.parametrize(
    ("points", "least_ms", "found"), [(1000, 1, 20_000), (1000, 60_000, 60_000), (100, 1, 300_000), (10**7, 1, 1)]
)
def test_the_interval_follows_the_width(points: int, least_ms: int, found: int) -> None:
    assert macros.interval_ms(ASKED, points, least_ms) == found


@pytest.mark.parametrize(("ms", "text"), [(0, "1ms"), (999, "999ms"), (90_000, "1m"), (86_400_000, "1d")])
def test_intervals_are_written_in_the_largest_unit(ms: int, text: str) -> None:
    assert macros.format_interval(ms) == text


@pytest.mark.parametrize(
    ("sql", "left"),
    [
        ("a -- $__nothing(x)\nb", "a \nb"),
        ("a /* b -- c */ d", "a  d"),
        ("'--' \"/*\" /* */ 'it''s -- so'", "'--' \"/*\"  'it''s -- so'"),
        ("$$ -- kept $$ $t$ /* $t$ --", "$$ -- kept $$ $t$ /* $t$ "),
    ],
)
def test_comments(sql: str, left: str) -> None:
    assert macros.strip_comments(sql) == left


def test_older_servers_expand_comments_too() -> None:
    sql = "a -- $__nothing(x)"
    assert expand(sql, {}, ASKED, Server(strips_comments=True)) == "a "
    with pytest.raises(MacroError):
        expand(sql, {}, ASKED, Server(strips_comments=False))
