"""Where everything of the API is, as its routes say."""

from collections.abc import Iterable
from typing import Final

from fastapi.routing import APIRoute
from pydantic import Field

from api.access.roles import Right
from api.access.rules import rights
from api.negotiation import FILES
from api.tables.base import FrozenModel

INDEX: Final = "/api"
DOCS: Final = "/docs"
OPENAPI: Final = "/api/v1/openapi.json"


class ApiAddress(FrozenModel):
    """What is at one address."""

    address: str = Field(description="With the names of what is put in, as in {site}.")
    meaning: str


class ApiTable(ApiAddress):
    """Numbers as a table: as JSON at the address, and as files with a suffix."""

    files: list[str] = Field(description="Suffixes of the address, such as .csv.")


class ApiVersion(FrozenModel):
    """A version of the API: addresses and fields of one aren't taken away while it is there."""

    version: str
    address: str
    openapi: str = Field(description="Its whole description.")


class ApiIndex(FrozenModel):
    """Where everything of the API is."""

    versions: list[ApiVersion]
    docs: str = Field(description="The description as a page.")
    sites: str
    tables: list[ApiTable]
    public: list[ApiAddress]


def index_of(operations: Iterable[tuple[str, APIRoute]]) -> ApiIndex:
    """Return the index of operations, each with its whole address."""
    found = {address: route for address, route in operations if "GET" in (route.methods or ())}
    suffixes = [f".{format_}" for format_ in FILES]
    return ApiIndex(
        versions=[ApiVersion(version="v1", address="/api/v1", openapi=OPENAPI)],
        docs=DOCS,
        sites="/api/v1/sites",
        tables=[
            ApiTable(address=address, meaning=route.description, files=files)
            for address, route in found.items()
            if (files := [suffix for suffix in suffixes if address + suffix in found])
        ],
        public=[
            ApiAddress(address=address, meaning=route.description)
            for address, route in found.items()
            if rights(route) == [Right.PUBLIC]
        ],
    )
