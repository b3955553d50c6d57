"""The texts of the dashboard Evaluation."""

from typing import Final

from dashboards.language import PanelText, Text

ABOUT: Final = Text(
    sv="En studies faser bredvid varandra: nollmätning och uppföljning, med täckning. En beskrivning, ingen "
    "slutsats: den kräver intervall och regler bestämda i förväg.",
    en="The phases of a study beside each other: baseline and follow-up, with coverage. A description, not a "
    "verdict: that takes intervals, and rules fixed beforehand.",
)

# Rows ---------------------------------------------------------------------------------------------------------------
ROW_PHASES: Final = Text(sv="Nollmätning bredvid uppföljning", en="Baseline beside follow-up")
ROW_DAYS: Final = Text(sv="Dag för dag", en="Day by day")
ROW_COVERAGE: Final = Text(sv="Täckning", en="Coverage")

# Panels -------------------------------------------------------------------------------------------------------------
PHASES: Final = PanelText(
    title=Text(sv="Studiens faser", en="The phases of the study"),
    about=Text(
        sv="Medel per dygn under de valda tiderna, bara över dygn som observerats till minst 90 %; hur många de är "
        "av alla. Inpassager gäller hela platsen, närvaro de valda rummens zoner som får läggas ihop.",
        en="Means a day in the hours chosen, only over days watched for 90 % or more; how many of all days these "
        "are. Entries are those of the whole site, presence that of the chosen spaces' zones that may be added.",
    ),
    empty=Text(sv="-", en="-"),
)
WEEKDAYS: Final = PanelText(
    title=Text(sv="Inpassager per dygn efter veckodag", en="Entries a day by weekday"),
    about=Text(
        sv="Medel av de dygn som observerats till minst 90 %, hela platsen. En stapel saknas där inget sådant dygn "
        "finns.",
        en="Means of the days watched for 90 % or more, whole site. A bar is missing where there is no such day.",
    ),
    empty=Text(sv="Ingen vald fas har data", en="No chosen phase has data"),
)
HOURS: Final = PanelText(
    title=Text(sv="Medelantal närvarande efter timme", en="Mean number present by hour"),
    about=Text(
        sv="Medel av de timmar då alla de valda rummens zoner som får läggas ihop observerats till minst 90 %, "
        "platsens tid.",
        en="Means of the hours in which all zones of the chosen spaces that may be added were watched for 90 % or "
        "more, by the site's clocks.",
    ),
    empty=Text(sv="Ingen vald fas har data", en="No chosen phase has data"),
)
STAYS: Final = PanelText(
    title=Text(sv="Andel som stannar, per zon", en="Share who stay, by zone"),
    about=Text(
        sv="Besök som var minst så långa som tröskeln genom alla som gick in, över dygn som observerats för vistelse "
        "till minst 90 % och där talet inte vägras.",
        en="Visits at least as long as the threshold over all who came in, over days watched for dwell for 90 % or "
        "more in which the number isn't refused.",
    ),
    empty=Text(sv="Ingen vald fas har data", en="No chosen phase has data"),
)
DAYS: Final = PanelText(
    title=Text(sv="Inpassager och persontimmar per dygn", en="Entries and person-hours by day"),
    about=Text(
        sv="Hela intervallet, med faserna markerade. Tomt där någon linje, eller zon, observerats under 90 % av "
        "dygnets valda tider.",
        en="The whole range, with the phases marked. Empty where a line, or a zone, was watched for less than 90 % "
        "of the day's hours chosen.",
    ),
    empty=Text(sv="Inget observerat i intervallet", en="Nothing observed in the range"),
)
COVERAGE: Final = PanelText(
    title=Text(sv="Täckning per linje och zon", en="Coverage by line and zone"),
    about=Text(
        sv="Observerad tid genom den tid som skulle ha observerats i vardera fasen, under de valda tiderna. Tomt där "
        "linjen eller zonen inte var i bruk.",
        en="Time watched over the time that should have been watched in each phase, in the hours chosen. Empty where "
        "the line or zone wasn't commissioned.",
    ),
    empty=Text(sv="-", en="-"),
)

# Columns and series -------------------------------------------------------------------------------------------------
PHASE: Final = Text(sv="Fas", en="Phase")
COMPARED: Final = Text(sv="Jämförs som", en="Compared as")
IS_BASELINE: Final = Text(sv="nollmätning", en="baseline")
IS_FOLLOW_UP: Final = Text(sv="uppföljning", en="follow-up")
IS_OTHER: Final = Text(sv="inte", en="not")
STARTS: Final = Text(sv="Från", en="From")
ENDS: Final = Text(sv="Till", en="To")
ENTRIES_A_DAY: Final = Text(sv="Inpassager per dygn", en="Entries a day")
ENTRY_DAYS_USED: Final = Text(sv="Dygn som räknas", en="Days used")
ENTRY_DAYS: Final = Text(sv="av dygn", en="of days")
PERSON_HOURS_A_DAY: Final = Text(sv="Persontimmar per dygn", en="Person-hours a day")
PRESENT: Final = Text(sv="Närvarande i medel", en="Mean present")
PRESENCE_DAYS_USED: Final = Text(sv="Dygn som räknas (närvaro)", en="Days used (presence)")
PRESENCE_DAYS: Final = Text(sv="av dygn (närvaro)", en="of days (presence)")
WEEKDAY: Final = Text(sv="Veckodag", en="Weekday")
HOUR: Final = Text(sv="Timme", en="Hour")
PERSON_HOURS: Final = Text(sv="Persontimmar", en="Person-hours")
PLACE: Final = Text(sv="Linje eller zon", en="Line or zone")
KIND_LINE: Final = Text(sv="linje", en="line")
KIND_ZONE: Final = Text(sv="zon", en="zone")
