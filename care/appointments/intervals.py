"""Stretches of time as pairs of whole minutes since 1970 (UTC), from the first to before the last."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta

Span = tuple[int, int]
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
A_MINUTE = timedelta(minutes=1)


def minute(moment: datetime) -> int:
    """The minute in which a moment lies."""
    return (moment - EPOCH) // A_MINUTE


def moment(minutes: int) -> datetime:
    return EPOCH + timedelta(minutes=minutes)


def union(spans: Iterable[Span]) -> list[Span]:
    """In order, without overlaps; what touches is one, what is empty is gone."""
    merged: list[Span] = []
    for begin, end in sorted(spans):
        if begin >= end:
            continue
        if merged and begin <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(merged[-1][1], end)
        else:
            merged.append((begin, end))
    return merged


def minus(spans: Sequence[Span], taken: Sequence[Span]) -> list[Span]:
    """What is left of the ones without the others; both as `union` gives them."""
    left, at = [], 0
    for begin, end in spans:
        while at < len(taken) and taken[at][1] <= begin:
            at += 1
        here = at
        while here < len(taken) and taken[here][0] < end:
            if taken[here][0] > begin:
                left.append((begin, taken[here][0]))
            begin = max(begin, taken[here][1])
            here += 1
        if begin < end:
            left.append((begin, end))
    return left


def holds(spans: Sequence[Span], at: int) -> bool:
    """Whether a minute lies in one of these, which are as `union` gives them."""
    place = bisect_right(spans, (at, 1 << 62)) - 1
    return place >= 0 and spans[place][0] <= at < spans[place][1]
