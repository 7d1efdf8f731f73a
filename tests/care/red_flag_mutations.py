"""Mutation testing of the red-flag rules: each phrase, each guard and each word of each list is taken out in turn, and some
message must be judged otherwise.

    nice python -m tests.care.red_flag_mutations               take out, count, and write docs/evidence/red_flag_mutations.json
    nice python -m tests.care.red_flag_mutations --survivors   and name what nothing noticed
    nice python -m tests.care.red_flag_mutations --golden      write messages for what has none yet (tests/care/red_flag_golden)

The rules are read once. Taking something out can only take away what was found, so a message needs to be looked at again only
if what is taken out was found in it: the phrases found are laid out anew without the word, over the same vocabulary.
"""

import json
import random
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from care import red_flags
from care.phrases import Found, Phrases
from care.plain_words import words_of
from tests.care.red_flag_golden import GOLDEN, Golden, golden, judged, write
from tests.care.red_flag_report import FOLDER, labelled
from tests.care.red_flag_spelling import Speller

REPORT = Path(__file__).parents[2] / "docs" / "evidence" / "red_flag_mutations.json"
SEED, TRIES = 20261130, 24


@dataclass(frozen=True)
class Written:
    """A phrase as it stands in a file, with the rule or guard that it belongs to."""

    meant: Any
    phrase: str

    @property
    def language(self) -> str:
        return str(self.meant.language)

    @property
    def kind(self) -> str:
        return "phrases" if isinstance(self.meant, red_flags.Rule) else "guards"

    def __str__(self) -> str:
        where = self.meant.id if isinstance(self.meant, red_flags.Rule) else f"{self.meant.language} {self.meant.kind}"
        return f"{where}: {self.phrase}"


@dataclass(frozen=True)
class Listed:
    """A word of a list that phrases name with @."""

    language: str
    name: str
    word: str
    kind: str = "words"

    def __str__(self) -> str:
        return f"{self.language} @{self.name}: {self.word}"


Mutation = Written | Listed


class Recorded(Phrases[Any]):
    """Phrases that remember which of them was found, and not only what it means."""

    def __init__(self) -> None:
        super().__init__()
        self.given: dict[Written, tuple[Any, ...]] = {}

    def add(self, phrase: str, tag: Any, *rest: Any, **more: Any) -> None:
        written = Written(tag, phrase)
        self.given[written] = rest
        super().add(phrase, written, *rest, **more)


class Bench:
    """All rules once, each phrase known by itself, and what is left of a judgement without one of its parts."""

    def __init__(self) -> None:
        red_flags.Phrases, plain = Recorded, red_flags.Phrases  # type: ignore[misc]
        red_flags.rules.cache_clear()
        try:
            self.ruled = red_flags.rules()
        finally:
            red_flags.Phrases = plain  # type: ignore[misc]
        self.recorded: Recorded = self.ruled.phrases  # type: ignore[assignment]
        self.lists = {language: red_flags._read(language)["words"] for language in red_flags.languages()}
        self.named: dict[Written, set[str]] = {}
        self.without: dict[tuple[Written, Listed], Phrases[Any]] = {}

    def mutations(self) -> Iterator[Mutation]:
        yield from self.recorded.given
        for language, lists in self.lists.items():
            used = {name for written in self.recorded.given if written.language == language for name in self._names(written)}
            for name in sorted(used):
                yield from (Listed(language, name, word) for word in dict.fromkeys(lists[name]) if is_plain(word))

    def _names(self, written: Written) -> set[str]:
        """The lists that a phrase names, and those that these name."""
        if written in self.named:
            return self.named[written]
        names = self.named[written] = set()
        waiting = [written.phrase]
        while waiting:
            for word in waiting.pop().replace("(", " ").replace(")", " ").replace("|", " ").replace("[", " ").replace(
                    "]", " ").replace("{", " ").split():
                if word.startswith("@") and word[1:] not in names:
                    names.add(word[1:])
                    waiting.append(" ".join(self.lists[written.language][word[1:]]))
        return names

    def judge(self, text: str, mutation: Mutation | None = None, found: list[Found[Any]] | None = None) -> str:
        """What the rules say of a text, and what they would say without one of their parts."""
        words = words_of(text)
        found = self.recorded.find(words) if found is None else found
        if isinstance(mutation, Written):
            found = [each for each in found if each.tag != mutation]
        elif mutation:
            touched = {each.tag for each in found
                       if each.tag.language == mutation.language and mutation.name in self._names(each.tag)}
            found = [each for each in found if each.tag not in touched]
            for written in touched:
                found += self._laid_out(written, mutation).find(words)
        meant = [replace(each, tag=each.tag.meant) for each in found]
        return judged(red_flags.flags_of(text, words, meant))

    def _laid_out(self, written: Written, mutation: Listed) -> Phrases[Any]:
        if (written, mutation) in self.without:
            return self.without[written, mutation]
        names, *rest = self.recorded.given[written]
        left = [word for word in self.lists[mutation.language][mutation.name] if word != mutation.word]
        alone: Phrases[Any] = Phrases()
        self.without[written, mutation] = alone
        alone.vocabulary = self.recorded.vocabulary
        if left:
            alone.add(written.phrase, written, {**names, mutation.name: "|".join(left)}, *rest)
        return alone

    def notices(self, text: str, mutation: Mutation) -> bool:
        found = self.recorded.find(words_of(text))
        if isinstance(mutation, Written) and mutation not in {each.tag for each in found}:
            return False
        return self.judge(text, mutation, found) != self.judge(text, None, found)


