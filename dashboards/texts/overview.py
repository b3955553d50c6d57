"""The texts of the dashboard Site overview."""

from typing import Final

from dashboards.language import PanelText, Text

ABOUT: Final = Text(
    sv="De senaste tolv hela månaderna, för den som vill se hur platsen används: inpassager, närvaro, hur många som "
    "stannar, och täckning. Celler med 1-4 besök visas inte.",
    en="The last twelve whole months, for whoever wants to see how the place is used: entries, presence, who stays, "
    "and coverage. Cells with 1-4 visits aren't shown.",
)

# Rows ---------------------------------------------------------------------------------------------------------------
ROW_USE: Final = Text(sv="Hur platsen används", en="How the place is used")
ROW_STAYS: Final = Text(sv="Vilka som stannar", en="Who stays")
ROW_COVERAGE: Final = Text(sv="Hur mycket som observerats", en="How much was watched")

# Panels -------------------------------------------------------------------------------------------------------------
MONTHS: Final = PanelText(
    title=Text(sv="In- och utpassager per månad", en="Entries and exits by month"),
    about=Text(
        sv="Inpassager (uppåt) och utpassager (nedåt), hela platsen. En inpassage är inte en person: den som går ut "
        "och in igen är två. Månader som observerats under halva tiden är tomma.",
        en="Entries (upwards) and exits (downwards), whole site. An entry isn't a person: who goes out and in again "
        "is two. Months watched for less than half of the time are empty.",
    ),
    empty=Text(sv="Ingen hel månad ännu", en="No whole month yet"),
)
PRESENCE: Final = PanelText(
    title=Text(sv="Persontimmar per månad", en="Person-hours by month"),
    about=Text(
        sv="Den tid som människor tillbringat i zonerna, sammanlagt. Tomt där mindre än halva tiden observerats "
        "eller någon zon hade 1-4 besök.",
        en="The time that people spent in the zones, all together. Empty where less than half was watched, or a zone "
        "had 1-4 visits.",
    ),
    empty=Text(sv="Ingen hel månad ännu", en="No whole month yet"),
)
TABLE: Final = PanelText(
    title=Text(sv="Månad för månad", en="Month by month"),
    about=Text(
        sv="Samma tal som i diagrammen, med täckning. Uppskattning: någon linje observerades under 90 %, summan är "
        "för låg. För få: 1-4 besök. Saknas: under halva tiden observerad.",
        en="The same numbers as in the charts, with coverage. Estimate: a line was watched for less than 90 %, the "
        "sum is too low. Too few: 1-4 visits. Missing: less than half was watched.",
    ),
    empty=Text(sv="-", en="-"),
)
DWELL: Final = PanelText(
    title=Text(sv="Vilka som stannar, per zon och månad", en="Who stays, by zone and month"),
    about=Text(
        sv="Andelen av alla som gick in i zonen som stannade minst tröskeltiden, och mediantiden. För få: 1-4 besök. "
        "Vägrad: för många tappades ur sikte. Saknas: under halva tiden observerad.",
        en="The share of all who came into the zone that stayed for at least the threshold, and the median time. Too "
        "few: 1-4 visits. Refused: too many were lost from sight. Missing: less than half was watched.",
    ),
    empty=Text(sv="-", en="-"),
)
COVERAGE: Final = PanelText(
    title=Text(sv="Täckning per månad", en="Coverage by month"),
    about=Text(
        sv="Den minsta andel av månaden som någon av linjerna (inpassager) eller zonerna (närvaro) observerats. "
        "Streckade linjer vid 50 % och 90 %.",
        en="The smallest share of the month that any of the lines (entries) or zones (presence) was watched. Dashed "
        "lines at 50 % and 90 %.",
    ),
    empty=Text(sv="Ingen hel månad ännu", en="No whole month yet"),
)

# Columns and series -------------------------------------------------------------------------------------------------
SITE_IN: Final = Text(sv="${__field.labels.site}, in", en="${__field.labels.site}, in")
SITE_OUT: Final = Text(sv="${__field.labels.site}, ut", en="${__field.labels.site}, out")
OF_SITE: Final = Text(sv="${__field.labels.site}", en="${__field.labels.site}")
SITE_ENTRIES: Final = Text(sv="${__field.labels.site}, inpassager", en="${__field.labels.site}, entries")
SITE_PRESENCE: Final = Text(sv="${__field.labels.site}, närvaro", en="${__field.labels.site}, presence")
ENTRY_STATE: Final = Text(sv="Inpassager", en="Of entries")
PRESENCE_STATE: Final = Text(sv="Närvaro", en="Of presence")
ENTRY_COVERAGE: Final = Text(sv="Täckning, inpassager", en="Coverage of entries")
PRESENCE_COVERAGE: Final = Text(sv="Täckning, närvaro", en="Coverage of presence")
PERSON_HOURS: Final = Text(sv="Persontimmar", en="Person-hours")
ESTIMATE: Final = Text(sv="uppskattning", en="estimate")
