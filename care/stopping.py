"""Stopping: a week's pause, no more reminders, or leaving. One transaction changes everything to come."""

from datetime import timedelta

from care import consent, conversations, events, messages, patients
from care.heart import outbox
from care.heart.language import Lines, _
from care.heart.screen import Button, Screen
from care.heart.time import local
from care.heart.turn import Turn
from care.patients import Patient, Stranger

A_WEEK = timedelta(days=7)


def ask(turn: Turn, patient: Patient) -> None:
    """What would the patient like to stop?"""
    rows = [(Button(_("Pause for a week"), f"stop:pause:{patient.id}"),),
            (Button(_("Stop reminders"), f"stop:reminders:{patient.id}"),),
            (Button(_("Leave for good"), f"stop:leave:{patient.id}"),),
            (Button(_("Keep everything as it is"), f"stop:keep:{patient.id}"),)]
    turn.tell(patient, Screen(_("What would you like to do?"), tuple(rows)))


def pause(turn: Turn, patient: Patient, edits: int | None = None) -> None:
    until = turn.now + A_WEEK
    day = local(until, patient.time_zone).date()
    patients.change(turn, patient.id, paused_until=until)
    outbox.recall(turn, patient.id, "the patient paused messages")
    turn.happened(events.MessagesPaused(patient.id))
    turn.tell(patient, Screen(
        Lines((_("Paused. I will write again on {day}.", day=day), messages.urgent_help(turn, patient.country))),
        ((Button(_("Go on now"), f"stop:resume:{patient.id}"),),), edits=edits))


def stop_reminders(turn: Turn, patient: Patient, edits: int | None = None) -> None:
    patients.change(turn, patient.id, reminders=False)
    outbox.recall(turn, patient.id, "the patient stopped reminders")
    turn.happened(events.RemindersStopped(patient.id))
    turn.tell(patient, Screen(
        _("Done. I will not write first any more. Your care team can still answer you here."),
        ((Button(_("Start reminders again"), f"stop:resume:{patient.id}"),),), edits=edits))


def resume(turn: Turn, patient: Patient, edits: int | None = None) -> None:
    if patient.state != "active" or not patient.consented:
        return
    if patient.paused_until:
        outbox.let_go(turn, patient.id, patient.paused_until)
    patients.change(turn, patient.id, reminders=True, paused_until=None)
    turn.happened(events.MessagesResumed(patient.id))
    turn.tell(patient, Screen(_("Welcome back. Reminders are on."), edits=edits))


def ask_leaving(turn: Turn, patient: Patient, edits: int | None = None) -> None:
    turn.tell(patient, Screen(
        _("If you leave, I stop writing to you, and you cannot write to your care team here. Your clinic keeps your record. "
          "Do you want to leave?"),
        ((Button(_("Yes, leave"), f"stop:left:{patient.id}"),), (Button(_("No, stay"), f"stop:keep:{patient.id}"),)),
        edits=edits))


def leave(turn: Turn, patient: Patient, edits: int | None = None) -> None:
    """Consent is taken back, the chats are cut, nothing that waits leaves any more. A carer leaves alone, as long as another
    chat speaks for the patient."""
    assert patient.chat_id is not None
    conversation = conversations.current(turn, patient.id)
    alone = patients.cut_carer(turn, patient.id, patient.chat_id)
    if conversation and (not alone or conversation.chat_id == patient.chat_id):
        conversations.end(turn, conversation, "put aside")
    if not alone:
        consent.withdraw(turn, patient)
        patients.change(turn, patient.id, state="left")
        outbox.recall(turn, patient.id, "the patient has left")
        turn.happened(events.PatientLeft(patient.id))
        patients.cut_all(turn, patient.id)
    turn.tell(Stranger(patient.chat_id, patient.language), Screen(
        Lines((_("You have left. Thank you for the time with us. To come back, ask your clinic for a new link."),
               messages.urgent_help(turn, patient.country))), edits=edits))
