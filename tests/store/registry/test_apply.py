"""Applying a site file to a real store: all or nothing, once, and never against stored data."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from threading import Thread

import pytest

from store.database import Database, connect
from store.registry.apply import PlanRefusedError, apply
from store.registry.parts import PartKind
from store.registry.plan import PartAction, SitePlan, plan
from store.registry.stored import stored_parts
from tests.store.registry.example import changed, example, loaded
from tests.support.waiting import PATIENCE_S, eventually

pytestmark = pytest.mark.chain

OLD_LINE = '{ line = "stationen", from = 2026-10-01 }'
OLD_ZONE = "commissioned = [{ from = 2026-10-01 }]\n\n[[devices]]"
MORE = """[[lines]]
key = "extra"
name = { sv = "Extra", en = "Extra" }
border = "trappan"
role = "check"
commissioned = [{ from = 2026-10-01 }]

[[devices]]
key = "reserv"
name = { sv = "Reserv", en = "Spare" }
lines = [{ line = "extra", from = 2026-10-01 }]

[[zones]]"""


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    with connect(database_url, application="test", autocommit=True) as database:
        yield database


def texts(one: SitePlan) -> list[str]:
    return [change.text for change in one.changes]


def version(database: Database) -> int:
    ((found,),) = database.execute("select version from platspuls.site where key = 'haninge-entre'").fetchall()
    return int(found)


def store_facts(database: Database, day: str = "2026-10-05") -> None:
    """Store a quarter-hour of a line and a zone at 10:00 UTC: minutes 3 to 9 of it were stored."""
    start = datetime.fromisoformat(f"{day}T10:00Z")
    database.execute("""
      insert into platspuls.setup (device_id, key)
      select device_id, 'sim-a' from platspuls.device where key = 'tunnel-kamera'
      on conflict do nothing
    """)
    database.execute(
        """
        insert into platspuls.line_quarter
        select line_id, %s, setup_id, 1, 1, 1, 1, 420000, 1016, 0
        from platspuls.line cross join platspuls.setup where line.key = 'stationen'
        """,
        (start,),
    )
    database.execute(
        """
        insert into platspuls.zone_quarter
        select zone_id, %s, setup_id, 1, 1, 1, 1, 1, 1, 420000, 1016, 0 from platspuls.zone cross join platspuls.setup
        """,
        (start,),
    )


def test_a_new_site_is_written_whole_and_only_once(database: Database, tmp_path: Path) -> None:
    file = loaded(tmp_path, example())
    first = apply(database, file)
    assert {change.action for change in first.changes} == {PartAction.ADD}
    assert {change.part.kind for change in first.changes} == set(PartKind)
    assert version(database) == 1
    before = database.execute("select xmin, ctid, file_sha256 from platspuls.site").fetchall()
    assert str(apply(database, file)) == "no changes"
    assert database.execute("select xmin, ctid, file_sha256 from platspuls.site").fetchall() == before


def test_the_store_holds_what_the_file_says(database: Database, tmp_path: Path) -> None:
    apply(database, loaded(tmp_path, example()))
    assert database.execute("select key, commissioned::text from platspuls.line order by key").fetchall() == [
        ("stationen", '{["2026-09-30 22:00:00+00",)}'),
        ("trappan", '{["2026-09-30 22:00:00+00","2026-11-30 23:00:00+00"),["2027-01-01 05:00:00+00",)}'),
    ]
    assert database.execute("""
        select kind, min(weekday), max(weekday), count(*), valid_to::text, opens::text, closes::text
        from platspuls.site_hours group by 1, 5, 6, 7 order by 1
    """).fetchall() == [
        ("open", 1, 6, 6, None, "07:00:00", "21:00:00"),
        ("staffed", 5, 5, 1, "2026-06-30", "16:00:00", "24:00:00"),
    ]


def test_a_plan_writes_nothing(database: Database, tmp_path: Path) -> None:
    assert len(plan(database, loaded(tmp_path, example())).changes) == 18
    assert stored_parts(database, "haninge-entre") == {}


def test_changes_are_told_with_old_and_new_and_raise_the_version_once(database: Database, tmp_path: Path) -> None:
    apply(database, loaded(tmp_path, example()))
    text = changed(
        ('en = "The square"', 'en = "Square"'),
        ("closes = 21:00:00", "closes = 22:00:00"),
        ("day = 2026-12-31\nopens = 10:00:00\ncloses = 00:00:00", "day = 2026-12-31"),
        ("[[zones]]", MORE),
        ("threshold_s = 60", "threshold_s = 90"),
        (OLD_LINE, '{ line = "stationen", from = 2026-10-01, to = 2026-11-01 }'),
        ("zones = [{", "zones = [] # [{"),
    )
    file = loaded(tmp_path, text)
    expected = [
        "~ hours open mon tue wed thu fri sat at 07:00 from 2026-01-01: closes 21:00 -> 22:00",
        "~ exception open 2026-12-31: opens 10:00 -> none, closes 24:00 -> none",
        '~ space torget: name_en "The square" -> "Square"',
        '+ line extra: name_sv "Extra", name_en "Extra", border trappan, role check, commissioned from 2026-10-01',
        "~ zone bankarna: stay_threshold_s 60 -> 90",
        '+ device reserv: name_sv "Reserv", name_en "Spare"',
        "+ device line reserv: extra: assigned from 2026-10-01",
        "~ device line tunnel-kamera: stationen: assigned from 2026-10-01 -> 2026-10-01 to 2026-11-01",
        "- device zone tunnel-kamera: bankarna",
    ]
    assert texts(plan(database, file)) == expected
    assert texts(apply(database, file)) == expected
    assert version(database) == 2
    assert texts(apply(database, file)) == []
    assert version(database) == 2
    assert texts(apply(database, loaded(tmp_path, example())))
    assert texts(plan(database, loaded(tmp_path, example()))) == []


def test_hours_may_take_the_place_of_others(database: Database, tmp_path: Path) -> None:
    apply(database, loaded(tmp_path, example()))
    text = changed(('days = ["mon", "tue", "wed", "thu", "fri", "sat"]', 'days = ["mon", "sun"]'))
    found = apply(database, loaded(tmp_path, text))
    assert [change.action for change in found.changes] == [PartAction.REMOVE, PartAction.ADD]
    days = database.execute("select weekday from platspuls.site_hours where kind = 'open' order by 1").fetchall()
    assert days == [(1,), (7,)]


def test_without_data_anything_may_go(database: Database, tmp_path: Path) -> None:
    apply(database, loaded(tmp_path, example()))
    database.execute("""
      insert into platspuls.device_status (device_id, online, at) select device_id, true, now() from platspuls.device
    """)
    database.execute("""
      insert into platspuls.live_line (line_id, device_id, at, start, forward, backward)
      select line_id, device_id, now(), now(), 0, 0 from platspuls.line cross join platspuls.device
    """)
    bare = changed(("Europe/Stockholm", "Asia/Kathmandu")).partition("[[hours]]")[0]
    apply(database, loaded(tmp_path, bare))
    assert [key for _, key in stored_parts(database, "haninge-entre")] == ["haninge-entre"]
    for table in ("device_status", "live_line", "space", "border", "line", "zone", "device"):
        assert database.execute(f"select * from platspuls.{table}".encode()).fetchall() == []  # noqa: S608 - our words


def test_two_sites_do_not_touch_each_other(database: Database, tmp_path: Path) -> None:
    apply(database, loaded(tmp_path, example()))
    other = loaded(tmp_path, changed(('key = "haninge-entre"', 'key = "centrum"')))
    (note,) = plan(database, other).notes
    assert "already has haninge-entre" in note
    apply(database, other)
    assert texts(apply(database, loaded(tmp_path, example()))) == []
    assert version(database) == 1


RENAMED_LINE = ('key = "stationen"\nname = { sv = "Mot', 'key = "x"\nname = { sv = "Mot')
STORED = "1 stored quarter-hour from 2026-10-05T12:00+02:00 to 2026-10-05T12:15+02:00 would fall outside its"
INSTEAD = "let it begin no later and end no earlier than that"
ENDED_BEFORE = OLD_LINE.replace(" }", ", to = 2026-10-05 }")
ENDED_AMID = OLD_ZONE.replace(" }", ", to = 2026-10-05T12:09:00+02:00 }")

REFUSALS = {
    "line stationen has data and can't be removed or renamed: keep it, and end its commissioned time with `to`": (
        RENAMED_LINE,
        ('line = "stationen"', 'line = "x"'),
    ),
    "zone bankarna has data and can't be removed or renamed: keep it, and end its commissioned time with `to`": (
        ('key = "bankarna"', 'key = "x"'),
        ('zone = "bankarna"', 'zone = "x"'),
    ),
    "device tunnel-kamera has data and can't be removed or renamed: keep it, and end its assignments with `to`": (
        ('key = "tunnel-kamera"', 'key = "x"'),
    ),
    "line stationen has data, so its border can't change from stationen to trappan: leave it, "
    "end what it counts with `to`, and add a line with a new key": (('border = "stationen"', 'border = "trappan"'),),
    "border stationen has data, so its from_space can't change from outside to gangtunneln: leave it, "
    "end what it counts with `to`, and add a border with a new key": (
        ('from = "outside"\nto = "gangtunneln"', 'from = "gangtunneln"\nto = "outside"'),
    ),
    "zone bankarna has data, so its space can't change from gangtunneln to torget: leave it, "
    "end what it counts with `to`, and add a zone with a new key": (('space = "gangtunneln"', 'space = "torget"'),),
    "site haninge-entre has data in the days of Europe/Stockholm: its time_zone can't become Europe/Helsinki": (
        ("Europe/Stockholm", "Europe/Helsinki"),
    ),
    f"line stationen: {STORED} commissioned time: {INSTEAD}": (
        ("commissioned = [{ from = 2026-10-01 }]", "commissioned = [{ from = 2026-10-06 }]"),
    ),
    f"zone bankarna: {STORED} commissioned time: {INSTEAD}": ((OLD_ZONE, ENDED_AMID),),
    f"device tunnel-kamera: {STORED} assignment to line stationen: {INSTEAD}": ((OLD_LINE, ENDED_BEFORE),),
    f"device tunnel-kamera: {STORED} assignment to zone bankarna: {INSTEAD}": (
        ('zones = [{ zone = "bankarna", from = 2026-10-01 }]', ""),
    ),
}


@pytest.mark.parametrize("expected", REFUSALS)
def test_what_would_orphan_data_is_refused(database: Database, tmp_path: Path, expected: str) -> None:
    apply(database, loaded(tmp_path, example()))
    store_facts(database)
    file = loaded(tmp_path, changed(*REFUSALS[expected]))
    assert expected in plan(database, file).refusals
    before = stored_parts(database, "haninge-entre")
    with pytest.raises(PlanRefusedError) as caught:
        apply(database, file)
    assert expected in caught.value.plan.refusals
    assert stored_parts(database, "haninge-entre") == before
    assert version(database) == 1


def test_a_removed_line_takes_its_border_and_space_with_it_into_the_refusal(database: Database, tmp_path: Path) -> None:
    apply(database, loaded(tmp_path, example()))
    store_facts(database)
    bare = loaded(tmp_path, example().partition("[[spaces]]")[0])
    assert [refusal.partition(" has data")[0] for refusal in plan(database, bare).refusals] == [
        "border stationen",
        "device tunnel-kamera",
        "line stationen",
        "space gangtunneln",
        "zone bankarna",
    ]


@pytest.mark.parametrize("minute", [10, 11, 15, 30])
def test_a_time_may_end_where_nothing_is_told_after_it(database: Database, tmp_path: Path, minute: int) -> None:
    """Of the quarter from 10:00 UTC minutes 3 to 9 are stored."""
    apply(database, loaded(tmp_path, example()))
    store_facts(database)
    end = f"from = 2026-10-01, to = 2026-10-05T10:{minute}:00Z"
    text = changed(
        ("commissioned = [{ from = 2026-10-01 }]", f"commissioned = [{{ {end} }}]"),
        (OLD_ZONE, OLD_ZONE.replace("from = 2026-10-01", end)),
        (OLD_LINE, f'{{ line = "stationen", {end} }}'),
        ('{ zone = "bankarna", from = 2026-10-01 }', f'{{ zone = "bankarna", {end} }}'),
    )
    assert len(apply(database, loaded(tmp_path, text)).changes) == 4


def test_dwell_and_conflicts_and_deliveries_are_data_too(database: Database, tmp_path: Path) -> None:
    apply(database, loaded(tmp_path, example()))
    database.execute("""
      insert into platspuls.delivery (device_id, epoch) select device_id, 'e' from platspuls.device
    """)
    database.execute("""
      insert into platspuls.conflict (kind, line_id, start, period_s, delivery_id, seq, fact)
      select 'line_flow', line_id, '2026-10-02Z', 60, delivery_id, 7, '{}'
      from platspuls.line cross join platspuls.delivery where line.key = 'trappan'
    """)
    zeros = ", ".join(["0"] * 75)
    database.execute(
        "insert into platspuls.zone_dwell select zone_id, '2026-10-02Z', 1, 1, 1, "  # noqa: S608 - our words
        f"{zeros}, 900000, 0 from platspuls.zone".encode()
    )
    bare = loaded(tmp_path, example().partition("[[spaces]]")[0])
    refused = [refusal.partition(" has data")[0] for refusal in plan(database, bare).refusals]
    assert {"line trappan", "zone bankarna", "device tunnel-kamera"} <= set(refused)
    later = changed((OLD_ZONE, OLD_ZONE.replace("from = 2026-10-01", "from = 2026-10-03")))
    (refusal,) = plan(database, loaded(tmp_path, later)).refusals
    assert "1 stored quarter-hour from 2026-10-02T02:00+02:00" in refusal


def test_a_device_is_replaced_without_breaking_the_series(database: Database, tmp_path: Path) -> None:
    apply(database, loaded(tmp_path, example()))
    store_facts(database)
    new = 'key = "ny"\nname = { sv = "Ny", en = "New" }\nlines = [{ line = "stationen", from = 2026-10-06 }]'
    text = changed(
        (OLD_LINE, '{ line = "stationen", from = 2026-10-01, to = 2026-10-06 }'),
        ("[[devices]]", f"[[devices]]\n{new}\n[[devices]]"),
    )
    assert [change.part.key for change in apply(database, loaded(tmp_path, text)).changes] == [
        "ny",
        "ny: stationen",
        "tunnel-kamera: stationen",
    ]


def test_facts_in_flight_are_waited_for(database: Database, database_url: str, tmp_path: Path) -> None:
    """A fact that isn't committed yet can't be orphaned: apply waits for it, and then refuses."""
    apply(database, loaded(tmp_path, example()))
    bare = loaded(tmp_path, example().partition("[[spaces]]")[0])
    outcome: list[object] = []

    def remove() -> None:
        with connect(database_url, application="remover", autocommit=True) as other:
            try:
                outcome.append(apply(other, bare))
            except PlanRefusedError as error:
                outcome.append(error)

    waiting = "select count(*) from pg_stat_activity where application_name = 'remover' and wait_event_type = 'Lock'"
    with connect(database_url, application="watch", autocommit=True) as watch:
        with database.transaction():
            store_facts(database)
            remover = Thread(target=remove)
            remover.start()
            eventually(lambda: watch.execute(waiting).fetchall() != [(0,)])
        remover.join(PATIENCE_S)
    assert isinstance(outcome[0], PlanRefusedError)
