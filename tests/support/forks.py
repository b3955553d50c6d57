"""Records that come again under their numbers, or others under the same, and what becomes of them."""

from collections.abc import Callable, Sequence

from core import wire
from ingest.batch.writer import BatchWriter, StoredBatch
from ingest.messages import Storable
from store.database import Database
from tests.support.small_site import (
    EPOCH,
    ZONES,
    arrive,
    flow,
    meaning,
    payload,
    received,
    rows,
)


def of_minor_0(*records: wire.Record, epoch: str = EPOCH) -> Storable:
    """Return records as a counter of the wire 1.0 sends them."""
    content = payload(records, epoch).replace(b'"minor":1', b'"minor":0')
    assert b'"minor":0' in content
    return meaning(arrive(content))


def run(first: int, last: int, *, later: int = 0, count: int = 1) -> list[wire.Record]:
    """Return records first..last, each of a minute of its own, so many minutes later."""
    return [flow(seq, seq + later, zones=ZONES, count=count) for seq in range(first, last + 1)]


def store_all(writer: BatchWriter, records: Sequence[wire.Record], make: Callable[..., Storable] = received) -> None:
    for at in range(0, len(records), 100):
        writer.store([make(*records[at : at + 100])])


def receipt(stored: StoredBatch) -> wire.Receipt:
    [addressed] = stored.receipts
    return addressed.receipt


def is_retired(stored: StoredBatch) -> bool:
    found = receipt(stored)
    return found.retire and found.through == 0 and not found.also


def settled(database: Database, epoch: str = EPOCH) -> str:
    [(found,)] = rows(
        database, "select (stored + rejected + lost)::text from platspuls.delivery where epoch = %s", epoch
    )
    return str(found)


def fork(database: Database, epoch: str = EPOCH) -> tuple[int | None, str]:
    [row] = rows(database, "select fork_seq, disputed::text from platspuls.delivery where epoch = %s", epoch)
    return row[0], row[1]
