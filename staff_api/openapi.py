"""The OpenAPI 3.1 document, made from the operations themselves."""

import re
from collections.abc import Iterable
from typing import Any

from aiohttp import web
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from care.media import NAMED
from care.roles import PERSONAL
from staff_api.guards import CSRF_HEADER, PUBLIC, SIGNED_IN
from staff_api.matching import REPLACES, is_one_shape
from staff_api.operations import EventStream, FileContent, Nothing, Operation, Upload, common_problems
from staff_api.problems import KINDS, MEDIA_TYPE, ProblemShape

SHAPES = "staff_api__shapes__"
LONG_NAME = re.compile(rf"{SHAPES}(?P<subject>\w+?)__(?P<name>\w+)")
REFERENCE = "#/components/schemas/{model}"
INTRODUCTION = """The care team's side of Careward: who needs a person now, what was said, and what is done about it.

Times are UTC with `Z`; times you send need an offset. Lists come in pages: follow `next` as it is given.
A thing of its own is given with an `ETag`. PUT and PATCH write over what stood there, and need it back as `If-Match`: without
it they answer `not_read_first`, and if somebody was faster `changed_meanwhile`, with how it stands now. Other changes may carry
it. A PUT of one value (a site, a role, a phone number, who is on a care team), or with the version in its body, needs none.
Each key and each session has a budget of requests, and one of exports; every answer says in `RateLimit` what is left of it.
Whatever is refused comes as `application/problem+json`; test its `code`, show its `detail`.
Fields and addresses may be added within `/api/v1`; none is changed or removed but by
announcement: for half a year at least its answers carry `Deprecation` and `Sunset`, and say in `Link` what to use instead."""

IDEMPOTENCY_KEY = {
    "name": "Idempotency-Key", "in": "header", "required": False,
    "description": "Any 1 to 255 visible characters. The same key with the same request, within 24 hours, gives the first "
    "answer again and does nothing twice.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$"},
}  # fmt: skip
IF_MATCH = {
    "name": "If-Match", "in": "header", "schema": {"type": "string", "minLength": 1, "maxLength": 1000}, "example": "*",
    "description": "The `ETag` under which you read it: if it has changed since, nothing is done. `*` changes it however it "
    "stands. Needed where something is written over what stood there.",
}  # fmt: skip
LAST_EVENT_ID = {
    "name": "Last-Event-ID", "in": "header", "required": False, "schema": {"type": "string", "pattern": "^[0-9]{1,16}$"},
    "description": "Id of the last event seen; browsers send it by themselves.",
}  # fmt: skip
BYTES = {"type": "string", "format": "binary"}


def document(operations: Iterable[Operation], version: str, cookie: str = "careward") -> dict[str, Any]:
    """The OpenAPI document; `cookie` is the name that a session's has at this door."""
    operations = list(operations)
    references, components = schemas(operations)
    paths: dict[str, dict[str, Any]] = {}
    for operation in operations:
        paths.setdefault(operation.path, {})[operation.method.lower()] = described(operation, references)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Careward staff API", "version": version, "description": INTRODUCTION},
        "servers": [{"url": "/"}],
        "paths": paths,
        "components": {
            "schemas": components,
            "securitySchemes": {
                "key": {"type": "http", "scheme": "bearer", "description": "An API key: `cwk_…`."},
                "session": {"type": "apiKey", "in": "cookie", "name": cookie, "description": "The console's session."},
                "csrf": {"type": "apiKey", "in": "header", "name": CSRF_HEADER, "description": "For changes."},
            },
        },
    }


References = dict[tuple[type[BaseModel], str], dict[str, Any]]


def schemas(operations: list[Operation]) -> tuple[References, dict[str, Any]]:
    """Every shape once, by name; what comes in is described as read, what goes out as written."""
    wanted: dict[tuple[type[BaseModel], str], None] = {(ProblemShape, "serialization"): None}
    for operation in operations:
        if is_shape(operation.body_shape):
            wanted[operation.body_shape, "validation"] = None
        for shape in (operation.answer_shape, *operation.also.values()):
            if is_shape(shape):
                wanted[shape, "serialization"] = None
    references, definitions = models_json_schema(list(wanted), ref_template=REFERENCE)  # type: ignore[arg-type]
    components = {}
    for name, shape in definitions["$defs"].items():
        said = by_subject(name)
        components[said] = named_by_subject(shape) | ({} if said == name else {"title": said})
    return {key: named_by_subject(reference) for key, reference in references.items()}, components  # type: ignore[misc]


