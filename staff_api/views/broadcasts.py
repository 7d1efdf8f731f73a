"""Broadcasts: written, counted, tried, sent off, approved by a second person, steered, and what became of each person's."""

from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from care import cohorts, halts, staff
from care.broadcasts import audience, results, steering, texts, trial
from care.heart import outbox
from care.heart.language import in_language
from care.heart.screen import Screen
from care.heart.turn import Turn
from staff_api.call import Call, found
from staff_api.problems import Fault, Problem
from staff_api.shapes.broadcasts import (
    Audience,
    Broadcast,
    BroadcastIn,
    Broadcasts,
    Halt,
    Halts,
    Held,
    LeftOut,
    Progress,
    Reading,
    Result,
    Results,
    ResultsPage,
    StatusCount,
    TrialLink,
    Tried,
)
from staff_api.shapes.forms import Id, Paged
from staff_api.wiring import INVITE_LINK

LIST = "broadcasts"


async def list_broadcasts(call: Call, query: Paged) -> Broadcasts:
    """Every broadcast, the newest first."""
    place = call.place(LIST, query.cursor)
    items = await call.read(newest, place, query.limit + 1)
    more = len(items) > query.limit
    items = items[:query.limit]
    return Broadcasts(items=items, next=call.next(LIST, items[-1].id) if more else None)


def newest(turn: Turn, before: int | None, limit: int) -> list[Broadcast]:
    return [seen(turn, one) for one in texts.listed(turn, before, limit)]


async def write_broadcast(call: Call, body: BroadcastIn) -> Broadcast:
    """Write a draft. Nothing of it leaves before it is sent off."""
    return await call.change(Broadcast, refusing(steering.write), draft(body), who(call))


async def get_broadcast(call: Call, broadcast_id: Id) -> Broadcast:
    """One broadcast, as it stands."""
    return await call.read(one, broadcast_id)


def one(turn: Turn, broadcast_id: int) -> Broadcast:
    return seen(turn, found(texts.get(turn, broadcast_id)))


async def change_broadcast(call: Call, broadcast_id: Id, body: BroadcastIn) -> Broadcast:
    """Change what is yet to go: all of a draft; once it is on its way, its title and its words. What went is kept as it was."""
    return await call.change(Broadcast, refusing(steering.change), broadcast_id, draft(body), who(call))


async def count_audience(call: Call, broadcast_id: Id) -> Audience:
    """Count who would get it now, who would not and why, and show it in every language."""
    return await call.read(counted, broadcast_id)


def counted(turn: Turn, broadcast_id: int) -> Audience:
    broadcast = found(texts.get(turn, broadcast_id))
    number = audience.count(turn, broadcast)
    sizes = {share.language: share.patients for share in number.by_language}
    return Audience(
        words=cohorts.in_words(broadcast.criteria), meant=number.meant, gets=number.gets,
        reading=[Reading(language=language, patients=sizes.get(language, 0), screens=shown(turn, broadcast, language))
                 for language in broadcast.texts],
        left_out=[LeftOut(reason=reason, words=audience.LEFT_OUT[reason], patients=patients)
                  for reason, patients in number.left_out],
        later=number.later, used_up=number.used_up, second_person=steering.needs_second_person(turn, number.gets))


def shown(turn: Turn, broadcast: texts.Broadcast, language: str) -> list[str]:
    """What a patient sees, as plain text."""
    def plain(screen: Screen) -> str:
        buttons = " ".join(f"[{in_language(button.label, language)}]" for row in screen.buttons for button in row)
        return f"{in_language(screen.text, language)} {buttons}".strip()

    return [plain(screen) for screen in texts.screens(turn, broadcast, language)]


async def make_trial_link(call: Call) -> TrialLink:
    """A link that makes the chat which opens it yours, for tests."""
    token = await call.run(trial.link, call.person.id)
    return TrialLink(link=call.request.app[INVITE_LINK](token))


async def try_broadcast(call: Call, broadcast_id: Id) -> Tried:
    """Send it to your own chat, in every language, as patients would read it."""
    return await call.change(Tried, tried, broadcast_id, call.person.id)


def tried(turn: Turn, broadcast_id: int, staff_id: int) -> Tried:
    try:
        return Tried(messages=trial.send(turn, found(texts.get(turn, broadcast_id)), staff_id))
    except trial.NoChat:
        raise Problem("conflict", "No chat of yours is linked: make a link with POST /trial-links and open it.")


async def send_broadcast(call: Call, broadcast_id: Id) -> Broadcast:
    """Send it off: at once, at its hour, or, to many, once a second person has approved it."""
    return await call.change(Broadcast, refusing(steering.send), broadcast_id, who(call))


