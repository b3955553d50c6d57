"""Studies that measure now or are to: their phases, which rules counted in them, and the devices that serve them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from store.database import Database, statement, transaction


@dataclass(frozen=True, slots=True)
class StudyPhase:
    """A phase of a study that has one which runs or is to come.

    Attributes:
        time_zone: of the site.
        kind: baseline or followup; None in stores of before these were asked for.
        ends_at: exclusive; None only in stores of before an end was asked for.
        versions: the counting versions that its data has so far; None among them for counters that had none.
        cuts: how many segments of lines and zones began within it by another setup.
    """

    site: str
    time_zone: str
    study: str
    phase: str
    kind: str | None
    starts_at: datetime
    ends_at: datetime | None
    has_begun: bool
    is_over: bool
    versions: Sequence[int | None]
    cuts: int

    @property
    def runs(self) -> bool:
        """Whether it has begun and isn't over."""
        return self.has_begun and not self.is_over


@dataclass(frozen=True, slots=True)
class PhaseDevice:
    """A device that has something to watch in what is left of a phase.

    Attributes:
        starts_at: of the phase.
        setup: as the device said last, on the wire; None where it was never heard.
        counting_version: None where the setup has none.
    """

    site: str
    study: str
    phase: str
    starts_at: datetime
    device: str
    setup: str | None
    counting_version: int | None


def study_phases(database: Database, site: str | None, now: datetime) -> Sequence[StudyPhase]:
    """Return the phases of each study that has one which runs or is to come, of a site or all. Raises DatabaseError."""
    with transaction(database):
        return [StudyPhase(*row) for row in database.execute(statement("study/phases"), {"site": site, "now": now})]


def phase_devices(database: Database, site: str | None, now: datetime) -> Sequence[PhaseDevice]:
    """Return the devices that serve phases which run or are to come. Raises DatabaseError."""
    with transaction(database):
        return [PhaseDevice(*row) for row in database.execute(statement("study/devices"), {"site": site, "now": now})]
