"""What the page shows before its scripts run: never a stale number as a live one, never a part as the whole."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from api.tables.columns import DeviceStateWord
from api.tables.live import LiveDeviceState, LiveLineState, LiveSnapshot, LiveZoneState
from api.tables.places import Assignment, Border, Device, Line, Name, Site, Space, Zone
from api.web.formatting import NO_VALUE
from api.web.live.counters import LATE_RECORDS, show_devices
from api.web.live.view import (
    STALE_AFTER_S,
    Counted,
    OpenIssues,
    SiteParts,
    show_lines,
    show_now,
    show_troubles,
    zones_of,
)
from core.texts.catalog import Language

AT = datetime(2026, 11, 21, 13, 5, 9, tzinfo=UTC)


def zone(key: str, space: str, *, covers_space: bool, stay_threshold_s: int = 60) -> Zone:
    return Zone(
        zone=key,
        name=Name(sv=key.capitalize(), en=key),
        space=space,
        covers_space=covers_space,
        disjoint=covers_space,
        stay_threshold_s=stay_threshold_s,
        commissioned=[],
    )


FLOOR = zone("golvet", "tunneln", covers_space=True)
BENCHES = zone("bänkarna", "tunneln", covers_space=False, stay_threshold_s=120)
SQUARE = zone("ytan", "torget", covers_space=True)
PLACE = SiteParts(
    site=Site(site="plats", name=Name(sv="Platsen", en="The place"), time_zone="Europe/Stockholm", version=1),
    spaces=[Space(space=key, name=Name(sv=key.capitalize(), en=key)) for key in ("tunneln", "torget", "hubben")],
    borders=[
        Border(border="stationen", name=Name(sv="Stationen", en="The station"), from_space=None, to_space="tunneln")
    ],
    lines=[Line(line="in", name=Name(sv="In", en="In"), border="stationen", role="main", commissioned=[])],
    zones=[BENCHES, FLOOR, SQUARE],
    devices=[Device(device="kamera", name=Name(sv="Kamera", en="Camera"), assigned=[])],
)


def zone_state(key: str, occupancy: int, *, staying: int = 0, age_s: int = 2, stay_s: int = 60) -> LiveZoneState:
    """As a device reported it whose clock is ahead, within what is believed: then the time of arrival counts."""
    arrived = AT - timedelta(seconds=age_s)
    state = zone_at(key, arrived=arrived, said=arrived + timedelta(seconds=110))
    return state.model_copy(update={"occupancy": occupancy, "staying": staying, "stay_s": stay_s})


def zone_at(key: str, *, arrived: datetime, said: datetime) -> LiveZoneState:
    """As a device reported it: by its own clock, and by the server's."""
    state = {"zone": key, "at": said, "received_at": arrived, "occupancy": 12, "staying": 3, "stay_s": 60}
    return LiveZoneState.model_validate(state)


def live(*zones: LiveZoneState, devices: Sequence[LiveDeviceState] = ()) -> LiveSnapshot:
    said = {"line": "in", "at": AT, "received_at": AT, "start": AT.replace(second=0), "forward": 3, "backward": 1}
    line = LiveLineState.model_validate(said)
    return LiveSnapshot(at=AT, lines=[line], zones=list(zones), devices=list(devices))


def test_only_zones_that_do_not_overlap_are_added() -> None:
    zones = (zone_state("golvet", 12, staying=4), zone_state("bänkarna", 5), zone_state("ytan", 7, staying=2))
    shown = show_now(PLACE, live(*zones), Language.SV)
    assert (shown.total, shown.staying_text, shown.where_text) == (19, "6 stannar ≥ 60 s", "i 2 zoner")


@pytest.mark.parametrize(
    "zones", [[zone_state("golvet", 12)], [zone_state("golvet", 12), zone_state("ytan", 7, age_s=STALE_AFTER_S + 1)]]
)
def test_there_is_no_sum_without_a_fresh_number_from_every_zone(zones: list[LiveZoneState]) -> None:
    shown = show_now(PLACE, live(*zones), Language.SV)
    assert (shown.total, shown.staying_text, shown.where_text) == (None, "ingen aktuell siffra", "utan Ytan")


def test_a_place_without_zones_that_add_up_has_no_sum() -> None:
    shown = show_now(replace(PLACE, zones=[BENCHES]), live(zone_state("bänkarna", 5)), Language.EN)
    assert (shown.total, shown.where_text) == (None, "the zones can't be added up")


def test_a_stale_number_is_marked_and_shows_its_time_on_the_sites_clock() -> None:
    shown = show_now(PLACE, live(zone_state("bänkarna", 5, age_s=95)), Language.SV)
    floor, benches = shown.spaces[0].zones
    assert (benches.occupancy, benches.stale, benches.age_text) == (5, True, "senast 14:03:34")
    assert (floor.occupancy, floor.stale, floor.age_text) == (None, True, "inget mottaget")


