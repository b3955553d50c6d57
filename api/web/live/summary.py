"""Short sentences below the large numbers: yesterday, the week so far, and how many have stayed today."""

from dataclasses import dataclass

from api.typical import UsualSoFar
from api.web.formatting import write_count
from api.web.i18n import texts
from api.web.live.day import write_span
from api.web.live.page_reads import DayFigures, StaysToday
from core.texts.catalog import Language


@dataclass(frozen=True, slots=True)
class ShownFact:
    """A number with its name, and what stands beside it; empty where there is nothing to say."""

    key: str
    name: str
    value: str
    beside: str


def show_facts(found: DayFigures, language: Language) -> list[ShownFact]:
    """Return what is shown beside today's curve. A number that isn't known is a dash, never zero."""
    _ = texts(language).gettext
    yesterday, week = found.yesterday, found.week
    return [
        ShownFact("stays", _("Have stayed today"), _stays(found.stays, language), _threshold(found.stays, language)),
        ShownFact(
            "yesterday",
            _("Yesterday"),
            write_count(yesterday.entries if yesterday else None, language),
            _("estimate") if yesterday and yesterday.estimate and yesterday.entries is not None else "",
        ),
        ShownFact(
            "week", _("This week so far"), write_count(week.entries if week else None, language), _week(week, language)
        ),
    ]


def _stays(stays: StaysToday | None, language: Language) -> str:
    _ = texts(language).gettext
    if stays is None or stays.stays is None:
        return write_count(None, language)
    return _("at least {count}").format(count=write_count(stays.stays, language))


def _threshold(stays: StaysToday | None, language: Language) -> str:
    _ = texts(language).gettext
    if stays is None or stays.least_s is None:
        return ""
    if stays.least_s != stays.most_s:
        return _("each zone's own threshold")
    return _("{seconds} s or longer").format(seconds=write_count(stays.least_s, language))


def _week(week: UsualSoFar | None, language: Language) -> str:
    _ = texts(language).gettext
    if week is None:
        return ""
    if week.low is None or week.middle is None or week.high is None:
        count = write_count(week.previous, language)
        return _("{count} at the same time last week").format(count=count) if week.previous is not None else ""
    return _("usually {span}").format(span=write_span((week.low, week.middle, week.high), language))
