"""How the words of entries are called in both languages: for forms, lists and reports."""

from collections.abc import Mapping
from typing import Annotated, Final

from pydantic import Field

from api.tables.base import FrozenModel


class Word(FrozenModel):
    """One word that a field may hold."""

    sv: Annotated[str, Field(description="In Swedish.", examples=["konsert"])]
    en: Annotated[str, Field(description="In English.", examples=["concert"])]


def _said(**words: str) -> dict[str, Word]:
    """Return words by their Swedish; the English is the word itself, with spaces."""
    return {name: Word(sv=swedish, en=name.replace("_", " ")) for name, swedish in words.items()}


_AGES: Final = ("0-6", "7-14", "15-24", "25-44", "45-64")

WORDS: Final[Mapping[str, Mapping[str, Word]]] = {
    "gender": _said(woman="kvinna", man="man", other="annat", unknown="okänt"),
    "age": {
        **{age: Word(sv=f"{age} år", en=f"{age} years") for age in _AGES},
        "65+": Word(sv="65 år och äldre", en="65 years and older"),
        **_said(unknown="okänd"),
    },
    "posture": _said(
        standing="står",
        leaning="lutar sig",
        sitting="sitter",
        lying="ligger",
        moving="rör sig",
        other="annat",
        unknown="okänt",
    ),
    "doing": _said(
        talking="samtalar",
        resting="vilar",
        waiting="väntar",
        eating="äter eller dricker",
        playing="leker eller spelar",
        sport="idrottar",
        music="musicerar",
        watching="tittar eller lyssnar",
        making="skapar",
        shopping="handlar",
        phone="använder telefon",
        working="arbetar",
        other="annat",
        unknown="okänt",
    ),
    "activity_kind": _said(
        concert="konsert",
        performance="föreställning",
        market="marknad",
        workshop="verkstad",
        sport="idrott",
        game="spel",
        exhibition="utställning",
        talk="samtal eller föredrag",
        walk="vandring",
        gathering="träff",
        other="annat",
    ),
    "participants_method": _said(counted="räknat", estimated="uppskattat"),
    "staff_role": _said(
        host="platsvärd",
        activity_leader="aktivitetsledare",
        performer="artist",
        volunteer="volontär",
        guard="väktare",
        cleaner="städare",
        technician="tekniker",
        evaluator="utvärderare",
        other="annan",
    ),
    "survey_mode": _said(
        on_site="på plats",
        paper="på papper",
        online="på webben",
        phone="per telefon",
        mixed="blandat",
    ),
    "incident_kind": _said(
        damage="skadegörelse",
        graffiti="klotter",
        litter="nedskräpning",
        disturbance="störning",
        threat="hot",
        violence="våld",
        theft="stöld",
        drugs="droger",
        fire="brand",
        accident="olycka",
        other="annat",
    ),
    "phase_kind": {
        **_said(baseline="nollmätning"),
        "followup": Word(sv="uppföljning", en="follow-up"),
    },
}
"""By field. `doing` is what the field `activity` of a tally holds."""
