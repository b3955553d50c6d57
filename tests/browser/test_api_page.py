"""The description of the API as a page, in a real browser: read, and tried with a pasted key."""

import pytest
from selenium.common.exceptions import NoSuchElementException, StaleElementReferenceException
from selenium.webdriver import Chrome, Keys
from selenium.webdriver.common.by import By
from selenium.webdriver.support.wait import WebDriverWait

from api.access.roles import Role
from tests.api.access.grants import new_key
from tests.browser.conftest import Served, show_as
from tests.browser.seed import SITE
from tests.browser.test_live_page import CONTRAST

pytestmark = pytest.mark.browser

OPERATION = "operations-places-sites-api-v1-sites-get"
LOADED = "return performance.getEntriesByType('resource').map((one) => one.name)"
KEPT = "return JSON.stringify([localStorage, sessionStorage, document.cookie, location.href])"


def waiting(browser: Chrome) -> WebDriverWait[Chrome]:
    """Wait long: where the machine is busy the description takes seconds, and elements of it are made anew at will."""
    return WebDriverWait(browser, 60, ignored_exceptions=[NoSuchElementException, StaleElementReferenceException])


def wait_for(browser: Chrome, selector: str, text: str = "") -> None:
    """Wait until there is such an element with this text."""
    waiting(browser).until(
        lambda _: any(text in found.text for found in browser.find_elements(By.CSS_SELECTOR, selector))
    )


def press(browser: Chrome, selector: str, keys: str = Keys.ENTER) -> None:
    """Press keys on an element, as soon as it is there."""
    waiting(browser).until(lambda _: browser.find_element(By.CSS_SELECTOR, selector).send_keys(keys) is None)


def assert_sound(browser: Chrome, served: Served) -> None:
    """Nothing sticks out or is hard to read, and nothing came from another host or was complained about."""
    assert browser.execute_script("return document.documentElement.scrollWidth <= innerWidth")
    contrast, where = browser.execute_script(CONTRAST)
    assert contrast >= 4.5, where
    loaded = browser.execute_script(LOADED)
    assert loaded
    assert [address for address in loaded if not address.startswith((f"{served.address}/", "data:image/"))] == []
    assert browser.get_log("browser") == []


def test_the_api_is_read_and_tried_on_a_phone_with_a_key_that_is_not_kept(
    browser: Chrome, served: Served, database_url: str
) -> None:
    key = new_key(database_url, "desk", Role.STAFF, [SITE]).text
    show_as(browser, width=390, dark=True, height=844)
    browser.get(f"{served.address}/docs#/places/{OPERATION.removeprefix('operations-places-')}")
    wait_for(browser, f"#{OPERATION} .try-out__btn")
    assert_sound(browser, served)

    press(browser, ".btn.authorize")
    wait_for(browser, ".modal-ux input")
    field = browser.find_element(By.CSS_SELECTOR, ".modal-ux input")
    assert (field.get_attribute("autocomplete"), field.get_attribute("spellcheck")) == ("off", "false")
    press(browser, ".modal-ux input", key + Keys.ENTER)
    wait_for(browser, ".modal-ux .btn.modal-btn", "Logout")
    press(browser, ".modal-ux .btn-done")
    # Only what is near the window is in the page.
    show_as(browser, width=390, dark=True, height=3000)
    press(browser, ".operation-filter-input", "places")
    press(browser, f"#{OPERATION} .try-out__btn")
    press(browser, f"#{OPERATION} .execute")
    wait_for(browser, f"#{OPERATION} .live-responses-table .response-col_status", "200")
    wait_for(browser, f"#{OPERATION} .live-responses-table", SITE)
    assert key not in browser.execute_script(KEPT)
    assert_sound(browser, served)
    show_as(browser, width=1280, dark=False)
    wait_for(browser, "html:not(.dark-mode)")
    assert_sound(browser, served)


@pytest.mark.full
def test_the_api_is_read_on_a_large_screen_in_either_appearance(browser: Chrome, served: Served) -> None:
    browser.get(f"{served.address}/docs?lang=en")
    wait_for(browser, ".opblock-tag", "numbers")
    assert_sound(browser, served)
    browser.find_element(By.ID, "theme").click()
    wait_for(browser, "html.dark-mode")
    assert_sound(browser, served)
    browser.get(f"{served.address}/api?lang=en")
    assert browser.find_element(By.TAG_NAME, "h1").text == "The API"
    assert_sound(browser, served)
