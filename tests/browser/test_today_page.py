"""The day's work on a phone: started, counted, ended, written down and closed, through the real pages."""

from collections.abc import Callable, Iterator

import pytest
from selenium.webdriver import Chrome, Keys
from selenium.webdriver.common.action_chains import ActionChains

from tests.browser.conftest import show_as
from tests.browser.seed import tell_devices
from tests.browser.workplace import Person, Workplace, eventually_records, workplace
from tests.support.waiting import eventually

pytestmark = pytest.mark.browser
MOST_TAPS = 12
ACTIVITY_S = 30
CLOSE_S = 60


@pytest.fixture
def served(database_url: str) -> Iterator[Workplace]:
    """What the browser's fixture waits for: the page is left before its server."""
    with workplace(database_url) as place:
        yield place


@pytest.fixture
def place(served: Workplace) -> Workplace:
    return served


@pytest.fixture
def person(browser: Chrome) -> Person:
    show_as(browser, width=390, dark=False, height=800)
    return Person(browser)


def row(title: str) -> str:
    """Return the row of an activity, by the words of its first button."""
    return f'#activities .row:has([aria-label$=": {title}"])'


def start(person: Person, title: str) -> None:
    person.tap(f"{row(title)} [data-do=start]")
    person.find(f"{row(title)}[data-state=ongoing]")


def test_an_activity_is_started_ended_and_its_participants_noted(place: Workplace, person: Person) -> None:
    place.plan("Pianokväll")
    person.open(place.page("today"))
    start(person, "Pianokväll")
    person.tap(f"{row('Pianokväll')} [data-do=end]")
    person.wait_for("#participants h2", "Hur många deltog?")
    person.type("#participants [name=total]", "23")
    person.tap("#participants [type=submit]")
    person.wait_for(row("Pianokväll"), "23 deltagare, någon gång")
    person.wait_until_sent()
    [activity] = place.records("activities")
    assert activity["status"] == "held"
    assert activity["participants"] == {"method": "counted", "total": 23, "figure": "any_time", "groups": []}
    assert person.taps <= MOST_TAPS
    assert person.browser.get_log("browser") == []


def total_of_one_that_was_planned(person: Person) -> None:
    start(person, "Pianokväll")
    person.tap(f"{row('Pianokväll')} [data-do=end]")
    person.type("#participants [name=total]", "18")
    person.tap("#participants [type=submit]")


def unplanned(person: Person, title: str = "") -> None:
    person.tap("[data-sheet=unplanned]")
    person.pill("kind", "game", "#unplanned")
    if title:
        person.type("#unplanned [name=title]", title)
    person.tap("#unplanned [type=submit]")


def something_new_without_a_name(person: Person) -> None:
    unplanned(person)
    assert person.taps == 3
    person.tap("#activities [data-state=ongoing] [data-do=end]")
    for _ in range(2):
        person.tap("#participants [data-step='5']")
    person.tap("#participants [type=submit]")


def something_new_with_a_name(person: Person) -> None:
    unplanned(person, "Pingis")
    person.tap(f"{row('Pingis')} [data-do=end]")
    person.type("#participants [name=total]", "7")
    person.pill("figure", "peak", "#participants")
    person.tap("#participants [type=submit]")


def by_gender(person: Person) -> None:
    start(person, "Pianokväll")
    person.tap(f"{row('Pianokväll')} [data-do=end]")
    person.type("#participants [name=total]", "20")
    person.tap("#participants summary")
    person.type("#participants [data-gender=woman][data-age=unknown]", "11")
    person.type("#participants [data-gender=man][data-age=unknown]", "6")
    person.wait_for("#participants [data-field=rest]", "3")
    person.tap("#participants [type=submit]")


def by_head_counts(person: Person) -> None:
    start(person, "Pianokväll")
    for count in ("12", "9"):
        person.tap(f"{row('Pianokväll')} [data-do=count]")
        person.type("#participants [name=total]", count)
        person.tap("#participants [type=submit]")
        person.wait_for(row("Pianokväll"), "12 deltagare")
    person.tap(f"{row('Pianokväll')} [data-do=end]")
    person.tap("#participants [type=submit]")


