"""The live page in a real browser, over a real API and database."""

from datetime import timedelta

import pytest
from selenium.webdriver import Chrome, Keys
from selenium.webdriver.common.by import By
from selenium.webdriver.support.wait import WebDriverWait

from api.web.formatting import NO_VALUE
from tests.browser.conftest import Served, accept, show_as
from tests.browser.seed import (
    HOSTILE,
    SITE,
    Quarters,
    add_quarters,
    tell_clock,
    tell_line,
    tell_recorded_until,
    tell_zone,
)
from tests.browser.serving import NOW, serving

pytestmark = pytest.mark.browser
HOUR = timedelta(hours=1)
TWO_LINES = 50
FINISHED = NOW.replace(minute=30, second=0)
"""The end of the last quarter-hour of the page's today."""


def text(browser: Chrome, selector: str) -> str:
    """Return the element's text as a reader sees it, with plain spaces."""
    found: str = browser.execute_script("return document.querySelector(arguments[0]).innerText", selector)
    return " ".join(found.split())


def wait_for(browser: Chrome, selector: str, expected: str) -> None:
    """Wait until the element says what is expected."""

    def says(_: Chrome) -> bool:
        return text(browser, selector) == expected

    WebDriverWait(browser, 60).until(says, f"{selector} says {text(browser, selector)!r}, not {expected!r}")


def unfold(browser: Chrome) -> None:
    """Open what only technicians ask."""
    browser.execute_script("document.querySelectorAll('.technical').forEach(part => { part.open = true })")


def wait_until_live(browser: Chrome) -> None:
    wait_for(browser, "#link-text", "Live")


def test_a_number_is_on_the_page_at_once_and_changes_with_the_database(browser: Chrome, served: Served) -> None:
    browser.get(served.page)
    assert text(browser, "#now-total .big") == "12"
    assert text(browser, "#now-total [data-field=staying]") == "4 stannar ≥ 60 s"
    assert text(browser, "[data-zone=bankarna] [data-field=threshold]") == "stannar ≥ 120 s"
    wait_until_live(browser)
    tell_zone(served.database, 1, 1234, staying=5)
    wait_for(browser, "#now-total .big", "1 234")
    wait_for(browser, "[data-zone=golvet] .count", "1 234")
    tell_zone(served.database, 1, 0)
    wait_for(browser, "#now-total .big", "0")


def test_nothing_goes_wrong_and_nothing_comes_from_elsewhere(browser: Chrome, served: Served) -> None:
    browser.get(served.page)
    wait_until_live(browser)
    browser.find_element(By.CSS_SELECTOR, "[data-bucket=quarter]").click()
    wait_for(browser, "[data-bucket=quarter][aria-pressed=true]", "Kvart")
    hosts = browser.execute_script(
        "const named = performance.getEntries().map(e => e.name).filter(name => name.includes('://'));"
        "return [...new Set(named.map(name => new URL(name).origin))]"
    )
    assert hosts == [served.address]
    assert browser.get_log("browser") == []


def test_a_hostile_name_is_text(browser: Chrome, served: Served) -> None:
    browser.get(served.page)
    wait_until_live(browser)
    assert HOSTILE in text(browser, "[data-line=mynningen]")
    assert browser.title == "Provplatsen · Platspuls"


def test_an_old_number_is_greyed_and_shows_its_time(browser: Chrome, served: Served) -> None:
    tell_zone(served.database, 1, 12, age_s=95)
    browser.get(served.page)
    for _ in range(2):  # as rendered, and as the scripts show it
        assert "is-stale" in browser.find_element(By.CSS_SELECTOR, "[data-zone=golvet]").get_attribute("class")
        assert text(browser, "[data-zone=golvet] [data-field=age]").startswith("senast ")
        assert text(browser, "[data-zone=golvet] [data-field=stale]") == "inaktuellt"
        assert text(browser, "#now-total .big") == NO_VALUE
        assert text(browser, "#now-total [data-field=where]") == "utan Tunnelgolvet"
        wait_until_live(browser)
    assert "is-stale" not in browser.find_element(By.CSS_SELECTOR, "[data-zone=bankarna]").get_attribute("class")


