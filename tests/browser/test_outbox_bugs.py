"""Bugs that offline outboxes of others had, each as a test: with two phones, a wrong clock, other people's logins."""

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
from selenium.webdriver import Chrome, ChromeOptions
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By

from api.access.roles import Role
from api.web.offline import outbox_page
from tests.api.access.grants import new_code
from tests.browser.conftest import CHROMEDRIVER, CHROMIUM, FLAGS, Served, accept
from tests.browser.lasting import LastingChrome
from tests.browser.outbox import added, asked, cut, entries, settled, waits_for_none
from tests.browser.seed import SITE
from tests.browser.serving import serving
from tests.browser.test_outbox import API, KEPT, bar, note, texts
from tests.support.waiting import eventually

pytestmark = [pytest.mark.browser, pytest.mark.full]
Opens = Callable[[str], Chrome]
_CLOCK = """
(() => {
  const [date, steady] = [Date.now.bind(Date), performance.now.bind(performance)];
  window.passed = Number(sessionStorage.getItem("passed") ?? localStorage.getItem("passed") ?? 0);
  window.skewed = %d;
  Date.now = () => date() + window.passed + window.skewed;
  performance.now = () => steady() + window.passed;
})();
"""
_BURST = """
for (let n = 0; n < given[1]; n += 1) {
  window.passed += 108_000;
  localStorage.setItem("passed", window.passed);
  const text = `${given[0]} ${given[2] + n}`;
  const fields = { text, starts_at: new Date(outbox.now()).toISOString() };
  await outbox.add({ method: "POST", path: given[3], fields, label: text });
}
return outbox.entries().length;
"""


_REFUSES = """
if (navigator.storage) navigator.storage.persist = navigator.storage.persisted = async () => false;
if (location.hash) IDBFactory.prototype.open = () => { throw new DOMException("no", "QuotaExceededError"); };
"""


@pytest.fixture
def opens(tmp_path: Path) -> Iterator[Opens]:
    """Starts a browser with the profile of this name: the same phone again, with all that it kept."""
    with ExitStack() as stack:

        def opened(name: str) -> Chrome:
            options = ChromeOptions()
            options.binary_location = CHROMIUM
            for flag in (*FLAGS, f"--user-data-dir={tmp_path / name}"):
                options.add_argument(flag)
            driver = LastingChrome(options=options, service=Service(CHROMEDRIVER))
            stack.callback(driver.quit)
            accept(driver, "sv-SE,sv;q=0.9")
            return driver

        yield opened


def log_in(browser: Chrome, served: Served, code: str) -> None:
    browser.get(f"{served.address}/login#{code}")
    browser.find_element(By.ID, "log-in").click()
    eventually(lambda: browser.find_elements(By.CSS_SELECTOR, ".who-name"))
    browser.get(f"{served.page}/count")
    eventually(lambda: browser.execute_script("return document.documentElement.dataset.outbox") == "open")


def test_two_quick_actions_both_come_and_a_double_tap_is_one(browser: Chrome, served: Served) -> None:
    """Each write is a row of its own: none is read, changed and put back over another."""
    browser.get(f"{served.page}/count")
    cut(browser, off=True)
    many = "return (await Promise.all(given.map((one) => outbox.add(one)))).map(({ id }) => id)"
    ids = asked(browser, many, *(note(text) for text in ("a", "b", "c", "c")))
    assert (len(set(ids)), len(entries(browser))) == (3, 3)
    cut(browser, off=False)
    waits_for_none(browser)
    assert sorted(texts(served)) == ["a", "b", "c"]


