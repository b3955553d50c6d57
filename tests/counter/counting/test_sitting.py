"""Drawn visits of ten seconds to ten minutes, with losses and drop-outs. The long form is `python -m bench.dwell`."""

from datetime import UTC, datetime

import pytest

from bench.dwell import counted
from bench.sitting import Sitting, show
from core import wire

pytestmark = pytest.mark.simulation

BEGIN = datetime(2025, 3, 3, 9, tzinfo=UTC)
VISITS = 40


@pytest.mark.parametrize(
    ("losses_per_s", "dropped", "broken"),
    [(0.0, 0.0, 0), (1 / 600, 0.05, 1.0)],
    ids=["seen always", "losses and drop-outs"],
)
def test_presence_is_the_time_in_which_people_could_be_seen(losses_per_s: float, dropped: float, broken: float) -> None:
    sitting = Sitting(VISITS, dwell_s=(10.0, 600.0), losses_per_s=losses_per_s, dropped=dropped, quiet_s=5.0)
    shown = show(sitting, seed=1)
    made = counted(shown, BEGIN)
    assert made.presence_s == pytest.approx(shown.dwells_s.sum() - shown.lost_s, rel=0.015)
    zones = [one.zones[0] for one in made.records if isinstance(one, wire.FlowRecord)]
    assert sum(zone.entries for zone in zones) == pytest.approx(VISITS, abs=0.05 * VISITS if dropped else 0)
    assert sum(zone.appeared for zone in zones) <= broken * VISITS
    began = sum(zone.entries + zone.appeared for zone in zones)
    assert began == sum(zone.exits + zone.lost for zone in zones)
