"""`careward launch-check`: may the first patient come? What a machine can see it looks at; what only people can say they sign,
with name and date, in `launch.toml` beside the settings."""

import tomllib
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from ops.doctor.finding import PASS, SKIP, Finding
from ops.stop import Stop

FILE = "launch.toml"
CHOICE = "telegram_limits"  # is signed together with a setting
SIGNED = {  # what a person signs: the key in launch.toml, and what it means
    "safety_officer": "The clinical safety officer has read docs/safety/hazard-log.md, and put their own scores in it.",
    "intended_use": "The clinic agrees with docs/safety/intended-use.md, or has written its own.",
    "words_reviewed": "A clinician has read every rule, zone, lesson and wording of danger; a native speaker each language.",
    "telegram_limits": "The clinic has decided in writing what may be said in a Telegram chat, and tells its patients. It "
                       "signs where check-ins and questionnaires are answered (checks.questions_in): in the chat, or on pages.",
    "privacy": "The person responsible for privacy has a lawful basis, an assessment of the risks, and a notice for patients.",
    "tried_on_phones": "Three to five people have gone through each programme on phones of their own, old ones among them.",
    "promise_staffed": "Whoever is on the rota knows it; the hours that patients are promised are staffed, also in holidays.",
    "emergency_drill": "An emergency was written from a phone, climbed to the last rung, and was answered and closed.",
    "restore_drill": "A backup was restored on another machine, with the key from where it is kept.",
    "incidents": "Everyone knows whom to tell when something goes wrong, and where it is written down.",
}


ALONE = "one_person_sets_thresholds"  # is to be signed where the settings have it so
SIGNED_IF_ALONE = {
    ALONE: 'words.thresholds_by is "one": one person alone changes who is called about every patient, and nobody checks the '
           "number. The clinic has no second clinician, or accepts that."}


@dataclass(frozen=True)
class Item:
    """Something that must be so before patients come."""

    name: str
    done: bool
    said: str


def to_sign(thresholds_by: str) -> dict[str, str]:
    return SIGNED | (SIGNED_IF_ALONE if thresholds_by == "one" else {})


def signed(folder: Path, today: date, questions_in: str, thresholds_by: str = "two") -> list[Item]:
    """What people have signed, and what they have not; what was signed for another setting than the one that holds counts for
    nothing. Raises Stop if the file cannot be read or holds an unknown item."""
    file = folder / FILE
    try:
        found = tomllib.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    except (OSError, ValueError) as error:
        raise Stop(f"{file} cannot be read: {error}", 2) from None
    if unknown := found.keys() - {*SIGNED, *SIGNED_IF_ALONE}:
        raise Stop(f"{file} has {', '.join(sorted(unknown))}: the items are {', '.join(to_sign(thresholds_by))}.", 2)
    items = [_item(name, what, found.get(name, {}), today) for name, what in to_sign(thresholds_by).items()]
    return [_as_set(one, found[one.name], questions_in) if one.name == CHOICE and one.done else one for one in items]


def _as_set(item: Item, entry: dict[str, object], questions_in: str) -> Item:
    """The choice that was signed must be the one that the settings have; without a word it was for the chat."""
    signed_for = entry.get("questions_in", "chat")
    if signed_for == questions_in:
        return item
    return Item(item.name, False, f"checks.questions_in is {questions_in!r}, but what was signed is for {signed_for!r}: change "
                                  f"one, or sign again with questions_in = \"{questions_in}\". {SIGNED[item.name]}")


def _item(name: str, what: str, entry: object, today: date) -> Item:
    by, on = (entry.get("by", ""), entry.get("on", "")) if isinstance(entry, dict) else ("", "")
    try:
        day = on if isinstance(on, date) else date.fromisoformat(str(on))
    except ValueError:
        day = None
    if str(by).strip() and day and day <= today:
        return Item(name, True, f"{what} Signed by {by}, {day}.")
    return Item(name, False, what)


def begun(folder: Path, questions_in: str, thresholds_by: str = "two") -> Path:
    """Write launch.toml to be filled in, for the settings that hold. Raises Stop if there is one."""
    file = folder / FILE
    lines = ["# Who signs what before the first patient: a name, and the day. `careward launch-check` looks.", ""]
    for name, what in to_sign(thresholds_by).items():
        choice = [f'questions_in = "{questions_in}"'] if name == CHOICE else []
        lines += [f"# {what}", f"[{name}]", 'by = ""', 'on = ""', *choice, ""]
    try:
        with file.open("x", encoding="utf-8") as out:
            out.write("\n".join(lines))
    except FileExistsError:
        raise Stop(f"{file} is there already.", 2) from None
    return file


def seen(findings: list[Finding]) -> list[Item]:
    """What the doctor found, as items: a warning is not good enough for a launch."""
    return [Item(one.check, one.state in (PASS, SKIP), one.said if one.state in (PASS, SKIP) else f"{one.said} {one.remedy}")
            for one in findings]
