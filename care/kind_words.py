"""What needs no more than a kind word: answered with a reply that is kept ready, and closed; one or many, never blindly.

Each is judged again in the turn that answers it: whatever has changed since somebody looked is left for them to read.
"""

from dataclasses import dataclass, replace

from care import canned_replies, escalations, messages, patients, worklist
from care.canned_replies import Filled
from care.heart.turn import Turn
from care.messages import Reply
from care.staff import StaffMember
from care.worklist import Item

NOT_THERE = "It is closed, or it is not yours to see."
CHANGED = "Something new has come in since you looked."


class Refused(Exception):
    """It was left as it is. The message says why."""


@dataclass(frozen=True)
class Prepared:
    """One of them as somebody looks at it: what was written, and what would go; `why_not` says why nothing would."""

    escalation_id: int
    patient_id: int | None
    patient_name: str | None
    language: str | None
    said: str | None
    reports: int  # how often it had been reported then: hand it back to answer
    title: str = ""
    text: str | None = None
    answers: tuple[str, ...] = ()
    why_not: str | None = None


def prepare(turn: Turn, escalation_id: int, name: str, by: StaffMember) -> Prepared:
    """What would go with this reply. Nothing is done."""
    item = worklist.item(turn, escalation_id)
    if item is None:
        return Prepared(escalation_id, None, None, None, None, 0, why_not=NOT_THERE)
    filled = None if item.patient_id is None else _filled(turn, item.patient_id, name, by)
    why_not, shown = _why_not(turn, item, filled, by), Prepared(
        item.escalation_id, item.patient_id, item.patient_name, item.language, item.value, item.times_reported)
    if filled is None or why_not:
        return replace(shown, why_not=why_not)
    return replace(shown, title=filled.title, text=filled.text, answers=filled.answers)


def answer(turn: Turn, escalation_id: int, name: str, reports: int, by: StaffMember) -> Reply:
    """Send it and close what it answers, if all is as it was when `reports` were counted. The reply can be taken back like any
    other: then what was closed is open again. Raises Refused."""
    this = escalations.get(turn, escalation_id)
    if this and this.patient_id:
        patients.lock(turn, this.patient_id)
    now = prepare(turn, escalation_id, name, by)
    if now.patient_id is not None and now.reports != reports:
        raise Refused(CHANGED)
    if now.why_not or now.patient_id is None or now.text is None:
        raise Refused(now.why_not or NOT_THERE)
    try:
        sent = messages.reply(turn, now.patient_id, now.text, by.id, by.name, answers=now.answers)
    except (messages.CannotReach, ValueError) as why:
        raise Refused(str(why)) from None
    escalations.resolve(turn, escalation_id, by.id, "other", f"Answered with “{now.title}”")
    return sent


def _filled(turn: Turn, patient_id: int, name: str, by: StaffMember) -> Filled | None:
    return next((one for one in canned_replies.for_patient(turn, patient_id, by) or () if one.name == name), None)


def _sent_along(turn: Turn, item: Item) -> bool:
    return item.patient_id is not None and messages.sent_along(turn, item.patient_id, item.opened_at)


def _why_not(turn: Turn, item: Item, filled: Filled | None, by: StaffMember) -> str | None:
    """Why this one needs a person's own words. The first that holds."""
    has_it = item.owner_id or by.id
    others = [one for one in worklist.of_patient(turn, item.patient_id) if one.escalation_id != item.escalation_id] if (
        item.patient_id) else []
    is_plain = item.kind == "message" and item.severity == "routine" and item.reason == escalations.WROTE
    reasons = (
        (not is_plain, "It needs an answer of its own."),
        (item.value is None or _sent_along(turn, item), "What they sent has to be looked at."),
        (item.times_reported > 1, "They wrote more than once: read all of it."),  # the list shows the last of it alone
        (len(item.value or "") >= messages.SHOWN, "It is long: read all of it."),
        (item.felt == "urgent", "They say that it is urgent."),
        (has_it != by.id, f"{item.owner} has it."),
        (bool(others), "More is open about them: read it first."),
        (filled is None, "There is no such reply."),
        (bool(filled and filled.language != item.language), "There is no text of this in their language."),
        (bool(filled and filled.gaps), "The reply has a gap that nothing is known for."))
    return next((why for holds, why in reasons if holds), None)
