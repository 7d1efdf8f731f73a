"""Learn the weights of the second listener from the labelled messages, and tell what it would hear of messages it has not seen.

    nice python -m tests.care.red_flag_training          measure by leaving files out, learn from all, write the weights
    nice python -m tests.care.red_flag_training --try    measure only

Whether words mean danger: logistic regression by stochastic gradient descent with a step of its own for each feature (Duchi et
al., JMLR 2011;12:2121). What the rules hear anyway counts half, for the listener is not asked there. Which danger they are most
like: naive Bayes, each feature by how much likelier it is in a message of that danger than in one of another (Maron, J ACM
1961;8:404). The order is seeded, so the same messages give the same weights. Files named `fresh_11*` and later are never
learned from.

How sure it must be is chosen by what it said of messages whose whole family was left out of the learning, each family in turn:
at the score where a missed danger, weighed against how seldom danger is, costs as much as the false alarms of hearing it. A
danger is named where of the doubts left out so many that were named so were it.
"""

import json
import random
import re
import sys
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import cache
from math import exp, log, sqrt

from babel.messages.pofile import read_po

from care.plain_words import words_of
from care.red_flags import lowered, screen_by_rules
from care.second_listener import WEIGHTS, Model, by_rules, features, most_like, parts, score, share_of_each, telling
from tests.care.red_flag_report import CALM, CALMER, FOLDER, MUST, Labelled, labelled, wilson

VERSION = 5
SEED, ROUNDS, STEP = 20261130, 5, 0.5
LOCALE = WEIGHTS.parents[1] / "locale"
LEAST_SEEN, KEPT, SCALE = 3, 30_000, 100
HEARD_ANYWAY = 0.5  # the weight of a message in which the rules hear something urgent
TOLD_LEAST, TOLD_KEPT, FOR_EACH, SPEAKS_FROM = 3, 12_000, 2, 0.7
NAMED_RIGHT = 0.8  # of the doubts that are named, so many should be named right
DANGER = 1 / 50  # of the messages in which the rules hear nothing urgent: a guess, for no patient has written yet
MISS_COSTS = 12  # a danger that nobody hears of, in false alarms: in each a nurse reads one message and the patient sees a card
# Left out together, for they hold the same situations: none like them is learned from.
FOLDS = (("fresh_8",), ("fresh_9",), ("fresh_10",))


@dataclass(frozen=True)
class Scored:
    message: Labelled
    score: float
    asked: bool  # the rules raise nothing urgent, so that the second listener is asked
    like: str  # which danger it is most like
    ahead: float  # and how far ahead of the next


def plain_texts() -> list[Labelled]:
    """Ordinary words of our own in every language: what the bot and the lessons say that is not about danger."""
    texts = {entry.string or entry.id for file in sorted(LOCALE.rglob("*.po"))
             for entry in read_po(file.open("rb")) if entry.id and isinstance(entry.id, str) and isinstance(entry.string, str)}
    texts |= {entry.id for entry in read_po(sorted(LOCALE.rglob("*.po"))[0].open("rb")) if isinstance(entry.id, str)}
    texts = {re.sub(r"\{\w+\}", "", text) for text in texts}
    return [Labelled(CALM, "-", "ours", text, "ours") for text in sorted(texts) if text.strip() and _heard(text) == ((), False)]


def learnable() -> list[Labelled]:
    names = sorted(file.name for file in FOLDER.glob("*.txt"))
    return [message for name in names if not re.match(r"fresh_(?!10\.)\d\d", name) for message in labelled(name)]


def is_danger(message: Labelled) -> bool:
    return message.expected not in (CALM, CALMER)


