"""Which number each record of a message has, where some can't be read or are out of order.

Within a message numbers rise. Those that every longest rising sequence holds are sure; a record between two sure ones
has a number without doubt where exactly one is missing there. What has none stays unsettled: the device sends it again.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import chain, pairwise
from typing import Final, NamedTuple

from core.wire.damage import Gap
from core.wire.errors import InvalidError, WireError
from core.wire.limits import MAX_SEQ
from core.wire.records import Record, RejectedRecord, Seq, UnnumberedPart

_OUT_OF_ORDER: Final = "records: seq must rise within a message, {seq} does not"


class BrokenPart(NamedTuple):
    """A part of a message that is not a record with a number.

    Attributes:
        error: what is wrong with it.
        gap: what its bytes say.
        raw: its bytes, where they may be kept.
    """

    error: WireError
    gap: Gap
    raw: bytes | None = None


Part = Record | RejectedRecord | BrokenPart
_Unread = RejectedRecord | UnnumberedPart


class Numbering(NamedTuple):
    """The records of a message by what is known of them, each in order."""

    records: list[Record]
    rejected: list[RejectedRecord]
    unnumbered: list[UnnumberedPart]


def number_parts(parts: Sequence[Part]) -> Numbering:
    """Return which parts are records, which are rejected by their number, and which have none."""
    sure = _with_sure_numbers(parts)
    found = list(chain(_numbered(sure), _in_gaps(sure)))
    rejected = sorted((one for one in found if isinstance(one, RejectedRecord)), key=lambda one: one.seq)
    unnumbered = [one for one in found if isinstance(one, UnnumberedPart)]
    return Numbering(
        [one for one in found if not isinstance(one, RejectedRecord | UnnumberedPart)], rejected, unnumbered
    )


def _numbered(parts: Sequence[Part]) -> Iterator[Record | RejectedRecord]:
    return (part for part in parts if not isinstance(part, BrokenPart))


def _with_sure_numbers(parts: Sequence[Part]) -> list[Part]:
    """Return the parts; those whose number is in doubt are broken ones now."""
    sure = _in_every_longest_rise([part.seq for part in _numbered(parts)])
    is_sure = iter(sure)
    return [part if isinstance(part, BrokenPart) or next(is_sure) else _out_of_order(part) for part in parts]


def _out_of_order(part: Record | RejectedRecord) -> BrokenPart:
    return BrokenPart(InvalidError(_OUT_OF_ORDER.format(seq=part.seq)), Gap((), is_record=True))


def _in_every_longest_rise(seqs: Sequence[int]) -> list[bool]:
    """Tell of each number whether all longest rising sequences hold it."""
    before = _longest_ends(seqs)
    after = _longest_ends([-seq for seq in reversed(seqs)])[::-1]
    longest = max(before, default=0)
    places = Counter(up for up, down in zip(before, after, strict=True) if up + down == longest + 1)
    return [up + down == longest + 1 and places[up] == 1 for up, down in zip(before, after, strict=True)]


def _longest_ends(seqs: Sequence[int]) -> list[int]:
    """Return for each number how many the longest rising sequence has that ends with it."""
    lengths: list[int] = []
    lowest: list[int] = []
    for seq in seqs:
        place = bisect_left(lowest, seq)
        lowest[place : place + 1] = [seq]
        lengths.append(place + 1)
    return lengths


def _in_gaps(parts: Sequence[Part]) -> Iterator[_Unread]:
    after: Seq | None = None
    broken: list[BrokenPart] = []
    for part in parts:
        if isinstance(part, BrokenPart):
            broken.append(part)
            continue
        seq = Seq(part.seq)
        yield from _in_gap(after, broken, seq)
        after, broken = seq, []
    yield from _in_gap(after, broken, None)


def _in_gap(after: Seq | None, broken: list[BrokenPart], before: Seq | None) -> Iterator[_Unread]:
    """Yield what becomes of the broken parts between two sure numbers. Where none is missing they are debris."""
    room = range((after or 0) + 1, before or MAX_SEQ + 1)
    read = [seq for part in broken for seq in part.gap.seqs if seq in room]
    is_read = all(earlier < later for earlier, later in pairwise(read))
    for part in broken if room else ():
        seqs = [seq for seq in part.gap.seqs if seq in room and is_read]
        if not part.gap.seqs and after and len(room) == len(broken) == 1 and part.gap.is_record:
            seqs = [Seq(room[0])]
        yield from (RejectedRecord(seq, part.error, part.raw) for seq in seqs)
        if not seqs:
            yield UnnumberedPart(after, before, part.error)
