"""Conversations as data: words and rules only.

A flow is a list of questions, and of things to say between them. How far a conversation has got is the answers given so far:
the next question is the first that applies and is unanswered. So a restart, a second worker, or a question added while a
patient is half-way needs no special care: there is no position to lose.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, TypeAlias

from bot.flows.kinds import Kind
from care.conditions import meets
from care.heart.language import Msg, Text

Answers = Mapping[str, Any]
# Which answers must have been given: {"fever": "yes", "pain": AtLeast(5)}; or a function of them. If that looks for answers
# which are not there yet, it does not apply. Its docstring is how it is listed.
When: TypeAlias = Mapping[str, object] | Callable[[Answers], bool]
Words: TypeAlias = Text | Callable[[Answers], Text]  # said as they are, or made from the answers
ALWAYS: Mapping[str, object] = {}


def holds(when: When, answers: Answers) -> bool:
    if not callable(when):
        return all(key in answers and meets(answers[key], wanted) for key, wanted in when.items())
    try:
        return bool(when(answers))
    except KeyError:
        return False


def worded(words: Words, answers: Answers) -> Text:
    return words(answers) if callable(words) else words


@dataclass(frozen=True)
class Ask:
    """A question. `when` says whether it is asked; `optional`, whether it may be skipped: the answer is None then."""

    key: str
    text: Text
    kind: Kind
    when: When = field(default_factory=dict)
    optional: bool = False

    def applies(self, answers: Answers) -> bool:
        return holds(self.when, answers)


@dataclass(frozen=True)
class Say:
    """Words that stand above the next question; after the last one, above the closing."""

    text: Words
    when: When = field(default_factory=dict)

    def applies(self, answers: Answers) -> bool:
        return holds(self.when, answers)


Item: TypeAlias = Ask | Say


def repeat(ask: Ask, times: int, again: object, text: Text | None = None) -> tuple[Ask, ...]:
    """The same question up to `times` times, each time only if the answer before meets `again`; then perhaps in other words.
    The keys are bp, bp_2, bp_3."""
    asked = [ask]
    for number in range(2, times + 1):
        before = asked[-1].key
        asked.append(replace(ask, key=f"{ask.key}_{number}", text=text or ask.text, when={before: again}))
    return tuple(asked)


@dataclass(frozen=True)
class Flow:
    """`command` is what the patient sends to begin, without the slash; without one it is begun by a button or by the clock.
    `about` is its line in the menu of commands."""

    name: str
    version: int
    command: str
    about: Msg
    opening: Words
    items: tuple[Item, ...]
    closing: Words
    about_health: bool = True  # what is asked where the clinic keeps out of Telegram what it says of health

    @cached_property
    def questions(self) -> tuple[Ask, ...]:
        return tuple(item for item in self.items if isinstance(item, Ask))

    def question(self, key: str | None) -> Ask | None:
        return next((question for question in self.questions if question.key == key), None)

    def meant(self, answers: Answers) -> dict[str, Any]:
        """The answers that count, in the flow's order: those of a branch that the patient has since left do not."""
        counting: dict[str, Any] = {}
        for question in self.questions:
            if question.key in answers and question.applies(counting):
                counting[question.key] = answers[question.key]
        return counting

    def next_question(self, answers: Answers) -> Ask | None:
        counting: dict[str, Any] = {}
        for question in self.questions:
            if question.applies(counting):
                if question.key not in answers:
                    return question
                counting[question.key] = answers[question.key]
        return None

    def before(self, key: str, answers: Answers) -> str | None:
        """The last question answered before this one; None if it is the first."""
        answered = None
        counting = self.meant(answers)
        for question in self.questions:
            if question.key == key:
                break
            if question.key in counting:
                answered = question.key
        return answered

    def progress(self, answers: Answers, asked: Ask) -> tuple[int, int]:
        """(this question's number, how many this patient will see) as far as is known now."""
        counting = self.meant(answers)
        counting.pop(asked.key, None)
        to_come = sum(q.key not in counting and q.applies(counting) for q in self.questions)
        return len(counting) + 1, len(counting) + max(1, to_come)

    def said(self, answers: Answers, asked: Ask | None) -> list[Text]:
        """What is said above this question; with None, above the closing."""
        counting, said = self.meant(answers), []
        for item in self.items:
            if item is asked:
                break
            if isinstance(item, Ask):
                said = [] if item.key in counting else said
            elif item.applies(counting):
                said.append(worded(item.text, counting))
        return said
