"""The golden list: messages of which it is kept what the rules say, so that no phrase can be taken out or altered unnoticed.

One message a line in red_flag_golden/<language>.txt: what the rules say, then ` | `, then the message. Made with the help of
`python -m tests.care.red_flag_mutations --golden`: they read like a rule and not like a person, and say nothing about recall.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from care.red_flags import Flag

GOLDEN = Path(__file__).with_name("red_flag_golden")


@dataclass(frozen=True)
class Golden:
    language: str
    judged: str
    text: str


def judged(flags: Sequence[Flag]) -> str:
    """What was found, in one line: rule, how urgent, how certain and the very words of each."""
    return "; ".join(f"{flag.rule} {flag.severity} {flag.certainty} [{flag.words}]" for flag in flags) or "nothing"


def golden() -> list[Golden]:
    kept = []
    for file in sorted(GOLDEN.glob("*.txt")):
        for line in file.read_text(encoding="utf-8").splitlines():
            said, text = line.split(" | ", 1)
            kept.append(Golden(file.stem, said, text))
    return kept


def write(messages: Iterable[Golden]) -> None:
    by_language: dict[str, set[str]] = defaultdict(set)
    for each in messages:
        by_language[each.language].add(f"{each.judged} | {each.text}")
    GOLDEN.mkdir(exist_ok=True)
    for language, lines in by_language.items():
        (GOLDEN / f"{language}.txt").write_text("\n".join(sorted(lines)) + "\n", encoding="utf-8")
