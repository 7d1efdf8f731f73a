"""What must come of what a chat sent: the symptom check and the message desk once more, written apart from the product.

It knows no process, no database and no time: only the updates of one chat in their order, each once.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.chaos.people import Sent

ORDER = ("pain", "pain_where", "fever", "temperature", "breathing")
YES_NO = {"yes": "yes", "no": "no", "1": "yes", "2": "no"}
DANGER = {
    "I can't breathe": "breathing", "no puedo respirar": "breathing", "I have chest pain": "chest_pain",
    "me duele el pecho": "chest_pain", "I want to die": "self_harm", "quiero morir": "self_harm"}


@dataclass
class Talk:
    """One run of the check, as it must stand."""

    answers: dict[str, Any] = field(default_factory=dict)
    taken_back: Counter[str] = field(default_factory=Counter)
    asked: str = "pain"
    paused: bool = False
    unclear: int = 0
    outcome: str | None = None

    @property
    def amending(self) -> bool:
        return self.asked in self.answers


@dataclass
class Outcome:
    """All that one chat's updates must have led to."""

    talks: list[Talk] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)  # words for people
    passed_on: set[int] = field(default_factory=set)  # which of them only when the patient tapped for it
    trouble: Counter[str] = field(default_factory=Counter)  # by kind, how often it was reported
    flags: Counter[str] = field(default_factory=Counter)

    @property
    def open(self) -> Talk | None:
        return self.talks[-1] if self.talks and self.talks[-1].outcome is None else None


def predict(sent: Iterable[Sent], talk_ids: Sequence[int], kept_ids: Sequence[int]) -> Outcome:
    """`talk_ids`, `kept_ids`: the numbers that the clinic gave this chat's conversations and words, in order; buttons name
    them."""
    outcome = Outcome()
    for update in sent:
        if update.data is not None:
            data = update.data.split(":")
            if data[0] == "pass":
                _passes_on(outcome, kept_ids.index(int(data[1])) if int(data[1]) in kept_ids else None)
            else:
                _taps(outcome, data, talk_ids)
        elif update.words == "/check":
            if outcome.open:
                outcome.open.outcome = "put aside"
            outcome.talks.append(Talk())
        else:
            _types(outcome, update.words or "")
    return outcome


def _taps(outcome: Outcome, data: list[str], talk_ids: Sequence[int]) -> None:
    talk = outcome.open
    if talk is None or len(data) < 3 or int(data[1]) != _number(talk_ids, len(outcome.talks) - 1):
        return
    match data:
        case ["say", _, key, value] if key == talk.asked and (read := _read(key, value)) is not None:
            _answers(outcome, talk, read)
        case ["say", _, key, value] if key in talk.answers and not talk.amending and _read(key, value) not in (
                None, talk.answers[key]):
            _asks(talk, key)  # an old keyboard, another answer: asked again, to be changed
        case ["back", _, key] if key == talk.asked and talk.amending:
            _goes_on(talk)
        case ["back", _, key] if key == talk.asked and (last := _before(talk.answers, key)):
            del talk.answers[last]
            talk.taken_back[last] += 1
            _asks(talk, last)
        case ["pause", _, _]:
            talk.paused = True
        case ["go", _, _]:
            _goes_on(talk)


def _passes_on(outcome: Outcome, kept: int | None) -> None:
    """Words that were no answer are meant for people after all: once, however often it is tapped."""
    if kept is not None and kept < len(outcome.kept) and kept not in outcome.passed_on:
        outcome.passed_on.add(kept)
        outcome.trouble["message"] += 1


def _types(outcome: Outcome, words: str) -> None:
    danger = DANGER.get(words)
    if danger:
        outcome.flags[danger] += 1
        outcome.trouble[f"red_flag:{danger}"] += 1
    talk = outcome.open
    if talk is None or talk.paused:
        _heard(outcome, words, danger)
        return
    read = _read(talk.asked, words)
    if read is not None:
        _answers(outcome, talk, read)
        return
    talk.unclear += 1
    if danger or len(words.split()) >= 3 or talk.unclear >= 2:
        _heard(outcome, words, danger)
    else:
        outcome.kept.append(words)


def _heard(outcome: Outcome, words: str, danger: str | None) -> None:
    outcome.kept.append(words)
    if not danger:  # danger has an escalation of its own
        outcome.trouble["message"] += 1


def _answers(outcome: Outcome, talk: Talk, value: Any) -> None:
    key = talk.asked
    if talk.amending:
        talk.taken_back[key] += 1
    talk.answers[key] = value
    worrying = {"pain": lambda: value >= 8, "temperature": lambda: value >= 39, "breathing": lambda: value == "yes"}
    if worrying.get(key, lambda: False)():
        outcome.trouble[f"answer:{key}"] += 1
    _follows(talk)


def _follows(talk: Talk) -> None:
    following = _next(talk.answers)
    if following:
        _asks(talk, following)
    else:
        talk.outcome = "finished"


def _goes_on(talk: Talk) -> None:
    """At the question on screen; from changing an answer, back to the next one."""
    if talk.amending and not talk.paused:
        _follows(talk)
    else:
        _asks(talk, talk.asked)


def _before(answers: dict[str, Any], asked: str) -> str | None:
    """The last question before this one that is answered, and still applies."""
    counts = {"pain_where": answers.get("pain", 0) >= 5, "temperature": answers.get("fever") == "yes"}
    earlier = [key for key in ORDER[: ORDER.index(asked)] if key in answers and counts.get(key, True)]
    return earlier[-1] if earlier else None


def _asks(talk: Talk, key: str) -> None:
    talk.asked, talk.paused, talk.unclear = key, False, 0


def _next(answers: dict[str, Any]) -> str | None:
    if "pain" not in answers:
        return "pain"
    if answers["pain"] >= 5 and "pain_where" not in answers:
        return "pain_where"
    if "fever" not in answers:
        return "fever"
    if answers["fever"] == "yes" and "temperature" not in answers:
        return "temperature"
    return None if "breathing" in answers else "breathing"


def _read(key: str, words: str) -> Any:
    """The answer in these words, or None."""
    if key == "pain_where":
        return words
    if key in ("fever", "breathing"):
        return YES_NO.get(words)
    try:
        number = float(words)
    except ValueError:
        return None
    if key == "pain":
        return number if number == int(number) and 0 <= number <= 10 else None
    if 86 <= number <= 109.4:
        number = round((number - 32) / 1.8, 2)
    return number if 30 <= number <= 43 else None


def _number(talk_ids: Sequence[int], at: int) -> int | None:
    return talk_ids[at] if at < len(talk_ids) else None
