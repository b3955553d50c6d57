"""The files of what the page shows: addresses of the API, for those who may take them."""

from dataclasses import dataclass
from urllib.parse import quote, urlencode

from api.access.roles import Right
from api.ranges import Bucket, By
from api.tables.places import Zone
from api.web.frame import PageReader
from api.web.history.spans import HistorySpan, profile_span
from api.web.i18n import texts


@dataclass(frozen=True, slots=True)
class FileLink:
    """A file, and what it holds."""

    name: str
    address: str


def file_links(site: str, span: HistorySpan, zone: Zone | None, reader: PageReader) -> list[FileLink]:
    """Return the files of a span that the reader may take, as CSV."""
    _ = texts(reader.language).gettext
    when = {"from": span.first.isoformat(), "to": span.after.isoformat()}
    first, after = profile_span(span)
    hours = {"by": str(By.WEEKDAY_HOUR), "from": first.isoformat(), "to": after.isoformat()}
    links = [
        _link(_("Entries, as shown"), site, "flow", when | {"bucket": str(span.view.step)}),
        _link(_("Entries by quarter-hour"), site, "flow", when | {"bucket": str(Bucket.QUARTER)}),
        _link(_("Entries by weekday and hour"), site, "flow/profile", hours),
        _link(_("Coverage of each line and zone"), site, "quality", when | {"bucket": str(Bucket.DAY)}),
    ]
    if zone:
        stays = {"bucket": str(span.view.step), "threshold_s": str(zone.stay_threshold_s), "zones": zone.zone}
        links.append(_link(_("Visits and stays in the zone"), site, "dwell", when | stays))
    if reader.caller.may(Right.READ_LOG_RECORDS, site):
        links.append(_link(_("Activities and what else was noted"), site, "log", when))
    return links


def _link(name: str, site: str, table: str, asked: dict[str, str]) -> FileLink:
    return FileLink(name, f"/api/v1/sites/{quote(site)}/{table}.csv?{urlencode(asked)}")
