"""A site file is refused with all that is wrong with it, each with its path, its value and plain words."""

import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.site_file.errors import SiteFileError
from core.site_file.load import load
from store.registry.advice import warnings_about
from tests.store.registry.example import changed, example, loaded
from tests.support.properties import examples

HOURS = 'kind = "open"\nfrom = 2026-01-01\ndays = ["mon", "tue", "wed", "thu", "fri", "sat"]\nopens = 07:00:00'
CAMERA = '[[devices]]\nkey = "second"\nname = { sv = "2", en = "2" }\n'
NEVER = '{ line = "trappan", from = 2026-09-01, to = 2026-09-01 }'


def problems(folder: Path, text: str) -> list[str]:
    with pytest.raises(SiteFileError) as caught:
        loaded(folder, text)
    return [str(problem) for problem in caught.value.problems]


def warnings(folder: Path, text: str) -> list[str]:
    return [str(problem) for problem in warnings_about(loaded(folder, text))]


def test_the_example_of_the_docs_is_right_and_deserves_no_warning(tmp_path: Path) -> None:
    assert loaded(tmp_path, example()).site.key == "haninge-entre"
    assert warnings(tmp_path, example()) == []


def test_all_problems_are_told_at_once(tmp_path: Path) -> None:
    text = changed(
        ('key = "torget"', 'key = "Torget!"'),
        ('role = "main"', 'role = "mian"'),
        ("stay_threshold_s = 60", "stay_treshold_s = 60"),
        ('space = "gangtunneln"', 'space = "tunneln"'),
        ('note = "julafton"', 'note = "julafton"\nopens = 10:00:00'),
    )
    assert problems(tmp_path, text) == [
        'spaces[1].key = "Torget!": must be lower case letters a-z, digits and single hyphens, 40 characters at most',
        "lines[0].role = \"mian\": must be 'main' or 'check'",
        "zones[0].stay_treshold_s = 60: is no key that a site file has here",
        'borders[1].to = "torget": no space has this key',
        'zones[0].space = "tunneln": no space has this key',
        "exceptions[0].opens = 10:00:00: closes is missing: give both, or none for closed all day",
    ]


def test_the_error_names_the_file_and_counts(tmp_path: Path) -> None:
    with pytest.raises(SiteFileError) as caught:
        loaded(tmp_path, changed(('role = "main"', 'role = "mian"')))
    assert str(caught.value).startswith(f"{tmp_path}/site.toml: 1 problem\n  lines[0].role")


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("[site]", "[site]\nowner = 1", "site.owner = 1: is no key that a site file has here"),
        ("[site]", "[sight]", "site is missing"),
        ('time_zone = "Europe/Stockholm"\n', "", "site.time_zone is missing"),
        ("Europe/Stockholm", "Europe/Haninge", 'site.time_zone = "Europe/Haninge": is no IANA time zone'),
        ('en = "The square"', 'en = ""', 'spaces[1].name.en = "": must not be empty'),
        ('en = "The square"', 'en = "a\\u0000b"', "must not hold control characters"),
        ('en = "The square"', f'en = "{"x" * 201}"', "must be 200 characters at most"),
        ('{ sv = "Torget", en = "The square" }', '"Torget"', 'spaces[1].name = "Torget": must be a table of keys'),
        ('days = ["fri"]', 'days = ["friday"]', 'hours[1].days[0] = "friday": must be \'mon\','),
        ('days = ["fri"]', 'days = ["fri", "fri"]', "hours[1].days = a list: names a day twice"),
        ('days = ["fri"]', "days = []", "hours[1].days = a list: must hold at least 1 of its kind"),
        ('days = ["fri"]', 'days = "fri"', 'hours[1].days = "fri": must be a list in [ ]'),
        ("opens = 16:00:00", 'opens = "16:00"', 'hours[1].opens = "16:00": must be a time without quotes'),
        ("opens = 16:00:00", "opens = 16:00:30", "hours[1].opens = 16:00:30: must be a whole minute"),
        ("day = 2026-12-24", "day = 2026-12-24T00:00:00Z", "must be a date without a time or quotes"),
        ("day = 2026-12-24", "day = 1026-12-24", "must lie in the years 2000 to 2199"),
        ("covers_space = false", "covers_space = 0", "zones[0].covers_space = 0: must be true or false"),
        ("threshold_s = 60", "threshold_s = 0", "zones[0].stay_threshold_s = 0: must be 1 or more"),
        ("threshold_s = 60", "threshold_s = 86401", "must be 86400 or less"),
        ("threshold_s = 60", "threshold_s = 60.0", "zones[0].stay_threshold_s = 60.0: must be a whole number"),
        ("from = 2027-01-01T06:00:00+01:00 }]", "from = 2027-01-01T06:00:00 }]", "is a date-time without an offset"),
        ("from = 2027-01-01T06:00:00+01:00 }]", "from = 2027-01-01T06:00:01Z }]", "must be a whole minute"),
        ("from = 2027-01-01T06:00:00+01:00 }]", 'from = "2027" }]', "must be a date or a date-time without quotes"),
        ("from = 2027-01-01T06:00:00+01:00 }]", "from = 2026-11-30 }]", "lines[1].commissioned[1] overlaps lines[1]."),
        ("to = 2026-12-01 }, { from", "to = 2026-10-01 }, { from", "must be after from, 2026-10-01"),
        ("closes = 21:00:00", "closes = 07:00:00", "hours[0].closes = 07:00:00: must be after opens, 07:00:00"),
        ("to = 2026-06-30", "to = 2026-01-01", "hours[1].to = 2026-01-01: must be after from, 2026-01-01"),
        ("[[exceptions]]", f"[[hours]]\n{HOURS}\ncloses = 07:01:00\n[[exceptions]]", "hours[2] overlaps hours[0] on"),
        ("day = 2026-12-31", "day = 2026-12-24", "exceptions[1].day = 2026-12-24: exceptions[0] is about the same day"),
        ("opens = 10:00:00\n", "", "exceptions[1].closes = 00:00:00: opens is missing"),
        ("to = 2026-10-31", "to = 2026-10-26", "calendar[1].to = 2026-10-26: must be after from, 2026-10-26"),
        (
            'kind = "school_break"\nfrom = 2026-10-26\nto = 2026-10-31',
            'kind = "holiday"\nfrom = 2026-12-26',
            "calendar[1] overlaps calendar[0]: a date is in one holiday at most",
        ),
        ('key = "torget"', 'key = "outside"', 'spaces[1].key = "outside": is what borders call the world around'),
        ('key = "torget"', 'key = "gangtunneln"', 'spaces[1].key = "gangtunneln": spaces[0] has the same key'),
        ('to = "torget"', 'to = "gangtunneln"', 'borders[1].to = "gangtunneln": a border joins two different places'),
        ('to = "torget"', 'to = "bron"', 'borders[1].to = "bron": no space has this key'),
        ('border = "trappan"', 'border = "bron"', 'lines[1].border = "bron": no border has this key'),
        ('space = "gangtunneln"', 'space = "outside"', 'zones[0].space = "outside": no space has this key'),
        ('zone = "bankarna"', 'zone = "pianot"', 'devices[0].zones[0].zone = "pianot": no zone has this key'),
        ('line = "trappan", from = 2027', 'line = "x", from = 2027', 'devices[0].lines[2].line = "x": no line has'),
        ('trappan", from = 2027-01-01T06:00:00+01:00', 'trappan", from = 2026-11-01', "devices[0].lines[2] overlaps"),
        ("lines = [\n", f"lines = [\n  {NEVER},\n", "devices[0].lines[0].to = 2026-09-01: must be after from"),
    ],
)  # fmt: skip
def test_each_rule_says_where_and_why(tmp_path: Path, old: str, new: str, expected: str) -> None:
    assert any(expected in problem for problem in problems(tmp_path, changed((old, new))))


