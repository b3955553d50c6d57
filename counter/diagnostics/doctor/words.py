"""The doctor's sentences: what was found, what to do about it, and what accuracy to expect."""

import string
from collections.abc import Mapping
from typing import Final

from core.texts.catalog import Catalog, Domain, Language, catalog, noop
from counter.counting.version import COUNTING_VERSION, CountingVersion
from counter.diagnostics.doctor.expected_accuracy import Expectation, Grounds, Level, Origin
from counter.diagnostics.doctor.finding import Fault, Finding
from counter.diagnostics.doctor.line_sights import LineSight
from counter.diagnostics.doctor.measurements import Measurements
from counter.sources.thermal.pairs import BEHIND_M, CLOSE_M, MEETING_WAY_M, PairSight

_FAULTS: Final[Mapping[Fault, str]] = {
    Fault.LINE_NEAR_EDGE: noop(
        "The line {about} is {room:.1f} m from the {border} edge of what is seen, and at least {limit:.1f} m are "
        "needed: people leave the picture before they have clearly passed it. Move it inwards, or turn the sensor."
    ),
    Fault.LINE_BLIND: noop(
        "On one side of the line {about} nobody is found, since it lies too near to a border of the picture: its time "
        "is never observed, and there will be no numbers of it. Move it inwards."
    ),
    Fault.PEOPLE_SMALL: noop(
        "People are too small: {pixels:.0f} pixels, and at least {limit:.0f} are needed in this picture. Move the "
        "camera nearer, or use a lens with a narrower view."
    ),
    Fault.SCALE_OFF: noop(
        "pixels_per_metre is {configured:.0f}, but people who were seen suggest about {measured:.0f}. Correct it in "
        "the device file."
    ),
    Fault.FRAMES_FEW: noop(
        "Too few pictures: {rate:.1f} a second, and at least {limit:.0f} are needed. Use a faster computer or a "
        "smaller model, or raise max_rate."
    ),
    Fault.LIGHT_LOW: noop(
        "There is too little light: a mean brightness of {brightness:.0f} of 255, and {limit:.0f} is little already. "
        "Add light, or use a camera that sees in the dark."
    ),
    Fault.VIEW_BLOCKED: noop(
        "The view is blocked, or nothing could be seen, {part:.0%} of the time. Take away what stands before the "
        "sensor, clean it, and look whether it is connected."
    ),
    Fault.VIEW_MOVED: noop("The camera was moved while it was watched. Fasten it, and draw lines and zones anew."),
    Fault.VIEW_FROZEN: noop(
        "The picture did not change {part:.0%} of the time: the sensor, or what brings its picture, is stuck. Start it "
        "again, and look at its cable."
    ),
    Fault.VIEW_SWAYS: noop("The camera swayed {part:.0%} of the time. Fasten it, or what it hangs on."),
    Fault.LIGHT_MOVES: noop(
        "Shadows, doors or lights moved {part:.0%} of the time, so that they may have hidden people or been counted. "
        "Hang a ranger on the side from which the door swings away, and turn a camera away from what moves."
    ),
    Fault.CONTRAST_NONE: noop(
        "People could not be distinguished from what is behind them {part:.0%} of the time: a floor as warm as they "
        "are, a noisy picture, or fog. Shade the floor, or mount another kind of sensor."
    ),
    Fault.NO_ECHO: noop(
        "The ranger had no echo {part:.0%} of the time: it is covered, in the sun, or above a floor too dark. Clean "
        "and shade it; on a dark or shiny floor lay a mat."
    ),
    Fault.READ_SELDOM: noop(
        "The sensor was read too seldom {part:.0%} of the time to see who walks 2 m/s. Let less run on the computer, "
        "and raise the rate of the bus."
    ),
    Fault.BEAM_BLOCKED: noop(
        "The sensor was blocked {part:.0%} of the time. Take away what stands in it, and align it."
    ),
    Fault.CLOCK_UNSURE: noop(
        "The computer's clock is not synchronised: what is counted can't be placed in time yet. Connect it to a "
        "network with time (NTP); with a clock that has a battery, set trust_clock."
    ),
    Fault.STAY_SHORT: noop(
        "In the zone {about}, staying begins at {stay_s:.0f} s. Who walks slowly (0.7 m/s) takes up to {limit:.0f} s "
        "for its longest way, {way:.1f} m. Raise the threshold above that, or draw the zone smaller."
    ),
    Fault.VISITS_BREAK: noop(
        "In the zone {about}, people were lost or appeared in the middle of it {broken:.0f} of {ends:.0f} times: "
        "stays will be measured too short. Look for what hides people, and for enough light."
    ),
    Fault.NOBODY_SEEN: noop("Nobody was seen. Let somebody walk over every line while the doctor watches."),
    Fault.LINE_UNSEEN: noop(
        "The line {about} goes on for {beyond:.1f} m beside what the sensor sees: who passes there isn't counted. "
        "Mount the sensor higher, use one with a wider view, or narrow the way."
    ),
    Fault.LINE_NEVER_OBSERVED: noop(
        "Below a camera at {height:.1f} m, people are found on {found:.1f} of the {length:.1f} metres of the line "
        "{about}: its time is never observed. Draw it shorter, as wide as the way, or mount the camera higher."
    ),
    Fault.LINE_SEEN_IN_PART: noop(
        "Below a camera at {height:.1f} m, people of up to {tall:.1f} m are seen whole on {whole:.1f} of the "
        "{length:.1f} metres of the line {about}. Beside them they are counted by what is seen of them; in a crowd "
        "nobody is, and that time is missing. A higher camera sees more of them whole."
    ),
    Fault.CHANNEL_SELDOM: noop(
        "On the line {about}, one beam (or half) was interrupted {first} times and the other one {second} times: one "
        "of them doesn't see what the other one does. Align it, and look at its wire."
    ),
    Fault.CHANNEL_FLICKERS: noop(
        "On the line {about}, {part:.0%} of the interruptions were too short for anybody: sunlight, insects or a "
        "loose wire. Shade the receivers, and look at the wires."
    ),
    Fault.BEAMS_DISTANCE: noop(
        "On the line {about}, the beams seem to hang {apart:.0f} cm apart. 10 to 20 cm tell the direction best: "
        "closer they are interrupted at once, further apart two people fit between them."
    ),
    Fault.FLOOR_OFF: noop(
        "On the line {about}, the floor is {floor:.2f} m away, and height_m says {configured:.2f} m. Measure, and "
        "correct it; or something stands below the sensor."
    ),
    Fault.FLOOR_DARK: noop(
        "On the line {about}, only {part:.0%} of the measurements found the floor. A dark or shiny floor sends "
        "little back: a mat helps, or a longer budget_ms."
    ),
    Fault.AMBIENT_HIGH: noop(
        "On the line {about}, there is much light from elsewhere: {ambient:.0f} of at most {limit:.0f} kcps. Sun on "
        "the floor or on the sensor shortens its reach: shade it."
    ),
    Fault.NOISE_HIGH: noop(
        "The thermal picture is noisy: {noise:.2f} degrees, and at most {limit:.2f} go with contrast_c. Keep the "
        "sensor out of draughts and away from heat, and raise contrast_c."
    ),
    Fault.WARM_THING: noop(
        "Something warm that doesn't move fills {part:.0%} of the picture: a radiator, a lamp, the sun. Who stands "
        "before it may not be seen. Turn or move the sensor if that is where people walk."
    ),
    Fault.CONTRAST_LOW: noop(
        "People are only {people:.1f} degrees warmer than the floor, which is at {floor:.0f}; at least {limit:.1f} "
        "are needed. Mount the sensor lower, or lower contrast_c and look again."
    ),
    Fault.PIXELS_COARSE: noop(
        "From {height:.1f} m, a pixel is {pixel:.0f} cm wide at the height of shoulders, and at most {limit:.0f} cm "
        "tell people apart. Mount the sensor lower, or use one with more pixels."
    ),
    Fault.VIEW_SHORT: noop(
        "From {height:.1f} m, whoever walks 2 m/s is in the middle of the picture for {pictures:.1f} pictures, and at "
        "least {limit:.1f} are needed: people are missed. Mount the sensor higher, or use one with a wider view."
    ),
    Fault.BUDGET_LONG: noop(
        "On the line {about}, a budget_ms of {budget} is too long at {height:.1f} m: whoever walks 2 m/s is missed. "
        "Set 20, or mount the ranger higher."
    ),
    Fault.DIRECTION_TURNED: noop(
        "On the line {about}, {walks} walks forward were counted as {forward} forward and {backward} backward: "
        "forward is the wrong way. Turn the arrow: platspuls counter setup."
    ),
    Fault.WALKS_MISCOUNTED: noop(
        "On the line {about}, {walks} walks forward were counted as {forward} forward and {backward} backward. Walk "
        "again, alone, all the way through; if it stays so, look at what else was found."
    ),
}
_BORDERS: Final[Mapping[str, str]] = {
    "left": noop("left"),
    "top": noop("upper"),
    "right": noop("right"),
    "bottom": noop("lower"),
}
_LEVELS: Final[Mapping[Level, str]] = {
    Level.USUAL: noop("Nothing stands against counts as exact as this kind of sensor gives."),
    Level.ROUGH: noop("Counts will be rougher than this kind of sensor can give."),
    Level.NONE: noop("Counts can't be relied on until this is resolved."),
}
_GROUNDS: Final[Mapping[Grounds, str]] = {
    Grounds.MODEL: noop(
        "Known of it: on one recorded clip, six people who came one by one were all counted. Of crowds nothing is "
        "known; expect more misses there."
    ),
    Grounds.FROM_ABOVE: noop(
        "Known of it: errors of 0 to 2 % with drawn people seen from above, more when lights are switched. No real "
        "camera was measured."
    ),
    Grounds.DOORWAY: noop(
        "Known of it: simulated people only. Those who pass one by one are counted; of those side by side some are "
        "missed."
    ),
    Grounds.THERMAL: noop("Known of it: simulated people only. Those who walk close together may be counted as one."),
    Grounds.UNMEASURED: noop("Nothing was measured with sources of this kind: what to expect is not known."),
}
_ORIGINS: Final[Mapping[Origin, str]] = {
    Origin.CLIP: noop("six people on one recorded clip, so the range is wide"),
    Origin.DRAWN: noop("drawn people and recorded walks seen from above"),
    Origin.SIMULATED: noop("simulated bodies on recorded and drawn walks"),
}


