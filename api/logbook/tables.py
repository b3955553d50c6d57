"""The log as tables: one for each kind of log record, and one for each of its lists, a row an element.

They are made from the models of the kinds: what a kind has gained is in its table. Parts stand in PARTS.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Final, get_args, get_origin

from pydantic import AwareDatetime, BaseModel, Field, WithJsonSchema, create_model
from pydantic.fields import FieldInfo

from api.logbook import fields, round_plan
from api.logbook.kinds import KINDS, RecordKind
from api.logbook.words import FIELDS, choices
from api.tables.base import FrozenModel
from api.tables.columns import StartLocal, UtcOffset
from api.tables.table import Column, columns

_OWN_COLUMNS: Final = frozenset(
    {"site", "version", "starts_at", "ends_at", "written_at", "written_by", "text_removed_at"}
)
"""Of a record's fields, those that every table has under a name of its own, or at its end."""
_OWN_WORDS: Final = frozenset({"note", "text", "reason", "organiser"})
"""What isn't repeated beside each part of a record."""


class LogColumns(FrozenModel):
    """What each row of the log begins with."""

    site: Annotated[str, Field(description="Key of the site.", examples=["haninge-entre"])]
    record_kind: Annotated[str, Field(description="What the row is, as `kind` asks for it.", examples=["activities"])]
    record_id: Annotated[
        int, Field(description="Number of the log record; rows with the same one are of it.", examples=[17])
    ]
    version: Annotated[int, Field(description="Rises by one with each change of the record.", examples=[1])]
    start_utc: Annotated[
        AwareDatetime,
        Field(
            description="When it starts, UTC; where it is of no time, when it was written.",
            examples=["2026-10-01T15:00:00Z"],
        ),
    ]
    start_local: Annotated[
        StartLocal, Field(description="The same as the site's clocks show it.", examples=["2026-10-01T17:00:00"])
    ]
    utc_offset: UtcOffset
    end_utc: Annotated[
        AwareDatetime | None,
        Field(
            description="When it ends, UTC, exclusive. Null: it was a moment, or nobody knows.",
            examples=["2026-10-01T17:00:00Z"],
        ),
    ]
    length_ms: Annotated[
        int | None, Field(description="From its start to its end, in milliseconds.", examples=[7_200_000])
    ]


class LogTail(FrozenModel):
    """And ends with."""

    action: Annotated[
        str | None,
        Field(
            description="What made this version: create, change, withdraw, extend, close or archive. Null unless the "
            "history was asked for.",
            examples=["create"],
        ),
    ]
    written_at: Annotated[AwareDatetime, Field(description="When this version was written, UTC.")]
    valid_to: Annotated[
        AwareDatetime | None,
        Field(description="When the next version took its place, UTC. Null of the newest, and without the history."),
    ]
    author: Annotated[
        str,
        Field(
            description="Who wrote it: a pseudonym, the same for all that one key or name wrote in this installation.",
            examples=["author-0f4c1b2a9d3e"],
        ),
    ]
    text_removed_at: Annotated[
        AwareDatetime | None,
        Field(description="When its text in own words was taken away because of its age, UTC. Null: it never was."),
    ]
    withdrawn_reason: Annotated[
        str | None, Field(description="Why it was withdrawn. Null of what wasn't, and without the history.")
    ]


class ParticipantColumns(FrozenModel):
    """Some of those who took part in an activity."""

    dimensions: Annotated[
        str,
        Field(
            description="What the people are grouped by in this row: all (not at all: the total), gender, age or "
            "gender_age. Rows of one record with the same dimensions add up to its total; those with others count the "
            "same people again.",
            examples=["age"],
        ),
    ]
    gender: Annotated[fields.Gender, Field(description="By sight. Null: not grouped by it, or in no group.")]
    age: Annotated[fields.Age, Field(description="Years, by sight. Null: not grouped by it, or in no group.")]
    count: fields.Count


class TemplateItemColumns(FrozenModel):
    """One activity of a template's week."""

    weekday: Annotated[int, Field(description="1 is Monday, 7 Sunday.", examples=[4])]
    from_time: Annotated[str, Field(description="When it starts, by the site's clocks.", examples=["17:00"])]
    to_time: Annotated[
        str,
        Field(
            description="When it ends, by the site's clocks; at or before its start: on the next day.",
            examples=["19:00"],
        ),
    ]
    activity_kind: fields.ActivityKind
    title: Annotated[str, Field(description="What it is called.", examples=["Körsång i tunneln"])]
    space: fields.Space
    organiser: fields.Organiser


