"""Texts of the dashboards in one language, from the catalog; names of weekdays from Babel."""

from functools import cache

from babel.dates import get_day_names

from core.texts.catalog import Domain, Language, catalog
from core.texts.catalog import noop as _


def translated(text: str, language: Language) -> str:
    """Return a text in a language; numbers and dashes are the same in all. Raises KeyError: nobody translated it."""
    return catalog(Domain.DASHBOARDS, language).translated(text) if any(map(str.isalpha, text)) else text


@cache
def words_in_sql(language: Language) -> dict[str, str]:
    """Return what stands in queries instead of $language and of words: by the placeholder, as SQL."""
    weekdays, closed = get_day_names("short", locale=language), translated(_("closed"), language)
    return {
        "$language": language.value,
        "$weekdays": ", ".join(f"'{weekdays[day]}'" for day in range(7)),
        "$closed": f"'{closed}'",
    }
