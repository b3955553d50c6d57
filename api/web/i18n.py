"""The texts of the pages in the reader's language."""

from core.texts.catalog import Catalog, Domain, Language, catalog


def texts(language: Language) -> Catalog:
    """Return the texts of the pages in the language."""
    return catalog(Domain.PAGES, language)
