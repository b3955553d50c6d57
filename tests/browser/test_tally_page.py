"""Counting who is here and who passes, in a real browser at a phone's size: tapped, undone, kept, saved, added up."""

import json
from typing import Any

import httpx
import pytest
from selenium.webdriver import Chrome, Keys
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.support.wait import WebDriverWait

from tests.browser.conftest import Served, show_as
from tests.browser.outbox import cut, waits_for_none
from tests.browser.seed import SITE

pytestmark = pytest.mark.browser
TAP_S = 0.7
"""How long a person takes to find and tap something."""


class Phone:
    """A browser at a phone's size, that counts taps."""

    def __init__(self, browser: Chrome, address: str) -> None:
        """Show the pages of the site at this address."""
        self.browser, self.address, self.taps = browser, address, 0
        show_as(browser, width=390, dark=False)

    def open(self, path: str) -> None:
        """Open a page of the site, and wait until it can be used."""
        self.browser.get(f"{self.address}/sites/{SITE}/count/{path}")
        ready = "return document.documentElement.dataset.ready === 'true'"
        WebDriverWait(self.browser, 60).until(lambda browser: browser.execute_script(ready))

    def tap(self, selector: str) -> None:
        """Tap what the selector finds."""
        element = self.browser.find_element(By.CSS_SELECTOR, selector)
        self.browser.execute_script("arguments[0].scrollIntoView({block: 'center'})", element)
        element.click()
        self.taps += 1

    def wait_for(self, selector: str, expected: str) -> None:
        """Wait until it says so."""
        script = "const one = document.querySelector(arguments[0]); return one?.checkVisibility() ? one.innerText : ''"

        def says(browser: Chrome) -> bool:
            return expected in " ".join(browser.execute_script(script, selector).split())

        WebDriverWait(self.browser, 20).until(says, f"{selector} doesn't say {expected!r}")

    def kept(self, mode: str) -> dict[str, Any]:
        """Return the round that the browser keeps."""
        script = f"return localStorage.getItem('platspuls-tally-{mode}-{SITE}')"
        kept: dict[str, Any] = json.loads(self.browser.execute_script(script))
        return kept


