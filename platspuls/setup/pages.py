"""The pages, as HTML: one asks for the code; scripts fill those to draw on, of a doorway, and of a clip."""

from html import escape
from importlib.resources import files
from string import Template
from typing import Final

from core.texts.catalog import Domain, Language, catalog
from platspuls.setup.one_time_code import OneTimeCode
from platspuls.setup.panels import Page

_COMMANDS: Final = {"truth": "platspuls counter truth"}


def code_page(language: Language, code: OneTimeCode, *, is_wrong: bool, page: Page = "drawing") -> str:
    """Return the page that asks for the code of another page; `is_wrong` when one was."""
    _ = catalog(Domain.SETUP, language).gettext
    problem = escape(_problem(language, code, is_wrong=is_wrong, page=page))
    title = _("Note who passes") if page == "truth" else _("Draw lines and zones")
    body = _filled(
        "code",
        language=language,
        languages=" ".join(f'<a href="/?lang={one}" lang="{one}">{one}</a>' for one in Language),
        wrong=f'<p class="wrong" role="alert">{problem}</p>' if problem else "",
        code_title=escape(_("One-time code")),
        code_help=escape(_("Type the code that the counter shows.")),
        code_label=escape(_("Code")),
        code_go=escape(_("Open")),
    )
    return _filled("page", language=language, title=escape(title), script="", body=body)


def _problem(language: Language, code: OneTimeCode, *, is_wrong: bool, page: Page) -> str:
    _ = catalog(Domain.SETUP, language).gettext
    if not code.left_s:
        text = _("The page is closed. Start {command} again if you need it.")
        return text.format(command=_COMMANDS.get(page, "platspuls counter setup"))
    if not code.tries:
        return _("The code was used in another browser already.")
    return _("Wrong code. Tries left: {left}.").format(left=code.tries) if is_wrong else ""


def drawing_page(language: Language) -> str:
    """Return the page to draw on."""
    title = catalog(Domain.SETUP, language).gettext("Draw lines and zones")
    return _desk(language, title, "drawing", script="setup", kind="desk", act="undo")


def doorway_page(language: Language) -> str:
    """Return the page of a doorway's sensor."""
    title = catalog(Domain.SETUP, language).gettext("Direction through the doorway")
    return _desk(language, title, "doorway", script="doorway", kind="desk doorway", act="turn")


def truth_page(language: Language) -> str:
    """Return the page on which somebody notes who passes in a clip."""
    title = catalog(Domain.SETUP, language).gettext("Note who passes")
    return _desk(language, title, "truth", script="truth", kind="desk truth", act="undo", style="truth")


def _desk(language: Language, title: str, stage: str, *, script: str, style: str = "", **parts: str) -> str:
    body = _filled("desk", title=escape(title), stage=_filled(stage), **parts)
    script = f'<script type="module" src="/static/{script}.js"></script>\n'
    script += f'<link rel="stylesheet" href="/static/{style}.css">\n' if style else ""
    return _filled("page", language=language, title=escape(title), script=script, body=body)


def _filled(name: str, **values: str) -> str:
    """Return a template with its values, which are HTML."""
    return Template(files("platspuls.setup").joinpath("templates", f"{name}.html").read_text("utf-8")).substitute(
        values
    )
