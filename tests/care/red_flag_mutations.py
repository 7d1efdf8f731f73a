"""Mutation testing of the red-flag rules: each phrase, each guard and each word of each list is taken out in turn, and some
message of the golden list must be judged otherwise.

    nice python -m tests.care.red_flag_mutations [language ...]

takes out, counts, and writes docs/evidence/red_flag_mutations.json, and with

    --survivors   names what nothing noticed
    --golden      keeps the messages that notice something (tests/care/red_flag_golden)
    --prune       cuts what still nothing notices out of the rules
    --again       keeps what the rules say today of the golden list, and names what was an alarm and is none
    --since NAME  only what was written since that commit: with --golden adds messages that notice it to the list, else names
                  what of it nothing notices

The rules are read once. Taking something out can only take away what was found, so a message needs to be looked at again only
if what is taken out was found in it: the phrases found are laid out anew without the word, over the same vocabulary.

The golden list holds what a labelled message notices first, for these read like a person. Only for what none of them notices
is a message spelled out of the phrase itself. What no such message needs either says only what another phrase says too.
"""

import json
import random
import subprocess
import sys
import tomllib
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from care import red_flags
from care.phrases import Found, Phrases
from care.plain_words import Word, words_of
from tests.care.red_flag_evidence import unmet
from tests.care.red_flag_golden import GOLDEN, Golden, golden, judged, write
from tests.care.red_flag_pruning import cut
from tests.care.red_flag_report import FOLDER, labelled
from tests.care.red_flag_spelling import Speller, lists_named, spoken

REPORT = Path(__file__).parents[2] / "docs" / "evidence" / "red_flag_mutations.json"
SEED, TRIES, WORKERS = 20261130, 16, 2


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

    @property
    def where(self) -> str:
        return self.meant.id if isinstance(self.meant, red_flags.Rule) else str(self.meant.kind)

    def __str__(self) -> str:
        return f"{self.language} {self.where}: {self.phrase}"


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
        self.named: dict[Written, set[str]] = {
            written: lists_named(written.phrase, self.lists[written.language]) for written in self.recorded.given}
        self.naming: dict[tuple[str, str], list[Written]] = defaultdict(list)
        for written, names in self.named.items():
            for name in names:
                self.naming[written.language, name].append(written)
        self.without: dict[tuple[Written, tuple[tuple[str, frozenset[str]], ...]], Phrases[Any]] = {}

    def mutations(self) -> Iterator[Mutation]:
        """Everything that can be taken out; a list that no phrase names cannot."""
        yield from self.recorded.given
        for language, name in sorted(self.naming):
            yield from (Listed(language, name, word) for word in dict.fromkeys(self.lists[language][name]) if is_plain(word))

    def judge(self, text: str, mutation: Mutation | None = None, found: list[Found[Any]] | None = None) -> str:
        """What the rules say of a text, and what they would say without one of their parts."""
        words = words_of(text)
        return self.judge_without(text, words, self.recorded.find(words) if found is None else found,
                                  {mutation} if mutation else set())

    def _laid_out(self, written: Written, gone: tuple[tuple[str, frozenset[str]], ...]) -> Phrases[Any]:
        """A phrase alone, without these words of its lists."""
        if (written, gone) in self.without:
            return self.without[written, gone]
        names, *rest = self.recorded.given[written]
        alone = self.without[written, gone] = Phrases[Any]()
        alone.vocabulary = self.recorded.vocabulary
        left = {name: [word for word in self.lists[written.language][name] if word not in words] for name, words in gone}
        if all(left.values()):
            alone.add(written.phrase, written, {**names, **{name: "|".join(words) for name, words in left.items()}}, *rest)
        return alone

    def judge_without(self, text: str, words: list[Word], found: list[Found[Any]], gone: set[Mutation]) -> str:
        """What the rules would say of a text without several of their parts."""
        plain = {word.text for word in words}
        lists: dict[tuple[str, str], set[str]] = defaultdict(set)
        for mutation in gone:
            if isinstance(mutation, Listed) and begins_alike(mutation.word, plain):
                lists[mutation.language, mutation.name].add(mutation.word)
        kept: list[Found[Any]] = []
        for written in {each.tag for each in found if each.tag not in gone}:
            names = {name: frozenset(lists[written.language, name]) for name in self.named[written]
                     if (written.language, name) in lists}
            if names:
                kept += self._laid_out(written, tuple(sorted(names.items()))).find(words)
            else:
                kept += [each for each in found if each.tag == written]
        return judged(red_flags.flags_of(text, words, [replace(each, tag=each.tag.meant) for each in kept]))

    def touched(self, found: list[Found[Any]], words: list[Word], left: "Left") -> set[Mutation]:
        """What of all that is left may have had a part in what was found."""
        plain = {word.text for word in words}
        touched: set[Mutation] = {each.tag for each in found if each.tag in left.all}
        for language, name in {(each.tag.language, name) for each in found for name in self.named[each.tag]}:
            touched |= {each for each in left.listed[language, name] if begins_alike(each.word, plain)}
        return touched

    def noticed(self, text: str, left: "Left") -> set[Mutation]:
        """What of all that is left cannot be taken out without this text being judged otherwise."""
        words = words_of(text)
        found = self.recorded.find(words)
        if not found:
            return set()
        whole = self.judge(text, None, found)
        return {mutation for mutation in self.touched(found, words, left) if self.judge(text, mutation, found) != whole}


