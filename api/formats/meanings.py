"""What columns mean, in Swedish. The English words stand at the columns themselves (api/tables/)."""

from collections.abc import Mapping
from typing import Final

from api.tables.table import Column, Table

_ALWAYS: Final[Mapping[str, str]] = {
    "site": "Platsens nyckel.",
    "bucket": "Tidsdelens längd i lokal tid: quarter (kvart), hour (timme), day (dag), week (vecka), month (månad).",
    "start_utc": "Tidsdelens början, UTC, till och med.",
    "end_utc": "Tidsdelens slut, UTC, till men inte med.",
    "start_local": "Tidsdelens början som platsens klockor visar den.",
    "utc_offset": "Platsens avstånd till UTC vid början.",
    "zone": "Zonens nyckel i platsfilen.",
    "line": "Linjens nyckel i platsfilen.",
    "space": "Rummets nyckel i platsfilen.",
    "border": "Gränsens nyckel i platsfilen.",
    "kind": "line (linje) eller zone (zon).",
    "part": "Linjens eller zonens nyckel.",
    "name_sv": "Namn på svenska.",
    "name_en": "Namn på engelska.",
    "role": "main (huvudlinje) eller check (kontrollinje); en kontrollinje ingår inte i någon summa.",
    "coverage": "Täckning: observerad genom förväntad tid, 0 till 1. Tom där inget förväntades. För en summa: den "
    "lägsta bland huvudlinjerna.",
    "observed_ms": "Tid som verkligen observerades, i millisekunder.",
    "expected_ms": "Tidsdelens drifttid inom det efterfrågade, i millisekunder.",
    "flags": "Vad räknarna märkte som ovanligt under någon kvart av tidsdelen.",
    "missing": "Huvudlinjer med en täckning under 0,9.",
    "estimate": "Sant där en huvudlinje saknas: summan är då för låg.",
    "entries": "Passager inåt. Tom vid en täckning under 0,5.",
    "exits": "Passager utåt. Tom vid en täckning under 0,5.",
    "inward": "Passager in i rummet. Tom vid en täckning under 0,5.",
    "outward": "Passager ut ur rummet. Tom vid en täckning under 0,5.",
    "forward": "Passager framåt. Tom där inget observerades; 0 är ett antal.",
    "backward": "Passager bakåt. Tom där inget observerades; 0 är ett antal.",
    "difference": "Det ena hållet minus det andra.",
    "gross_entries": "Inåt, med dem som vände.",
    "gross_exits": "Utåt, med dem som vände.",
    "gross_inward": "In i rummet, med dem som vände.",
    "gross_outward": "Ut ur rummet, med dem som vände.",
    "gross_forward": "Framåt, med dem som vände.",
    "gross_backward": "Bakåt, med dem som vände.",
    "appeared": "Besök som först sågs inne i zonen.",
    "lost": "Besök som tappades ur sikte i zonen.",
    "presence_s": "Närvaro i personsekunder.",
    "presence_hours": "Närvaro i persontimmar.",
    "occupancy_mean": "Antal personer i medeltal medan zonen observerades.",
    "occupancy_max": "Flest personer på en gång.",
    "threshold_s": "Att stanna är ett besök på minst så många sekunder.",
    "entered": "Besök som började över zonens kant: complete + cut.",
    "complete": "Kom in och sågs gå ut.",
    "cut": "Kom in och tappades ur sikte.",
    "fragment": "Sågs först inne i zonen; ingår inte i dem som stannar.",
    "stays": "Antal som stannar: entered x S(tröskel) enligt livslängdstabellen. Tom där det inte kan sägas.",
    "stays_low": "Antal som stannar om alla tappade var korta.",
    "stays_high": "Antal som stannar om alla tappade var långa.",
    "refused": "Gränserna skiljer sig mer än 10 % av den lägre: inget antal som stannar.",
    "share": "Andel som stannar: stays / entered, 0 till 1.",
    "median_s": "Vistelsetid som hälften överskrider, i sekunder. Tom om mer än 20 % tappades.",
    "p75_s": "Vistelsetid som en fjärdedel överskrider, i sekunder.",
    "p90_s": "Vistelsetid som en tiondel överskrider, i sekunder.",
    "occupancy": "Antal i rummet: in minus ut sedan början.",
    "occupancy_low": "Antal om driften missades tidigt.",
    "occupancy_high": "Antal om driften missades sent.",
    "refused_for": "Varför inget sägs: not_closed (inte slutet), coverage (täckning), empty (ingen kom), drift.",
    "missing_ms": "Förväntad men inte observerad tid, i millisekunder.",
    "unfilled_ms": "Tid som saknas och inte kan uppskattas: för få jämförbara timmar, i millisekunder.",
    "missing_forward": "Uppskattning, inget räknat tal: framåt under tiden som saknas, i jämförbara timmars takt.",
    "missing_forward_low": "Med den lägsta av timmarnas takter.",
    "missing_forward_high": "Med den högsta av timmarnas takter.",
    "missing_backward": "Uppskattning, inget räknat tal: bakåt under tiden som saknas.",
    "missing_backward_low": "Med den lägsta av timmarnas takter.",
    "missing_backward_high": "Med den högsta av timmarnas takter.",
    "matches": "Minsta antalet jämförbara timmar för någon timme som uppskattats.",
    "outages": "Avbrott: följder av kvartar av vilka mindre än nio tiondelar observerades.",
    "outage_ms": "Tid som saknas i avbrotten, i millisekunder.",
    "longest_outage_ms": "Tid som saknas i det längsta av dem inom tidsdelen.",
    "conflicts": "Uppgifter som kom två gånger för samma tid: sparade, inte räknade.",
    "devices": "Räknare som skulle bevaka den.",
    "rejected": "Dessa räknares avvisade poster som kom då.",
    "made": "Dessa räknares poster, per dag, där rådata finns kvar: gjorda.",
    "stored": "Av dem: lagrade.",
}
_SOMETIMES: Final[Mapping[tuple[str, str], str]] = {
    ("presence", "entries"): "Besök som började över zonens kant.",
    ("presence", "exits"): "Besök som slutade över zonens kant.",
    ("quality", "lost"): "Av dem: som räknaren förklarade förlorade.",
    ("quality", "missing"): "Av dem: varken lagrade, avvisade eller förlorade.",
}
"""Where one name means another thing in one table, by the table's statement."""


