"""The set-up page in a real browser: drawn by mouse, by finger and by keys, on a desktop and on a phone."""

import os
import threading
import time
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from selenium.webdriver import ActionChains, Chrome, Keys
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.wait import WebDriverWait

from bench.virtual_arrays import MLX90640, frames
from bench.virtual_doorways import walk
from core.clock import SystemClock
from core.site_file.load import load as load_site
from counter.device_file import load
from counter.service.inputs import open_input
from counter.service.run import make_tally
from counter.sources.doorway.channels import SECOND
from counter.sources.thermal.picture import drawn
from counter.sources.thermal.spots import Optics
from platspuls.setup.config_pair import ConfigPair
from platspuls.setup.doorway import DoorwayFiles, SensorWatch
from platspuls.setup.files import PictureFiles, on_floor
from platspuls.setup.one_time_code import OneTimeCode
from platspuls.setup.open_panel import open_panel
from platspuls.setup.panels import Panel, PanelOptions, doorway_panel, drawing_panel
from platspuls.setup.server import Desk, open_server
from sim.kinds import KINDS
from tests.browser.conftest import accept, show_as
from tests.platspuls.place import write_place, write_sensor
from tests.platspuls.test_setup_sensors import BEAMS, Script, source_of
from tests.support.counter.tracks import count
from tests.support.data import CLIP, YOLOX_NANO, recorded

pytestmark = pytest.mark.browser
CODE = "12345678"
NOW = datetime(2026, 11, 22, 2, 33, tzinfo=UTC)
DESKTOP, PHONE = (1280, 900), (390, 844)


@dataclass(frozen=True, slots=True)
class Page:
    """The page, and the files that it writes."""

    driver: Chrome
    device: Path
    site: Path

    def find(self, css: str) -> WebElement:
        return self.driver.find_element(By.CSS_SELECTOR, css)

    def act(self, name: str) -> None:
        self._press(f'[data-act="{name}"]')

    def choose(self, key: str) -> None:
        self._press(f'[data-key="{key}"]')

    def _press(self, css: str) -> None:
        """Press a button of the list of parts, wherever what the list says of a line moves it to meanwhile."""
        self.find(css)
        self.driver.execute_script("document.querySelector(arguments[0]).click()", css)

    def tap(self, x: float, y: float) -> None:
        """Press and let go at a place of the camera's picture, in its pixels: by finger on a phone."""
        left, top = self.place(x, y)
        if (self.driver.execute_script("return innerWidth") or 0) > 500:
            for kind in ("mousePressed", "mouseReleased"):
                self._mouse(kind, left, top)
        else:
            self.driver.execute_cdp_cmd("Input.dispatchTouchEvent", _touch("touchStart", left, top))
            self.driver.execute_cdp_cmd("Input.dispatchTouchEvent", _touch("touchEnd"))

    def drag(self, here: tuple[float, float], there: tuple[float, float]) -> None:
        """Drag a point, by finger or by mouse."""
        begin, end = self.place(*here), self.place(*there)
        between = ((begin[0] + end[0]) / 2, (begin[1] + end[1]) / 2)
        if (self.driver.execute_script("return innerWidth") or 0) > 500:
            self._mouse("mousePressed", *begin)
            self._mouse("mouseMoved", *between)
            self._mouse("mouseMoved", *end)
            self._mouse("mouseReleased", *end)
        else:
            steps = [("touchStart", begin), ("touchMove", between), ("touchMove", end)]
            for kind, place in steps:
                self.driver.execute_cdp_cmd("Input.dispatchTouchEvent", _touch(kind, *place))
            self.driver.execute_cdp_cmd("Input.dispatchTouchEvent", _touch("touchEnd"))

    def place(self, x: float, y: float) -> tuple[float, float]:
        code = (
            "const svg = document.getElementById('picture'); svg.scrollIntoView({block: 'nearest'});"
            "const at = new DOMPoint(arguments[0], arguments[1]).matrixTransform(svg.getScreenCTM());"
            "return [at.x, at.y]"
        )
        left, top = self.driver.execute_script(code, x, y) or (0.0, 0.0)
        return left, top

    def points(self) -> list[tuple[float, float]]:
        """Return the points that can be moved."""
        code = (
            "return [...document.querySelectorAll('.handle .knob')]"
            ".map(e => [+e.getAttribute('cx'), +e.getAttribute('cy')])"
        )
        return [(x, y) for x, y in self.driver.execute_script(code) or []]

    def picture(self, name: str) -> None:
        """Take a picture of the page, where a folder for it is named."""
        if folder := os.environ.get("PLATSPULS_PICTURES"):
            self.driver.save_screenshot(f"{folder}/{name}.png")

    def save(self) -> str:
        before = self.find("#report").text
        self.find("#save").click()
        WebDriverWait(self.driver, 60).until(
            lambda _: self.find("#report").text != before or self.find("#problems").text
        )
        return self.find("#problems").text or self.find("#report").text

    def _mouse(self, kind: str, x: float, y: float) -> None:
        values = {"type": kind, "x": x, "y": y, "button": "left", "buttons": 1, "clickCount": 1}
        self.driver.execute_cdp_cmd("Input.dispatchMouseEvent", values)


