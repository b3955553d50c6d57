"""What a stolen password can do: by device and day, the store keeps so much and no more, and says what it left out."""

import random
from datetime import timedelta

import pytest

from core import wire
from ingest.batch import bounds, delivery
from ingest.batch.bounds import Bound, Owner
from ingest.batch.delivery import FOLLOWING_EPOCHS_A_DAY, NEW_EPOCHS_A_DAY
from ingest.batch.writer import BatchWriter
from ingest.messages import AddressedReceipt, Storable
from ingest.throughput_log import ThroughputLog
from store.database import Database, connect
from store.housekeeping import forget_refused
from store.rejects_and_held import RejectSelection, unkept_rejects
from tests.support.forks import receipt, run
from tests.support.small_site import (
    DEVICE,
    EPOCH,
    SITE,
    arrive,
    flow,
    make_site,
    meaning,
    received,
    rows,
)

pytestmark = [pytest.mark.chain, pytest.mark.usefixtures("database")]


def junk(number: int, size: int = 10, device: str = DEVICE) -> Storable:
    return meaning(arrive(f"{number:0{size}d}x".encode(), device=device))


def bad_record(seq: int) -> bytes:
    return wire.encode(flow(seq, seq)).replace(b'"forward":1', b'"forward":-1')


def rejects(database: Database) -> int:
    return int(rows(database, "select count(*) from platspuls.reject")[0][0])


def unkept(database: Database) -> list[tuple[object, ...]]:
    return rows(database, "select site, device, code, times from reading.unkept_reject order by 1, 2, 3")


def held(database: Database) -> dict[str, int]:
    return dict(rows(database, "select cause, sum(times)::int from platspuls.held group by 1"))


def made_known_yesterday(database: Database, which: str) -> None:
    yesterday = "update platspuls.delivery set first_heard_at = now() - interval '25 hours'"
    database.execute(f"{yesterday} where {which}".encode())


def new_epochs(count: int, start: int = 1) -> list[str]:
    return [f"{number:016x}" for number in range(start, start + count)]


@pytest.fixture
def small_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    """A tenth of a hundredth of the real bounds."""
    for module in ("write_rejects", "write_plan"):
        for name, bound in (
            ("REJECTS", Bound(10, 10**6)),
            ("CONFLICTS", Bound(12, 10**6)),
            ("UNPLACED", Bound(6, 10**6)),
        ):
            monkeypatch.setattr(f"ingest.batch.{module}.{name}", bound, raising=False)


@pytest.mark.usefixtures("small_bounds")
def test_rejects_beyond_a_days_worth_are_counted_by_code_and_not_kept(database: Database, writer: BatchWriter) -> None:
    for number in range(8):
        writer.store([junk(number)])
    bad = meaning(arrive(wire.encode_batch(EPOCH, [bad_record(seq) for seq in range(1, 8)])))
    stored = writer.store([bad, junk(3), junk(100), junk(100)])
    assert (stored.rejects, stored.unkept_rejects) == (10, 7)
    assert rejects(database) == 10
    assert unkept(database) == [(SITE, DEVICE, "invalid", 7)]
    assert rows(database, "select rejected::text from platspuls.delivery") == [("{[1,8)}",)]
    assert receipt(stored).through == 7
    assert rows(database, "select max(times) from platspuls.reject") == [(2,)]
    repeated = writer.store([bad])
    assert (repeated.repeats, repeated.rejects, rejects(database)) == (7, 0, 10)
    database.execute("update platspuls.day_count set day = day - 1")
    writer.store([junk(101)])
    assert rejects(database) == 11


@pytest.mark.usefixtures("small_bounds")
def test_one_device_and_strangers_leave_room_for_others(database: Database, writer: BatchWriter) -> None:
    make_site(database, "other")
    for number in range(20):
        writer.store([junk(number), junk(number, device=f"stranger-{number}")])
    assert rejects(database) == 20
    assert unkept(database) == [("", "", "invalid", 10), (SITE, DEVICE, "invalid", 10)]
    writer.store([meaning(arrive(b"junk of another", site="other"))])
    assert rejects(database) == 21


