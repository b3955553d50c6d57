"""Who took part in activities: added over a range, by kind of activity and group of people."""

from typing import Annotated, Final

from fastapi import APIRouter, Response

from api.access.roles import Right
from api.access.rules import RuledRoute, needs
from api.asked_parts import no_parts
from api.formats.answers import answer
from api.negotiation import RequestedFormatDep
from api.routes.table_routes import table_routes
from api.series_query import SeriesQuery, checked_people, series_query
from api.services import ServicesDep
from api.tables.participants import ParticipantsRow
from api.tables.table import Table

router = APIRouter(route_class=RuledRoute, tags=["logbook"], dependencies=[needs(Right.READ_LOG_RECORDS)])

PeopleQuery = Annotated[SeriesQuery, series_query(no_parts, checked_people)]

_PARTICIPANTS: Final = Table("logbook/participants", ParticipantsRow, "participants", is_profile=True)


@table_routes(router, "/sites/{site}/activities/participants", [_PARTICIPANTS])
async def participants(requested: RequestedFormatDep, services: ServicesDep, query: PeopleQuery) -> Response:
    """Return how many took part in activities that start in a range, by kind of activity and age, gender or both."""
    return await answer(services, requested, _PARTICIPANTS, query)