def test_two_phones_that_edit_one_record_let_a_person_choose(browser: Chrome, served: Served, opens: Opens) -> None:
    """Neither clock wins: the second is shown both, and what they choose is what holds."""
    browser.get(f"{served.page}/count")
    record = settled(browser, added(browser, **note("ett")))["record"]
    other = opens("other")
    other.get(f"{served.page}/count")
    change = {
        "method": "PATCH",
        "path": f"{API}/notes/{record['note_id']}",
        "ifMatch": record["version"],
        "label": "Ändrad",
    }
    cut(browser, off=True)
    mine = [added(browser, **{**change, "fields": {"text": f"min {n}"}}) for n in range(2)]
    assert settled(other, added(other, **{**change, "fields": {"text": "deras"}}))["state"] == "sent"
    cut(browser, off=False)
    eventually(lambda: settled(browser, mine[0], 100)["state"] == "conflict")
    found = settled(browser, mine[0])
    assert (found["mine"]["text"], found["theirs"]["text"]) == ("min 0", "deras")
    assert settled(browser, mine[1], 100)["state"] == "waiting"  # it changes what is still to be chosen
    assert texts(served) == ["deras"]
    assert bar(browser, "care") == "1 kunde inte skickas: titta på den"
    browser.get(f"{served.address}/outbox")
    eventually(lambda: "Någon annan ändrade" in browser.find_element(By.ID, "list").text)
    browser.find_element(By.CSS_SELECTOR, "#list [data-way=mine]").click()
    waits_for_none(browser)
    assert texts(served) == ["min 1"]


def test_what_is_refused_stays_until_a_person_changes_or_discards_it(browser: Chrome, served: Served) -> None:
    browser.get(f"{served.page}/count")
    wrong = {**note("fel"), "fields": {"text": "fel", "starts_at": "i går"}}
    refused = added(browser, **wrong)
    assert settled(browser, refused)["problem"]["status"] == 422
    follows = added(browser, method="PATCH", path=f"{API}/notes/{{number}}", fields={"text": "rätt"}, of=refused)
    assert settled(browser, added(browser, **note("nästa")))["state"] == "sent"  # others don't wait for it
    browser.get(f"{served.address}/outbox")
    eventually(lambda: "Det gick inte att spara" in browser.find_element(By.ID, "list").text)
    browser.find_element(By.CSS_SELECTOR, "#list [data-way=edit]").click()
    field = browser.find_element(By.ID, "edit-starts_at")
    field.clear()
    field.send_keys("2026-11-18T12:00:00Z")
    browser.find_element(By.CSS_SELECTOR, "#list form button").click()
    waits_for_none(browser)
    assert (texts(served), settled(browser, follows)["state"]) == (["nästa", "rätt"], "sent")
    added(browser, **{**wrong, "label": "kastas"})
    eventually(lambda: browser.find_elements(By.CSS_SELECTOR, "#list [data-way=discard]"))
    for _ in range(2):
        browser.find_element(By.CSS_SELECTOR, "#list [data-way=discard]").click()
    eventually(lambda: browser.find_element(By.ID, "none").is_displayed())


def test_what_waits_survives_log_out_sealed_and_goes_under_its_author_alone(
    opens: Opens, served: Served, database_url: str
) -> None:
    """Nobody else's login sends it, reads it, or throws it away; nor are the author's pages left behind."""
    browser = opens("shared")
    anna, bo, again = (new_code(database_url, Role.STAFF, [SITE], name) for name in ("Anna", "Bo", "Anna"))
    log_in(browser, served, anna)
    eventually(lambda: browser.execute_async_script(KEPT, f"/sites/{SITE}/count"))
    cut(browser, off=True)
    added(browser, **note("hemligt om någon"))
    rows = """
      const request = indexedDB.open("platspuls-outbox");
      const database = await new Promise((resolve) => { request.onsuccess = () => resolve(request.result); });
      const all = (name) => new Promise((resolve) => {
        const asked = database.transaction(name).objectStore(name).getAll();
        asked.onsuccess = () => resolve(asked.result);
      });
      const decoder = new TextDecoder("latin1");
      const text = (await all("entries")).map((row) => JSON.stringify(row) + decoder.decode(row.sealed.data)).join();
      const keys = await all("keys");
      return { text, keys: keys.map(({ author, key }) => `${author} ${key.extractable}`) };
    """
    kept = asked(browser, rows)
    assert kept["keys"] == ["login:Anna false"]
    assert "hemligt" not in kept["text"]
    browser.delete_all_cookies()  # the login has expired
    cut(browser, off=False)
    added(browser, **note("efteråt"))
    eventually(lambda: "när du loggar in igen" in bar(browser, "login"))
    log_in(browser, served, bo)
    eventually(lambda: bar(browser, "others") == "2 från Anna väntar på att Anna loggar in")
    assert asked(browser, rows)["keys"] == ["login:Bo false"]
    assert settled(browser, added(browser, **note("från Bo")))["state"] == "sent"
    browser.find_element(By.CSS_SELECTOR, ".who button").click()
    eventually(lambda: browser.find_elements(By.CSS_SELECTOR, "a.button[href='/login']"))
    assert not browser.execute_async_script(KEPT, f"/sites/{SITE}/count")
    log_in(browser, served, again)
    waits_for_none(browser)
    rows_ = served.database.execute("select text, written_by from platspuls.note order by note_id").fetchall()
    assert [(text, str(by).partition(" ")[2]) for text, by in rows_] == [
        ("från Bo", "Bo"),
        ("hemligt om någon", "Anna"),
        ("efteråt", "Anna"),
    ]


