"""What the pages of help say: one topic for each page, one sheet for each thing that people do by the wall."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from core.texts.catalog import noop as _


@dataclass(frozen=True, slots=True)
class Point:
    """A question as people ask it, and its answer."""

    question: str
    answer: str


@dataclass(frozen=True, slots=True)
class HelpTopic:
    """The help of one page: what it is for, and answers. All of it fits on a screen or two of a phone."""

    title: str
    lead: str
    points: tuple[Point, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet for the wall: steps that are done in their order, and a last word."""

    title: str
    steps: tuple[str, ...]
    note: str


TOPICS: Final[Mapping[str, HelpTopic]] = {
    "today": HelpTopic(
        _("Help: Today"),
        _("The page for the day's work: what is planned, what goes on, and what is still missing."),
        (
            Point(
                _("How do I log an activity?"),
                _(
                    "Press Start when it begins and End when it is over. "
                    "Then say how many took part. The total is enough."
                ),
            ),
            Point(
                _("It wasn't planned?"),
                _("Press Start something new, choose what it is, and start it. A name is good, but not needed."),
            ),
            Point(
                _("Nobody counted?"),
                _("Press Not now. The page reminds you under Missing, also tomorrow. Don't guess without saying so."),
            ),
            Point(
                _("Who is working?"),
                _("One tap when staff come in, one when they go. Only the role and how many: never names."),
            ),
            Point(
                _("Something happened?"),
                _("Incident is for disturbances and damage, A note for all else that others should know. No names."),
            ),
        ),
    ),
    "close": HelpTopic(
        _("Help: Close the day"),
        _("Some questions at the end of the day. They take less than a minute, and make the day's numbers usable."),
        (
            Point(
                _("Why is it asked whether we were open as planned?"),
                _("Nobody can come to a closed place. Without the answer an empty evening looks like a quiet one."),
            ),
            Point(
                _("What if nothing happened?"),
                _("Answer None. That nothing happened is worth knowing, too: no answer is not the same."),
            ),
            Point(
                _("I forgot yesterday."),
                _(
                    "Open the day from the list and close it now. "
                    "It counts as much, and is marked as entered afterwards."
                ),
            ),
        ),
    ),
    "plan": HelpTopic(
        _("Help: Plan"),
        _("The week's activities, so that nobody has to write them when they begin."),
        (
            Point(
                _("The same every week?"),
                _(
                    "Add it once and let it repeat until a date, or keep the week as a template and apply it to a "
                    "season."
                ),
            ),
            Point(
                _("Do you have a calendar elsewhere?"),
                _(
                    "Take in its .ics file. You see what comes before anything is saved. "
                    "The same file again makes nothing twice."
                ),
            ),
            Point(
                _("An activity is cancelled?"), _("Cancel it instead of taking it away: then the plan can be compared.")
            ),
        ),
    ),
    "log": HelpTopic(
        _("Help: What was entered"),
        _("Everything that people wrote, day by day. All of it can be corrected, and nothing disappears."),
        (
            Point(
                _("Something is wrong?"),
                _("Press Correct. How it was before stays in the history, with when it was changed."),
            ),
            Point(
                _("Entered twice?"),
                _("Take one away, and say why. It no longer counts, and stays in the history."),
            ),
            Point(
                _("Two changed the same thing?"),
                _("Then both are shown, and a person chooses. The clock of a phone never decides."),
            ),
        ),
    ),
    "now": HelpTopic(
        _("Help: Now"),
        _("How many are here at this moment, where they move, and how today goes beside a usual day."),
        (
            Point(
                _("Why is a number grey?"),
                _(
                    "It is older than twenty seconds, or the counter's clock is wrong. "
                    "The time beside it says from when it is."
                ),
            ),
            Point(
                _("What does the percentage mean?"),
                _("How much of the time the counters could see. Below 90% the number is an estimate."),
            ),
            Point(
                _("Why do entries and people differ?"),
                _("Whoever goes out and comes back is counted again. Entries are not the number of persons."),
            ),
            Point(
                _("A counter is silent?"),
                _(
                    "Look whether it has power and network. It keeps its numbers and sends them afterwards. "
                    "The sheet for the wall says what to do."
                ),
            ),
        ),
    ),
    "count": HelpTopic(
        _("Help: Count"),
        _(
            "Counting by hand tells what a counter can't: who is there, and what they do. "
            "It also shows how well a counter counts."
        ),
        (
            Point(
                _("How many are here?"),
                _(
                    "Choose the room and look once over all of it. Tap each person in, by sight. "
                    "Use unknown whenever you are unsure."
                ),
            ),
            Point(
                _("Who passes?"),
                _(
                    "Stand so that you see the whole line, and count for ten whole minutes. "
                    "Who turns back is not counted."
                ),
            ),
            Point(
                _("Why does the page choose the times?"),
                _(
                    "If we counted when it suits us, the numbers would show when we like to count. "
                    "Drawn times show the place."
                ),
            ),
            Point(
                _("Are you two?"),
                _("One shows the code, the other enters it. Count one direction or one part each: the page adds them."),
            ),
            Point(
                _("On paper?"),
                _("Print the form. Enter it afterwards with the time when you counted: it is marked as from paper."),
            ),
        ),
    ),
    "history": HelpTopic(
        _("Help: History"),
        _("Any day, week or month, with what went on and how much was watched."),
        (
            Point(
                _("What are the hatched parts?"),
                _("Times that no counter saw. They are not zero: nobody knows how many came."),
            ),
            Point(
                _("Does the difference mean that something worked?"),
                _(
                    "No. Days differ by weather, holidays and chance. "
                    "An evaluation compares long times by rules that were set before."
                ),
            ),
            Point(_("Can I have the numbers?"), _("Each picture has a table behind it, and links to files below it.")),
        ),
    ),
    "overview": HelpTopic(
        _("Help: Overview"),
        _("All your places, one line each. Those that need a person stand first."),
        (
            Point(
                _("What needs a person?"),
                _("Counters that are silent, odd numbers without an answer, days nobody closed."),
            ),
            Point(
                _("Why do I see more of one place than of another?"),
                _("Your login has a role at each place. You see there what that role may see."),
            ),
        ),
    ),
    "admin": HelpTopic(
        _("Help: Admin"),
        _("Who may log in, how the counters are, and how a new place begins."),
        (
            Point(
                _("How does somebody get in?"),
                _(
                    "Invite them. They open the link or read the QR code on their own phone. "
                    "It is good once, and only for a while."
                ),
            ),
            Point(_("A phone is lost?"), _("End its login. It opens nothing more after a few seconds.")),
            Point(
                _("A new place?"),
                _(
                    "Fill in the form and download the file. "
                    "Whoever runs the server applies it: the page itself may not."
                ),
            ),
        ),
    ),
    "outbox": HelpTopic(
        _("Help: What waits to be sent"),
        _("What you enter is kept on this phone until the server has it, also without a network."),
        (
            Point(
                _("Can I close the page?"),
                _("Yes. What waits is sent the next time the page is open and has a network."),
            ),
            Point(
                _("I am logged out?"),
                _("What waits stays here, locked, and is sent when you log in again. Others can't read it."),
            ),
            Point(
                _("It was refused?"),
                _(
                    "The list says why. Change it and send it again, or discard it yourself. "
                    "Nothing is thrown away unasked."
                ),
            ),
        ),
    ),
}
"""By the last part of their addresses, in the order of the list of all."""

