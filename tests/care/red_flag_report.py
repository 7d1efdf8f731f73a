"""How well the red-flag screen does on labelled messages: recall and false alarms, by file and category, with bounds.

    python -m tests.care.red_flag_report [--misses] [file ...]
"""

import sys
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import sqrt
from pathlib import Path

from care.red_flags import RANK, Flag, screen

FOLDER = Path(__file__).with_name("red_flag_messages")
MUST, DOUBTFUL, CALMER, CALM = ("emergency", "urgent"), "hedged", "routine", "calm"


@dataclass(frozen=True)
class Labelled:
    """A message, what the screen should make of it, and where it stands."""

    expected: str
    category: str
    kind: str
    text: str
    where: str

    def is_met(self, flags: Sequence[Flag]) -> bool:
        alarms = [flag for flag in flags if flag.severity != "routine"]
        if self.expected == CALM:
            return not alarms
        if self.expected == CALMER:
            return not alarms and any(flag.category == self.category for flag in flags)
        enough = "urgent" if self.expected == DOUBTFUL else self.expected
        return any(flag.category == self.category and RANK[flag.severity] <= RANK[enough] for flag in alarms)


def labelled(name: str) -> list[Labelled]:
    """The messages of one file of the folder."""
    messages = []
    for number, line in enumerate((FOLDER / name).read_text(encoding="utf-8").splitlines(), 1):
        if line.strip() and not line.startswith("#"):
            expected, category, kind, text = (part.strip() for part in line.split(" | ", 3))
            messages.append(Labelled(expected, category, kind, text, f"{name}:{number}"))
    return messages


def wilson(hits: int, of: int) -> tuple[float, float]:
    """The 95 % interval of a share; at its ends the exact one-sided bound, which the rule of three comes near to."""
    if of == 0:
        return 0.0, 1.0
    if hits in (0, of):
        return (0.0, 1 - 0.05 ** (1 / of)) if hits == 0 else (0.05 ** (1 / of), 1.0)
    z, share = 1.96, hits / of
    middle = (share + z * z / (2 * of)) / (1 + z * z / of)
    half = z * sqrt(share * (1 - share) / of + z * z / (4 * of * of)) / (1 + z * z / of)
    return middle - half, middle + half


def _line(what: str, hits: int, of: int) -> str:
    low, high = wilson(hits, of)
    return f"  {what:<28} {hits:>4}/{of:<4} {hits / of:7.1%}   95 %: {low:.1%} to {high:.1%}" if of else f"  {what:<28} none"


def report(names: Iterable[str], misses: bool = False) -> str:
    """Recall of must-catch messages by category, doubtful self-harm kept, and false alarms of calm ones."""
    lines: list[str] = []
    for name in names:
        met: dict[tuple[str, str], list[bool]] = defaultdict(list)
        missed: list[str] = []
        for message in labelled(name):
            flags = screen(message.text)
            ok = message.is_met(flags)
            group = "must" if message.expected in MUST else message.expected
            met[group, message.category if group == "must" else message.kind].append(ok)
            if not ok:
                shown = ", ".join(f"{flag.rule}={flag.severity}" for flag in flags) or "nothing"
                missed.append(f"    {message.where} {message.expected} {message.category}: {message.text!r} -> {shown}")
        lines.append(name)
        for group, title in (("must", "must-catch recall"), (DOUBTFUL, "doubtful kept"), (CALM, "false alarms")):
            parts = {part: results for (of_group, part), results in met.items() if of_group == group}
            every = [ok == (group != CALM) for results in parts.values() for ok in results]
            lines.append(_line(title, sum(every), len(every)))
            for part, results in parts.items():
                if group == "must" or not all(results):
                    lines.append(_line(f"  {part}", sum(ok == (group != CALM) for ok in results), len(results)))
        lines += ["  not met:", *missed] if misses and missed else []
    return "\n".join(lines)


if __name__ == "__main__":
    asked = [word for word in sys.argv[1:] if not word.startswith("--")]
    print(report(asked or sorted(file.name for file in FOLDER.glob("*.txt")), misses="--misses" in sys.argv))
