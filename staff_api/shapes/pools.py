"""Shapes of pools."""

from typing import Annotated, Literal

from pydantic import Field

from care.pools import TOPICS
from staff_api.shapes.forms import Given, Id, Name, Sent

Topic = Literal[tuple(TOPICS)]  # type: ignore[valid-type]


class NewPool(Sent):
    name: Annotated[Name, Field(max_length=60)] = Field(examples=["Social work"])
    takes: list[Topic] = Field([], max_length=len(TOPICS), description="What comes to it by itself; each topic to one pool.")  # type: ignore[valid-type]
    members: list[Id] = Field([], max_length=500, description="Numbers of people on staff.")
    members_only: bool = Field(
        False, description="Nobody else sees what is in it, until others are called about it, or a life may be in danger.")


class PoolMember(Given):
    staff_id: int
    name: str


class Pool(Given):
    id: int
    name: str
    takes: list[str]
    members_only: bool
    members: list[PoolMember]
    open: int = Field(description="How many obligations are in it.")


class Pools(Given):
    items: list[Pool]
    topics: dict[str, str] = Field(description="What a pool can take, and what that is.")
