"""Logging in with a link, seeing who is logged in, and logging out, in a real browser."""

import pytest
from selenium.common.exceptions import NoSuchElementException, StaleElementReferenceException
from selenium.webdriver import Chrome, Keys
from selenium.webdriver.common.by import By
from selenium.webdriver.support import expected_conditions
from selenium.webdriver.support.wait import WebDriverWait

from api.access.roles import Role
from tests.api.access.grants import new_code
from tests.browser.conftest import Served, accept, show_as
from tests.browser.seed import SITE

pytestmark = pytest.mark.browser


def heading(browser: Chrome) -> str:
    return browser.find_element(By.TAG_NAME, "h1").text


def wait_for_heading(browser: Chrome, expected: str) -> None:
    # Between two pages the heading that was found may be gone.
    wait = WebDriverWait(browser, 60, ignored_exceptions=[NoSuchElementException, StaleElementReferenceException])
    wait.until(lambda _: heading(browser) == expected)


def test_a_phone_logs_in_with_the_link_by_one_press_and_out_again(
    browser: Chrome, served: Served, database_url: str
) -> None:
    code = new_code(database_url, Role.STAFF, [SITE])
    show_as(browser, width=390, dark=True, height=800)
    browser.get(f"{served.address}/login#{code}")
    assert browser.current_url == f"{served.address}/login"  # the code stays in no address, history or log
    assert browser.find_element(By.ID, "code").get_attribute("value") == code
    assert browser.switch_to.active_element.get_attribute("id") == "log-in"
    browser.switch_to.active_element.send_keys(Keys.ENTER)
    wait_for_heading(browser, "I dag")
    assert browser.find_element(By.CSS_SELECTOR, ".who-name").text == "Inloggad: Anna (personal)"
    assert browser.execute_script("return document.cookie") == ""
    assert browser.execute_script("return document.documentElement.scrollWidth <= innerWidth")
    button = browser.find_element(By.CSS_SELECTOR, ".who button")
    assert min(button.size["width"], button.size["height"]) >= 44
    button.click()
    wait_for_heading(browser, "Du är utloggad")
    browser.get(served.page)
    wait_for_heading(browser, "Du behöver logga in")
    accept(browser, "en")
    browser.get(served.page)
    wait_for_heading(browser, "You need to log in")


def test_a_code_that_was_used_is_named_and_another_can_be_typed(
    browser: Chrome, served: Served, database_url: str
) -> None:
    codes = [new_code(database_url, Role.STAFF, [SITE], name) for name in ("Anna", "Bo")]
    # A page that is asked for while the form is still sent would cut it off, and the code be good a second time.
    for _ in range(2):  # who is logged in gets to the page again
        browser.get(f"{served.address}/login#{codes[0]}")
        browser.find_element(By.ID, "log-in").click()
        wait_for_heading(browser, "I dag")
    browser.delete_all_cookies()
    browser.get(f"{served.address}/login#{codes[0]}")
    browser.find_element(By.ID, "log-in").click()
    alert = (By.CSS_SELECTOR, "[role=alert] h2")
    WebDriverWait(browser, 60).until(expected_conditions.text_to_be_present_in_element(alert, "Länken är redan använd"))
    field = browser.find_element(By.ID, "code")
    field.send_keys(codes[1].lower() + Keys.ENTER)
    wait_for_heading(browser, "I dag")
    assert "Bo" in browser.find_element(By.CSS_SELECTOR, ".who-name").text
