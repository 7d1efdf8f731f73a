"""How the system is, and what it is."""

from functools import cache
from importlib.metadata import PackageNotFoundError, version

from care import escalations, staff, system
from care.heart import schema
from care.heart.turn import Turn
from staff_api.call import Call
from staff_api.shapes.system import Check, Health, Meta, Readiness


async def get_health(call: Call) -> Health:
    """Whether this process answers; asks nothing of anything else."""
    return Health(status="ok")


async def get_readiness(call: Call) -> Readiness:
    """Whether the whole works: the database, every part that must never fall silent, and what waits for too long."""
    try:
        found, at = await call.read(system.checks), await call.read(schema_at)
    except Exception:
        call.status = 503
        return Readiness(ready=False, checks={"database": Check(ok=False, detail="The database does not answer.")})
    checks = {
        "database": Check(ok=True, detail="The database answers."),
        "schema": Check(ok=at == schema_head(), detail=f"At {at}; this program needs {schema_head()}."),
        **{name: Check.of(one) for name, one in found.items()},
    }
    ready = all(check.ok for check in checks.values())
    call.status = 200 if ready else 503
    return Readiness(ready=ready, checks=checks)


def schema_at(turn: Turn) -> str | None:
    return schema.stands_at(turn.db)


@cache
def schema_head() -> str:
    return schema.head()


async def get_meta(call: Call) -> Meta:
    """What runs here: versions, and the words that other calls understand."""
    settings = call.clinic.settings
    return Meta(
        version=program_version(), clinic=settings.clinic.name, demo=settings.demo, schema_revision=await call.read(schema_at),
        time=call.clinic.now(), languages=list(settings.clinic.languages), scopes=list(staff.SCOPES),
        outcomes=sorted(escalations.OUTCOMES),
    )  # fmt: skip


@cache
def program_version() -> str:
    try:
        return version("careward")
    except PackageNotFoundError:  # run from a checkout
        return "0"
