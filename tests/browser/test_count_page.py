"""Counting by hand in a real browser at a phone's size: counted, undone, kept over a reload, sent and answered."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from selenium.webdriver import Chrome, Keys
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.support.wait import WebDriverWait

from store.database import connect
from tests.browser.serving import serving
from tests.store.calibration.hall import Hall

pytestmark = pytest.mark.browser
MINUTE = timedelta(minutes=1)


@pytest.fixture
def hall(database_url: str) -> Iterator[tuple[Hall, str]]:
    with connect(database_url, application="test", autocommit=True) as database:
        hall = Hall.made(database)
        with serving(database_url) as address:
            yield hall, f"{address}/sites/hall/count/beside"


def text(browser: Chrome, selector: str) -> str:
    found: str = browser.execute_script("return document.querySelector(arguments[0]).innerText", selector)
    return " ".join(found.split())


def wait_for(browser: Chrome, selector: str, expected: str) -> None:
    def says(_: Chrome) -> bool:
        return expected in text(browser, selector)

    WebDriverWait(browser, 60).until(says, f"{selector} says {text(browser, selector)!r}, not {expected!r}")


def begun(browser: Chrome, minutes: int) -> datetime:
    """Make the session in the browser one that began so many minutes ago; return when that was."""
    kept = json.loads(browser.execute_script("return localStorage.getItem('platspuls-count-hall')"))
    start = datetime.fromtimestamp(kept["from"] / 1000, UTC) - (minutes + 1) * MINUTE
    kept["from"] = round(start.timestamp() * 1000)
    browser.execute_script("localStorage.setItem('platspuls-count-hall', arguments[0])", json.dumps(kept))
    browser.refresh()
    return start


def test_a_session_is_counted_kept_and_sent(browser: Chrome, hall: tuple[Hall, str]) -> None:
    place, address = hall
    browser.set_window_size(390, 844)
    browser.get(address)
    browser.find_element(By.ID, "by").send_keys("AB")
    browser.find_element(By.CSS_SELECTOR, "#choose button").click()
    wait_for(browser, "#state", "Börjar om")
    assert not browser.find_element(By.ID, "forward").is_enabled()
    start = begun(browser, 6)
    wait_for(browser, "#state", "Räknar")
    for _ in range(3):
        browser.find_element(By.ID, "forward").click()
    ActionChains(browser).send_keys("2").send_keys("1").send_keys(Keys.BACKSPACE).perform()
    wait_for(browser, "#forward .big", "3")
    wait_for(browser, "#backward .big", "1")
    # What was pressed in the minute under way is left out: so the presses are moved into an earlier one.
    kept = json.loads(browser.execute_script("return localStorage.getItem('platspuls-count-hall')"))
    kept["minutes"] = [[3, 1]]
    browser.execute_script("localStorage.setItem('platspuls-count-hall', arguments[0])", json.dumps(kept))
    browser.refresh()
    wait_for(browser, "#forward .big", "3")
    browser.find_element(By.ID, "forward").click()
    browser.find_element(By.ID, "finish").click()
    wait_for(browser, "#total", ": 3 ·")
    browser.refresh()
    wait_for(browser, "#total", ": 3 ·")
    browser.find_element(By.ID, "note").send_keys("regn")
    browser.find_element(By.ID, "send").click()
    wait_for(browser, "#done-title", "Sparat som pass")
    assert text(browser, "#done-counter").startswith("Det jämförs så snart räknarens poster har kommit")
    place.line_facts("back", start, [(1, 0)] * 8)
    [row] = place.place.ask("select * from reading.counting_round")
    minutes = round((row["to_utc"] - row["from_utc"]) / MINUTE)
    assert (row["from_utc"], row["hand"], row["counted_by"]) == (start, {"forward": 3, "backward": 1}, "AB")
    assert (row["machine"], row["note"]) == ({"forward": minutes, "backward": 0}, "regn")
    assert browser.execute_script("return localStorage.getItem('platspuls-count-hall')") is None
    assert [entry for entry in browser.get_log("browser") if "422" not in entry["message"]] == []


def test_a_session_is_thrown_away_at_the_second_press(browser: Chrome, hall: tuple[Hall, str]) -> None:
    browser.get(f"{hall[1]}?lang=en")
    browser.find_element(By.ID, "by").send_keys("AB")
    browser.find_element(By.CSS_SELECTOR, "#choose button").click()
    wait_for(browser, "#state", "Begins in")
    discard = browser.find_element(By.CSS_SELECTOR, "#pad .discard")
    discard.click()
    wait_for(browser, "#pad .discard", "Press once more")
    discard.click()
    wait_for(browser, "#choose", "Begin at the next whole minute")
    assert browser.execute_script("return localStorage.getItem('platspuls-count-hall')") is None
