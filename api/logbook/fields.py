"""What people write, field by field. One model is what is given to make a log record of one kind.

The database checks all of it again and has the last word; here is what OpenAPI can say beforehand.
"""

from typing import Annotated, Final, Literal

from pydantic import AwareDatetime, ConfigDict, Field

from api.tables.base import FrozenModel

_KEY: Final = r"^[a-z0-9][a-z0-9-]{0,39}$"
_NO_NAMES: Final = "No names, addresses or numbers of persons."

Space = Annotated[str | None, Field(pattern=_KEY, description="Key of the space.", examples=["gangtunneln"])]
Zone = Annotated[
    str | None, Field(pattern=_KEY, description="Key of the zone; its space needn't be given.", examples=["bankarna"])
]
StartsAt = Annotated[
    AwareDatetime, Field(description="When it starts, with offset.", examples=["2026-10-01T17:00:00+02:00"])
]
EndsAt = Annotated[
    AwareDatetime, Field(description="When it ends, exclusive, with offset.", examples=["2026-10-01T19:00:00+02:00"])
]
Title = Annotated[str, Field(min_length=1, max_length=120, description=f"What it is called. {_NO_NAMES}")]
Note = Annotated[
    str | None,
    Field(min_length=1, max_length=2000, description=f"In own words. {_NO_NAMES}", examples=["Regn till 18"]),
]
Count = Annotated[int, Field(strict=True, ge=0, le=100_000, description="How many people.", examples=[12])]
TextSv = Annotated[str, Field(min_length=1, max_length=500, description="The words in Swedish.")]
TextEn = Annotated[str, Field(min_length=1, max_length=500, description="The words in English.")]
WordKey = Annotated[str, Field(pattern=_KEY, description="The key by which rounds are compared.", examples=["safe"])]
ResultSeen = Annotated[
    bool, Field(strict=True, description="Whether a result of this time had been seen by then.", examples=[False])
]
Gender = Annotated[
    Literal["woman", "man", "other", "unknown"] | None, Field(description="By sight.", examples=["woman"])
]
Age = Annotated[
    Literal["0-6", "7-14", "15-24", "25-44", "45-64", "65+", "unknown"] | None,
    Field(description="Years, by sight.", examples=["25-44"]),
]


class Group(FrozenModel):
    """Some of those who took part, by gender or age or both."""

    gender: Gender = None
    age: Age = None
    count: Count


class Participants(FrozenModel):
    """How many took part. Groups of one sort are disjoint; those by gender and by age may stand side by side."""

    method: Annotated[Literal["counted", "estimated"], Field(description="How it is known.", examples=["counted"])]
    total: Annotated[int, Field(strict=True, ge=0, le=1_000_000, description="All of them.", examples=[30])]
    groups: Annotated[list[Group], Field(max_length=500, description="By gender and age, where that was noted.")] = []  # noqa: RUF012 - pydantic copies it
    figure: Annotated[
        Literal["any_time", "peak", "moment"] | None,
        Field(
            description="What the number is: who took part at any time, the most at once, or who was there at one "
            "moment. Null: not noted.",
            examples=["any_time"],
        ),
    ] = None


ActivityKind = Annotated[
    Literal[
        "concert",
        "performance",
        "market",
        "workshop",
        "sport",
        "game",
        "exhibition",
        "talk",
        "walk",
        "gathering",
        "other",
    ],
    Field(description="What sort of activity.", examples=["concert"]),
]
Organiser = Annotated[
    str | None,
    Field(min_length=1, max_length=120, description="An organisation, no person.", examples=["Kulturskolan"]),
]


class AddedFigure(FrozenModel):
    """What head counts of several activities are, added."""

    figure: Literal["any_time", "peak", "moment", "mixed"] | None = None


class ActivityFields(FrozenModel):
    """Something arranged at the place."""

    kind: ActivityKind
    title: Annotated[Title, Field(examples=["Körsång i tunneln"])]
    space: Space = None
    starts_at: StartsAt
    ends_at: EndsAt
    organiser: Organiser = None
    participants: Annotated[Participants | None, Field(description="Null where nobody counted.")] = None
    note: Note = None
    status: Annotated[
        Literal["planned", "ongoing", "held", "cancelled"] | None,
        Field(
            description="What became of it. Left out: planned where it is still to come, else held. A planned one "
            "whose participants are noted was held.",
            examples=["held"],
        ),
    ] = None
    plan_key: Annotated[
        str | None,
        Field(
            min_length=1,
            max_length=200,
            description="What a plan or an import made it from: of each there is one activity. Null: by hand.",
            examples=[None],
        ),
    ] = None


