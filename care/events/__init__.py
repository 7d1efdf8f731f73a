"""Things that happen, in the clinic's words, a file per subject. Each is journalled, then reacted to (see reactions.py)."""

from care.events.access import *  # noqa: F403
from care.events.appointments import *  # noqa: F403
from care.events.broadcasts import *  # noqa: F403
from care.events.lessons import *  # noqa: F403
from care.events.medicines import *  # noqa: F403
from care.events.people import *  # noqa: F403
from care.events.privacy import *  # noqa: F403
from care.events.programs import *  # noqa: F403
from care.events.talk import *  # noqa: F403
from care.events.words import *  # noqa: F403
from care.events.work import *  # noqa: F403
from care.heart.event import ChatUnreachable as ChatUnreachable
from care.heart.event import Event as Event
from care.heart.event import MessageHeldBack as MessageHeldBack
from care.heart.event import MessageSent as MessageSent
from care.heart.event import UpdateQuarantined as UpdateQuarantined
