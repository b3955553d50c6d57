"""What the scripts of a page need to open the browser's outbox."""

from api.services import Services
from api.tables.places import Site
from api.web.frame import PageReader, outbox_author


def outbox_start(services: Services, reader: PageReader, site: Site) -> dict[str, object]:
    """Return whose outbox it is (`author`, and `who` as people call them), at which site, and the time in ms."""
    return {**outbox_author(reader), "site": site.site, "now": round(services.now().timestamp() * 1000)}