def test_an_entry_of_somebody_else_is_never_sent_under_who_is_logged_in(served: Served) -> None:
    """The server refuses it, too: between two looks at a cookie, the login may have become another's."""
    fields = {"text": "x", "starts_at": "2026-11-18T12:00:00Z"}
    for author, status in (("login%3ABo", 401), ("local", 201)):
        answer = httpx.post(f"{served.address}{API}/notes", json=fields, headers={"Entered-By": author})
        assert answer.status_code == status, answer.text


def test_the_queue_of_the_first_version_opens(browser: Chrome, served: Served) -> None:
    """As version 1 laid it down, by hand: later versions take it along (a page that meets an old queue)."""
    browser.get(f"{served.page}/count")
    frozen = """
      const { importKey, seal } = await import(bar.replace("bar.js", "seal.js"));
      const sealing = await importKey((await (await fetch("/outbox/key")).json()).key);
      const id = "5f0c1b0e-8f5e-4c39-9d0f-1f7a4f2f9f10";
      const at = Date.now() - 60_000;
      const { path, fields } = given[0];
      const written = { method: "POST", path, fields, label: "gammal", ifMatch: null, via: null, at, skew: 0 };
      const row = { id, request: id, of: null, root: id, author: "local", who: "local", state: "waiting", faults: 0,
        learnt: 1, isUnsure: false, revision: 0, added: at, sealed: await seal(sealing, id, written), result: null };
      const request = indexedDB.open("platspuls-outbox", 1);
      const database = await new Promise((resolve) => { request.onsuccess = () => resolve(request.result); });
      database.transaction("entries", "readwrite").objectStore("entries").add(row);
      return database.version;
    """
    assert asked(browser, frozen, note("från version 1")) == 1
    browser.refresh()
    waits_for_none(browser)
    assert texts(served) == ["från version 1"]


def test_a_browser_that_may_throw_it_away_or_keeps_nothing_says_so(browser: Chrome, served: Served) -> None:
    browser.execute_cdp_cmd("Page.enable", {})
    refuse = {"source": _REFUSES}
    made = browser.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", refuse)
    try:
        for address, part, words in (
            ("/count", "evictable", "kan slänga"),
            ("/count?lang=sv#none", "unkept", "sparar ingenting"),
        ):
            browser.get(f"{served.page}{address}")
            cut(browser, off=True)
            added(browser, **note(words))
            eventually(lambda: words in bar(browser, part))  # noqa: B023 - asked within the round
            cut(browser, off=False)
            asked(browser, "outbox.retry()")
            waits_for_none(browser)
        assert texts(served) == ["kan slänga", "sparar ingenting"]
    finally:
        browser.execute_cdp_cmd("Page.removeScriptToEvaluateOnNewDocument", made)


