"""What became of everything that was made: the numbers add up, and nothing missing hides."""

import random
from datetime import UTC, date, datetime, timedelta

import pytest

from core import wire
from ingest.batch.writer import BatchWriter
from store.database import Database
from store.reconciliation import Account, AccountFilter, accounts, complaints, day_accounts
from tests.support.small_site import ARRIVED, EPOCH, a_run, assign, dwell, flow, make_site, received, rows

pytestmark = pytest.mark.chain

NEW_EPOCH = "fedcba9876543210"
SOON = datetime.now(UTC) + timedelta(days=1)
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
ALL = AccountFilter()


def counts(account: Account) -> tuple[int | None, ...]:
    return account.made, account.stored, account.rejected, account.lost, account.unsettled, account.unknown


def status(database: Database, epoch: str, made: int) -> None:
    database.execute(
        "insert into platspuls.device_status (device_id, online, at, epoch, made) values (1, true, %s, %s, %s) "
        "on conflict (device_id) do update set epoch = excluded.epoch, made = excluded.made",
        (ARRIVED, epoch, made),
    )


def test_each_number_has_one_fate(database: Database, writer: BatchWriter) -> None:
    lost = wire.LostRange(4, 6, "outbox_full")
    writer.store([received(flow(1, 0), flow(2, 1), flow(9, 9), lost=[lost]), received(flow(8, 90_000_000))])
    status(database, EPOCH, 12)
    [account] = accounts(database, ALL)
    assert counts(account) == (12, 3, 1, 3, 5, 0)
    assert account.state == "current"
    assert account.missing_ranges().pairs == ((3, 3), (7, 7), (10, 12))
    assert not account.is_settled(SOON)
    assert account.is_settled(LONG_AGO)
    assert list(complaints(database, ALL, [account], LONG_AGO)) == []
    [sentence] = complaints(database, ALL, [account], SOON)
    assert sentence.startswith(f"torget/cam, epoch {EPOCH}: 5 records are unsettled since 2")


@pytest.mark.parametrize("seed", range(3))
def test_it_adds_up_for_any_run(database: Database, writer: BatchWriter, seed: int) -> None:
    rng = random.Random(seed)
    batches = [batch for batch in a_run(rng) if rng.random() < 0.7]
    for batch in batches:
        writer.store([received(*batch.records, epoch=batch.epoch, lost=batch.lost)])
    for account in accounts(database, ALL):
        of_epoch = [batch for batch in batches if batch.epoch == account.epoch]
        seqs = {record.seq for batch in of_epoch for record in batch.records}
        lost = {seq for batch in of_epoch for gap in batch.lost for seq in range(gap.first, gap.last + 1)}
        made = max(seqs | lost)
        assert counts(account) == (made, len(seqs), 0, len(lost), made - len(seqs) - len(lost), 0)
        assert sum(last - first + 1 for first, last in account.missing_ranges().pairs) == account.unsettled
    assert_days_are_the_same_together(database)


def assert_days_are_the_same_together(database: Database) -> None:
    """Many days at once, by one reading of the facts, are each day by itself; those without records too."""
    [(first, after)] = rows(
        database, "select min(start)::date - 2, max(start)::date + 3 from reading.record_time where site = 'torget'"
    )
    together = rows(database, "select * from reading.reconciliation_days('torget', %s, %s)", first, after)
    apart = rows(
        database,
        "select account.* from generate_series(%s::date, %s::date - 1, interval '1 day') as day "
        "cross join lateral reading.reconciliation_day('torget', day::date) as account",
        first,
        after,
    )
    assert len(together) > 0
    assert sorted(together, key=repr) == sorted(apart, key=repr)


def test_no_days_have_no_account(database: Database, writer: BatchWriter) -> None:
    writer.store([received(flow(1, 0))])
    assert rows(database, "select * from reading.reconciliation_days('torget', '2025-03-04', '2025-03-04')") == []
    assert rows(database, "select * from reading.reconciliation_days('nowhere', '2025-03-04', '2025-03-05')") == []


