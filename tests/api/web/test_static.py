"""Scripts, style and templates fit each other; texts stand in catalogs (tests/core/texts)."""

import re
from pathlib import Path

from api import web

FOLDER = Path(web.__file__).parent


def _files(folder: str, suffix: str) -> dict[str, str]:
    found = (FOLDER / folder).rglob(f"*{suffix}")
    return {path.relative_to(FOLDER / folder).as_posix(): path.read_text() for path in found}


SCRIPTS = _files("static", ".js")
TEMPLATES = _files("templates", ".html")
STYLES = _files("static", ".css")
STYLE = STYLES["shared/app.css"]


def test_scripts_that_say_something_import_what_translates_it() -> None:
    for name, source in SCRIPTS.items():
        for function in ("_", "ngettext"):
            if re.search(rf"(?<![.\w]){function}\(\s*\"", source) and name != "shared/text.js":
                imported = rf"import {{[^}}]*(?<!\w){function}\b[^}}]*}} from \"\.{{1,2}}/(\w+/)?text.js\""
                assert re.search(imported, source), name


def _reached(name: str) -> set[str]:
    """Return a script and all that it imports, by whatever way."""
    reached: set[str] = set()
    waiting = [name]
    while waiting:
        script = waiting.pop()
        if script not in reached:
            reached.add(script)
            waiting += [_beside(script, other) for other in re.findall(r'from "(\.[\w./]+)"', SCRIPTS[script])]
    return reached


def _beside(script: str, imported: str) -> str:
    folder = FOLDER / "static"
    return (folder / script).parent.joinpath(imported).resolve().relative_to(folder.resolve()).as_posix()


def test_pages_with_such_scripts_carry_their_texts() -> None:
    for name, source in TEMPLATES.items():
        loaded = re.findall(r'src="{{ page.static }}/([\w/]+\.js)"', source)
        speaks = any("shared/text.js" in _reached(script) for script in loaded)
        assert ('id="messages">{{ messages() | tojson }}<' in source) == speaks, name


def test_dark_by_choice_looks_like_dark_by_the_device() -> None:
    def colours(selector: str) -> list[str]:
        block = STYLE[STYLE.index(selector) :].partition("}")[0]
        return re.findall(r"--[\w-]+: [^;]+;", block)

    assert len(colours(':root:not([data-theme="light"])')) > 10
    assert colours(':root:not([data-theme="light"])') == colours(':root[data-theme="dark"] {')


def test_nothing_is_loaded_from_elsewhere() -> None:
    for name, source in {**SCRIPTS, **TEMPLATES, **STYLES}.items():
        assert set(re.findall(r"https?://[\w.]+", source)) <= {"http://www.w3.org"}, name
        assert "innerHTML" not in source, name
        assert not re.search(r"\bstyle=|\son\w+=|\|\s*safe\b", source), name


def test_templates_and_scripts_are_short_enough_to_be_read_whole() -> None:
    long = {name: len(text.splitlines()) for name, text in {**SCRIPTS, **TEMPLATES}.items()}
    assert {name: lines for name, lines in long.items() if lines > 250} == {}
