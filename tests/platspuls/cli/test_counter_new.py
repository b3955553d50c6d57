"""`platspuls counter new`: whatever it writes, a counter takes; what it refuses leaves nothing; nothing is replaced."""

import shlex
import tomllib
from datetime import datetime
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st

from core.texts.catalog import Domain, Language, catalog
from counter.device_file import DeviceFile, load
from counter.sources.video.settings import CameraSource
from platspuls.cli.main import main
from platspuls.setup.new_device.answers import WrongAnswerError, quoted, shown
from platspuls.setup.new_device.questions import QUESTIONS, DeviceQuestion
from platspuls.setup.new_device.secrets import without_password
from tests.docs import shell
from tests.platspuls.place import SITE
from tests.support.counter.clips import write_clip

WHO = ("--site", "haninge-entre", "--key", "tunnel-kamera", "--line", "stationen")
DOWN = ("--kind", "camera", "--look", "down", "--camera-height-m", "3")
AWAY = """\
[mqtt]
host = "counts.example.se"
port = 8883
username = "haninge-entre.tunnel-kamera"
password_file = "tunnel-kamera.password"
tls_ca = "broker-ca.pem"
"""


def run(*words: str, typed: str | None = None) -> Result:
    return CliRunner().invoke(main, ["counter", "new", *words], input=typed, catch_exceptions=False)


def written(folder: Path, *words: str) -> DeviceFile:
    """Answer by options alone, and return what the counter reads of the file that was written."""
    result = run("--yes", *words, str(folder / "new.toml"))
    assert result.exit_code == 0, result.stderr
    return load(folder / "new.toml")


@pytest.mark.parametrize(
    "words",
    [
        DOWN,
        (*DOWN, "--address", "/dev/video0", "--size", "640x480", "--pixels-per-metre", "80,5"),
        ("--kind", "beams", "--first-pin", "5", "--second-pin", "6"),
        ("--kind", "tof", "--height-m", "2.3"),
        ("--kind", "thermal"),
        ("--kind", "thermal", "--part", "mlx90640", "--height-m", "3"),
    ],
)
def test_each_kind_needs_no_more_than_who_it_is(words: tuple[str, ...], tmp_path: Path) -> None:
    device = written(tmp_path, *WHO, *words)
    assert device.source.kind == words[1]
    assert [*(one.line for one in device.lines), *device.gates] == ["stationen"]
    assert device.mqtt.host == "127.0.0.1"
    assert (tmp_path / "new.toml").stat().st_mode & 0o777 == 0o600
    assert [one.name for one in tmp_path.iterdir()] == ["new.toml"]


def test_a_clip_is_measured_and_checked_as_it_is_counted(tmp_path: Path) -> None:
    """Size and line are the clip's own, it ended before now, and `counter check` opens it."""
    clip = write_clip(tmp_path / "clip.mp4", 20, rate=10.0, size=(320, 240))
    device = written(tmp_path, *WHO, "--kind", "clip", "--clip", str(clip), *DOWN[2:])
    assert device.lines[0].points == [(160.0, 0.0), (160.0, 240.0)]
    assert device.source.kind == "clip"
    assert device.source.start < datetime.now(device.source.start.tzinfo)
    assert 'file = "clip.mp4"' in (tmp_path / "new.toml").read_text("utf-8")
    checked = CliRunner().invoke(main, ["counter", "check", str(tmp_path / "new.toml")], catch_exceptions=False)
    assert checked.exit_code == 0, checked.stderr


def test_what_lies_beside_it_answers_where_nothing_is_said(tmp_path: Path) -> None:
    """The site file says who it is, and what was made for the device how it reaches the broker."""
    (tmp_path / "plats.toml").write_text(SITE, "utf-8")
    for name, text in (("tunnel-kamera.mqtt.toml", AWAY), ("tunnel-kamera.password", "x"), ("broker-ca.pem", "x")):
        (tmp_path / name).write_text(text, "utf-8")
    device = written(tmp_path, *DOWN)
    assert (device.device.site, device.device.key) == ("haninge-entre", "tunnel-kamera")
    assert device.lines[0].line == "stationen"
    assert (device.mqtt.host, device.mqtt.port) == ("counts.example.se", 8883)
    assert device.mqtt.password_file == tmp_path / "tunnel-kamera.password"
    assert tomllib.loads((tmp_path / "new.toml").read_text("utf-8"))["mqtt"] == tomllib.loads(AWAY)["mqtt"]