@pytest.mark.parametrize("content", [b"key = ", b"key = 1\nkey = 2", b"key = '\xff'"])
def test_what_is_no_toml_is_said_to_be_none(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "site.toml"
    path.write_bytes(content)
    with pytest.raises(SiteFileError, match=r"is no TOML in UTF-8"):
        load(path)


@pytest.mark.parametrize("text", ["", "site = 1", "site = []", "lines = 1", "lines = [1]", "[lines]", "[[site]]"])
def test_another_shape_is_refused(tmp_path: Path, text: str) -> None:
    assert problems(tmp_path, text)


@pytest.mark.parametrize(("text", "others"), [("lines = 1", 0), ("lines = {}", 0), ("lines = [1]", 3), ("", 3)])
def test_references_to_an_unreadable_section_are_not_blamed(tmp_path: Path, text: str, others: int) -> None:
    rest = re.sub(r"\[\[lines\]\].*(?=\[\[zones\]\])", "", example(), flags=re.DOTALL)
    found = problems(tmp_path, f"{text}\n{rest}")
    assert len([problem for problem in found if "no line has this key" in problem]) == others


def test_a_line_has_one_device_at_a_time(tmp_path: Path) -> None:
    taken = changed(
        ("[[devices]]", f'{CAMERA}lines = [{{ line = "stationen", from = 2026-11-01, to = 2026-11-05 }}]\n[[devices]]')
    )
    assert problems(tmp_path, taken) == [
        (
            "devices[1].lines[0] overlaps devices[0].lines[0] (2026-11-01 to 2026-11-05): "
            "line stationen can have one device at a time"
        )
    ]
    swap = changed(
        ('{ line = "stationen", from = 2026-10-01 }', '{ line = "stationen", from = 2026-10-01, to = 2026-11-01 }'),
        ("[[devices]]", f'{CAMERA}lines = [{{ line = "stationen", from = 2026-11-01 }}]\n[[devices]]'),
    )
    assert warnings(tmp_path, swap) == []


def test_a_zone_has_one_device_at_a_time(tmp_path: Path) -> None:
    taken = changed(("[[devices]]", f'{CAMERA}zones = [{{ zone = "bankarna", from = 2026-11-01 }}]\n[[devices]]'))
    assert "zone bankarna can have one device at a time" in problems(tmp_path, taken)[0]


@pytest.mark.parametrize(
    ("own", "others", "refused"),
    [
        ("covers_space = true\ndisjoint = true", "covers_space = true\ndisjoint = true", True),
        ("covers_space = true\ndisjoint = true", "covers_space = false\ndisjoint = true", True),
        ("covers_space = true\ndisjoint = false", "covers_space = false\ndisjoint = true", False),
        ("covers_space = true\ndisjoint = true", "covers_space = false\ndisjoint = false", False),
        ("covers_space = false\ndisjoint = true", "covers_space = false\ndisjoint = true", False),
    ],
)
def test_a_covering_zone_is_disjoint_from_no_other(tmp_path: Path, own: str, others: str, refused: bool) -> None:
    another = (
        '[[zones]]\nkey = "allt"\nname = { sv = "Allt", en = "All" }\nspace = "gangtunneln"\n'
        f"{others}\ncommissioned = [{{ from = 2026-10-01 }}]\n"
    )
    text = changed(("covers_space = false\ndisjoint = true", own), ("[[devices]]", f"{another}[[devices]]"))
    if refused:
        assert "both say disjoint in space gangtunneln" in problems(tmp_path, text)[0]
    else:
        assert loaded(tmp_path, text)


def test_a_device_has_room_for_what_a_record_has_room_for(tmp_path: Path) -> None:
    keys = [f"l{number}" for number in range(33)]
    lines = "".join(
        f'[[lines]]\nkey = "{key}"\nname = {{ sv = "x", en = "x" }}\nborder = "trappan"\nrole = "main"\n'
        "commissioned = [{ from = 2026-10-01 }]\n"
        for key in keys
    )
    apart = "".join(
        f'{{ line = "{key}", from = 2026-10-{day:02}, to = 2026-10-{day + 1:02} }},'
        for day, key in zip(range(1, 31), keys, strict=False)
    )
    together = "".join(f'{{ line = "{key}", from = 2026-10-01 }},' for key in keys)
    base = changed(("[[devices]]", f"{lines}{CAMERA}lines = [LINES]\n[[devices]]"))
    assert problems(tmp_path, base.replace("LINES", together)) == [
        "devices[0].lines names 33 at the same time, 32 at most"
    ]
    assert loaded(tmp_path, base.replace("LINES", apart))


def test_hours_of_different_days_dates_or_kinds_do_not_overlap(tmp_path: Path) -> None:
    for hours in (
        HOURS.replace("07:00", "21:00") + "\ncloses = 00:00:00",
        HOURS.replace('"mon", "tue", "wed", "thu", "fri", "sat"', '"sun"') + "\ncloses = 21:00:00",
        HOURS.replace("2026-01-01", "2025-01-01\nto = 2026-01-01") + "\ncloses = 21:00:00",
    ):
        assert loaded(tmp_path, changed(("[[exceptions]]", f"[[hours]]\n{hours}\n[[exceptions]]")))


def test_warnings_tell_what_was_probably_not_meant(tmp_path: Path) -> None:
    text = changed(
        ('role = "main"', 'role = "check"'),
        ('{ line = "stationen", from = 2026-10-01 },', '{ line = "stationen", from = 2026-09-01 },'),
        ('zones = [{ zone = "bankarna", from = 2026-10-01 }]', ""),
        ("[[borders]]", '[[spaces]]\nkey = "bron"\nname = { sv = "Bron", en = "The bridge" }\n[[borders]]'),
    )
    lack = "lines alone won't tell its occupancy or mean dwell"
    assert warnings(tmp_path, text) == [
        f'spaces[0] = "gangtunneln": the space isn\'t closed (no main line on stationen): {lack}',
        f'spaces[2] = "bron": the space isn\'t closed (no border): {lack}',
        'lines[0] = "stationen": a device is assigned while the line isn\'t commissioned (2026-09-01 to 2026-10-01)',
        'zones[0] = "bankarna": no device is assigned to this zone: its time counts as missing',
    ]


_STRANGE = (
    *(
        '"x"',
        "1",
        "-1",
        "1.5",
        "nan",
        "true",
        "[]",
        "[1]",
        "{}",
        "[{}]",
        "2026-01-01",
        "12:00:00",
        '"\\u0000"',
        '"outside"',
    ),
    *("0001-01-01", "9999-12-31T23:59:00-12:00", "9" * 30, '"trappan"', "{ from = 1 }"),
)


@given(st.lists(st.tuples(st.integers(0), st.sampled_from(_STRANGE)), min_size=1, max_size=4))
@settings(max_examples=examples(100), suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_only_the_listed_error_escapes(tmp_path: Path, edits: list[tuple[int, str]]) -> None:
    text = example()
    for place, value in edits:
        values = list(re.finditer(r"= (.+)$", text, re.MULTILINE))
        found = values[place % len(values)]
        text = f"{text[: found.start(1)]}{value}{text[found.end(1) :]}"
    try:
        assert list(warnings_about(loaded(tmp_path, text))) is not None
    except SiteFileError as error:
        assert error.problems  # noqa: PT017 - a file that is right after the edits is fine too