class DayCloseFields(FrozenModel):
    """How a day went, said once it is over; one of each day."""

    day: Annotated[
        str, Field(pattern=r"^\d{4}-\d\d-\d\d$", description="The date, by the site's clocks.", examples=["2026-10-01"])
    ]
    opening: Annotated[
        Literal["as_planned", "changed", "closed"],
        Field(
            description="Whether the place was open as planned, at other times, or not at all.", examples=["changed"]
        ),
    ]
    opened_at: Annotated[
        AwareDatetime | None,
        Field(description="When it opened, where changed.", examples=["2026-10-01T11:30:00+02:00"]),
    ] = None
    closed_at: Annotated[
        AwareDatetime | None,
        Field(description="When it closed, where changed.", examples=["2026-10-01T18:00:00+02:00"]),
    ] = None
    disturbances: Annotated[
        bool,
        Field(
            strict=True,
            description="Whether there were any; they themselves are incidents. False: there were none.",
            examples=[False],
        ),
    ]
    note: Note = None


ClockTime = Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]


class TemplateItem(FrozenModel):
    """One activity of a week, by the site's clocks."""

    model_config = ConfigDict(serialize_by_alias=True)

    weekday: Annotated[int, Field(strict=True, ge=1, le=7, description="1 is Monday, 7 Sunday.", examples=[4])]
    from_: Annotated[ClockTime, Field(alias="from", description="When it starts.", examples=["17:00"])]
    to: Annotated[
        ClockTime, Field(description="When it ends; at or before its start: on the next day.", examples=["19:00"])
    ]
    kind: ActivityKind
    title: Annotated[Title, Field(examples=["Körsång i tunneln"])]
    space: Annotated[Space, Field(description="Key of the space.", examples=[None])] = None
    organiser: Organiser = None


class ActivityTemplateFields(FrozenModel):
    """A week of activities that comes again."""

    name: Annotated[Title, Field(description=f"What the template is called. {_NO_NAMES}", examples=["Höst"])]
    items: Annotated[list[TemplateItem], Field(min_length=1, max_length=200, description="What happens in the week.")]


class ManualTally(FrozenModel):
    """How many looked so and did so. `unknown` is for what wasn't seen of them."""

    gender: Gender = None
    age: Age = None
    posture: Annotated[
        Literal["standing", "leaning", "sitting", "lying", "moving", "other", "unknown"] | None,
        Field(description="How they were.", examples=["sitting"]),
    ] = None
    activity: Annotated[
        Literal[
            "talking",
            "resting",
            "waiting",
            "eating",
            "playing",
            "sport",
            "music",
            "watching",
            "making",
            "shopping",
            "phone",
            "working",
            "other",
            "unknown",
        ]
        | None,
        Field(description="What they did, mainly.", examples=["talking"]),
    ] = None
    direction: Annotated[
        Literal["forward", "backward", "unknown"] | None,
        Field(description="Of moving counts: over the line, as its counter counts.", examples=[None]),
    ] = None
    count: Count


class ManualCountFields(FrozenModel):
    """A manual count of who stays in a space or zone, doing what, or of who moves over a line."""

    mode: Annotated[
        Literal["stationary", "moving"],
        Field(description="Of who stays in a space or zone, or of who moves over a line.", examples=["stationary"]),
    ] = "stationary"
    space: Annotated[
        Space, Field(description="Key of the space; needed of a stationary count where no zone is given.")
    ] = None
    zone: Zone = None
    line: Annotated[str | None, Field(pattern=_KEY, description="Key of the line, of a moving count.")] = None
    starts_at: StartsAt
    ends_at: Annotated[
        AwareDatetime | None,
        Field(description="Null for a stationary count at one moment.", examples=["2026-10-01T17:10:00+02:00"]),
    ] = None
    joint: Annotated[
        str | None,
        Field(
            min_length=1,
            max_length=12,
            description="A code that several have who count at the same time: their counts are parts of one.",
            examples=["K7PX"],
        ),
    ] = None
    planned_round: Annotated[
        int | None, Field(strict=True, ge=1, lt=2**31, description="Number of the slot of a plan that it is of.")
    ] = None
    tallies: Annotated[
        list[ManualTally],
        Field(max_length=500, description="Disjoint, all by the same features. An empty list: nobody was there."),
    ]
    note: Note = None


class StaffTimeFields(FrozenModel):
    """When staff or performers were there: by role, never by name."""

    role: Annotated[
        Literal[
            "host",
            "activity_leader",
            "performer",
            "volunteer",
            "guard",
            "cleaner",
            "technician",
            "evaluator",
            "other",
        ],
        Field(description="In which role.", examples=["host"]),
    ]
    people: Annotated[int, Field(strict=True, ge=1, le=1000, description="How many.", examples=[2])] = 1
    space: Space = None
    zone: Zone = None
    starts_at: StartsAt
    ends_at: EndsAt
    note: Note = None


