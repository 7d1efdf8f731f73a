"""Notes that name whoever asks."""

from care import mentions
from care.heart.turn import Turn
from care.staff import StaffMember
from staff_api.call import Call
from staff_api.problems import Problem
from staff_api.shapes.forms import Id, Paged
from staff_api.shapes.mentions import Mention, Mentions


async def list_mentions(call: Call, query: Paged) -> Mentions:
    """The notes that name you (or whoever made the key): what you have not read, and what you read within a day, the oldest
    first."""
    found, unread = await call.read(mentions_of, call.person, call.place("mentions", query.cursor), query.limit + 1)
    shown = found[: query.limit]
    more = call.next("mentions", shown[-1].id) if len(found) > len(shown) else None
    return Mentions(items=[Mention.of(one) for one in shown], next=more, unread=unread)


def mentions_of(turn: Turn, person: StaffMember, after: int | None, limit: int) -> tuple[list[mentions.Mention], int]:
    return mentions.of(turn, person, after, limit), mentions.unread(turn, person)


async def read_mention(call: Call, mention_id: Id) -> None:
    """You have read it."""
    if not await call.run(mentions.read, mention_id, call.person.id):
        raise Problem("not_found")
