"""The medication list: what a patient takes, what for, how, whose order it is, what is next; and "I took it" without being
asked."""

from sqlalchemy import func, select

from care.heart.language import Lines, Msg, Text, _, city_of
from care.heart.screen import Button, Screen
from care.heart.time import local
from care.heart.turn import Turn
from care.medicines import as_needed, doses, prompt_screens, prompts, regimens
from care.medicines.doses import Dose
from care.medicines.regimens import Regimen
from care.medicines.timing import AsNeeded, Steps
from care.medicines.timing_words import clock_times, in_words
from care.patients import Patient
from care.tables import orders as orders_table

SHORT = 30  # characters of a medicine's name on a button
NEXT = 3  # doses that are shown ahead
STEPS = 8  # of a plan with dates


def show(turn: Turn, patient: Patient, edits: int | None = None) -> None:
    """Everything that is ordered now, a button each."""
    found = _current(turn, patient)
    if not found:
        turn.tell(patient, Screen(_("There is no medicine on your list. If that is not right, write to your care team here."),
                                  edits=edits))
        return
    lines = [Lines((f"{number}. {one.medicine.name}", *_how(patient, one)), ", ") for number, one in enumerate(found, 1)]
    rows = [(Button(one.medicine.name[:SHORT], f"meds:one:{one.id}"),) for one in found]
    if prompts.openly(turn, patient.id):
        rows.append((Button(_("Hide names at first"), f"meds:discreet:{patient.id}"),))
    else:
        rows.append((Button(_("Show names at once"), f"meds:openly:{patient.id}"),))
    rows.append((Button(_("Looking back"), f"meds:past:{patient.id}"),))
    rows.append((Button(_("My times of day"), f"meds:hours:{patient.id}"),))
    rows.append((Button(_("In my calendar"), f"meds:cal:{patient.id}"),))
    turn.tell(patient, Screen(Lines((_("Your medicines"), *lines), "\n"), tuple(rows), edits=edits))


def _current(turn: Turn, patient: Patient) -> list[Regimen]:
    today = local(turn.now, patient.time_zone).date()
    return [one for one in regimens.of_patient(turn, patient.id) if one.ends_on is None or one.ends_on >= today]


def show_one(turn: Turn, patient: Patient, regimen: Regimen, edits: int | None = None, first: Text = "") -> None:
    """One medicine, whole."""
    medicine, ahead = regimen.medicine, _ahead(turn, regimen)
    said: list[Text] = [Lines((f"{medicine.name}:", how(turn, patient, regimen)), " ")]
    if medicine.purpose:
        said.append(_("What it is for: {purpose}", purpose=medicine.purpose))
    if medicine.looks:
        said.append(_("How it looks: {looks}", looks=medicine.looks))
    said.append(_("Ordered by {prescriber}, {day}.", prescriber=regimen.prescriber, day=_ordered_on(turn, patient, regimen)))
    if regimen.keeps_zone:
        said.append(_("By the clock of {city}.", city=city_of(regimen.keeps_zone, patient.language)))
    said += _next(patient, ahead)
    if isinstance(regimen.timing, AsNeeded):
        said.append(as_needed.so_far(turn, regimen))
    if medicine.supply_ends_on:
        said.append(_("What you have lasts until {day}.", day=medicine.supply_ends_on))
    if medicine.missed_advice:
        said.append(_("If you miss a dose: {advice}", advice=medicine.missed_advice))
    turn.tell(patient, Screen(Lines((first, Lines(tuple(said), "\n"))), _ways(turn, patient, regimen, ahead), edits=edits))


def how(turn: Turn, patient: Patient, regimen: Regimen) -> Text:
    """How much, when, with food or without; of a plan with dates each step that is to come."""
    food = {"with": _("with food"), "without": _("without food")}.get(regimen.food or "")
    line = Lines((*_how(patient, regimen), *((food,) if food else ())), ", ")
    steps = _steps(turn, patient, regimen.timing) if isinstance(regimen.timing, Steps) else []
    return Lines((line, *steps), "\n")


