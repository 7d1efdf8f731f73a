"""Learn the weights of the second listener from the labelled messages, and tell what it would hear of messages it has not seen.

    nice python -m tests.care.red_flag_training          measure by leaving files out, learn from all, write the weights
    nice python -m tests.care.red_flag_training --try    measure only

Logistic regression by stochastic gradient descent with a step of its own for each feature (Duchi et al., JMLR 2011;12:2121).
The order is seeded, so the same messages give the same weights. Files named `fresh_10*` and later are never learned from.

How sure it must be is chosen by what it said of messages whose whole family was left out of the learning, each family in turn:
at the score where a missed danger, weighed against how seldom danger is, costs as much as the false alarms of hearing it.
"""

import json
import random
import re
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import cache
from math import exp, sqrt

from babel.messages.pofile import read_po

from care.plain_words import words_of
from care.red_flags import screen_by_rules
from care.second_listener import WEIGHTS, Model, features, parts, score, share_of_each
from tests.care.red_flag_report import CALM, CALMER, FOLDER, Labelled, labelled, wilson

VERSION = 4
SEED, ROUNDS, STEP = 20261130, 8, 0.5
LOCALE = WEIGHTS.parents[1] / "locale"
LEAST_SEEN, KEPT, SCALE = 2, 30_000, 100
DANGER = 1 / 50  # of the messages in which the rules hear nothing urgent: a guess, for no patient has written yet
MISS_COSTS = 12  # a danger that nobody hears of, in false alarms: in each a nurse reads one message and the patient sees a card
# Left out together, for they hold the same situations: none like them is learned from.
FOLDS = (("held_out", "held_out_2", "fresh_5", "fresh_6"), ("fresh_7",), ("fresh_8",), ("fresh_9",),
         ("listen_2",), ("listen_3",))


@dataclass(frozen=True)
class Scored:
    message: Labelled
    score: float
    asked: bool  # the rules raise nothing urgent, so that the second listener is asked


def plain_texts() -> list[Labelled]:
    """Ordinary words of our own in every language: what the bot and the lessons say that is not about danger."""
    texts = {entry.string or entry.id for file in sorted(LOCALE.rglob("*.po"))
             for entry in read_po(file.open("rb")) if entry.id and isinstance(entry.id, str) and isinstance(entry.string, str)}
    texts |= {entry.id for entry in read_po(sorted(LOCALE.rglob("*.po"))[0].open("rb")) if isinstance(entry.id, str)}
    texts = {re.sub(r"\{\w+\}", "", text) for text in texts}
    return [Labelled(CALM, "-", "ours", text, "ours") for text in sorted(texts) if text.strip() and not screen_by_rules(text)]


def learnable() -> list[Labelled]:
    names = sorted(file.name for file in FOLDER.glob("*.txt"))
    return [message for name in names if not re.match(r"fresh_\d\d", name) for message in labelled(name)]


def is_danger(message: Labelled) -> bool:
    return message.expected not in (CALM, CALMER)


def learn(messages: Iterable[Labelled]) -> Model:
    """The weights that tell danger from what is ordinary, the heaviest kept; the threshold is still 0."""
    examples = [(_features(message.text), is_danger(message)) for message in messages]
    seen = Counter(feature for present, _ in examples for feature in present)
    numbers = {feature: number for number, feature in enumerate(sorted(f for f, times in seen.items() if times >= LEAST_SEEN))}
    rows = [([numbers[f] for f in sorted(present) if f in numbers], danger) for present, danger in examples]
    weights, steepness = [0.0] * len(numbers), [0.1] * len(numbers)
    bias, bias_steepness = 0.0, 1.0
    shuffled = random.Random(SEED)
    for _ in range(ROUNDS):
        shuffled.shuffle(rows)
        for row, danger in rows:
            if not row:
                continue
            share = share_of_each(len(row))
            total = bias + share * sum(map(weights.__getitem__, row))
            error = 1 / (1 + exp(-max(-30.0, min(30.0, total)))) - danger
            bias_steepness += error * error
            bias -= STEP * error / sqrt(bias_steepness)
            slope = error * share
            for number in row:
                steepness[number] += slope * slope
                weights[number] -= STEP * slope / sqrt(steepness[number])
    heaviest = sorted(numbers, key=lambda feature: (-abs(weights[numbers[feature]]), feature))[:KEPT]
    kept = {feature: round(weights[numbers[feature]] * SCALE) / SCALE for feature in sorted(heaviest)}
    return Model(VERSION, round(bias, 3), 0.0, {feature: weight for feature, weight in kept.items() if weight})