def test_bytes_are_bounded_as_rows_are_and_all_devices_together(
    database: Database, writer: BatchWriter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ingest.batch.write_rejects.REJECTS", Bound(1000, 5000))
    monkeypatch.setattr("ingest.batch.write_rejects.ALL_REJECTS", Bound(7, 10**9))
    for number in range(20):
        content = b'{"epoch":"' + b"x" * 16 + b'","records":[' + b",".join([b"1"] * 1000) + b",%d]}" % number
        writer.store([meaning(arrive(content))])
    assert rejects(database) < 20
    assert rows(database, "select kept_bytes <= 5000 from platspuls.day_count where device_key = %s", DEVICE) == [
        (True,)
    ]
    for number in range(20):
        writer.store([junk(number, device="stranger")])
    assert rejects(database) == 7


def test_new_epochs_beyond_a_few_wait_and_are_admitted_in_order(database: Database, writer: BatchWriter) -> None:
    epochs = new_epochs(NEW_EPOCHS_A_DAY + 3)
    for epoch in epochs:
        stored = writer.store([received(flow(1, int(epoch, 16)), epoch=epoch)])
        assert receipt(stored).epoch == epoch
    assert rows(database, "select count(*) from platspuls.delivery") == [(NEW_EPOCHS_A_DAY,)]
    assert held(database) == {"too_many_epochs": 3}
    assert not receipt(stored).also
    database.execute(
        "update platspuls.delivery set first_heard_at = now() - interval '25 hours' where delivery_id <= 2"
    )
    last, *others = reversed(epochs[-3:])
    assert writer.store([received(flow(1, 50), epoch=last)]).records == 0
    for epoch in others:
        assert writer.store([received(flow(1, int(epoch, 16)), epoch=epoch)]).records == 1
    assert writer.store([received(flow(1, 50), epoch=last)]).records == 0
    made_known_yesterday(database, "true")
    assert writer.store([received(flow(1, 50), epoch=last)]).records == 1
    assert rows(database, "select count(*) from platspuls.waiting_epoch") == [(0,)]


def test_an_epoch_that_is_heard_of_no_more_stands_in_nobodys_way(database: Database, writer: BatchWriter) -> None:
    epochs = new_epochs(NEW_EPOCHS_A_DAY + 2)
    for epoch in epochs:
        writer.store([received(flow(1, int(epoch, 16)), epoch=epoch)])
    database.execute("update platspuls.delivery set first_heard_at = now() - interval '25 hours' where delivery_id = 1")
    database.execute(
        "update platspuls.waiting_epoch set last_at = now() - interval '2 hours' where epoch = %s", (epochs[-2],)
    )
    assert writer.store([received(flow(1, 50), epoch=epochs[-1])]).records == 1


def test_epochs_that_name_a_known_one_are_many_but_not_without_end(database: Database, writer: BatchWriter) -> None:
    chain = new_epochs(FOLLOWING_EPOCHS_A_DAY + 3)
    messages = [
        received(flow(1, at), epoch=epoch, previous=chain[at - 1] if at else None) for at, epoch in enumerate(chain)
    ]
    for message in messages:
        writer.store([message])
    assert rows(database, "select count(*) from platspuls.delivery") == [(FOLLOWING_EPOCHS_A_DAY + 2,)]
    assert held(database)["too_many_epochs"] == 1


def test_thousands_of_epochs_at_once_leave_a_handful(database: Database, writer: BatchWriter) -> None:
    writer.store([received(flow(1, 1))])
    for at in range(0, 2000, 500):
        writer.store([received(epoch=epoch) for epoch in new_epochs(500, at + 1)])
    assert rows(database, "select count(*) from platspuls.delivery") == [(NEW_EPOCHS_A_DAY,)]
    assert rows(database, "select count(*) <= 100 from platspuls.waiting_epoch") == [(True,)]
    assert writer.store([received(flow(2, 2))]).records == 1


@pytest.mark.usefixtures("small_bounds")
def test_conflicts_beyond_a_days_worth_wait_in_the_device(database: Database, writer: BatchWriter) -> None:
    other = "fedcba9876543210"
    for at in range(0, 40, 10):
        writer.store([received(*[flow(seq, seq) for seq in range(at + 1, at + 11)])])
    again = [flow(seq, seq, count=5) for seq in range(1, 21)]
    for _ in range(2):
        writer.store([received(*again[:5], epoch=other)])
    stored = writer.store([received(*again[5:], flow(21, 100), epoch=other)])
    assert stored.records == 1
    assert held(database) == {"too_many_conflicts": 15}
    assert rows(database, "select count(*) from platspuls.conflict") == [(10,)]
    assert rows(database, "select stored::text from platspuls.delivery where epoch = %s", other) == [
        ("{[1,6),[21,22)}",)
    ]
    database.execute("update platspuls.day_count set day = day - 1")
    assert writer.store([received(*again[5:10], epoch=other)]).records == 5
    assert rows(database, "select count(*) from platspuls.conflict") == [(20,)]


@pytest.mark.usefixtures("small_bounds")
def test_totals_without_a_time_beyond_a_days_worth_wait_in_the_device(database: Database, writer: BatchWriter) -> None:
    def totals(seq: int) -> wire.UnplacedRecord:
        return wire.UnplacedRecord(seq=seq, setup="sim-a", lines=[wire.LineTotal("north", seq, 2, 3, 4, 60)])

    assert writer.store([received(*[totals(seq) for seq in range(1, 6)])]).records == 5
    assert writer.store([received(totals(6), totals(7), flow(8, 8))]).records == 1
    assert held(database) == {"too_many_unplaced": 2}
    assert writer.store([received(totals(6))]).records == 1
    assert writer.store([received(totals(7))]).records == 0


def test_a_device_that_makes_up_causes_leaves_a_hundred_and_room_for_others(
    database: Database, writer: BatchWriter
) -> None:
    for at in range(0, 300, 100):
        writer.store([received(*[flow(seq, seq, lines=[f"made-up-{seq}"]) for seq in range(at + 1, at + 101)])])
    assert rows(database, "select count(*), sum(times) from platspuls.held") == [(101, 300)]
    assert rows(database, "select times from platspuls.held where detail = 'and more like this'") == [(200,)]
    database.execute(
        "insert into platspuls.held (site_key, device_key, cause, detail) "
        "select 'x', 'x', 'x', n::text from generate_series(1, 9999) n"
    )
    make_site(database, "other")
    assert writer.store([received(flow(1, 1, lines=["nowhere"]), site="other")]).held
    assert rows(database, "select times from platspuls.held where site_key = 'other'") == [(1,)]


def test_counts_of_what_was_left_out_are_forgotten_as_rejects_are(database: Database) -> None:
    for table, column in (("unkept_reject", "first_at, last_at, times"), ("day_count", "kept, kept_bytes, what")):
        values = "'2020-01-01', '2020-01-01', 1" if table == "unkept_reject" else "1, 1, 'reject'"
        key = "code, " if table == "unkept_reject" else ""
        word = "'invalid', " if key else ""
        database.execute(
            f"insert into platspuls.{table} (day, site_key, device_key, {key}{column}) "  # noqa: S608 - words of ours
            f"values ('2020-01-01', 'a', 'b', {word}{values})".encode()
        )
    [(now,)] = rows(database, "select now()")
    assert forget_refused(database, now - timedelta(days=396)) == 2


def test_two_replicas_share_the_last_place(database: Database, database_url: str) -> None:
    owner = Owner(SITE, DEVICE)
    with connect(database_url, application="replica", autocommit=True) as other:
        with database.transaction():
            uses = bounds.uses_today(database, "reject", [owner])
            uses[owner].add(10, rows=3)
            bounds.note_uses(database, "reject", uses)
        with other.transaction():
            assert bounds.uses_today(other, "reject", [owner])[owner].rows == 3


def attack(writer: BatchWriter, rng: random.Random, round_: int) -> None:
    """Send a bit of everything that a stolen password can: nonsense, made-up epochs, setups, lines, times, totals."""
    epoch = f"{rng.getrandbits(64):016x}"
    first = round_ * 50 + 1
    writer.store(
        [
            *(junk(rng.getrandbits(60), rng.randint(20, 60)) for _ in range(50)),
            meaning(arrive(wire.encode_batch(EPOCH, [bad_record(10**6 + first + n) for n in range(50)]))),
            received(*run(1, 20), epoch=epoch),
            received(*run(first, first + 49, later=-first, count=rng.randint(0, 9)), epoch=EPOCH),
            received(*[flow(10**7 + first + n, n, lines=[f"x{rng.getrandbits(30)}"]) for n in range(20)]),
        ]
    )


@pytest.mark.usefixtures("small_bounds")
def test_an_attack_makes_the_store_grow_no_further_than_a_days_worth(
    database: Database, writer: BatchWriter, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second half of an attack of any kind adds next to nothing to the first."""
    monkeypatch.setattr(delivery, "MOST_RANGES", 50)
    rng = random.Random(5)
    for round_ in range(20):
        attack(writer, rng, round_)
    counts = kept(database)
    for round_ in range(20, 60):
        attack(writer, rng, round_)
    after = kept(database)
    assert after == counts
    assert rows(database, "select count(*) <= 100 from platspuls.waiting_epoch") == [(True,)]


def kept(database: Database) -> dict[str, int]:
    """Return how many rows there are of everything that a device can add to without having counted."""
    tables = ("reject", "conflict", "held", "setup", "delivery", "unplaced_line", "unkept_reject")
    return {
        name: int(rows(database, f"select count(*) from platspuls.{name}")[0][0])  # noqa: S608 - words of ours
        for name in tables
    }


def test_a_device_fills_no_log(writer: BatchWriter, caplog: pytest.LogCaptureFixture) -> None:
    log = ThroughputLog()
    asked = AddressedReceipt(wire.Topic(SITE, DEVICE, wire.Kind.RECEIPT), wire.Receipt(EPOCH, 0, rewind=True))
    for at in range(0, 300, 100):
        log.note(writer.store([received(*[flow(seq, seq, lines=[f"x-{seq}"]) for seq in range(at + 1, at + 101)])]))
        log.note_rewind(asked)
    assert len(caplog.messages) == 21
    log.note(writer.store([received(flow(1, 1), device="stranger")]))
    assert (
        caplog.messages[-1] == "held until resolved, from torget/stranger: device stranger is not known at site torget"
    )


def test_rejects_beyond_a_days_worth_are_listed(database: Database) -> None:
    database.execute("insert into platspuls.unkept_reject values ('2026-10-25', 'torget', 'cam', 'invalid', 4711)")
    [one] = unkept_rejects(database, RejectSelection(site="torget"), 50)
    assert (one.device, one.code, one.times) == ("cam", "invalid", 4711)
    assert unkept_rejects(database, RejectSelection(device="other"), 50) == []