def _how(patient: Patient, regimen: Regimen) -> tuple[Text, ...]:
    """How much, and when. In a plan with dates each step says how much."""
    when = in_words(regimen.timing, patient.language)
    return (when,) if isinstance(regimen.timing, Steps) else (regimen.amount, when)


def _steps(turn: Turn, patient: Patient, plan: Steps) -> list[Text]:
    """The step that they are on, and those to come."""
    today = local(turn.now, patient.time_zone).date()
    past = [step for step in plan.steps if step.begins <= today][:-1]
    ahead = plan.steps[len(past):len(past) + STEPS]
    said: list[Text] = [
        _("From {day}: {amount} at {times}", day=step.begins, amount=step.amount, times=clock_times(step.times)) if step.times
        else _("From {day}: none", day=step.begins) for step in ahead]
    return [*said, "…"] if len(past) + STEPS < len(plan.steps) else said


def _ordered_on(turn: Turn, patient: Patient, regimen: Regimen) -> object:
    at = turn.db.scalar(select(func.max(orders_table.c.ordered_at)).where(
        orders_table.c.regimen_id == regimen.id, orders_table.c.state == "in force"))
    return local(at or turn.now, patient.time_zone).date()


def _ahead(turn: Turn, regimen: Regimen) -> list[Dose]:
    return doses.open_of(turn, regimen.id)[:NEXT]


def _next(patient: Patient, ahead: list[Dose]) -> list[Msg]:
    walls = [local(one.due_at, patient.time_zone) for one in ahead]
    return [_("Next: {day}, {time}", day=wall.date(), time=wall.time()) for wall in walls]


def _ways(turn: Turn, patient: Patient, regimen: Regimen, ahead: list[Dose]) -> tuple[tuple[Button, ...], ...]:
    rows = []
    if isinstance(regimen.timing, AsNeeded):
        rows.append((Button(_("I took one"), f"meds:more:{regimen.id}:{as_needed.recorded(turn, regimen.id)}"),))
    else:
        rows += [(Button(_("I took it, {time}", time=local(one.due_at, patient.time_zone).time()), f"meds:took:{one.id}"),)
                 for one in _unheard(turn, regimen)]
    if ahead and turn.now >= ahead[0].opens_at:
        rows.append((Button(_("I took it"), f"meds:took:{ahead[0].id}"),))
    if regimen.medicine.photo:
        rows.append((Button(_("Show the photo"), f"meds:photo:{regimen.id}"),))
    return (*rows, (Button(_("Back"), f"meds:list:{patient.id}"),))


def _unheard(turn: Turn, regimen: Regimen) -> list[Dose]:
    """The doses of which nothing was heard, or which we did not ask about, while there is time to say so."""
    lately = doses.lately(turn, regimen.id)
    return [one for one in lately if one.state in ("no_answer", "missed_by_us") and prompt_screens.amendable(turn, one)]


def took(turn: Turn, patient: Patient, dose: Dose, edits: int) -> Msg | None:
    """Taken without being asked, before, or long after: the reminder of it does not come, and what asks about it asks no
    more."""
    regimen = regimens.get(turn, dose.regimen_id)
    assert regimen
    if dose.open and turn.now < dose.opens_at:
        return _("It is too early for this one.")
    unheard = prompt_screens.amendable(turn, dose) and dose.state in ("no_answer", "missed_by_us")
    noted = (dose.open or unheard) and doses.taken(turn, dose, regimen, amending=unheard)
    prompts.redraw(turn, patient, {dose.prompt_id})
    now = doses.get(turn, dose.id)
    assert now
    show_one(turn, patient, regimen, edits, first=prompt_screens.outcome(now, patient.time_zone))
    return _("Noted. Thank you.") if noted else None


def prefer(turn: Turn, patient: Patient, openly: bool, edits: int) -> None:
    """Whether names of medicines may be on a locked screen."""
    prompts.prefer(turn, patient.id, openly)
    show(turn, patient, edits)
