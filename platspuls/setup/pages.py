"""The pages, as HTML: one asks for the code, one is to draw on, one is a doorway's. Scripts fill the latter two."""

from html import escape
from importlib.resources import files
from string import Template

from core.texts.catalog import Domain, Language, catalog
from platspuls.setup.one_time_code import OneTimeCode


def code_page(language: Language, code: OneTimeCode, *, is_wrong: bool) -> str:
    """Return the page that asks for the code; `is_wrong` when one was."""
    _ = catalog(Domain.SETUP, language).gettext
    problem = escape(_problem(language, code, is_wrong=is_wrong))
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
    return _filled("page", language=language, title=escape(_("Draw lines and zones")), script="", body=body)


def _problem(language: Language, code: OneTimeCode, *, is_wrong: bool) -> str:
    _ = catalog(Domain.SETUP, language).gettext
    if not code.left_s:
        return _("The page is closed. Start platspuls counter setup again if you need it.")
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


def _desk(language: Language, title: str, stage: str, *, script: str, **parts: str) -> str:
    body = _filled("desk", title=escape(title), stage=_filled(stage), **parts)
    script = f'<script type="module" src="/static/{script}.js"></script>\n'
    return _filled("page", language=language, title=escape(title), script=script, body=body)


def _filled(name: str, **values: str) -> str:
    """Return a template with its values, which are HTML."""
    return Template(files("platspuls.setup").joinpath("templates", f"{name}.html").read_text("utf-8")).substitute(
        values
    )
