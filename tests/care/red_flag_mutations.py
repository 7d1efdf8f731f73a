"""Mutation testing of the red-flag rules: each phrase and guard is taken out in turn, and the messages that they were written
against must notice.

    nice python -m tests.care.red_flag_mutations [--survivors]     writes docs/evidence/red_flag_mutations.json

A phrase is noticed if without it some message is judged otherwise than it should be. To take a phrase out, what it found is
left out of what was found in each message; all other phrases find what they found.
"""

import json
import subprocess
import sys
from collections import defaultdict
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from care import red_flags
from care.phrases import Found, Phrases
from care.plain_words import words_of
from tests.care.red_flag_report import FOLDER, labelled

REPORT = Path(__file__).parents[2] / "docs" / "evidence" / "red_flag_mutations.json"


@dataclass(frozen=True)
class Written:
    """A phrase as it stands in a file, with the rule or guard that it belongs to."""

    meant: Any
    phrase: str

    @property
    def kind(self) -> str:
        return "phrase" if isinstance(self.meant, red_flags.Rule) else "guard"

    def __str__(self) -> str:
        where = self.meant.id if isinstance(self.meant, red_flags.Rule) else f"{self.meant.language} {self.meant.kind}"
        return f"{where}: {self.phrase}"


class Recorded(Phrases[Any]):
    """Phrases that remember which of them was found, and not only what it means."""

    def add(self, phrase: str, tag: Any, *rest: Any, **more: Any) -> None:
        super().add(phrase, Written(tag, phrase), *rest, **more)


def campaign() -> tuple[set[Written], set[Written], set[Written]]:
    """Every phrase and guard, those that some message holds, and those whose absence some message notices."""
    red_flags.Phrases, plain = Recorded, red_flags.Phrases  # type: ignore[misc]
    red_flags.rules.cache_clear()
    try:
        recorded = red_flags.rules().phrases
        every = {tag for ends in recorded._ends for tag in ends}
        held: set[Written] = set()
        noticed: set[Written] = set()
        for file in sorted(FOLDER.glob("tune*.txt")):
            for message in labelled(file.name):
                words = words_of(message.text)
                found = recorded.find(words)
                held |= {each.tag for each in found}
                for written in {each.tag for each in found} - noticed:
                    left: list[Found[Any]] = [replace(each, tag=each.tag.meant) for each in found if each.tag != written]
                    if not message.is_met(red_flags.flags_of(message.text, words, left)):
                        noticed.add(written)
    finally:
        red_flags.Phrases = plain  # type: ignore[misc]
        red_flags.rules.cache_clear()
    return every, held, noticed


def report() -> dict[str, Any]:
    every, held, noticed = campaign()
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for written in every:
        counts[f"{written.meant.language}, {written.kind}s"][0] += written in noticed
        counts[f"{written.meant.language}, {written.kind}s"][1] += 1
    if "--survivors" in sys.argv:
        print("\n".join(sorted(str(written) for written in every - noticed)))
    commit = subprocess.run(["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=True).stdout.strip()
    return {"command": "python -m tests.care.red_flag_mutations", "commit": commit, "tried": len(every), "found": len(held),
            "noticed": len(noticed),
            "survived": len(every) - len(noticed), "by_language": dict(sorted(counts.items()))}


if __name__ == "__main__":
    REPORT.write_text(json.dumps(report(), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
