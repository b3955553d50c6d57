"""docs/delivery.md: its queries run, and each cause of waiting has its sentence."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from ingest.batch.writer import BatchWriter
from platspuls.cli.store.held import resolution
from store.database import connect
from tests.docs.blocks import blocks
from tests.support.counter.records import SetClock, open_outbox, receipt
from tests.support.counter.records import flow as draft
from tests.support.small_site import flow, make_site, received

PAGE = "docs/delivery.md"


def test_the_queries_on_the_device_run_on_an_outbox(tmp_path: Path) -> None:
    path = tmp_path / "outbox.sqlite3"
    outbox = open_outbox(path, SetClock())
    outbox.append([draft(minute) for minute in range(5)])
    outbox.apply_receipt(receipt(outbox, 3))
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as reader:
        meta, unsettled, seconds, lost, records = [reader.execute(block).fetchall() for block in blocks(PAGE, "sqlite")]
    assert meta[0][0] == outbox.identity.epoch
    assert meta[0][2] == 5
    assert unsettled[0][:3] == (2, 4, 5)
    assert seconds == lost == []
    assert [(row[0], row[3]) for row in records] == [(5, 0), (4, 0), (3, 1), (2, 1), (1, 1)]
    outbox.close()


@pytest.mark.chain
def test_the_queries_on_the_server_run(database_url: str) -> None:
    with connect(database_url, application="test", autocommit=True) as database:
        make_site(database, "haninge-entre")
        BatchWriter(database).store([received(flow(1, 0), site="haninge-entre")])
        [block] = blocks(PAGE, "sql")
        whole, day = block.strip().removesuffix(";").split(";")
        assert database.execute(whole.encode()).fetchall()[0][3:9] == (1, 1, 0, 0, 0, 0)
        assert database.execute(day.replace("2026-10-25", "2025-03-03").encode()).fetchall()[0][6:8] == (1, 1)


@pytest.mark.parametrize("cause", ["unknown_site", "unknown_device", "not_assigned", "newer_version", "damaged"])
def test_every_cause_has_its_sentence(cause: str) -> None:
    assert resolution(cause, is_known=False).endswith(".")