def counts(address: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = httpx.get(f"{address}/api/v1/sites/{SITE}/manual-counts").json()["records"]
    return found


def test_who_is_here_is_counted_undone_kept_and_saved(browser: Chrome, served: Served) -> None:
    """Twelve people by posture, gender and age, in less than 40 s at 0.7 s a tap."""
    phone = Phone(browser, served.address)
    phone.open("here")
    phone.tap("#choose button[type=submit]")
    for cell in ("woman 25-44", "woman 25-44", "man 65+", "woman 65+", "unknown unknown", "man 15-24"):
        phone.tap(f'[data-cell="{cell}"]')
    phone.tap('label:has([value="standing"])')
    phone.tap('[data-cell="other 7-14"]')
    phone.tap("#undo")
    phone.tap("#five")
    phone.tap('[data-cell="man 45-64"]')
    browser.refresh()
    phone.wait_for("#total", "11")
    phone.tap('label:has([value="standing"])')
    phone.tap('[data-cell="woman 0-6"]')
    phone.tap("#finish")
    phone.wait_for("#summary", "12 personer")
    phone.tap("#send")
    phone.wait_for("#done-title", "Sparat")
    assert phone.taps * TAP_S < 40
    [count] = counts(served.address)
    assert (count["mode"], count["space"], count["total"], count["ends_at"]) == ("stationary", "gangtunneln", 12, None)
    assert {"posture": "standing", "gender": "man", "age": "45-64", "count": 5} in [
        {name: value for name, value in tally.items() if value is not None} for tally in count["tallies"]
    ]
    assert browser.execute_script(f"return localStorage.getItem('platspuls-tally-stationary-{SITE}')") is None
    assert browser.get_log("browser") == []


@pytest.mark.full
def test_who_passes_is_counted_by_whole_minutes_on_two_phones(browser: Chrome, served: Served) -> None:
    """What is tapped after the last whole minute is left out; the two counts are shown as one."""
    phone = Phone(browser, served.address)
    first: dict[str, Any] = {}
    for saved in range(2):
        phone.open("passing?lang=en&minutes=5&place=mynningen")
        browser.execute_script("document.querySelector('#choose details').open = true")
        browser.find_element(By.ID, "joint").send_keys("k7px")
        phone.tap('label:has([value="total"])')
        phone.tap("#choose button[type=submit]")
        phone.wait_for("#code", "K7PX")
        round_ = phone.kept("moving")
        round_["from"] -= 4 * 60_000
        round_["taps"] = [[{"direction": "forward"}, 3, 0], [{"direction": "backward"}, 1, 2]]
        script = f"localStorage.setItem('platspuls-tally-moving-{SITE}', arguments[0])"
        if saved:
            round_["from"] = first["from"]
        browser.execute_script(script, json.dumps(round_))
        browser.refresh()
        if not saved:
            first = round_
            phone.wait_for("#state", "left")
            ActionChains(browser).send_keys("2").send_keys(Keys.BACKSPACE).perform()
        phone.tap("#finish")
        phone.wait_for("#summary", "4 people")
        phone.tap("#send")
        phone.wait_for("#done-title", "Saved")
    phone.wait_for("#done-joint", "Together, from 2 phones: 8 people.")
    assert [(count["line"], count["total"], count["joint"]) for count in counts(served.address)] == [
        ("mynningen", 4, "K7PX")
    ] * 2


@pytest.mark.full
def test_paper_is_entered_with_its_own_time_corrected_and_withdrawn(browser: Chrome, served: Served) -> None:
    """What is typed in later keeps when it was counted and is marked; each change names the version that was seen."""
    phone = Phone(browser, served.address)
    phone.open("enter?mode=moving&lang=en")
    shown = "document.getElementById('from').value = '2026-11-17T16:20'"
    browser.execute_script(shown)
    for row, count in ((1, "12"), (2, "3")):
        box = browser.find_element(
            By.CSS_SELECTOR, f"#numbers details:nth-child({row}) tr:nth-child(5) td:nth-child(2) input"
        )
        box.send_keys(count)
    phone.wait_for("#total", "15 people")
    phone.tap("#save")
    phone.wait_for("#done-title", "Saved")
    [entered] = counts(served.address)
    assert (entered["total"], entered["starts_at"], entered["ends_at"]) == (
        15,
        "2026-11-17T15:20:00Z",
        "2026-11-17T15:30:00Z",
    )
    assert (entered["entered_via"], entered["late"]) == ("paper", True)
    phone.open("own?lang=en")
    phone.wait_for(".own", "2026-11-17 16:20 Out on the square entered later")
    phone.tap(".own a")
    phone.wait_for("#total", "15 people")
    assert browser.find_element(By.ID, "from").get_attribute("value") == "2026-11-17T16:20"
    box = browser.find_element(By.CSS_SELECTOR, "#numbers details:nth-child(2) tr:nth-child(5) td:nth-child(2) input")
    box.send_keys(Keys.BACKSPACE + "4")
    phone.tap("#save")
    phone.wait_for("#done-title", "Saved")
    [entered] = counts(served.address)
    assert (entered["total"], entered["version"], entered["starts_at"]) == (16, 2, "2026-11-17T15:20:00Z")
    phone.open("own?lang=en")
    phone.tap(".ask")
    browser.find_element(By.CSS_SELECTOR, ".withdraw input").send_keys("counted twice")
    phone.tap(".withdraw button")
    phone.wait_for(".counting", "You have counted nothing here yet.")
    assert counts(served.address) == []


@pytest.mark.full
def test_a_plan_of_rounds_is_made_and_a_due_one_is_counted(browser: Chrome, served: Served) -> None:
    """What is counted from the list of what is due is of that slot, and done."""
    phone = Phone(browser, served.address)
    phone.open("plan?lang=en")
    phone.wait_for("#preview", "60 rounds, 10 hours of counting")
    browser.find_element(By.ID, "name").send_keys("Autumn")
    phone.tap("#save")
    phone.wait_for("#saved", "The plan is made: 60 rounds.")
    phone.open("plan?lang=en")
    phone.wait_for(".own", "Autumn: 0 done,")
    [plan] = httpx.get(f"{served.address}/api/v1/sites/{SITE}/round-plans").json()["records"]
    slot = plan["slots"][0]["slot"]
    phone.open(f"here?lang=en&slot={slot}&part=space&place=torget&minutes=10")
    phone.tap("#choose button[type=submit]")
    phone.tap('[data-cell="woman 25-44"]')
    phone.tap("#finish")
    phone.tap("#send")
    phone.wait_for("#done-title", "Saved")
    assert [(count["space"], count["planned_round"]) for count in counts(served.address)] == [("torget", slot)]
    browser.get(f"{served.page}/count?lang=en")
    assert browser.execute_script("return document.documentElement.scrollWidth") == 390


@pytest.mark.full
def test_what_is_counted_without_contact_is_sent_once_afterwards(browser: Chrome, served: Served) -> None:
    """Two counts one after the other, by the keyboard alone, in the order in which they were made."""
    phone = Phone(browser, served.address)
    phone.open("here?lang=en")
    phone.tap('label:has([value="total"])')
    cut(browser, off=True)
    try:
        for people in (2, 3):
            browser.find_element(By.CSS_SELECTOR, "#choose button[type=submit]").send_keys(Keys.ENTER)
            ActionChains(browser).send_keys("1" * (people + 1)).send_keys(Keys.BACKSPACE).perform()
            phone.wait_for("#total", str(people))
            browser.find_element(By.ID, "finish").send_keys(Keys.ENTER)
            browser.find_element(By.ID, "send").send_keys(Keys.ENTER)
            phone.wait_for("#done-title", "Kept on the phone")
            browser.find_element(By.ID, "again").send_keys(Keys.ENTER)
    finally:
        cut(browser, off=False)
    browser.refresh()
    waits_for_none(browser)
    assert [(count["total"], count["entered_via"]) for count in counts(served.address)] == [
        (3, "offline"),
        (2, "offline"),
    ]
