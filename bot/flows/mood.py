"""A short follow-up on mood, between questionnaires. Version 1, 2026-11-21; not yet reviewed by a clinician.

The questions are our own: they are no part of a validated questionnaire, and make no score.
"""

from bot.flows.engine import Ask, Flow
from bot.flows.kinds import Choice, FreeText
from bot.flows.wording import TAKEN
from care.heart.language import Lines, _

MOOD = Flow(
    name="mood",
    version=1,
    command="",
    about=_("Mood"),
    opening=_("A few questions about how you are. There are no right answers."),
    items=(
        Ask("mood", _("How has your mood been since last time?"), Choice({
            "better": _("Better"), "same": _("About the same"), "worse": _("Worse")})),
        Ask("day", _("How well can you get through your day?"), Choice({
            "well": _("Well enough"), "hard": _("It is hard"), "barely": _("I barely can")})),
        Ask("safe", _("Do you feel safe right now?"), Choice({
            "yes": _("Yes"), "unsure": _("I am not sure"), "no": _("No")})),
        Ask("medicines", _("If you take medicine for your mood, have you taken it?"), TAKEN),
        Ask("words", _("What would you like your team to know? You can skip this."), FreeText(), optional=True),
    ),
    closing=Lines((
        _("Thank you for telling me. Your care team can see your answers."),
        _("If anything changes or worries you, you can write here at any time."),
    )),
)
