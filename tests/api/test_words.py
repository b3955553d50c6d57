"""Every word that an entry may hold has a name in both languages."""

from typing import Any, Literal, get_args, get_origin

from pydantic import BaseModel

from api.logbook import fields
from api.logbook.words import WORDS

HOLDS: dict[str, tuple[type[BaseModel], str]] = {
    "gender": (fields.Group, "gender"),
    "age": (fields.Tally, "age"),
    "posture": (fields.Tally, "posture"),
    "doing": (fields.Tally, "activity"),
    "activity_kind": (fields.ActivityFields, "kind"),
    "participants_method": (fields.Participants, "method"),
    "staff_role": (fields.StaffTimeFields, "role"),
    "survey_mode": (fields.SurveyFields, "mode"),
    "incident_kind": (fields.IncidentFields, "kind"),
    "phase_kind": (fields.PhaseFields, "kind"),
}


def choices(kind: Any) -> list[str]:  # noqa: ANN401 - types of fields are anything
    if get_origin(kind) is Literal:
        return list(get_args(kind))
    return [word for part in get_args(kind) for word in choices(part)]


def test_every_word_has_its_names_in_the_same_order() -> None:
    assert WORDS.keys() == HOLDS.keys()
    for name, (model, field) in HOLDS.items():
        assert list(WORDS[name]) == choices(model.model_fields[field].annotation), name