def test_a_fresh_number_shows_its_age() -> None:
    floor = show_now(PLACE, live(zone_state("golvet", 5, age_s=STALE_AFTER_S)), Language.EN).spaces[0].zones[0]
    assert (floor.stale, floor.age_text) == (False, "20 s ago")


def test_different_thresholds_are_not_called_one() -> None:
    zones = (zone_state("golvet", 1, staying=1), zone_state("ytan", 1, staying=1, stay_s=90))
    assert show_now(PLACE, live(*zones), Language.EN).staying_text == "2 staying (each zone's own threshold)"


def test_the_zone_that_covers_its_space_comes_first_and_unmeasured_spaces_are_named() -> None:
    assert zones_of(PLACE, "tunneln") == [FLOOR, BENCHES]
    assert list(show_now(PLACE, live(), Language.SV).unmeasured) == ["Hubben"]


def test_directions_are_named_by_the_spaces_and_outside_by_the_border() -> None:
    [line] = show_lines(PLACE, live(), Counted({"in": (7, 0)}, {"in": (100, None)}), Language.SV)
    forward, backward = line.ways
    assert (forward.origin, forward.goal, forward.today, forward.open) == ("Stationen", "Tunneln", 100, 3)
    assert (backward.origin, backward.goal, backward.today, backward.open) == ("Tunneln", "Stationen", None, 1)
    assert (forward.recent, backward.recent) == (7, 0)
    assert forward.since_text == "sedan 14:05"


def test_devices_are_described_in_words() -> None:
    camera = LiveDeviceState(
        device="kamera",
        online=True,
        heard_at=AT,
        outbox_records=1413,
        clock_known=True,
        clock_offset_ms=-140,
        frame_rate=9.96,
    )
    [device] = show_devices(PLACE, live(devices=[camera]), Language.SV)
    assert (device.online_word, device.online_text) == ("true", "Räknar, och skickar efterhand")
    assert device.rows == {
        "heard": "14:05:09",
        "rate": "10,0 per sekund",
        "clock": "\N{MINUS SIGN}140\N{NO-BREAK SPACE}ms",
        "outbox": "1\N{NO-BREAK SPACE}413 mätningar",
    }


def test_a_few_measurements_on_their_way_are_nothing_to_speak_of() -> None:
    few, many = (camera("online", outbox_records=count) for count in (LATE_RECORDS, LATE_RECORDS + 1))
    said = [show_devices(PLACE, live(devices=[found]), Language.EN)[0].online_text for found in (few, many)]
    assert said == ["Counts as it should", "Counts, and sends afterwards"]


def test_a_clock_that_the_server_has_compared_is_not_called_unknown() -> None:
    """However little the counter knows of it: one in a container hears of no time service, and goes right."""
    compared, alone = (camera("online", clock_known=False, skew_s=skew) for skew in (1, None))
    said = [show_devices(PLACE, live(devices=[found]), Language.SV)[0].rows["clock"] for found in (compared, alone)]
    assert said == ["rätt, enligt servern", "inte kontrollerad"]


def test_a_device_that_never_spoke_is_unknown_not_offline() -> None:
    [device] = show_devices(PLACE, live(), Language.EN)
    assert (device.online_word, device.online_text, device.rows["clock"]) == (
        "unknown",
        "Has never been heard",
        NO_VALUE,
    )


LATE = "sent fram, inte just nu"


@pytest.mark.parametrize(("said_s", "tag"), [(60, "inaktuellt"), (3600, LATE), (-3600, LATE)])
def test_a_number_is_as_old_as_its_own_time_however_soon_it_arrived(said_s: int, tag: str) -> None:
    """A late tick, the broker's copy of one, or a clock that is wrong: shown with its time, and in no sum."""
    state = zone_at("golvet", arrived=AT - timedelta(seconds=1), said=AT - timedelta(seconds=said_s))
    shown = show_now(PLACE, live(state, zone_state("ytan", 7)), Language.SV)
    floor = shown.spaces[0].zones[0]
    assert (shown.total, shown.where_text) == (None, "utan Golvet")
    assert (floor.stale, floor.stale_text) == (True, tag)
    assert floor.age_text.startswith("senast ")


def test_a_line_of_another_time_has_no_open_interval() -> None:
    snapshot = live()
    hour_ago = AT - timedelta(hours=1)
    late = snapshot.lines[0].model_copy(update={"at": hour_ago, "as_of": hour_ago})
    [line] = show_lines(PLACE, snapshot.model_copy(update={"lines": [late]}), Counted({}, {}), Language.SV)
    assert [way.open for way in line.ways] == [None, None]


