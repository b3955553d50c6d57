"""The texts of the dashboard Devices and delivery."""

from typing import Final

from dashboards.language import PanelText, Text

ABOUT: Final = Text(
    sv="Hur räknarna mår, vad som blev av varje post de gjort, klockor, avvisat och sådant som väntar.",
    en="How the devices are, what became of every record they made, clocks, rejects and what is held.",
)

# Rows ---------------------------------------------------------------------------------------------------------------
ROW_HEALTH: Final = Text(sv="Hälsa", en="Health")
ROW_DELIVERY: Final = Text(sv="Leverans", en="Delivery")
ROW_REFUSED: Final = Text(sv="Avvisat och väntande", en="Rejects and held")
ROW_INSTALLATION: Final = Text(sv="Installationen", en="The installation")

# Panels -------------------------------------------------------------------------------------------------------------
FIGURES: Final = PanelText(
    title=Text(sv="Poster", en="Records"),
    about=Text(
        sv="De valda räknarna. Ej avgjorda: gjorda men varken lagrade, avvisade eller förlorade; hur länge den "
        "äldsta har saknats. Okända: av en gammal kö som ingen längre kan fråga. Förlorade: räknaren sade själv att "
        "den kastat dem; det är saknad tid, inte noll.",
        en="The chosen devices. Unsettled: made, but neither stored, rejected nor lost; for how long the oldest has "
        "been missing. Unknown: of an old outbox that nobody can ask any more. Lost: the device itself said that it "
        "dropped them; that is missing time, not zero.",
    ),
    empty=Text(sv="Inget", en="None"),
)
OFFSETS: Final = PanelText(
    title=Text(sv="Klockornas avvikelse", en="Clock offsets"),
    about=Text(
        sv="Hur mycket varje räknares klocka går fel, åt endera hållet, enligt dess senaste läge. Räknare som inte "
        "vet sin tid saknas här: de väntar med att dela in i kvartar.",
        en="How far each device's clock is off, either way, by its last status. Devices that don't know their time "
        "are missing here: they wait with cutting records.",
    ),
    empty=Text(sv="Ingen känd", en="None known"),
)
OUTBOXES: Final = PanelText(
    title=Text(sv="Köer hos räknarna", en="Outboxes"),
    about=Text(
        sv="Poster som väntar på kvitto hos varje räknare, enligt dess senaste läge. Några få är på väg; en kö som "
        "växer betyder att inget kommer fram. En kö rymmer minst 30 dagar.",
        en="Records that wait for a receipt in each device, by its last status. A few are on their way; one that "
        "grows means that nothing arrives. An outbox holds 30 days at least.",
    ),
    empty=Text(sv="Ingen hörd", en="None heard"),
)
COVERAGE: Final = PanelText(
    title=Text(sv="Täckning per räknare", en="Coverage by device"),
    about=Text(
        sv="Den lägsta täckningen bland de linjer och zoner som räknaren hade i varje steg. Streckade linjer vid 50 "
        "% och 90 %.",
        en="The lowest coverage among the lines and zones that the device had in each step. Dashed lines at 50 % and "
        "90 %.",
    ),
    empty=Text(sv="Inget i bruk i intervallet", en="Nothing commissioned in the range"),
)
RECONCILIATION: Final = PanelText(
    title=Text(sv="Vad som blev av posterna", en="What became of the records"),
    about=Text(
        sv="För varje kö en räknare haft: gjorda = lagrade + avvisade + förlorade + ej avgjorda + okända. Se "
        "docs/delivery.md.",
        en="For each outbox a device has had: made = stored + rejected + lost + unsettled + unknown. See "
        "docs/delivery.md.",
    ),
    empty=Text(sv="-", en="-"),
)
UNPLACED: Final = PanelText(
    title=Text(sv="Summor utan tid", en="Totals without a time"),
    about=Text(
        sv="Vad räknare räknade innan de någonsin visste sin tid och sedan blev strömlösa. Visas, räknas aldrig med.",
        en="What devices counted before they ever knew their time, and then lost their power. Shown, never counted.",
    ),
    empty=Text(sv="-", en="-"),
)
REJECTS_OVER_TIME: Final = PanelText(
    title=Text(sv="Avvisade över tid", en="Rejects over time"),
    about=Text(
        sv="Meddelanden och poster som aldrig lagras, efter när de kom första gången, per felkod. Sådant som kommer "
        "från okända platser och räknare ingår.",
        en="Messages and records that are never stored, by when they came first, and by code. What comes from "
        "unknown sites and devices is included.",
    ),
    empty=Text(sv="Inga avvisade i intervallet", en="No rejects in the range"),
)
REJECTS: Final = PanelText(
    title=Text(sv="Avvisade", en="Rejects"),
    about=Text(
        sv="De senaste under intervallet, med skäl. Innehållet visas aldrig. Utfallet: vad som hände när någon "
        "försökte lagra posten ändå (platspuls rejects replay).",
        en="The newest during the range, with the reason. What was sent is never shown. Outcome: what came of trying "
        "to store it after all (platspuls rejects replay).",
    ),
    empty=Text(sv="-", en="-"),
)
HELD: Final = PanelText(
    title=Text(sv="Väntar på att orsaken åtgärdas", en="Held until its cause is mended"),
    about=Text(
        sv="Poster som inte är avgjorda: de kommer igen så snart orsaken är borta. Okända platser ingår.",
        en="Records that aren't settled: they come again as soon as the cause is gone. Unknown sites are included.",
    ),
    empty=Text(sv="-", en="-"),
)
CERTIFICATES: Final = PanelText(
    title=Text(sv="Certifikat", en="Certificates"),
    about=Text(
        sv="När installationens certifikat slutar gälla, enligt platspuls tls note. Tomt om det aldrig körts.",
        en="When the installation's certificates end, as platspuls tls note last saw it. Empty where that never ran.",
    ),
    empty=Text(sv="-", en="-"),
)
STORE: Final = PanelText(
    title=Text(sv="Databasens storlek", en="Size of the database"),
    about=Text(
        sv="Databasens storlek och den gräns som sattes med platspuls db limit. Diskens fria utrymme syns inte "
        "härifrån.",
        en="The size of the database and the limit set with platspuls db limit. The disk's free space can't be seen "
        "from here.",
    ),
    empty=Text(sv="Ingen gräns satt", en="No limit set"),
)

