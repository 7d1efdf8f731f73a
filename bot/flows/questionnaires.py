"""Validated questionnaires as flows: their own words, in their own order, nothing left out and nothing added."""

from collections.abc import Callable
from dataclasses import dataclass

from bot.flows.engine import Answers, Ask, Flow
from bot.flows.kinds import NOWHERE, TAP_OR_TYPE, Answer, Here, Kind, Unclear
from care import instruments
from care.heart.language import Lines, Text, Verbatim, _
from care.instruments import Instrument, Item

# PHQ-8 only where a clinic has chosen it; PHQ-2 once it goes on to PHQ-9 without asking its items again.
OFFERED = ("phq9", "gad7", "phq4", "steadi-stay-independent")


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

    everywhere: Verbatims
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

    def _item(self, language: str = "") -> Item:
        found = self.everywhere.of(language).item(self.key)
        assert found
        return found

    def _label(self, value: int) -> Verbatim:
        def label(text: Instrument) -> str:
            item = text.item(self.key)
            assert item
            return item.option(value).label

        return self.everywhere.say(label)


def questionnaire(name: str) -> Flow:
    """The flow of an instrument. It is begun by a button that says who reads the answers, and when."""
    everywhere = Verbatims({language: instruments.instrument(name, language) for language in instruments.languages(name)})
    text = everywhere.of("en")
    asks = [Ask(item.key, _asked(everywhere, item), ItemKind(everywhere, item.key)) for item in text.items]
    if text.functional:
        asks.append(Ask(text.functional.key, everywhere.say(lambda one: one.functional.text if one.functional else ""),
                        ItemKind(everywhere, text.functional.key), when=_any_trouble(text)))
    return Flow(
        name=name, version=1, command="", about=_("A questionnaire"), opening=everywhere.say(lambda one: one.copyright),
        items=tuple(asks), closing=_("Thank you. Your care team can see your answers."))


def _asked(everywhere: Verbatims, item: Item) -> Lines:
    stem, words = everywhere.say(lambda one: one.stem), everywhere.say(lambda one: _words(one, item.key))
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


QUESTIONNAIRES = tuple(questionnaire(name) for name in OFFERED)
