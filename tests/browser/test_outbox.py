"""The outbox of the browser: what was written is kept, sent once, in order, and nothing is lost unsaid."""

import pytest
from selenium.webdriver import Chrome

from tests.browser.conftest import Served
from tests.browser.outbox import added, cut, entries, settled, waits_for_none
from tests.browser.seed import SITE
from tests.browser.serving import serving
from tests.support.waiting import eventually

pytestmark = pytest.mark.browser
KEPT = """
const done = arguments[arguments.length - 1];
caches.match(new URL(arguments[0], location).href, { ignoreVary: true }).then((found) => done(Boolean(found)));
"""
API = f"/api/v1/sites/{SITE}"


def note(text: str) -> dict[str, object]:
    fields = {"text": text, "starts_at": "2026-11-18T12:00:00Z"}
    return {"method": "POST", "path": f"{API}/notes", "fields": fields, "label": text}


def texts(served: Served) -> list[str]:
    return [text for (text,) in served.database.execute("select text from platspuls.note order by note_id")]


def bar(browser: Chrome, part: str) -> str:
    found: str = browser.execute_script(
        "const one = document.querySelector(`#outbox-bar [data-part=${arguments[0]}]`);"
        " return one.checkVisibility() ? one.innerText : ''",
        part,
    )
    return found


def test_what_is_written_without_contact_is_kept_shown_and_sent_once(browser: Chrome, served: Served) -> None:
    """A reload in between loses nothing; a change of what is not sent yet follows it."""
    browser.get(f"{served.page}/count/beside")
    assert settled(browser, added(browser, **note("ett")))["record"]["text"] == "ett"
    cut(browser, off=True)
    try:
        second = added(browser, **note("två"))
        again = added(browser, **note("två"))
        assert again == second  # a double tap
        added(browser, method="PATCH", path=f"{API}/notes/{{number}}", fields={"text": "två b"}, of=second)
        added(browser, **note("tre"))
        assert settled(browser, second)["state"] == "waiting"
        eventually(lambda: bar(browser, "waiting") == "3 väntar på att skickas")
    finally:
        cut(browser, off=False)
    browser.refresh()
    waits_for_none(browser)
    assert texts(served) == ["ett", "två b", "tre"]
    assert [entry["state"] for entry in entries(browser)] == ["sent"] * 4
    vias = served.database.execute("select entered_via from platspuls.note order by note_id").fetchall()
    assert vias == [("page",), ("offline",), ("offline",)]


@pytest.mark.full
def test_a_page_opens_without_contact_says_so_and_keeps_what_is_written_there(
    browser: Chrome, database_url: str, served: Served
) -> None:
    """The server is gone altogether, and the page is loaded anew: with its files, its time, and its outbox."""
    with serving(database_url) as address:
        port = int(address.rpartition(":")[2])
        browser.get(f"{address}/sites/{SITE}/count")
        for path in ("count", "today", "today/close", "count/here", "count/passing", "count/beside"):
            eventually(lambda: browser.execute_async_script(KEPT, f"/sites/{SITE}/{path}"))  # noqa: B023 - within the round
    browser.get(f"{address}/sites/{SITE}/count")
    eventually(lambda: "ingen kontakt" in bar(browser, "cached"))
    assert bar(browser, "cached").startswith("Visas som den såg ut ")
    assert settled(browser, added(browser, **note("utan server")), 1)["state"] == "waiting"
    for path in ("today/close", "count/here", "count/passing", "count/beside"):  # where nobody was before
        browser.get(f"{address}/sites/{SITE}/{path}")
        eventually(lambda: "ingen kontakt" in bar(browser, "cached"))
    browser.get(f"{address}/")
    eventually(lambda: browser.current_url.endswith("/today"))
    with serving(database_url, port):
        browser.refresh()
        waits_for_none(browser)
        assert bar(browser, "cached") == ""
    assert texts(served) == ["utan server"]