def camera(state: DeviceStateWord, **more: object) -> LiveDeviceState:
    said = {"heard_at": AT, "outbox_records": 0, "clock_known": True, "clock_offset_ms": 3, "frame_rate": 9.9}
    return LiveDeviceState.model_validate({"device": "kamera", "state": state, "online": None, **said, **more})


WATCHED = replace(
    PLACE,
    devices=[
        Device(
            device="kamera",
            name=Name(sv="Kamera", en="Camera"),
            assigned=[Assignment(kind="zone", key="golvet", from_utc=None, to_utc=None)],
        )
    ],
)


def test_while_a_devices_clock_is_wrong_its_zones_say_so() -> None:
    """Its ticks of a time to come are left out, so that nothing newer comes: the page says why."""
    off = camera("clock_off", skew_s=3600)
    shown = show_now(WATCHED, live(zone_state("ytan", 7), devices=[off]), Language.EN)
    assert shown.spaces[0].zones[0].stale_text == "clock wrong, not now"
    assert shown.spaces[1].zones[0].stale_text == "out of date"
    [device] = show_devices(WATCHED, live(devices=[off]), Language.EN)
    assert (device.online_word, device.online_text) == ("false", "Its clock is wrong")
    assert device.rows["clock"] == "60 min ahead of the server"
    [device] = show_devices(WATCHED, live(devices=[camera("clock_off", skew_s=-7200)]), Language.SV)
    assert device.rows["clock"] == "2 h efter servern, eller sent fram"


def test_only_what_is_heard_and_right_is_green() -> None:
    words: dict[DeviceStateWord, tuple[str, str]] = {
        "online": ("true", "Räknar som den ska"),
        "offline": ("false", "Tyst sedan 14:05"),
        "silent": ("false", "Tyst sedan 14:05"),
        "clock_off": ("false", "Klockan går fel"),
        "revoked": ("false", "Avstängd"),
        "never": ("unknown", "Har aldrig hörts av"),
    }
    for state, shown in words.items():
        [device] = show_devices(PLACE, live(devices=[camera(state)]), Language.SV)
        assert (device.online_word, device.online_text) == shown


def test_a_counter_that_has_recorded_into_the_future_says_how_far() -> None:
    ahead = camera("recorded_ahead", recorded_until=AT + timedelta(days=1))
    [device] = show_devices(PLACE, live(devices=[ahead]), Language.EN)
    assert (device.online_word, device.online_text) == ("false", "Has recorded 24 h into the future")


@pytest.mark.parametrize(
    ("seconds", "english", "swedish"),
    [
        (121, "2 min", "2 min"),
        (7169, "119 min", "119 min"),
        (7170, "2 h", "2 h"),
        (171_000, "2 days", "2 dygn"),
        (20 * 365 * 86400, "7,300 days", "7\N{NO-BREAK SPACE}300 dygn"),
    ],
)
def test_a_clock_is_wrong_by_the_unit_that_people_would_use(seconds: int, english: str, swedish: str) -> None:
    off = live(devices=[camera("clock_off", skew_s=seconds)])
    assert [show_devices(PLACE, off, language)[0].rows["clock"] for language in (Language.EN, Language.SV)] == [
        f"{english} ahead of the server",
        f"{swedish} före servern",
    ]


def test_a_time_of_another_day_has_its_day() -> None:
    """Of a counter that is silent since yesterday, "last heard 14:05" would read as a minute ago."""
    for ago, shown in ((timedelta(hours=14), "00:05:09"), (timedelta(hours=15), "2026-11-20 23:05:09")):
        [device] = show_devices(PLACE, live(devices=[camera("silent", heard_at=AT - ago)]), Language.SV)
        assert device.rows["heard"] == shown
        old = live(zone_state("golvet", 3, age_s=int(ago.total_seconds())))
        assert show_now(PLACE, old, Language.EN).spaces[0].zones[0].age_text == f"last {shown}"


def test_a_late_tick_of_a_right_clock_isnt_said_to_be_of_a_wrong_one() -> None:
    late = zone_at("golvet", arrived=AT, said=AT - timedelta(hours=1))
    shown = show_now(WATCHED, live(late, devices=[camera("online", online=True)]), Language.EN)
    assert shown.spaces[0].zones[0].stale_text == "late, not now"


def test_only_troubles_that_are_there_are_zone_state() -> None:
    assert show_troubles(OpenIssues(held=0, conflicts=0, rejects=0), Language.SV) == []
    assert show_troubles(OpenIssues(0, 0, 0, setup_changes=3), Language.SV) == [
        "Uppställningar som ändrades under en fas av en studie: 3"
    ]
    assert show_troubles(OpenIssues(held=0, conflicts=2, rejects=0), Language.EN) == [
        "Conflicts: the same time reported twice: 2"
    ]
