"""What an administrator of a site looks at: how its counters are, and what was done last."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from fastapi import APIRouter
from fastapi.responses import Response
from pydantic import AwareDatetime

from api.access.roles import Right
from api.access.rules import needs
from api.services import KnownSite, ServicesDep
from api.tables.base import FrozenModel
from api.tables.health import DeviceHealth
from api.web.admin.words import action_text, actor_text
from api.web.formatting import write_clock, write_date
from api.web.frame import PageRoute, Reader, page
from api.web.i18n import texts
from api.web.live.view import read
from api.web.navigation import ADMIN, Here, SitePage
from core.texts.catalog import Language

_MOST_EVENTS: Final = 50

router = APIRouter(include_in_schema=False, route_class=PageRoute, dependencies=[needs(Right.ADMIN)])


class _Event(FrozenModel):
    at: AwareDatetime
    actor: str
    action: str
    entity: str
    entity_id: str | None


@dataclass(frozen=True, slots=True)
class DeviceWords:
    """A counter in words. `waits`: what it has yet to send; empty where that is nothing, or not known."""

    name: str
    key: str
    is_well: bool
    state: str
    waits: str
    version: str


@router.get(f"/sites/{{site}}/{SitePage.ADMIN}")
async def site_admin(services: ServicesDep, reader: Reader, site: KnownSite) -> Response:
    """Show the counters of a site and what was done last."""
    zone, language = ZoneInfo(site.time_zone), reader.language
    devices = await services.database.rows("health/devices", {"site": site.site}, DeviceHealth)
    events = await services.commands.run("audit_list", site=site.site, limit=_MOST_EVENTS)
    found = [_Event.model_validate({name: event[name] for name in _Event.model_fields}) for event in events]
    return page(
        "admin/site.html",
        reader,
        here=Here(site, SitePage.ADMIN),
        site_name=read(site.name, language),
        people=reader.address(ADMIN),
        devices=[device_words(device, zone, language) for device in devices],
        events=[
            {
                "at": _moment(event.at, zone, language),
                "who": actor_text(event.actor),
                "what": action_text(event.action, event.entity, event.entity_id, language),
            }
            for event in found
        ],
    )


def device_words(device: DeviceHealth, zone: ZoneInfo, language: Language) -> DeviceWords:
    """Return how a counter is, in plain words, times in the zone."""
    _ = texts(language).gettext
    waiting = device.outbox_records or 0
    waits = texts(language).ngettext("{n} record waits to be sent", "{n} records wait to be sent", waiting)
    return DeviceWords(
        name=read(device.name, language),
        key=device.device,
        is_well=device.state == "online",
        state=_state(device, zone, language),
        waits=waits.format(n=waiting) if waiting else "",
        version=_("version {version}").format(version=device.counter_version) if device.counter_version else "",
    )


def _state(device: DeviceHealth, zone: ZoneInfo, language: Language) -> str:
    _ = texts(language).gettext
    since = _moment(device.heard_at, zone, language) if device.heard_at else ""
    words = {
        "online": _("Works."),
        "offline": _("Switched off, or without network, since {since}."),
        "silent": _("Hasn't been heard since {since}. Has it power and network?"),
        "clock_off": _("Its clock is wrong. What it counts waits until the clock is right."),
        "recorded_ahead": _("Has counted into the future: its clock was wrong."),
        "never": _("Was never heard. Is it installed and connected?"),
        "revoked": _("Taken out of use."),
    }
    return words[device.state or "never"].format(since=since or _("long ago"))


def _moment(at: datetime, zone: ZoneInfo, language: Language) -> str:
    local = at.astimezone(zone)
    return f"{write_date(local.date(), language)} {write_clock(local, seconds=False)}"
