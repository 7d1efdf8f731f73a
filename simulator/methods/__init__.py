"""The Bot API's methods, by name. Names are not case-sensitive; what is not here is not found."""

from simulator.methods import chats, editing, files, intake, profile, sending, taps
from simulator.methods.table import METHODS, Method

__all__ = ["METHODS", "Method", "chats", "editing", "files", "intake", "profile", "sending", "taps"]
