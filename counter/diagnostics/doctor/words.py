"""The doctor's sentences, in Swedish and English: what was found, and what to do about it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from counter.diagnostics.doctor.expect import Expectation, Grounds, Level, Origin
from counter.diagnostics.doctor.finding import Fault, Finding
from counter.diagnostics.doctor.seen import Seen
from counter.diagnostics.doctor.sensor_words import SENSOR_FAULTS

Language = Literal["sv", "en"]

_FAULTS: Final[Mapping[Language, Mapping[Fault, str]]] = {
    "en": {
        Fault.LINE_NEAR_EDGE: "The line {about} is too near the {border} edge of the picture: {room:.1f} m, and at "
        "least {limit:.1f} m are needed to see whole people clearly past it. Move it inwards, or turn the sensor.",
        Fault.PEOPLE_SMALL: "People are too small: {pixels:.0f} pixels, and at least {limit:.0f} are needed in this "
        "picture. Move the camera nearer, or use a lens with a narrower view.",
        Fault.SCALE_OFF: "pixels_per_metre is {told:.0f}, but people who were seen suggest about {measured:.0f}. "
        "Correct it in the device file.",
        Fault.FRAMES_FEW: "Too few pictures: {rate:.1f} a second, and at least {limit:.0f} are needed. Use a "
        "faster computer or a smaller model, or raise max_rate.",
        Fault.LIGHT_LOW: "There is too little light: a mean brightness of {brightness:.0f} of 255, and {limit:.0f} is "
        "little already. Add light, or use a camera that sees in the dark.",
        Fault.VIEW_BLOCKED: "The view is blocked, or nothing could be seen, {part:.0%} of the time. Take away what "
        "stands before the sensor, clean it, and look whether it is connected.",
        Fault.VIEW_MOVED: "The camera was moved while it was watched. Fasten it, and draw lines and zones anew.",
        Fault.BEAM_BLOCKED: "The sensor was blocked {part:.0%} of the time. Take away what stands in it, and align it.",
        Fault.CLOCK_UNSURE: "The computer's clock is not synchronised: what is counted can't be placed in time yet. "
        "Connect it to a network with time (NTP); with a clock that has a battery, set trust_clock.",
        Fault.STAY_SHORT: "In the zone {about}, staying begins at {stay_s:.0f} s. Who walks slowly (0.7 m/s) takes up "
        "to {limit:.0f} s for its longest way, {way:.1f} m. Raise the threshold above that, or draw the zone smaller.",
        Fault.VISITS_BREAK: "In the zone {about}, people were lost or appeared in the middle of it {broken:.0f} of "
        "{ends:.0f} times: stays will be told too short. Look for what hides people, and for enough light.",
        Fault.NOBODY_SEEN: "Nobody was seen. Let somebody walk over every line while the doctor watches.",
    },
    "sv": {
        Fault.LINE_NEAR_EDGE: "Linjen {about} ligger för nära bildens {border} kant: {room:.1f} m, och minst "
        "{limit:.1f} m behövs för att se hela människor tydligt förbi den. Flytta linjen inåt, eller vrid kameran.",
        Fault.PEOPLE_SMALL: "Människor är för små: {pixels:.0f} bildpunkter, och minst {limit:.0f} behövs i den här "
        "bilden. Flytta kameran närmare, eller välj ett objektiv med smalare vinkel.",
        Fault.SCALE_OFF: "pixels_per_metre är {told:.0f}, men de människor som syntes tyder på ungefär {measured:.0f}. "
        "Rätta det i enhetsfilen.",
        Fault.FRAMES_FEW: "För få bilder: {rate:.1f} i sekunden, och minst {limit:.0f} behövs för att följa människor. "
        "Använd en snabbare dator eller en mindre modell, eller höj max_rate.",
        Fault.LIGHT_LOW: "Det är för mörkt: medelljusheten är {brightness:.0f} av 255, och {limit:.0f} är redan lite. "
        "Skaffa mer ljus, eller en kamera som ser i mörker.",
        Fault.VIEW_BLOCKED: "Sikten är skymd, eller inget kunde ses, {part:.0%} av tiden. Ta bort det som står framför "
        "sensorn, rengör den och se efter att den är ansluten.",
        Fault.VIEW_MOVED: "Kameran flyttades under tiden. Sätt fast den, och rita om linjer och zoner.",
        Fault.BEAM_BLOCKED: "Sensorn var blockerad {part:.0%} av tiden. Ta bort det som står i vägen och rikta in den.",
        Fault.CLOCK_UNSURE: "Datorns klocka är inte synkroniserad: det som räknas kan ännu inte placeras i tiden. "
        "Anslut den till ett nätverk med tid (NTP); har klockan batteri, sätt trust_clock.",
        Fault.STAY_SHORT: "I zonen {about} börjar vistelse vid {stay_s:.0f} s. Den som går långsamt (0,7 m/s) behöver "
        "upp till {limit:.0f} s för dess längsta väg, {way:.1f} m. Höj tröskeln över det, eller rita zonen mindre.",
        Fault.VISITS_BREAK: "I zonen {about} tappades människor eller dök upp mitt i den {broken:.0f} av {ends:.0f} "
        "gånger: vistelser blir för korta. Leta efter det som skymmer, och efter tillräckligt ljus.",
        Fault.NOBODY_SEEN: "Ingen syntes. Låt någon gå över varje linje medan doktorn tittar.",
    },
}
_BORDERS: Final[Mapping[Language, Mapping[str, str]]] = {
    "en": {"left": "left", "top": "upper", "right": "right", "bottom": "lower"},
    "sv": {"left": "vänstra", "top": "övre", "right": "högra", "bottom": "nedre"},
}
_LEVELS: Final[Mapping[Language, Mapping[Level, str]]] = {
    "en": {
        Level.USUAL: "Nothing stands against counts as exact as this kind of sensor gives.",
        Level.ROUGH: "Counts will be rougher than this kind of sensor can give.",
        Level.NONE: "Counts can't be relied on until this is mended.",
    },
    "sv": {
        Level.USUAL: "Inget talar mot så noggranna räkningar som den här sortens sensor ger.",
        Level.ROUGH: "Räkningarna blir grövre än den här sortens sensor kan ge.",
        Level.NONE: "Räkningarna går inte att lita på förrän detta är åtgärdat.",
    },
}
_GROUNDS: Final[Mapping[Language, Mapping[Grounds, str]]] = {
    "en": {
        Grounds.MODEL: "Known of it: on one recorded clip, six people who came one by one were all counted. Of crowds "
        "nothing is known; expect more misses there.",
        Grounds.FROM_ABOVE: "Known of it: errors of 0 to 2 % with drawn people seen from above, more when lights are "
        "switched. No real camera was measured.",
        Grounds.DOORWAY: "Known of it: simulated people only. Those who pass one by one are counted; of those side by "
        "side some are missed.",
        Grounds.THERMAL: "Known of it: simulated people only. Those who walk close together may be counted as one.",
        Grounds.SIMULATED: "This source is a simulation: it says nothing about a real sensor.",
    },
    "sv": {
        Grounds.MODEL: "Känt om den: i en inspelning räknades alla sex som kom en i taget. Om trängsel vet man inget; "
        "räkna med fler missar där.",
        Grounds.FROM_ABOVE: "Känt om den: 0 till 2 % fel med ritade människor sedda uppifrån, mer när lampor tänds "
        "och släcks. Ingen verklig kamera är uppmätt.",
        Grounds.DOORWAY: "Känt om den: bara simulerade människor. De som går en i taget räknas; av dem som går i bredd "
        "missas en del.",
        Grounds.THERMAL: "Känt om den: bara simulerade människor. De som går tätt ihop kan räknas som en.",
        Grounds.SIMULATED: "Källan är en simulering: den säger inget om en verklig sensor.",
    },
}
_ORIGINS: Final[Mapping[Language, Mapping[Origin, str]]] = {
    "en": {
        Origin.CLIP: "six people on one recorded clip, so the range is wide",
        Origin.DRAWN: "drawn people and recorded walks seen from above",
        Origin.SIMULATED: "simulated bodies on recorded and drawn walks",
    },
    "sv": {
        Origin.CLIP: "sex människor i en inspelning, därför är spannet stort",
        Origin.DRAWN: "ritade människor och inspelade gångvägar sedda uppifrån",
        Origin.SIMULATED: "simulerade kroppar på inspelade och ritade gångvägar",
    },
}


@dataclass(frozen=True, slots=True)
class _Frame:
    """The sentences around the findings."""

    watched: str
    line: str
    zone: str
    well: str
    expect: str
    crowded: str
    by_hand: str


_FRAMES: Final[Mapping[Language, _Frame]] = {
    "en": _Frame(
        "Watched for {seconds:.0f} s: {frames} frames, {rate:.1f} a second.",
        "Line {line}: {forward} forward, {backward} backward.",
        "Zone {zone}: {entries} came in, {appeared} appeared in it; {exits} left, {lost} were lost.",
        "Nothing is wrong.",
        "To expect: of 100 who pass one by one, {one_low:.0f} to {one_high:.0f} are counted{crowded}. That comes from "
        "{grounds}, not from this place.",
        "; of 100 in a crowd, {low:.0f} to {high:.0f}",
        "How exact it is at this place, only counts by hand beside it tell: platspuls calibrate.",
    ),
    "sv": _Frame(
        "Tittade i {seconds:.0f} s: {frames} bilder, {rate:.1f} i sekunden.",
        "Linje {line}: {forward} framåt, {backward} bakåt.",
        "Zon {zone}: {entries} kom in, {appeared} dök upp i den; {exits} gick ut, {lost} tappades.",
        "Inget är fel.",
        "Att vänta: av 100 som passerar en i taget räknas {one_low:.0f} till {one_high:.0f}{crowded}. Det kommer från "
        "{grounds}, inte från den här platsen.",
        "; av 100 i trängsel {low:.0f} till {high:.0f}",
        "Hur noggrann den är på den här platsen visar bara räkning för hand bredvid: platspuls calibrate.",
    ),
}


def sentence(finding: Finding, language: Language) -> str:
    """Return what was found and what to do about it."""
    values = {**finding.values, "about": finding.about}
    if "border" in values:
        values["border"] = _BORDERS[language][str(values["border"])]
    text = {**_FAULTS[language], **SENSOR_FAULTS[language]}[finding.fault].format(**values)
    return _with_commas(text) if language == "sv" else text


def seen_lines(seen: Seen, language: Language) -> list[str]:
    """Return what was seen, a sentence each."""
    frame = _FRAMES[language]
    lines = [frame.watched.format(seconds=seen.span_s, frames=seen.frames, rate=seen.rate)]
    lines += [frame.line.format(line=one.line, forward=one.forward, backward=one.backward) for one in seen.lines]
    for one in seen.zones:
        visits = {"entries": one.entries, "appeared": one.appeared, "exits": one.exits, "lost": one.lost}
        lines.append(frame.zone.format(zone=one.zone, **visits))
    return [_with_commas(line) for line in lines] if language == "sv" else lines


def well(language: Language) -> str:
    """Return what is said when nothing was found."""
    return _FRAMES[language].well


def expected(level: Level, grounds: Grounds, expectation: Expectation | None, language: Language) -> list[str]:
    """Return what accuracy to expect: in words, and where something was measured as a range."""
    words = [_LEVELS[language][level], _GROUNDS[language][grounds]]
    if expectation is not None:
        words.append(_range(expectation, language))
    return [*words, _FRAMES[language].by_hand]


def _range(expectation: Expectation, language: Language) -> str:
    frame = _FRAMES[language]
    crowded = ""
    if expectation.crowded is not None:
        low, high = expectation.crowded
        crowded = frame.crowded.format(low=100 * low, high=100 * high)
    low, high = expectation.one_by_one
    origin = _ORIGINS[language][expectation.origin]
    return frame.expect.format(one_low=100 * low, one_high=100 * high, crowded=crowded, grounds=origin)


def _with_commas(text: str) -> str:
    """Return a text with Swedish decimals. Points between digits stand nowhere else in these sentences."""
    return "".join(
        "," if sign == "." and text[at - 1 : at].isdigit() and text[at + 1 : at + 2].isdigit() else sign
        for at, sign in enumerate(text)
    )
