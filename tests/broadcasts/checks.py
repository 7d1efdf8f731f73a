"""What a run has to keep, and how near it came to Telegram's pace."""

from collections import Counter
from datetime import datetime
from statistics import median, quantiles

from tests.broadcasts.campaign import WORDS, Plan, Record

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
    """How soon cards came: while everything was alive, and within ten seconds of a kill."""
    calm, near = [], []
    for chat, wait in answered(record).items():
        cried = record.cried[chat]
        (near if any(-10 <= killed - cried <= 10 for killed in record.killed_at) else calm).append(wait)
    return calm, near


def share(values: list[float], part: float) -> float:
    if len(values) < 2:
        return max(values, default=0.0)
    return quantiles(values, n=1000, method="inclusive")[round(part * 1000) - 1]


def pace(record: Record) -> tuple[float, int]:
    """Messages a second over the stretches in which nothing was killed or refused, and how long they are. Seconds."""
    seconds = Counter(int(at(entry).timestamp()) for entry in sent(record))
    disturbed = {int(killed) + step for killed in record.killed_at for step in range(-1, 12)}
    whole = range(min(seconds) + 3, max(seconds) - 3)
    calm = [second for second in whole if second not in disturbed]
    counted = [seconds[second] for second in calm if seconds[second]]
    return median(counted) if counted else 0.0, len(calm)
