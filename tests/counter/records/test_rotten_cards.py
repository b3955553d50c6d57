"""Bytes of a card that rot: never a start that fails, never a wrong count, and each record is sent or declared lost.

`python -m bench.rotten_cards` tries a thousand flipped bits, and many at once.
"""

import random
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Final

import pytest

from core import wire
from counter.counting.draft import numbered
from counter.records.database import OutboxDatabase
from counter.records.outbox import Outbox, OutboxLimits
from counter.records.schema import PAGE_BYTES
from tests.support.counter.earlier_outbox import EARLIER_EPOCH, write_earlier
from tests.support.counter.records import SetClock, flow, open_outbox, receipt, seqs
from tests.support.counter.rotten_cards import MADE, Card, Delivered, deliver, make_card
from tests.support.properties import worlds


@pytest.fixture(scope="module")
def card(tmp_path_factory: pytest.TempPathFactory) -> Card:
    return make_card(tmp_path_factory.mktemp("card"), 1, killed=False)


@pytest.fixture(scope="module")
def killed_card(tmp_path_factory: pytest.TempPathFactory) -> Card:
    return make_card(tmp_path_factory.mktemp("killed"), 1, killed=True)


def _all_is_accounted_for(found: Delivered, card: Card) -> None:
    assert found.wrong == []
    assert found.missing(card) == set()


@pytest.mark.parametrize("seed", range(12))
def test_a_flipped_bit_costs_at_most_its_own_record(card: Card, tmp_path: Path, seed: int) -> None:
    found = deliver(card, card.flipped(random.Random(seed), 1), tmp_path)
    _all_is_accounted_for(found, card)
    assert found.epochs == [card.epoch]
    assert len(found.declared) <= 2


@pytest.mark.simulation
@pytest.mark.parametrize("seed", worlds(range(3)))
@pytest.mark.parametrize("bits", [10, 200, 1000])
def test_many_flipped_bits(card: Card, tmp_path: Path, bits: int, seed: int) -> None:
    _all_is_accounted_for(deliver(card, card.flipped(random.Random(seed), bits), tmp_path), card)


@pytest.mark.parametrize("bits", [1, 30])
def test_flipped_bits_in_the_log_that_a_kill_left(killed_card: Card, tmp_path: Path, bits: int) -> None:
    """SQLite sees nothing of a log behind its first wrong frame: the newest records are all there."""
    _all_is_accounted_for(deliver(killed_card, killed_card.flipped(random.Random(3), bits), tmp_path), killed_card)


def _zeroed(page: int) -> Callable[[bytearray], None]:
    def damage(data: bytearray) -> None:
        data[(page - 1) * PAGE_BYTES : page * PAGE_BYTES] = bytes(PAGE_BYTES)

    return damage


def _header(data: bytearray) -> None:
    data[:100] = bytes(100)


