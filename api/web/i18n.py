"""The texts of the pages in the reader's language."""

from collections.abc import Mapping
from typing import Final

from api.access.roles import Role
from core.texts.catalog import Catalog, Domain, Language, catalog
from core.texts.catalog import noop as _

_ROLES: Final[Mapping[Role, str]] = {
    Role.PUBLIC: _("public"),
    Role.STAFF: _("staff"),
    Role.EVALUATOR: _("evaluator"),
    Role.FUNDER: _("funder"),
    Role.ADMIN: _("administrator"),
}


def texts(language: Language) -> Catalog:
    """Return the texts of the pages in the language."""
    return catalog(Domain.PAGES, language)


def role_text(role: Role, language: Language) -> str:
    """Return what people call a role."""
    return texts(language).gettext(_ROLES[role])
