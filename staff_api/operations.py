"""The registry: an operation is an address, a guard and a view; the rest is read off the view's own signature.

    async def reply(call: Call, patient_id: Id, body: ReplyIn) -> ReplyOut

Path parameters go by the names in the path, `query` and `body` are what may be sent, the return type is what comes back.
Routing, validation and the OpenAPI document all come from here, so they cannot disagree.
"""

import inspect
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import Any, ClassVar, Self, TypeVar, get_type_hints

from aiohttp import web
from pydantic import BaseModel, ConfigDict, ValidationError, create_model

from care import media
from care.access import OWNED
from care.roles import PERSONAL
from staff_api import bodies
from staff_api.call import Call
from staff_api.endings import Ending
from staff_api.guards import CALLER, GUARDS, PUBLIC, SAFE_METHODS, SIGNED_IN, guarded
from staff_api.matching import REPLACES, Standing
from staff_api.problems import KINDS, Fault, Problem, of_validation
from staff_api.rates import REQUESTS
from staff_api.reach import names_in_body
from staff_api.shapes.forms import Given
from staff_api.wiring import SAID

View = Callable[..., Awaitable[Any]]
S = TypeVar("S", bound=BaseModel)
IN_BRACES = re.compile(r"\{(\w+)\}")


class Nothing(BaseModel):
    """No field at all."""

    model_config = ConfigDict(extra="forbid")


class EventStream:
    """Return type of a view that answers with server-sent events."""


class FileContent:
    """Return type of a view that answers with a file."""


@dataclass(frozen=True)
class Upload:
    """Body of a view that takes a file, byte for byte."""

    content: bytes
    model_fields: ClassVar[dict[str, Any]] = {}

    @classmethod
    async def of(cls, request: web.Request) -> Self:
        """Read as it comes in, and no further than we would keep."""
        content = bytearray()
        async with bodies.in_time(bodies.FILE_WITHIN):
            async for chunk in request.content.iter_chunked(64 * 1024):
                content += chunk
                if len(content) > media.LARGEST:
                    raise Problem("body_too_large", f"Send at most {media.LARGEST // 1024 // 1024} MB.")
        return cls(bytes(content))


@dataclass(frozen=True)
class Operation:
    method: str
    path: str
    view: View
    guard: str
    status: int = 200
    problems: tuple[str, ...] = ()
    """Codes that this view may answer with, beyond what every operation may."""
    also: Mapping[int, type[BaseModel]] = field(default_factory=dict)
    """Other answers than the usual one, by status."""
    once: bool = False
    """Whether it honours `Idempotency-Key`: it sends or creates something."""
    beyond_reach: bool = False
    """Whether its body may name a patient who is out of reach; see reach.py."""

    stands: Callable[..., Given] | None = None
    """Reads, in a turn, the thing that is changed, by the names in the path: `If-Match` is held against its ETag."""
    rate: str = REQUESTS
    """From which budget a caller pays: see rates.py."""
    ending: Ending | None = None
    """Set when its removal has been announced."""

    def __post_init__(self) -> None:
        if self.guard not in GUARDS:
            raise ValueError(f"{self.name}: {self.guard!r} is no guard")
        unknown = [name for name in self.path_names if name not in self.types]
        if unknown or "return" not in self.types or not inspect.getdoc(self.view):
            raise TypeError(f"{self.name}: the view must name {unknown or 'what it returns, and say what it does'}")
        if bad := [code for code in self.problems if code not in KINDS]:
            raise ValueError(f"{self.name}: no such problem: {bad}")

    @property
    def name(self) -> str:
        return f"{self.method} {self.path}"

    @cached_property
    def types(self) -> dict[str, Any]:
        return get_type_hints(self.view, include_extras=True)

    @cached_property
    def path_names(self) -> list[str]:
        return IN_BRACES.findall(self.path)

    @cached_property
    def path_shape(self) -> type[BaseModel]:
        return create_model("Path", __config__=ConfigDict(extra="forbid"), **{n: (self.types[n], ...) for n in self.path_names})

    @property
    def summary(self) -> str:
        """First line of what the view says about itself."""
        return (inspect.getdoc(self.view) or "").partition("\n")[0].rstrip(".")

    @property
    def description(self) -> str:
        return (inspect.getdoc(self.view) or "").partition("\n")[2].strip()

    @property
    def documented(self) -> str:
        return f"/api/docs#{self.view.__name__}"

    @property
    def query_shape(self) -> type[BaseModel]:
        return self.types.get("query", Nothing)

    @property
    def body_shape(self) -> Any:
        return self.types.get("body")

    @property
    def answer_shape(self) -> Any:
        return self.types["return"]

    def add_to(self, app: web.Application) -> None:
        if self.method == "GET":
            app.router.add_get(self.path, self.handler(), allow_head=self.answer_shape is not EventStream)
        else:
            app.router.add_route(self.method, self.path, self.handler())

    def handler(self) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        @guarded(self.guard)
        async def handle(request: web.Request) -> web.StreamResponse:
            if self.ending:
                request[SAID].update(self.ending.headers(self.documented))
            named = dict(read_path(request, self.path_shape))
            arguments: dict[str, Any] = dict(named)
            standing = self.stands and Standing.of(request, partial(self.stands, **named), named, request[CALLER])
            query = read_query(request, self.query_shape)
            if "query" in self.types:
                arguments["query"] = query
            body = await read_body(request, self.body_shape)
            if body is not None:
                arguments["body"] = body
                if not self.beyond_reach:
                    await names_in_body(request, request[CALLER], body)
            call = Call.of(request, self.name, self.status, once=self.once)
            call.standing = standing
            return call.response(await self.view(call, **arguments))

        handle.rate = self.rate  # type: ignore[attr-defined]
        handle.takes_file = self.body_shape is Upload  # type: ignore[attr-defined]
        return handle