def learn(messages: Iterable[Labelled]) -> Model:
    """The weights that tell danger from what is ordinary, the heaviest kept; the threshold is still 0."""
    learned_from = list(messages)
    examples = [(_features(message.text), is_danger(message), _counts(message.text)) for message in learned_from]
    seen = Counter(feature for present, _, _ in examples for feature in present)
    numbers = {feature: number for number, feature in enumerate(sorted(f for f, times in seen.items() if times >= LEAST_SEEN))}
    rows = [([numbers[f] for f in sorted(present) if f in numbers], danger, counts) for present, danger, counts in examples]
    weights, steepness = [0.0] * len(numbers), [0.1] * len(numbers)
    bias, bias_steepness = 0.0, 1.0
    shuffled = random.Random(SEED)
    for _ in range(ROUNDS):
        shuffled.shuffle(rows)
        for row, danger, counts in rows:
            if not row:
                continue
            share = share_of_each(len(row))
            total = bias + share * sum(map(weights.__getitem__, row))
            error = counts * (1 / (1 + exp(-max(-30.0, min(30.0, total)))) - danger)
            bias_steepness += error * error
            bias -= STEP * error / sqrt(bias_steepness)
            slope = error * share
            for number in row:
                steepness[number] += slope * slope
                weights[number] -= STEP * slope / sqrt(steepness[number])
    heaviest = sorted(numbers, key=lambda feature: (-abs(weights[numbers[feature]]), feature))[:KEPT]
    kept = {feature: round(weights[numbers[feature]] * SCALE) / SCALE for feature in sorted(heaviest)}
    return Model(VERSION, round(bias, 3), 0.0, {feature: weight for feature, weight in kept.items() if weight},
                 0.0, learn_dangers(message for message in learned_from if message.expected in MUST))


def learn_dangers(messages: Iterable[Labelled]) -> dict[str, dict[str, float]]:
    """How much each feature speaks for the dangers that it speaks for most; of the features those that say most, oftenest."""
    of_danger: Counter[str] = Counter()
    seen: dict[str, Counter[str]] = {}
    for message in messages:
        of_danger[message.category] += 1
        for feature in _telling(message.text):
            seen.setdefault(feature, Counter())[message.category] += 1
    every, told = of_danger.total(), {}
    for feature, times in seen.items():
        if (total := times.total()) >= TOLD_LEAST:
            speaks = {danger: round(SCALE * log((here + .3) / (of_danger[danger] + 2)
                                                / ((total - here + .3) / (every - of_danger[danger] + 2)))) / SCALE
                      for danger, here in times.items()}
            most = sorted(speaks, key=lambda danger: (-speaks[danger], danger))[:FOR_EACH]
            if kept := {danger: speaks[danger] for danger in most if speaks[danger] >= SPEAKS_FROM}:
                told[feature] = kept, max(kept.values()) * sqrt(total)
    return {feature: told[feature][0] for feature in sorted(sorted(told, key=lambda each: (-told[each][1], each))[:TOLD_KEPT])}


@cache
def _heard(text: str) -> tuple[tuple[str, ...], bool]:
    """What the rules lower in a text, and whether they raise an alarm at it."""
    flags = screen_by_rules(text)
    return tuple(lowered(flags)), any(flag.severity != "routine" for flag in flags)


def _counts(text: str) -> float:
    return HEARD_ANYWAY if _heard(text)[1] else 1.0


@cache
def _telling(text: str) -> frozenset[str]:
    return frozenset(sys.intern(feature) for _, tokens in parts(words_of(text)) for feature in telling(tokens))


@cache
def _features(text: str) -> frozenset[str]:
    found = {sys.intern(feature) for _, tokens in parts(words_of(text)) for feature in features(tokens)}
    return frozenset(found.union(map(by_rules, _heard(text)[0])))


def scored(message: Labelled, model: Model) -> Scored:
    """What is made of the part of a message that is most likely to mean danger."""
    hints, urgent = _heard(message.text)
    each = [(score(tokens, model, hints), tokens) for _, tokens in parts(words_of(message.text))]
    highest, tokens = max(each, key=lambda part: part[0], default=(-99.0, []))
    return Scored(message, highest, not urgent, *most_like(tokens, model.dangers))


def family(message: Labelled) -> str:
    return message.where.split(".")[0]


def learned_apart(messages: Sequence[Labelled]) -> tuple[list[Scored], Model]:
    """Each message of the folds as a model judges it that learned from everything but its own fold; and one of everything."""
    for message in messages:
        _features(message.text), _telling(message.text)  # read once, before the workers part
    with ProcessPoolExecutor(2) as workers:
        whole = workers.submit(learn, messages)
        judged = [each for judged in workers.map(_left_out, FOLDS, [messages] * len(FOLDS)) for each in judged]
        return judged, whole.result()


