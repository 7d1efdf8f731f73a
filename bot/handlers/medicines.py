"""Medicines: what a patient says about doses, by a tap."""

from bot.handlers.visit import Visit, visit
from care.heart.language import Text, _
from care.heart.turn import Turn
from care.medicines import answers, prompts

GONE = _("This button does not work any more.")


@visit
def dose_button(turn: Turn, visit: Visit) -> Text | None:
    data, message_id = visit.button
    _prefix, verb, prompt_id, *rest = data.split(":")
    prompt = prompts.get(turn, int(prompt_id))
    patient = visit.patient(prompt.patient_id) if prompt else None
    if prompt is None or patient is None or prompt.chat_id != visit.chat_id:
        return GONE
    return answers.tapped(turn, patient, prompt, verb, rest, message_id)
