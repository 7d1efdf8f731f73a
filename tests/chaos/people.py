"""The people at the phones: they read what reaches their chat, and tap and type, some of it twice, late, or out of place."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random
from typing import Any

Act = dict[str, Any]
DANGER = ("I can't breathe", "I have chest pain", "I want to die", "no puedo respirar", "quiero morir", "me duele el pecho")
SENTENCES = (
    "Could you call me tomorrow please", "My foot is sore today", "thank you so much for everything",
    "Is it fine to walk a little", "the left knee", "sore")
TYPED = ("0", "1", "2", "7", "9", "10", "yes", "no", "36.6", "38.5", "39.4", "102", "sore", "the left knee")
FOREIGN = ("say:1:pain:9", "say:2:fever:yes", "say:999999:pain:10", "go:1:1", "nonsense")  # another's buttons, or nobody's
SILENCE = 15.0  # seconds after which somebody begins anew


@dataclass(frozen=True)
class Sent:
    """One update, as a phone sent it: `words` typed, or the `data` of a button."""

    update_id: int
    chat_id: int
    words: str | None
    data: str | None


@dataclass
class Talker:
    """A patient who does the check again and again, and writes in between."""

    chat_id: int
    random: Random
    left: int  # updates still to send
    buttons: list[str] = field(default_factory=list)  # of the newest message that had any
    message_id: int | None = None
    old: list[str] = field(default_factory=list)  # buttons seen before
    news: bool = True
    acted_at: float = 0.0

    def sees(self, entry: dict[str, Any]) -> None:
        """A message reached this phone, new or in another's place."""
        rows = (entry["params"].get("reply_markup") or {}).get("inline_keyboard") or []
        found = [button["callback_data"] for row in rows for button in row if not button["callback_data"].startswith("change:")]
        if found:
            self.old = [*self.old, *self.buttons][-40:]
            self.buttons, self.message_id = found, entry["message_id"]
        elif entry["message_id"] == self.message_id:  # that message has lost its buttons
            self.buttons = []
        self.news = True

    def acts(self, now: float) -> list[Act]:
        """What this person does next, if it is time: one thing, or the same button twice."""
        if self.left <= 0 or not (self.news or now - self.acted_at > SILENCE):
            return []
        self.news, self.acted_at = False, now
        done = list(self._acts())[: self.left]
        self.left -= len(done)
        return done

    def _acts(self) -> Iterator[Act]:
        chance, say = self.random.random(), [data for data in self.buttons if data.startswith("say:")]
        ways = [data for data in self.buttons if data.startswith(("back:", "pause:", "go:", "pass:"))]
        if chance < 0.05:
            yield self._types(DANGER)
        elif chance < 0.12:
            yield self._types(SENTENCES)
        elif chance < 0.15:
            yield self._taps(self.random.choice(self.old or ["say:1:pain:9"]))
        elif chance < 0.17:
            yield self._taps(self.random.choice(FOREIGN))
        elif chance < 0.25:
            yield self._types(TYPED)
        elif ways and (chance < 0.32 or not say) and (chance < 0.5 or ways[0].startswith("go:")):
            yield self._taps(self.random.choice(ways))
        elif say:
            tapped = self._taps(self.random.choice(say))
            yield tapped
            if self.random.random() < 0.08:
                yield tapped
        elif ways:
            yield self._types(TYPED)
        else:
            yield {"chat_id": self.chat_id, "text": "/check"}

    def _types(self, of: tuple[str, ...]) -> Act:
        return {"chat_id": self.chat_id, "text": self.random.choice(of)}

    def _taps(self, data: str) -> Act:
        return {"chat_id": self.chat_id, "data": data, "message_id": self.message_id}


@dataclass
class Crowd:
    """Everybody at a phone. `allowed` bounds how much is sent by now, so that the load lasts as long as the kills."""

    talkers: dict[int, Talker]
    random: Random
    again: float  # share of updates to be delivered once more
    patients: dict[int, int]  # chat -> patient
    sent: list[Sent] = field(default_factory=list)
    allowed: int = 0
    redelivered: int = 0
    _late: list[int] = field(default_factory=list)  # updates to deliver again, some time later

    def reads(self, entry: dict[str, Any]) -> None:
        if talker := self.talkers.get(entry["chat_id"]):
            talker.sees(entry)

    def acts(self, now: float) -> list[Act]:
        """What is done now, by whom it is time for."""
        acts: list[Act] = []
        for talker in self.random.sample(list(self.talkers.values()), len(self.talkers)):
            if len(self.sent) + len(acts) >= self.allowed:
                break
            acts += talker.acts(now)
        while self._late and self.random.random() < 0.5:
            acts.append({"redeliver": self._late.pop(self.random.randrange(len(self._late)))})
        return acts

    def note(self, acts: list[Act], update_ids: list[int]) -> None:
        """What was done became these updates."""
        for act, update_id in zip(acts, update_ids, strict=True):
            if "redeliver" in act:
                self.redelivered += 1
                continue
            self.sent.append(Sent(update_id, act["chat_id"], act.get("text"), act.get("data")))
            if self.random.random() < self.again:
                self._late.append(update_id)

    @property
    def done(self) -> bool:
        return not self._late and all(talker.left <= 0 for talker in self.talkers.values())