def test_the_password_of_a_camera_lies_in_a_file_of_its_own(tmp_path: Path) -> None:
    address = "rtsp://kamera:ges%2Fheim@192.168.1.20/stream1"
    device = written(tmp_path, *WHO, *DOWN, "--address", address)
    kept = tmp_path / "tunnel-kamera.camera-password"
    assert "heim" not in (tmp_path / "new.toml").read_text("utf-8")
    assert kept.stat().st_mode & 0o777 == 0o600
    assert isinstance(device.source, CameraSource)
    assert device.source.full_address() == address


_plain = st.text("abcXYZ019.-_~", min_size=1, max_size=12)
_secret = st.text("abcXYZ019.-_~%!$&'()*+,;=ü", min_size=1, max_size=20)


@given(st.sampled_from(["rtsp", "http", "https"]), st.none() | _plain, st.none() | _secret, _plain, st.none() | _plain)
def test_wherever_a_password_stands_in_an_address_it_is_taken_out(
    scheme: str, user: str | None, secret: str | None, host: str, token: str | None
) -> None:
    """Before the host or as a field of the query; put back it is the same address."""
    login = "" if user is None else f"{user}:{secret}@" if secret else f"{user}@"
    address = f"{scheme}://{login}{host}:554/live/ch1"
    if token is not None and not (user and secret):
        address += f"?channel=1&password={token}&subtype=0"
    expected = secret if user is not None and secret else token
    shown_address, found = without_password(address)
    assert found == expected
    assert str(shown_address).count("{password}") == (0 if expected is None else 1)
    assert str(shown_address).replace("{password}", found or "") == address


@given(st.text("a:/?#@&=é ", max_size=12), st.text("a:/?#@&= ", max_size=20))
def test_any_text_with_a_scheme_s_end_is_an_address_or_refused(before: str, behind: str) -> None:
    """Nothing before it, or what no scheme holds: no text ends the program, and none is changed but for a password."""
    address = f"{before}://{behind}"
    try:
        shown_address, found = without_password(address)
    except WrongAnswerError:
        return
    assert str(shown_address).replace("{password}", found or "") == address


def test_an_address_whose_password_cannot_be_made_out_is_refused(tmp_path: Path) -> None:
    for address in ("rtsp://user:pa/ss@host/stream", "http://a:b@host/x?password=c", "http://host/x?mail=a@b"):
        result = run("--yes", *WHO, *DOWN, "--address", address, str(tmp_path / "new.toml"))
        assert result.exit_code == 2
        assert "pa/ss" not in result.stderr
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_replaced(tmp_path: Path) -> None:
    (tmp_path / "new.toml").write_text("mine")
    assert run("--yes", *WHO, *DOWN, str(tmp_path / "new.toml")).exit_code == 2
    (tmp_path / "tunnel-kamera.camera-password").write_text("mine too")
    result = run("--yes", *WHO, *DOWN, "--address", "rtsp://a:b@c/d", str(tmp_path / "other.toml"))
    assert result.exit_code == 1
    assert "is there already" in result.stderr
    assert sorted(path.read_text() for path in tmp_path.iterdir()) == ["mine", "mine too"]


