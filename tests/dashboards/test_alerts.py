"""What alerts find: each query run for real, and the rows that would wake somebody."""

import pytest

from core.texts.catalog import Language
from dashboards.alerts import RULES, Beyond, Rule
from dashboards.query import statement
from tests.dashboards.asking import Answer, Reader, check
from tests.dashboards.walk import RULES as QUERIES
from tests.dashboards.walk import Asked

pytestmark = pytest.mark.chain
BY_NAME = {rule.name: rule for rule in RULES}


def bad(rule: Rule, answer: Answer) -> set[tuple[str, ...]]:
    """Return the cases that the rule's threshold finds."""
    above = rule.beyond is Beyond.ABOVE
    return {tuple(row[:-1]) for row in answer.rows if (row[-1] > rule.limit if above else row[-1] < rule.limit)}


def ask(reader: Reader, name: str) -> Answer:
    answer = reader.run(statement(f"alerts/{name}", Language.EN))
    check(Asked(name, "alert", ""), answer)
    return answer


@pytest.mark.parametrize("asked", QUERIES, ids=lambda asked: asked.where)
def test_every_alert_has_rows_of_one_number_each(seeded: Reader, empty: Reader, asked: Asked) -> None:
    answer = seeded.run(asked.sql)
    check(asked, answer)
    assert answer.rows
    check(asked, empty.run(asked.sql))


FOUND = {
    "device_silent": {("torget", "beam"), ("torget", "spare"), ("another", "cam")},
    "clock_off": {("another", "cam")},
    "recorded_ahead": set(),
    "rejects": set(),
    "held": set(),
    "outbox": set(),
    "setup_changed": set(),
    "store_size": set(),
    "certificate_end": {("mosquitto/server.pem",)},
    "certificate_unseen": set(),
}


@pytest.mark.parametrize(("name", "cases"), FOUND.items())
def test_who_wakes_somebody(seeded: Reader, name: str, cases: set[tuple[str, ...]]) -> None:
    assert bad(BY_NAME[name], ask(seeded, name)) == cases


def test_a_device_is_silent_by_the_register_not_by_its_last_row(seeded: Reader) -> None:
    """One that never said anything alerts; one that is revoked, or has nothing to watch, is not."""
    answer = ask(seeded, "device_silent")
    assert dict(zip(answer.column("device"), answer.column("silent_s"), strict=True))["spare"] > 10**8
    with seeded.database.transaction(force_rollback=True):
        seeded.database.execute(b"update platspuls.device set revoked_at = now() where key = 'spare'")
        seeded.database.execute(
            b"update platspuls.device_line set assigned = '{(,2020-01-01)}' "
            b"where device_id in (select device_id from platspuls.device where key = 'beam')"
        )
        assert ask(seeded, "device_silent").column("device") == ["cam", "cam"]


@pytest.mark.parametrize("minutes", [-3, 3])
def test_a_clock_off_by_more_than_two_minutes_wakes(seeded: Reader, minutes: int) -> None:
    with seeded.database.transaction(force_rollback=True):
        seeded.database.execute(
            b"update platspuls.device_status set at = received_at + make_interval(mins => %s)", (minutes,)
        )
        found = ask(seeded, "clock_off")
        assert ("torget", "cam", 180) in found.rows
        assert ("torget", "cam") in bad(BY_NAME["clock_off"], found)


def test_a_counter_that_has_recorded_into_the_future_wakes(seeded: Reader) -> None:
    """It records nothing until that time comes, if it is a counter that only goes forward."""
    with seeded.database.transaction(force_rollback=True):
        seeded.database.execute(
            b"update platspuls.device_status set recorded_until = received_at + interval '1 day' "
            b"where device_id in (select device_id from platspuls.device where key = 'beam')"
        )
        assert bad(BY_NAME["recorded_ahead"], ask(seeded, "recorded_ahead")) == {("torget", "beam")}


def test_a_last_will_of_now_leaves_a_device_silent(seeded: Reader) -> None:
    with seeded.database.transaction(force_rollback=True):
        seeded.database.execute(
            b"update platspuls.device_status set online = false, received_at = now(), "
            b"heard_at = now() - interval '1 hour'"
        )
        silent = bad(BY_NAME["device_silent"], ask(seeded, "device_silent"))
        assert silent == FOUND["device_silent"] | {("torget", "cam")}


