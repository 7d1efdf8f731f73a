"""Courses: a patient on their way through a series. By the clock the next lesson is offered, silently and discreetly."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select, update

from care import events, patients, plans, situations
from care.heart import gate, outbox
from care.heart.time import instant, local
from care.heart.turn import Lane, Turn
from care.lessons import deliveries, giving, library, reading, screens
from care.lessons.series import Series, all_series
from care.patients import Patient
from care.tables import lesson_series as table

A_DAY = timedelta(days=1)
LATE = timedelta(hours=10)  # a lesson that could not leave by then comes on the next day
GATE_WAITS = timedelta(days=28)  # this long a lesson waits for the one before to be read; then the series ends


@dataclass(frozen=True)
class Course:
    id: int
    patient_id: int
    series: str
    plan_id: int | None
    day_0: date
    step: int
    next_at: datetime | None
    begun_at: datetime
    ended_at: datetime | None
    why: str | None


def of_patient(turn: Turn, patient_id: int) -> list[Course]:
    """Every course of a patient, those that ended too."""
    return [Course(*row) for row in turn.db.execute(
        select(table).where(table.c.patient_id == patient_id).order_by(table.c.id))]


def due(turn: Turn, limit: int = 500) -> list[int]:
    return list(turn.db.scalars(
        select(table.c.id).where(table.c.next_at <= turn.now).order_by(table.c.next_at).limit(limit)))


def attend(turn: Turn, course_id: int) -> None:
    """Offer the lesson that is due. Where nothing may be sent now, it is looked at again tomorrow."""
    course = _get(turn, course_id)
    patient = patients.lock(turn, course.patient_id) if course else None
    if course is None or patient is None or course.next_at is None or course.next_at > turn.now:
        return
    patient = patients.get(turn, course.patient_id)
    assert patient
    course, series = _with_what_never_left(turn, course), all_series().get(course.series)
    if series is None or course.step >= len(series.steps):
        _end(turn, course, "all of it was sent")
    elif not _may_be_told(turn, patient):
        _wait(turn, course, patient, series)
    elif not _finished_before(turn, course, series):
        if _waited_long(turn, course):
            _end(turn, course, "the one before was not read")
        else:
            _wait(turn, course, patient, series)
    else:
        _offer(turn, course, patient, series)


def _may_be_told(turn: Turn, patient: Patient) -> bool:
    """Whether the gate would let through what nobody asked for: else a lesson would be used up unseen."""
    paused = patient.paused_until is not None and patient.paused_until > turn.now
    return (patient.consented and patient.reachable and patient.reminders and not paused and patient.chat_id is not None
            and patient.situation not in gate.NOT_ASKED)


def _with_what_never_left(turn: Turn, course: Course) -> Course:
    """The course, one step back if what offered that step was taken back before it left: nobody has seen it."""
    before = deliveries.last_in_series(turn, course.id, course.step - 1)
    if before is None or before.message is None or outbox.outcome_of(turn, before.message) != "suppressed":
        return course
    deliveries.change(turn, before.id, held_at=turn.now)
    _change(turn, course.id, step=course.step - 1)
    return replace(course, step=course.step - 1)


def _finished_before(turn: Turn, course: Course, series: Series) -> bool:
    """Whether the lesson before has been read, if that is asked."""
    if not series.steps[course.step].after_finishing or course.step == 0:
        return True
    before = series.steps[course.step - 1].name
    return before in deliveries.finished(turn, course.patient_id) | deliveries.refused(turn, course.patient_id)


def _waited_long(turn: Turn, course: Course) -> bool:
    before = deliveries.last_in_series(turn, course.id, course.step - 1)
    return before is not None and turn.now - before.sent_at > GATE_WAITS


def _offer(turn: Turn, course: Course, patient: Patient, series: Series) -> None:
    lesson = library.of(turn).get(series.steps[course.step].name)
    seen = deliveries.finished(turn, patient.id) | deliveries.refused(turn, patient.id)
    if lesson and lesson.name not in seen:
        delivery = deliveries.begin(turn, patient, lesson, deliveries.SERIES, series_id=course.id, step=course.step)
        told = turn.tell(patient, screens.offer(delivery, giving.words(turn)), Lane.BROADCAST, topic=reading.TOPIC,
                         once=f"lesson:{course.id}:{course.step}:{delivery.id}", expires_at=turn.now + LATE,
                         because=f"lesson:{delivery.id}")
        deliveries.change(turn, delivery.id, message=told)
    _go_on(turn, course, patient, series, course.step + 1)


def _go_on(turn: Turn, course: Course, patient: Patient, series: Series, step: int) -> None:
    """The next step, on its day; where that has passed, the next day that has not."""
    if step >= len(series.steps):
        _end(turn, course, "all of it was sent")
        return
    tomorrow = local(turn.now, patient.time_zone).date() + A_DAY
    day = max(course.day_0 + timedelta(days=series.steps[step].day), tomorrow)
    _change(turn, course.id, step=step, next_at=instant(day, series.hour, patient.time_zone))


def _wait(turn: Turn, course: Course, patient: Patient, series: Series) -> None:
    tomorrow = local(turn.now, patient.time_zone).date() + A_DAY
    _change(turn, course.id, next_at=instant(tomorrow, series.hour, patient.time_zone))


# How a course begins and ends: reactions


def begin_for_everybody(turn: Turn, event: events.ConsentGiven) -> None:
    """Whoever agrees to messages begins what everybody has, once; and goes on with what their plans bring."""
    patient = patients.get(turn, event.patient_id) if event.patient_id is not None else None
    if patient is None:
        return
    for series in all_series().values():
        if not series.programme and series.name in turn.settings.lessons.series:
            _begin(turn, patient, series, local(turn.now, patient.time_zone).date(), None)
    for plan in plans.of_patient(turn, patient.id):
        _begin_with(turn, patient, plan)


def begin_with_plan(turn: Turn, event: events.CarePlanBegun) -> None:
    plan = plans.get(turn, event.plan_id)
    patient = patients.get(turn, plan.patient_id) if plan else None
    if plan and patient and patient.consented and plan.ended_at is None:
        _begin_with(turn, patient, plan)


def _begin_with(turn: Turn, patient: Patient, plan: plans.CarePlan) -> None:
    for series in all_series().values():
        if series.programme == plan.programme and series.name in turn.settings.lessons.series:
            _begin(turn, patient, series, plan.day_0, plan.id)


def _begin(turn: Turn, patient: Patient, series: Series, day_0: date, plan_id: int | None) -> None:
    """Begin at the first step whose day has not passed; go on, where it was ended by mistake. Once is enough."""
    earlier = [one for one in of_patient(turn, patient.id) if one.series == series.name and (
        one.plan_id == plan_id or one.ended_at is None)]
    if earlier and (earlier[-1].ended_at is None or plan_id is None):
        return
    today = local(turn.now, patient.time_zone).date()
    step = earlier[-1].step if earlier else 0
    while step < len(series.steps) and day_0 + timedelta(days=series.steps[step].day) < today:
        step += 1
    if step >= len(series.steps):
        return
    at = instant(day_0 + timedelta(days=series.steps[step].day), series.hour, patient.time_zone)
    course_id = turn.insert(table, {
        "patient_id": patient.id, "series": series.name, "plan_id": plan_id, "day_0": day_0, "step": step,
        "next_at": at, "begun_at": turn.now})
    turn.happened(events.SeriesBegun(patient.id, course_id, series.name))


def move_with_plan(turn: Turn, event: events.CarePlanChanged) -> None:
    """The plan counts from another day now: so do its lessons."""
    plan = plans.get(turn, event.plan_id)
    patient = patients.get(turn, plan.patient_id) if plan else None
    if plan is None or patient is None:
        return
    for course in of_patient(turn, plan.patient_id):
        series = all_series().get(course.series)
        if course.plan_id == plan.id and course.ended_at is None and series and course.day_0 != plan.day_0:
            _change(turn, course.id, day_0=plan.day_0)
            moved = _get(turn, course.id)
            assert moved
            _go_on(turn, moved, patient, series, course.step)


def end_with_plan(turn: Turn, event: events.CarePlanEnded) -> None:
    """At once, and without a word: what waits to leave is taken back by whatever ended the plan."""
    if event.patient_id is not None:
        for course in of_patient(turn, event.patient_id):
            if course.plan_id == event.plan_id:
                _end(turn, course, "the programme ended")


def end_for(turn: Turn, event: events.SituationBegan) -> None:
    """Who has died, or is looked after elsewhere, is sent no more; nor after a loss what went with the pregnancy, which its
    plan has ended."""
    if event.situation in ("deceased", "transferred") and event.patient_id is not None:
        _end_all(turn, event.patient_id, situations.EFFECTS[event.situation].why)


def undone(turn: Turn, event: events.SituationUndone) -> None:
    """The situation was a mistake: what everybody has goes on where it was. What a plan brings begins anew with the plan."""
    patient = patients.get(turn, event.patient_id or 0)
    was = next((one for one in situations.of_patient(turn, event.patient_id or 0) if one.id == event.situation_id), None)
    if patient is None or was is None:
        return
    for course in of_patient(turn, patient.id):
        series = all_series().get(course.series)
        if series and course.plan_id is None and (course.ended_at, course.why) == (was.at, situations.EFFECTS[was.kind].why):
            _change(turn, course.id, ended_at=None, why=None)
            _wait(turn, course, patient, series)
            turn.happened(events.SeriesBegun(patient.id, course.id, course.series))


def end_without_consent(turn: Turn, event: events.ConsentWithdrawn) -> None:
    if event.patient_id is not None:
        _end_all(turn, event.patient_id, "no consent")


def held_back(turn: Turn, event: events.MessageHeldBack) -> None:
    """An offer did not leave: the lesson was not given. One of a series is offered again on the next day."""
    delivery = deliveries.of_message(turn, event.message) if event.lane == Lane.BROADCAST else None
    if delivery is None or event.outcome == "unknown":
        return
    deliveries.change(turn, delivery.id, held_at=turn.now)
    course = _get(turn, delivery.series_id) if delivery.series_id else None
    series = all_series().get(course.series) if course else None
    patient = patients.get(turn, delivery.patient_id)
    if course and series and patient and delivery.step is not None and (
            course.ended_at is None or course.why == "all of it was sent"):
        _change(turn, course.id, step=delivery.step, ended_at=None, why=None)
        _wait(turn, course, patient, series)


def _end_all(turn: Turn, patient_id: int, why: str) -> None:
    for course in of_patient(turn, patient_id):
        _end(turn, course, why)


def _end(turn: Turn, course: Course, why: str) -> None:
    if course.ended_at is None:
        _change(turn, course.id, ended_at=turn.now, next_at=None, why=why)
        turn.happened(events.SeriesEnded(course.patient_id, course.id, course.series, why))


def _get(turn: Turn, course_id: int) -> Course | None:
    row = turn.db.execute(select(table).where(table.c.id == course_id)).first()
    return Course(*row) if row else None


def _change(turn: Turn, course_id: int, **changed: Any) -> None:
    turn.db.execute(update(table).where(table.c.id == course_id).values(**changed))