class _Formatter(string.Formatter):
    """Fills in values as the language writes numbers."""

    def __init__(self, language: Language) -> None:
        self._decimal = "," if language is Language.SV else "."

    def format_field(self, value: object, format_spec: str) -> str:
        """Return one value; only numbers with decimals have a sign to change."""
        text = str(super().format_field(value, format_spec))
        return text.replace(".", self._decimal) if isinstance(value, float) else text


def _texts(language: Language) -> Catalog:
    return catalog(Domain.DOCTOR, language)


def sentence(finding: Finding, language: Language) -> str:
    """Return what was found and what to do about it."""
    _ = _texts(language).gettext
    values = {**finding.values, "about": finding.about}
    if "border" in values:
        values["border"] = _(_BORDERS[str(values["border"])])
    return _Formatter(language).format(_(_FAULTS[finding.fault]), **values)


def seen_lines(seen: Measurements, language: Language) -> list[str]:
    """Return what was seen, a sentence each."""
    _, fill = _texts(language).gettext, _Formatter(language).format
    watched = _("Watched for {seconds:.0f} s: {frames} frames, {rate:.1f} a second.")
    line = _("Line {line}: {forward} forward, {backward} backward.")
    zone = _("Zone {zone}: {entries} came in, {appeared} appeared in it; {exits} left, {lost} were lost.")
    return [
        fill(watched, seconds=seen.span_s, frames=seen.frames, rate=seen.rate),
        *(fill(line, line=one.line, forward=one.forward, backward=one.backward) for one in seen.lines),
        *(
            fill(zone, zone=one.zone, entries=one.entries, appeared=one.appeared, exits=one.exits, lost=one.lost)
            for one in seen.zones
        ),
    ]


