"""The evidence on the red-flag screen, from the labelled messages: what the first look at them found, and what is found now.

    python -m tests.care.red_flag_evidence            write docs/evidence/red_flags.md
    python -m tests.care.red_flag_evidence --look X   record the first look at the file X (once, before anything is tuned on it)
"""

import json
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

from care.red_flags import RANK, Flag, languages, likely, rules, screen, screen_by_rules, with_doubts
from tests.care.red_flag_report import CALM, CALMER, DOUBTFUL, FOLDER, MUST, Labelled, labelled, wilson

FIRST_LOOK = FOLDER / "first_look.json"
PAGE = Path(__file__).parents[2] / "docs" / "evidence" / "red_flags.md"
MUTATIONS = Path(__file__).parents[2] / "docs" / "evidence" / "red_flag_mutations.json"
GROUPS = {
    "must": "must-catch, heard as what it is", "any": "must-catch, heard as some danger", DOUBTFUL: "self-harm in doubt, kept",
    CALMER: "calmer needs, named", CALM: "false alarms",
}
BOTH = {
    "any, both": "must-catch, heard or doubted by rules and second listener",
    "heard or named": "must-catch, heard as what it is, or doubted and so named to staff",
    "named": "of the doubts that were named, named right", "calm, both": "false alarms of both"}
Counts = dict[str, list[int]]


def counted(name: str) -> Counts:
    """Hits and number of messages of one file: by group, and for must-catch by category and wording. A false alarm is a hit of
    "calm". What the rules hear alone; the keys with "both" count the second listener's doubts too."""
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for message in labelled(name):
        by_rules = screen_by_rules(message.text)
        for key, hit in (*_judged(message, by_rules), *_judged_by_both(message, with_doubts(message.text, by_rules))):
            counts[key][0] += hit
            counts[key][1] += 1
    return dict(counts)


def _judged(message: Labelled, flags: Sequence[Flag]) -> Iterable[tuple[str, bool]]:
    if message.expected in MUST:
        met = message.is_met(flags)
        yield "must", met
        yield "any", any(RANK[flag.severity] <= RANK[message.expected] for flag in flags)  # type: ignore[index]
        yield f"must {message.category}", met
        yield f"must, {message.kind}", met
    else:
        yield message.expected, message.is_met(flags) == (message.expected != CALM)
        if message.expected == CALM:
            yield f"calm, {message.kind}", not message.is_met(flags)


def _judged_by_both(message: Labelled, flags: Sequence[Flag]) -> Iterable[tuple[str, bool]]:
    """Whether anybody hears of it: a card is shown, and a person is called."""
    alarm = any(flag.severity != "routine" for flag in flags)
    if message.expected in MUST:
        yield "any, both", alarm
        yield f"any, both {message.category}", alarm
        yield f"any, both, {message.kind}", alarm
        named = {likely(flag.rule) for flag in flags if likely(flag.rule)}
        yield "heard or named", message.is_met(flags) or message.category in named
        if named:
            yield "named", message.category in named
    elif message.expected == CALM:
        yield "calm, both", alarm
        yield f"calm, both, {message.kind}", alarm


def unmet(name: str, every: int = 1) -> list[str]:
    """The messages of a file, or every so many of them, of which the rules alone do not say what is expected."""
    return [f"{each.where} {each.text}" for each in labelled(name)[::every] if not each.is_met(screen_by_rules(each.text))]


def worse_than_at_first(name: str, today: Counts) -> list[str]:
    """What the rules say today of a file that is worse than what they said when they first saw it."""
    worse = []
    for group, (hits, _) in dict(first_looks()[name]["counts"]).items():  # type: ignore[call-overload]
        now = today[group][0]
        if now > hits if group == CALM else now < hits and group in ("must", "any", CALMER, DOUBTFUL):
            worse.append(f"{name}: {group} was {hits} and is {now}")
    kept, doubtful = today.get(DOUBTFUL, [0, 0])
    if kept < doubtful and name.startswith("fresh") and _number(name.split(".")[0]) < 7:
        worse.append(f"{name}: self-harm in doubt fell silent")
    return worse


def first_looks() -> dict[str, dict[str, object]]:
    """What was found when each file that the rules had not seen was first looked at, by its name."""
    return dict(json.loads(FIRST_LOOK.read_text(encoding="utf-8"))) if FIRST_LOOK.exists() else {}


def look(name: str, commit: str) -> None:
    """Record the first look at a file; a second look is refused."""
    looks = first_looks()
    if name in looks:
        raise SystemExit(f"{name} was looked at already, at {looks[name]['commit']}")
    looks[name] = {"commit": commit, "counts": counted(name)}
    FIRST_LOOK.write_text(json.dumps(looks, indent=1, ensure_ascii=False, sort_keys=True) + "\n", encoding="utf-8")


def added(several: Iterable[Counts]) -> Counts:
    total: Counts = defaultdict(lambda: [0, 0])
    for counts in several:
        for key, (hits, of) in counts.items():
            total[key] = [total[key][0] + hits, total[key][1] + of]
    return total


