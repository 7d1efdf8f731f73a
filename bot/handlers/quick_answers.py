"""A tap on an answer that a person offered: heard as if it had been typed."""

from bot.buttons import carried
from bot.handlers.visit import Visit, visit
from care import enrolment, events, messages, quick_answers, triage
from care.heart.language import Msg, _
from care.heart.turn import Turn
from care.messages import Written


@visit
def quick_button(turn: Turn, visit: Visit) -> Msg | None:
    data, message_id = visit.button
    _prefix, quick_id, place = carried(data, 3)
    for patient in visit.holding:
        tapped = quick_answers.tapped(turn, patient, int(quick_id), int(place), message_id)
        if tapped.before:
            return _("I have passed this on already.")
        if tapped.words is None:
            continue
        flagged = triage.screen(turn, patient, patient.country, tapped.words)
        written = Written(message_id, "tap", tapped.words)
        if not (patient.consented or flagged):  # it stands, to be tapped once they have agreed: nobody would hear it now
            enrolment.ask_consent(turn, patient)
            return None
        quick_answers.take(turn, patient, int(quick_id), int(place), message_id)
        if patient.consented:
            kept = messages.hear(turn, patient, written, flagged)
        else:
            kept = messages.keep(turn, visit.chat_id, patient.id, written, flagged)
        quick_answers.heard(turn, int(quick_id), kept)
        turn.happened(events.QuickAnswerTapped(patient.id, visit.chat_id, int(quick_id), kept))
        return None
    return _("This button does not work any more.")
