"""One served place for all tests of the client."""

from collections.abc import Iterator

import pytest

from platspuls.embedded.postgres import Cluster
from tests.support.served import World, served


@pytest.fixture(scope="package")
def world(cluster: Cluster) -> Iterator[World]:
    """A place with nine days of one line and one zone."""
    with served(cluster, "client") as found:
        yield found
