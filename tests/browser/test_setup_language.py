"""Who chooses a language on the page that asks for the code has the next one in it, whatever the browser asks for."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from selenium.webdriver import Chrome, Keys
from selenium.webdriver.common.by import By
from selenium.webdriver.support.wait import WebDriverWait

from counter.device_file import load
from platspuls.setup.config_pair import ConfigPair
from platspuls.setup.doorway import DoorwayFiles, SensorWatch
from platspuls.setup.files import PictureFiles
from platspuls.setup.one_time_code import OneTimeCode
from platspuls.setup.panels import Panel, doorway_panel, drawing_panel
from platspuls.setup.server import Desk, open_server
from platspuls.setup.truth import open_truth
from tests.browser.conftest import accept
from tests.browser.test_setup_page import CODE, NOW, write_room
from tests.platspuls.place import write_place, write_sensor
from tests.platspuls.test_setup_sensors import BEAMS, Script, source_of

pytestmark = pytest.mark.browser


@contextmanager
def panel_of(page: str, folder: Path) -> Iterator[Panel]:
    if page == "doorway":
        pair = ConfigPair(*write_sensor(folder, BEAMS))
        yield doorway_panel(DoorwayFiles.of(pair, SensorWatch(source_of(Script(0.0))), lambda: NOW))
        return
    device, site = write_place(folder, write_room(folder / "clip.mp4"))
    if page == "drawing":
        yield drawing_panel(PictureFiles(ConfigPair(device, site), (768, 432), lambda: NOW), b"", (768, 432))
        return
    with open_truth(load(device), folder / "truth.toml") as panel:
        yield panel


@pytest.mark.parametrize("page", ["drawing", "doorway", "truth"])
def test_the_language_that_was_chosen_with_the_code_stays(chromium: Chrome, tmp_path: Path, page: str) -> None:
    accept(chromium, "en-GB")
    with (
        panel_of(page, tmp_path) as panel,
        open_server(Desk(OneTimeCode(CODE, time.monotonic), panel), "127.0.0.1") as server,
    ):
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            chromium.get(f"http://127.0.0.1:{server.server_port}/")
            chromium.find_element(By.CSS_SELECTOR, 'a[lang="sv"]').click()
            chromium.find_element(By.ID, "code").send_keys(CODE, Keys.ENTER)
            WebDriverWait(chromium, 60).until(lambda one: one.find_element(By.ID, "save").text)
            assert chromium.find_element(By.ID, "save").text == "Spara"
        finally:
            chromium.execute_cdp_cmd("Page.navigate", {"url": "about:blank"})
            server.shutdown()
            thread.join()
            chromium.get_log("browser")
