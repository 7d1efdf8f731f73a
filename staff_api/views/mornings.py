"""What a day begins with."""

from care import call_list, handover
from staff_api.call import Call
from staff_api.shapes.mornings import CallsToMake, Handover, ToCall


async def get_handover(call: Call) -> Handover:
    """Emergencies and urgent obligations that came in since the office closed last: who has them, who was called."""
    return Handover.of(await call.read(handover.since_closing))


async def get_calls_to_make(call: Call) -> CallsToMake:
    """Patients of whom nothing is heard, or whom the bot does not reach, each once, with the numbers that are known."""
    return CallsToMake(items=[ToCall.of(one) for one in await call.read(call_list.today)])
