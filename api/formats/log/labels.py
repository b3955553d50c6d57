"""What files of the log call columns, kinds and words in the reader's language, and how their rows are made."""

from collections.abc import Iterator, Mapping
from typing import Final
from zoneinfo import ZoneInfo

from api.formats.labels import Labels
from api.formats.log.question import LogQuestion
from api.logbook.tables import LogColumn
from api.logbook.words import names_by_field
from core.texts.catalog import Domain, Language, catalog
from core.texts.catalog import noop as _

_LABELS: Final[Mapping[str, str]] = {
    "record_kind": _("kind of log record"),
    "record_id": _("number of the log record"),
    "version": _("version"),
    "length_ms": _("length (h:min)"),
    "title": _("title"),
    "organiser": _("organiser"),
    "participants_method": _("how participants are known"),
    "participants_total": _("participants"),
    "participants_figure": _("what the number of participants is"),
    "status": _("what became of it"),
    "plan_key": _("key of the plan"),
    "day": _("day"),
    "opening": _("how it was open"),
    "opened_at": _("opened (UTC)"),
    "disturbances": _("disturbances"),
    "weekday": _("weekday (1 is Monday)"),
    "from_time": _("from (the site's clocks)"),
    "to_time": _("to (the site's clocks)"),
    "dimensions": _("grouped by"),
    "gender": _("gender"),
    "age": _("age"),
    "count": _("count"),
    "total": _("people, in all"),
    "posture": _("posture"),
    "activity": _("what they did"),
    "people": _("people"),
    "mode": _("how it was counted or asked"),
    "joint": _("code of a joint count"),
    "direction": _("direction"),
    "planned_round": _("number of the planned slot"),
    "slot": _("number of the planned slot"),
    "starts_at": _("planned start (UTC)"),
    "ends_at": _("planned end (UTC)"),
    "day_type": _("kind of day"),
    "hour": _("hour"),
    "name": _("name"),
    "first": _("first day"),
    "until": _("last day"),
    "from_hour": _("first hour"),
    "to_hour": _("until hour"),
    "rounds_per_stratum": _("rounds of each kind of day and hour"),
    "minutes": _("minutes"),
    "seed": _("number that times were drawn by"),
    "respondents": _("respondents"),
    "question_number": _("number of the question"),
    "question": _("key of the question"),
    "question_sv": _("question"),
    "question_en": _("question"),
    "multiple": _("several answers possible"),
    "answer_number": _("number of the answer"),
    "answer": _("key of the answer"),
    "answer_sv": _("answer"),
    "answer_en": _("answer"),
    "text": _("text"),
    "note": _("note"),
    "reason": _("reason"),
    "result_seen": _("result seen"),
    "study": _("study"),
    "phase": _("phase"),
    "declared_at": _("declared (UTC)"),
    "closed_at": _("closed (UTC)"),
    "archived_at": _("archived (UTC)"),
    "entered_at": _("entered (UTC)"),
    "entered_via": _("how it was entered"),
    "entered_skew_s": _("device's clock ahead (s)"),
    "late": _("entered late"),
    "clock_unsure": _("clock unsure"),
    "action": _("what made this version"),
    "written_at": _("written (UTC)"),
    "valid_to": _("replaced (UTC)"),
    "author": _("author (pseudonym)"),
    "text_removed_at": _("text taken away (UTC)"),
    "withdrawn_reason": _("why withdrawn"),
}
_KINDS: Final[Mapping[str, str]] = {
    "activities": _("activities"),
    "participants": _("participants"),
    "manual-counts": _("manual counts"),
    "tallies": _("tallies"),
    "staff-time": _("staff time"),
    "day-closes": _("day closes"),
    "activity-templates": _("activity templates"),
    "template-items": _("items of templates"),
    "surveys": _("surveys"),
    "answers": _("answers"),
    "incidents": _("incidents"),
    "notes": _("notes"),
    "round-plans": _("plans of rounds"),
    "slots": _("planned slots"),
    "exclusions": _("exclusions"),
    "studies": _("studies"),
    "phases": _("phases"),
}
_WORDS: Final[Mapping[str, str]] = {
    "all": _("all together"),
    "gender": _("gender"),
    "age": _("age"),
    "gender_age": _("gender and age"),
    "create": _("create"),
    "change": _("change"),
    "withdraw": _("withdraw"),
    "extend": _("extend"),
    "close": _("close"),
    "archive": _("archive"),
}
"""Words of `dimensions` and `action`."""
LOG: Final = _("Log")
COUNTS: Final = (_("log records"), _("rows"))
"""Headings of the summary, beside the kind."""
_NOW: Final = _(
    "Each row is a log record as it holds now, or an element of one: a group of participants, a tally, an answer."
)
_HISTORY: Final = _(
    "Each row is one version of a log record, or an element of one: it held from written_at until valid_to. What was "
    "withdrawn is there too, with the reason. Versions of one record have the same number: don't add them up."
)
_ALWAYS: Final = (
    _(
        "Rows of participants are one a group. Those of one record with the same dimensions add up to its total, with "
        "a row without gender and age for those in no group; rows with other dimensions count the same people again."
    ),
    _(
        "Authors are pseudonyms: the same for all that one key or name wrote in this installation, and not to be "
        "turned back without its secret. Who administrates a site sees names in its audit."
    ),
    _("Small counts are not suppressed: nothing of this is for publication as it is."),
)
_KEPT: Final = _(
    "Notes, and reasons of what was withdrawn, are taken away {months} months after they were last written and what "
    "they are of has ended, in the history too; those of studies, phases and exclusions stay. text_removed_at says "
    "when. Numbers and times stay."
)
_NOTHING_GONE: Final = _("Housekeeping has never run here: no text was taken away because of its age.")