def counting_line(version: CountingVersion, language: Language) -> str:
    """Return by which counting version was counted, and what to do where that isn't the newest."""
    _ = _texts(language).gettext
    if version == COUNTING_VERSION:
        return _("It counts by version {version}, the newest rules.").format(version=version)
    return _(
        "It counts by version {version}, and {newest} is the newest. That is meant for a phase of a study that began "
        "with it: when the phase ends (on the server, platspuls study phases says so), take counting_version out of "
        "the device file."
    ).format(version=version, newest=COUNTING_VERSION)


def sight_lines(sight: LineSight, language: Language) -> list[str]:
    """Return what a line can see where it is drawn, a sentence each: what is wrong, or how far people are followed."""
    text = _texts(language).gettext(
        "People are seen {before:.1f} m before this line and {after:.1f} m after it, in the direction of the arrow."
    )
    good = _Formatter(language).format(text, before=sight.before_m, after=sight.after_m)
    wrong = [sentence(finding, language) for finding in sight.findings]
    return [*(wrong or [good]), *pair_lines(sight.pairs, language)]


def pair_lines(pairs: PairSight | None, language: Language) -> list[str]:
    """Return what a thermal array can do with two people at once, a sentence each; nothing of anything else."""
    if pairs is None:
        return []
    _, fill = _texts(language).gettext, _Formatter(language).format
    alike = _(
        "The array finds people over {across:.1f} m of the way's width and {way:.1f} m of its length. In simulations, "
        "two who walk side by side within that are two; of those who follow each other less than {behind:.1f} m apart "
        "up to one in six is missed."
    )
    close = _(
        "Off its middle it sees people from the side: of those less than {apart:.1f} m from each other up to one in "
        "four is missed."
    )
    short = _(
        "Of those who meet within that up to one in three is missed: {limit:.1f} m of the way's length are needed to "
        "tell them apart. Mount the sensor higher, or use one with a wider view."
    )
    said = [fill(alike, across=pairs.across_m, way=pairs.way_m, behind=BEHIND_M)]
    if pairs.from_side:
        said.append(fill(close, apart=CLOSE_M))
    if not pairs.tells_meetings_apart:
        said.append(fill(short, limit=MEETING_WAY_M))
    return said


