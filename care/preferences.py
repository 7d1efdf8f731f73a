"""What a patient wants to hear about, how often, at what hour, and how much of it may stand on a locked screen."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import delete, select

from care import events, patients, plans
from care.heart import outbox
from care.heart.gate import NOT_WANTED
from care.heart.language import Lines, Msg, Text, _
from care.heart.screen import Button, Screen
from care.heart.turn import Turn
from care.medicines import prompts
from care.patients import Patient
from care.tables import patients as patients_table
from care.tables import refused_topics


@dataclass(frozen=True)
class Subject:
    """Something that a patient may say no to, and the topics of the messages that are about it."""

    called: Msg
    topics: tuple[str, ...]


# To offer another one, add it here, and tell with its topic.
SUBJECTS: Mapping[str, Subject] = {
    "checks": Subject(_("Check-ins"), ("check", "check_again")),
    "lessons": Subject(_("Lessons"), ("lesson",)),
    "news": Subject(_("News from the clinic"), ("news",)),
    "surveys": Subject(_("Surveys"), ("survey",)),
}


def refused(turn: Turn, patient_id: int) -> set[str]:
    """The topics of messages that this patient does not want."""
    return set(turn.db.scalars(select(refused_topics.c.topic).where(refused_topics.c.patient_id == patient_id)))


def choose(turn: Turn, patient: Patient, subject: str, wanted: bool) -> None:
    """Want messages about this from now on, or none. What waits already leaves no more."""
    for topic in SUBJECTS[subject].topics:
        turn.db.execute(delete(refused_topics).where(
            refused_topics.c.patient_id == patient.id, refused_topics.c.topic == topic))
        if not wanted:
            turn.insert_once(refused_topics, {"patient_id": patient.id, "topic": topic, "since": turn.now})
    if not wanted:
        outbox.recall_topics(turn, patient.id, SUBJECTS[subject].topics, NOT_WANTED)
    if subject == "checks":
        if wanted:
            plans.wake(turn, patient)
        else:
            plans.rest(turn, patient.id)
    turn.happened(events.WishesChanged(patient.id))


def limit(turn: Turn, patient: Patient, most_a_day: int) -> None:
    """Get at most so many messages a day without having asked; never more than the clinic sends anyway."""
    most = max(1, min(most_a_day, turn.settings.sending.unasked_a_day))
    patients.change(turn, patient.id, most_a_day=most)
    turn.happened(events.WishesChanged(patient.id))


def show(turn: Turn, patient: Patient, edits: int | None = None) -> None:
    """What holds now, and a button for each thing that can be changed."""
    no, openly = refused(turn, patient.id), prompts.openly(turn, patient.id)
    clinics = turn.settings.sending.unasked_a_day
    most = min(turn.db.scalar(select(patients_table.c.most_a_day).where(patients_table.c.id == patient.id)) or clinics, clinics)
    words: list[Text] = [
        _("What may I write to you about? Tap to change it. Your medicines are in /meds."),
        _("Without being asked I send at most this many messages a day: {number}. Medicines and urgent messages come as well.",
          number=most),
        _("Your screen shows my words at once.") if openly else _("Your screen shows only that something came.")]
    rows: list[tuple[Button, ...]] = [
        (_ticked(subject.called, not no & set(subject.topics), f"wish:{name}:{patient.id}"),)
        for name, subject in SUBJECTS.items()]
    if clinics > 1:
        rows.append(tuple(_ticked(_("{number} a day", number=number), number == most, f"wish:most{number}:{patient.id}")
                          for number in range(1, min(clinics, 3) + 1)))
    rows.append((Button(_("Hide my words"), f"wish:hidden:{patient.id}") if openly
                 else Button(_("Show my words at once"), f"wish:openly:{patient.id}"),))
    rows.append((Button(_("Another hour"), f"flow:hour:{patient.id}"),))
    turn.tell(patient, Screen(Lines(tuple(words)), tuple(rows), edits=edits))


def _ticked(label: Msg, yes: bool, data: str) -> Button:
    return Button(Lines(("✓" if yes else "✗", label), " "), data)


def change(turn: Turn, patient: Patient, wish: str, edits: int) -> bool:
    """What a button of `show` says, by its name; False if there is none of that name. What holds then is shown in its place."""
    if wish in SUBJECTS:
        choose(turn, patient, wish, bool(refused(turn, patient.id) & set(SUBJECTS[wish].topics)))
    elif wish in ("openly", "hidden"):
        prompts.prefer(turn, patient.id, wish == "openly")
        turn.happened(events.WishesChanged(patient.id))
    elif wish.startswith("most") and wish[4:].isdecimal():
        limit(turn, patient, int(wish.removeprefix("most")))
    elif wish != "show":
        return False
    show(turn, patient, edits)
    return True
