"""A device says which rules count, and that the former are for a phase that it can't know of."""

from typing import get_args

import pytest

from counter.counting.version import COUNTING_VERSION, CountingVersion, counts_by


@pytest.mark.parametrize("version", get_args(CountingVersion))
def test_the_newest_rules_and_the_former_are_named(version: CountingVersion) -> None:
    said = counts_by(version)
    assert said.startswith(f"counts by version {version}, the ")
    assert ("newest" in said) == (version == COUNTING_VERSION)
    assert ("take counting_version out" in said) == (version != COUNTING_VERSION)
