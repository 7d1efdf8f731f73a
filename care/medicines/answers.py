"""What patients say about doses, by a tap. A button answers for its own doses only, however old it is, and each dose once."""

from collections.abc import Callable
from datetime import timedelta

from care.heart.language import Msg, Text, _
from care.heart.screen import Screen
from care.heart.turn import Turn
from care.medicines import doses, prompt_screens, prompts
from care.medicines.doses import REASONS
from care.medicines.prompt_screens import LATER, Asked
from care.medicines.prompts import Prompt
from care.patients import Patient

GONE = _("This button does not work any more.")
NOTED_ALREADY = _("This is on record already. To change it, tap Change.")
NOTED = _("Noted. Thank you.")


class Tap:
    """One tap on a prompt, within one turn."""

    def __init__(self, turn: Turn, patient: Patient, prompt: Prompt, message_id: int):
        self.turn, self.patient, self.prompt, self.message_id = turn, patient, prompt, message_id
        self.asked = prompts.asked_about(turn, prompt)

    @property
    def open(self) -> list[Asked]:
        return [one for one in self.asked if one.dose.open]

    def one(self, dose_id: str) -> Asked | None:
        return next((one for one in self.asked if str(one.dose.id) == dose_id), None)

    def shows(self, screen: Screen) -> None:
        """Put this in the place of the message that was tapped."""
        self.turn.tell(self.patient, Screen(screen.text, screen.buttons, edits=self.message_id), topic="dose")

    def shows_what_stands(self) -> None:
        """The prompt as it is now, here and wherever else its doses are asked about."""
        elsewhere = {one.dose.prompt_id for one in self.asked}
        self.prompt = prompts.get(self.turn, self.prompt.id) or self.prompt
        self.asked = prompts.asked_about(self.turn, self.prompt)
        self.shows(prompts.drawn_now(self.turn, self.patient, self.prompt, self.asked))
        prompts.redraw(self.turn, self.patient, elsewhere, but=self.prompt.id)


Answer = Callable[[Tap, list[str]], Text | None]


def tapped(turn: Turn, patient: Patient, prompt: Prompt, verb: str, rest: list[str], message_id: int) -> Text | None:
    """Take a tap; the note that it is answered with."""
    answer = VERBS.get(verb)
    if answer is None:
        return GONE
    return answer(Tap(turn, patient, prompts.show(turn, prompt), message_id), rest)


def _show(tap: Tap, _rest: list[str]) -> Text | None:
    tap.shows_what_stands()
    return None


def _all(tap: Tap, _rest: list[str]) -> Text | None:
    return _taken(tap, tap.open)


def _one(tap: Tap, rest: list[str]) -> Text | None:
    one = tap.one(rest[0]) if rest else None
    return GONE if one is None else _taken(tap, [one] if one.dose.open else [])


def _taken(tap: Tap, which: list[Asked]) -> Msg:
    done = [doses.taken(tap.turn, one.dose, one.regimen) for one in which]
    tap.shows_what_stands()
    return NOTED if any(done) else NOTED_ALREADY


def _choose(tap: Tap, _rest: list[str]) -> Text | None:
    return _offers(tap, prompt_screens.choosing(tap.prompt.id, tap.asked, tap.patient.time_zone))


def _later(tap: Tap, _rest: list[str]) -> Text | None:
    return _offers(tap, prompt_screens.later(tap.prompt.id, tap.asked, tap.patient.time_zone, tap.turn.now))


def _skip(tap: Tap, rest: list[str]) -> Text | None:
    one = tap.one(rest[0]) if rest else None
    if rest and (one is None or not one.dose.open):
        return GONE if one is None else _already(tap)
    return _offers(tap, prompt_screens.why(tap.prompt.id, tap.asked, tap.patient.time_zone, one.dose.id if one else 0))


def _offers(tap: Tap, screen: Screen) -> Text | None:
    """Offer what can be said, if there is a dose to say it of."""
    if not tap.open:
        return _already(tap)
    tap.shows(screen)
    return None


def _already(tap: Tap) -> Msg:
    tap.shows_what_stands()
    return NOTED_ALREADY


def _in(tap: Tap, rest: list[str]) -> Text | None:
    """Ask again in so many minutes."""
    minutes = int(rest[0]) if rest and rest[0].isdecimal() else 0
    at = tap.turn.now + timedelta(minutes=minutes)
    if minutes not in LATER or not tap.open:
        return _already(tap) if minutes in LATER else GONE
    if any(at >= one.dose.closes_at for one in tap.open):
        tap.shows(prompt_screens.later(tap.prompt.id, tap.asked, tap.patient.time_zone, tap.turn.now))
        return None
    elsewhere = {one.dose.prompt_id for one in tap.open}
    for one in tap.open:
        doses.change(tap.turn, one.dose, state="planned", prompt_id=tap.prompt.id, next_action_at=at,
                     ask_until=min(at + one.regimen.window, one.dose.closes_at))
    tap.asked = [one._replace(here=False) for one in prompts.asked_about(tap.turn, tap.prompt)]
    tap.shows(prompt_screens.put_off(tap.prompt.id, tap.asked, tap.patient.time_zone, at))
    prompts.redraw(tap.turn, tap.patient, elsewhere, but=tap.prompt.id)
    return None


def _why(tap: Tap, rest: list[str]) -> Text | None:
    """Skipped, and why: one dose, or all that are open."""
    if len(rest) != 2 or rest[1] not in REASONS:
        return GONE
    which = tap.open if rest[0] == "0" else [one for one in tap.open if str(one.dose.id) == rest[0]]
    done = [doses.skipped(tap.turn, one.dose, rest[1]) for one in which]
    tap.shows_what_stands()
    return NOTED if any(done) else NOTED_ALREADY


def _change(tap: Tap, _rest: list[str]) -> Text | None:
    if not prompt_screens.may_be_amended(tap.turn, tap.asked):
        return _("It is too late to change this here. Tell your care team: just type it.")
    tap.shows(prompt_screens.changing(tap.turn, tap.prompt.id, tap.asked, tap.patient.time_zone))
    return None


def _undo(tap: Tap, rest: list[str]) -> Text | None:
    one = tap.one(rest[0]) if rest else None
    if one is None or not prompt_screens.amendable(tap.turn, one.dose):
        return GONE
    tap.shows(prompt_screens.why(tap.prompt.id, tap.asked, tap.patient.time_zone, one.dose.id, amending=True))
    return None


def _amend(tap: Tap, rest: list[str]) -> Text | None:
    """Say otherwise than what is on record."""
    one = tap.one(rest[0]) if len(rest) == 2 else None
    if one is None or not prompt_screens.amendable(tap.turn, one.dose) or rest[1] not in ("taken", *REASONS):
        return GONE
    amend(tap.turn, one, rest[1])
    tap.shows_what_stands()
    return NOTED


def amend(turn: Turn, one: Asked, what: str) -> None:
    """Put on record that a dose was taken after all, or why it was not. The same again changes nothing."""
    if what == "taken" and one.dose.state != "taken":
        doses.taken(turn, one.dose, one.regimen, amending=True)
    elif what != "taken" and one.dose.reason != what:
        doses.skipped(turn, one.dose, what, amending=True)


VERBS: dict[str, Answer] = {
    "show": _show, "back": _show, "all": _all, "one": _one, "choose": _choose, "later": _later, "in": _in, "skip": _skip,
    "why": _why, "change": _change, "undo": _undo, "amend": _amend}
