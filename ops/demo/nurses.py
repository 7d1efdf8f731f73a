"""The nurses of the demo: Dana in office hours, Marek on call. They look at what was opened, answer and close it."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random
from typing import TYPE_CHECKING

from care import escalations, events, messages, patients
from care.escalations import Escalation, Severity
from care.heart.turn import Turn
from care.staff import StaffMember

if TYPE_CHECKING:
    from ops.demo.history import History

ASKED = {
    "en": "I saw your answers. How are you now, and did the tablets help? You can write here, or call us.",
    "es": "He visto sus respuestas. ¿Cómo está ahora, le ayudaron las pastillas? Puede escribir aquí o llamarnos.",
}
CALLED = "Called, spoke to the patient. Feeling better, knows when to call again."


class Nurses:
    def __init__(self, history: History, dana: StaffMember, marek: StaffMember, random: Random) -> None:
        self._history, self._dana, self._marek, self._random = history, dana, marek, random
        self._in_hand: set[int] = set()

    def hears(self, event: events.EscalationOpened | events.EscalationJoined) -> None:
        """What was opened will be taken up in its time. What is newest is left for whoever looks on."""
        if event.escalation_id not in self._in_hand and self._history.now() < self._history.left_alone:
            self._in_hand.add(event.escalation_id)
            self._take_up(event.escalation_id, event.severity)

    def _take_up(self, number: int, severity: str) -> None:
        now, on_call = self._history.now(), severity == Severity.EMERGENCY.word
        minutes = self._random.randint(2, 9) if on_call else self._random.randint(4, 35)
        at = now + timedelta(minutes=minutes) if on_call else self._in_office(now, minutes)
        nurse = self._dana if self._staffed(at) else self._marek

        async def take() -> None:
            taken = await self._history.clinic.run(f"staff:{nurse.id}", escalations.acknowledge, number, nurse.id)
            if taken and not taken.resolved_at:
                self._history.at(at + timedelta(minutes=self._random.randint(1, 4)), lambda: self._answer(taken, nurse))

        self._history.at(at, take)

    async def _answer(self, taken: Escalation, nurse: StaffMember) -> None:
        clinic, reply = self._history.clinic, self._history.reply_to(taken)
        if taken.kind == "message" or taken.kind.startswith(("answer:", "red_flag:")):
            words = reply.reply if reply else ""
            if not words and taken.kind.startswith("answer:"):
                words = await clinic.read(self._in_their_words, taken)
            if words and taken.patient_id:
                await clinic.run(f"staff:{nurse.id}", write, taken.patient_id, words, nurse)
        outcome = reply.outcome if reply else "reached" if taken.severity < Severity.ROUTINE else "advice_given"
        minutes = self._random.randint(8, 30) if taken.severity < Severity.ROUTINE else self._random.randint(2, 12)

        async def close() -> None:
            if taken.severity < Severity.ROUTINE and taken.patient_id:
                await clinic.run(f"staff:{nurse.id}", messages.note, taken.patient_id, CALLED, nurse.id)
            await clinic.run(f"staff:{nurse.id}", escalations.resolve, taken.id, nurse.id, outcome, "")
            self._in_hand.discard(taken.id)

        self._history.at(self._history.now() + timedelta(minutes=minutes), close)

    def _in_their_words(self, turn: Turn, taken: Escalation) -> str:
        patient = patients.get(turn, taken.patient_id) if taken.patient_id else None
        return ASKED[patient.language] if patient else ""

    def _staffed(self, at: datetime) -> bool:
        clinic = self._history.clinic.settings.clinic
        return clinic.hours.staffed(at, clinic.time_zone)

    def _in_office(self, now: datetime, minutes: int) -> datetime:
        clinic = self._history.clinic.settings.clinic
        return clinic.hours.after(now, minutes, clinic.time_zone)


def write(turn: Turn, patient_id: int, words: str, nurse: StaffMember) -> None:
    """Answer, if the patient can be reached; else there is only the telephone."""
    try:
        messages.reply(turn, patient_id, words, nurse.id, nurse.name)
    except messages.CannotReach:
        messages.note(turn, patient_id, "Cannot be reached here; called instead.", nurse.id)


