"""Delivery: bounded in flight, the present before the past, and everything in the end."""

import random
from collections.abc import Iterator
from contextlib import closing
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core import wire
from core.clock import to_ms
from core.ranges import Ranges
from counter.delivery.batch_scheduler import BatchScheduler, DeliveryPolicy, OutgoingBatch
from counter.records.outbox import Outbox, OutboxLimits, covered_by
from tests.support.counter.records import SetClock, flow, open_outbox, receipt, seqs
from tests.support.properties import examples

STEP_S = 0.5


class Bench:
    """A delivery, its outbox, and a server that answers or doesn't; time moves in steps."""

    def __init__(self, outbox: Outbox, policy: DeliveryPolicy | None = None) -> None:
        self.outbox = outbox
        self.policy = policy or DeliveryPolicy()
        self.scheduler = BatchScheduler(self.policy, random.Random(7).random)
        self.scheduler.connected()
        self.now_s = 1000.0
        self.sent: list[tuple[float, OutgoingBatch]] = []
        self.held: set[int] = set()
        self.poison: set[int] = set()
        self.answers = True

    def in_flight(self) -> int:
        """Return how many messages wait for a receipt."""
        return len(self.scheduler._in_flight)  # noqa: SLF001 - what the program never asks

    def step(self) -> list[OutgoingBatch]:
        """Send what is due, answer what may be answered, and let time pass."""
        batches = self.scheduler.next_batches(self.outbox, self.now_s)
        assert self.in_flight() <= self.policy.max_in_flight
        self.sent += [(self.now_s, batch) for batch in batches]
        self.now_s += STEP_S
        if self.answers:
            for batch in batches:
                self.answer(batch)
        return batches

    def answer(self, batch: OutgoingBatch) -> None:
        sent = [n for a, b in batch.ranges().pairs for n in range(a, b + 1)]
        settled = [n for n in sent if n not in self.held]
        if settled and not self.poison & set(sent):
            through, also = Ranges.of_numbers(settled).through_and_also(len(settled))
            self.receive(receipt(self.outbox, through, *also))

    def receive(self, answer: wire.Receipt) -> None:
        self.outbox.apply_receipt(answer)
        self.scheduler.received(answer, self.now_s)

    def run(self, seconds: float) -> None:
        for _ in range(round(seconds / STEP_S)):
            self.step()

    def sent_seqs(self) -> list[int]:
        return [stored.seq for _, batch in self.sent for stored in batch.records]


@pytest.fixture
def outbox(tmp_path: Path) -> Iterator[Outbox]:
    with closing(open_outbox(tmp_path / "outbox.sqlite3", SetClock())) as outbox:
        yield outbox


def _fill(outbox: Outbox, count: int) -> None:
    first = outbox.totals().last_seq
    for start in range(0, count, 5000):
        outbox.append([flow(first + n) for n in range(start, min(start + 5000, count))])


def test_nothing_to_send_sends_nothing(outbox: Outbox) -> None:
    bench = Bench(outbox)
    bench.run(10)
    assert bench.sent == []


def test_a_record_is_sent_once_when_it_is_answered(outbox: Outbox) -> None:
    bench = Bench(outbox)
    for minute in range(20):
        outbox.append([flow(minute)])
        bench.run(60)
    assert bench.sent_seqs() == list(range(1, 21))


def test_seven_messages_of_backlog_and_one_of_the_newest(outbox: Outbox) -> None:
    _fill(outbox, 2000)
    bench = Bench(outbox)
    bench.answers = False
    batches = bench.step()
    assert len(batches) == 8
    assert [len(batch.records) for batch in batches] == [100] * 7 + [4]
    assert batches[-1].records[-1].seq == 2000
    assert bench.step() == []


@pytest.mark.simulation
def test_the_newest_gets_through_while_weeks_of_records_wait(outbox: Outbox) -> None:
    _fill(outbox, 30_000)
    bench = Bench(outbox)
    made = 30_000
    for _ in range(3):
        outbox.append([flow(made)])
        made += 1
        bench.run(1)
        assert made not in seqs(outbox)
        assert made in bench.sent_seqs()
    assert outbox.depth() > 15_000


def test_a_held_backlog_does_not_hold_up_the_newest(outbox: Outbox) -> None:
    _fill(outbox, 3000)
    bench = Bench(outbox)
    bench.held = set(range(1, 3001))
    bench.run(10)
    outbox.append([flow(3000)])
    bench.run(60)
    assert 3001 not in seqs(outbox)


