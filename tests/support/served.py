"""A small place with a week of numbers, and an API that serves it."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

from platspuls.embedded.postgres import Cluster
from store.database import connect
from tests.api.serving import serving
from tests.store.reading.place import QUARTER, Dwelt, LinePlace, Passed, Place, bins

START = datetime(2026, 11, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class World:
    """Where the numbers are."""

    database_url: str
    address: str


@contextmanager
def served(cluster: Cluster, name: str, zones: Sequence[str] = ("bankarna",)) -> Iterator[World]:
    """Make a database of this name with nine days of one line and these zones, and serve it."""
    with connect(cluster.url("postgres"), application="tests", autocommit=True) as other:
        other.execute(f"create database {name} template platspuls_template".encode())
    url = cluster.url(name)
    with connect(url, application="tests", autocommit=True) as database:
        place = Place(database, "haninge-entre", "Europe/Stockholm")
        place.space("hall")
        place.line(LinePlace("gate", "main", None, "hall", [(None, None)]))
        for zone in zones:
            place.zone(zone, "hall", [(None, None)])
        quarters = [START + QUARTER * n for n in range(96 * 9)]
        place.passes("gate", *(Passed(at, at.hour, 3) for at in quarters))
        for zone in zones:
            place.dwells(zone, *(Dwelt(at, bins(b3=2, b9=at.hour % 3)) for at in quarters))
    with serving(url) as client:
        yield World(url, str(client.base_url))