def named_by_subject(part: Any) -> Any:
    """Two shapes of one name, in two modules, get their subjects before it: clients are generated from these names."""
    if isinstance(part, dict):
        return {by_subject(name): named_by_subject(value) for name, value in part.items()}
    if isinstance(part, list):
        return [named_by_subject(one) for one in part]
    return by_subject(part)


def by_subject(said: Any) -> Any:
    if not isinstance(said, str) or SHAPES not in said:
        return said
    return LONG_NAME.sub(lambda long: long["subject"].title().replace("_", "") + long["name"], said)


def described(operation: Operation, references: References) -> dict[str, Any]:
    answers = {str(operation.status): answer(operation.answer_shape, references)}
    answers |= {str(status): answer(shape, references) for status, shape in operation.also.items()}
    answers[str(operation.status)] |= headers(operation)
    page: dict[str, Any] = {
        "operationId": operation.view.__name__,
        "tags": [operation.view.__module__.rpartition(".")[2]],
        "summary": operation.summary,
        "parameters": parameters(operation),
        "responses": answers | refusals(operation, references, taken=set(answers)),
        "security": security(operation),
    }
    if operation.ending:
        page["deprecated"] = True
        page["description"] = f"{operation.description} {operation.ending}".strip()
    elif operation.description:
        page["description"] = operation.description
    if operation.body_shape is Upload:
        page["requestBody"] = {"required": True, "content": {"application/octet-stream": {"schema": BYTES}}}
    elif operation.body_shape:
        content = {"application/json": {"schema": references[operation.body_shape, "validation"]}}
        page["requestBody"] = {"required": True, "content": content}
    return page


def parameters(operation: Operation) -> list[dict[str, Any]]:
    found = [
        {"name": name, "in": "path", "required": True, "schema": schema}
        for name, schema in properties(operation.path_shape).items()
    ]
    for name, schema in properties(operation.query_shape).items():
        found.append({"name": name, "in": "query", "required": False, "schema": schema})
    if operation.once:
        found.append(IDEMPOTENCY_KEY)
    if operation.stands:
        found.append(IF_MATCH | {"required": operation.method in REPLACES})
    if operation.answer_shape is EventStream:
        found.append(LAST_EVENT_ID)
    return found


def properties(shape: type[BaseModel]) -> dict[str, Any]:
    return {} if shape is Nothing else shape.model_json_schema().get("properties", {})


def answer(shape: Any, references: References) -> dict[str, Any]:
    if shape is EventStream:
        return {"description": "Events, as they happen.", "content": {"text/event-stream": {"schema": {"type": "string"}}}}
    if isinstance(shape, type) and issubclass(shape, web.StreamResponse):
        return {"description": "Rows, with a line of names above.", "content": {"text/csv": {"schema": {"type": "string"}}}}
    if shape is FileContent:
        return {"description": "The file.", "content": {kind: {"schema": BYTES} for kind in NAMED}}
    if not is_shape(shape):
        return {"description": "Done."}
    described = (shape.__doc__ or "").strip().partition("\n")[0] if "__doc__" in vars(shape) else ""
    content = {"application/json": {"schema": references[shape, "serialization"]}}
    return {"description": described or "Done.", "content": content}


def headers(operation: Operation) -> dict[str, Any]:
    told = {}
    if operation.method == "GET" and is_one_shape(operation.answer_shape):
        told["ETag"] = {"description": "Names this state of it, for `If-Match`.", "schema": {"type": "string"}}
    if operation.guard != PUBLIC:
        told["RateLimit"] = {"description": "What is left, and the seconds until it is whole.", "schema": {"type": "string"}}
    return {"headers": told} if told else {}


def refusals(operation: Operation, references: References, taken: set[str]) -> dict[str, Any]:
    by_status: dict[str, list[str]] = {}
    for code in sorted(common_problems(operation)):
        by_status.setdefault(str(KINDS[code].status), []).append(code)
    content = {MEDIA_TYPE: {"schema": references[ProblemShape, "serialization"]}}
    return {
        status: {"description": "; ".join(f"`{code}`: {KINDS[code].title}" for code in codes), "content": content}
        for status, codes in sorted(by_status.items())
        if status not in taken
    }


def security(operation: Operation) -> list[dict[str, list[str]]]:
    if operation.guard == PUBLIC:
        return []
    session: dict[str, list[str]] = {"session": []} if operation.method == "GET" else {"session": [], "csrf": []}
    return [session] if operation.guard in (SIGNED_IN, *PERSONAL) else [{"key": [operation.guard]}, session]


def is_shape(shape: Any) -> bool:
    return isinstance(shape, type) and issubclass(shape, BaseModel)