_CORRECTED: Final[Mapping[str, str]] = {
    "numbers": "corrected: allt observerat är korrigerat. partly: en del. raw: inget, ingen kalibrering gäller.",
    "corrected_ms": "Hur mycket av den observerade tiden som är korrigerad, i millisekunder.",
    "corrected_by": "Kalibreringarnas nummer.",
    "excluded_ms": "Hur mycket av det observerade som är uteslutet, i millisekunder: bara med i okorrigerade tal.",
    "presence_s": "Korrigerad närvaro i personsekunder.",
    "presence_hours": "Korrigerad närvaro i persontimmar.",
    "occupancy_mean": "Korrigerat antal personer i medeltal medan zonen observerades.",
    "stays": "Korrigerat antal som stannar.",
    "share": "Korrigerad andel som stannar.",
}
_LOW: Final = "Korrigeringens intervall (95 %), nedre gränsen. Tom om inte allt är korrigerat."
_HIGH: Final = "Korrigeringens intervall (95 %), övre gränsen. Tom om inte allt är korrigerat."


def meaning_sv(table: Table, column: Column) -> str:
    """Return what a column means. Raises KeyError where nobody wrote it: a test looks at all of them."""
    if table.numbers == "corrected":
        return _corrected_sv(column.name)
    return _SOMETIMES.get((table.statement, column.name)) or _ALWAYS[column.name]


def _corrected_sv(name: str) -> str:
    if name.endswith(("_low", "_high")):
        return _LOW if name.endswith("_low") else _HIGH
    if name.startswith("raw_"):
        return f"Okorrigerat: {_ALWAYS[name.removeprefix('raw_')]}"
    if name in {"entries", "exits", "inward", "outward", "forward", "backward"}:
        return f"Korrigerat: {_ALWAYS[name]}"
    return _CORRECTED.get(name) or _ALWAYS[name]
