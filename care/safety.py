"""The safety card: what to do now, whom to call, that the team was told. Fixed words, in the lane that passes every gate."""

from datetime import timedelta

from care import crisis
from care.heart.language import Lines, Text
from care.heart.screen import Screen
from care.heart.turn import Addressee, Lane, Turn

SAME_CARD_AGAIN = timedelta(minutes=1)  # the card may be shown less often than trouble is reported; the alert may not


def show_card(turn: Turn, to: Addressee, country: str, category: str, last: Text = "") -> None:
    """Show the card for this kind of danger, with `last` at its end; the same one again within a minute is not shown twice."""
    card = crisis.card(country, category, turn.settings.clinic.crisis_lines_confirmed)
    slot = int(turn.now.timestamp() // SAME_CARD_AGAIN.total_seconds())
    turn.tell(to, Screen(Lines((*card.lines(), last))), Lane.SAFETY, topic="safety",
              once=f"card:{to.chat_id}:{crisis.card_for(category)}:{slot}")
