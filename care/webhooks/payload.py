"""What a webhook is told of an event: its type, its time, and ids; what kind of trouble it is only where that was chosen."""

import json
import re
from datetime import datetime
from typing import Any

from care import events
from care.heart.event import Event

A_WORD = re.compile(r"[A-Z][a-z0-9]*")


def type_of(kind: str) -> str:
    """`EscalationHandedOver` as Standard Webhooks writes types: `escalation.handed_over`."""
    first, *rest = (word.lower() for word in A_WORD.findall(kind))
    return f"{first}.{'_'.join(rest)}" if rest else first


def every_type() -> tuple[str, ...]:
    """Of everything that can happen."""
    return tuple(sorted({type_of(one.__name__) for one in vars(events).values()
                         if isinstance(one, type) and issubclass(one, Event) and one is not Event}))


def wanted(kinds: list[str], kind: str) -> bool:
    """Whether one of them names it: itself, all of its subject (`dose.*`), or everything (`*`)."""
    subject = kind.partition(".")[0]
    return bool({"*", f"{subject}.*", kind} & set(kinds))


def written(event_id: int, kind: str, at: datetime, patient_id: int | None, facts: dict[str, Any], everything: bool) -> bytes:
    """The body: the same bytes each time, since the signature is of them."""
    told = facts if everything else {name: value for name, value in facts.items() if is_an_id(name, value)}
    return json.dumps({
        "type": kind, "timestamp": at.isoformat().replace("+00:00", "Z"),
        "data": {"event_id": event_id, "patient_id": patient_id, **told}}, separators=(",", ":"), sort_keys=True).encode()


def is_an_id(name: str, value: object) -> bool:
    """Of a thing of ours. A chat's number, which journals of earlier versions have, is Telegram's, and leads to a person."""
    return name.endswith("_id") and name != "chat_id" and isinstance(value, int)
