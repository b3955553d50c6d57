"""The addresses of the page: other days, views and zones, in the reader's language."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final
from urllib.parse import urlencode

from api.web.frame import PageReader
from api.web.history.spans import HistorySpan, HistoryView
from api.web.navigation import SitePage, path_of

EARLIEST: Final = date(2020, 1, 1)
"""Nothing was counted before."""
_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class HistoryLinks:
    """The addresses of other days and views: each keeps the zone and the language."""

    reader: PageReader
    site: str
    span: HistorySpan
    zone: str | None

    def kept(self, **other: str) -> dict[str, str]:
        """Return the parameters of the address, some of them others."""
        zone = {"zone": self.zone} if self.zone else {}
        return {"view": str(self.span.view), "date": self.span.first.isoformat(), **zone, **other}

    def to(self, **other: str) -> str:
        """Return the address with other parameters."""
        language = {"lang": str(self.reader.language)} if self.reader.asked else {}
        return f"{path_of(self.site, SitePage.HISTORY)}?{urlencode({**self.kept(**other), **language})}"

    def days(self, span: HistorySpan, last: date) -> dict[date, str]:
        """Return the address of each day of a span, by its date, until `last`."""
        days = (span.first + place * _DAY for place in range((span.after - span.first).days))
        return {day: self.to(view=str(HistoryView.DAY), date=day.isoformat()) for day in days if day <= last}

    def around(self, today: date) -> dict[str, object]:
        """Return the way back and on, the other views of the same days, and what the form for a date keeps."""
        span, last = self.span, min(self.span.last, today)
        return {
            "previous": self.to(date=span.previous.first.isoformat()) if span.previous.first >= EARLIEST else "",
            "next": self.to(date=span.following.first.isoformat()) if span.following.first <= today else "",
            "views": {view: self.to(view=str(view), date=last.isoformat()) for view in HistoryView},
            "view": span.view,
            "date": span.first.isoformat(),
            "first": EARLIEST.isoformat(),
            "today": today.isoformat(),
            "kept": {name: value for name, value in self.kept().items() if name != "date"}
            | ({"lang": self.reader.language} if self.reader.asked else {}),
        }
