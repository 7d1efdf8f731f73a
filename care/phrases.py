"""Phrases in a small readable notation, and a finder that looks for all of them in one pass over the words of a text.

    chest pain          these words, one after another
    suicid*             any word that begins so
    (kill|hurt) myself  one of these; an alternative may be several words
    [my|the] chest      one of these, or nothing
    @body               the words that the language file lists under this name
    chest ..3 hurts     at most three words between, within one sentence; if one of them denies, so it is, up to ..7
    @have{4}            up to four of these, one after another, or none
    #number #many #year a number; a number of 8 or more; a year
    #20-69              a whole number from 20 to 69

The finder follows every phrase at once and never goes back: for each word of the text it does at most as much work as there are
places in the phrases, whatever was written.
"""

import re
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Generic, TypeAlias, TypeVar

from care.plain_words import NO_PAUSE, STOP, Word, words_of
from care.transliteration import is_cyrillic, sound_of

Tag = TypeVar("Tag", bound=Hashable)

_PIECES: Final = re.compile(r"\.\.\d+|\{\d+\}|[()\[\]|]|[^\s()\[\]|{}]+")
_FIGURES: Final = {"#number": (0, 999_999_999), "#many": (8, 1899), "#year": (1900, 2099)}
_RANGE: Final = re.compile(r"#(\d{1,9})-(\d{1,9})")
_LEET: Final = (str.maketrans("0134578", "oieastb"), str.maketrans("0134578", "oleastb"))
_DIGITS: Final = "0123456789"
_UMLAUTS: Final = (("ae", "a"), ("oe", "o"), ("ue", "u"))
_ELIDED: Final = frozenset("cdjlmnst")  # "l'insuline", "j'étouffe": written with an apostrophe or without
_WIDE: Final = 8  # a gap of this many words joins two things said side by side: a denial in it is of neither
_SOUND_BEGINS_FROM: Final = 5  # letters that the beginning of a transliterated word must have to stand for the whole
_TYPO_FROM, _SWAP_FROM, _TYPO_UP_TO = 6, 5, 24  # one edit in words of 6 letters and more; two neighbours swapped from 5


class NotAPhrase(ValueError):
    """A phrase that does not follow the notation; says which and why."""


@dataclass(frozen=True)
class _One:
    """Any one of these words."""

    words: frozenset[int]


@dataclass(frozen=True)
class _Gap:
    most: int


@dataclass(frozen=True)
class _Choice:
    """One of these sequences; with `most`, up to that many times or not at all."""

    sequences: "tuple[_Sequence, ...]"
    most: int | None = None


_Sequence: TypeAlias = "tuple[_One | _Gap | _Choice, ...]"


@dataclass(frozen=True)
class Found(Generic[Tag]):
    """A phrase found: its tag, the first and the last word, and whether a word that denies it stood in one of its gaps."""

    tag: Tag
    first: int
    last: int
    denied: bool


