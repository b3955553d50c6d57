"""What all tests do with a client of the MQTT library, and as which user programs are clients of the database."""

from paho.mqtt.client import Client

from store.database import connect

_LOGIN = "ingest_of_tests"


def end(client: Client) -> None:
    """Disconnect, and close all of its sockets now: those left to the garbage collector may fail the run of tests."""
    client.disconnect()
    client.loop_stop()
    client._reset_sockets()  # noqa: SLF001 - the library closes what wakes its thread nowhere else


def as_ingest(database_url: str) -> str:
    """Return the address for a login that may do what ingest may, and no more."""
    owner = "postgresql://platspuls@"
    assert database_url.startswith(owner), database_url
    with connect(database_url, application="tests", autocommit=True) as database:
        [there] = database.execute("select count(*) from pg_roles where rolname = %s", (_LOGIN,))
        if there == (0,):
            database.execute(f"create role {_LOGIN} login in role platspuls_ingest".encode())
    return database_url.replace(owner, f"postgresql://{_LOGIN}@", 1)
