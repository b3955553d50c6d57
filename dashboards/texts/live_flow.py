"""The texts of the dashboard Live flow."""

from typing import Final

from dashboards.language import PanelText, Text

ABOUT: Final = Text(
    sv="Folk på platsen nu, in- och utpassager, närvaro, täckning och räknarnas hälsa. Inga uppgifter om personer.",
    en="People at the place now, entries and exits, presence, coverage and the counters' health. Nothing about "
    "persons.",
)
# Rows ---------------------------------------------------------------------------------------------------------------
ROW_NOW: Final = Text(sv="Just nu", en="Now")
ROW_FLOW: Final = Text(sv="Flöde", en="Flow")
ROW_ZONES: Final = Text(sv="Zoner", en="Zones")
ROW_DEVICES: Final = Text(sv="Räknare och datakvalitet", en="Devices and data quality")

# Panels -------------------------------------------------------------------------------------------------------------
PEOPLE_NOW: Final = PanelText(
    title=Text(sv="Antal just nu", en="People now"),
    about=Text(
        sv="Folk i de valda rummens zoner som får läggas ihop. Ingen summa visas om någon av zonerna inte har hörts "
        "på 20 sekunder. En ögonblicksbild, aldrig statistik.",
        en="People in those zones of the chosen spaces that may be added. No sum is shown when one of the zones "
        "wasn't heard for 20 seconds. A moment's picture, never a statistic.",
    ),
    empty=Text(sv="Hörs inte just nu", en="Not heard now"),
)
TODAY: Final = PanelText(
    title=Text(sv="Idag", en="Today"),
    about=Text(
        sv="In- och utpassager på hela platsen sedan midnatt, platsens tid, och täckningen: den minsta andel av "
        "tiden som någon av linjerna observerats. Under 90 % är summan en uppskattning, under 50 % visas den inte. "
        "En inpassage är inte en person: den som går ut och in igen är två. Bredvid: inpassager till samma tid för "
        "en vecka sedan.",
        en="Entries and exits of the whole site since midnight by its clocks, and the coverage: the smallest share "
        "of the time that any of the lines was watched. Under 90 % the sum is an estimate, under 50 % it isn't "
        "shown. An entry isn't a person: who goes out and in again is two. Beside it: entries until the same time a "
        "week ago.",
    ),
    empty=Text(sv="För lite observerat", en="Too little observed"),
)
SILENCE: Final = PanelText(
    title=Text(sv="Tystast räknare", en="Most silent device"),
    about=Text(
        sv="Tid sedan den tystaste av de valda räknarna hördes, och hur många som aldrig har hörts.",
        en="Time since the most silent of the chosen devices was heard, and how many never were.",
    ),
    empty=Text(sv="Ingen", en="None"),
)
QUALITY: Final = PanelText(
    title=Text(sv="Datakvalitet", en="Data quality"),
    about=Text(
        sv="Hela platsen. Väntar: orsaker att poster väntar på att lagras. Konflikter: samma tid berättad två "
        "gånger, inte räknad. Avvisade: meddelanden och poster som aldrig lagras. De två senare under det valda "
        "intervallet. Sådant som kommer från okända platser ingår.",
        en="The whole site. Held: causes that records wait for. Conflicts: the same time told twice, not counted. "
        "Rejects: messages and records that are never stored. The latter two during the chosen range. What comes "
        "from unknown sites is included.",
    ),
    empty=Text(sv="0", en="0"),
)
SITE_FLOW: Final = PanelText(
    title=Text(sv="In- och utpassager", en="Entries and exits"),
    about=Text(
        sv="Hela platsen, i hela steg av platsens egen tid, till och med den senaste kvart som gått. Utpassager "
        "ritas nedåt. Där någon linje observerats under halva tiden lämnas steget tomt: det är saknad tid, inte noll.",
        en="The whole site, in whole steps of its own time, until the last quarter-hour that has passed. Exits are "
        "drawn downwards. Where any line was watched for less than half of the time the step is left empty: that is "
        "missing time, not zero.",
    ),
    empty=Text(sv="Inget observerat i intervallet", en="Nothing observed in the range"),
)
BORDER_FLOW: Final = PanelText(
    title=Text(sv="Flöde per gräns", en="Flow by border"),
    about=Text(
        sv="In (uppåt) och ut (nedåt) över de valda rummens gränser. Mot utsidan är in: in på platsen. Mellan två "
        "rum är in gränsens egen riktning, från dess första rum till dess andra. Saknad tid lämnas tom.",
        en="In (upwards) and out (downwards) over the borders of the chosen spaces. At a border to outside, in is "
        "into the site. Between two spaces, in is the border's own direction, from its first space to its second. "
        "Missing time is left empty.",
    ),
    empty=Text(sv="Inget observerat i intervallet", en="Nothing observed in the range"),
)
ZONES_NOW: Final = PanelText(
    title=Text(sv="Antal just nu per zon", en="People now by zone"),
    about=Text(
        sv="Folk i varje zon, hur många av dem som har varit där minst tröskeltiden, och uppgiftens ålder. Äldre "
        "uppgifter än 20 sekunder visas inte. Zoner kan överlappa: läggs inte ihop.",
        en="People in each zone, how many of them have been there for at least the threshold, and the figure's age. "
        "Figures older than 20 seconds aren't shown. Zones may overlap: not to be added.",
    ),
    empty=Text(sv="-", en="-"),
)
ZONE_PRESENCE: Final = PanelText(
    title=Text(sv="Närvaro per zon", en="Presence by zone"),
    about=Text(
        sv="Medelantal närvarande: närvaro delad med observerad tid. Bryts där mindre än halva tiden observerats.",
        en="Mean number present: presence over the time watched. Broken where less than half of the time was watched.",
    ),
    empty=Text(sv="Inget observerat i intervallet", en="Nothing observed in the range"),
)
LINE_COVERAGE: Final = PanelText(
    title=Text(sv="Täckning per linje", en="Coverage by line"),
    about=Text(
        sv="Observerad tid genom den tid linjen varit i bruk, för linjer som de valda räknarna någon gång haft. "
        "Streckade linjer vid 50 % och 90 %.",
        en="Time watched over the time the line was commissioned, for lines that the chosen devices ever had. Dashed "
        "lines at 50 % and 90 %.",
    ),
    empty=Text(sv="Ingen linje i bruk i intervallet", en="No line commissioned in the range"),
)
DEVICES: Final = PanelText(
    title=Text(sv="Räknarnas hälsa", en="Health of the devices"),
    about=Text(
        sv="Hur varje räknare mådde när den senast hördes. Klockans avvikelse är tom när räknaren inte vet sin tid. "
        "Kön är poster som inte är avgjorda.",
        en="How each device was when it was last heard. The clock's offset is empty where the device doesn't know "
        "its time. The outbox is the records that aren't settled.",
    ),
    empty=Text(sv="-", en="-"),
)
TROUBLES: Final = PanelText(
    title=Text(sv="Orsaker", en="Causes"),
    about=Text(
        sv="Vad som ligger bakom siffrorna om datakvalitet, det senaste först.",
        en="What is behind the figures of data quality, the newest first.",
    ),
    empty=Text(sv="-", en="-"),
)
