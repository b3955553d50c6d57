"""docs/dashboards.md: its statements make the logins that Grafana reads with."""

import pytest

from platspuls.embedded.postgres import Cluster
from store.database import connect
from tests.docs.blocks import blocks


@pytest.mark.chain
def test_the_statements_that_make_logins_run(cluster: Cluster) -> None:
    """In a transaction that is rolled back: roles are of the whole server."""
    own, public = blocks("docs/dashboards.md", "sql")
    with connect(cluster.url("platspuls_template"), application="tests") as database:
        for statement in (own + public).split(";\n"):
            database.execute(statement.encode())
        found = database.execute(
            b"select rolname, pg_has_role(rolname, 'platspuls_reader', 'member'), "
            b"pg_has_role(rolname, 'platspuls_public', 'member') "
            b"from pg_roles where rolname in ('grafana', 'grafana_public') order by rolname"
        ).fetchall()
        database.rollback()
    assert found == [("grafana", True, False), ("grafana_public", False, True)]
