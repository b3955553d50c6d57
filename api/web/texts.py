"""What the pages say, in Swedish and English.

The words are those of the project's vocabulary: an entry is an "inpassage", never a person or a visitor.
"""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Texts:
    """Every text of the pages, in one language. Words in braces are filled in by name, here and in the browser."""

    # The frame of a page
    language_name: str
    locale: str
    skip_to_content: str
    languages: str
    theme_dark: str
    all_sites: str
    choose_site: str
    no_sites: str
    no_sites_help: str
    not_found: str
    not_found_help: str
    away: str
    away_help: str
    times_in: str
    without_script: str
    # The connection
    state_live: str
    state_connecting: str
    state_reconnecting: str
    state_static: str
    # Now
    number_now: str
    in_zones: str
    in_one_zone: str
    staying: str
    stays_over: str
    stays_over_mixed: str
    stay_help: str
    whole_space: str
    no_zone_in: str
    measured_ago: str
    last_at: str
    stale: str
    never_heard: str
    without_zones: str
    no_addable_zones: str
    total_withheld: str
    spoken: str
    # Today
    today: str
    entries_today: str
    entries: str
    coverage: str
    coverage_word: str
    estimate: str
    estimate_help: str
    unfinished: str
    entries_open: str
    not_observed: str
    not_observed_yet: str
    same_day_last_week: str
    week_before: str
    compared_only: str
    compared_more: str
    compared_fewer: str
    compared_same: str
    no_comparison: str
    by_hour: str
    by_quarter: str
    step: str
    chart_title: str
    chart_description: str
    show_table: str
    show_chart: str
    table_caption: str
    time: str
    note: str
    refreshed: str
    refresh_failed: str
    missing_lines: str
    # Flows
    flows: str
    direction: str
    to: str
    passages: str
    in_progress: str
    open_interval: str
    check_line: str
    no_lines: str
    line: str
    # Devices
    devices: str
    device: str
    state: str
    online: str
    offline: str
    unknown: str
    last_heard: str
    clock_offset: str
    clock_unknown: str
    outbox: str
    outbox_records: str
    frame_rate: str
    frames_per_second: str
    held: str
    conflicts: str
    rejects: str
    no_devices: str
    # What the numbers mean
    meaning: str
    meaning_entry: str
    meaning_now: str
    meaning_staying: str
    meaning_coverage: str
    meaning_passage: str
    privacy: str
    privacy_promise: str


