"""An administrator's pages in a real browser: inviting somebody by a QR code, and how the counters are."""

import pytest
from selenium.webdriver import Chrome, Keys
from selenium.webdriver.common.by import By
from selenium.webdriver.support.select import Select

from api.access.roles import Role
from tests.api.access.grants import new_code
from tests.browser.conftest import Served, show_as
from tests.browser.seed import SITE
from tests.browser.test_login_page import wait_for_heading

pytestmark = pytest.mark.browser


def fits(browser: Chrome) -> bool:
    """Tell whether nothing is wider than the window, and all that is pressed is high enough."""
    buttons = browser.find_elements(By.CSS_SELECTOR, "main button, main a.button, main select")
    is_narrow = bool(browser.execute_script("return document.documentElement.scrollWidth <= innerWidth"))
    return is_narrow and all(button.size["height"] >= 44 for button in buttons if button.is_displayed())


@pytest.mark.parametrize(("width", "dark"), [(390, True), pytest.param(1280, False, marks=pytest.mark.full)])
def test_an_administrator_invites_with_a_phone(
    browser: Chrome, served: Served, database_url: str, width: int, *, dark: bool
) -> None:
    show_as(browser, width=width, dark=dark, height=800)
    browser.get(f"{served.address}/login#{new_code(database_url, Role.ADMIN, None, 'Bo')}")
    browser.find_element(By.ID, "log-in").click()
    wait_for_heading(browser, "I dag")
    browser.find_element(By.LINK_TEXT, "Admin").click()
    wait_for_heading(browser, "Administration")
    assert fits(browser)
    browser.find_element(By.LINK_TEXT, "Personer och inbjudningar").click()
    wait_for_heading(browser, "Personer")
    assert fits(browser)
    browser.find_element(By.ID, "name").send_keys("Reception")
    Select(browser.find_element(By.ID, f"at-{SITE}")).select_by_visible_text("personal")
    browser.find_element(By.CSS_SELECTOR, "#invite button").send_keys(Keys.ENTER)
    wait_for_heading(browser, "Länken är klar")
    assert fits(browser)
    drawn = browser.find_element(By.CSS_SELECTOR, "svg.qr")
    assert min(drawn.size.values()) >= 200
    assert f"{served.address}/login#" in browser.find_element(By.ID, "link").get_property("value")
    assert browser.get_log("browser") == []
