"""The promise of privacy: the types can hold no person, and what is refused leaves no trace of one."""

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import inspect

from core import wire
from tests.support.properties import examples

FIELDS = {
    "Batch": {"minor", "epoch", "previous_epoch", "records", "lost"},
    "FlowRecord": {"seq", "start", "period_s", "setup", "flags", "lines", "zones"},
    "DwellRecord": {"seq", "start", "period_s", "setup", "flags", "zones"},
    "UnplacedRecord": {"seq", "setup", "flags", "lines", "zones"},
    "LineTotal": {"line", "forward", "backward", "gross_forward", "gross_backward", "observed_s"},
    "ZoneTotal": {"zone", "entries", "appeared", "exits", "lost", "presence_s", "observed_s"},
    "LineFlow": {"line", "forward", "backward", "gross_forward", "gross_backward", "observed_ms"},
    "ZoneFlow": {"zone", "entries", "appeared", "exits", "lost", "presence_s", "occupancy_max", "observed_ms"},
    "ZoneDwell": {"zone", "complete", "cut", "fragment", "observed_ms"},
    "DwellHistogram": {"bins", "over_s"},
    "LostRange": {"first", "last", "reason"},
    "Live": {"at", "lines", "zones", "minor"},
    "LiveLine": {"line", "start", "forward", "backward"},
    "LiveZone": {"zone", "occupancy", "staying", "stay_s"},
    "Status": {
        "online", "at", "epoch", "made", "outbox_records", "clock_known", "clock_offset_ms", "frame_rate",
        "temperature_c", "setup", "counter_version", "recorded_until", "minor",
    },
    "Receipt": {"epoch", "through", "also", "rewind", "minor", "server_time", "retire"},
}  # fmt: skip
"""Every field there is. One more is a decision about privacy: make it here, with open eyes."""

UNPLACED = ("UnplacedRecord", "LineTotal", "ZoneTotal")

FORBIDDEN = (
    "age", "bbox", "blob", "body", "box", "child", "crop", "descriptor", "embedding", "extra", "face", "feature",
    "frame", "gait", "gender", "hash", "height", "id", "image", "jpeg", "keypoint", "label", "latitude", "longitude",
    "mac", "metadata", "name", "note", "path", "person", "phone", "photo", "picture", "plate", "point", "pose",
    "position", "sex", "text", "thumbnail", "token", "track", "trajectory", "uuid", "vector", "video", "x", "y",
)  # fmt: skip
"""Words that no field name has, but for the frame rate of a device."""


def fields() -> Iterator[tuple[str, str, inspect.Type]]:
    """Yield type, field name and field type of everything that goes over the wire."""
    waiting, seen = [inspect.type_info(type_) for type_ in wire.TYPE_OF.values()], set()
    while waiting:
        match info := waiting.pop():
            case inspect.StructType() if info.cls not in seen:
                seen.add(info.cls)
                assert info.forbid_unknown_fields, info.cls
                for field in info.fields:
                    yield info.cls.__name__, field.encode_name, field.type
                    waiting.append(field.type)
            case _:
                waiting.extend(inner(info))


def inner(info: inspect.Type) -> Sequence[inspect.Type]:
    """Return what a type is directly made of."""
    match info:
        case inspect.Metadata():
            return [info.type]
        case inspect.ListType():
            return [info.item_type]
        case inspect.UnionType():
            return info.types
        case inspect.TupleType():
            return info.item_types
        case _:
            return []


def parts(info: inspect.Type) -> Iterator[inspect.Type]:
    """Yield the type and what it is made of, without the structs' own fields."""
    if not isinstance(info, inspect.Metadata):
        yield info
    for part in inner(info):
        yield from parts(part)


def test_only_the_fields_that_were_agreed() -> None:
    found: dict[str, set[str]] = {}
    for type_, name, _ in fields():
        found.setdefault(type_, set()).add(name)
    assert found == FIELDS


def test_no_field_is_named_like_something_about_a_person() -> None:
    words = {(name, word) for _, name, _ in fields() for word in name.split("_")}
    assert {(name, word) for name, word in words if word.rstrip("s") in FORBIDDEN} <= {("frame_rate", "frame")}


def test_every_field_is_bounded() -> None:
    for type_, name, info in fields():
        for part in parts(info):
            where = f"{type_}.{name}: {part}"
            match part:
                case inspect.IntType() | inspect.FloatType():
                    assert part.ge is not None, where
                    assert part.le is not None, where
                    assert max(-part.ge, part.le) <= wire.MAX_SEQ, where
                case inspect.StrType():
                    assert part.max_length is not None, where
                    assert part.max_length <= wire.KEY_LENGTH, where
                    assert (part.pattern or "").startswith("^"), where
                    assert (part.pattern or "").endswith(r"\Z"), where
                case inspect.ListType():
                    assert part.max_length is not None, where
                    assert part.max_length <= wire.MAX_RECORDS, where
                case inspect.DateTimeType():
                    assert part.tz is True, where
                    assert name in {"start", "at", "recorded_until", "server_time"}, where
                case inspect.TupleType():
                    assert (type_, name) == ("Receipt", "also")
                case inspect.StructType() | inspect.UnionType() | inspect.EnumType() | inspect.LiteralType():
                    pass
                case inspect.BoolType() | inspect.NoneType():
                    pass
                case _:
                    pytest.fail(where)


