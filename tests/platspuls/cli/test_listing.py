"""Every command that lists can print JSON, and shells complete commands, options and words.

The class of faults: a command that only people can read, so that a program cuts columns out of a table.
"""

import json
import shutil
import subprocess
import sys

import pytest
from click.shell_completion import ShellComplete
from click.testing import CliRunner, Result

from ingest.batch.writer import BatchWriter
from platspuls.cli.main import main
from store.database import connect
from tests.platspuls.cli.test_asked import COMMANDS, options
from tests.support.small_site import arrive, flow, make_site, meaning, received

NAMES = {"list", "phases", "status", "show", "reconcile", "changes"}
"""What commands are called that list something."""
NOT_LISTS = {("rejects", "show")}
"""Shows one record, with its payload as it came."""
LISTS = {path: command for path, command in COMMANDS.items() if path[-1] in NAMES and path not in NOT_LISTS}


def run(*words: str) -> Result:
    return CliRunner().invoke(main, words)


def test_every_command_that_lists_has_json() -> None:
    assert len(LISTS) >= 12
    assert [path for path, command in LISTS.items() if "--json" not in options(command)] == []


def test_every_command_that_prints_a_table_is_such_a_command() -> None:
    """A new list by another name is found here."""
    others = {
        path
        for path, command in COMMANDS.items()
        if (command.help or "").startswith(("List ", "Print all known", "Print when", "Print by")) and path not in LISTS
    }
    assert others == set()


@pytest.fixture
def store(database_url: str, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("PLATSPULS_DATABASE_URL", database_url)
    with connect(database_url, application="test", autocommit=True) as database:
        make_site(database)
        BatchWriter(database).store(
            [
                meaning(arrive(b'{"epoch":"0123456789abcdef","face":"anna"}')),
                received(flow(1, 0)),
                received(flow(1, 0), device="stranger"),
            ]
        )
    return database_url


@pytest.mark.chain
@pytest.mark.usefixtures("store")
def test_what_is_listed_is_json_also_where_there_is_nothing(tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = str(tmp_path_factory.mktemp("credentials"))
    run("tls", "init", "broker.example", "--folder", folder)
    run("key", "add", "desk", "--role", "staff", "--site", "torget")
    for path, command in LISTS.items():
        words = [*path]
        words += ["--folder", folder] if "--folder" in options(command) else []
        words += ["--site", "torget"] if "--site" in options(command) and path[0] == "calibrate" else []
        words += ["--site", "torget", "--since", "7d"] if path == ("changes",) else []
        words += ["1"] if path == ("calibrate", "show") else []
        ended = run(*words, "--json")
        if path == ("calibrate", "show"):
            assert ended.exit_code == 1
            continue
        assert ended.exit_code == 0, (words, ended.output)
        json.loads(ended.stdout)


@pytest.mark.chain
@pytest.mark.usefixtures("store")
def test_json_has_what_the_table_has() -> None:
    [held] = json.loads(run("held", "list", "--json").stdout)
    assert (held["device"], held["cause"], held["times"]) == ("stranger", "unknown_device", 1)
    refused = json.loads(run("rejects", "list", "--json").stdout)
    assert [one["code"] for one in refused["rejects"]] == ["unknown_field"]
    assert json.loads(run("reconcile", "--json").stdout) == json.loads(run("reconcile", "--format", "json").stdout)
    run("key", "add", "desk", "--role", "staff", "--site", "torget")
    [key] = json.loads(run("key", "list", "--json").stdout)
    assert (key["name"], key["role"], key["sites"], key["state"]) == ("desk", "staff", "torget", "good")
    assert not {"prefix", "sha256"} & key.keys()
    assert json.loads(run("quality", "list", "--json").stdout) == []


@pytest.mark.parametrize(
    ("words", "incomplete", "expected"),
    [
        ([], "rej", ["rejects"]),
        (["rejects"], "l", ["list"]),
        (["export", "flow"], "--fr", ["--from"]),
        (["export", "flow", "--bucket"], "mo", ["month"]),
        (["verify", "--from"], "last", ["last-week", "last-month"]),
        (["reconcile", "--day"], "", ["today", "yesterday", "tomorrow"]),
        (["completion"], "", ["bash", "zsh", "fish"]),
    ],
)
def test_commands_options_and_words_are_completed(words: list[str], incomplete: str, expected: list[str]) -> None:
    found = ShellComplete(main, {}, "platspuls", "_PLATSPULS_COMPLETE").get_completions(words, incomplete)
    assert [one.value for one in found] == expected


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_script_of_each_shell_asks_this_program(shell: str) -> None:
    script = run("completion", shell)
    assert script.exit_code == 0
    assert f"_PLATSPULS_COMPLETE={shell}_complete" in script.stdout
    if program := shutil.which(shell):
        subprocess.run([program, "-n"], input=script.stdout, text=True, check=True, timeout=20)


_WITHOUT_EXTRAS = """
import sys
from platspuls.cli.main import EXTRAS, main
from click import Context, Group

class Missing:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {library for libraries in EXTRAS.values() for library in libraries}:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)

def walk(command):
    for name in command.list_commands(Context(command)) if isinstance(command, Group) else ():
        walk(command.get_command(Context(command), name))

sys.meta_path.insert(0, Missing())
walk(main)
"""


def test_completion_and_help_need_no_extra() -> None:
    """They import all commands, on a device that has the libraries of none."""
    done = subprocess.run(
        [sys.executable, "-c", _WITHOUT_EXTRAS], capture_output=True, text=True, check=False, timeout=60
    )
    assert (done.returncode, done.stderr) == (0, "")
