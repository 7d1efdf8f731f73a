"""ETags: which state of a thing a caller has read, and whether it still stands so when they change it."""

import hashlib
import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Self

from aiohttp import web

from care import access
from care.heart.turn import Turn
from staff_api.guards import Caller
from staff_api.problems import Fault, Problem
from staff_api.shapes.forms import Given

IF_MATCH = "If-Match"
ANY = "*"
REPLACES = ("PUT", "PATCH")
"""What is written over what stood there: nobody may do that unseen. Other changes may say what they have seen."""

ONE = r'(?:W/)?"[!#-~]*"'
SEVERAL = re.compile(rf"\s*{ONE}(?:\s*,\s*{ONE})*\s*")
QUOTED = re.compile(r'"[!#-~]*"')  # a proxy that compresses marks our tags as weak; the state they name is the same


def tag(shown: Given) -> str:
    """The name of this state of a thing, as the caller sees it."""
    return f'"{hashlib.blake2b(shown.model_dump_json().encode(), digest_size=16).hexdigest()}"'


def is_one_shape(shape: object) -> bool:
    """Whether what looks like this is a thing of its own, and no list of them."""
    return isinstance(shape, type) and issubclass(shape, Given) and "items" not in shape.model_fields


def for_eyes_of(caller: Caller, shown: Given) -> Given:
    if not caller.may("patients:read"):
        shown.leave_out_the_record()
    return shown


@dataclass(frozen=True)
class Standing:
    """What an address names, and which states of it the caller is content to change."""

    look: Callable[[Turn], Given]
    address: str
    named: Mapping[str, int]
    caller: Caller
    wanted: frozenset[str]

    @classmethod
    def of(cls, request: web.Request, look: Callable[[Turn], Given], named: Mapping[str, int], caller: Caller) -> Self | None:
        """What `If-Match` asks for; None where nothing is asked. Raises Problem where it must be, or is no list of tags."""
        asked = ", ".join(request.headers.getall(IF_MATCH, []))
        if IF_MATCH not in request.headers:
            if request.method in REPLACES:
                raise Problem("not_read_first")
            return None
        if asked.strip() != ANY and not SEVERAL.fullmatch(asked):
            raise Problem("invalid_header", errors=[Fault(parameter=IF_MATCH, detail="An `ETag` as we gave it, or *.")])
        return cls(look, request.path, named, caller, frozenset({ANY} if asked.strip() == ANY else QUOTED.findall(asked)))

    def must_match(self, turn: Turn) -> None:
        """From here to the end of the turn nobody else changes it. Raises Problem if it has changed since it was read."""
        access.hold_still(turn, self.address, self.named)
        stands = for_eyes_of(self.caller, self.look(turn))
        if ANY not in self.wanted and tag(stands) not in self.wanted:
            raise Problem("changed_meanwhile", headers={"ETag": tag(stands)}, current=stands.model_dump(mode="json"))

    def tag_now(self, turn: Turn) -> str | None:
        """Of what came of it; None if there is nothing any more."""
        with suppress(Problem):
            return tag(for_eyes_of(self.caller, self.look(turn)))
        return None
