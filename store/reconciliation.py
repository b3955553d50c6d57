"""What became of everything that the devices made, as the reading contract has it; see docs/delivery.md."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final, NamedTuple

from core.ranges import Ranges
from store.database import Database, statement, transaction

_STATUS_AFTER: Final = timedelta(minutes=1)
"""A status that came so long after an epoch's newest record knows of that record."""
_WAITS_FOR: Final = timedelta(hours=1)
"""Longest time in which a device sends nothing of what it says that waits: it tries again every minute."""


class AccountFilter(NamedTuple):
    """What is asked about; None for all.

    Attributes:
        since: only epochs heard of at or after this aware time.
    """

    site: str | None = None
    device: str | None = None
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Account:
    """One epoch of one device: made = stored + rejected + lost + unsettled + unknown + moved.

    Attributes:
        state: current, dead (a newer epoch followed it), forked (other records came under its numbers, and no epoch
            followed it yet) or unheard (only named by the next one; counts are None).
        unsettled_since: None where nothing is unsettled, or none of its records ever came.
        held: causes for which records of the device wait.
        moved: what a dead epoch that had forked owed: its device sends it under the one after it.
        missing: the numbers that are unsettled, unknown or moved, as PostgreSQL writes ranges.
        forked_at: since when nothing of it is settled, since number `fork_seq` came with other contents than are kept.
        disputed: how many numbers came so.
        reported_made: how many records the device's newest status says that it made of this epoch; None for no status.
        reported_waiting: how many of them wait for a receipt, by that status.
        reported_at: when that status came.
    """

    site: str
    device: str
    epoch: str
    previous_epoch: str | None
    state: str
    first_heard_at: datetime | None
    last_heard_at: datetime | None
    made: int | None
    stored: int | None
    rejected: int | None
    lost: int | None
    unsettled: int | None
    unknown: int | None
    moved: int | None
    unsettled_since: datetime | None
    held: tuple[str, ...]
    missing: str | None
    forked_at: datetime | None
    fork_seq: int | None
    disputed: int | None
    reported_made: int | None
    reported_waiting: int | None
    reported_at: datetime | None

    @property
    def went_back(self) -> bool:
        """Whether the device says that it made fewer records than came, in a status that is newer than they are."""
        if self.reported_at is None or self.last_heard_at is None or self.reported_made is None:
            return False
        return self.reported_made < (self.made or 0) and self.reported_at > self.last_heard_at + _STATUS_AFTER

    @property
    def waits_in_vain(self) -> bool:
        """Whether the device says that records wait, long after all that came of it was settled."""
        if self.reported_at is None or self.last_heard_at is None or not self.reported_waiting:
            return False
        return self.unsettled == 0 and self.reported_at > self.last_heard_at + _WAITS_FOR

    def is_settled(self, before: datetime) -> bool:
        """Return whether nothing is unknown or forked, and nothing has been unsettled since `before` or longer."""
        if self.unknown or self.state == "forked":
            return False
        return not self.unsettled or (self.unsettled_since is not None and self.unsettled_since > before)

    def missing_ranges(self) -> Ranges:
        """Return the numbers that are unsettled or unknown."""
        return Ranges.parse(self.missing or "{}")


@dataclass(frozen=True, slots=True)
class DayAccount:
    """One local day of one epoch: made = stored + rejected + lost + missing, from first_number to last_number.

    Attributes:
        missing_before: numbers just below that aren't stored; whether they are of this day nobody knows.
        missing_after: the same just above.
    """

    site: str
    device: str
    epoch: str
    day: date
    first_number: int
    last_number: int
    made: int
    stored: int
    rejected: int
    lost: int
    missing: int
    missing_before: int
    missing_after: int


def accounts(database: Database, chosen: AccountFilter) -> list[Account]:
    """Return what became of all records, by site, device and epoch."""
    with transaction(database):
        return [Account(*row) for row in database.execute(statement("delivery/reconciliation"), chosen._asdict())]


def day_accounts(database: Database, chosen: AccountFilter, day: date) -> list[DayAccount]:
    """Return the same for the records of one local day. Only where raw facts are still kept."""
    with transaction(database):
        rows = database.execute(statement("delivery/reconciliation_day"), {**chosen._asdict(), "day": day}).fetchall()
    return [DayAccount(*row) for row in rows]


def complaints(database: Database, chosen: AccountFilter, found: Iterable[Account], before: datetime) -> Iterator[str]:
    """Yield a sentence for all that is unknown, and for what has been unsettled or held since `before`, an aware time.

    What was looked into and can't be resolved is left out by `chosen.since`.
    """
    for account in found:
        yield from _complaints(account, before)
    wanted: Mapping[str, object] = {"before": before, **chosen._asdict()}
    with transaction(database):
        waiting = database.execute(statement("quarantine/held_waiting"), wanted).fetchall()
    for site, device, cause, detail, first_at in waiting:
        yield f"{site}/{device}: held since {first_at:%Y-%m-%d %H:%MZ}: {detail} ({cause})"


def _complaints(account: Account, before: datetime) -> Iterator[str]:
    whose = f"{account.site}/{account.device}, epoch {account.epoch}"
    if account.state == "forked":
        yield (
            f"{whose}: has forked since {account.forked_at:%Y-%m-%d %H:%MZ}: record {account.fork_seq} came again with "
            f"other contents, and {account.disputed} wait in the device until it sends them under a new epoch"
        )
    elif not account.is_settled(before):
        yield _complaint(account, whose)
    if account.went_back:
        yield (
            f"{whose}: the device says that it made {account.reported_made} records, and {account.made} are known: "
            "an older copy of its outbox was put back"
        )
    if account.waits_in_vain:
        yield (
            f"{whose}: the device says that {account.reported_waiting} records wait, and all that came of them is "
            "settled: do its records reach the server, and receipts the device?"
        )


def _complaint(account: Account, whose: str) -> str:
    if account.unknown:
        return f"{whose}: what became of {account.unknown} records is unknown, and the epoch is dead"
    since = account.unsettled_since
    how_long = f"since {since:%Y-%m-%d %H:%MZ}" if since else "and none ever came"
    return f"{whose}: {account.unsettled} records are unsettled {how_long}"