@pytest.mark.parametrize(("hours", "off"), [(-1, "60 min efter servern, eller sent fram"), (30, "30 h före servern")])
def test_a_number_of_a_wrong_clock_is_never_of_now(browser: Chrome, served: Served, hours: int, off: str) -> None:
    """However soon it arrived: a clock an hour off, or an hour-old message."""
    browser.get(served.page)
    wait_until_live(browser)
    tell_zone(served.database, 1, 12)
    tell_zone(served.database, 2, 3)
    tell_clock(served.database, hours)
    wait_for(browser, "[data-zone=golvet] [data-field=stale]", "fel klocka, inte just nu")
    wait_for(browser, "#now-total .big", NO_VALUE)
    wait_for(browser, "[data-device=kamera] [data-field=online]", "Klockan går fel")
    unfold(browser)
    assert text(browser, "[data-device=kamera] [data-field=clock]") == off
    browser.get(served.page)
    assert text(browser, "[data-zone=golvet] [data-field=stale]") == "fel klocka, inte just nu"
    assert text(browser, "[data-device=kamera] [data-field=online]") == "Klockan går fel"


def test_a_number_grows_old_by_itself_when_nothing_more_comes(browser: Chrome, served: Served) -> None:
    tell_zone(served.database, 1, 12, age_s=17)
    browser.get(served.page)
    assert text(browser, "#now-total .big") == "12"
    wait_for(browser, "#now-total .big", NO_VALUE)
    wait_for(browser, "[data-zone=golvet] [data-field=stale]", "inaktuellt")


def test_a_device_that_is_offline_is_said_to_be(browser: Chrome, served: Served) -> None:
    browser.get(served.page)
    wait_until_live(browser)
    assert text(browser, "[data-device=ir] [data-field=online]").startswith("Tyst sedan ")
    assert text(browser, "[data-device=kamera] [data-field=online]") == "Räknar som den ska"
    unfold(browser)
    assert text(browser, "[data-device=ir] [data-field=outbox]") == "1 413 mätningar"
    assert text(browser, "[data-device=kamera] [data-field=rate]") == "10,0 per sekund"


def test_the_language_is_the_browsers_or_the_readers_choice(browser: Chrome, served: Served) -> None:
    browser.get(served.page)
    assert browser.find_element(By.TAG_NAME, "html").get_attribute("lang") == "sv"
    browser.find_element(By.LINK_TEXT, "English").click()
    assert browser.find_element(By.TAG_NAME, "html").get_attribute("lang") == "en"
    assert text(browser, "#today-title") == "Entries today"
    assert text(browser, "[data-line=stationen] [data-way=forward] th") == "The station → to The tunnel"
    accept(browser, "en-GB,en;q=0.9")
    browser.get(served.page)
    assert browser.find_element(By.TAG_NAME, "html").get_attribute("lang") == "en"


def test_the_only_site_is_what_the_first_page_leads_to(browser: Chrome, served: Served) -> None:
    browser.get(f"{served.address}/?lang=en")
    assert browser.current_url == f"{served.page}/today?lang=en"


def fill_the_day(served: Served) -> None:
    """From 06:00 to 14:30, 40 an hour; nothing reported from 09 to 10, half of it from 10 to 11, none from 11 to 12."""
    start = served.spans.today.start
    for line in (1, 2):
        for first, last, forward, observed in (
            (0, 6, 0, 1.0),
            (6, 9, 10, 1.0),
            (10, 11, 6, 0.7),
            (11, 12, 0, 1.0),
            (12, 14.5, 10, 1.0),
        ):
            span = (start + first * HOUR, start + last * HOUR)
            add_quarters(served.database, Quarters(line, *span, forward, 2, observed))
    before = served.spans.week_before
    add_quarters(served.database, Quarters(1, before.start, before.end, 5, 5))


def test_a_gap_is_drawn_as_a_gap_and_zero_as_zero(browser: Chrome, served: Served) -> None:
    fill_the_day(served)
    browser.get(served.page)
    wait_until_live(browser)
    states = browser.execute_script(
        "return [...document.querySelectorAll('#chart .bar')]"
        ".map(e => [e.className.baseVal, e.dataset.value, +e.getAttribute('height')])"
    )
    assert len(states) == 14  # 24 hours without the one not observed and those to come
    assert [bar[:2] for bar in states[9:12]] == [["bar estimate", "24"], ["bar counted", "0"], ["bar counted", "40"]]
    assert states[10][2] == 0
    assert states[-1][0] == "bar unfinished"
    assert len(browser.find_elements(By.CSS_SELECTOR, "#chart .gap")) == 1
    assert len(browser.find_elements(By.CSS_SELECTOR, "#chart .before")) == 1
    assert text(browser, "#legend") == "I dag onsdagen förra veckan pågår uppskattning ingen mätning"