async def approve_broadcast(call: Call, broadcast_id: Id) -> Broadcast:
    """Let it go, as the second person: not whoever wrote it last."""
    return await call.change(Broadcast, refusing(steering.approve), broadcast_id, who(call))


async def hand_back_broadcast(call: Call, broadcast_id: Id) -> Broadcast:
    """Not like this: it becomes a draft again, or pauses if some have got it."""
    return await call.change(Broadcast, refusing(steering.hand_back), broadcast_id)


async def pause_broadcast(call: Call, broadcast_id: Id) -> Broadcast:
    """Nothing more of it leaves until it is resumed."""
    return await call.change(Broadcast, refusing(steering.pause), broadcast_id)


async def resume_broadcast(call: Call, broadcast_id: Id) -> Broadcast:
    """Go on where it stopped."""
    return await call.change(Broadcast, refusing(steering.resume), broadcast_id)


async def cancel_broadcast(call: Call, broadcast_id: Id) -> Broadcast:
    """Nothing more of it leaves, for good."""
    return await call.change(Broadcast, refusing(steering.cancel), broadcast_id)


async def get_progress(call: Call, broadcast_id: Id) -> Progress:
    """How far it is, and when it will be done."""
    return await call.read(progress, broadcast_id)


def progress(turn: Turn, broadcast_id: int) -> Progress:
    broadcast = found(texts.get(turn, broadcast_id))
    far = results.progress(turn, broadcast)
    return Progress(
        state=broadcast.state, planned=far.planned, opened=far.opened, answered=far.answered, done_by=far.done_by,
        statuses=[StatusCount(status=status, words=results.STATUSES[status], patients=number)
                  for status, number in far.statuses.items()],
        reasons=[Held(status=status, why=why, patients=number) for status, why, number in far.reasons],
        halted=outbox.halted(turn))


async def get_results(call: Call, broadcast_id: Id, query: ResultsPage) -> Results:
    """What became of it, person by person."""
    of = f"results:{broadcast_id}"
    place = call.place(of, query.cursor) or 0
    rows = await call.read(persons, broadcast_id, place, query.limit + 1, query.status)
    more, rows = len(rows) > query.limit, rows[:query.limit]
    return Results(items=[Result.of(row) for row in rows], next=call.next(of, rows[-1].patient_id) if more else None)


def persons(turn: Turn, broadcast_id: int, after: int, limit: int, status: str | None) -> list[results.Result]:
    found(texts.get(turn, broadcast_id))
    return results.results(turn, broadcast_id, after, limit, status)


async def get_halts(call: Call) -> Halts:
    """Why all sending to many is stopped; empty while it is not."""
    return Halts(items=[Halt.of(halt) for halt in await call.read(halts.open_now)])


async def release_halt(call: Call, halt_id: Id) -> None:
    """You have looked into it, and sending to many goes on."""
    if not await call.run(halts.release, halt_id, call.person.id):
        raise Problem("not_found", "There is no such stop, or it was released before.")


def who(call: Call) -> int:
    """The person who tells many something. Whoever sees only some of the patients does not write to all of them."""
    if call.person.reach != "clinic":
        raise Problem("conflict", "You look after some of the patients only: ask somebody who looks after the whole clinic.")
    return call.person.id


def draft(body: BroadcastIn) -> steering.Draft:
    known = body.model_dump(exclude={"criteria"})
    criteria = {name: tuple(value) if isinstance(value, list) else value for name, value in body.criteria.model_dump().items()}
    return steering.Draft(**known, criteria=cohorts.Criteria(**criteria))


def seen(turn: Turn, broadcast: texts.Broadcast) -> Broadcast:
    names = (staff.named(turn, f"staff:{one}") if one else None for one in (broadcast.author_id, broadcast.approver_id))
    author, approver = names
    known = {**vars(broadcast), "texts": dict(broadcast.texts), "criteria": asdict(broadcast.criteria)}
    return Broadcast.model_validate({
        **known, "words": cohorts.in_words(broadcast.criteria), "author": author or "", "approver": approver})


def refusing(act: Callable[..., texts.Broadcast | None]) -> Callable[..., Broadcast | None]:
    """Do it, and show what became of it; what is refused names the field that is wrong, or is a conflict."""
    def done(turn: Turn, *given: Any) -> Broadcast | None:
        try:
            broadcast = act(turn, *given)
        except steering.Refused as refused:
            if refused.field is None:
                raise Problem("conflict", str(refused))
            raise Problem("invalid_body", errors=[Fault(pointer=f"/{refused.field}", detail=str(refused))])
        return seen(turn, broadcast) if broadcast else None

    return done