def test_held_records_let_newer_ones_pass_and_come_again(outbox: Outbox) -> None:
    _fill(outbox, 3000)
    bench = Bench(outbox)
    bench.held = set(range(1, 1001))
    bench.run(150)
    assert seqs(outbox) == list(range(1, 1001))
    bench.held = set()
    bench.run(150)
    assert seqs(outbox) == []


def test_held_rounds_pause_longer_and_longer(outbox: Outbox) -> None:
    _fill(outbox, 10)
    bench = Bench(outbox)
    bench.held = {3}
    bench.run(1800)
    times = [at for at, batch in bench.sent if any(one.seq == 3 for one in batch.records)]
    gaps = [after - before for before, after in pairwise(times)]
    assert 30 <= gaps[0] <= 34
    assert all(60 <= gap <= 92 for gap in gaps[6:])
    assert len(times) < 35


def test_a_held_record_that_times_out_holds_up_nothing(outbox: Outbox) -> None:
    bench = Bench(outbox)
    bench.held = {1}
    for n in range(80):
        outbox.append([flow(n)])
        sent = [one.seq for batch in bench.step() for one in batch.records]
        assert n + 1 in sent
    assert bench.sent_seqs().count(1) == 2


def test_when_a_held_record_is_taken_the_pauses_between_rounds_begin_again(outbox: Outbox) -> None:
    """Newer records are answered all the time: it is no silence that pauses."""
    _fill(outbox, 300)
    bench = Bench(outbox)

    def run(seconds: int) -> list[float]:
        begin_s = bench.now_s
        for _ in range(seconds // 10):
            outbox.append([flow(outbox.totals().last_seq)])
            bench.run(10)
        return [at for at, batch in bench.sent if at >= begin_s and any(one.seq == 203 for one in batch.records)]

    bench.held = {3, 203}
    waited = [after - before for before, after in pairwise(run(900))]
    assert min(waited[-2:]) >= 60
    bench.held = {203}
    waited = [after - before for before, after in pairwise(run(300))]
    assert waited[1] < 40


def test_silence_pauses_longer_and_longer_then_all_comes(outbox: Outbox) -> None:
    _fill(outbox, 50)
    bench = Bench(outbox)
    bench.answers = False
    bench.run(1800)
    assert len(bench.sent) < 60
    bench.answers = True
    bench.run(130)
    assert seqs(outbox) == []


def test_a_receipt_ends_the_silence_at_once(outbox: Outbox) -> None:
    _fill(outbox, 900)
    bench = Bench(outbox)
    bench.answers = False
    bench.run(600)
    bench.answers = True
    bench.receive(receipt(outbox, 1))
    bench.run(5)
    assert bench.sent[-1][0] >= bench.now_s - 5


def test_a_new_connection_sends_again_what_was_in_flight(outbox: Outbox) -> None:
    _fill(outbox, 5)
    bench = Bench(outbox)
    bench.answers = False
    bench.run(1)
    bench.scheduler.connected()
    assert bench.in_flight() == 0
    bench.answers = True
    bench.run(1)
    assert bench.sent_seqs() == [*range(1, 6), *range(1, 6)]


def test_a_receipt_may_cover_more_and_less_than_a_message(outbox: Outbox) -> None:
    _fill(outbox, 150)
    bench = Bench(outbox)
    bench.answers = False
    bench.step()
    assert bench.in_flight() == 2
    bench.receive(receipt(outbox, 120))
    assert bench.in_flight() == 1
    bench.receive(receipt(outbox, 150))
    assert bench.in_flight() == 0


def test_rewind_sends_again(outbox: Outbox) -> None:
    _fill(outbox, 30)
    bench = Bench(outbox)
    bench.run(5)
    assert seqs(outbox) == []
    bench.receive(receipt(outbox, 10, rewind=True))
    bench.run(5)
    assert bench.sent_seqs()[30:] == list(range(11, 31))
    assert seqs(outbox) == []


def test_lost_ranges_are_declared_until_their_receipt(tmp_path: Path) -> None:
    with closing(open_outbox(tmp_path / "small", SetClock(), OutboxLimits(max_records=10))) as outbox:
        _fill(outbox, 5)
        for minute in range(5, 25):
            outbox.append([flow(minute)])
        bench = Bench(outbox)
        bench.answers = False
        first = bench.step()
        assert first[0].lost == (wire.LostRange(1, 15, "outbox_full"),)
        bench.answers = True
        bench.run(120)
        assert outbox.lost(0, 10) == []
        assert seqs(outbox) == []


def test_no_message_is_larger_than_the_wire_allows(outbox: Outbox) -> None:
    lines = tuple(wire.LineFlow(f"line-{n:030}", 999_999, 999_999, 999_999, 999_999, 60_000) for n in range(32))
    large = [flow(n) for n in range(200)]
    outbox.append([type(one)(one.start, 60, "sim-a", (), lines, ()) for one in large])
    bench = Bench(outbox)
    bench.run(20)
    assert seqs(outbox) == []
    for _, batch in bench.sent:
        payload = wire.encode_batch(outbox.identity.epoch, [stored.record for stored in batch.records])
        assert len(payload) <= wire.MAX_PAYLOAD_BYTES


@given(st.data())
@settings(max_examples=examples(12), suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
def test_whatever_happens_everything_is_sent_in_the_end(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    path = tmp_path_factory.mktemp("delivery") / "outbox.sqlite3"
    with closing(open_outbox(path, SetClock(), OutboxLimits(max_records=1500))) as outbox:
        bench = Bench(outbox)
        made = 0
        for _ in range(data.draw(st.integers(1, 6))):
            count = data.draw(st.integers(0, 700))
            outbox.append([flow(made + n) for n in range(count)])
            made += count
            bench.answers = data.draw(st.booleans())
            bench.held = set(range(*sorted(data.draw(st.tuples(st.integers(1, 2000), st.integers(1, 2000))))))
            bench.run(data.draw(st.sampled_from([1, 40, 200])))
            if data.draw(st.booleans()):
                bench.scheduler.connected()
        bench.answers, bench.held = True, set()
        bench.run(400)
        assert seqs(outbox) == []
        assert outbox.lost(0, 100) == []


def sent_again_at_s(outbox: Outbox, *, silent: bool) -> float:
    """Return when a delivery sends again after no receipt of its first message came, or none of anything (`silent`)."""
    delivery = BatchScheduler(DeliveryPolicy())
    delivery.connected()
    assert delivery.next_batches(outbox, 0.0)
    if not silent:
        delivery.received(receipt(outbox, 0), 1.0)
    return next(tick / 1000 for tick in range(30_000, 33_000) if delivery.next_batches(outbox, tick / 1000))


@pytest.mark.parametrize("silent", [True, False], ids=["after silence", "with what was left over"])
def test_devices_do_not_send_again_at_one_moment(outbox: Outbox, silent: bool) -> None:
    """The first pause is 2 s at most, a second of it by chance: 8 devices within 50 ms would be one chance in 10^8."""
    outbox.append([flow(0)])
    found = [sent_again_at_s(outbox, silent=silent) for _ in range(8)]
    assert 31 <= min(found) < max(found) <= 32
    assert max(found) - min(found) > 0.05


def test_a_receipt_covers_all_that_it_names() -> None:
    assert covered_by(wire.Receipt("0" * 16, 3, [(5, 6)])).pairs == ((1, 3), (5, 6))
    assert covered_by(wire.Receipt("0" * 16, 0, [(5, 6)])).pairs == ((5, 6),)


def test_times_on_the_wire_are_those_of_the_drafts(outbox: Outbox) -> None:
    outbox.append([flow(5)])
    assert outbox.latest_start_ms() == {"flow": to_ms(flow(5).start)}


@pytest.mark.simulation
@given(poison=st.sets(st.integers(1, 400), min_size=1, max_size=4), alone=st.booleans())
@settings(max_examples=examples(8), suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
def test_a_record_whose_message_is_never_answered_stops_no_other(
    tmp_path_factory: pytest.TempPathFactory, poison: set[int], alone: bool
) -> None:
    """A server that can't read a message answers nothing of it: all but the one record get through."""
    path = tmp_path_factory.mktemp("poison") / "outbox.sqlite3"
    with closing(open_outbox(path, SetClock())) as outbox:
        _fill(outbox, 400)
        bench = Bench(outbox)
        bench.poison = poison
        for _ in range(60):
            if not alone:
                _fill(outbox, 1)
            bench.run(60)
        assert set(seqs(outbox)) <= poison | {outbox.totals().last_seq}
        before = len(bench.sent)
        bench.run(1800)
        assert len(bench.sent) - before < 250
        bench.poison = set()
        bench.run(200)
        assert seqs(outbox) == []


@pytest.mark.simulation
def test_a_server_that_holds_everything_is_not_sent_single_records(outbox: Outbox) -> None:
    _fill(outbox, 5000)
    bench = Bench(outbox)
    bench.held = set(range(1, 5001))
    bench.run(3600)
    sent = [len(batch.records) for _, batch in bench.sent]
    assert sum(count == 1 for count in sent) < len(sent) / 4
    bench.held = set()
    bench.run(300)
    assert seqs(outbox) == []
