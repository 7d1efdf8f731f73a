"""What must come of what a patient does in any flow, written apart from the engine: a dictionary of answers, a rule a step."""

import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from bot.flows import FLOWS
from bot.flows.engine import Ask, Flow
from bot.flows.kinds import Choice, Date, FreeText, Kind, Number, Scale, Several, TimeOfDay
from care.conditions import meets
from care.heart.language import in_language

HALF_AN_HOUR = timedelta(minutes=30)
NOTHING = object()  # no answer at all, where None is one
MEASURED: dict[str, dict[str, Any]] = {
    "blood_pressure": {"118/76": {"systolic": 118, "diastolic": 76}, "165 over 104": {"systolic": 165, "diastolic": 104},
                       "92/58": {"systolic": 92, "diastolic": 58}},
    "weight": {"72.5 kg": 72.5, "74 kg": 74, "160 lb": 72.575}, "glucose": {"6.1 mmol/L": 109.9, "140 mg/dL": 140},
    "temperature": {"36.8": 36.8, "101 F": 38.33, "39,6": 39.6}, "oxygen": {"97": 97, "91 %": 91},
    "pulse": {"72": 72, "130 bpm": 130}, "peak_flow": {"420": 420, "180": 180},
}
DOUBTFUL = {"blood_pressure": "12/8", "temperature": "33.2"}


@dataclass
class Run:
    """One conversation as it must stand."""

    id: int
    flow: Flow
    answers: dict[str, Any] = field(default_factory=dict)
    given_at: dict[str, datetime] = field(default_factory=dict)
    saved: int = 0  # answers kept in all, superseded ones too
    asked: str | None = None
    paused: bool = False
    outcome: str | None = None
    finished: bool = False  # once

    @property
    def amending(self) -> bool:
        return self.asked in self.answers

    @property
    def counting(self) -> dict[str, Any]:
        """Answers that count: their question applies, given those before that count."""
        found: dict[str, Any] = {}
        for ask in self.asks:
            if ask.key in self.answers and self.applies(ask, found):
                found[ask.key] = self.answers[ask.key]
        return found

    @property
    def asks(self) -> list[Ask]:
        return [item for item in self.flow.items if isinstance(item, Ask)]

    @staticmethod
    def applies(ask: Ask, given: dict[str, Any]) -> bool:
        if callable(ask.when):
            try:
                return bool(ask.when(given))
            except KeyError:
                return False
        return all(key in given and meets(given[key], wanted) for key, wanted in ask.when.items())

    def next(self) -> str | None:
        given: dict[str, Any] = {}
        for ask in self.asks:
            if not self.applies(ask, given):
                continue
            if ask.key not in self.answers:
                return ask.key
            given[ask.key] = self.answers[ask.key]
        return None

    def ask(self, key: str | None) -> Ask:
        return next(ask for ask in self.asks if ask.key == key)


# The forms, as they are printed: how many items each has, and what a yes counts where it is not one point.
ITEMS = {"phq2": 2, "phq9": 9, "phq8": 8, "gad7": 7, "phq4": 4, "steadi-stay-independent": 12}
POINTS = {"steadi-stay-independent": {"q1": 2, "q2": 2}}


def totals(run: Run) -> dict[str, int | None]:
    """What must be on record of a run that has ended, by form: a total only if every item has an answer."""
    name = run.flow.name
    if name not in ITEMS or not run.answers:
        return {}
    found = {name: total(name, run.answers)}
    if name == "phq2" and (found[name] or 0) >= 3:
        found["phq9"] = total("phq9", run.answers)
    return found


def total(name: str, answers: dict[str, Any]) -> int | None:
    keys = [f"q{number}" for number in range(1, ITEMS[name] + 1)]
    if any(key not in answers for key in keys):
        return None
    return sum(answers[key] * POINTS.get(name, {}).get(key, 1) for key in keys)


