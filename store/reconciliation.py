"""What became of everything that the devices made, as the reading contract has it; see docs/delivery.md."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from core.ranges import Ranges
from store.database import Database, statement, transaction


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
    """One epoch of one device: made = stored + rejected + lost + unsettled + unknown.

    Attributes:
        state: current, dead (a newer epoch followed it) or unheard (only named by the next one; counts are None).
        unsettled_since: None where nothing is unsettled, or none of its records ever came.
        held: causes for which records of the device wait.
        missing: the numbers that are unsettled or unknown, as PostgreSQL writes ranges.
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
    unsettled_since: datetime | None
    held: tuple[str, ...]
    missing: str | None

    def is_settled(self, before: datetime) -> bool:
        """Return whether nothing is unknown, and nothing has been unsettled since `before` or longer."""
        if self.unknown:
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
        if not account.is_settled(before):
            yield _complaint(account)
    wanted: Mapping[str, object] = {"before": before, **chosen._asdict()}
    with transaction(database):
        waiting = database.execute(statement("quarantine/held_waiting"), wanted).fetchall()
    for site, device, cause, detail, first_at in waiting:
        yield f"{site}/{device}: held since {first_at:%Y-%m-%d %H:%MZ}: {detail} ({cause})"


def _complaint(account: Account) -> str:
    whose = f"{account.site}/{account.device}, epoch {account.epoch}"
    if account.unknown:
        return f"{whose}: what became of {account.unknown} records is unknown, and the epoch is dead"
    since = account.unsettled_since
    how_long = f"since {since:%Y-%m-%d %H:%MZ}" if since else "and none ever came"
    return f"{whose}: {account.unsettled} records are unsettled {how_long}"