def test_the_table_says_the_same_as_the_chart(browser: Chrome, served: Served) -> None:
    fill_the_day(served)
    browser.get(served.page)
    wait_until_live(browser)
    table = browser.find_element(By.ID, "today-table")
    assert not table.is_displayed()
    button = browser.find_element(By.ID, "as-table")
    button.click()
    assert table.is_displayed()
    assert button.get_attribute("aria-expanded") == "true"
    rows = [" ".join(row.text.split()) for row in table.find_elements(By.CSS_SELECTOR, "tbody tr")]
    assert rows[8:13] == [
        "08:00 40 20",
        f"09:00 {NO_VALUE} 20 ingen mätning",
        "10:00 24 20 uppskattning, täckning 70 %",
        "11:00 0 20",
        "12:00 40 20",
    ]
    assert rows[14] == "14:00 20 20 pågår"
    assert rows[15] == f"15:00 {NO_VALUE} 20"


def test_the_days_sum_has_its_coverage_and_the_week_before(browser: Chrome, served: Served) -> None:
    add_quarters(served.database, Quarters(1, served.spans.today.start, FINISHED, 24, 1))
    add_quarters(served.database, Quarters(1, served.spans.week_before.start, served.spans.week_before.end, 20, 1))
    browser.get(served.page)
    assert text(browser, "#today-total .big") == "1 395"
    assert text(browser, "#today-total [data-field=open]") == "varav 3 i pågående intervall"
    assert text(browser, "#today-total [data-field=coverage]") == "täckning 99 %"
    assert text(browser, "#today-total [data-field=compared]") == (
        "20 % fler än onsdagen förra veckan till 14:30 (1 160)"
    )


def test_an_entry_is_in_the_sum_with_the_next_tick_and_stays_there(browser: Chrome, served: Served) -> None:
    today, end = served.spans.today.start, FINISHED
    add_quarters(served.database, Quarters(1, today, end, 24, 1))
    tell_line(served.database, end, 4)
    browser.get(served.page)
    wait_for(browser, "#today-total .big", "1 396")
    tell_line(served.database, end, 5)
    wait_for(browser, "#today-total .big", "1 397")
    tell_line(served.database, end + timedelta(minutes=1), 0)
    add_quarters(served.database, Quarters(1, end - timedelta(minutes=15), end, 29, 1))
    wait_for(browser, "#today-total [data-field=open]", "")
    assert text(browser, "#today-total .big") == "1 397"


@pytest.mark.parametrize("width", [360, 390, 768, 1280])
def test_nothing_is_wider_than_the_window(browser: Chrome, served: Served, width: int) -> None:
    """Nor is a name of one letter a line: what a counter says of its clock may be long."""
    fill_the_day(served)
    tell_recorded_until(served.database, days=9000)
    show_as(browser, width=width, dark=False)
    browser.get(served.page)
    wait_until_live(browser)
    assert text(browser, "[data-device=kamera] [data-field=online]") == "Har räknat 9 000 dygn in i framtiden"
    assert browser.execute_script("return document.querySelector('[data-device=kamera] h3').offsetHeight") < TWO_LINES
    browser.execute_script("document.getElementById('meaning').open = true")
    assert browser.execute_script("return document.documentElement.scrollWidth") == width


def test_everything_is_reached_and_seen_by_keyboard(browser: Chrome, served: Served) -> None:
    browser.get(served.page)
    wait_until_live(browser)
    reached = []
    for _ in range(20):
        browser.switch_to.active_element.send_keys(Keys.TAB)
        focused = browser.switch_to.active_element
        named = focused.get_attribute("id") or focused.get_attribute("data-word")
        reached.append(named or " ".join(focused.text.split()))
        outline = browser.execute_script("return getComputedStyle(arguments[0]).outlineStyle", focused)
        assert outline == "solid", reached
    assert reached == [
        "Hoppa till innehållet",
        "Platspuls",
        "Svenska",
        "English",
        "theme",
        "I dag",
        "Nu",
        "Räkna",
        "Historik",
        "Admin",
        "Hjälp",
        "entry",
        "coverage",
        "Timme",
        "Kvart",
        "as-table",
        "at_least",
        "För tekniker",
        "För tekniker",
        "Vad betyder siffrorna?",
    ]


