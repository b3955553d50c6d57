"""What the pages say about logging in and out, in Swedish and English."""

from dataclasses import dataclass
from typing import Final

from api.web.i18n import Language


@dataclass(frozen=True, slots=True)
class AccessTexts:
    """Texts in one language. Words in braces are filled in by name."""

    logged_in_as: str
    log_out: str
    logged_out: str
    logged_out_help: str
    log_in: str
    log_in_help: str
    code: str
    code_help: str
    wrong_code: str
    wrong_code_help: str
    not_known: str
    not_known_help: str
    have_code: str
    try_again: str
    not_allowed: str
    not_allowed_help: str
    elsewhere: str
    elsewhere_help: str
    too_often: str
    too_often_help: str
    public: str
    staff: str
    evaluator: str
    funder: str
    admin: str


SWEDISH: Final = AccessTexts(
    logged_in_as="Inloggad: {name} ({role})",
    log_out="Logga ut",
    logged_out="Du är utloggad",
    logged_out_help="Ingen kan fortsätta med din inloggning. För att logga in igen behöver du en ny länk eller QR-kod.",
    log_in="Logga in",
    log_in_help="Tryck på knappen för att logga in på den här enheten. Koden gäller en gång och bara några minuter.",
    code="Kod",
    code_help="Tjugo bokstäver och siffror, som K7QM-2T9W-…",
    wrong_code="Koden gäller inte",
    wrong_code_help=(
        "Den är felskriven, redan använd eller för gammal. Be om en ny: en kod gäller en gång och några minuter."
    ),
    not_known="Du behöver logga in",
    not_known_help=(
        "Sidan visas bara för den som är inloggad, och din inloggning saknas eller har gått ut. Be den som sköter "
        "Platspuls här om en länk eller en QR-kod, och öppna den på den här enheten."
    ),
    have_code="Jag har en kod",
    try_again="Försök igen",
    not_allowed="Din inloggning räcker inte hit",
    not_allowed_help=(
        "Du är inloggad, men inte för den här platsen eller sidan. Behöver du den, be den som sköter Platspuls här."
    ),
    elsewhere="Det gick inte att skicka",
    elsewhere_help=(
        "Den kom från en annan webbplats eller över en anslutning som inte är skyddad. Öppna den här sidan på nytt."
    ),
    too_often="För många försök",
    too_often_help="Vänta en stund och försök igen.",
    public="allmänhet",
    staff="personal",
    evaluator="utvärderare",
    funder="finansiär",
    admin="ansvarig",
)

ENGLISH: Final = AccessTexts(
    logged_in_as="Logged in: {name} ({role})",
    log_out="Log out",
    logged_out="You are logged out",
    logged_out_help="Nobody can go on with your log-in. To log in again you need a new link or QR code.",
    log_in="Log in",
    log_in_help="Press the button to log in on this device. The code is good once, and for some minutes only.",
    code="Code",
    code_help="Twenty letters and digits, such as K7QM-2T9W-…",
    wrong_code="The code isn't good",
    wrong_code_help=(
        "It is misspelt, was used already, or is too old. Ask for another: a code is good once, for some minutes."
    ),
    not_known="You need to log in",
    not_known_help=(
        "This page is for those who are logged in, and your log-in is missing or has expired. Ask whoever runs "
        "Platspuls here for a link or a QR code, and open it on this device."
    ),
    have_code="I have a code",
    try_again="Try again",
    not_allowed="Your log-in doesn't reach this",
    not_allowed_help=(
        "You are logged in, but not for this place or page. If you need it, ask whoever runs Platspuls here."
    ),
    elsewhere="It couldn't be sent",
    elsewhere_help="It came from another web site, or over a connection that isn't safe. Open this page anew.",
    too_often="Too many attempts",
    too_often_help="Wait a while and try again.",
    public="public",
    staff="staff",
    evaluator="evaluator",
    funder="funder",
    admin="administrator",
)


def access_texts(language: Language) -> AccessTexts:
    """Return the texts in the language."""
    return {Language.SV: SWEDISH, Language.EN: ENGLISH}[language]