def test_what_a_dead_epoch_owes_is_unknown(database: Database, writer: BatchWriter) -> None:
    writer.store([received(flow(1, 0), flow(5, 4))])
    writer.store([received(flow(1, 100), epoch=NEW_EPOCH, previous=EPOCH)])
    dead, alive = accounts(database, ALL)
    assert (dead.epoch, dead.state, *counts(dead)) == (EPOCH, "dead", 5, 2, 0, 0, 0, 3)
    assert (alive.epoch, alive.state, *counts(alive)) == (NEW_EPOCH, "current", 1, 1, 0, 0, 0, 0)
    [sentence] = complaints(database, ALL, [dead, alive], LONG_AGO)
    assert "what became of 3 records is unknown" in sentence
    assert accounts(database, AccountFilter(since=SOON)) == []
    writer.store([received(flow(2, 1), flow(3, 2), flow(4, 3))])
    dead, _ = accounts(database, ALL)
    assert dead.is_settled(SOON)


def test_a_status_that_made_less_than_came_says_that_the_outbox_went_back(
    database: Database, writer: BatchWriter
) -> None:
    """Nothing is missing, and yet: an older copy was put back, and what it makes next stands under taken numbers."""
    writer.store([received(*[flow(seq, seq) for seq in range(1, 11)])])
    status(database, EPOCH, 10)
    assert list(complaints(database, ALL, accounts(database, ALL), LONG_AGO)) == []
    status(database, EPOCH, 4)
    assert list(complaints(database, ALL, accounts(database, ALL), LONG_AGO)) == []
    database.execute("update platspuls.device_status set received_at = now() + interval '2 minutes'")
    [account] = accounts(database, ALL)
    assert counts(account) == (10, 10, 0, 0, 0, 0)
    [sentence] = complaints(database, ALL, [account], LONG_AGO)
    assert sentence.endswith("made 4 records, and 10 are known: an older copy of its outbox was put back")


def test_records_that_wait_in_the_device_though_nothing_is_missing_are_said(
    database: Database, writer: BatchWriter
) -> None:
    writer.store([received(flow(1, 0))])
    status(database, EPOCH, 1)
    database.execute("update platspuls.device_status set outbox_records = 1")
    assert list(complaints(database, ALL, accounts(database, ALL), LONG_AGO)) == []
    database.execute("update platspuls.device_status set received_at = now() + interval '2 hours'")
    [sentence] = complaints(database, ALL, accounts(database, ALL), LONG_AGO)
    assert "1 records wait, and all that came of them is settled" in sentence


def test_an_epoch_that_has_forked_is_said_until_the_next_one_has_begun(database: Database, writer: BatchWriter) -> None:
    writer.store([received(flow(1, 0), flow(4, 3))])
    writer.store([received(flow(1, 50), flow(2, 51))])
    [account] = accounts(database, ALL)
    assert (account.state, account.fork_seq, account.disputed, *counts(account)) == ("forked", 1, 2, 4, 2, 0, 0, 2, 0)
    [sentence, *_] = complaints(database, ALL, [account], LONG_AGO)
    assert "record 1 came again with other contents, and 2 wait in the device" in sentence
    writer.store([received(flow(1, 50), flow(2, 51), epoch=NEW_EPOCH, previous=EPOCH)])
    dead, alive = accounts(database, ALL)
    assert (dead.state, dead.moved, dead.unknown, alive.state) == ("dead", 2, 0, "current")
    assert dead.made == sum(
        filter(None, (dead.stored, dead.rejected, dead.lost, dead.unsettled, dead.unknown, dead.moved))
    )
    assert list(complaints(database, ALL, [dead, alive], LONG_AGO)) == []


def test_an_epoch_that_is_only_named_has_no_counts(database: Database, writer: BatchWriter) -> None:
    writer.store([received(flow(1, 0), previous=NEW_EPOCH)])
    found = {account.epoch: account for account in accounts(database, ALL)}
    assert found[NEW_EPOCH].state == "unheard"
    assert counts(found[NEW_EPOCH]) == (None,) * 6
    assert list(complaints(database, ALL, found.values(), SOON)) == []


def test_a_device_that_only_tells_its_status_owes_everything(database: Database) -> None:
    status(database, EPOCH, 7)
    [account] = accounts(database, ALL)
    assert counts(account) == (7, 0, 0, 0, 7, 0)
    assert not account.is_settled(LONG_AGO)