class AnswerColumns(FrozenModel):
    """How many gave one answer to one question of a survey."""

    question_number: Annotated[int, Field(description="Place of the question, from 1.", examples=[1])]
    question: Annotated[str, Field(description="Key of the question, by which rounds are compared.", examples=["safe"])]
    question_sv: Annotated[str, Field(description="The question in Swedish.", examples=["Känner du dig trygg här?"])]
    question_en: Annotated[str, Field(description="The question in English.", examples=["Do you feel safe here?"])]
    multiple: Annotated[bool, Field(description="Whether one could choose several answers.", examples=[False])]
    answer_number: Annotated[int, Field(description="Place of the answer, from 1.", examples=[1])]
    answer: Annotated[str, Field(description="Key of the answer.", examples=["yes"])]
    answer_sv: Annotated[str, Field(description="The answer in Swedish.", examples=["Ja"])]
    answer_en: Annotated[str, Field(description="The answer in English.", examples=["Yes"])]
    count: Annotated[int, Field(description="How many chose it.", examples=[36])]


PARTS: Final[Mapping[str, tuple[str, type[BaseModel], tuple[str, ...]]]] = {
    "activity": ("participants", ParticipantColumns, ()),
    "manual_count": ("tallies", fields.ManualTally, ("planned_round",)),
    "round_plan": ("slots", round_plan.PlannedSlot, ("minutes",)),
    "survey": ("answers", AnswerColumns, ("respondents",)),
    "activity_template": ("template-items", TemplateItemColumns, ()),
}
"""Lists within records, by their kind: what the list is called, here and in reading.log_parts; the columns of an
element; and what of the record is needed beside each."""


@dataclass(frozen=True, slots=True)
class LogColumn:
    """A column of a table of the log.

    Attributes:
        column: its name, what it holds and means.
        path: where it stands: `row` or `part` and its name, or `record` and the names that lead to it.
        words: what its words are called by (api.logbook.words), or None.
    """

    column: Column
    path: tuple[str, ...]
    words: str | None


@dataclass(frozen=True, slots=True)
class LogTable:
    """Log records of one kind, or the elements of a list of theirs.

    Attributes:
        name: as it is asked for, such as activities or participants.
        kind: whose records they are.
        part: the list whose elements are its rows; None: a row is a record.
        row: the model of its rows.
        columns: what its rows hold.
    """

    name: str
    kind: RecordKind
    part: str | None
    row: type[BaseModel]
    columns: tuple[LogColumn, ...]


_Fields = Mapping[str, tuple[FieldInfo, tuple[str, ...]]]


def _table(kind: RecordKind, part: str | None, element: type[BaseModel] | None, beside: tuple[str, ...]) -> LogTable:
    record = dict(_record_fields(kind))
    if element is not None:
        record = {name: found for name, found in record.items() if name in beside or _is_beside_parts(name, found[0])}
    found: _Fields = {
        **_own(LogColumns),
        **record,
        **{name: (field, ("part", name)) for name, field in (element.model_fields if element else {}).items()},
        **_own(LogTail),
    }
    plain: dict[str, Any] = {name: (_typed(field), _described(field)) for name, (field, _) in found.items()}
    name = part or kind.path
    title = "".join(word.title() for word in name.split("-"))
    about = f"A row of {name.replace('-', ' ')} in the log."
    row = create_model(f"{title}LogRow", __base__=FrozenModel, __doc__=about, **plain)
    described = {column.name: column for column in columns(row)}
    return LogTable(
        name=name,
        kind=kind,
        part=part,
        row=row,
        columns=tuple(
            LogColumn(described[name], path, _words_of(field.annotation)) for name, (field, path) in found.items()
        ),
    )


def _own(model: type[BaseModel]) -> _Fields:
    return {name: (field, ("row", name)) for name, field in model.model_fields.items()}


