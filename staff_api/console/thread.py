"""One conversation: read, taken on, answered, noted, resolved."""

import re
from datetime import datetime, timedelta
from typing import Annotated, Any, Literal

from aiohttp import web
from pydantic import Field, model_validator

from care import access, worklist
from care.heart.turn import Turn
from care.messages import LONGEST
from staff_api.call import found
from staff_api.console import desk, words
from staff_api.console.visit import Visit, visited
from staff_api.console.worklist import list_of, looking
from staff_api.shapes.forms import Id, Sent, Words
from staff_api.shapes.replies import Answer, NewCall
from staff_api.shapes.threads import NewMessage, NewNote
from staff_api.shapes.worklist import HandOver, Resolution, Snooze, Ticked
from staff_api.views import calls, escalations, mentions, messages

PLACE = re.compile(r"/(e|patients)/(\d{1,15})")


class Ending(Resolution):
    """A resolution as the page sends it: with where to go from there."""

    then: str = "stay"
    next: Id | None = None

    @model_validator(mode="after")
    def other_needs_a_note(self) -> "Ending":
        if self.outcome == "other" and not self.note:
            raise ValueError("Say in the note what happened")
        return self


class Given(Sent):
    """A hand-over as the page sends it: to a person, by number; to a pool, as `pool 3`; to nobody, the whole team."""

    to: Annotated[str, Field(pattern=r"^(pool )?[0-9]{1,15}$")] | None = None
    reason: Words

    def as_hand_over(self) -> HandOver:
        to = self.to or ""
        number = int(to.removeprefix("pool ")) if to else None
        return HandOver(**{"pool_id" if to.startswith("pool") else "to": number}, reason=self.reason)


class Rest(Sent):
    """A snooze as the page sends it: for so many minutes, or until the patient writes."""

    rest: Annotated[int, Field(ge=1, le=60 * 24 * 30)] | Literal["reply"]
    reason: Words | None = None

    def as_snooze(self, now: datetime) -> Snooze:
        if self.rest == "reply":
            return Snooze(or_reply=True, reason=self.reason)
        return Snooze(until=now + timedelta(minutes=self.rest), reason=self.reason)


class WrittenReply(Sent):
    """A reply as the page sends it: an answer by one tap in a field each."""

    text: Annotated[Words, Field(max_length=LONGEST)]
    link_id: Id | None = None
    attachment: Id | None = None
    last_seen: int | None = None
    answer_1: Answer | None = None
    answer_2: Answer | None = None
    answer_3: Answer | None = None
    answer_4: Answer | None = None

    def as_message(self) -> NewMessage:
        answers = [one for one in (self.answer_1, self.answer_2, self.answer_3, self.answer_4) if one]
        return NewMessage(text=self.text, link_id=self.link_id, attachment=self.attachment, last_seen=self.last_seen,
                          answers=answers)


def look_at(turn: Turn, place: str, which: int, limit: int) -> tuple[desk.Desk, int]:
    shown = desk.of_escalation(turn, which, limit) if place == "e" else desk.of_patient(turn, which, limit)
    return shown, worklist.counts(turn)["open"]


def limit_of(visit: Visit) -> int:
    asked = visit.request.query.get("entries", "")
    return min(int(asked), desk.MOST_ENTRIES) if asked.isascii() and asked.isdigit() and int(asked) > 0 else desk.ENTRIES


def shown_as(visit: Visit, opened: desk.Desk, address: str, limit: int) -> dict[str, Any]:
    """What the desk's template wants to know."""
    place = "worklist" if opened.item else "patients"
    older = f"{address}?entries={min(2 * limit, desk.MOST_ENTRIES)}" if opened.more and limit < desk.MOST_ENTRIES else None
    return {
        "desk_template": "desk.html", "place": place, "back": "/" if place == "worklist" else "/patients", "older": older,
        "heading": opened.patient.name if opened.patient else words.nobody(opened.item), "item": opened.item,
        "patient": opened.patient, "entries": opened.entries, "obligations": opened.obligations, "answers": opened.answers,
        "plans": opened.plans, "to_join": opened.to_join,
        "situation": opened.situation, "pending": opened.pending(visit.person.name, visit.clinic.now()),
        "resolved": isinstance(opened.item, desk.Closed), "ends_as": opened.ends_as(visit.person.name),
        "open_id": opened.item.escalation_id if opened.item else None, "contact": opened.contact, "course": opened.course,
        "checklist": opened.checklist, "people": opened.people, "pools": opened.pools,
        "critical": opened.critical, "chat": opened.chat, "last_reply": opened.last_reply,
        "visits": opened.visits, "visits_waited_for": opened.waits,
    }  # fmt: skip


