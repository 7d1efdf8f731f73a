"""A text as plain words, evened out: how patients type, without accents, case, tricks of the keyboard or hidden characters.

Every step looks at a character once, so the time grows with the length of the text and with nothing else.
"""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

NO_PAUSE, COMMA, STOP = 0, 1, 2  # what stands before a word: nothing, something a voice dwells on, the end of a sentence

_APOSTROPHES: Final = frozenset("'’‘`´ʼ′‛＇")
_SENTENCE_ENDS: Final = frozenset(".!?;\n。！？؟।")
_HYPHENS: Final = frozenset("-‐‑")
_AS_LETTERS: Final = {"@": "a", "$": "s"}
_LONGEST: Final = 64  # a longer "word" is a stretched one or none at all; the rest of it says nothing new


@dataclass(frozen=True, slots=True)
class Word:
    """One word as it is compared, and where it stood in what was written."""

    text: str
    start: int
    end: int
    pause: int


def words_of(text: str) -> list[Word]:
    """The words of a text; letters spelled one by one ("k i l l", "k.m.s") are put together."""
    return _spelled_together(list(_words(text)))


def _words(text: str) -> Iterator[Word]:
    letters: list[str] = []
    start, pause, last_mark = 0, STOP, ""
    for at, written in enumerate(text):
        if written in _APOSTROPHES:
            continue
        if written in _AS_LETTERS and text[at + 1 : at + 2].isalnum():
            written = _AS_LETTERS[written]
        for char in _evened(written):
            alone = _stands_alone(char)
            if not alone and (char.isalnum() or unicodedata.category(char) == "Mc"):
                if not letters:
                    start = at
                if len(letters) < _LONGEST or char != letters[-1]:
                    letters.append(char)
                continue
            if letters:
                yield Word("".join(letters), start, at, pause)
                letters, pause, last_mark = [], NO_PAUSE, ""
            if alone:
                yield Word(char, at, at + 1, pause)
                pause, last_mark = NO_PAUSE, ""
            elif not char.isspace() or char == "\n":
                if char in _HYPHENS and text[at - 1 : at].isalpha() and text[at + 1 : at + 2].isalpha():
                    continue  # "peut-on", "mother-in-law"
                dots = char == last_mark == "."  # "my chest... it hurts" is one sentence
                figures = char == "." and text[at - 1 : at].isdecimal()  # "38.5", and in German "in der 10. Woche"
                pause = COMMA if dots or figures else max(pause, STOP if char in _SENTENCE_ENDS else COMMA)
                last_mark = char
    if letters:
        yield Word("".join(letters), start, len(text), pause)


@lru_cache(maxsize=4096)
def _evened(char: str) -> str:
    """A character without accents, width, style or case; hidden characters come out as nothing."""
    apart = unicodedata.normalize("NFKD", char)
    kept = "".join(part for part in apart if unicodedata.category(part) not in ("Mn", "Me", "Cf"))
    return unicodedata.normalize("NFKD", kept.casefold())


@lru_cache(maxsize=4096)
def _stands_alone(char: str) -> bool:
    """Pictures, and letters of scripts that put no space between words, are words of one character."""
    return unicodedata.category(char) == "So" or "\u3040" <= char <= "\u30ff" or "\u3400" <= char <= "\u9fff"


def _spelled_together(words: list[Word]) -> list[Word]:
    together: list[Word] = []
    run: list[Word] = []
    for word in words:
        single = len(word.text) == 1 and word.text.isalpha()
        if run and (not single or word.start - run[-1].end != 1):
            together += _joined(run)
            run = []
        if single:
            run.append(word)
        else:
            together.append(word)
    return together + _joined(run)


def _joined(run: list[Word]) -> list[Word]:
    if len(run) < 3:
        return run
    return [Word("".join(word.text for word in run), run[0].start, run[-1].end, run[0].pause)]
