"""The pages as they leave the server: languages, first numbers, escaping, and what they say when something is amiss."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from httpx import Client

from store.database import connect
from tests.browser.seed import HOSTILE, SITE, add_place, tell_devices, tell_zone
from tests.browser.serving import serving

pytestmark = pytest.mark.chain


@contextmanager
def client_of(database_url: str) -> Iterator[Client]:
    with serving(database_url) as address, Client(base_url=address, timeout=20) as client:
        yield client


@pytest.fixture
def client(database_url: str) -> Iterator[Client]:
    with connect(database_url, application="test", autocommit=True) as database:
        add_place(database)
        tell_devices(database)
        tell_zone(database, 1, 1234, staying=4)
    with client_of(database_url) as client:
        yield client


def test_the_first_numbers_are_in_the_page_without_any_script(client: Client) -> None:
    html = client.get(f"/sites/{SITE}").text
    assert '<span class="big" data-field="count">1\N{NO-BREAK SPACE}234</span>' in html
    assert "4 stannar ≥ 60 s" in html
    assert "onsdag 18 november" in html


def test_languages(client: Client) -> None:
    def title(address: str, accepted: str) -> str:
        answer = client.get(address, headers={"Accept-Language": accepted})
        assert answer.headers["Vary"].split(", ")[0] == "Accept-Language"
        language = re.search(r'<html lang="(\w+)">', answer.text)
        title, name = {"sv": ("Inpassager i dag", "Svenska"), "en": ("Entries today", "English")}[
            language.group(1) if language else ""
        ]
        assert title in answer.text
        return name

    assert title(f"/sites/{SITE}", "") == "Svenska"
    assert title(f"/sites/{SITE}", "en-GB,en;q=0.9") == "English"
    assert title(f"/sites/{SITE}?lang=sv", "en-GB") == "Svenska"
    assert title(f"/sites/{SITE}?lang=en", "sv") == "English"
    assert title(f"/sites/{SITE}?lang=xx", "") == "Svenska"


def test_another_language_keeps_the_planned_round_that_is_counted(client: Client) -> None:
    """On each page that counts one: what is saved after the switch is still of its slot."""
    slot = "slot=3&part=space&place=torget&minutes=10"
    for way in ("here?", "passing?", "enter?mode=moving&"):
        html = client.get(f"/sites/{SITE}/count/{way}{slot}&lang=en").text
        assert html.count(f"{slot.replace('&', '&amp;')}&amp;lang=sv") == 1, way


def test_a_hostile_name_is_escaped_everywhere(client: Client) -> None:
    html = client.get(f"/sites/{SITE}").text
    assert HOSTILE not in html
    assert "&lt;script&gt;document.title" in html
    assert html.count("<script") == html.count("</script") == 8


def test_the_policy_allows_only_our_own_files_and_the_page_needs_no_more(client: Client) -> None:
    answer = client.get(f"/sites/{SITE}")
    assert "default-src 'self'" in answer.headers["Content-Security-Policy"]
    assert "unsafe" not in answer.headers["Content-Security-Policy"]
    assert answer.headers["Cache-Control"] == "no-store"
    assert not re.search(r"\son\w+=|\sstyle=|<style|https?://(?!www\.w3\.org)", answer.text)
    for address in re.findall(r'(?:src|href)="(/static/[^"]+)"', answer.text):
        assert client.get(address).status_code == 200


def test_the_browser_gets_what_the_api_says(client: Client) -> None:
    html = client.get(f"/sites/{SITE}").text
    found = re.search(r'<script type="application/json" id="start">(.*?)</script>', html)
    assert found
    start = json.loads(found.group(1))
    live = client.get(f"/api/v1/sites/{SITE}/live").json()
    assert start["live"]["zones"] == live["zones"]
    assert start["live"].keys() == live.keys()
    assert client.get(start["addresses"]["day"]).json()["cells"] == start["today"]["cells"]


def test_a_day_has_96_quarters(client: Client) -> None:
    day = client.get(f"/sites/{SITE}/day", params={"lang": "en", "bucket": "quarter"}).json()
    assert len(day["cells"]) == 96
    assert day["title"] == "Entries Wednesday 18 November"
    assert day["cells"][0]["state"] == "gap"
    assert day["cells"][58]["state"] == "unfinished"
    assert {cell["state"] for cell in day["cells"][59:]} == {"future"}


def test_a_day_by_weeks_is_refused(client: Client) -> None:
    assert client.get(f"/sites/{SITE}/day", params={"bucket": "week"}).status_code == 422


def test_an_unknown_site_is_named_in_the_readers_language(client: Client) -> None:
    answer = client.get("/sites/%3Cscript%3E", params={"lang": "en"})
    assert answer.status_code == 404
    assert answer.headers["Content-Type"].startswith("text/html")
    assert "There is no such page" in answer.text
    assert "<script>" not in answer.text


def test_the_first_page_leads_to_the_only_site(client: Client) -> None:
    answer = client.get("/", params={"lang": "en"})
    assert (answer.status_code, answer.headers["Location"]) == (307, f"/sites/{SITE}/today?lang=en")
    assert client.get("/", headers={"Accept-Language": "en"}).headers["Location"] == f"/sites/{SITE}/today"


def test_without_a_database_the_page_says_so(empty_database_url: str) -> None:
    with client_of(empty_database_url) as client:
        for address in ("/", f"/sites/{SITE}"):
            answer = client.get(address)
            assert (answer.status_code, "Siffrorna går inte att läsa just nu" in answer.text) == (503, True)
