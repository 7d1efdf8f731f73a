"""Several plain messages answered with one kind reply: who would get what, sent and closed, taken back."""

from dataclasses import dataclass

from aiohttp import web

from care import canned_replies
from care.heart.turn import Turn
from staff_api.console.visit import Visit, visited
from staff_api.problems import Problem, in_shape
from staff_api.reach import seen
from staff_api.shapes.worklist import KindWords, PreparedAnswer, WithReply
from staff_api.views import escalations, messages

AT_ONCE = 50
USUAL = "glad_to_hear"


@dataclass(frozen=True)
class Left:
    """One that was left as it is."""

    name: str
    why: str


def ids(said: list[str]) -> list[int]:
    """What was chosen; what is no number is nothing."""
    return list(dict.fromkeys(int(one) for one in said if one.isascii() and one.isdigit() and len(one) < 16))[:AT_ONCE]


async def prepared(visit: Visit, which: int, reply: str) -> PreparedAnswer | None:
    """One of them; None if it is nothing of theirs."""
    try:
        await seen(visit.request, {"escalation_id": which})
        return await escalations.get_prepared_answer(visit, which, WithReply(reply=reply))
    except Problem:
        return None


@visited("messages:write")
async def get_sheet(visit: Visit) -> web.Response:
    """Everybody who was chosen, with what they wrote and what they would get."""
    query = visit.request.query
    replies = await visit.read(ready)
    names = [one.name for one in replies]
    reply = query.get("reply", "") if query.get("reply", "") in names else USUAL if USUAL in names else next(iter(names), "")
    people = [one for which in ids(query.getall("chosen", [])) if (one := await prepared(visit, which, reply))]
    return visit.page("kind_words.html", people=people, replies=replies, reply=reply, again="again" in query)


def ready(turn: Turn) -> list[canned_replies.CannedReply]:
    return canned_replies.in_force(turn)


@visited("messages:write")
async def send(visit: Visit) -> web.Response:
    """Each in a turn of its own: what has changed since they looked is left, and said."""
    form = await visit.request.post()
    reply = str(form.get("reply", ""))
    sent: list[int] = []
    left: list[Left] = []
    for said in form.getall("to", [])[:AT_ONCE]:
        which, _colon, reports = str(said).partition(":")
        if not (ids([which]) and ids([reports])):
            continue
        try:
            await seen(visit.request, {"escalation_id": int(which)})
            words = in_shape(KindWords, {"reply": reply, "times_reported": int(reports)})
            sent.append((await escalations.answer_escalation(visit, int(which), words)).id)
        except Problem as problem:
            one = await prepared(visit, int(which), reply)
            left.append(Left(one.patient_name if one and one.patient_name else "Somebody", problem.detail or ""))
    return visit.page("kind_words.html", sent=sent, left=left)


@visited("messages:write")
async def undo(visit: Visit) -> web.Response:
    """Take back what has not left."""
    which = ids(str((await visit.request.post()).get("messages", "")).split(","))
    undone = 0
    for message in which:
        try:
            await messages.undo_message(visit, message)
            undone += 1
        except Problem:
            continue
    return visit.page("kind_words.html", undone=undone, too_late=len(which) - undone)
