"""Pools: made, changed, closed."""

from typing import Any

from care import pools
from care.heart.turn import Turn
from staff_api.call import Call, found
from staff_api.problems import Problem
from staff_api.shapes.forms import Id
from staff_api.shapes.pools import NewPool, Pool, Pools


async def list_pools(call: Call) -> Pools:
    """Every pool, with who is in it."""
    return Pools(items=[Pool.of(one) for one in await call.read(pools.everything)], topics=pools.TOPICS)


async def get_pool(call: Call, pool_id: Id) -> Pool:
    """One pool."""
    return await call.read(pool_now, pool_id)


def pool_now(turn: Turn, pool_id: int) -> Pool:
    return Pool.of(found(pools.get(turn, pool_id)))


async def add_pool(call: Call, body: NewPool) -> Pool:
    """Make a pool. What is of its topics comes to it from now on."""
    return await call.change(Pool, kept, body, None)


async def change_pool(call: Call, pool_id: Id, body: NewPool) -> Pool:
    """Change its name, what it takes, and who is in it."""
    return await call.change(Pool, kept, body, pool_id)


def kept(turn: Turn, body: NewPool, pool_id: int | None) -> Any:
    try:
        return pools.keep(turn, body.name, body.takes, body.members_only, body.members, pool_id)
    except pools.Refused as refused:
        raise Problem("conflict", str(refused)) from None


async def close_pool(call: Call, pool_id: Id) -> None:
    """Close it; what is in it is the whole team's."""
    found(await call.run(pools.close, pool_id) or None)
