"""Bad luck by a seeded plan: what goes wrong with which call, at a rate or by a script."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from random import Random

# Before acceptance nothing happened; after it everything did, and only the answer is lost or late.
BEFORE = frozenset({"429", "500", "502", "html", "timeout_before", "drop_before"})
AFTER = frozenset({"timeout_after", "drop_after", "500_after", "html_after", "slow"})


@dataclass(frozen=True, slots=True)
class Fault:
    kind: str
    retry_after: int = 3  # of a 429
    seconds: float = 1.0  # of a slow answer

    def __post_init__(self) -> None:
        if self.kind not in BEFORE | AFTER:
            raise ValueError(f"there is no fault {self.kind!r}; there are {', '.join(sorted(BEFORE | AFTER))}")

    @property
    def before(self) -> bool:
        return self.kind in BEFORE


@dataclass(slots=True)
class Scripted:
    fault: Fault
    method: str | None
    chat_id: int | None
    times: int

    def fits(self, method: str, chat_id: int | None) -> bool:
        return (self.method is None or self.method.lower() == method.lower()) and self.chat_id in (None, chat_id)


class Plan:
    """The script is played first; what it does not touch is drawn by rate. The same seed and calls draw the same faults."""

    def __init__(self, seed: int = 0):
        self._random = Random(seed)  # noqa: S311 - a plan, not a secret
        self._script: list[Scripted] = []
        self._rates: list[tuple[Fault, float]] = []
        self._methods: frozenset[str] | None = None
        self.injected: dict[str, int] = {}

    def next(
        self,
        kind: str,
        method: str | None = None,
        chat_id: int | None = None,
        times: int = 1,
        retry_after: int = 3,
        seconds: float = 1.0,
    ) -> None:
        """The next `times` calls of this method to this chat meet this fault (None: whichever method, whichever chat)."""
        self._script.append(Scripted(Fault(kind, retry_after, seconds), method, chat_id, times))

    def rates(
        self, rates: Mapping[str, float], methods: Iterable[str] | None = None, retry_after: int = 3, seconds: float = 1.0
    ) -> None:
        """From now on each kind of fault meets this share of the calls (of these methods; None: of all)."""
        if sum(rates.values()) > 1:
            raise ValueError("fault rates are shares of all calls: together at most 1")
        self._rates = [(Fault(kind, retry_after, seconds), rate) for kind, rate in rates.items()]
        self._methods = frozenset(name.lower() for name in methods) if methods is not None else None

    def clear(self) -> None:
        self._script.clear()
        self._rates, self._methods = [], None

    def draw(self, method: str, chat_id: int | None) -> Fault | None:
        if not self._script and not self._rates:
            return None
        fault = self._scripted(method, chat_id) or self._by_chance(method)
        if fault:
            self.injected[fault.kind] = self.injected.get(fault.kind, 0) + 1
        return fault

    def _scripted(self, method: str, chat_id: int | None) -> Fault | None:
        for scripted in self._script:
            if scripted.fits(method, chat_id):
                scripted.times -= 1
                if scripted.times <= 0:
                    self._script.remove(scripted)
                return scripted.fault
        return None

    def _by_chance(self, method: str) -> Fault | None:
        if not self._rates or (self._methods is not None and method.lower() not in self._methods):
            return None
        drawn = self._random.random()
        for fault, rate in self._rates:
            drawn -= rate
            if drawn < 0:
                return fault
        return None