class Left:
    """What nothing has noticed yet."""

    def __init__(self, mutations: Iterable[Mutation]) -> None:
        self.all = set(mutations)
        self.listed: dict[tuple[str, str], set[Listed]] = defaultdict(set)
        for mutation in self.all:
            if isinstance(mutation, Listed):
                self.listed[mutation.language, mutation.name].add(mutation)

    def remove(self, noticed: set[Mutation]) -> None:
        self.all -= noticed
        for mutation in noticed:
            if isinstance(mutation, Listed):
                self.listed[mutation.language, mutation.name].discard(mutation)


def written_since(commit: str, bench: Bench) -> set[Mutation]:
    """What can be taken out of the rules that was not in them at a commit."""
    then = {language: tomllib.loads(subprocess.run(
        ["git", "show", f"{commit}:content/red_flags/{language}.toml"], capture_output=True, text=True, check=True).stdout)
        for language in red_flags.languages()}
    phrases = {(language, kind, phrase) for language, data in then.items()
               for kind, several in ((*data["context"].items(), *((rule["id"], rule["phrases"]) for rule in data["rule"])))
               for phrase in several}
    return {each for each in bench.mutations() if (
        each.word not in then[each.language]["words"].get(each.name, ()) if isinstance(each, Listed)
        else (each.language, each.where, each.phrase) not in phrases)}


def look_at_new(bench: Bench, new: set[Mutation], keep: bool) -> list[Mutation]:
    """What of all that is new nothing notices; to be kept, a message more for whatever one can be found for."""
    _benches[:], kept, left = [bench], list(golden()), set[Mutation]()
    for language in sorted({each.language for each in new}):
        of_language = {each for each in new if each.language == language}
        more, unnoticed = _noticing(language, of_language) if keep else ([], _unnoticed(language, of_language))
        kept += more
        left |= unnoticed
    if keep:
        write(kept)
    return sorted(left, key=str)


def survivors(bench: Bench) -> set[Mutation]:
    """What can be taken out without any message of its language's golden list noticing."""
    return set().union(*_by_language(bench, _survivors))


def _survivors(language: str) -> set[Mutation]:
    return _unnoticed(language, {each for each in _benches[0].mutations() if each.language == language})


def _unnoticed(language: str, wanted: set[Mutation]) -> set[Mutation]:
    """What of all that is wanted no message of the golden list notices."""
    bench, left = _benches[0], Left(wanted)
    for each in golden():
        if each.language == language:
            left.remove(bench.noticed(each.text, left))
    return left.all


_benches: list[Bench] = []  # the workers are forked from the process that read the rules


def _by_language(bench: Bench, work: Callable[[str], Any]) -> list[Any]:
    _benches[:] = [bench]
    with ProcessPoolExecutor(WORKERS, get_context("fork")) as workers:
        return list(workers.map(work, [code for code in red_flags.languages() if code in sys.argv] or red_flags.languages()))


def is_plain(word: str) -> bool:
    """Whether an entry of a list is words, and not a pattern of its own."""
    return not any(sign in word for sign in "@#()[]|{.")


def begins_alike(word: str, plain: set[str]) -> bool:
    """Whether an entry of a list may have been found among these words: a cheap first look, for whatever alphabet."""
    first = words_of(word.rstrip("*"))[0].text[:3]
    return not first.isascii() or any(each.startswith(first) or first[:1] == each[1:2] for each in plain)


