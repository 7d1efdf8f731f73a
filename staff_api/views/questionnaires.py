"""Validated questionnaires: offered to a patient, and what they came to."""

from care import instruments, patients, questionnaires
from care.heart.turn import Turn
from staff_api.call import Call, found
from staff_api.problems import Problem
from staff_api.shapes.forms import Id
from staff_api.shapes.questionnaires import NewQuestionnaire, Offered, Score, Scores


async def offer_questionnaire(call: Call, patient_id: Id, body: NewQuestionnaire) -> Offered:
    """Offer a questionnaire; the patient begins it with a tap. Outside office hours the offer leaves when the clinic
    opens. Refused in a language that has no official text, within the questionnaire's recall period, and where the clinic's
    settings ask for it; the reason is in the answer."""
    return await call.change(Offered, offer, patient_id, body.name)


def offer(turn: Turn, patient_id: int, name: str) -> dict[str, str]:
    found(patients.lock(turn, patient_id))
    if name not in instruments.names():
        raise Problem("invalid_body", f"There is no questionnaire of that name: there are {', '.join(instruments.names())}.")
    if why_not := questionnaires.send(turn, patient_id, name):
        raise Problem("conflict", why_not)
    return {"name": name}


async def get_scores(call: Call, patient_id: Id) -> Scores:
    """What the patient's questionnaires came to."""
    return Scores(items=[Score.of(one) for one in await call.read(scores_of, patient_id)])


def scores_of(turn: Turn, patient_id: int) -> list[questionnaires.Scored]:
    found(patients.summary(turn, patient_id))
    return [one for name in instruments.names() for one in questionnaires.history(turn, patient_id, name)]
