"""Keeps the catalogs of texts in step with the programs: extracts messages, updates .po files, compiles .mo files.

`make texts` runs it. It is the one module that needs Babel's compiler; programs read the .mo files with gettext alone.
"""

import io
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final, NamedTuple

from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_file
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from api.logbook.tables import LOG_TABLES
from api.logbook.words import FIELDS, choices
from api.routes import dwell, flow, participants
from api.tables import corrected
from api.tables.context import InContext
from api.tables.table import Table, columns
from core.texts.catalog import LOCALE, Domain, Language

_ROOT: Final = Path(__file__).parents[2]
_EXTRACTORS: Final[Mapping[str, str]] = {".py": "python", ".html": "jinja2", ".js": "javascript"}
_KEYWORDS: Final = {**DEFAULT_KEYWORDS, "noop": None}
_HEADER: Final = "# Texts of Platspuls: {domain}, {language}. Made by `make texts`; translations are edited here."
_WIDTH: Final = 120


class Message(NamedTuple):
    """A text that is used. `text` is a pair where it has a plural."""

    text: str | tuple[str, str]
    context: str | None
    place: str


_SOURCES: Final[Mapping[Domain, tuple[str, ...]]] = {
    Domain.PAGES: ("api/web",),
    Domain.SETUP: ("platspuls/setup",),
    Domain.ANSWERS: ("api/formats", "api/problems.py"),
    Domain.DASHBOARDS: ("dashboards",),
    Domain.DOCTOR: ("counter/diagnostics/doctor", "counter/diagnostics/clips"),
}


def _descriptions() -> Iterator[Message]:
    """Yield the meanings of columns (descriptions of the row models' fields), and the words of log records."""
    for table in all_tables():
        for column in table.columns():
            yield Message(column.meaning, column.name, "api/tables")
    for column in columns(InContext):
        yield Message(column.meaning, column.name, "api/tables")
    for log_table in LOG_TABLES.values():
        for log_column in log_table.columns:
            yield Message(log_column.column.meaning, log_column.column.name, "api/logbook")
    for name, (model, field) in FIELDS.items():
        for word in choices(model.model_fields[field].annotation):
            yield Message(word.replace("_", " "), name, "api/logbook/fields.py")


def all_tables() -> list[Table]:
    """Return every table whose rows are written to files."""
    values = [value for module in (dwell, flow, participants, corrected) for value in vars(module).values()]
    parts = [part for value in values for part in (value.values() if isinstance(value, dict) else [value])]
    return list({part.statement: part for part in parts if isinstance(part, Table)}.values())


_COMPUTED: Final[Mapping[Domain, Callable[[], Iterable[Message]]]] = {Domain.ANSWERS: _descriptions}
"""Texts that stand in the code, but not as an argument of gettext."""


def used(domain: Domain) -> Iterator[Message]:
    """Yield every message that a domain's programs use."""
    for path in files(domain):
        options = {"silent": "false", "parse_template_string": "true"}
        place = path.relative_to(_ROOT).as_posix()
        for _line, text, _comments, context in extract_from_file(
            _EXTRACTORS[path.suffix], path, keywords=_KEYWORDS, options=options
        ):
            yield Message(text if isinstance(text, str) else (text[0], text[1]), context, place)
    if domain in _COMPUTED:
        yield from _COMPUTED[domain]()


def files(domain: Domain) -> Iterator[Path]:
    """Yield the files that a domain's messages stand in."""
    for source in _SOURCES[domain]:
        path = _ROOT / source
        yield from sorted(one for one in path.rglob("*") if one.suffix in _EXTRACTORS) if path.is_dir() else [path]


class _Catalog(Catalog):
    """A catalog whose header says what translators' tools need, and neither dates nor versions, which only differ."""

    @property  # type: ignore[misc]  # Babel's can be set too
    def mime_headers(self) -> list[tuple[str, str]]:
        """What stands in the file's header."""
        return [
            ("Project-Id-Version", "Platspuls"),
            ("Language", str(self.locale_identifier)),
            ("Plural-Forms", self.plural_forms),
            ("MIME-Version", "1.0"),
            ("Content-Type", "text/plain; charset=utf-8"),
            ("Content-Transfer-Encoding", "8bit"),
        ]


def template(domain: Domain) -> Catalog:
    """Return a catalog without translations: every message that is used, with the files that use it."""
    made = Catalog()
    for message in used(domain):
        made.add(message.text, locations=[(message.place, 0)], context=message.context)
    return made


def po_path(domain: Domain, language: Language) -> Path:
    """Return where a catalog's texts are."""
    return LOCALE / language / "LC_MESSAGES" / f"{domain}.po"


def read(domain: Domain, language: Language) -> Catalog:
    """Return a catalog as its file has it; one without messages where there is no file yet."""
    path = po_path(domain, language)
    if not path.exists():
        return Catalog(locale=language.value)
    with path.open("rb") as file:
        return read_po(file, locale=language.value)


def updated(domain: Domain, language: Language) -> Catalog:
    """Return a catalog with the messages that are used now; what is new is empty, in English the message itself."""
    before = read(domain, language)
    before.update(template(domain), update_creation_date=False)
    made = _Catalog(locale=language.value, header_comment=_HEADER.format(domain=domain, language=language), fuzzy=False)
    for message in before:
        if not message.id:
            continue
        if language is Language.EN and (message.fuzzy or not (message.string and all(message.string))):
            message.string = message.id
            message.flags.discard("fuzzy")
        made[message.id] = message
    return made


def as_po(found: Catalog) -> bytes:
    """Return a catalog as the text of its file."""
    file = io.BytesIO()
    write_po(file, found, width=_WIDTH, sort_by_file=True, include_lineno=False, ignore_obsolete=True)
    return file.getvalue()


def as_mo(found: Catalog) -> bytes:
    """Return a catalog compiled."""
    file = io.BytesIO()
    write_mo(file, found)
    return file.getvalue()


def update() -> None:
    """Bring all catalogs in step with the programs, and compile them."""
    for domain in Domain:
        for language in Language:
            path, found = po_path(domain, language), updated(domain, language)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(as_po(found))
            path.with_suffix(".mo").write_bytes(as_mo(found))


if __name__ == "__main__":
    update()
