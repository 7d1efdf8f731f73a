"""The pulse that monitors and oximeters show beside the reading: which of the numbers it is."""

from care.readings.typed import Num, Piece, Word


def pulse_among(pieces: tuple[Piece, ...], others: int) -> tuple[int | None, bool]:
    """Where the pulse is named, and whether that is certain. `others`: how many numbers the reading has itself."""
    numbers = [at for at, piece in enumerate(pieces) if isinstance(piece, Num)]
    found = {_named_by(at, piece.role, pieces, numbers, others) for at, piece in enumerate(pieces)
             if isinstance(piece, Word) and piece.role in ("pulse", "beats")}
    if len(found) > 1:
        found.discard(None)
    if len(found) > 1 or None in found:
        return None, False
    return (found.pop() if found else None), True


def _named_by(at: int, role: str, pieces: tuple[Piece, ...], numbers: list[int], others: int) -> int | None:
    """The number that a word here belongs to: if it can, a name to the one behind, a unit to the one before."""
    before = at - 1 if at - 1 in numbers else None
    behind = next((number for number in numbers if number > at), None)
    if len(numbers) <= others:
        return None
    if before is None or behind is None:
        return before if behind is None else behind
    if len(numbers) == 3 and others == 2:  # a pulse never stands between the two of a blood pressure
        return before if before == numbers[0] else behind
    after = pieces[behind + 1] if behind + 1 < len(pieces) else None
    if isinstance(after, Word) and after.role == "unit":  # "72 pulse 97%"
        return before
    return before if role == "beats" else behind
