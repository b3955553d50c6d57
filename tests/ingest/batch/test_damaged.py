"""A message that is damaged: its neighbours are stored, and what is damaged is rejected by its number or waits."""

import logging

import pytest

from ingest.batch.writer import BatchWriter
from ingest.throughput_log import ThroughputLog
from store.database import Database
from tests.support.forks import receipt
from tests.support.small_site import DEVICE, EPOCH, SITE, arrive, assert_recount_agrees, flow, meaning, payload, rows

pytestmark = [pytest.mark.chain, pytest.mark.usefixtures("database")]


def damaged(text: bytes, other: bytes, *seqs: int) -> bytes:
    """Return a message of these records with a text in it replaced."""
    sent = payload([flow(seq, seq) for seq in seqs])
    assert sent.count(text) == 1
    return sent.replace(text, other)


def test_one_bit_in_a_hundred_records_costs_one(database: Database, writer: BatchWriter) -> None:
    message = damaged(b'{"kind":"flow","seq":57', b'{"kind"zflow","seq":57', *range(1, 101))
    stored = writer.store([meaning(arrive(message))])
    assert (stored.records, stored.rejects, receipt(stored).through) == (99, 1, 100)
    assert rows(database, "select seq, code, payload from platspuls.reject") == [(57, "invalid", None)]
    again = writer.store([meaning(arrive(message))])
    assert (again.records, again.repeats, again.forks) == (0, 100, 0)
    assert_recount_agrees(database)


def test_what_has_no_number_comes_again(
    database: Database, writer: BatchWriter, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    log = ThroughputLog()
    for _ in range(30):
        stored = writer.store([meaning(arrive(damaged(b'"seq":4', b'"sex":4', 1, 4, 9)))])
        log.note(stored)
    assert (receipt(stored).through, receipt(stored).also) == (1, [(9, 9)])
    assert rows(database, "select cause, times from platspuls.held") == [("damaged", 30)]
    [named] = [record.message for record in caplog.records if EPOCH in record.message]
    assert named.startswith(f"a record of {SITE}/{DEVICE}")
    assert "after 1 and before 9" in named
    writer.store([meaning(arrive(payload([flow(seq, seq) for seq in range(2, 9)])))])
    assert rows(database, "select cause from platspuls.held") == []
