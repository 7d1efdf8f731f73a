"""A second listener beside the rules: a small linear model over pieces of words, for danger that no rule has words for.

It may only ever add a doubt, never take a flag away: where the rules raise nothing urgent, a score above its threshold raises
the category `unclear`. Where it is sure enough which danger the words are most like, it says so to staff. The weights are data
(content/red_flags/second_listener.json), learned offline from the labelled messages (`python -m tests.care.red_flag_training`);
without that file the rules listen alone. The same text always gives the same answer, and each word is weighed once, so the time
grows with the length of the text and with nothing else.
"""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import pairwise
from math import sqrt
from typing import Final

from care.plain_words import STOP, Word, words_of
from care.transliteration import is_cyrillic, sound_of
from content import FOLDER

WEIGHTS: Final = FOLDER / "red_flags" / "second_listener.json"
MEANINGS: Final = FOLDER / "red_flags" / "shared_meanings.txt"
_SHORTEST, _LONGEST = 3, 5  # letters in a piece of a word, its edges counted
_TELLING: Final = 4  # letters in a piece that may tell which danger it is
_APART: Final = 3  # two words this near to each other are heard together
_MEANT_APART: Final = 6  # and two meanings this near
_AT_ONCE: Final = 40  # words weighed together; a longer sentence is cut
_LITTLE: Final = 30  # as if so many features more were there that weigh nothing
_LITTLE_TOLD: Final = 5  # the same, where it is weighed which danger it is
_SHOWN: Final = 6  # words in a row that are shown as what weighed most


@dataclass(frozen=True)
class Model:
    """What was learned: the weight of each feature, and the score from which words are a doubt; for each feature also how much
    it speaks for a danger, and how far ahead of all others one must be to be named."""

    version: int
    bias: float
    threshold: float
    weights: Mapping[str, float]
    ahead: float
    dangers: Mapping[str, Mapping[str, float]]


@dataclass(frozen=True)
class Doubt:
    """Words that may mean danger: how sure (0 is the threshold), the version of the weights, which words weighed most, and the
    category they are most like, if that is sure enough."""

    above: float
    version: int
    first: int
    last: int
    likely: str = ""


def doubt(words: Sequence[Word], lowered: Collection[str] = (), model: Model | None = None) -> Doubt | None:
    """The part of a text that is most likely to mean danger, if any is likely enough. `lowered`: what the rules heard in it
    that is not urgent, each as category and certainty joined by a colon."""
    model = model or learned()
    if model is None:
        return None
    strongest: Doubt | None = None
    for first, tokens in parts(words):
        above = score(tokens, model, lowered) - model.threshold
        if above > 0 and (strongest is None or above > strongest.above):
            start = first + _heaviest(tokens, model)
            end = min(start + _SHOWN, first + len(tokens)) - 1
            strongest = Doubt(above, model.version, start, end, likely(tokens, model))
    return strongest


def score(tokens: Sequence[str], model: Model, lowered: Collection[str] = ()) -> float:
    """The sum of the weights of what is there, evened out by how much there is; little is never sure."""
    known = [model.weights[each] for each in (*features(tokens), *map(by_rules, lowered)) if each in model.weights]
    return model.bias + sum(known) * share_of_each(len(known))


def likely(tokens: Sequence[str], model: Model) -> str:
    """The category that the words are most like; nothing where another is nearly as like."""
    best, ahead = most_like(tokens, model.dangers)
    return best if ahead > model.ahead else ""


def most_like(tokens: Sequence[str], dangers: Mapping[str, Mapping[str, float]]) -> tuple[str, float]:
    """The category for which most speaks, and how far it is ahead of the next."""
    totals: dict[str, float] = {}
    known = [dangers[each] for each in telling(tokens) if each in dangers]
    for speaks_for in known:
        for category, weight in speaks_for.items():
            totals[category] = totals.get(category, 0.0) + weight
    best, second = sorted([("", 0.0), ("", 0.0), *totals.items()], key=lambda each: (-each[1], each[0]))[:2]
    return best[0], (best[1] - second[1]) / sqrt(len(known) + _LITTLE_TOLD)


def share_of_each(features: int) -> float:
    """How much each of so many features counts."""
    return 1 / sqrt(features + _LITTLE)