@pytest.mark.usefixtures("served")
def test_three_hours_without_contact_on_two_phones_come_once_in_order_and_marked(
    opens: Opens, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """200 entries: one phone's clock is 47 minutes ahead, the other phone is restarted without contact in between."""
    began = datetime.now(UTC) - timedelta(hours=3)
    hours = {"behind": 3}
    faked = SimpleNamespace(time_ns=lambda: time.time_ns() - hours["behind"] * 3_600_000_000_000)
    monkeypatch.setattr(outbox_page, "time", faked)
    skews = {"right": 0, "ahead": 47 * 60}

    def phone(name: str) -> Chrome:
        browser = opens(name)
        source = _CLOCK % ((skews[name] - 3 * 3_600) * 1_000)
        browser.execute_cdp_cmd("Page.enable", {})
        browser.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", {"source": source})
        return browser

    with serving(database_url) as address:
        port = int(address.rpartition(":")[2])
        phones = {name: phone(name) for name in skews}
        for browser in phones.values():
            browser.get(f"{address}/sites/{SITE}/count")
            eventually(lambda: browser.execute_async_script(KEPT, f"/sites/{SITE}/count"))  # noqa: B023 - asked within the round
            asked(browser, "return outbox.now()")
    for name, browser in phones.items():
        assert asked(browser, _BURST, name, 50, 0, f"{API}/notes") == 50
    phones["right"].quit()
    phones["right"] = phone("right")
    phones["right"].get(f"{address}/sites/{SITE}/count")
    assert asked(phones["right"], _BURST, "right", 50, 50, f"{API}/notes") == 100
    assert asked(phones["ahead"], _BURST, "ahead", 50, 50, f"{API}/notes") == 100
    hours["behind"] = 0
    with serving(database_url, port):
        for browser in phones.values():
            browser.refresh()
        for browser in phones.values():
            waits_for_none(browser, 120)
        records = httpx.get(f"{address}{API}/notes?limit=500").json()["records"]
    _check(records, began, skews)


def _check(records: list[dict[str, Any]], began: datetime, skews: dict[str, int]) -> None:
    by_number = sorted(records, key=lambda record: record["note_id"])
    for name, skew_s in skews.items():
        own = [record for record in by_number if record["text"].startswith(name)]
        assert [record["text"] for record in own] == [f"{name} {n}" for n in range(100)]
        for n, record in enumerate(own, 1):
            entered = datetime.fromisoformat(record["entered_at"])
            assert abs((entered - began).total_seconds() - 108 * n) < 120, (name, n, entered)
            assert (record["entered_via"], record["clock_unsure"]) == ("offline", False)
            assert abs(record["entered_skew_s"] - skew_s) < 5
    assert len(records) == 200


def test_neither_an_error_nor_an_answer_of_the_api_is_kept_as_if_it_were_a_page(
    browser: Chrome, served: Served
) -> None:
    """A list that failed to load must not be shown later as "nothing entered": what isn't a whole page isn't kept."""
    browser.get(f"{served.page}/count")
    eventually(lambda: browser.execute_async_script(KEPT, f"/sites/{SITE}/count"))
    asked(browser, "await fetch(given[0]); return null", f"{API}/notes")
    for path in (f"{API}/notes", "/sites/nowhere/count", "/outbox/key"):
        browser.get(f"{served.address}{path}")
        assert not browser.execute_async_script(KEPT, path), path


def test_who_logs_in_after_somebody_finds_none_of_their_pages(opens: Opens, served: Served, database_url: str) -> None:
    """A login that expired leaves its pages; the next one may be of somebody who keeps none, and may not read them."""
    browser, path = opens("shared"), f"/sites/{SITE}/count"
    log_in(browser, served, new_code(database_url, Role.STAFF, [SITE], "Anna"))
    eventually(lambda: browser.execute_async_script(KEPT, path))
    browser.get(f"{served.page}/history")
    browser.delete_all_cookies()  # the login has expired
    browser.get(f"{served.address}/login#{new_code(database_url, Role.FUNDER, [SITE], 'Bo')}")
    assert browser.execute_async_script(KEPT, path)
    browser.find_element(By.ID, "log-in").click()
    eventually(lambda: "Bo" in browser.find_element(By.CSS_SELECTOR, ".who").text)
    eventually(lambda: not browser.execute_async_script(KEPT, path))
    browser.get(f"{served.page}/count")
    cut(browser, off=True)
    browser.get(f"{served.page}/count")
    assert "Anna" not in browser.page_source
