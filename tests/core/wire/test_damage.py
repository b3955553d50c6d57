"""A message that is damaged anywhere: what lies outside the damage is stored as it was sent, and nothing is invented.

Changes that leave every byte-for-byte JSON valid (another digit, a whole record cut out) can't be seen here: the
device's checksums see them. Then the records that were changed may differ, and no others.
"""

import random
from collections.abc import Iterator
from itertools import product
from typing import NamedTuple

import msgspec
import pytest

from core import wire
from tests.support.properties import examples, worlds

EPOCH = "3f9a1c0b7d52e846"


def record_of(seq: int, rng: random.Random) -> bytes:
    """Return one record with drawn counts; every tenth is a dwell record, every seventh has no time."""
    counts = [rng.randrange(40) for _ in range(6)]
    if seq % 10 == 0:
        histogram = {"bins": [rng.randrange(3) for _ in range(wire.BINS - 1)] + [0], "over_s": 0}
        zone = {"zone": "bankarna", "complete": histogram, "cut": histogram, "fragment": histogram}
        start = wire.utc(1_790_838_000 + 900 * seq).isoformat()
        return msgspec.json.encode(
            {"kind": "dwell", "seq": seq, "start": start, "period_s": 900, "setup": "sim-a", "flags": []}
            | {"zones": [zone | {"observed_ms": 900_000 - counts[0]}]}
        )
    if seq % 7 == 0:
        total = wire.LineTotal("stationen", counts[0], counts[1], counts[2], counts[3], counts[4])
        return wire.encode(wire.UnplacedRecord(seq=wire.Seq(seq), setup="sim-a", lines=[total]))
    return wire.encode(
        wire.FlowRecord(
            seq=wire.Seq(seq),
            start=wire.utc(1_790_838_000 + 60 * seq),
            period_s=60,
            setup="sim-a",
            lines=[wire.LineFlow("stationen", counts[0], counts[1], counts[2], counts[3], 60_000 - counts[4])],
            zones=[wire.ZoneFlow("bankarna", counts[3], counts[2], counts[1], counts[0], counts[4], counts[5], 59_000)],
        )
    )


class Sent(NamedTuple):
    """A message, and where each of its records lies in it."""

    payload: bytes
    records: dict[int, bytes]
    spans: dict[int, tuple[int, int]]