def parts(words: Sequence[Word]) -> Iterator[tuple[int, list[str]]]:
    """A short text whole, a long one sentence by sentence: where each part begins, and its words as the model knows them."""
    tokens = [_token(word.text) for word in words]
    if len(tokens) <= _AT_ONCE:
        yield 0, tokens
        return
    starts = [at for at, word in enumerate(words) if word.pause == STOP or at == 0]
    for start, end in pairwise([*starts, len(tokens)]):
        for cut in range(start, end, _AT_ONCE):
            yield cut, tokens[cut : min(cut + _AT_ONCE, end)]


def features(tokens: Sequence[str]) -> set[str]:
    """The words, their pieces, words near each other, and what they mean in whatever language."""
    found = _meant(tokens)
    for at, token in enumerate(tokens):
        found.update(_pieces(token))
        for apart in range(1, min(_APART + 1, len(tokens) - at)):
            found.add(f"{token}{'_' if apart == 1 else '~'}{tokens[at + apart]}")
    return found


def telling(tokens: Sequence[str]) -> set[str]:
    """What of a text may tell which danger it is."""
    return _meant(tokens).union(
        piece for token in tokens for piece in _pieces(token) if piece[0] == "=" or len(piece) >= _TELLING)


def by_rules(lowered: str) -> str:
    """The feature that stands for what the rules heard and lowered."""
    return f"!{lowered}"


def _meant(tokens: Sequence[str]) -> set[str]:
    """The meanings of the words, and each two that stand near each other."""
    found: set[str] = set()
    near: list[tuple[int, str]] = []
    for at, token in enumerate(tokens):
        near = [(there, other) for there, other in near if at - there <= _MEANT_APART]
        here = _meanings(token)
        found.update(f"@{meaning}" for meaning in here)
        found.update(f"@{'~'.join(sorted((meaning, other)))}" for meaning in here for _, other in near if other != meaning)
        near += ((at, meaning) for meaning in here)
    return found


def _heaviest(tokens: Sequence[str], model: Model) -> int:
    """Where the few words in a row begin that weigh most."""
    weights = [sum(model.weights.get(piece, 0.0) for piece in (*_pieces(token), *(f"@{each}" for each in _meanings(token))))
               for token in tokens]
    return max(range(max(1, len(tokens) - _SHOWN + 1)), key=lambda at: sum(weights[at : at + _SHOWN]))


@lru_cache(maxsize=8192)
def _pieces(token: str) -> tuple[str, ...]:
    edged = f"^{token}$"
    pieces = {edged[at : at + size] for size in range(_SHORTEST, _LONGEST + 1) for at in range(len(edged) - size + 1)}
    return (f"={token}", *sorted(pieces))


@lru_cache(maxsize=8192)
def _meanings(token: str) -> tuple[str, ...]:
    whole, begins = _meanings_of_words()
    meant = set(whole.get(token, ()))
    for length in range(1, len(token) + 1):
        meant.update(begins.get(token[:length], ()))
    return tuple(sorted(meant))


@cache
def _meanings_of_words() -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    """The meanings of whole words, and of words that begin so."""
    whole: dict[str, list[str]] = {}
    begins: dict[str, list[str]] = {}
    for line in MEANINGS.read_text(encoding="utf-8").splitlines():
        meaning, _, listed = line.partition(": ")
        for written in listed.split() if not line.startswith("#") else ():
            word = _token(words_of(written.rstrip("*"))[0].text)
            (begins if written.endswith("*") else whole).setdefault(word, []).append(meaning)
    return whole, begins


@lru_cache(maxsize=8192)
def _token(word: str) -> str:
    """Numbers by their length only, and Russian as it sounds, so that either alphabet will do."""
    if word.isdecimal():
        return "#" * min(len(word), 4)
    return sound_of(word) if is_cyrillic(word) else word


@cache
def learned() -> Model | None:
    """The weights that are shipped; none if the file is not there."""
    if not WEIGHTS.exists():
        return None
    data = json.loads(WEIGHTS.read_text(encoding="utf-8"))
    scale, names = data["scale"], data["categories"]
    weights = {feature: weight / scale for feature, weight in data["weights"].items()}
    dangers = {feature: {names[each]: weight / scale for each, weight in zip(speaks[::2], speaks[1::2], strict=True)}
               for feature, speaks in data["dangers"].items()}
    return Model(data["version"], data["bias"], data["threshold"], weights, data["ahead"], dangers)
