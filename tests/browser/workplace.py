"""A place where people work, served by the real clock: its local time is about noon, so that no test meets midnight."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from httpx import Client
from selenium.common.exceptions import StaleElementReferenceException
from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.wait import WebDriverWait

from store.database import Database, connect
from tests.browser.seed import SITE, add_place
from tests.browser.serving import serving

TAP_S = 0.7
"""How long a person takes to find and tap something."""
CHARACTER_S = 0.25
"""How long a person takes to type a character on a phone."""


def noon_zone(now: datetime) -> str:
    """Return the zone whose clocks show 11 to 13 at `now`."""
    return f"Etc/GMT{now.hour - 12:+}"


@dataclass(frozen=True, slots=True)
class Workplace:
    """A served site, its database, and a client of its API."""

    address: str
    database: Database
    client: Client
    zone: ZoneInfo

    def local(self, days: int = 0, clock: str = "12:00") -> datetime:
        """Return a time of the local day so many days from today."""
        day = datetime.now(self.zone).date() + timedelta(days=days)
        return datetime.fromisoformat(f"{day}T{clock}").replace(tzinfo=self.zone)

    def add(self, kind: str, /, **fields: object) -> dict[str, Any]:
        """Write a record by the API."""
        answer = self.client.post(f"/api/v1/sites/{SITE}/{kind}", json=fields)
        assert answer.status_code == 201, answer.text
        made: dict[str, Any] = answer.json()
        return made

    def plan(self, title: str, days: int = 0, clock: tuple[str, str] = ("09:00", "21:00")) -> None:
        """Plan an activity on the local day so many days from today."""
        starts, ends = (self.local(days, time).isoformat() for time in clock)
        self.add("activities", kind="concert", title=title, starts_at=starts, ends_at=ends, status="planned")

    def records(self, kind: str) -> list[dict[str, Any]]:
        """Return what holds now, oldest first."""
        found: list[dict[str, Any]] = self.client.get(f"/api/v1/sites/{SITE}/{kind}").json()["records"]
        return found[::-1]

    def page(self, name: str) -> str:
        """Return the address of a page of the site."""
        return f"{self.address}/sites/{SITE}/{name}"


@contextmanager
def workplace(database_url: str) -> Iterator[Workplace]:
    """Serve a place that is open and staffed from 07:00 to 22:00 every day."""
    name = noon_zone(datetime.now(UTC))
    with connect(database_url, application="test", autocommit=True) as database:
        add_place(database)
        database.execute("update platspuls.site set time_zone = %s", (name,))
        for kind in ("open", "staffed"):
            database.execute(
                "insert into platspuls.site_hours (site_id, kind, valid_from, weekday, opens, closes)"
                " select 1, %s, '2020-01-01', day, '07:00', '22:00' from generate_series(1, 7) as day",
                (kind,),
            )
        with (
            serving(database_url, now_=lambda: datetime.now(UTC)) as address,
            Client(base_url=address, timeout=20) as client,
        ):
            yield Workplace(address, database, client, ZoneInfo(name))


@dataclass
class Person:
    """Somebody with a phone: what they tap and type is counted, and how long a person would take."""

    browser: Chrome
    taps: int = 0
    typed: int = 0

    @property
    def seconds(self) -> float:
        """Return how long it would have taken by hand."""
        return self.taps * TAP_S + self.typed * CHARACTER_S

    def open(self, address: str) -> None:
        """Open a page and wait until it can be used."""
        self.browser.get(address)
        self.ready()

    def ready(self) -> None:
        """Wait until the page's scripts have begun."""
        WebDriverWait(self.browser, 60).until(
            lambda browser: browser.execute_script("return document.documentElement.dataset.ready") == "true"
        )

    def find(self, selector: str) -> WebElement:
        """Return an element once it is shown."""

        def shown(browser: Chrome) -> WebElement | None:
            found = browser.find_elements(By.CSS_SELECTOR, selector)
            return next((element for element in found if element.is_displayed()), None)

        wait = WebDriverWait(self.browser, 30, ignored_exceptions=[StaleElementReferenceException])
        found: WebElement = wait.until(shown, f"{selector} isn't shown")
        return found

    def tap(self, selector: str) -> None:
        """Tap something."""

        def tapped(browser: Chrome) -> bool:
            element = self.find(selector)
            browser.execute_script("arguments[0].scrollIntoView({block: 'center'})", element)
            element.click()
            return True

        WebDriverWait(self.browser, 30, ignored_exceptions=[StaleElementReferenceException]).until(tapped)
        self.taps += 1

    def pill(self, name: str, value: str, within: str = "") -> None:
        """Choose one of several."""
        self.tap(f'{within} label:has([name="{name}"][value="{value}"])'.strip())

    def type(self, selector: str, text: str) -> None:
        """Tap a field and fill it anew."""
        self.tap(selector)
        element = self.find(selector)
        if element.get_attribute("type") == "time":  # its keys depend on the language that the machine has
            script = (
                "arguments[0].value = arguments[1]; arguments[0].dispatchEvent(new Event('input', {bubbles: true}))"
            )
            self.browser.execute_script(script, element, text)
        else:
            element.clear()
            element.send_keys(text)
        self.typed += len(text)

    def wait_for(self, selector: str, text: str) -> None:
        """Wait until something says so."""
        script = (
            "const found = document.querySelector(arguments[0]); return found?.checkVisibility() ? found.innerText : ''"
        )
        until = time.monotonic() + 30
        while text not in (said := " ".join(self.browser.execute_script(script, selector).split())):
            assert time.monotonic() < until, f"{selector} says {said!r}, not {text!r}"
            time.sleep(0.05)

    def wait_until_sent(self) -> None:
        """Wait until nothing waits to be sent."""
        WebDriverWait(self.browser, 30).until(
            lambda browser: (
                not browser.execute_script(
                    "return [...document.querySelectorAll('[data-field=waiting]')].some((tag) => !tag.hidden)"
                )
            )
        )


def eventually_records(place: Workplace, kind: str, count: int) -> list[dict[str, Any]]:
    """Return the records of a kind once there are so many."""
    until = time.monotonic() + 30
    while len(found := place.records(kind)) != count:
        assert time.monotonic() < until, found
        time.sleep(0.05)
    return found
