"""Pauses between connections: short after a good one, longer and longer when connections don't last."""

import random

from counter.delivery.reconnect_backoff import STEADY_S, ReconnectBackoff


def longest(_: int = 0) -> ReconnectBackoff:
    return ReconnectBackoff(lambda: 1.0)


def test_a_broker_that_is_away_is_asked_less_and_less_often() -> None:
    reconnect = longest()
    assert [reconnect.disconnected(0) for _ in range(8)] == [1, 2, 4, 8, 16, 32, 60, 60]
    assert not reconnect.is_contested


def test_a_connection_that_lived_begins_anew_one_that_did_not_does_not() -> None:
    reconnect = longest()
    for lived_s, pause_s in ((5, 1), (5, 2), (STEADY_S, 1), (59, 2), (59, 4)):
        reconnect.connected(1000)
        assert reconnect.disconnected(1000 + lived_s) == pause_s


def test_short_connections_one_after_another_look_contested() -> None:
    reconnect = longest()
    contested = []
    for lived_s in (1, 1, 1, STEADY_S, 1):
        reconnect.connected(0)
        reconnect.disconnected(lived_s)
        contested.append(reconnect.is_contested)
    assert contested == [False, False, True, False, False]


def test_whose_session_is_taken_over_waits_long() -> None:
    reconnect = longest()
    assert [reconnect.disconnected(0, taken_over=True) for _ in range(7)] == [15, 30, 60, 120, 240, 480, 600]


def test_two_with_one_name_take_turns_of_about_a_minute() -> None:
    """A day: each one's connection lives until the other's pause is over."""
    two = [ReconnectBackoff(random.Random(seed).random) for seed in (1, 2)]
    now_s, holder, turns = 0.0, 0, 0
    two[0].connected(now_s)
    while now_s < 86_400:
        other = 1 - holder
        two[other].connected(now_s)
        now_s += two[holder].disconnected(now_s)
        holder, turns = other, turns + 1
    assert 86_400 / turns > 15


def test_two_devices_do_not_come_back_at_one_moment() -> None:
    assert len({ReconnectBackoff().disconnected(0) for _ in range(20)}) == 20