def read_path(request: web.Request, shape: type[BaseModel]) -> BaseModel:
    try:
        return shape.model_validate(dict(request.match_info))
    except ValidationError as error:
        raise of_validation("invalid_path", error, shape)


def read_query(request: web.Request, shape: type[S]) -> S:
    twice = [name for name in set(request.query) if len(request.query.getall(name)) > 1]
    if twice:
        raise Problem("invalid_query", errors=[Fault(parameter=name, detail="Give it once.") for name in sorted(twice)])
    try:
        return shape.model_validate(dict(request.query))
    except ValidationError as error:
        raise of_validation("invalid_query", error, shape)


async def read_body(request: web.Request, shape: Any) -> Any:
    if shape is Upload:
        return await Upload.of(request)
    raw = await request.read()
    if shape is None and not raw:
        return None
    if request.content_type != "application/json":
        raise Problem("unsupported_media_type", headers={"Accept": "application/json"})
    try:
        body = (shape or Nothing).model_validate_json(raw)
    except ValidationError as error:
        if error.errors()[0]["type"] == "json_invalid":
            raise Problem("invalid_json")
        raise of_validation("invalid_body", error, shape or Nothing)
    return body if shape else None


def body_names(operation: Operation) -> list[str]:
    return [name.removesuffix("s") for name in operation.body_shape.model_fields] if operation.body_shape else []


def common_problems(operation: Operation) -> set[str]:
    """What any operation of this form may answer with."""
    codes = {"internal", "invalid_query", "body_too_large", "body_too_slow", "unsupported_media_type", "invalid_json"}
    codes |= {"invalid_body"}
    if operation.guard != PUBLIC:
        codes |= {"unauthenticated", "too_many_requests"}
        codes |= {"people_only"} if operation.guard in (SIGNED_IN, *PERSONAL) else set()
        codes |= {"missing_scope"} if operation.guard != SIGNED_IN else set()
        codes |= {"cross_site"} if operation.method not in SAFE_METHODS else set()
    if operation.path_names:
        codes |= {"invalid_path"}
    if OWNED.keys() & {*operation.path_names, *body_names(operation)}:
        codes |= {"not_found"}
    if operation.once:
        codes |= {"key_reused", "invalid_header"}
    if operation.stands:
        codes |= {"changed_meanwhile", "invalid_header"} | ({"not_read_first"} if operation.method in REPLACES else set())
    return codes | set(operation.problems)