SWEDISH: Final = Texts(
    language_name="Svenska",
    locale="sv-SE",
    skip_to_content="Hoppa till innehållet",
    languages="Språk",
    theme_dark="Mörkt utseende",
    all_sites="Alla platser",
    choose_site="Välj plats",
    no_sites="Ingen plats ännu",
    no_sites_help="Ingen plats är inlagd. En plats läggs in med en platsfil.",
    not_found="Sidan finns inte",
    not_found_help="Det finns ingen plats med nyckeln ”{site}”.",
    away="Siffrorna går inte att läsa just nu",
    away_help="Databasen svarar inte. Räknarna fortsätter att räkna; försök igen om en stund.",
    times_in="Alla tider är i {time_zone}.",
    without_script="Utan JavaScript uppdateras siffrorna bara när sidan laddas om.",
    state_live="Live",
    state_connecting="Ansluter",
    state_reconnecting="Återansluter",
    state_static="Uppdateras inte",
    number_now="Antal just nu",
    in_zones="i {count} zoner",
    in_one_zone="i en zon",
    staying="stannar",
    stays_over="stannar ≥ {seconds} s",
    stays_over_mixed="stannar (zonernas egna gränser)",
    stay_help="Besök som har pågått minst så länge.",
    whole_space="hela rummet",
    no_zone_in="Ingen zon mäts i: {spaces}.",
    measured_ago="för {seconds} s sedan",
    last_at="senast {time}",
    stale="inaktuellt",
    never_heard="inget mottaget",
    without_zones="utan {zones}",
    no_addable_zones="zonerna går inte att lägga ihop",
    total_withheld="ingen aktuell siffra",
    spoken="{count} just nu, {staying} stannar minst {seconds} sekunder.",
    today="I dag",
    entries_today="Inpassager i dag",
    entries="Inpassager",
    coverage="täckning {percent}",
    coverage_word="täckning",
    estimate="uppskattning",
    estimate_help="Täckningen är under 90 % för minst en linje: siffran är en uppskattning.",
    unfinished="pågår",
    entries_open="varav {count} i pågående intervall",
    not_observed="ingen mätning",
    not_observed_yet="Ingen mätning i dag ännu.",
    same_day_last_week="{weekday}en förra veckan",
    week_before="förra veckan {count}",
    compared_only="{count} {weekday}en förra veckan till {time}",
    compared_more="{percent} fler än {weekday}en förra veckan till {time} ({count})",
    compared_fewer="{percent} färre än {weekday}en förra veckan till {time} ({count})",
    compared_same="lika många som {weekday}en förra veckan till {time} ({count})",
    no_comparison="Ingen mätning samma tid förra veckan.",
    by_hour="Timme",
    by_quarter="Kvart",
    step="Indelning",
    chart_title="Inpassager {weekday} {date}",
    chart_description=(
        "Staplar visar inpassager i dag, linjen samma veckodag förra veckan. "
        "Streckade fält saknar mätning. Samma siffror finns i tabellen."
    ),
    show_table="Visa som tabell",
    show_chart="Visa som diagram",
    table_caption="Inpassager {weekday} {date} och samma veckodag förra veckan",
    time="Tid",
    note="Anmärkning",
    refreshed="hämtat {time}",
    refresh_failed="Kunde inte hämtas; senast {time}.",
    missing_lines="saknas: {lines}",
    flows="Passager vid gränserna",
    direction="Riktning",
    to="till",
    passages="Passager",
    in_progress="Pågår",
    open_interval="sedan {time}",
    check_line="kontrollinje, räknas inte in",
    no_lines="Platsen har inga linjer.",
    line="Linje",
    devices="Räknare",
    device="Räknare",
    state="Läge",
    online="ansluten",
    offline="inte ansluten",
    unknown="okänt",
    last_heard="Hördes senast",
    clock_offset="Klockans avvikelse",
    clock_unknown="klockan okänd",
    outbox="Väntar på att skickas",
    outbox_records="{count} poster",
    frame_rate="Bildtakt",
    frames_per_second="{rate} bilder/s",
    held="Hålls kvar i väntan på åtgärd",
    conflicts="Konflikter: samma tid rapporterad två gånger",
    rejects="Avvisade poster",
    no_devices="Platsen har inga räknare.",
    meaning="Vad betyder siffrorna?",
    meaning_entry=(
        "En gång över en linje in till platsen utifrån. Den som går ut och kommer tillbaka ger en inpassage till, "
        "så inpassager är inte antalet personer."
    ),
    meaning_now=(
        "Så många som räknarna ser i zonerna i detta ögonblick. Räknarna meddelar sig var femte sekund; "
        "en siffra äldre än 20 sekunder visas nedtonad med sitt klockslag."
    ),
    meaning_staying="Besök i en zon som har pågått minst så länge som gränsen bredvid siffran säger.",
    meaning_coverage=(
        "Hur stor del av tiden som linjerna verkligen var bevakade. Under 90 % är siffran en uppskattning, under "
        "50 % visas ingen siffra. Noll inpassager och ingen mätning är två olika saker."
    ),
    meaning_passage=(
        "En person som helt passerar en linje åt ett håll. Den som vänder på linjen räknas inte. "
        "”Pågår” visar det intervall som inte är färdigt; det finns med i dagens stora siffra men ännu inte i kurvan."
    ),
    privacy="Integritet",
    privacy_promise="Inga bilder, ansikten eller spår av enskilda lämnar räknaren: bara antal per tidsintervall.",
)