@pytest.mark.parametrize(
    ("words", "code", "problem"),
    [
        (WHO[2:], 2, "--site is missing"),
        ((*WHO, "--kind", "camera", "--detector", "onnx", "--look", "aslant"), 2, "--weights is missing"),
        ((*WHO, *DOWN, "--size", "wide"), 2, "--size: wide is not a size"),
        ((*WHO, "--kind", "beams", "--clip", "clip.mp4"), 2, "--clip is of no use"),
        ((*WHO, *DOWN, "--broker", "counts.example.se"), 2, "--password-file is missing"),
        ((*WHO, "--kind", "beams", "--first-pin", "5", "--second-pin", "5"), 1, "two beams need two pins"),
        ((*WHO, "--kind", "camera", "--detector", "background", "--camera-height-m", "3"), 1, "straight down"),
        ((*WHO, "--kind", "camera", "--look", "down"), 2, "--camera-height-m is missing"),
        ((*WHO, "--kind", "thermal", "--height-m", "6"), 1, "source.height_m"),
        ((*WHO, *DOWN, "--address", "rtsp://a:b@c/d", "--pixels-per-metre", "nan"), 2, "pixels-per-metre"),
    ],
)
def test_what_a_counter_would_refuse_is_not_written(
    words: tuple[str, ...], code: int, problem: str, tmp_path: Path
) -> None:
    result = run("--yes", *words, str(tmp_path / "new.toml"))
    assert (result.exit_code, problem in result.stderr) == (code, True), result.stderr
    assert "Traceback" not in result.stderr
    assert list(tmp_path.iterdir()) == []


def test_who_is_asked_may_be_wrong_and_is_asked_again(tmp_path: Path) -> None:
    """In Swedish; every default is taken by pressing return."""
    typed = "kamera camera Haninge haninge-entre tunnel-kamera - - - down - 2,9 - stationen - - -"
    answers = typed.replace(" -", " ").replace(" ", "\n") + "\n"
    result = run("--language", "sv", str(tmp_path / "new.toml"), typed=answers)
    assert result.exit_code == 0, result.stderr
    assert "kamera är inget av camera" in result.stderr
    assert "Haninge är ingen nyckel" in result.stderr
    assert "är skriven" in result.stdout
    device = load(tmp_path / "new.toml")
    assert (device.device.setup, device.detector and device.detector.kind) == ("tunnel-kamera-a", "background")
    assert isinstance(device.source, CameraSource)
    assert (device.source.camera_height_m, device.source.pixels_per_metre) == (2.9, 315.3)


def test_what_to_do_next_are_commands_that_are_there(tmp_path: Path) -> None:
    """Each is one of the command line's; a doorway has nothing to draw on, and no clip is sent by trying it."""
    clip = write_clip(tmp_path / "clip.mp4", 4, size=(320, 240))
    for words in (("--kind", "beams"), (*DOWN,), ("--kind", "clip", "--clip", str(clip), *DOWN[2:])):
        path = tmp_path / f"a {words[1]}.toml"
        result = run("--yes", *WHO, *words, str(path))
        found = [line.partition(": ")[2] for line in result.stdout.splitlines() if ": platspuls" in line]
        assert len(found) == 4, result.stderr
        for command in found:
            shell.check(command)
            assert shlex.split(command)[3] == str(path)


def test_who_leaves_in_the_middle_leaves_nothing(tmp_path: Path) -> None:
    assert run(str(tmp_path / "new.toml"), typed="camera\nhaninge-entre\n").exit_code == 1
    assert list(tmp_path.iterdir()) == []


def test_every_question_is_translated_and_is_an_option() -> None:
    swedish = catalog(Domain.SETUP, Language.SV)
    command = main.get_command(click.Context(main), "counter")
    assert isinstance(command, click.Group)
    names = {name for one in command.commands["new"].params for name in one.opts}
    for question in QUESTIONS:
        assert swedish.translated(question.text) != question.text
        assert f"--{question.name}" in names


@given(st.text(max_size=40))
def test_any_text_is_written_so_that_it_is_read_again(text: str) -> None:
    assert tomllib.loads(f"a = {quoted(text)}") == {"a": text}


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda one: one.name)
def test_any_answer_is_taken_or_refused_with_a_sentence(question: DeviceQuestion) -> None:
    """Drawn texts raise nothing but WrongAnswerError; what is taken can be shown, and typed again."""

    @given(st.text(max_size=20) | st.floats().map(str) | st.integers().map(str))
    def holds(text: str) -> None:
        try:
            found = question.read(text)
        except WrongAnswerError:
            return
        assert question.read(shown(found)) == found

    holds()