SHEETS: Final[Mapping[str, Sheet]] = {
    "activity": Sheet(
        _("How to log an activity"),
        (
            _("Open the page Today on the phone."),
            _("Press Start when the activity begins."),
            _("Press End when it is over."),
            _("Say how many took part. The total is enough."),
            _("At the end of the day: press Close the day, and answer its questions."),
        ),
        _("No network? Go on as usual. The phone sends everything later by itself."),
    ),
    "count": Sheet(
        _("How to count"),
        (
            _("Open the page Count on the phone."),
            _("Choose the round that is due, or count who is here now."),
            _("Stand where you see everything, and where you are in nobody's way."),
            _("Tap once for each person. Unsure? Use unknown. Wrong? Press Undo."),
            _("Look it through, and press Save."),
        ),
        _("Count everybody that you see, also those you know. Never write names."),
    ),
    "silent": Sheet(
        _("If a counter goes silent"),
        (
            _("Look at the page Now: which counter is it, and since when?"),
            _("Does it have power? Is the lamp on?"),
            _("Is its network on? Do the other counters work?"),
            _("Is anything in front of its eye? Take it away, and move nothing else."),
            _("Take out the plug, wait ten seconds, put it back, and wait three minutes."),
            _("Still silent? Write a note on the page Today, and call whoever runs the counters."),
        ),
        _("Nothing is lost while it only lacks a network: it keeps its numbers and sends them afterwards."),
    ),
}
"""By the last part of their addresses."""