def test_coverage_is_of_the_last_hours_that_are_in(seeded: Reader) -> None:
    assert bad(BY_NAME["coverage_low"], ask(seeded, "coverage_low")) == set()
    with seeded.database.transaction(force_rollback=True):
        seeded.database.execute(
            b"delete from platspuls.line_quarter where start > now() - interval '2 hours' "
            b"and line_id in (select line_id from platspuls.line where key = 'gate')"
        )
        assert bad(BY_NAME["coverage_low"], ask(seeded, "coverage_low")) == {("torget", "line", "gate")}


def test_rejects_and_held_of_the_last_hour_wake_and_those_of_unknown_sites_too(seeded: Reader) -> None:
    with seeded.database.transaction(force_rollback=True):
        seeded.database.execute(b"update platspuls.reject set last_at = now() where site_key is null")
        seeded.database.execute(
            b"update platspuls.held set first_at = now() - interval '1 hour', last_at = now() "
            b"where site_key <> 'another'"
        )
        assert bad(BY_NAME["rejects"], ask(seeded, "rejects")) == {("none",)}
        assert bad(BY_NAME["held"], ask(seeded, "held")) == {("none",), ("torget",)}


def test_what_is_missing_for_an_hour(seeded: Reader) -> None:
    with seeded.database.transaction(force_rollback=True):
        seeded.database.execute(b"update platspuls.delivery set unsettled_since = now() - interval '2 hours', made = 9")
        assert ("torget", "cam") in bad(BY_NAME["unsettled"], ask(seeded, "unsettled"))


def test_in_and_out_differ_where_there_is_enough_of_both(seeded: Reader) -> None:
    """The square lets in 6 and out 7 a quarter-hour: a seventh. The other site has as many of each."""
    answer = ask(seeded, "imbalance")
    by_place = {tuple(row[:-1]): row[-1] for row in answer.rows}
    assert by_place["torget", "site"] == pytest.approx(1 / 7) or by_place["torget", "site"] == 0
    assert by_place["another", "site"] == 0
    assert ("torget", "hall") in by_place


def test_a_setup_that_changed_within_a_phase_wakes_until_it_is_answered(seeded: Reader) -> None:
    with seeded.database.transaction(force_rollback=True):
        seeded.database.execute(
            b"insert into platspuls.anomaly (site_id, rule, line_id, starts_at, ends_at, measured, usual) "
            b"select site_id, 'setup_changed', line_id, now() - interval '15 minutes', now(), 3, 2 "
            b"from platspuls.line join platspuls.site using (site_id) where site.key = 'torget'"
        )
        assert bad(BY_NAME["setup_changed"], ask(seeded, "setup_changed")) == {("torget",)}
        seeded.database.execute(
            b"insert into platspuls.anomaly_answer (anomaly_id, version, answer, starts_at, ends_at, written_at, "
            b"written_by) select anomaly_id, 1, 'accept', starts_at, ends_at, now(), 'test' from platspuls.anomaly"
        )
        assert bad(BY_NAME["setup_changed"], ask(seeded, "setup_changed")) == set()


def test_a_database_beyond_its_limit(seeded: Reader) -> None:
    with seeded.database.transaction(force_rollback=True):
        seeded.database.execute(b"update platspuls.size_limit set bytes = 1000")
        assert bad(BY_NAME["store_size"], ask(seeded, "store_size")) == {()}
        seeded.database.execute(b"delete from platspuls.size_limit")
        assert ask(seeded, "store_size").rows == [(0.0,)]


def test_certificates_that_nobody_looked_at(seeded: Reader) -> None:
    with seeded.database.transaction(force_rollback=True):
        seeded.database.execute(b"update platspuls.certificate set noted_at = now() - interval '3 days'")
        assert bad(BY_NAME["certificate_unseen"], ask(seeded, "certificate_unseen")) == {()}
        seeded.database.execute(b"delete from platspuls.certificate")
        assert ask(seeded, "certificate_unseen").rows == []
