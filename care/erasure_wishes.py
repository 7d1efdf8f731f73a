"""A patient wishes to be forgotten: a person decides, with a time by which they must. Nothing is deleted by asking."""

from care import escalations, events, office, patients
from care.escalations import Severity
from care.heart.language import Lines, Text, _, n_
from care.heart.screen import Button, Screen
from care.heart.turn import Turn
from care.patients import Patient

WANTED, BY_CARER = "erasure_wanted", "erasure_wanted_by_carer"  # each takes back what they asked for themselves


def ask(turn: Turn, patient: Patient, edits: int | None = None) -> None:
    """What it means, what the law may keep, and ways out. Whoever has asked already is told so."""
    if _kind(turn, patient) in escalations.open_kinds(turn, patient.id):
        turn.tell(patient, Screen(
            _("The clinic knows that you wish this. Nothing is deleted before a person has looked at it."), (_keep(patient),),
            edits=edits))
        return
    turn.tell(patient, Screen(
        Lines((_("Do you want the clinic to delete all that is kept here? A person looks at your wish first."), _goes(turn),
               _("It cannot be brought back. You may want a copy first."))),
        ((Button(_("Ask to delete all"), f"forget:sure:{patient.id}"),),
         (Button(_("Copy of the record"), f"copy:ask:{patient.id}"),), _keep(patient)),
        edits=edits))


def _goes(turn: Turn) -> Text:
    years = turn.settings.retention.record_years
    if not years:
        return _("Then all goes: your answers, your messages, your medicines. What was done with your record, and when, stays "
                 "on a list without names.")
    return Lines((
        n_("By law the clinic must keep your record for {count} year after your last contact.",
           "By law the clinic must keep your record for {count} years after your last contact.", years),
        _("Your phone number, your address and this chat go at once. The rest goes after that time.")), " ")


def wish(turn: Turn, patient: Patient, edits: int | None = None) -> None:
    """It is asked for: an obligation, with a time by which it must be decided."""
    kind = _kind(turn, patient)
    whose = "Wishes to be forgotten" if kind == WANTED else "A carer wishes that this patient be forgotten: ask the patient"
    escalations.open_(turn, patient.id, Severity.ROUTINE, kind, whose, None, patient.chat_id)
    when = office.when(turn, escalations.resolve_by(turn, Severity.ROUTINE), patient.time_zone)
    turn.tell(patient, Screen(
        Lines((_("I have told the clinic. It will be decided {when}.", when=when),
               _("Until then all goes on as before, and you can change your mind."))),
        (_keep(patient),), edits=edits))


def take_back(turn: Turn, patient: Patient, edits: int | None = None) -> None:
    """They wish it no more."""
    escalations.settle(turn, patient.id, _kind(turn, patient), "Does not wish it any more.")
    turn.tell(patient, Screen(_("Everything stays as it is."), edits=edits))


def done(turn: Turn, event: events.PatientErased) -> None:
    """Forgotten, as far as the law lets it be: the wish is fulfilled."""
    for kind in (WANTED, BY_CARER) if event.patient_id is not None else ():
        escalations.settle(turn, event.patient_id or 0, kind, "Forgotten, as far as the law allows.")


def _kind(turn: Turn, patient: Patient) -> str:
    return WANTED if patients.writes_themselves(turn, patient) else BY_CARER


def _keep(patient: Patient) -> tuple[Button]:
    return (Button(_("Keep everything"), f"forget:keep:{patient.id}"),)