ENGLISH: Final = Texts(
    language_name="English",
    locale="en-GB",
    skip_to_content="Skip to the content",
    languages="Language",
    theme_dark="Dark appearance",
    all_sites="All sites",
    choose_site="Choose a site",
    no_sites="No site yet",
    no_sites_help="No site has been added. A site is added with a site file.",
    not_found="There is no such page",
    not_found_help="There is no site with the key “{site}”.",
    away="The numbers can't be read right now",
    away_help="The database does not answer. The counters go on counting; try again in a while.",
    times_in="All times are in {time_zone}.",
    without_script="Without JavaScript the numbers change only when the page is loaded again.",
    state_live="Live",
    state_connecting="Connecting",
    state_reconnecting="Reconnecting",
    state_static="Not updating",
    number_now="Number now",
    in_zones="in {count} zones",
    in_one_zone="in one zone",
    staying="staying",
    stays_over="staying ≥ {seconds} s",
    stays_over_mixed="staying (each zone's own threshold)",
    stay_help="Visits that have lasted at least so long.",
    whole_space="the whole space",
    no_zone_in="No zone is measured in: {spaces}.",
    measured_ago="{seconds} s ago",
    last_at="last {time}",
    stale="out of date",
    never_heard="nothing received",
    without_zones="without {zones}",
    no_addable_zones="the zones can't be added up",
    total_withheld="no current number",
    spoken="{count} now, {staying} staying at least {seconds} seconds.",
    today="Today",
    entries_today="Entries today",
    entries="Entries",
    coverage="coverage {percent}",
    coverage_word="coverage",
    estimate="estimate",
    estimate_help="Coverage is below 90% for at least one line: the number is an estimate.",
    unfinished="in progress",
    entries_open="of which {count} in an open interval",
    not_observed="not observed",
    not_observed_yet="Nothing observed today yet.",
    same_day_last_week="{weekday} last week",
    week_before="last week {count}",
    compared_only="{count} on {weekday} last week until {time}",
    compared_more="{percent} more than {weekday} last week until {time} ({count})",
    compared_fewer="{percent} fewer than {weekday} last week until {time} ({count})",
    compared_same="as many as {weekday} last week until {time} ({count})",
    no_comparison="Nothing observed at the same time last week.",
    by_hour="Hour",
    by_quarter="Quarter",
    step="Step",
    chart_title="Entries {weekday} {date}",
    chart_description=(
        "Bars show entries today, the line the same weekday last week. "
        "Hatched fields were not observed. The table has the same numbers."
    ),
    show_table="Show as a table",
    show_chart="Show as a chart",
    table_caption="Entries {weekday} {date} and the same weekday last week",
    time="Time",
    note="Note",
    refreshed="fetched {time}",
    refresh_failed="Could not be fetched; last {time}.",
    missing_lines="missing: {lines}",
    flows="Crossings at the borders",
    direction="Direction",
    to="to",
    passages="Crossings",
    in_progress="In progress",
    open_interval="since {time}",
    check_line="check line, not counted in",
    no_lines="The site has no lines.",
    line="Line",
    devices="Devices",
    device="Device",
    state="State",
    online="online",
    offline="offline",
    unknown="unknown",
    last_heard="Last heard",
    clock_offset="Clock offset",
    clock_unknown="clock unknown",
    outbox="Waiting to be sent",
    outbox_records="{count} records",
    frame_rate="Frame rate",
    frames_per_second="{rate} frames/s",
    held="Held until something is mended",
    conflicts="Conflicts: the same time told twice",
    rejects="Rejected records",
    no_devices="The site has no devices.",
    meaning="What do the numbers mean?",
    meaning_entry=(
        "A crossing of a line into the site from outside. Whoever leaves and comes back makes one more entry, "
        "so entries are not the number of persons."
    ),
    meaning_now=(
        "As many as the devices see in the zones at this moment. Devices report every five seconds; "
        "a number older than 20 seconds is greyed and shows its time."
    ),
    meaning_staying="Visits to a zone that have lasted at least as long as the threshold beside the number says.",
    meaning_coverage=(
        "How much of the time the lines were really watched. Below 90% the number is an estimate, below 50% no "
        "number is shown. No entries and no observation are two different things."
    ),
    meaning_passage=(
        "One person passing a line completely, in one direction. Whoever turns back on the line is not counted. "
        "“In progress” is the interval that is not finished; it is in today's large number, but not yet in the curve."
    ),
    privacy="Privacy",
    privacy_promise="No picture, face or trace of anyone leaves the device: only counts per interval of time.",
)