@pytest.mark.full
@pytest.mark.parametrize(
    ("way", "total", "figure"),
    [
        (total_of_one_that_was_planned, 18, "any_time"),
        (something_new_without_a_name, 10, "any_time"),
        (something_new_with_a_name, 7, "peak"),
        (by_gender, 20, "any_time"),
        (by_head_counts, 12, "peak"),
    ],
)
def test_logging_an_activity_takes_half_a_minute_and_a_dozen_taps(
    place: Workplace, person: Person, way: Callable[[Person], None], total: int, figure: str
) -> None:
    """At 0.7 s a tap and 0.25 s a character."""
    place.plan("Pianokväll")
    person.open(place.page("today"))
    way(person)
    person.find("#activities [data-state=held]")
    person.wait_until_sent()
    print(f"{way.__name__}: {person.taps} taps, {person.seconds:.1f} s")  # noqa: T201 - the figure is the result
    [activity] = [one for one in place.records("activities") if one["participants"]]
    assert (activity["participants"]["total"], activity["participants"]["figure"]) == (total, figure)
    assert sum(group["count"] for group in activity["participants"]["groups"]) in {0, total}
    assert person.taps <= MOST_TAPS
    assert person.seconds < ACTIVITY_S


def close_as_the_day_before(person: Person) -> None:
    person.pill("disturbances", "no")
    person.tap("#save")


def close_with_an_incident(person: Person) -> None:
    person.pill("opening", "changed")
    person.type("[name=opened_at]", "07:30")
    person.type("#staff .row:first-child [name=until]", "17:00")
    person.pill("disturbances", "yes")
    person.pill("incident_kind", "graffiti")
    person.type("[name=incident_note]", "Norra väggen")
    person.type("[name=note]", "Regn hela dagen")
    person.tap("#save")


@pytest.mark.full
@pytest.mark.parametrize(
    ("way", "opening", "incidents"),
    [(close_as_the_day_before, "as_planned", 0), (close_with_an_incident, "changed", 1)],
)
def test_the_day_is_closed_within_a_minute(
    place: Workplace, person: Person, way: Callable[[Person], None], opening: str, incidents: int
) -> None:
    starts, ends = place.local(-1, "10:00"), place.local(-1, "18:00")
    place.add("staff-time", role="host", people=2, starts_at=starts.isoformat(), ends_at=ends.isoformat())
    person.open(place.page("today/close"))
    person.wait_for("#from-where", "rätta det som var annorlunda")
    way(person)
    person.wait_for("#done", "Dagen är avslutad")
    print(f"{way.__name__}: {person.taps} taps, {person.seconds:.1f} s")  # noqa: T201 - the figure is the result
    assert person.seconds < CLOSE_S
    [close] = eventually_records(place, "day-closes", 1)
    assert (close["opening"], close["disturbances"], close["late"]) == (opening, bool(incidents), False)
    assert len(place.records("incidents")) == incidents
    assert [one["people"] for one in place.records("staff-time")] == [2, 2]
    # It is corrected by the same page, and stays one.
    person.open(place.page("today/close"))
    person.find("#was-closed")
    person.type("[name=note]", "Snö")
    person.tap("#save")
    person.wait_for("#done", "Dagen är avslutad")
    eventually(lambda: [one["note"] for one in place.records("day-closes")] == ["Snö"])


@pytest.mark.full
def test_what_is_missing_is_asked_for_until_it_is_there(place: Workplace, person: Person) -> None:
    place.plan("Verkstad", days=-2)
    place.plan("Loppis", clock=("07:00", "08:00"))
    person.open(place.page("today"))
    person.wait_for("#missing", "Verkstad: varken startad eller inställd")
    person.wait_for("#missing", "Loppis: varken startad eller inställd")
    person.wait_for("#missing", "Gårdagen är inte avslutad")
    person.tap(f"{row('Loppis')} [data-do=held]")
    person.tap("#participants [data-close]")
    person.wait_for("#missing", "Loppis: deltagare saknas")
    person.wait_for(row("Loppis"), "deltagare saknas")
    person.tap("#missing .row:nth-child(2) button")
    person.type("#participants [name=total]", "0")
    person.tap("#participants [type=submit]")
    person.wait_for(row("Loppis"), "0 deltagare")
    assert "Loppis" not in person.find("#missing").text


