"""Learn the weights of the second listener from the labelled messages, and tell what it would hear of messages it has not seen.

    nice python -m tests.care.red_flag_training          measure by leaving files out, learn from all, write the weights
    nice python -m tests.care.red_flag_training --try    measure only

Logistic regression by stochastic gradient descent with a step of its own for each feature (Duchi et al., JMLR 2011;12:2121).
The order is seeded, so the same messages give the same weights. Files named `fresh_7*` and later are never learned from.
"""

import json
import random
import re
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import exp, sqrt

from babel.messages.pofile import read_po

from care.plain_words import words_of
from care.red_flags import screen_by_rules
from care.second_listener import WEIGHTS, Model, features, parts, score, share_of_each
from tests.care.red_flag_report import CALM, CALMER, FOLDER, Labelled, labelled, wilson

SEED, ROUNDS, STEP = 20261130, 12, 0.5
LOCALE = WEIGHTS.parents[1] / "locale"
LEAST_SEEN, KEPT, SCALE = 2, 30_000, 100
FALSE_ALARMS = 0.012  # of the ordinary messages that were left out; the threshold is set so
HELD_OUT = ("fresh_5", "fresh_6", "held_out", "held_out_2")  # left out together: none like them is learned from


@dataclass(frozen=True)
class Scored:
    message: Labelled
    score: float
    asked: bool


def plain_texts() -> list[Labelled]:
    """Ordinary words of our own in every language: what the bot and the lessons say that is not about danger."""
    texts = {entry.string or entry.id for file in sorted(LOCALE.rglob("*.po"))
             for entry in read_po(file.open("rb")) if entry.id and isinstance(entry.id, str) and isinstance(entry.string, str)}
    texts |= {entry.id for entry in read_po(sorted(LOCALE.rglob("*.po"))[0].open("rb")) if isinstance(entry.id, str)}
    texts = {re.sub(r"\{\w+\}", "", text) for text in texts}
    return [Labelled(CALM, "-", "ours", text, "ours") for text in sorted(texts) if text.strip() and not screen_by_rules(text)]


def learnable() -> list[Labelled]:
    names = sorted(file.name for file in FOLDER.glob("*.txt"))
    return [message for name in names if not re.match(r"fresh_([7-9]|\d\d)", name) for message in labelled(name)]


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
            total = bias + share * sum(weights[number] for number in row)
            error = 1 / (1 + exp(-max(-30.0, min(30.0, total)))) - danger
            bias_steepness += error * error
            bias -= STEP * error / sqrt(bias_steepness)
            slope = error * share
            for number in row:
                steepness[number] += slope * slope
                weights[number] -= STEP * slope / sqrt(steepness[number])
    heaviest = sorted(numbers, key=lambda feature: (-abs(weights[numbers[feature]]), feature))[:KEPT]
    kept = {feature: round(weights[numbers[feature]] * SCALE) / SCALE for feature in sorted(heaviest)}
    return Model(1, round(bias, 3), 0.0, {feature: weight for feature, weight in kept.items() if weight})


def _features(text: str) -> set[str]:
    return {feature for _, tokens in parts(words_of(text)) for feature in features(tokens)}


def highest(text: str, model: Model) -> float:
    """The score of the part of a text that is most likely to mean danger."""
    return max((score(tokens, model) for _, tokens in parts(words_of(text))), default=-99.0)


def family(message: Labelled) -> str:
    return message.where.split(".")[0]


def left_out(messages: Sequence[Labelled]) -> list[Scored]:
    """Each message of the held-out families, its score by a model that learned from all other families, and whether the rules
    have nothing to say of it today, so that the second listener is asked at all."""
    model = learn(message for message in messages if family(message) not in HELD_OUT)
    return [Scored(message, highest(message.text, model), not screen_by_rules(message.text))
            for message in messages if family(message) in HELD_OUT]


def threshold(scored: Sequence[Scored]) -> float:
    """The score that no more than FALSE_ALARMS of the ordinary messages reach, of those in which the rules hear nothing."""
    ordinary = [each for each in scored if not is_danger(each.message)]
    asked = sorted((each.score for each in ordinary if each.asked), reverse=True)
    return round(asked[int(FALSE_ALARMS * len(ordinary))], 2)


def told(scored: Sequence[Scored], at: float) -> str:
    lines = [f"threshold {at}", f"{'left out':<12} {'danger, if it listened alone':<40} false alarms that it adds"]
    for name in (*HELD_OUT, ""):
        some = [each for each in scored if name in ("", family(each.message))]
        danger = [each.score > at for each in some if is_danger(each.message)]
        calm = [each.asked and each.score > at for each in some if not is_danger(each.message)]
        lines.append(f"{name or 'all':<12} {_share(danger):<40} {_share(calm)}")
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
