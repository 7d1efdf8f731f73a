"""Home again: what changed of a patient's medicines while nobody could tell them, in one message as soon as somebody can.

In hospital, and while others look after them, patients hear of no order. Whoever then comes home and takes what they took
before takes the wrong dose: so they are told how it is now, of each medicine once, whatever was ordered in between.
"""

from collections.abc import Iterable
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import ColumnElement, Select, func, or_, select

from care import events, patients, situations
from care.heart import outbox
from care.heart.gate import NOT_ASKED
from care.heart.language import Lines, Text, _, in_language
from care.heart.reason import Reason, ask_why
from care.heart.screen import Button, Screen
from care.heart.time import local
from care.heart.turn import Lane, Turn
from care.medicines import medication_list, order_notices, orders, prompts, regimens
from care.medicines.orders import Ordered
from care.medicines.why import HOW_TO_CHANGE
from care.messages import LONGEST
from care.patients import Patient
from care.situations import Situation
from care.tables import orders as orders_table
from care.tables import outbox as outbox_table

TOLD = ("sent", "unknown")  # outcomes of a notice that the patient has, or may have


def tell(turn: Turn, event: events.SituationEnded | events.SituationUndone) -> None:
    """They are asked about their medicines again: say first what is different (a reaction)."""
    over = situations.get(turn, event.situation_id)
    patient = patients.get(turn, event.patient_id or 0)
    if over is None or patient is None or event.situation not in NOT_ASKED or patient.situation in NOT_ASKED:
        return
    said = _said(turn, patient, over) if patient.reminders else []
    if not said:
        return
    for waiting in turn.db.execute(_notices(patient, outbox_table.c.outcome.is_(None))).all():
        outbox.recall_one(turn, waiting.id, "it is told with everything else that changed")
    screens = _whole(patient, said) if prompts.openly(turn, patient.id) else [Screen(
        _("{clinic} has something short for you.", clinic=turn.settings.clinic.name),
        ((Button(_("Show"), f"order:home:{over.id}"),),))]
    heard_at = max(turn.now, patient.paused_until or turn.now)
    for number, screen in enumerate(screens):
        turn.tell(patient, screen, Lane.BROADCAST, topic=order_notices.TOPIC, because=f"home:{over.id}",
                  once=f"home:{over.id}:{number}" if number else f"home:{over.id}",
                  not_before=heard_at, expires_at=heard_at + order_notices.KEPT)


def show(turn: Turn, patient: Patient, situation_id: int, edits: int) -> bool:
    """How it is now, whatever was ordered since; False if this is no situation of theirs."""
    over = situations.get(turn, situation_id)
    if over is None or over.patient_id != patient.id:
        return False
    if said := _said(turn, patient, over):
        for number, screen in enumerate(_whole(patient, said)):
            turn.tell(patient, Screen(screen.text, screen.buttons, edits=None if number else edits))
    else:
        medication_list.show(turn, patient, edits)
    return True


def why(turn: Turn, patient: Patient, key: str) -> Reason | None:
    over = situations.get(turn, int(key))
    if over is None or over.patient_id != patient.id:
        return None
    return Reason(_("Something on your list changed while I did not ask you about it."), HOW_TO_CHANGE)


def _whole(patient: Patient, said: list[Text]) -> list[Screen]:
    """All of it: in one message, or in as many as Telegram takes it in, the ways on below the last."""
    rows = ((Button(_("Your medicines"), f"meds:list:{patient.id}"),), (ask_why(patient.id),))
    parts: list[list[Text]] = [[]]
    for one in (_("Your medicines have changed. This is how it is now:"), *said,
                _("If anything is not clear, or if you were told something else, please write it here.")):
        if len(in_language(Lines((*parts[-1], one)), patient.language)) > LONGEST:
            parts.append([])
        parts[-1].append(one)
    return [Screen(Lines(tuple(part)), rows if part is parts[-1] else ()) for part in parts]


def _said(turn: Turn, patient: Patient, over: Situation) -> list[Text]:
    """What is different of each medicine: new, changed, or stopped."""
    found = [_line(turn, patient, regimen_id, tuple(together)) for regimen_id, together in
             groupby(_untold(turn, patient, over), key=lambda one: one.regimen_id)]
    return [line for line in found if line]


def _line(turn: Turn, patient: Patient, regimen_id: int, untold: tuple[Ordered, ...]) -> Text | None:
    regimen, is_new = regimens.get(turn, regimen_id), any(one.kind == "start" for one in untold)
    assert regimen
    name, today = regimen.medicine.name, local(turn.now, patient.time_zone).date()
    if regimen.state != "active" or (regimen.ends_on and regimen.ends_on < today):
        return None if is_new else _("Stopped: {name}. I do not ask about it any more.", name=name)
    if not is_new and not _differs(untold):
        return None
    now = Lines((_("New:") if is_new else _("Changed:"), f"{name}:", medication_list.how(turn, patient, regimen)), " ")
    return Lines((now, *order_notices.days(turn, patient, regimen)), "\n")


def _differs(untold: Iterable[Ordered]) -> bool:
    """Whether anything that patients see is not as it was; what was changed and changed back is."""
    was, now = dict[str, object](), dict[str, object]()
    for one in untold:
        for change in one.changes:
            was.setdefault(change.field, change.before)
            now[change.field] = change.after
    return any(was[field] != now[field] for field in order_notices.SEEN & now.keys())


def _untold(turn: Turn, patient: Patient, over: Situation) -> list[Ordered]:
    """The orders of which the patient has not heard: those that came into force meanwhile, and those before of which the notice
    was taken back; by medicine, the oldest first."""
    since, until = _not_asked_since(turn, over), over.ended_at or turn.now
    told = _of(turn, _notices(patient, outbox_table.c.outcome.in_(TOLD)))
    held_back = _of(turn, _notices(patient, outbox_table.c.outcome == "suppressed", outbox_table.c.settled_at >= since,
                                   outbox_table.c.settled_at <= until))
    in_force_at = func.coalesce(orders_table.c.decided_at, orders_table.c.ordered_at)
    ids = turn.db.scalars(select(orders_table.c.id).where(
        orders_table.c.patient_id == patient.id, orders_table.c.state == "in force", or_(
            orders_table.c.id.in_(held_back),
            (in_force_at > since) & (in_force_at <= until))).order_by(orders_table.c.regimen_id, orders_table.c.id))
    return [orders.get(turn, one) for one in ids if one not in told]


def _of(turn: Turn, notices: Select[Any]) -> set[int]:
    """The orders that these notices are about."""
    return {int(row.because.partition(":")[2]) for row in turn.db.execute(notices)}


def _not_asked_since(turn: Turn, over: Situation) -> datetime:
    """When it began that nobody asked them: before this, perhaps, when another such situation took its place."""
    before = situations.instead_of(turn, over)
    return _not_asked_since(turn, before) if before and before.kind in NOT_ASKED else over.at


def _notices(patient: Patient, *those: ColumnElement[bool]) -> Select[Any]:
    """The notices of single orders to this patient: the message, and whose it was."""
    return select(outbox_table.c.id, outbox_table.c.because).where(
        outbox_table.c.patient_id == patient.id, outbox_table.c.topic == order_notices.TOPIC,
        outbox_table.c.because.like("order:%"), *those)