def texts() -> Iterable[str]:
    """The messages that must notice: the golden list, and those that the rules were written against."""
    yield from (each.text for each in golden())
    for file in sorted(FOLDER.glob("tune*.txt")):
        yield from (message.text for message in labelled(file.name))


def survivors(bench: Bench) -> set[Mutation]:
    """What can be taken out without any message noticing."""
    left = set(bench.mutations())
    listed: dict[tuple[str, str], set[Listed]] = defaultdict(set)
    for mutation in left:
        if isinstance(mutation, Listed):
            listed[mutation.language, mutation.name].add(mutation)
    for text in texts():
        found = bench.recorded.find(words_of(text))
        whole = bench.judge(text, None, found)
        tags = {each.tag for each in found}
        plain = {word.text for word in words_of(text)}
        touched: set[Mutation] = {tag for tag in tags if tag in left}
        for tag in tags:
            for name in bench._names(tag):
                touched |= {each for each in listed[tag.language, name] if each in left and begins_alike(each.word, plain)}
        left -= {mutation for mutation in touched if bench.judge(text, mutation, found) != whole}
    return left


def is_plain(word: str) -> bool:
    """Whether an entry of a list is words, and not a pattern of its own."""
    return not any(sign in word for sign in "@#()[]|{.")


def begins_alike(word: str, plain: set[str]) -> bool:
    """Whether an entry of a list may have been found among these words: a cheap first look."""
    first = words_of(word)[0].text
    return any(each.startswith(first[:3]) for each in plain)


def write_golden(bench: Bench) -> None:
    """A message for everything that no message notices yet, where one can be found."""
    chance = random.Random(SEED)
    speller = Speller(bench.lists, chance)
    more = golden()
    for mutation in sorted(survivors(bench), key=str):
        spelled = (text for _ in range(TRIES) for text in speller.texts(mutation, bench.recorded.given))
        needing = next((text for text in spelled if bench.notices(text, mutation)), None)
        if needing:
            more.append(Golden(mutation.language, bench.judge(needing), needing))
    write(more)


def report() -> dict[str, Any]:
    bench = Bench()
    left = survivors(bench)
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for mutation in bench.mutations():
        counts[f"{mutation.language}, {mutation.kind}"][0] += mutation not in left
        counts[f"{mutation.language}, {mutation.kind}"][1] += 1
    if "--survivors" in sys.argv:
        print("\n".join(sorted(str(mutation) for mutation in left)))
    commit = subprocess.run(["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=True).stdout.strip()
    tried = sum(of for _, of in counts.values())
    return {"command": "python -m tests.care.red_flag_mutations", "commit": commit, "tried": tried, "golden": len(golden()),
            "noticed": tried - len(left), "survived": len(left), "by_language": dict(sorted(counts.items()))}


def altered() -> list[str]:
    """The messages of the golden list of which the rules say something else than was kept."""
    return [each.text for each in golden() if judged(red_flags.screen_by_rules(each.text)) != each.judged]


if __name__ == "__main__":
    if "--golden" in sys.argv:
        write_golden(Bench())
    else:
        REPORT.write_text(json.dumps(report(), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
        print("\n".join(f"judged otherwise than in {GOLDEN.name}: {text}" for text in altered()))
