"""What the page for counting by hand says, in Swedish and English."""

from dataclasses import dataclass
from typing import Final

from api.web.i18n import Language


@dataclass(frozen=True, slots=True)
class CountTexts:
    """Texts in one language. Words in braces are filled in by name, in the browser."""

    title: str
    lead: str
    no_lines: str
    line: str
    counted_by: str
    counted_by_help: str
    begin: str
    towards: str
    undo: str
    finish: str
    counting: str
    begins_in: str
    minutes: str
    finished: str
    minute_dropped: str
    too_short: str
    by_hand: str
    note: str
    note_help: str
    send: str
    sending: str
    discard: str
    sure: str
    sent: str
    told: str
    again: str
    offline: str
    refused: str
    kept: str
    keys: str
    no_storage: str
    another_page: str
    without_script: str
    back: str


SWEDISH: Final = CountTexts(
    title="Räkna för hand",
    lead="Räkna bredvid räknaren i 30 till 60 minuter. Den som vänder räknas inte. Minst sex pass ger en korrigering.",
    no_lines="Platsen har inga linjer att räkna vid.",
    line="Linje",
    counted_by="Vem räknar",
    counted_by_help="Roll eller initialer, inget namn.",
    begin="Börja vid nästa hela minut",
    towards="Till {place}",
    undo="Ångra",
    finish="Avsluta",
    counting="Räknar",
    begins_in="Börjar om {seconds} s",
    minutes="{minutes} hela minuter",
    finished="Klart: {minutes} minuter från {from}",
    minute_dropped="Den påbörjade minuten räknas inte med, för räknaren berättar minut för minut.",
    too_short="Ett pass kan avslutas efter 5 hela minuter; räkna gärna 30 till 60.",
    by_hand="För hand",
    note="Anteckning",
    note_help="Till exempel väder. Inga namn.",
    send="Skicka",
    sending="Skickar",
    discard="Kasta",
    sure="Kasta passet? Tryck en gång till.",
    sent="Sparat som pass {number}.",
    told="Räknaren sade {counts} för samma tid.",
    again="Räkna ett pass till",
    offline="Ingen kontakt. Passet ligger kvar i telefonen: skicka senare.",
    refused="Det gick inte att spara: {why}. Har räknarens uppgifter inte kommit än går det om några minuter.",
    kept="Passet ligger kvar i den här webbläsaren tills det har sparats, även om sidan stängs.",
    keys="Med tangentbord: 1 och 2 räknar, backsteg ångrar.",
    no_storage="Webbläsaren får inte spara. Stäng inte sidan innan passet har skickats.",
    another_page="Passet räknas på en annan flik. Ladda om den här sidan för att fortsätta här.",
    without_script="För att räkna behöver sidan JavaScript. En CSV-fil går också.",
    back="Till livesidan",
)
ENGLISH: Final = CountTexts(
    title="Count by hand",
    lead="Count beside the counter for 30 to 60 minutes. Who turns back is none. Six sessions give a correction.",
    no_lines="The site has no lines to count at.",
    line="Line",
    counted_by="Who counts",
    counted_by_help="A role or initials, no name.",
    begin="Begin at the next whole minute",
    towards="To {place}",
    undo="Undo",
    finish="Finish",
    counting="Counting",
    begins_in="Begins in {seconds} s",
    minutes="{minutes} whole minutes",
    finished="Done: {minutes} minutes from {from}",
    minute_dropped="The minute under way is left out, since the counter tells minute by minute.",
    too_short="A session can be finished after 5 whole minutes; better count 30 to 60.",
    by_hand="By hand",
    note="Note",
    note_help="The weather, for instance. No names.",
    send="Send",
    sending="Sending",
    discard="Discard",
    sure="Discard the session? Press once more.",
    sent="Kept as session {number}.",
    told="The counter told {counts} for the same time.",
    again="Count another session",
    offline="No connection. The session stays on the phone: send it later.",
    refused="It could not be kept: {why}. If the counter's records have not arrived yet, try again in some minutes.",
    kept="The session stays in this browser until it is kept, also when the page is closed.",
    keys="With a keyboard: 1 and 2 count, backspace undoes.",
    no_storage="The browser may not keep anything. Don't close the page before the session is sent.",
    another_page="The session is counted in another tab. Load this page again to go on here.",
    without_script="To count, the page needs JavaScript. A CSV file works too.",
    back="To the live page",
)


def count_texts(language: Language) -> CountTexts:
    """Return the texts in the language."""
    return SWEDISH if language is Language.SV else ENGLISH
