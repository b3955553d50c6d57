"""How many examples a property test tries: few while somebody waits, many in the full run."""

from collections.abc import Sequence
from typing import Final, TypeVar

from hypothesis import HealthCheck, settings

_QUICK: Final = 25
_THOROUGH: Final = 200
_FEWEST: Final = 3

_World = TypeVar("_World")


def register() -> None:
    """Register both profiles, and begin with the quick one: `--hypothesis-profile=thorough` takes the other.

    There are no deadlines: how long an example takes, or to draw it, says more about the machine than about the code.
    Whose own settings suppress a check names `too_slow` again.
    """
    unhurried = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True)
    for name, examples in (("quick", _QUICK), ("thorough", _THOROUGH)):
        settings.register_profile(name, unhurried, max_examples=examples)
    settings.load_profile("quick")


def examples(usual: int) -> int:
    """Return `usual` examples as the profile would have them: a quarter when quick, double when thorough."""
    return max(usual * settings.default.max_examples // 100, _FEWEST)


def worlds(drawn: Sequence[_World], every: int = 4) -> Sequence[_World]:
    """Return which of the `drawn` worlds are played: one of `every` so many when quick, all when thorough.

    A test of them is marked `simulation`: those are what .ci/run plays in all worlds.
    """
    return drawn[::every] if settings.default.max_examples <= _QUICK else drawn
