"""How numbers are made, in sentences that go with a file: as docs/numbers.md has it, shorter."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from api.formats.metadata import ResultMetadata
from api.tables.table import CORRECTED


@dataclass(frozen=True, slots=True)
class Told:
    """A sentence in both languages."""

    sv: str
    en: str


_ALWAYS: Final = (
    Told(
        "Varje rad är en tidsdel i platsens lokala tid. Alla tidsdelar finns med, även de som inte observerades.",
        "Each row is a bucket of the site's local time. Every bucket is there, observed or not.",
    ),
    Told(
        "Täckning är observerad tid genom förväntad tid: den tid som linjen eller zonen var i drift inom de timmar som "
        "efterfrågats. En tom cell betyder att inget observerades, 0 att ingen passerade.",
        "Coverage is observed over expected time: what the line or zone was commissioned for within the hours asked "
        "for. An empty cell means that nothing was observed, 0 that nobody passed.",
    ),
    Told(
        "Antal och tider är heltal, summerade utan avrundning. Kvoter avrundas en gång, halvor uppåt.",
        "Counts and times are whole numbers, added without rounding. Ratios are rounded once, halves upwards.",
    ),
)
_SUMS: Final = Told(
    "En summa över linjer har den lägsta täckningen bland huvudlinjerna. Under 0,9 är den en uppskattning (för låg) "
    "och linjerna som saknas nämns; under 0,5 lämnas cellen tom. Inget fylls i.",
    "A sum over lines has the lowest coverage of its main lines. Below 0.9 it is an estimate (too low) and names the "
    "lines that are missing; below 0.5 the cell is empty. Nothing is filled in.",
)
_CROSSINGS: Final = Told(
    "En passage är en person som går helt över en linje; den som vänder räknas inte. Brutto räknar dem också.",
    "A crossing is a person who passes a line completely; who turns back is none. Gross counts those too.",
)
_LIFE_TABLE: Final = (
    Told(
        "Ett besök är en persons sammanhängande tid i zonen och hör till den tidsdel där det slutade. Besök som "
        "började utan att ses komma in (fragment) ingår inte i antalet som stannar.",
        "A visit is a person's continuous time in the zone and belongs to the bucket in which it ended. Visits that "
        "were not seen coming in (fragments) are no part of stays.",
    ),
    Told(
        "Stannar = entered x S(tröskel). S kommer från livslängdstabellen över de besök som sågs komma in; ett besök "
        "som tappades räknas som halvt under risk i sitt tidsintervall. stays_low och stays_high är gränserna om alla "
        "tappade var korta respektive långa; skiljer de mer än 10 % ges inget antal (refused).",
        "Stays = entered x S(threshold). S comes from the life table of the visits that were seen coming in; one that "
        "was lost from sight counts as half at risk in its bin. stays_low and stays_high are the bounds if all lost "
        "ones were short or long; where they differ by more than 10 % there is no number (refused).",
    ),
    Told(
        "Andelen som stannar är stannar genom alla som kom in, hur kort som helst. Kvantiler är kända till sitt "
        "tidsintervall och ges inte när mer än 20 % tappades.",
        "The share who stay is stays over all that came in, however shortly. Quantiles are known to their bin and "
        "withheld when more than 20 % were lost from sight.",
    ),
    Told(
        "Halvtimmen före och efter ett avbrott räknas som oobserverad för vistelsetid.",
        "The 30 minutes before and after an outage count as unobserved for dwell.",
    ),
)
_PRESENCE: Final = Told(
    "Närvaro är personsekunder i zonen, och beror knappt på brutna spår. Bara zoner som inte överlappar får summeras.",
    "Presence is person-seconds in the zone, and hardly depends on broken tracks. Only zones that don't overlap may be "
    "added.",
)
_RAW: Final = Told(
    "Talen är okorrigerade: som räknarna berättade dem.", "The numbers are raw: as the counters told them."
)
_CORRECTED: Final = Told(
    "Korrigerade tal är räknarens gånger kalibreringens faktor, kvart för kvart: handräknat genom räknat i minst sex "
    "pass, med intervall (95 %) ur skillnaderna mellan passen. Intervallet säger hur väl faktorn är känd. Kolumnen "
    "numbers säger om allt (corrected), en del (partly) eller inget (raw) korrigerats, corrected_by vilka "
    "kalibreringar. Uteslutna kvartar räknas som oobserverade.",
    "Corrected numbers are the counter's times the factor of a calibration, quarter-hour by quarter-hour: counted by "
    "hand over told, in six sessions or more, with an interval (95 %) from how sessions differ. The interval tells how "
    "well the factor is known. The column numbers says whether all (corrected), a part (partly) or nothing (raw) was "
    "corrected, corrected_by by which calibrations. Excluded quarter-hours count as unobserved.",
)
_METHODS: Final[Mapping[str, tuple[Told, ...]]] = {
    "dwell": (*_LIFE_TABLE, _PRESENCE),
    "presence": (_PRESENCE,),
    "line_flow": (_CROSSINGS,),
    "border_flow": (_CROSSINGS, _SUMS),
    "space_flow": (_CROSSINGS, _SUMS),
    "site_flow": (
        _CROSSINGS,
        Told(
            "En inpassage är en passage inåt över en huvudlinje mot utsidan. Det är inte antalet personer.",
            "An entry is an inward crossing of a main line to outside. It is not a number of persons.",
        ),
        _SUMS,
    ),
    "occupancy": (
        Told(
            "Antal i ett slutet rum, bara från dess linjer, mellan två tider då ingen var där: from och to. Det som "
            "inte går jämnt upp är driften, som ger gränserna. Inte underlag för något omdöme.",
            "People in a closed space, from its lines alone, between two times at which nobody was there: from and to. "
            "What is left over is the drift, which gives the bounds. For no verdict.",
        ),
    ),
    "estimates": (
        _CROSSINGS,
        Told(
            "Kolumnerna missing_* är uppskattningar, inga räknade tal: för varje timme som inte observerades helt, "
            "takten i samma timme och veckodag fyra veckor före och efter (minst tre) gånger den tid som saknas. Low "
            "och high är den lägsta och den högsta av takterna.",
            "The columns missing_* are estimates, no counts: for each hour that was not watched in full, the rate of "
            "the same hour and weekday, four weeks before and after (three at least), times the time that is missing. "
            "Low and high are the lowest and the highest of these rates.",
        ),
    ),
    "quality": (
        Told(
            "Ett avbrott är en följd av kvartar som skulle ha observerats men av vilka mindre än nio tiondelar "
            "observerades. Avvisade, förlorade och dubbla poster gäller räknarna som bevakade linjen eller zonen.",
            "An outage is a run of quarter-hours that should have been observed, less than nine tenths of which was. "
            "Rejected records and those told twice are of the devices that watched the line or zone.",
        ),
    ),
}


def method(metadata: ResultMetadata) -> Iterator[Told]:
    """Yield the sentences that go with an answer."""
    yield from _ALWAYS
    statement = metadata.table.statement
    yield from _METHODS[statement.removeprefix(CORRECTED)]
    yield _CORRECTED if metadata.table.numbers == "corrected" else _RAW
    if "threshold_s" in metadata.more:
        yield Told(
            f"Stannar betyder här: minst {metadata.more['threshold_s']} sekunder.",
            f"A stay is here a visit of at least {metadata.more['threshold_s']} seconds.",
        )
