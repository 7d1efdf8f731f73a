"""A second listener beside the rules: a small linear model over pieces of words, for danger that no rule has words for.

It may only ever add a doubt, never take a flag away: where the rules raise nothing urgent, a score above its threshold raises
the category `unclear`. The weights are data (content/red_flags/second_listener.json), learned offline from the labelled
messages by `python -m tests.care.red_flag_training`; without that file the rules listen alone. The same text always gives the
same answer, and each word is weighed once, so the time grows with the length of the text and with nothing else.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import pairwise
from math import sqrt
from typing import Final

from care.plain_words import STOP, Word
from care.transliteration import is_cyrillic, sound_of
from content import FOLDER

WEIGHTS: Final = FOLDER / "red_flags" / "second_listener.json"
_SHORTEST, _LONGEST = 3, 5  # letters in a piece of a word, its edges counted
_APART: Final = 3  # two words this near to each other are heard together
_AT_ONCE: Final = 40  # words weighed together; a longer sentence is cut
_LITTLE: Final = 30  # as if so many features more were there that weigh nothing
_SHOWN: Final = 6  # words in a row that are shown as what weighed most


@dataclass(frozen=True)
class Model:
    """What was learned: the weight of each feature, and the score from which words are a doubt."""

    version: int
    bias: float
    threshold: float
    weights: dict[str, float]


@dataclass(frozen=True)
class Doubt:
    """Words that may mean danger: how sure (0 is the threshold), the version of the weights, and which words weighed most."""

    above: float
    version: int
    first: int
    last: int


def doubt(words: Sequence[Word], model: Model | None = None) -> Doubt | None:
    """The part of a text that is most likely to mean danger, if any is likely enough."""
    model = model or learned()
    if model is None:
        return None
    strongest: Doubt | None = None
    for first, tokens in parts(words):
        above = score(tokens, model) - model.threshold
        if above > 0 and (strongest is None or above > strongest.above):
            start = first + _heaviest(tokens, model)
            strongest = Doubt(above, model.version, start, min(start + _SHOWN, first + len(tokens)) - 1)
    return strongest


def score(tokens: Sequence[str], model: Model) -> float:
    """The sum of the weights of what is there, evened out by how much there is; little is never sure."""
    known = [model.weights[each] for each in features(tokens) if each in model.weights]
    return model.bias + sum(known) * share_of_each(len(known))


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
    """The words, their pieces, and words near each other."""
    found: set[str] = set()
    for at, token in enumerate(tokens):
        found.update(_pieces(token))
        for apart in range(1, min(_APART + 1, len(tokens) - at)):
            found.add(f"{token}{'_' if apart == 1 else '~'}{tokens[at + apart]}")
    return found


def _heaviest(tokens: Sequence[str], model: Model) -> int:
    """Where the few words in a row begin that weigh most."""
    weights = [sum(model.weights.get(piece, 0.0) for piece in _pieces(token)) for token in tokens]
    return max(range(max(1, len(tokens) - _SHOWN + 1)), key=lambda at: sum(weights[at : at + _SHOWN]))


@lru_cache(maxsize=8192)
def _pieces(token: str) -> tuple[str, ...]:
    edged = f"^{token}$"
    pieces = {edged[at : at + size] for size in range(_SHORTEST, _LONGEST + 1) for at in range(len(edged) - size + 1)}
    return (f"={token}", *sorted(pieces))


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
    weights = {feature: weight / data["scale"] for feature, weight in data["weights"].items()}
    return Model(data["version"], data["bias"], data["threshold"], weights)
