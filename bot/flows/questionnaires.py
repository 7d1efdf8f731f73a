"""Validated questionnaires as flows: their own words, in their own order, nothing left out and nothing added."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

from bot.flows.engine import Answers, Ask, Flow, Item, Say, When
from bot.flows.kinds import NOWHERE, TAP_OR_TYPE, Answer, Here, Kind, Unclear
from care import instrument_scores, instruments
from care.heart.language import Lines, Text, Verbatim, _
from care.instruments import Instrument

# The PHQ-8 is refused unless a clinic has chosen it: see care/questionnaires.py.
OFFERED = ("phq9", "phq8", "gad7", "phq4", "steadi-stay-independent")


@dataclass(frozen=True)
class Verbatims:
    """One instrument in every language that has its text."""

    texts: dict[str, Instrument]

    def of(self, language: str) -> Instrument:
        return self.texts.get(language) or next(iter(self.texts.values()))

    def say(self, words: Callable[[Instrument], str]) -> Verbatim:
        return Verbatim(tuple((language, words(text)) for language, text in self.texts.items()))


@dataclass(frozen=True)
class ItemKind(Kind):
    """The options of one item. What is typed is a label, or the number that stands before it; never the place of a button."""

    typing: ClassVar[str] = "beside"
    texts: Verbatims
    key: str

    def buttons(self, here: Here = NOWHERE, ticks: int = 0) -> list[list[tuple[Text, str]]]:
        return [[(self._label(option.value), str(option.value))] for option in self._item().options]

    def listed(self) -> Text:
        return Lines(tuple(
            Lines((str(option.value), self._label(option.value)), " ") for option in self._item().options), "\n")

    def options(self) -> dict[int, Text]:
        return {option.value: self._label(option.value) for option in self._item().options}

    def hear(self, words: str, here: Here = NOWHERE) -> Answer:
        value = self._item(here.language).read(words)
        if value is None:
            raise Unclear(TAP_OR_TYPE)
        return Answer(value, self._label(value))

    def take(self, data: str, here: Here = NOWHERE) -> Answer:
        values = {str(option.value): option.value for option in self._item().options}
        if data not in values:
            raise Unclear(TAP_OR_TYPE)
        return Answer(values[data], self._label(values[data]))

    def _item(self, language: str = "") -> instruments.Item:
        found = self.texts.of(language).item(self.key)
        assert found
        return found

    def _label(self, value: int) -> Verbatim:
        def label(text: Instrument) -> str:
            item = text.item(self.key)
            assert item
            return item.option(value).label

        return self.texts.say(label)


def everywhere(name: str) -> Verbatims:
    return Verbatims({language: instruments.instrument(name, language) for language in instruments.languages(name)})


def questionnaire(name: str) -> Flow:
    """The flow of an instrument. It is begun by a button that says who reads the answers, and when."""
    texts = everywhere(name)
    text = texts.of("en")
    asks = [Ask(item.key, _asked(texts, item), ItemKind(texts, item.key)) for item in text.items]
    if text.functional:
        asks.append(_functional(texts, text.functional, _any_trouble(text)))
    return _flow(name, texts, tuple(asks))


def screen(name: str) -> Flow:
    """The flow of a screen which, where it is positive, goes on as the longer instrument. What is the same in both is asked
    once, and counts in both."""
    short, longer = everywhere(name), everywhere(instrument_scores.STEPS_UP[name])
    text = short.of("en")

    def positive(answers: Answers) -> bool:
        return instrument_scores.step_up(text, answers) is not None

    positive.__doc__ = f"the answers so far come to {text.cut_off} or more"
    asks = [Ask(item.key, _asked(short, item), ItemKind(short, item.key)) for item in text.items]
    further = longer.of("en")
    more = [Ask(item.key, _asked(longer, item), ItemKind(longer, item.key), when=positive)
            for item in further.items if text.item(item.key) is None]
    functional = [_functional(longer, further.functional, positive)] if further.functional else []
    going_on = Say(_("Thank you. A few more questions of the same kind."), when=positive)
    return _flow(name, short, (*asks, going_on, *more, *functional))


def _flow(name: str, texts: Verbatims, items: tuple[Item, ...]) -> Flow:
    return Flow(
        name=name, version=1, command="", about=_("A questionnaire"), opening=texts.say(lambda one: one.copyright),
        items=items, closing=_("Thank you. That was the last question."))


def _functional(texts: Verbatims, item: instruments.Item, when: When) -> Ask:
    words = texts.say(lambda one: one.functional.text if one.functional else "")
    return Ask(item.key, words, ItemKind(texts, item.key), when=when)


def _asked(texts: Verbatims, item: instruments.Item) -> Lines:
    stem, words = texts.say(lambda one: one.stem), texts.say(lambda one: _words(one, item.key))
    return Lines((stem, words))


def _words(text: Instrument, key: str) -> str:
    item = text.item(key)
    assert item
    return item.text


def _any_trouble(text: Instrument) -> Callable[[Answers], bool]:
    def any_item_above_zero(answers: Answers) -> bool:
        """any item is above 0"""
        return text.asks_functional(answers)

    return any_item_above_zero


QUESTIONNAIRES = (*(screen(name) for name in instrument_scores.STEPS_UP), *(questionnaire(name) for name in OFFERED))