@pytest.mark.full
def test_a_counting_round_that_is_due_is_asked_for(place: Workplace, person: Person) -> None:
    """A plan draws its times at random: one of them is put to now."""
    days = {"first": f"{place.local().date()}", "until": f"{place.local(7).date()}"}
    plan = {"name": "Alla timmar", "mode": "stationary", "space": "gangtunneln", "rounds_per_stratum": 1, "seed": 7}
    hours = {"from_hour": 0, "to_hour": 24, "day_types": ["weekday", "friday", "saturday", "sunday"]}
    place.add("round-plans", **plan, **days, **hours)
    place.database.execute(
        "update platspuls.round_plan set slots = jsonb_set(jsonb_set(slots, '{0,starts_at}', to_jsonb(now())),"
        " '{0,ends_at}', to_jsonb(now() + interval '10 minutes'))"
    )
    person.open(place.page("today"))
    person.wait_for("#missing", "En räknerunda ska göras")


@pytest.mark.full
def test_staff_come_and_go_by_one_tap(place: Workplace, person: Person) -> None:
    place.add(
        "staff-time",
        role="host",
        people=2,
        starts_at=place.local(-1).isoformat(),
        ends_at=place.local(-1, "18:00").isoformat(),
    )
    person.open(place.page("today"))
    person.wait_for("#staff-in", "2 värdar in")
    person.tap("#staff-in")
    person.wait_for("#staff", "2 värdar")
    person.tap("#staff [data-do=one-out]")
    person.wait_for("#staff", "1 värd")
    person.wait_until_sent()
    today = [one for one in place.records("staff-time") if one["starts_at"] > place.local(0, "00:00").isoformat()]
    assert sorted(one["people"] for one in place.records("staff-time")[1:]) == [1, 1], today


@pytest.mark.full
def test_a_counter_that_falls_silent_is_named_while_the_page_is_open(place: Workplace, person: Person) -> None:
    """And no more once it speaks again."""
    tell_devices(place.database)
    place.database.execute("update platspuls.device_status set online = true, at = now(), received_at = now()")
    person.open(place.page("today"))
    looked = "document.dispatchEvent(new Event('visibilitychange'))"
    silent = "Kamera i tunneln har varit tyst"
    place.database.execute("update platspuls.device_status set online = false where device_id = 1")
    person.browser.execute_script(looked)
    person.wait_for("#missing", silent)
    place.database.execute("update platspuls.device_status set online = true where device_id = 1")
    person.browser.execute_script(looked)
    eventually(
        lambda: silent not in person.browser.execute_script("return document.getElementById('missing').innerText")
    )


@pytest.mark.full
def test_what_is_half_written_outlives_a_reload(place: Workplace, person: Person) -> None:
    """Forms that begin filled in, too: participants of an activity, each its own, and the rows of who worked."""
    for title in ("Pianokväll", "Körsång"):
        place.plan(title, clock=("07:00", "08:00"))
    person.open(place.page("today"))
    person.tap(f"{row('Pianokväll')} [data-do=held]")
    person.type("#participants [name=total]", "20")
    person.tap("#participants summary")
    person.type("#participants [data-gender=woman][data-age=unknown]", "11")
    person.browser.refresh()
    person.ready()
    person.tap(f"{row('Körsång')} [data-do=held]")
    assert person.find("#participants [name=total]").get_attribute("value") == "0"
    person.tap("#participants [data-close]")
    person.tap(f"{row('Pianokväll')} [data-do=ask]")
    person.wait_for("#participants [data-field=rest]", "9")
    person.tap("#participants [type=submit]")
    person.wait_until_sent()
    person.open(place.page("today/close"))
    person.type("#staff .row:first-child [name=people]", "3")
    person.browser.refresh()
    person.ready()
    assert person.find("#staff .row:first-child [name=people]").get_attribute("value") == "3"


