"""How a prompt looks: what it says, and the buttons under it. Each button names its prompt, so it can answer nothing else."""

from datetime import datetime, timedelta
from typing import NamedTuple

from care.heart.language import Lines, Msg, Text, _
from care.heart.screen import Button, Screen
from care.heart.time import local
from care.heart.turn import Turn
from care.medicines import own_advice_only
from care.medicines.doses import MAY_BE_AMENDED, Dose
from care.medicines.regimens import Regimen

Rows = tuple[tuple[Button, ...], ...]
LATER = (15, 30, 60)  # minutes
# What may always be said about a missed dose, whatever the medicine. Version 1, 2026-11-22; not yet reviewed by a clinician.
DO_NOT_DOUBLE = _("Please do not take two doses at once to catch up. The leaflet in the box says what to do. "
                  "You can also ask your pharmacist.")

REASONS: dict[str, Msg] = {
    "forgot": _("I forgot"), "felt_well": _("I felt well"), "side_effect": _("Side effect"), "ran_out": _("I ran out"),
    "cost": _("The cost"), "told_to_stop": _("I was told to stop"), "other": _("Another reason")}


class Asked(NamedTuple):
    """A dose in a prompt; `here`, if this prompt still asks about it."""

    dose: Dose
    regimen: Regimen
    here: bool


def discreet(turn: Turn, prompt_id: int, again: bool) -> Screen:
    """What a locked phone may show: nothing of medicines."""
    clinic = turn.settings.clinic.name
    said = (_("{clinic}: something short is still waiting for you.", clinic=clinic) if again
            else _("{clinic} has something short for you.", clinic=clinic))
    return Screen(said, ((Button(_("Show"), f"dose:show:{prompt_id}"),),))


def closed_discreetly(turn: Turn, prompt_id: int, asked: list[Asked]) -> Screen:
    """It still opens, for as long as there is something to change."""
    ways = ((Button(_("Show"), f"dose:show:{prompt_id}"),),) if may_be_amended(turn, asked) else ()
    return Screen(_("{clinic}: this one is closed.", clinic=turn.settings.clinic.name), ways)


def asking(prompt_id: int, asked: list[Asked], zone: str) -> Screen:
    """Every dose a line, and what can be said about all of them."""
    several = sum(one.here for one in asked) > 1
    taken, later = Button(_("Taken"), f"dose:all:{prompt_id}"), Button(_("Later"), f"dose:later:{prompt_id}")
    if several:
        rows: Rows = ((Button(_("All taken"), f"dose:all:{prompt_id}"),), (Button(_("Choose"), f"dose:choose:{prompt_id}"),),
                      (later, Button(_("Skip all"), f"dose:skip:{prompt_id}")))
    else:
        rows = ((taken,), (later, Button(_("Skip"), f"dose:skip:{prompt_id}")))
    return Screen(listed(asked, zone), rows)


def listed(asked: list[Asked], zone: str) -> Text:
    """The hour, and a line for each dose: what it is and how much, or what has been said about it."""
    due = {local(one.dose.due_at, zone).time() for one in asked}
    heading = _("Medicines for {time}", time=min(due)) if len(due) == 1 else _("Medicines for now")
    return Lines((heading, *(_line(number, one, zone) for number, one in enumerate(asked, 1))), "\n")


def _line(number: int, one: Asked, zone: str) -> Text:
    what = f"{number}. {one.regimen.medicine.name}, {one.dose.amount}"
    if one.here:
        food = {"with": _("with food"), "without": _("without food")}.get(one.regimen.food or "")
        return Lines((what, food), ", ") if food else what
    return Lines((what, outcome(one.dose, zone)), ": ")


def outcome(dose: Dose, zone: str) -> Text:
    """What is on record about a dose, in words and a sign."""
    match dose.state:
        case "taken":
            assert dose.taken_at
            return Lines(("✓", _("taken at {time}", time=local(dose.taken_at, zone).time())), " ")
        case "skipped":
            return Lines((_("not taken"), REASONS[dose.reason or "other"]), ", ")
        case "no_answer":
            return _("no answer yet")
        case "missed_by_us":
            return _("I could not ask in time")
        case "cancelled":
            return _("not asked any more")
        case "asked":
            return _("asked again below")
        case _:
            assert dose.next_action_at
            return _("I ask again at {time}", time=local(dose.next_action_at, zone).time())


