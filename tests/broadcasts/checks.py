"""What a run has to keep, and how near it came to Telegram's pace."""

from collections import Counter
from datetime import datetime
from statistics import mean, quantiles

from tests.broadcasts.campaign import WORDS, Plan, Record

SETTLES = 3.0  # seconds, after a process is back; as long as another sender waits before it takes the lead
IN_THE_AIR = 0.5  # seconds: what had left its sender when a stop or a cancel was safe on disk


def at(entry: dict) -> datetime:
    return datetime.fromisoformat(entry["at"])


def sent(record: Record) -> list[dict]:
    """Every message of the broadcast that Telegram took."""
    return [entry for entry in record.accepted if WORDS in str(entry["params"].get("text", ""))]


def broken(plan: Plan, record: Record) -> list[str]:
    """Promises that were not kept."""
    found, went = [], sent(record)
    twice = [chat for chat, times in Counter(entry["chat_id"] for entry in went).items() if times > 1]
    found += [f"chat {chat} got it twice" for chat in twice]
    assert record.cancelled_at
    late = [entry for entry in went if (at(entry) - record.cancelled_at).total_seconds() > IN_THE_AIR]
    found += [f"chat {entry['chat_id']} got it {at(entry) - record.cancelled_at} after the cancel" for entry in late]
    found += [
        f"chat {entry['chat_id']} got it after its stop" for entry in went
        if (stop := record.stopped.get(entry["chat_id"])) and (at(entry) - stop).total_seconds() > IN_THE_AIR]
    if len(record.stopped) != plan.stops:
        found.append(f"{len(record.stopped)} of {plan.stops} stops are on record")
    if sum(record.statuses.values()) != plan.patients:
        found.append(f"the results add up to {sum(record.statuses.values())}, not {plan.patients}")
    if record.statuses["waiting"] or record.statuses["leaving"]:
        found.append(f"somebody still waits: {record.statuses}")
    reached = {entry["chat_id"] for entry in went}
    found += [f"chat {chat} is said to have it and has not" for chat, outcome in record.rows
              if outcome == "sent" and chat not in reached]
    known = {chat for chat, outcome in record.rows if outcome in ("sent", "unknown")}
    found += [f"chat {chat} has it and nobody knows" for chat in sorted(reached - known)]
    found += [f"chat {chat} cried and heard nothing" for chat in record.cried if chat not in answered(record)]
    return found


def answered(record: Record) -> dict[int, float]:
    """How soon each cry for help had its card. Seconds."""
    found: dict[int, float] = {}
    for entry in record.accepted:
        chat = entry["chat_id"]
        said = entry["method"] == "sendMessage" and WORDS not in str(entry["params"])
        if said and chat in record.cried and chat not in found:
            wait = at(entry).timestamp() - record.cried[chat]
            if wait >= 0:
                found[chat] = wait
    return found


def waits(record: Record) -> tuple[list[float], list[float]]:
    """How soon cards came to those who cried while every process was at work, and to the others. Seconds."""
    calm, near = [], []
    for chat, wait in answered(record).items():
        (near if disturbed(record, record.cried[chat], record.cried[chat] + wait) else calm).append(wait)
    return calm, near


def disturbed(record: Record, first: float, last: float) -> bool:
    """Whether a process was dead, or not yet back at work, at any time between these."""
    return any(killed - 1 <= last and first <= up + SETTLES for killed, up in record.down)


def share(values: list[float], part: float) -> float:
    if len(values) < 2:
        return max(values, default=0.0)
    return quantiles(values, n=1000, method="inclusive")[round(part * 1000) - 1]


def pace(record: Record) -> tuple[float, int, int]:
    """Messages a second over the seconds in which every process was at work (the mean), how many of these seconds there
    are, and the most in any second that Telegram took. Those to a chat where nobody is have cost a message as well."""
    taken = Counter(int(at(entry).timestamp()) for entry in sent(record))
    tried = taken + Counter(int(when.timestamp()) for when in record.nobody_there)
    whole = range(min(taken) + 3, max(taken) - 3)
    counted = [tried[second] for second in whole if not disturbed(record, second, second + 1)]
    return mean(counted) if counted else 0.0, len(counted), max(taken.values())
