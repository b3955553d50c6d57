"""Help for every page, in both languages, and sheets for the wall."""

from http import HTTPStatus
from pathlib import Path

import httpx
import pytest

from api import web
from api.web.help.topics import SHEETS, TOPICS
from api.web.i18n import texts
from api.web.navigation import HELP, help_path
from core.texts.catalog import Language
from tests.browser.serving import serving


def test_every_page_that_people_work_with_has_help_of_its_own() -> None:
    """A folder of templates that comes later has help, or this says that it lacks it."""
    folder = Path(web.__file__).parent / "templates"
    without = {"shared", "about_api", "help"}
    pages = [path.relative_to(folder).as_posix() for path in folder.rglob("*.html") if path.parent.name not in without]
    parts = {"today/parts.html"}
    assert {page for page in pages if help_path(page) == HELP} <= parts
    assert {help_path(page).removeprefix(f"{HELP}/") for page in pages if page not in parts} == TOPICS.keys()


@pytest.mark.chain
def test_anybody_reads_help_and_sheets_in_both_languages(database_url: str) -> None:
    with serving(database_url) as address, httpx.Client(base_url=address) as client:
        for language in Language:
            say = texts(language).gettext
            for path, title in {
                **{f"{HELP}/{key}": topic.title for key, topic in TOPICS.items()},
                **{f"{HELP}/sheets/{key}": sheet.title for key, sheet in SHEETS.items()},
            }.items():
                answer = client.get(path, params={"lang": language})
                assert (answer.status_code, say(title) in answer.text) == (HTTPStatus.OK, True), path
                assert path in client.get(HELP).text
        assert client.get(f"{HELP}/todya").status_code == HTTPStatus.NOT_FOUND