def share(counts: Counts, key: str) -> str:
    hits, of = counts.get(key, [0, 0])
    if not of:
        return "-"
    low, high = wilson(hits, of)
    return f"{hits}/{of} = {hits / of:.1%} ({low:.1%} to {high:.1%})"


def _commit() -> str:
    return subprocess.run(["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=True).stdout.strip()


def _table(title: str, rows: Iterable[tuple[str, Counts]], keys: Sequence[str], heads: Sequence[str]) -> list[str]:
    lines = [f"| {title} | " + " | ".join(heads) + " |", "|---" * (len(heads) + 1) + "|"]
    return [*lines, *(f"| {name} | " + " | ".join(share(counts, key) for key in keys) + " |" for name, counts in rows), ""]


def speed() -> tuple[float, float]:
    """Seconds to read the rules, and how much longer ten times the text takes than once (best of five each, one process)."""
    started = time.process_time()
    rules.cache_clear()
    rules()
    loading = time.process_time() - started
    text = "no chest pain but je ne peux plus respirer und mir ist schlecht, не могу больше, tengo mareos e dor no peito "

    def best(times: int) -> float:
        taken = []
        for _ in range(5):
            started = time.process_time()
            for _ in range(400 // times):
                screen(text * times)
            taken.append((time.process_time() - started) / (400 // times))
        return min(taken)

    return loading, best(40) / best(4)


def _number(family: str) -> int:
    """Files are looked at in the order of their numbers."""
    return int(family.rpartition("_")[2])


def language_of(name: str) -> str:
    return next((code for code in languages() if f".{code}." in name), "en and es")


def page() -> str:
    looks = {name: dict(each["counts"]) for name, each in first_looks().items()}  # type: ignore[call-overload]
    names = sorted(file.name for file in FOLDER.glob("*.txt"))
    rules()  # read once, before the workers part
    with ProcessPoolExecutor(2, get_context("fork")) as workers:
        now = dict(zip(names, workers.map(counted, names), strict=True))
    if worse := [each for name in looks for each in worse_than_at_first(name, now[name])]:
        raise SystemExit("\n".join(worse))
    loading, ratio = speed()
    with_all = {name: counts for name, counts in looks.items() if "any" in counts}
    by_language = {
        code: added(counts for name, counts in with_all.items() if language_of(name) == code) for code in languages()}
    latest = max((name.split(".")[0] for name in with_all if name.startswith("fresh")), key=_number, default="")
    newest = added(counts for name, counts in with_all.items() if name.startswith(f"{latest}."))
    with_both = {name: counts for name, counts in with_all.items() if "any, both" in counts}
    categories = sorted({key for counts in with_all.values() for key in counts if key.startswith("must ")})
    lines = [
        "# What the red-flag screen hears", "",
        "- command: `python -m tests.care.red_flag_evidence`",
        f"- commit `{_commit()}`, {sum(len(labelled(name)) for name in names):,} messages in {len(names)} files, "
        f"{len(rules().rules)} rules in {len(languages())} languages",
        "- 95 % intervals: Wilson; where all or none were met, the exact one-sided bound", "",
        "**The aim is every must-catch emergency and under 3 % false alarms on ordinary messages. "
        "Whether it is reached is told by the latest files that the rules had not seen.** Every free text is read by a person "
        "too.", "",
        "## Messages that the rules had not seen: the first look", "",
        "Each file was written before the rules were tuned on anything like it, counted once, and the counts kept "
        "(`tests/care/red_flag_messages/first_look.json`). "
        f"Of all messages {sum(len(labelled(name)) for name in with_all):,} are such a test half: no rule had seen them when "
        "they were counted.", "",
        *_table("file", with_all.items(), list(GROUPS), list(GROUPS.values())),
        "### By language", "", *_table("language", by_language.items(), list(GROUPS), list(GROUPS.values())),
        "### By category, all languages", "",
        *_table("category", [(key.removeprefix("must ").replace("_", " "), added(
            {"must": counts[key]} for counts in with_all.values() if key in counts)) for key in categories],
            ["must"], ["heard as what it is"]),
        "### By how it was said", "",
        *_table("wording", [(kind, added(
            {"must": counts[f"must, {kind}"]} for counts in with_all.values() if f"must, {kind}" in counts))
            for kind in sorted({key.removeprefix("must, ") for each in with_all.values() for key in each
                                if key.startswith("must, ")})], ["must"], ["heard as what it is"]),
        f"### The latest files alone ({latest})", "",
        *_table("all languages", [(latest, newest)], list(GROUPS), list(GROUPS.values())),
        *_both(latest, with_both),
        "## The same files today, after mending", "",
        "The author of the rules has seen them since: this shows that mending worked, not how others will be heard.", "",
        *_table("file", now.items(), list(GROUPS), list(GROUPS.values())),
        "## Cost", "",
        f"- reading all rules: {loading:.2f} s of CPU, once, at the bot's start",
        f"- ten times the text takes {ratio:.1f} times as long", "",
        *_mutations(),
        "## What this does not show", "",
        "- The second listener's words of many languages and its latest list were written by one who had read what "
        "`fresh_10` missed, and not a line of `fresh_11`.",
        "- One author wrote the rules and all messages up to `fresh_7`; `fresh_8` to `fresh_11` were written by "
        "others, one each, who knew the categories and traps and neither the rules nor any message; no patient wrote any.",
        "- Of the ordinary messages of `fresh_8` about half, of the later ones a quarter, are traps (idioms, leaflets, films, "
        "the long past): among what patients write on a common day they are far fewer. `plain` is meant to be such a day.",
        "- The languages' files hold the same situations in other words, so they are not independent of each other.",
        "- No native speaker has read the French, German, Portuguese or Russian; no clinician has signed a rule.",
        "- After the first look the author mended the rules knowing what was missed; only a later fresh file counts as proof.",
        "- A message can be heard as another danger than its label says; the second column tells if it was heard at all.",
    ]
    return "\n".join(lines) + "\n"


def _before(latest: str) -> tuple[str, Counts]:
    """The same messages as heard by the version before this one, where that was counted too, and its commit."""
    before = [dict(each["before"]) for name, each in first_looks().items()  # type: ignore[call-overload]
              if name.startswith(f"{latest}.") and "before" in each]
    return ", ".join(sorted({each["commit"] for each in before})), added(each["counts"] for each in before)


def _both(latest: str, all_looks: dict[str, Counts]) -> list[str]:
    """What the first look at the files showed that were looked at since there is a second listener."""
    if not all_looks:
        return []
    looks = {name: counts for name, counts in all_looks.items() if name.startswith(f"{latest}.")}
    total = added(looks.values())
    earlier = {family: added(counts for name, counts in all_looks.items() if name.startswith(f"{family}."))
               for family in sorted({name.split(".")[0] for name in all_looks} - {latest}, key=_number)}
    commit, before = _before(latest)
    rows = [(f"all languages, {latest}", total)]
    rows += [(f"the same messages, version before (`{commit}`)", before)] if commit else []
    rows += [(f"all languages, {family}, at its own first look", counts) for family, counts in earlier.items()]
    kinds = ["must", "any", *list(BOTH)[:3], CALM, "calm, both"]
    heads = [{**GROUPS, **BOTH}[kind] for kind in kinds]
    by_language = {code: added(counts for name, counts in looks.items() if language_of(name) == code) for code in languages()}
    categories = sorted(key.removeprefix("must ") for key in total if key.startswith("must "))
    wordings = sorted(key.removeprefix("must, ") for key in total if key.startswith("must, "))
    return [
        "## Rules alone, and rules with the second listener", "",
        f"First look at {latest}: "
        f"{sum(total[key][1] for key in ('must', DOUBTFUL, CALMER, CALM) if key in total):,} messages. At a doubt of the "
        "second listener the patient is asked whether it is urgent and sees the lines, and a person is called. Which danger "
        "it is most like is told to staff alone, and only where that is sure enough; earlier looks did not count it.", "",
        *_table("", [*rows, *by_language.items()], kinds, heads),
        *_table("category", [(each.replace("_", " "), {
            "must": total[f"must {each}"], "any, both": total[f"any, both {each}"]}) for each in categories],
            ["must", "any, both"], ["rules, as what it is", "both, heard or doubted"]),
        *_table("wording", [(each, {
            "must": total[f"must, {each}"], "any, both": total[f"any, both, {each}"]}) for each in wordings],
            ["must", "any, both"], ["rules, as what it is", "both, heard or doubted"]),
        *_table("ordinary messages", [(each, {
            CALM: total[f"calm, {each}"], "calm, both": total[f"calm, both, {each}"]})
            for each in ("plain", "trap") if f"calm, {each}" in total], [CALM, "calm, both"],
            ["false alarms of the rules", "false alarms of both"]),
        *_table("language and wording", [(f"{code}, {each}", {
            "must": by_language[code][f"must, {each}"], "any, both": by_language[code][f"any, both, {each}"]})
            for code in languages() for each in wordings if f"must, {each}" in by_language[code]],
            ["must", "any, both"], ["rules, as what it is", "both, heard or doubted"]),
    ]


def _mutations() -> list[str]:
    if not MUTATIONS.exists():
        return []
    found = json.loads(MUTATIONS.read_text(encoding="utf-8"))
    return ["## Mutations", "", f"- command: `{found['command']}`, commit `{found['commit']}`",
            f"- each of {found['tried']:,} phrases, guards and words of lists taken out in turn: {found['noticed']:,} noticed "
            f"by a message of the golden list ({found['golden']:,}), **{found['survived']:,} survived**",
            "- the golden list holds first what a labelled message notices, then what a script spells out of a phrase: it "
            "guards what is written and says nothing of recall",
            "- what no message needed was cut out of the rules (`--prune`), one at a time; no labelled message is judged worse",
            "- alternatives inside a phrase and the operators of the code are not mutated", "",
            "| | noticed |", "|---|---|",
            *(f"| {part} | {noticed}/{of} |" for part, (noticed, of) in found["by_language"].items()), ""]


if __name__ == "__main__":
    if "--look" in sys.argv:
        for name in sys.argv[sys.argv.index("--look") + 1 :]:
            look(name, _commit())
    else:
        PAGE.write_text(page(), encoding="utf-8")