@cache
def _features(text: str) -> frozenset[str]:
    return frozenset(sys.intern(feature) for _, tokens in parts(words_of(text)) for feature in features(tokens))


def highest(text: str, model: Model) -> float:
    """The score of the part of a text that is most likely to mean danger."""
    return max((score(tokens, model) for _, tokens in parts(words_of(text))), default=-99.0)


def family(message: Labelled) -> str:
    return message.where.split(".")[0]


def left_out(messages: Sequence[Labelled]) -> list[Scored]:
    """Each message of the folds, with its score by a model that learned from everything but its own fold."""
    for message in messages:
        _features(message.text)  # read once, before the workers part
    with ProcessPoolExecutor(2) as workers:
        return [each for scored in workers.map(_left_out, FOLDS, [messages] * len(FOLDS)) for each in scored]


def _left_out(fold: Sequence[str], messages: Sequence[Labelled]) -> list[Scored]:
    model = learn(message for message in messages if family(message) not in fold)
    return [Scored(message, highest(message.text, model), not is_urgent(message))
            for message in messages if family(message) in fold]


def is_urgent(message: Labelled) -> bool:
    """Whether the rules alone raise an alarm at it."""
    return any(flag.severity != "routine" for flag in screen_by_rules(message.text))


def threshold(scored: Sequence[Scored]) -> float:
    """The score at which the cost of what is missed and of what is heard for nothing is least."""
    missed, alarms = [each.score for each in scored if is_danger(each.message)], [
        each.score for each in scored if not is_danger(each.message) and each.asked]
    ordinary = sum(not is_danger(each.message) for each in scored)

    def cost(at: float) -> float:
        return (DANGER * MISS_COSTS * sum(each <= at for each in missed) / len(missed)
                + (1 - DANGER) * sum(each > at for each in alarms) / ordinary)

    return min((step / 20 for step in range(-40, 81)), key=cost)


def told(scored: Sequence[Scored], at: float) -> str:
    lines = [f"threshold {at}", f"{'left out':<12} {'danger, if it listened alone':<40} false alarms that it adds"]
    every = tuple(name for fold in FOLDS for name in fold)
    for fold in (*FOLDS, every):
        some = [each for each in scored if family(each.message) in fold]
        danger = [each.score > at for each in some if is_danger(each.message)]
        calm = [each.asked and each.score > at for each in some if not is_danger(each.message)]
        lines.append(f"{'all' if fold == every else fold[0]:<12} {_share(danger):<40} {_share(calm)}")
    return "\n".join(lines)


def _share(hits: Sequence[bool]) -> str:
    low, high = wilson(sum(hits), len(hits))
    return f"{sum(hits)}/{len(hits)} = {sum(hits) / max(1, len(hits)):.1%} ({low:.1%} to {high:.1%})"


if __name__ == "__main__":
    everything = [*learnable(), *plain_texts()]
    scores = left_out(everything)
    limit = threshold(scores)
    print(f"{len(everything)} messages, seed {SEED}\n{told(scores, limit)}")
    if "--try" not in sys.argv:
        model = learn(everything)
        weights = {feature: round(weight * SCALE) for feature, weight in model.weights.items()}
        WEIGHTS.write_text(json.dumps({
            "version": model.version, "learned_from": f"{len(everything)} messages, seed {SEED}", "bias": model.bias,
            "threshold": limit, "scale": SCALE, "weights": weights}, ensure_ascii=False, separators=(",", ":")) + "\n",
            encoding="utf-8")
        print(f"{len(weights)} weights written, {WEIGHTS.stat().st_size // 1024} kB")
