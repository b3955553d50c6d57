"""Outboxes as versions 1 and 2 of the file were: by the tables that those versions made."""

import sqlite3
from collections.abc import Collection, Sequence
from contextlib import closing
from pathlib import Path
from typing import Final

EARLIER_EPOCH: Final = "00000000deadbeef"
_SCHEMAS: Final = Path(__file__).parents[2] / "counter" / "records" / "frozen" / "schemas"


def write_earlier(
    path: Path, version: int, records: Sequence[bytes], settled: Collection[int] = (), *, retired: bool = False
) -> None:
    """Write an outbox of `version` with flow records numbered from 1, of which some are settled."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("pragma journal_mode = wal")
        for number in range(1, version + 1):
            connection.executescript((_SCHEMAS / f"{number}.sql").read_text())
        connection.execute(f"pragma application_id = {0x504C5053}")
        connection.execute(f"pragma user_version = {version}")
        connection.execute(
            "insert into meta (one, epoch, created_ms, began_ms, last_seq, retired) values (1, ?, 1, 2, ?, ?)",
            (EARLIER_EPOCH, len(records), retired),
        )
        rows = [(seq, record, 5 if seq in settled else None) for seq, record in enumerate(records, 1)]
        connection.executemany(
            "insert into record (seq, kind, start_ms, bytes, settled_ms) values (?, 'flow', 1, ?, ?)", rows
        )
        connection.commit()