def _cut(data: bytearray) -> None:
    del data[len(data) * 2 // 3 :]


def _cut_within_a_page(data: bytearray) -> None:
    del data[len(data) // 2 + 1000 :]


def _mark(data: bytearray) -> None:
    data[68] ^= 1


def _version(data: bytearray) -> None:
    data[63] ^= 1


DAMAGES: Final = {
    "header": _header,
    "mark": _mark,
    "version": _version,
    "cut": _cut,
    "cut within a page": _cut_within_a_page,
    **{f"page {page}": _zeroed(page) for page in (1, 2, 3, 4, 6, 15, 30)},
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_what_can_still_be_read_is_delivered(card: Card, tmp_path: Path, damage: str) -> None:
    data = bytearray(card.files[""])
    DAMAGES[damage](data)
    found = deliver(card, {"": bytes(data)}, tmp_path)
    _all_is_accounted_for(found, card)
    assert found.epochs == [card.epoch]
    readable = {seq for seq, record in card.records.items() if record in data}
    assert len(readable - found.sent) <= 1


def test_bits_of_the_index_pages_may_flip(card: Card, tmp_path: Path) -> None:
    """Damage that `quick_check` doesn't see: it ended the program at each start."""
    pages = [n for n in range(len(card.files[""]) // PAGE_BYTES) if card.files[""][n * PAGE_BYTES] in {0x0A, 0x02}]
    assert pages
    rng = random.Random(5)
    for place in range(4):
        data = bytearray(card.files[""])
        data[rng.choice(pages) * PAGE_BYTES + rng.randrange(PAGE_BYTES)] ^= 1 << place
        folder = tmp_path / str(place)
        folder.mkdir()
        found = deliver(card, {"": bytes(data)}, folder)
        _all_is_accounted_for(found, card)
        assert len(found.sent) == 300


def _flip(path: Path, seq: int, place: int, mask: int) -> None:
    """Change a byte of a record as rot does, behind SQLite's back but in its own file."""
    with closing(sqlite3.connect(path)) as connection:
        (record,) = connection.execute("select bytes from record where seq = ?", (seq,)).fetchone()
        changed = bytearray(record)
        changed[place] ^= mask
        connection.execute("update record set bytes = ? where seq = ?", (bytes(changed), seq))
        connection.commit()


def test_a_record_that_rots_while_the_counter_runs_is_declared_and_its_neighbours_go_on(tmp_path: Path) -> None:
    path = tmp_path / "outbox.sqlite3"
    with closing(open_outbox(path, SetClock())) as outbox:
        outbox.append([flow(minute, 7) for minute in range(5)])
        place = outbox.unsettled(2, 1)[0].record.index(b'"forward":7') + 10
        _flip(path, 3, place, 1)
        assert seqs(outbox) == [1, 2, 4, 5]
        assert outbox.lost(0, 10) == [wire.LostRange(3, 3, "damaged")]
        assert outbox.depth() == 5
        outbox.apply_receipt(receipt(outbox, 5))
        assert outbox.depth() == 0


def test_a_receipt_makes_no_damaged_record_right(tmp_path: Path) -> None:
    path = tmp_path / "outbox.sqlite3"
    with closing(open_outbox(path, SetClock())) as outbox:
        outbox.append([flow(minute, 7) for minute in range(3)])
        _flip(path, 2, 40, 1)
        outbox.apply_receipt(receipt(outbox, 3))
        outbox.apply_receipt(receipt(outbox, 0, rewind=True))
        assert seqs(outbox) == [1, 3]
        assert outbox.lost(0, 10) == [wire.LostRange(2, 2, "damaged")]


def test_a_mark_of_a_receipt_that_rots_into_being_leaves_no_record_unsent(tmp_path: Path) -> None:
    path = tmp_path / "outbox.sqlite3"
    with closing(open_outbox(path, SetClock())) as outbox:
        outbox.append([flow(minute) for minute in range(4)])
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("update record set settled_ms = 0 where seq = 2")
        connection.commit()
    with closing(open_outbox(path, SetClock())) as outbox:
        assert seqs(outbox) == [1, 3, 4]
        assert outbox.lost(0, 10) == [wire.LostRange(2, 2, "damaged")]


@pytest.mark.parametrize("made", [0, 2, 9, 2**40])
def test_the_number_of_records_made_is_that_of_the_copy(tmp_path: Path, made: int) -> None:
    path = tmp_path / "outbox.sqlite3"
    with closing(open_outbox(path, SetClock())) as outbox:
        outbox.append([flow(minute) for minute in range(4)])
        epoch = outbox.identity.epoch
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("update meta set last_seq = ?", (made,))
        connection.commit()
    with closing(open_outbox(path, SetClock())) as outbox:
        assert (outbox.identity.epoch, outbox.totals().last_seq) == (epoch, 4)
        assert seqs(outbox) == [1, 2, 3, 4]


def test_wrong_totals_drop_no_record(tmp_path: Path) -> None:
    path = tmp_path / "outbox.sqlite3"
    with closing(open_outbox(path, SetClock())) as outbox:
        outbox.append([flow(minute) for minute in range(4)])
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("update meta set records = 100000, bytes = bytes + 1000000000")
        connection.commit()
    with closing(open_outbox(path, SetClock(), OutboxLimits(max_records=10))) as outbox:
        outbox.append([flow(4)])
        assert seqs(outbox) == [1, 2, 3, 4, 5]


def test_files_that_earlier_versions_set_aside_give_up_their_records_once(tmp_path: Path) -> None:
    path, aside = tmp_path / "outbox.sqlite3", tmp_path / "outbox.sqlite3.20261003T101112Z-ab12"
    records = [wire.encode(numbered(flow(minute), wire.Seq(minute + 1))) for minute in range(200)]
    write_earlier(aside, 2, records, settled=range(1, 51))
    data = bytearray(aside.read_bytes())
    _header(data)
    _zeroed(2)(data)
    aside.write_bytes(data)
    with closing(open_outbox(path, SetClock())) as outbox:
        outbox.append([flow(1000)])
    for _ in range(2):
        with closing(open_outbox(path, SetClock())) as outbox:
            assert outbox.depth() == 151
            assert outbox.totals().last_seq == 151
    assert [one.name for one in tmp_path.glob("*.kept")] == [f"{aside.name}.kept"]


def test_a_damaged_file_of_an_earlier_version_ends_its_epoch_and_gives_up_its_records(tmp_path: Path) -> None:
    """Without checksums its epoch is not sure enough to go on in."""
    path = tmp_path / "outbox.sqlite3"
    records = [wire.encode(numbered(flow(minute), wire.Seq(minute + 1))) for minute in range(200)]
    write_earlier(path, 2, records, settled=range(1, 51))
    data = bytearray(path.read_bytes())
    _header(data)
    path.write_bytes(data)
    with closing(open_outbox(path, SetClock())) as outbox:
        assert outbox.identity.previous_epoch == EARLIER_EPOCH
        assert outbox.depth() == 150


@pytest.mark.parametrize("crash", ["tmp", "new", "new beside"])
def test_a_crash_while_it_is_written_anew_loses_nothing(card: Card, tmp_path: Path, crash: str) -> None:
    path = tmp_path / "outbox.sqlite3"
    damaged = bytearray(card.files[""])
    _zeroed(2)(damaged)
    if crash != "new":
        path.write_bytes(damaged)
    path.with_name(f"{path.name}.{crash.split(maxsplit=1)[0]}").write_bytes(
        card.files[""] if crash != "tmp" else b"half"
    )
    with closing(open_outbox(path, SetClock())) as outbox:
        assert outbox.identity.epoch == card.epoch
        assert outbox.totals().last_seq == MADE
        assert len(seqs(outbox)) == 300


def test_only_a_few_files_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "outbox.sqlite3"
    for _ in range(8):
        with closing(open_outbox(path, SetClock())) as outbox:
            outbox.begin_epoch("a test")
    assert len(list(tmp_path.glob("*.kept"))) == 5


def _guarded(path: Path) -> OutboxDatabase:
    open_outbox(path, SetClock()).close()
    return OutboxDatabase(path, SetClock())


def test_damage_while_it_is_in_use_is_repaired_by_the_program_itself(tmp_path: Path) -> None:
    path = tmp_path / "outbox.sqlite3"
    with closing(_guarded(path)) as database:
        outbox = Outbox(database, OutboxLimits(), SetClock())
        outbox.append([flow(minute) for minute in range(300)])
        epoch = outbox.identity.epoch
        database.connection.execute("pragma wal_checkpoint(truncate)")
        outbox.depth()
        with path.open("r+b") as file:
            for page in (1, 4):
                file.seek((page - 1) * PAGE_BYTES)
                file.write(bytes(PAGE_BYTES))
        outbox.append([flow(300)])
        assert outbox.identity.epoch == epoch
        declared = {n for one in outbox.lost(0, 100) for n in range(one.first, one.last + 1)}
        assert declared | set(seqs(outbox)) == set(range(1, 302))
        assert len(declared) < 30
        assert seqs(outbox)[-1] == 301
