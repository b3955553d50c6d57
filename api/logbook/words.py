"""How the words of log records are called in both languages: for forms, lists and reports."""

from collections.abc import Mapping
from functools import cache
from typing import Annotated, Any, Final, Literal, get_args, get_origin

from pydantic import BaseModel, Field

from api.logbook import fields, round_plan
from api.logbook.origin import RecordOrigin
from api.tables.base import FrozenModel
from core.texts.catalog import Domain, Language, catalog

FIELDS: Final[Mapping[str, tuple[type[BaseModel], str]]] = {
    "gender": (fields.Group, "gender"),
    "age": (fields.ManualTally, "age"),
    "posture": (fields.ManualTally, "posture"),
    "doing": (fields.ManualTally, "activity"),
    "direction": (fields.ManualTally, "direction"),
    "count_mode": (fields.ManualCountFields, "mode"),
    "round_day_type": (round_plan.PlannedSlot, "day_type"),
    "activity_kind": (fields.ActivityFields, "kind"),
    "participants_method": (fields.Participants, "method"),
    "staff_role": (fields.StaffTimeFields, "role"),
    "survey_mode": (fields.SurveyFields, "mode"),
    "incident_kind": (fields.IncidentFields, "kind"),
    "phase_kind": (fields.PhaseFields, "kind"),
    "activity_status": (fields.ActivityFields, "status"),
    "participants_figure": (fields.Participants, "figure"),
    "figure": (fields.AddedFigure, "figure"),
    "day_opening": (fields.DayCloseFields, "opening"),
    "entered_via": (RecordOrigin, "entered_via"),
}
"""The fields that hold a word, by the name that forms know them by."""


class Word(FrozenModel):
    """One word that a field may hold."""

    sv: Annotated[str, Field(description="In Swedish.", examples=["konsert"])]
    en: Annotated[str, Field(description="In English.", examples=["concert"])]


def choices(annotation: Any) -> list[str]:  # noqa: ANN401 - types of fields are anything
    """Return the words that a field may hold, in order."""
    if get_origin(annotation) is Literal:
        return list(get_args(annotation))
    return [word for part in get_args(annotation) for word in choices(part)]


@cache
def names_by_field() -> Mapping[str, Mapping[str, Word]]:
    """Return every word with its names, by field."""
    return {
        name: {word: _named(name, word) for word in choices(model.model_fields[field].annotation)}
        for name, (model, field) in FIELDS.items()
    }


def _named(name: str, word: str) -> Word:
    swedish, english = (catalog(Domain.ANSWERS, language) for language in (Language.SV, Language.EN))
    text = word.replace("_", " ")
    return Word(sv=swedish.pgettext(name, text), en=english.pgettext(name, text))
