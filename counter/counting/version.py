"""The counting version, and how it stands on the wire: behind the name of the setup."""

import hashlib
from typing import Final, Literal

from core.wire.topics import KEY_LENGTH

CountingVersion = Literal[2, 3]
"""Those that the program can count by: the newest, and the one before it until a phase that was begun with it ends."""
COUNTING_VERSION: Final = 3
"""Raised whenever a change of the program changes what is counted of the same frames, or which time is observed.

An upgrade then starts a new segment in every series, and numbers of before and after are never compared unawares. One
release raises it once, whatever number of changes it has. `tests/counter/counting/test_version.py` notices a change.
"""
_HASH_LENGTH: Final = 12


def setup_on_wire(setup: str, version: CountingVersion = COUNTING_VERSION) -> str:
    """Return how a setup named in a device file is named in records and status: at most KEY_LENGTH characters.

    A long name is shortened, with a hash of all of it, and ends otherwise than any that isn't.
    """
    if len(whole := f"{setup}.c{version}") <= KEY_LENGTH:
        return whole
    ends = "." + hashlib.sha256(setup.encode()).hexdigest()[:_HASH_LENGTH] + f".c{version}h"
    return setup[: KEY_LENGTH - len(ends)] + ends


def counts_by(version: CountingVersion) -> str:
    """Return which rules count, for `counter check` and the log: a device doesn't know when a study measures."""
    if version == COUNTING_VERSION:
        return f"counts by version {version}, the newest rules"
    return (
        f"counts by version {version}, the former rules, meant for a phase of a study that began with them. When that "
        "ends the counter can't know (on the server, `platspuls study phases` says so): take counting_version out then"
    )