def test_what_is_held_is_unsettled_and_says_why(database: Database, writer: BatchWriter) -> None:
    make_site(database, "annan")
    assign(database, "{}", "annan")
    writer.store([received(flow(1, 0), site="annan"), received(flow(1, 0), device="stranger")])
    [account] = accounts(database, AccountFilter(site="annan"))
    assert (account.unsettled, account.held) == (1, ["not_assigned"])
    assert len(list(complaints(database, ALL, [], SOON))) == 2
    assert len(list(complaints(database, AccountFilter(site="annan"), [], SOON))) == 1
    assert accounts(database, AccountFilter(site="torget")) == []


def test_a_day_holds_what_lies_between_its_first_and_last_record(database: Database, writer: BatchWriter) -> None:
    midnight = 13 * 60  # minutes from START to local midnight, which comes before that of UTC
    first = [flow(seq, midnight - 4 + seq) for seq in (1, 2)]
    second = [flow(seq, midnight - 4 + seq) for seq in (7, 8, 9, 11)]
    writer.store([received(*first, *second, lost=[wire.LostRange(10, 10, "outbox_full")])])
    writer.store([received(flow(20, midnight + 1440))])
    [day] = day_accounts(database, ALL, date(2025, 3, 3))
    assert (day.first_number, day.last_number, day.made, day.missing) == (1, 2, 2, 0)
    assert (day.missing_before, day.missing_after) == (0, 4)
    [day] = day_accounts(database, AccountFilter("torget", "cam"), date(2025, 3, 4))
    assert (day.first_number, day.last_number, day.made) == (7, 11, 5)
    assert (day.stored, day.rejected, day.lost, day.missing) == (4, 0, 1, 0)
    assert (day.missing_before, day.missing_after) == (4, 8)
    assert day_accounts(database, ALL, date(2025, 3, 6)) == []
    assert day_accounts(database, AccountFilter(device="other"), date(2025, 3, 4)) == []


def test_what_is_missing_before_a_day_ends_at_the_nearest_number_that_is_stored(
    database: Database, writer: BatchWriter
) -> None:
    writer.store([received(flow(1, 0), flow(3, 2), flow(7, 13 * 60))])
    [day] = day_accounts(database, ALL, date(2025, 3, 4))
    assert (day.first_number, day.missing_before) == (7, 3)


def test_a_missing_first_number_is_noted_as_unsettled_when_it_is_first_missed(
    database: Database, writer: BatchWriter
) -> None:
    noted = "select unsettled_since is not null from platspuls.delivery"
    writer.store([received(flow(2, 1), flow(3, 2))])
    assert rows(database, noted) == [(True,)]
    writer.store([received(flow(1, 0))])
    assert rows(database, noted) == [(False,)]


def test_a_record_that_was_reported_before_is_of_its_day_too(database: Database, writer: BatchWriter) -> None:
    writer.store([received(flow(1, 0), dwell(2, 0))])
    writer.store([received(flow(1, 0), epoch=NEW_EPOCH)])
    days = day_accounts(database, ALL, date(2025, 3, 3))
    assert [(day.epoch, day.made, day.stored) for day in days] == [(EPOCH, 2, 2), (NEW_EPOCH, 1, 1)]


def test_a_day_is_found_by_the_keys_of_the_facts(database: Database, writer: BatchWriter) -> None:
    writer.store([received(flow(1, 0))])
    database.execute(
        "insert into platspuls.line_flow select line_id, start + n * interval '1 minute', period_s, delivery_id, "
        "seq + n, setup_id, forward, backward, gross_forward, gross_backward, observed_ms, flags "
        "from platspuls.line_flow, generate_series(1, 100000) as n"
    )
    database.execute("analyze platspuls.line_flow")
    plan = rows(database, "explain analyze select * from reading.reconciliation_day('torget', '2025-03-20')")
    text = "\n".join(line for (line,) in plan)
    assert "Seq Scan on line_flow" not in text, text
    assert [day.made for day in day_accounts(database, ALL, date(2025, 3, 20))] == [1440]