def test_the_page_has_landmarks_and_one_polite_voice(browser: Chrome, served: Served) -> None:
    browser.get(served.page)
    wait_until_live(browser)
    for landmark in ("header", "main", "footer"):
        assert len(browser.find_elements(By.TAG_NAME, landmark)) == 1
    names = [found.get_attribute("aria-label") for found in browser.find_elements(By.TAG_NAME, "nav")]
    assert names == ["Språk", "Platsens sidor"]
    assert len(browser.find_elements(By.TAG_NAME, "h1")) == 1
    voices = browser.find_elements(By.CSS_SELECTOR, "[aria-live]")
    assert [voice.get_attribute("id") for voice in voices] == ["spoken"]
    assert voices[0].get_attribute("textContent") == "12 just nu, 4 stannar minst 60 sekunder."
    unnamed = browser.execute_script(
        "const says = (id) => document.getElementById(id)?.textContent.trim();"
        "return [...document.querySelectorAll('section[aria-labelledby], svg[aria-labelledby]')]"
        ".filter(e => !e.getAttribute('aria-labelledby').split(' ').every(says)).length"
    )
    assert unnamed == 0


def test_a_lost_connection_is_said_and_found_again(browser: Chrome, served: Served, database_url: str) -> None:
    with serving(database_url) as address:
        browser.get(f"{address}/sites/{SITE}")
        wait_until_live(browser)
    wait_for(browser, "#link-text", "Återansluter")
    tell_zone(served.database, 1, 77)
    with serving(database_url, port=int(address.rpartition(":")[2])):
        wait_for(browser, "#now-total .big", "77")
        wait_until_live(browser)
        browser.get("about:blank")


CONTRAST = """
const luminance = (rgb) => rgb.map((v) => v / 255).map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4))
  .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
const channels = (colour) => colour.match(/[\\d.]+/g).map(Number)
  .map((v, place) => (colour.startsWith('color(') && place < 3 ? 255 * v : v));
const ground = (element) => {
  for (let at = element; at; at = at.parentElement) {
    const [r, g, b, alpha = 1] = channels(getComputedStyle(at).backgroundColor);
    if (alpha > 0) return [r, g, b];
  }
  return [255, 255, 255];
};
const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
const worst = [];
while (walker.nextNode()) {
  const element = walker.currentNode.parentElement;
  const said = walker.currentNode.textContent.trim();
  if (!said || !element.checkVisibility() || element.closest('.unseen, .skip, script')) continue;
  const style = getComputedStyle(element);
  const ink = element.closest('svg') ? style.fill : style.color;
  const [a, b] = [luminance(channels(ink).slice(0, 3)), luminance(ground(element))];
  worst.push([(Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05), said.slice(0, 40)]);
}
return worst.sort((a, b) => a[0] - b[0])[0];
"""


@pytest.mark.parametrize("dark", [False, True])
def test_every_text_has_enough_contrast(browser: Chrome, served: Served, dark: bool) -> None:
    fill_the_day(served)
    tell_zone(served.database, 2, 3, age_s=95)
    show_as(browser, width=1280, dark=dark)
    browser.get(served.page)
    wait_until_live(browser)
    browser.execute_script("document.getElementById('meaning').open = true")
    contrast, where = browser.execute_script(CONTRAST)
    assert contrast >= 4.5, where


def test_the_readers_choice_of_dark_is_kept(browser: Chrome, served: Served) -> None:
    def ground() -> str:
        found: str = browser.execute_script("return getComputedStyle(document.body).backgroundColor")
        return found

    show_as(browser, width=390, dark=True)
    browser.get(served.page)
    dark = ground()
    show_as(browser, width=390, dark=False)
    browser.get(served.page)
    assert ground() != dark
    browser.find_element(By.ID, "theme").click()
    assert ground() == dark
    browser.get(served.page)
    assert ground() == dark
    assert browser.find_element(By.ID, "theme").get_attribute("aria-pressed") == "true"
    browser.find_element(By.ID, "theme").click()
    assert browser.execute_script("return localStorage.length") == 0
