"""Which lessons fit a patient: by programme, medicines, the stage they are at, and what they have answered."""

from dataclasses import dataclass
from datetime import timedelta

from care import plans, situations
from care.heart.turn import Turn
from care.lessons import library
from care.lessons.deliveries import Delivery
from care.lessons.lesson import Lesson
from care.medicines import regimens
from care.patients import Patient
from care.plain_words import words_of
from care.programmes import programmes

NEW = timedelta(days=30)  # this long a patient is new
AFTER_HOSPITAL = ("post_discharge", "post_surgery")


@dataclass(frozen=True)
class Circumstances:
    """What of a patient decides which lessons fit."""

    programmes: frozenset[str]
    medicines: frozenset[str]  # the words of their names and ingredients, evened out
    stages: frozenset[str]

    @property
    def pregnant(self) -> bool:
        return "pregnancy" in self.stages


def circumstances(turn: Turn, patient: Patient) -> Circumstances:
    open_now = plans.of_patient(turn, patient.id)
    taken = [one.medicine for one in regimens.of_patient(turn, patient.id)]
    named = " , ".join(f"{one.name} , {one.ingredient or ''}" for one in taken)
    stages = set()
    if open_now and turn.now - min(plan.begun_at for plan in open_now) < NEW:
        stages.add("new")
    if any(plan.programme in AFTER_HOSPITAL for plan in open_now):
        stages.add("discharge")
    if any(plan.programme in programmes() and programmes()[plan.programme].pregnancy for plan in open_now):
        stages.add("pregnancy")
    return Circumstances(frozenset(plan.programme for plan in open_now), frozenset(word.text for word in words_of(named)),
                         frozenset(stages))


def fits(lesson: Lesson, of: Circumstances) -> bool:
    """Whether a lesson is for this patient in particular."""
    words = {word.text for name in lesson.medicines for word in words_of(name)}
    return bool(of.programmes & set(lesson.conditions) or of.medicines & words or of.stages & set(lesson.stage))


def may_see(lesson: Lesson, of: Circumstances) -> bool:
    """Whether a patient may come upon a lesson by browsing. What is for pregnancy alone is for those who expect a child: it
    must not meet somebody who has lost one."""
    return of.pregnant or not _about_pregnancy(lesson)


def _about_pregnancy(lesson: Lesson) -> bool:
    return lesson.topic == "pregnancy" or any(
        name in programmes() and programmes()[name].pregnancy for name in lesson.conditions)


def is_past(turn: Turn, given: Delivery) -> bool:
    """Whether what they were given belonged to a pregnancy that was lost since: it is on their phone, and opens no more."""
    lesson = library.of(turn).get(given.lesson)
    return lesson is not None and _about_pregnancy(lesson) and any(
        one.kind == "pregnancy_loss" and one.undone_at is None and one.at >= given.sent_at
        for one in situations.of_patient(turn, given.patient_id))


def for_patient(turn: Turn, patient: Patient) -> list[Lesson]:
    """The lessons that fit, by their names."""
    now = circumstances(turn, patient)
    return [lesson for lesson in library.of(turn).lessons.values() if may_see(lesson, now) and fits(lesson, now)]


def to_browse(turn: Turn, patient: Patient) -> list[Lesson]:
    """Every lesson that a patient may come upon, those that fit first."""
    now = circumstances(turn, patient)
    seen = [lesson for lesson in library.of(turn).lessons.values() if may_see(lesson, now)]
    return sorted(seen, key=lambda lesson: (not fits(lesson, now), lesson.name))


def after(turn: Turn, patient: Patient, cues: set[str]) -> list[Lesson]:
    """The lessons that fit after answers that met these rules, the ones that name a rule itself first."""
    now = circumstances(turn, patient)
    found = [(len(cues & set(lesson.offer_when)), lesson) for lesson in library.of(turn).lessons.values()
             if cues & set(lesson.offer_when) and may_see(lesson, now)]
    return [lesson for _met, lesson in sorted(found, key=lambda one: (-one[0], one[1].name))]
