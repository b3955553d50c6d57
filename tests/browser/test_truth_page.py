"""Watching a clip in a real browser, and noting who passes: by keys and by finger, on a desktop and on a phone."""

from dataclasses import replace
from pathlib import Path

import pytest
from selenium.webdriver import ActionChains, Chrome, Keys
from selenium.webdriver.common.by import By
from selenium.webdriver.support.wait import WebDriverWait

from counter.device_file import load
from counter.diagnostics.clips.truth import read_clip_truth
from platspuls.setup.truth import open_truth
from tests.browser.test_setup_page import DESKTOP, PHONE, Page, served
from tests.support.counter.clips import write_clip
from tests.support.counter.walk_clip import write_device

pytestmark = pytest.mark.browser


def test_a_clip_is_watched_and_noted_by_keys(chromium: Chrome, tmp_path: Path) -> None:
    device = write_device(tmp_path, write_clip(tmp_path / "clip.mp4", 80, size=(240, 160)))
    path = tmp_path / "truth.toml"
    with open_truth(load(device), path) as panel, served(chromium, panel, DESKTOP):
        page = Page(chromium, device, path)
        WebDriverWait(chromium, 60).until(lambda _: page.find("#screen").get_attribute("data-frame"))
        _type(chromium, "f")  # nothing was watched
        assert page.find("#counts").text.startswith("Forward 0, backward 0; watched 0:00.0")
        _type(chromium, "+", "+", " ")
        WebDriverWait(chromium, 60).until(lambda _: float(page.find("#place").get_attribute("value") or 0) > 10)
        _type(chromium, "f", "b", "b", "u")
        WebDriverWait(chromium, 60).until(lambda _: page.find("#play").text == "Play")  # at the end
        assert page.find("#counts").text == "Forward 1, backward 1; watched 0:08.0 of 0:08.0."
        _type(chromium, Keys.ARROW_LEFT, "f")
        assert page.find("#time").text == "0:02.9 / 0:08.0"
        assert "Forward 2, backward 1" in page.find("#counts").text
        page.picture("truth-desktop")
        page.find("#language").click()
        assert "Framåt 2, bakåt 1" in page.find("#counts").text
        WebDriverWait(chromium, 60).until(lambda _: "Sparat i" in page.find("#report").text)
        page.find("#done").click()
        WebDriverWait(chromium, 60).until(lambda _: "counter truth" in page.find("main").text)
    seen = read_clip_truth(path).lines["stationen"]
    assert (seen.watched_s, len(seen.passages("forward")), len(seen.passages("backward"))) == ([(0.0, 8.0)], 2, 1)
    assert 2.9 in seen.forward_s


def test_a_phone_has_all_of_it_within_its_width_and_goes_on_with_what_was_noted(
    chromium: Chrome, tmp_path: Path
) -> None:
    device = write_device(tmp_path, write_clip(tmp_path / "clip.mp4", 30, size=(240, 160)))
    path = tmp_path / "truth.toml"
    path.write_text("[lines.stationen]\nwatched_s = [[0.0, 2.0]]\nforward_s = [1.0]\n", "utf-8")
    with open_truth(load(device), path) as panel, served(chromium, panel, PHONE, dark=True):
        page = Page(chromium, device, path)
        assert "Forward 1, backward 0; watched 0:02.0 of 0:03.0" in page.find("#counts").text
        page.find("#backward").click()  # at the beginning, which was watched
        assert chromium.execute_script("return document.documentElement.scrollWidth <= innerWidth")
        page.picture("truth-phone")
        chromium.find_elements(By.CSS_SELECTOR, ".passages button")[1].click()  # the one that was there
        WebDriverWait(chromium, 60).until(lambda _: "Saved to" in page.find("#report").text)
    seen = read_clip_truth(path).lines["stationen"]
    assert (seen.forward_s, seen.backward_s) == ([], [0.0])


def test_frames_that_do_not_come_are_asked_for_again(chromium: Chrome, tmp_path: Path) -> None:
    """Going far ahead in a long clip may take longer than a connection lasts: that is not the end of the page."""
    device = write_device(tmp_path, write_clip(tmp_path / "clip.mp4", 40, size=(240, 160)))
    asked: list[int] = []

    def slow(first: int, step: int, count: int) -> bytes:
        asked.append(first)
        if len(asked) <= 5:
            raise OSError("hung up")
        return frames(first, step, count)

    with open_truth(load(device), tmp_path / "truth.toml") as panel:
        assert panel.frames
        frames = panel.frames
        with served(chromium, replace(panel, frames=slow), DESKTOP):
            page = Page(chromium, device, tmp_path / "truth.toml")
            WebDriverWait(chromium, 60).until(lambda _: page.find("#screen").get_attribute("data-frame") == "0")
            said = [line["message"] for line in chromium.get_log("browser") if line["level"] == "SEVERE"]
    assert len(asked) > 5
    assert [line for line in said if "/frames" not in line] == []


def _type(driver: Chrome, *keys: str) -> None:
    for key in keys:
        ActionChains(driver).send_keys(key).perform()
