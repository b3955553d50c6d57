"""How many threads a detector runs on where the device file leaves it open.

Each thread beyond what the machine gives this process costs processor time and brings nothing; threads that wait by
spinning cost as much as those that multiply.
"""

import os
from pathlib import Path
from typing import Final

_MOST: Final = 4
"""Small models get no faster on more threads."""
_SYSTEM: Final = Path("/")


def thread_count(wished: int = 0, root: Path = _SYSTEM) -> int:
    """Return on how many threads a detector runs: `wished`, or where that is 0 one core fewer than there are, 1 to 4.

    One core is left for the camera, the outbox and the rest of the machine. `root` is where the system's files lie.
    """
    return wished or min(max(core_count(root) - 1, 1), _MOST)


def core_count(root: Path = _SYSTEM) -> int:
    """Return how many whole cores this process may use at once, at least 1: by its affinity and by its cgroups."""
    cores = float(len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1)
    return max(int(min(cores, *_quotas(root))), 1)


def _quotas(root: Path) -> list[float]:
    """Return how many cores each control group around this process grants, of version 2 or 1; infinite without one."""
    quotas = [float("inf")]
    for line in _read(root / "proc/self/cgroup").splitlines():
        _, _, rest = line.partition(":")
        controllers, _, path = rest.partition(":")
        if not controllers:
            quotas += [_quota_2(folder) for folder in _upwards(root / "sys/fs/cgroup", path)]
        elif "cpu" in controllers.split(","):
            quotas += [_quota_1(folder) for folder in _upwards(root / "sys/fs/cgroup/cpu", path)]
    return quotas


def _upwards(top: Path, path: str) -> list[Path]:
    """Return a group's folder and all above it: the narrowest of them binds."""
    inner = Path(path.lstrip("/"))
    return [top / inner, *(top / above for above in inner.parents)]


def _quota_2(folder: Path) -> float:
    return _share(*(_read(folder / "cpu.max").split() or ["max"])[:2])


def _quota_1(folder: Path) -> float:
    return _share(_read(folder / "cpu.cfs_quota_us").strip(), _read(folder / "cpu.cfs_period_us").strip())


def _share(quota: str, period: str = "100000") -> float:
    """Return cores from microseconds of quota and period; infinite where there is no quota ("max", -1, no file)."""
    if not (quota.isdecimal() and period.isdecimal() and int(period)):
        return float("inf")
    return int(quota) / int(period)


def _read(path: Path) -> str:
    try:
        return path.read_text("ascii", errors="replace")
    except OSError:  # no such group, or not this version
        return ""
