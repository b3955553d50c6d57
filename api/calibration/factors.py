"""Factors of a calibration from its counting rounds: by direction, light and crowding. No database, no network.

A round's stratum is what the counter says, by the rule that quarter-hours are sorted by when the factor is applied:
dark where it said so at any time in it; crowded where it counted at least `busy_from` crossings a minute (both ways),
or people present on average.
"""

import enum
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import product
from typing import Any, Final

from api.calibration.ratio import CalibrationError, Pair, Ratio, ratio
from core.wire import BIN_EDGES_S


class CountedKind(enum.StrEnum):
    """What was counted by hand.

    Attributes:
        CROSSINGS: of a line, each way.
        PRESENCE: how many were in a zone, looked at again and again.
        STAYS: how long some of those who came into a zone stayed.
    """

    CROSSINGS = "crossings"
    PRESENCE = "presence"
    STAYS = "stays"


class Strata(enum.StrEnum):
    """What has factors of its own: nothing, light and dark, sparse and crowded, or all four."""

    NONE = "none"
    LIGHT = "light"
    CROWD = "crowd"
    LIGHT_AND_CROWD = "light-and-crowd"


_COMPARED: Final = {"starts_at": "compared_from", "ends_at": "compared_to", "hand": "compared_hand"}
"""What the part that is compared is called in records."""


@dataclass(frozen=True, slots=True)
class CountingRound:
    """A time that was counted by hand beside the counter: the part of a counting round that is compared.

    Attributes:
        counting_round: its number.
        kind: what was counted.
        line, zone: keys; one of them is None.
        setup: of the counter, the same all the time.
        starts_at, ends_at: half-open.
        hand: counted by hand. crossings: forward, backward. presence: looks, present (the sum of what was seen).
            stays: complete (visits by dwell bin), known_s (a dwell above this is only known to be above; null: exact).
        machine: by the counter. crossings: forward, backward. presence: presence_s. stays: complete, cut (by bin).
        observed_ms: how much of the time the counter watched, above 0.
        dark: the counter called it dark at some time in it.
        busy: crossings a minute both ways, or the mean number present, by the counter.
    """

    counting_round: int
    kind: CountedKind
    line: str | None
    zone: str | None
    setup: str
    starts_at: datetime
    ends_at: datetime
    hand: Mapping[str, Any]
    machine: Mapping[str, Any]
    observed_ms: int
    dark: bool
    busy: float

    @classmethod
    def of(cls, record: object) -> "CountingRound":
        """Return what is compared of any record of a counting round: a row of the API, or of the store."""
        values: dict[str, Any] = {name: getattr(record, _COMPARED.get(name, name)) for name in cls.__slots__}
        return cls(**values | {"kind": CountedKind(values["kind"]), "busy": float(values["busy"])})

    @property
    def seconds(self) -> int:
        """How long it was."""
        return round((self.ends_at - self.starts_at).total_seconds())

    @property
    def watched(self) -> float:
        """Return the share of the time that the counter watched.

        By hand all of it was counted, so that otherwise what the counter lacks in time would be taken for people that
        it misses.
        """
        return self.observed_ms / (1000 * self.seconds)


@dataclass(frozen=True, slots=True)
class FactorOptions:
    """How factors are computed from counting rounds.

    Attributes:
        strata: what gets factors of its own.
        busy_from: from here on it is crowded; needed where strata say so.
        together: one factor for both directions, from their sum.
        threshold_s: of stays; an edge of the dwell bins.
    """

    strata: Strata = Strata.NONE
    busy_from: float | None = None
    together: bool = False
    threshold_s: int | None = None


@dataclass(frozen=True, slots=True)
class Factor:
    """A factor of one measure in one stratum.

    Attributes:
        measure: forward, backward, presence or stays.
        dark: of dark or light times only; None is of both.
        busy: of crowded or sparse times only; None is of both.
        ratio: the factor, its interval, and what it came from.
    """

    measure: str
    dark: bool | None
    busy: bool | None
    ratio: Ratio


def factors(rounds: Sequence[CountingRound], options: FactorOptions) -> list[Factor]:
    """Return the factors of rounds of one kind, at one line or zone. A stratum without rounds has none.

    Raises CalibrationError where a stratum has too few rounds, or the options don't fit.
    """
    kinds = {one.kind for one in rounds}
    if len(kinds) != 1:
        raise CalibrationError(f"counting rounds are of {len(kinds)} kinds: a calibration takes those of one")
    measures = _measures(kinds.pop(), options)
    found = []
    for dark, busy in _strata(options):
        within = [one for one in rounds if _is_in(one, dark, busy, options.busy_from)]
        if within:
            found += [Factor(measure, dark, busy, _ratio(within, pair, dark, busy)) for measure, pair in measures]
    return found


