"""Servers of the full suite: what pip alone can't give.

`.ci/install-servers` installs them into the folder that PLATSPULS_SERVERS names.
"""

import importlib.util
import os
from pathlib import Path

import pytest


def folder() -> Path:
    """Return where the servers of the full suite are installed."""
    return Path(os.environ.get("PLATSPULS_SERVERS", "~/.cache/platspuls/servers")).expanduser()


def need(there: bool, what: str, brought_by: str = ".ci/install-servers") -> None:
    """Skip the test with its reason where a part is missing; fail where PLATSPULS_FULL demands the full suite."""
    if there:
        return
    if os.environ.get("PLATSPULS_FULL"):
        pytest.fail(f"{what} is missing, and PLATSPULS_FULL demands it")
    pytest.skip(f"{what} is not on this machine ({brought_by} brings it)")


def need_library(name: str) -> None:
    """Skip or fail as `need` does where a library can't be imported."""
    need(importlib.util.find_spec(name) is not None, name, ".ci/run")
