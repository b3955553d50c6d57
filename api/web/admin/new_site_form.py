"""The form for a new site, and the site file that it makes: checked by the same rules as `platspuls site check`."""

import json
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Final

from api.web.admin.invitation_form import first
from core.site_file.document import OUTSIDE, Day
from core.site_file.errors import SiteFileError, SiteFileProblem
from core.site_file.load import load_text

_LONGEST_KEY: Final = 40
_FIELD_OF: Final = {
    "site.key": "key",
    "site.time_zone": "time_zone",
    "site": "name",
    "spaces": "spaces",
    "borders": "ways",
    "lines": "ways",
    "zones": "zones",
    "hours": "hours",
}
"""Which field of the form is wrong where the file is: the longest beginning of the path counts."""


@dataclass(frozen=True, slots=True)
class NewSiteForm:
    """What was filled in, as it was typed.

    Attributes:
        key: of the site; made of its name where it is empty.
        name: of the site, as all names here: `Swedish; English`, or one for both.
        time_zone: IANA name.
        begins: the date from which it is counted.
        spaces: a name a line.
        ways: a line each: `SPACE: NAME` from outside, `SPACE > SPACE: NAME` from one to another.
        zones: a line each: `SPACE: NAME`.
        days: on which it is open.
        opens: when, as 07:00; empty where the hours aren't known yet.
        closes: when.
        staffed_from: when staff come, on the same days; empty where nobody does.
        staffed_to: when they leave.
    """

    key: str = ""
    name: str = ""
    time_zone: str = "Europe/Stockholm"
    begins: str = ""
    spaces: str = ""
    ways: str = ""
    zones: str = ""
    days: tuple[str, ...] = ()
    opens: str = ""
    closes: str = ""
    staffed_from: str = ""
    staffed_to: str = ""

    @property
    def site_key(self) -> str:
        """The key of the site."""
        return self.key or key_of(self.name.partition(";")[0])


@dataclass(frozen=True, slots=True)
class MadeSiteFile:
    """A site file, and what is wrong with it by field of the form; the empty field is the whole."""

    text: str
    wrong: Mapping[str, Sequence[SiteFileProblem]]


def new_site_form(form: Mapping[str, Sequence[str]]) -> NewSiteForm:
    """Return what was filled in."""
    texts = {field.name: first(form, field.name) for field in fields(NewSiteForm) if field.name != "days"}
    return NewSiteForm(**texts, days=tuple(day for day in form.get("days", ()) if day in list(Day)))


def make_site_file(form: NewSiteForm) -> MadeSiteFile:
    """Return the site file of what was filled in."""
    text = "\n".join(_entries(form))
    try:
        load_text(text.encode(), f"{form.site_key}.toml")
    except SiteFileError as error:
        wrong: dict[str, list[SiteFileProblem]] = {}
        for problem in error.problems:
            wrong.setdefault(_field_of(problem.path), []).append(problem)
        return MadeSiteFile(text, wrong)
    return MadeSiteFile(text, {})


def key_of(name: str) -> str:
    """Return a key that reads like the name."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:_LONGEST_KEY].strip("-")


def _field_of(path: str) -> str:
    found = [start for start in _FIELD_OF if path.startswith(start)]
    return _FIELD_OF[max(found, key=len)] if found else ""


def _entries(form: NewSiteForm) -> Iterator[str]:
    key, zone = _quoted(form.site_key), _quoted(form.time_zone)
    yield f"[site]\nkey = {key}\nname = {_name(form.name)}\ntime_zone = {zone}\n"
    yield from _hours(form, "open", form.opens, form.closes)
    yield from _hours(form, "staffed", form.staffed_from, form.staffed_to)
    for line in _lines(form.spaces):
        yield f"[[spaces]]\n{_named(line)}\n"
    for where, name in map(_placed, _lines(form.ways)):
        begin, arrow, end = where.partition(">")
        origin, goal = (key_of(begin), key_of(end)) if arrow else (OUTSIDE, key_of(begin))
        yield f"[[borders]]\n{_named(name)}\nfrom = {_quoted(origin)}\nto = {_quoted(goal)}\n"
        border = _quoted(_key(name))
        yield f'[[lines]]\n{_named(name)}\nborder = {border}\nrole = "main"\n{_commissioned(form)}\n'
    for where, name in map(_placed, _lines(form.zones)):
        yield (
            f"[[zones]]\n{_named(name)}\nspace = {_quoted(key_of(where))}\ncovers_space = false\ndisjoint = true\n"
            f"{_commissioned(form)}\n"
        )


def _hours(form: NewSiteForm, kind: str, opens: str, closes: str) -> Iterator[str]:
    if not (opens or closes):
        return
    days = ", ".join(_quoted(day) for day in form.days)
    from_, to = _clock(opens), _clock(closes)
    yield f'[[hours]]\nkind = "{kind}"\nfrom = {_date(form)}\ndays = [{days}]\nopens = {from_}\ncloses = {to}\n'


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _placed(line: str) -> tuple[str, str]:
    """Return where something is, and its name."""
    where, colon, name = line.partition(":")
    return (where.strip(), name.strip()) if colon else ("", line)


def _named(name: str) -> str:
    return f"key = {_quoted(_key(name))}\nname = {_name(name)}"


def _key(name: str) -> str:
    return key_of(name.partition(";")[0])


def _name(text: str) -> str:
    swedish, _, english = (part.strip() for part in text.partition(";"))
    return f"{{ sv = {_quoted(swedish)}, en = {_quoted(english or swedish)} }}"


def _commissioned(form: NewSiteForm) -> str:
    return f"commissioned = [{{ from = {_date(form)} }}]"


def _date(form: NewSiteForm) -> str:
    return form.begins if re.fullmatch(r"\d{4}-\d\d-\d\d", form.begins) else _quoted(form.begins)


def _clock(text: str) -> str:
    return f"{text}:00" if re.fullmatch(r"\d\d:\d\d", text) else _quoted(text)


def _quoted(text: str) -> str:
    """Return a text as TOML writes it, which is as JSON does."""
    return json.dumps(text, ensure_ascii=False)
