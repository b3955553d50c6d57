"""The texts of the dashboard Space in depth."""

from typing import Final

from dashboards.language import PanelText, Text

ABOUT: Final = Text(
    sv="När ett rum används, hur länge folk stannar och hur många som är där samtidigt, med täckning. Inga uppgifter "
    "om personer.",
    en="When a space is used, how long people stay and how many are there at once, with coverage. Nothing about "
    "persons.",
)

# Rows ---------------------------------------------------------------------------------------------------------------
ROW_WEEK: Final = Text(sv="Veckans timmar", en="The hours of the week")
ROW_FLOW: Final = Text(sv="Flöde och antal", en="Flow and occupancy")
ROW_DWELL: Final = Text(sv="Vistelse", en="Dwell")

# Panels -------------------------------------------------------------------------------------------------------------
FIGURES: Final = PanelText(
    title=Text(sv="Hela intervallet", en="The whole range"),
    about=Text(
        sv="Närvaro i de valda rummens zoner som får läggas ihop: persontimmar, medelantal närvarande, och den "
        "minsta andel av tiden som någon av zonerna observerats. Ingen summa visas under 50 %.",
        en="Presence in those zones of the chosen spaces that may be added: person-hours, the mean number present, "
        "and the smallest share of the time that any of the zones was watched. No sum is shown under 50 %.",
    ),
    empty=Text(sv="För lite observerat", en="Too little observed"),
)
HEAT_PRESENCE: Final = PanelText(
    title=Text(sv="Medelantal närvarande, timme för timme i veckan", en="Mean number present by hour of the week"),
    about=Text(
        sv="Medel över alla sådana timmar i intervallet, platsens tid: närvaro delad med observerad tid, över zoner "
        "som får läggas ihop. Timmar som observerats under halva tiden är utelämnade. En tom ruta är saknad tid, "
        "inte noll.",
        en="The mean over all such hours of the range, by the site's clocks: presence over the time watched, over "
        "zones that may be added. Hours of which less than half was watched are left out. An empty cell is missing "
        "time, not zero.",
    ),
    empty=Text(sv="-", en="-"),
)
HEAT_INWARD: Final = PanelText(
    title=Text(sv="Passager in i rummet, timme för timme i veckan", en="Passages into the space by hour of the week"),
    about=Text(
        sv="Medel per timme över alla hela sådana timmar i intervallet, platsens tid. Timmar där någon av rummets "
        "linjer observerats under 90 % är utelämnade, så att inget blir för lågt. En tom ruta är saknad tid, inte "
        "noll.",
        en="The mean an hour over all such whole hours of the range, by the site's clocks. Hours in which one of the "
        "space's lines was watched for less than 90 % are left out, so that nothing is too low. An empty cell is "
        "missing time, not zero.",
    ),
    empty=Text(sv="-", en="-"),
)
SPACE_FLOW: Final = PanelText(
    title=Text(sv="Passager in och ut", en="Passages in and out"),
    about=Text(
        sv="In i (uppåt) och ut ur (nedåt) varje valt rum, över alla dess gränser. Steget är tomt där någon linje "
        "observerats under halva tiden.",
        en="Into (upwards) and out of (downwards) each chosen space, over all its borders. A step is empty where one "
        "of the lines was watched for less than half of the time.",
    ),
    empty=Text(sv="Inget observerat i intervallet", en="Nothing observed in the range"),
)
OCCUPANCY: Final = PanelText(
    title=Text(sv="Antal i varje zon: medel och flest", en="People in each zone: mean and most"),
    about=Text(
        sv="Medelantalet under den observerade tiden, och flest på en gång. Bryts där mindre än halva tiden "
        "observerats. Zoner kan överlappa: läggs inte ihop.",
        en="The mean number over the time watched, and the most at one moment. Broken where less than half of the "
        "time was watched. Zones may overlap: not to be added.",
    ),
    empty=Text(sv="Inget observerat i intervallet", en="Nothing observed in the range"),
)
STAYS: Final = PanelText(
    title=Text(sv="Besök som stannar, per zon", en="Stays by zone"),
    about=Text(
        sv="Besök som var minst så långa som tröskeln, bland dem som gick in över zonens kant, ur livstabellen. Tomt "
        "där talet vägras (gränserna skiljer mer än 10 %) eller mindre än halva tiden observerats. En halvtimme "
        "kring avbrott räknas som inte observerad. Flera zoner: zonbesök, inte personer.",
        en="Visits at least as long as the threshold, among those who came in over the zone's edge, from the life "
        "table. Empty where the number is refused (its bounds differ by more than 10 %) or less than half of the "
        "time was watched. Half an hour around an outage counts as unobserved. Several zones: zone visits, not "
        "persons.",
    ),
    empty=Text(sv="Inget att visa i intervallet", en="Nothing to show in the range"),
)
DWELL: Final = PanelText(
    title=Text(sv="Vistelsetid: median och 90 %", en="Dwell: median and 90 %"),
    about=Text(
        sv="Den tid som hälften, och nio av tio, av besöken inte överskrider, känd på en klass när "
        "(docs/numbers.md). Tomt där fler än var femte tappades ur sikte eller mindre än halva tiden observerats.",
        en="The time that half, and nine tenths, of the visits don't exceed, known to its bin (docs/numbers.md). "
        "Empty where more than one in five was lost from sight, or less than half of the time was watched.",
    ),
    empty=Text(sv="Inget att visa i intervallet", en="Nothing to show in the range"),
)
DWELL_TABLE: Final = PanelText(
    title=Text(sv="Stannar och vistelsetid per vecka", en="Stays and dwell by week"),
    about=Text(
        sv="Antal som stannar med sina två gränser, andelen av alla som gick in, vistelsetider och täckning. Veckor "
        "efter platsens tid, kapade av intervallet. Vägrad: gränserna skiljer mer än 10 %. Saknas: under halva tiden "
        "observerad.",
        en="The number of stays with its two bounds, the share of all who came in, dwell and coverage. Weeks of the "
        "site's clocks, cut to the range. Refused: the bounds differ by more than 10 %. Missing: less than half was "
        "watched.",
    ),
    empty=Text(sv="-", en="-"),
)
COVERAGE: Final = PanelText(
    title=Text(sv="Täckning för vistelse, per zon", en="Coverage of dwell by zone"),
    about=Text(
        sv="Tid observerad för vistelse genom den tid zonen varit i bruk under de valda tiderna. Streckade linjer "
        "vid 50 % och 90 %.",
        en="Time watched for dwell over the time the zone was commissioned within the hours chosen. Dashed lines at "
        "50 % and 90 %.",
    ),
    empty=Text(sv="Ingen zon i bruk i intervallet", en="No zone commissioned in the range"),
)

# Columns and series -------------------------------------------------------------------------------------------------
PERSON_HOURS: Final = Text(sv="Persontimmar", en="Person-hours")
PRESENT: Final = Text(sv="Närvarande i medel", en="Mean present")
WEEKDAY: Final = Text(sv="Dag", en="Day")
SPACE_IN: Final = Text(sv="${__field.labels.space}, in", en="${__field.labels.space}, in")
SPACE_OUT: Final = Text(sv="${__field.labels.space}, ut", en="${__field.labels.space}, out")
ZONE_MEAN: Final = Text(sv="${__field.labels.zone}, medel", en="${__field.labels.zone}, mean")
ZONE_MOST: Final = Text(sv="${__field.labels.zone}, flest", en="${__field.labels.zone}, most")
ZONE_MEDIAN: Final = Text(sv="${__field.labels.zone}, median", en="${__field.labels.zone}, median")
ZONE_P90: Final = Text(sv="${__field.labels.zone}, 90 %", en="${__field.labels.zone}, 90 %")
