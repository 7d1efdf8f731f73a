"""Why did I get this message? For anything that we sent: what caused it, whose wish it was, how to change or stop just this."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import or_, select

from care import staff
from care.heart.language import DayMonth, Lines, Text, _
from care.heart.reason import Reason
from care.heart.screen import Button, Screen
from care.heart.time import local
from care.heart.turn import Addressee, Lane, Turn
from care.patients import Patient
from care.reasons import REASONS
from care.tables import outbox

AT_MOST, QUOTED = 3, 60  # messages; characters of each
TOPIC = "why"
UNASKED = or_(outbox.c.because.is_not(None), outbox.c.author.is_not(None), outbox.c.lane.not_in((int(Lane.REPLY),)))


def answer(turn: Turn, to: Addressee, holding: Sequence[Patient], message_id: int | None = None) -> None:
    """Say why the last messages came; with the id of one message in the chat, why that one did."""
    whose = {patient.id: patient for patient in holding}
    found = _one(turn, to, whose, message_id) if message_id else _last(turn, to, whose)
    said: list[Text] = []
    buttons: list[Button] = []
    for row in found:
        patient = whose[row.patient_id]
        reason = of(turn, patient, row)
        said.append(Lines((_headline(turn, patient, row), reason.cause, reason.change), "\n"))
        buttons += [button for button in reason.buttons if button not in buttons]
    if not said:
        said = [_("I have not sent you anything lately but answers to what you wrote or tapped.")]
    turn.tell(to, Screen(Lines((*said, _("To pause or stop all messages, send /stop."))), tuple((one,) for one in buttons)),
              topic=TOPIC)


def of(turn: Turn, patient: Patient, row: Any) -> Reason:
    """Why this row of the outbox was written."""
    kind, _colon, key = (row.because or "").partition(":")
    known = REASONS[kind](turn, patient, key) if kind in REASONS else None
    return known or _by_its_nature(turn, row)


def _by_its_nature(turn: Turn, row: Any) -> Reason:
    if row.author:
        name = staff.named(turn, row.author)
        return Reason(_("{name} from your care team wrote this to you.", name=name) if name
                      else _("Your care team wrote this to you."), _("To answer, just type here."))
    if row.lane == Lane.SAFETY:
        return Reason(_("What you wrote or answered can be a sign of danger. Then I always say what to do, and tell your care "
                        "team. The clinic has set this rule for everyone."),
                      _("It cannot be turned off. If you did not mean it that way, just write so here."))
    if row.lane == Lane.REPLY:
        return Reason(_("This was an answer to what you wrote or tapped."))
    return Reason(_("{clinic} sent this to you.", clinic=turn.settings.clinic.name),
                  _("To ask about it, just type here."))


def _headline(turn: Turn, patient: Patient, row: Any) -> Text:
    sent = local(row.settled_at, patient.time_zone)
    words = " ".join(row.text.split())
    words = words if len(words) <= QUOTED else f"{words[:QUOTED].rsplit(' ', 1)[0]}…"
    return _("{day}, {time}: “{words}”", day=DayMonth(sent.date()), time=sent.time(), words=words)


def _last(turn: Turn, to: Addressee, whose: dict[int, Patient]) -> list[Any]:
    """The last messages that were no answer, else the last answer."""
    sent = (
        select(outbox).where(outbox.c.patient_id.in_(whose), outbox.c.chat_id == to.chat_id, outbox.c.outcome == "sent",
                             outbox.c.edits.is_(None), outbox.c.closes.is_(None), outbox.c.topic != TOPIC)
        .order_by(outbox.c.id.desc()))
    found = list(turn.db.execute(sent.where(UNASKED).limit(AT_MOST))) or list(turn.db.execute(sent.limit(1)))
    return found[::-1]


def _one(turn: Turn, to: Addressee, whose: dict[int, Patient], message_id: int) -> list[Any]:
    """What was first said in this message: later words in its place answer a tap."""
    return list(turn.db.execute(
        select(outbox).where(outbox.c.patient_id.in_(whose), outbox.c.chat_id == to.chat_id,
                             outbox.c.telegram_id == message_id, outbox.c.outcome == "sent")
        .order_by(outbox.c.edits.is_not(None), outbox.c.id).limit(1)))
