"""Asks the questions of a new device file, one after another, and says what to do with the file."""

import shlex
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from core.texts.catalog import Domain, Language, catalog, noop
from platspuls.setup.config_pair import DOORWAYS
from platspuls.setup.new_device.answers import Answers, WrongAnswerError, shown
from platspuls.setup.new_device.document import NewDevice
from platspuls.setup.new_device.folder_defaults import FolderDefaults
from platspuls.setup.new_device.questions import QUESTIONS, DeviceQuestion


class MissingAnswerError(Exception):
    """Nothing may be asked, and a question has neither an answer nor a default."""


@dataclass(frozen=True, slots=True)
class Interview:
    """Who is asked, and what is known already.

    Attributes:
        language: of the questions.
        around: gives the defaults.
        given: answers by options, by the names of the questions.
        ask: asks a question with its default and returns the answer; None where nothing may be asked.
        complain: takes a sentence about an answer that can't be used.
    """

    language: Language
    around: FolderDefaults
    given: Mapping[str, str]
    ask: Callable[[str, str | None], str] | None
    complain: Callable[[str], object]

    def answers(self) -> Answers:
        """Return all answers. Raises MissingAnswerError, and WrongAnswerError of an option."""
        said: Answers = {}
        for question in QUESTIONS:
            if question.asked(said):
                said[question.name] = self._answer(question, said)
        if unused := sorted(set(self.given) - set(said)):
            text = self._said(noop("--{name} is of no use with what else was answered"))
            raise MissingAnswerError("\n".join(text.format(name=name) for name in unused))
        return said

    def _answer(self, question: DeviceQuestion, said: Answers) -> object:
        if question.name in self.given:
            try:
                return question.read(self.given[question.name])
            except WrongAnswerError as error:
                raise WrongAnswerError("--{name}: {why}", name=question.name, why=self._why(error)) from error
        default = question.default(said, self.around)
        if self.ask is not None:
            return self._asked(question, None if default is None else shown(default))
        if default is None:
            text = self._said(noop("--{name} is missing: {question}"))
            raise MissingAnswerError(text.format(name=question.name, question=self._said(question.text)))
        return default

    def _asked(self, question: DeviceQuestion, default: str | None) -> object:
        assert self.ask is not None  # noqa: S101 - by whom it is called
        while True:
            try:
                return question.read(self.ask(self._said(question.text), default))
            except WrongAnswerError as error:
                self.complain(self._why(error))

    def _why(self, error: WrongAnswerError) -> str:
        return self._said(error.sentence).format(**error.values)

    def _said(self, text: str) -> str:
        return catalog(Domain.SETUP, self.language).gettext(text)


def next_steps(language: Language, device: NewDevice, around: FolderDefaults) -> list[str]:
    """Return what was written, and what to do now, a line each."""
    _ = catalog(Domain.SETUP, language).gettext
    draw, count = _("- draw lines and zones, and measure: {command}"), _("- count: {command}")
    if device.kind in DOORWAYS:
        draw = _("- see which way through the doorway is forward: {command}")
    if device.kind == "clip":
        count = _("- count it, and see where people went: {command}")
    steps = [
        (_("- check it: {command}"), "check", ""),
        (draw, "setup", ""),
        (_("- look whether it can count so: {command}"), "doctor", ""),
        (count, "run", " --picture tracks.png" if device.kind == "clip" else ""),
    ]
    site = [] if around.site_file else [_("- put the site file beside it, with this device in it (docs/site-file.md)")]
    path = shlex.quote(str(device.path))
    return [
        _("{path} is written. Now:").format(path=device.path),
        *site,
        *(text.format(command=f"platspuls counter {name} {path}{more}") for text, name, more in steps),
    ]
