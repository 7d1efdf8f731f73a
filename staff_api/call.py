"""A call: one request as a view sees it, with the clinic, whoever is asking, and how the answer is made."""

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Self, TypeVar

from aiohttp import web
from pydantic import BaseModel

from care import access, idempotency
from care.heart.clinic import Clinic
from care.heart.turn import Turn
from care.staff import StaffMember
from staff_api import cursors
from staff_api.guards import CALLER, SAFE_METHODS, Caller, clinic_of
from staff_api.matching import Standing, for_eyes_of, is_one_shape, tag
from staff_api.problems import Fault, Problem
from staff_api.shapes.forms import Given

T = TypeVar("T")
S = TypeVar("S", bound=BaseModel)
FRESH = timedelta(minutes=15)
KEY_FORM = re.compile(r"[\x21-\x7e]{1,255}")


@dataclass
class Call:
    request: web.Request
    operation: str
    clinic: Clinic
    caller: Caller
    status: int
    """Of the answer; a view may set another of those it declares."""
    once_key: str | None = None
    standing: Standing | None = None
    """What is changed, and in which states, where the caller has said so."""
    touches: list[Callable[[web.Response], None]] = field(default_factory=list)
    """What is done to the response before it leaves: a cookie, a header."""

    @property
    def person(self) -> StaffMember:
        """The person on staff who answers for it: who is signed in, or who made the key. Some things need one."""
        if self.caller.person is None:
            raise Problem("people_only", "Whoever made this key is not on staff; a key of somebody who is can do it.")
        return self.caller.person

    def must_be_fresh(self) -> None:
        """Some things need more than a session that somebody may have left open: they have shown lately that it is them."""
        session = self.caller.session
        if session is None or session.proved_at < self.clinic.now() - FRESH:
            raise Problem("step_up_needed")

    @classmethod
    def of(cls, request: web.Request, operation: str, status: int, once: bool) -> Self:
        key = request.headers.get("Idempotency-Key") if once else None
        if key is not None and not KEY_FORM.fullmatch(key):
            wrong = Fault(parameter="Idempotency-Key", detail="1 to 255 visible ASCII characters.")
            raise Problem("invalid_header", errors=[wrong])
        return cls(request, operation, clinic_of(request), request[CALLER], status, key)

    async def read(self, look: Callable[..., T], *args: Any, **kwargs: Any) -> T:
        return await self.clinic.read(look, *args, **kwargs)

    async def run(self, act: Callable[..., T], *args: Any, **kwargs: Any) -> T:
        return await self.clinic.run(self.caller.actor, self.as_seen, act, *args, **kwargs)

    def as_seen(self, turn: Turn, act: Callable[..., T], *args: Any, **kwargs: Any) -> T:
        """Do it, if what is changed stands as the caller has seen it; the answer says how it stands then."""
        if self.standing is None:
            return act(turn, *args, **kwargs)
        self.standing.must_match(turn)
        done = act(turn, *args, **kwargs)
        if now := self.standing.tag_now(turn):
            self.touches.append(lambda response: response.headers.update(ETag=now))
        return done

    async def change(self, shape: type[S], act: Callable[..., Any], *args: Any) -> S:
        """Do it in one turn; answer with what came of it, or that there is no such thing.

        With an Idempotency-Key the answer is kept in that same turn, and given again instead of doing it twice.
        """
        asked = f"{self.request.method} {self.request.path} ".encode() + await self.request.read()
        request_hash = hashlib.sha256(asked).hexdigest()

        def once(turn: Turn) -> S:
            if kept := self.once_key and idempotency.before(turn, self.once_key, request_hash):
                self.touches.append(replayed)
                return shape.model_validate(kept.body)
            answer = shape.model_validate(found(self.as_seen(turn, act, *args)), from_attributes=True)
            if self.once_key:
                idempotency.keep(turn, self.once_key, request_hash, self.status, answer.model_dump(mode="json"),
                                 self.of_whom(turn, answer))
            return answer

        try:
            try:
                return await self.clinic.run(self.caller.actor, once)
            except idempotency.Raced:
                return await self.clinic.run(self.caller.actor, once)
        except idempotency.OtherRequest:
            raise Problem("key_reused")

    def of_whom(self, turn: Turn, answer: Any) -> int | None:
        """The patient of whom an answer tells: by what the address names, else by what the answer says; None: of nobody."""
        for name, value in self.request.match_info.items():
            if name in access.OWNED:
                return access.owner(turn, name, int(value))
        return getattr(answer, "patient_id", None)

    def cursor(self, of: str, place: Any) -> str:
        return cursors.issue(self.clinic.settings.staff.secret, of, place, self.clinic.now())

    def place(self, of: str, cursor: str | None) -> Any:
        """Where the cursor points to in the list `of`; None for its beginning."""
        if cursor is None:
            return None
        return cursors.place_of(self.clinic.settings.staff.secret, of, cursor, self.clinic.now())

    def next(self, of: str, place: Any) -> str:
        """The address of the page after `place`, with everything else as it was asked."""
        return str(self.request.rel_url.update_query(cursor=self.cursor(of, place)))

    def response(self, answer: Any) -> web.StreamResponse:
        if isinstance(answer, web.StreamResponse):
            return answer
        if answer is None:
            response = web.Response(status=204)
        else:
            if isinstance(answer, Given):
                for_eyes_of(self.caller, answer)
            response = web.Response(text=answer.model_dump_json(), status=self.status, content_type="application/json")
            if self.request.method in SAFE_METHODS and is_one_shape(type(answer)):
                response.headers["ETag"] = tag(answer)
        for touch in self.touches:
            touch(response)
        return response


def replayed(response: web.Response) -> None:
    response.headers["Idempotency-Replayed"] = "true"


def found(thing: T | None, what: str = "There is nothing here with that id.") -> T:
    """The thing, or the problem that there is none."""
    if thing is None:
        raise Problem("not_found", what)
    return thing
