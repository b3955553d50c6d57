"""Tables of people counted by hand, as the public may see them."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from api.public.rows import CellState, Counts, Survey, TableCell
from api.public.suppression import ALL, Branch, Size, hidden_in_table, shown, with_sums

_NONE: Final = "(none)"


@dataclass(frozen=True, slots=True)
class Activity:
    """One activity: its kind, local month, and how many took part; None where nobody counted."""

    activity_id: int
    kind: str
    month: str
    total: int | None


@dataclass(frozen=True, slots=True)
class ParticipantGroup:
    """Participants of one activity that were counted by gender, age or both."""

    activity_id: int
    gender: str | None
    age: str | None
    count: int


@dataclass(frozen=True, slots=True)
class SurveyAnswer:
    """How many gave one answer to one question of one questionnaire round."""

    survey_id: int
    title: str
    starts_at: datetime
    ends_at: datetime
    respondents: int
    question_sv: str
    question_en: str
    multiple: bool
    answer_sv: str
    answer_en: str
    count: int
    question_number: int


def participants(activities: Sequence[Activity], groups: Sequence[ParticipantGroup]) -> list[Counts]:
    """Return the tables of a year: by kind and month; by gender and age; and by one of these, where only it was noted.

    Each activity is in only one of the tables by gender, or by age: else one of them could reveal what another hides.
    """
    by_kind: dict[tuple[str, str], int] = defaultdict(int)
    for activity in activities:
        by_kind[activity.kind, activity.month] += activity.total or 0
    both = {group.activity_id for group in groups if group.gender is not None and group.age is not None}
    crossed: dict[tuple[str, str], int] = defaultdict(int)
    by_gender: dict[str, int] = defaultdict(int)
    by_age: dict[str, int] = defaultdict(int)
    for group in groups:
        if group.gender is not None and group.age is not None:
            crossed[group.gender, group.age] += group.count
        elif group.activity_id not in both and group.gender is not None:
            by_gender[group.gender] += group.count
        elif group.activity_id not in both and group.age is not None:
            by_age[group.age] += group.count
    found = [_crossed("kind of activity and month", by_kind), _crossed("gender and age", crossed)]
    return [*found, _list("gender", by_gender), _list("age", by_age)]


def surveys(answers: Iterable[SurveyAnswer]) -> list[Survey]:
    """Return the rounds, each with a table a question, in the order of the questionnaire."""
    rounds: dict[int, list[SurveyAnswer]] = defaultdict(list)
    for answer in answers:
        rounds[answer.survey_id].append(answer)
    return [
        Survey(title=first.title, starts_at=first.starts_at, ends_at=first.ends_at, tables=_questions([first, *others]))
        for first, *others in rounds.values()
    ]


def _questions(answers: Iterable[SurveyAnswer]) -> list[Counts]:
    questions: dict[int, list[SurveyAnswer]] = defaultdict(list)
    for answer in answers:
        questions[answer.question_number].append(answer)
    return [_question(answers) for answers in questions.values()]


def _question(answers: Sequence[SurveyAnswer]) -> Counts:
    name = f"{answers[0].question_sv} / {answers[0].question_en}"
    counts = {f"{answer.answer_sv} / {answer.answer_en}": answer.count for answer in answers}
    if not answers[0].multiple:
        return _list(name, {**counts, _NONE: max(0, answers[0].respondents - sum(counts.values()))})
    # Who gave an answer and who didn't are two parts of all who were asked: a question of its own for each answer.
    asked = answers[0].respondents
    tables = {text: _list("", {text: count, _NONE: max(0, asked - count)}).cells for text, count in counts.items()}
    cells = [cell for text, found in tables.items() for cell in found if cell.row == text]
    total = next((cell for found in tables.values() for cell in found if cell.row is None), None)
    return Counts(table=name, cells=[*cells, *([total] if total else [])])


def _list(name: str, counts: Mapping[str, int]) -> Counts:
    """Return a table of one column and its sum."""
    total = sum(counts.values())
    rows = sorted(counts) if _NONE not in counts else list(counts)
    tree = Branch(Size(total, total > 0), [Branch(Size(counts[row], counts[row] > 0)) for row in rows])
    decided = shown(tree)
    cells = [_cell(row, None, counts[row], hidden=part.hidden) for row, part in zip(rows, decided.parts, strict=True)]
    return Counts(table=name, cells=[*cells, _cell(None, None, total, hidden=decided.hidden)] if counts else [])


def _crossed(name: str, counts: Mapping[tuple[str, str], int]) -> Counts:
    """Return a table of rows and columns with all its sums."""
    hidden = hidden_in_table(counts)
    table = with_sums(counts) if counts else {}
    cells = [
        _cell(row or None, column or None, count, hidden=(row, column) in hidden)
        for (row, column), count in sorted(table.items(), key=lambda item: (item[0][0] == ALL, item[0][1] == ALL, item))
    ]
    return Counts(table=name, cells=cells)


def _cell(row: str | None, column: str | None, count: int, *, hidden: bool) -> TableCell:
    return TableCell(
        row=row,
        column=column,
        state=CellState.SUPPRESSED if hidden else CellState.SHOWN,
        count=None if hidden else count,
    )
