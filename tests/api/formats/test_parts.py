"""A long CSV is made in parts, on two connections where there are some to spare: nobody can tell."""

from collections.abc import Iterator

import pytest

from store.database import connect
from tests.api.serving import serving
from tests.store.reading.place import LinePlace, Place

pytestmark = pytest.mark.chain

LINES, DAYS = 7, 330
"""More than 50,000 hours of lines."""


@pytest.fixture
def url(database_url: str) -> Iterator[str]:
    with connect(database_url, application="tests", autocommit=True) as database:
        place = Place(database, "tunnel", "Europe/Stockholm")
        place.space("hall")
        for number in range(LINES):
            place.line(LinePlace(f"line-{number}", "main", None, "hall", [(None, None)]))
        database.execute(b"set session_replication_role = replica")
        database.execute(
            b"insert into platspuls.line_quarter "
            b"select line_id, start, 1, line_id, 2, 3, 4, 900000, 32767, 0 from platspuls.line, "
            b"generate_series('2025-01-01Z'::timestamptz, '2025-11-26 23:00Z', '6 hours') as start"
        )
        yield database_url


@pytest.mark.parametrize("connections", [1, 8])
def test_parts_are_one_file(url: str, connections: int) -> None:
    asked = {"of": "line", "from": "2025-01-01T00:00Z", "to": "2025-11-27T00:00Z"}
    with serving(url, connections=connections) as client:
        whole = client.get("/api/v1/sites/tunnel/flow.csv", params=asked)
        assert whole.status_code == 200, whole.text
        lines = whole.text.splitlines()
        assert len(lines) == 1 + LINES * DAYS * 24 > 50_000
        for number in range(LINES):
            one = client.get("/api/v1/sites/tunnel/flow.csv", params={**asked, "lines": f"line-{number}"})
            first = 1 + number * DAYS * 24
            assert one.text.splitlines()[1:] == lines[first : first + DAYS * 24]
