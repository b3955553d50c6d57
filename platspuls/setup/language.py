"""The reader's language, and the set-up page's texts in it."""

from core.texts.catalog import Catalog, Domain, Language, catalog


def texts(language: Language) -> Catalog:
    """Return the texts of the page."""
    return catalog(Domain.SETUP, language)


def language_of(asked: str, accepted: str) -> Language:
    """Return the language that was asked for, else the first one of a browser's list that we have, else Swedish."""
    tags = [asked, *(part.partition(";")[0].strip() for part in accepted.split(",")[:20])]
    return next((Language(tag[:2].lower()) for tag in tags if tag[:2].lower() in tuple(Language)), Language.SV)
