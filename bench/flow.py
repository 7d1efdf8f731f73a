"""The product's own ten questions: the conversation that the peers hold too."""

from bot.flows.engine import Ask, Flow
from bot.flows.kinds import Choice
from care.heart.language import Msg

QUESTIONS = 10
LABELS = ("Not at all", "A little", "Quite a bit", "Very much")
VALUES = ("none", "little", "some", "much")
OPTIONS = Choice({value: Msg(label) for value, label in zip(VALUES, LABELS, strict=True)})

FLOW = Flow(
    name="bench", version=1, command="bench", about=Msg("A check-in"), opening=Msg("A few short questions about today."),
    items=tuple(
        Ask(f"q{number}", Msg("How much were you troubled today, in matter {number}?", gaps=(("number", number),)), OPTIONS)
        for number in range(1, QUESTIONS + 1)),
    closing=Msg("Thank you. Your care team can see your answers."))
