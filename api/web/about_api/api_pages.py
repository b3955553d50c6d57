"""The pages about the API: `/docs`, its whole description to read and try, and `/api`, where everything of it is.

The description is shown by Swagger UI, whose files the package fastapi-swagger brings; they come from this app alone.
"""

import json
from collections.abc import Callable, Mapping
from functools import partial
from importlib import resources
from typing import Any, Final

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response

from api.access.roles import Right
from api.access.rules import RuledRoute, needs
from api.api_index import DOCS, INDEX, OPENAPI
from api.constant_answer import ConstantAnswer
from api.errors import NotInstalledError, UnknownPlaceError
from api.negotiation import prefers_html
from api.security_headers import POLICY
from api.services import ServicesDep
from api.web.about_api.older_openapi import as_3_0
from api.web.frame import HEADERS, PageRoute, Reader, page

_PACKAGE: Final = "fastapi_swagger.resources"
_FILES: Final = {"swagger-ui-bundle.js": "text/javascript", "swagger-ui.css": "text/css"}
_DESCRIPTION: Final = "openapi.json"
# Swagger UI's style has its icons within it. Everything else is as in the policy of all answers.
_HEADERS: Final = {**HEADERS, "Content-Security-Policy": f"{POLICY}; img-src 'self' data:"}

router = APIRouter(include_in_schema=False, route_class=PageRoute, dependencies=[needs(Right.OPEN)])
either = APIRouter(include_in_schema=False, route_class=RuledRoute, dependencies=[needs(Right.OPEN)])


def viewer_files(describe: Callable[[], dict[str, Any]]) -> Mapping[str, ConstantAnswer]:
    """Return what the viewer needs, by name; each is made and compressed when it is first asked for.

    Args:
        describe: returns the description of the API.
    """
    files = {name: ConstantAnswer(partial(_read, name), media_type) for name, media_type in _FILES.items()}
    return {**files, _DESCRIPTION: ConstantAnswer(lambda: as_json(as_3_0(describe())), "application/json")}


def as_json(document: dict[str, Any]) -> bytes:
    """Return a document as JSON in UTF-8, without spaces."""
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()


def _read(name: str) -> bytes:
    try:
        return resources.files(_PACKAGE).joinpath(name).read_bytes()
    except ModuleNotFoundError as error:
        raise NotInstalledError("the viewer of the API isn't installed: pip install 'platspuls[api]'") from error


@router.get(DOCS)
async def docs_page(reader: Reader) -> Response:
    """Show the description of the API, to read and to try."""
    answer = page(
        "about_api/docs.html",
        reader,
        openapi=OPENAPI,
        shown=f"{DOCS}/{_DESCRIPTION}",
        files=DOCS,
        index=reader.address(INDEX),
    )
    answer.headers.update(_HEADERS)
    return answer


@either.get(DOCS + "/{file}")
async def viewer_file(request: Request, services: ServicesDep, file: str) -> Response:
    """Return a file of the viewer."""
    if file not in services.viewer:
        raise UnknownPlaceError(f"there is nothing at {request.url.path}")
    return await services.viewer[file].response(request)


@either.get(INDEX)
@either.get(f"{INDEX}/v1")
async def index(request: Request, services: ServicesDep, reader: Reader) -> Response:
    """Return where everything of the API is: as a page for who would rather have HTML."""
    headers = {"Vary": "Accept, Accept-Language"}
    if not prefers_html(", ".join(request.headers.getlist("accept")), otherwise=False):
        return JSONResponse(services.index.model_dump(), headers=headers)
    answer = page("about_api/api.html", reader, index=services.index, docs=reader.address(DOCS))
    answer.headers.update(headers)
    return answer
