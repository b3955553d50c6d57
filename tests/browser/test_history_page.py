"""The page of history over a real database: the numbers are those of the API, for each role; and in a real browser."""

import re
from datetime import timedelta

import pytest
from httpx import Client
from selenium.webdriver import Chrome, Keys
from selenium.webdriver.common.by import By

from api.access.roles import Role
from store.database import Database, connect
from tests.api.access.grants import bearer, new_key
from tests.browser.conftest import Served, accept, show_as
from tests.browser.seed import HOSTILE, SITE, Quarters, add_place, add_quarters
from tests.browser.serving import serving
from tests.browser.test_live_page import CONTRAST

pytestmark = pytest.mark.browser
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
HISTORY = f"/sites/{SITE}/history"
_ACTIVITY = (
    "insert into platspuls.activity"
    " (activity_id, site_id, version, kind, title, starts_at, ends_at, written_at, written_by)"
    " values (1, 1, 1, 'music', %s, '2026-11-17T16:00Z', '2026-11-17T18:00Z', now(), 'key:test')"
)


def add_weeks(database: Database, served_midnight: Quarters) -> None:
    """Add what the first line counted on the days before and in the same weeks of the year before."""
    for days in (0, 1, 7, 364):
        shift = timedelta(days=days)
        start, end = served_midnight.start - shift, served_midnight.end - shift
        add_quarters(database, Quarters(1, start, end, served_midnight.forward + days % 7, 1))
    database.execute(_ACTIVITY.encode(), (HOSTILE,))


@pytest.fixture
def counted(served: Served) -> Served:
    midnight = served.spans.today.start
    add_weeks(served.database, Quarters(1, midnight + 7 * HOUR, midnight + 14 * HOUR, 5, 2))
    return served


def test_the_page_shows_the_numbers_of_the_api_and_works_without_scripts(counted: Served) -> None:
    with Client(base_url=counted.address, timeout=20) as client:
        api = client.get(
            f"/api/v1/sites/{SITE}/flow", params={"bucket": "hour", "from": "2026-11-17", "to": "2026-11-18"}
        )
        html = client.get(HISTORY, params={"date": "2026-11-17", "lang": "en"}).text
        shown = [int(found) for found in re.findall(r'data-value="(\d+)"', html)]
        assert shown == [row["entries"] for row in api.json()["rows"] if row["entries"] is not None]
        assert sum(shown) == 6 * 4 * 7
        assert HOSTILE not in html
        assert "&lt;script&gt;document.title" in html
        for view in ("day", "week", "month"):
            assert client.get(HISTORY, params={"view": view, "lang": "sv"}).status_code == 200
        refused = {"view": "year", "date": "2027-01-01", "zone": "nowhere"}
        for name, value in refused.items():
            answer = client.get(HISTORY, params={name: value, "lang": "en"}, headers={"Accept": "text/html"})
            assert answer.status_code in {404, 422}
            assert answer.headers["Content-Type"].startswith("text/html")


@pytest.mark.full
def test_each_role_meets_only_links_that_it_may_open(database_url: str) -> None:
    with connect(database_url, application="test", autocommit=True) as database:
        add_place(database)
    keys = {role: new_key(database_url, role.value, role) for role in Role}
    with serving(database_url) as address, Client(base_url=address, timeout=20) as client:
        for role, key in keys.items():
            answer = client.get(HISTORY, headers=bearer(key))
            assert answer.status_code == (403 if role is Role.PUBLIC else 200), role
            assert ("log.csv" in answer.text) == (role not in {Role.PUBLIC, Role.FUNDER})
            links = re.findall(r'href="(/[^"]+)"', answer.text) if role is not Role.PUBLIC else []
            for link in sorted({re.sub(r"date=[0-9-]+", "date=2026-11-03", link) for link in links}):
                found = client.get(link.replace("&amp;", "&"), headers=bearer(key), follow_redirects=True)
                assert found.status_code == 200, (role, link)


def test_arrows_go_to_other_days_and_a_bar_says_itself_on_a_tap(browser: Chrome, counted: Served) -> None:
    show_as(browser, width=390, dark=False)
    browser.get(f"{counted.address}{HISTORY}?date=2026-11-17")
    width = browser.execute_script("return document.documentElement.scrollWidth")
    assert width == 390
    browser.execute_script(
        "document.querySelectorAll('.hit')[8].dispatchEvent(new PointerEvent('pointerdown', {bubbles: true}))"
    )
    assert browser.find_element(By.ID, "readout").text.startswith("08:00: 24 inpassager")
    browser.find_element(By.TAG_NAME, "body").send_keys(Keys.ARROW_LEFT)
    assert "date=2026-11-16" in browser.current_url
    browser.find_element(By.TAG_NAME, "body").send_keys(Keys.ARROW_RIGHT)
    assert "date=2026-11-17" in browser.current_url
    assert browser.get_log("browser") == []


@pytest.mark.full
@pytest.mark.parametrize("view", ["day", "week", "month"])
@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("width", [320, 390, 1280])
def test_nothing_overflows_and_all_is_large_enough(
    browser: Chrome, counted: Served, view: str, dark: bool, width: int
) -> None:
    show_as(browser, width=width, dark=dark)
    accept(browser, "en" if dark else "sv")
    browser.get(f"{counted.address}{HISTORY}?view={view}&date=2026-11-17")
    assert browser.execute_script("return document.documentElement.scrollWidth") == width
    small = browser.execute_script(
        "return [...document.querySelectorAll('main a, main summary, .when a, .when button, .when input')]"
        ".filter((one) => one.type !== 'hidden' && one.offsetParent && one.getBoundingClientRect().height < 43.5)"
        ".map((one) => one.outerHTML)"
    )
    assert small == []
    contrast, where = browser.execute_script(CONTRAST)
    assert contrast >= 4.5, where
    assert browser.get_log("browser") == []
