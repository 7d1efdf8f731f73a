"""What can go wrong at the door, each with a stable code: `application/problem+json` (RFC 9457)."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, TypeVar

from aiohttp import web
from pydantic import BaseModel, ConfigDict, Field, ValidationError

MEDIA_TYPE = "application/problem+json"
S = TypeVar("S", bound=BaseModel)


@dataclass(frozen=True)
class Kind:
    """One kind of problem: its status, its name, and what a caller can do about it."""

    status: int
    title: str
    remedy: str


KINDS: dict[str, Kind] = {
    "invalid_json": Kind(400, "The body is not JSON", "Send one JSON object, encoded as UTF-8."),
    "invalid_query": Kind(400, "The query is not understood", "Use the parameters this address lists, each once."),
    "invalid_path": Kind(400, "The address is not understood", "Use an id as this API gave it to you."),
    "invalid_header": Kind(400, "A header is not understood", "Send the header in the form this address lists."),
    "invalid_cursor": Kind(400, "The cursor is not valid", "Follow `next` as it was given, or start from the first page."),
    "unauthenticated": Kind(401, "Nobody is signed in", "Send `Authorization: Bearer <API key>`, or sign in."),
    "wrong_sign_in": Kind(401, "E-mail or password is wrong", "Try again, or ask a colleague for help."),
    "missing_scope": Kind(403, "That is beyond this role, or this key", "Use an account, or a key, with that scope."),
    "step_up_needed": Kind(403, "Show once more that it is you", "POST your password to /api/v1/session/proof first."),
    "people_only": Kind(403, "Only a signed-in person may do this", "Sign in to the console; an API key cannot do it."),
    "cross_site": Kind(403, "The request did not come from the console", "Send `X-CSRF-Token`, from the console's own origin."),
    "not_found": Kind(404, "There is no such thing", "Check the id; it may have been removed."),
    "no_such_address": Kind(404, "There is no such address", "See the list of addresses at /api/docs."),
    "method_not_allowed": Kind(405, "The address does not take that method", "Use a method of the `Allow` header."),
    "conflict": Kind(409, "It is not in a state that allows this", "Read it again, then decide."),
    "cannot_reach": Kind(409, "The patient cannot be reached here", "Call the patient, or send a new invitation."),
    "answered_meanwhile": Kind(409, "A colleague has answered meanwhile", "Read it; send again without `last_seen`."),
    "too_late": Kind(409, "It is too late for that", "Read it again: the time for this change is over."),
    "changed_meanwhile": Kind(
        412, "It has changed since you read it", "Look at `current`, decide again, and send its `ETag` as `If-Match`."),
    "not_read_first": Kind(
        428, "Say which state you have seen", "GET it first, and send the `ETag` of that answer as `If-Match`."),
    "body_too_slow": Kind(408, "The body came too slowly", "Send it again, whole; over a slow line, send less at once."),
    "body_too_large": Kind(413, "The body is too large", "Send at most 64 KiB."),
    "not_allowed": Kind(422, "This file cannot be taken", "Send a photo (JPEG, PNG, WebP) or a PDF of at most 10 MB."),
    "unsupported_media_type": Kind(415, "The body is of the wrong type", "Send `Content-Type: application/json`."),
    "invalid_body": Kind(422, "The body is not understood", "Correct the fields that `errors` points at."),
    "key_reused": Kind(422, "The Idempotency-Key belongs to another request", "Use a new key for a new request."),
    "too_many_requests": Kind(429, "Too many requests", "Wait for the time that `Retry-After` names; see `RateLimit`."),
    "too_many_attempts": Kind(429, "Too many attempts", "Wait for the time that `Retry-After` names."),
    "bad_request": Kind(400, "The request is not understood", "See the form of the request at /api/docs."),
    "unavailable": Kind(503, "The clinic's database is away", "Try again in a moment, with the same Idempotency-Key."),
    "internal": Kind(500, "Something went wrong on our side", "Try again; if it stays, tell us the `request_id`."),
}


class Fault(BaseModel):
    """One thing that is wrong, and where."""

    pointer: str | None = Field(None, description="JSON pointer into the body, when the fault is there.", examples=["/text"])
    parameter: str | None = Field(None, description="Name of the path, query or header parameter.", examples=["limit"])
    detail: str = Field(description="One sentence saying what would be right.")


class ProblemShape(BaseModel):
    """How every refusal looks. Programs test `code`; people read `title` and `detail`."""

    model_config = ConfigDict(title="Problem")

    type: str = Field(description="Where this kind of problem is explained.", examples=["/api/docs#problem-not_found"])
    title: str
    status: int
    detail: str
    code: str = Field(description="Stable name of this kind of problem.")
    request_id: str = Field(description="Names this request in our log.")
    errors: list[Fault] = Field(default_factory=list)
    current: dict[str, Any] | None = Field(None, description="What stands there now; with `changed_meanwhile` only.")


class Problem(Exception):
    """Raised anywhere behind the door; the caller gets it as problem+json."""

    def __init__(
        self, code: str, detail: str | None = None, errors: Iterable[Fault] = (), headers: Mapping[str, str] | None = None,
        current: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(code)
        self.code, self.kind = code, KINDS[code]
        self.detail = detail or self.kind.remedy
        self.errors = list(errors)
        self.headers, self.current = dict(headers or {}), current

    @property
    def status(self) -> int:
        return self.kind.status

    def response(self, request_id: str) -> web.Response:
        shape = ProblemShape(
            type=f"/api/docs#problem-{self.code}", title=self.kind.title, status=self.status, detail=self.detail,
            code=self.code, request_id=request_id, errors=self.errors, current=self.current,
        )  # fmt: skip
        body = shape.model_dump(mode="json", exclude_none=True)
        return web.Response(
            text=json.dumps(body, ensure_ascii=False), status=self.status, content_type=MEDIA_TYPE, headers=self.headers
        )


OF_STATUS = {404: "no_such_address", 405: "method_not_allowed", 413: "body_too_large", 415: "unsupported_media_type"}


def of_http_error(error: web.HTTPException) -> Problem:
    """The framework's own refusals, in our words; `Allow` is kept."""
    code = OF_STATUS.get(error.status, "bad_request" if error.status < 500 else "internal")
    kept = {name: error.headers[name] for name in ("Allow", "Retry-After") if name in error.headers}
    return Problem(code, headers=kept)


