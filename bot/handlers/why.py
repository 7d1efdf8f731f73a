"""Why did I get this message? And the ways out of just this one that the answer offers."""

from bot.buttons import carried
from bot.handlers.about import stranger_card
from bot.handlers.heard import command
from bot.handlers.visit import Visit, visit
from care import own_programmes, plans, why
from care.heart.language import Msg, _
from care.heart.turn import Turn

GONE = _("This button does not work any more.")


@command
def ask(turn: Turn, visit: Visit) -> None:
    """Of the message that /why replies to, else of the last ones."""
    message = visit.update.effective_message
    about = message.reply_to_message if message else None
    say(turn, visit, about.message_id if about else None)


def say(turn: Turn, visit: Visit, message_id: int | None = None) -> None:
    if visit.holding:
        why.answer(turn, visit.who, visit.holding, message_id)
    else:
        stranger_card(turn, visit)


@visit
def why_button(turn: Turn, visit: Visit) -> Msg | None:
    """A message's own button: why this one."""
    _data, message_id = visit.button
    say(turn, visit, message_id)
    return None


@visit
def plan_button(turn: Turn, visit: Visit) -> Msg | None:
    data, message_id = visit.button
    _prefix, verb, plan_id = carried(data, 3)
    plan = plans.get(turn, int(plan_id))
    patient = visit.patient(plan.patient_id) if plan else None
    if plan is None or patient is None or not patient.consented:
        return GONE
    (own_programmes.stop if verb == "stop" else own_programmes.begin_again)(turn, patient, plan, message_id)
    return None
