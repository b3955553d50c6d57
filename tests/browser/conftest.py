"""A real Chromium, and the real API on a free port over a real database."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from selenium.webdriver import Chrome, ChromeOptions
from selenium.webdriver.chrome.service import Service

from api.web.live.day import DaySpans, spans
from store.database import Database, connect
from tests.browser.lasting import LastingChrome
from tests.browser.seed import SITE, add_place, tell_devices, tell_zone
from tests.browser.serving import NOW, serving
from tests.support.servers import need

CHROMIUM = "/usr/bin/chromium"
CHROMEDRIVER = "/usr/bin/chromedriver"
FLAGS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
    "--lang=sv",
)


@dataclass(frozen=True, slots=True)
class Served:
    """The API with one site, and the database that it reads."""

    address: str
    database: Database
    spans: DaySpans

    @property
    def page(self) -> str:
        """The address of the site's page."""
        return f"{self.address}/sites/{SITE}"


@pytest.fixture(scope="session")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chrome]:
    """A browser with a profile of its own, that accepts Swedish."""
    missing = [path for path in (CHROMIUM, CHROMEDRIVER) if not Path(path).exists()]
    need(not missing, f"{' and '.join(missing)} (Debian: chromium chromium-driver)")
    options = ChromeOptions()
    options.binary_location = CHROMIUM
    for flag in (*FLAGS, f"--user-data-dir={tmp_path_factory.mktemp('chromium')}"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    driver = LastingChrome(options=options, service=Service(CHROMEDRIVER))
    driver.execute_cdp_cmd("Emulation.setLocaleOverride", {"locale": "sv-SE"})
    try:
        yield driver
    finally:
        driver.quit()


@pytest.fixture
def browser(chromium: Chrome, served: Served) -> Iterator[Chrome]:  # noqa: ARG001 - the stream closes before its server
    """The browser on an empty page: light, 1280 pixels wide, Swedish, nothing stored."""
    show_as(chromium, width=1280, dark=False)
    accept(chromium, "sv-SE,sv;q=0.9")
    yield chromium
    chromium.get("about:blank")
    chromium.get_log("browser")


@pytest.fixture
def served(database_url: str) -> Iterator[Served]:
    """The API over a seeded database, on a free port, until the test is over."""
    with connect(database_url, application="test", autocommit=True) as database:
        add_place(database)
        tell_devices(database)
        tell_zone(database, 1, 12, staying=4)
        tell_zone(database, 2, 3, staying=1)
        with serving(database_url) as address:
            yield Served(address, database, spans(NOW, ZoneInfo("Europe/Stockholm")))


def show_as(driver: Chrome, *, width: int, dark: bool, height: int = 900) -> None:
    """Set the size of the window's inside, in CSS pixels, and what the device prefers."""
    driver.execute_cdp_cmd(
        "Emulation.setDeviceMetricsOverride",
        {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 500},
    )
    scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
    driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [scheme]})


def accept(driver: Chrome, languages: str) -> None:
    """Set the languages that the browser asks for."""
    agent = driver.execute_script("return navigator.userAgent")
    driver.execute_cdp_cmd("Network.setUserAgentOverride", {"userAgent": agent, "acceptLanguage": languages})
