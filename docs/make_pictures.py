"""Takes the pictures of the live page for the documentation: `python docs/make_pictures.py URL FOLDER`.

URL is a site's page, such as http://127.0.0.1:8420/sites/haninge-entre. Needs Debian's chromium and chromium-driver.
"""

import argparse
import base64
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from selenium.common.exceptions import TimeoutException
from selenium.webdriver import Chrome, ChromeOptions
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.support.wait import WebDriverWait

CHROMIUM: Final = "/usr/bin/chromium"
CHROMEDRIVER: Final = "/usr/bin/chromedriver"
FLAGS: Final = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
)


@dataclass(frozen=True, slots=True)
class Picture:
    """One picture: size of the window in CSS pixels, device pixels to one of them, and how the page is set."""

    name: str
    width: int
    height: int
    scale: float = 1.0
    dark: bool = False
    language: str = "sv"
    whole: bool = False
    """The whole page, not only what the window shows."""


PICTURES: Final = (
    Picture("live-phone", 390, 844, scale=2),
    Picture("live-phone-dark", 390, 844, scale=2, dark=True),
    Picture("live-desktop", 1280, 900),
    Picture("live-desktop-dark", 1280, 900, dark=True),
    Picture("live-desktop-en", 1280, 900, language="en", whole=True),
)


@contextmanager
def browser() -> Iterator[Chrome]:
    """Start a browser with a new profile; end it afterwards."""
    with tempfile.TemporaryDirectory(prefix="pictures-") as profile:
        options = ChromeOptions()
        options.binary_location = CHROMIUM
        for flag in (*FLAGS, f"--user-data-dir={profile}"):
            options.add_argument(flag)
        driver = Chrome(options=options, service=Service(CHROMEDRIVER))
        try:
            yield driver
        finally:
            driver.quit()


def take(driver: Chrome, url: str, picture: Picture) -> bytes:
    """Return the picture as PNG, taken once the page is live."""
    metrics = {"width": picture.width, "height": picture.height, "deviceScaleFactor": picture.scale, "mobile": False}
    driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
    scheme = {"name": "prefers-color-scheme", "value": "dark" if picture.dark else "light"}
    still = {"name": "prefers-reduced-motion", "value": "reduce"}
    driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [scheme, still]})
    driver.get(f"{url}?lang={picture.language}")
    WebDriverWait(driver, 30).until(_is_live, "the page didn't become live within 30 s")
    shot = driver.execute_cdp_cmd(
        "Page.captureScreenshot", {"captureBeyondViewport": True, "clip": _clip(driver, picture)}
    )
    return base64.b64decode(shot["data"])


def _is_live(driver: Chrome) -> bool:
    return bool(driver.execute_script("return document.getElementById('link')?.dataset.state === 'live'"))


def _clip(driver: Chrome, picture: Picture) -> dict[str, float]:
    whole = driver.execute_script("return document.documentElement.scrollHeight")
    return {"x": 0, "y": 0, "width": picture.width, "height": whole if picture.whole else picture.height, "scale": 1}


def main(arguments: Sequence[str]) -> int:
    """Take all pictures. Returns the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("url", help="the page of a site")
    parser.add_argument("folder", type=Path, help="where the pictures go")
    asked = parser.parse_args(arguments)
    asked.folder.mkdir(parents=True, exist_ok=True)
    with browser() as driver:
        for picture in PICTURES:
            try:
                png = take(driver, asked.url, picture)
            except TimeoutException as error:
                sys.stderr.write(f"{picture.name}: {error.msg}\n")
                return 1
            (asked.folder / f"{picture.name}.png").write_bytes(png)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