def _record_fields(kind: RecordKind) -> Iterator[tuple[str, tuple[FieldInfo, tuple[str, ...]]]]:
    """Yield what a kind's own table has of its records; lists are parts, and what holds fields is laid out flat."""
    for name, field in kind.row.model_fields.items():
        if name in _OWN_COLUMNS or name == f"{kind.entity}_id":
            continue
        if (inner := _model(field.annotation)) is not None:
            for key, deeper in inner.model_fields.items():
                if not _is_list(deeper.annotation):
                    yield f"{name}_{key}", (deeper, ("record", name, key))
        elif not _is_list(field.annotation):
            yield name, (field, ("record", name))


def _is_beside_parts(name: str, field: FieldInfo) -> bool:
    """Tell whether a field stands beside each part of its record: keys and words, nothing that would be added twice."""
    return name not in _OWN_WORDS and _plain(field.annotation) == str | None


def lists_of(model: type[BaseModel]) -> Iterator[str]:
    """Yield the lists within a record of this model, as `participants.groups`."""
    for name, field in model.model_fields.items():
        if _is_list(field.annotation):
            yield name
        elif (inner := _model(field.annotation)) is not None:
            yield from (f"{name}.{deeper}" for deeper in lists_of(inner))


def _unions(annotation: Any) -> tuple[Any, ...]:  # noqa: ANN401 - types of fields are anything
    """Return an annotation's own type, or those of a union, without None."""
    if get_origin(annotation) is Annotated:
        return _unions(get_args(annotation)[0])
    if type(None) in get_args(annotation):
        return tuple(inner for part in get_args(annotation) if part is not type(None) for inner in _unions(part))
    return (annotation,)


def _model(annotation: Any) -> type[BaseModel] | None:  # noqa: ANN401 - types of fields are anything
    [kind] = _unions(annotation)
    return kind if isinstance(kind, type) and issubclass(kind, BaseModel) else None


def _is_list(annotation: Any) -> bool:  # noqa: ANN401 - types of fields are anything
    return any(get_origin(part) is list for part in _unions(annotation))


def _plain(annotation: Any) -> Any:  # noqa: ANN401 - types of fields are anything
    """Return the type that a column has: of a word, text; versions of before may lack anything."""
    [kind] = _unions(annotation)
    return (str if choices(kind) else kind) | None


def _typed(field: FieldInfo) -> Any:  # noqa: ANN401 - types of fields are anything
    """Return a column's type, described as the field's: a time of the site's clocks has no offset."""
    kind = _plain(field.annotation)
    for described in (part for part in field.metadata if isinstance(part, WithJsonSchema)):
        kind = Annotated[kind, _or_null(described)]
    return kind


def _or_null(described: WithJsonSchema) -> WithJsonSchema:
    if described.json_schema and "anyOf" in described.json_schema:
        return described
    return WithJsonSchema({"anyOf": [described.json_schema, {"type": "null"}]})


def _described(field: FieldInfo) -> Any:  # noqa: ANN401 - pydantic's own
    return Field(description=field.description, examples=field.examples)


def _words_of(annotation: Any) -> str | None:  # noqa: ANN401 - types of fields are anything
    """Return under which name its words are known, or None where it has none."""
    words = choices(annotation)
    known = (name for name, (model, field) in FIELDS.items() if choices(model.model_fields[field].annotation) == words)
    return next(known, None) if words else None


def _tables() -> Iterator[LogTable]:
    for kind in KINDS:
        yield _table(kind, None, None, ())
        if kind.entity in PARTS:
            yield _table(kind, *PARTS[kind.entity])


LOG_TABLES: Final[Mapping[str, LogTable]] = {table.name: table for table in _tables()}
"""All of them, by name, in the order of the kinds."""


def united(tables: list[LogTable]) -> dict[str, LogColumn]:
    """Return the columns that some of the tables have, each once, in their order; those of each row's end come last."""
    found: dict[str, LogColumn] = {}
    for table in tables:
        for column in table.columns:
            found.setdefault(column.column.name, column)
    return {name: found.pop(name) for name in [name for name in found if name not in LogTail.model_fields]} | found


def _row_of_several() -> type[BaseModel]:
    fields: dict[str, Any] = {}
    for table in LOG_TABLES.values():
        for name, field in table.row.model_fields.items():
            plain = Field(default=None, description=field.description, examples=field.examples)
            fields.setdefault(name, (_typed(field), plain))
    about = "A row of the log among rows of other kinds: null in the columns of those."
    return create_model("LogRow", __base__=FrozenModel, __doc__=about, **fields)


LogRow: Final = _row_of_several()
"""A row of several tables at once."""