def well(language: Language) -> str:
    """Return what is said when nothing was found."""
    return _texts(language).gettext("Nothing is wrong.")


def expected(
    level: Level,
    grounds: Grounds,
    expectation: Expectation | None,
    language: Language,
    pairs: PairSight | None = None,
) -> list[str]:
    """Return what accuracy to expect: in words, and where something was measured as a range; of `pairs` as well."""
    _ = _texts(language).gettext
    measured = [] if expectation is None else [_range(expectation, language)]
    by_hand = _("How exact it is at this place, only counts by hand beside it show: platspuls calibrate.")
    return [_(_LEVELS[level]), _(_GROUNDS[grounds]), *pair_lines(pairs, language), *measured, by_hand]


def _range(expectation: Expectation, language: Language) -> str:
    _ = _texts(language).gettext
    crowded = ""
    if expectation.crowded is not None:
        low, high = expectation.crowded
        crowded = _("; of 100 in a crowd, {low:.0f} to {high:.0f}").format(low=100 * low, high=100 * high)
    low, high = expectation.one_by_one
    text = _(
        "To expect: of 100 who pass one by one, {one_low:.0f} to {one_high:.0f} are counted{crowded}. That comes "
        "from {grounds}, not from this place."
    )
    origin = _(_ORIGINS[expectation.origin])
    return text.format(one_low=100 * low, one_high=100 * high, crowded=crowded, grounds=origin)
