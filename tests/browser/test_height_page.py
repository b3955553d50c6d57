"""The height of a camera on the set-up page, taken from somebody who walks through."""

from pathlib import Path
from typing import cast

import pytest
from selenium.webdriver import ActionChains, Chrome, Keys
from selenium.webdriver.support.wait import WebDriverWait

from counter.device_file import load
from counter.sources.video.settings import ClipSource
from platspuls.setup.config_pair import ConfigPair
from platspuls.setup.files import PictureFiles
from platspuls.setup.panels import drawing_panel
from platspuls.setup.walk_through import PageWalk, WalkLook, with_walk
from sim.kinds import KINDS
from tests.browser.test_setup_page import NOW, PHONE, Page, served, write_room
from tests.platspuls.place import write_place
from tests.platspuls.test_walk_through import ScriptedLook

pytestmark = pytest.mark.browser


def test_the_height_is_taken_from_who_walks_through_by_keys_on_a_phone(chromium: Chrome, tmp_path: Path) -> None:
    """Nobody is alone long enough at first. What is found is filled in, can be taken back, and is written by a save."""
    device, site = write_place(tmp_path, write_room(tmp_path / "clip.mp4"))
    text = device.read_text()
    start, end = text.index("[detector]"), text.index("[outbox]")
    text = f'{text[:start]}[detector]\nkind = "background"\n\n{text[end:]}'
    device.write_text(text.replace("max_rate", 'anchor = "centre"\nmax_rate'))
    files = PictureFiles(ConfigPair(device, site), (768, 432), lambda: NOW)
    looks = [ScriptedLook(None), ScriptedLook(2.7)]
    said = iter(looks)
    walk = PageWalk(files, open_look=lambda *_: cast("WalkLook", next(said)))

    def press(css: str) -> None:
        chromium.execute_script("arguments[0].focus()", page.find(css))
        ActionChains(chromium).send_keys(Keys.SPACE).perform()

    def help_says(words: str) -> None:
        WebDriverWait(chromium, 60).until(lambda _: words in page.find("#help").text)

    with served(chromium, with_walk(drawing_panel(files, b"", (768, 432)), walk), PHONE):
        page = Page(chromium, device, site)
        press('[data-key="height:height"]')
        assert "not known" in page.find("#parts").text
        press('[data-act="walk"]')
        help_says("The beginning of the clip")
        assert page.find('[data-act="walk"]').get_attribute("aria-disabled") == "true"
        assert chromium.switch_to.active_element.get_attribute("data-act") == "walk"
        page.picture("setup-height-phone")
        looks[0].close()
        help_says("Nobody was alone")
        press('[data-act="walk"]')
        page.find("#language").click()
        looks[1].close()
        help_says("2.7 meter")
        page.picture("setup-height-sv-phone")
        page.find("#undo").click()
        assert "inte känd" in page.find("#parts").text
        typed = page.find("#camera-height")
        typed.send_keys("3", Keys.ENTER)
        assert "3 m" in page.find("#parts").text
        assert "kamera-a-20261122" in page.save()
    source = load(device, KINDS).source
    assert isinstance(source, ClipSource)
    assert source.camera_height_m == 3.0
