"""Real servers for the tests: one PostgreSQL and one broker a session, an empty database of its own for each test."""

import gc
import itertools
import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from platspuls.embedded.broker import Broker, running_broker
from platspuls.embedded.postgres import Cluster, running_postgres
from store.database import Database, connect
from store.migrate import migrate
from tests.support.memory import keep_temporary_files_in_memory
from tests.support.properties import register

register()
keep_temporary_files_in_memory()

_TEMPLATE = "platspuls_template"
# No test cuts the power, and files that are copied, not logged, make a database in a third of the time.
_SETTINGS = {"fsync": "off", "full_page_writes": "off"}
_SLOW = ("chain", "browser", "full")
_OF_ALL = re.compile(r"^pytestmark = .*?pytest\.mark\.(chain|browser|full|simulation)\b", re.MULTILINE)
_numbers = itertools.count(1)


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """A file whose every test has a mark that isn't wanted is not even loaded: `make units` is a quarter faster."""
    if collection_path.suffix != ".py":
        return None
    mark = _OF_ALL.search(collection_path.read_text("utf-8"))
    return True if mark and f"not {mark[1]}" in config.option.markexpr.split(" and ") else None


def pytest_collection() -> None:
    """Modules are loaded without looking for garbage among what will stay: that took two seconds of five."""
    gc.disable()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Begin with the files that start servers, whose tests wait, and fill the end with the short ones.

    Tests marked `full` are left to the full suite, unless they are asked for.
    """
    if not os.environ.get("PLATSPULS_FULL") and "full" not in config.option.markexpr:
        for item in items:
            if item.get_closest_marker("full"):
                item.add_marker(pytest.mark.skip("part of the full suite: .ci/run, or pytest -m full"))
    slow = {item.path for item in items if any(item.get_closest_marker(mark) for mark in _SLOW)}
    items.sort(key=lambda item: item.path not in slow)


def pytest_collection_finish() -> None:
    """What has been loaded stays: the garbage of the tests is looked for among their own objects."""
    gc.freeze()
    gc.enable()


@pytest.fixture(scope="session")
def server_folder() -> Iterator[Path]:
    """A folder for servers that run as another user: each new pytest closes its own temporary folder to others."""
    with tempfile.TemporaryDirectory(prefix="platspuls-") as folder:
        yield Path(folder)


@pytest.fixture(scope="session")
def cluster(server_folder: Path) -> Iterator[Cluster]:
    """A PostgreSQL with a migrated template database."""
    with running_postgres(server_folder / "postgres", _SETTINGS) as cluster:
        cluster.create_database(_TEMPLATE)
        with connect(cluster.url(_TEMPLATE), application="tests", autocommit=True) as database:
            migrate(database)
        yield cluster


@pytest.fixture(scope="session")
def _server(cluster: Cluster) -> Iterator[Database]:
    """One connection that makes all databases."""
    with connect(cluster.url("postgres"), application="tests", autocommit=True) as database:
        yield database


@pytest.fixture
def empty_database_url(cluster: Cluster, _server: Database) -> Iterator[str]:
    """The address of a database without any schema."""
    with _new_database(cluster, _server, "template1") as url:
        yield url


@pytest.fixture
def database_url(cluster: Cluster, _server: Database) -> Iterator[str]:
    """The address of a migrated database that holds nothing yet."""
    with _new_database(cluster, _server, _TEMPLATE) as url:
        yield url


@contextmanager
def _new_database(cluster: Cluster, server: Database, template: str) -> Iterator[str]:
    name = f"test_{next(_numbers)}"
    server.execute(f"create database {name} template {template} strategy file_copy".encode())
    yield cluster.url(name)
    server.execute(f"drop database {name} with (force)".encode())


@pytest.fixture(scope="session")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Broker]:
    """A real MQTT broker on free ports; tests keep apart by their own site keys."""
    with running_broker(tmp_path_factory.mktemp("broker")) as broker:
        yield broker
