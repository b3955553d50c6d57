"""The reader's role is made once in a cluster; an owner who may not make roles can migrate all the same."""

import psycopg
import pytest

from store.database import connect
from store.migrate import check_version, migrate

pytestmark = pytest.mark.chain


def test_an_owner_who_may_not_make_roles_can_migrate(database_url: str, empty_database_url: str) -> None:
    assert database_url != empty_database_url  # the other database's migration has made the role
    with connect(empty_database_url, application="test", autocommit=True) as database:
        database.execute("create role plain_owner nologin")
        name = database.info.dbname.encode()
        database.execute(b"alter database " + name + b" owner to plain_owner")
        database.execute("set role plain_owner")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            database.execute("create role another nologin")
        migrate(database)
        migrate(database)
        check_version(database)
        database.execute("reset role")
        database.execute("set role platspuls_reader")
        assert database.execute("select count(*) from reading.line").fetchall() == [(0,)]
        database.execute("reset role")
        database.execute("drop owned by plain_owner cascade")
        database.execute(b"alter database " + name + b" owner to current_user")
        database.execute("drop role plain_owner")


_MAY_RUN = """
select proname
from pg_catalog.pg_proc
where pronamespace in ('platspuls'::regnamespace, 'reading'::regnamespace, 'writing'::regnamespace)
  and has_function_privilege('platspuls_public', oid, 'execute')
  and has_schema_privilege('platspuls_public', pronamespace, 'usage')
order by proname
"""


def test_who_reads_for_everybody_may_run_the_public_grid_and_nothing_else(database_url: str) -> None:
    with connect(database_url, application="test", autocommit=True) as database:
        assert database.execute(_MAY_RUN).fetchall() == [("public_dwell",), ("public_month",)]


_REACHES_TABLES = """
select distinct proname::text, relname::text
from pg_catalog.pg_proc
join pg_catalog.pg_depend on classid = 'pg_proc'::regclass and objid = pg_proc.oid and refclassid = 'pg_class'::regclass
join pg_catalog.pg_class on pg_class.oid = refobjid
where pronamespace = 'reading'::regnamespace and not prosecdef and relnamespace = 'platspuls'::regnamespace
order by 1, 2
"""


def test_no_function_needs_more_rights_than_a_reader_has(database_url: str) -> None:
    """A function reads tables with the rights of who runs it, also within a view: the owner's tests don't show that."""
    with connect(database_url, application="test", autocommit=True) as database:
        assert database.execute(_REACHES_TABLES).fetchall() == []
        database.execute("set role platspuls_reader")
        database.execute("select * from reading.reconciliation_days('a', current_date, current_date + 1)")
        database.execute("select * from reading.changes('a', now(), now(), now(), '{data,site,note}')")
