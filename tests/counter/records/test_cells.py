"""The reader of pages finds every row that SQLite wrote, of any size, and never takes anything else for one."""

import random
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from counter.records.checksums import RECORD, Value
from counter.records.salvage.cells import rows_of
from counter.records.salvage.page_images import PageImages, WalLog
from counter.records.schema import PAGE_BYTES
from tests.support.properties import examples

VALUES = st.one_of(
    st.none(),
    st.integers(-(2**63), 2**63 - 1),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=300),
    st.binary(max_size=20_000),
)


def _read(path: Path) -> dict[int, tuple[Value, ...]]:
    with closing(PageImages.of(path)) as images:
        return {
            row.rowid: row.values
            for page in images.all()
            for row in rows_of(page, images.page, anywhere=False)
            if len(row.values) == 4
        }


@given(rows=st.dictionaries(st.integers(-(2**63), 2**63 - 1), st.tuples(VALUES, VALUES, VALUES), max_size=30))
@settings(max_examples=examples(30))
def test_every_row_is_read_as_it_was_written(
    tmp_path_factory: pytest.TempPathFactory, rows: dict[int, tuple[Value, ...]]
) -> None:
    path = tmp_path_factory.mktemp("pages") / "any.sqlite3"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(f"pragma page_size = {PAGE_BYTES}")
        connection.execute("create table t (n integer primary key, a, b, c)")
        connection.executemany("insert into t values (?, ?, ?, ?)", [(n, *row) for n, row in rows.items()])
        connection.commit()
    assert _read(path) == {n: (None, *row) for n, row in rows.items()}


@given(st.binary(min_size=1, max_size=PAGE_BYTES))
@settings(max_examples=examples(60))
def test_any_bytes_are_read_without_an_error_and_hold_no_record(page: bytes) -> None:
    for row in rows_of(page, lambda _: page, anywhere=True):
        assert not RECORD.is_sound((row.rowid, *row.values[1:]))


def test_rows_are_read_from_the_log_too_up_to_the_last_transaction(tmp_path: Path) -> None:
    path, copy = tmp_path / "any.sqlite3", tmp_path / "copy.sqlite3"
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("pragma journal_mode = wal")
        connection.execute("create table t (n integer primary key, a, b, c)")
        for n in range(100):
            connection.execute("insert into t values (?, 'a', 1, ?)", (n, random.Random(n).randbytes(n * 60)))
        for suffix in ("", "-wal"):
            copy.with_name(copy.name + suffix).write_bytes(path.with_name(path.name + suffix).read_bytes())
    assert sorted(_read(copy)) == list(range(100))
    log = copy.with_name(f"{copy.name}-wal")
    assert WalLog.read(log).is_sound
    log.write_bytes(log.read_bytes()[:-PAGE_BYTES])
    assert WalLog.read(log).is_sound
    assert len(_read(copy)) < 100


@pytest.mark.parametrize("seed", range(10))
def test_a_flipped_bit_of_the_log_hides_no_frame_after_it(tmp_path: Path, seed: int) -> None:
    path, rng = tmp_path / "any.sqlite3", random.Random(seed)
    log = path.with_name(f"{path.name}-wal")
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("pragma journal_mode = wal")
        connection.execute("create table t (n integer primary key, a)")
        for n in range(20):
            connection.execute("insert into t values (?, ?)", (n, rng.randbytes(3000)))
        data = bytearray(log.read_bytes())
    frames = len(data) // (PAGE_BYTES + 24)
    at = rng.randrange(32, len(data))
    data[at] ^= 1 << rng.randrange(8)
    log.write_bytes(data)
    found = WalLog.read(log)
    assert not found.is_sound
    assert len(found.frames) == frames
    assert sum(not frame.is_sound for frame in found.frames) <= 2
