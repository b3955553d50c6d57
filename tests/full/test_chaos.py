"""A short fault campaign; `make chaos` runs longer ones. docs/measured/delivery.md says what it proves."""

import pickle
from pathlib import Path

import pytest

from tests.chaos.__main__ import campaign
from tests.chaos.plan import Kind, Shape, make
from tests.chaos.virtual import plan as virtual
from tests.chaos.virtual.audit import Verdict
from tests.chaos.virtual.many import play_many
from tests.chaos.world import Load, can_mount


def test_a_seed_repeats_its_plan_and_every_kind_of_fault_is_in_it() -> None:
    plan = make(3, 2, Shape())
    assert plan == make(3, 2, Shape())
    assert plan != make(4, 2, Shape())
    assert {fault.kind for fault in plan} == set(Kind)
    assert len(make(3, 30, Shape())) >= 200


@pytest.mark.parametrize("seed", range(50))
def test_no_part_meets_two_faults_at_once_and_a_backup_comes_before_its_restore(seed: int) -> None:
    plan = make(seed, 5, Shape())
    busy: dict[str, float] = {}
    for fault in plan:
        for name in fault.targets:
            assert busy.get(name, 0) <= fault.at_s
            busy[name] = fault.until_s
    kinds = [fault.kind for fault in plan]
    assert kinds.index(Kind.BACKUP) < kinds.index(Kind.RESTORE)
    [gone] = [fault for fault in plan if fault.kind is Kind.GONE]
    assert not any(set(gone.targets) & set(fault.targets) for fault in plan if fault.at_s > gone.at_s)


@pytest.mark.full
@pytest.mark.timeout(600)
def test_everything_that_was_made_is_accounted_for(server_folder: Path) -> None:
    said: list[str] = []
    shape = Shape(small_disk=can_mount())
    outcome = campaign(server_folder / "chaos", make(1, 1.2, shape), shape, "embedded", Load(2, 40), said.append)
    assert outcome.faults == [], "\n".join(said)
    assert (outcome.lost, outcome.double, outcome.early) == (0, 0, 0)


@pytest.mark.parametrize("seed", range(20))
def test_a_seed_repeats_its_virtual_plan_with_every_kind_that_its_device_can_meet(seed: int) -> None:
    plan = virtual.make(seed)
    assert plan == virtual.make(seed)
    assert {fault.kind for fault in plan} == set(virtual.KINDS[virtual.sees(seed)])
    assert len(plan) == virtual.MINUTES[virtual.sees(seed)]


def test_every_kind_of_fault_is_met_by_some_device() -> None:
    assert {kind for kinds in virtual.KINDS.values() for kind in kinds} == set(virtual.Kind)


def test_a_verdict_goes_from_process_to_process() -> None:
    verdict = Verdict(faults=3)
    verdict.seconds["kill -9"][0] += 60
    assert pickle.loads(pickle.dumps(verdict)) == verdict  # noqa: S301 - made by the line itself


@pytest.mark.full
@pytest.mark.timeout(900)
@pytest.mark.parametrize("seed", [1, 5, 10])
def test_no_minute_is_observed_and_wrong_and_no_record_is_lost(seed: int) -> None:
    said: list[str] = []
    verdict = play_many(seed, 1, said.append, jobs=1)
    assert verdict.is_clean(), "\n".join(said)
