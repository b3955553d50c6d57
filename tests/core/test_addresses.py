"""Which hosts only this machine reaches."""

import pytest

from core.addresses import is_loopback


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.8.0.1", "::1"])
def test_this_computer_is_known_by_its_names(host: str) -> None:
    assert is_loopback(host)


@pytest.mark.parametrize("host", ["192.168.1.2", "localhost.example.org", "broker", "::2"])
def test_other_computers_are_not_this_one(host: str) -> None:
    assert not is_loopback(host)
