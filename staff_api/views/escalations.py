"""Obligations: looked at, taken on, closed with a reason."""

from care import escalations
from staff_api.call import Call, found
from staff_api.shapes.forms import Id
from staff_api.shapes.worklist import Escalation, Resolution


async def get_escalation(call: Call, escalation_id: Id) -> Escalation:
    """One escalation, open or closed."""
    return Escalation.of(found(await call.read(escalations.get, escalation_id)))


async def acknowledge_escalation(call: Call, escalation_id: Id) -> Escalation:
    """Take it on: the alarm stops, and your name is on it. It stays open."""
    return await call.change(Escalation, escalations.acknowledge, escalation_id, call.person.id)


async def resolve_escalation(call: Call, escalation_id: Id, body: Resolution) -> Escalation:
    """Close it, and say how it ended."""
    return await call.change(Escalation, escalations.resolve, escalation_id, call.person.id, body.outcome, body.note or "")
