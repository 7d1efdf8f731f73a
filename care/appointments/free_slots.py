"""Free slots: computed from when calendars are open and what is taken of them, by a pure function; never stored."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from care.appointments.intervals import Span, holds, minus, union


@dataclass(frozen=True)
class Shape:
    """How much time a visit takes. Minutes; buffers are kept free of other visits, but need not be in opening hours."""

    length: int
    step: int
    before: int = 0
    after: int = 0

    def around(self, start: int) -> Span:
        """What a visit takes of its calendars, buffers included."""
        return start - self.before, start + self.length + self.after


@dataclass(frozen=True)
class Times:
    """A calendar as slots are computed from it."""

    id: int
    opened: Sequence[Span]  # each stretch for which it opens: starts are counted from there
    open: Sequence[Span]  # ... without leave, as `union` gives it
    busy: Sequence[Span] = field(default=())  # as it was taken, buffers included


@dataclass(frozen=True, order=True)
class Free:
    """A start (a minute since 1970, UTC), and the calendars that are free for it, one of each need; or a group to join."""

    start: int
    calendars: tuple[int, ...]
    slot_id: int | None = None


def starts_allowed(times: Times, shape: Shape) -> list[Span]:
    """Every minute at which a visit could begin on this calendar."""
    room = union((begin, end - shape.length + 1) for begin, end in times.open)
    return minus(room, union((begin - shape.length - shape.after + 1, end + shape.before) for begin, end in times.busy))


def free(shape: Shape, needs: Sequence[Sequence[Times]], earliest: int, before: int) -> list[Free]:
    """Every start from `earliest` to before `before`, in order, each once. The first need says which starts there are: whole
    steps from when one of its calendars opens. Of each need the first calendar that is free is taken."""
    allowed = {times.id: starts_allowed(times, shape) for need in needs for times in need}
    found: dict[int, Free] = {}
    for times in needs[0]:
        for start in on_the_grid(times, shape, allowed[times.id], earliest, before):
            if start not in found and (others := _one_of_each(needs[1:], allowed, start)) is not None:
                found[start] = Free(start, (times.id, *others))
    return [found[start] for start in sorted(found)]


def on_the_grid(times: Times, shape: Shape, allowed: Sequence[Span], earliest: int, before: int) -> list[int]:
    starts: list[int] = []
    at = 0
    for opens, closes in times.opened:
        while at < len(allowed) and allowed[at][1] <= opens:
            at += 1
        for begin, end in allowed[at:]:
            if begin >= closes:
                break
            first = max(begin, earliest, opens)
            first += (opens - first) % shape.step
            starts += range(first, min(end, closes, before), shape.step)
    return starts


def _one_of_each(needs: Sequence[Sequence[Times]], allowed: dict[int, list[Span]], start: int) -> tuple[int, ...] | None:
    chosen = []
    for need in needs:
        one = next((times.id for times in need if holds(allowed[times.id], start)), None)
        if one is None:
            return None
        chosen.append(one)
    return tuple(chosen)
