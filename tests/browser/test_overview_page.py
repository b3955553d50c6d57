"""The overview: each site in one line, the neediest first, by what the reader may know there."""

import re
import time

import pytest
from httpx import Client
from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By

from api.access.roles import Role
from store.database import Database, connect
from tests.api.access.grants import bearer, new_key
from tests.browser.conftest import Served, accept, show_as
from tests.browser.seed import HOSTILE, SITE, add_place, tell_devices, tell_zone
from tests.browser.serving import serving
from tests.browser.test_live_page import CONTRAST
from tests.support.waiting import eventually

pytestmark = pytest.mark.browser
_SITES = (
    "insert into platspuls.site (key, name_sv, name_en, time_zone, file_sha256)"
    " select 'torg-' || n, 'Torg ' || n, 'Square ' || n, 'Europe/Stockholm', '' from generate_series(1, %s) as n"
)
_ACTIVITY = (
    "insert into platspuls.activity"
    " (activity_id, site_id, version, kind, title, starts_at, ends_at, written_at, written_by)"
    " select site_id, site_id, 1, 'music', %s, '2026-11-17T16:00Z', '2026-11-17T18:00Z', now(), 'key:test'"
    " from platspuls.site where key = any(%s)"
)


def add_squares(database: Database, count: int = 2) -> None:
    database.execute(_SITES.encode(), (count,))


def people(browser: Chrome) -> str:
    """How many are at the first site, as the page says."""
    found: str = browser.execute_script("return document.querySelector('#lines td.number strong').textContent")
    return found


def lines_of(html: str) -> list[str]:
    """The lines of the overview as texts, in their order."""
    rows = re.findall(r"<tr>(.*?)</tr>", html[html.index("<tbody>") :], re.DOTALL)
    return [" ".join(re.sub(r"<[^>]+>", " ", row).split()) for row in rows]


def test_each_site_is_a_line_and_the_neediest_is_first(browser: Chrome, served: Served) -> None:
    served.database.execute(b"update platspuls.device set name_sv = %s where key = 'ir'", (HOSTILE,))
    served.database.execute(
        b"insert into platspuls.device_line select 2, 1, '{[2020-01-01Z,)}' from platspuls.device where key = 'ir'"
    )
    add_squares(served.database)
    served.database.execute(_ACTIVITY.encode(), (HOSTILE, ["torg-2"]))
    show_as(browser, width=390, dark=False)
    browser.get(f"{served.address}/?lang=sv")
    assert browser.execute_script("return document.documentElement.scrollWidth") == 390
    names = [link.text for link in browser.find_elements(By.CSS_SELECTOR, "#lines th a")]
    assert names == ["Provplatsen", "Torg 2", "Torg 1"]
    first = browser.find_element(By.CSS_SELECTOR, "#lines tbody tr").text
    assert people(browser) == "12"
    assert HOSTILE in first
    assert "Tyst sedan" in first
    assert "1 aktivitet utan deltagare" in browser.find_elements(By.CSS_SELECTOR, "#lines tbody tr")[1].text
    tell_zone(served.database, 1, 17)
    browser.execute_script("window.dispatchEvent(new Event('online'))")
    eventually(lambda: people(browser) == "17")
    assert browser.get_log("browser") == []


def test_who_has_no_site_is_told_so_and_roles_differ_by_site(database_url: str) -> None:
    with serving(database_url) as address, Client(base_url=address, timeout=20) as client:
        assert "Ingen plats ännu" in client.get("/").text
        with connect(database_url, application="test", autocommit=True) as database:
            add_place(database)
            tell_devices(database)
            add_squares(database)
            database.execute(_ACTIVITY.encode(), ("Piano", [SITE, "torg-1", "torg-2"]))
        roles = {SITE: "funder", "torg-1": "staff"}
        headers = bearer(new_key(database_url, "many", Role.FUNDER, [], roles)) | {"Accept-Language": "en"}
        html = client.get("/", headers=headers).text
        square, place = lines_of(html)
        assert square.startswith("Square 1 staff")
        assert "1 activity without participants" in square
        assert place.startswith("The trial place funder")
        assert "without participants" not in place
        assert "torg-2" not in html
        links = re.findall(r'href="(/sites/[^"]+)"', html)
        assert {client.get(link, headers=headers).status_code for link in links} == {200}
        assert "/sites/torg-1/today" in links
        for view in ("day", "week", "month"):
            empty = client.get("/sites/torg-1/history", params={"view": view}, headers=headers)
            assert (empty.status_code, "data-value" in empty.text) == (200, False)


_COUNTED = """
insert into platspuls.space (site_id, key, name_sv, name_en) select site_id, 'hall', 'Hall', 'Hall' from platspuls.site;
insert into platspuls.border (site_id, key, name_sv, name_en, from_space_id, to_space_id)
  select site_id, name, name, name, null, space_id from platspuls.space, unnest(array['a', 'b']) as name;
insert into platspuls.line (site_id, border_id, key, name_sv, name_en, role, commissioned)
  select site_id, border_id, key, key, key, 'main', '{[2020-01-01Z,)}' from platspuls.border;
insert into platspuls.line_quarter
  (line_id, start, setup_id, forward, backward, gross_forward, gross_backward, observed_ms, minutes, flags)
  select line_id, at, 1, 7, 3, 8, 3, 900000, 32767, 0
  from platspuls.line, generate_series('2026-09-05Z'::timestamptz, '2026-11-18T13:15Z', '15 minutes') as at;
analyze
"""


@pytest.mark.full
def test_a_hundred_sites_cost_less_than_a_fourth_of_their_pages(database_url: str) -> None:
    with connect(database_url, application="test", autocommit=True) as database:
        add_squares(database, 100)
        for statement in _COUNTED.split(";\n"):
            database.execute(statement.encode())
    with serving(database_url) as address, Client(base_url=address, timeout=20) as client:
        client.get("/sites/torg-100/day")
        begun = time.perf_counter()
        for number in range(1, 11):
            client.get(f"/sites/torg-{number}/day")
        pages_s = 10 * (time.perf_counter() - begun)
        begun = time.perf_counter()
        html = client.get("/").text
        together_s = time.perf_counter() - begun
        begun = time.perf_counter()
        client.get("/")
        again_s = time.perf_counter() - begun
    assert len(lines_of(html)) == html.count("brukar vara") == 100
    assert together_s < pages_s / 4
    assert again_s < together_s / 2


@pytest.mark.full
@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("width", [320, 390, 1280])
def test_nothing_overflows_and_all_is_large_enough(browser: Chrome, served: Served, dark: bool, width: int) -> None:
    add_squares(served.database)
    show_as(browser, width=width, dark=dark)
    accept(browser, "en" if dark else "sv")
    browser.get(f"{served.address}/")
    assert browser.execute_script("return document.documentElement.scrollWidth") == width
    heights = browser.execute_script(
        "return [...document.querySelectorAll('main a')].map((link) => link.getBoundingClientRect().height)"
    )
    assert min(heights) >= 43.5
    contrast, where = browser.execute_script(CONTRAST)
    assert contrast >= 4.5, where
    assert browser.get_log("browser") == []