def write_room(path: Path) -> Path:
    """Write a short clip of an empty room: wall, floor, a door, a bench."""
    room = np.full((432, 768, 3), (196, 206, 210), dtype=np.uint8)
    cv2.fillPoly(room, [np.array([[0, 250], [768, 250], [768, 432], [0, 432]])], (96, 128, 150))
    for x in range(-900, 1700, 130):
        cv2.line(room, (384 + (x - 384) // 3, 250), (x, 432), (70, 98, 120), 3)
    for y in (270, 300, 345, 405):
        cv2.line(room, (0, y), (768, y), (70, 98, 120), 3)
    cv2.rectangle(room, (560, 60), (670, 262), (60, 74, 92), -1)
    cv2.rectangle(room, (575, 78), (655, 262), (150, 166, 172), -1)
    cv2.rectangle(room, (90, 250), (330, 285), (40, 66, 108), -1)
    writer = cv2.VideoWriter(str(path), cv2.CAP_FFMPEG, cv2.VideoWriter.fourcc(*"mp4v"), 10.0, (768, 432))
    for _ in range(4):
        writer.write(room)
    writer.release()
    return path


def _touch(kind: str, *place: float) -> dict[str, Any]:
    return {"type": kind, "touchPoints": [{"x": place[0], "y": place[1]}] if place else []}


@contextmanager
def opened(driver: Chrome, device: Path, site: Path, size: tuple[int, int], *, dark: bool = False) -> Iterator[Page]:
    """Serve the page of both files, and type the code."""
    options = PanelOptions(KINDS, lambda: NOW, trail_s=1.0)
    with open_panel(device, site, options) as panel, served(driver, panel, size, dark=dark):
        yield Page(driver, device, site)


@contextmanager
def served(driver: Chrome, panel: Panel, size: tuple[int, int], *, dark: bool = False) -> Iterator[None]:
    """Serve the page of a panel, and type the code."""
    with open_server(Desk(OneTimeCode(CODE, time.monotonic), panel), "127.0.0.1") as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            show_as(driver, width=size[0], height=size[1], dark=dark)
            driver.execute_cdp_cmd("Emulation.setTouchEmulationEnabled", {"enabled": size[0] < 500})
            accept(driver, "en-GB")
            driver.get(f"http://127.0.0.1:{server.server_port}/")
            driver.find_element(By.ID, "code").send_keys(CODE, Keys.ENTER)
            WebDriverWait(driver, 60).until(lambda one: one.find_elements(By.CSS_SELECTOR, "#parts section"))
            yield
            logged = [line["message"] for line in driver.get_log("browser") if line["level"] == "SEVERE"]
            assert [line for line in logged if "/save" not in line] == []
        finally:
            driver.execute_script("window.onbeforeunload = null")
            driver.execute_cdp_cmd("Page.navigate", {"url": "about:blank"})
            driver.execute_cdp_cmd("Emulation.setTouchEmulationEnabled", {"enabled": False})
            server.shutdown()
            thread.join()


@pytest.mark.parametrize("size", [DESKTOP, PHONE])
def test_a_line_and_a_zone_are_drawn_and_saved(chromium: Chrome, tmp_path: Path, size: tuple[int, int]) -> None:
    device, site = write_place(tmp_path, write_room(tmp_path / "clip.mp4"), line="")
    with opened(chromium, device, site, size) as page:
        page.act("draw")
        page.tap(500, 20)
        page.tap(500, 410)
        page.drag((500, 20), (600, 5))
        page.act("turn")
        page.act("turn")
        page.picture("setup-phone" if size == PHONE else "setup-desktop")
        assert "From the station" in page.find("#parts").text
        assert "Forward: outside → The tunnel" in page.find("#parts").text
        page.choose("zone:golvet")
        page.act("draw")
        for x, y in [(100, 60), (600, 60), (600, 400), (100, 400), (100, 60)]:
            page.tap(x, y)
        assert len(page.points()) == 4
        assert "kamera-a-20261122" in page.save()
    written, line = load(device, KINDS), load(device, KINDS).lines[0]
    assert [round(x / 10) for x, _ in line.points] == [60, 50]
    assert line.forward_towards[0] < 550
    assert [zone.zone for zone in written.zones] == ["golvet"]
    assert [one.zone for one in load_site(site).devices[0].zones] == ["golvet"]


def test_all_of_it_can_be_done_by_keys_and_refusals_are_shown(chromium: Chrome, tmp_path: Path) -> None:
    device, site = write_place(tmp_path, write_room(tmp_path / "clip.mp4"))
    with opened(chromium, device, site, DESKTOP) as page:
        assert page.points() == [(300.0, 0.0), (300.0, 432.0)]
        handle = page.find('[data-point="0"]')
        chromium.execute_script("arguments[0].focus()", handle)
        ActionChains(chromium).send_keys(Keys.ARROW_RIGHT, Keys.ARROW_RIGHT, Keys.ARROW_DOWN).perform()
        assert page.points()[0] == (315.4, 7.7)
        assert chromium.switch_to.active_element.get_attribute("data-point") == "0"
        page.act("add_point")
        assert len(page.points()) == 3
        page.act("remove_point")
        assert len(page.points()) == 2
        page.find("#undo").click()
        assert len(page.points()) == 3
        page.find("#language").click()
        assert "Framåt: utanför → Gångtunneln" in page.find("#parts").text
        page.act("remove")
        assert "Inget sparades" in page.save()
        assert "nothing to count" in page.find("#problems").text
        assert tomllib.loads(device.read_text("utf-8"))["device"]["setup"] == "kamera-a"


def test_while_a_line_is_drawn_the_page_says_what_it_can_see(chromium: Chrome, tmp_path: Path) -> None:
    device, site = write_place(tmp_path, write_room(tmp_path / "clip.mp4"))

    def said(page: Page, words: str) -> None:
        WebDriverWait(chromium, 60).until(lambda _: words in page.find('[data-sight="stationen"]').text)

    with opened(chromium, device, site, PHONE) as page:
        said(page, "People are seen")
        page.drag((300, 0), (750, 5))
        page.drag((300, 424), (750, 428))
        said(page, "nobody is found")
        assert "bad" in (page.find('[data-part="stationen"]').get_attribute("class") or "")
        page.picture("setup-sight-phone")
        page.find("#language").click()
        said(page, "hittas ingen")
        page.picture("setup-sight-sv-phone")
        page.find("#undo").click()
        page.find("#undo").click()
        said(page, "Folk syns")
        page.picture("setup-sight-good-phone")


def test_a_ruler_drawn_on_the_picture_gives_the_scale(chromium: Chrome, tmp_path: Path) -> None:
    """Two taps along the bench, which is 2.4 m wide; or the height of who walked by, taken over."""
    pair = ConfigPair(*write_place(tmp_path, write_room(tmp_path / "clip.mp4")))
    with opened(chromium, pair.device, pair.site, DESKTOP) as page:
        page.choose("ruler:ruler")
        assert "Now 200 pixels are a metre" in page.find("#parts").text
        assert not chromium.find_elements(By.CSS_SELECTOR, '[data-act="person"]')
        page.act("draw")
        page.tap(90, 270)
        page.tap(330, 270)
        metres = page.find("#metres")
        metres.clear()
        metres.send_keys("2.4", Keys.ENTER)
        assert "pixels are a metre" in page.find("#parts").text
        page.picture("setup-ruler-desktop")
        assert "kamera-a-20261122" in page.save()
        assert page.points() == []
    assert load(pair.device, KINDS).units_per_metre == pytest.approx(100, abs=2)
    files = PictureFiles(pair, (768, 432), lambda: NOW)
    panel = drawing_panel(files, b"", (768, 432), person_px=221.0)
    with served(chromium, panel, PHONE):
        page = Page(chromium, pair.device, pair.site)
        page.choose("ruler:ruler")
        page.act("person")
        assert "With this ruler 130 pixels" in page.find("#parts").text
        page.save()
    assert load(pair.device, KINDS).units_per_metre == 130.0


def test_a_new_zone_gets_its_names_and_a_key(chromium: Chrome, tmp_path: Path) -> None:
    device, site = write_place(tmp_path, write_room(tmp_path / "clip.mp4"))
    with opened(chromium, device, site, DESKTOP, dark=True) as page:
        page.act("new_zone")
        page.find('[name="sv"]').send_keys("Vid bänken")
        page.find('[name="en"]').send_keys("By the bench")
        page.find("form.new .primary").click()
        page.act("place")
        assert "kamera-a-20261122" in page.save()
        page.find("#done").click()
        WebDriverWait(chromium, 60).until(lambda _: "closed" in page.find("main").text)
    assert load_site(site).zones[1].key == "vid-banken"
    assert load(device, KINDS).zones[0].zone == "vid-banken"


@pytest.mark.parametrize("size", [DESKTOP, PHONE])
def test_a_line_is_drawn_on_the_floor_below_a_thermal_array(
    chromium: Chrome, tmp_path: Path, size: tuple[int, int]
) -> None:
    """Two people walk through, one behind the other, while it looks."""
    pair = ConfigPair(*write_sensor(tmp_path, 'kind = "thermal"\npart = "mlx90640"\nheight_m = 2.8'))
    walks = [walk(0, across=-0.3, reach_m=2.2), walk(2, across=0.5, reach_m=2.2)]
    seen = np.stack([picture for _, picture in frames(MLX90640, walks, 2.8)])
    trail = drawn((seen - np.median(seen, axis=(1, 2), keepdims=True)).max(axis=0), Optics.of((24, 32), (110, 75), 2.8))
    files = on_floor(pair, trail.bounds, lambda: NOW)
    with served(chromium, drawing_panel(files, trail.png, files.size, "thermal"), size):
        page = Page(chromium, pair.device, pair.site)
        assert "stored nowhere" in page.find("#coarse").text
        page.act("draw")
        page.tap(60, 110)
        page.tap(350, 110)
        page.picture("setup-thermal-phone" if size == PHONE else "setup-thermal-desktop")
        assert "Forward: outside → The tunnel" in page.find("#parts").text
        assert "sensor-a-20261122" in page.save()
    line = load(pair.device, KINDS).lines[0]
    assert line.points[0] == pytest.approx((-1.42, -0.01), abs=0.08)
    assert line.points[1] == pytest.approx((1.48, -0.01), abs=0.08)
    assert [one.line for one in load_site(pair.site).devices[0].lines] == ["stationen"]


@pytest.mark.parametrize("size", [DESKTOP, PHONE])
def test_the_direction_of_beams_is_turned_after_somebody_walked(
    chromium: Chrome, tmp_path: Path, size: tuple[int, int]
) -> None:
    """Who walks here goes backward, as the beams hang."""
    pair = ConfigPair(*write_sensor(tmp_path, BEAMS))
    live = SensorWatch(source_of(Script(SECOND)))
    thread = live.start()
    with served(chromium, doorway_panel(DoorwayFiles.of(pair, live, lambda: NOW)), size):
        page = Page(chromium, pair.device, pair.site)
        assert "from outside to The tunnel" in page.find("#walk").text
        assert page.find("#left").text == "outside"
        WebDriverWait(chromium, 60).until(lambda _: page.find("#went").text == "Somebody went The tunnel → outside.")
        page.find("#turn").click()
        assert page.find("#left").text == "The tunnel"
        WebDriverWait(chromium, 60).until(lambda _: page.find("#went").text == "Somebody went outside → The tunnel.")
        page.picture("setup-doorway-phone" if size == PHONE else "setup-doorway-desktop")
        assert chromium.execute_script("return document.documentElement.scrollWidth <= innerWidth")
        assert "sensor-a-20261122" in page.save()
        assert "outside → The tunnel" in page.find("#went").text
        page.find("#language").click()
        assert page.find("#went").text == "Någon gick utanför → Gångtunneln."
        page.find("#done").click()
        WebDriverWait(chromium, 60).until(lambda _: "stängd" in page.find("main").text)
    live.close()
    thread.join(20)
    assert tomllib.loads(pair.device.read_text("utf-8"))["source"]["first_pin"] == 27


@pytest.mark.full
@pytest.mark.timeout(300)
def test_what_is_drawn_on_the_recorded_clip_counts_six_and_none_back(chromium: Chrome, tmp_path: Path) -> None:
    device, site = write_place(tmp_path, recorded(CLIP), recorded(YOLOX_NANO), line="")
    with opened(chromium, device, site, PHONE) as page:
        page.act("draw")
        page.tap(600, 2)
        page.tap(600, 430)
        page.act("turn")
        page.choose("zone:golvet")
        page.act("place")
        assert "Saved" in page.save()
    loaded = load(device, KINDS)
    opened_input = open_input(loaded, tmp_path, SystemClock())
    counted = count(opened_input.source.detections(), make_tally(loaded, opened_input.view))
    assert counted.net == (6, 0)
