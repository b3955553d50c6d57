"""The catalogue: names to ids, by date, and read again when a site changes."""

import pytest

from core import wire
from ingest.batch.catalogue import CatalogueCache
from ingest.batch.setups import SetupRegistry
from store.database import Database
from tests.support.small_site import DEVICE, SITE, assign, make_site, put

pytestmark = pytest.mark.chain

NEW_YEAR_S = 1_735_689_600  # 2025-01-01T00:00Z
DAY_S = 86_400


def device_topic(site: str = SITE, device: str = DEVICE) -> wire.Topic:
    return wire.Topic(site, device, wire.Kind.RECORDS)


def test_assignments_are_half_open_and_may_have_gaps(database: Database) -> None:
    assign(database, "{(,2025-01-01T00:00Z),[2025-01-02T00:00Z,2025-01-03T00:00Z),[2025-01-05T00:00Z,infinity)}")
    device = CatalogueCache().current(database).device(device_topic())
    assert device
    assert set(device.lines) == {"north", "south"}
    covered = [device.zones["stage"].covers(NEW_YEAR_S + day * DAY_S) for day in range(-1, 6)]
    assert covered == [True, False, True, False, False, True, True]
    assert device.lines["north"].covers(NEW_YEAR_S - 1)
    assert not device.lines["north"].covers(NEW_YEAR_S + 2 * DAY_S)


def test_names_are_the_sites_own(database: Database) -> None:
    make_site(database, "other")
    catalogue = CatalogueCache().current(database)
    one, other = catalogue.device(device_topic()), catalogue.device(device_topic("other"))
    assert one
    assert other
    assert one.device_id != other.device_id
    assert one.lines["north"].part_id != other.lines["north"].part_id
    assert catalogue.device(device_topic("nowhere")) is None
    assert catalogue.sites == {SITE, "other"}


def test_it_is_read_again_only_when_a_site_changes(database: Database) -> None:
    keeper = CatalogueCache()
    first = keeper.current(database)
    assert keeper.current(database) is first
    assign(database, "{}")
    second = keeper.current(database)
    assert second is not first
    assert not second.devices[SITE, DEVICE].lines
    make_site(database, "other")
    assert ("other", DEVICE) in keeper.current(database).devices


def test_setups_are_registered_once_and_remembered_after_the_commit(database: Database) -> None:
    catalogue = CatalogueCache().current(database)
    device_id = catalogue.devices[SITE, DEVICE].device_id
    book, wanted = SetupRegistry(), {(device_id, "a"), (device_id, "b")}
    first = book.ids(database, wanted)
    assert len(set(first.values())) == 2
    book.remember(first)
    assert book.ids(database, wanted) == first
    assert SetupRegistry().ids(database, wanted) == first
    database.execute("delete from platspuls.setup")
    assert book.ids(database, wanted) == first


def test_setups_of_an_undone_transaction_are_forgotten(database: Database) -> None:
    device_id = CatalogueCache().current(database).devices[SITE, DEVICE].device_id
    book = SetupRegistry()
    with database.transaction(force_rollback=True):
        book.ids(database, {(device_id, "a")})
    put(database, "setup (device_id, key) values (%s, 'another')", device_id)
    setups = book.ids(database, {(device_id, "a")})
    [(stored,)] = database.execute("select setup_id from platspuls.setup where key = 'a'").fetchall()
    assert setups[device_id, "a"] == stored


def test_what_is_remembered_of_setups_is_bounded(database: Database) -> None:
    device_id = CatalogueCache().current(database).devices[SITE, DEVICE].device_id
    book = SetupRegistry(most=2)
    book.remember(book.ids(database, {(device_id, name) for name in "abc"}))
    assert set(book.ids(database, {(device_id, "a")})) == {(device_id, "a")}