def _left_out(fold: Sequence[str], messages: Sequence[Labelled]) -> list[Scored]:
    model = learn(message for message in messages if family(message) not in fold)
    return [scored(message, model) for message in messages if family(message) in fold]


def far_enough(judged: Sequence[Scored], at: float) -> float:
    """How far ahead a danger must be, so that of the doubts named so enough are it."""
    doubts = sorted((each for each in judged if each.asked and each.score > at and each.message.expected in MUST),
                    key=lambda each: -each.ahead)
    right = [each.like == each.message.category for each in doubts]
    enough = [number for number in range(30, len(right) + 1) if sum(right[:number]) >= NAMED_RIGHT * number]
    return round(doubts[enough[-1] - 1].ahead, 2) if enough else 99.0


def threshold(judged: Sequence[Scored]) -> float:
    """The score at which the cost of what is missed and of what is heard for nothing is least."""
    missed, alarms = [each.score for each in judged if is_danger(each.message)], [
        each.score for each in judged if not is_danger(each.message) and each.asked]
    ordinary = sum(not is_danger(each.message) for each in judged)

    def cost(at: float) -> float:
        return (DANGER * MISS_COSTS * sum(each <= at for each in missed) / len(missed)
                + (1 - DANGER) * sum(each > at for each in alarms) / ordinary)

    return min((step / 20 for step in range(-40, 81)), key=cost)


def told(judged: Sequence[Scored], at: float, ahead: float) -> str:
    lines = [f"threshold {at}", f"{'left out':<12} {'danger, if it listened alone':<40} false alarms that it adds"]
    every = tuple(name for fold in FOLDS for name in fold)
    for fold in (*FOLDS, every):
        some = [each for each in judged if family(each.message) in fold]
        danger = [each.score > at for each in some if is_danger(each.message)]
        calm = [each.asked and each.score > at for each in some if not is_danger(each.message)]
        lines.append(f"{'all' if fold == every else fold[0]:<12} {_share(danger):<40} {_share(calm)}")
    named = [each.like == each.message.category for each in judged if each.asked and each.score > at
             and each.ahead > ahead and each.message.expected in MUST]
    return "\n".join([*lines, f"doubts of danger that are named, right: {_share(named)}"])


def _share(hits: Sequence[bool]) -> str:
    low, high = wilson(sum(hits), len(hits))
    return f"{sum(hits)}/{len(hits)} = {sum(hits) / max(1, len(hits)):.1%} ({low:.1%} to {high:.1%})"


def written(model: Model, at: float, ahead: float, learned_from: str) -> str:
    """The model as the file that is shipped."""
    names = sorted({danger for speaks in model.dangers.values() for danger in speaks})
    dangers: Mapping[str, list[int]] = {
        feature: [number for danger, weight in speaks.items() for number in (names.index(danger), round(weight * SCALE))]
        for feature, speaks in model.dangers.items()}
    weights = {feature: round(weight * SCALE) for feature, weight in model.weights.items()}
    return json.dumps({
        "version": model.version, "learned_from": learned_from, "bias": model.bias, "threshold": at, "scale": SCALE,
        "ahead": ahead, "categories": names, "dangers": dangers, "weights": weights},
        ensure_ascii=False, separators=(",", ":")) + "\n"


if __name__ == "__main__":
    everything = [*learnable(), *plain_texts()]
    learned_from = f"{len(everything)} messages, seed {SEED}"
    scores, model = learned_apart(everything)
    limit = threshold(scores)
    far = far_enough(scores, limit)
    print(f"{learned_from}\n{told(scores, limit, far)}")
    if "--try" not in sys.argv:
        WEIGHTS.write_text(written(model, limit, far, learned_from), encoding="utf-8")
        print(f"{len(model.weights)} weights written, {WEIGHTS.stat().st_size // 1024} kB, named from {far} ahead")
