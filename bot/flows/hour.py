"""The patient chooses at what hour to be asked. What follows from the answer is in care/plans.py."""

from bot.flows.engine import Ask, Flow
from bot.flows.kinds import TimeOfDay
from care.heart.language import _

HOUR = Flow(
    name="hour",
    version=1,
    command="hour",
    about=_("When I ask you"),
    opening="",
    items=(
        Ask("hour", _("At what time of day shall I ask? Tap one, or type any time, like {example}.", example="18:30"),
            TimeOfDay(("07:00", "08:00", "09:00", "10:00", "12:00", "14:00", "17:00", "19:00", "20:00"))),
    ),
    closing=_("Good. I will ask at that time from now on."),
    about_health=False,
)
