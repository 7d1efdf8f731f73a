"""Finding lessons by a patient's own words: without accents, case or endings, the rarer a word the more it counts."""

from collections import Counter
from collections.abc import Sequence
from functools import lru_cache

from care.lessons.lesson import Lesson, LessonText
from care.lessons.library import Library
from care.plain_words import words_of

KEYWORD, TITLE, BODY = 4.0, 3.0, 1.0
ENOUGH = 0.6  # a word that stands in every fifth lesson is less than this; one that is in few is more
STEM = 5  # letters by which longer words are compared: tension, tensions; Blutdruck, Blutdrucks


def find(library: Library, among: Sequence[Lesson], words: str, language: str, most: int = 6) -> list[Lesson]:
    """The lessons that speak of this, the best first."""
    wanted = set(_stems(words))
    known = _index(library, language)
    rarity = {stem: (1 - (held - 1) / len(known)) ** 2 for stem, held in _held(library, language).items()}
    scored = [(sum(known[lesson.name].get(stem, 0.0) * rarity.get(stem, 0.0) for stem in wanted), lesson) for lesson in among]
    best = sorted((one for one in scored if one[0] >= ENOUGH), key=lambda one: (-one[0], one[1].name))
    return [lesson for _score, lesson in best[:most]]


def _stems(text: str) -> list[str]:
    return [word.text[:STEM] if len(word.text) > STEM else word.text for word in words_of(text) if len(word.text) > 1]


@lru_cache(maxsize=16)
def _index(library: Library, language: str) -> dict[str, dict[str, float]]:
    return {lesson.name: _weights(lesson.text_in(language)) for lesson in library.lessons.values()}


@lru_cache(maxsize=16)
def _held(library: Library, language: str) -> Counter[str]:
    """In how many lessons each word stands."""
    return Counter(stem for weights in _index(library, language).values() for stem in weights)


def _weights(text: LessonText) -> dict[str, float]:
    weights: dict[str, float] = {}
    for weight, words in ((BODY, " . ".join(card.text.words for card in text.cards)), (TITLE, text.title),
                          (KEYWORD, " . ".join(text.keywords))):
        for stem in _stems(words):
            weights[stem] = max(weight, weights.get(stem, 0.0))
    return weights
