"""One conversation within one turn: the question on the patient's screen, how it is drawn, answered, closed and followed."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bot.buttons import carry
from bot.flows import FLOWS
from bot.flows.engine import Ask, Flow, worded
from bot.flows.kinds import Answer, Here, Kind
from care import conversations, measuring, question_pages, readings
from care.conversations import Conversation
from care.heart.language import Lines, Text, _, in_language
from care.heart.screen import Button, Screen
from care.heart.time import local
from care.heart.turn import Turn
from care.patients import Patient
from care.readings.limits import limits
from care.readings.outcome import NEITHER

Option = tuple[Text, str]
PAUSED = _("Paused. Your answers are kept. You can go on within a day.")
SKIPPED = Answer(None, _("Skipped"))


@dataclass
class Asking:
    """What is asked of a patient now. `answers` are those that stand, in the order they were given."""

    turn: Turn
    patient: Patient
    conversation: Conversation
    flow: Flow
    answers: dict[str, Any]

    @classmethod
    def of(cls, turn: Turn, patient: Patient, conversation: Conversation | None) -> "Asking | None":
        """None if there is no conversation, or its flow is no longer ours."""
        flow = FLOWS.get(conversation.flow) if conversation else None
        if conversation is None or flow is None:
            return None
        return cls(turn, patient, conversation, flow, conversations.answers_of(turn, conversation))

    @property
    def question(self) -> Ask | None:
        """The question on screen; None if the flow has none of that name any more, or it does not apply any more."""
        question = self.flow.question(self.conversation.asked)
        return question if question and question.applies(self.flow.meant(self.answers)) else None

    @property
    def amending(self) -> bool:
        """Whether an answer that stands is being changed."""
        return self.conversation.asked in self.answers

    @property
    def elsewhere(self) -> bool:
        """Whether this is asked on a page of our own, and we are in the chat."""
        return self.flow.about_health and question_pages.instead_of_chat(self.turn)

    def here(self, kind: Kind) -> Here:
        """What an answer of this kind may depend on."""
        today = local(self.turn.now, self.patient.time_zone).date()
        if kind.reading is None:
            return Here(self.patient.language, today)
        unit = measuring.unit_of(self.turn, self.patient.id, kind.reading) if has_units(kind) else None
        jumps = kind.reading != "blood_pressure" and limits(kind.reading).jump is not None and not self.amending
        last = measuring.last(self.turn, self.patient.id, kind.reading) if jumps else None
        return Here(self.patient.language, today, unit, last)

    # Drawing

    def asked(self, question: Ask) -> Text:
        """The question with its number, as it stands in the chat."""
        if question.key in self.answers:
            return Lines((_("Changing your answer"), question.text), "\n")
        number, of = self.flow.progress(self.answers, question)
        return Lines((_("{number} of {total}", number=number, total=of), question.text), "\n")

    def drawn(
        self, question: Ask, above: Sequence[Text] = (), edits: int | None = None, ticks: int = 0,
        options: Sequence[Option] | None = None,
    ) -> Screen:
        """The question to be answered. With `options` only these are offered for tapping: what unclear words may have meant."""
        here = self.conversation.id, question.key
        offered = question.kind.buttons(self.here_to_draw(), ticks) if options is None else [[option] for option in options]
        rows = [tuple(Button(label, carry("say", *here, data)) for label, data in row) for row in offered]
        if options is not None:
            rows.append((Button(NEITHER, carry("repeat", *here)),))
        listed = question.kind.guide() if self.turn.page else question.kind.listed()
        asked = Lines((self.asked(question), listed), "\n")
        return Screen(Lines((*above, asked)), (*rows, self.ways_out(question)), edits=edits,
                      placeholder=question.kind.placeholder)

    def here_to_draw(self) -> Here:
        return Here(self.patient.language, local(self.turn.now, self.patient.time_zone).date())

    def ways_out(self, question: Ask) -> tuple[Button, ...]:
        here = self.conversation.id, question.key
        if question.key in self.answers:
            return (Button(_("Keep my answer"), carry("go", self.conversation.id, self.patient.id)),)
        ways = [Button(_("Pause"), carry("pause", *here))]
        if question.optional:
            ways.insert(0, Button(_("Skip"), carry("skip", *here)))
        if self.answers:
            ways.insert(0, Button(_("Back"), carry("back", *here)))
        return tuple(ways)

    # Asking

    def ask(self, question: Ask, above: Sequence[Text] = (), edits: int | None = None) -> None:
        if self.elsewhere:
            shown = question_pages.send(self.turn, self.patient, self.conversation.id, edits)
        else:
            shown = self.turn.tell(self.patient, self.drawn(question, above, edits), topic="question")
        conversations.shows(self.turn, self.conversation, question.key, shown)

    def ask_next(self, edits: int | None = None, above: Sequence[Text] = ()) -> None:
        """Ask the next question, or close when there is none."""
        question = self.flow.next_question(self.answers)
        said = [*above, *self.flow.said(self.answers, question)]
        if question:
            self.ask(question, said, edits)
            return
        if self.conversation.finished_at:
            closing: Text = _("I have changed it. Your care team sees your new answer.")
        else:
            closing = Lines((*said, worded(self.flow.closing, self.flow.meant(self.answers))))
        if edits or not self.turn.warned:  # a farewell below a card for someone in danger would take it back
            self.turn.tell(self.patient, Screen(closing, edits=edits))
        conversations.end(self.turn, self.conversation, "finished")

    def close(self, words: Text = "", change: bool = False) -> None:
        """The question stays to be read, with the answer beneath it; its buttons go. `change` leaves one that changes it."""
        question = self.question
        if self.conversation.screen is None or (self.elsewhere and question_pages.has_link(self.turn, self.conversation.id)):
            return  # the chat has no question to close
        if self.conversation.paused_at:
            self.turn.tell(self.patient, Screen(PAUSED, closes=self.conversation.screen), topic="question")
            return
        if question is None:
            return
        ways = ((Button(_("Change"), carry("change", self.conversation.id, question.key)),),) if change else ()
        text = Lines((self.asked(question), Lines(("✓", words), " ")), "\n") if words else self.asked(question)
        self.turn.tell(self.patient, Screen(text, ways, closes=self.conversation.screen), topic="question")

    # Answering

    def answered(self, question: Ask, answer: Answer, words: str, message_id: int | None = None) -> None:
        """Keep the answer and go on: in the place of the message that was tapped, or below what was typed."""
        understood = answer.shown or words[:200]
        told, echoes = self.turn.told, question.kind.echoes and answer.value is not None
        in_place = message_id is not None and not echoes
        if not in_place:
            self.close(understood, change=echoes)
        self.keep(question, answer, words, chosen=message_id is not None)
        if in_place and self.turn.told and not told and self.flow.next_question({**self.answers, question.key: answer.value}):
            # The answer called for words of its own: what is asked next must stand below them. A farewell must not.
            self.close(understood)
            in_place = False
        self.answers[question.key] = answer.value
        self.ask_next(edits=message_id if in_place else None)

    def keep(self, question: Ask, answer: Answer, words: str, chosen: bool) -> None:
        """Save the answer; if it was given before, in the place of that one."""
        kind, amended = question.kind, question.key in self.answers
        if amended:
            self.replaces(question)
        conversations.save_answer(
            self.turn, self.conversation, question.key, in_language(question.text, self.patient.language), answer.value, words,
            kind=kind.reading, unit=answer.unit, shown=in_language(answer.shown, "en") if kind.reading else "", amended=amended)
        if answer.unit and has_units(kind):
            own = measuring.unit_of(self.turn, self.patient.id, str(kind.reading))
            if own is None or (chosen and own != answer.unit):
                measuring.measures_in(self.turn, self.patient.id, str(kind.reading), answer.unit)

    def replaces(self, question: Ask) -> None:
        """The answer that stands is superseded. Where it was read back to the patient, that is marked."""
        old = conversations.standing(self.turn, self.conversation, question.key)
        conversations.take_back(self.turn, self.conversation, question.key)
        if old is not None and old.asked_by and question.kind.echoes and old.value is not None:
            text = Lines((question.text, _("Changed. It was: {answer}", answer=old.words[:200])), "\n")
            self.turn.tell(self.patient, Screen(text, closes=old.asked_by), topic="question")


def has_units(kind: Kind) -> bool:
    """Whether patients measure this in more than one unit."""
    return kind.reading is not None and len(readings.units_of(kind.reading)) > 1