class Vocabulary:
    """All words of all phrases, and how a word that a patient typed is recognised as one of them."""

    def __init__(self) -> None:
        self.number_of: dict[str, int] = {}
        self._beginnings: dict[str, int] = {}
        self._stretched: dict[str, set[int]] = {}
        self._near: dict[str, set[str]] = {}
        self._sounds: dict[str, set[int]] = {}
        self._figures: dict[int, tuple[int, int]] = {}
        self._never_typos: set[str] = set()
        self._added: dict[str, int] = {}  # a word as it is written in the rules, which write the same ones again and again
        self.recognised = lru_cache(maxsize=8192)(self._recognised)

    def add(self, word: str) -> int:
        if word not in self._added:
            self._added[word] = self._figure(word) if word.startswith("#") else self._word(word)
        return self._added[word]

    def _word(self, word: str) -> int:
        begins = word.endswith("*")
        plain = self._plain(word.rstrip("*"))
        key = plain + "*" * begins
        if key in self.number_of:
            return self.number_of[key]
        number = self.number_of[key] = len(self.number_of)
        if is_cyrillic(plain):
            self._sounds.setdefault(sound_of(plain) + "*" * begins, set()).add(number)
        if begins:
            self._beginnings[plain] = number
        else:
            self._stretched.setdefault(_unstretched(plain), set()).add(number)
            if len(plain) >= _SWAP_FROM:
                for near in _with_one_letter_less(plain):
                    self._near.setdefault(near, set()).add(plain)
        return number

    def is_no_typo(self, word: str) -> None:
        """Take this word as it is, however near it is to one of ours."""
        self._never_typos.add(self._plain(word))

    def _figure(self, name: str) -> int:
        if name not in self.number_of:
            written = _RANGE.fullmatch(name)
            if name not in _FIGURES and not written:
                raise NotAPhrase(f"{name!r} is no number that the notation knows")
            number = self.number_of[name] = len(self.number_of)
            self._figures[number] = (int(written[1]), int(written[2])) if written else _FIGURES[name]
        return self.number_of[name]

    def _plain(self, word: str) -> str:
        if word.isascii() and word.isalpha() and word.islower():
            return word  # as most are
        plain = words_of(word)
        if len(plain) != 1:
            raise NotAPhrase(f"{word!r} is not one word")
        return plain[0].text

    def _recognised(self, word: str) -> frozenset[int]:
        """The numbers of the words that this may stand for."""
        if word.isdecimal():
            value = int(word[:9])
            figures = [number for number, (least, most) in self._figures.items() if least <= value <= most]
            return frozenset((*figures, *(self.number_of[each] for each in (word,) if each in self.number_of)))
        forms = self._forms(word)
        found = {self.number_of[form] for form in forms if form in self.number_of}
        is_known = bool(found)
        if len(word) > 5 and word[0] in _ELIDED and word[1] in "aeiouh":
            forms.add(word[1:])
            found |= {self.number_of[word[1:]]} if word[1:] in self.number_of else set()
        for form in forms:
            found.update(self._beginnings[form[:end]] for end in range(3, len(form) + 1) if form[:end] in self._beginnings)
        if not is_cyrillic(word):
            found |= self._transliterated(sound_of(word))
        if _is_stretched(word):
            found |= self._stretched.get(_unstretched(word), set())
        if not is_known and word not in self._never_typos and _SWAP_FROM <= len(word) <= _TYPO_UP_TO:
            found |= self._typos(word)
        return frozenset(found)

    def _transliterated(self, sound: str) -> set[int]:
        found = set(self._sounds.get(sound, ()))
        for end in range(_SOUND_BEGINS_FROM, len(sound) + 1):
            found |= self._sounds.get(sound[:end] + "*", set())
        return found

    def _forms(self, word: str) -> set[str]:
        forms = {word}
        if len(word) > 4 and any(written in word for written, _ in _UMLAUTS):  # "Luft kriegen, Haende, muede"
            plain = word
            for written, meant in _UMLAUTS:
                plain = plain.replace(written, meant)
            forms.add(plain)
        if any(char in _DIGITS for char in word):
            forms |= {word.translate(leet) for leet in _LEET}
            if len(letters := word.strip(_DIGITS)) > 4:
                forms.add(letters)
        return forms

    def _typos(self, word: str) -> set[int]:
        near: set[str] = set()
        for less in (word, *_with_one_letter_less(word)):
            near |= self._near.get(less, set())
            if less in self.number_of:
                near.add(less)
        return {self.number_of[meant] for meant in near if _one_slip(word, meant)}


def _with_one_letter_less(word: str) -> set[str]:
    return {word[:at] + word[at + 1 :] for at in range(len(word))}


def _is_stretched(word: str) -> bool:
    return any(word[at] == word[at + 1] == word[at + 2] for at in range(len(word) - 2))


def _unstretched(word: str) -> str:
    return "".join(char for at, char in enumerate(word) if not at or char != word[at - 1])


def _one_slip(typed: str, meant: str) -> bool:
    """Whether one letter was missed, added, changed (in longer words) or swapped with its neighbour; never the first."""
    same = 0
    while same < min(len(typed), len(meant)) and typed[same] == meant[same]:
        same += 1
    if same == 0:
        return False
    left, right = typed[same:], meant[same:]
    swapped = len(left) == len(right) > 1 and left[0] == right[1] and left[1] == right[0] and left[2:] == right[2:]
    if len(meant) < _TYPO_FROM:
        return swapped
    return swapped or left[1:] == right[1:] or left[1:] == right or left == right[1:]