async def desk_at(visit: Visit, place: str, which: int) -> web.Response:
    """The desk alone, to take the place of the one on screen."""
    limit = limit_of(visit)
    opened, waiting = await visit.read(look_at, place, which, limit)
    return visit.page("swapped_desk.html", waiting_count=waiting, **shown_as(visit, opened, f"/{place}/{which}", limit))


async def same_desk(visit: Visit, patient_id: int | None = None) -> web.Response:
    """The desk the person is looking at, after a change."""
    looking_at = PLACE.fullmatch(visit.stands_at)
    if looking_at:
        return await desk_at(visit, looking_at[1], int(looking_at[2]))
    return await desk_at(visit, "patients", found(patient_id))


@visited("worklist:read")
async def get_escalation(visit: Visit) -> web.Response:
    """The conversation with the person an escalation is about."""
    which = visit.number("escalation_id")
    if visit.swaps:
        return await desk_at(visit, "e", which)
    limit = limit_of(visit)

    def look(turn: Turn) -> tuple[desk.Desk, dict[str, Any]]:
        return desk.of_escalation(turn, which, limit), list_of(turn, looking(visit))

    opened, listed = await visit.read(look)
    return visit.page("console.html", **listed, **shown_as(visit, opened, f"/e/{which}", limit))


@visited("escalations:write")
async def acknowledge(visit: Visit) -> web.Response:
    """Take it on."""
    which = visit.number("escalation_id")
    await escalations.acknowledge_escalation(visit, which)
    return await desk_at(visit, "e", which)


@visited("escalations:write")
async def resolve(visit: Visit) -> web.Response:
    """Close it, with how it ended; then stay, or go on to the next."""
    which, ending = visit.number("escalation_id"), await visit.form(Ending)
    await escalations.resolve_escalation(visit, which, ending)
    if ending.then != "next":
        return await desk_at(visit, "e", which)
    following = await visit.read(next_open, ending.next)
    if following is None:
        response = visit.page("no_desk.html", place="worklist", waiting_count=0)
    else:
        response = await desk_at(visit, "e", following)
    response.headers["HX-Push-Url"] = f"/e/{following}" if following else "/"
    return response


def next_open(turn: Turn, wished: int | None) -> int | None:
    """The row that was next on screen if it is still open, else the most pressing one."""
    if wished and worklist.item(turn, wished):
        return wished
    return next((item.escalation_id for item in worklist.waiting(turn, None, 1)), None)


@visited("escalations:write")
async def hand_over(visit: Visit) -> web.Response:
    """Give it to someone else, to a pool, or to the whole team."""
    which = visit.number("escalation_id")
    await escalations.hand_over_escalation(visit, which, (await visit.form(Given)).as_hand_over())
    return await desk_at(visit, "e", which)


@visited("escalations:write")
async def snooze(visit: Visit) -> web.Response:
    """Not now, but then."""
    which, rest = visit.number("escalation_id"), await visit.form(Rest)
    await escalations.snooze_escalation(visit, which, rest.as_snooze(visit.clinic.now()))
    return await desk_at(visit, "e", which)


@visited("escalations:write")
async def tick(visit: Visit) -> web.Response:
    """A step of the welfare check was done, or was not after all."""
    which = visit.number("escalation_id")
    await escalations.tick_step(visit, which, await visit.form(Ticked))
    return await desk_at(visit, "e", which)


@visited("messages:write")
async def reply(visit: Visit) -> web.Response:
    """Answer the patient; it leaves when the time to take it back is over."""
    patient_id, written = visit.number("patient_id"), await visit.form(WrittenReply)
    await messages.send_message(visit, patient_id, written.as_message())
    return await same_desk(visit, patient_id)


@visited("messages:write")
async def log_call(visit: Visit) -> web.Response:
    """Put on record that the patient was called."""
    patient_id, made = visit.number("patient_id"), await visit.form(NewCall)
    await calls.log_call(visit, patient_id, made)
    return await same_desk(visit, patient_id)


@visited("messages:write")
async def undo(visit: Visit) -> web.Response:
    """Take a reply back."""
    await messages.undo_message(visit, visit.number("message_id"))
    return await same_desk(visit)


@visited("patients:read")
async def read_mention(visit: Visit) -> web.Response:
    """Open what a colleague has named one in: it is read."""
    mention_id = visit.number("mention_id")
    patient_id = found(await visit.read(access.owner, "mention_id", mention_id))
    await mentions.read_mention(visit, mention_id)
    return await desk_at(visit, "patients", patient_id)


@visited("messages:write")
async def write_note(visit: Visit) -> web.Response:
    """Note something down for colleagues."""
    patient_id, written = visit.number("patient_id"), await visit.form(NewNote)
    await messages.add_note(visit, patient_id, written)
    return await same_desk(visit, patient_id)