@pytest.mark.full
def test_performers_come_from_what_was_on(place: Workplace, person: Person) -> None:
    """Their number is asked for and never made up; what is noted already isn't asked for again."""
    place.plan("Pianokväll", days=-1, clock=("17:00", "19:00"))
    person.open(place.page("today/close"))
    assert "Pianokväll" not in person.find("#staff").text
    starts, ends = place.local(0, "09:00").isoformat(), place.local(0, "10:30").isoformat()
    place.add("activities", kind="concert", title="Körsång", starts_at=starts, ends_at=ends, status="held")
    person.open(place.page("today/close"))
    person.wait_for("#staff", "Körsång: hur många uppträdde?")
    person.pill("disturbances", "no")
    person.tap("#save")
    assert place.records("day-closes") == []
    person.type("#staff .row:last-child [name=people]", "4")
    person.tap("#save")
    person.wait_for("#done", "Dagen är avslutad")
    eventually_records(place, "day-closes", 1)
    found = [(one["role"], one["people"]) for one in place.records("staff-time")]
    assert sorted(found) == [("host", 1), ("performer", 4)]
    person.open(place.page("today/close"))
    person.find("#was-closed")
    assert "Körsång" not in person.find("#staff").text


@pytest.mark.full
def test_a_double_tap_makes_one_and_a_reload_loses_nothing(place: Workplace, person: Person) -> None:
    """Whatever is pressed twice at once, is half written, or is followed by a reload or a step back."""
    person.open(place.page("today"))
    person.browser.execute_script(
        "const button = document.getElementById('staff-in'); button.click(); button.click(); button.click();"
    )
    person.wait_for("#staff", "1 värd")
    person.browser.refresh()
    person.ready()
    person.wait_for("#staff", "1 värd")
    assert len(eventually_records(place, "staff-time", 1)) == 1
    person.tap("[data-sheet=note]")
    person.type("#note [name=text]", "Rulltrappan")
    person.browser.refresh()
    person.ready()
    person.tap("[data-sheet=note]")
    person.browser.execute_script(
        "const form = document.querySelector('#note form'); form.requestSubmit(); form.requestSubmit();"
    )
    person.wait_for("#written", "Rulltrappan")
    person.browser.back()
    person.browser.forward()
    person.ready()
    person.wait_for("#written", "Rulltrappan")
    assert len(eventually_records(place, "notes", 1)) == 1


@pytest.mark.full
def test_the_days_work_is_done_without_a_network_and_sent_afterwards(place: Workplace, person: Person) -> None:
    place.plan("Pianokväll")
    person.open(place.page("today"))
    network = {"latency": 0, "downloadThroughput": -1, "uploadThroughput": -1}
    person.browser.execute_cdp_cmd("Network.enable", {})
    person.browser.execute_cdp_cmd("Network.emulateNetworkConditions", {"offline": True, **network})
    try:
        total_of_one_that_was_planned(person)
        person.wait_for(row("Pianokväll"), "väntar på att skickas")
        unplanned(person, "Pingis")
        person.tap(f"{row('Pingis')} [data-do=end]")
        person.tap("#participants [data-close]")
        assert [one["status"] for one in place.records("activities")] == ["planned"]
    finally:
        person.browser.execute_cdp_cmd("Network.emulateNetworkConditions", {"offline": False, **network})
    found = {one["title"]: one for one in eventually_records(place, "activities", 2)}
    person.wait_until_sent()
    found = {one["title"]: one for one in place.records("activities")}
    assert found["Pianokväll"]["participants"]["total"] == 18
    assert found["Pingis"]["status"] == "held"
    assert {one["entered_via"] for one in found.values()} == {"offline"}


@pytest.mark.full
def test_an_activity_is_logged_by_keyboard_alone(place: Workplace, person: Person) -> None:
    place.plan("Pianokväll")
    person.open(place.page("today"))
    keys = ActionChains(person.browser)
    person.browser.execute_script("document.querySelector('#activities [data-do=start]').focus()")
    keys.send_keys(Keys.ENTER).perform()
    person.find(f"{row('Pianokväll')}[data-state=ongoing]")
    person.browser.execute_script("document.querySelector('#activities [data-do=end]').focus()")
    keys.send_keys(Keys.SPACE).perform()
    person.find("#participants")
    for _ in range(30):
        if person.browser.execute_script("return document.activeElement.name") == "total":
            break
        ActionChains(person.browser).send_keys(Keys.TAB).perform()
    ActionChains(person.browser).send_keys(Keys.BACKSPACE, "14", Keys.ENTER).perform()
    person.wait_for(row("Pianokväll"), "14 deltagare")
    assert "Pianokväll: avslutad" in person.browser.execute_script("return document.getElementById('spoken').innerText")
