"""What the page shows before its scripts run: never a stale number as a live one, never a part as the whole."""

from collections.abc import Mapping
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from api.i18n import Language
from api.view import (
    STALE_AFTER_S,
    Health,
    Line,
    LiveLine,
    LiveZone,
    Name,
    Now,
    Place,
    Zone,
    show_devices,
    show_lines,
    show_now,
    zones_of,
)

AT = datetime(2026, 11, 21, 13, 5, 9, tzinfo=UTC)
FLOOR = Zone("golvet", Name("Golvet", "The floor"), "tunneln", covers_space=True, disjoint=True, stay_threshold_s=60)
BENCHES = Zone(
    "bankarna", Name("Bänkarna", "The benches"), "tunneln", covers_space=False, disjoint=False, stay_threshold_s=120
)
SQUARE = Zone("ytan", Name("Ytan", "The area"), "torget", covers_space=True, disjoint=True, stay_threshold_s=60)
PLACE = Place(
    key="plats",
    name=Name("Platsen", "The place"),
    time_zone=ZoneInfo("Europe/Stockholm"),
    spaces={
        "tunneln": Name("Tunneln", "The tunnel"),
        "torget": Name("Torget", "The square"),
        "hubben": Name("Hubben", "The hub"),
    },
    lines=[
        Line(
            "in",
            Name("In", "In"),
            Name("Stationen", "The station"),
            is_check=False,
            from_space=None,
            to_space="tunneln",
        )
    ],
    zones=[BENCHES, FLOOR, SQUARE],
    devices={"kamera": Name("Kamera", "Camera")},
)


def told(occupancy: int, *, staying: int = 0, age_s: int = 2, stay_s: int = 60) -> LiveZone:
    return LiveZone(AT, age_s, occupancy, staying, stay_s)


def now(zones: Mapping[str, LiveZone], devices: Mapping[str, Health] | None = None) -> Now:
    return Now(AT, zones, {"in": LiveLine(2, AT.replace(second=0), 3, 1)}, devices or {})


def test_only_zones_that_do_not_overlap_are_added() -> None:
    shown = show_now(
        PLACE, now({"golvet": told(12, staying=4), "bankarna": told(5), "ytan": told(7, staying=2)}), Language.SV
    )
    assert (shown.total, shown.staying_text, shown.where_text) == (19, "6 stannar ≥ 60 s", "i 2 zoner")


@pytest.mark.parametrize(
    "zones", [{"golvet": told(12)}, {"golvet": told(12), "ytan": told(7, age_s=STALE_AFTER_S + 1)}]
)
def test_there_is_no_sum_without_a_fresh_number_from_every_zone(zones: dict[str, LiveZone]) -> None:
    shown = show_now(PLACE, now(zones), Language.SV)
    assert (shown.total, shown.staying_text, shown.where_text) == (None, "ingen aktuell siffra", "utan Ytan")


def test_a_stale_number_is_marked_and_shows_its_time_on_the_sites_clock() -> None:
    shown = show_now(PLACE, now({"bankarna": told(5, age_s=95)}), Language.SV)
    benches = shown.spaces[0].zones[1]
    assert (benches.occupancy, benches.stale, benches.age_text) == (5, True, "senast 14:05:09")
    floor = shown.spaces[0].zones[0]
    assert (floor.occupancy, floor.stale, floor.age_text) == (None, True, "inget mottaget")


def test_a_fresh_number_shows_its_age() -> None:
    shown = show_now(PLACE, now({"golvet": told(5, age_s=STALE_AFTER_S)}), Language.EN)
    assert (shown.spaces[0].zones[0].stale, shown.spaces[0].zones[0].age_text) == (False, "20 s ago")


def test_different_thresholds_are_not_called_one() -> None:
    shown = show_now(PLACE, now({"golvet": told(1, staying=1), "ytan": told(1, staying=1, stay_s=90)}), Language.EN)
    assert shown.staying_text == "2 staying (each zone's own threshold)"


def test_the_zone_that_covers_its_space_comes_first_and_unmeasured_spaces_are_named() -> None:
    assert zones_of(PLACE, "tunneln") == [FLOOR, BENCHES]
    assert list(show_now(PLACE, now({}), Language.SV).unmeasured) == ["Hubben"]


def test_directions_are_named_by_the_spaces_and_outside_by_the_border() -> None:
    [line] = show_lines(PLACE, now({}), {"in": (100, None)}, Language.SV)
    forward, backward = line.ways
    assert (forward.origin, forward.goal, forward.today, forward.open) == ("Stationen", "Tunneln", 100, 3)
    assert (backward.origin, backward.goal, backward.today, backward.open) == ("Tunneln", "Stationen", None, 1)
    assert forward.since_text == "sedan 14:05"


def test_devices_are_told_in_words() -> None:
    health = Health(
        online=True, received_at=AT, outbox_records=1413, clock_known=True, clock_offset_ms=-140, frame_rate=9.96
    )
    [device] = show_devices(PLACE, now({}, {"kamera": health}), Language.SV)
    assert (device.online_text, device.heard_text, device.rate_text) == ("ansluten", "14:05:09", "10,0 bilder/s")
    assert (device.clock_text, device.outbox_text) == (
        "\N{MINUS SIGN}140\N{NO-BREAK SPACE}ms",
        "1\N{NO-BREAK SPACE}413 poster",
    )


def test_a_device_that_never_spoke_is_unknown_not_offline() -> None:
    [device] = show_devices(PLACE, now({}), Language.EN)
    assert (device.online_word, device.online_text, device.clock_text) == ("unknown", "unknown", "–")  # noqa: RUF001 - it is one