def in_shape(shape: type[S], said: Mapping[str, object]) -> S:
    """What a form says, as the API's own shape. Raises Problem: which field is wrong, and what would be right."""
    try:
        return shape.model_validate(said, strict=False)
    except ValidationError as error:
        raise of_validation("invalid_body", error, shape)


def of_validation(code: str, error: ValidationError, shape: type[BaseModel]) -> Problem:
    """What pydantic found, as faults; never with the value that was sent, for it may be a patient's words."""
    found = error.errors(include_url=False, include_input=False, include_context=False)
    return Problem(code, errors=[fault(code, one, shape) for one in found])


def fault(code: str, found: Mapping[str, Any], shape: type[BaseModel]) -> Fault:
    place = [str(part) for part in found["loc"]]
    if found["type"] == "extra_forbidden":
        detail = f"There is no {place[-1]!r} here.{nearest(place[-1], shape)}"
    elif found["type"] == "missing":
        detail = f"{place[-1]!r} is required."
    else:
        detail = found["msg"].removeprefix("Value error, ").rstrip(".") + "."
    if code == "invalid_body":
        return Fault(pointer="".join("/" + part.replace("~", "~0").replace("/", "~1") for part in place), detail=detail)
    return Fault(parameter=place[0] if place else "", detail=detail)


def nearest(name: str, shape: type[BaseModel]) -> str:
    known = [field.alias or own for own, field in shape.model_fields.items()]
    close = get_close_matches(name, known, n=1)
    if close:
        return f" Did you mean {close[0]!r}?"
    return f" Known: {', '.join(known)}." if known else " Nothing is expected."
