"""Scripts, style and templates fit each other; texts stand in catalogs (tests/core/texts)."""

import re
from pathlib import Path

from api import web

FOLDER = Path(web.__file__).parent
SCRIPTS = {path.name: path.read_text() for path in (FOLDER / "static").glob("*.js")}
TEMPLATES = {path.name: path.read_text() for path in (FOLDER / "templates").glob("*.html")}
STYLE = (FOLDER / "static" / "app.css").read_text()


def test_scripts_that_say_something_import_what_translates_it() -> None:
    for name, source in SCRIPTS.items():
        for function in ("_", "ngettext"):
            if re.search(rf"(?<![.\w]){function}\(\s*\"", source) and name != "text.js":
                assert re.search(rf"import {{[^}}]*(?<!\w){function}\b[^}}]*}} from \"./text.js\"", source), name


def test_pages_with_such_scripts_carry_their_texts() -> None:
    for name, source in TEMPLATES.items():
        carries = 'id="messages">{{ messages() | tojson }}<' in source
        assert carries == ("/site.js" in source or "/count.js" in source), name


def test_dark_by_choice_looks_like_dark_by_the_device() -> None:
    def colours(selector: str) -> list[str]:
        block = STYLE[STYLE.index(selector) :].partition("}")[0]
        return re.findall(r"--[\w-]+: [^;]+;", block)

    assert len(colours(':root:not([data-theme="light"])')) > 10
    assert colours(':root:not([data-theme="light"])') == colours(':root[data-theme="dark"] {')


def test_nothing_is_loaded_from_elsewhere() -> None:
    for name, source in {**SCRIPTS, **TEMPLATES, "app.css": STYLE}.items():
        assert set(re.findall(r"https?://[\w.]+", source)) <= {"http://www.w3.org"}, name
        assert "innerHTML" not in source, name
        assert not re.search(r"\bstyle=|\son\w+=|\|\s*safe\b", source), name


def test_scripts_import_files_that_exist() -> None:
    for name, source in SCRIPTS.items():
        for imported in re.findall(r'from "\./([\w.]+)"', source):
            assert imported in SCRIPTS, name
