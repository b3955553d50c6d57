"""What makes a browser keep the pages: the manifest, and the service worker with the files of this version."""

import json
from functools import cache
from pathlib import Path
from typing import Final

from fastapi import APIRouter
from fastapi.responses import JSONResponse, Response

from api.access.roles import Right
from api.access.rules import needs
from api.web import frame
from api.web.frame import PageRoute, Reader, static_address

_STATIC: Final = Path(frame.__file__).parent / "static"
_FOR_WORK: Final = ("shared", "offline", "counting", "today", "help")
"""Folders of files that pages for work by hand load."""

router = APIRouter(include_in_schema=False, route_class=PageRoute, dependencies=[needs(Right.OPEN)])


@router.get("/manifest.webmanifest")
async def manifest(reader: Reader) -> JSONResponse:
    """Return how the pages look among the apps of a phone."""
    icons = [
        {"src": f"{static_address()}/shared/icon.svg", "sizes": "any", "type": "image/svg+xml", "purpose": "any"},
        *(
            {"src": f"{static_address()}/shared/icon-{size}.png", "sizes": f"{size}x{size}", "type": "image/png"}
            | {"purpose": purpose}
            for size in (192, 512)
            for purpose in ("any", "maskable")
        ),
    ]
    described = {
        "id": "/",
        "name": "Platspuls",
        "short_name": "Platspuls",
        "lang": reader.language,
        "start_url": reader.address("/"),
        "scope": "/",
        "display": "standalone",
        "background_color": "#0c3f3d",
        "theme_color": "#0c3f3d",
        "icons": icons,
    }
    return JSONResponse(described, media_type="application/manifest+json")


@router.get("/service-worker.js")
async def service_worker() -> Response:
    """Return the service worker of this version, for all pages."""
    return Response(_worker(), media_type="text/javascript", headers={"Service-Worker-Allowed": "/"})


@cache
def _worker() -> str:
    """Return the script, with the address of the files and which of them are kept before they are asked for."""
    names = (path.relative_to(_STATIC) for folder in _FOR_WORK for path in sorted((_STATIC / folder).glob("*")))
    files = [f"{static_address()}/{name.as_posix()}" for name in names]
    script = (_STATIC / "offline" / "worker.js").read_text()
    return f"const STATIC = {json.dumps(static_address())};\nconst FILES = {json.dumps(files)};\n{script}"
