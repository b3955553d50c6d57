"""What to do before counters are updated while a study measures: the former counting version until its phase ends.

Pure: from what the store knows of phases and devices to sentences. A device can't know of phases.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Final, get_args
from zoneinfo import ZoneInfo

from counter.counting.version import COUNTING_VERSION, CountingVersion
from store.studies import PhaseDevice, StudyPhase

_SELECTABLE: Final = frozenset(get_args(CountingVersion))
_NONE: Final = "none"


def advice(phases: Sequence[StudyPhase], devices: Iterable[PhaseDevice]) -> list[str]:
    """Return a sentence for each device whose update would cut a phase, and for each study that is cut already."""
    known = {(phase.site, phase.study, phase.phase, phase.starts_at): phase for phase in phases}
    earlier = {key: _before(phase, phases) for key, phase in known.items()}
    said: list[str] = []
    for device in devices:
        key = (device.site, device.study, device.phase, device.starts_at)
        if sentence := _of_device(device, known[key], earlier[key]):
            said.append(sentence)
    return [*said, *_of_studies(phases)]


def local_time(phase: StudyPhase, *, end: bool = False) -> str:
    """Return when a phase begins or ends, as the site's clocks show it, with the offset."""
    at = phase.ends_at if end else phase.starts_at
    if at is None:
        return "its end, which nobody declared"
    return at.astimezone(ZoneInfo(phase.time_zone)).isoformat(" ", "minutes")


def shown_versions(versions: Iterable[int | None]) -> str:
    """Return counting versions as a list; `none` for counters that had none."""
    return ", ".join(_NONE if version is None else str(version) for version in versions)


def _before(phase: StudyPhase, phases: Sequence[StudyPhase]) -> frozenset[int | None]:
    """Return which rules counted in what the study measured so far: this phase, or else those before it."""
    if phase.versions:
        return frozenset(phase.versions)
    same = (one for one in phases if (one.site, one.study) == (phase.site, phase.study) and one.has_begun)
    return frozenset(version for one in same for version in one.versions)


def _of_device(device: PhaseDevice, phase: StudyPhase, counted: frozenset[int | None]) -> str | None:
    """Return what to do with a device before it is updated, or else changed; None where nothing."""
    version, named = device.counting_version, f"{device.site}: {device.device}"
    until = f"until {local_time(phase, end=True)}, when {phase.study}/{phase.phase} ends"
    begins = f"{local_time(phase)}, when {phase.study}/{phase.phase} begins"
    if device.setup is None or (version is not None and version > COUNTING_VERSION):
        return None
    if version is None or version not in _SELECTABLE:
        has = "rules older than counting versions" if version is None else f"counting version {version}"
        return f"{named} counts by {has}, which this program no longer has: leave its program as it is {until}."
    wanted = version if phase.runs else _wanted(version, counted)
    setting = f"`counting_version = {wanted}` below [device] in its device file"
    if wanted != version:
        has = f"{named} counts by version {version}, what {phase.study} measured so far by {wanted}"
        return f"{has}: write {setting} before {begins}."
    if wanted == COUNTING_VERSION:
        return None
    has = f"{named} counts by version {version}"
    if phase.runs or counted:
        return f"{has}: before its program is updated, write {setting}, and keep it {until}."
    return f"{has}: update it before {begins}, or write {setting} first, and keep it {until}."


def _wanted(version: int, counted: frozenset[int | None]) -> int:
    """Return the version that a phase to come should have: that of all before it, where it can be chosen."""
    [first, *others] = counted or {version}
    return version if others or first is None or first not in _SELECTABLE else first


def _of_studies(phases: Sequence[StudyPhase]) -> Iterator[str]:
    for phase in phases:
        if phase.cuts:
            yield (
                f"{phase.site}: {phase.study}/{phase.phase}: the setup changed within it in {phase.cuts} "
                f"{'place' if phase.cuts == 1 else 'places'}: `platspuls quality list` says where."
            )
    for (site, study), of_study in groupby(phases, lambda phase: (phase.site, phase.study)):
        counted = [phase for phase in of_study if phase.versions]
        if len({version for phase in counted for version in phase.versions}) > 1:
            by = ", ".join(f"{phase.phase} by {shown_versions(phase.versions)}" for phase in counted)
            yield f"{site}: {study}: counted by different rules ({by}): differences may be those of the rules."