def share_lasting(complete: Sequence[int], cut: Sequence[int], threshold_s: int) -> float:
    """Return which share of visits lasts to the threshold, by the life table; those cut in a bin are half at risk."""
    there, share = float(sum(complete) + sum(cut)), 1.0
    for ended, lost in list(zip(complete, cut, strict=True))[: edge_number(threshold_s)]:
        share *= 1 - ended / max(there - lost / 2, 0.5)
        there -= ended + lost
    return share


def edge_number(threshold_s: int | None) -> int:
    """Return which edge of the dwell bins a threshold is. Raises CalibrationError where it is none."""
    if threshold_s not in BIN_EDGES_S[1:]:
        raise CalibrationError(
            f"threshold_s is {threshold_s}, but dwell is known only to its bin: choose one of "
            f"{', '.join(str(edge) for edge in BIN_EDGES_S[1:])}"
        )
    return BIN_EDGES_S.index(threshold_s)


def _ratio(
    rounds: Sequence[CountingRound],
    pair: Callable[[CountingRound], Pair],
    dark: bool | None,
    busy: bool | None,
) -> Ratio:
    try:
        return ratio([pair(one) for one in rounds])
    except CalibrationError as error:
        named = [name for name in (_LIGHT[dark], _CROWD[busy]) if name]
        raise CalibrationError(f"{' and '.join(named)}: {error}" if named else str(error)) from error


_LIGHT: Final = {None: "", True: "dark", False: "light"}
_CROWD: Final = {None: "", True: "crowded", False: "sparse"}


def _strata(options: FactorOptions) -> list[tuple[bool | None, bool | None]]:
    light: tuple[bool | None, ...] = (None,)
    crowd: tuple[bool | None, ...] = (None,)
    if options.strata in {Strata.LIGHT, Strata.LIGHT_AND_CROWD}:
        light = (False, True)
    if options.strata in {Strata.CROWD, Strata.LIGHT_AND_CROWD}:
        crowd = (False, True)
        if options.busy_from is None:
            raise CalibrationError("busy_from must say from how many on it is crowded, when strata are by crowding")
    return list(product(light, crowd))


def _is_in(one: CountingRound, dark: bool | None, busy: bool | None, busy_from: float | None) -> bool:
    is_busy = busy_from is not None and one.busy >= busy_from
    return (dark is None or one.dark == dark) and (busy is None or is_busy == busy)


def _measures(kind: CountedKind, options: FactorOptions) -> list[tuple[str, Callable[[CountingRound], Pair]]]:
    match kind:
        case CountedKind.CROSSINGS:
            ways = ("forward", "backward")
            return [(way, _crossings(ways if options.together else (way,))) for way in ways]
        case CountedKind.PRESENCE:
            return [("presence", _presence)]
        case CountedKind.STAYS:
            return [("stays", _stays(options.threshold_s))]


def _crossings(ways: Sequence[str]) -> Callable[[CountingRound], Pair]:
    def pair(one: CountingRound) -> Pair:
        hand = sum(one.hand[way] for way in ways)
        return Pair(hand, sum(one.machine[way] for way in ways) / one.watched, hand)

    return pair


def _presence(one: CountingRound) -> Pair:
    present, looks = one.hand["present"], one.hand["looks"]
    return Pair(present * one.seconds / looks, one.machine["presence_s"] / one.watched, present)


def _stays(threshold_s: int | None) -> Callable[[CountingRound], Pair]:
    """The share that stays by hand, of as many as the counter saw come in: so each round weighs by its visitors."""
    edge = edge_number(threshold_s)

    def pair(one: CountingRound) -> Pair:
        timed, known_s = one.hand["complete"], one.hand.get("known_s")
        if known_s is not None and BIN_EDGES_S[edge] > known_s:
            raise CalibrationError(
                f"threshold_s is {BIN_EDGES_S[edge]}, but counting round {one.counting_round} knows some dwell to "
                f"{known_s} s only"
            )
        complete, cut = one.machine["complete"], one.machine["cut"]
        entered = sum(complete) + sum(cut)
        stayed = entered * sum(timed[edge:]) / sum(timed)
        return Pair(stayed, entered * share_lasting(complete, cut, BIN_EDGES_S[edge]), sum(timed))

    return pair
