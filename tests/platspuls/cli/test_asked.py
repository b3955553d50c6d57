"""What every command that takes a time, a site or a part of one does with it, over the whole tree of commands.

The classes of faults: a time read by another clock than the site's, or in a form that only some commands know; and a
mistyped name that finds nothing, so that a monitor is green for ever.
"""

from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from platspuls.cli.asked import DAY, PERIOD, TIME
from platspuls.cli.main import main
from platspuls.cli.programs.changes import SINCE
from store.database import connect
from tests.support.small_site import make_site, put

FORMS = ("2025-03-03", "2025-03", "2025-W10", "7d", "2w", "12h", "today", "yesterday", "last-week", "this-month",
         "last-month", "2025-03-03T11:00+01:00", "2025-03-03T10:00Z")  # fmt: skip
OF_FILES = {("weights", "get")}
"""Commands whose --from is a file."""


def run(*words: str) -> Result:
    return CliRunner().invoke(main, words)


def commands(group: click.Command = main, *path: str) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    if not isinstance(group, click.Group):
        yield path, group
        return
    context = click.Context(group)
    for name in group.list_commands(context):
        found = group.get_command(context, name)
        assert found is not None
        yield from commands(found, *path, name)


COMMANDS = dict(commands())


def options(command: click.Command) -> dict[str, click.Option]:
    return {name: one for one in command.params if isinstance(one, click.Option) for name in one.opts}


def test_each_option_that_is_a_time_takes_all_forms() -> None:
    names = ("--from", "--to", "--since", "--until", "--at", "--valid-from", "--valid-to")
    found = {
        (path, name): one.type
        for path, command in COMMANDS.items()
        for name, one in options(command).items()
        if name in names and path not in OF_FILES
    }
    assert len(found) > 15
    assert {kind for kind in found.values() if kind is not TIME} == {SINCE}
    assert all(SINCE.convert(form, None, None) == form for form in FORMS)
    assert {type(options(command)["--day"].type) for command in COMMANDS.values() if "--day" in options(command)} == {
        type(DAY)
    }
    assert not any(isinstance(one.type, click.DateTime) for command in COMMANDS.values() for one in command.params)


def test_each_range_may_be_a_period_instead() -> None:
    """The class: a command that takes both ends of a range, and can't be asked for all of last week in one word."""
    ranges = {path: options(command) for path, command in COMMANDS.items() if "--to" in options(command)}
    assert len(ranges) > 10
    assert {path for path, found in ranges.items() if found["--to"].type is TIME and "--period" not in found} == set()
    assert {found["--period"].type for found in ranges.values() if "--period" in found} == {PERIOD}


def test_threshold_has_one_name() -> None:
    named = [name for command in COMMANDS.values() for name in options(command) if "threshold" in name]
    assert set(named) == {"--threshold"}