@dataclass
class Model:
    """One patient: every run, one of which may be open; it is the last, or one that was finished and is being changed."""

    runs: list[Run] = field(default_factory=list)
    language: str = "en"

    @property
    def open(self) -> Run | None:
        return next((run for run in reversed(self.runs) if run.outcome is None), None)

    def begin(self, flow: str) -> None:
        self.end("put aside")
        self.runs.append(Run(len(self.runs) + 1, FLOWS[flow]))
        self._go_to(self.runs[-1], self.runs[-1].next())

    def end(self, outcome: str) -> None:
        if self.open:
            self.open.outcome = "finished" if self.open.finished else outcome

    # What is tapped and typed

    def taps(self, data: str, now: datetime) -> None:
        what, conversation, *rest = data.split(":", 3)
        if what == "change":
            self._change(int(conversation), rest[0], now)
            return
        run = self.open
        if run is None or str(run.id) != conversation:
            return
        match what, rest:
            case "say", [key, words] if key == run.asked:
                self._taps_option(run, words, now)
            case "say", [key, words] if key in run.answers and not run.amending:
                value = tapped(run.ask(key).kind, words)
                if value is not NOTHING and value != run.answers[key] and key in run.counting:
                    self._go_to(run, key)
            case "back", [key] if key == run.asked:
                self.back()
            case "skip", [key] if key == run.asked:
                self.skip(now)
            case "repeat", [key] if key == run.asked:
                self._go_to(run, key)
            case "pause", _:
                run.paused = True
            case "go", _:
                self.go_on()

    def _taps_option(self, run: Run, words: str, now: datetime) -> None:
        kind = run.ask(run.asked).kind
        value = tapped(kind, words)
        if value is not NOTHING:
            self.answers(value, now)
        elif words.startswith("~"):
            run.paused = False  # shown anew, with the tick

    def answers(self, value: Any, now: datetime) -> None:
        run = self.open
        assert run
        assert run.asked
        run.answers[run.asked], run.given_at[run.asked] = value, now
        run.saved += 1
        self._follow(run)

    def back(self) -> None:
        run = self.open
        assert run
        if run.amending:
            self.go_on()
            return
        keys = [ask.key for ask in run.asks]
        before = [key for key in keys[: keys.index(run.asked or "")] if key in run.counting]
        if before:
            del run.answers[before[-1]]
            self._go_to(run, before[-1])

    def skip(self, now: datetime) -> None:
        if self.open and self.open.ask(self.open.asked).optional:
            self.answers(None, now)

    def go_on(self) -> None:
        run = self.open
        assert run
        if run.paused or not run.amending:
            self._go_to(run, run.asked)
        else:
            self._follow(run)

    def _change(self, conversation: int, key: str, now: datetime) -> None:
        run = next((run for run in self.runs if run.id == conversation), None)
        if run is None or key not in run.answers or now - run.given_at[key] > HALF_AN_HOUR:
            return
        if self.open is not run if self.open else run.outcome != "finished":
            return
        if key in run.counting and not (self.open and run.asked == key):
            run.outcome = None
            self._go_to(run, key)

    def _follow(self, run: Run) -> None:
        following = run.next()
        if following:
            self._go_to(run, following)
        else:
            run.outcome, run.finished = "finished", True

    @staticmethod
    def _go_to(run: Run, key: str | None) -> None:
        run.asked, run.paused = key, False


def tapped(kind: Kind, data: str) -> Any:
    """The value of what a button carries; NOTHING if it carries none."""
    if isinstance(kind, Several):
        ticks = int(data[1:], 16)
        chosen = [value for at, value in enumerate(kind.choices) if ticks & (1 << at)]
        return chosen if data[0] == "+" and (chosen or kind.none) else NOTHING
    if isinstance(kind, Scale):
        return int(data)
    if isinstance(kind, Date | TimeOfDay | FreeText):
        return data
    if kind.reading == "blood_pressure":
        systolic, diastolic = re.findall(r"\d+", data)
        return {"systolic": int(systolic), "diastolic": int(diastolic)}
    if kind.reading or isinstance(kind, Number):
        return float(data[1:].split()[0])
    return next((value for value in kind.options() if str(value) == data), NOTHING)


def typed(kind: Kind, language: str, today: str) -> dict[str, Any]:
    """Words that a patient may type, and the answer that each must be."""
    if isinstance(kind, Several):
        values = list(kind.choices)
        return {"1 2": values[:2], "2": values[1:2], in_language(kind.choices[values[-1]], language): values[-1:]}
    if isinstance(kind, Scale):
        return {str(number): number for number in range(kind.low, kind.high + 1)}
    if isinstance(kind, Number):
        return {f"{kind.low:g}": kind.low, f"{kind.high:g}": kind.high}
    if isinstance(kind, Date):
        return {"today": today, today: today}
    if isinstance(kind, TimeOfDay):
        return {"7:30": "07:30", "22.15": "22:15"}
    if isinstance(kind, FreeText):
        return {"since last night": "since last night", "7": "7", "yes": "yes"}
    if kind.reading:
        return MEASURED[kind.reading]
    labels = {in_language(label, language): value for value, label in kind.options().items()}
    return {**labels, "1": next(iter(kind.options()))} if isinstance(kind, Choice) else labels
