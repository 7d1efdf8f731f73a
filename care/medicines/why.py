"""Why a message about medicines came: whose order it is, and how to change the asking. The order itself only people change."""

from care.heart.language import Lines, Text, _
from care.heart.reason import Reason
from care.heart.turn import Turn
from care.medicines import orders, prompts, regimens
from care.patients import Patient

HOW_TO_CHANGE = _("To see your list, or how I ask, send /meds. Please do not stop a medicine without asking your care team.")


def asked(turn: Turn, patient: Patient, key: str) -> Reason | None:
    """The doses behind a prompt. Their names stay as discreet as the prompt was."""
    prompt = prompts.get(turn, int(key))
    if prompt is None or prompt.patient_id != patient.id:
        return None
    orders = dict.fromkeys(one.regimen for one in prompts.asked_about(turn, prompt))
    if prompt.shown:
        causes: tuple[Text, ...] = tuple(
            _("It was time for {medicine}, ordered by {prescriber}.", medicine=one.medicine.name, prescriber=one.prescriber)
            for one in orders)
    else:
        who = ", ".join(dict.fromkeys(one.prescriber for one in orders))
        causes = (_("It was time for something on your list, ordered by {prescriber}.", prescriber=who),)
    return Reason(Lines(causes, "\n"), HOW_TO_CHANGE)


def missed(turn: Turn, patient: Patient, key: str) -> Reason:
    return Reason(_("A reminder was due, and we could not send it in time. You should know that."), HOW_TO_CHANGE)


def travelled(turn: Turn, patient: Patient, key: str) -> Reason:
    return Reason(_("Your care team put a journey on record, so your clock here is another one."),
                  _("If that is not right, or to choose again, send /trip."))


def weekly(turn: Turn, patient: Patient, key: str) -> Reason:
    return Reason(_("You asked for one line about each week."), _("To stop it, send /meds and tap Looking back."))


def ordered(turn: Turn, patient: Patient, key: str) -> Reason | None:
    """Staff changed or stopped something."""
    order = orders.find(turn, int(key))
    regimen = regimens.get(turn, order.regimen_id) if order else None
    if order is None or regimen is None or regimen.patient_id != patient.id:
        return None
    cause = (_("{prescriber} stopped something on your list.", prescriber=regimen.prescriber) if order.kind == "stop"
             else _("{prescriber} changed something on your list.", prescriber=regimen.prescriber))
    return Reason(cause, HOW_TO_CHANGE)


def refill(turn: Turn, patient: Patient, key: str) -> Reason | None:
    medicine = regimens.medicine(turn, int(key))
    if medicine is None or medicine.patient_id != patient.id:
        return None
    shown = prompts.openly(turn, patient.id)
    cause = (_("By our count, {medicine} runs out soon.", medicine=medicine.name) if shown
             else _("By our count, something on your list runs out soon."))
    return Reason(cause, HOW_TO_CHANGE)
