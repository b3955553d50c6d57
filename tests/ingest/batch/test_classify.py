"""What becomes of each record: stored, repeated, held or rejected, and why; decided without a database."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from core import wire
from core.ranges import Ranges
from ingest.batch import delivery
from ingest.batch.catalogue import Catalogue, CatalogueVersion, DeviceId, KnownDevice, KnownPart, PartId
from ingest.batch.classify import classify
from ingest.batch.delivery import DeliveryId, EpochKey, EpochState
from ingest.batch.plan import BatchPlan, DeviceDay, HoldCause, origin_of
from ingest.batch.setups import SetupNumber
from ingest.messages import (
    HeldMessage,
    RecordsMessage,
    Refusal,
    RefusedMessage,
    RefusedRecord,
    Storable,
    UnreadableMessage,
)
from tests.support.small_site import ARRIVED, DEVICE, EPOCH, SITE, START, arrive, dwell, flow, line_flow

DEVICE_ID, DELIVERY_ID, SETUP = DeviceId(3), DeliveryId(7), SetupNumber(5)
NORTH, STAGE = PartId(11), PartId(12)
SINCE_S = int(START.timestamp())
ASSIGNED = ((SINCE_S, SINCE_S + 3600),)
TOPIC = wire.Topic(SITE, DEVICE, wire.Kind.RECORDS)
DAY_S = int(datetime(2025, 3, 3, tzinfo=UTC).timestamp())


def catalogue() -> Catalogue:
    device = KnownDevice(DEVICE_ID, {"north": KnownPart(NORTH, ASSIGNED)}, {"stage": KnownPart(STAGE, ASSIGNED)})
    return Catalogue(CatalogueVersion(1, 1), frozenset([SITE]), {(SITE, DEVICE): device})


def message(
    *records: wire.Record,
    lost: Sequence[wire.LostRange] = (),
    refused: Sequence[RefusedRecord] = (),
    topic: wire.Topic = TOPIC,
    at: datetime = ARRIVED,
) -> RecordsMessage:
    batch = wire.Batch(epoch=EPOCH, records=list(records), lost=list(lost))
    return RecordsMessage(arrive(b"{}", at=at), topic, batch, tuple(refused))


def decide(*messages: Storable, settled: Sequence[tuple[int, int]] = ()) -> tuple[BatchPlan, EpochState]:
    epoch = EpochState(DELIVERY_ID, Ranges.of(settled))
    plan = classify(messages, catalogue(), {EpochKey(DEVICE_ID, EPOCH): epoch}, {(DEVICE_ID, "sim-a"): SETUP})
    return plan, epoch


def one(seq: int, minute: int = 0, *, period_s: int = 60) -> wire.FlowRecord:
    return flow(seq, minute, lines=["north"], zones=["stage"], period_s=period_s)


def held(plan: BatchPlan) -> list[tuple[str, str, int]]:
    assert all(
        (cause.site_key, cause.device_key) in ((SITE, DEVICE), ("x", DEVICE), (SITE, "x")) for cause in plan.held
    )
    return [(cause.cause, cause.detail, times) for cause, times in plan.held.items()]


def test_a_record_becomes_facts_of_its_quarter_hour() -> None:
    plan, epoch = decide(message(one(1, 16), dwell(2, 1, zones=["stage"])))
    [line], [zone], [stay] = plan.lines, plan.zones, plan.dwells
    quarter_s = SINCE_S + 900
    assert (line.quarter, zone.quarter, stay.quarter) == ((NORTH, quarter_s), (STAGE, quarter_s), (STAGE, quarter_s))
    assert (line.part_id, line.fact.line, zone.fact.zone) == (NORTH, "north", "stage")
    assert line.origin is zone.origin
    assert line.origin.columns == (SINCE_S + 960, 60, DELIVERY_ID, 1, SETUP)
    assert (line.origin.minutes, stay.origin.minutes) == (0b10, 0x7FFF)
    assert (line.origin.flags, stay.origin.flags) == (0, wire.flag_bits([wire.Flag.DARK]))
    assert (plan.records, plan.repeats, plan.lost, plan.rejects, plan.held) == (2, 0, 0, [], {})
    assert plan.days == {DeviceDay(DEVICE_ID, DAY_S)}
    assert stay.fact == dwell(2, 1, zones=["stage"]).zones[0]
    assert (epoch.stored, epoch.rejected, epoch.made) == ({1, 2}, set(), 2)


def test_facts_of_all_records_are_gathered_in_the_order_of_arrival() -> None:
    lost = [wire.LostRange(7, 8, "outbox_full"), wire.LostRange(10, 10, "outbox_full")]
    plan, _ = decide(
        message(one(3), dwell(4, 0, zones=["stage"]), lost=lost), message(one(1), dwell(2, 1, zones=["stage"]))
    )
    assert [item.origin.record.seq for item in plan.lines] == [3, 1]
    assert [item.origin.record.seq for item in plan.zones] == [3, 1]
    assert [item.origin.record.seq for item in plan.dwells] == [4, 2]
    assert (plan.records, plan.lost) == (4, 3)


@pytest.mark.parametrize(
    ("minute", "period_s", "minutes"),
    [(0, 60, 1), (14, 60, 1 << 14), (5, 300, 0b11111 << 5), (10, 300, 0b11111 << 10), (0, 900, 0x7FFF)],
)
def test_a_record_covers_the_minutes_of_its_period(minute: int, period_s: int, minutes: int) -> None:
    origin = origin_of(one(1, minute, period_s=period_s), SINCE_S + 60 * minute, DELIVERY_ID, SETUP)
    assert (origin.minutes, origin.quarter_s, origin.start_s) == (minutes, SINCE_S, SINCE_S + 60 * minute)
    assert (origin.delivery_id, origin.columns[-1]) == (DELIVERY_ID, SETUP)


def test_what_is_settled_is_a_repeat_however_it_was_settled() -> None:
    bad = RefusedRecord(5, Refusal("invalid", "x"), None)
    both = message(one(1), one(2), refused=[bad])
    plan, epoch = decide(both, both, settled=[(1, 1)])
    assert (plan.records, plan.repeats, len(plan.rejects)) == (1, 4, 1)
    assert (epoch.stored, epoch.rejected) == ({2}, {5})


def test_a_record_that_cant_be_read_is_rejected_and_settled() -> None:
    plan, epoch = decide(message(refused=[RefusedRecord(4, Refusal("invalid", "why"), b"raw")]))
    [reject] = plan.rejects
    assert (reject.code, reject.reason, reject.payload, reject.seq, reject.epoch) == (
        "invalid",
        "why",
        b"raw",
        4,
        EPOCH,
    )
    assert (reject.site_key, reject.device_key) == (SITE, DEVICE)
    assert (plan.records, epoch.rejected) == (0, {4})


@pytest.mark.parametrize(
    ("arrives_after_end_s", "becomes"),
    [
        (-119, "stored"),
        (-120, "stored"),
        (-121, "ahead"),
        (-3600, "ahead"),
        (-3601, "too_new"),
        (0, "stored"),
        (10**8, "stored"),
    ],
)
def test_a_record_may_end_two_minutes_after_it_arrives_and_waits_up_to_an_hour(
    arrives_after_end_s: int, becomes: str
) -> None:
    arrives = START + timedelta(seconds=60 + arrives_after_end_s)
    plan, epoch = decide(message(one(1), at=arrives))
    assert [reject.code for reject in plan.rejects] == (["too_new"] if becomes == "too_new" else [])
    assert all(
        reject.reason.endswith("ends 3601 s ahead of this server's clock, 3600 s at most") for reject in plan.rejects
    )
    assert [cause.cause for cause in plan.held] == (["ahead"] if becomes == "ahead" else [])
    assert plan.records == (becomes == "stored")
    assert epoch.ahead_now == ({1: -arrives_after_end_s} if becomes == "ahead" else {})
    assert [record.skew_s for record in plan.ahead.values()] == ([-arrives_after_end_s] if becomes == "ahead" else [])
    assert epoch.settled().count() == (becomes != "ahead")


def test_what_has_no_number_is_held_and_named_and_its_neighbours_are_stored() -> None:
    part = wire.UnnumberedPart(wire.Seq(1), wire.Seq(4), wire.InvalidError("its text is damaged"))
    plan, epoch = decide(replace(message(one(1), one(4, 3)), unnumbered=(part,)))
    assert epoch.stored == {1, 4}
    assert held(plan) == [("damaged", "part of a message can't be read, nor which record it was", 1)]
    assert str(plan.damaged[TOPIC]) == (
        f"a record of {SITE}/{DEVICE}, epoch {EPOCH}, that stands after 1 and before 4 in its message, can't be read, "
        "nor its number"
    )


def test_the_skew_of_a_number_is_the_largest_that_was_seen() -> None:
    epoch = EpochState(DELIVERY_ID, Ranges(), ahead=[(240, Ranges.of([(1, 1)])), (300, Ranges.of([(1, 2)]))])
    epoch.ahead_now = {2: 400}
    assert [epoch.skew_s(seq) for seq in (1, 2, 3)] == [300, 400, 0]


def test_a_clock_that_was_reset_is_refused_with_the_record() -> None:
    def of(start: datetime) -> wire.FlowRecord:
        return wire.FlowRecord(seq=1, start=start, period_s=60, setup="sim-a", lines=[line_flow("north")])

    old = of(datetime(2019, 12, 31, 23, 59, tzinfo=UTC))
    plan, epoch = decide(message(old))
    [reject] = plan.rejects
    assert (reject.code, reject.payload, epoch.rejected) == ("too_old", wire.encode(old), {1})
    assert "before 2020" in reject.reason
    plan, _ = decide(message(of(datetime(2020, 1, 1, tzinfo=UTC))))
    assert held(plan) == [("not_assigned", "line north is not assigned to the device then", 1)]


@pytest.mark.parametrize(
    ("record", "detail"),
    [
        (one(1, -1), "line north is not assigned to the device then"),
        (one(1, 60), "line north is not assigned to the device then"),
        (flow(1, 0, lines=["south"]), "line south is not assigned to the device then"),
        (flow(1, 0, lines=["north"], zones=["benches"]), "zone benches is not assigned to the device then"),
        (dwell(1, -1, zones=["stage"]), "zone stage is not assigned to the device then"),
        (dwell(1, 4, zones=["stage"]), "zone stage is not assigned to the device then"),
    ],
)
def test_a_line_or_zone_that_isnt_assigned_holds_the_record(record: wire.Record, detail: str) -> None:
    plan, epoch = decide(message(record), message(record))
    assert held(plan) == [("not_assigned", detail, 2)]
    assert (plan.records, plan.lines, plan.zones, plan.days, epoch.stored) == (0, [], [], set(), set())


def unplaced(line: str = "north", zone: str = "stage") -> wire.UnplacedRecord:
    return wire.UnplacedRecord(
        seq=1,
        setup="sim-a",
        lines=[wire.LineTotal(line, 1, 2, 3, 4, 60)],
        zones=[wire.ZoneTotal(zone, 1, 1, 1, 1, 30, 60)],
    )


def test_totals_without_a_time_need_an_assignment_at_any_time() -> None:
    plan, epoch = decide(message(unplaced()))
    [totals] = plan.unplaced
    assert (totals.delivery_id, totals.setup_id, totals.device.device_id) == (DELIVERY_ID, SETUP, DEVICE_ID)
    assert totals.record == unplaced()
    assert (plan.records, epoch.stored, plan.days) == (1, {1}, set())
    assert held(decide(message(unplaced(line="south")))[0]) == [
        ("not_assigned", "line south is not assigned to the device", 1)
    ]
    assert held(decide(message(unplaced(zone="benches")))[0]) == [
        ("not_assigned", "zone benches is not assigned to the device", 1)
    ]


def test_a_setup_beyond_a_days_worth_holds_the_record() -> None:
    record = wire.FlowRecord(seq=1, start=START, period_s=60, setup="other", lines=[line_flow("north")])
    plan, epoch = decide(message(record))
    assert held(plan) == [("too_many_setups", "more than 20 new setups of the device within a day", 1)]
    assert (plan.records, epoch.stored) == (0, set())


def test_numbers_with_too_many_gaps_are_held(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delivery, "MOST_RANGES", 1)
    lost = [wire.LostRange(2, 3, "outbox_full"), wire.LostRange(7, 8, "outbox_full")]
    bad = [RefusedRecord(4, Refusal("invalid", "x"), None), RefusedRecord(5, Refusal("invalid", "x"), None)]
    plan, epoch = decide(message(one(2), one(9), lost=lost, refused=bad), settled=[(1, 1)])
    detail = "more than 10000 gaps between its numbers: what is missing must come first"
    assert held(plan) == [("too_many_holes", detail, 4)]
    assert (plan.records, plan.lost, epoch.stored, epoch.rejected) == (1, 1, {2}, set())


def test_an_unknown_device_or_site_holds_the_message() -> None:
    plan, epoch = decide(
        message(one(1), topic=wire.Topic("x", DEVICE, wire.Kind.RECORDS)),
        message(one(1), topic=wire.Topic(SITE, "x", wire.Kind.RECORDS)),
    )
    assert held(plan) == [
        ("unknown_site", "site x is not known", 1),
        ("unknown_device", f"device x is not known at site {SITE}", 1),
    ]
    assert (plan.records, epoch.made) == (0, 0)


def test_other_messages_are_rejected_held_or_raised() -> None:
    refused = RefusedMessage(arrive(b"junk"), TOPIC, Refusal("invalid", "why"), b"junk")
    plan, _ = decide(refused, HeldMessage(arrive(b"{}"), TOPIC, "minor 9 is newer"))
    [reject] = plan.rejects
    assert (reject.code, reject.reason, reject.payload, reject.seq, reject.payload_bytes) == (
        "invalid",
        "why",
        b"junk",
        None,
        4,
    )
    assert plan.held == {HoldCause(SITE, DEVICE, "newer_version", "minor 9 is newer"): 1}
    with pytest.raises(ZeroDivisionError):
        decide(UnreadableMessage(arrive(b"{}"), TOPIC, ZeroDivisionError()))
