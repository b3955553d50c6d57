"""Golden messages: what is valid stays valid, and what is refused is refused with the sentence beside it."""

import json
from pathlib import Path

import pytest

from core import wire

GOLDEN = Path(__file__).parent / "golden"
VALID = sorted((GOLDEN / "valid").glob("*.json"))
INVALID = sorted((GOLDEN / "invalid").glob("*.json"))


def kind_of(golden: Path) -> wire.Kind:
    """The first word of the name is the kind of message."""
    return wire.Kind(golden.name.partition("-")[0])


def transcript(kind: wire.Kind, payload: bytes) -> str:
    """One line for the message, and one more for each refused record of a batch: the form of the .txt files."""
    try:
        message = wire.decode_batch(payload) if kind is wire.Kind.RECORDS else wire.decode(kind, payload)
    except wire.WireError as error:
        kept = "may be kept" if wire.may_keep(error, payload) else "not kept"
        return f"refused, {error.code}, {kept}: {error}\n"
    if not isinstance(message, wire.DecodedBatch):
        return "accepted\n"
    good = ", ".join(str(record.seq) for record in message.batch.records)
    return f"accepted: {good or 'no record'}\n" + "".join(
        [*map(_rejected, message.rejected), *map(_unnumbered, message.unnumbered)]
    )


def _rejected(record: wire.RejectedRecord) -> str:
    kept = "not kept" if record.raw is None else "may be kept"
    return f"rejected {record.seq}, {record.error.code}, {kept}: {record.error}\n"


def _unnumbered(part: wire.UnnumberedPart) -> str:
    return f"without a number, after {part.after}, before {part.before}: {part.error}\n"


def test_there_are_enough() -> None:
    assert len(VALID) >= 12
    assert len(INVALID) >= 100
    assert [path.stem for path in INVALID] == [path.stem for path in sorted((GOLDEN / "invalid").glob("*.txt"))]
    assert {kind_of(path) for path in VALID} == {kind_of(path) for path in INVALID} == set(wire.Kind)


@pytest.mark.parametrize("golden", INVALID, ids=lambda path: path.stem)
def test_invalid(golden: Path) -> None:
    assert transcript(kind_of(golden), golden.read_bytes()) == golden.with_suffix(".txt").read_text()


def test_what_is_unknown_is_not_repeated() -> None:
    sent = "".join(path.read_text(errors="replace") for path in INVALID)
    lines = [line for path in INVALID for line in path.with_suffix(".txt").read_text().splitlines()]
    for secret in ("/9j/", "6f1c", "anna", "10.0.0.7", "61.3", "07:03:12", '"rain"'):
        assert secret in sent
        assert not any(secret in line for line in lines if "unknown_field" in line or "newer_version" in line)


def test_sentences_are_short() -> None:
    assert all(len(line) < 320 for path in INVALID for line in path.with_suffix(".txt").read_text().splitlines())


@pytest.mark.parametrize("golden", VALID, ids=lambda path: path.stem)
def test_valid_and_back(golden: Path) -> None:
    payload = golden.read_bytes()
    message = wire.decode(kind_of(golden), payload)
    again = wire.encode(message)
    assert wire.decode(kind_of(golden), again) == message
    assert _holds(json.loads(again), json.loads(payload))


@pytest.mark.parametrize("golden", VALID, ids=lambda path: path.stem)
def test_valid_batches_lose_no_record(golden: Path) -> None:
    if kind_of(golden) is wire.Kind.RECORDS:
        decoded = wire.decode_batch(golden.read_bytes())
        assert decoded == wire.DecodedBatch(wire.decode(wire.Kind.RECORDS, golden.read_bytes()))


@pytest.mark.parametrize("kind", wire.Kind)
def test_ten_megabytes(kind: wire.Kind) -> None:
    payload = b'{"epoch":"' + b"a" * 10_000_000 + b'"}'
    with pytest.raises(wire.TooLargeError, match="a message of 10000012 bytes, 65536 at most") as caught:
        wire.decode(kind, payload)
    assert not wire.may_keep(caught.value, payload)
    assert wire.field_names(payload) == []
    with pytest.raises(wire.TooLargeError):
        wire.decode_batch(payload)


def test_one_byte_too_many() -> None:
    payload = b'{"epoch":"3f9a1c0b7d52e846"}'.ljust(wire.MAX_PAYLOAD_BYTES)
    assert wire.decode_batch(payload).batch.records == []
    with pytest.raises(wire.TooLargeError):
        wire.decode_batch(payload + b" ")


def test_of_a_field_told_twice_the_last_counts() -> None:
    payload = b'{"epoch":"3f9a1c0b7d52e846","minor":5,"epoch":"0000000000000000","minor":0}'
    assert wire.decode(wire.Kind.RECORDS, payload) == wire.Batch(epoch="0000000000000000")


@pytest.mark.parametrize(
    "spelling", ["2026-10-01T07:00:00+00:00", "2026-10-01T07:00:00-00:00", "2026-10-01T07:00:00.000Z"]
)
def test_another_spelling_of_the_same_time(spelling: str) -> None:
    status = wire.decode(wire.Kind.STATUS, b'{"online":true,"at":"%s"}' % spelling.encode())
    assert isinstance(status, wire.Status)
    assert wire.encode(status).startswith(b'{"online":true,"at":"2026-10-01T07:00:00Z"')


def _holds(whole: object, part: object) -> bool:
    """Tell whether `whole` says all that `part` says; it may say defaults besides."""
    if isinstance(whole, dict) and isinstance(part, dict):
        return all(name in whole and _holds(whole[name], value) for name, value in part.items())
    if isinstance(whole, list) and isinstance(part, list):
        return len(whole) == len(part) and all(map(_holds, whole, part))
    return whole == part
