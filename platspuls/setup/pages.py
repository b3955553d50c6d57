"""The pages, as HTML: one asks for the code, one is to draw on, one is a doorway's. Scripts fill the latter two."""

from html import escape
from typing import Final

from core.texts.catalog import Domain, Language, catalog
from platspuls.setup.one_time_code import OneTimeCode

_HEAD: Final = """<!doctype html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title} - Platspuls</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/static/setup.css">
"""
_CODE: Final = """</head>
<body>
<main class="code">
<p class="brand">Platspuls</p>
<h1>{code_title}</h1>
<p id="code-help">{code_help}</p>
{wrong}
<form method="post" action="/code?lang={language}">
<label for="code">{code_label}</label>
<input id="code" name="code" inputmode="numeric" autocomplete="one-time-code" maxlength="12" required autofocus
 aria-describedby="code-help">
<button class="primary">{code_go}</button>
</form>
<p class="languages">{languages}</p>
</main>
</body>
</html>
"""
_DESK: Final = """<script type="module" src="/static/{script}.js"></script>
</head>
<body>
<header><p class="brand">Platspuls</p><h1 id="title">{title}</h1><p id="closes"></p>
<p class="languages"><button id="language" type="button"></button></p></header>
<main class="{kind}">
<section class="stage">
{stage}
</section>
<section class="side">
<div id="parts"></div>
<div id="problems" role="alert"></div>
<div class="bottom">
<p id="report" role="status"></p>
<button id="{act}" type="button"></button>
<button id="save" type="button" class="primary"></button>
<button id="done" type="button"></button>
</div>
</section>
</main>
</body>
</html>
"""
_PICTURE: Final = """<div class="frame"><svg id="picture" role="group" preserveAspectRatio="xMidYMid meet"></svg></div>
<p id="help" role="status"></p>
<p class="quiet" id="coarse"></p>"""
_DOORWAY: Final = """<svg id="doorway" role="img" viewBox="0 0 640 250" preserveAspectRatio="xMidYMid meet"></svg>
<div class="ends"><b id="left"></b><b id="right"></b></div>
<ul id="channels"></ul>
<p id="walk" class="walk"></p>
<p id="went" class="went" role="status"></p>
<p id="wrong" class="quiet"></p>
<p id="counted" class="quiet"></p>"""


def code_page(language: Language, code: OneTimeCode, *, is_wrong: bool) -> str:
    """Return the page that asks for the code; `is_wrong` when one was."""
    _ = catalog(Domain.SETUP, language).gettext
    problem = escape(_problem(language, code, is_wrong=is_wrong))
    return (_HEAD + _CODE).format(
        language=language,
        languages=" ".join(f'<a href="/?lang={one}" lang="{one}">{one}</a>' for one in Language),
        wrong=f'<p class="wrong" role="alert">{problem}</p>' if problem else "",
        title=escape(_("Draw lines and zones")),
        code_title=escape(_("One-time code")),
        code_help=escape(_("Type the code that the counter shows.")),
        code_label=escape(_("Code")),
        code_go=escape(_("Open")),
    )


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
    return _desk(language, title, script="setup", kind="desk", stage=_PICTURE, act="undo")


def doorway_page(language: Language) -> str:
    """Return the page of a doorway's sensor."""
    title = catalog(Domain.SETUP, language).gettext("Direction through the doorway")
    return _desk(language, title, script="doorway", kind="desk doorway", stage=_DOORWAY, act="turn")


def _desk(language: Language, title: str, **parts: str) -> str:
    return (_HEAD + _DESK).format(language=language, title=escape(title), **parts)
