"""The promises, held against a record: each check is a pure function that says what was broken, one sentence each."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from care import crisis
from care.heart.turn import Lane
from tests.chaos.model import Outcome, Talk, predict
from tests.chaos.people import Sent
from tests.chaos.record import Copy, Record, Row

NO_ANSWER = {"timeout_after", "drop_after", "500_after", "html_after", "slow"}  # or one after the lease was over
BY_A_KILL = "the sender stopped while sending"


@dataclass
class Tally:
    """The numbers of a run, by lane where it matters."""

    inbound: int = 0
    outbound: Counter[str] = field(default_factory=Counter)  # rows of the outbox
    copies: Counter[str] = field(default_factory=Counter)  # messages that reached a phone
    in_flight: Counter[str] = field(default_factory=Counter)  # at kills
    extra_by_kill: Counter[str] = field(default_factory=Counter)
    extra_by_lost_answer: Counter[str] = field(default_factory=Counter)
    unknown_by_kill: int = 0
    unknown_by_fault: int = 0
    answers: int = 0
    messages: int = 0
    escalations: int = 0
    conversations: int = 0


def broken(record: Record) -> list[str]:
    """Every promise that does not hold in this record."""
    return [sentence for sentences in by_promise(record).values() for sentence in sentences]


def by_promise(record: Record) -> dict[str, list[str]]:
    """What was broken of each promise, by the name of its check."""
    return {check.__name__: list(check(record)) for check in CHECKS}


def inbox_has_every_update_done_once(record: Record) -> Iterator[str]:
    rows = record.table("inbox")
    kept = Counter(row["update_id"] for row in rows)
    for sent in record.sent:
        if kept[sent.update_id] != 1:
            yield f"update {sent.update_id} was kept {kept[sent.update_id]} times in the inbox"
    for row in rows:
        if row["outcome"] != "done" or row["failures"]:
            yield f"update {row['update_id']} ended as {row['outcome']}, after {row['failures']} failures"
    if unknown := kept.keys() - {sent.update_id for sent in record.sent}:
        yield f"{len(unknown)} updates in the inbox were never sent"
    updates = record.counters["updates"]
    if updates["pending"] or updates["confirmed"] != len(record.sent):
        yield f"of {len(record.sent)} updates {updates['confirmed']} were confirmed, {updates['pending']} wait"


def inbox_keeps_the_order_of_a_chat(record: Record) -> Iterator[str]:
    sent, kept = defaultdict(list), defaultdict(list)
    for update in record.sent:
        sent[update.chat_id].append(update.update_id)
    for row in record.table("inbox"):
        kept[row["chat_id"]].append(row["update_id"])
    for chat_id, updates in sent.items():
        if kept[chat_id] != updates:
            yield f"chat {chat_id}: updates were kept in another order than they were sent"


def state_is_what_the_updates_lead_to(record: Record) -> Iterator[str]:
    """Against the model: every change of state happened, and none happened twice."""
    by_chat: dict[int, list[Sent]] = defaultdict(list)
    for sent in record.sent:
        by_chat[sent.chat_id].append(sent)
    found = {name: _by(record.table(name), "patient_id") for name in ("conversations", "patient_messages", "escalations")}
    answers = _by(record.table("answers"), "conversation_id")
    raised = Counter((row["patient_id"], row["kind"]) for row in record.table("events"))
    for chat_id, patient_id in record.talkers.items():
        talks, kept = found["conversations"][patient_id], found["patient_messages"][patient_id]
        expected = predict(by_chat[chat_id], [row["id"] for row in talks], [row["id"] for row in kept])
        for what, wanted, got in (
            ("conversations", len(expected.talks), len(talks)),
            ("messages kept", expected.kept, [row["text"] for row in kept]),
            ("messages passed on", len(expected.passed_on), sum(row["kind"] == "passed on" for row in kept)),
            ("escalations", dict(expected.trouble), {row["kind"]: row["reports"] for row in found["escalations"][patient_id]}),
            ("red flags", expected.flags.total(), raised[patient_id, "RedFlagRaised"]),
            ("answers journalled", _all_answers(expected), raised[patient_id, "AnswerSaved"]),
        ):
            if wanted != got:
                yield f"chat {chat_id}: {what} should be {wanted}, not {got}"
        for talk, row in zip(expected.talks, talks, strict=False):
            yield from _talk(chat_id, talk, row, answers[row["id"]])


def _talk(chat_id: int, talk: Talk, row: Row, answers: list[Row]) -> Iterator[str]:
    standing = {one["key"]: one["value"] for one in answers if one["superseded_at"] is None}
    superseded = Counter(one["key"] for one in answers if one["superseded_at"] is not None)
    for what, wanted, got in (
        ("answers", talk.answers, standing), ("answers taken back", talk.taken_back, superseded),
        ("number of answers", len(talk.answers) + talk.taken_back.total(), len(answers)),
        ("end", talk.outcome, row["outcome"]), ("question", talk.asked, row["asked"]),
        ("unclear answers", talk.unclear, row["unclear"]), ("pause", talk.paused, row["paused_at"] is not None),
    ):
        if wanted != got:
            yield f"chat {chat_id}, conversation {row['id']}: {what} should be {wanted}, not {got}"


def every_danger_has_its_card(record: Record) -> Iterator[str]:
    cards = {row["once"] for row in record.table("outbox") if row["lane"] == Lane.SAFETY}
    chats = {patient: chat for chat, patient in record.talkers.items()}
    for row in record.table("events"):
        if row["kind"] == "RedFlagRaised":
            facts, chat_id = row["facts"], chats[row["patient_id"]]
            once = f"card:{chat_id}:{crisis.card_for(facts['category'])}:{int(row['at'].timestamp() // 60)}"
            if once not in cards:
                yield f"no safety card was written for {facts['category']} in chat {chat_id}"


def everybody_quiet_got_what_was_due(record: Record) -> Iterator[str]:
    """The offer of the check once each, and the news: written once, as many as planned."""
    topics = Counter((row["topic"], row["patient_id"]) for row in record.table("outbox") if row["lane"] == Lane.BROADCAST)
    for patient_id in record.quiet:
        if topics["check", patient_id] != 1:
            yield f"patient {patient_id} was offered the check {topics['check', patient_id]} times"
    written = sum(count for (topic, _), count in topics.items() if topic == "news")
    if written != record.news:
        yield f"{written} pieces of news were written, not {record.news}"


def what_was_sent_is_on_the_phone(record: Record) -> Iterator[str]:
    """Safety and replies: every row arrived. Broadcasts: every row arrived or its outcome is unknown."""
    copies, shown = _copies(record), _shown(record)
    for row in record.table("outbox"):
        lane, mine = Lane(row["lane"]), copies[row["id"]]
        if row["outcome"] == "sent" and not mine and not _says_so_already(shown[row["telegram_id"]], row):
            yield f"message {row['id']} ({_name(lane)}) was settled as sent, and no phone has it"
        if row["outcome"] != "sent" and not (lane is Lane.BROADCAST and row["outcome"] == "unknown"):
            yield f"message {row['id']} ({_name(lane)}) ended as {row['outcome']}: {row['why']}"


def the_claim_that_stands_settles(record: Record) -> Iterator[str]:
    """Not one that ran out and whose message was claimed again: a settled message has the number that its last claim got."""
    copies = _copies(record)
    for row in record.table("outbox"):
        if row["outcome"] == "sent" and copies[row["id"]] and not row["edits"] and not row["closes"]:
            standing = [copy.message_id for copy in copies[row["id"]] if copy.fence == row["attempts"]]
            if row["telegram_id"] not in standing:
                yield f"message {row['id']} was settled as number {row['telegram_id']}, not by the claim that stood"


def what_is_on_the_phone_was_written(record: Record) -> Iterator[str]:
    rows = {row["id"]: row for row in record.table("outbox")}
    claims: Counter[tuple[int, int]] = Counter()
    for copy in record.copies:
        row = rows.get(copy.row)
        if row is None or row["chat_id"] != copy.chat_id or row["text"] != copy.text:
            yield f"journal entry {copy.n}: no row of the outbox says this in chat {copy.chat_id}"
        elif copy.fence > row["attempts"]:
            yield f"journal entry {copy.n}: message {copy.row} was sent under a claim that never was"
        claims[copy.row, copy.fence] += 1
    for (row_id, fence), count in claims.items():
        if count > 1:
            yield f"message {row_id} was sent {count} times under claim {fence}"


def extra_copies_have_a_reason(record: Record) -> Iterator[str]:
    """A message comes again only if it was in flight at a kill, or if Telegram took it and its answer never came."""
    for row, mine in _copies(record).items():
        settled = [copy.fence for copy in mine if _reason(record, copy) is None]
        if len(settled) > 1:
            yield f"message {row} was sent again, although claim {settled[0]} was answered and not in flight at a kill"


def broadcasts_never_come_twice(record: Record) -> Iterator[str]:
    copies = _copies(record)
    for row in record.table("outbox"):
        if row["lane"] == Lane.BROADCAST:
            if len(copies[row["id"]]) > 1:
                yield f"broadcast {row['id']} came {len(copies[row['id']])} times"
            late = any(copy.fault == "slow" for copy in copies[row["id"]])
            in_flight = (row["id"], row["attempts"]) in record.in_flight
            if row["outcome"] == "unknown" and row["why"] == BY_A_KILL and not in_flight and not late:
                yield f"broadcast {row['id']} is unknown, although it was not in flight at a kill"


def a_lane_keeps_its_order(record: Record) -> Iterator[str]:
    lanes = {row["id"]: row["lane"] for row in record.table("outbox")}
    newest: dict[tuple[int, int], int] = {}
    for copy in record.copies:
        lane = copy.chat_id, lanes.get(copy.row, -1)
        if copy.row < newest.get(lane, 0):
            yield f"chat {copy.chat_id}: message {copy.row} came after message {newest[lane]} of its own lane"
        newest[lane] = max(copy.row, newest.get(lane, 0))


CHECKS: tuple[Callable[[Record], Iterator[str]], ...] = (
    inbox_has_every_update_done_once, inbox_keeps_the_order_of_a_chat, state_is_what_the_updates_lead_to,
    every_danger_has_its_card, everybody_quiet_got_what_was_due, what_was_sent_is_on_the_phone,
    the_claim_that_stands_settles, what_is_on_the_phone_was_written, extra_copies_have_a_reason, broadcasts_never_come_twice,
    a_lane_keeps_its_order,
)


def tally(record: Record) -> Tally:
    lanes = {row["id"]: _name(row["lane"]) for row in record.table("outbox")}
    counted = Tally(len(record.sent))
    counted.outbound.update(lanes.values())
    counted.copies.update(lanes[copy.row] for copy in record.copies if copy.row in lanes)
    counted.in_flight.update(lanes[row] for row, _ in record.in_flight if row in lanes)
    for row_id, mine in _copies(record).items():
        reasons = sorted(reason for copy in mine if (reason := _reason(record, copy)))
        for reason in reasons[: len(mine) - 1]:
            (counted.extra_by_kill if reason == "kill" else counted.extra_by_lost_answer)[lanes[row_id]] += 1
    for row in record.table("outbox"):
        if row["outcome"] == "unknown":
            counted.unknown_by_kill += row["why"] == BY_A_KILL
            counted.unknown_by_fault += row["why"] != BY_A_KILL
    counted.answers, counted.messages = len(record.table("answers")), len(record.table("patient_messages"))
    counted.escalations, counted.conversations = len(record.table("escalations")), len(record.table("conversations"))
    return counted


def _reason(record: Record, copy: Copy) -> str | None:
    """Why the message of this copy had to be sent again; None if its claim was answered and settled."""
    if (copy.row, copy.fence) in record.in_flight:
        return "kill"
    return "no answer" if copy.fault in NO_ANSWER or (copy.row, copy.fence) in record.unanswered else None


def _copies(record: Record) -> dict[int, list[Copy]]:
    found: dict[int, list[Copy]] = defaultdict(list)
    for copy in record.copies:
        found[copy.row].append(copy)
    return found


def _shown(record: Record) -> dict[int | None, list[Copy]]:
    """What each message on a phone has said, from first to last."""
    found: dict[int | None, list[Copy]] = defaultdict(list)
    for copy in record.copies:
        found[copy.message_id].append(copy)
    return found


def _says_so_already(shown: list[Copy], row: Row) -> bool:
    """An edit that changes nothing is refused by Telegram, and needs no journal entry."""
    before = [copy for copy in shown if copy.row < row["id"]]
    return bool(before) and before[-1].text == row["text"] and before[-1].chat_id == row["chat_id"]


def _by(rows: list[Row], key: str) -> dict[Any, list[Row]]:
    found: dict[Any, list[Row]] = defaultdict(list)
    for row in rows:
        found[row[key]].append(row)
    return found


def _all_answers(expected: Outcome) -> int:
    return sum(len(talk.answers) + talk.taken_back.total() for talk in expected.talks)


def _name(lane: int) -> str:
    return Lane(lane).name.lower()
