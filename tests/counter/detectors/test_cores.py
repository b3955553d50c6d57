"""On how many threads a detector runs where nobody says: by what the machine gives this process, never all it has."""

import os
from pathlib import Path

import pytest

from counter.detectors.cores import core_count, thread_count


@pytest.fixture
def four(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let this process run on four cores."""
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0, 2, 4, 6}, raising=False)


def _system(root: Path, group: str, files: dict[str, str]) -> Path:
    for name, text in {"proc/self/cgroup": group, **files}.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return root


@pytest.mark.usefixtures("four")
@pytest.mark.parametrize(
    ("group", "files", "cores"),
    [
        ("0::/\n", {}, 4),
        ("0::/\n", {"sys/fs/cgroup/cpu.max": "max 100000\n"}, 4),
        ("0::/\n", {"sys/fs/cgroup/cpu.max": "250000 100000\n"}, 2),
        ("0::/\n", {"sys/fs/cgroup/cpu.max": "5000 100000\n"}, 1),
        ("0::/a/b\n", {"sys/fs/cgroup/a/cpu.max": "150000 50000\n", "sys/fs/cgroup/a/b/cpu.max": "max 50000\n"}, 3),
        (
            "0::/a/b\n",
            {"sys/fs/cgroup/a/cpu.max": "300000 100000\n", "sys/fs/cgroup/a/b/cpu.max": "200000 100000\n"},
            2,
        ),
        ("0::/\n", {"sys/fs/cgroup/cpu.max": "not a quota"}, 4),
        (
            "4:cpu,cpuacct:/docker/x\n1:name=systemd:/\n",
            {
                "sys/fs/cgroup/cpu/docker/x/cpu.cfs_quota_us": "200000\n",
                "sys/fs/cgroup/cpu/docker/x/cpu.cfs_period_us": "100000\n",
                "sys/fs/cgroup/cpu/cpu.cfs_quota_us": "-1\n",
                "sys/fs/cgroup/cpu/cpu.cfs_period_us": "100000\n",
            },
            2,
        ),
        ("broken\n", {}, 4),
    ],
)
def test_cores_are_those_of_the_affinity_and_of_the_narrowest_control_group(
    group: str, files: dict[str, str], cores: int, tmp_path: Path
) -> None:
    assert core_count(_system(tmp_path, group, files)) == cores


@pytest.mark.parametrize(("cores", "threads"), [(1, 1), (2, 1), (3, 2), (4, 3), (5, 4), (64, 4)])
def test_one_core_is_left_for_the_rest_and_a_wish_is_kept(
    cores: int, threads: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(cores)), raising=False)
    assert thread_count(0, tmp_path) == threads
    assert thread_count(7, tmp_path) == 7


def test_this_machine_has_a_core() -> None:
    assert core_count() >= 1
