"""What was done, in words: the audit names actions and things by their keys."""

from collections.abc import Mapping
from typing import Final

from api.web.i18n import texts
from core.texts.catalog import Language
from core.texts.catalog import noop as _

_THINGS: Final[Mapping[str, str]] = {
    "activity": _("activity"),
    "activity_template": _("weekly plan of activities"),
    "anomaly": _("something unusual"),
    "calibration": _("calibration"),
    "counting_round": _("counting round"),
    "day_close": _("close of day"),
    "exclusion": _("excluded time"),
    "export": _("file of numbers"),
    "incident": _("incident"),
    "manual_count": _("manual count"),
    "note": _("note"),
    "phase": _("phase of a study"),
    "round_plan": _("plan of counting rounds"),
    "site": _("site"),
    "staff_time": _("staff time"),
    "study": _("study"),
    "survey": _("survey"),
}
_ACTIONS: Final[Mapping[str, str]] = {
    "add": _("added: {thing}"),
    "answer": _("answered: {thing}"),
    "apply": _("changed: {thing}"),
    "archive": _("archived: {thing}"),
    "begin": _("began: {thing}"),
    "change": _("changed: {thing}"),
    "close": _("closed: {thing}"),
    "create": _("entered: {thing}"),
    "end": _("ended: {thing}"),
    "withdraw": _("withdrew: {thing}"),
}


def action_text(action: str, entity: str, number: str | None, language: Language) -> str:
    """Return what was done to what; a word that isn't known stays as the audit has it."""
    text = texts(language).gettext
    thing = text(_THINGS[entity]) if entity in _THINGS else entity.replace("_", " ")
    sentence = text(_ACTIONS[action]) if action in _ACTIONS else action.replace("_", " ") + ": {thing}"
    return sentence.format(thing=f"{thing} {number}" if number and number.isdigit() else thing)


def actor_text(actor: str) -> str:
    """Return who did it: the name of a login or key without what it is."""
    kind, colon, name = actor.partition(":")
    if not colon:
        return actor
    return name.partition(" ")[2] or name if kind == "login" else name