def message(seed: int, records: int = 100, *, lost: bool = True) -> Sent:
    """Return a message of so many records; some numbers are left out, as where they were settled before."""
    rng = random.Random(seed)
    seqs = sorted(rng.sample(range(1, records * 11 // 10 + 2), records))
    raw = {seq: record_of(seq, rng) for seq in seqs}
    gone = [wire.LostRange(9_001, 9_009, "outbox_full")] if lost else []
    payload = wire.encode_batch(EPOCH, list(raw.values()), lost=gone)
    spans = {seq: (at := payload.index(record), at + len(record)) for seq, record in raw.items()}
    return Sent(payload, raw, spans)


class Damage(NamedTuple):
    """Bytes [first, last) were replaced."""

    first: int
    last: int
    payload: bytes


def flipped(payload: bytes, rng: random.Random) -> Damage:
    """Return the message with one bit flipped."""
    at = rng.randrange(len(payload))
    return Damage(at, at + 1, payload[:at] + bytes([payload[at] ^ 1 << rng.randrange(8)]) + payload[at + 1 :])


def cut_out(payload: bytes, rng: random.Random) -> Damage:
    """Return the message without some of its bytes, up to three records' length."""
    at, length = rng.randrange(len(payload)), rng.choice([1, 2, 8, 50, 300, 900])
    return Damage(at, min(at + length, len(payload)), payload[:at] + payload[at + length :])


def put_in(payload: bytes, rng: random.Random) -> Damage:
    """Return the message with other bytes in it: random ones, JSON's own signs, or a part of it again."""
    at, other = rng.randrange(len(payload) + 1), rng.randrange(len(payload))
    signs = bytes(rng.choices(b'{}[]",:\\', k=3))
    more = rng.choice([rng.randbytes(rng.randrange(1, 9)), signs, payload[other : other + 60]])
    return Damage(at, at, payload[:at] + more + payload[at:])


def overwritten(payload: bytes, rng: random.Random) -> Damage:
    """Return the message with some of its bytes zeroed, as a page that was never written."""
    at, length = rng.randrange(len(payload)), rng.choice([1, 16, 512])
    last = min(at + length, len(payload))
    return Damage(at, last, payload[:at] + bytes(last - at) + payload[last:])


def damages(seed: int, times: int) -> Iterator[tuple[Sent, Damage]]:
    rng = random.Random(seed)
    for _ in range(times):
        sent = message(rng.randrange(10**6), rng.choice([1, 2, 5, 100, 100]), lost=rng.random() < 0.5)
        yield sent, rng.choice([flipped, flipped, cut_out, put_in, overwritten])(sent.payload, rng)


def check(sent: Sent, damage: Damage) -> str:
    """Check what is read of a damaged message; return what became of it in a word."""
    touched = {seq for seq, (start, end) in sent.spans.items() if damage.first <= end and damage.last >= start}
    try:
        decoded = wire.decode_batch(damage.payload)
    except wire.WireError:
        in_front = damage.first <= sent.payload.index(b"[")
        is_other = _is_json(damage.payload)  # and says something else than an envelope may
        assert in_front or is_other or touched == set(sent.records), "the envelope is good, and a record of it"
        return "refused"
    if decoded.batch.epoch != EPOCH:
        return "another epoch"
    stored = {record.seq: record for record in decoded.batch.records}
    rejected = {record.seq for record in decoded.rejected}
    is_doubtful = any("must rise" in str(part.error) for part in decoded.unnumbered)
    for seq in sent.records.keys() - touched:
        if stored.get(seq) != msgspec.json.decode(sent.records[seq], type=wire.Record):
            assert is_doubtful, (seq, damage)
        assert seq not in rejected
    invented = (stored.keys() | rejected) - sent.records.keys()
    if not _is_json(damage.payload):
        assert not invented, damage
        assert rejected <= touched
        for seq in stored.keys() & touched:
            assert stored[seq] == msgspec.json.decode(sent.records[seq], type=wire.Record), (seq, damage)
    assert len(invented) <= len(touched)
    return "whole" if len(stored) == len(sent.records) else "settled" if rejected >= touched else "waits"


def _is_json(payload: bytes) -> bool:
    try:
        msgspec.json.decode(payload)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return False
    return True


@pytest.mark.parametrize(("seed", "lost"), worlds([*product(range(4), [True, False])]))
@pytest.mark.simulation
def test_the_end_of_a_message_ends_no_record_that_was_cut(seed: int, *, lost: bool) -> None:
    """All bytes from anywhere in the last record on are gone, but for the last ones, which are brackets alone."""
    sent = message(seed, 3, lost=lost)
    last = max(sent.spans)
    whole = msgspec.json.decode(sent.records[last], type=wire.Record)
    for first in range(*sent.spans[last]):
        for kept in (1, 2, 3, 4):
            end = len(sent.payload) - kept
            damage = Damage(first, end, sent.payload[:first] + sent.payload[end:])
            check(sent, damage)
            if not _is_json(damage.payload):
                stored = {record.seq: record for record in wire.decode_batch(damage.payload).batch.records}
                assert stored.get(wire.Seq(last), whole) == whole


@pytest.mark.simulation
def test_what_is_outside_the_damage_is_stored() -> None:
    for sent, damage in damages(1, examples(400)):
        check(sent, damage)


@pytest.mark.simulation
def test_many_damaged_messages() -> None:
    outcomes = [check(sent, damage) for sent, damage in damages(2, len(worlds(range(8000), every=16)))]
    assert set(outcomes) == {"refused", "another epoch", "whole", "settled", "waits"}
    assert outcomes.count("refused") < len(outcomes) / 4
