"""Before a visit: what its clinician is to know, in the patient's thread, in time: the patient's answers, and the medicines,
allergies and reported doses as they are on record then. It claims nothing of what was not asked or not answered."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select

from care import escalations, events, patients
from care.appointments import appointments, entries, screens
from care.appointments.appointments import Appointment
from care.escalations import Severity
from care.heart.language import in_language
from care.heart.time import local
from care.heart.turn import Turn
from care.medicines import adherence, allergies, regimens
from care.medicines.timing_words import in_words
from care.tables import answers, conversations

HOLDS_FOR = timedelta(days=14)  # answers that are older say nothing of how it is now
DOSES_OF = timedelta(days=14)
IN_WORDS = {"topics": "Wants to talk about", "change": "Has changed", "differs": "Takes in another way"}
CHOSEN = {("changed", "no"): "Nothing has changed, the patient says",
          ("medicines", "yes"): "Takes the medicines as listed, the patient says",
          ("medicines", "none"): "Takes no medicines, the patient says"}


@dataclass(frozen=True)
class Answered:
    words: Mapping[str, str]
    values: Mapping[str, object]


def file(turn: Turn, event: events.VisitBriefDue) -> None:
    """The time has come: what there is goes into the thread."""
    visit = appointments.get(turn, event.appointment_id)
    assert visit
    entries.add(turn, visit, "brief", brief(turn, visit))


def answered(turn: Turn, event: events.ConversationEnded) -> None:
    """The patient has answered, perhaps not everything: somebody must read what they wrote. If the brief is in the thread
    already, a new one goes in."""
    if event.flow != screens.BEFORE or event.patient_id is None:
        return
    said = _answers(turn, event.patient_id)
    visit = next(iter(appointments.of_patient(turn, event.patient_id, ("booked", "arrived"))), None)
    wrote = [f"{label}: {said.words[key]}" for key, label in IN_WORDS.items() if said and key in said.words]
    if wrote:
        escalations.open_(turn, event.patient_id, Severity.ROUTINE, f"visit_brief:{visit.id if visit else 0}",
                          "Wrote before a visit" if visit is None else f"Wrote before the visit of {_when(turn, visit)}",
                          "; ".join(wrote))
    if visit and entries.of_visit(turn, visit.id, "brief"):
        entries.add(turn, visit, "brief", brief(turn, visit))


def brief(turn: Turn, visit: Appointment) -> str:
    seen, said = appointments.seen(turn, visit), _answers(turn, visit.patient_id)
    return "\n".join((
        f"Before the visit of {_when(turn, visit)} ({seen.kind.staff_name})",
        *(_said(said) if said else ["The patient was not asked, or did not answer, the questions before the visit."]),
        *_medicines(turn, visit.patient_id)))


def _when(turn: Turn, visit: Appointment) -> str:
    return f"{appointments.seen(turn, visit).wall:%Y-%m-%d %H:%M}"


def _said(said: Answered) -> list[str]:
    found = [f"{label}: {said.words[key]}" for key, label in IN_WORDS.items() if key in said.words]
    return found + [line for (key, value), line in CHOSEN.items() if said.values.get(key) == value]


def _answers(turn: Turn, patient_id: int) -> Answered | None:
    """The newest answers, if they are not old."""
    newest = turn.db.scalar(
        select(conversations.c.id).join(answers, answers.c.conversation_id == conversations.c.id)
        .where(conversations.c.patient_id == patient_id, conversations.c.flow == screens.BEFORE,
               conversations.c.heard_at > turn.now - HOLDS_FOR, answers.c.superseded_at.is_(None))
        .order_by(conversations.c.id.desc()).limit(1))
    rows = turn.db.execute(select(answers.c.key, answers.c.words, answers.c.value).where(
        answers.c.conversation_id == newest, answers.c.superseded_at.is_(None))).all()
    words = {row.key: row.words for row in rows if row.value is not None}
    return Answered(words, {row.key: row.value for row in rows}) if rows else None


def _medicines(turn: Turn, patient_id: int) -> list[str]:
    patient = patients.get(turn, patient_id)
    assert patient
    today = local(turn.now, patient.time_zone).date()
    current = [one for one in regimens.of_patient(turn, patient_id) if one.ends_on is None or one.ends_on >= today]
    reported = {one.name: one for one in adherence.reported(turn, patient_id, today - DOSES_OF, today)}
    lines = [f"Medicines on our list ({len(current)}):" if current else "No medicine is on our list."]
    for one in current:
        doses = reported.get(one.medicine.name)
        taken = f"; reported as taken, last 14 days: {doses.taken} of {doses.asked}" if doses and doses.asked else ""
        how = in_language(in_words(one.timing, "en"), "en")
        lines.append(f"- {one.medicine.name}, {one.amount}, {how}{taken}")
    known = allergies.of_patient(turn, patient_id)
    lines.append(f"Allergies: {', '.join(one.substance for one in known)}" if known else "No allergy is on record.")
    return lines
