"""Why did I get this? For what was sent to many: from whom, for whom, and how to get no more of it."""

from sqlalchemy import select

from care import programmes, staff
from care.broadcasts import texts
from care.heart.language import Lines, Text, _
from care.heart.reason import Reason
from care.heart.screen import Button
from care.heart.turn import Turn
from care.patients import Patient
from care.tables import care_plans, refused_topics

SUBJECTS = {"news": "news", "lesson": "lessons", "survey": "surveys"}  # by topic; see care/preferences.py


def why_sent(turn: Turn, patient: Patient, key: str) -> Reason | None:
    found = texts.get(turn, int(key))
    if found is None:
        return None
    said: list[Text] = [_("{clinic} sent this to many patients.", clinic=turn.settings.clinic.name)]
    if author := staff.named(turn, f"staff:{found.author_id}"):
        said.append(_("{name} from your care team wrote it.", name=author))
    about = found.criteria.programmes or found.criteria.conditions
    theirs = set(turn.db.scalars(select(care_plans.c.programme).where(care_plans.c.patient_id == patient.id)))
    for name, programme in programmes.programmes().items():
        if name in theirs and about and (name in about or programme.flow in about):
            said.append(_("It is for people who are followed for: {programme}.", programme=programme.called))
    refuses = turn.db.scalar(select(refused_topics.c.topic).where(
        refused_topics.c.patient_id == patient.id, refused_topics.c.topic == found.topic))
    cause = Lines(tuple(said), " ")
    if refuses:
        return Reason(cause, _("You get no more of these. To change that, send /settings."))
    return Reason(cause, _("To get no more of these, tap below."), (
        Button(_("Stop just this"), f"wish:{SUBJECTS[found.topic]}:{patient.id}"),))