@pytest.fixture
def store(database_url: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """A store with a site, torget, in Stockholm."""
    monkeypatch.setenv("PLATSPULS_DATABASE_URL", database_url)
    with connect(database_url, application="test", autocommit=True) as database:
        make_site(database)
    return database_url


NEEDED = {
    "calibrate": ("--kind", "crossings", "--of", "north"),
    "calibrate import": (__file__,),
    "calibrate apply": ("--valid-from", "today"),
    "calibrate show": ("1",),
    "calibrate withdraw": ("1", "--reason", "x"),
    "changes": ("--since", "7d"),
    "export": ("--from", "7d", "--output", "-"),
    "key add": ("desk", "--role", "staff"),
    "login": ("--role", "staff"),
    "quality answer": ("1", "accept"),
    "rejects replay": ("--code", "invalid"),
    "weather import": (str(Path(__file__).with_name("rain.csv")),),
}
"""What commands need beside a site."""


def needed(path: tuple[str, ...]) -> tuple[str, ...]:
    own = NEEDED.get(" ".join(path), ())
    return (*NEEDED["calibrate"], *own) if path in {("calibrate", "apply"), ("calibrate", "compute")} else own


OF_DEVICE_FILES = {("counter", "new")}
"""Commands whose --site is what stands in a file of a device."""
OF_SITES = [path for path, command in COMMANDS.items() if "--site" in options(command) and path not in OF_DEVICE_FILES
            and not isinstance(options(command)["--site"].type, click.Path)]  # fmt: skip


@pytest.mark.chain
@pytest.mark.usefixtures("store")
def test_a_mistyped_site_ends_with_3_and_names_like_ones() -> None:
    assert len(OF_SITES) > 15
    for path in OF_SITES:
        if path[0] == "export" and path != ("export", "flow"):
            continue  # one path for all tables: only the first needs an API of its own
        words = (*path, *(NEEDED["export"] if path[0] == "export" else needed(path)))
        ended = run(*words, "--site", "torgt")
        assert (ended.exit_code, "there is no site torgt: did you mean torget?" in ended.stderr) == (3, True), (
            words,
            ended.output,
        )
    assert run("reconcile", "--site", "elsewhere").exit_code == 3


@pytest.mark.chain
@pytest.mark.usefixtures("store")
@pytest.mark.parametrize(
    "words",
    [
        ("reconcile", "--device", "cma"),
        ("reconcile", "--site", "torget", "--device", "cma"),
        ("rejects", "list", "--device", "cma"),
        ("rejects", "replay", "--code", "invalid", "--device", "cma"),
        ("held", "list", "--site", "torget", "--device", "cma"),
        ("quarantine", "list", "--device", "cma"),
        ("calibrate", "compute", "--site", "torget", "--kind", "crossings", "--of", "nort"),
        ("calibrate", "compute", "--site", "torget", "--kind", "presence", "--of", "stge"),
        ("export", "flow", "--site", "torget", "--from", "7d", "--of", "line", "--lines", "nort", "--output", "-"),
        ("export", "dwell", "--site", "torget", "--from", "7d", "--zones", "stge", "--output", "-"),
    ],
)
def test_a_mistyped_part_ends_with_3_and_names_like_ones(words: tuple[str, ...]) -> None:
    ended = run(*words)
    assert (ended.exit_code, "did you mean" in ended.stderr) == (3, True), ended.output


@pytest.mark.chain
@pytest.mark.usefixtures("store")
@pytest.mark.parametrize("form", FORMS)
def test_a_time_is_one_by_the_clocks_of_the_site_and_both_are_printed(form: str) -> None:
    ended = run("verify", "--site", "torget", "--from", form)
    assert (ended.exit_code, f"--from {form}: 20" in ended.stderr) == (0, True), ended.output
    if form == "2025-W10":
        assert "--from 2025-W10: 2025-03-03 00:00 CET (2025-03-02 23:00Z)" in ended.stderr


@pytest.mark.chain
@pytest.mark.usefixtures("store")
@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("verify", "--from", "monday"), "--from monday must be a date such as"),
        (("verify", "--from", "tomorrow"), "--from tomorrow lies in the future"),
        (("verify", "--from", "today", "--to", "yesterday"), "--to yesterday must be after --from today"),
        (("rejects", "list", "--since", "2099-01-01"), "--since 2099-01-01 lies in the future"),
        (("reconcile", "--since", "tomorrow"), "--since tomorrow lies in the future"),
        (("reconcile", "--day", "last-week"), "--day last-week must be one day: a date such as 2026-10-25, today,"),
        (("reconcile", "--day", "tomorrow"), "--day tomorrow lies in the future"),
        (("export", "flow", "--site", "torget", "--from", "soon"), "--from soon must be a date such as"),
        (("calibrate", "compute", "--site", "torget", "--kind", "crossings", "--of", "north", "--from", "tomorrow"),
         "--from tomorrow lies in the future"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_time_names_option_and_value(words: tuple[str, ...], says: str) -> None:
    ended = run(*words)
    assert (ended.exit_code, says in ended.stderr) == (2, True), ended.output


@pytest.mark.chain
def test_a_time_of_sites_in_several_zones_needs_an_offset(store: str) -> None:
    with connect(store, application="test", autocommit=True) as database:
        put(
            database,
            "site (key, name_sv, name_en, time_zone, file_sha256) values ('far', 'x', 'x', 'Asia/Kathmandu', '')",
        )
    several = run("rejects", "list", "--since", "yesterday")
    assert (several.exit_code, "sites are in several time zones" in several.stderr) == (2, True)
    for words in (("--since", "yesterday", "--site", "torget"), ("--since", "2025-03-03T10:00Z"), ("--since", "12h")):
        assert run("rejects", "list", *words).exit_code == 0
    both = run("verify", "--from", "2025-03-03")
    assert [line.split(": ")[1] for line in both.stderr.splitlines()] == [
        "2025-03-03 00:00 +0545 (2025-03-02 18:15Z)",
        "2025-03-03 00:00 CET (2025-03-02 23:00Z)",
    ]


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--output", "x.xls"), "nothing of the kind .xls is written here, but .csv, .ndjson, .parquet, .xlsx"),
        (("--output", "x.txt", "--format", "csv"), "nothing of the kind .txt"),
        (("--output", "."), "--output . is a folder: name a file in it"),
        (("--lines", ","), "--lines , names none: leave it out for all of them"),
        (("--spaces", ""), "--spaces  names none"),
        (("--output", "x.xlsx", "--format", "csv"), "--format csv would write csv into a file named .xlsx"),
    ],
)
def test_what_cannot_be_written_or_meant_is_refused_before_anything_is_asked(words: tuple[str, ...], says: str) -> None:
    ended = run("export", "flow", "--site", "torget", "--from", "7d", "--api", "http://127.0.0.1:9", *words)
    assert (ended.exit_code, says in ended.stderr) == (2, True), ended.output
