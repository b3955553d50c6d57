"""The wire, version 1: every topic and every message, built and parsed here alone.

Imports are light (the standard library and msgspec), since devices import this package too. The types can
hold no person: no track or visit id, no position, no picture, no link between records, no time finer than a
record's period (and none at all in totals that are unplaced). Unknown fields are refused.

What other packages use of it is imported here.
"""

from core.wire.codec import decode, decode_batch, encode, encode_batch, split
from core.wire.errors import InvalidError, NewerVersionError, TooLargeError, TopicError, WireError
from core.wire.limits import (
    BIN_EDGES_S,
    BINS,
    FLOW_PERIODS_S,
    LIVE_TICK_S,
    MAJOR,
    MAX_CLOCK_OFFSET_MS,
    MAX_COUNT,
    MAX_LINES,
    MAX_PAYLOAD_BYTES,
    MAX_RECORDS,
    MAX_SEQ,
    MINOR,
    QUARTER_S,
    ROOT,
    UNPLACED_MAX_S,
    bin_of,
    over_of,
)
from core.wire.messages import TYPE_OF, Live, LiveLine, LiveZone, Receipt, Status
from core.wire.records import (
    Batch,
    DecodedBatch,
    DwellHistogram,
    DwellRecord,
    Epoch,
    Flag,
    FlowRecord,
    LineFlow,
    LineTotal,
    LostRange,
    LostReason,
    PlacedRecord,
    Record,
    RejectedRecord,
    Seq,
    UnnumberedPart,
    UnplacedRecord,
    ZoneDwell,
    ZoneFlow,
    ZoneTotal,
    facts_in,
    flag_bits,
    flags_of_bits,
    utc,
)
from core.wire.refusal import field_names, may_keep
from core.wire.topics import KEY_LENGTH, Kind, Topic, is_key, parse_topic, subscription