class Phrases(Generic[Tag]):
    """Phrases, each with a tag, and `find`, which looks for all of them at once."""

    def __init__(self) -> None:
        self.vocabulary = Vocabulary()
        self._denying: list[frozenset[int]] = []  # the different sets of words that deny
        self._denied_by: list[int] = []  # by place: which of them deny its phrase
        self._words: list[frozenset[int] | None] = []  # by place: the words that fit there; None is any word, a gap
        self._next: list[tuple[int, ...]] = []
        self._ends: list[tuple[Tag, ...]] = []
        self._unbroken: list[bool] = []
        self._wide: set[int] = set()  # gaps in which nothing is denied
        self._same_sentence: set[int] = set()  # gaps, and what follows one
        self._begin: dict[int, list[int]] = {}
        self._names: Mapping[str, str] = {}  # the lists of words of the language that is being read, ...
        self._listed: dict[str, tuple[_Sequence, ...]] = {}  # ... and what has been made of them
        self._ones: dict[str, _One] = {}  # by how it is written

    def add(self, phrase: str, tag: Tag, names: Mapping[str, str], unbroken: bool = False,
            denying: frozenset[int] = frozenset()) -> None:
        """Look for this phrase too. Unbroken: with no comma or full stop inside. A word of `denying` in a gap denies it."""
        pieces = _PIECES.findall(phrase)
        sequence = (_Choice(self._choice(pieces, names, phrase)),)
        if pieces:
            raise NotAPhrase(f"{phrase!r}: unexpected {pieces[0]!r}")
        if denying not in self._denying:
            self._denying.append(denying)
        starts, ends = self._placed(sequence, (), (tag,), unbroken)
        self._denied_by += [self._denying.index(denying)] * (len(self._words) - len(self._denied_by))
        if ends:
            raise NotAPhrase(f"{phrase!r} would be found everywhere")
        for place in starts:
            fitting = self._words[place]
            if fitting is None:
                raise NotAPhrase(f"{phrase!r} begins with a gap")
            for number in fitting:
                self._begin.setdefault(number, []).append(place)

    def find(self, words: Sequence[Word]) -> list[Found[Tag]]:
        """Every phrase in the words, each as short as it can be for the word where it ends."""
        found: list[Found[Tag]] = []
        waiting: dict[int, tuple[int, bool]] = {}  # place: the latest word at which a phrase began that waits there
        for at, word in enumerate(words):
            waiting = self._step(waiting, at, word, found)
        return found

    def _step(
        self, waiting: dict[int, tuple[int, bool]], at: int, word: Word, found: list[Found[Tag]]
    ) -> dict[int, tuple[int, bool]]:
        typed = self.vocabulary.recognised(word.text)
        denies = [not several.isdisjoint(typed) for several in self._denying]
        reached: dict[int, tuple[int, bool]] = {}
        for place, (first, denied) in waiting.items():
            fitting = self._words[place]
            if word.pause != NO_PAUSE and (self._unbroken[place] or (word.pause == STOP and place in self._same_sentence)):
                continue
            if fitting is None:
                _keep(reached, place, (first, denied or (place not in self._wide and denies[self._denied_by[place]])))
            elif not fitting.isdisjoint(typed):
                _keep(reached, place, (first, denied))
        for number in typed:
            for place in self._begin.get(number, ()):
                reached[place] = (at, False)
        following: dict[int, tuple[int, bool]] = {}
        there = following.get
        ends, nexts = self._ends, self._next
        for place, thread in reached.items():
            if ends[place]:
                found += [Found(tag, thread[0], at, thread[1]) for tag in ends[place]]
            for after in nexts[place]:
                waits = there(after)
                if waits is None or (waits is not thread and _is_better(thread, waits)):
                    following[after] = thread
        return following

    def _placed(
        self, sequence: _Sequence, after: tuple[int, ...], ends: tuple[Tag, ...], unbroken: bool
    ) -> tuple[tuple[int, ...], tuple[Tag, ...]]:
        """Lay a sequence out from its end; say at which places it can begin and which tags are reached if it is skipped."""
        for part in reversed(sequence):
            match part:
                case _One(words):
                    after, ends = (self._place(words, after, ends, unbroken),), ()
                case _Gap(most):
                    for _ in range(most):
                        after = (*after, self._place(None, after, ends, unbroken))
                        if most >= _WIDE:
                            self._wide.add(after[-1])
                    self._same_sentence.update(after)
                case _Choice(sequences, most):
                    skipped, skipped_ends = after, ends
                    for _ in range(1 if most is None else most):
                        laid = [self._placed(each, after, ends, unbroken) for each in sequences]
                        after = tuple(dict.fromkeys(place for starts, _ in laid for place in starts))
                        ends = tuple(dict.fromkeys(tag for _, tags in laid for tag in tags))
                        if most is not None:
                            after = tuple(dict.fromkeys((*after, *skipped)))
                            ends = tuple(dict.fromkeys((*ends, *skipped_ends)))
        return after, ends

    def _place(self, words: frozenset[int] | None, after: tuple[int, ...], ends: tuple[Tag, ...], unbroken: bool) -> int:
        self._words.append(words)
        self._next.append(after)
        self._ends.append(ends)
        self._unbroken.append(unbroken)
        return len(self._words) - 1

    def _choice(self, pieces: list[str], names: Mapping[str, str], phrase: str) -> tuple[_Sequence, ...]:
        sequences: list[_Sequence] = []
        sequence: list[_One | _Gap | _Choice] = []
        while pieces and pieces[0] not in ")]":
            piece = pieces.pop(0)
            if piece == "|":
                sequences.append(tuple(sequence))
                sequence = []
            elif piece[0] == "{":
                if not sequence or isinstance(sequence[-1], _Gap):
                    raise NotAPhrase(f"{phrase!r}: {piece} has nothing to repeat")
                sequence.append(_Choice(((sequence.pop(),),), int(piece[1:-1])))
            else:
                sequence.append(self._part(piece, pieces, names, phrase))
        return _merged([*sequences, tuple(sequence)])

    def _part(self, piece: str, pieces: list[str], names: Mapping[str, str], phrase: str) -> _One | _Gap | _Choice:
        if piece.startswith(".."):
            return _Gap(int(piece[2:]))
        if piece in "([":
            inside = self._choice(pieces, names, phrase)
            if not pieces or pieces.pop(0) != {"(": ")", "[": "]"}[piece]:
                raise NotAPhrase(f"{phrase!r}: a bracket is not closed")
            if () in inside:
                raise NotAPhrase(f"{phrase!r}: an empty alternative")
            return _Choice(inside, 1 if piece == "[" else None)
        if piece.startswith("@"):
            if piece[1:] not in names:
                raise NotAPhrase(f"{phrase!r}: no words are listed under {piece}")
            return _Choice(self._list(piece, names))
        if piece not in self._ones:
            self._ones[piece] = _One(frozenset((self.vocabulary.add(piece),)))
        return self._ones[piece]

    def _list(self, name: str, names: Mapping[str, str]) -> tuple[_Sequence, ...]:
        """What stands for a list of words: made once for each language, however many phrases name it."""
        if names is not self._names:
            self._names, self._listed = names, {}
        if name not in self._listed:
            self._listed[name] = self._choice(_PIECES.findall(names[name[1:]]), names, name)
        return self._listed[name]


def _keep(threads: dict[int, tuple[int, bool]], place: int, thread: tuple[int, bool]) -> None:
    """Of two ways to the same place keep the one that began later, and if both began there the one not denied."""
    there = threads.get(place)
    if there is None or _is_better(thread, there):
        threads[place] = thread


def _is_better(thread: tuple[int, bool], there: tuple[int, bool]) -> bool:
    return thread[0] > there[0] or (thread[0] == there[0] and there[1] and not thread[1])


def _merged(sequences: list[_Sequence]) -> tuple[_Sequence, ...]:
    """Alternatives of one word each become one place in the finder."""
    words: set[int] = set()
    longer: list[_Sequence] = []
    for sequence in sequences:
        match sequence:
            case (_One(one),):
                words |= one
            case (_Choice(inside, None),) if all(len(each) == 1 and isinstance(each[0], _One) for each in inside):
                words |= {number for each in inside for part in each if isinstance(part, _One) for number in part.words}
            case _:
                longer.append(sequence)
    return ((_One(frozenset(words)),), *longer) if words else tuple(longer)