class Answer(FrozenModel):
    """One answer to choose, and how many chose it."""

    key: Annotated[WordKey, Field(examples=["yes"])]
    text_sv: Annotated[TextSv, Field(max_length=200, examples=["Ja"])]
    text_en: Annotated[TextEn, Field(max_length=200, examples=["Yes"])]
    count: Annotated[int, Field(strict=True, ge=0, le=1_000_000, description="How many chose it.", examples=[36])]


class Question(FrozenModel):
    """A question and its answers. Answers in own words are not kept."""

    key: WordKey
    text_sv: Annotated[TextSv, Field(examples=["Känner du dig trygg här?"])]
    text_en: Annotated[TextEn, Field(examples=["Do you feel safe here?"])]
    multiple: Annotated[bool, Field(strict=True, description="Whether one could choose several.", examples=[False])] = (
        False
    )
    answers: Annotated[list[Answer], Field(min_length=1, max_length=100, description="In their order.")]


class SurveyFields(FrozenModel):
    """A questionnaire round, as counts."""

    title: Annotated[Title, Field(examples=["Platsenkät hösten 2026"])]
    mode: Annotated[
        Literal["on_site", "paper", "online", "phone", "mixed"],
        Field(description="How it was asked.", examples=["on_site"]),
    ]
    starts_at: StartsAt
    ends_at: EndsAt
    respondents: Annotated[
        int, Field(strict=True, ge=0, le=1_000_000, description="How many answered at all.", examples=[50])
    ]
    questions: Annotated[list[Question], Field(min_length=1, max_length=100, description="In their order.")]
    note: Note = None


class IncidentFields(FrozenModel):
    """A disturbance or damage."""

    kind: Annotated[
        Literal[
            "damage",
            "graffiti",
            "litter",
            "disturbance",
            "threat",
            "violence",
            "theft",
            "drugs",
            "fire",
            "accident",
            "other",
        ],
        Field(description="What sort of incident.", examples=["graffiti"]),
    ]
    space: Space = None
    starts_at: StartsAt
    ends_at: Annotated[
        AwareDatetime | None,
        Field(description="Null for a moment, or where nobody knows.", examples=["2026-10-01T17:10:00+02:00"]),
    ] = None
    note: Note = None


class NoteFields(FrozenModel):
    """Something that others should know, of the site, a space or a time."""

    text: Annotated[
        str,
        Field(
            min_length=1, max_length=2000, description=f"In own words. {_NO_NAMES}", examples=["Rulltrappan står still"]
        ),
    ]
    space: Space = None
    starts_at: Annotated[
        AwareDatetime | None, Field(description="Null: of no time.", examples=["2026-10-01T17:00:00+02:00"])
    ] = None
    ends_at: Annotated[
        AwareDatetime | None, Field(description="Null: of a moment.", examples=["2026-10-03T12:00:00+02:00"])
    ] = None


class ExclusionFields(FrozenModel):
    """Time to be left out of results, of a line, a zone or a space, or of the whole site where none is given."""

    line: Annotated[str | None, Field(pattern=_KEY, description="Key of the line.", examples=["stationen"])] = None
    zone: Annotated[str | None, Field(pattern=_KEY, description="Key of the zone.")] = None
    space: Annotated[str | None, Field(pattern=_KEY, description="Key of the space, with its lines and zones.")] = None
    starts_at: StartsAt
    ends_at: EndsAt
    reason: Annotated[
        str,
        Field(min_length=1, max_length=500, description=f"Why. {_NO_NAMES}", examples=["Ställning framför kameran"]),
    ]
    result_seen: ResultSeen


class StudyFields(FrozenModel):
    """An evaluation of a site."""

    study: Annotated[str, Field(pattern=_KEY, description="Key of the study.", examples=["amp-2026"])]
    name_sv: Annotated[str, Field(min_length=1, max_length=120, description="In Swedish.", examples=["Utvärdering"])]
    name_en: Annotated[str, Field(min_length=1, max_length=120, description="In English.", examples=["Evaluation"])]
    note: Note = None


class PhaseFields(FrozenModel):
    """A baseline or follow-up of a study. Phases of one study don't overlap."""

    study: Annotated[str, Field(pattern=_KEY, description="Key of its study.", examples=["amp-2026"])]
    phase: Annotated[str, Field(pattern=_KEY, description="Key of the phase.", examples=["nollmatning"])]
    kind: Annotated[Literal["baseline", "followup"], Field(description="What it is.", examples=["baseline"])]
    starts_at: StartsAt
    ends_at: EndsAt
    result_seen: ResultSeen
    note: Note = None
