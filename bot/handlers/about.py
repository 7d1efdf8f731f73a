"""What the bot says about itself: help, and a word to strangers."""

from bot.handlers.heard import command
from bot.handlers.visit import Visit
from bot.menu import COMMANDS
from care import crisis, messages, office
from care.heart.language import Lines, _
from care.heart.screen import Screen
from care.heart.turn import Turn


@command
def help_(turn: Turn, visit: Visit) -> None:
    if visit.holding:
        show_help(turn, visit)
    else:
        stranger_card(turn, visit)


def show_help(turn: Turn, visit: Visit) -> None:
    patient = visit.holding[0]
    when = office.when(turn, office.read_by(turn), patient.time_zone)
    turn.tell(visit.who, Screen(Lines((
        _("I am the automated assistant of {clinic}.", clinic=turn.settings.clinic.name),
        _("To write to your care team, just type here. A message sent now will be read {when}.", when=when),
        Lines(tuple(Lines((f"/{command} –", what), " ") for command, what in COMMANDS.items() if command != "help"), "\n"),
        messages.urgent_help(turn, patient.country)))))


def stranger_card(turn: Turn, visit: Visit) -> None:
    """To someone whom we do not know: what this is, how to get in, and whom to call."""
    clinic = turn.settings.clinic
    ask = (_("To use it, ask the clinic for an invitation: {phone}.", phone=clinic.phone) if clinic.phone
           else _("To use it, ask the clinic for an invitation."))
    turn.tell(visit.who, Screen(Lines((
        _("Hello. This is the automated assistant of {clinic}. It is for patients of the clinic.", clinic=clinic.name), ask,
        _("In an emergency, call {number}.", number=crisis.emergency_number(clinic.country))))))