# Columns and series -------------------------------------------------------------------------------------------------
UNSETTLED: Final = Text(sv="Ej avgjorda", en="Unsettled")
WAITING: Final = Text(sv="Saknas sedan", en="Missing for")
UNKNOWN: Final = Text(sv="Okända", en="Unknown")
LOST: Final = Text(sv="Förlorade", en="Lost")
MADE: Final = Text(sv="Gjorda", en="Made")
STORED: Final = Text(sv="Lagrade", en="Stored")
REJECTED: Final = Text(sv="Avvisade", en="Rejected")
UNSETTLED_SINCE: Final = Text(sv="Ej avgjort sedan", en="Unsettled since")
EPOCH: Final = Text(sv="Kö", en="Epoch")
CURRENT: Final = Text(sv="aktuell", en="current")
DEAD: Final = Text(sv="ersatt", en="dead")
UNHEARD: Final = Text(sv="aldrig hörd", en="unheard")
HELD_FOR: Final = Text(sv="Väntar på", en="Held for")
LAST_RECORD: Final = Text(sv="Senaste posten kom", en="Last record came")
PLACE: Final = Text(sv="Linje eller zon", en="Line or zone")
CROSSINGS: Final = Text(sv="Passager", en="Crossings")
OBSERVED: Final = Text(sv="Observerat", en="Observed")
RECEIVED: Final = Text(sv="Kom", en="Received")
NUMBER: Final = Text(sv="Nummer", en="Number")
CODE: Final = Text(sv="Kod", en="Code")
OF_CODE: Final = Text(sv="${__field.labels.code}", en="${__field.labels.code}")
REASON: Final = Text(sv="Skäl", en="Reason")
FIELDS: Final = Text(sv="Fält", en="Fields")
OUTCOME: Final = Text(sv="Utfall", en="Outcome")
OUTCOME_STORED: Final = Text(sv="lagrad", en="stored")
OUTCOME_REPEAT: Final = Text(sv="fanns redan", en="repeat")
OUTCOME_REFUSED: Final = Text(sv="avvisad igen", en="refused")
OUTCOME_HELD: Final = Text(sv="väntar", en="held")
OUTCOME_NONE: Final = Text(sv="ej försökt", en="not tried")
DETAIL: Final = Text(sv="Närmare", en="Detail")
FIRST_AT: Final = Text(sv="Först", en="First")
PATH: Final = Text(sv="Fil", en="File")
NAMES: Final = Text(sv="För", en="For")
ENDS: Final = Text(sv="Slutar gälla", en="Ends")
DAYS_LEFT: Final = Text(sv="Dagar kvar", en="Days left")
NOTED: Final = Text(sv="Sågs för", en="Looked up")
BYTES: Final = Text(sv="Storlek", en="Size")
LIMIT: Final = Text(sv="Gräns", en="Limit")
OF_LIMIT: Final = Text(sv="Av gränsen", en="Of the limit")
