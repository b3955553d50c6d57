"""An API over one site, that asks the store anew after a moment."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from store.database import connect
from store.registry.apply import apply
from tests.api.serving import serving
from tests.store.registry.example import changed, example, loaded

SITE = "haninge-entre"
OTHER = "annan-plats"
KEEP_S = 0.2


@pytest.fixture
def place(database_url: str, tmp_path: Path) -> str:
    """The address of a database with two sites."""
    with connect(database_url, application="test", autocommit=True) as database:
        apply(database, loaded(tmp_path, example()))
        apply(database, loaded(tmp_path, changed((f'key = "{SITE}"', f'key = "{OTHER}"'))))
    return database_url


@pytest.fixture
def client(place: str) -> Iterator[httpx.Client]:
    """A client of an API on loopback."""
    with serving(place, access_keep_s=KEEP_S, live_poll_s=0.1, live_heartbeat_s=0.3) as client:
        yield client
