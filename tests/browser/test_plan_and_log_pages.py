"""The plan of a week and the list of what was entered, in a real browser; and how all pages of the day's work look."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By

from tests.browser.conftest import accept, show_as
from tests.browser.seed import HOSTILE, SITE
from tests.browser.test_live_page import CONTRAST
from tests.browser.workplace import Person, Workplace, eventually_records, workplace

pytestmark = [pytest.mark.browser, pytest.mark.full]


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


def test_an_entry_is_corrected_taken_away_and_its_history_shown(place: Workplace, person: Person) -> None:
    place.add("notes", text="Rulltrapan", starts_at=place.local(0, "08:00").isoformat())
    place.add("incidents", kind="litter", starts_at=place.local(0, "08:30").isoformat())
    person.open(place.page("log"))
    person.tap("#days .row:nth-child(1) [data-do=edit]")
    person.type("#edit [name=text]", "Rulltrappan")
    person.tap("#edit [type=submit]")
    person.wait_for("#days", "Rulltrappan")
    person.wait_until_sent()
    person.tap("#days .row:nth-child(1) [data-do=history]")
    person.wait_for("#history", "anteckning: Rulltrapan → Rulltrappan")
    person.tap("#history button")
    person.tap("#days .row:nth-child(2) [data-do=withdraw]")
    person.type("#withdraw [name=reason]", "Fel plats")
    person.tap("#withdraw [type=submit]")
    assert eventually_records(place, "incidents", 0) == []
    [note] = place.records("notes")
    assert (note["text"], note["version"]) == ("Rulltrappan", 2)


def test_two_who_correct_the_same_are_both_shown(place: Workplace, person: Person) -> None:
    """Whoever comes second is never taken for the newer: their words wait until they choose."""
    note = place.add("notes", text="Rulltrappan", starts_at=place.local(0, "08:00").isoformat())
    person.open(place.page("log"))
    address = f"/api/v1/sites/{SITE}/notes/{note['note_id']}"
    other = place.client.patch(address, json={"text": "Hissen"}, headers={"If-Match": '"1"'})
    assert other.status_code == 200
    person.tap("#days [data-do=edit]")
    person.type("#edit [name=text]", "Rulltrappan står still")
    person.tap("#edit [type=submit]")
    person.wait_for("#days", "inte skickad")
    assert [one["text"] for one in place.records("notes")] == ["Hissen"]
    person.browser.get(f"{place.address}/outbox")
    person.wait_for("main", "Hissen")
    person.wait_for("main", "Rulltrappan står still")


def test_a_week_is_planned_copied_and_kept_as_a_template(place: Workplace, person: Person) -> None:
    person.open(place.page(f"plan?day={place.local(7).date()}"))
    person.tap("[data-sheet=add]")
    person.pill("kind", "concert", "#add")
    person.type("#add [name=title]", "Pianokväll")
    person.type("#add [name=from]", "17:00")
    person.type("#add [name=until]", "19:00")
    person.tap("#add [type=submit]")
    person.wait_for("main", "19:00 Pianokväll")
    person.wait_until_sent()
    person.tap("[data-sheet=save-template]")
    person.type("#save-template [name=name]", "Höstveckan")
    person.tap("#save-template [type=submit]")
    person.wait_for("#said", "Höstveckan")
    eventually_records(place, "activity-templates", 1)
    person.open(place.page(f"plan?day={place.local(14).date()}"))
    for _ in range(2):
        person.tap("#copy")
        person.wait_for("#said", "planerad")
    assert len(eventually_records(place, "activities", 2)) == 2


ICS = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//test//sv
BEGIN:VEVENT
UID:kor@example.org
DTSTAMP:20260101T000000Z
DTSTART:{day}T170000
DTEND:{day}T190000
SUMMARY:Körsång
END:VEVENT
END:VCALENDAR
"""


def test_a_calendar_is_shown_before_it_is_taken(place: Workplace, person: Person, tmp_path: Path) -> None:
    day = place.local(1).date()
    file = tmp_path / "kor.ics"
    file.write_text(ICS.format(day=f"{day:%Y%m%d}"), "utf-8", newline="\r\n")
    person.open(place.page(f"plan?day={day}"))
    person.tap("[data-sheet=ics]")
    person.browser.find_element(By.CSS_SELECTOR, "#ics [name=file]").send_keys(str(file))
    person.find("#ics [name=kind]").send_keys("konsert")
    person.tap("#ics [type=submit]")
    person.wait_for("#preview", f"1 aktivitet skulle planeras: {day} 17:00 Körsång")
    assert place.records("activities") == []
    person.tap("#ics [type=submit]")
    person.wait_for("#said", "1 aktivitet planerad")
    assert [(one["title"], one["kind"]) for one in place.records("activities")] == [("Körsång", "concert")]


PAGES = ["today", "today/close", "plan", "log"]


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("language", ["sv", "en"])
def test_nothing_overflows_is_too_small_or_hard_to_read(
    place: Workplace, person: Person, name: str, language: str
) -> None:
    """On a narrow phone and a wide screen, light and dark, with long and hostile names."""
    place.plan(HOSTILE)
    place.plan("Loppmarknad på torget tillsammans med hyresgästföreningen och biblioteket")
    place.add(
        "staff-time",
        role="activity_leader",
        people=12,
        starts_at=place.local().isoformat(),
        ends_at=place.local(0, "18:00").isoformat(),
    )
    accept(person.browser, language)
    person.open(place.page(name))
    for width in (320, 390, 1280):
        for dark in (False, True):
            show_as(person.browser, width=width, dark=dark)
            assert person.browser.execute_script("return document.documentElement.scrollWidth") == width
            contrast, where = person.browser.execute_script(CONTRAST)
            assert contrast >= 4.5, where
    small = person.browser.execute_script(
        "return [...document.querySelectorAll('main :is(button, input, select, a.button, .choices span)')]"
        ".filter((part) => part.checkVisibility() && part.type !== 'radio')"
        ".filter((part) => part.getBoundingClientRect().height < 44).map((part) => part.outerHTML)"
    )
    assert small == []
    assert person.browser.title != "broken"
    assert person.browser.get_log("browser") == []
