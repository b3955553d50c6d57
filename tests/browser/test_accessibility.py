"""No serious or moderate finding of axe-core on any page, in both languages, light and dark, on a phone and wide."""

from functools import cache
from importlib import resources
from typing import Final

import pytest
from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By

from tests.browser.conftest import Served, show_as
from tests.browser.seed import SITE
from tests.support.waiting import eventually

pytestmark = [pytest.mark.browser]
_OF_SITE: Final = (
    "",
    "/today",
    "/today/close",
    "/plan",
    "/log",
    "/count",
    "/count/here?place=space:gangtunneln",
    "/count/passing",
    "/count/beside",
    "/count/own",
    "/count/enter",
    "/count/paper",
    "/count/plan",
    "/history",
    "/history?view=week",
    "/history?view=month",
    "/admin",
)
_OTHERS: Final = (
    "/",
    "/admin",
    "/admin/sites/new",
    "/outbox",
    "/help",
    "/help/today",
    "/help/sheets/activity",
    "/login",
    "/nowhere",
)
PAGES: Final = (*(f"/sites/{SITE}{page}" for page in _OF_SITE), *_OTHERS)
_FINDINGS: Final = """
const done = arguments[0];
axe.run(document, {resultTypes: ["violations"]}).then(({ violations }) => done(violations
  .filter(({ impact }) => impact !== "minor")
  .map(({ id, impact, nodes }) => `${impact} ${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(" | ")}`)));
"""


@cache
def _axe() -> str:
    return resources.files("selenium_axe_python").joinpath("axe-core/axe.min.js").read_text()


def findings(browser: Chrome, address: str) -> list[str]:
    """Return what axe-core finds on a page, each with where."""
    browser.get(address)
    eventually(lambda: not browser.find_elements(By.CSS_SELECTOR, "script[src$='shared/retry.js']"))  # a busy machine
    browser.execute_script(_axe())
    found: list[str] = browser.execute_async_script(_FINDINGS)
    return found


def test_nothing_keeps_anybody_from_the_page_of_today(browser: Chrome, served: Served) -> None:
    show_as(browser, width=390, dark=False)
    assert findings(browser, f"{served.page}/today") == []


@pytest.mark.full
@pytest.mark.parametrize(
    ("width", "language", "dark"), [(390, "sv", False), (390, "en", True), (1280, "en", False), (1280, "sv", True)]
)
def test_nothing_keeps_anybody_from_any_page(
    browser: Chrome, served: Served, width: int, language: str, dark: bool
) -> None:
    show_as(browser, width=width, dark=dark)
    found = {}
    for page in PAGES:
        mark = "&" if "?" in page else "?"
        if serious := findings(browser, f"{served.address}{page}{mark}lang={language}"):
            found[page] = serious
    assert found == {}