def written_by_people() -> Iterator[tuple[str, str]]:
    """The labelled messages that were looked at already, with the language of each."""
    for file in sorted(FOLDER.glob("*.txt")):
        language = next((code for code in red_flags.languages() if f".{code}." in file.name), "en")
        yield from ((language, message.text) for message in labelled(file.name))


def write_golden(bench: Bench) -> None:
    """Keep a message for everything that can be taken out, where one can be found."""
    write([each for kept in _by_language(bench, _golden) for each in kept])


def _golden(language: str) -> list[Golden]:
    return _noticing(language, {each for each in _benches[0].mutations() if each.language == language})[0]


def _noticing(language: str, wanted: set[Mutation]) -> tuple[list[Golden], set[Mutation]]:
    """Messages that notice what is wanted, those of people first; and what none was found for."""
    bench, chance = _benches[0], random.Random(SEED)
    left, kept = Left(wanted), []

    def keep(text: str) -> None:
        noticed = bench.noticed(text, left)
        left.remove(noticed)
        if noticed:
            kept.append(Golden(language, bench.judge(text), text))

    for text in (*(text for code, text in written_by_people() if code == language),
                 *(each.text for each in golden() if each.language == language)):
        keep(text)
    speller = Speller(bench.lists, chance)
    for mutation in sorted(left.all, key=str):
        users = [mutation] if isinstance(mutation, Written) else list(bench.naming[mutation.language, mutation.name])
        chance.shuffle(users)
        for text in (text for at in range(TRIES) for text in speller.texts(mutation, users[at % len(users)])):
            if mutation not in left.all:
                break
            keep(spoken(text, language, chance))
    return kept, left.all


def prune(bench: Bench) -> None:
    """Cut out of the rules what nothing needs: one at a time, and of two that say the same only one."""
    for mutation in (each for gone in _by_language(bench, _needless) for each in gone):
        if isinstance(mutation, Written):
            cut(mutation.language, mutation.where, mutation.phrase)
        else:
            cut(mutation.language, f"@{mutation.name}", mutation.word)


def _needless(language: str) -> list[Mutation]:
    """What can go altogether without any message of the language being judged otherwise, whether kept or labelled."""
    bench, candidates = _benches[0], sorted(_survivors(language), key=str)
    left, touched = Left(candidates), defaultdict(list)
    texts = {text for code, text in written_by_people() if code == language}
    texts |= {each.text for each in golden() if each.language == language}
    read = {}
    for text in sorted(texts):
        words = words_of(text)
        found = bench.recorded.find(words)
        if several := bench.touched(found, words, left):
            read[text] = words, found, bench.judge(text, None, found)
            for mutation in several:
                touched[mutation].append(text)
    gone: list[Mutation] = []
    for mutation in candidates:
        going = {*gone, mutation}
        if all(bench.judge_without(text, *read[text][:2], going) == read[text][2] for text in touched[mutation]):
            gone.append(mutation)
    return gone


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


def judge_again() -> None:
    """Keep today's judgements of the golden list; print what was an alarm and is none now, for a person to look at."""
    today = [replace(each, judged=judged(red_flags.screen_by_rules(each.text))) for each in golden()]
    for before, after in zip(golden(), today, strict=True):
        if _is_alarm(before.judged) and not _is_alarm(after.judged):
            print(f"{before.text}: {before.judged} -> {after.judged}")
    write(today)


def _is_alarm(said: str) -> bool:
    return " emergency " in said or " urgent " in said


if __name__ == "__main__":
    if "--again" in sys.argv:
        judge_again()
    elif "--since" in sys.argv:
        bench = Bench()
        new = written_since(sys.argv[sys.argv.index("--since") + 1], bench)
        unnoticed = look_at_new(bench, new, keep="--golden" in sys.argv)
        print("\n".join([*map(str, unnoticed), f"{len(new)} new, {len(unnoticed)} of them noticed by no message"]))
    elif "--golden" in sys.argv:
        write_golden(Bench())
    elif "--prune" in sys.argv:
        prune(Bench())
    else:
        said = [  # first: the bench takes the rules apart
            *(f"judged otherwise than in {GOLDEN.name}: {text}" for text in altered()),
            *(f"not met: {each}" for file in sorted(FOLDER.glob("tune*.txt")) for each in unmet(file.name))]
        REPORT.write_text(json.dumps(report(), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
        print("\n".join(said))
