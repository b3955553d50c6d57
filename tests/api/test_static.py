"""Scripts, style and templates fit the catalogue and each other."""

import re
from dataclasses import fields
from pathlib import Path

from api import web
from api.web.texts import Texts

FOLDER = Path(web.__file__).parent
KEYS = {field.name for field in fields(Texts)}
SCRIPTS = {path.name: path.read_text() for path in (FOLDER / "static").glob("*.js")}
TEMPLATES = {path.name: path.read_text() for path in (FOLDER / "templates").glob("*.html")}
MODULES = {path.name: path.read_text() for path in FOLDER.glob("*.py") if path.name != "texts.py"}
STYLE = (FOLDER / "static" / "app.css").read_text()


def test_scripts_and_templates_use_only_texts_that_exist() -> None:
    for name, source in {**SCRIPTS, **TEMPLATES}.items():
        assert set(re.findall(r"\btexts\.(\w+)", source)) <= KEYS, name


def test_every_text_is_used() -> None:
    everything = "\n".join([*SCRIPTS.values(), *TEMPLATES.values(), *MODULES.values()])
    assert {key for key in KEYS if not re.search(rf"\.{key}\b", everything)} == set()


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