class LogLabels:
    """The labels of files of the log in one language.

    Attributes:
        common: labels of columns, and what all files share.
    """

    __slots__ = ("common",)

    def __init__(self, language: Language) -> None:
        self.common = Labels(language, _LABELS)

    def kind(self, name: str) -> str:
        """Return what a table is called. Raises KeyError where nobody named it."""
        return self.common.translated(_KINDS[name])

    def value(self, column: LogColumn, text: str) -> str:
        """Return a word of ours in the language; what people typed, and keys, stay as they are."""
        match column.column.name:
            case "record_kind":
                return self.kind(text)
            case "dimensions" | "action":
                return self.common.translated(_WORDS[text])
            case _:
                word = names_by_field()[column.words].get(text) if column.words else None
        return text if word is None else word.sv if self.common.language is Language.SV else word.en


def log_method(language: Language, *, history: bool, text_months: int | None) -> Iterator[str]:
    """Yield the sentences that go with files of the log. `text_months` is how long texts are kept; None: for ever."""
    say = catalog(Domain.ANSWERS, language).gettext
    yield say(_HISTORY if history else _NOW)
    for sentence in _ALWAYS:
        yield say(sentence)
    yield say(_NOTHING_GONE) if text_months is None else say(_KEPT).format(months=text_months)


def question_rows(question: LogQuestion, data_version: str, labels: LogLabels) -> Iterator[tuple[str, str]]:
    """Yield what was asked and what the answer comes from, line by line; times by the site's clocks."""
    say, zone = labels.common.translated, ZoneInfo(question.site.time_zone)
    yield say(_("site")), question.site.site
    for label, at in ((_("from"), question.start), (_("to, exclusive"), question.end)):
        yield say(label), f"{at.astimezone(zone):%Y-%m-%d %H:%M} ({zone.key})" if at else say(_("all"))
    yield say(_("kinds of log records")), ", ".join(labels.kind(table.name) for table in question.tables)
    yield say(_("history")), labels.common.yes_or_no(value=question.history)
    yield say(_("data version")), data_version
    yield say(_("program")), question.versions(data_version)["program_version"]