def test_only_the_device_itself_is_told_in_fractions() -> None:
    fractions = {(type_, name) for type_, name, info in fields() if inspect.FloatType in map(type, parts(info))}
    assert fractions == {("Status", "frame_rate"), ("Status", "temperature_c")}


def test_unplaced_totals_tell_no_time_at_all() -> None:
    """Not when, and how long only in whole seconds of at most a day: no field of theirs holds a time or a fraction."""
    found_fields = {(type_, name): list(parts(info)) for type_, name, info in fields() if type_ in UNPLACED}
    kinds = {type(part) for found in found_fields.values() for part in found}
    assert not kinds & {inspect.DateTimeType, inspect.FloatType, inspect.TupleType}
    assert {name for _, name in found_fields if name.endswith(("_s", "_ms"))} == {"observed_s", "presence_s"}
    for (_, name), found in found_fields.items():
        longest = {"observed_s": wire.UNPLACED_MAX_S, "presence_s": wire.UNPLACED_MAX_S * wire.MAX_COUNT}.get(name)
        assert longest is None or [part.le for part in found if isinstance(part, inspect.IntType)] == [longest]


def test_texts_hold_no_space_and_no_sentence() -> None:
    patterns = {part.pattern for *_, info in fields() for part in parts(info) if isinstance(part, inspect.StrType)}
    for pattern in patterns:
        assert pattern is not None
        for text in (
            "",
            " ",
            "a b",
            "Anna",
            "å",
            "a\n",
            "0\n",
            "a,b",
            "a/b",
            "a:b",
            "a@b.se",
            "data=",
            "x" * 20 + "\n",
        ):
            assert re.search(pattern, text) is None, (pattern, text)


moments = st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001  hypothesis adds the zone
some = settings(max_examples=examples(150), database=None)


@some
@given(moments, st.sampled_from(wire.FLOW_PERIODS_S), st.booleans())
def test_no_time_of_a_record_is_finer_than_its_period(moment: datetime, period_s: int, aligned: bool) -> None:
    start = wire.utc(int(moment.timestamp()) // period_s * period_s) if aligned else moment
    fits = start.microsecond == 0 and int(start.timestamp()) % period_s == 0
    document = {"kind": "flow", "seq": 1, "start": start, "period_s": period_s, "setup": "a"}
    decoded = wire.decode_batch(msgspec.json.encode({"epoch": "0" * 16, "records": [document]}))
    assert [record.start for record in decoded.batch.records] == ([start] if fits else [])


@some
@given(moments)
def test_live_and_status_tell_whole_ticks_and_seconds(moment: datetime) -> None:
    for kind, step_s in ((wire.Kind.LIVE, wire.LIVE_TICK_S), (wire.Kind.STATUS, 1)):
        fits = moment.microsecond == 0 and int(moment.timestamp()) % step_s == 0
        extra = {"online": True} if kind is wire.Kind.STATUS else {}
        payload = msgspec.json.encode({"at": moment, **extra})
        if fits:
            wire.decode(kind, payload)
        else:
            with pytest.raises(wire.InvalidError, match=f"no UTC boundary of {step_s} s"):
                wire.decode(kind, payload)


@some
@given(st.floats(wire.BIN_EDGES_S[-1], wire.BIN_EDGES_S[-1] * 20))
def test_a_single_long_visit_is_told_in_quarter_hours(dwell_s: float) -> None:
    over_s = wire.over_of(dwell_s)
    assert over_s % wire.QUARTER_S == 0
    assert abs(over_s - dwell_s) <= wire.QUARTER_S / 2
    wire.DwellHistogram([0] * (wire.BINS - 1) + [1], over_s)


def test_a_device_cannot_make_a_record_of_naive_or_fine_time() -> None:
    for start in (
        datetime(2026, 10, 1, 7),  # noqa: DTZ001  a naive time is what must be refused
        datetime(2026, 10, 1, 7, 0, 0, 1, tzinfo=UTC),
        datetime(2026, 10, 1, 7, 0, 1, tzinfo=UTC),
        wire.utc(1_790_838_000) + timedelta(seconds=30),
    ):
        with pytest.raises(ValueError, match="start 2026-10-01T07:00"):
            wire.FlowRecord(seq=wire.Seq(1), start=start, period_s=60, setup="a")