def choosing(prompt_id: int, asked: list[Asked], zone: str) -> Screen:
    """Each dose by itself."""
    rows = tuple(
        (Button(_("{number} taken", number=number), f"dose:one:{prompt_id}:{one.dose.id}"),
         Button(_("{number} skip", number=number), f"dose:skip:{prompt_id}:{one.dose.id}"))
        for number, one in enumerate(asked, 1) if one.dose.open)
    return Screen(listed(asked, zone), (*rows, _back(prompt_id)))


def later(prompt_id: int, asked: list[Asked], zone: str, now: datetime) -> Screen:
    """When to ask again; only what is still in time for the dose that waits least."""
    closes = min((one.dose.closes_at for one in asked if one.dose.open), default=now)
    offered = [minutes for minutes in LATER if now + timedelta(minutes=minutes) < closes]
    if not offered:
        return Screen(Lines((listed(asked, zone), _("It is too late to put this off."))),
                      asking(prompt_id, asked, zone).buttons)
    names = {15: _("In 15 minutes"), 30: _("In 30 minutes"), 60: _("In 1 hour")}
    rows = tuple((Button(names[minutes], f"dose:in:{prompt_id}:{minutes}"),) for minutes in offered)
    return Screen(Lines((listed(asked, zone), _("When shall I ask again?"))), (*rows, _back(prompt_id)))


def put_off(prompt_id: int, asked: list[Asked], zone: str, at: datetime) -> Screen:
    return Screen(Lines((listed(asked, zone), _("All right. I ask again at {time}.", time=local(at, zone).time()))),
                  ((Button(_("I took it now"), f"dose:all:{prompt_id}"),),))


def why(prompt_id: int, asked: list[Asked], zone: str, dose_id: int, amending: bool = False) -> Screen:
    """Why not, in one tap. `dose_id` is 0 for all that are open."""
    verb = "amend" if amending else "why"
    rows = tuple((Button(words, f"dose:{verb}:{prompt_id}:{dose_id}:{reason}"),) for reason, words in REASONS.items())
    question = _("What kept you from it? One tap is enough. It helps your care team.")
    return Screen(Lines((listed(asked, zone), question)), (*rows, _back(prompt_id)))


def noted(turn: Turn, prompt_id: int, asked: list[Asked], zone: str) -> Screen:
    """What is on record, and a way to change it while that is of use."""
    said: list[Text] = [listed(asked, zone)]
    if any(one.dose.state == "no_answer" for one in asked):
        said.append(_("If you took it, tap Change."))
    if forgotten := [one for one in asked if one.dose.state == "skipped" and one.dose.reason == "forgot"]:
        said += missed_advice(forgotten)
    return Screen(Lines(tuple(said)), (_change(prompt_id),) if may_be_amended(turn, asked) else ())


def missed_advice(forgotten: list[Asked]) -> list[Text]:
    """What the prescriber wrote for this medicine. For any other, only what is true of every medicine; and where being wrong
    does harm, only whom to ask."""
    medicines = {one.regimen.medicine.id: one.regimen.medicine for one in forgotten}.values()
    said: list[Text] = [f"{one.name}: {one.missed_advice}" for one in medicines if one.missed_advice]
    without = [one for one in medicines if not one.missed_advice]
    said += [_("{name}: ask your care team or your pharmacist what to do about this dose. You can ask here: just type it.",
               name=one.name) for one in without if own_advice_only.needed(one)]
    return said if all(map(own_advice_only.needed, without)) else [*said, DO_NOT_DOUBLE]


def may_be_amended(turn: Turn, asked: list[Asked]) -> bool:
    return any(amendable(turn, one.dose) for one in asked)


def amendable(turn: Turn, dose: Dose) -> bool:
    """Whether the patient may still say otherwise."""
    return dose.state in ("taken", "skipped", "no_answer", "missed_by_us") and turn.now < dose.due_at + MAY_BE_AMENDED


def changing(turn: Turn, prompt_id: int, asked: list[Asked], zone: str) -> Screen:
    rows = tuple(
        (Button(_("{number} taken", number=number), f"dose:amend:{prompt_id}:{one.dose.id}:taken"),
         Button(_("{number} not taken", number=number), f"dose:undo:{prompt_id}:{one.dose.id}"))
        for number, one in enumerate(asked, 1) if amendable(turn, one.dose))
    return Screen(Lines((listed(asked, zone), _("What is right?"))), (*rows, _back(prompt_id)))


def _change(prompt_id: int) -> tuple[Button, ...]:
    return (Button(_("Change"), f"dose:change:{prompt_id}"),)


def _back(prompt_id: int) -> tuple[Button, ...]:
    return (Button(_("Back"), f"dose:back:{prompt_id}"),)
